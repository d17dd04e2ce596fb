"""Reading what a new document says: the machine opens it, a reader gives its entries, they are kept sealed.

Doing it twice changes nothing; doing it with a newer reader keeps the ids of entries found again at the same place, and
every entry on which someone has spoken. A file that no reader gets through is set aside: it is said so on its page, it
is listed and opened like any other, and it holds nobody up.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from hygie.access.actions import inside, open_record
from hygie.access.types import Action, Channel, Grant, Purpose, Request
from hygie.base import blobs, logs, sealing
from hygie.base.errors import HygieError, Unavailable
from hygie.base.ids import uuid7
from hygie.base.sql import cursor
from hygie.formats import extraction, sniff
from hygie.formats.entries import Found, Unread
from hygie.people.types import Actor, AuthLevel, Kind
from hygie.record import laying, packing, sealed
from hygie.record.packing import Page

READER: Final = Actor(kind=Kind.MACHINE, id=UUID(int=1), name="Hygie", auth=AuthLevel.STRONG)
MOST_ENTRIES: Final = 20_000  # of one document: its ids must leave room for later readings (packing.MOST)
MOST_TEXT: Final = 2_000_000  # characters

_NOT_READ = "Ce fichier n’a pas pu être lu automatiquement. Vous pouvez l’ouvrir."


class Poison(Exception):
    """A reader failed on this file in a way that nobody foresaw. Carries no content."""


def read(patient_id: UUID, document_ids: Sequence[UUID], *, again: bool = False) -> list[UUID]:
    """Read those documents of one person that were not read yet (`again`: by today's reader).

    Returns those on which a reader failed unforeseen; they are set aside meanwhile. Raises Unavailable when a content
    cannot be had now: nothing is set aside for that.
    """
    grant = _open(patient_id, document_ids[0] if len(document_ids) == 1 else None)
    poisonous = []
    for document_id in document_ids:
        try:
            _read_one(grant, document_id, again=again)
        except Poison:
            poisonous.append(document_id)
    laying.lay_if_worth_it(grant)
    return poisonous


def read_again(patient_id: UUID) -> int:
    """Read again each document of this person whose reader has grown since, or that nobody read. How many."""
    grant = _open(patient_id, None)
    with inside(grant) as sql:
        rows = sql.execute(
            """SELECT d.id FROM record_document d LEFT JOIN record_reading r
                 ON r.patient_id = d.patient_id AND r.document_id = d.id
               WHERE d.patient_id = %b AND (r.version IS NULL OR NOT r.version = ANY(%b)) ORDER BY d.id""",
            [patient_id, sorted(extraction.editions())],
        ).fetchall()
    stale = [row[0] for row in rows]
    for document_id in stale:
        try:
            _read_one(grant, document_id, again=True)
        except Poison:
            continue
    laying.lay_if_worth_it(grant)
    return len(stale)


def read_again_everywhere() -> int:
    """Ask, for every record that holds a document, for `read_again` in the background. Random ids only. How many."""
    from hygie.record import tasks

    asked, last = 0, UUID(int=0)
    while rows := cursor().execute(
        """SELECT DISTINCT patient_id FROM record_submission WHERE patient_id > %b ORDER BY patient_id LIMIT 1000""",
        [last],
    ).fetchall():  # fmt: skip
        for (last,) in rows:
            asked += tasks.read_again_later(last)
    return asked


def _open(patient_id: UUID, document_id: UUID | None) -> Grant:
    return open_record(
        Request(
            actor=READER, patient_id=patient_id, purpose=Purpose.MACHINE, action=Action.INDEX, at=datetime.now(UTC),
            object_id=document_id, channel=Channel.MACHINE,
        )
    )  # fmt: skip


def _read_one(grant: Grant, document_id: UUID, *, again: bool) -> None:
    data = _content(grant, document_id, again=again)
    if data is None:
        return
    fault: Exception | None = None
    media = "unknown"
    try:
        media = sniff.sniff(data)
        found = extraction.extract(data, media_type=media)
    except Unavailable:
        raise
    except HygieError as said:  # the file's own fault, foreseen: its reader says which
        found, fault = Found("none", "", unread=(Unread("document", said.public),)), said
    except Exception as unforeseen:
        found, fault = Found("none", "", unread=(Unread("document", _NOT_READ),)), unforeseen
    keep(grant, document_id, found, media=media, aside=fault is not None)
    if fault is not None:
        logs.event("document-set-aside", level=logging.WARNING, error=fault)
        if not isinstance(fault, HygieError):
            raise Poison(type(fault).__name__)


def _content(grant: Grant, document_id: UUID, *, again: bool) -> bytes | None:
    """The bytes to read; None when there is nothing to do."""
    with inside(grant) as sql:
        row = sql.execute(
            """SELECT d.dek, d.content, r.state FROM record_document d LEFT JOIN record_reading r
                 ON r.patient_id = d.patient_id AND r.document_id = d.id
               WHERE d.patient_id = %b AND d.id = %b""",
            [grant.patient_id, document_id], prepare=True, binary=True,
        ).fetchone()  # fmt: skip
    if row is None or (row[2] == "read" and not again):
        return None
    stored = row[1]
    if stored is None:
        store = blobs.store()
        if store is None:
            raise Unavailable("Ce document est momentanément hors d'atteinte.", code="no-blob-store", retry_after=60)
        stored = store.get(str(document_id))
    assert grant.keyring is not None
    key = grant.keyring.open_document_key(document_id, row[0])
    return sealing.unseal(key, stored, sealed.place("content", grant.patient_id, document_id))


def keep(grant: Grant, document_id: UUID, found: Found, *, media: str, aside: bool = False) -> None:
    """Keep what was found, in place of what an earlier reading found. A sheet that holds the former is dropped."""
    assert grant.keyring is not None
    key = grant.keyring.index_key()
    with inside(grant) as sql:
        laying.alone(sql, grant)
        before = page_of(sql, grant, document_id)
        base, former = before if before is not None else (packing.base_of(uuid7()), None)
        spoken = _spoken(sql, grant, base) if former is not None else frozenset()
        page = merged(former, found, media=media, spoken=spoken, aside=aside)
        sql.execute(
            """INSERT INTO record_reading (patient_id, document_id, base, reader, version, state, at, entries, text)
               VALUES (%b, %b, %b, %b, %b, %b, %b, %b, %b)
               ON CONFLICT (patient_id, document_id) DO UPDATE SET reader = excluded.reader,
                 version = excluded.version, state = excluded.state, at = excluded.at, entries = excluded.entries,
                 text = excluded.text""",
            [
                grant.patient_id, document_id, base, found.reader, extraction.edition(media),
                "aside" if aside else "read", grant.at,
                sealing.seal(key, packing.pack_page(page), place("entries", grant, document_id)),
                sealing.seal(key, found.text[:MOST_TEXT].encode(errors="replace"), place("text", grant, document_id)),
            ],
            prepare=True,
        )  # fmt: skip
        if former is not None:
            laying.drop(sql, grant, document_id)


def place(part: str, grant: Grant, document_id: UUID) -> bytes:
    """part: `entries` or `text`."""
    return sealing.aad(f"reading-{part}", grant.patient_id, document_id)


def page_of(sql: psycopg.Cursor[Any], grant: Grant, document_id: UUID) -> tuple[UUID, Page] | None:
    """What was read in one document, whatever the grant's scope: its entries' base and its page."""
    row = sql.execute(
        "SELECT base, entries FROM record_reading WHERE patient_id = %b AND document_id = %b",
        [grant.patient_id, document_id], prepare=True, binary=True,
    ).fetchone()  # fmt: skip
    if row is None:
        return None
    assert grant.keyring is not None
    packed = sealing.unseal(grant.keyring.index_key(), row[1], place("entries", grant, document_id))
    return row[0], packing.unpack_page(packed)


def merged(former: Page | None, found: Found, *, media: str, spoken: frozenset[int], aside: bool) -> Page:
    """The page after another reading. Pure.

    An entry found again (same kind, same place) keeps its number; one on which someone spoke is kept even when it is
    not found again; so is everything, when the reader did not get through (`aside`).
    """
    unread = list(found.unread)
    told = found.entries[:MOST_ENTRIES]
    if len(told) < len(found.entries):
        unread.append(Unread("document", "Ce document contient trop d’éléments : la suite n’a pas été lue."))
    if former is None:
        kept = tuple(packing.kept(number, one) for number, one in enumerate(told))
        return Page(media, len(kept), kept, tuple(unread))
    if aside:
        return Page(media, former.next, former.entries, tuple(unread))
    free: dict[tuple[str, str], list[packing.Kept]] = {}
    for old in former.entries:
        free.setdefault((old.kind, old.place), []).append(old)
    following, entries = former.next, []
    for one in told:
        same = free.get((one.kind, one.place))
        if same:
            again = next((old for old in same if old.resource == one.resource), same[0])
            same.remove(again)
            entries.append(packing.kept(again.number, one))
        elif following < packing.MOST:
            entries.append(packing.kept(following, one))
            following += 1
    entries += [old for rest in free.values() for old in rest if old.number in spoken]
    return Page(media, following, tuple(entries), tuple(unread))


def _spoken(sql: psycopg.Cursor[Any], grant: Grant, base: UUID) -> frozenset[int]:
    """The numbers of this document's entries that someone confirmed, corrected or rejected."""
    rows = sql.execute(
        "SELECT id FROM record_statement WHERE patient_id = %b AND kind = 'settled' AND id BETWEEN %b AND %b",
        [grant.patient_id, base, packing.id_of(base, packing.MOST)],
    )
    return frozenset(packing.number_of(row[0])[1] for row in rows)
