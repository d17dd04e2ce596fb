"""Laboratory results and measures as series in time: from entries of the record to what a curve and a table show.

Pure. A value is kept as printed (comparator, unit, interval of that laboratory) and brought to one unit per analyte.
What cannot be brought there is never dropped and never drawn: it stands in `Series.apart`, with the reason. A result
with no known analyte still makes a series, by its code and its unit. A point says where it stands in the interval
that its own laboratory printed, and nothing else: no verdict, no other interval.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from hygie.formats import analytes, concepts, conversion, measures, readings, units
from hygie.formats.analytes import Analyte
from hygie.formats.entries import printed as as_printed
from hygie.formats.fhir.systems import LOINC, RPPS
from hygie.formats.measures import Measure
from hygie.record.types import Item, Source, State

Say = Callable[[str], str]
"""Translates one sentence of this module: the identity, or gettext."""

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
_SPENT: Final = frozenset({"entered-in-error", "cancelled"})
_MOST_CERTAIN: Final = (State.CONFIRMED, State.STATED, State.OWN, State.CHECKED, State.SUGGESTED, State.REJECTED)


class Place(StrEnum):
    """Where a value stands in the interval that its own laboratory printed. UNKNOWN: none printed, or it cannot tell."""

    WITHIN = "within"
    BELOW = "below"
    ABOVE = "above"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Point:
    """One value on one day. value, low, high: in the series' unit, not rounded; printed, interval: word for word.

    value is None for a result in words and for what stands apart; `reason` then says why. doubtful: beyond what is
    ever measured, so probably misread: to be checked on the document. also: other documents that say the same.
    """

    item_id: UUID
    day: date
    at: datetime | None
    printed: str
    value: Decimal | None
    comparator: str | None
    low: Decimal | None
    high: Decimal | None
    interval: str
    place: Place
    laboratory: str
    state: State
    source: Source | None = None
    also: tuple[Source, ...] = ()
    by_patient: bool = False
    doubtful: bool = False
    reason: str = ""
    unit: str | None = None  # UCUM, of the value as printed
    note: str = field(default="", repr=False)
    method: str = ""  # as the laboratory names it

    @property
    def certain(self) -> bool:
        return self.state not in (State.SUGGESTED, State.REJECTED)


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
        return max((*self.points, *self.words, *self.apart), key=_moment, default=None)

    @property
    def latest(self) -> Point | None:
        """The latest value that can be relied on: certain, in the series' unit or in words by nature."""
        return max((one for one in (*self.points, *self.words) if one.certain), key=_moment, default=None)

    @property
    def laboratories(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.laboratory for one in self.points if one.laboratory))


@dataclass(frozen=True, slots=True)
class _Value:
    """One Observation, or one component of it, read but not yet brought to a unit."""

    point: Point
    number: Decimal | None
    unit: str | None
    codes: tuple[str, ...]
    code: str  # the key of an unknown analyte: "loinc:1234-5", "oid:…|GLU", "text:tsh"
    label: str
    low: Decimal | None
    high: Decimal | None


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
    groups: dict[str, list[tuple[_Value, conversion.Identified | None, Measure | None]]] = {}
    for value in _values(_wanted(items, only, newest)):
        measure = next((measures.BY_LOINC[code] for code in value.codes if code in measures.BY_LOINC), None)
        if measure is not None:
            groups.setdefault(f"m:{measure.id}", []).append((value, None, measure))
            continue
        found = conversion.identify(
            value.codes, unit=value.unit, printed=value.point.unit, label=value.label, quantity=value.number is not None
        )
        if found.analyte is not None:
            variant = f"~{found.variant}" if found.variant else ""
            groups.setdefault(f"{found.analyte.id}{variant}", []).append((value, found, None))
        else:
            kind = units.parse(found.unit) if found.unit else None
            spelt = repr(kind.kind) if kind else (value.point.unit or "").casefold() if value.number is not None else ""
            groups.setdefault(f"{value.code}~{spelt}", []).append((value, found, None))
    made = [_one(key, members, unit_of or {}) for key, members in _words_joined(groups).items()]
    order = list(FAMILIES)
    return sorted(made, key=lambda one: (order.index(one.family), analytes.plain(one.label), one.key))


def _words_joined(
    groups: dict[str, list[tuple[_Value, conversion.Identified | None, Measure | None]]],
) -> dict[str, list[tuple[_Value, conversion.Identified | None, Measure | None]]]:
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


# ---- one entry


def _values(items: Iterable[Item]) -> Iterable[_Value]:
    for item in items:
        resource = item.resource
        if item.kind != "Observation" or item.state is State.REJECTED or resource.get("status") in _SPENT:
            continue
        if resource.get("focus"):  # about someone else: the height of a child's mother
            continue
        parts = [part for part in resource.get("component") or () if isinstance(part, dict)]
        if _has_value(resource) or not parts:
            found = _value(item, resource, resource)
            if found is not None:
                yield found
        for part in parts:
            found = _value(item, resource, part)
            if found is not None:
                yield found


def _has_value(part: dict[str, Any]) -> bool:
    return any(key.startswith("value") for key in part)


def _value(item: Item, whole: dict[str, Any], part: dict[str, Any]) -> _Value | None:
    if item.day is None or not _has_value(part):
        return None
    number, comparator, unit, printed_unit, text = _said(part)
    printed = as_printed(part) or text or _number_and_unit(number, comparator, printed_unit)
    if not printed:
        return None
    low, high, interval = _interval(part.get("referenceRange") or (), unit or units.ucum(printed_unit))
    codes, key, label = _named(part.get("code") or {})
    point = Point(
        item_id=item.id, day=item.day, at=_at(whole), printed=printed, value=None, comparator=comparator, low=None, high=None,
        interval=interval, place=_place(number, comparator, low, high, part), laboratory=_laboratory(item, whole),
        state=item.state, source=item.source, by_patient=item.by_patient, unit=printed_unit, note=_note(part),
        method=str((part.get("method") or whole.get("method") or {}).get("text") or ""),
    )  # fmt: skip
    return _Value(point, number, unit, codes, key, label, low, high)


def _said(part: dict[str, Any]) -> tuple[Decimal | None, str | None, str | None, str | None, str]:
    """Number, comparator, UCUM unit, unit as printed, words."""
    quantity = part.get("valueQuantity")
    if isinstance(quantity, dict):
        code, shown = quantity.get("code"), quantity.get("unit")
        return _decimal(quantity.get("value")), quantity.get("comparator"), code or None, shown or code or None, ""
    for name in ("valueInteger", "valueDecimal"):
        if name in part:
            return _decimal(part[name]), None, None, None, ""
    ratio = part.get("valueRatio")
    if isinstance(ratio, dict):
        above, below = (_decimal((ratio.get(side) or {}).get("value")) for side in ("numerator", "denominator"))
        return None, None, None, None, f"{_french(above)}/{_french(below)}"
    span = part.get("valueRange")
    if isinstance(span, dict):
        ends = [_decimal((span.get(side) or {}).get("value")) for side in ("low", "high")]
        return None, None, None, None, " – ".join(_french(end) for end in ends if end is not None)
    if "valueBoolean" in part:
        return None, None, None, None, "Oui" if part["valueBoolean"] else "Non"
    coded = part.get("valueCodeableConcept")
    if isinstance(coded, dict):
        return None, None, None, None, concepts.words(coded)
    text = str(part.get("valueString") or part.get("valueDateTime") or "").strip()
    read = readings.reading(text)
    if read.value is not None and (not read.rest or units.ucum(read.rest)):
        return read.value, read.comparator, units.ucum(read.rest), read.rest or None, text
    return None, None, None, None, text


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _french(value: Decimal | None) -> str:
    return "?" if value is None else readings.french(value)


_SIGN: Final = {"<": "< ", "<=": "≤ ", ">": "> ", ">=": "≥ "}


def _number_and_unit(number: Decimal | None, comparator: str | None, unit: str | None) -> str:
    if number is None:
        return ""
    shown = units.printed(units.ucum(unit)) if unit and units.ucum(unit) else unit or ""
    return f"{_SIGN.get(comparator or '', '')}{readings.french(number)} {shown}".strip()


def _interval(ranges: Iterable[Any], unit: str | None) -> tuple[Decimal | None, Decimal | None, str]:
    """Bounds in the unit of the value, and the interval as printed. Bounds in another unit are brought back, or left."""
    for one in ranges:
        kinds = {coding.get("code") for coding in (one.get("type") or {}).get("coding") or ()}
        if kinds - {"normal", "N"}:
            continue
        bounds: list[Decimal | None] = []
        for side in ("low", "high"):
            quantity = one.get(side) or {}
            bound, own = _decimal(quantity.get("value")), quantity.get("code") or units.ucum(quantity.get("unit"))
            if bound is not None and own and unit and own != unit:
                bound = units.convert(bound, own, unit)
            bounds.append(bound)
        low, high = bounds
        text = str(one.get("text") or "").strip()
        if low is None and high is None and text:
            read = readings.interval(text)
            if read is not None:
                low, high = read.low, read.high
        return low, high, text or interval_text(low, high)
    return None, None, ""


def interval_text(low: Decimal | None, high: Decimal | None) -> str:
    """« 0,4 – 4,0 », « ≥ 60 », « ≤ 2 », or ""."""
    if low is not None and high is not None:
        return f"{readings.french(low)} – {readings.french(high)}"
    return f"≥ {readings.french(low)}" if low is not None else f"≤ {readings.french(high)}" if high is not None else ""


_MARKS: Final = {
    "N": Place.WITHIN, "L": Place.BELOW, "LL": Place.BELOW, "LU": Place.BELOW, "H": Place.ABOVE, "HH": Place.ABOVE, "HU": Place.ABOVE,
}  # fmt: skip


def _place(
    number: Decimal | None, comparator: str | None, low: Decimal | None, high: Decimal | None, part: dict[str, Any]
) -> Place:
    if number is not None and (low is not None or high is not None):
        return _within(number, comparator, low, high)
    marks = [
        coding.get("code") for one in part.get("interpretation") or () for coding in one.get("coding") or ()
    ]  # what the laboratory flagged, when it printed no bounds
    return next((_MARKS[mark] for mark in marks if mark in _MARKS), Place.UNKNOWN)


def _within(number: Decimal, comparator: str | None, low: Decimal | None, high: Decimal | None) -> Place:
    """The place that is certain: « < 5 » is below 10 – 20, and nobody knows where it stands in 2 – 20."""
    if comparator in ("<", "<="):
        if low is not None and (number <= low if comparator == "<" else number < low):
            return Place.BELOW
        nothing_below = low is None or low <= 0
        return Place.WITHIN if nothing_below and high is not None and number <= high else Place.UNKNOWN
    if comparator in (">", ">="):
        if high is not None and (number >= high if comparator == ">" else number > high):
            return Place.ABOVE
        return Place.WITHIN if high is None and low is not None and number >= low else Place.UNKNOWN
    if low is not None and number < low:
        return Place.BELOW
    return Place.ABOVE if high is not None and number > high else Place.WITHIN


def _named(code: dict[str, Any]) -> tuple[tuple[str, ...], str, str]:
    """LOINC codes, the key of an unknown analyte, the name to show."""
    codings = [one for one in code.get("coding") or () if isinstance(one, dict) and one.get("code")]
    loinc = tuple(str(one["code"]) for one in codings if one.get("system") == LOINC)
    label = concepts.words(code)
    if loinc:
        return loinc, f"loinc:{loinc[0]}", label or loinc[0]
    if codings:
        first = codings[0]
        return (), f"code:{first.get('system', '')}|{first['code']}", label or str(first["code"])
    return (), f"text:{analytes.plain(label)}", label or "Analyse sans nom"


def _at(resource: dict[str, Any]) -> datetime | None:
    written = resource.get("effectiveDateTime") or (resource.get("effectivePeriod") or {}).get("start")
    if not isinstance(written, str) or "T" not in written:
        return None
    try:
        found = datetime.fromisoformat(written.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _laboratory(item: Item, resource: dict[str, Any]) -> str:
    """The structure when the source names one; else whose document it is, else who measured."""
    named = [one for one in resource.get("performer") or () if isinstance(one, dict) and one.get("display")]
    structure = next((str(one["display"]) for one in named if (one.get("identifier") or {}).get("system") != RPPS), "")
    return structure or (item.source.author if item.source else "") or (str(named[0]["display"]) if named else "")


def _note(part: dict[str, Any]) -> str:
    return " ".join(str(one["text"]) for one in part.get("note") or () if one.get("text"))


# ---- one series


def _one(
    key: str, members: list[tuple[_Value, conversion.Identified | None, Measure | None]], unit_of: dict[str, str]
) -> Series:
    first, found, measure = members[0]
    if measure is not None:
        substance = analytes.BY_ID.get(measure.analyte or "")
        unit = unit_of.get(measure.id, measure.unit)
        points, words, apart = _brought(members, unit, substance)
        return Series(measure.id, measure.label, "mesures", unit, points, words, apart, measure=measure.id)
    analyte = found.analyte if found else None
    if analyte is None:
        unit = _last_unit(members) or first.point.unit or ""
        points, words, apart = _brought(members, unit, None)
        label = max(members, key=lambda one: (one[0].point.day, one[0].label))[0].label
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


def _identified_unit(value: _Value, found: conversion.Identified | None) -> str | None:
    return found.unit if found is not None else units.ucum(value.unit) or units.ucum(value.point.unit)


def _last_unit(members: list[tuple[_Value, conversion.Identified | None, Measure | None]]) -> str | None:
    known = [
        (value.point, _identified_unit(value, found)) for value, found, _measure in members if value.number is not None
    ]
    newest = max(((point, unit) for point, unit in known if unit), key=lambda one: _moment(one[0]), default=None)
    return newest[1] if newest else None


def _usual_unit(analyte: Analyte, members: list[tuple[_Value, conversion.Identified | None, Measure | None]]) -> str:
    """The analyte's first or second unit, whichever the latest certain value was printed in; else the first."""
    certain = [one for one in members if one[0].number is not None and one[0].point.certain]
    newest = max(certain, key=lambda one: _moment(one[0].point), default=None)  # of a result in two units, the first
    unit = _identified_unit(newest[0], newest[1]) if newest else None
    if unit is not None:
        by = {one.ucum: units.factor(unit, one.ucum) for one in analyte.units}
        for code, times in by.items():
            if times == 1:
                return code
        return next((code for code, times in by.items() if times is not None), analyte.unit.ucum)
    return analyte.unit.ucum


def _brought(
    members: list[tuple[_Value, conversion.Identified | None, Measure | None]], unit: str, analyte: Analyte | None
) -> tuple[tuple[Point, ...], tuple[Point, ...], tuple[Point, ...]]:
    """Points in the unit, words by nature, and what stands apart; each folded and in order of time."""
    points: list[Point] = []
    words: list[Point] = []
    apart: list[Point] = []
    in_words = not any(value.number is not None for value, _found, _measure in members) or (
        analyte is not None and analyte.qualitative
    )
    for value, found, measure in members:
        if value.number is None:
            (words if in_words else apart).append(replace(value.point, reason="" if in_words else IN_WORDS))
            continue
        own = _identified_unit(value, found)
        if own is None and measure is not None and not value.point.unit:
            own = measure.unit
        bring = _bringing(own, unit, analyte, value.point.unit)
        brought = bring(value.number) if bring is not None else None
        if bring is None or brought is None:
            apart.append(replace(value.point, reason=OTHER_UNIT if value.point.unit else NO_UNIT))
            continue
        low, high = (bring(one) if one is not None else None for one in (value.low, value.high))
        doubtful = analyte is not None and own is not None and not conversion.plausible(analyte, value.number, own)
        points.append(replace(value.point, value=brought, low=low, high=high, unit=own, doubtful=doubtful))
    return _folded(points), _folded(words), _folded(apart)


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


_BEFORE_ALL: Final = datetime(1, 1, 2, tzinfo=UTC)


def _moment(point: Point) -> tuple[date, datetime, int]:
    return point.day, point.at or _BEFORE_ALL, point.item_id.int
