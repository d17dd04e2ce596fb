"""A traveller in an emergency abroad: a card made on a telephone, read by a rescuer who speaks German, with no script.

docs/journeys.md says how many gestures it took.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hygie.access import actions, queries
from hygie.access.types import Action
from hygie.portal.tests.health import filed
from hygie.portal.tests.test_emergency_card import ASTHMA, GROUP, PENICILLIN, STRANGE
from hygie.record import actions as record
from hygie.tests.browser import DESK, PHONE, barriers
from hygie.tests.world import NOW, Person, World, a_report, deposited

SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def amina(database: None, chromium: object) -> Person:
    world = World()
    mine = world.amina.opens(Action.DECLARE)
    for one in (PENICILLIN, STRANGE, ASTHMA):
        record.add_entry(mine, resource=one, at=NOW)
    filed(world, world.amina, GROUP, title="Groupe sanguin")
    deposited(world.labo_seine, world.amina, a_report("Analyse de sang du 18 mars"))
    return world.amina


def looked_at(page: Page, name: str, size: tuple[int, int]) -> None:
    """No barrier, nothing wider than the screen; a picture when somebody wants to look."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{size[0]}.png", full_page=True)
    found = barriers(page)
    assert found == [], (name, found)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name


def test_a_traveller_abroad_is_understood_by_a_rescuer(visit: Callable[..., Page], amina: Person):
    page = visit(amina.actor, size=PHONE, java_script_enabled=False)
    began = time.monotonic()
    page.goto("/qui-voit-quoi/carte/")
    page.get_by_label("Première personne à prévenir").fill("Zoé +33 6 00 00 00 00")
    page.get_by_label("Avec le français, ma carte parle").select_option("de")
    page.get_by_role("button", name="Enregistrer ma carte").click()
    expect(page.get_by_role("status")).to_contain_text("Votre carte d’urgence est prête")
    made = time.monotonic() - began
    [share] = [one for one in queries.shares(amina.opens(Action.LIST)) if one.card and one.ended is None]
    held = queries.link(amina.opens(Action.LIST), share_id=share.id)
    rescuer = visit(size=PHONE, java_script_enabled=False)
    began = time.monotonic()
    rescuer.goto(f"/partage/{held.page}/")
    rescuer.get_by_role("textbox").first.fill("Notarzt Wien")
    rescuer.get_by_role("button").first.click()
    rescuer.get_by_role("link", name="Deutsch").click()
    expect(rescuer.get_by_role("heading", name="Notfallkarte").last).to_be_visible()
    expect(rescuer.locator("main")).to_contain_text("Penicillin")
    expect(rescuer.locator("main")).to_contain_text("Plante du jardin")
    read = time.monotonic() - began
    rescuer.get_by_role("link", name="العربية", exact=True).click()
    expect(rescuer.locator("[dir=rtl]")).to_contain_text("البنسلين")
    page.reload()
    expect(page.locator("main")).to_contain_text("Vu par Notarzt Wien")
    page.get_by_role("button", name="Carte perdue").click()
    expect(page.locator("main")).not_to_contain_text("Vu par Notarzt Wien")
    assert rescuer.context.request.get("/partage/lecture/").status == 404
    print(f"made in {made:.1f} s, read in {read:.1f} s of pages")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_of_shares_are_free_of_barriers_and_fit_their_screen(visit: Callable[..., Page], amina: Person, size):
    mine = amina.opens(Action.SET_ACCESS)
    now = timezone.now()
    until = now + timedelta(days=2)
    paper = next(iter(_papers(amina)))
    made = actions.share(
        mine, documents=[paper], summary=True, until=until, passcode="tilleul", spoken=True, label="Porto", at=now
    )
    actions.share(mine, summary=True, sections=["allergies", "blood"], until=until, card=True, at=now)
    held = queries.link(mine, share_id=made)
    inside = actions.enter_share(way="page", token=held.page, recipient="Dr Smith, Porto", passcode="tilleul", at=now)
    from hygie.access.types import Purpose, Request

    look = Request(inside.actor, amina.id, Purpose.SHARE, Action.LIST, now)
    actions.leave_note(actions.open_record(look), note="Tension à revoir dans un mois.", at=now)
    page = visit(amina.actor, size=size, bypass_csp=True)
    for name, address in (
        ("partages", "/qui-voit-quoi/partages/"), ("nouveau", "/qui-voit-quoi/partages/nouveau/"),
        ("partage", f"/qui-voit-quoi/partages/{made}/"), ("carte", "/qui-voit-quoi/carte/?langue=de"),
        ("carte-papier", "/qui-voit-quoi/carte/imprimer/?langue=ar"), ("arrivee", "/qui-voit-quoi/arrivee/"),
        ("qui", "/qui-voit-quoi/qui/"),
    ):  # fmt: skip
        page.goto(address)
        looked_at(page, name, size)
    page.goto("/qui-voit-quoi/arrivee/")
    page.get_by_role("button", name="Afficher un code").click()
    looked_at(page, "code", size)
    reader = visit(size=size, bypass_csp=True)
    for name, address in (("dire", "/partage/"), ("demande", f"/partage/{held.page}/")):
        reader.goto(address)
        looked_at(reader, name, size)
    reader.get_by_label("Qui êtes-vous ?").fill("Dr Smith, Porto")
    reader.get_by_label("Mot de passe").fill("tilleul")
    reader.get_by_role("button", name="Lire", exact=True).click()
    looked_at(reader, "lecture", size)
    reader.emulate_media(media="print")
    expect(reader.get_by_role("button", name="Laisser ce mot")).to_be_hidden()
    reader.emulate_media(media="screen")
    reader.get_by_role("link", name="Analyse de sang").first.click()
    looked_at(reader, "lecture-document", size)


def _papers(person: Person):
    from hygie.record import queries as recorded

    return (one.id for one in recorded.documents(person.opens(Action.LIST)) if "Analyse" in one.metadata.title)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_reception_of_a_practice_is_free_of_barriers(visit: Callable[..., Page], size):
    page = visit(World().dr_roux, size=size, bypass_csp=True)
    page.goto("/pro/accueil/")
    looked_at(page, "accueil", size)
    page.goto(f"/pro/accueil/{'x' * 43}/")
    looked_at(page, "accueil-carre", size)
