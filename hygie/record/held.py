"""The documents that a reader may see, in order, told apart before any is made. Pure.

A summary asks thousands of documents for the few of a type, of a day, or that came since a visit: what answers is known
of each without opening it, and a document is made when somebody takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple, overload

from hygie.formats.fhir.instants import PARIS
from hygie.record.types import Document

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Since 1970."""
    return (at - EPOCH) // _MICROSECOND


class Row(NamedTuple):
    """One document. day, received: microseconds since 1970; on: the day of the act as an ordinal, in UTC: in France the
    same, or the next.

    Rows compare as their documents are listed: by the day of the act, then by id. make: gives it, by its number.
    """

    day: int
    id: bytes
    received: int
    on: int
    type_code: str
    make: Callable[[int], Document]
    number: int


class Held(Sequence[Document]):
    """Documents in the order of these rows, each made once."""

    __slots__ = ("_made", "_rows")

    def __init__(self, rows: Sequence[tuple[int, bytes, int, int, str, Callable[[int], Document], int]]) -> None:
        """rows: as `Row`; plain tuples will do, where there are thousands."""
        self._rows = rows
        self._made: list[Document | None] = [None] * len(rows)

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Held:
        """Documents that are made already, in the order given."""
        if isinstance(documents, Held):
            return documents
        return cls([row_of(one, documents.__getitem__, at) for at, one in enumerate(documents)])

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Document]:
        return (self._at(number) for number in range(len(self._rows)))

    @overload
    def __getitem__(self, at: int) -> Document: ...
    @overload
    def __getitem__(self, at: slice) -> list[Document]: ...
    def __getitem__(self, at: int | slice) -> Document | list[Document]:
        if isinstance(at, slice):
            return self._these(range(len(self._rows))[at])
        return self._at(range(len(self._rows))[at])

    def of_types(self, types: Collection[str]) -> list[Document]:
        """Those of these types (LOINC, or TRE_A05 of the ANS)."""
        return self._these([number for number, row in enumerate(self._rows) if row[4] in types])

    def came_after(self, at: datetime) -> list[Document]:
        """Those received since."""
        since = microseconds(at)
        return self._these([number for number, row in enumerate(self._rows) if row[2] > since])

    def on_days(self, days: Iterable[date]) -> list[Document]:
        """Those of which the act was on one of these days in France."""
        wanted = frozenset(days)
        near = {day.toordinal() - eve for day in wanted for eve in (0, 1)}
        return self._these([
            number for number, row in enumerate(self._rows) if row[3] in near and _in_france(row[0]) in wanted
        ])  # fmt: skip

    def among(self, ids: Collection[bytes]) -> int:
        """How many of them have one of these ids."""
        return sum(1 for row in self._rows if row[1] in ids) if ids else 0

    @property
    def oldest(self) -> date | None:
        """The first day of which anything is told."""
        return _in_france(min(row[0] for row in self._rows)) if self._rows else None

    def _these(self, numbers: Iterable[int]) -> list[Document]:
        return [self._at(number) for number in numbers]

    def _at(self, number: int) -> Document:
        found = self._made[number]
        if found is None:
            row = self._rows[number]
            found = self._made[number] = row[5](row[6])
        return found


def _in_france(microsecond: int) -> date:
    return (EPOCH + timedelta(microseconds=microsecond)).astimezone(PARIS).date()


def row_of(one: Document, make: Callable[[int], Document], number: int, *, day: datetime | None = None) -> Row:
    """The row of a document that is here. day: what it is filed under, when its database says it otherwise."""
    on = one.day.astimezone(UTC).toordinal()
    return Row(microseconds(day or one.day), one.id.bytes, microseconds(one.received), on, one.type_code, make, number)
