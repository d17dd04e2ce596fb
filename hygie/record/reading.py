"""From rows to values: unseal what a grant covers, and drop what it does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from hygie.access.actions import inside
from hygie.access.types import DocumentFacts, Grant
from hygie.base import sealing
from hygie.base.errors import NotFound
from hygie.record import sealed
from hygie.record.types import Document, Metadata

COLUMNS = (
    "id, class_code, visibility, status, archived, version, received, updated, announce_on, size, source, by_patient, "
    "replaces, replaced_by, dek, CASE WHEN listing IS NULL THEN meta END AS meta, listing"
)
_Row = tuple[Any, ...]


def metadata(grant: Grant, document_id: UUID, dek: bytes, meta: bytes | None, listing: bytes | None) -> tuple[Metadata, dict[str, Any]]:
    """The sealed half of a row; BadSeal if it was altered or moved."""
    assert grant.keyring is not None
    patient = grant.patient_id
    if listing is not None:
        packed = sealing.unseal(grant.keyring.index_key(), listing, sealed.place("listing", patient, document_id))
    else:
        assert meta is not None
        key = grant.keyring.open_document_key(document_id, dek)
        packed = sealing.unseal(key, meta, sealed.place("meta", patient, document_id))
    return sealed.unpack(packed)


def document(grant: Grant, row: _Row, *, opened: set[UUID] | None = None) -> Document:
    (document_id, class_code, visibility, status, archived, version, received, updated, announce_on, size, source,
     by_patient, replaces, replaced_by, dek, meta, listing) = row  # fmt: skip
    known, more = metadata(grant, document_id, dek, meta, listing)
    return Document(
        id=document_id, patient_id=grant.patient_id, metadata=_reclassed(known, class_code), status=status,
        visibility=frozenset(visibility), archived=archived, version=version, received=received, updated=updated,
        size=size, sha256=bytes.fromhex(more["sha256"]), depositor_id=UUID(more["depositor"]), depositor=more["name"],
        organisation_id=UUID(more["organisation"]) if more["organisation"] else None, by_patient=by_patient,
        source=source, replaces=replaces, replaced_by=replaced_by, announce_on=announce_on,
        new=opened is not None and document_id not in opened,
    )  # fmt: skip


def _reclassed(known: Metadata, class_code: str) -> Metadata:
    """The clear class is the one that rules and filters use: it must be the one shown."""
    if known.class_code == class_code:
        return known
    return replace(known, class_code=class_code)


def announced(visibility: frozenset[str], announce_on: Any, at: datetime) -> frozenset[str]:
    """Visibility on this day: a dated announcement ends by itself."""
    if announce_on is not None and announce_on <= at.date():
        return visibility - {"INVISIBLE_PATIENT"} or frozenset({"N"})
    return visibility


def covered(grant: Grant, rows: Iterable[_Row], *, opened: set[UUID] | None = None) -> list[Document]:
    """The documents that the grant's scope covers, in the order of the rows."""
    found = []
    for row in rows:
        one = document(grant, row, opened=opened)
        today = announced(one.visibility, one.announce_on, grant.at)
        if today != one.visibility:
            one = replace(one, visibility=today)
        if grant.scope.covers(one.facts):
            found.append(one)
    return found


def one(grant: Grant, sql: psycopg.Cursor[Any], document_id: UUID) -> Document | None:
    """One document of the grant's record whatever its scope: for an act already decided on this very document."""
    row = sql.execute(
        f"SELECT {COLUMNS} FROM record_document WHERE patient_id = %b AND id = %b".encode(),
        [grant.patient_id, document_id], prepare=True, binary=True,
    ).fetchone()  # fmt: skip
    return document(grant, row) if row else None


def facts(grant: Grant, document_id: UUID, *, withdrawn: bool = False) -> DocumentFacts:
    """What the rules need of one document, for whoever may see it (or, `withdrawn`, took it back). Else NotFound."""
    with inside(grant) as sql:
        found = one(grant, sql, document_id)
    if found is not None:
        known = found.facts
        seen = replace(known, status="current") if withdrawn else known
        if grant.scope.covers(seen):
            return seen
    raise NotFound("Ce document n'est pas ici.", code="no-such-document")
