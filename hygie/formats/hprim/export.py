"""Results of a record as HPRIM Médecins letters, for software that knows no other format: one letter for each day.

Takes Observations by the conventions of `entries`; gives back their words as printed. Characters that the format's
usual encoding lacks are written in its own (« ≤ » becomes « <= »), so that a plain ISO-8859-1 file is what leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from hygie.formats import readings
from hygie.formats.entries import day_of, printed
from hygie.formats.fhir import systems
from hygie.formats.hprim.identity import Identity
from hygie.formats.hprim.medecins import Comment, Header, Letter, Line, ResultLine, write

_PLAIN: Final = str.maketrans({
    "\u202f": " ", "\u00a0": " ", "\u2009": " ", "μ": "µ", "−": "-", "–": "-", "—": "-", "’": "'", "‘": "'",
    "“": '"', "”": '"', "…": "...", "≤": "<=", "≥": ">=", "œ": "oe", "Œ": "OE", "⁰": "0", "⁴": "4", "⁵": "5", "⁶": "6",
    "⁷": "7", "⁸": "8", "⁹": "9", "α": "alpha", "β": "bêta", "γ": "gamma", "‐": "-", "‑": "-", "•": "-",
})  # fmt: skip
_FLAGS: Final = frozenset({"L", "LL", "H", "HH", "N"})
_NUMBERS: Final = re.compile(r"\d+(?:[.,]\d+)?")
_STATUS: Final = {"final": "F", "preliminary": "P", "corrected": "C", "amended": "C"}


def export(observations: Iterable[Mapping[str, Any]], *, patient: Identity, sender: str, recipient: str = "") -> bytes:
    """The file. See `letters`."""
    return write(letters(observations, patient=patient, sender=sender, recipient=recipient))


def letters(
    observations: Iterable[Mapping[str, Any]], *, patient: Identity, sender: str, recipient: str = ""
) -> tuple[Letter, ...]:
    """One letter for each day, the latest first; results without a day come last, in a letter without a date."""
    by_day: dict[date | None, list[Mapping[str, Any]]] = {}
    for one in observations:
        if one.get("resourceType") == "Observation" and one.get("status") not in ("entered-in-error", "cancelled"):
            by_day.setdefault(day_of(dict(one)), []).append(one)
    days = sorted((day for day in by_day if day), reverse=True)
    return tuple(
        _letter(day, by_day[day], patient, sender, recipient) for day in [*days, *([None] if None in by_day else [])]
    )


def _letter(
    day: date | None, observations: list[Mapping[str, Any]], patient: Identity, sender: str, recipient: str
) -> Letter:
    lines: list[Line] = []
    for one in observations:
        lines += _lines(one)
    header = Header(
        family=_plain(patient.family), given=_plain(" ".join(patient.given_names)), birth=_french(patient.birth_date),
        number=patient.number, day=f"{day:%d/%m/%Y}" if day else "", sender=_plain(sender), recipient=_plain(recipient),
    )  # fmt: skip
    return Letter(header, _text(lines), tuple(lines))


def _lines(one: Mapping[str, Any]) -> list[Line]:
    value, unit = _value(one)
    components = list(one.get("component", ()))
    parts = [] if value and len(components) == 1 else components
    second = ("", "", "", "")
    ranges = list(one.get("referenceRange", ()))
    low, high, words = _interval(ranges[0]) if ranges else ("", "", "")
    if value and components and not parts:
        other_value, other_unit = _value(components[0])
        other_low, other_high, _ = _interval(ranges[1]) if len(ranges) > 1 else ("", "", "")
        second = (other_value, other_unit, other_low, other_high)
    made: list[Line] = []
    if value or not parts:
        made.append(
            ResultLine(
                _label(one), _code(one), "N" if "valueQuantity" in one else "A", value, unit, low, high, _flag(one),
                _STATUS.get(str(one.get("status")), "F"), second,
            )
        )  # fmt: skip
    else:
        made.append(ResultLine(_label(one)))
    for part in parts:
        made += _lines({**part, "status": one.get("status")})
    if words:
        made.append(Comment(f"Intervalle : {words}"))
    made += [Comment(_plain(str(note.get("text", "")))) for note in one.get("note", ()) if note.get("text")]
    return made


def _value(one: Mapping[str, Any]) -> tuple[str, str]:
    """The value and its unit, as printed at the source when that is known."""
    quantity = one.get("valueQuantity")
    if quantity and "value" in quantity:
        unit = _plain(str(quantity.get("unit") or quantity.get("code") or ""))
        words = _plain(printed(dict(one)) or "")
        if words and unit and words.endswith(unit):
            return words.removesuffix(unit).strip(), unit
        if words and not unit:
            return words, ""
        number = readings.french(Decimal(str(quantity["value"]))).translate(_PLAIN).replace(" ", "")
        return f"{quantity.get('comparator', '')}{number}", unit
    if "valueString" in one:
        return _plain(str(one["valueString"])), ""
    if concept := one.get("valueCodeableConcept"):
        coding: Mapping[str, Any] = next(iter(concept.get("coding", ())), {})
        return _plain(str(concept.get("text") or coding.get("display") or coding.get("code") or "")), ""
    for name in ("valueDateTime", "valueInteger", "valueTime"):
        if name in one:
            return str(one[name]), ""
    if ratio := one.get("valueRatio"):
        above, below = ratio.get("numerator", {}), ratio.get("denominator", {})
        return f"{above.get('value', '')}/{below.get('value', '')}", ""
    if "valueBoolean" in one:
        return "oui" if one["valueBoolean"] else "non", ""
    return "", ""


def _interval(one: Mapping[str, Any]) -> tuple[str, str, str]:
    """Low, high, and the words of an interval that has neither."""
    low, high = (_bound(one.get(name)) for name in ("low", "high"))
    words = _plain(str(one.get("text", "")))
    if printed_ones := _NUMBERS.findall(words):  # « 12,0 » stays « 12,0 »
        if low and high and len(printed_ones) == 2:
            low, high = printed_ones
        elif bool(low) != bool(high) and len(printed_ones) == 1:
            low, high = (printed_ones[0], "") if low else ("", printed_ones[0])
    return low, high, "" if low or high else _plain(str(one.get("text", "")))


def _bound(quantity: Mapping[str, Any] | None) -> str:
    if not quantity or "value" not in quantity:
        return ""
    return readings.french(Decimal(str(quantity["value"]))).translate(_PLAIN).replace(" ", "")


def _label(one: Mapping[str, Any]) -> str:
    concept = one.get("code", {})
    coding: Mapping[str, Any] = next(iter(concept.get("coding", ())), {})
    return _plain(str(concept.get("text") or coding.get("display") or coding.get("code") or "Résultat"))


def _code(one: Mapping[str, Any]) -> str:
    """LOINC when there is one, else the first code."""
    codings = list(one.get("code", {}).get("coding", ()))
    found: Mapping[str, Any] = next((c for c in codings if c.get("system") == systems.LOINC), next(iter(codings), {}))
    return str(found.get("code", ""))


def _flag(one: Mapping[str, Any]) -> str:
    for concept in one.get("interpretation", ()):
        for coding in concept.get("coding", ()):
            if coding.get("code") in _FLAGS:
                return str(coding["code"])
    return ""


def _text(lines: list[Line]) -> str:
    """The same results for whoever reads the letter without a machine."""
    shown = [""]
    for line in lines:
        if isinstance(line, Comment):
            shown.append(f"      {line.text}")
            continue
        interval = " - ".join(filter(None, (line.low, line.high)))
        interval = (
            f"> {line.low}"
            if line.low and not line.high
            else f"< {line.high}"
            if not line.low and line.high
            else interval
        )
        also = f"soit {' '.join(filter(None, line.second[:2]))}" if line.second[0] else ""
        parts = [f"{line.label:<38}", f"{line.value} {line.unit}".strip(), f"({interval})" if interval else "", also]
        shown.append("  ".join(filter(None, parts)).rstrip())
    return "\n".join([*shown, ""])


def _french(iso: str) -> str:
    year, month, day = [*iso.split("-"), "", ""][:3]
    return f"{day}/{month}/{year}" if day and month else ""


def _plain(text: str) -> str:
    return " ".join(text.translate(_PLAIN).split())
