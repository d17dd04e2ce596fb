"""The second wall alone: the rules say yes to everything, and row-level security still keeps two persons apart."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from hygie.access import policy
from hygie.access.types import Decision, Scope
from hygie.tests.crawl import addresses, messages
from hygie.tests.crawl.callers import FORM, Ask
from hygie.tests.crawl.sent.said import said_by_heart
from hygie.tests.crawl.town import Town
from hygie.tests.crawl.walk import Walk

OBJECTS = 10_000 if os.environ.get("HYGIE_TORTURE") == "1" else 14  # to which each address is pointed, by each actor
EVERYTHING = Scope(classes=None, hidden=True, unannounced=True)
# People and professionals, through pages and through software; and whom each one may reach, rightly.
REACH = {
    "amina": "amina", "zoe": "zoe", "ines": "ines", "diallo": "amina", "weak-diallo": "amina", "nurse": "amina", "roux": "",
    "diallo-software": "amina", "roux-software": "", "operator": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def town(database: None) -> Town:
    return Town(letters=frozenset({"amina"}))  # nothing by which the practice would reach Zoé


@pytest.fixture
def no_rules(monkeypatch: pytest.MonkeyPatch, town: Town) -> None:
    monkeypatch.setattr(policy, "decide", lambda request, facts: Decision("no-rule", True, EVERYTHING))


def _looks(town: Town, actor: str) -> Iterator[Ask]:
    """Every address that shows something, pointed at everybody; and every search."""
    for face in addresses.faces():
        for route in addresses.routes(face):
            everything = addresses.targets(route, town)
            dice = random.Random(f"{actor} {route.name}")
            for args in dice.sample(everything, min(len(everything), OBJECTS)):
                yield Ask("GET", addresses.filled(route, args))
            if route.name in ("workspace:patient", "workspace:document", "workspace:original"):
                # Not « acces=urgence »: breaking the glass is what moves this wall, for a day and in the journal.
                yield from (
                    Ask("GET", addresses.filled(route, args), "acces=depot") for args in addresses.targets(route, town)
                )
    if actor.endswith("-software"):
        for one in town.neighbours:
            ins = f"urn:oid:{one.person.ins.oid}|{one.person.ins.matricule}"
            for criteria in ({"patient.identifier": ins}, {"patient": one.id.hex}):
                for kind in ("DocumentReference", "List"):
                    asked = urlencode({"status": "current", **criteria}).encode()
                    yield Ask("POST", f"/fhir/{kind}/_search", "", asked, FORM, says=said_by_heart(one))
        yield from (Ask("GET", f"/fhir/Binary/{one}", headers=(("Accept", "application/fhir+json"),))
                    for one in messages.fhir_ids(town))  # fmt: skip


@pytest.mark.parametrize("actor", REACH)
@pytest.mark.usefixtures("no_rules")
def test_without_the_rules_no_row_of_another_person_comes_out(actor: str, town: Town):
    walk = Walk(actor).through(town, _looks(town, actor))
    print(walk.summary)
    mine = f"met {REACH[actor]}: "  # with the rules away, what was hidden inside a record that one reaches is seen
    others = [fault for fault in walk.faults if not (REACH[actor] and mine in fault) and not _of_the_desk(actor, fault)]
    assert others == [], "\n".join(others[:20])
    if actor in ("diallo", "diallo-software"):
        assert any("met amina: hidden" in fault for fault in walk.faults), "the rules were still there"


def _of_the_desk(actor: str, fault: str) -> bool:
    """What waits for an operator is not behind the persons' wall: she must be seen to be nobody's reader there."""
    return actor == "operator" and " GET /operateur/" in f" {fault}" and "quarantine" in fault
