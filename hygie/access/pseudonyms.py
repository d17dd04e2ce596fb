"""Under which pseudonyms an actor may have been let in or kept out (see base.pseudonyms)."""

from __future__ import annotations

from uuid import UUID

from hygie.base.pseudonyms import pseudonym
from hygie.people.types import Actor, Kind


def subjects(actor: Actor) -> list[UUID]:
    """Every pseudonym under which this actor may have been let in or kept out."""
    if actor.kind is Kind.PERSON:
        return [pseudonym(actor.patient_id)] if actor.patient_id else []
    return [pseudonym(one) for one in (actor.id, actor.organisation_id) if one]
