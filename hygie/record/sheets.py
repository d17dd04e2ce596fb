"""Reading a whole record at once: what may be seen from the clear columns, the rest from a few sealed sheets.

    states (one grouped query: clear columns, packed) -> sheets (one seal each) -> rows that no sheet holds

The rows of documents are the truth of what may be seen: a sheet never says that a document is current or shown. So
hiding, replacing or withdrawing a document acts on all that a sheet copied of it in the same transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
import psycopg

from hygie.access.types import DocumentFacts, Grant
from hygie.base import sealing
from hygie.record import packing, reading, sealed
from hygie.record.types import Document, Item, Metadata, Source, State

Said = dict[int, Callable[[Item], Item]]
"""What someone made of an entry, by its id as a number."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_STATES = b"""
SELECT class_code, status, visibility, announce_on, archived, version, CASE WHEN version > 1 THEN updated END, replaces,
       replaced_by, string_agg(uuid_send(id), ''::bytea)
FROM record_document WHERE patient_id = %b GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9"""


@dataclass(slots=True, eq=False)
class Shown:
    """What the clear columns say of some documents alike, today."""

    class_code: str
    status: str
    visibility: frozenset[str]
    announce_on: date | None
    archived: bool
    version: int
    updated: datetime | None  # None: as received
    replaces: UUID | None
    replaced_by: UUID | None


def states(sql: psycopg.Cursor[Any], grant: Grant) -> dict[bytes, Shown]:
    """What the clear columns say of each document of the record, by the sixteen bytes of its id."""
    found: dict[bytes, Shown] = {}
    rows = sql.execute(_STATES, [grant.patient_id], prepare=True, binary=True).fetchall()
    for class_code, status, visibility, announce_on, *rest, packed in rows:
        codes = reading.announced(frozenset(visibility), announce_on, grant.at)
        found.update(dict.fromkeys(packing.ids_of(packed), Shown(class_code, status, codes, announce_on, *rest)))
    return found


def place(part: str, grant: Grant, sheet_id: UUID) -> bytes:
    """part: `listing`, `heads`, `entries`, `texts` or `words`."""
    return sealing.aad(f"sheet-{part}", grant.patient_id, sheet_id)


class _Shape(NamedTuple):
    """What some documents of a sheet have in common."""

    type_code: str
    depositor_id: UUID
    organisation_id: UUID | None
    depositor: str
    source: str
    by_patient: bool


class Sheet:
    """One sheet, opened: which of its documents the grant covers, and their values on demand."""

    def __init__(self, listing: bytes, patient_id: UUID) -> None:
        self._listing, self._told = packing.parsed(listing)
        self._patient_id = patient_id
        self._shapes = [
            _Shape(type_code, UUID(depositor), UUID(organisation) if organisation else None, *rest)
            for type_code, depositor, organisation, *rest in self._listing["shapes"]
        ]
        self.ids = packing.ids_of(bytes.fromhex(self._listing["ids"]))
        self._metadata: dict[int, tuple[Metadata, str]] = {}
        self._sources: dict[int, Source] = {}
        self.received = [EPOCH + timedelta(microseconds=one) for one in self._listing["received"]]
        self.covered: list[Shown | None] = []

    def cover(self, grant: Grant, known: dict[bytes, Shown]) -> None:
        """`covered`: for each document, its state if the grant covers it; None if not, or if the wall hides it.

        The scope is asked once for all documents that are alike: unless it names some, it sees nothing else of them.
        """
        asked: dict[tuple[int, int, bytes], Shown | None] = {}
        named = grant.scope.named  # then each is asked for by itself
        found: list[Shown | None] = []
        for one, shape in zip(self.ids, self._listing["shape"], strict=True):
            shown = known.get(one)
            if shown is None:
                found.append(None)
                continue
            key = id(shown), shape, one if named else b""
            if key not in asked:
                asked[key] = shown if grant.scope.covers(_facts(shown, self._shapes[shape], one)) else None
            found.append(asked[key])
        self.covered = found

    def day(self, number: int) -> int:
        """When the act was: microseconds since 1970."""
        return int(self._listing["day"][number])

    def documents(
        self, opened: set[bytes] | None, shown: Callable[[Shown], bool], wanted: Callable[[int], bool] | None
    ) -> Iterator[tuple[int, bytes, Document]]:
        """(day, id, document) of the covered documents that are wanted; the rest of each when it is first asked for.

        shown: asked once of all that are alike. wanted: asked of each by its number, when there is more to ask.
        """
        listing, new, ids, late, received = self._listing, object.__new__, self.ids, self._part, self.received
        shapes, alike, codes = self._shapes, dict[int, bool](), dict[tuple[str, int], tuple[str, str]]()
        (set_status, set_visibility, set_archived, set_own, set_new, set_act, set_received, set_codes, set_late,
         set_number) = _DOCUMENT  # fmt: skip
        for number, (state, at, day) in enumerate(zip(self.covered, listing["shape"], listing["day"], strict=True)):
            if state is None:
                continue
            if (asked := alike.get(id(state))) is None:
                asked = alike[id(state)] = shown(state)
            if not asked or (wanted is not None and not wanted(number)):
                continue
            shape = shapes[at]
            if (both := codes.get((state.class_code, at))) is None:
                both = codes[state.class_code, at] = state.class_code, shape.type_code
            made = new(Document)
            set_status(made, state.status)
            set_visibility(made, state.visibility)
            set_archived(made, state.archived)
            set_own(made, shape.by_patient)
            set_new(made, opened is not None and ids[number] not in opened)
            set_act(made, EPOCH + timedelta(microseconds=day))
            set_received(made, received[number])
            set_codes(made, both)
            set_late(made, late)
            set_number(made, number)
            yield day, ids[number], made

    def _part(self, number: int, name: str) -> Any:
        shown, shape = self.covered[number], self._shapes[self._listing["shape"][number]]
        assert shown is not None
        if name == "metadata":
            return reading.reclassed(self._told_of(number)[0], shown.class_code)
        if name == "sha256":
            return bytes.fromhex(self._told_of(number)[1])
        if name == "id":
            return UUID(bytes=self.ids[number])
        if name == "patient_id":
            return self._patient_id
        if name == "updated":
            return shown.updated or self.received[number]
        if name == "size":
            return self._listing["size"][number]
        if name in ("version", "replaces", "replaced_by", "announce_on"):
            return getattr(shown, name)
        return getattr(shape, name)

    def _told_of(self, number: int) -> tuple[Metadata, str]:
        found = self._metadata.get(number)
        if found is None:
            found = self._metadata[number] = sealed.unpack_listed(self._told[number])
        return found

    def source(self, number: int, class_code: str) -> Source:
        found = self._sources.get(number)
        if found is None:
            metadata, _ = self._told_of(number)
            name = self._shapes[self._listing["shape"][number]].depositor
            found = self._sources[number] = source_of(UUID(bytes=self.ids[number]), metadata, class_code, name)
        return found


def _facts(shown: Shown, shape: _Shape, one: bytes) -> DocumentFacts:
    return DocumentFacts(
        class_code=shown.class_code, type_code=shape.type_code, visibility=shown.visibility, status=shown.status,
        depositor_id=shape.depositor_id, organisation_id=shape.organisation_id, by_patient=shape.by_patient,
        id=UUID(bytes=one),
    )  # fmt: skip


def source_of(document_id: UUID, metadata: Metadata, class_code: str, depositor: str) -> Source:
    author = metadata.authors[0] if metadata.authors else None
    name = (author.name or author.organisation) if author else None
    if metadata.brought is not None:  # who wrote it is what her archive says: whoever reads it must know
        name = f"{name or metadata.brought.depositor} (apporté par la personne)"
    return Source(
        document_id, metadata.title, name or depositor, metadata.service_start or metadata.created, class_code,
        metadata.type_code,
    )  # fmt: skip


def rank(day: date | None, doc: int = 0, number: int = 0) -> int:
    """Where an entry stands in a list that goes down: the newest day first, then as their documents give them."""
    return (day.toordinal() if day else 0) << 40 | (0xFFFFFF - doc) << 16 | (0xFFFF - number)


class Entries:
    """The entries of one sheet: columns at once, an entry's line when it is asked for."""

    def __init__(self, sheet: Sheet, packed: bytes) -> None:
        self._sheet = sheet
        self._header, self._columns, self._lines = packing.unpack_entries(packed)
        bases = packing.ids_of(bytes.fromhex(self._header["bases"]))
        self._bases = [int.from_bytes(base, "big") for base in bases]

    def all_seen(self) -> bool:
        """Whether each of these entries is of a covered, current document."""
        shown = [self._sheet.covered[doc] for doc in set(self._columns[0])]
        return all(one is not None and one.status == "current" for one in shown)

    def spoken_of(self, said: Said) -> bool:
        """Whether someone said something of an entry of these documents."""
        mine = {self._bases[doc] for doc in set(self._columns[0])} if said else frozenset()
        return any(one & ~packing.MOST in mine for one in said)

    def items(self, wanted: Wanted, said: Said) -> list[tuple[int, Item]]:
        """(rank, item) of the covered, current documents' entries; `said`: what someone made of one."""
        header, bases, days, since = self._header, self._bases, wanted.days, wanted.since
        received = [
            at if shown is not None and shown.status == "current" else None
            for shown, at in zip(self._sheet.covered, self._sheet.received, strict=True)
        ]
        if wanted.received_since is not None:
            received = [at if at is not None and at >= wanted.received_since else None for at in received]
        kinds = [kind if wanted.kinds is None or kind in wanted.kinds else None for kind in header["kinds"]]
        states = [state if wanted.state(state) else None for state in map(State, header["certainties"])]
        codes, late, new, found = header["codes"], self._part, object.__new__, list[tuple[int, Item]]()
        most, counts = wanted.most, Counter[tuple[int, int]]()
        set_kind, set_day, set_state, set_received, set_code, set_late, set_number = _ITEM
        for line, (doc, n, kind_at, day, certainty, code) in enumerate(zip(*self._columns, strict=True)):
            arrived, kind = received[doc], kinds[kind_at]
            if arrived is None or kind is None:
                continue
            if said and (spoken := said.get(bases[doc] | n)) is not None:
                settled = spoken(self._whole(line))
                if wanted.item(settled):
                    found.append((rank(settled.day, doc, n), settled))
                continue
            state = states[certainty]
            if state is None or day < since:
                continue
            if most and codes[code]:
                if (so_far := counts[kind_at, code]) >= most:
                    continue
                counts[kind_at, code] = so_far + 1
            item = new(Item)
            set_kind(item, kind)
            set_day(item, days[day] if day else None)
            set_state(item, state)
            set_received(item, arrived)
            set_code(item, codes[code])
            set_late(item, late)
            set_number(item, line)
            found.append((day << 40 | (0xFFFFFF - doc) << 16 | (0xFFFF - n), item))  # `rank`, without its call
        return found

    def _whole(self, line: int) -> Item:
        doc, _, kind, day, certainty, code = (column[line] for column in self._columns)
        header = self._header
        return Item(
            kind=header["kinds"][kind], day=date.fromordinal(day) if day else None,
            state=State(header["certainties"][certainty]), received=self._sheet.received[doc],
            code=header["codes"][code], **{name: self._part(line, name) for name in _LATE},
        )  # fmt: skip

    def _part(self, line: int, name: str) -> Any:
        header = self._header
        if name == "resource":
            shape, _, _, _, _, *values = orjson.loads(self._lines[line])
            shared = header["shared"]
            return {
                key: shared[value] if is_shared else value
                for (key, is_shared), value in zip(header["shapes"][shape], values, strict=True)
            }
        if name in _LINE:
            value = orjson.loads(self._lines[line])[_LINE[name]]
            return header["sections"][value] if name == "section" and value is not None else value
        if name in _SAME:
            return _SAME[name]
        doc = self._columns[0][line]
        if name == "id":
            return UUID(int=self._bases[doc] | self._columns[1][line])
        if name == "source":
            shown = self._sheet.covered[doc]
            assert shown is not None
            return self._sheet.source(doc, shown.class_code)
        if name == "reader":
            return header["readers"][header["reader"][doc]][0]
        raise AttributeError(name)


@dataclass(slots=True)
class Wanted:
    """What a question asks for. since: a day as its ordinal; 0: any. most: how many of one kind and code; 0: all."""

    kinds: frozenset[str] | None = None
    since: int = 0
    states: frozenset[State] | None = None  # None: all but rejected
    received_since: datetime | None = None
    most: int = 0
    days: _Days = field(default_factory=lambda: _Days())

    def state(self, state: State) -> bool:
        return state is not State.REJECTED if self.states is None else state in self.states

    def arrived(self, at: datetime) -> bool:
        return self.received_since is None or at >= self.received_since

    def item(self, item: Item) -> bool:
        """The same question of an item that is whole."""
        return (
            (self.kinds is None or item.kind in self.kinds) and self.state(item.state) and self.arrived(item.received)
            and (not self.since or (item.day is not None and item.day.toordinal() >= self.since))
        )  # fmt: skip


class _Days(dict[int, date]):
    """Dates by ordinal: thousands of entries share a few hundred days."""

    def __missing__(self, ordinal: int) -> date:
        day = self[ordinal] = date.fromordinal(ordinal)
        return day


@dataclass(slots=True)
class Opening:
    """A record opened once, for as many questions as a page asks of it in one transaction.

    parts: what else was asked of each sheet, in the order it was asked. loose: documents that no sheet holds.
    """

    known: dict[bytes, Shown]
    sheets: dict[UUID, Sheet]
    parts: dict[UUID, tuple[bytes, ...]]
    loose: set[bytes]


def opening(sql: psycopg.Cursor[Any], grant: Grant, *parts: str) -> Opening:
    """What may be seen of this record, its sheets, and these parts of each besides the listing."""
    known = states(sql, grant)
    told = parts_of(sql, grant, "listing", *parts)
    held = {one: Sheet(bodies[0], grant.patient_id) for one, bodies in told.items()}
    for sheet in held.values():
        sheet.cover(grant, known)
    loose = known.keys() - {one for sheet in held.values() for one in sheet.ids}
    return Opening(known, held, {one: bodies[1:] for one, bodies in told.items()}, loose)


def parts_of(
    sql: psycopg.Cursor[Any], grant: Grant, *parts: str, only: Collection[UUID] | None = None
) -> dict[UUID, tuple[bytes, ...]]:
    """These parts of each sheet of the record, or of these, unsealed."""
    assert grant.keyring is not None
    unsealed = sealing.opener(grant.keyring.index_key())
    narrowed, values = "", list[object]([grant.patient_id])
    if only is not None:
        narrowed = " AND id = ANY(%b)"
        values.append(list(only))
    rows = sql.execute(
        f"SELECT id, {', '.join(parts)} FROM record_sheet WHERE patient_id = %b{narrowed} ORDER BY id".encode(),
        values, prepare=True, binary=True,
    ).fetchall()  # fmt: skip
    return {
        row[0]: tuple(unsealed(body, place(part, grant, row[0])) for part, body in zip(parts, row[1:], strict=True))
        for row in rows
    }


def parts_for(wanted: Wanted) -> tuple[str, ...]:
    """What `entries_of` needs of each sheet for this question."""
    return ("heads",) if 0 < wanted.most <= packing.HEADS else ("heads", "entries")


def entries_of(
    sql: psycopg.Cursor[Any], grant: Grant, record: Opening, wanted: Wanted, said: Said
) -> list[tuple[int, Item]]:
    """(rank, item) of what sheets hold and is wanted. `record`: opened with `parts_for` this question.

    Heads are enough where they are the newest of what may be seen: none of them hidden, replaced or spoken of.
    """
    found: list[tuple[int, Item]] = []
    behind: list[UUID] = []
    for one, sheet in record.sheets.items():
        heads, *rest = record.parts[one]
        top = Entries(sheet, heads)
        found += top.items(wanted, said)
        if rest:
            found += Entries(sheet, rest[0]).items(wanted, said)
        elif wanted.received_since is not None or not top.all_seen() or top.spoken_of(said):
            behind.append(one)
    if behind:
        for one, (packed,) in parts_of(sql, grant, "entries", only=behind).items():
            found += Entries(record.sheets[one], packed).items(wanted, said)
    return found


_LINE = {"confidence": 1, "place": 2, "words": 3, "section": 4}
_LATE = ("id", "resource", "source", "place", "reader", "section", "confidence", "words")
_SAME: dict[str, Any] = {"by_patient": False, "settled_by": None, "settled": None}
_ITEM = tuple(getattr(Item, name).__set__ for name in ("kind", "day", "state", "received", "code", "late", "number"))
_DOCUMENT = tuple(
    getattr(Document, name).__set__
    for name in ("status", "visibility", "archived", "by_patient", "new", "act", "received", "codes", "late", "number")
)
