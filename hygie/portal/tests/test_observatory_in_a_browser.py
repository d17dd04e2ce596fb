"""A citizen reads a figure and what it is made of, on a telephone; an operator sees all of them side by side.

docs/journeys.md says how many gestures it took.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hygie.tests.browser import DESK, PHONE, barriers
from hygie.tests.world import World


def test_a_citizen_reads_a_figure_and_its_definition_on_a_telephone_without_script(
    visit: Callable[..., Page], capsys: pytest.CaptureFixture[str]
):
    page, began = visit(None, size=PHONE, java_script_enabled=False), time.monotonic()
    page.goto("/")
    page.get_by_role("link", name="Hygie, en chiffres").click()  # one
    page.get_by_role("link", name="Part des dépôts lus").click()  # two
    figure = page.locator("#read")
    expect(figure).to_be_in_viewport()
    expect(figure.locator(".said")).to_contain_text("environ 44 % de")
    expect(figure).to_contain_text("Déposer n’est utile que si quelqu’un lit.")
    figure.get_by_text("Ce qui est compté, et sur qui").click()  # three
    expect(figure.locator("dl")).to_be_visible()
    expect(figure.locator("dl")).to_contain_text("Documents déposés dans le mois par quelqu’un d’autre qu’elle")
    took = time.monotonic() - began
    figure.get_by_text("Le tableau").click()
    expect(figure.get_by_role("link", name="Prendre ces chiffres")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    with capsys.disabled():
        print(f"\n[a figure and its definition: 3 clicks, 0 fields, {took:.1f} s of pages]", end=" ")


def test_the_figures_are_free_of_barriers_for_citizens_and_operators(visit: Callable[..., Page], database: None):
    parts = {"include": [["nav.contents"], ["#back"], ["#ensemble"], ["#national"]]}  # twenty figures are made alike
    for actor, size, address, looked_at in (
        (None, PHONE, "/observatoire/?premier=documents&second=sources", parts),
        (World().operator, DESK, "/operateur/indicateurs/", None),
    ):
        page = visit(actor, size=size, bypass_csp=True)
        page.goto(address)
        assert barriers(page, context=looked_at) == []
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    expect(page.get_by_role("heading", name="De l’invitation au retour", level=3).first).to_be_visible()
    assert page.locator(".multiples li").count() >= 20
    assert page.locator(".multiples", has_text="masqué").count() >= 1
