"""When a child comes of age, in France. Pure: the instant is given, never read.

Majority is eighteen years (Code civil, art. 388 and 414, read 2026-11-22). A day that the eighteenth year does not have
(29 February) falls on the last day of its month (Code de procédure civile, art. 641). Whatever is unknown of a birth date
is read as early as it may have been: nobody's record stays open to her parents a day too long for want of a date.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

MAJORITY = 18  # years
FRANCE = ZoneInfo("Europe/Paris")


def earliest_birth(written: str) -> date:
    """The first day that a written birth date may mean: « 2008 », « 2008-05 », « 2008-00-00 » and « 2008-05-00 » are the
    first of the year or of the month; a day that its month does not have is the last it has. ValueError without a year."""
    parts = [int(part) for part in written.split("-")]
    year, month, day = (*parts, 0, 0)[:3]
    month = min(max(month, 1), 12)
    return date(year, month, min(max(day, 1), monthrange(year, month)[1]))


def comes_of_age(written: str) -> datetime:
    """The first second of the day on which whoever was born on `written` is eighteen, in Paris; as UTC."""
    born = earliest_birth(written)
    year = born.year + MAJORITY
    day = date(year, born.month, min(born.day, monthrange(year, born.month)[1]))
    return datetime(day.year, day.month, day.day, tzinfo=FRANCE).astimezone(UTC)


def is_minor(written: str, at: datetime) -> bool:
    """Whether whoever was born on `written` is under eighteen at this instant. An unreadable date is an adult's."""
    try:
        return at < comes_of_age(written)
    except ValueError:
        return False
