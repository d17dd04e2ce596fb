"""Background work of those who run the house: each night, what is counted of its use (ids never leave their rooms); each
hour, what they have left without an answer; each morning, who came of age."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hygie.base import logs

SOON = timedelta(hours=24)


@app.periodic(cron="29 3 * * *")
@app.task(queue="sweep", name="ops.count", retry=RetryStrategy(max_attempts=3, wait=600))
def count(timestamp: int) -> None:
    """What each room counts of its own rows tonight, put for the month that runs, and for the one that ended yesterday;
    then what the sessions counted, added up. A month that is out is never counted again."""
    from hygie.access import actions, queries
    from hygie.observatory import actions as observatory
    from hygie.people import queries as people

    today = datetime.fromtimestamp(timestamp, UTC).date()
    yesterday = today - timedelta(days=1)
    observatory.put(on=today, indicator="spaces", counts=queries.census())
    for month in sorted({_first(yesterday), _first(today)}):
        for indicator, counts in {**queries.attendance(month), **people.comings(month)}.items():
            observatory.put(on=month, indicator=indicator, counts=counts)
    followed = {_first(_first(day) - timedelta(days=1)) for day in (yesterday, today)} | {_first(today)}
    for month in sorted(followed):
        observatory.put(on=month, indicator="funnel", counts=queries.steps(month))
    actions.forget_attendance(before=_first(yesterday))
    observatory.fold()


@app.periodic(cron="7 * * * *")
@app.task(queue="sweep", name="ops.remind", retry=RetryStrategy(max_attempts=3, wait=600))
def remind(timestamp: int) -> None:
    """A line in the log, as a warning, while a person waits for an answer that is late or must come within a day."""
    from hygie.access import queries

    now = datetime.fromtimestamp(timestamp, UTC)
    if late := queries.cases_waiting(at=now):
        logs.event("cases-late", level=logging.WARNING, count=late)
    if soon := queries.cases_waiting(at=now, within=SOON) - late:
        logs.event("cases-due-soon", level=logging.WARNING, count=soon)


@app.periodic(cron="43 7 * * *")  # in the morning: nobody's telephone rings at midnight for it
@app.task(queue="sweep", name="ops.of_age", retry=RetryStrategy(max_attempts=3, wait=600))
def of_age(timestamp: int) -> None:
    """Whoever came of age is told, once, that what others may do in her space has changed."""
    from hygie.access import actions

    actions.tell_of_age(at=datetime.fromtimestamp(timestamp, UTC))


def _first(day: date) -> date:
    return day.replace(day=1)
