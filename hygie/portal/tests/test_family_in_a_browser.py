"""Two journeys on a phone: a daughter for her mother, two separated parents and a girl of fifteen (docs/journeys.md)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from hygie.access.actions import entrust
from hygie.access.types import Action, Level, Relation
from hygie.portal.tests.test_in_a_browser import DESK, PHONE, chromium, site, visit  # noqa: F401
from hygie.tests.kin import a_parent, born
from hygie.tests.world import NOW, Person, World, a_report, deposited


def clean(page: Page) -> None:
    """Readable by all, and no wider than the phone."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def called(person: Person, name: str) -> Person:
    person.actor = replace(person.actor, name=name)
    return person


def confide(page: Page) -> str:
    """The mother's side: one field and two clicks; the code to hand over."""
    page.goto("/famille/")
    clean(page)
    page.get_by_role("link", name="Voir et confier").click()
    page.get_by_label("Son prénom et son nom").fill("Zoé Martin")
    clean(page)
    page.get_by_role("button", name="Faire le code").click()
    clean(page)
    found = re.search(r"[0-9A-Z]{5} [0-9A-Z]{5}", page.locator(".codes-number").inner_text())
    assert found is not None
    return found[0]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_daughter_for_her_mother(visit: Callable[..., Page], script: bool) -> None:  # noqa: F811
    world = World()
    fatou = called(world.person("Fatou", "Martin", born="1947-06-15"), "Fatou Martin")
    zoe = called(world.person("Zoé", "Martin"), "Zoé Martin")
    deposited(world.labo_seine, fatou, a_report("Bilan rénal"))
    if script:
        code = confide(visit(fatou.actor, size=PHONE))
    else:
        grant = fatou.opens(Action.SET_ACCESS)
        _, code = entrust(grant, name="Zoé", relation=Relation.DAUGHTER, level=Level.SEE, at=NOW)
    page = visit(zoe.actor, size=PHONE, java_script_enabled=script)
    began, clicks = time.monotonic(), 0

    def click(role: str, name: str) -> None:
        nonlocal clicks
        page.get_by_role(role, name=name).click()  # type: ignore[arg-type]
        clicks += 1

    page.goto("/famille/")
    click("link", "Entrer le code")
    page.get_by_label("Le code").fill(code)
    click("button", "Continuer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fatou")
    click("button", "J’accepte")
    expect(page.get_by_label("Pour qui vous agissez")).to_contain_text("Fatou")
    click("link", "Bilan rénal")
    expect(page.get_by_label("Pour qui vous agissez")).to_be_visible()
    print(f"1 field, {clicks} clicks, {time.monotonic() - began:.1f} s of pages")
    assert clicks <= 4
    if script:
        clean(page)
        page.keyboard.press("Tab")
    page.get_by_role("link", name="Revenir à moi").click()
    expect(page).to_have_url(re.compile(r"/famille/$"))
    expect(page.get_by_label("Pour qui vous agissez")).to_have_count(0)


def test_two_separated_parents_and_a_girl_of_fifteen(visit: Callable[..., Page]) -> None:  # noqa: F811
    world = World()
    chloe = called(world.person("Chloé", "Laurent", born=born(15)), "Chloé Laurent")
    mother, father = world.person("Céline", "Renaud"), world.person("Antoine", "Robert", sex="male")
    a_parent(world, chloe, mother)
    a_parent(world, chloe, father, Relation.FATHER)
    for title in ("Vaccin", "Consultation du mercredi"):
        deposited(world.labo_seine, chloe, a_report(title))
    boards: list[Any] = [visit(one.actor, size=size) for one, size in ((mother, PHONE), (father, DESK))]
    for page in boards:
        page.goto("/famille/")
        clean(page)
        expect(page.get_by_text("Consultation du mercredi")).to_be_visible()
    hers = visit(chloe.actor, size=PHONE)
    hers.goto("/documents/")
    hers.get_by_role("link", name="Consultation du mercredi").click()
    hers.get_by_role("button", name="Garder secret pour mes proches").click()
    expect(hers.get_by_text("secret pour vos proches").first).to_be_visible()
    clean(hers)
    for page in boards:
        page.reload()
        expect(page.get_by_text("1 document nouveau")).to_be_visible()
        page.get_by_role("link", name=re.compile("Ouvrir l’espace")).click()
        expect(page.get_by_role("link", name="Vaccin")).to_be_visible()
        assert "mercredi" not in page.content()
        clean(page)
