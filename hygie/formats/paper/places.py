"""Where on a page something was read, as the reader of paper writes it (`rows.Row.place`), read back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hygie.formats.preview import Box

_WRITTEN: Final = re.compile(
    r"page (?P<page>\d{1,4})\b(?:[^\[]*\[(?P<box>[01]\.\d{1,6}(?: [01]\.\d{1,6}){3})\])?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Place:
    """page: from 1. box: in fractions of the page as people see it; None when only the page is known."""

    page: int
    box: Box | None


def read(place: str) -> Place | None:
    """None for a place that is on no page (a path in a structured document, « document »)."""
    found = _WRITTEN.search(place)
    if found is None:
        return None
    if found["box"] is None:
        return Place(int(found["page"]), None)
    left, top, right, bottom = (float(side) for side in found["box"].split())
    sound = 0 <= left < right <= 1 and 0 <= top < bottom <= 1
    return Place(int(found["page"]), (left, top, right, bottom) if sound else None)
