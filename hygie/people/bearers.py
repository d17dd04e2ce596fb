"""From the tokens that requests carry to who sends them. Private to the room; `queries.bearers` is its door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from hygie.base.errors import NotFound, Refused
from hygie.base.sql import cursor
from hygie.people import presence
from hygie.people.types import Actor, AuthLevel, Client, Kind, Organisation

_STATEMENT = """
SELECT t.token_checksum, t.scope, c.id, c.name, c.lenient, c.last_used, o.id, o.name, o.kind, o.finess, o.city,
       r.token_checksum IS NOT NULL, a.ended, p.id, p.rpps, p.family, p.civility, a.profession, a.specialty, w.id, w.name,
       z.id, coalesce(m.kept, z.patient_id), z.account_id, z.auth, z.ended IS NULL AND z.until > now()
FROM oauth2_provider_accesstoken t
JOIN people_softwareclient c ON c.id = t.application_id
JOIN people_organisation o ON o.id = c.organisation_id
LEFT JOIN people_tokenrequester r ON r.token_checksum = t.token_checksum
LEFT JOIN people_authorization z ON z.id = r.authorization_id
LEFT JOIN people_redirect m ON m.merged = z.patient_id
LEFT JOIN people_activity a ON a.id = r.activity_id AND a.professional_id = r.professional_id
LEFT JOIN people_professional p ON p.id = a.professional_id
LEFT JOIN people_organisation w ON w.id = a.organisation_id
WHERE t.token_checksum = ANY(%b) AND t.expires > now() AND c.revoked IS NULL
"""

_SOFTWARE = """
SELECT c.scopes, c.id, c.name, c.lenient, c.last_used, o.id, o.name, o.kind, o.finess, o.city
FROM people_softwareclient c JOIN people_organisation o ON o.id = c.organisation_id
WHERE c.id = %b AND c.revoked IS NULL
"""


@dataclass(frozen=True, slots=True)
class Bearer:
    """A live token: the software it was given to, what it may ask, and the actor that acts with it.

    patient_id: the one space it opens, for a token that a person or a professional gave to an application.
    """

    client: Client
    scopes: frozenset[str]
    actor: Actor
    patient_id: UUID | None = None


def bearers(token_hashes: Sequence[bytes]) -> dict[bytes, Bearer]:
    """Who holds each of these tokens (by SHA-256), in one statement. A token unknown, expired or void is absent.

    A professional named in the token acts herself, through the software; when the activity in which she asked for it
    has ended, the token is void. A token is only given after a strong authentication.
    """
    rows = cursor().execute(_STATEMENT, [[one.hex() for one in token_hashes]], prepare=True, binary=True)
    found: dict[bytes, Bearer] = {}
    for row in rows:
        bearer = _bearer(*row[1:])
        if bearer is not None:
            found[bytes.fromhex(row[0])] = bearer
    return found


def software(client_id: UUID) -> Bearer | None:
    """The software client that a private way in (a port, a folder) is bound to; None when unknown or revoked.

    For ways in that the operator ties to one client by configuration, where no token travels: asked at each message,
    so that a revocation is true at once. It acts for nobody but itself.
    """
    row = cursor().execute(_SOFTWARE, [client_id], prepare=True, binary=True).fetchone()
    if row is None:
        return None
    scopes, one, name, lenient, last_used, org_id, org_name, kind, finess, city = row
    client = Client(
        id=one, name=name, organisation=Organisation(id=org_id, name=org_name, kind=kind, finess=finess, city=city),
        scopes=frozenset(scopes), lenient=lenient, last_used=last_used,
    )  # fmt: skip
    actor = Actor(
        kind=Kind.SOFTWARE, id=one, client_id=one, name=name, auth=AuthLevel.STRONG, organisation_id=org_id,
        organisation=org_name,
    )  # fmt: skip
    return Bearer(client, client.scopes, actor)


def _bearer(
    scope: str, client_id: Any, name: str, lenient: bool, last_used: datetime | None, org_id: Any, org_name: str,
    kind: str, finess: str | None, city: str | None, named: bool, ended: datetime | None, pro_id: Any, rpps: str | None,
    family: str | None, civility: str | None, profession: str | None, specialty: str | None, place_id: Any,
    place: str | None, authorization: UUID | None, space: UUID | None, account: UUID | None, auth: int | None,
    alive: bool | None,
) -> Bearer | None:  # fmt: skip
    organisation = Organisation(id=org_id, name=org_name, kind=kind, finess=finess, city=city)
    scopes = frozenset(scope.split())
    client = Client(
        id=client_id, name=name, organisation=organisation, scopes=scopes, lenient=lenient, last_used=last_used
    )  # fmt: skip
    if not named:
        actor = Actor(
            kind=Kind.SOFTWARE, id=client_id, client_id=client_id, name=name, auth=AuthLevel.STRONG,
            organisation_id=org_id, organisation=org_name,
        )  # fmt: skip
        return Bearer(client, scopes, actor)
    if authorization is not None and not alive:
        return None
    if pro_id is None and space is not None and account is not None:
        try:
            person = replace(presence.actor(account, None, auth=AuthLevel(auth or 0)), client_id=client_id)
        except (NotFound, Refused):  # closed since, or no space any more
            return None
        if person.patient_id != space:
            return None
        return Bearer(client, scopes, person, space)
    if pro_id is None or ended is not None:
        return None
    shown = f"{civility or ''} {(family or '').title()}".strip()
    actor = Actor(
        kind=Kind.PROFESSIONAL, id=pro_id, name=shown, auth=AuthLevel.STRONG, rpps=rpps, client_id=client_id,
        profession=profession, specialty=specialty, organisation_id=place_id, organisation=place,
    )  # fmt: skip
    return Bearer(client, scopes, actor, space)
