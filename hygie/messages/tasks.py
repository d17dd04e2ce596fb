"""Background work of the messages room: telling people, by what they chose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued


@app.task(queue="send", name="messages.tell", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def tell(patient_id: str, kind: str, key: str) -> None:
    """Tell this person that such a thing happened (see telling.py)."""
    from hygie.messages import telling
    from hygie.messages.types import Kind

    telling.tell(UUID(patient_id), Kind(kind), key, at=datetime.now(UTC))


@app.task(queue="send", name="messages.post", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def post(patient_id: str, contact_id: str) -> None:
    """One letter with what waits for this postal address."""
    from hygie.messages import telling

    telling.post(UUID(patient_id), UUID(contact_id), at=datetime.now(UTC))


def letter_later(patient_id: UUID, contact_id: UUID, *, wait: timedelta) -> None:
    """Ask for a letter in so many days, once for all that happens meanwhile."""
    lock = f"post/{contact_id}/{wait.days}"
    later = post.configure(queueing_lock=lock, schedule_in={"days": wait.days})
    try:
        with transaction.atomic():
            later.defer(patient_id=str(patient_id), contact_id=str(contact_id))
    except AlreadyEnqueued:
        return
