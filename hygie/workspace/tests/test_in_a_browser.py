"""The doctor's pages and the operators' desk in a real browser: readable by all, whole without script, by keyboard."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Locator, expect
from pypdfium2 import PdfDocument

from hygie.access import actions as access
from hygie.access import queries as asks
from hygie.access.types import Action, Purpose, Request
from hygie.people.types import Actor
from hygie.record import actions as record
from hygie.record.curves import mark
from hygie.tests.browser import DESK, PHONE, barriers
from hygie.tests.world import NOW, World, a_report, care, deposited
from hygie.workspace.tests.test_useful import full

REASON = "Patient inconscient, admis aux urgences ce matin"


@pytest.fixture(scope="module")
def scene(database: None, chromium: Any) -> dict[Actor, list[str]]:
    """Everyone's pages, each with something on it."""
    world = World()
    amina, doctor, other, operator = world.amina, world.dr_diallo, world.dr_roux, world.operator
    world.lets_in(world.person("Marie-Hélène", "de la Tour d’Auvergne-Lauraguais", born="2026-01-05"), doctor)
    report = deposited(world.labo_seine, amina, a_report("Bilan biologique annuel avec recherche étendue")).id
    kind = sorted(asks.writable(doctor))[0]
    sent = record.add(
        actor=doctor, patient_id=amina.id, at=NOW, source="workspace",
        document=a_report("Avis", type_code=kind, visibility=frozenset({"N", "INVISIBLE_PATIENT"})),
    ).id  # fmt: skip
    misfiled = deposited(world.labo_seine, amina, a_report("Ordonnance reçue comme une lettre", type_code="11488-4")).id
    asked = care(doctor, amina, Action.CLASSIFY, object_id=misfiled)
    record.refile(asked, type_code="57833-6", at=NOW)
    record.pin(record.open_to_correct(replace(asked, action=Action.PIN)), document_id=misfiled, at=NOW)
    wrong = replace(amina.traits, birth_date="1988-05-05")
    inside = replace(world.labo_seine, organisation_id=doctor.organisation_id, organisation=doctor.organisation)
    waiting = deposited(inside, amina, traits=wrong).id
    access.open_record(
        Request(actor=other, patient_id=amina.id, purpose=Purpose.EMERGENCY, action=Action.LIST, at=NOW, reason=REASON)
    )
    access.report_line(amina.opens(Action.READ_JOURNAL), seq=1, message="Je ne connais pas ce médecin.", at=NOW)
    cases = {one.kind: one.id for one in asks.cases(operator) if one.patient_id == amina.id}
    full(world, amina)
    at, own = f"/pro/patients/{amina.id}/", f"/pro/depots/{amina.id}/{sent}/"
    return {
        doctor: [
            "/pro/", "/pro/trouver/", "/pro/urgence/", at, at + "documents/", at + "documents/?mots=introuvable",
            at + "chercher/?mots=creatinine", at + "chercher/?mots=introuvable", at + "synthese/", at + "mot/",
            at + f"resultats/{mark(amina.id, 'creatinine')}/", at + f"documents/{report}/", at + "resultats/", at + "comparer/",
            at + f"documents/{report}/type/", at + f"documents/{misfiled}/", "/pro/temps/",
            at + "deposer/", "/pro/depots/", own, own + "retirer/", "/pro/inviter/",
        ],
        other: [
            "/pro/", f"/pro/patients/{amina.id}/?acces=urgence", f"/pro/patients/{amina.id}/essentiel/?acces=urgence", f"/pro/patients/{amina.id}/urgence/",
        ],
        amina.actor: [f"/documents/{misfiled}/"],
        operator: [
            "/operateur/", "/operateur/refus/", "/operateur/quarantaine/", f"/operateur/quarantaine/{waiting}/",
            f"/operateur/quarantaine/{waiting}/decider/", "/operateur/urgences/",
            f"/operateur/urgences/{cases['emergency']}/", "/operateur/signalements/",
            f"/operateur/signalements/{cases['report']}/", "/operateur/taches/", "/operateur/connexions/", "/operateur/enquete/",
        ],
    }  # fmt: skip


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESK, "light"), ((320, 640), "light")])
def test_every_page_is_free_of_barriers_and_fits_its_screen(visit, scene, size, scheme):
    for actor, addresses in scene.items():
        page = visit(actor, size=size, color_scheme=scheme, bypass_csp=True)
        for address in addresses:
            page.goto(address)
            found = barriers(page)
            assert found == [], (address, found)
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], address


ESSENTIAL = (
    "Résultats qui comptent", "Traitements en cours", "Depuis votre dernière visite", "Alertes et allergies",
    "Problèmes de santé",
)  # fmt: skip


def test_the_essential_of_a_record_stands_above_the_fold(visit, scene):
    doctor, addresses = next(iter(scene.items()))
    page = visit(doctor, size=DESK)
    page.goto(addresses[3])
    for name in ESSENTIAL:
        panel = page.locator("section.panel", has=page.get_by_role("heading", name=name))
        box = panel.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= DESK[1], name
    page.emulate_media(media="print")
    paper = pypdfium2.PdfDocument(page.pdf(format="A4"))
    words, count = paper[0].get_textpage().get_text_range(), len(paper)
    paper.close()
    assert count == 1 and all(name in words for name in ESSENTIAL) and "Chercher" not in words


def test_a_printed_page_is_one_sheet(visit, scene):
    doctor, addresses = next(iter(scene.items()))
    page = visit(doctor, size=DESK)
    page.goto(addresses[3])
    page.emulate_media(media="print")
    assert not page.get_by_role("search").is_visible()
    assert len(PdfDocument(page.pdf(format="A4"))) == 1


def test_keys_lead_to_each_part_of_the_page(visit, scene):
    doctor, addresses = next(iter(scene.items()))
    page = visit(doctor)
    page.goto(addresses[3])
    page.keyboard.press("?")
    for words in ("les résultats", "tous les résultats", "les traitements", "les nouveautés"):
        expect(page.locator("[data-keys]").get_by_text(words, exact=True)).to_be_visible()
    for key, part in (("r", "resultats"), ("t", "traitements"), ("n", "nouveautes")):
        page.keyboard.press(key)
        expect(page.locator(f"#{part}")).to_be_focused()
    page.keyboard.press("r")
    page.keyboard.press("Tab")  # the table scrolls, so it takes the focus first
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/resultats/"))
    expect(page.get_by_role("heading", name="Évolution")).to_be_visible()


def test_from_the_page_to_several_curves_by_the_keyboard_alone(visit, scene):
    doctor, addresses = next(iter(scene.items()))
    page = visit(doctor)
    page.goto(addresses[3])
    page.keyboard.press("l")
    page.wait_for_url("**/resultats/")
    lines = page.locator("tbody tr:visible")
    expect(lines).to_have_count(2)
    page.keyboard.press("/")
    page.keyboard.type("Créat")
    expect(lines).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("1 sur 2")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Backspace")
    expect(lines).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Créatinine")).to_be_focused()
    for name in ("Créatinine", "TSH"):
        page.get_by_role("checkbox", name=name).press("Space")
    page.get_by_role("button", name="Dessiner ensemble").press("Enter")
    page.wait_for_url(re.compile("/comparer/"))
    expect(page.get_by_text("Créatinine, TSH.")).to_be_visible()
    page.go_back()
    page.get_by_role("searchbox").fill("tsh")
    page.keyboard.press("Enter")  # the only line left opens
    expect(page.get_by_role("heading", name="Évolution")).to_be_visible()
    page = visit(doctor, java_script_enabled=False)
    page.goto(addresses[3] + "resultats/")
    page.get_by_role("searchbox").fill("tsh")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("link", name="TSH")).to_be_visible()
    expect(page.get_by_role("link", name="Créatinine")).to_have_count(0)
    expect(page.get_by_role("button", name="Imprimer")).to_be_hidden()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_doctor_finds_somebody_deposits_and_takes_it_back(visit, script):
    world = World()
    zoe, doctor = world.zoe, world.dr_roux
    page = visit(doctor, java_script_enabled=script)
    page.goto("/pro/")
    page.get_by_label("Matricule INS").fill(zoe.ins.matricule)
    page.get_by_label("Nature du matricule").select_option(zoe.ins.oid)
    page.get_by_label("Nom de naissance").fill(zoe.traits.birth_family)
    page.get_by_label("Prénoms de naissance").fill("Zoé")
    page.get_by_label("Date de naissance").fill(zoe.traits.birth_date)
    page.get_by_role("button", name="Trouver").click()
    expect(page.get_by_role("heading", name="Son dossier ne vous est pas ouvert")).to_be_visible()
    page.get_by_role("button", name="Déposer un document").click()
    letter = {"name": "lettre.txt", "mimeType": "text/plain", "buffer": b"Avis : tout va bien."}
    page.get_by_label("Le document").set_input_files([letter])
    page.get_by_label("Type").select_option(sorted(asks.writable(doctor))[0])
    page.get_by_label("Titre").fill("Avis de cardiologie")
    page.get_by_role("button", name="Déposer").click()
    expect(page.get_by_role("status")).to_contain_text("C’est déposé")
    page.get_by_role("link", name="Avis de cardiologie").click()
    page.get_by_role("link", name="Retirer ce dépôt").click()
    page.get_by_role("button", name="Retirer ce dépôt").click()
    expect(page.get_by_role("status")).to_contain_text("plus personne ne le voit")
    page.get_by_role("status").get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("heading", name="Avis de cardiologie")).to_be_visible()


def test_a_doctor_opens_a_document_by_keyboard_alone(visit):
    world = World()
    deposited(world.labo_seine, world.amina, a_report("Bilan thyroïdien"))
    page = visit(world.dr_diallo)
    page.goto(f"/pro/patients/{world.amina.id}/")
    page.keyboard.press("?")
    expect(page.get_by_text("aller à la recherche")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_label("Chercher dans tout le dossier")).to_be_focused()
    page.keyboard.type("thyro?")  # inside a field, keys are letters
    expect(page.get_by_label("Chercher dans tout le dossier")).to_have_value("thyro?")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("mots=thyro"))
    for _ in range(40):
        page.keyboard.press("Tab")
        if "Bilan thyroïdien" in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("documents/"))
    expect(page.get_by_role("heading", name="Ce document")).to_be_visible()


def clicked(target: Locator) -> None:
    target.click()


def entered(target: Locator) -> None:
    """By the keyboard alone: from where one is to this, then Enter."""
    expect(target).to_be_visible()
    for _ in range(600):  # whatever else waits
        if target.evaluate("one => one === document.activeElement"):
            break
        target.page.keyboard.press("Tab")
    expect(target).to_be_focused()
    target.page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("script", "does"), [(True, clicked), (False, clicked), (True, entered)],
    ids=["with script", "without script", "by keyboard"],
)  # fmt: skip
def test_an_operator_attaches_what_was_set_aside(visit, script, does):
    world = World()
    deposited(world.labo_seine, world.amina, traits=replace(world.amina.traits, birth_date="1988-05-05"))
    page = visit(world.operator, java_script_enabled=script)
    page.goto("/operateur/")
    does(page.get_by_role("link", name="Dépôts en quarantaine"))
    does(page.get_by_role("link", name=re.compile(world.amina.canaries[0], re.IGNORECASE)))
    expect(page.get_by_text("diffère")).to_be_visible()
    does(page.get_by_role("button", name="Rattacher à l’espace A"))
    does(page.get_by_role("button", name="Rattacher", exact=True))
    expect(page.get_by_role("status")).to_contain_text("C’est rattaché")
