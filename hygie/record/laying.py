"""Laying sheets: the machine copies the documents of one record together, so that a whole record opens in a few seals.

A sheet is derived from the rows of its documents and readings, and from nothing else: dropping it loses nothing.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import psycopg

from hygie.access.actions import inside
from hygie.access.types import Grant
from hygie.base import sealing
from hygie.base.ids import uuid7
from hygie.record import packing, sealed, sheets, wording
from hygie.record.held import microseconds
from hygie.record.packing import Bound

FULL: Final = 256  # documents in a sheet
LOOSE: Final = 64  # documents in no sheet that are worth laying: reading one costs about 50 µs, a laid one about 5


def alone(sql: psycopg.Cursor[Any], grant: Grant) -> None:
    """For the rest of the transaction, no one else changes readings or sheets of this record."""
    sql.execute("SELECT pg_advisory_xact_lock(hashtextextended(%b, 1))", [f"sheets/{grant.patient_id}"], prepare=True)


def drop(sql: psycopg.Cursor[Any], grant: Grant, document_id: UUID) -> bool:
    """Forget the sheet that holds this document; its documents are read from their rows until it is laid again.

    Whether there was one.
    """
    done = sql.execute(
        "DELETE FROM record_sheet WHERE patient_id = %b AND documents @> ARRAY[%b::uuid]",
        [grant.patient_id, document_id], prepare=True,
    )  # fmt: skip
    return done.rowcount > 0


def lay_if_worth_it(grant: Grant, *, loose: int = LOOSE) -> int:
    """Lay the documents that are filed, read and in no sheet, once there are enough of them. How many sheets."""
    with inside(grant) as sql:
        alone(sql, grant)
        held = sql.execute(
            "SELECT id, documents FROM record_sheet WHERE patient_id = %b",
            [grant.patient_id],
            prepare=True,
            binary=True,
        ).fetchall()
        laid = {one for _, documents in held for one in documents}
        ready = sql.execute(
            """SELECT d.id FROM record_document d JOIN record_reading r
                 ON r.patient_id = d.patient_id AND r.document_id = d.id
               WHERE d.patient_id = %b AND d.listing IS NOT NULL ORDER BY d.received, d.id""",
            [grant.patient_id], prepare=True, binary=True,
        )  # fmt: skip
        free = [row[0] for row in ready if row[0] not in laid]
        if len(free) < loose or not free:
            return 0
        partial = [(sheet, documents) for sheet, documents in held if len(documents) < FULL]
        wanted = [one for _, documents in partial for one in documents] + free
        sql.execute(
            "DELETE FROM record_sheet WHERE patient_id = %b AND id = ANY(%b)",
            [grant.patient_id, [sheet for sheet, _ in partial]],
        )
        groups = [wanted[first : first + FULL] for first in range(0, len(wanted), FULL)]
        for group in groups:
            _lay(sql, grant, group)
        return len(groups)


def _lay(sql: psycopg.Cursor[Any], grant: Grant, documents: list[UUID]) -> None:
    assert grant.keyring is not None
    key = grant.keyring.index_key()
    unsealed = sealing.opener(key)
    rows = sql.execute(
        """SELECT d.id, d.received, d.day, d.size, d.source, d.by_patient, d.listing, r.base, r.reader, r.version,
             r.entries, r.text
           FROM record_document d JOIN record_reading r ON r.patient_id = d.patient_id AND r.document_id = d.id
           WHERE d.patient_id = %b AND d.id = ANY(%b)""",
        [grant.patient_id, documents], prepare=True, binary=True,
    ).fetchall()  # fmt: skip
    bound, texts = [], []
    for one, received, day, size, source, by_patient, listing, base, reader, version, entries, text in rows:
        bound.append(
            Bound(
                one, base, (reader, version),
                packing.unpack_page(unsealed(entries, sealing.aad("reading-entries", grant.patient_id, one))),
                microseconds(received), microseconds(day), size, source, by_patient,
                sealed.unpacked(unsealed(listing, sealed.place("listing", grant.patient_id, one))),
            )
        )  # fmt: skip
        texts.append(unsealed(text, sealing.aad("reading-text", grant.patient_id, one)).decode())
    sheet_id = uuid7()
    heads, rest = packing.pack_entries(bound)
    parts = {
        "listing": packing.pack_listing(bound), "heads": heads, "entries": rest,
        "texts": packing.pack_texts(texts),
        "words": wording.pack((sealed.metadata_of(one.listing["m"]), text) for one, text in zip(bound, texts, strict=True)),
    }  # fmt: skip
    sql.execute(
        """INSERT INTO record_sheet (patient_id, id, documents, laid, listing, heads, entries, texts, words)
           VALUES (%b, %b, %b, %b, %b, %b, %b, %b, %b)""",
        [
            grant.patient_id, sheet_id, [one.document_id for one in bound], grant.at,
            *(sealing.seal(key, packed, sheets.place(part, grant, sheet_id)) for part, packed in parts.items()),
        ],
    )  # fmt: skip
