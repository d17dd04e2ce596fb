"""How far invitations lead, and where they end: counted by the month in which they were made. Private to the room.

Each invitation is followed for FOLLOWED days, whatever comes later: so the count of a month is settled when the next one
is over. Whoever made a code that another one replaced before it was typed invited once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from hygie.access.models.opening import Invitation
from hygie.access.types import Grant, Purpose
from hygie.base.sql import cursor
from hygie.people import queries as people

FOLLOWED: Final = timedelta(
    days=28
)  # the shortest month: what was made on its last day is settled when the next one ends
SLICE: Final = 1000
TRIES: Final = 5


def steps(month: date) -> Mapping[str, int]:
    """`<last step taken>.<why no further>` -> how many of the invitations made in this month."""
    first = datetime.combine(month.replace(day=1), time(), UTC)
    end = (first + timedelta(days=32)).replace(day=1)
    found: Counter[str] = Counter()
    opened: list[tuple[UUID, datetime, datetime]] = []
    rows = Invitation.objects.filter(made__gte=first, made__lt=end).exclude(ended__isnull=False, used=None, met=None)
    for row in rows.only("patient_id", "made", "until", "met", "proved", "declined", "used", "tries", "read").iterator(
        SLICE
    ):
        where = _before_opening(row)
        if where:
            found[where] += 1
        elif row.read is None or row.read > row.made + FOLLOWED:
            found["opened.unread"] += 1
        elif row.used is not None:
            opened.append((row.patient_id, row.used, row.made + FOLLOWED))
        if len(opened) >= SLICE:
            found.update(_after_reading(opened))
            opened.clear()
    return found + _after_reading(opened)


def _before_opening(row: Invitation) -> str:
    """Where it ended before the space was open; "" when it is."""
    last = row.made + FOLLOWED
    if row.met is None or row.met > last:
        return "invited.never"
    if row.proved is None or row.proved > last:
        return "met.blocked" if row.tries >= TRIES else "met.wrong"
    if row.used is not None and row.used <= last:
        return ""
    if row.declined is not None and row.declined <= last:
        return "proved.declined"
    return "proved.late" if row.proved >= row.until else "proved.left"


def _after_reading(opened: list[tuple[UUID, datetime, datetime]]) -> Counter[str]:
    back = people.came_back(opened) if opened else 0
    return Counter({"back.done": back, "read.once": len(opened) - back})


def note_reading(grant: Grant) -> None:
    """She has opened a document of hers. The first one is a step of the invitation that brought her here, if one did."""
    if grant.purpose is Purpose.SELF:
        cursor().execute(
            "UPDATE access_invitation SET read = %b WHERE patient_id = %b AND used IS NOT NULL AND read IS NULL",
            [grant.at, grant.patient_id], prepare=True,
        )  # fmt: skip
