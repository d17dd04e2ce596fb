"""How entries become bytes and back: those of one document, and those of a whole sheet of documents. Pure.

A sheet is a header (every value that several entries share, once), columns of small numbers, and one line of JSON for
each entry. Reading it costs one parse of the header; a line is parsed when somebody asks for that entry's resource. The
same for its listing: facts that decide who may see a document in columns, the rest in lines.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import Any, Final
from uuid import UUID

import orjson

from hygie.base.ids import of_number
from hygie.formats.entries import Entry, Unread, day_of
from hygie.record import observed

MOST: Final = 0xFFFF
"""Entries of one document over all its readings: their numbers fill the low 16 bits of an id."""

HEADS: Final = 6
"""Entries of one kind, code and certainty that are kept apart at the head of a sheet, the newest."""

COLUMNS: Final = ("doc", "n", "kind", "day", "certainty", "code")
_SHARED_FROM = 12  # characters: a shorter value is cheaper repeated
_CODED = (
    "code", "vaccineCode", "medicationCodeableConcept", "medicationReference", "relationship", "description", "type",
    "class", "category",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """One entry as it is kept: `number` within its document, for ever; the rest as its reader gave it."""

    number: int
    kind: str
    day: int | None  # proleptic ordinal
    certainty: str
    confidence: float
    place: str
    words: str | None
    section: str | None
    resource: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """All that was read in one document. media: how its bytes were recognised; next: the first number not given yet."""

    media: str
    next: int
    entries: tuple[Kept, ...] = ()
    unread: tuple[Unread, ...] = ()


def number_of(entry_id: UUID) -> tuple[UUID, int]:
    """The base of the document's entries, and the entry's own number."""
    return of_number(entry_id.int & ~MOST), entry_id.int & MOST


def base_of(fresh: UUID) -> UUID:
    return of_number(fresh.int & ~MOST)


def id_of(base: UUID, number: int) -> UUID:
    return of_number(base.int | number)


def kept(number: int, one: Entry) -> Kept:
    day = one.day
    return Kept(
        number, one.kind, day.toordinal() if day else None, str(one.certainty), one.confidence, one.place, one.words,
        one.section, one.resource,
    )  # fmt: skip


def code_of(resource: dict[str, Any]) -> str:
    """What groups entries of one meaning: `system|code` of the first coding, else the text; "" without any."""
    for name in _CODED:
        concept = resource.get(name)
        if isinstance(concept, list):
            concept = concept[0] if concept else None
        if isinstance(concept, dict):
            coding = concept.get("coding")
            first = coding[0] if isinstance(coding, list) and coding else concept
            if isinstance(first, dict) and (code := first.get("code")):
                return f"{first.get('system', '')}|{code}"
            if text := (concept.get("text") or concept.get("display")):
                return str(text)
    return ""


def pack_page(page: Page) -> bytes:
    return orjson.dumps({
        "m": page.media, "x": page.next, "u": [[one.place, one.reason] for one in page.unread],
        "e": [[e.number, e.kind, e.day, e.certainty, e.confidence, e.place, e.words, e.section, e.resource]
              for e in page.entries],
    })  # fmt: skip


def unpack_page(packed: bytes) -> Page:
    values = orjson.loads(packed)
    return Page(
        values["m"], values["x"], tuple(Kept(*one) for one in values["e"]), tuple(Unread(*one) for one in values["u"])
    )


@dataclass(frozen=True, slots=True)
class Bound:
    """One document as it goes into a sheet: the page read in it, who read it, and its listing."""

    document_id: UUID
    base: UUID
    reader: tuple[str, str]
    page: Page
    received: int  # microseconds since 1970
    day: int  # of the act: microseconds since 1970
    size: int
    source: str
    by_patient: bool
    listing: dict[str, Any]  # as sealed.pack wrote it


def pack_entries(bound: Sequence[Bound]) -> tuple[bytes, bytes]:
    """The entries of these documents, the newest day first: the heads, and the rest.

    The heads are the newest `HEADS` of each kind, code and certainty, and all that has no code: what a summary looks at
    is opened without the thousands of lines behind.
    """
    rows = [(number, e) for number, one in enumerate(bound) for e in one.page.entries]
    rows.sort(key=lambda row: row[1].day or 0, reverse=True)
    counts = Counter[tuple[str, str, str]]()
    heads, rest = list[tuple[int, Kept]](), list[tuple[int, Kept]]()
    for row in rows:
        code = code_of(row[1].resource)
        key = row[1].kind, code, row[1].certainty
        counts[key] += 1
        (heads if not code or counts[key] <= HEADS else rest).append(row)
    return _packed(bound, heads, read=True), _packed(bound, rest)


def _packed(bound: Sequence[Bound], rows: list[tuple[int, Kept]], *, read: bool = False) -> bytes:
    """read: the values of observations are read now, and kept after the lines: one more line for each entry."""
    values = Counter(_json(value) for _, e in rows for value in e.resource.values())
    shared = _Table({text for text, count in values.items() if count > 1 and len(text) >= _SHARED_FROM})
    kinds, codes, sections, shapes, readers, certainties = (_Table() for _ in range(6))
    columns = {name: array("I") for name in COLUMNS}
    lines = []
    for number, e in rows:
        shape, parts = [], []
        for key, value in e.resource.items():
            place = shared.place(_json(value))
            shape.append([key, place is not None])
            parts.append(value if place is None else place)
        for name, cell in (
            ("doc", number), ("n", e.number), ("kind", kinds[e.kind]), ("day", e.day or 0),
            ("certainty", certainties[e.certainty]), ("code", codes[code_of(e.resource)]),
        ):  # fmt: skip
            columns[name].append(cell)
        section = None if e.section is None else sections[e.section]
        lines.append(orjson.dumps([shapes[_json(shape)], e.confidence, e.place, e.words, section, *parts]))
    header: dict[str, Any] = {
        "bases": "".join(one.base.hex for one in bound), "reader": [readers[_json(one.reader)] for one in bound],
        "readers": readers.parsed(), "kinds": kinds.all, "codes": codes.all, "sections": sections.all,
        "shapes": shapes.parsed(), "certainties": certainties.all,
    }  # fmt: skip
    if read:
        prints, known = _Table(), observed.Prints()
        lines += [orjson.dumps(_values(e, known, prints)) for _, e in rows]
        header["prints"] = prints.all
    header["shared"] = len(lines)
    lines += [one.encode() for one in shared.all]
    header["ends"] = _ends(lines)
    first = orjson.dumps(header)
    numbers = b"".join(_little(column).tobytes() for column in columns.values())
    return b"".join([len(first).to_bytes(4, "big"), len(rows).to_bytes(4, "big"), first, numbers, b"\n".join(lines)])


def _values(one: Kept, known: observed.Prints, prints: _Table) -> list[Any] | None:
    if one.kind != "Observation":
        return None
    return observed.packed(observed.values(one.resource, known), lambda found: prints[observed.packed_print(found)])


def unpack_entries(packed: bytes) -> tuple[dict[str, Any], list[array[int]], Lines, Shared]:
    """Header, columns (in the order of COLUMNS; a day 0 is no day), lines and shared values of a sheet's entries.

    With `prints` in the header, as many lines again: the values of each observation.
    """
    length, count = int.from_bytes(packed[:4], "big"), int.from_bytes(packed[4:8], "big")
    header, at, columns = orjson.loads(packed[8 : 8 + length]), 8 + length, []
    for _ in COLUMNS:
        column = array("I")
        column.frombytes(packed[at : at + 4 * count])
        columns.append(_little(column))
        at += 4 * count
    lines = _lines(packed, at, header)
    shared = Shared(lines, header["shared"])
    return header, columns, lines, shared


class Lines:
    """Lines of JSON that stand one after another, each cut out when somebody asks for it: of a thousand, a page reads a few."""

    __slots__ = ("_at", "_ends", "_packed")

    def __init__(self, packed: bytes, at: int, ends: Sequence[int]) -> None:
        self._packed, self._at, self._ends = packed, at, ends

    def __getitem__(self, number: int) -> bytes:
        start = self._ends[number - 1] + 1 if number else 0
        return self._packed[self._at + start : self._at + self._ends[number]]


class Shared(dict[int, Any]):
    """Values that several entries have, by their number: each read once, when somebody asks for it."""

    def __init__(self, lines: Lines, first: int | Sequence[Any]) -> None:
        """first: the line of the first; or, in what was laid before they had lines of their own, themselves."""
        super().__init__(enumerate(first) if isinstance(first, list) else ())
        self._lines, self._first = lines, first if isinstance(first, int) else 0

    def __missing__(self, number: int) -> Any:
        found = self[number] = orjson.loads(self._lines[self._first + number])
        return found


def _ends(lines: Iterable[bytes]) -> list[int]:
    """Where each line ends, counted from where the first begins."""
    return [at + number for number, at in enumerate(accumulate(map(len, lines)))]


def _lines(packed: bytes, at: int, header: dict[str, Any]) -> Lines:
    """The lines that begin there; sheets laid before lines were counted have them all cut at once."""
    ends = header.get("ends")
    return Lines(packed, at, _ends(packed[at:].split(b"\n")) if ends is None else ends)


def _little(column: array[int]) -> array[int]:
    """The numbers as they are written: four bytes, little end first, on any machine."""
    assert column.itemsize == 4
    if sys.byteorder == "big":
        column.byteswap()
    return column


def pack_listing(bound: Sequence[Bound]) -> bytes:
    """What lists need of these documents. The reference as received (`fhir`) stays with its document."""
    shapes, authors = _Table(), _Table()
    lines, shape, author = [], [], []
    for one in bound:
        told = one.listing
        known = {key: value for key, value in told["m"].items() if key != "fhir"}
        key = [
            known.get("type_code"),
            told["depositor"],
            told["organisation"],
            told["name"],
            one.source,
            one.by_patient,
        ]
        shape.append(shapes[_json(key)])
        author.append(authors[_json(known.get("authors", ()))])
        lines.append(orjson.dumps([known, told["sha256"]]))
    header = {
        "ids": ids_hex(one.document_id for one in bound), "shapes": shapes.parsed(), "shape": shape,
        "received": [one.received for one in bound], "day": [one.day for one in bound],
        "size": [one.size for one in bound], "authors": authors.parsed(), "author": author, "ends": _ends(lines),
    }  # fmt: skip
    return b"\n".join([orjson.dumps(header), *lines])


def pack_texts(texts: Iterable[str]) -> bytes:
    return b"\n".join(orjson.dumps(one) for one in texts)


def unpack_listing(packed: bytes) -> tuple[dict[str, Any], Lines]:
    """Header, and a line for each document. orjson writes no line feed of its own."""
    at = packed.index(b"\n")
    header = orjson.loads(packed[:at])
    return header, _lines(packed, at + 1, header)


def ids_hex(ids: Iterable[UUID]) -> str:
    return "".join(one.hex for one in ids)


def ids_of(packed: bytes) -> list[bytes]:
    """Sixteen bytes for each id: what dictionaries of many ids are keyed by."""
    return [packed[at : at + 16] for at in range(0, len(packed), 16)]


def entry_day(resource: dict[str, Any]) -> int | None:
    day: date | None = day_of(resource)
    return day.toordinal() if day else None


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


class _Table:
    """Strings by their first appearance. With `only`, no other string gets a place."""

    def __init__(self, only: set[str] | None = None) -> None:
        self.all: list[str] = []
        self._only = only
        self._places: dict[str, int] = {}

    def __getitem__(self, text: str) -> int:
        place = self._places.get(text)
        if place is None:
            place = self._places[text] = len(self.all)
            self.all.append(text)
        return place

    def place(self, text: str) -> int | None:
        return self[text] if self._only is None or text in self._only else None

    def parsed(self) -> list[Any]:
        """What the strings stand for, when they are JSON."""
        return [orjson.loads(text) for text in self.all]
