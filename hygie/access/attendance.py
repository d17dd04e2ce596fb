"""Who came this month: a mark for each, so that whoever comes ten times counts for one. Private to the room.

The mark is a pseudonym and a month, in the room that knows the visitor anyway; what leaves it is a number. Marks go when
their month has been counted for the last time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from django.db import transaction

from hygie.base.sql import cursor

CONSULT, DEPOSIT, FEED = "consult", "deposit", "feed"
_MOST: Final = 100_000
_marked: set[tuple[date, UUID, str]] = set()
"""What this process knows to be marked, so that the ten-thousandth opening of a month asks nothing of the database."""


def note_attendance(sql: psycopg.Cursor[Any], who: Collection[UUID], did: str, at: datetime) -> None:
    """That these pseudonyms did this in the month of `at`, in the present transaction. Nothing for those marked already."""
    month = at.date().replace(day=1)
    new = sorted(one for one in who if (month, one, did) not in _marked)
    if not new:
        return
    sql.execute(
        """INSERT INTO access_attendance (month, subject, did) SELECT %b, unnest(%b::uuid[]), %b
           ON CONFLICT DO NOTHING""",
        [month, new, did], prepare=True,
    )  # fmt: skip
    transaction.on_commit(lambda: _remember(month, new, did))


def _remember(month: date, who: Collection[UUID], did: str) -> None:
    if len(_marked) > _MOST:
        _marked.clear()
    _marked.update((month, one, did) for one in who)


def attendance(month: date) -> Mapping[str, Mapping[str, int]]:
    """« professionals » -> consult alone, deposit alone, both; « feeding » -> all: structures whose software deposits."""
    rows = cursor().execute(
        """SELECT did, count(*) FROM (
             SELECT string_agg(did, '+' ORDER BY did) AS did FROM access_attendance WHERE month = %b GROUP BY subject
           ) one_each GROUP BY did""",
        [month],
    )
    found = dict(rows.fetchall())
    professionals = {
        "consult": found.get(CONSULT, 0),
        "deposit": found.get(DEPOSIT, 0),
        "both": found.get("consult+deposit", 0),
    }
    return {"professionals": professionals, "feeding": {"all": found.get(FEED, 0)}}


def forget_attendance(*, before: date) -> None:
    """Let go of the marks of months that nobody counts any more."""
    cursor().execute("DELETE FROM access_attendance WHERE month < %b", [before])
