"""One row of results, whatever message carried it, as a FHIR R4 Observation by the conventions of `entries`. Pure.

The readers of HL7 v2 and of the two HPRIM fill a `Row` with what is written; this module alone turns it into FHIR.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from hygie.formats import readings, units
from hygie.formats.entries import AS_PRINTED, Certainty, Entry
from hygie.formats.fhir import systems

UCUM: Final = "http://unitsofmeasure.org"
_FLAGS: Final = {
    "N": ("N", "dans l'intervalle"), "L": ("L", "bas"), "LL": ("LL", "très bas"), "H": ("H", "élevé"),
    "HH": ("HH", "très élevé"), "<": ("<", "sous l'échelle"), ">": (">", "au-dessus de l'échelle"),
    "A": ("A", "hors de l'intervalle"), "AA": ("AA", "très au-delà de l'intervalle"), "B": ("L", "bas"),
    "BB": ("LL", "très bas"), "POS": ("POS", "positif"), "NEG": ("NEG", "négatif"), "S": ("S", "sensible"),
    "R": ("R", "résistant"), "I": ("I", "intermédiaire"),
}  # fmt: skip
_INTERPRETATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_LOINC: Final = re.compile(r"\d{1,5}-\d")


@dataclass(frozen=True, slots=True)
class Coding:
    """system: a FHIR URI, or None for a laboratory's own code (kept with its display only)."""

    code: str
    label: str = ""
    system: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says, as written. value: printed words; numeric: the source says it is a number.

    interval: printed; low and high: the bounds when the source separates them. second: the same result in another unit
    (value, unit, low, high). when: ISO 8601. status: a FHIR observation status.
    """

    label: str
    codings: tuple[Coding, ...] = ()
    value: str = ""
    unit: str = ""
    unit_code: str | None = None
    numeric: bool = False
    coded: Coding | None = None
    interval: str = ""
    low: str = ""
    high: str = ""
    flag: str = ""
    status: str = "final"
    when: str | None = None
    issued: str | None = None
    performer: str = ""
    performer_rpps: str | None = None
    method: str = ""
    comments: tuple[str, ...] = ()
    second: tuple[str, str, str, str] | None = None


def entry(row: Row, *, place: str, readable: bool, words: str, section: str | None = None) -> Entry:
    """The entry of one row. readable: False when the characters of the message had to be guessed.

    Then a row that holds more than ASCII waits for someone's eye: a wrong guess would change its words or its unit. So
    does one whose unit is not the same for people and for machines.
    """
    sure = not units.contradict(row.unit_code, row.unit)
    return stated(observation(row), place=place, readable=readable, words=words, section=section, sure=sure)


def stated(
    resource: dict[str, Any], *, place: str, readable: bool, words: str = "", section: str | None = None,
    sure: bool = True,
) -> Entry:  # fmt: skip
    """What a structured message says; a suggestion when it holds characters that were guessed, or is not sure."""
    sure = sure and (readable or _ascii(resource))
    return Entry(
        resource, place, Certainty.STATED if sure else Certainty.SUGGESTED, 1.0 if sure else 0.5, words or None,
        section or None,
    )  # fmt: skip


def _ascii(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii()
    if isinstance(value, dict):
        return all(_ascii(one) for key, one in value.items() if key not in ("interpretation", "dataAbsentReason"))
    return all(_ascii(one) for one in value) if isinstance(value, list) else True


def is_loinc(code: str) -> bool:
    """Form and check digit (mod 10) of a LOINC code."""
    if not _LOINC.fullmatch(code):
        return False
    number, _, key = code.partition("-")
    total = 0
    for at, digit in enumerate(reversed(number)):
        doubled = int(digit) * (2 if at % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return (10 - total % 10) % 10 == int(key)


def observation(row: Row) -> dict[str, Any]:
    """The resource. Nothing printed is lost: the value, its unit and its interval are kept word for word."""
    made: dict[str, Any] = {"resourceType": "Observation", "status": row.status, "code": _code(row)}
    if row.when:
        made["effectiveDateTime"] = row.when
    if row.issued and "T" in row.issued:
        made["issued"] = row.issued
    if row.performer:
        who: dict[str, Any] = {"display": row.performer}
        if row.performer_rpps:
            who["identifier"] = {"system": systems.RPPS, "value": row.performer_rpps}
        made["performer"] = [who]
    _put_value(made, row)
    if row.flag:
        made["interpretation"] = [_flag(row.flag)]
    ranges = [_range(row.interval, row.low, row.high, row.unit, row.unit_code)]
    if row.second is not None:
        value, unit, low, high = row.second
        ranges.append(_range("", low, high, unit, None))
        _put_second(made, row, value, unit)
    if kept := [one for one in ranges if one]:
        made["referenceRange"] = kept
    if row.method:
        made["method"] = {"text": row.method}
    if row.comments:
        made["note"] = [{"text": text} for text in row.comments]
    return made


def _code(row: Row) -> dict[str, Any]:
    codings = []
    for one in sorted(row.codings, key=lambda coding: coding.system != systems.LOINC):
        coding = {"system": one.system} if one.system else {}
        codings.append(coding | {"code": one.code} | ({"display": one.label} if one.label else {}))
    return ({"coding": codings} if codings else {}) | {"text": row.label or (codings[0]["code"] if codings else "?")}


def _put_value(made: dict[str, Any], row: Row) -> None:
    if row.coded is not None:
        coding = ({"system": row.coded.system} if row.coded.system else {}) | {"code": row.coded.code}
        coding |= {"display": row.coded.label} if row.coded.label else {}
        made["valueCodeableConcept"] = {"coding": [coding], "text": row.coded.label or row.coded.code}
        return
    value = row.value.strip()
    if not value:
        made["dataAbsentReason"] = {"text": "Aucune valeur dans le message."}
        return
    printed = f"{value} {row.unit}".strip()
    read = readings.reading(value)
    if read.value is not None and not read.rest and (row.numeric or row.unit or _only_a_number(value)):
        made["extension"] = [{"url": AS_PRINTED, "valueString": printed}]
        made["valueQuantity"] = quantity(read.value, row.unit, comparator=read.comparator, code=row.unit_code)
        return
    made["valueString"] = value
    if row.unit:
        made["extension"] = [{"url": AS_PRINTED, "valueString": printed}]


def _only_a_number(value: str) -> bool:
    """« 12 », « < 5 »; not « 007 », which is the number of a lot, nor « 0815 », an hour."""
    return not re.match(r"0\d", value) and readings.number(value.lstrip("<>=≤≥ ")) is not None


def _put_second(made: dict[str, Any], row: Row, value: str, unit: str) -> None:
    """The same result in a second unit: a component under the same code, so that one row stays one result."""
    read = readings.reading(value)
    if not value.strip() or read.value is None:
        if value.strip():
            made.setdefault("note", []).append({"text": f"soit {value.strip()} {unit}".strip()})
        return
    made["component"] = [
        {
            "extension": [{"url": AS_PRINTED, "valueString": f"{value.strip()} {unit}".strip()}],
            "code": made["code"],
            "valueQuantity": quantity(read.value, unit, comparator=read.comparator),
        }
    ]


def quantity(value: Decimal, unit: str, *, comparator: str | None = None, code: str | None = None) -> dict[str, Any]:
    """A FHIR quantity: unit as printed, code in UCUM when it is understood."""
    made: dict[str, Any] = {"value": plain(value)}
    if comparator:
        made["comparator"] = comparator
    if unit:
        made["unit"] = unit
    if found := (code or units.ucum(unit)):
        made |= {"system": UCUM, "code": found}
    return made


def plain(value: Decimal) -> int | float:
    """A JSON number."""
    return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else float(value)


def _flag(flag: str) -> dict[str, Any]:
    known = _FLAGS.get(flag.strip().upper())
    if known is None:
        return {"text": flag.strip()}
    code, words = known
    return {"coding": [{"system": _INTERPRETATION, "code": code}], "text": words}


def _range(text: str, low: str, high: str, unit: str, code: str | None) -> dict[str, Any]:
    """One interval as the source gives it: separate bounds, words to read, or both bounds written in one of the two."""
    made: dict[str, Any] = {}
    if not text.strip() and not high.strip() and _number(low) is None:
        text, low = low, ""
    bounds = [("low", _number(low)), ("high", _number(high))]
    if not text.strip() and (low.strip() or high.strip()):
        text = f"{low.strip()} – {high.strip()}" if low.strip() and high.strip() else low.strip() or high.strip()
        if low.strip() and not high.strip():
            text = f"> {text}" if bounds[0][1] is not None and text[0].isdigit() else text
        elif high.strip() and not low.strip():
            text = f"< {text}" if bounds[1][1] is not None and text[0].isdigit() else text
    elif text.strip() and all(bound is None for _, bound in bounds):
        found = readings.interval(text)
        if found is not None:
            bounds = [("low", found.low), ("high", found.high)]
            if not unit and found.rest:
                unit = found.rest
    for name, bound in bounds:
        if bound is not None:
            made[name] = quantity(bound, unit, code=code)
    return made | {"text": text.strip()} if text.strip() else made


def _number(text: str) -> Decimal | None:
    return readings.number(text.strip().lstrip("<>=≤≥ ")) if text.strip() else None
