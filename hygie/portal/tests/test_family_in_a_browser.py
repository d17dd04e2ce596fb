"""Journeys on a phone: a daughter for her mother, one day for a mother who can no longer decide, two separated parents and a
girl of fifteen (docs/journeys.md).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hygie.access.actions import accept_help, entrust
from hygie.access.types import Action, Level, Relation
from hygie.tests.browser import DESK, PHONE, barriers
from hygie.tests.kin import a_parent, born
from hygie.tests.world import NOW, Person, World, a_report, deposited


def clean(page: Page) -> None:
    """Readable by all, and no wider than the phone."""
    assert barriers(page) == []
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
def test_a_daughter_for_her_mother(visit: Callable[..., Page], script: bool) -> None:
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


def test_a_daughter_for_her_mother_who_can_no_longer_decide(visit: Callable[..., Page]) -> None:
    """Prepared while she could; nothing opens until her doctor and a relative have both said that the day has come."""
    world = World()
    fatou = called(world.person("Fatou", "Martin", born="1947-06-15"), "Fatou Martin")
    zoe, ali = (
        called(world.person("Zoé", "Martin"), "Zoé Martin"),
        called(world.person("Ali", sex="male"), "Ali Martin"),
    )
    world.lets_in(fatou, world.dr_diallo)
    deposited(world.labo_seine, fatou, a_report("Bilan rénal"))
    _, his = entrust(fatou.opens(Action.SET_ACCESS), name="Ali", relation=Relation.SON, level=Level.SEE, at=NOW)
    accept_help(ali.actor, code=his, at=NOW)
    hers = visit(fatou.actor, size=PHONE)
    hers.goto("/famille/aide/")
    hers.get_by_label("Son prénom et son nom").fill("Zoé Martin")
    hers.get_by_text("Limiter, dater, prévoir pour plus tard").click()
    hers.get_by_label("quand mon médecin et un de mes proches").check()
    clean(hers)
    hers.get_by_role("button", name="Faire le code").click()
    code = hers.locator(".codes-number").inner_text()

    page = visit(zoe.actor, size=PHONE, java_script_enabled=False)
    began = time.monotonic()
    page.goto("/famille/")
    page.get_by_role("link", name="Entrer le code").click()
    page.get_by_label("Le code").fill(code)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="J’accepte").click()
    expect(page.get_by_text("s’ouvrira à vous quand le moment sera venu")).to_be_visible()
    asked = page.context.request
    assert asked.get(f"/pour/{fatou.id}/documents/").status in (403, 404)

    doctor = visit(world.dr_diallo, size=DESK)
    doctor.goto(f"/pro/patients/{fatou.id}/documents/")
    doctor.get_by_role("link", name="Cette personne ne peut plus décider ?").click()
    clean(doctor)
    doctor.get_by_role("button", name="Je dis que ce moment est venu").click()
    expect(doctor.get_by_text("Un proche doit le dire aussi")).to_be_visible()
    assert asked.get(f"/pour/{fatou.id}/documents/").status in (403, 404), "one word is not enough"

    brother = visit(ali.actor, size=PHONE)
    brother.goto("/famille/")
    brother.get_by_role("link", name=re.compile("Ouvrir l’espace")).click()
    clean(brother)
    brother.get_by_role("button", name="Je dis que ce moment est venu").click()
    expect(brother.get_by_text("L’aide préparée commence maintenant")).to_be_visible()
    page.goto("/famille/")
    page.get_by_role("link", name=re.compile("Ouvrir l’espace")).click()
    page.get_by_role("link", name="Bilan rénal").click()
    expect(page.get_by_label("Pour qui vous agissez")).to_contain_text("Fatou")
    print(f"{time.monotonic() - began:.1f} s of pages")


def test_two_separated_parents_and_a_girl_of_fifteen(visit: Callable[..., Page]) -> None:
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
        clean(page)
        assert "mercredi" not in page.content()
