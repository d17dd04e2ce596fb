"""« Mon carnet », in its own process and origin: let in, shown, ended, refused; and it never gets more than it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from oauth2_provider.settings import oauth2_settings
from playwright.sync_api import expect

from hygie.access import queries as access
from hygie.access.types import Action
from hygie.interop.tests.test_narrow_scopes import weighed
from hygie.interop.tests.test_smart import signed_in
from hygie.interop.tests.test_structured import told as a_result
from hygie.ops.demo_notebook.told import BACK, SCOPES, Told
from hygie.ops.tests.running import free_port, program
from hygie.ops.tests.test_demo_cabinet import ask
from hygie.people import actions as people
from hygie.portal.tests import stage
from hygie.tests.browser import DESK, PHONE, barriers
from hygie.tests.world import Person, World


@pytest.fixture(scope="module")
def site(database: None) -> Iterator[str]:
    with stage.named() as address, pytest.MonkeyPatch.context() as patch:
        patch.setattr(oauth2_settings, "OIDC_ISS_ENDPOINT", address)  # read once, when a server starts
        yield address


@pytest.fixture(scope="module")
def world(site: str) -> World:
    world = World()
    a_result(world, world.amina)
    weighed(world, world.amina, filed=True)
    return world


@contextmanager
def notebook(folder: Path, where: Told) -> Iterator[str]:
    """The program itself, started as `hygie up --demo` starts it."""
    file = folder / "notebook.json"
    file.write_text(json.dumps(asdict(where)))
    with program("hygie.ops.demo_notebook", file, port=where.port):
        yield where.home


@pytest.fixture(scope="module")
def home(site: str, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    client_id = people.register_client(
        name="Mon carnet (démonstration)", organisation_id=world.organisation("Atelier du carnet", "other").id,
        scopes=SCOPES, jwks=None, redirect_uris=[f"http://localhost:{port}{BACK}"],
    )  # fmt: skip
    with notebook(tmp_path_factory.mktemp("carnet"), Told(port, site, str(client_id), patience=90)) as home:
        yield home


def browser(chromium: Any, site: str, person: Person, size: tuple[int, int] = DESK, **options: Any) -> Any:
    """A page in which this person is signed in at Hygie."""
    context = chromium.new_context(locale="fr-FR", viewport={"width": size[0], "height": size[1]}, **options)
    session = signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    return context.new_page()


def clear(page: Any, width: int) -> None:
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_she_connects_it_sees_her_numbers_ends_it_and_it_is_refused_at_once(chromium, world, site, home):
    page = browser(chromium, site, world.amina, PHONE, bypass_csp=True)
    page.goto(home)
    expect(page.get_by_text("Application de démonstration")).to_be_visible()
    clear(page, PHONE[0])
    page.get_by_role("link", name="Connecter mon espace Hygie").click()
    expect(page.get_by_text("vos résultats d’analyses")).to_be_visible()
    expect(page.get_by_text("vos mesures : tension, poids")).to_be_visible()
    expect(page.get_by_text("Rien d’autre.")).to_be_visible()
    clear(page, PHONE[0])
    page.get_by_text("un mois").click()
    page.locator("button[name=reponse][value=oui]").click()
    expect(page).to_have_url(f"{home}/")
    expect(page.get_by_role("row", name="TSH")).to_contain_text("2,1 mUI/L")
    expect(page.get_by_role("row", name="Poids")).to_contain_text("61,5 kg")
    assert "Hypothyroïdie" not in page.content()
    clear(page, PHONE[0])
    lines = access.journal(world.amina.opens(Action.READ_JOURNAL))
    assert any(line.on_behalf_of for line in lines), "what it reads is in her journal"
    page.goto(f"{site}/qui-voit-quoi/applications/")
    page.get_by_role("button", name="Arrêter").click()
    expect(page.get_by_text("cette application ne peut plus rien lire")).to_be_visible()
    page.goto(home)
    expect(page.get_by_text("ne laisse plus « Mon carnet » lire vos chiffres")).to_be_visible()
    assert "2,1" not in page.content() and "61,5" not in page.content()
    page.context.close()


def test_another_browser_sees_nothing_of_hers_and_saying_no_gives_nothing(chromium, world, site, home):
    page = browser(chromium, site, world.zoe, java_script_enabled=False)
    page.goto(f"{home}/connecter")
    page.locator("button[value=non]").click()
    expect(page.get_by_text("« Mon carnet » n’a rien lu")).to_be_visible()
    page.goto(f"{home}/connecter")
    page.locator("button[name=reponse][value=oui]").click()
    expect(page.get_by_text("Rien pour le moment.").first).to_be_visible()
    expect(page.get_by_role("row", name="TSH")).to_have_count(0)
    assert "61,5" not in page.content()
    page.get_by_role("button", name="Déconnecter").click()
    expect(page.get_by_role("link", name="Connecter mon espace Hygie")).to_be_visible()
    page.context.close()


def test_what_nobody_began_here_is_not_taken(home):
    assert ask(home, "GET", f"{BACK}?code=abc&state=abc")[0] == 403
    assert ask(home, "GET", BACK)[0] == 403
    assert ask(home, "POST", "/oublier", Origin="https://autre.example")[0] == 403
    assert ask(home, "GET", "/oublier")[0] == 405
    assert ask(home, "GET", "/", Host="autre.example")[0] == 403
    assert ask(home, "GET", "/../told.py")[0] == 404
    assert "Connecter" in ask(home, "GET", "/", Cookie='mon-carnet=a; mon-carnet="b')[1]
