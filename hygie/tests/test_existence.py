"""What is not there and what is not yours are one answer: same status, same headers, same bytes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from uuid import uuid4

import pytest

from hygie.base.routes import Route
from hygie.config.urls import ROUTES
from hygie.tests.crawl import addresses
from hygie.tests.crawl.addresses import Args
from hygie.tests.crawl.callers import FORM, Ask, Told, form, json
from hygie.tests.crawl.parts import OBJECTS
from hygie.tests.crawl.sent.said import identity
from hygie.tests.crawl.town import ACTORS, SOFTWARE, Neighbour, Town

# What no two answers share: a request's own id, and the masked token of a form.
_OWN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')

_BY_WAY = frozenset({"workspace:patient", "workspace:document", "workspace:original"})
TORTURE = os.environ.get("HYGIE_TORTURE") == "1"


_HERS = ("amina", "app")  # she, and the application that she let in: nothing of hers is forbidden to them

# What a person has one by one: who may see, who may not, how she comes in, where she is told, what she shares.
_KEPT: dict[str, Callable[[Neighbour], object]] = {
    "member_id": lambda one: one.members[0],
    "block_id": lambda one: one.blocks[0],
    "way_id": lambda one: one.way,
    "session_id": lambda one: one.session,
    "contact_id": lambda one: one.contact,
    "share_id": lambda one: one.shares[0],
    "viewing_id": lambda one: one.viewings[0],
}


@lru_cache(maxsize=1)
def town() -> Town:
    return Town()


def said(told: Told, args: Args) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """An answer without what its own address put into it."""
    headers = [
        (name, value.partition("=")[0] if name == "Set-Cookie" else value)  # a form's cookie carries its date
        for name, value in told.headers
        if name not in ("X-Request-Id", "Content-Length")
    ]
    body = _OWN.sub(b"", told.body)
    for value in sorted(args.values(), key=len, reverse=True):
        for written in (value, value.replace("-", "")) if len(value) > 8 else ():
            body = body.replace(written.encode(), b"(this)")
            headers = [(name, text.replace(written, "(this)")) for name, text in headers]
    return told.status, tuple(headers), body


def differences(one: tuple[int, Any, bytes], other: tuple[int, Any, bytes]) -> str:
    """The first place where two answers differ, to be read by who has to mend it."""
    if one[0] != other[0]:
        return f"{one[0]} and {other[0]}"
    if one[1] != other[1]:
        return f"headers {sorted(set(one[1]) ^ set(other[1]))}"
    lines = zip([*one[2].splitlines(), b""], [*other[2].splitlines(), b""], strict=False)
    return next((f"{a[:90]!r} and {b[:90]!r}" for a, b in lines if a != b), "" if one[2] == other[2] else "lengths")


def pairs(route: Route, actor: str) -> Iterator[tuple[Args, Args]]:
    """(somebody else's, nobody's) at this address; nothing for an address that names no object."""
    parts = set(addresses.names(route)) & OBJECTS
    here = town()
    other = here.amina if actor == "zoe" else here.zoe
    # A depositor knows its own deposits: what it may not know is the rest of that record.
    kinds = ["upload", "hidden"] if actor in ("labo", "software") else ["report", "hidden"]
    kinds += ["written", "photo"] if TORTURE else []
    absent = str(uuid4())
    if parts == {"patient_id", "document_id"}:
        yield from (
            _pair(route, patient_id=(str(other.id), absent), document_id=(str(other.documents[kind]),) * 2)
            for kind in kinds
        )
        for whose in (other, here.amina):  # inside a record that may be open to her: a document that is not, and none
            for kind in ("hidden", *kinds) if whose is other else ("hidden",):
                theirs = (str(whose.documents[kind]), absent)
                if not (whose is here.amina and actor in _HERS):
                    yield _pair(route, patient_id=(str(whose.id),) * 2, document_id=theirs)
    elif parts == {"fhir_id"}:
        for kind in kinds:
            yield _pair(route, fhir_id=(other.fhir(kind), other.id.hex + uuid4().hex))
            if actor not in ("labo", "software"):
                yield _pair(route, fhir_id=(other.fhir(kind), uuid4().hex * 2))
        if actor not in _HERS:
            yield _pair(route, fhir_id=(here.amina.fhir("hidden"), here.amina.id.hex + uuid4().hex))
    elif parts == {"patient_id"}:
        yield _pair(route, patient_id=(str(other.id), absent))
    elif parts == {"document_id"}:
        yield from (_pair(route, document_id=(str(other.documents[kind]), absent)) for kind in kinds)
    elif len(parts) == 1 and (kept := _KEPT.get(next(iter(parts)))):
        yield _pair(route, **{next(iter(parts)): (str(kept(other)), absent)})
    elif parts == {"case_id"} and actor != "operator":
        yield from (_pair(route, case_id=(str(case), absent)) for case in other.cases)
    elif parts == {"quarantine_id"} and actor != "operator":
        yield _pair(route, quarantine_id=(str(here.quarantined[0]), absent))
    elif parts == {"job_id"} or parts == {"seq"}:  # numbered inside one's own list: there is no other's
        return


def _pair(route: Route, **values: tuple[str, str]) -> tuple[Args, Args]:
    rest = {part: addresses.PARTS[part](town())[0] for part in addresses.names(route) if part not in values}
    return rest | {part: one for part, (one, _) in values.items()}, rest | {
        part: none for part, (_, none) in values.items()
    }


def test_every_kind_of_object_is_compared():
    compared = {frozenset(set(addresses.names(route)) & OBJECTS) for route in ROUTES if any(pairs(route, "roux"))}
    known = {frozenset(set(addresses.names(route)) & OBJECTS) for route in ROUTES} - {frozenset()}
    # A job is nobody's; the others are compared with another's in their own tests: a line of the journal, an application
    # let in, a help confided, an operator's call and what two operators settle.
    apart = ("job_id", "seq", "authorization_id", "tie_id", "call_id", "proposal_id")
    assert known - compared == {frozenset({one}) for one in apart}


@pytest.mark.parametrize("actor", ACTORS)
def test_forbidden_and_absent_are_one_answer(actor: str):
    here, count, faults = town(), 0, list[str]()
    caller = here.caller(actor)
    for route in ROUTES:
        for theirs, none in pairs(route, actor):
            ways = ("", "acces=depot", "acces=urgence") if route.name in _BY_WAY else ("",)
            for way in ways:
                told = [
                    said(caller.ask(Ask("GET", addresses.filled(route, args), way)), args) for args in (theirs, none)
                ]
                if fault := differences(*told):
                    faults.append(f"GET {route.name} {way}: {fault}")
            sent = [addresses.BODIES[route.name](here, actor, addresses.filled(route, args)) for args in (theirs, none)]
            if route.name.startswith("fhir:"):
                patch = [{"op": "replace", "path": "/status", "value": "entered-in-error"}]
                sent = [
                    [json("PATCH", addresses.filled(route, args), patch, kind="application/json-patch+json")]
                    for args in (theirs, none)
                ]
            for one, other in zip(*sent, strict=True):
                told = [said(caller.ask(ask), args) for ask, args in ((one, theirs), (other, none))]
                if fault := differences(*told):
                    faults.append(f"{one.method} {route.name}: {fault}")
            count += 1
    assert faults == [], "\n".join(sorted(set(faults)))
    assert count > 30


def _typed(town_: Town, one: Neighbour | None, **changed: str) -> dict[str, str]:
    """Somebody's identity as a form says it: true, wrong in one place, or nobody's."""
    said_ = {
        "matricule": town_.zoe.person.ins.matricule, "authority": town_.zoe.person.ins.oid, "family": "Personne",
        "given": "Nulle", "born": "1970-01-01", "sex": "female",
    }  # fmt: skip
    return (
        said_
        | (identity(one) if one else {"matricule": town_.world.matricule("1970-01-01", "female").matricule})
        | changed
    )


@pytest.mark.parametrize("page", ["/pro/trouver/", "/pro/urgence/"])
def test_nobody_and_nearly_her_are_one_answer_to_a_search(page: str):
    here = Town()
    caller = here.caller("roux")
    answers = set()
    for typed in (
        _typed(here, None), _typed(here, here.zoe, born="1979-11-03"), _typed(here, here.zoe, family="Dupont"),
        _typed(here, here.zoe, matricule=here.world.matricule("1979-11-02", "female").matricule),
        _typed(here, here.amina, sex="male"),
    ):  # fmt: skip
        typed["reason"] = "Patiente inconsciente, admise aux urgences"
        status, headers, body = said(caller.ask(form("POST", page, typed)), {})
        for value in (typed["matricule"], typed["family"], typed["given"], typed["born"]):
            body = body.replace(value.encode(), b"(typed)")
        for sex in (b"female", b"male"):  # which of the two is chosen
            body = body.replace(b'value="%s" selected' % sex, b'value="%s"' % sex)
        answers.add((status, headers, re.sub(rb"\s+", b" ", body)))
    assert len(answers) == 1
    known = caller.ask(form("POST", page.replace("urgence", "trouver"), _typed(here, here.zoe)))
    assert here.zoe.words["family"].upper().encode() in known.body  # knowing everything, one does find her


@pytest.mark.parametrize("actor", sorted(SOFTWARE - {"revoked"}))
@pytest.mark.parametrize("kind", ["DocumentReference", "List"])
def test_a_search_by_fhir_does_not_tell_who_exists(actor: str, kind: str):
    here = town()
    stranger = here.world.person("Nora")  # of whom nobody here has a document
    answers = set()
    for matricule in (stranger.ins.matricule, here.world.matricule("1979-11-02", "female").matricule):
        body = f"status=current&patient.identifier=urn:oid:{here.zoe.person.ins.oid}|{matricule}".encode()
        told = here.caller(actor).ask(Ask("POST", f"/fhir/{kind}/_search", "", body, FORM))
        answers.add(said(told, {"matricule": matricule}))
    assert len(answers) == 1
