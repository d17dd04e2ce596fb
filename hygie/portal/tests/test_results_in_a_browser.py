"""Results in a real browser: the woman of N1 reads dose and heart together; by keyboard, without script, on any screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hygie.portal.tests.health import filed, observation, thyroid
from hygie.record.curves import mark
from hygie.tests.browser import DESK, PHONE, barriers
from hygie.tests.world import Person, World


@pytest.fixture(scope="module")
def amina(database: None, chromium: object) -> Person:
    """Her thyroid, other results, words, and what cannot be converted."""
    world = World()
    thyroid(world, world.amina)
    filed(
        world, world.amina, observation("2160-0", "Créatinine", 7.9, "mg/L", "2026-03-12", low=5.5, high=10),
        observation("14682-9", "Créatinine", 66, "µmol/L", "2025-03-12", low=49, high=90),
        observation("3016-3", "TSH", "Tube cassé", "", "2026-01-12"), observation("5196-1", "Antigène HBs", "Négatif", "", "2026-01-12"),
    )  # fmt: skip
    return world.amina


def addresses(person: Person) -> list[str]:
    one = "/ma-sante/resultats/{}/".format
    return [
        "/ma-sante/resultats/", one(mark(person.id, "tsh")), one(mark(person.id, "creatinine")), one(mark(person.id, "ag_hbs")),
        "/ma-sante/comparer/", "/ma-sante/resultats/?mots=introuvable",
    ]  # fmt: skip


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_results_is_free_of_barriers_and_fits_its_screen(
    visit: Callable[..., Page], amina: Person, size: tuple[int, int], scheme: str
) -> None:
    page = visit(amina.actor, size=size, color_scheme=scheme, bypass_csp=True)
    for address in addresses(amina):
        page.goto(address)
        found = barriers(page)
        assert found == [], (address, found)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], address


def test_a_curve_holds_at_four_hundred_percent_and_obeys_the_strict_policy(
    visit: Callable[..., Page], amina: Person
) -> None:
    page = visit(amina.actor, size=(320, 256))
    for address in addresses(amina):
        answer = page.goto(address)
        assert answer is not None
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_she_sees_her_dose_and_her_heart_together_in_two_presses(visit: Callable[..., Page], amina: Person) -> None:
    page = visit(amina.actor)
    page.goto("/accueil/")
    page.get_by_role("link", name="Ma santé").click()
    page.get_by_role("link", name="Comparer dans le temps").click()
    reading = page.locator("[data-reading]")
    expect(reading).to_be_visible()  # the drawing answers from here on
    lanes = page.locator("figure .plot[data-lane]")
    assert lanes.evaluate_all("all => all.map(one => one.dataset.lane)") == [
        "TSH",
        "Lévothyroxine",
        "Fréquence cardiaque au repos",
    ]
    at = page.locator('figure .plot[data-lane="TSH"] .dot').nth(2)  # 1 October 2025, while the dose was 100 µg
    at.hover()
    expect(reading).to_contain_text("0,2 mUI/L")
    expect(reading).to_contain_text("100 µg par jour")
    expect(reading).to_contain_text("66")
    page.mouse.move(5, 5)
    expect(reading).not_to_contain_text("mUI/L")


def test_a_curve_is_read_by_keyboard_one_stop_a_lane(visit: Callable[..., Page], amina: Person) -> None:
    page = visit(amina.actor)
    page.goto(addresses(amina)[1])
    dots = page.locator("figure .dot")
    assert dots.evaluate_all("all => all.filter(one => one.getAttribute('tabindex') === '0').length") == 1
    dots.last.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-reading]")).to_contain_text("0,2 mUI/L")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("1er")
    page.keyboard.press("Home")
    expect(page.locator("[data-reading]")).to_contain_text("6,8 mUI/L")


def test_without_script_every_point_still_speaks_and_the_table_says_the_same(
    visit: Callable[..., Page], amina: Person
) -> None:
    page = visit(amina.actor, java_script_enabled=False)
    page.goto(addresses(amina)[1])
    dots = page.locator("figure .dot")
    assert dots.count() == 4
    assert all(dots.nth(at).get_attribute("tabindex") == "0" for at in range(4))
    dots.first.focus()
    expect(dots.first.locator(".value")).to_be_visible()
    table = page.locator("table").first
    for value in ("6,8 mUI/L", "4,3 mUI/L", "0,2 mUI/L", "2,1 mUI/L"):
        expect(table).to_contain_text(value)
    page.goto("/ma-sante/resultats/")
    page.get_by_label("Une analyse, ou un mot").fill("reins")
    page.get_by_role("button", name="Chercher").click()
    expect(page.locator("main h3")).to_have_count(1)
    expect(page.locator("main h3")).to_contain_text("Créatinine")
