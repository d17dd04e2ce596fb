"""SMART App Launch by the client that others wrote for browsers (npm's `fhirclient`), from another origin, in a real one.

The application is a page without keys: it is sent to us, comes back, and reads with what it was given.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from playwright.sync_api import expect

from hygie.interop.tests.test_smart import cabinet, opened, signed_in
from hygie.interop.tests.test_structured import told
from hygie.ops import npm
from hygie.people import actions as people
from hygie.portal.tests import stage
from hygie.tests.elsewhere import Silent, serving
from hygie.tests.world import World

HERE = Path(__file__).parent / "smart_js"
PAGES = {"/lance": "launch.js", "/retour": "back.js"}


@pytest.fixture(scope="module")
def site(database: None) -> Iterator[str]:
    with stage.named() as address:
        yield address


@pytest.fixture(scope="module")
def app(site: str) -> Iterator[str]:
    """The application's own server: two pages, and the library as published."""
    library = (
        npm.installed(HERE, name="smart-js", package="fhirclient") / "node_modules/fhirclient/build/fhir-client.js"
    )

    class Pages(Silent):
        def do_GET(self) -> None:
            at = self.path.partition("?")[0]
            if at in PAGES:
                kind, body = "text/html", (
                    "<!doctype html><html lang=fr><title>Suivi</title><link rel=icon href='data:,'><main><pre></pre></main>"
                    f"<script src=/fhir-client.js></script><script src=/{PAGES[at]}></script></html>"
                ).encode()  # fmt: skip
            else:
                kind, body = (
                    "text/javascript",
                    (library if at == "/fhir-client.js" else HERE / Path(at).name).read_bytes(),
                )
            self.answer(200, body, Content_Type=f"{kind}; charset=utf-8")

    with serving(Pages) as address:
        yield address


@pytest.fixture
def page(chromium: Any, app: str, site: str) -> Iterator[Any]:
    context, complaints = chromium.new_context(locale="fr-FR"), []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request", lambda asked: None if asked.url.startswith((app, site, "data:")) else complaints.append(asked.url)
    )
    yield page
    context.close()
    assert complaints == []


def registered(world: World, app: str, *scopes: str) -> str:
    return str(people.register_client(
        name="Suivi de ma thyroïde", organisation_id=world.organisation("Atelier Suivi", "other").id, scopes=scopes,
        jwks=None, redirect_uris=[f"{app}/retour"],
    ))  # fmt: skip


def test_a_person_lets_an_application_in_and_it_reads_her_results(world: World, page: Any, app: str, site: str) -> None:
    told(world)
    scopes = ("launch/patient", "openid", "fhirUser", "offline_access", "patient/*.rs")
    client_id = registered(world, app, *scopes)
    session = signed_in(world.amina).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    page.goto(f"{app}/lance?{urlencode({'client': client_id, 'fhir': site + '/fhir', 'scope': ' '.join(scopes)})}")
    expect(page.get_by_text("Suivi de ma thyroïde").first).to_be_visible()
    expect(page.get_by_text("tout ce que contient votre espace")).to_be_visible()
    page.locator("button[name=reponse][value=oui]").click()
    page.wait_for_url(f"{app}/retour**")
    expect(page.locator("pre")).to_have_text(
        f"Patient/{world.amina.id.hex} {world.amina.traits.birth_family} TSH 2.1 mUI/L Patient"
    )
    page.reload()  # the session of the page goes on: its refresh token serves when its access token is over
    expect(page.locator("pre")).to_contain_text("TSH 2.1")


def test_she_says_no_and_the_application_reads_nothing(world: World, page: Any, app: str, site: str) -> None:
    told(world)
    client_id = registered(world, app, "launch/patient", "patient/*.rs")
    session = signed_in(world.amina).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    asked = {"client": client_id, "fhir": f"{site}/fhir", "scope": "launch/patient patient/*.rs"}
    page.goto(f"{app}/lance?{urlencode(asked)}")
    page.locator("button[value=non]").click()
    page.wait_for_url(f"{app}/retour**")
    expect(page.locator("pre")).to_contain_text("access_denied")


def test_a_practice_s_software_opens_an_application_on_the_patient_with_no_page_between(
    world: World, page: Any, app: str, site: str
) -> None:
    told(world)
    scopes = ("launch", "openid", "fhirUser", "user/*.rs")
    client_id = registered(world, app, *scopes)
    door = opened(cabinet(world, world.dr_diallo), world.amina)
    asked = {"client": client_id, "iss": door["iss"], "launch": door["launch"], "scope": " ".join(scopes)}
    page.goto(f"{app}/lance?{urlencode(asked)}")
    page.wait_for_url(f"{app}/retour**")
    expect(page.locator("pre")).to_have_text(
        f"Patient/{world.amina.id.hex} {world.amina.traits.birth_family} TSH 2.1 mUI/L Practitioner"
    )
