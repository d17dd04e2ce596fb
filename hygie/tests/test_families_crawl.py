"""A guardian and a caregiver at every address of the person they come for: what she keeps secret is met nowhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice

import pytest

from hygie.access import actions as access
from hygie.access import policy
from hygie.access.types import Action, Decision, Level, Paper, Relation, Scope, TieKind
from hygie.portal.whom import PAGES
from hygie.record import tasks
from hygie.tests.crawl import addresses
from hygie.tests.crawl.callers import Ask
from hygie.tests.crawl.town import Neighbour, Town
from hygie.tests.crawl.walk import Walk
from hygie.tests.kin import at_the_desk, confided
from hygie.tests.world import NOW

OBJECTS = 10_000 if os.environ.get("HYGIE_TORTURE") == "1" else 4  # to which each page is pointed
NEVER = ("unannounced", "withdrawn", "secret", "reason", "message", "matricule", "quarantine")


@pytest.fixture(scope="module")
def town(database: None) -> Town:
    """Zoé, whom a guardian named by a judgment represents, and whom an aunt helps with prescriptions only."""
    town = Town()
    zoe = town.zoe
    values = "HÉMATOLOGIE\nHémoglobine      13,2 g/dL   (12,0 - 16,0)\nHCG       26 UI/L   (15 - 150)\n"
    words = zoe.words["secret content"] = town.recorder.plant("zoe: secret content", "zoe", "labo")
    town._publish(
        "labo", zoe, "secret", f"{values}{words}".encode(), "zoe", "labo", media_type="text/plain",
        visibility=frozenset({"N", "INVISIBLE_REPRESENTANTS_LEGAUX"}),
    )  # fmt: skip
    tasks.read([[str(zoe.id), str(zoe.documents["secret"])]])
    guardian, aunt = (town._neighbour(name, "Odile", "Roy") for name in ("guardian", "aunt"))
    access.record_tie(
        at_the_desk(town.world, zoe.person), helper_id=guardian.id, kind=TieKind.GUARDIAN, at=NOW,
        relation=Relation.GUARDIAN, paper=Paper("Jugement du 3 mars 2026"),
    )  # fmt: skip
    confided(zoe.person, aunt.person, level=Level.SEE, classes=frozenset({"42"}))
    for one in list(town.recorder.planted.values()):
        if one.where.startswith("zoe: ") and not any(word in one.where for word in NEVER):
            audience = ("guardian", "aunt") if one.where.endswith(" name") else ("guardian",)
            town.recorder.watch(one.text, one.where, *audience)
    return town


def _for(one: Neighbour, asks: Iterator[Ask]) -> Iterator[Ask]:
    for ask in asks:
        yield Ask(ask.method, f"/pour/{one.id}{ask.path}", ask.query, ask.body, ask.kind, ask.headers, ask.says)


@pytest.mark.parametrize("actor", ["guardian", "aunt"])
def test_nothing_that_is_kept_secret_is_met_by_whoever_acts_for_her(actor: str, town: Town) -> None:
    zoe, walk = town.zoe, Walk(actor)
    for route in addresses.routes("portal"):
        if route.name not in PAGES and actor == "aunt":  # closed in the same way as to the guardian
            continue
        most = OBJECTS if route.name in PAGES else 1
        walk.through(town, _for(zoe, islice(addresses.asks(route, town, actor, most=most), 2 * most)))
        walk.through(town, _for(town.amina, islice(addresses.asks(route, town, actor, most=1), 1)))
    secret = zoe.documents["secret"]
    for path in ("", "original/", "pages/1/", "jointes/0/", "images/0/"):
        walk.through(town, _for(zoe, iter([Ask("GET", f"/documents/{secret}/{path}")])))
    for kind in ("report", "hidden", "unannounced", "withdrawn"):
        walk.through(town, _for(zoe, iter([Ask("GET", f"/documents/{zoe.documents[kind]}/")])))
    print(walk.summary)
    assert walk.faults == [], walk.summary
    expected = (
        [zoe.words["used"], zoe.words["report"], zoe.words["hidden"]] if actor == "guardian" else [zoe.words["used"]]
    )
    assert town.recorder.missed(actor, expected) == [], "a crawl that sees nothing proves nothing"


def test_her_own_pages_still_hold_what_she_keeps_secret(town: Town) -> None:
    walk = Walk("zoe").through(
        town, [Ask("GET", "/documents/"), Ask("GET", f"/documents/{town.zoe.documents['secret']}/")]
    )
    assert walk.faults == [] and town.recorder.missed("zoe", [town.zoe.words["secret"]]) == []
    assert access.open_record(town.zoe.person.asks(Action.LIST)).tie is None


def test_without_the_rules_an_address_for_another_still_shows_no_row_of_a_stranger(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second wall alone: the aunt of Zoé asks for Amina, and every rule says yes."""
    everything = Scope(classes=None, hidden=True, unannounced=True)
    monkeypatch.setattr(policy, "decide", lambda request, facts: Decision("no-rule", True, everything))
    walk = Walk("aunt")
    for name in ("accueil/", "documents/", "ma-sante/resume/", "ma-sante/resultats/", "ma-sante/traitements/"):
        walk.through(town, [Ask("GET", f"/pour/{town.amina.id}/{name}")])
    for document in town.amina.documents.values():
        walk.through(
            town, [Ask("GET", f"/pour/{town.amina.id}/documents/{document}/{end}") for end in ("", "original/")]
        )
    assert [fault for fault in walk.faults if "met amina" in fault] == [], walk.summary
