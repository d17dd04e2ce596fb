"""One Observation, or one component of it, as its laboratory printed it: read, and not yet brought to a unit.

Pure. Nothing is corrected here: value, comparator, unit and interval are those of the document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, NamedTuple

import orjson

from hygie.formats import analytes, concepts, readings, units
from hygie.formats.entries import printed as as_printed
from hygie.formats.fhir.systems import LOINC, RPPS
from hygie.record.types import Item, State

_SPENT: Final = frozenset({"entered-in-error", "cancelled"})
BEFORE_ALL: Final = datetime(1, 1, 2, tzinfo=UTC)


class Place(StrEnum):
    """Where a value stands in the interval that its own laboratory printed. UNKNOWN: none printed, or it cannot tell."""

    WITHIN = "within"
    BELOW = "below"
    ABOVE = "above"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Print:
    """What a laboratory prints of an analysis beside its values: the same from one report to the next.

    low, high: the interval in the value's own unit. code: the key of an unknown analyte: "loinc:1234-5", "oid:…|GLU",
    "text:tsh". structure: who performed it, when the source names one; performer: whoever else it names.
    """

    printed_unit: str | None
    unit: str | None
    interval: str
    low: Decimal | None
    high: Decimal | None
    codes: tuple[str, ...]
    code: str
    label: str
    structure: str
    performer: str
    method: str


class Value(NamedTuple):
    """One value as it was printed, and what stood around it."""

    at: datetime | None
    printed: str
    comparator: str | None
    number: Decimal | None
    place: Place
    note: str
    of: Print


@dataclass(slots=True)
class Observed:
    """What one of them says, and the entry that says it."""

    item: Item
    day: date
    value: Value

    @property
    def certain(self) -> bool:
        return self.item.state not in (State.SUGGESTED, State.REJECTED)

    @property
    def moment(self) -> tuple[date, datetime, int]:
        return self.day, self.value.at or BEFORE_ALL, self.item.id.int


def observed(items: Iterable[Item]) -> Iterable[Observed]:
    prints = Prints()
    for item in items:
        day = item.day
        if item.kind != "Observation" or day is None or item.state is State.REJECTED:
            continue
        laid = item.late(item.number, "values") if item.late is not None else None
        for value in values(item.resource, prints) if laid is None else laid:
            yield Observed(item, day, value)


class Prints:
    """What was read of a code, of an interval, of a print, for all entries that write the same: a laboratory has few."""

    def __init__(self) -> None:
        self._named: dict[bytes, tuple[tuple[str, ...], str, str]] = {}
        self._intervals: dict[tuple[bytes, str | None], tuple[Decimal | None, Decimal | None, str]] = {}
        self._prints: dict[tuple[Any, ...], Print] = {}

    def named(self, code: dict[str, Any]) -> tuple[tuple[str, ...], str, str]:
        written = orjson.dumps(code)
        found = self._named.get(written)
        if found is None:
            found = self._named[written] = _named(code)
        return found

    def interval(self, ranges: Sequence[Any], unit: str | None) -> tuple[Decimal | None, Decimal | None, str]:
        if not ranges:
            return None, None, ""
        written = orjson.dumps(ranges), unit
        found = self._intervals.get(written)
        if found is None:
            found = self._intervals[written] = _interval(ranges, unit)
        return found

    def one(self, *told: Any) -> Print:
        """The one print of these values, in the order of `Print`."""
        found = self._prints.get(told)
        if found is None:
            found = self._prints[told] = Print(*told)
        return found


def values(resource: dict[str, Any], prints: Prints) -> list[Value]:
    """What an Observation says, itself and its components: nothing when it says no value, or not of this person."""
    if resource.get("status") in _SPENT:
        return []
    if resource.get("focus"):  # about someone else: the height of a child's mother
        return []
    parts = [part for part in resource.get("component") or () if isinstance(part, dict)]
    asked = [resource, *parts] if _has_value(resource) or not parts else parts
    return [found for part in asked if (found := _value(resource, part, prints)) is not None]


_VALUES: Final = frozenset({
    "valueQuantity", "valueCodeableConcept", "valueString", "valueBoolean", "valueInteger", "valueRange", "valueRatio",
    "valueSampledData", "valueTime", "valueDateTime", "valuePeriod", "valueDecimal",
})  # fmt: skip
"""Observation.value[x] of FHIR R4; and a decimal, which R4 has not and some senders write."""


def _has_value(part: dict[str, Any]) -> bool:
    return not _VALUES.isdisjoint(part)


def _value(whole: dict[str, Any], part: dict[str, Any], prints: Prints) -> Value | None:
    if not _has_value(part):
        return None
    number, comparator, unit, printed_unit, text = _said(part)
    printed = as_printed(part) or text or _number_and_unit(number, comparator, printed_unit)
    if not printed:
        return None
    low, high, interval = prints.interval(part.get("referenceRange") or (), unit or units.ucum(printed_unit))
    codes, key, label = prints.named(part.get("code") or {})
    method = str((part.get("method") or whole.get("method") or {}).get("text") or "")
    of = prints.one(printed_unit, unit, interval, low, high, codes, key, label, *_performers(whole), method)
    place = _place(number, comparator, low, high, part)
    return Value(_at(whole), printed, comparator, number, place, _note(part), of)


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
        return low, high, text or _interval_text(low, high)
    return None, None, ""


def _interval_text(low: Decimal | None, high: Decimal | None) -> str:
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


def _performers(resource: dict[str, Any]) -> tuple[str, str]:
    """The structure that is named, and the first of all that are."""
    named = [one for one in resource.get("performer") or () if isinstance(one, dict) and one.get("display")]
    structure = next((str(one["display"]) for one in named if (one.get("identifier") or {}).get("system") != RPPS), "")
    return structure, str(named[0]["display"]) if named else ""


def _note(part: dict[str, Any]) -> str:
    return " ".join(str(one["text"]) for one in part.get("note") or () if one.get("text"))


# ---- as a sheet keeps them, so that a summary reads hundreds without opening their entries


def packed(read: Iterable[Value], place_of: Callable[[Print], int]) -> list[list[Any]]:
    """JSON values. place_of: where a print stands among those of the sheet."""
    return [
        [one.at.isoformat() if one.at else None, one.printed, one.comparator, _text(one.number), one.place, one.note,
         place_of(one.of)]
        for one in read
    ]  # fmt: skip


def unpacked(read: Iterable[Sequence[Any]], prints: Sequence[str], known: Laid) -> list[Value]:
    """prints: those of the sheet, as `packed_print` wrote them."""
    return [
        Value(
            datetime.fromisoformat(at) if at else None, printed, comparator, Decimal(number) if number else None,
            _PLACES[place], note, known[prints[of]],
        )
        for at, printed, comparator, number, place, note, of in read
    ]  # fmt: skip


def packed_print(one: Print) -> str:
    return orjson.dumps([
        one.printed_unit, one.unit, one.interval, _text(one.low), _text(one.high), one.codes, one.code, one.label,
        one.structure, one.performer, one.method,
    ]).decode()  # fmt: skip


class Laid(dict[str, Print]):
    """Prints by how sheets write them: the same one in many sheets is read once."""

    def __missing__(self, written: str) -> Print:
        printed_unit, unit, interval, low, high, codes, *rest = orjson.loads(written)
        lowest, highest = (Decimal(one) if one else None for one in (low, high))
        found = self[written] = Print(printed_unit, unit, interval, lowest, highest, tuple(codes), *rest)
        return found


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


_PLACES: Final = {str(one): one for one in Place}
