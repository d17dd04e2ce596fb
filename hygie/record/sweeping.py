"""Sweeping the object store: a content is put there before its row commits, so what was refused or cut leaves a blob.

Whether a blob has its row is asked of the submissions (ids only, behind no person's wall): every document has one.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from hygie.base import blobs, logs
from hygie.base.sql import cursor

LEFT_FOR = timedelta(hours=24)  # far longer than any deposit lasts


def sweep(*, at: datetime) -> int:
    """Delete the blobs put more than a day before `at` that no document claims. Returns how many.

    A page of blobs of which none is known is left alone and said in the log: that looks like the store of another
    installation, or a database restored empty, not like refusals.
    """
    store = blobs.store()
    if store is None:
        return 0
    swept = 0
    for page in store.older_than(at - LEFT_FOR):
        names = {UUID(name): name for name in page if _is_ours(name)}
        found = cursor().execute(
            "SELECT document_id FROM record_submission WHERE document_id = ANY(%b)", [list(names)], binary=True
        )
        known = {row[0] for row in found}
        if names and not known:
            logs.event("blobs-of-nobody", level=logging.WARNING, count=len(names))
            continue
        for document_id in names.keys() - known:
            store.delete(names[document_id])
            swept += 1
    if swept:
        logs.event("blobs-swept", count=swept)
    return swept


def _is_ours(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
