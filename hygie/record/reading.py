"""From rows to values: unseal what a grant covers, and drop what it does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from hygie.access.actions import inside
from hygie.access.types import DocumentFacts, Grant, Visibility
from hygie.base import sealing
from hygie.base.errors import NotFound
from hygie.record import sealed
from hygie.record.types import Document, Metadata

ROW = (
    "id", "class_code", "visibility", "status", "archived", "version", "received", "updated", "announce_on", "size",
    "source", "by_patient", "replaces", "replaced_by", "dek", "meta", "listing",
)  # fmt: skip
COLUMNS = ", ".join("CASE WHEN listing IS NULL THEN meta END AS meta" if name == "meta" else name for name in ROW)
_Row = tuple[Any, ...]
FRANCE = ZoneInfo("Europe/Paris")


class _Listing:
    """Opens the rows of one record that are filed: its key is derived, and its cipher prepared, once for a list."""

    def __init__(self, grant: Grant) -> None:
        assert grant.keyring is not None
        self._open = sealing.opener(grant.keyring.index_key())
        self._place = sealed.place("listing", grant.patient_id, "")

    def __call__(self, document_id: UUID, listing: bytes) -> bytes:
        return self._open(listing, self._place + str(document_id).encode())


def document(grant: Grant, row: _Row, *, opened: set[UUID] | None = None, listings: _Listing | None = None) -> Document:
    """One row as a value; BadSeal if it was altered or moved."""
    (document_id, class_code, visibility, status, archived, version, received, updated, announce_on, size, source,
     by_patient, replaces, replaced_by, dek, meta, listing) = row  # fmt: skip
    keys, patient = grant.keyring, grant.patient_id
    assert keys is not None
    if listing is not None:
        packed = (listings or _Listing(grant))(document_id, listing)
    else:  # not filed yet
        place = sealed.place("meta", patient, document_id)
        packed = sealing.unseal(keys.open_document_key(document_id, dek), meta, place)
    known, more = sealed.unpack(packed)
    return Document(
        id=document_id, patient_id=patient, metadata=reclassed(known, class_code), status=status,
        visibility=announced(frozenset(visibility), announce_on, grant.at), archived=archived, version=version,
        received=received, updated=updated, size=size, sha256=bytes.fromhex(more["sha256"]),
        depositor_id=UUID(more["depositor"]), depositor=more["name"],
        organisation_id=UUID(more["organisation"]) if more["organisation"] else None, by_patient=by_patient,
        source=source, replaces=replaces, replaced_by=replaced_by, announce_on=announce_on,
        new=opened is not None and document_id not in opened,
    )  # fmt: skip


def reclassed(known: Metadata, class_code: str) -> Metadata:
    """The clear class is the one that rules and filters use: it must be the one shown."""
    if known.class_code == class_code:
        return known
    return replace(known, class_code=class_code)


def announced(visibility: frozenset[str], announce_on: date | None, at: datetime) -> frozenset[str]:
    """Visibility on this day, in France: a dated announcement ends by itself."""
    if announce_on is not None and announce_on <= at.astimezone(FRANCE).date():
        return visibility - {Visibility.HIDDEN_FROM_PATIENT} or frozenset({"N"})
    return visibility


def covered(grant: Grant, rows: Iterable[_Row], *, opened: set[UUID] | None = None) -> list[Document]:
    """The documents that the grant's scope covers, in the order of the rows."""
    listings = _Listing(grant)
    every = (document(grant, row, opened=opened, listings=listings) for row in rows)
    return [one for one in every if grant.scope.covers(one.facts)]


def one(grant: Grant, sql: psycopg.Cursor[Any], document_id: UUID) -> Document | None:
    """One document of the grant's record whatever its scope: for an act already decided on this very document."""
    row = sql.execute(
        f"SELECT {COLUMNS} FROM record_document WHERE patient_id = %b AND id = %b".encode(),
        [grant.patient_id, document_id], prepare=True, binary=True,
    ).fetchone()  # fmt: skip
    return document(grant, row) if row else None


def category(sql: psycopg.Cursor[Any], grant: Grant) -> str | None:
    """The class of the document that this grant names, for the journal: from clear columns alone. None when it is not
    there, or not announced yet to the person whose journal it is."""
    row = sql.execute(
        "SELECT class_code, visibility, announce_on FROM record_document WHERE patient_id = %b AND id = %b",
        [grant.patient_id, grant.object_id], prepare=True, binary=True,
    ).fetchone()  # fmt: skip
    if row is None:
        return None
    class_code, codes, announce_on = row
    unannounced = Visibility.HIDDEN_FROM_PATIENT in announced(frozenset(codes), announce_on, grant.at)
    return None if unannounced else str(class_code)


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
