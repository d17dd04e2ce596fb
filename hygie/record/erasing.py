"""Erasing: what a person asked to erase thirty days ago, or closed ten years ago, goes for good. One job, each night."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from hygie.access import actions as access
from hygie.access import queries
from hygie.base import blobs, logs
from hygie.base.errors import Conflict


def erase_due(*, at: datetime) -> int:
    """Erase each space whose day has come. One that fails waits for the next night, said in the log, and stops nobody."""
    erased = 0
    for erasure_id in queries.erasures_due(at=at):
        try:
            erase(erasure_id, at=at)
        except Conflict:  # cancelled an instant ago
            continue
        except Exception as fault:
            logs.event("space-not-erased", level=logging.ERROR, error=fault)
            continue
        erased += 1
    if erased:
        logs.event("spaces-erased", count=erased)
    return erased


def erase(erasure_id: UUID, *, at: datetime) -> None:
    """Contents first where they live outside the database, then everything else in one transaction.

    Cut in the middle, the keys and the rows are still there, and the next night takes it up where it stopped.
    """
    with access.erasing(erasure_id, at=at) as (sql, patient_id):
        store = blobs.store()
        if store is None:
            return
        rows = sql.execute(
            "SELECT id FROM record_document WHERE patient_id = %b AND content IS NULL", [patient_id], binary=True
        ).fetchall()
        for (document_id,) in rows:
            store.delete(str(document_id))
