"""Registering many at once: keys and digests made in one go, rows copied in. Private to the room.

The same rules as `register_patient`, for identities that come from the national base: qualified, with a matricule, no
homonym. Whoever is known already is left alone, so that the same file twice does nothing.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg

from hygie.base import config, rootkey, sealing
from hygie.base.ids import uuid7
from hygie.base.rows import bytes_array, copied, instant, uuid_array
from hygie.people import ins as rules
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

    Each `Ins` as `valid` wrote it. Inside the caller's transaction, which sees the new rows. A race with another one
    breaks a unique key: try again.
    """
    root = rootkey.ours()
    of_ins, of_traits, of_strict = (root.digester(f"people/{one}") for one in ("ins", "traits", "strict"))
    digests = [of_ins(f"{ins.oid}|{ins.matricule}".encode()) for _, ins in people]
    held = {
        bytes(digest): {bytes(one) for one in lines}
        for digest, lines in sql.execute(
            "SELECT ins_digest, traits FROM people_inslookup WHERE ins_digest = ANY(%b::bytea[]) AND NOT former",
            [bytes_array(digests)], binary=True,
        )
    }  # fmt: skip
    answers: list[UUID | str] = []
    patients, lookups, stricts = [], [], []
    fresh: list[tuple[UUID, Traits, Ins]] = []
    moment = instant(at)
    for digest, (traits, ins) in zip(digests, people, strict=True):
        lines, line = names.lines(traits)
        known = [of_traits(one) for one in lines]
        if (theirs := held.get(digest)) is not None:
            answers.append(KNOWN if theirs.intersection(known) else TAKEN)
            continue
        held[digest] = set(known)
        patient_id = uuid4()  # random, not ordered: an id must not tell when the space was opened
        answers.append(patient_id)
        raw = patient_id.bytes
        patients.append(_PATIENT.pack(2, 16, raw, 8, moment))
        array = bytes_array(known).data
        lookups.append(_LOOKUP.pack(4, 32, digest, 16, raw, len(array)) + array + _NO)
        if line is not None:
            stricts.append(_STRICT.pack(3, 32, of_strict(line), 16, raw, 1, True))
        fresh.append((patient_id, traits, ins))
    copied(sql, "COPY patient_patient (id, created) FROM STDIN (FORMAT BINARY)", patients)
    copied(
        sql, "COPY people_inslookup (ins_digest, patient_id, traits, former) FROM STDIN (FORMAT BINARY)", lookups
    )  # fmt: skip
    copied(sql, "COPY people_traitslookup (traits_digest, patient_id, sure) FROM STDIN (FORMAT BINARY)", stricts)
    _identities(sql, fresh, at)
    return answers


# Rows of COPY in binary: how many fields, then each with its length before it.
_PATIENT = struct.Struct(">hi16siq")
_LOOKUP = struct.Struct(">hi32si16si")
_NO = struct.pack(">i?", 1, False)
_STRICT = struct.Struct(">hi32si16si?")


def _identities(sql: psycopg.Cursor[Any], people: Sequence[tuple[UUID, Traits, Ins]], at: datetime) -> None:
    """Behind the wall COPY is refused: one INSERT for each slice that the wall lets through."""
    wrap = rootkey.ours().wrap
    for start in range(0, len(people), SLICE):
        part = people[start : start + SLICE]
        ids = [patient_id for patient_id, _, _ in part]
        noise = os.urandom(32 * len(part))
        keys, words = [], []
        for number, (patient_id, traits, ins) in enumerate(part):
            key, text = noise[32 * number : 32 * number + 32], str(patient_id)
            keys.append(wrap(key, sealing.aad("key", "identity", text)))
            words.append(
                sealing.seal(
                    key, orjson.dumps({"traits": traits, "ins": ins, "former": []}), sealing.aad("identity", text, 1)
                )
            )
        sql.execute(
            "SELECT set_config('hygie.patients', %s, true), set_config('hygie.reach', 'all', true)",
            ["{" + ",".join(map(str, ids)) + "}"],
        )
        sql.execute(
            """INSERT INTO people_identity
                 (patient_id, id, version, identity_key, sealed, status, homonym, doubtful, updated)
               SELECT p, i, 1, k, s, %b, false, false, %b
               FROM unnest(%b, %b, %b, %b) AS u(p, i, k, s)""",
            [
                IdentityStatus.QUALIFIED.value, at, uuid_array(ids), uuid_array([uuid7() for _ in part]),
                bytes_array(keys), bytes_array(words),
            ],
            prepare=True,
        )  # fmt: skip
    sql.execute("SELECT set_config('hygie.patients', '', true), set_config('hygie.reach', '', true)")
