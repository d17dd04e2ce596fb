"""The demonstration's practice software, in its own process and origin: from a chart to the useful page in one click."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from hygie.access import queries as access
from hygie.access.types import Action, Channel
from hygie.formats.fhir import building
from hygie.interop.tests.clients import about
from hygie.ops.demo.software import new_key, public
from hygie.ops.demo_cabinet import plain
from hygie.ops.demo_cabinet.told import Patient, Told
from hygie.ops.tests.running import free_port, program
from hygie.people import actions as people
from hygie.people.types import Actor
from hygie.portal.tests import stage
from hygie.tests.browser import DESK, PHONE, barriers
from hygie.tests.elsewhere import Silent, serving
from hygie.tests.world import Person, World, a_report, deposited


def told(doctor: Actor, hygie: str, *waiting: Person, patience: float = 90.0) -> Told:
    key = new_key()
    client_id = people.register_client(
        name="Logiciel de cabinet de démonstration", organisation_id=doctor.organisation_id,
        scopes=["launch", "system/DocumentReference.rs"], jwks={"keys": [public(key)]},
    )  # fmt: skip
    patients = tuple(
        Patient(
            key=f"patient-{'abc'[number]}", name=one.traits.given_names[0], born="04/05/1988 (37 ans)", ins=one.ins.matricule,
            hour="09:00", reason="Suivi", next="12/12/2026", notes=("Une note du cabinet.",),
            resource=building.patient(about(one).subject),
        )
        for number, one in enumerate(waiting)
    )  # fmt: skip
    return Told(
        free_port(), hygie, "Cabinet des Tilleuls", "Dr Awa Diallo", doctor.rpps or "", str(client_id), key, patients,
        patience,
    )  # fmt: skip


@contextmanager
def cabinet(folder: Path, where: Told) -> Iterator[str]:
    """The program itself, started as `hygie up --demo` starts it."""
    file = folder / f"cabinet-{where.port}.json"
    file.touch(0o600)
    file.write_text(json.dumps(asdict(where)))
    with program("hygie.ops.demo_cabinet", file, port=where.port):
        yield where.home


@pytest.fixture(scope="module")
def site(database: None) -> Iterator[str]:
    with stage.named() as address:
        yield address


@pytest.fixture(scope="module")
def world(site: str) -> World:
    world = World()
    deposited(world.labo_seine, world.amina, a_report("Bilan thyroïdien"))
    deposited(world.labo_seine, world.zoe, a_report("Secret de Zoé"))
    return world


@pytest.fixture(scope="module")
def home(site: str, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Dr Diallo's: Amina is her patient, Zoé is not."""
    where = told(world.dr_diallo, site, world.amina, world.zoe)
    with cabinet(tmp_path_factory.mktemp("cabinet"), where) as home:
        card(home, ask(home, "GET", "/patients/patient-b/")[1])  # the first call of all is slow; a chart waits little
        yield home


def _complains(said: Any) -> bool:
    """A record that is not open answers 404, and the console says so."""
    return said.type in ("error", "warning") and "status of 404" not in said.text


@pytest.fixture
def look(chromium: Any, home: str, site: str) -> Iterator[Callable[..., Any]]:
    contexts, complaints = [], []

    def open_page(at: str = home, size: tuple[int, int] = DESK, **options: Any) -> Any:
        width, height = size
        context = chromium.new_context(
            base_url=at, locale="fr-FR", viewport={"width": width, "height": height}, **options
        )
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if _complains(said) else None)
        page.on("request", lambda asked: None if asked.url.startswith((at, site)) else complaints.append(asked.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        contexts.append(context)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def ask(home: str, method: str, path: str, **headers: str) -> tuple[int, str]:
    at = urlsplit(home)
    line = http.client.HTTPConnection("127.0.0.1", at.port, timeout=120)
    line.request(method, path, headers={"Host": f"localhost:{at.port}"} | headers)
    answer = line.getresponse()
    said = answer.status, answer.read().decode()
    line.close()
    return said


def card(home: str, chart: str) -> str:
    """What the chart says of Hygie's answer once there is one: its own call for it waits."""
    still = re.search(r'data-card="([^"]+)"', chart) if "Hygie cherche" in chart else None
    return ask(home, "GET", still[1])[1] if still else chart


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_doctor_goes_from_the_chart_to_the_useful_page_in_one_click(look, world, site, script):
    page = look(java_script_enabled=script)
    page.goto("/")
    expect(page.get_by_text("Logiciel de démonstration, pas un vrai logiciel")).to_be_visible()
    page.get_by_role("link", name="Amina").click()
    expect(page.get_by_role("article")).to_contain_text("Hygie, l’espace de santé de la personne")
    expect(page.get_by_role("article")).to_contain_text("1 document")
    page.get_by_role("button", name="Ouvrir la page utile").click()
    expect(page).to_have_url(f"{site}/pro/patients/{world.amina.id}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Amina")
    came = [line for line in access.journal(world.amina.opens(Action.READ_JOURNAL)) if line.on_behalf_of]
    assert {line.actor_name for line in came} == {"Dr Diallo"}
    assert came[0].channel != Channel.MACHINE and came[-1].channel == Channel.MACHINE


def test_somebody_who_is_not_her_patient_has_no_card_and_no_page(look, world, site):
    page = look()
    page.goto("/patients/patient-b/")
    expect(page.get_by_text("Rien de nouveau chez Hygie pour ce dossier.")).to_be_visible()
    assert "Secret de Zoé" not in page.content()
    page.get_by_role("button", name="Ouvrir la page utile").click()
    page.wait_for_url(f"{site}/**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "Secret de Zoé" not in page.content()


@pytest.mark.parametrize("size", [PHONE, DESK, (320, 640)])
def test_its_pages_are_free_of_barriers_and_fit_their_screen(look, size):
    page = look(size=size, bypass_csp=True)
    for address in ("/", "/patients/patient-a/", "/patients/patient-b/"):
        page.goto(address)
        page.wait_for_function("!document.body.textContent.includes('Hygie cherche')")
        found = barriers(page)
        assert found == [], (address, found)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], address


def test_when_hygie_is_away_the_visit_goes_on(world, tmp_path):
    where = told(world.dr_diallo, "http://127.0.0.1:9", world.amina)
    with cabinet(tmp_path, where) as home:
        status, chart = ask(home, "GET", "/patients/patient-a/")
        assert (status, "Une note du cabinet." in chart) == (200, True)
        assert "votre consultation continue" in card(home, chart)
        status, page = ask(home, "POST", "/patients/patient-a/ouvrir", Origin=home)
        assert (status, "votre consultation continue" in page) == (502, True)


def test_the_chart_does_not_wait_for_a_hygie_that_never_answers(world, look, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = told(world.dr_diallo, f"http://127.0.0.1:{silent.getsockname()[1]}", world.amina, patience=4)
        with cabinet(tmp_path, where) as home:
            ask(home, "GET", "/")  # its first page loads its modules
            status, chart = ask(home, "GET", "/patients/patient-a/")
            assert (status, "Hygie cherche" in chart, 'http-equiv="refresh"' in chart) == (200, True, True)
            for script in (True, False):
                page = look(at=home, java_script_enabled=script)
                page.goto("/patients/patient-a/")
                expect(page.get_by_text("Une note du cabinet.")).to_be_visible()
                expect(page.get_by_text("votre consultation continue")).to_be_visible()
                page.context.close()  # before its program ends: the icon of its tab may still be on its way


def test_a_page_of_another_site_opens_nothing_through_it(home):
    assert ask(home, "POST", "/patients/patient-a/ouvrir", Origin="https://autre.example")[0] == 403
    assert ask(home, "POST", "/patients/patient-a/ouvrir")[0] == 403
    assert ask(home, "GET", "/patients/patient-a/ouvrir")[0] == 405
    assert ask(home, "GET", "/", Host="autre.example")[0] == 403
    assert ask(home, "GET", "/../told.py")[0] == 404


@given(st.text(alphabet=st.sampled_from("-*+ \\<>&\"'`[]()!aé\n"), max_size=60))
def test_a_card_is_words_whatever_was_written_in_it(detail):
    shown = [line for block in plain.blocks(detail) for line in block.lines]
    assert all(line and "\n" not in line for line in shown)


def test_tags_links_and_pictures_of_a_card_stay_on_the_page_as_words(world, tmp_path):
    wicked = [{
        "summary": "<b>1</b> nouveauté", "source": {"label": "<i>Hygie</i>"}, "indicator": "info",
        "detail": "- \\<script\\>1\\</script\\>\n- <img src=x onerror=alert(1)>\n\n[lien](javascript:alert(1))",
    }]  # fmt: skip
    with speaking({"cards": wicked}) as hygie, cabinet(tmp_path, told(world.dr_diallo, hygie, world.amina)) as home:
        shown = card(home, ask(home, "GET", "/patients/patient-a/")[1])
    shown = shown.split("<article>")[1].split("</article>")[0]
    assert "&lt;b&gt;1&lt;/b&gt; nouveauté" in shown and "&lt;script&gt;1&lt;/script&gt;" in shown
    assert "<li>&lt;img src=x" in shown and "<p>[lien](javascript:alert(1))</p>" in shown
    assert [tag for tag in ("<script", "<img", "<a ", "<i>", "<b>") if tag in shown] == []


@contextmanager
def speaking(said: dict[str, Any]) -> Iterator[str]:
    """A server of somebody else's, that answers every call with `said`."""

    class Other(Silent):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(200, json.dumps(said).encode())

    with serving(Other) as address:
        yield address
