"""Easy words and large letters in a real browser; and leaving fast, after which « page précédente » shows nothing of hers."""

from __future__ import annotations

import time
from contextlib import suppress
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from playwright.sync_api import Page, TimeoutError, expect

from hygie.access.actions import open_record
from hygie.people import actions as people
from hygie.people.types import AuthLevel
from hygie.portal.entering import BACKEND
from hygie.portal.reading import COOKIE
from hygie.portal.tests.test_easy import OPEN, addresses
from hygie.tests.browser import DESK, PHONE, WAITS, barriers
from hygie.tests.kin import a_parent, born
from hygie.tests.world import Person, World, a_report, care, deposited


@pytest.fixture(scope="module")
def amina(database: None, chromium: object) -> Person:
    world = World()
    amina = world.amina
    deposited(world.labo_seine, amina, a_report("Analyse de sang"))
    open_record(care(world.dr_diallo, amina))
    a_parent(world, world.person("Lucienne", born=born(9)), amina)
    return amina


def test_each_easy_page_is_free_of_barriers_and_fits_its_screen_in_the_largest_letters(visit, amina, site):
    inside = visit(amina.actor, size=PHONE, bypass_csp=True)
    outside = visit(size=PHONE, bypass_csp=True)
    for page in (inside, outside):
        page.context.add_cookies([{"name": COOKIE, "value": "facile.normale", "url": site}])
    inside.goto("/qui-voit-quoi/carte/")
    inside.get_by_role("button", name="Garder ma carte").click()
    expect(inside.get_by_role("status").first).to_be_visible()
    for slug, address in addresses(amina).items():
        page = outside if slug in OPEN else inside
        page.goto(address)
        found = barriers(page)
        assert found == [], (address, found)
        for letters, (width, height) in (("normale", PHONE), ("tres-grande", PHONE), ("tres-grande", DESK)):
            page.evaluate(f"document.documentElement.dataset.letters = '{letters}'")
            page.set_viewport_size({"width": width, "height": height})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (address, letters, wide)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})


@pytest.fixture
def session(amina: Person) -> str:
    """A true session of hers: leaving must end it."""
    account_id = people.open_account(patient_id=amina.id, at=timezone.now())
    account = apps.get_model("people", "Account").objects.get(pk=account_id)
    made, now = import_module(settings.SESSION_ENGINE).SessionStore(), time.time()
    made.update({
        SESSION_KEY: str(account.pk), BACKEND_SESSION_KEY: BACKEND, HASH_SESSION_KEY: account.get_session_auth_hash(),
        "auth": int(AuthLevel.STRONG), "since": now, "seen": now, "provider": "people",
    })  # fmt: skip
    made.create()
    return str(made.session_key)


def shows_nothing(page: Page) -> None:
    body = page.content()
    assert not [word for word in ("Amina", "Analyse de sang", "Diallo", "Lucienne") if word in body], page.url


@pytest.mark.parametrize(
    ("script", "by"), [(True, "button"), (True, "keyboard"), (False, "tab")], ids=["press", "keyboard", "no script"]
)
def test_after_leaving_fast_going_back_shows_nothing_of_hers(visit, amina, session, site, script, by):
    page = visit(size=PHONE, java_script_enabled=script)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    for address in ("/documents/", "/qui-voit-quoi/journal/"):
        page.goto(address)
    assert "Diallo" in page.content()
    box = page.get_by_role("button", name="Quitter vite").bounding_box()
    page.mouse.wheel(0, 600)
    assert box is not None and page.get_by_role("button", name="Quitter vite").bounding_box()["y"] <= box["y"] < 60
    if by == "keyboard":
        for _ in range(10):
            for _ in range(3):  # within two seconds: a busy machine may need another try
                page.keyboard.press("Escape")
            with suppress(TimeoutError):
                page.wait_for_url("**/page/", timeout=WAITS / 10)
                break
    elif by == "tab":
        page.goto("/qui-voit-quoi/journal/")
        for key in ("Tab", "Tab", "Enter"):
            page.keyboard.press(key)
    else:
        page.get_by_role("button", name="Quitter vite").click()
    page.wait_for_url("**/page/")
    expect(page.get_by_role("heading")).to_have_text("Page vide")
    assert "Hygie" not in page.content()
    shows_nothing(page)
    for _ in range(WAITS // 100):  # the session ends behind the page: leaving does not wait longer than a moment for it
        if settings.SESSION_COOKIE_NAME not in {one["name"] for one in page.context.cookies()}:
            break
        page.wait_for_timeout(100)
    assert settings.SESSION_COOKIE_NAME not in {one["name"] for one in page.context.cookies()}
    for _ in range(2):
        page.go_back()
        shows_nothing(page)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    page.goto("/documents/")  # a copy of the cookie opens nothing either
    shows_nothing(page)
