"""What an emergency card holds, from what a reader may see: certain things alone, each with who says so. Pure.

A suggestion that nobody confirmed is not on a card. A blood group is there only when a document gives it: nobody is
transfused from memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from hygie.formats import concepts
from hygie.record.chapters import Chapter, Line, Section, Why
from hygie.record.types import Item

SECTIONS: Final = ("allergies", "treatments", "problems", "devices", "blood")
"""In the order of the card."""
WISHES: Final = "wishes"
"""Where she wrote what she wants for the day she cannot speak: for a doctor who may open it, never on a card."""
_ABO: Final = frozenset({"883-9", "882-1"})  # LOINC: ABO group; ABO and Rh group
_RH: Final = frozenset({"10331-7"})
_MOST: Final = 12  # lines of a section: a card is read in seconds


@dataclass(frozen=True, slots=True)
class CardLine:
    """codings: of the thing named, when it has some. source: who says so, as shown. document_id: where it is written."""

    text: str
    detail: str = ""
    codings: tuple[dict[str, Any], ...] = ()
    grave: bool = False
    by_patient: bool = False
    source: str = ""
    day: date | None = None
    document_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CardSection:
    """none: somebody said that there is none. more: lines that did not fit."""

    key: str
    lines: tuple[CardLine, ...] = ()
    none: bool = False
    more: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """waiting: documents received that nobody read yet, of which the card says nothing."""

    sections: tuple[CardSection, ...]
    waiting: int


def sections(found: Sequence[Section], items: Iterable[Item], *, wanted: Collection[str]) -> tuple[CardSection, ...]:
    """The sections asked for, in the order of the card. found: of the summary; items: the same reader's entries."""
    by = {one.chapter: one for one in found}
    made = {
        "allergies": _of(by[Chapter.ALERTS], "allergies", {Why.GRAVE, Why.ALLERGY}),
        "treatments": _of(by[Chapter.TREATMENTS], "treatments", {Why.TAKEN, Why.AS_NEEDED}),
        "problems": _of(by[Chapter.PROBLEMS], "problems", {Why.PROBLEM}),
        "devices": _of(by[Chapter.ALERTS], "devices", {Why.DEVICE}),
        WISHES: _of(by[Chapter.WISHES], WISHES, {one.why for one in by[Chapter.WISHES].lines}),
        "blood": CardSection("blood", _blood(items)),
    }
    return tuple(made[key] for key in (*SECTIONS, WISHES) if key in wanted)


def _of(section: Section, key: str, reasons: Collection[str]) -> CardSection:
    lines = [_line(one) for one in section.lines if one.why in reasons and not one.unsure]
    none = key not in ("devices", WISHES) and section.none_known is not None and not lines
    return CardSection(key, tuple(lines[:_MOST]), none, len(lines[_MOST:]))


def _line(one: Line) -> CardLine:
    codings: list[dict[str, Any]] = []
    for resource in one.resources[:1]:
        for name in ("code", "medicationCodeableConcept", "type"):
            concept = resource.get(name)
            if isinstance(concept, dict):
                codings += concept.get("coding") or ()
    source, document_id = (one.source.author, one.source.document_id) if one.source else ("", None)
    return CardLine(
        one.text, one.detail, tuple(codings), one.why == Why.GRAVE, one.by_patient, source, one.day, document_id
    )


def _blood(items: Iterable[Item]) -> tuple[CardLine, ...]:
    """The latest group that a document gives, with the document's author and day."""
    group: Item | None = None
    rhesus: Item | None = None
    for item in items:  # the newest day first
        if item.kind != "Observation" or item.source is None or item.by_patient or not item.certain:
            continue
        codes = {one.get("code") for one in (item.resource.get("code") or {}).get("coding") or ()}
        if codes & _ABO:
            group = group or item
        elif codes & _RH:
            rhesus = rhesus or item
    if group is None or group.source is None:
        return ()
    text = _value(group)
    if rhesus is not None and not any(sign in text for sign in "+-−") and "rh" not in text.casefold():
        text = f"{text} {_value(rhesus)}".strip()
    return (CardLine(text, source=group.source.author, day=group.day),) if text else ()


def _value(item: Item) -> str:
    resource = item.resource
    return str(resource.get("valueString") or concepts.words(resource.get("valueCodeableConcept")) or "").strip()
