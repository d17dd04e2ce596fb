"""Slots of time: a delay is counted in the one that holds it, and forgotten. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

WAITS: Final = (1, 2, 4, 8, 12, 24, 48, 72, 168, 336, 720)
"""Upper bounds, in hours, of the slots into which a delay goes to be counted; what is longer goes into « more »."""


def slot(waited: timedelta) -> str:
    """The slot of a delay: its upper bound in hours, or « more »."""
    return next((str(hours) for hours in WAITS if waited <= timedelta(hours=hours)), "more")
