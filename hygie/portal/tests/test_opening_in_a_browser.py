"""A new mother opens her space from her midwife's sheet: what she clicks and types, counted, in a real browser.

Figures in docs/journeys.md. Once on a telephone with every page checked for barriers, once without any script.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hygie.access import actions
from hygie.access import queries as access
from hygie.access.types import Action, RecordState
from hygie.people.types import Actor
from hygie.record import actions as record
from hygie.tests.browser import DESK, PHONE, barriers
from hygie.tests.world import NOW, Person, World, a_report, care, deposited


def cast() -> tuple[Actor, Person]:
    """Mme Petit, a midwife, and Inès, whose space sleeps: a prescription and three results have come already."""
    world = World()
    petit, ines = (
        world.doctor("Petit", world.practice, profession="50"),
        world.person("Inès", state=RecordState.SLEEPING),
    )
    record.add(
        actor=petit, patient_id=ines.id, at=NOW, source="workspace",
        document=a_report("Ordonnance", type_code="57833-6", class_code="42"),
    )  # fmt: skip
    for day in ("lundi", "mardi", "jeudi"):
        deposited(world.labo_seine, ines, a_report(f"Analyse de {day}"))
    return petit, ines


def checked(page: Page) -> None:
    found = barriers(page)
    assert found == [], (page.url, found)
    width = page.viewport_size["width"]  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def invited_by(visit: Callable[..., Page], site: str, petit: Actor, ines: Person) -> str:
    """The midwife finds her, says that it is she, and holds the sheet. Returns the address that its square opens."""
    page = visit(petit, size=DESK, bypass_csp=True)
    page.goto("/pro/trouver/")
    for label, value in (("Matricule INS", ines.ins.matricule), ("Nom de naissance", ines.traits.birth_family),
                         ("Prénoms de naissance", "Inès"), ("Date de naissance", "1988-05-04")):  # fmt: skip
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Trouver", exact=True).click()
    page.get_by_label(re.compile("C’est bien cette personne")).check()
    checked(page)
    page.get_by_role("button", name="Faire une invitation").click()
    checked(page)
    page.get_by_text("Par message ou de vive voix").click()
    link = page.get_by_text(re.compile(r"/invitation/\?c=\d{12}$")).inner_text()
    page.goto("/pro/inviter/")
    expect(page.get_by_text("en attente").first).to_be_visible()
    checked(page)
    return link.replace("http://localhost:8600", site)


def handed_over(site: str, petit: Actor, ines: Person) -> str:
    """The same, without the midwife's screen."""
    grant = actions.open_record(care(petit, ines, Action.FIND))
    return f"{site}/invitation/?c={actions.invite(grant, way='hand', name='Inès', at=NOW).code}"


@pytest.mark.parametrize("script", [True, False], ids=["with-axe", "without-script"])
def test_from_the_square_on_the_sheet_to_her_first_document(visit, site, script):
    petit, ines = cast()
    link = invited_by(visit, site, petit, ines) if script else handed_over(site, petit, ines)
    page = visit(size=PHONE, java_script_enabled=script, bypass_csp=script)
    look: Callable[[Page], None] = checked if script else (lambda page: None)
    began, fields, clicks = time.monotonic(), 0, 0

    def click(name: str) -> None:
        nonlocal clicks
        look(page)
        page.get_by_role("button", name=name, exact=True).click()
        clicks += 1

    page.goto(link)
    expect(page.get_by_label("Votre code")).to_have_value(re.compile(r"\d{4} \d{4} \d{4}"))
    page.get_by_label("Votre date de naissance").fill("4/5/1988")
    fields += 1
    click("Voir ce qui m’attend")
    expect(page.get_by_text("une ordonnance de votre sage-femme")).to_be_visible()
    expect(page.get_by_text("3 résultats d’analyses")).to_be_visible()
    click("Ouvrir mon espace")
    expect(page.get_by_role("heading", name="Vos façons d’entrer")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Accueil").click()
    page.get_by_role("link", name=re.compile("Ordonnance")).first.click()
    clicks += 2
    expect(page.get_by_role("heading", name=re.compile("Ordonnance")).first).to_be_visible()
    print(f"fields {fields}, clicks {clicks}, {time.monotonic() - began:.1f} s of pages")
    assert fields <= 5 and clicks <= 5
    assert access.settings(ines.opens(Action.SET_ACCESS)).state is RecordState.OPEN
    page.goto(link)  # the sheet on the kitchen table opens nothing any more
    page.get_by_label("Votre date de naissance").fill("04 05 1988")
    page.get_by_role("button", name="Voir ce qui m’attend").click()
    expect(page.get_by_role("heading", name="Votre espace est déjà ouvert")).to_be_visible()
    look(page)


def test_who_wants_no_space_says_so_on_one_screen_and_may_change_her_mind(visit, site):
    petit, ines = cast()
    link = handed_over(site, petit, ines)
    page = visit(size=PHONE, bypass_csp=True)
    page.goto(link)
    page.get_by_label("Votre date de naissance").fill("04051988")
    page.get_by_role("button", name="Voir ce qui m’attend").click()
    page.get_by_role("link", name="Je ne veux pas d’espace").click()
    checked(page)
    page.get_by_label(re.compile("Je n’ai pas confiance")).check()
    page.get_by_role("button", name="Je ne veux pas d’espace").click()
    expect(page.get_by_role("heading", name="C’est noté : vous n’avez pas d’espace")).to_be_visible()
    expect(page.get_by_text("chiffrés")).to_be_visible()
    checked(page)
    page.get_by_role("button", name="Finalement, ouvrir mon espace").click()
    expect(page.get_by_role("heading", name="Vos façons d’entrer")).to_be_visible()
    assert access.settings(ines.opens(Action.SET_ACCESS)).state is RecordState.OPEN


def test_a_man_of_78_without_mail_or_telephone_opens_it_at_a_desk_and_comes_back_with_his_card(visit, site):
    """The helper's screen first, then his: no script, large plain forms, a card of codes printed before he leaves."""
    world = World()
    paul = world.person("Paul", born="1948-03-02", sex="male", state=RecordState.SLEEPING)
    deposited(world.labo_seine, paul, a_report("Analyse de lundi"))
    desk = visit(world.operator, size=DESK, java_script_enabled=False)
    desk.goto("/operateur/appel/")
    for label, value in (("Numéro de dossier", "D-2026-78"), ("Matricule", paul.ins.matricule),
                         ("Nom de naissance", paul.traits.birth_family), ("Prénoms de naissance", "Paul"),
                         ("Date de naissance", "1948-03-02")):  # fmt: skip
        desk.get_by_label(label, exact=True).fill(value)
    desk.get_by_label("Sexe").select_option("male")
    desk.get_by_role("button", name="Identifier").click()
    desk.get_by_role("link", name="Lui donner un code").click()
    desk.get_by_label(re.compile("Ici, au guichet")).check()
    desk.get_by_label("Nom et adresse").fill("M PAUL BENOIT")
    desk.get_by_label(re.compile("a signé le mandat")).check()
    desk.get_by_role("button", name="Faire le code").click()
    code = desk.get_by_text(re.compile(r"^\d{4} \d{4} \d{4}$")).inner_text()
    expect(desk.get_by_text(re.compile("Reçu de l’aide au guichet · dossier D-2026-78"))).to_be_visible()

    page = visit(size=PHONE, java_script_enabled=False)
    began = time.monotonic()
    page.goto("/")
    page.get_by_role("link", name="J’ai reçu un code").click()
    page.get_by_label("Votre code").fill(code)
    page.get_by_label("Votre date de naissance").fill("2/3/1948")
    page.get_by_role("button", name="Voir ce qui m’attend").click()
    expect(page.get_by_text("un résultat d’analyse")).to_be_visible()
    page.get_by_role("button", name="Ouvrir mon espace").click()
    page.get_by_role("button", name="Faire ma carte").click()
    expect(page.locator(".codes code")).to_have_count(20)
    print(f"fields 2, clicks 4, {time.monotonic() - began:.1f} s of pages")
    number = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", page.locator("main").inner_text())
    first = page.locator(".codes code").first.inner_text()
    assert number is not None
    page.get_by_role("button", name="Quitter", exact=True).click()
    expect(page.get_by_role("button", name="Quitter", exact=True)).to_have_count(0)

    page.goto("/connexion/")
    page.get_by_role("link", name="Un numéro et un code").click()
    page.get_by_label("Votre numéro d’entrée").fill(number[0])
    page.get_by_label("Un code").fill(first)
    page.get_by_role("button", name=re.compile("Entrer|Continuer")).click()
    expect(page.get_by_role("heading", name=re.compile("Bonjour Paul"))).to_be_visible()
