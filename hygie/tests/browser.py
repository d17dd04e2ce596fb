"""The application in a client and in a real browser: fixtures that every test may ask for (`conftest.py` names this file).

Imports stand inside: this file is read before Django is ready.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

    from hygie.people.types import Actor

CHROMIUM: Final = "/usr/bin/chromium"
PHONE: Final = (390, 844)
DESK: Final = (1280, 800)
WAITS: Final = 90_000
"""Milliseconds a page may take to come, to be ready for a press, to show what is expected: a busy machine is not a fault."""


def examined(page: Page, **options: Any) -> dict[str, Any]:
    """What axe says of the page that stands there, whole.

    A click gives the hand back when the next page begins to arrive: axe would look at half of it, or at nothing. So the
    page is waited for; and one that leaves while it is looked at says nothing of the page asked about: the next is looked at.
    """
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import Error

    for _ in range(3):
        page.wait_for_load_state()
        born = page.evaluate("performance.timeOrigin")
        try:
            found = Axe().run(page, **options).response
        except Error:
            page.wait_for_load_state()
            if page.evaluate("performance.timeOrigin") == born:
                raise
        else:
            if page.evaluate("performance.timeOrigin") == born:
                return found
    raise AssertionError(f"{page.url} never stands still")


def barriers(page: Page, **options: Any) -> list[tuple[str, list[str]]]:
    """The rules that the page breaks, each with the pieces of page that break it: [] for a page without barrier."""
    found = examined(page, **options)["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@pytest.fixture
def browse() -> Iterator[Callable[..., Client]]:
    """`browse(actor)`: a client of the application, signed in as that actor; `browse()`: nobody.

    All come from one address that is this test's alone: what is counted by address is not spent by other tests.
    """
    from django.test import Client, override_settings
    from django.utils import translation

    from hygie.portal.tests import stage

    address = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"

    def sign_in(actor: Any = None) -> Client:
        client = Client(headers={"accept-language": "fr"}, REMOTE_ADDR=address)
        if actor is not None:
            client.cookies[stage.COOKIE] = stage.enter(actor)
        return client

    with override_settings(MIDDLEWARE=stage.middleware()):
        yield sign_in
    translation.deactivate()  # what comes next speaks French again


@pytest.fixture(scope="module")
def site(database: None) -> Iterator[str]:
    """The address of the application, which runs while this module's tests do."""
    from hygie.portal.tests import stage

    with stage.running() as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=WAITS)
    arguments = ["--no-sandbox", "--disable-background-networking"]
    # Playwright keeps an event loop in this thread; Django would take our own calls for asynchronous ones.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
        browser = play.chromium.launch(executable_path=CHROMIUM, args=arguments, timeout=WAITS)
        made = browser.new_context

        def patient(**options: Any) -> BrowserContext:
            context = made(**options)
            context.set_default_timeout(WAITS)
            return context

        patch.setattr(browser, "new_context", patient)
        yield browser
        browser.close()


def _complains(said: ConsoleMessage) -> bool:
    """A form sent back to be mended (422) is an answer like another, whatever the console says of it."""
    return said.type in ("error", "warning") and "status of 422" not in said.text


@pytest.fixture
def visit(site: str, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`visit(actor, …)`: a page of a fresh browser. Whatever the console complains of or leaves our origin fails."""
    from hygie.portal.tests import stage

    contexts, complaints = [], []

    def open_page(actor: Actor | None = None, *, size: tuple[int, int] = DESK, **options: Any) -> Page:
        width, height = size
        context = chromium.new_context(
            base_url=site, locale="fr-FR", viewport={"width": width, "height": height}, **options
        )
        if actor is not None:
            context.add_cookies([{"name": stage.COOKIE, "value": stage.enter(actor), "url": site}])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if _complains(said) else None)
        page.on("request", lambda asked: None if asked.url.startswith(site) else complaints.append(asked.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        contexts.append(context)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
