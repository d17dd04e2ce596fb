"""The entries of a record, from its sheets, its loose documents and what people said; as visible as their documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg

from hygie.access.actions import inside
from hygie.access.types import DocumentFacts, Grant, TieKind
from hygie.base import sealing
from hygie.base.errors import NotFound
from hygie.formats.entries import Unread
from hygie.record import listing, packing, reading, sheets
from hygie.record.held import Held
from hygie.record.listing import Asked
from hygie.record.packing import Kept, Page
from hygie.record.sheets import Opening, Said, Wanted
from hygie.record.types import Document, Item, Source, State

OWN: Final = DocumentFacts(class_code="11", type_code="DOCPAT08", by_patient=True)
"""Under which facts what the person says of herself is shown: a medical profile filled in by her (JDV_J07)."""

_Loose = tuple[Document, UUID, str, Page]
"""A document that was read and that no sheet holds: itself, the base of its entries, its reader, what was read in it."""

_NOT_HERE = "Cet élément n’est pas ici."


@dataclass(frozen=True, slots=True)
class Statement:
    """What someone said, opened. settled: of a suggestion; own: of herself. resource: None when told as it was read."""

    id: UUID
    kind: str
    state: State | None  # None: withdrawn
    document_id: UUID | None
    received: datetime
    updated: datetime
    resource: dict[str, Any] | None
    by: str
    by_kind: str
    spoken_for: str = ""  # the tie of whoever said it for her

    def about(self, item: Item) -> Item:
        """The suggestion as it stands once settled: what was confirmed holds, whatever is read later."""
        assert self.state is not None
        resource = self.resource if self.resource is not None and self.state is State.CONFIRMED else item.resource
        day = packing.entry_day(resource)
        return replace(
            item, state=self.state, resource=resource, code=packing.code_of(resource),
            day=date.fromordinal(day) if day else None, settled_by=self.by, settled=self.updated,
        )  # fmt: skip

    def own(self) -> Item:
        assert self.resource is not None
        day = packing.entry_day(self.resource)
        return Item(
            id=self.id, kind=str(self.resource["resourceType"]), day=date.fromordinal(day) if day else None,
            resource=self.resource, state=State.OWN, received=self.received, by_patient=True,
            code=packing.code_of(self.resource),
        )  # fmt: skip


def place(grant: Grant, statement_id: UUID) -> bytes:
    return sealing.aad("statement", grant.patient_id, statement_id)


_SAID = "SELECT id, kind, state, document_id, received, updated, body FROM record_statement WHERE patient_id = %b"


def statements(sql: psycopg.Cursor[Any], grant: Grant, *, one: UUID | None = None) -> list[Statement]:
    """What was said in this record, or the one statement of that id."""
    assert grant.keyring is not None
    asked, values = (_SAID, [grant.patient_id]) if one is None else (_SAID + " AND id = %b", [grant.patient_id, one])
    rows = sql.execute(asked.encode(), values, prepare=True, binary=True).fetchall()
    unsealed = sealing.opener(grant.keyring.index_key())
    found = []
    for statement_id, kind, state, document_id, received, updated, body in rows:
        told = orjson.loads(unsealed(body, place(grant, statement_id)))
        found.append(
            Statement(
                statement_id, kind, None if state == "withdrawn" else State(state), document_id, received, updated,
                told["resource"], told["by"], told["kind"], told.get("for", ""),
            )
        )  # fmt: skip
    return [each for each in found if _may_hear(grant, each)]


def _may_hear(grant: Grant, said: Statement) -> bool:
    """What a minor says of herself in her own space, her parents do not hear; what they said for her, they do."""
    parent = grant.tie is not None and grant.tie.kind is TieKind.PARENT
    return not parent or said.kind != "own" or bool(said.spoken_for)


def entries(grant: Grant, wanted: Wanted) -> list[Item]:
    """What is wanted of the covered, current documents' entries and of the person's own, the newest day first."""
    with inside(grant) as sql:
        return _wanted(sql, grant, wanted, sheets.opening(sql, grant, *sheets.parts_for(wanted)))


def with_documents(grant: Grant, wanted: Wanted, asked: Asked) -> tuple[list[Item], Held, int]:
    """Entries, and documents: the record is opened once for both. And how many of these documents nobody read yet."""
    with inside(grant) as sql:
        record = sheets.opening(sql, grant, *sheets.parts_for(wanted))
        rows = _loose(sql, grant, record.loose)
        held = listing.listed(sql, grant, asked, record)
        unread = record.loose - {document.id.bytes for document, *_ in rows}
        return _wanted(sql, grant, wanted, record, rows), held, held.among(unread)


def _wanted(
    sql: psycopg.Cursor[Any], grant: Grant, wanted: Wanted, record: Opening, rows: Iterable[_Loose] | None = None
) -> list[Item]:
    """rows: of the documents that no sheet holds, when they are here already."""
    if rows is None:
        rows = _loose(sql, grant, record.loose)
    spoken = statements(sql, grant)
    said: Said = {one.id.int: one.about for one in spoken if one.kind == "settled" and one.state is not None}
    found = sheets.entries_of(sql, grant, record, wanted, said)
    for document, base, reader, page in rows:
        for item in _items(document, base, reader, page, said):
            if wanted.item(item):
                found.append((sheets.rank(item.day), item.kind, item.code, item))
    if grant.scope.covers(OWN):
        for one in spoken:
            if one.kind == "own" and one.state is State.OWN and wanted.item(item := one.own()):
                found.append((sheets.rank(item.day), item.kind, item.code, item))
    found.sort(key=itemgetter(0), reverse=True)
    if wanted.most:
        found = sheets.newest(found, wanted.most)
    return [item for *_, item in found]


def one(grant: Grant, entry_id: UUID) -> Item:
    """One entry that the grant covers; NotFound otherwise, whatever the reason."""
    with inside(grant) as sql:
        spoken = statements(sql, grant, one=entry_id)
        if spoken and spoken[0].kind == "own":
            if spoken[0].state is State.OWN and grant.scope.covers(OWN):
                return spoken[0].own()
            raise NotFound(_NOT_HERE, code="no-such-entry")
        row = sql.execute(
            "SELECT document_id FROM record_reading WHERE patient_id = %b AND base = %b",
            [grant.patient_id, packing.number_of(entry_id)[0]], prepare=True, binary=True,
        ).fetchone()  # fmt: skip
        rows = _loose(sql, grant, [row[0].bytes]) if row else []
    said: Said = {one.id.int: one.about for one in spoken if one.state is not None}
    for document, base, reader, page in rows:
        for item in _items(document, base, reader, page, said):
            if item.id == entry_id:
                return item
    raise NotFound(_NOT_HERE, code="no-such-entry")


def one_own(grant: Grant, statement_id: UUID) -> Item:
    """What the person just said of herself, told back to her: no scope is asked, the grant is hers to say it."""
    with inside(grant) as sql:
        (said,) = statements(sql, grant, one=statement_id)
    return said.own()


def of_document(grant: Grant, document_id: UUID) -> tuple[list[Item], list[Unread], bool]:
    """What one covered document says, in its reader's order, what could not be read, and whether it was read at all."""
    with inside(grant) as sql:
        rows = _loose(sql, grant, [document_id.bytes], current=False)
        spoken = statements(sql, grant) if rows else []
    said: Said = {one.id.int: one.about for one in spoken if one.kind == "settled" and one.state is not None}
    for document, base, reader, page in rows:
        return list(_items(document, base, reader, page, said)), list(page.unread), True
    return [], [], False


_LOOSE = f"""
SELECT {", ".join("CASE WHEN d.listing IS NULL THEN d.meta END" if name == "meta" else f"d.{name}" for name in reading.ROW)}, r.base, r.reader, r.entries
FROM record_document d JOIN record_reading r ON r.patient_id = d.patient_id AND r.document_id = d.id
WHERE d.patient_id = %b AND d.id = ANY(%b)"""


def _loose(sql: psycopg.Cursor[Any], grant: Grant, ids: Iterable[bytes], *, current: bool = True) -> list[_Loose]:
    """The pages of these documents, of those that were read and that the grant covers (and are `current`)."""
    wanted = [UUID(bytes=one) for one in ids]
    if not wanted:
        return []
    assert grant.keyring is not None
    unsealed = sealing.opener(grant.keyring.index_key())
    rows = sql.execute(_LOOSE.encode(), [grant.patient_id, wanted], prepare=True, binary=True).fetchall()
    found = []
    documents = reading.covered(grant, (row[:-3] for row in rows))
    parts = {row[0]: row[-3:] for row in rows}
    for document in documents:
        if document.status == "current" or not current:
            base, reader, packed = parts[document.id]
            opened = unsealed(packed, sealing.aad("reading-entries", grant.patient_id, document.id))
            found.append((document, base, reader, packing.unpack_page(opened)))
    return found


def _items(document: Document, base: UUID, reader: str, page: Page, said: Said) -> Iterator[Item]:
    source = sheets.source_of(document.id, document.metadata, document.metadata.class_code, document.depositor)
    for kept in page.entries:
        item = _item(document, base, reader, source, kept)
        spoken: Callable[[Item], Item] | None = said.get(item.id.int) if said else None
        yield spoken(item) if spoken is not None else item


def _item(document: Document, base: UUID, reader: str, source: Source, kept: Kept) -> Item:
    return Item(
        id=packing.id_of(base, kept.number), kind=kept.kind, day=date.fromordinal(kept.day) if kept.day else None,
        resource=kept.resource, state=State(kept.certainty), received=document.received, source=source,
        place=kept.place, reader=reader, section=kept.section, code=packing.code_of(kept.resource),
        confidence=kept.confidence, words=kept.words,
    )  # fmt: skip


def texts_of(grant: Grant, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The readable text of these documents, of which the caller knows that the grant covers them."""
    if not ids:
        return {}
    with inside(grant) as sql:
        rows = sql.execute(
            "SELECT document_id, text FROM record_reading WHERE patient_id = %b AND document_id = ANY(%b)",
            [grant.patient_id, list(ids)], prepare=True, binary=True,
        ).fetchall()  # fmt: skip
    assert grant.keyring is not None
    unsealed = sealing.opener(grant.keyring.index_key())
    return {one: unsealed(body, sealing.aad("reading-text", grant.patient_id, one)).decode() for one, body in rows}


def texts(grant: Grant) -> list[tuple[UUID, str]]:
    """The readable text of each covered, current document that has one."""
    found = []
    with inside(grant) as sql:
        record = sheets.opening(sql, grant, "texts")
        rows = _loose(sql, grant, record.loose)
        sealed_texts = dict(
            sql.execute(
                "SELECT document_id, text FROM record_reading WHERE patient_id = %b AND document_id = ANY(%b)",
                [grant.patient_id, [document.id for document, *_ in rows]], prepare=True, binary=True,
            )
        ) if rows else {}  # fmt: skip
    for sheet_id, sheet in record.sheets.items():
        [told] = record.parts[sheet_id]
        for one, shown, line in zip(sheet.ids, sheet.covered, told.split(b"\n"), strict=True):
            if shown is not None and shown.status == "current" and line != b'""':
                found.append((UUID(bytes=one), orjson.loads(line)))
    assert grant.keyring is not None
    unsealed = sealing.opener(grant.keyring.index_key())
    for document_id, body in sealed_texts.items():
        text = unsealed(body, sealing.aad("reading-text", grant.patient_id, document_id)).decode()
        if text:
            found.append((document_id, text))
    return found
