"""A software client proves who it is: a JWT that it signed itself (SMART Backend Services, private_key_jwt).

Sources: HL7 SMART App Launch 2.2 « client authentication: asymmetric »; RFC 7523 section 3; RFC 8725 for the traps.
Whatever the header carries to help us find a key (jku, x5u, jwk, x5c) is ignored: keys were given at registration.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import jwt
from django.db import connection

from hygie.base.errors import Refused
from hygie.people import keys
from hygie.people.models import Activity, AssertionSeen, Professional, SoftwareClient
from hygie.people.types import Asserted

LONGEST = timedelta(minutes=5)
_SKEW = timedelta(seconds=30)
_MOST = 8192  # characters
REQUESTER = "hygie_requester"


def asserted(
    assertion: str, *, audience: str, at: datetime, requester: str | None = None, sub: bool = True
) -> Asserted:  # fmt: skip
    """Who signed this, and for which professional, if one is named. Each assertion serves once.

    Refused, code « invalid-client », with no more words whatever is wrong with the proof; code « requester » when the
    proof is good and the professional named has no activity in the client's structure.
    requester: the professional that the message around the assertion names, when the assertion itself names none.
    sub: a CDS Hooks client's JWT need not carry one.
    """
    client, claims = _proven(assertion, audience, at, sub=sub)
    if not _first_time(client.id, claims["jti"], datetime.fromtimestamp(claims["exp"], UTC)):
        raise _unproven()
    SoftwareClient.objects.filter(id=client.id).update(last_used=at)
    named = claims.get(REQUESTER, requester)
    if named is None:
        return Asserted(client.id)
    activity = activity_of(str(named), client)
    return Asserted(client.id, professional_id=activity.professional_id, activity_id=activity.id)


def _proven(assertion: str, audience: str, at: datetime, *, sub: bool) -> tuple[SoftwareClient, dict[str, Any]]:
    """The client and the claims it signed."""
    try:
        if len(assertion) > _MOST:
            raise _unproven()
        header = jwt.get_unverified_header(assertion)
        said = jwt.decode(assertion, options={"verify_signature": False})
        client = SoftwareClient.objects.filter(id=UUID(said["iss"]), revoked=None).first()
        algorithm = header["alg"]
        if client is None or algorithm not in keys.ALGORITHMS or "crit" in header:
            raise _unproven()
        [jwk] = [one for one in client.jwks["keys"] if one.get("kid") == header["kid"]]
        key = keys.public(jwk, algorithm)
        if key is None:
            raise _unproven()
        claims: dict[str, Any] = jwt.decode(
            assertion, key, algorithms=[algorithm],
            options={"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_iss": False,
                     "verify_sub": False, "verify_jti": False},
        )  # fmt: skip
        if _sound(claims if sub else {"sub": claims["iss"]} | claims, client, audience, at):
            return client, claims
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as fault:
        raise _unproven() from fault
    raise _unproven()


def _sound(claims: dict[str, Any], client: SoftwareClient, audience: str, at: datetime) -> bool:
    """About this client, for us alone, now and for five minutes at most, and named so that it serves once."""
    named = claims["jti"]
    times = {name: claims[name] for name in ("exp", "nbf", "iat") if name in claims}
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in times.values()):
        return False
    now = at.timestamp()
    return (
        claims["iss"] == claims["sub"] == client.client_id
        and claims["aud"] in (audience, [audience])
        and now < claims["exp"] <= now + LONGEST.total_seconds() + _SKEW.total_seconds()
        and all(times.get(name, 0) <= now + _SKEW.total_seconds() for name in ("nbf", "iat"))
        and isinstance(named, str)
        and 0 < len(named) <= 255
    )


def issuer_of(assertion: str) -> str:
    try:
        return str(jwt.decode(assertion, options={"verify_signature": False}).get("iss", ""))
    except jwt.PyJWTError:
        return ""


def _first_time(client_id: UUID, jti: str, expires: datetime) -> bool:
    digest = sha256(client_id.bytes + jti.encode()).digest()
    with connection.cursor() as sql:
        sql.execute(
            f"INSERT INTO {AssertionSeen._meta.db_table} (digest, expires) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [digest, expires],
        )
        return bool(sql.rowcount == 1)


def activity_of(rpps: str, client: SoftwareClient) -> Activity:
    """The activity of that professional in the client's own structure."""
    rpps = rpps[1:] if len(rpps) == 12 and rpps.startswith("8") else rpps
    who = Professional.objects.filter(rpps=rpps).first()
    found = who.activities.filter(organisation_id=client.organisation_id, ended=None).first() if who else None
    if found is None:
        raise Refused("Ce professionnel n'exerce pas dans la structure de ce logiciel.", code="requester")
    return found


def _unproven() -> Refused:
    return Refused("Ce logiciel n'a pas prouvé qui il est.", code="invalid-client")
