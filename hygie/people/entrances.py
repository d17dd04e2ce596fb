"""Sessions as their owner sees them: from which device, when, not where; ended by her at once. Private to the room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from hygie.base import events, rootkey, sealing
from hygie.base.errors import NotFound
from hygie.base.ids import uuid7
from hygie.people import proofs
from hygie.people.models import Account
from hygie.people.models import Entrance as Row
from hygie.people.types import Entrance

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
KEPT = timedelta(days=400)  # after which a device that was never seen again is a new one


def begin(account_id: UUID, *, device: str, user_agent: str, ways: Iterable[str], at: datetime) -> Entrance:
    """A session begins. device: what the browser's own cookie says, random. A new device is told to a person, by event."""
    digest = rootkey.ours().digest("people/device", f"{account_id}|{device}".encode())
    with transaction.atomic():
        account = Account.objects.select_for_update().get(id=account_id)
        earlier = Row.objects.filter(account_id=account_id)
        new = earlier.exists() and not earlier.filter(device=digest).exists()
        row = Row(id=uuid7(), account_id=account_id, device=digest, began=at, seen=at)
        row.sealed = _seal(row.id, {"device": proofs.device(user_agent), "ways": list(ways)})
        row.save(force_insert=True)
        if new and account.patient_id is not None:
            events.emit("new-device", patient_id=account.patient_id, key=str(row.id))
    return _shown(row, new=new)


def strengthen(entrance_id: UUID, *, ways: Iterable[str]) -> None:
    """Another way was used in the same session."""
    with transaction.atomic():
        row = Row.objects.select_for_update().filter(id=entrance_id).first()
        if row is not None:
            row.sealed = _seal(row.id, _said(row) | {"ways": list(ways)})
            row.save(update_fields=["sealed"])


def seen(entrance_id: UUID, *, at: datetime) -> None:
    """She is still there."""
    Row.objects.filter(id=entrance_id, ended=None).update(seen=at)


def entrances(account_id: UUID, *, at: datetime) -> list[Entrance]:
    """Her sessions of the last thirty days, the living first, then the latest."""
    rows = Row.objects.filter(account_id=account_id, seen__gt=at - timedelta(days=30)).order_by("-seen")[:100]
    found = [_shown(row, at=at) for row in rows]
    return sorted(found, key=lambda one: one.ended is not None)


def end(account_id: UUID, entrance_id: UUID, *, at: datetime) -> None:
    """Refused at its next request. NotFound when it is not one of this account's."""
    rows = Row.objects.filter(id=entrance_id, account_id=account_id)
    if not rows.exists():
        raise NotFound("Cette connexion n'existe pas.", code="no-such-entrance")
    rows.filter(ended=None).update(ended=at)


def end_others(account_id: UUID, *, but: UUID | None, at: datetime) -> int:
    """Every session but this one, refused at its next request. How many."""
    rows = Row.objects.filter(account_id=account_id, ended=None)
    return int((rows.exclude(id=but) if but else rows).update(ended=at))


def forget(*, at: datetime) -> int:
    return Row.objects.filter(seen__lt=at - KEPT).delete()[0]


def _shown(row: Row, *, new: bool = False, at: datetime | None = None) -> Entrance:
    said, ended = _said(row), row.ended
    if ended is None and at is not None and (row.seen < at - IDLE - timedelta(minutes=2) or row.began < at - LONGEST):
        ended = row.seen  # nobody was there any more
    return Entrance(row.id, said["device"], tuple(said["ways"]), row.began, row.seen, ended, new)


def _seal(entrance_id: UUID, said: dict[str, Any]) -> bytes:
    return rootkey.ours().wrap(orjson.dumps(said), sealing.aad("entrance", entrance_id))


def _said(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(rootkey.ours().unwrap(bytes(row.sealed), sealing.aad("entrance", row.id)))
    return found
