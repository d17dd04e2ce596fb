"""Registering many at once: keys and digests made in one go, rows copied in. Private to the room.

The same rules as `register_patient`, for identities that come from the national base: qualified, with a matricule, no
homonym. Whoever is known already is left alone, so that the same file twice does nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg

from hygie.base import config
from hygie.base.ids import uuid7
from hygie.people import ins as rules
from hygie.people import sealed
from hygie.people import traits as names
from hygie.people.types import IdentityStatus, Ins, Traits

KNOWN, TAKEN = "known", "ins-taken"
SLICE = 256
"""Rows for one statement behind the wall, which compares each with the whole list of those let through."""


def valid(traits: Traits, ins: Ins) -> Ins:
    """The matricule as we write it. Invalid where a rule of an identity or of a matricule is broken."""
    names.check(traits)
    rules.check(ins, mode=config.mode())
    return rules.tidy(ins)


def register(sql: psycopg.Cursor[Any], people: Sequence[tuple[Traits, Ins]], *, at: datetime) -> list[UUID | str]:
    """For each, the id of a space made now, or why none was: KNOWN (the same person) or TAKEN (somebody else's).

    Inside the caller's transaction, which sees the new rows. A race with another one breaks a unique key: try again.
    """
    root = sealed.root()
    digests = [sealed.ins_digest(ins, root) for _, ins in people]
    traits = [[sealed.traits_digest(line, root) for line in names.held(one)] for one, _ in people]
    held = {
        bytes(digest): {bytes(one) for one in lines}
        for digest, lines in sql.execute(
            "SELECT ins_digest, traits FROM people_inslookup WHERE ins_digest = ANY(%b::bytea[]) AND NOT former",
            [digests], binary=True,
        )
    }  # fmt: skip
    answers: list[UUID | str] = []
    fresh: list[int] = []
    for number, digest in enumerate(digests):
        if digest in held:
            answers.append(KNOWN if held[digest] & set(traits[number]) else TAKEN)
            continue
        held[digest] = set(traits[number])
        fresh.append(number)
        answers.append(uuid4())  # random, not ordered: an id must not tell when the space was opened
    ids = [one for one in answers if isinstance(one, UUID)]
    with sql.copy("COPY patient_patient (id, created) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["uuid", "timestamptz"])
        for patient_id in ids:
            copy.write_row((patient_id, at))
    lookups = "COPY people_inslookup (ins_digest, patient_id, traits, former) FROM STDIN (FORMAT BINARY)"
    with sql.copy(lookups) as copy:
        copy.set_types(["bytea", "uuid", "bytea[]", "bool"])
        for patient_id, number in zip(ids, fresh, strict=True):
            copy.write_row((digests[number], patient_id, traits[number], False))
    strict = "COPY people_traitslookup (traits_digest, patient_id, sure) FROM STDIN (FORMAT BINARY)"
    with sql.copy(strict) as copy:
        copy.set_types(["bytea", "uuid", "bool"])
        for patient_id, number in zip(ids, fresh, strict=True):
            if (line := names.strict(people[number][0])) is not None:
                copy.write_row((root.digest("people/strict", line), patient_id, True))
    _identities(sql, [(patient_id, *people[number]) for patient_id, number in zip(ids, fresh, strict=True)], at)
    return answers


def _identities(sql: psycopg.Cursor[Any], people: Sequence[tuple[UUID, Traits, Ins]], at: datetime) -> None:
    """Behind the wall COPY is refused: one INSERT for each slice that the wall lets through."""
    for start in range(0, len(people), SLICE):
        part = people[start : start + SLICE]
        ids = [patient_id for patient_id, _, _ in part]
        keys, words = [], []
        for patient_id, traits, ins in part:
            key, wrapped = sealed.new_key(patient_id)
            keys.append(wrapped)
            words.append(sealed.seal(key, patient_id, 1, traits, ins, ()))
        sql.execute(
            "SELECT set_config('hygie.patients', %s, true), set_config('hygie.reach', 'all', true)",
            ["{" + ",".join(map(str, ids)) + "}"],
        )
        sql.execute(
            """INSERT INTO people_identity
                 (patient_id, id, version, identity_key, sealed, status, homonym, doubtful, updated)
               SELECT p, i, 1, k, s, %b, false, false, %b
               FROM unnest(%b::uuid[], %b::uuid[], %b::bytea[], %b::bytea[]) AS u(p, i, k, s)""",
            [IdentityStatus.QUALIFIED.value, at, ids, [uuid7() for _ in part], keys, words], prepare=True,
        )  # fmt: skip
    sql.execute("SELECT set_config('hygie.patients', '', true), set_config('hygie.reach', '', true)")
