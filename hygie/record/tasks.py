"""Background work of the record room: filing new documents (one job for each group of deposits), sweeping the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


@app.task(queue="file", name="record.file", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def file(refs: list[list[str]]) -> None:
    """File each document (see filing.py). One that fails is asked for again alone, so that it holds nobody up."""
    from hygie.record import filing

    pairs = [(UUID(patient), UUID(document)) for patient, document in refs]
    if len(pairs) == 1:
        filing.file_one(*pairs[0])
        return
    for patient, document in pairs:
        try:
            filing.file_one(patient, document)
        except Exception:  # whatever the fault, the others must be filed: it comes back as a job of its own
            file_later([(patient, document)])


@app.periodic(cron="17 3 * * *")
@app.task(queue="sweep", name="record.sweep", retry=RetryStrategy(max_attempts=3, wait=600))
def sweep(timestamp: int) -> None:
    """Each night, forget what refused deposits left in the object store (see sweeping.py)."""
    from hygie.record import sweeping

    sweeping.sweep(at=datetime.fromtimestamp(timestamp, UTC))


def file_later(pairs: Sequence[tuple[UUID, UUID]]) -> None:
    """Ask for it in the present transaction: it happens if, and only if, the deposit does."""
    file.defer(refs=[[str(patient), str(document)] for patient, document in pairs])
