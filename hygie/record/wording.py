"""The words of a record's documents, opened for a search: packed in the sheets, in the rows of what no sheet holds."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from hygie.access.actions import inside
from hygie.access.types import Grant
from hygie.base import sealing
from hygie.formats import valuesets
from hygie.record import sheets, vocabulary
from hygie.record.types import Metadata

# NOT IN, for its plan: a table of what is laid, looked up once for each reading. Asked of each reading whether a sheet
# names it, 2,000 documents cost 25 ms. No sheet names a document that is NULL.
_LOOSE = b"""
SELECT document_id, text FROM record_reading
WHERE patient_id = %b AND document_id NOT IN (
  SELECT unnest(documents) FROM record_sheet WHERE patient_id = %b AND words IS NOT NULL)"""
_TEXT = "SELECT document_id, text FROM record_reading WHERE patient_id = %b AND document_id = ANY(%b)"


def told(metadata: Metadata, text: str) -> set[str]:
    """The stems by which a document is found: what it is, who wrote it, what it says."""
    said = [
        metadata.title,
        metadata.description or "",
        valuesets.type_label(metadata.type_code, metadata.type_label),
        text,
    ]
    for author in metadata.authors:
        said += [author.name, author.specialty or "", author.organisation or ""]
    return vocabulary.stems("\n".join(said))


def words(grant: Grant) -> tuple[list[tuple[vocabulary.Words, list[UUID]]], list[tuple[UUID, str]]]:
    """The packed words of each sheet with its documents' ids, and the texts of documents that no sheet holds.

    Whatever their scope: the caller keeps only what the grant covers.
    """
    assert grant.keyring is not None
    unsealed = sealing.opener(grant.keyring.index_key())
    with inside(grant) as sql:
        laid = sql.execute(
            "SELECT id, documents, words FROM record_sheet WHERE patient_id = %b AND words IS NOT NULL",
            [grant.patient_id], prepare=True, binary=True,
        ).fetchall()  # fmt: skip
        loose = sql.execute(_LOOSE, [grant.patient_id, grant.patient_id], prepare=True, binary=True).fetchall()
    packed = [
        (vocabulary.Words(unsealed(body, sheets.place("words", grant, sheet))), list(documents))
        for sheet, documents, body in laid
    ]
    return packed, [(one, unsealed(body, _place(grant, one)).decode()) for one, body in loose]


def texts(grant: Grant, documents: Iterable[UUID]) -> dict[UUID, str]:
    """The readable text of these documents."""
    assert grant.keyring is not None
    unsealed = sealing.opener(grant.keyring.index_key())
    with inside(grant) as sql:
        rows = sql.execute(_TEXT.encode(), [grant.patient_id, list(documents)], prepare=True, binary=True).fetchall()
    return {one: unsealed(body, _place(grant, one)).decode() for one, body in rows}


def pack(listings: Iterable[tuple[Metadata, str]]) -> bytes:
    """The words of a sheet's documents, in their order, from metadata and text."""
    return vocabulary.pack([told(metadata, text) for metadata, text in listings])


def _place(grant: Grant, document_id: UUID) -> bytes:
    return sealing.aad("reading-text", grant.patient_id, document_id)
