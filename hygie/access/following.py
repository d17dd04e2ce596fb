"""What of a journal a representative is told: nothing that would tell a secret of the one for whom she answers. Pure.

Left out: every line about a document that she may not see; every visit of the days of a secret act by whoever did it, or
by its structure; the visits of whoever is known by secret acts alone, or was let in by the person herself, unless something
that she may see makes them known; what the person did; what her links, her helpers and the operators did for her. So the
same lines are told whether a secret exists or not. Under a decision of justice that protects places and times, neither is
told: a month, a profession, a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from hygie.access import ages
from hygie.access.types import JournalLine, Purpose
from hygie.people.types import Kind

_REPRESENTING = ("parent-of-a-minor", "named-by-a-judgment")


@dataclass(frozen=True, slots=True)
class Discretion:
    """What decides. seen: the documents that she may see. known: whoever put them there, or was let in by a representative.

    secret: whoever did a secret act, and the days (in France) of it. own: whom the person let in herself. A structure is
    here by its name, a professional or a software by its id: a journal line says no more.
    """

    seen: frozenset[UUID]
    known: frozenset[str]
    secret: frozenset[tuple[str, date]]
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class Month:
    """What remains of visits whose places and times are protected. role: as the matrix groups professions."""

    month: date
    role: str
    count: int


@dataclass(frozen=True, slots=True)
class Followed:
    """Who came, newest first; or, protected, how many in each month.

    marks: of each line, what names it to whoever reads it; its own number would tell how many lines are left out.
    older: whether there are more. reports: of the cases that this representative opened, those whose line is still told.
    """

    lines: tuple[JournalLine, ...] = ()
    months: tuple[Month, ...] = ()
    marks: tuple[UUID, ...] = ()
    older: bool = False
    reports: tuple[UUID, ...] = ()


def followed(
    lines: Iterable[JournalLine], but: Discretion, *, reader: UUID, most: int, mark: Callable[[int], UUID],
    before: UUID | None = None,
) -> Followed:  # fmt: skip
    """What whoever comes as `reader` is told of these lines, `most` of them, stripped of what was written by hand.

    before: those that come after the line of this mark. Lines are taken one by one, until there are enough.
    """
    told: list[JournalLine] = []
    waiting = before is not None
    for one in lines:
        if waiting:
            waiting = mark(one.seq) != before
        elif tells(one, but, reader):
            if len(told) == most:
                return _page(told, mark, older=True)
            told.append(one)
    return _page(told, mark, older=False)


def _page(told: list[JournalLine], mark: Callable[[int], UUID], *, older: bool) -> Followed:
    bare = (replace(one, seq=number, reason="", request_id="") for number, one in enumerate(told))
    return Followed(tuple(bare), marks=tuple(mark(one.seq) for one in told), older=older)


def masked(lines: Iterable[JournalLine], but: Discretion, *, reader: UUID) -> Followed:
    """The same without place nor time: professionals alone, by month."""
    told = [one for one in lines if one.actor_kind == Kind.PROFESSIONAL and one.allowed and tells(one, but, reader)]
    found = Counter((one.at.astimezone(ages.FRANCE).date().replace(day=1), one.role) for one in told)
    return Followed(months=tuple(Month(*one, count) for one, count in sorted(found.items(), reverse=True)))


def tells(line: JournalLine, but: Discretion, reader: UUID) -> bool:
    """Whether this line is told to whoever comes as `reader`."""
    if line.object_id is not None and line.object_id not in but.seen:
        return False
    if line.actor_kind == Kind.PERSON:
        return line.purpose == Purpose.FOR_ANOTHER and line.rule in _REPRESENTING and line.actor_id != reader
    if line.actor_kind not in (Kind.PROFESSIONAL, Kind.SOFTWARE):
        return False
    return line.object_id is not None or _may_tell(line, but)


def _may_tell(line: JournalLine, but: Discretion) -> bool:
    """Of a visit that names no document."""
    actor = str(line.actor_id)
    marks = {actor} | ({line.organisation} if line.organisation else set())
    if any((mark, line.at.astimezone(ages.FRANCE).date()) in but.secret for mark in marks):
        return False
    kept = {mark for mark, _day in but.secret} | but.own
    return not marks & kept or actor in but.known or bool(marks & but.known - kept)
