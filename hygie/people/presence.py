"""From the account of a session to the actor it is now. Private to the room; `queries.actor_of_account` is its door.

One statement, asked at every request and remembered nowhere: an account closed, a session ended by its owner, an activity
ended or a space merged a moment ago is so at the next request.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hygie.base.errors import NotFound, Refused
from hygie.base.sql import cursor
from hygie.people import sealed
from hygie.people.types import Actor, AuthLevel, Kind, Professional

OPERATOR = "operator"

# people_own_identity lets one row through the wall, for the length of its own call (migration 0002).
_STATEMENT = b"""
SELECT coalesce(r.kept, a.patient_id), i.patient_id, i.version, i.identity_key, i.sealed, i.status, i.homonym, i.doubtful,
       p.id, p.rpps, p.family, p.given, p.civility, p.operates, h.id, h.profession, h.specialty,
       o.id, o.name
FROM people_account a
LEFT JOIN people_redirect r ON r.merged = a.patient_id
LEFT JOIN LATERAL people_own_identity(coalesce(r.kept, a.patient_id)) i ON true
LEFT JOIN people_professional p ON p.id = a.professional_id
LEFT JOIN people_activity h ON h.professional_id = p.id AND h.ended IS NULL AND h.id = %b
LEFT JOIN people_organisation o ON o.id = h.organisation_id
WHERE a.id = %b AND a.is_active AND (%b::uuid IS NULL OR EXISTS (
  SELECT FROM people_entrance e WHERE e.id = %b AND e.account_id = a.id AND e.ended IS NULL))
"""


def actor(account_id: UUID, hat: UUID | str | None, *, auth: AuthLevel, session: UUID | None = None) -> Actor:
    """See `queries.actor_of_account`."""
    asked = [_uuid(hat), account_id, session, session]
    found = cursor().execute(_STATEMENT, asked, prepare=True, binary=True).fetchone()
    if found is None:
        raise Refused("Ce compte est fermé.", code="closed-account")
    if found[8] is None:
        return _person(account_id, *found[:8], auth=auth)
    return _professional(hat, *found[8:], auth=auth)


def _person(account_id: UUID, patient_id: UUID | None, known: UUID | None, *row: Any, auth: AuthLevel) -> Actor:
    if patient_id is None:
        raise Refused("Votre espace n'est pas encore relié à votre connexion.", code="no-space")
    if known is None or row[1] is None:
        raise NotFound("Cette personne n'est pas connue ici.", code="no-such-person")
    name = sealed.opened(patient_id, *row).display_name
    return Actor(kind=Kind.PERSON, id=account_id, name=name, auth=auth, patient_id=patient_id)


def _professional(
    hat: UUID | str | None, one: UUID, rpps: str, family: str, given: str, civility: str | None, operates: bool,
    worn: UUID | None, profession: str | None, specialty: str | None, place_id: UUID | None, place: str | None, *,
    auth: AuthLevel,
) -> Actor:  # fmt: skip
    name = Professional(id=one, rpps=rpps, family=family, given=given, civility=civility).display_name
    if hat == OPERATOR and operates:
        return Actor(kind=Kind.OPERATOR, id=one, name=name, auth=auth)
    if worn is None:
        raise Refused("Choisissez l'activité au titre de laquelle vous travaillez.", code="choose-hat")
    return Actor(
        kind=Kind.PROFESSIONAL, id=one, name=name, auth=auth, rpps=rpps, profession=profession, specialty=specialty,
        organisation_id=place_id, organisation=place,
    )  # fmt: skip


def _uuid(hat: UUID | str | None) -> UUID | None:
    try:
        return UUID(str(hat))
    except ValueError:
        return None
