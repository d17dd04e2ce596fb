"""Prevention, its questions."""

from __future__ import annotations

from datetime import date

from hygie.people.types import Identity
from hygie.prevention import calendar
from hygie.prevention.types import Due


def to_come(identity: Identity, *, on: date) -> tuple[Due, ...]:
    """What the tables foresee for this child on that day, by her age alone; nothing for whoever is of age."""
    return calendar.due(identity.traits.birth_date, on=on)
