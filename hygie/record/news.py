"""What came in since a reader's last visit, and nothing else: repeats and renewals are folded, and counted. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property, reduce
from itertools import chain, islice
from typing import Any, Final
from uuid import UUID

from hygie.formats import analytes
from hygie.formats.said import later, say
from hygie.record import results, trends
from hygie.record.held import Held
from hygie.record.observed import Place
from hygie.record.results import Series
from hygie.record.types import Document, Item

PRESCRIPTIONS: Final = frozenset({"57833-6", "57827-8"})
_RUN: Final = 3  # words
_ALIKE: Final = 0.8  # of the runs of two texts, those they share
_ENOUGH: Final = 20  # runs under which two texts are alike by chance
_MOST_OF_A_DAY: Final = 12
_MOST_COMPARED: Final = 40  # after a long absence, copies among the latest
_LONGEST: Final = 40_000  # characters: longer papers are not letters
_MEDICINES: Final = frozenset({"MedicationRequest"})


@dataclass(frozen=True, slots=True)
class New:
    """One document that came in. what: what it brings, in a few words; marked: a value outside its own interval."""

    document: Document
    what: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """since: the visit it counts from; None at the first visit, when nothing is news.

    shown, the latest act first; renewals and repeats: documents folded; `every` document that came in, folded or not.
    """

    since: datetime | None
    shown: tuple[New, ...] = ()
    renewals: tuple[Document, ...] = ()
    repeats: tuple[Document, ...] = ()

    @property
    def every(self) -> frozenset[UUID]:
        kept = (one.document for one in self.shown)
        return frozenset(one.id for one in (*kept, *self.renewals, *self.repeats))


def news(
    documents: Sequence[Document], items: Sequence[Item], *, since: datetime | None, reader: UUID | None = None,
    series: Sequence[Series] | None = None, texts: Mapping[UUID, str] | None = None,
    ranks: Mapping[str, int] | None = None,
) -> News:  # fmt: skip
    """Exactly the documents received after `since`, but for those that this reader put there herself. series: of these items, when they are known already. texts: what
    `to_compare` asks for; without them, only what is told alike is folded. ranks: the analytes to name first
    (`watched.analytes`).
    """
    read = {one: _Words(text) for one, text in (texts or {}).items() if len(text) <= _LONGEST}
    if since is None:
        return News(None)
    held = Held.of(documents)
    came = sorted(
        (one for one in held.came_after(since) if one.depositor_id != reader),
        key=lambda one: (one.day, one.received), reverse=True,
    )  # fmt: skip
    if not came:
        return News(since)
    of: dict[bytes | None, list[Item]] = {}
    for item in items:
        of.setdefault(item.document, []).append(item)
    told_before = _prescribed(items, until=since)
    shown: list[New] = []
    renewals: list[Document] = []
    repeats: list[Document] = []
    known: set[object] = set()
    days = {(one.type_code, one.on) for one in came}  # known without opening anything
    plain = cache(analytes.plain)  # of a few authors, said a hundred times
    outside = {one.id: _outside(one, plain) for one in came}
    alike = Counter(outside.values())
    on = {day for _, day in days}
    before = [one for one in held.on_days(on) if one.received <= since]
    seen: dict[date, list[_Words]] = {}
    for one in before:
        if one.id in read:
            seen.setdefault(one.on, []).append(read[one.id])
        if (one.type_code, one.on) in days and (like := _outside(one, plain)) in alike:
            alike[like] += 1
            known.add(_face(one, of.get(one.id.bytes, ()), like))
    for document in reversed(came):  # the first to come is the one that is shown
        told, like = of.get(document.id.bytes, []), outside[document.id]
        # To compare what they say costs: it is asked of those alone that look alike from outside.
        face = _face(document, told, like) if alike[like] > 1 else document.id
        asked = _prescribed(told)
        words, same_day = read.get(document.id), seen.setdefault(document.on, [])
        if face in known or (words is not None and any(nearly(words, other) for other in same_day)):
            repeats.append(document)
            continue
        known.add(face)
        if words is not None:
            same_day.append(words)
        if document.type_code in PRESCRIPTIONS and asked and asked <= told_before:
            renewals.append(document)
            continue
        told_before |= asked
        series = results.series(items) if series is None else series
        shown.append(_told(document, told, series, ranks or {}))
    return News(since, tuple(reversed(shown)), tuple(renewals), tuple(repeats))


def to_compare(documents: Sequence[Document], *, since: datetime | None) -> tuple[UUID, ...]:
    """The documents whose texts tell whether a new one is nearly another: of the day of one, when they are several.

    The latest days first, as many as can be read in an instant. Of a day with too many, none: they are no copies of one
    paper, and opening them all would cost more than it tells.
    """
    if since is None:
        return ()
    held = Held.of(documents)
    of_day: dict[date, list[UUID]] = {one.on: [] for one in held.came_after(since)}
    for one in held.on_days(of_day):
        of_day[one.on].append(one.id)
    several = (of_day[day] for day in sorted(of_day, reverse=True) if 2 <= len(of_day[day]) <= _MOST_OF_A_DAY)
    return tuple(islice(chain.from_iterable(several), _MOST_COMPARED))


class _Words:
    """A text as it is compared: its numbers as they are written, in their order, and runs of words once these agree."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def numbers(self) -> list[str]:
        return re.findall(r"\d+(?:[.,]\d+)?", self._text)

    @cached_property
    def runs(self) -> Counter[tuple[str, ...]]:
        words = analytes.plain(self._text).split()
        return Counter(zip(*(words[at:] for at in range(_RUN)), strict=False))


def nearly(one: _Words, other: _Words) -> bool:
    """Whether two texts are one but for a few words. Never when a number differs: a value, a dose, a date."""
    if one.numbers != other.numbers or min(one.runs.total(), other.runs.total()) < _ENOUGH:
        return False
    shared = (one.runs & other.runs).total()
    return shared >= _ALIKE * (one.runs | other.runs).total()


def _face(document: Document, items: Sequence[Item], outside: tuple[object, ...]) -> object:
    """What two copies of one document share whatever road they took: type, day, author (`outside`), and what they say.

    Without entries, the title stands for what it says; an empty title makes a document like no other.
    """
    said = frozenset((one.kind, one.code, _value(one.resource)) for one in items)
    return (*outside, said or analytes.plain(document.metadata.title) or document.id)


def _value(resource: dict[str, Any]) -> str:
    """What an entry says beside its code: its value of any sort, those of its parts; how a medicine is taken."""
    parts = [resource, *(resource.get("component") or ())]
    values = [value for part in parts for key, value in part.items() if key.startswith("value")]
    return str([*values, resource.get("dosageInstruction") or resource.get("dosage")])


def _outside(document: Document, plain: Callable[[str], str]) -> tuple[object, ...]:
    """Type, day and author: what can be compared without opening anything. plain: `analytes.plain`."""
    authors = document.authors
    author = plain(authors[0].name) if authors else str(document.depositor_id)
    return document.type_code, document.on, author


def _prescribed(items: Iterable[Item], *, until: datetime | None = None) -> set[tuple[str, str]]:
    """(medicine, how it is taken) of each prescription line; of those received until then."""
    said = set()
    for item in items:
        if item.kind not in _MEDICINES or (until is not None and item.received > until):
            continue
        concept = item.resource.get("medicationCodeableConcept") or {}
        how = " ".join(str(one.get("text") or "") for one in item.resource.get("dosageInstruction") or ())
        said.add((item.code, str(concept.get("text") or ""), how))
    return {(code or analytes.plain(text), analytes.plain(how)) for code, text, how in said}


def _told(document: Document, held: Sequence[Item], series: Sequence[Series], ranks: Mapping[str, int]) -> New:
    """What a new document brings: the results that stand out, else what its author wrote about it."""
    ids = {item.id for item in held if item.kind == "Observation"}
    if not ids:
        return New(document, document.metadata.description or "")
    own = [one for one in series if one.newest is not None and one.newest.item_id in ids]
    moved = [
        trends.change_sentence(one, found, say=later) for one, found in trends.changes(own)
    ]  # fmt: skip
    own.sort(key=lambda one: (one.analyte in trends.COUNTED_ALONG, ranks.get(one.analyte or "", len(ranks))))
    out = [one for one in own if one.newest and one.newest.place in (Place.ABOVE, Place.BELOW)]
    rest = [one for one in own if one not in out]
    words: list[str] = moved[:2] or [
        say("{name} {value}", name=trends.named(one), value=trends.shown(one, one.newest))
        for one in [*out, *rest][:3] if one.newest
    ]  # fmt: skip
    more = len(own) - len(words)
    text = reduce(lambda told, one: say("{told}, {one}", told=told, one=one), words) if words else ""
    if more == 1:
        text = say("{told} et 1 autre", told=text)
    elif more > 1:
        text = say("{told} et {n} autres", told=text, n=more)
    return New(document, text, marked=bool(out))
