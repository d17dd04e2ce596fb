"""What a visit to a file took, and what it gave, counted by structure and by month. No row is about one visit.

A time goes into a slot and is forgotten: what is kept is how many visits fell in each. The median is read back from the
slots, right to the width of the one it falls in (a fifth of it, or a second or two below ten).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from hygie.base.pseudonyms import pseudonym
from hygie.base.sql import cursor
from hygie.observatory.types import Gain, Month

SLOTS: Final = (
    2, 4, 6, 8, 10, 12, 15, 18, 22, 26, 30, 36, 43, 51, 60, 72, 86, 103, 120, 150, 185, 225, 260, 300, 375, 460, 550, 600,
    750, 930, 1150, 1200, 1500, 1800, 2250, 2800, 3500, 3600,
)  # fmt: skip
"""Upper bounds, in seconds. What lasted longer than the last one was not work on a file: it is not counted."""
COARSE: Final = (10, 30, 60, 120, 300, 600, 1800, 3600)
"""Those of the public figures, in seconds: each is the end of a slot."""
FEWEST: Final = 5  # visits under which a median says more of somebody's day than of the tool


def count_visit(structure: UUID, seconds: float, on: date, *, closed: bool = True) -> bool:
    """False when it lasted too long to mean anything: nothing is counted. closed: the file was; otherwise it was left."""
    slot = slot_of(seconds)
    if slot is None:
        return False
    _count(structure, on, f"time/{slot}" if closed else f"left/{slot}")
    return True


def count_gain(structure: UUID, gain: Gain, on: date) -> None:
    _count(structure, on, f"gave/{gain}")


def months(structure: UUID, *, since: date) -> tuple[Month, ...]:
    rows = cursor().execute(
        "SELECT month, what, count FROM observatory_count WHERE structure = %b AND month >= %b",
        [pseudonym(structure), since.replace(day=1)],
    )
    by_month: dict[date, dict[str, int]] = {}
    for month, what, count in rows.fetchall():
        by_month.setdefault(month, {})[what] = count
    return tuple(_month(month, found) for month, found in sorted(by_month.items(), reverse=True))


def slot_of(seconds: float) -> int | None:
    """The slot in which a time falls; None when it is longer than them all, or no time at all."""
    if seconds < 0:
        return None
    return next((number for number, end in enumerate(SLOTS) if seconds <= end), None)


def coarse(slot: int) -> int:
    """The public slot that holds this one: its upper bound, in seconds."""
    return next(end for end in COARSE if SLOTS[slot] <= end)


def median(counts: Sequence[int]) -> float | None:
    """The median, in seconds, of as many times as each slot counts, spread evenly inside it. None without any. Pure."""
    half, before = sum(counts) / 2, 0
    for number, count in enumerate(counts):
        if count and before + count >= half:
            start = SLOTS[number - 1] if number else 0
            return start + (SLOTS[number] - start) * (half - before) / count
        before += count
    return None


def _month(month: date, found: Mapping[str, int]) -> Month:
    counts = [found.get(f"time/{slot}", 0) for slot in range(len(SLOTS))]
    visits = sum(counts)
    return Month(
        month=month, visits=visits, seconds=median(counts) if visits >= FEWEST else None,
        gave={gain: found.get(f"gave/{gain}", 0) for gain in Gain},
    )  # fmt: skip


def _count(structure: UUID, on: date, what: str) -> None:
    cursor().execute(
        """INSERT INTO observatory_count (structure, month, what, count) VALUES (%b, %b, %b, 1)
           ON CONFLICT (structure, month, what) DO UPDATE SET count = observatory_count.count + 1""",
        [pseudonym(structure), on.replace(day=1), what],
    )
