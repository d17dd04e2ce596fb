"""Laboratory results and measures as series in time: from entries of the record to what a curve and a table show.

Pure. A value is kept as printed (comparator, unit, interval of that laboratory) and brought to one unit per analyte.
What cannot be brought there is never dropped and never drawn: it stands in `Series.apart`, with the reason. A result
with no known analyte still makes a series, by its code and its unit. A point says where it stands in the interval
that its own laboratory printed, and nothing else: no verdict, no other interval.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from hygie.formats import analytes, conversion, measures, units
from hygie.formats.analytes import Analyte
from hygie.formats.fhir.systems import LOINC
from hygie.formats.measures import Measure
from hygie.record.observed import BEFORE_ALL, Observed, Place, Print, observed
from hygie.record.types import Item, Source, State

Say = Callable[[str], str]
"""Translates one sentence of this module: the identity, or gettext."""

Member = tuple[Observed, conversion.Identified | None, Measure | None]
"""A value, the analyte it is identified as, the measure that it is."""

FAMILIES: Final[dict[str, str]] = {
    "hematologie": "Sang : globules et plaquettes",
    "hemostase": "Coagulation du sang",
    "biochimie": "Chimie du sang",
    "endocrino": "Hormones et vitamines",
    "cardio": "Cœur",
    "urines": "Urines",
    "serologie": "Défenses et infections",
    "mesures": "Mesures prises au quotidien",
    "autres": "Autres analyses",
}
NO_UNIT: Final = "sans unité lisible"
OTHER_UNIT: Final = "dans une unité qui ne se convertit pas"
IN_WORDS: Final = "en mots"
_MOST_CERTAIN: Final = (State.CONFIRMED, State.STATED, State.OWN, State.CHECKED, State.SUGGESTED, State.REJECTED)


@dataclass(slots=True)
class Point:  # made by the hundred at each visit: to freeze one costs 1.6 of its 1.8 µs
    """One value on one day, never changed once made. value, low, high: in the series' unit, not rounded; printed, interval: word for word.

    value is None for a result in words and for what stands apart; `reason` then says why. doubtful: beyond what is
    ever measured, so probably misread: to be checked on the document. also: other documents that say the same.
    """

    item: Item = field(repr=False)
    day: date
    at: datetime | None
    printed: str
    value: Decimal | None
    comparator: str | None
    low: Decimal | None
    high: Decimal | None
    place: Place
    of: Print = field(repr=False)
    doubtful: bool = False
    reason: str = ""
    unit: str | None = None  # UCUM, of the value as printed
    note: str = field(default="", repr=False)
    also: tuple[Source, ...] = ()

    @property
    def item_id(self) -> UUID:
        return self.item.id

    @property
    def state(self) -> State:
        return self.item.state

    @property
    def certain(self) -> bool:
        return self.item.state not in (State.SUGGESTED, State.REJECTED)

    @property
    def source(self) -> Source | None:
        return self.item.source

    @property
    def by_patient(self) -> bool:
        return self.item.by_patient

    @property
    def interval(self) -> str:
        return self.of.interval

    @property
    def method(self) -> str:
        """As the laboratory names it."""
        return self.of.method

    @property
    def laboratory(self) -> str:
        """The structure when the source names one; else whose document it is, else who measured."""
        source = self.item.source if not self.of.structure else None
        return self.of.structure or (source.author if source else "") or self.of.performer


@dataclass(frozen=True, slots=True)
class Series:
    """One analyte or measure through time, the oldest first.

    key: stable, "tsh", "ddimeres~DDU", "loinc:1234-5~mg/L". unit: UCUM of every `points[].value`. words: results that
    are words by nature (« négatif »). apart: what could not be brought to the unit. other: what sets this series
    apart from the analyte's usual one (a unit, a form), "" mostly.
    """

    key: str
    label: str
    family: str
    unit: str
    points: tuple[Point, ...]
    words: tuple[Point, ...] = ()
    apart: tuple[Point, ...] = ()
    analyte: str | None = None
    measure: str | None = None
    other: str = ""
    method_dependent: bool = False

    @property
    def unit_printed(self) -> str:
        return units.printed(self.unit)

    @property
    def newest(self) -> Point | None:
        """The latest value of any sort, certain or not."""
        return max((one[-1] for one in (self.points, self.words, self.apart) if one), key=_moment, default=None)

    @property
    def latest(self) -> Point | None:
        """The latest value that can be relied on: certain, in the series' unit or in words by nature."""
        found = [point for one in (self.points, self.words) if (point := _last_certain(one)) is not None]
        return max(found, key=_moment) if len(found) > 1 else found[0] if found else None

    @property
    def laboratories(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.laboratory for one in self.points if one.laboratory))


def series(
    items: Iterable[Item],
    *,
    unit_of: dict[str, str] | None = None,
    only: Collection[str] | None = None,
    newest: int | None = None,
) -> list[Series]:
    """Every series of these entries, by family then by name. Entries of other kinds are passed over.

    only: ids of analytes and measures ("tsh", "poids"); series known by another code are then left out. newest: so
    many entries of each code, for lists: the items must then come newest first, as `queries.entries` gives them.
    About 35 µs an entry read, 1 µs an entry left out.

    unit_of: a unit wanted for an analyte (id -> UCUM), when it is one of its own. Otherwise the unit of the latest
    certain value when it is one of the analyte's two, else the table's first.
    """
    groups: dict[str, list[Member]] = {}
    sorts: dict[tuple[int, bool], tuple[str, conversion.Identified | None, Measure | None]] = {}
    for value in observed(_wanted(items, only, newest)):
        of, quantity = value.value.of, value.value.number is not None
        sort = sorts.get((id(of), quantity))
        if sort is None:
            sort = sorts[id(of), quantity] = _sort(of, quantity=quantity)
        key, found, measure = sort
        groups.setdefault(key, []).append((value, found, measure))
    made = [_one(key, members, unit_of or {}) for key, members in _words_joined(groups).items()]
    order = list(FAMILIES)
    return sorted(made, key=lambda one: (order.index(one.family), analytes.plain(one.label), one.key))


def _sort(of: Print, *, quantity: bool) -> tuple[str, conversion.Identified | None, Measure | None]:
    """The group of a value so printed, what it is identified as, the measure that it is. quantity: it is a number."""
    measure = next((measures.BY_LOINC[code] for code in of.codes if code in measures.BY_LOINC), None)
    if measure is not None:
        return f"m:{measure.id}", None, measure
    found = conversion.identify(of.codes, unit=of.unit, printed=of.printed_unit, label=of.label, quantity=quantity)
    if found.analyte is not None:
        return f"{found.analyte.id}{f'~{found.variant}' if found.variant else ''}", found, None
    kind = units.parse(found.unit) if found.unit else None
    spelt = repr(kind.kind) if kind else (of.printed_unit or "").casefold() if quantity else ""
    return f"{of.code}~{spelt}", found, None


def _words_joined(groups: dict[str, list[Member]]) -> dict[str, list[Member]]:
    """What an unknown analyte says in words joins its numbers, when they have one unit only."""
    for key in [key for key in groups if key.endswith("~") and ":" in key]:
        kin = [other for other in groups if other != key and other.startswith(key)]
        if len(kin) == 1:
            groups[kin[0]] += groups.pop(key)
    return groups


def not_converted(found: Iterable[Series]) -> int:
    """How many values could not be brought to one unit: shown apart, each in its series."""
    return sum(len(one.apart) for one in found)


def _wanted(items: Iterable[Item], only: Collection[str] | None, newest: int | None) -> Iterable[Item]:
    if only is None and newest is None:
        yield from items
        return
    counted: dict[object, int] = {}
    ids = frozenset(only or ())
    for item in items:
        if item.kind != "Observation":
            continue
        first = item.code.removeprefix(f"{LOINC}|")  # at hand without opening the entry
        if only is not None and _known(first):
            if not _speaks_of((first,), ids):
                continue
        elif only is not None and (codes := _codes(item.resource)) and not _speaks_of(codes, ids):
            continue
        if newest is not None and (code := item.code or _codes(item.resource)):
            counted[code] = counted.get(code, 0) + 1
            if counted[code] > newest:
                continue
        yield item


def _codes(resource: dict[str, Any]) -> tuple[str, ...]:
    """Every code that the entry and its components bear, whatever the system."""
    named = [resource.get("code") or {}, *(part.get("code") or {} for part in resource.get("component") or ())]
    return tuple(str(one["code"]) for code in named for one in code.get("coding") or () if one.get("code"))


def _known(code: str) -> bool:
    return code in measures.BY_LOINC or conversion.analyte_of(code) is not None


@lru_cache(maxsize=4096)
def _speaks_of(codes: tuple[str, ...], wanted: frozenset[str]) -> bool:
    for code in codes:
        measure = measures.BY_LOINC.get(code)
        known = conversion.analyte_of(code)
        if (measure and measure.id in wanted) or (known and known.id in wanted):
            return True
    return False


# ---- one series


def _one(key: str, members: list[Member], unit_of: dict[str, str]) -> Series:
    first, found, measure = members[0]
    if measure is not None:
        substance = analytes.BY_ID.get(measure.analyte or "")
        unit = unit_of.get(measure.id, measure.unit)
        points, words, apart = _brought(members, unit, substance)
        return Series(measure.id, measure.label, "mesures", unit, points, words, apart, measure=measure.id)
    analyte = found.analyte if found else None
    if analyte is None:
        unit = _last_unit(members) or first.value.of.printed_unit or ""
        points, words, apart = _brought(members, unit, None)
        label = max((one.day, one.value.of.label) for one, *_ in members)[1]
        spelt = key.partition("~")[0] + (f"~{unit}" if unit else "")
        return Series(spelt, label, "autres", unit, points, words, apart)
    variant = found.variant if found else ""
    unit = unit_of.get(analyte.id, "") if not variant else ""
    if not unit or not conversion.same_kind(analyte, unit):
        unit = (_last_unit(members) or variant) if variant else _usual_unit(analyte, members)
    points, words, apart = _brought(members, unit, analyte)
    return Series(
        key, analyte.label, analyte.group, unit, points, words, apart, analyte=analyte.id,
        other=variant if variant in ("DDU", "?") else units.printed(variant),
        method_dependent=analyte.id in conversion.METHOD_DEPENDENT,
    )  # fmt: skip


def _identified_unit(of: Print, found: conversion.Identified | None) -> str | None:
    return found.unit if found is not None else units.ucum(of.unit) or units.ucum(of.printed_unit)


def _last_unit(members: list[Member]) -> str | None:
    known = [
        (one, _identified_unit(one.value.of, found)) for one, found, _measure in members if one.value.number is not None
    ]
    newest = max(((one, unit) for one, unit in known if unit), key=lambda pair: pair[0].moment, default=None)
    return newest[1] if newest else None


def _usual_unit(analyte: Analyte, members: list[Member]) -> str:
    """The analyte's first or second unit, whichever the latest certain value was printed in; else the first."""
    certain = [one for one in members if one[0].value.number is not None and one[0].certain]
    if not certain:
        return analyte.unit.ucum
    alike = {_identified_unit(one.value.of, found) for one, found, _measure in certain}
    if len(alike) > 1:
        newest = max(certain, key=lambda one: one[0].moment)  # of a result in two units, the first
        alike = {_identified_unit(newest[0].value.of, newest[1])}
    (unit,) = alike
    if unit is None:
        return analyte.unit.ucum
    by = {one.ucum: units.factor(unit, one.ucum) for one in analyte.units}
    for code, times in by.items():
        if times == 1:
            return code
    return next((code for code, times in by.items() if times is not None), analyte.unit.ucum)


_Way = tuple[str | None, Callable[[Decimal], Decimal | None] | None, Decimal | None, Decimal | None]
"""Of values so printed: their unit, what brings them to the series' (None: nothing does), the interval brought to it."""


def _brought(
    members: list[Member], unit: str, analyte: Analyte | None
) -> tuple[tuple[Point, ...], tuple[Point, ...], tuple[Point, ...]]:
    """Points in the unit, words by nature, and what stands apart; each folded and in order of time."""
    points: list[Point] = []
    words: list[Point] = []
    apart: list[Point] = []
    ways: dict[int, _Way] = {}
    in_words = not any(one.value.number is not None for one, _found, _measure in members) or (
        analyte is not None and analyte.qualitative
    )
    for one, found, measure in members:
        value, of = one.value, one.value.of
        if value.number is None:
            (words if in_words else apart).append(_point(one, of.printed_unit, reason="" if in_words else IN_WORDS))
            continue
        way = ways.get(id(of))
        if way is None:
            way = ways[id(of)] = _way(of, found, measure, unit, analyte)
        own, bring, low, high = way
        brought = bring(value.number) if bring is not None else None
        if brought is None:
            apart.append(_point(one, of.printed_unit, reason=OTHER_UNIT if of.printed_unit else NO_UNIT))
            continue
        doubtful = analyte is not None and own is not None and not conversion.plausible(analyte, value.number, own)
        points.append(_point(one, own, brought, low, high, doubtful=doubtful))
    return _folded(points), _folded(words), _folded(apart)


def _way(
    of: Print, found: conversion.Identified | None, measure: Measure | None, unit: str, analyte: Analyte | None
) -> _Way:
    own = _identified_unit(of, found)
    if own is None and measure is not None and not of.printed_unit:
        own = measure.unit
    bring = _bringing(own, unit, analyte, of.printed_unit)
    if bring is None:
        return own, None, None, None
    low, high = (bring(one) if one is not None else None for one in (of.low, of.high))
    return own, bring, low, high


def _point(
    one: Observed, unit: str | None, brought: Decimal | None = None, low: Decimal | None = None,
    high: Decimal | None = None, *, doubtful: bool = False, reason: str = "",
) -> Point:  # fmt: skip
    value = one.value
    return Point(
        one.item, one.day, value.at, value.printed, brought, value.comparator, low, high, value.place, value.of, doubtful,
        reason, unit, value.note,
    )  # fmt: skip


def _bringing(
    own: str | None, unit: str, analyte: Analyte | None, printed: str | None
) -> Callable[[Decimal], Decimal | None] | None:
    if own == unit or (own is None and (printed or "") == unit):
        return lambda value: value
    if own is None:
        return None
    if analyte is not None:
        if conversion.convert(analyte, Decimal(1), own, unit) is None:
            return None
        return lambda value: conversion.convert(analyte, value, own, unit)
    if units.convert(Decimal(1), own, unit) is None:
        return None
    return lambda value: units.convert(value, own, unit)


def _folded(points: list[Point]) -> tuple[Point, ...]:
    """The same result come by two routes is one point: same day, same value, and no two moments that differ.

    The most certain stays, with its interval; the others are named in `also`. Values printed in two units agree when
    they differ by less than a rounding, 1 %.
    """
    if len({point.day for point in points}) == len(points):
        return tuple(sorted(points, key=attrgetter("day")))
    kept: list[Point] = []
    by_day: dict[date, list[int]] = {}
    for point in sorted(
        points, key=lambda one: (_MOST_CERTAIN.index(one.state), not one.interval, one.at is None, one.item_id.int)
    ):
        twin = next((at for at in by_day.get(point.day, ()) if _same(kept[at], point)), None)
        if twin is None:
            by_day.setdefault(point.day, []).append(len(kept))
            kept.append(point)
            continue
        known = {kept[twin].source, *kept[twin].also, None}
        if point.source not in known:
            kept[twin] = replace(kept[twin], also=(*kept[twin].also, point.source))  # type: ignore[arg-type]
    return tuple(sorted(kept, key=_moment))


def _same(one: Point, other: Point) -> bool:
    if one.at is not None and other.at is not None and one.at != other.at:
        return False
    if one.comparator != other.comparator:
        return False
    if one.value is None or other.value is None:
        return one.value == other.value and analytes.plain(one.printed) == analytes.plain(other.printed)
    if one.unit == other.unit:
        return one.value == other.value
    return abs(one.value - other.value) <= Decimal("0.01") * max(abs(one.value), abs(other.value))


def _last_certain(points: tuple[Point, ...]) -> Point | None:
    return next((one for one in reversed(points) if one.certain), None)


def _moment(point: Point) -> tuple[date, datetime, int]:
    return point.day, point.at or BEFORE_ALL, point.item_id.int
