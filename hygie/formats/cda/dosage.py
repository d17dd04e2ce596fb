"""How a medicine is taken -> Dosage: the words of the source, and beside them the structure it gives."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from hygie.formats.cda import codes, entries, units, values
from hygie.formats.cda.header_reader import V3
from hygie.formats.cda.reading import Reading, Resource, child, children, spoken

_UNITS: Final = {"s": "s", "min": "min", "h": "h", "d": "d", "wk": "wk", "mo": "mo", "a": "a"}
_SPANS: Final = {"h": "heures", "d": "jours", "wk": "semaines", "mo": "mois", "a": "ans", "min": "minutes"}
_EVENTS: Final = {
    "HS": ("HS", "au coucher"), "WAKE": ("WAKE", "au lever"), "AC": ("AC", "avant le repas"), "PC": ("PC", "après le repas"),
    "ACM": ("ACM", "avant le petit déjeuner"), "ACD": ("ACD", "avant le déjeuner"), "ACV": ("ACV", "avant le dîner"),
    "PCM": ("PCM", "après le petit déjeuner"), "PCD": ("PCD", "après le déjeuner"), "PCV": ("PCV", "après le dîner"),
    "C": ("C", "pendant le repas"), "CM": ("CM", "au petit déjeuner"), "CD": ("CD", "au déjeuner"), "CV": ("CV", "au dîner"),
    "ICM": ("CM", "entre les repas du matin"),
}  # fmt: skip
NOTHING: Final = codes.ANSWERS | {"", "de", "à"}  # what is left of an unfilled sentence
_ABOUT_DOSE: Final = ("posolog", "dose", "dosage", "fréquence", "rythme", "mode d'admin", "mode d’admin", "prise")


def period_of(reading: Reading, element: etree._Element) -> Resource | None:
    """From when to when the treatment runs: the first interval among its times."""
    for time in children(element, "effectiveTime"):
        kind = entries.type_of(time)
        if kind in ("IVL_TS", "") and (period := values.period(reading, time)):
            return period
        if time.get("value") and (at := reading.when(time)):
            return {"start": at}
    return None


def dosages(
    reading: Reading, element: etree._Element, name: str, parts: list[tuple[int | None, etree._Element]]
) -> list[Resource]:
    """The dosage of a treatment and of its successive parts (« puis »)."""
    whole = _dosage(reading, element)
    words = _words(reading, element, name)
    if parts:
        made: list[Resource] = []
        for at, part in parts:
            one = _dosage(reading, part)
            said = reading.words(child(part, "text")) or _pieces(reading, part) or in_words(one)
            if said:
                one = {"text": said} | one
            one["sequence"] = at if at is not None else len(made) + 1
            for shared in ("route", "site", "maxDosePerPeriod", "method"):
                if shared in whole:
                    one.setdefault(shared, whole[shared])
            made.append(one)
        return made
    said = words or in_words(whole)
    if said:
        whole = {"text": said} | whole
    return [whole] if whole else []


def _dosage(reading: Reading, element: etree._Element) -> Resource:
    made: Resource = {}
    timing = _timing(reading, element)
    if timing:
        made["timing"] = timing
    if route := codes.concept(reading, child(element, "routeCode")):
        made["route"] = route
    if site := codes.concept(reading, child(element, "approachSiteCode")):
        made["site"] = site
    dose: Resource = {}
    for name, prefix in (("doseQuantity", "dose"), ("rateQuantity", "rate")):
        found = child(element, name)
        if found is None:
            continue
        dose |= _amount(reading, found, prefix)
    if dose:
        made["doseAndRate"] = [dose]
    if most := _most(reading, child(element, "maxDoseQuantity")):
        made["maxDosePerPeriod"] = most
    for condition in element.iterchildren(V3 + "precondition"):
        for criterion in condition.iterchildren(V3 + "criterion"):
            said = codes.concept(reading, child(criterion, "code")) or codes.concept(reading, child(criterion, "value"))
            words = reading.words(child(criterion, "text"))
            if words == "-":
                continue
            if said or words:
                made["asNeededCodeableConcept"] = said or codes.in_words(words or "")
    return made


def _amount(reading: Reading, element: etree._Element, prefix: str) -> Resource:
    if element.get("value"):
        found = values.quantity(element.get("value"), element.get("unit"))
        return {f"{prefix}Quantity": found} if found else {}
    low, high = values.bounds(reading, element)
    low, high = (_bare(one) for one in (low, high))
    if low and high and low == high:
        return {f"{prefix}Quantity": low}
    ends = {name: one for name, one in (("low", low), ("high", high)) if one}
    return {f"{prefix}Range": ends} if ends else {}


def _bare(quantity: Resource | None) -> Resource | None:
    return {key: value for key, value in quantity.items() if key != "extension"} if quantity else None


def _most(reading: Reading, element: etree._Element | None) -> Resource | None:
    if element is None:
        return None
    over, under = (
        values.physical(reading, child(element, "numerator")),
        values.physical(reading, child(element, "denominator")),
    )
    return {"numerator": over, "denominator": under} if over and under else None


def _timing(reading: Reading, element: etree._Element) -> Resource:
    repeat: Resource = {}
    events: list[str] = []
    words: list[str] = []
    times: list[etree._Element] = []
    for time in children(element, "effectiveTime"):
        times += children(time, "comp") if entries.type_of(time) == "SXPR_TS" else [time]
    for time in times:
        kind = entries.type_of(time)
        if kind in ("IVL_TS", ""):
            _bounds(reading, time, repeat, events)
        elif kind == "PIVL_TS":
            _every(time, repeat)
        elif kind == "EIVL_TS":
            event = child(time, "event")
            known = _EVENTS.get((event.get("code") or "") if event is not None else "")
            if known:
                repeat.setdefault("when", []).append(known[0])
                words.append(known[1])
    made: Resource = {}
    if events:
        made["event"] = events
    if repeat:
        made["repeat"] = repeat
    if words:
        made["code"] = codes.in_words(", ".join(words))
    return made


def _bounds(reading: Reading, time: etree._Element, repeat: Resource, events: list[str]) -> None:
    width = child(time, "width")
    lasting = values.quantity(width.get("value"), width.get("unit")) if width is not None else None
    start = reading.when(child(time, "low"))
    if lasting:
        repeat["boundsDuration"] = lasting
        if start:
            events.append(start)
    elif period := values.period(reading, time):
        repeat["boundsPeriod"] = period


def _every(time: etree._Element, repeat: Resource) -> None:
    """`period` 8 h: once every 8 hours; standardFrequency is FHIR's frequency."""
    period = child(time, "period")
    if period is None:
        return
    unit = _UNITS.get((period.get("unit") or "").strip())
    value = values.number(period.get("value"))
    if unit is None or value is None or value <= 0:
        return
    repeat |= {"frequency": 1, "period": value, "periodUnit": unit}


def _words(reading: Reading, element: etree._Element, name: str) -> str | None:
    """What the source writes about taking it: its own text, the pieces it points at, else its row in the table."""
    said = reading.words(child(element, "text"))
    if said and not _plain(said).startswith(_plain(name) or "\0") and _plain(said) not in NOTHING:
        return said
    return _row(reading, element) or _pieces(reading, element)


def _plain(words: str) -> str:
    return " ".join(words.lower().split())


def _pieces(reading: Reading, element: etree._Element) -> str | None:
    """The words that the structured dose, rhythm and rate each point at."""
    found: list[str] = []
    for name in ("doseQuantity", "effectiveTime", "rateQuantity"):
        said: list[str] = []
        for part in element.iterchildren(V3 + name):
            for original in part.iter(V3 + "originalText"):
                words = reading.words(original)
                if words and _plain(words) not in NOTHING and words not in said:
                    said.append(words)
        if said:
            found.append(" à ".join(said) if name != "effectiveTime" else ", ".join(said))
    words = ", ".join(found)
    return words if any(letter.isdigit() for letter in words) else None  # a unit alone is no dose


def _row(reading: Reading, element: etree._Element) -> str | None:
    """The cells of its row that stand under a heading about dose or rhythm (« Posologie »)."""
    target = None
    for reference in element.iter(V3 + "reference"):
        target = reading.ids.get((reference.get("value") or "").strip().lstrip("#"))
        if target is not None:
            break
    while target is not None and target.tag != V3 + "tr":
        target = target.getparent() if target.tag != V3 + "text" else None
    if target is None:
        return None
    table = target.getparent()
    while table is not None and table.tag != V3 + "table":
        table = table.getparent()
    heads = next(table.iter(V3 + "tr"), None) if table is not None else None
    if heads is None or heads is target:
        return None
    found = [
        spoken(cell)
        for head, cell in zip(heads, target, strict=False)
        if any(sign in spoken(head).lower() for sign in _ABOUT_DOSE)
    ]
    return ", ".join(part for part in found if _plain(part) not in NOTHING) or None


def in_words(dosage: Resource) -> str | None:
    """« 1 à 2 comprimés toutes les 8 heures », from the structure, when the source has no words for it."""
    parts: list[str] = []
    dose = (dosage.get("doseAndRate") or [{}])[0]
    if amount := _said(dose, "dose"):
        parts.append(amount)
    repeat: dict[str, Any] = dosage.get("timing", {}).get("repeat", {})
    if repeat.get("period") and repeat.get("periodUnit") in _SPANS:
        value, unit = repeat["period"], repeat["periodUnit"]
        span = _SPANS[unit]
        if value == 1:
            parts.append({"d": "par jour", "h": "par heure", "wk": "par semaine", "mo": "par mois"}.get(unit, "par an"))
        else:
            parts.append(f"tou{'te' if span in ('heures', 'semaines', 'minutes') else ''}s les {_number(value)} {span}")
    if when := dosage.get("timing", {}).get("code", {}).get("text"):
        parts.append(when)
    return " ".join(parts) or None


def _said(dose: Resource, prefix: str) -> str:
    single = dose.get(f"{prefix}Quantity")
    ends = [single] if single else [dose.get(f"{prefix}Range", {}).get(end) for end in ("low", "high")]
    known = [one for one in ends if one and one.get("value") is not None]
    if not known:
        return ""
    unit = known[-1].get("unit", "")
    unit = units.printed(unit)
    if unit in ("comprimé",) and known[-1]["value"] >= 2:
        unit += "s"
    return f"{' à '.join(_number(one['value']) for one in known)} {unit}".strip()


def _number(value: float | int) -> str:
    return f"{value:g}".replace(".", ",")
