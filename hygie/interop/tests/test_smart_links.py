"""SMART Health Links, read by an independent implementation (kill-the-clipboard, npm) and by hand."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from hygie.access import actions, queries
from hygie.access.types import Action
from hygie.formats import smart_links
from hygie.formats.fhir import validate
from hygie.ops import npm
from hygie.portal.tests import stage
from hygie.record import actions as record
from hygie.tests.world import Person, World, a_report, deposited

HERE = Path(__file__).parent / "smart_links_js"


@pytest.fixture(scope="module")
def site(database: None) -> Iterator[str]:
    with stage.named() as address:
        yield address


@pytest.fixture(scope="module")
def world(database: None) -> World:
    return World()


def shared(person: Person, **said: object) -> tuple[UUID, str]:
    """A share, and its link as it is given."""
    now = timezone.now()
    values = {"until": now + timedelta(days=7), "at": now} | said
    share_id = actions.share(person.opens(Action.SET_ACCESS), **values)  # type: ignore[arg-type]
    held = queries.link(person.opens(Action.LIST), share_id=share_id)
    flags = smart_links.flags(
        passcode=bool(said.get("passcode")), files=len(said.get("documents", ())) + bool(said.get("summary")),
        lasting="most" not in said,
    )  # fmt: skip
    from hygie.base import config

    url = f"{config.get('HYGIE_PUBLIC_URL')}/shl/{held.manifest}"
    link = smart_links.Link(url, held.key, flags, "Documents de santé", int((now + timedelta(days=7)).timestamp()))
    return share_id, smart_links.written(link, viewer=f"{config.get('HYGIE_PUBLIC_URL')}/partage/{held.page}/")


def read_by_others(*asked: dict[str, object]) -> list[dict]:
    home = npm.installed(HERE, name="smart-links-js", package="kill-the-clipboard")
    script = npm.beside(home, HERE / "read.mjs")
    done = subprocess.run(
        [str(npm.node()), str(script)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_reader_that_others_wrote_opens_each_kind_of_link(site: str, world: World):
    person = world.person("Lucie")
    paper = deposited(world.labo_seine, person, a_report("Bilan", content=b"TSH 2,1 mUI/L")).id
    _, both = shared(person, documents=[paper], summary=True)
    _, direct = shared(person, summary=True, most=2)
    guarded_id, guarded = shared(person, documents=[paper], passcode="tilleul")
    ended_id, ended = shared(person, summary=True)
    actions.end_share(person.opens(Action.SET_ACCESS), share_id=ended_id, at=timezone.now())
    whole, far, one, right, wrong, gone, used, last = read_by_others(
        {"link": both}, {"link": both, "most": 100}, {"link": direct}, {"link": guarded, "passcode": "tilleul"},
        {"link": guarded, "passcode": "chêne"}, {"link": ended}, {"link": direct}, {"link": direct},
    )  # fmt: skip
    assert [each["type"] for each in whole["resources"]] == ["document", "collection"]
    assert (whole["label"], whole["flag"], direct.partition("#")[2][:8]) == ("Documents de santé", "L", "shlink:/")
    assert [each["type"] for each in far["resources"]] == ["document", "collection"]  # by their addresses
    assert one["flag"] == "U" and one["resources"][0]["type"] == "document" and "resources" in used
    [bundle] = right["resources"]
    attachment = bundle["entry"][0]["resource"]["content"][0]["attachment"]
    assert (attachment["contentType"], attachment["data"]) == ("text/plain", "VFNIIDIsMSBtVUkvTA==")
    assert all("error" in each for each in (wrong, gone, last))
    for each in (*whole["resources"], bundle):
        validate.check_base(orjson.dumps(each))
    text = json.dumps([whole, far, one, right])
    assert person.ins.matricule not in text and str(person.id) not in text and person.id.hex not in text
    named = {viewing.name for share in queries.shares(person.opens(Action.SET_ACCESS)) for viewing in share.viewings}
    assert named == {"Dr Smith, Porto"}
    [count] = [share.tries for share in queries.shares(person.opens(Action.SET_ACCESS)) if share.id == guarded_id]
    assert count == 9


def test_what_the_specification_asks_of_a_server(world: World, database: None):
    person, client = world.person("Lucie"), Client()
    paper = deposited(world.labo_seine, person, a_report("Bilan")).id
    share_id, _ = shared(person, documents=[paper], passcode="tilleul")
    path = f"/shl/{queries.link(person.opens(Action.LIST), share_id=share_id).manifest}"

    def asks(**body: object):
        return client.post(path, json.dumps(body), content_type="application/json")

    wrong = asks(recipient="X", passcode="no")
    assert (wrong.status_code, wrong.json()) == (401, {"remainingAttempts": 9})
    right = asks(recipient="X", passcode="tilleul")
    assert right.status_code == 200 and right["Content-Type"] == "application/json"
    assert right["Access-Control-Allow-Origin"] == "*" and right["Cache-Control"] == "no-store"
    assert right.json()["files"][0]["contentType"] == "application/fhir+json"
    assert asks(passcode="tilleul").status_code == asks(recipient="X", embeddedLengthMax="9").status_code == 400
    assert client.get(path, {"recipient": "X"}).status_code == 401  # a passcode and a direct file do not go together
    assert client.post("/shl/" + "x" * 43, '{"recipient": "X"}', content_type="application/json").status_code == 404
    assert client.get("/shl/f/nothing").status_code == 404
    far = asks(recipient="X", passcode="tilleul", embeddedLengthMax=0).json()["files"][0]["location"]
    answer = client.get(far.partition("/shl/")[1] + far.partition("/shl/")[2])
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/jose")
    grant = record.open_to_correct(person.asks(Action.SET_VISIBILITY, object_id=paper))
    record.set_visibility(grant, document_id=paper, add=["MASQUE_PS"], at=timezone.now())
    assert asks(recipient="X", passcode="tilleul").status_code == 404  # all of it left the share
    assert client.get(far.partition("/shl/")[1] + far.partition("/shl/")[2]).status_code == 404
