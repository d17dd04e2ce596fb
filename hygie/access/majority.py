"""The day a child comes of age: who could open her record until then, for her alone to read; and that she is told, once.

Her parents' right ends by itself (`policy.child_of_age`): nothing is done here to end it. Private; `queries` and `actions`
are its doors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from hygie.access import ages, families
from hygie.access.models import Reach
from hygie.access.models import Tie as Row
from hygie.access.types import Grant, Purpose, TieKind
from hygie.base import events
from hygie.base.errors import Refused
from hygie.people import queries as people
from hygie.people.types import Kind

TOLD_FOR = timedelta(days=365)
_LATE = timedelta(days=7)  # a night of work may be missed, or six: whoever was told is not told again


@dataclass(frozen=True, slots=True)
class CameOfAge:
    """on: the first second of her majority. parents: the names of those who could open her record until then."""

    on: datetime
    parents: tuple[str, ...]


def came_of_age(grant: Grant) -> CameOfAge | None:
    """For a year, to whoever came of age while a parent could open her record. None for anybody else."""
    if grant.actor.kind is not Kind.PERSON or grant.purpose is not Purpose.SELF:
        raise Refused("Cette page appartient à la personne.", code="not-yours")
    with families.within(grant.patient_id):
        rows = list(
            Row.objects.filter(patient_id=grant.patient_id, kind=TieKind.PARENT, subject__isnull=False).order_by("made")
        )
    if not rows:  # nearly everybody, for one statement
        return None
    try:
        on = ages.comes_of_age(people.birth_date(grant.patient_id))
    except ValueError:
        return None
    until_then = [one for one in rows if one.ended is None or one.ended >= on]
    if not until_then or not on <= grant.at < on + TOLD_FOR:
        return None
    return CameOfAge(on, tuple(dict.fromkeys(families.named(grant, one) for one in until_then)))


def tell_of_age(*, at: datetime) -> int:
    """Have those told whose parents' right ended by itself these last days. How many; telling again tells nobody twice."""
    ended = Reach.objects.filter(Q(until__gt=at - _LATE) & Q(until__lte=at)).values_list("patient_id", "subject")
    told = set()
    for patient_id, subject in ended:
        with families.within(patient_id):
            parents = Row.objects.filter(patient_id=patient_id, subject=subject, kind=TieKind.PARENT, ended=None)
            if patient_id in told or not parents.exists():
                continue
            told.add(patient_id)
            events.emit("delegation-changed", patient_id=patient_id, key=f"{patient_id}/of-age")
    return len(told)
