"""What a representative follows: who came, without what a secret document would tell; what is taken, without place nor time."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from hygie.access import queries as access
from hygie.access.actions import inside
from hygie.access.types import Action, Grant, Visibility
from hygie.base.errors import Refused
from hygie.record import drugs, entries, reading, treatments
from hygie.record.sheets import Wanted
from hygie.record.treatments import KINDS, Status


def visits(grant: Grant, *, most: int) -> access.Followed:
    """The latest visits that this representative may know of. Needs her grant to FOLLOW."""
    if grant.action is not Action.FOLLOW:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    with inside(grant) as sql:
        rows = sql.execute(
            f"SELECT {reading.COLUMNS} FROM record_document WHERE patient_id = %b".encode(),
            [grant.patient_id], prepare=True, binary=True,
        ).fetchall()  # fmt: skip
        held = [reading.document(grant, row) for row in rows]
    seen = [one for one in held if grant.scope.covers(one.facts)]
    kept = [one for one in held if Visibility.HIDDEN_FROM_GUARDIANS in one.visibility]
    secret: set[tuple[UUID, date]] = set()
    for one in kept:
        for who in (one.depositor_id, one.organisation_id):
            moments: tuple[datetime | None, ...] = (
                one.received, one.updated, one.day, one.metadata.created, one.metadata.service_start,
            )  # fmt: skip
            secret |= {
                (who, at.astimezone(reading.FRANCE).date()) for at in moments if who is not None and at is not None
            }
    return access.followed(
        grant, seen=frozenset(one.id for one in seen), secret=frozenset(secret), most=most,
        known=frozenset(one.depositor_id for one in seen if one.depositor_id is not None),
    )  # fmt: skip


def substances(grant: Grant) -> tuple[str, ...]:
    """What this person takes at present, in the words of the catalogue of medicines and in no other: no name written by
    hand, no author, no day, so that no place and no time is told. Needs a representative's grant to FOLLOW.

    What the catalogue does not know is not told at all.
    """
    if grant.action is not Action.FOLLOW:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    found = entries.entries(grant, Wanted(kinds=frozenset(KINDS)))
    lines = treatments.lines(found, on=grant.at.astimezone(reading.FRANCE).date(), catalogue=drugs.catalogue_of(found))
    taken = (Status.CURRENT, Status.AS_NEEDED)
    return tuple(dict.fromkeys(one.label for one in lines if one.substances and one.status in taken))
