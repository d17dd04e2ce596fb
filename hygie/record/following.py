"""Who came to the one for whom somebody answers by law, without what a secret document would tell."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from hygie.access import queries as access
from hygie.access.actions import inside
from hygie.access.types import Action, Grant, Visibility
from hygie.base.errors import Refused
from hygie.record import reading


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
