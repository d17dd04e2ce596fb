"""Reading a whole record at once: what may be seen from the clear columns, the rest from a few sealed sheets.

    sheets (one seal each), then what may be seen (one grouped query: clear columns, packed), then rows in no sheet

The rows of documents are the truth of what may be seen: a sheet never says that a document is current or shown. So
hiding, replacing or withdrawing a document acts on all that a sheet copied of it in the same transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import compress, count, repeat
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

import orjson
import psycopg

from hygie.access.types import DocumentFacts, Grant
from hygie.base import sealing
from hygie.base.ids import of_number
from hygie.base.sql import meanwhile
from hygie.record import observed, packing, reading, sealed
from hygie.record.held import EPOCH, microseconds
from hygie.record.types import Document, Item, Metadata, Source, State

Said = dict[int, Callable[[Item], Item]]
"""What someone made of an entry, by its id as a number."""

Found = TypeVar("Found")
Row = tuple[int, str, str, Found]
"""Where an entry stands in a list (`rank`), its kind, its code; and itself, or the sheet and the line where it is."""

_DAY: Final = 86_400_000_000  # microseconds
_FIRST: Final = EPOCH.toordinal()

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


def _states(grant: Grant, rows: Iterable[Any]) -> dict[bytes, Shown]:
    """What the clear columns say of each document of the record, by the sixteen bytes of its id."""
    found: dict[bytes, Shown] = {}
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
        self._listing, self._told = packing.unpack_listing(listing)
        self._patient_id = patient_id
        self._shapes = [
            _Shape(type_code, UUID(depositor), UUID(organisation) if organisation else None, *rest)
            for type_code, depositor, organisation, *rest in self._listing["shapes"]
        ]
        self.ids = packing.ids_of(bytes.fromhex(self._listing["ids"]))
        self._authors = [sealed.authors_of(one) for one in self._listing.get("authors", ())]
        self._metadata: dict[int, tuple[Metadata, str]] = {}
        self.received: list[int] = self._listing["received"]  # microseconds since 1970
        self.covered: list[Shown | None] = []
        self.all_seen = False  # whether each of these documents is covered, and current

    def cover(self, grant: Grant, known: dict[bytes, Shown]) -> None:
        """`covered`: for each document, its state if the grant covers it; None if not, or if the wall hides it.

        The scope is asked once for all documents that are alike: unless it names some, it sees nothing else of them.
        """
        shown, shapes = map(known.get, self.ids), self._listing["shape"]
        if grant.scope.named:  # then each is asked for by itself
            keys: list[Any] = list(zip(shown, shapes, self.ids, strict=True))
        else:
            keys = list(zip(shown, shapes, strict=True))
        alike = dict(zip(keys, self.ids, strict=True)).items()
        answers = {key: self._covered(grant, key[0], key[1], one) for key, one in alike}
        self.covered = list(map(answers.__getitem__, keys))
        self.all_seen = all(state is not None and state.status == "current" for state in answers.values())

    def _covered(self, grant: Grant, state: Shown | None, shape: int, one: bytes) -> Shown | None:
        covers = state is not None and grant.scope.covers(_facts(state, self._shapes[shape], one))
        return state if covers else None

    def day(self, number: int) -> int:
        """When the act was: microseconds since 1970."""
        return int(self._listing["day"][number])

    def documents(
        self, opened: set[bytes] | None, shown: Callable[[Shown], bool], wanted: Callable[[int], bool] | None
    ) -> list[tuple[int, bytes, int, int, str, Callable[[int], Document], int]]:
        """The rows (`held.Row`) of the covered documents that are wanted. opened: by whoever asks.

        shown: asked once of all that are alike. wanted: asked of each by its number, when there is more to ask.
        """
        listing, make = self._listing, partial(self._document, opened)
        types = [shape.type_code for shape in self._shapes]
        asked = {state: state is not None and shown(state) for state in set(self.covered)}
        days = listing["day"]
        rows = zip(
            days, self.ids, self.received, [day // _DAY + _FIRST for day in days], map(types.__getitem__, listing["shape"]),
            repeat(make), count(),
        )  # fmt: skip
        chosen = compress(rows, map(asked.__getitem__, self.covered))
        return list(chosen) if wanted is None else [row for row in chosen if wanted(row[-1])]

    def _document(self, opened: set[bytes] | None, number: int) -> Document:
        """One of those that are covered; the rest of it when it is first asked for."""
        state, at, made = self.covered[number], self._listing["shape"][number], object.__new__(Document)
        assert state is not None
        shape = self._shapes[at]
        (set_status, set_visibility, set_archived, set_own, set_new, set_act, set_received, set_codes, set_late,
         set_number) = _DOCUMENT  # fmt: skip
        set_status(made, state.status)
        set_visibility(made, state.visibility)
        set_archived(made, state.archived)
        set_own(made, shape.by_patient)
        set_new(made, opened is not None and self.ids[number] not in opened)
        set_act(made, EPOCH + timedelta(microseconds=self._listing["day"][number]))
        set_received(made, self.arrived(number))
        set_codes(made, (state.class_code, shape.type_code))
        set_late(made, self._part)
        set_number(made, number)
        return made

    def arrived(self, number: int) -> datetime:
        return EPOCH + timedelta(microseconds=self.received[number])

    def _part(self, number: int, name: str) -> Any:
        shown, shape = self.covered[number], self._shapes[self._listing["shape"][number]]
        assert shown is not None
        if name == "metadata":
            return reading.reclassed(self._told_of(number)[0], shown.class_code)
        if name == "title":
            known = self._metadata.get(number)
            return known[0].title if known else orjson.loads(self._told[number])[0]["title"]
        if name == "authors":
            if "authors" not in self._listing:
                return self._told_of(number)[0].authors
            return self._authors[self._listing["author"][number]]
        if name == "sha256":
            return bytes.fromhex(self._told_of(number)[1])
        if name == "id":
            return _id(self.ids[number])
        if name == "patient_id":
            return self._patient_id
        if name == "updated":
            return shown.updated or self.arrived(number)
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

    def source(self, number: int) -> Source:
        """Which document, of those that are covered; what it is called and by whom, its metadata say when somebody asks."""
        shown, made = self.covered[number], object.__new__(Source)
        assert shown is not None
        set_id, set_class, set_type, set_late, set_number = _SOURCE
        set_id(made, _id(self.ids[number]))
        set_class(made, shown.class_code)
        set_type(made, self._shapes[self._listing["shape"][number]].type_code)
        set_late(made, self._told_of_source)
        set_number(made, number)
        return made

    def _told_of_source(self, number: int, name: str) -> Any:
        shown, shape = self.covered[number], self._shapes[self._listing["shape"][number]]
        assert shown is not None
        told = source_of(_id(self.ids[number]), self._told_of(number)[0], shown.class_code, shape.depositor)
        return getattr(told, name)


def _id(one: bytes) -> UUID:
    return of_number(int.from_bytes(one, "big"))


def _facts(shown: Shown, shape: _Shape, one: bytes) -> DocumentFacts:
    return DocumentFacts(
        class_code=shown.class_code, type_code=shape.type_code, visibility=shown.visibility, status=shown.status,
        depositor_id=shape.depositor_id, organisation_id=shape.organisation_id, by_patient=shape.by_patient,
        id=_id(one),
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
    return ((day.toordinal() if day else 0) << 40) - (doc << 16 | number)


class Entries:
    """The entries of one sheet: columns at once, an entry's line when it is asked for."""

    def __init__(self, sheet: Sheet, packed: bytes, prints: observed.Laid) -> None:
        self._sheet, self._known = sheet, prints
        self._header, self._columns, self._lines, self._shared = packing.unpack_entries(packed)
        self._bases = bytes.fromhex(self._header["bases"])
        self._states = [State(one) for one in self._header["certainties"]]
        self._prints = self._header.get("prints")
        self._sources: dict[int, Source] = {}  # not the sheet's: it would then refer to itself, and be let go late

    def all_seen(self) -> bool:
        """Whether each of these entries is of a covered, current document."""
        if self._sheet.all_seen:
            return True
        shown = [self._sheet.covered[doc] for doc in set(self._columns[0])]
        return all(one is not None and one.status == "current" for one in shown)

    def _base(self, doc: int) -> int:
        """The number from which the entries of this document are counted."""
        return int.from_bytes(self._bases[16 * doc : 16 * doc + 16], "big")

    def spoken_of(self, said: Said) -> bool:
        """Whether someone said something of an entry of these documents."""
        mine = {self._base(doc) for doc in set(self._columns[0])} if said else frozenset()
        return any(one & ~packing.MOST in mine for one in said)

    def rows(self, wanted: Wanted, said: Said) -> list[Row[Item | Line]]:
        """The covered, current documents' entries that are wanted: each by its line, or whole when someone made
        something of it (`said`).
        """
        header, since = self._header, wanted.since
        kinds = [kind if wanted.kinds is None or kind in wanted.kinds else None for kind in header["kinds"]]
        states = [wanted.state(state) for state in self._states]
        alike = self._sheet.all_seen and wanted.received_since is None
        if alike and not said and not since and all(kinds) and all(states):
            return self._rows()
        bases = list(map(self._base, range(len(self._sheet.ids)))) if said else []
        received = [
            at if shown is not None and shown.status == "current" else None
            for shown, at in zip(self._sheet.covered, self._sheet.received, strict=True)
        ]
        if wanted.received_since is not None:
            first = microseconds(wanted.received_since)
            received = [at if at is not None and at >= first else None for at in received]
        codes, found = header["codes"], list[Row[Item | Line]]()
        most, counts = wanted.most, Counter[tuple[int, int]]()
        for line, (doc, n, kind_at, day, certainty, code) in enumerate(zip(*self._columns, strict=True)):
            kind = kinds[kind_at]
            if received[doc] is None or kind is None:
                continue
            if said and (spoken := said.get(bases[doc] | n)) is not None:
                settled = spoken(self._whole(line))
                if wanted.item(settled):
                    found.append((rank(settled.day, doc, n), settled.kind, settled.code, settled))
                continue
            if not states[certainty] or day < since:
                continue
            if most and codes[code]:
                if (so_far := counts[kind_at, code]) >= most:
                    continue
                counts[kind_at, code] = so_far + 1
            found.append(((day << 40) - (doc << 16 | n), kind, codes[code], (self, line)))  # `rank`
        return found

    def _rows(self) -> list[Row[Item | Line]]:
        """`rows` where each line is wanted; whoever asks for the latest few takes them out of all sheets together."""
        docs, numbers, kinds, days, _, codes = self._columns
        ranks = [(day << 40) - (doc << 16 | n) for day, doc, n in zip(days, docs, numbers, strict=True)]
        named = map(self._header["kinds"].__getitem__, kinds), map(self._header["codes"].__getitem__, codes)
        return list(zip(ranks, *named, zip(repeat(self), count()), strict=False))

    def item(self, line: int, days: _Days) -> Item:
        _, _, kinds, on, certainties, codes = self._columns
        header, made, day = self._header, object.__new__(Item), on[line]
        set_kind, set_day, set_state, set_code, set_late, set_number, set_by = _ITEM
        set_kind(made, header["kinds"][kinds[line]])
        set_day(made, days[day] if day else None)
        set_state(made, self._states[certainties[line]])
        set_code(made, header["codes"][codes[line]])
        set_by(made, False)
        set_late(made, self._part)
        set_number(made, line)
        return made

    def _whole(self, line: int) -> Item:
        doc, _, kind, day, certainty, code = (column[line] for column in self._columns)
        header = self._header
        return Item(
            kind=header["kinds"][kind], day=date.fromordinal(day) if day else None,
            state=State(header["certainties"][certainty]), received=self._sheet.arrived(doc),
            code=header["codes"][code], **{name: self._part(line, name) for name in _LATE},
        )  # fmt: skip

    def _part(self, line: int, name: str) -> Any:
        header, doc = self._header, self._columns[0][line]
        if name == "id":
            return of_number(self._base(doc) | self._columns[1][line])
        if name == "document":
            return self._sheet.ids[doc]
        if name == "received":
            return self._sheet.arrived(doc)
        if name == "source":
            found = self._sources.get(doc)
            if found is None:
                found = self._sources[doc] = self._sheet.source(doc)
            return found
        if name == "values":  # of an observation; None: to be read in its resource
            if self._prints is None:
                return None
            return observed.unpacked(orjson.loads(self._lines[len(self._columns[0]) + line]), self._prints, self._known)
        if name == "resource":
            shape, _, _, _, _, *values = orjson.loads(self._lines[line])
            shared = self._shared
            return {
                key: shared[value] if is_shared else value
                for (key, is_shared), value in zip(header["shapes"][shape], values, strict=True)
            }
        if name in _LINE:
            value = orjson.loads(self._lines[line])[_LINE[name]]
            return header["sections"][value] if name == "section" and value is not None else value
        if name in _SAME:
            return _SAME[name]
        if name == "reader":
            return header["readers"][header["reader"][doc]][0]
        raise AttributeError(name)


Line = tuple[Entries, int]


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

    parts: what else was asked of each sheet, in the order it was asked. heads: of each sheet, when they were asked for.
    loose: documents that no sheet holds.
    """

    known: dict[bytes, Shown]
    sheets: dict[UUID, Sheet]
    heads: dict[UUID, Entries]
    parts: dict[UUID, tuple[bytes, ...]]
    loose: set[bytes]
    prints: observed.Laid


def opening(sql: psycopg.Cursor[Any], grant: Grant, *parts: str) -> Opening:
    """What may be seen of this record, its sheets, and these parts of each besides the listing.

    Sheets are asked for before what may be seen, so that nothing is shown that was hidden meanwhile; and they are opened
    while the database looks at thousands of rows.
    """
    rows = _asked_for(sql, grant, "listing", *parts)
    with meanwhile(sql, _STATES, [grant.patient_id]) as seen:
        told = _unsealed(grant, rows, "listing", *parts)
        held = {one: Sheet(bodies[0], grant.patient_id) for one, bodies in told.items()}
        prints = observed.Laid()
        heads = {one: Entries(held[one], bodies[1], prints) for one, bodies in told.items() if "heads" in parts}
        known = _states(grant, seen())
    for sheet in held.values():
        sheet.cover(grant, known)
    loose = set(known).difference(*(sheet.ids for sheet in held.values()))
    return Opening(known, held, heads, {one: bodies[1:] for one, bodies in told.items()}, loose, prints)


def parts_of(
    sql: psycopg.Cursor[Any], grant: Grant, *parts: str, only: Collection[UUID] | None = None
) -> dict[UUID, tuple[bytes, ...]]:
    """These parts of each sheet of the record, or of these, unsealed."""
    return _unsealed(grant, _asked_for(sql, grant, *parts, only=only), *parts)


def _asked_for(
    sql: psycopg.Cursor[Any], grant: Grant, *parts: str, only: Collection[UUID] | None = None
) -> list[tuple[Any, ...]]:
    narrowed, values = "", list[object]([grant.patient_id])
    if only is not None:
        narrowed = " AND id = ANY(%b)"
        values.append(list(only))
    return sql.execute(
        f"SELECT id, {', '.join(parts)} FROM record_sheet WHERE patient_id = %b{narrowed} ORDER BY id".encode(),
        values, prepare=True, binary=True,
    ).fetchall()  # fmt: skip


def _unsealed(grant: Grant, rows: Iterable[tuple[Any, ...]], *parts: str) -> dict[UUID, tuple[bytes, ...]]:
    assert grant.keyring is not None
    unsealed = sealing.opener(grant.keyring.index_key())
    return {
        row[0]: tuple(unsealed(body, place(part, grant, row[0])) for part, body in zip(parts, row[1:], strict=True))
        for row in rows
    }


def parts_for(wanted: Wanted) -> tuple[str, ...]:
    """What `entries_of` needs of each sheet for this question."""
    return ("heads",) if 0 < wanted.most <= packing.HEADS else ("heads", "entries")


def entries_of(sql: psycopg.Cursor[Any], grant: Grant, record: Opening, wanted: Wanted, said: Said) -> list[Row[Item]]:
    """What sheets hold and is wanted, each made into its item. `record`: opened with `parts_for` this question.

    Heads are enough where they are the newest of what may be seen: none of them hidden, replaced or spoken of.
    """
    found: list[Row[Item | Line]] = []
    behind: list[UUID] = []
    prints = record.prints
    for one, sheet in record.sheets.items():
        (_, *rest), top = record.parts[one], record.heads[one]
        found += top.rows(wanted, said)
        if rest:
            found += Entries(sheet, rest[0], prints).rows(wanted, said)
        elif wanted.received_since is not None or not top.all_seen() or top.spoken_of(said):
            behind.append(one)
    if behind:
        for one, (packed,) in parts_of(sql, grant, "entries", only=behind).items():
            found += Entries(record.sheets[one], packed, prints).rows(wanted, said)
    if wanted.most:  # the few that stay are made, out of thousands
        found.sort(key=itemgetter(0), reverse=True)
        found = newest(found, wanted.most)
    days = wanted.days
    return [
        (at, kind, code, one if isinstance(one, Item) else one[0].item(one[1], days)) for at, kind, code, one in found
    ]


def newest(found: Iterable[Row[Found]], most: int) -> list[Row[Found]]:
    """Of rows in order, so many of each kind and code; what has no code is never of one code with anything."""
    counts: dict[tuple[str, str], int] = {}
    kept = []
    for row in found:
        key = row[1], row[2]
        counts[key] = so_far = counts.get(key, 0) + 1
        if so_far <= most or not row[2]:
            kept.append(row)
    return kept


_LINE = {"confidence": 1, "place": 2, "words": 3, "section": 4}
_LATE = ("id", "resource", "source", "place", "reader", "section", "confidence", "words")
_SAME: dict[str, Any] = {"settled_by": None, "settled": None}
_ITEM = tuple(getattr(Item, name).__set__ for name in ("kind", "day", "state", "code", "late", "number", "by_patient"))
_SOURCE = tuple(getattr(Source, name).__set__ for name in ("document_id", "class_code", "type_code", "late", "number"))
_DOCUMENT = tuple(
    getattr(Document, name).__set__
    for name in ("status", "visibility", "archived", "by_patient", "new", "act", "received", "codes", "late", "number")
)
