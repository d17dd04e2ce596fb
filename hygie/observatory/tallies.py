"""What happens in this installation, counted by month: nothing else of it is kept.

Each database session adds to rows of its own, so that two deposits never wait for one another; each night the rows of
all sessions are added up into one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from hygie.base.sql import cursor
from hygie.observatory import usage

Counts = Mapping[tuple[date, str], int]


def count(on: date, counts: Mapping[str, int]) -> None:
    """Add these counts to the month of `on`: one statement, in the transaction of what happened."""
    if not counts:
        return
    cursor().execute(
        """INSERT INTO observatory_tally (month, what, backend, count)
           SELECT %b, u.what, pg_backend_pid(), u.count FROM unnest(%b::text[], %b::bigint[]) AS u(what, count)
           ON CONFLICT (month, what, backend) DO UPDATE SET count = observatory_tally.count + excluded.count""",
        [on.replace(day=1), list(counts), list(counts.values())], prepare=True,
    )  # fmt: skip


def put(on: date, indicator: str, counts: Mapping[str, int]) -> None:
    """What `indicator` is now, for the month of `on`, in place of what it was: a state is not added up."""
    with transaction.atomic():
        cursor().execute(
            "DELETE FROM observatory_tally WHERE month = %b AND starts_with(what, %b)",
            [on.replace(day=1), f"{indicator}/"],
        )
        count(on, {f"{indicator}/{key}": number for key, number in counts.items()})


def fold() -> None:
    """Add up the rows of all sessions. A row that is counted upon meanwhile waits for it, and loses nothing."""
    cursor().execute(
        """WITH gone AS (DELETE FROM observatory_tally WHERE backend <> 0 RETURNING month, what, count)
           INSERT INTO observatory_tally (month, what, backend, count)
           SELECT month, what, 0, sum(count) FROM gone GROUP BY month, what
           ON CONFLICT (month, what, backend) DO UPDATE SET count = observatory_tally.count + excluded.count"""
    )


def ended(*, before: date) -> dict[tuple[date, str], int]:
    """The counts of all months that ended before `before`: they move no more, so no release can be subtracted from the
    one before. Structures with at least one visit are among them, and the time that visits took, all structures together."""
    last = before.replace(day=1)
    rows = cursor().execute(
        """SELECT month, what, sum(count)::bigint FROM observatory_tally WHERE month < %b GROUP BY month, what
           UNION ALL SELECT month, 'structures/all', count(DISTINCT structure) FROM observatory_count
             WHERE month < %b AND starts_with(what, 'time/') GROUP BY month
           UNION ALL SELECT month, what, sum(count)::bigint FROM observatory_count
             WHERE month < %b AND (starts_with(what, 'time/') OR starts_with(what, 'left/')) GROUP BY month, what""",
        [last, last, last],
    )
    found: Counter[tuple[date, str]] = Counter()
    for month, what, number in rows.fetchall():
        how, _, slot = what.partition("/")
        if how in ("time", "left"):
            found[month, f"visit/{usage.coarse(int(slot))}"] += number
            found[month, "leaving/closed" if how == "time" else "leaving/left"] += number
        else:
            found[month, what] += number
    return found
