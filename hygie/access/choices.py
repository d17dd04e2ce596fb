"""What a person decided about who sees what, as it is kept: read in the gate's scope, who is meant unsealed by her key.

Private to the room; `queries.settings` and `queries.explain` are its doors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg

from hygie.access.types import Action, Facts, Grant, RecordState
from hygie.base import sealing
from hygie.people import queries as people
from hygie.people.types import Actor, AuthLevel, Kind, Organisation, Professional

# An announced space falls asleep by itself on its day: nobody has to write it, for 65 million spaces.
STATE = b"CASE WHEN state = 'announced' AND opens <= now() THEN 'sleeping' ELSE state END"


@dataclass(frozen=True, slots=True)
class Choice:
    """One member of the circle, or one who is kept out; who it is stays sealed."""

    id: UUID
    subject: UUID
    sealed: bytes
    since: datetime
    until: datetime | None
    classes: frozenset[str] | None
    reading: bool
    deposit: bool
    without: frozenset[UUID] = frozenset()  # documents kept from this one alone


def decided(grant: Grant, sql: psycopg.Cursor[Any]) -> tuple[Facts, datetime | None]:
    """The facts of the record alone, and since when her care team may come in."""
    row = sql.execute(
        b"SELECT " + STATE + b""", care_team_consent, deposit_opposed, emergency_allowed, emergency_hidden,
                  consent_since FROM access_record WHERE patient_id = %b""",
        [grant.patient_id], prepare=True, binary=True,
    ).fetchone()  # fmt: skip
    assert row is not None
    state, consent, opposed, allowed, hidden, since = row
    facts = Facts(
        state=RecordState(state), care_team_consent=consent, deposit_opposed=opposed, emergency_allowed=allowed,
        emergency_hidden=hidden,
    )  # fmt: skip
    return facts, since


def chosen(grant: Grant, sql: psycopg.Cursor[Any]) -> tuple[list[Choice], list[Choice]]:
    """The circle and the blocks of this day, the oldest first."""
    rows = sql.execute(
        """SELECT true, id, subject, sealed, since, until, classes, true, false, without FROM access_member
             WHERE patient_id = %(p)b AND ended IS NULL AND (until IS NULL OR until > %(at)b)
           UNION ALL SELECT false, id, subject, sealed, since, NULL, NULL, reading, deposit, NULL FROM access_block
             WHERE patient_id = %(p)b AND ended IS NULL
           ORDER BY since""",
        {"p": grant.patient_id, "at": grant.at}, prepare=True, binary=True,
    ).fetchall()  # fmt: skip
    found: tuple[list[Choice], list[Choice]] = ([], [])
    for member, one, subject, sealed, since, until, classes, reading, deposit, without in rows:
        limits = None if classes is None else frozenset(classes)
        found[not member].append(
            Choice(one, subject, sealed, since, until, limits, reading, deposit, frozenset(without or ()))
        )
    return found


def may_touch(grant: Grant, one: UUID, sealed: bytes) -> bool:
    """Whether this choice is this grant's to know and to change: a representative's, if one of them made it.

    Whom a minor let in or kept out herself, her parents neither see nor touch: it would tell where she went.
    """
    if grant.action not in (Action.FOLLOW, Action.REPRESENT):
        return True
    return by_a_representative(grant, one, sealed)


def by_a_representative(grant: Grant, one: UUID, sealed: bytes) -> bool:
    """Whether a representative made this choice for the person."""
    return bool(_said(grant, sealing.opener(_key(grant)), one, sealed).get("for"))


def _key(grant: Grant) -> bytes:
    assert grant.keyring is not None
    return grant.keyring.index_key()


def _said(grant: Grant, unsealed: Callable[[bytes, bytes], bytes], one: UUID, sealed: bytes) -> dict[str, Any]:
    said: dict[str, Any] = orjson.loads(unsealed(bytes(sealed), sealing.aad("who", grant.patient_id, one)))
    return said


def ever_in(grant: Grant, sql: psycopg.Cursor[Any]) -> list[tuple[UUID, bool]]:
    """Each professional or structure that was ever in the circle, and whether a representative let it in."""
    rows = sql.execute(
        "SELECT id, sealed FROM access_member WHERE patient_id = %b", [grant.patient_id], prepare=True, binary=True
    ).fetchall()
    unsealed = sealing.opener(_key(grant))
    said = [_said(grant, unsealed, one, sealed) for one, sealed in rows]
    return [(UUID(one["id"]), bool(one.get("for"))) for one in said]


@dataclass(frozen=True, slots=True)
class Who:
    """actors: as she will come, strongly signed in, in each of her activities; a structure as itself."""

    kind: str
    id: UUID
    name: str
    detail: str
    actors: tuple[Actor, ...]


class Known:
    """Who the chosen ones are, all asked for at once."""

    def __init__(self, grant: Grant, choices: Iterable[Choice]) -> None:
        unsealed = sealing.opener(_key(grant))
        self._who: dict[UUID, tuple[str, UUID]] = {}
        for one in choices:
            said = _said(grant, unsealed, one.id, one.sealed)
            self._who[one.id] = said["kind"], UUID(said["id"])
        self._found: dict[UUID, Professional | Organisation] = {
            **people.professionals(one for kind, one in self._who.values() if kind == "professional"),
            **people.organisations(one for kind, one in self._who.values() if kind == "organisation"),
        }

    def __getitem__(self, choice: Choice) -> Who:
        kind, one = self._who[choice.id]
        found = self._found[one]
        if isinstance(found, Organisation):
            return Who(kind, one, found.name, found.city or "", (_structure(one, found.name),))
        place = found.hats[0].organisation if found.hats else None
        return Who(kind, one, found.display_name, place.name if place else "", _professional(found))


def _structure(one: UUID, name: str) -> Actor:
    return Actor(Kind.PROFESSIONAL, one, name, AuthLevel.STRONG, organisation_id=one, organisation=name)


def _professional(pro: Professional) -> tuple[Actor, ...]:
    """The member as she will come: strongly signed in, in each of her activities."""
    return tuple(
        people.professional_actor(pro, hat, auth=AuthLevel.STRONG) for hat in pro.hats
    ) or (Actor(kind=Kind.PROFESSIONAL, id=pro.id, name=pro.display_name, auth=AuthLevel.STRONG),)  # fmt: skip
