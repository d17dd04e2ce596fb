"""Nobody sees what is not theirs: every address, as every actor, with everyone's objects; and nobody changes it."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest

from hygie.access.queries import journal_is_whole
from hygie.config.urls import ROUTES
from hygie.tests.crawl import addresses, messages
from hygie.tests.crawl.callers import Ask, form, json
from hygie.tests.crawl.canaries import Recorder, found
from hygie.tests.crawl.outside import administrator
from hygie.tests.crawl.sent.said import swaps
from hygie.tests.crawl.town import ACTORS, SOFTWARE, Neighbour, Town
from hygie.tests.crawl.walk import Walk, logs_and_mails, rows

TORTURE = os.environ.get("HYGIE_TORTURE") == "1"
OBJECTS = 10_000 if TORTURE else 8  # to which each address is pointed, by each actor
MESSAGES = 1 if TORTURE else 3  # one hostile message out of so many, others for each software
SHARE = (
    1 if TORTURE else 3
)  # of what may be asked at an address each actor asks one in so many, others than her neighbour
AT_RANDOM = 8000 if TORTURE else 100  # requests by each actor, beside the listed ones
# Those who may change something of somebody: they walk through a town of their own.
CHANGING = frozenset({"amina", "zoe", "ines", "diallo", "operator", "labo", "software", "diallo-software"})
# What an actor may rightly change: her own record, her own deposits.
OWN: dict[str, dict[str, frozenset[str]]] = {
    name: {person: frozenset(kinds) for person in ("amina", "zoe", "ines")}
    for name, kinds in {
        "labo": ("report", "pdf", "cda", "unannounced", "superseded", "superseding", "withdrawn"),
        "software": ("letter", "written"),
        "diallo-software": ("letter", "written"),
        "diallo": ("letter", "written"),
    }.items()
}


@lru_cache(maxsize=1)
def common() -> Town:
    """The town of those who can change nothing in it."""
    return Town()


def town_of(actor: str) -> Town:
    return Town() if actor in CHANGING else common()


def test_every_address_is_crawled():
    """A new address, or a new kind of part in one, says in `crawl/sent` how it may be attacked."""
    assert addresses.unknown() == []
    assert {face: len(addresses.routes(face)) for face in addresses.faces()}.keys() >= set(addresses.WAYS_IN)
    assert sum(len(addresses.routes(face)) for face in addresses.faces()) == len(ROUTES)


@pytest.mark.parametrize("wearing", [
    str, str.upper, str.title, lambda w: w.encode("utf-16-le").decode("latin-1"), lambda w: w.encode().hex(),
    lambda w: _base64(f"x{w}"), lambda w: _base64(f"xx{w}y"), lambda w: _base64(w, url=True), lambda w: _base64(_base64(w)),
    lambda w: _zlib(w),
], ids=["plain", "capitals", "title", "utf-16", "hex", "base64", "base64 later", "base64 url", "twice", "signed value"])  # fmt: skip
def test_a_canary_is_heard_whatever_it_wears(wearing: Any):
    word = Recorder().plant("here")
    assert word.lower() in found(f"<p>avant {wearing(word)} après</p>".encode("latin-1"))
    assert found(b"nothing of the kind: canarixxx, Canarie") == set()


def _base64(text: str, *, url: bool = False) -> str:
    import base64

    return (base64.urlsafe_b64encode if url else base64.b64encode)(f"{text}, et la suite".encode()).decode().rstrip("=")


def _zlib(text: str) -> str:
    import base64
    import zlib

    return "." + base64.urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=") + ":1tX:abc"


# What each actor must meet, where she is at home: a crawl that could not find a canary would prove nothing.


def _at_home(town: Town) -> dict[str, tuple[list[Ask], list[str]]]:
    amina, zoe, ines = town.amina, town.zoe, town.ines
    pages = ["/accueil/", "/documents/", "/qui-voit-quoi/", "/qui-voit-quoi/journal/?montrer=tout", "/compte/"]

    def mine(one: Neighbour) -> tuple[list[Ask], list[str]]:
        kinds = [kind for kind in one.documents if kind not in ("unannounced", "withdrawn")]
        asks = [Ask("GET", path.partition("?")[0], path.partition("?")[2]) for path in pages]
        asks += [Ask("GET", f"/documents/{one.documents[kind]}/") for kind in kinds]
        asks += [Ask("GET", f"/documents/{one.documents[kind]}/original/") for kind in kinds]
        asks += [Ask("GET", f"/documents/{one.documents['cda']}/jointes/{number}/") for number in range(3)]
        words = [one.words[kind] for kind in kinds if kind != "photo"] + [
            one.words[f"{kind} content"] for kind in ("report", "pdf", "cda", "superseded", "superseding", "photo")
        ]
        return asks, [*words, one.words["cda attachment"], one.words["used"], one.words["message"], one.words["reason"]]

    def cared_for(one: Neighbour) -> tuple[list[Ask], list[str]]:
        kinds = [kind for kind in one.documents if kind not in ("hidden", "withdrawn", "superseded", "photo", "upload")]
        asks = [Ask("GET", at) for at in ("/pro/", f"/pro/patients/{one.id}/", f"/pro/patients/{one.id}/documents/")]
        asks += [Ask("GET", f"/pro/patients/{one.id}/documents/{one.documents[kind]}/original/") for kind in kinds]
        return asks, [one.words["used"], *(one.words[kind] for kind in kinds)]

    def by_fhir(one: Neighbour, kinds: tuple[str, ...]) -> tuple[list[Ask], list[str]]:
        asks = [
            Ask("GET", f"/fhir/{where}/{one.fhir(kind)}") for kind in kinds for where in ("Binary", "DocumentReference")
        ]
        return asks, [one.words[kind] for kind in kinds] + [one.words[f"{kind} content"] for kind in kinds]

    desk = [Ask("GET", f"/operateur/urgences/{case}/") for case in zoe.cases]
    desk += [Ask("GET", f"/operateur/signalements/{case}/") for case in zoe.cases]
    desk += [Ask("GET", f"/operateur/quarantaine/{one}/") for one in town.quarantined]
    said = [one.text for one in town.recorder.planted.values() if one.where.endswith("name as said")]
    return {
        "amina": mine(amina), "zoe": mine(zoe), "ines": mine(ines), "diallo": cared_for(amina),
        "nurse": ([Ask("GET", "/pro/")], [amina.words["used"]]),
        "operator": (desk, [zoe.words["message"], zoe.words["reason"], *said, ines.words["number"]]),
        "labo": by_fhir(zoe, ("report", "pdf", "cda", "unannounced")),
        "software": by_fhir(zoe, ("letter",)),
        "diallo-software": by_fhir(amina, ("report", "pdf", "cda", "letter")),
        "app": by_fhir(amina, ("report", "pdf", "cda", "letter")),
    }  # fmt: skip


def test_everyone_meets_her_own_canaries_and_no_other():
    town = Town()
    for actor, (asks, words) in _at_home(town).items():
        walk = Walk(actor).through(town, asks)
        assert walk.faults == [], walk.summary
        assert town.recorder.missed("amina" if actor == "app" else actor, words) == [], walk.summary


# The crawl.


def _everything(town: Town, actor: str) -> Iterator[Ask]:
    if actor in SOFTWARE:
        yield from list(messages.hostile(town))[sorted(SOFTWARE).index(actor) % MESSAGES :: MESSAGES]
    yield from _at_random(town, actor)
    for number, route in enumerate(ROUTES, ACTORS.index(actor)):
        asks = list(addresses.asks(route, town, actor, most=OBJECTS))
        yield from asks[number % SHARE :: SHARE] or asks[:1]


def test_the_crawl_is_as_long_as_we_say():
    assert sum(1 for actor in ACTORS for _ in _everything(common(), actor)) >= (100_000 if TORTURE else 20_000)


@pytest.mark.parametrize("actor", ACTORS)
def test_nobody_meets_what_is_not_hers_anywhere(actor: str, cluster: Any, record_property: Any):
    town = town_of(actor)
    before = {one.name: rows(administrator(cluster), one) for one in town.neighbours}
    walk = Walk(actor)
    with logs_and_mails(town) as lines:
        walk.through(town, _everything(town, actor))
    record_property("requests", walk.count)
    print(walk.summary)  # shown by `pytest -rP`
    assert walk.faults == [], walk.summary
    assert lines  # the logs were listened to
    assert _is_still_known(town, actor)  # a crawl by somebody signed out would prove little
    for one in town.neighbours:
        assert journal_is_whole(one.id) is None
        assert _changed(before[one.name], rows(administrator(cluster), one), actor, one) == [], walk.summary


def _is_still_known(town: Town, actor: str) -> bool:
    if actor in SOFTWARE - {"revoked"}:
        return town.caller(actor).ask(Ask("GET", f"/fhir/DocumentReference/{'0' * 64}")).status == 404
    home = {"operator": "/operateur/"}.get(actor, "/compte/" if actor in ("amina", "zoe", "ines") else "/pro/")
    return actor in ("anonymous", "revoked", "weak-operator") or town.caller(actor).ask(Ask("GET", home)).status == 200


def _changed(
    before: dict[tuple[str, str], str], after: dict[tuple[str, str], str], actor: str, one: Neighbour
) -> list[str]:
    """The rows of a person that this actor changed, took away, or (documents apart) added without any right."""
    if actor == one.name:
        return []
    own = {str(one.documents[kind]) for kind in OWN.get(actor, {}).get(one.name, ()) if kind in one.documents}
    kinds = {str(id): kind for kind, id in one.documents.items()}
    faults = [
        f"{actor} changed {table} of {one.name} ({kinds.get(id, id)})"
        for (table, id), digest in before.items() if after.get((table, id)) != digest and id not in own
    ]  # fmt: skip
    added = [table for table, id in after.keys() - before.keys() if table != "record_document"]
    return faults + [f"{actor} added to {table} of {one.name}" for table in added]


def _at_random(town: Town, actor: str) -> Iterator[Ask]:
    """Any address, any objects, any way of sending anything: always the same dice for the same actor."""
    dice = random.Random(f"hygie {actor}")
    kept = [(route, addresses.targets(route, town)) for route in ROUTES]
    criteria = [*addresses.queries(town), "status=current", "_format=xml", "acces=urgence&pages=toutes"]
    for _ in range(AT_RANDOM):
        route, targets = dice.choice(kept)
        path = addresses.filled(route, dice.choice(targets))
        query = "&".join(dice.sample(criteria, dice.randrange(3)))
        match dice.randrange(8):
            case 0:
                yield from addresses.BODIES[route.name](town, actor, path)[:2]
            case 1:
                yield form(dice.choice(["POST", "PUT", "PATCH"]), path, swaps(town), query=query)
            case 2:
                yield json(dice.choice(["POST", "PUT", "PATCH"]), path, dice.choice(_JUNK), query=query)
            case 3:
                yield Ask(dice.choice(["HEAD", "OPTIONS", "DELETE", "PROPFIND", "TRACE"]), path, query)
            case _:
                yield Ask("GET", path, query, headers=dice.choice(_HEADERS))


_JUNK: list[Any] = [[], {}, None, 0, "x", {"resourceType": "Bundle"}, b"{", b"\xff\xfe", b"", {"resourceType": "Patient", "id": "x"},
                    [{"op": "remove", "path": ""}], b"[" * 5000]  # fmt: skip
_HEADERS: list[tuple[tuple[str, str], ...]] = [
    (), (("Accept", "application/fhir+json"),), (("X-Request-Id", "canari"),), (("X-Forwarded-For", "127.0.0.1"),),
    (("HX-Request", "true"),), (("Accept", "*/*;q=0"),), (("Cookie", "hygie=1"),), (("If-Match", 'W/"1"'),),
]  # fmt: skip
