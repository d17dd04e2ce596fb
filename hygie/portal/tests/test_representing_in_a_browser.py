"""A mother on her telephone: who came, the settings, a link for the nanny, without script; and a helper at a desk."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from hygie.access.actions import open_record, protect
from hygie.access.types import Paper, Relation
from hygie.portal.tests.health import filed, observation, prescription
from hygie.portal.tests.test_family_in_a_browser import called, clean
from hygie.tests.browser import DESK, PHONE
from hygie.tests.kin import a_parent, at_the_desk, born
from hygie.tests.world import NOW, Person, World, a_report, care, deposited


def shot(page: Page, name: str) -> None:
    if "SHOTS" in os.environ:
        for width, height in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=f"{os.environ['SHOTS']}/{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})


def test_a_mother_settles_her_childs_space_and_gives_the_nanny_a_link(visit: Callable[..., Page]) -> None:
    world = World()
    hugo = called(world.person("Hugo", "Laurent", born=born(6), sex="male"), "Hugo Laurent")
    mother = called(world.person("Céline", "Laurent"), "Céline Laurent")
    a_parent(world, hugo, mother)
    deposited(world.labo_seine, hugo, a_report("Protocole asthme"))
    page, plain = visit(mother.actor, size=PHONE), visit(mother.actor, size=PHONE, java_script_enabled=False)
    space = f"/pour/{hugo.id}/"
    page.goto("/famille/")
    page.get_by_text("D’où viennent ces lignes").click()
    clean(page)
    shot(page, "famille")
    plain.goto(f"{space}accueil/")
    plain.get_by_role("link", name="Accord, urgence, blocages").click()
    plain.get_by_role("button", name="Donner l’accord").click()
    plain.get_by_text("Ajouter un professionnel", exact=True).click()
    plain.get_by_label("Numéro RPPS du professionnel").fill(world.dr_diallo.rpps or "")
    plain.get_by_role("button", name="Chercher ce professionnel").click()
    plain.get_by_role("button", name="Oui, l’ajouter").click()
    expect(plain.get_by_role("button", name="Oui, l’ajouter")).to_have_count(0)
    open_record(care(world.dr_diallo, hugo))
    for path, name in (("famille/reglages/", "reglages"), ("famille/venus/", "venus"), ("accueil/", "accueil")):
        page.goto(space + path)
        clean(page)
        shot(page, name)
    page.goto(f"{space}famille/venus/")
    page.get_by_role("link", name="Ce n’est pas normal ?").first.click()
    clean(page)
    shot(page, "signaler")
    page.goto(f"{space}qui-voit-quoi/arrivee/")
    page.get_by_role("button", name="Afficher un code").click()
    clean(page)
    shot(page, "arrivee")
    plain.get_by_role("link", name="Partages").click()
    plain.get_by_label("Pour qui ?").fill("Nounou du mercredi")
    plain.get_by_label("Protocole asthme").check()
    plain.get_by_role("button", name="Créer le partage").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Nounou du mercredi")
    page.goto(plain.url)
    clean(page)
    shot(page, "partage")
    page.goto(f"{space}famille/partages/")
    clean(page)
    shot(page, "partages")
    _masked_from(world, hugo, visit)
    nanny = visit(size=PHONE)
    address = plain.get_by_label("Ou envoyez cette adresse").input_value()
    nanny.goto("/partage/" + address.split("/partage/")[1])
    nanny.get_by_label("Qui êtes-vous").fill("Mme Petit")
    nanny.get_by_role("button").first.click()
    expect(nanny.get_by_text("Protocole asthme")).to_be_visible()
    shot(nanny, "nounou")


def _masked_from(world: World, hugo: Person, visit: Callable[..., Page]) -> None:
    """The father, from whom a decision of justice protects places and times."""
    father = called(world.person("Karim", "Laurent", sex="male"), "Karim Laurent")
    a_parent(world, hugo, father, Relation.FATHER)
    protect(
        at_the_desk(world, hugo), helper_id=father.id, protected=True, paper=Paper("Ordonnance de protection"), at=NOW
    )
    values = (("2026-03-12", 2.1), ("2026-01-08", 4.6))
    said = [observation("3016-3", "TSH", value, "mUI/L", day, low=0.4, high=4.0) for day, value in values]
    pills = prescription("Doliprane 1000 mg", "1 comprimé le matin pendant 12 mois", "2026-03-12")
    vaccine = {
        "resourceType": "Immunization", "status": "completed", "occurrenceDateTime": "2021-06-17",
        "patient": {"display": "Hugo"}, "vaccineCode": {"text": "ROR"},
    }  # fmt: skip
    filed(world, hugo, *said, pills, vaccine)
    page = visit(father.actor, size=PHONE)
    for path, name in (("sante/", "masque-sante"), ("documents/", "masque-documents"), ("venus/", "masque-venus")):
        page.goto(f"/pour/{hugo.id}/famille/{path}")
        clean(page)
        shot(page, name)
    for number, name in enumerate(("masque-ouvert", "masque-ferme")):
        page.goto(f"/pour/{hugo.id}/famille/documents/")
        page.locator("h3 a").nth(number).click()
        clean(page)
        shot(page, name)
    page.goto(f"/pour/{hugo.id}/accueil/")
    clean(page)
    shot(page, "masque-accueil")


def test_a_helper_at_a_desk_under_the_clock(visit: Callable[..., Page]) -> None:
    world = World()
    fatou = called(world.person("Fatou", "Martin", born="1947-06-15"), "Fatou Martin")
    paul = called(world.person("Paul", "Morel", sex="male"), "Paul Morel")
    deposited(world.labo_seine, fatou, a_report("Bilan rénal"))
    hers, his = visit(fatou.actor, size=PHONE), visit(paul.actor, size=PHONE)
    hers.goto("/famille/aide/")
    shot(hers, "aide")
    hers.get_by_role("link", name="Faire un mandat").click()
    clean(hers)
    shot(hers, "guichet")
    hers.get_by_label("Son nom, et l’endroit").fill("Paul Morel, France services")
    hers.get_by_role("button", name="Faire le mandat").click()
    clean(hers)
    shot(hers, "mandat")
    found = re.search(r"[0-9A-Z]{5} [0-9A-Z]{5}", hers.locator(".codes-number").inner_text())
    his.goto("/famille/code/")
    his.get_by_label("Le code").fill(found[0] if found else "")
    his.get_by_role("button", name="Continuer").click()
    his.get_by_role("button", name="J’accepte").click()
    expect(his.get_by_label("Pour qui vous agissez")).to_contain_text(re.compile(r"encore (5\d|60) min"))
    clean(his)
    shot(his, "conseiller")
    his.get_by_role("link", name="Bilan rénal").click()
    his.go_back()
    his.get_by_role("link", name="Terminer, imprimer le reçu").click()
    clean(his)
    shot(his, "termine")
    his.get_by_role("button", name="Terminer et afficher le reçu").click()
    expect(his.get_by_role("heading", level=1)).to_have_text("Reçu du mandat")
    expect(his.get_by_label("Pour qui vous agissez")).to_have_count(0)
    clean(his)
    shot(his, "recu")
