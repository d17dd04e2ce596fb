"""Leaving: a closed space is kept ten years, a space to erase thirty days; then its keys, rows and contents go for good.

    ask -> closed, a receipt, 30 days to change one's mind -> job: keys destroyed, rows and contents deleted,
    journal lines reduced to the hash of what they said -> the receipt says what was erased, and names nobody

The law, tested through the doors: nothing is erased before its day, nothing that was asked for is left after it, and no
key of this installation opens what is left. A backup that is put back brings nobody back: the register of erasures
(base.erased) says who must be erased again before anything is served.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg
import psycopg.sql
from django.db import transaction

from hygie.access import gate
from hygie.access.models import Erasure
from hygie.access.types import Grant, RecordState
from hygie.base import erased
from hygie.base.errors import Conflict, NotFound, Unavailable
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


_RECEIPT: Final = ("id", "number", "why", "before", "asked", "due", "done", "documents", "lines", "head")
_MARK: Final = "register"
"""Why of the receipt that begins a register: with it, the database knows that there must be one."""


@dataclass(frozen=True, slots=True)
class Written:
    """The receipt of an erasure that is done, as the database and the register keep it."""

    id: UUID
    number: str
    why: str
    before: str
    asked: datetime
    due: datetime
    done: datetime
    documents: int
    lines: int
    head: bytes = field(repr=False)

    def as_values(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in _RECEIPT}
        dates = {name: said[name].isoformat() for name in ("asked", "due", "done")}
        return said | dates | {"id": str(self.id), "head": bytes(self.head or b"").hex()}

    @classmethod
    def of(cls, said: dict[str, Any]) -> Written:
        dates = {name: datetime.fromisoformat(said[name]) for name in ("asked", "due", "done")}
        return cls(**(said | dates | {"id": UUID(said["id"]), "head": bytes.fromhex(said["head"])}))


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

    Conflict, before anything is touched, for one that was cancelled, is done, or is not due. The register of erasures has
    it before the database does: were the second to fail, nothing opens any more, and the next night ends it.
    """
    with transaction.atomic(durable=True):
        sql = cursor()
        row = sql.execute(
            """SELECT patient_id, number, why, before, asked, due FROM access_erasure
               WHERE id = %b AND done IS NULL AND due <= %b FOR UPDATE""",
            [erasure_id, at],
        ).fetchone()
        if row is None or row[0] is None:
            raise Conflict("Il n’y a rien à effacer aujourd’hui.", code="erasure-not-due")
        patient_id: UUID = row[0]
        _open_wide(sql, [patient_id])
        lines, head = _journal(sql, patient_id)
        yield sql, patient_id
        documents = _emptied_of(sql, patient_id)
        kept = Written(
            id=erasure_id, number=row[1], why=row[2], before=row[3], asked=row[4], due=row[5], done=at,
            documents=documents, lines=lines, head=head,
        )  # fmt: skip
        _written(sql, kept, of=patient_id)
        erased.register().add(patient_id, kept.as_values())


@contextmanager
def erasing_again(patient_id: UUID | None, kept: Written) -> Iterator[psycopg.Cursor[Any]]:
    """What a backup brought back of somebody who was erased goes again, and her receipt says again what it said."""
    with transaction.atomic(durable=True):
        sql = cursor()
        if patient_id is not None:
            _open_wide(sql, [patient_id])
            _journal(sql, patient_id)
        yield sql
        if patient_id is not None:
            _emptied_of(sql, patient_id)
        _written(sql, kept, of=patient_id)


def brought_back(*, at: datetime) -> list[tuple[UUID | None, Written]]:
    """Whom the register names and this database does not know to be erased; the receipts that it lacks.

    Makes the register the first time. Unavailable when it is behind the database: a copy too old, or gone, and nobody could
    say who must stay erased.
    """
    known = _done()
    lines = _lines()
    if not any(one.why == _MARK for _who, one in lines):
        if _MARK in known.values():
            raise _behind()
        begin(at=at)
        lines = _lines()
    if known.keys() - {one.number for _who, one in lines}:
        raise _behind()
    alive = _alive([who for who, _one in lines if who is not None])
    return [(who, one) for who, one in lines if one.number not in known or who in alive]


def begin(*, at: datetime) -> None:
    """Begin the register, or begin it again when it is lost: the receipts of the database, whose persons nobody can name
    any more, then a mark by which the database will know that there must be a register."""
    held = {one.number for _who, one in _lines()}
    rows = Erasure.objects.exclude(done=None).order_by("done").values_list(*_RECEIPT)
    receipts = [Written(*row).as_values() for row in rows if row[1] not in held]
    mark = Written(uuid7(), _number(), _MARK, "closed", asked=at, due=at, done=at, documents=0, lines=0, head=b"")
    erased.register().begin([*receipts, mark.as_values()])


def _done() -> dict[str, str]:
    """The receipts of this database, by their number, with why."""
    return dict(Erasure.objects.exclude(done=None).values_list("number", "why"))


def _lines() -> list[tuple[UUID | None, Written]]:
    return [(who, Written.of(receipt)) for who, receipt in erased.register().all()]


def _behind() -> Unavailable:
    return Unavailable(
        f"Le registre des effacements {erased.register().path} manque, ou il est plus ancien que la base : des personnes effacées "
        "pourraient revenir. Restaurez-le depuis sa copie la plus récente (elle se garde avec la clé).",
        code="register-behind",
    )


def _alive(people: list[UUID]) -> set[UUID]:
    """Those of them whose keys are in the database."""
    found: set[UUID] = set()
    for at in range(0, len(people), 1000):
        some = people[at : at + 1000]
        with transaction.atomic():
            sql = cursor()
            _open_wide(sql, some)
            rows = sql.execute(
                """SELECT patient_id FROM access_record WHERE patient_id = ANY(%b)
                     AND (record_key IS NOT NULL OR journal_key IS NOT NULL)""",
                [some],
            ).fetchall()
            found |= {row[0] for row in rows}
    return found


def _open_wide(sql: psycopg.Cursor[Any], people: list[UUID]) -> None:
    named = "{" + ",".join(map(str, people)) + "}"
    gate.set_scope(sql, gate=named, patients=named, reach="all")


def _journal(sql: psycopg.Cursor[Any], patient_id: UUID) -> tuple[int, bytes]:
    """How many lines the journal has, and its head; the record is locked."""
    known = sql.execute(
        "SELECT seq, head FROM access_record WHERE patient_id = %b FOR UPDATE", [patient_id], binary=True
    ).fetchone()
    return known if known else (0, b"")


def _emptied_of(sql: psycopg.Cursor[Any], patient_id: UUID) -> int:
    """Nothing of this person is left but random ids and hashes. How many documents there were."""
    people.forget_person(patient_id)
    sql.execute("SET CONSTRAINTS ALL DEFERRED")
    gone = {table: _emptied(sql, table, patient_id) for table in _tables(sql)}
    sql.execute(
        """UPDATE access_record SET record_key = NULL, journal_key = NULL, public_key = '', state = 'closed',
             care_team_consent = false, consent_since = NULL, restricted = false WHERE patient_id = %b""",
        [patient_id],
    )
    sql.execute(
        "UPDATE access_journalentry SET body = sha256(body) WHERE patient_id = %b AND length(body) <> 32", [patient_id]
    )
    return gone.get("record_document", 0)


def _written(sql: psycopg.Cursor[Any], kept: Written, *, of: UUID | None) -> None:
    """The receipt of what was done, whatever was waiting."""
    sql.execute("DELETE FROM access_erasure WHERE patient_id = %b OR number = %b", [of, kept.number])
    sql.execute(
        """INSERT INTO access_erasure (id, number, why, before, asked, due, done, documents, lines, head)
           VALUES (%b, %b, %b, %b, %b, %b, %b, %b, %b, %b)""",
        [getattr(kept, name) for name in _RECEIPT],
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
    sql.execute(
        """INSERT INTO access_erasure (id, number, patient_id, why, before, asked, due)
           VALUES (%b, %b, %b, %b, %b, %b, %b) ON CONFLICT (patient_id) WHERE patient_id IS NOT NULL DO NOTHING""",
        [uuid7(), _number(), patient_id, why, str(before), at, due],
    )


def _number() -> str:
    return tidy("".join(secrets.choice(_LETTERS) for _ in range(12)))


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
