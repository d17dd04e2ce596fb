"""How many people came, and how many came back, told by the sessions they opened: numbers alone leave. Private to the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from hygie.base.sql import cursor

WEEKS: Final = 4  # whole weeks of any month, from its first day: seven days each, wherever Monday falls


def comings(month: date) -> Mapping[str, Mapping[str, int]]:
    """« presence » -> persons a day and a week added up (day, week), and persons in the month (month); « back » -> on two
    days or more (again), or one (once). Of people with a space or who help somebody; professionals are none of them."""
    first = datetime.combine(month.replace(day=1), time(), UTC)
    end = (first + timedelta(days=32)).replace(day=1)
    row = (
        cursor()
        .execute(
            """WITH days AS (
             SELECT e.account_id, (e.began AT TIME ZONE 'UTC')::date AS day
             FROM people_entrance e JOIN people_account a ON a.id = e.account_id AND a.kind = 'person'
             WHERE e.seen >= %b AND e.began >= %b AND e.began < %b GROUP BY 1, 2),
           each AS (SELECT count(*) AS days, count(DISTINCT (extract(day FROM day)::int - 1) / 7)
               FILTER (WHERE extract(day FROM day) <= 7 * %b) AS weeks FROM days GROUP BY account_id)
           SELECT coalesce(sum(days), 0)::bigint, coalesce(sum(weeks), 0)::bigint, count(*),
             count(*) FILTER (WHERE days > 1) FROM each""",
            [first, first, end, WEEKS],
        )
        .fetchone()
    )
    assert row is not None
    days, weeks, people, again = row
    return {
        "presence": {"day": days, "week": weeks, "month": people},
        "back": {"again": again, "once": people - again},
    }


def came_back(since: Sequence[tuple[UUID, datetime, datetime]]) -> int:
    """How many of these people (whose space, after when, until when) entered again on a later day."""
    row = (
        cursor()
        .execute(
            """SELECT count(*) FROM unnest(%b::uuid[], %b::timestamptz[], %b::timestamptz[]) AS w(patient_id, after, until)
           WHERE EXISTS (SELECT 1 FROM people_account a JOIN people_entrance e ON e.account_id = a.id
             WHERE a.patient_id = w.patient_id AND e.began <= w.until
               AND (e.began AT TIME ZONE 'UTC')::date > (w.after AT TIME ZONE 'UTC')::date)""",
            [*map(list, zip(*since, strict=True))],
        )
        .fetchone()
    )
    assert row is not None
    return int(row[0])
