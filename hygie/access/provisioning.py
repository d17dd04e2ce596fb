"""Opening spaces in bulk: identities, keys and records of many persons in one transaction. Private to the room."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import IntegrityError, transaction

from hygie.access import gate, keyring
from hygie.access.types import RecordState
from hygie.base import sealing
from hygie.base.rows import bytes_array, taught, uuid_array
from hygie.base.sql import cursor
from hygie.people import actions as people
from hygie.people.types import Ins, Traits

SLICE = 256  # rows for one statement behind the wall


def open_spaces(
    wanted: Sequence[tuple[Traits, Ins]], *, opens: datetime | None, at: datetime, spent: dict[str, float] | None = None
) -> list[UUID | str]:
    """A space for each that has none: announced until `opens`, or asleep at once when it is None.

    In order, the id of a new space, « known » (the same person has one) or « ins-taken » (another person holds that
    matricule). All or nothing; again, everybody is known. `spent` gets the seconds of each part.
    """
    try:
        return _open(wanted, opens, at, spent)
    except (IntegrityError, psycopg.IntegrityError):  # somebody else opened one of them meanwhile: look again
        return _open(wanted, opens, at, spent)


def _open(
    wanted: Sequence[tuple[Traits, Ins]], opens: datetime | None, at: datetime, spent: dict[str, float] | None
) -> list[UUID | str]:
    spent = {} if spent is None else spent
    began = time.perf_counter()
    with transaction.atomic():
        sql = taught(cursor())
        answers = people.register_many(sql, wanted, at=at)
        _add(spent, "identities", time.perf_counter() - began)
        ids = [one for one in answers if isinstance(one, UUID)]
        state = RecordState.SLEEPING if opens is None else RecordState.ANNOUNCED
        for start in range(0, len(ids), SLICE):
            _records(sql, ids[start : start + SLICE], state, opens, spent)
        gate.set_scope(sql, gate="")
        began = time.perf_counter()
    _add(spent, "commit", time.perf_counter() - began)
    return answers


def _records(
    sql: psycopg.Cursor[Any], ids: list[UUID], state: RecordState, opens: datetime | None,
    spent: dict[str, float],
) -> None:  # fmt: skip
    began = time.perf_counter()
    records, journals, publics = [], [], []
    noise, wrap = os.urandom(64 * len(ids)), keyring.wrapper()
    texts = list(map(str, ids))
    for number, patient_id in enumerate(texts):
        key = noise[64 * number : 64 * number + 32]
        records.append(wrap(patient_id, "record", key))
        journals.append(wrap(patient_id, "journal", noise[64 * number + 32 : 64 * number + 64]))
        publics.append(sealing.public_of(key))
    made = time.perf_counter()
    gate.set_scope(sql, gate="{" + ",".join(texts) + "}")
    sql.execute(
        """INSERT INTO access_record
             (patient_id, record_key, journal_key, public_key, state, opens, care_team_consent, deposit_opposed,
              emergency_allowed, emergency_hidden, restricted, seq, head)
           SELECT p, r, j, k, %b, %b, false, false, true, false, false, 0, %b
           FROM unnest(%b, %b, %b, %b) AS u(p, r, j, k)""",
        [
            state.value, opens, b"\0" * 32, uuid_array(ids), bytes_array(records), bytes_array(journals),
            bytes_array(publics),
        ],
        prepare=True,
    )  # fmt: skip
    _add(spent, "record keys", made - began)
    _add(spent, "record rows", time.perf_counter() - made)


def _add(spent: dict[str, float], what: str, seconds: float) -> None:
    spent[what] = spent.get(what, 0.0) + seconds
