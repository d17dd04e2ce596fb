"""Figures as they are written, in French, each remembering how English writes it."""

from __future__ import annotations

import math

from hygie.formats.said import Said, say

_THIN = "\u202f"


def percent(share: float) -> str:
    """As it is printed: no decimal, rounded half up."""
    return f"{math.floor(100 * share + 0.5):.0f}"


def percents(share: float) -> str:
    """« 29 % »."""
    return say("{n} %", n=percent(share))


def points(share: float) -> Said:
    """Percents with a decimal: 0.293 is « 29,3 »."""
    return decimal(100 * share, 1)


def decimal(value: float, places: int = 2) -> Said:
    said = f"{value:.{places}f}"
    return Said(said.replace(".", ","), english=said)


def count(number: float) -> Said:
    """A whole number, by thousands: « 2 032 »."""
    said = f"{number:,.0f}"
    return Said(said.replace(",", _THIN), english=said)
