"""Erasing: what a person asked to erase thirty days ago, or closed ten years ago, goes for good. One job, each night."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

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
        _forget_contents(sql, patient_id)


def erase_again(*, at: datetime) -> int:
    """After a backup was put back: whoever the register of erasures names is erased again. How many receipts were due.

    Unavailable when the register is older than the database. Doing it twice changes nothing.
    """
    back = queries.brought_back(at=at)
    for patient_id, receipt in back:
        with access.erasing_again(patient_id, receipt) as sql:
            if patient_id is not None:
                _forget_contents(sql, patient_id)
    if count := sum(1 for patient_id, _receipt in back if patient_id is not None):
        logs.event("spaces-erased-again", level=logging.WARNING, count=count)
    return count


def _forget_contents(sql: psycopg.Cursor[Any], patient_id: UUID) -> None:
    """What an object store holds of this person."""
    store = blobs.store()
    if store is None:
        return
    rows = sql.execute(
        "SELECT id FROM record_document WHERE patient_id = %b AND content IS NULL", [patient_id], binary=True
    ).fetchall()
    for (document_id,) in rows:
        store.delete(str(document_id))
