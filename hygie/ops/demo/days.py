"""The calendar of the demonstration: everything is dated from one day, the day it was first loaded.

The same day and the same seed give the same documents, byte for byte, so that an interrupted load goes on where it was.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
YEARS = 3
_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)})  # those of fixed date
SPAN = YEARS * 365  # days of documents


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days counted back from `today`."""

    today: date

    def back(self, days: int) -> date:
        """That many days ago, on a working day (a week-end or a holiday falls back on the day before)."""
        day = self.today - timedelta(days=days)
        while day.weekday() > 4 or (day.month, day.day) in _HOLIDAYS:
            day -= timedelta(days=1)
        return day

    def at(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        """A working day that many days ago, in Paris."""
        return datetime.combine(self.back(days), time(hour, minute), PARIS)

    def any_day(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        """That many days ago, week-ends included: emergencies and births do not wait for Monday."""
        return datetime.combine(self.today - timedelta(days=days), time(hour, minute), PARIS)

    def born(self, age: int, month: int, day: int) -> date:
        """A birthday that makes someone `age` years old today, or nearly so in the last days before it."""
        passed = (month, day) <= (self.today.month, self.today.day)
        return date(self.today.year - age - (0 if passed else 1), month, day)

    def born_since(self, age: int, days: int) -> date:
        """The birth date of someone who turned `age` that many days ago; nobody here is born on a 29 February."""
        turned = self.today - timedelta(days=days)
        return date(turned.year - age, turned.month, min(turned.day, 28) if turned.month == 2 else turned.day)


def every(step: int, *, first: int = SPAN, last: int = 5) -> range:
    """Days ago, the oldest first: every `step` days."""
    return range(first, last - 1, -step)


def dice(*names: object) -> random.Random:
    """Chance that always falls the same way for the same names."""
    return random.Random("/".join(map(str, names)))  # noqa: S311  (believable values, not secrets)
