"""Doors that a practice's software opens (launches), and what people let applications do. Private to the room.

Sources: HL7 SMART App Launch 2.2 (EHR launch, standalone launch); RFC 6749 sections 4.1 and 6; RFC 9700.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db.models import Q, QuerySet

from hygie.base.errors import NotFound, Refused
from hygie.base.ids import uuid7
from hygie.people.models import Authorization, Launch, SoftwareClient, TokenRequester
from hygie.people.types import AppAccess

LAUNCH_LIFE = timedelta(minutes=10)  # a card may stay on the screen while the patient undresses
VISIT = timedelta(hours=1)  # how long an application launched by a professional may work


def open_launch(*, client_id: UUID, activity_id: UUID, patient_id: UUID, at: datetime) -> str:
    handle = secrets.token_urlsafe(32)
    Launch.objects.create(
        id=uuid7(), digest=_digest(handle), client_id=client_id, activity_id=activity_id, patient_id=patient_id,
        expires=at + LAUNCH_LIFE,
    )  # fmt: skip
    return handle


def take(handle: str, *, at: datetime) -> Launch:
    """Each handle serves once: the update decides between two that come together."""
    row = (
        Launch.objects.filter(digest=_digest(handle), taken=None, expires__gt=at, client__revoked=None)
        .filter(activity__ended=None).select_related("client", "activity__professional").first()
    )  # fmt: skip
    if row is None or not Launch.objects.filter(id=row.id, taken=None).update(taken=at):
        raise Refused(
            "Ce lien a déjà servi, ou il a plus de dix minutes. Rouvrez le dossier depuis votre logiciel.",
            code="launch-expired",
        )
    return row


def allow(
    *, client_id: UUID, account_id: UUID, activity_id: UUID | None, patient_id: UUID, scopes: Iterable[str], auth: int,
    until: datetime, at: datetime,
) -> UUID:  # fmt: skip
    row = Authorization.objects.create(
        id=uuid7(), client_id=client_id, account_id=account_id, activity_id=activity_id, patient_id=patient_id,
        scopes=sorted(scopes), auth=auth, given=at, until=until,
    )  # fmt: skip
    return row.id


def note_code(authorization_id: UUID, code: str) -> None:
    Authorization.objects.filter(id=authorization_id).update(code=_digest(code))


def by_code(code: str, *, at: datetime) -> Authorization | None:
    return _live(at).filter(code=_digest(code)).first()


def by_refresh(token: str, *, at: datetime) -> Authorization | None:
    return _live(at).filter(refresh=_digest(token)).first()


def note_token(
    authorization: Authorization, *, token: str, refresh: str | None, at: datetime, seconds: int
) -> None:  # fmt: skip
    """Whoever carries this token acts for whoever gave the authorization; its code and its last refresh are spent."""
    TokenRequester.objects.create(
        token_checksum=_digest(token).hex(), authorization=authorization, activity_id=authorization.activity_id,
        professional_id=authorization.activity.professional_id if authorization.activity else None,
        expires=at + timedelta(seconds=seconds),
    )  # fmt: skip
    Authorization.objects.filter(id=authorization.id).update(
        last_used=at, code=None, refresh=_digest(refresh) if refresh else None
    )


def applications(account_id: UUID, *, at: datetime) -> list[AppAccess]:
    rows = _live(at).filter(account_id=account_id, activity=None).select_related("client__organisation")
    return [
        AppAccess(
            id=row.id, name=row.client.name, organisation=row.client.organisation.name, scopes=tuple(row.scopes),
            given=row.given, until=row.until, last_used=row.last_used,
        )
        for row in rows.order_by("-given")
    ]  # fmt: skip


def end(authorization_id: UUID, *, account_id: UUID, at: datetime) -> None:
    if not _live(at).filter(id=authorization_id, account_id=account_id).update(ended=at, code=None, refresh=None):
        raise NotFound("Cette autorisation n'existe plus.", code="no-such-authorization")


def application(client_id: str) -> SoftwareClient | None:
    """A living application that may ask people for access; None for one that may not."""
    rows = SoftwareClient.objects.filter(client_id=client_id, revoked=None).exclude(redirect_uris="")
    return rows.select_related("organisation").first()


def forget(*, at: datetime) -> int:
    """Launches an hour old; authorizations that ended, or ran out, a month ago."""
    old = at - timedelta(days=31)
    launches = Launch.objects.filter(expires__lt=at - timedelta(hours=1)).delete()[0]
    return launches + Authorization.objects.filter(Q(until__lt=old) | Q(ended__lt=old)).delete()[0]


def _live(at: datetime) -> QuerySet[Authorization]:
    return Authorization.objects.filter(ended=None, until__gt=at, client__revoked=None, account__is_active=True).filter(
        Q(activity=None) | Q(activity__ended=None)
    )


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
