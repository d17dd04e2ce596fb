"""Leaving: a closed space is kept ten years, a space to erase thirty days; then its keys, rows and contents go for good.

    ask -> closed, a receipt, 30 days to change one's mind -> job: keys destroyed, rows and contents deleted,
    journal lines reduced to the hash of what they said -> the receipt says what was erased, and names nobody

The law, tested through the doors: nothing is erased before its day, nothing that was asked for is left after it, and no
key of this installation opens what is left. Backups follow their own calendar (35 days: docs/how-to/run-it.md).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg
import psycopg.sql
from django.db import transaction

from hygie.access import gate
from hygie.access.models import Erasure
from hygie.access.types import Grant, RecordState
from hygie.base.errors import Conflict, NotFound
from hygie.base.ids import uuid7
from hygie.base.sql import cursor
from hygie.people import actions as people

DAYS: Final = 30
"""Days to change one's mind once erasure is asked for."""
YEARS: Final = 10
"""Years a closed space is kept (code de la santé publique, L. 1111-18: ten years from its closing; the DPO confirms)."""

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none is taken for another
_KEPT: Final = ("access_record", "access_journalentry", "access_erasure", "people_account")


@dataclass(frozen=True, slots=True)
class Leaving:
    """That this space will be erased. asked_for: by the person; otherwise ten years after it was closed."""

    number: str  # of the receipt
    asked_for: bool
    asked: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What a receipt says: of an erasure asked for, and once it is done, of what was erased. Names nobody."""

    number: str
    asked: datetime
    due: datetime
    done: datetime | None = None
    documents: int | None = None
    lines: int | None = None


def follow(sql: psycopg.Cursor[Any], grant: Grant, *, before: RecordState, state: RecordState, at: datetime) -> None:
    """The space changes state: closed, it is kept ten years; open again, nothing waits any more."""
    if state is RecordState.CLOSED:
        _note(sql, grant.patient_id, "closed", before=before, at=at, due=_years_after(at))
    else:
        sql.execute("DELETE FROM access_erasure WHERE patient_id = %b", [grant.patient_id])


def ask(grant: Grant, *, at: datetime) -> Leaving:
    with gate.settling(grant) as sql:
        before = _state(sql, grant.patient_id)
        sql.execute("UPDATE access_record SET state = 'closed' WHERE patient_id = %b", [grant.patient_id])
        sql.execute("DELETE FROM access_erasure WHERE patient_id = %b AND why = 'closed'", [grant.patient_id])
        _note(sql, grant.patient_id, "asked", before=before, at=at, due=at + timedelta(days=DAYS))
        found = _pending(sql, grant.patient_id)
    assert found is not None
    return found


def cancel(grant: Grant, *, at: datetime) -> RecordState:
    """The state in which the space is again: the one it had before."""
    with gate.settling(grant) as sql:
        row = sql.execute(
            "DELETE FROM access_erasure WHERE patient_id = %b AND why = 'asked' RETURNING before", [grant.patient_id]
        ).fetchone()
        if row is None:
            raise NotFound("Aucun effacement n’est demandé.", code="no-erasure-asked")
        state = RecordState(row[0])
        sql.execute("UPDATE access_record SET state = %b WHERE patient_id = %b", [str(state), grant.patient_id])
        follow(sql, grant, before=state, state=state, at=at)
    return state


def pending(grant: Grant) -> Leaving | None:
    with transaction.atomic():
        return _pending(cursor(), grant.patient_id)


def due(*, at: datetime, limit: int = 1000) -> list[UUID]:
    rows = Erasure.objects.filter(done=None, due__lte=at).order_by("due")
    return list(rows.values_list("id", flat=True)[:limit])


def receipt(number: str) -> Kept | None:
    row = Erasure.objects.filter(number=tidy(number), why="asked").first()
    if row is None:
        return None
    return Kept(
        number=row.number, asked=row.asked, due=row.due, done=row.done, documents=row.documents, lines=row.lines
    )


def tidy(number: str) -> str:
    """A number as somebody types it, as it is kept."""
    kept = "".join(c for c in number.upper() if c.isalnum())[:12]
    return "-".join((kept[:4], kept[4:8], kept[8:]))


@contextmanager
def erasing(erasure_id: UUID, *, at: datetime) -> Iterator[tuple[psycopg.Cursor[Any], UUID]]:
    """Erase one space whose day has come, all of it or nothing. The block deletes first what lives outside the database.

    Conflict, before anything is touched, for one that was cancelled, is done, or is not due.
    """
    with transaction.atomic(durable=True):
        sql = cursor()
        row = sql.execute(
            "SELECT patient_id FROM access_erasure WHERE id = %b AND done IS NULL AND due <= %b FOR UPDATE",
            [erasure_id, at],
        ).fetchone()
        if row is None or row[0] is None:
            raise Conflict("Il n’y a rien à effacer aujourd’hui.", code="erasure-not-due")
        patient_id: UUID = row[0]
        one = "{" + str(patient_id) + "}"
        gate.set_scope(sql, gate=one, patients=one, reach="all")
        known = sql.execute(
            "SELECT seq, head FROM access_record WHERE patient_id = %b FOR UPDATE", [patient_id], binary=True
        ).fetchone()
        lines, head = known if known else (0, b"")
        yield sql, patient_id
        people.forget_person(patient_id)
        sql.execute("SET CONSTRAINTS ALL DEFERRED")
        gone = {table: _emptied(sql, table, patient_id) for table in _tables(sql)}
        sql.execute(
            """UPDATE access_record SET record_key = NULL, journal_key = NULL, public_key = '', state = 'closed',
                 care_team_consent = false, consent_since = NULL, restricted = false WHERE patient_id = %b""",
            [patient_id],
        )
        sql.execute("UPDATE access_journalentry SET body = sha256(body) WHERE patient_id = %b", [patient_id])
        sql.execute(
            """UPDATE access_erasure SET patient_id = NULL, done = %b, documents = %b, lines = %b, head = %b
               WHERE id = %b""",
            [at, gone.get("record_document", 0), lines, head, erasure_id],
        )


def _tables(sql: psycopg.Cursor[Any]) -> list[str]:
    """Every table that says whose its rows are, but the few that outlive their person: a table to come is erased too."""
    rows = sql.execute(
        """SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'patient_id'
           WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT a.attisdropped
             AND c.relnamespace = 'public'::regnamespace AND NOT c.relname = ANY(%b) ORDER BY c.relname""",
        [list(_KEPT)],
    ).fetchall()
    return [name for (name,) in rows]


def _emptied(sql: psycopg.Cursor[Any], table: str, patient_id: UUID) -> int:
    named = psycopg.sql.SQL("DELETE FROM {} WHERE patient_id = %b").format(psycopg.sql.Identifier(table))
    return sql.execute(named, [patient_id]).rowcount


def _note(
    sql: psycopg.Cursor[Any], patient_id: UUID, why: str, *, before: RecordState, at: datetime, due: datetime
) -> None:
    """Unless something waits already: closing again, or asking twice, changes neither the day nor the receipt."""
    number = tidy("".join(secrets.choice(_LETTERS) for _ in range(12)))
    sql.execute(
        """INSERT INTO access_erasure (id, number, patient_id, why, before, asked, due)
           VALUES (%b, %b, %b, %b, %b, %b, %b) ON CONFLICT (patient_id) WHERE patient_id IS NOT NULL DO NOTHING""",
        [uuid7(), number, patient_id, why, str(before), at, due],
    )


def _pending(sql: psycopg.Cursor[Any], patient_id: UUID) -> Leaving | None:
    row = sql.execute(
        "SELECT number, why, asked, due FROM access_erasure WHERE patient_id = %b", [patient_id]
    ).fetchone()
    return None if row is None else Leaving(number=row[0], asked_for=row[1] == "asked", asked=row[2], due=row[3])


def _state(sql: psycopg.Cursor[Any], patient_id: UUID) -> RecordState:
    row = sql.execute(
        "SELECT state FROM access_record WHERE patient_id = %b AND record_key IS NOT NULL FOR UPDATE", [patient_id]
    ).fetchone()
    if row is None:
        raise NotFound("Cet espace n’existe pas.", code="no-such-record")
    return RecordState(row[0])


def _years_after(at: datetime) -> datetime:
    try:
        return at.replace(year=at.year + YEARS)
    except ValueError:  # 29 February
        return at.replace(year=at.year + YEARS, month=3, day=1)
