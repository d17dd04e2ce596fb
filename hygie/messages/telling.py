"""Telling: one job for each thing that happened, each contact once, in a sentence that says nothing. Private to the room.

A job that is done twice sends nothing twice: each notice is marked in the transaction that held its row while it left.
One contact that fails keeps no other waiting; its job comes back, then is set aside, visible (ops/worker.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import pybase64

from hygie.base import config, logs, rootkey, sealing, sending
from hygie.base.addresses import reverse
from hygie.base.errors import HygieError, NotFound, Unavailable
from hygie.base.ids import uuid7
from hygie.base.walls import scope
from hygie.formats.letter import letter
from hygie.messages import contacts, words
from hygie.messages.models import Contact, Notice
from hygie.messages.types import MAY_STOP, By, Kind

_LETTER_WAITS = {True: timedelta(days=7), False: timedelta(days=1)}  # a digest; what protects her leaves the next day


def tell(patient_id: UUID, kind: Kind, key: str, *, at: datetime) -> None:
    """The job. Unavailable, at its end, when somebody could not be told."""
    event = hashlib.sha256(f"{kind}|{key}".encode()).digest()
    failed = 0
    for row in contacts.rows(patient_id):
        if kind in row.stopped and kind in MAY_STOP:
            continue
        with scope(patient_id):
            Notice.objects.bulk_create(
                [Notice(patient_id=patient_id, id=uuid7(), contact_id=row.id, kind=kind, event=event, created=at)],
                ignore_conflicts=True,
            )
        if row.by == By.LETTER:
            from hygie.messages.tasks import letter_later

            letter_later(patient_id, row.id, wait=_LETTER_WAITS[kind in MAY_STOP])
            continue
        try:
            _send(row, kind, event, at)
        except (HygieError, sealing.BadSeal) as fault:
            logs.event("notice-not-sent", error=fault)
            failed += 1
    if failed:
        raise Unavailable("Un avis n'a pas pu partir.", code="notice-not-sent")


def _send(row: Contact, kind: Kind, event: bytes, at: datetime) -> None:
    with scope(row.patient_id):
        mine = Notice.objects.select_for_update().filter(
            patient_id=row.patient_id, contact_id=row.id, event=event, sent=None
        )
        if (notice := mine.first()) is None:
            return  # told already
        _BY[By(row.by)](row, kind, notice.id)
        Notice.objects.filter(patient_id=row.patient_id, id=notice.id).update(sent=at)


def _mail(row: Contact, kind: Kind, notice_id: UUID) -> None:
    headers = {"Message-ID": f"<{notice_id}@hygie>", "Auto-Submitted": "auto-generated"}
    stop = ""
    if kind in MAY_STOP:  # RFC 8058: one click in the mailbox itself, or on our page
        stop = config.get("HYGIE_PUBLIC_URL") + reverse("portal:stop-notice", args=[stop_token(row.patient_id, kind)])
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    sending.mail(contacts.address(row), subject=words.SUBJECT, words=words.mail(kind, stop=stop), headers=headers)


def _text(row: Contact, kind: Kind, notice_id: UUID) -> None:
    sending.text(contacts.address(row), words.text(kind), once=str(notice_id))


_BY: dict[By, Callable[[Contact, Kind, UUID], None]] = {By.MAIL: _mail, By.TEXT: _text}


def post(patient_id: UUID, contact_id: UUID, *, at: datetime) -> None:
    """One letter with all that waits for this postal address: the job."""
    row = next((one for one in contacts.rows(patient_id) if one.id == contact_id), None)
    if row is None:
        return
    with scope(patient_id):
        waiting = list(
            Notice.objects.select_for_update().filter(patient_id=patient_id, contact_id=contact_id, sent=None)
        )
        if not waiting:
            return
        paragraphs = words.letter([Kind(one.kind) for one in waiting])
        sending.letter(letter(to=contacts.address(row).splitlines(), title=words.SUBJECT, paragraphs=paragraphs))
        Notice.objects.filter(patient_id=patient_id, id__in=[one.id for one in waiting]).update(sent=at)


def stop_token(patient_id: UUID, kind: Kind) -> str:
    """What stops one kind for one person: sealed, so that it says neither, and nobody makes one."""
    sealed = rootkey.ours().wrap(orjson.dumps([str(patient_id), kind]), sealing.aad("stop-notice"))
    return pybase64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read_stop(token: str) -> tuple[UUID, Kind]:
    """Whom and what it stops. NotFound for anything that we did not make."""
    try:
        sealed = pybase64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        patient_id, kind = orjson.loads(rootkey.ours().unwrap(sealed, sealing.aad("stop-notice")))
        return UUID(patient_id), Kind(kind)
    except (sealing.BadSeal, ValueError) as fault:
        raise NotFound("Ce lien n'est plus valable.", code="stop-token") from fault
