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
    """What a code that has not served yet gives."""
    return _live(at).filter(code=_digest(code), last_used=None).first()


def end_replayed(code: str, *, client_id: UUID, at: datetime) -> bool:
    """Whether this code had served already: somebody else may hold it, so what it gave ends, tokens and refresh.

    From its own application alone: what another sends is refused and ends nothing. Source: RFC 6749 section 4.1.2.
    """
    spent = _live(at).filter(code=_digest(code), client_id=client_id, last_used__isnull=False)
    return bool(spent.update(ended=at, code=None, refresh=None))


def by_refresh(token: str, *, at: datetime) -> Authorization | None:
    return _live(at).filter(refresh=_digest(token)).first()


def note_token(
    authorization: Authorization, *, token: str, refresh: str | None, at: datetime, seconds: int
) -> None:  # fmt: skip
    """Whoever carries this token acts for whoever gave the authorization; its code and its last refresh are spent.

    The code stays known by its digest, to be recognised if it comes again.
    """
    TokenRequester.objects.create(
        token_checksum=_digest(token).hex(), authorization=authorization, activity_id=authorization.activity_id,
        professional_id=authorization.activity.professional_id if authorization.activity else None,
        expires=at + timedelta(seconds=seconds),
    )  # fmt: skip
    Authorization.objects.filter(id=authorization.id).update(
        last_used=at, refresh=_digest(refresh) if refresh else None
    )


def applications(account_id: UUID, *, at: datetime) -> list[AppAccess]:
    """One for each application and each space, however many times it was let in: on a telephone, on a tablet."""
    rows = (
        _live(at).filter(account_id=account_id, activity=None).select_related("client__organisation").order_by("given")
    )
    let_in: dict[tuple[UUID, UUID], list[Authorization]] = {}
    for row in rows:
        let_in.setdefault((row.client_id, row.patient_id), []).append(row)
    found = [
        AppAccess(
            id=same[-1].id, name=same[0].client.name, organisation=same[0].client.organisation.name,
            scopes=tuple(sorted({scope for row in same for scope in row.scopes})), given=same[0].given,
            until=max(row.until for row in same), last_used=max((row.last_used for row in same if row.last_used), default=None),
        )
        for same in let_in.values()
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.given, reverse=True)


def end(authorization_id: UUID, *, account_id: UUID, at: datetime) -> None:
    """End what this application may do in this space, each time it was let in."""
    hers = _live(at).filter(account_id=account_id, activity=None)
    row = hers.filter(id=authorization_id).first()
    if row is None:
        raise NotFound("Cette autorisation n'existe plus.", code="no-such-authorization")
    hers.filter(client_id=row.client_id, patient_id=row.patient_id).update(ended=at, code=None, refresh=None)


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
