"""How often a structure may look for somebody and find nobody: one budget, whatever the way of looking.

Counted by structure (by its holder, for an actor of no structure), committed before the answer. Nobody, somebody else,
and somebody whom this caller may not know of count alike, so that the budget tells nothing either.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from hygie.base import logs
from hygie.base.errors import Refused
from hygie.base.reading import noting
from hygie.people.types import Actor

MISSES_PER_HOUR = 60


def subject_of(by: Actor) -> UUID:
    """Whose budget this actor spends."""
    return by.organisation_id or by.id


def one_at_a_time(sql: CursorWrapper, subject: UUID) -> None:
    """Until this transaction ends, nobody else counts for this structure."""
    sql.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"hygie.people.find/{subject}"])


def within(sql: CursorWrapper, subject: UUID, at: datetime) -> None:
    """Refused, code « budget », with a delay to come back, when this structure's hour is spent; the log says whose."""
    sql.execute(
        """SELECT coalesce(sum(count), 0),
                  extract(epoch FROM min(minute) FILTER (WHERE count > 0) + interval '61 minutes' - %s)
           FROM people_misses WHERE subject = %s AND minute > %s""",
        [at, subject, at - timedelta(hours=1, minutes=1)],
    )
    spent, wait = sql.fetchone()
    if spent >= MISSES_PER_HOUR:
        logs.event("search-budget-spent", level=logging.WARNING, code=str(subject))
        raise Refused(
            "Trop de recherches sans résultat depuis votre structure. Réessayez plus tard.",
            code="budget", retry_after=max(1, int(wait)),
        )  # fmt: skip


def count(sql: CursorWrapper, subject: UUID, at: datetime, *, missed: bool) -> None:
    """Written whether it missed or not, so that both are the same work."""
    sql.execute(
        """INSERT INTO people_misses (subject, minute, count) VALUES (%s, date_trunc('minute', %s::timestamptz), %s)
           ON CONFLICT (subject, minute) DO UPDATE SET count = people_misses.count + excluded.count""",
        [subject, at, int(missed)],
    )


def may_search(by: Actor, *, at: datetime) -> None:
    """Before a matricule alone is looked up, in a way that ends elsewhere than in `find`. Refused, code « budget »."""
    with connection.cursor() as sql:
        within(sql, subject_of(by), at)


def missed(by: Actor, *, at: datetime) -> None:
    """It found nobody that this caller may know of: counted, durably, before that is said.

    Refused, code « budget », instead of the answer, when others who searched meanwhile spent what was left.
    """
    subject = subject_of(by)
    with transaction.atomic(durable=True), connection.cursor() as sql:
        noting(sql)
        one_at_a_time(sql, subject)
        within(sql, subject, at)
        count(sql, subject, at, missed=True)
