"""Background work of the record room: filing new documents (one job for each group of deposits), then reading what they
say, on a queue of its own; sweeping the store."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from hygie.base import logs


@app.task(queue="file", name="record.file", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def file(refs: list[list[str]]) -> None:
    """File these documents together (see filing.py). One that fails is asked for again alone, so that it holds nobody up."""
    from hygie.record import filing

    pairs = [(UUID(patient), UUID(document)) for patient, document in refs]
    if len(pairs) == 1:
        filing.file_one(*pairs[0])
        read_later(pairs)
        return
    try:
        left = filing.file_together(pairs)
    except Exception as fault:  # whatever it is: it may be that of one of them
        _apart("record.file", fault)
        left = pairs
    for patient, document in left:
        try:
            filing.file_one(patient, document)
        except Exception as fault:  # the others must be filed: this one comes back as a job of its own
            _apart("record.file", fault)
            file_later([(patient, document)])
    read_later(pairs)


@app.task(queue="read", name="record.read", priority=-10, retry=RetryStrategy(max_attempts=3, exponential_wait=4))
def read(refs: list[list[str]]) -> None:
    """Read what each document says (see extracting.py). One that its reader does not get through is set aside, and asked
    for again alone: it holds nobody up, and stays visible among the jobs that failed."""
    from hygie.record import extracting

    people: dict[UUID, list[UUID]] = {}
    for patient, document in refs:
        people.setdefault(UUID(patient), []).append(UUID(document))
    for patient_id, documents in people.items():
        try:
            poisonous = extracting.read(patient_id, documents)
        except Exception as fault:
            if len(refs) == 1:
                raise
            _apart("record.read", fault)
            read_later([(patient_id, one) for one in documents], apart=True)
            continue
        if poisonous and len(refs) == 1:
            raise extracting.Poison("record.read")
        read_later([(patient_id, one) for one in poisonous], apart=True)


@app.task(queue="read", name="record.read_again", priority=-20, retry=RetryStrategy(max_attempts=3, exponential_wait=4))
def read_again(patient_id: str) -> None:
    """Read again what a reader that has grown since, or did not exist, would read otherwise, in one person's record."""
    from hygie.record import extracting

    extracting.read_again(UUID(patient_id))


@app.task(queue="bring", name="record.bring", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def bring(patient_id: str, import_id: str) -> None:
    """Take in an archive that its person brought back, or many files she added; or take back what came of it (see
    bringing.py)."""
    from hygie.record import bringing

    bringing.carry_on(UUID(patient_id), UUID(import_id))


@app.periodic(cron="17 3 * * *")
@app.task(queue="sweep", name="record.sweep", retry=RetryStrategy(max_attempts=3, wait=600))
def sweep(timestamp: int) -> None:
    """Each night, forget what refused deposits left in the object store (see sweeping.py), and the sealed pieces of
    imports that stopped (see bringing.py)."""
    from hygie.record import bringing, sweeping

    sweeping.sweep(at=datetime.fromtimestamp(timestamp, UTC))
    bringing.sweep(at=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="41 3 * * *")
@app.task(queue="sweep", name="record.erase", retry=RetryStrategy(max_attempts=3, wait=600))
def erase(timestamp: int) -> None:
    """Each night, erase the spaces whose day has come (see erasing.py)."""
    from hygie.record import erasing

    erasing.erase_due(at=datetime.fromtimestamp(timestamp, UTC))


def file_later(pairs: Sequence[tuple[UUID, UUID]]) -> None:
    """Ask for it in the present transaction: it happens if, and only if, the deposit does."""
    file.defer(refs=[[str(patient), str(document)] for patient, document in pairs])


def read_later(pairs: Sequence[tuple[UUID, UUID]], *, apart: bool = False) -> None:
    """Ask for these documents to be read: in one job, or (`apart`) each in a job of its own."""
    for group in [[one] for one in pairs] if apart else [list(pairs)] if pairs else []:
        read.defer(refs=[[str(patient), str(document)] for patient, document in group])


def _apart(job: str, fault: Exception) -> None:
    """Several asked for at once will each be tried alone: what stopped them together is told to the operator here."""
    logs.event("tried-apart", level=logging.WARNING, error=fault, job=job)


def read_again_later(patient_id: UUID) -> bool:
    """Ask for `read_again` of this record. False when it is asked for already."""
    try:
        read_again.configure(queueing_lock=f"read_again/{patient_id}").defer(patient_id=str(patient_id))
    except AlreadyEnqueued:
        return False
    return True


def bring_later(patient_id: UUID, import_id: UUID) -> None:
    """Ask for `bring` in the present transaction; nothing when it is asked for already. One at a time of an import."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        asked = bring.configure(lock=f"bringing/{import_id}", queueing_lock=f"bring/{import_id}")
        asked.defer(patient_id=str(patient_id), import_id=str(import_id))
