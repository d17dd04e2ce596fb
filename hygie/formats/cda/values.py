"""Values of CDA -> value[x] of FHIR, numbers kept as numbers and as printed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from lxml import etree

from hygie.formats.cda import codes, entries, units
from hygie.formats.cda.reading import Reading, child, children, spoken

_UCUM: Final = "http://unitsofmeasure.org"
_TRANSLATION: Final = "http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation"
_ABSENT_REASON: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_REASONS: Final = {
    "UNK": ("unknown", "Inconnu"), "NI": ("unknown", "Inconnu"), "NASK": ("not-asked", "Non demandé"),
    "ASKU": ("asked-unknown", "Demandé, inconnu"), "NAV": ("temp-unknown", "Pas encore disponible"),
    "NAVU": ("temp-unknown", "Pas encore disponible"), "MSK": ("masked", "Masqué par la source"),
    "NA": ("not-applicable", "Sans objet"), "OTH": ("unsupported", "Autre"),
    "PINF": ("positive-infinity", "Infini"), "NINF": ("negative-infinity", "Infini"), "QS": ("unknown", "Inconnu"),
}  # fmt: skip
_LIMIT: Final = re.compile(r"([<>≤≥]=?)\s*(\d{1,12}(?:[.,]\d{1,12})?)\s*(\S{0,30})")
_UNIT: Final = re.compile(r"[!-~]{1,40}", re.ASCII)
_COMPARATORS: Final = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">="}

Value = tuple[str, Any, str | None]  # FHIR suffix (`Quantity`), value, words as printed


def number(written: str | None) -> int | float | None:
    """A JSON number; None for what is none, or is beyond any measure (its words are kept elsewhere)."""
    found = entries.decimal(written)
    if found is None or (found and not -16 < found.adjusted() < 15):
        return None
    return int(found) if found == found.to_integral_value() and "." not in (written or "") else float(found)


def shown(written: str | None, unit: str | None = None, sign: str = "") -> str:
    """« < 0,01 mUI/L »: the digits of the source, with the decimal comma and the unit that French reports print."""
    digits = (written or "").strip().replace(".", ",")
    unit = printed_unit(unit)
    return " ".join(part for part in (sign, digits, unit) if part)


def printed_unit(unit: str | None) -> str:
    unit = (unit or "").strip()
    return "" if unit == "1" else units.printed(unit)


def quantity(written: str | None, unit: str | None = None, comparator: str | None = None) -> dict[str, Any] | None:
    value = number(written)
    if value is None:
        return None
    made: dict[str, Any] = {"value": value}
    if comparator:
        made["comparator"] = comparator
    unit = (unit or "").strip()
    if unit.isdigit() and len(unit) >= 5:  # a dose form of the European pharmacopoeia
        made |= {"system": "http://standardterms.edqm.eu", "code": unit}
    elif unit:
        made |= {"unit": printed_unit(unit) or unit}
        if _UNIT.fullmatch(unit):
            made |= {"system": _UCUM, "code": units.ucum(unit)}
    return made


def physical(reading: Reading, element: etree._Element | None) -> dict[str, Any] | None:
    """A PQ, INT or REAL; its value in other units follows as HL7's own extension."""
    made = quantity(element.get("value"), element.get("unit")) if element is not None else None
    if element is None or made is None:
        return None
    others = [
        {"url": _TRANSLATION, "valueQuantity": other}
        for one in children(element, "translation")
        if (other := quantity(one.get("value"), one.get("code") or one.get("unit")))
    ]
    return {"extension": others} | made if others else made


def spoken_quantity(reading: Reading, element: etree._Element) -> str:
    words = shown(element.get("value"), element.get("unit"))
    other = [
        shown(one.get("value"), one.get("code") or one.get("unit"))
        for one in children(element, "translation")
        if one.get("value")
    ]
    return f"{words} (soit {', '.join(other)})" if other else words


def bounds(reading: Reading, element: etree._Element) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The two ends of an interval, each None when open."""
    return physical(reading, child(element, "low")), physical(reading, child(element, "high"))


def value(reading: Reading, element: etree._Element) -> Value | None:
    """What a `value` element says; None when it says nothing (see `absence`)."""
    kind = entries.type_of(element) or _guess(element)
    if kind in ("PQ", "REAL", "MO"):
        made = physical(reading, element)
        if made is not None:
            return "Quantity", made, spoken_quantity(reading, element)
        written = element.get("value")
        return ("String", shown(written, element.get("unit")), None) if written else _words(reading, element)
    if kind == "INT":
        made_number = number(element.get("value"))
        if isinstance(made_number, int) and abs(made_number) < 2**31:
            return "Integer", made_number, element.get("value")
        return ("String", element.get("value"), None) if element.get("value") else None
    if kind == "BL":
        written = (element.get("value") or "").strip().lower()
        return ("Boolean", written in ("true", "1"), None) if written in ("true", "false", "0", "1") else None
    if kind.startswith("IVL_") and kind != "IVL_TS":
        return _interval(reading, element)
    if kind == "RTO" or kind.startswith("RTO_"):
        return _ratio(reading, element)
    if kind == "TS" or kind == "IVL_TS":
        return _moment(reading, element)
    if kind in ("ST", "ED", "EIVL_TS", "SC"):
        return _text(reading, element)
    made = codes.concept(reading, element)
    if made is not None:
        return "CodeableConcept", made, made.get("text")
    written = element.get("value")
    return ("String", written, None) if written else None


def absence(element: etree._Element) -> dict[str, Any]:
    """dataAbsentReason for a value that the source leaves out on purpose."""
    code, display = _REASONS.get(element.get("nullFlavor") or "", ("unknown", "Inconnu"))
    return {"coding": [{"system": _ABSENT_REASON, "code": code, "display": display}], "text": display}


def _guess(element: etree._Element) -> str:
    if element.get("unit") is not None:
        return "PQ"
    return "CD" if element.get("code") is not None else "ST" if (element.text or "").strip() else "CD"


def _interval(reading: Reading, element: etree._Element) -> Value | None:
    if element.get("value"):
        return "Quantity", quantity(element.get("value"), element.get("unit")), shown(element.get("value"))
    low, high = bounds(reading, element)
    if low and high:
        first, second = child(element, "low"), child(element, "high")
        same = first is not None and second is not None and first.get("unit") == second.get("unit")
        words = " à ".join(
            shown(one.get("value"), one.get("unit") if at or not same else None)
            for at, one in enumerate((first, second))
            if one is not None
        )
        return "Range", {"low": low, "high": high}, words
    for end, open_sign, closed_sign in (("high", "<", "<="), ("low", ">", ">=")):
        found = child(element, end)
        made = physical(reading, found)
        if found is not None and made is not None:
            # inclusive by default in HL7: the laboratory says « < » by writing inclusive="false"
            sign = open_sign if (found.get("inclusive") or "").strip() == "false" else closed_sign
            made["comparator"] = sign
            return (
                "Quantity",
                made,
                shown(found.get("value"), found.get("unit"), "≤≥"[sign == ">="] if len(sign) > 1 else sign),
            )
    return _words(reading, element)


def _ratio(reading: Reading, element: etree._Element) -> Value | None:
    over, under = child(element, "numerator"), child(element, "denominator")
    top, bottom = physical(reading, over), physical(reading, under)
    if over is None or under is None or top is None or bottom is None:
        return _words(reading, element)
    words = f"{shown(over.get('value'), over.get('unit'))} / {shown(under.get('value'), under.get('unit'))}"
    return "Ratio", {"numerator": top, "denominator": bottom}, words


def _moment(reading: Reading, element: etree._Element) -> Value | None:
    if element.get("value"):
        found = reading.when(element)
        return ("DateTime", found, None) if found else ("String", element.get("value"), None)
    made = period(reading, element)
    return ("Period", made, None) if made else None


def period(reading: Reading, element: etree._Element) -> dict[str, Any] | None:
    made = {
        name: found for name, end in (("start", "low"), ("end", "high")) if (found := reading.when(child(element, end)))
    }
    return made or None


def _text(reading: Reading, element: etree._Element) -> Value | None:
    words = reading.words(element)
    if not words:
        return None
    limit = _LIMIT.fullmatch(words)
    if limit is not None:  # « <1.0 mg/L »: the only words that are surely a number
        sign, digits, unit = limit.groups()
        written = digits.replace(",", ".")
        made = quantity(written, units.ucum(unit), _COMPARATORS[sign])
        if made is not None:
            if unit:
                made["unit"] = unit
            return "Quantity", made, words
    return "String", words, None


def _words(reading: Reading, element: etree._Element) -> Value | None:
    words = reading.words(child(element, "originalText"))
    if words is None and child(element, "originalText") is None:
        words = spoken(element) or None
    return ("String", words, None) if words else None


def exact(written: str) -> Decimal | None:
    return entries.decimal(written)
