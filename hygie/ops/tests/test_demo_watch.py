"""The watch of the demonstration: a file that our own reader understands, telling what the TSH tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from statistics import fmean
from uuid import uuid4

from hygie.formats import extraction
from hygie.ops.demo import watch
from hygie.ops.demo.days import Calendar
from hygie.record.results import Point, series
from hygie.record.types import Item, State

CALENDAR = Calendar(date(2026, 11, 20))


def test_her_watch_says_that_her_heart_was_slow_then_quick_then_settled():
    found = extraction.extract(watch.measures("amina-benali", CALENDAR))
    assert found.unread == ()
    at = datetime(2026, 11, 20, tzinfo=UTC)
    items = [Item(uuid4(), one.kind, one.day, one.resource, State.OWN, at, by_patient=True) for one in found.entries]
    told = {one.key: one for one in series(items)}
    assert {key: len(one.points) for key, one in told.items()} == {"frequence_repos": 158, "poids": 37}
    pulse = told["frequence_repos"].points

    def mean(points: Sequence[Point], first: int, last: int) -> float:
        chosen = [float(one.value or 0) for one in points if first >= (CALENDAR.today - one.day).days >= last]
        return fmean(chosen)

    before, strong, now = mean(pulse, 1110, 1080), mean(pulse, 520, 490), mean(pulse, 200, 0)
    assert before < 54 < now < 67 < strong


def test_the_same_person_always_has_the_same_file():
    assert watch.measures("amina-benali", CALENDAR) == watch.measures("amina-benali", CALENDAR)
