"""Laboratory reports (CR-BIO level 3): results -> narrative table and structured entries, and back.

`results(lab_report(…))` gives the chapters that made it. Values stay exact decimals, units stay UCUM as given:
converting is the business of `record.units`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from lxml import etree

from hygie.formats import xml
from hygie.formats.cda import compose, entries, times, units
from hygie.formats.cda.header_reader import V3, text_of
from hygie.formats.cda.header_reader import code as read_code
from hygie.formats.cda.narrative import Break, Cell, Narrative, Node, Row, Span, Table
from hygie.formats.cda.types import CdaDocument, Code, Id, Section, Structured

REPORT: Final = (Id("1.3.6.1.4.1.19376.1.3.3"), Id("1.2.250.1.213.1.1.1.55"))
CHAPTER: Final = (Id("1.3.6.1.4.1.19376.1.3.3.2.1"), Id("1.2.250.1.213.1.1.2.70"))
SUBCHAPTER: Final = (Id("1.3.6.1.4.1.19376.1.3.3.2.2"), Id("1.2.250.1.213.1.1.2.71"))
_ENTRY: Final = ("1.3.6.1.4.1.19376.1.3.1", "1.2.250.1.213.1.1.3.21")
_BATTERY: Final = ("1.3.6.1.4.1.19376.1.3.1.4", "1.2.250.1.213.1.1.3.78")
_OBSERVATION: Final = ("1.3.6.1.4.1.19376.1.3.1.6", "1.2.250.1.213.1.1.3.80")
_INTERPRETATION: Final = "2.16.840.1.113883.5.83"
_MEANINGS: Final = {
    "N": "Normal",
    "L": "Anormalement bas",
    "H": "Anormalement élevé",
    "LL": "Très bas",
    "HH": "Très élevé",
    "A": "Anormal",
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """unit: UCUM; "1" for a pure number."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Previous:
    value: Quantity
    at: str  # HL7 time


@dataclass(frozen=True, slots=True)
class Result:
    """One analyte. value: a quantity, a text (« Négatif »), a coded answer, or None (not done, see `note`).

    code: LOINC; at: HL7 time of the sample; low and high: the laboratory's own reference, in the unit of the value;
    interpretation: N, L, H, LL, HH, A; status: completed, active (to come), aborted.
    """

    code: str
    label: str
    value: Quantity | str | Code | None
    at: str
    low: Decimal | None = None
    high: Decimal | None = None
    reference: str | None = None  # when it is words: « < 5 : absence d'infection »
    interpretation: str | None = None
    method: str | None = None
    note: str | None = None
    status: str = "completed"
    previous: tuple[Previous, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """A group of results read together: a sub-chapter. code: LOINC."""

    code: str
    label: str
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A specialty of the laboratory (18719-5 biochemistry, 18723-7 haematology…). code: LOINC."""

    code: str
    label: str
    panels: tuple[Panel, ...]


def lab_report(
    origin: compose.Origin, chapters: tuple[Chapter, ...], *, title: str = "Compte rendu d'examens de biologie"
) -> CdaDocument:
    """A CR-BIO document. `origin.act_code` is set from the first chapter, the others become secondary acts."""
    if not chapters:
        raise ValueError("a laboratory report has at least one chapter")
    acts = [Code(chapter.code, entries.LOINC, chapter.label, "LOINC") for chapter in chapters]
    header = compose.header(
        replace(origin, act_code=acts[0]),
        type_code="11502-2",
        title=title,
        template_ids=REPORT,
        act_status="completed",
        more_acts=tuple(acts[1:]),
    )
    body = tuple(_chapter(chapter, at) for at, chapter in enumerate(chapters, 1))
    return CdaDocument(header, Structured(body), compose.others(origin))


def results(document: CdaDocument) -> tuple[Chapter, ...]:
    """The chapters, panels and results that the entries hold, in order. () when there are none.

    Only CR-BIO entries are read. An observation without a code is left in the narrative, where it is readable.
    """
    if not isinstance(document.body, Structured):
        return ()
    found = []
    for section in document.body.sections:
        if CHAPTER[1] not in section.template_ids and CHAPTER[0] not in section.template_ids:
            continue
        panels = [panel for inner in (section, *section.sections) for panel in _panels(inner)]
        if panels:
            found.append(Chapter(*_named(section), tuple(panels)))
    return tuple(found)


# ---- writing


def _chapter(chapter: Chapter, at: int) -> Section:
    panels = tuple(_panel(panel, f"{at}-{number}") for number, panel in enumerate(chapter.panels, 1))
    return Section(
        title=chapter.label,
        code=Code(chapter.code, entries.LOINC, chapter.label, "LOINC"),
        template_ids=CHAPTER,
        sections=panels,
    )


def _panel(panel: Panel, prefix: str) -> Section:
    made = entries.entry(typeCode="DRIV")
    entries.templates(made, *_ENTRY)
    act = entries.add(made, "act", classCode="ACT", moodCode="EVN")
    entries.loinc(act, "code", panel.code, panel.label)
    entries.add(act, "statusCode", code="completed")
    organizer = entries.add(
        entries.add(act, "entryRelationship", typeCode="COMP"), "organizer", classCode="BATTERY", moodCode="EVN"
    )
    entries.templates(organizer, *_BATTERY)
    entries.loinc(organizer, "code", panel.code, panel.label)
    entries.add(organizer, "statusCode", code="completed")
    for at, result in enumerate(panel.results, 1):
        _observation(entries.add(organizer, "component"), result, f"r-{prefix}-{at}")
    return Section(
        title=panel.label,
        code=Code(panel.code, entries.LOINC, panel.label, "LOINC"),
        template_ids=SUBCHAPTER,
        text=Narrative((_table(panel, prefix),)),
        entries=(entries.finished(made),),
    )


def _table(panel: Panel, prefix: str) -> Table:
    with_previous = any(result.previous for result in panel.results)
    heads = ["Analyse", "Résultat", "Valeurs de référence"] + (["Antériorités"] if with_previous else [])
    rows = []
    for at, result in enumerate(panel.results, 1):
        target = f"r-{prefix}-{at}"
        name: list[Node] = [Span((result.label,), id=target)]
        if result.method:
            name += [Break(), Span((result.method,), ("Italics",), id=f"{target}-m")]
        if result.note:  # beside the name, where there is room: figures stand alone in their column
            name += [Break(), Span((result.note,), id=f"{target}-n")]
        cells = [
            Cell(tuple(name)),
            Cell(_shown(result, target), align="right"),
            Cell((reference,) if (reference := _reference(result)) else ()),
        ]
        if with_previous:
            before: list[Node] = []
            for previous in result.previous:
                before += [Break()] if before else []
                before.append(f"{_print(previous.value)} ({times.printed(previous.at)})")
            cells.append(Cell(tuple(before)))
        rows.append(Row(tuple(cells)))
    head = Row(tuple(Cell((words,), header=True) for words in heads))
    return Table(head=(head,), bodies=(tuple(rows),))


def _shown(result: Result, target: str) -> tuple[Node, ...]:
    value = result.value
    words = (
        _print(value)
        if isinstance(value, Quantity)
        else (value.label or value.code or "")
        if isinstance(value, Code)
        else value
        if isinstance(value, str)
        else "Non réalisé"
    )
    abnormal = result.interpretation not in (None, "N")
    return (Span((words,), ("Bold",) if abnormal else (), id=f"{target}-v"),)


def _observation(parent: etree._Element, result: Result, target: str) -> None:
    made = entries.add(parent, "observation", classCode="OBS", moodCode="EVN")
    entries.templates(made, *_OBSERVATION)
    entries.loinc(made, "code", result.code, result.label, target)
    entries.add(made, "statusCode", code=result.status)
    entries.add(made, "effectiveTime", value=result.at)
    _value(made, result.value)
    if result.interpretation:
        entries.add(
            made,
            "interpretationCode",
            code=result.interpretation,
            displayName=_MEANINGS.get(result.interpretation),
            codeSystem=_INTERPRETATION,
        )
    if result.method:
        method = entries.add(entries.add(made, "methodCode"), "originalText")
        method.text = result.method
    for previous in result.previous:
        before = entries.add(
            entries.add(made, "entryRelationship", typeCode="REFR"), "observation", classCode="OBS", moodCode="EVN"
        )
        entries.loinc(before, "code", result.code, result.label)
        entries.add(before, "statusCode", code="completed")
        entries.add(before, "effectiveTime", value=previous.at)
        _value(before, previous.value)
    if result.note:
        comment = entries.add(
            entries.add(made, "entryRelationship", typeCode="SUBJ"), "act", classCode="ACT", moodCode="EVN"
        )
        entries.templates(
            comment, "2.16.840.1.113883.10.20.1.40", "1.3.6.1.4.1.19376.1.5.3.1.4.2", "1.2.250.1.213.1.1.3.32"
        )
        entries.loinc(comment, "code", "48767-8", "Commentaire")
        entries.add(comment, "text").text = result.note
        entries.add(comment, "statusCode", code="completed")
    _range(made, result)


def _value(parent: etree._Element, value: Quantity | str | Code | None) -> None:
    if isinstance(value, Quantity):
        entries.value(parent, "PQ", value=entries.written(value.value), unit=value.unit)
    elif isinstance(value, Code):
        entries.value(parent, "CD", code=value.code, codeSystem=value.system, displayName=value.label)
    elif isinstance(value, str):
        entries.value(parent, "ST").text = value


def _range(parent: etree._Element, result: Result) -> None:
    if result.low is None and result.high is None and result.reference is None:
        return
    box = entries.add(
        entries.add(parent, "referenceRange", typeCode="REFV"), "observationRange", classCode="OBS", moodCode="EVN.CRT"
    )
    if result.reference is not None:
        entries.add(box, "text").text = result.reference
    if result.low is not None or result.high is not None:
        unit = result.value.unit if isinstance(result.value, Quantity) else None
        made = entries.value(box, "IVL_PQ")
        if result.low is not None:
            entries.add(made, "low", value=entries.written(result.low), unit=unit)
        if result.high is not None:
            entries.add(made, "high", value=entries.written(result.high), unit=unit)
    entries.add(box, "interpretationCode", code="N", displayName="Normal", codeSystem=_INTERPRETATION)


def _print(quantity: Quantity) -> str:
    number = entries.written(quantity.value).replace(".", ",")
    unit = "" if quantity.unit == "1" else units.printed(quantity.unit)
    return f"{number} {unit}".strip()


def _reference(result: Result) -> str:
    low, high = (entries.written(n).replace(".", ",") if n is not None else None for n in (result.low, result.high))
    bounds = f"{low} - {high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""
    return " ; ".join(filter(None, (bounds, result.reference)))


# ---- reading


def _named(section: Section) -> tuple[str, str]:
    code = section.code or Code()
    return code.code or "", section.title or code.label or ""


def _panels(section: Section) -> list[Panel]:
    found = []
    for raw in section.entries:
        entry = xml.read(raw)
        if not entries.has_template(entry, _ENTRY[0]):
            continue
        observations = [
            observation
            for observation in entry.iter(V3 + "observation")
            if entries.has_template(observation, _OBSERVATION[0])
        ]
        read = [result for observation in observations if (result := _result(observation)) is not None]
        if read:
            found.append(Panel(*_named(section), tuple(read)))
    return found


def _result(element: etree._Element) -> Result | None:
    coded = element.find(V3 + "code")
    if coded is None or not coded.get("code"):
        return None
    low = high = None
    reference = None
    box = element.find(f"{V3}referenceRange/{V3}observationRange")
    if box is not None:
        low = entries.decimal(entries.attribute(box, f"value/{V3}low", "value"))
        high = entries.decimal(entries.attribute(box, f"value/{V3}high", "value"))
        words = box.find(V3 + "text")
        reference = text_of(words) or None if words is not None else None
    previous = []
    note = None
    for related in element.iterchildren(V3 + "entryRelationship"):
        before = related.find(V3 + "observation")
        comment = related.find(f"{V3}act")
        if related.get("typeCode") == "REFR" and before is not None:
            value = _read_value(before)
            if isinstance(value, Quantity):
                previous.append(Previous(value, entries.attribute(before, "effectiveTime", "value") or ""))
        elif comment is not None and entries.attribute(comment, "code", "code") == "48767-8":
            words = comment.find(V3 + "text")
            note = text_of(words) if words is not None else None
    method = element.find(f"{V3}methodCode/{V3}originalText")
    return Result(
        code=coded.get("code"),
        label=coded.get("displayName") or "",
        value=_read_value(element),
        at=entries.attribute(element, "effectiveTime", "value") or "",
        low=low,
        high=high,
        reference=reference,
        interpretation=entries.attribute(element, "interpretationCode", "code"),
        method=(method.text or None) if method is not None and not len(method) else None,
        note=note or None,
        status=entries.attribute(element, "statusCode", "code") or "completed",
        previous=tuple(previous),
    )


def _read_value(element: etree._Element) -> Quantity | str | Code | None:
    found = element.find(V3 + "value")
    if found is None:
        return None
    kind = entries.type_of(found)
    if kind == "PQ":
        number = entries.decimal(found.get("value"))
        return Quantity(number, found.get("unit") or "1") if number is not None else None
    if kind in ("CD", "CE"):
        return read_code(found)
    if kind in ("ST", "ED"):
        return found.text or ""
    plain: str | None = found.get("value")  # INT, REAL, BL, TS: as written
    return plain


def hl7(when: datetime) -> str:
    """The form of `Result.at`."""
    return times.hl7(when)
