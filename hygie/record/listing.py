"""Lists of documents: a whole record from its sheets, or the first few row by row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from hygie.access.actions import inside
from hygie.access.types import Grant
from hygie.base.pseudonyms import pseudonym
from hygie.people.types import Kind
from hygie.record import packing, reading, sheets
from hygie.record.held import Held, microseconds, row_of
from hygie.record.sheets import Opening, Sheet, Shown
from hygie.record.types import Document

FEW: Final = 200
"""Documents under which rows, each unsealed apart, are read sooner than what the whole record says of itself."""

_STEP: Final = 10  # rows read first, then four times as many each time: mostly, all is covered


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to; None: not narrowed. since, until: the day of the act."""

    classes: frozenset[str] | None
    since: datetime | None
    until: datetime | None
    received_since: datetime | None
    archived: bool | None
    status: str | None
    unopened: bool = False

    def shown(self, shown: Shown) -> bool:
        return (
            (self.classes is None or shown.class_code in self.classes)
            and (self.archived is None or shown.archived is self.archived)
            and (self.status is None or shown.status == self.status)
        )

    def sql(self) -> tuple[list[str], list[object]]:
        """The conditions, and their values."""
        where, values = list[str](), list[object]()
        for condition, value in (
            ("class_code = ANY(%b)", sorted(self.classes) if self.classes is not None else None),
            ("day >= %b", self.since), ("day < %b", self.until), ("received >= %b", self.received_since),
            ("archived = %b", self.archived), ("status = %b", self.status),
        ):  # fmt: skip
            if value is not None:
                where.append(condition)
                values.append(value)
        return where, values


CURRENT: Final = Asked(None, None, None, None, archived=False, status="current")


def together(grant: Grant, asked: Asked) -> Held:
    """Every covered document that is asked for, the most recent act first."""
    with inside(grant) as sql:
        return listed(sql, grant, asked, sheets.opening(sql, grant))


def listed(sql: psycopg.Cursor[Any], grant: Grant, asked: Asked, record: Opening) -> Held:
    """`together`, of a record that is open."""
    opened = _opened(sql, grant)
    rows = _rows(sql, grant, asked, record.loose)
    first = None if asked.since is None else microseconds(asked.since)
    end = None if asked.until is None else microseconds(asked.until)
    arrived = 0 if asked.received_since is None else microseconds(asked.received_since)
    narrowed = first is not None or end is not None or asked.received_since is not None or asked.unopened
    found = []
    for sheet in record.sheets.values():

        def wanted(number: int, sheet: Sheet = sheet) -> bool:
            day = sheet.day(number)
            return (
                not (asked.unopened and opened and sheet.ids[number] in opened)
                and (first is None or day >= first) and (end is None or day < end)
                and (asked.received_since is None or sheet.received[number] >= arrived)
            )  # fmt: skip

        found += sheet.documents(opened, asked.shown, wanted if narrowed else None)
    seen = None if opened is None else {UUID(bytes=one) for one in opened}
    days = {row[1]: row[0] for row in rows}
    loosely = reading.covered(grant, (row[1:] for row in rows), opened=seen)
    found += [
        row_of(one, loosely.__getitem__, number, day=days[one.id])
        for number, one in enumerate(loosely)
        if not (asked.unopened and seen and one.id in seen)
    ]
    found.sort(reverse=True)  # by day, then by id: no two have the same
    return Held(found)


def _rows(sql: psycopg.Cursor[Any], grant: Grant, asked: Asked, loose: set[bytes]) -> list[Any]:
    if not loose:
        return []
    where, values = asked.sql()
    condition = " AND ".join(["patient_id = %b", "id = ANY(%b)", *where])
    return sql.execute(
        f"SELECT day, {reading.COLUMNS} FROM record_document WHERE {condition}".encode(),
        [grant.patient_id, [UUID(bytes=one) for one in loose], *values], prepare=True, binary=True,
    ).fetchall()  # fmt: skip


def row_by_row(grant: Grant, asked: Asked, *, limit: int | None) -> list[Document]:
    """The same, each document opened from its own row, until there are enough."""
    where, values = asked.sql()
    found: list[Document] = []
    step = None if limit is None else max(limit, _STEP)
    with inside(grant) as sql:
        opened = _opened(sql, grant)
        seen = None if opened is None else {UUID(bytes=one) for one in opened}
        if asked.unopened and seen:
            where.append("NOT id = ANY(%b)")
            values.append(list(seen))
        after: list[object] = []
        while True:  # rights are known only once unsealed: read on until enough is covered
            beyond = ["(day, id) < (%b, %b)"] if after else []
            condition = " AND ".join(["patient_id = %b", *where, *beyond])
            rows = sql.execute(
                f"SELECT day, {reading.COLUMNS} FROM record_document WHERE {condition}"
                f" ORDER BY day DESC, id DESC LIMIT %b".encode(),
                [grant.patient_id, *values, *after, step], prepare=True, binary=True,
            ).fetchall()  # fmt: skip
            found += reading.covered(grant, (row[1:] for row in rows), opened=seen)
            if limit is None or step is None or len(rows) < step or len(found) >= limit:
                return found[:limit]
            after, step = [rows[-1][0], rows[-1][1]], step * 4


def _opened(sql: psycopg.Cursor[Any], grant: Grant) -> set[bytes] | None:
    """The documents that this person opened once; None for anyone else."""
    if grant.actor.kind is not Kind.PERSON:
        return None
    row = sql.execute(
        """SELECT string_agg(uuid_send(document_id), ''::bytea) FROM record_opened
           WHERE patient_id = %b AND subject = %b""",
        [grant.patient_id, pseudonym(grant.actor.patient_id or grant.patient_id)], prepare=True, binary=True,
    ).fetchone()  # fmt: skip
    return set(packing.ids_of(row[0])) if row and row[0] else set()
