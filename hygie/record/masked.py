"""What is known of somebody, told without place, author nor day: numbers, months, and words of our own catalogues. Pure.

For whoever answers for a child and from whom a decision of justice protects places and times. Nothing that somebody wrote
is ever given back, not even shortened: a value is made anew from its number, its unit and our name of the analysis; a
treatment, a vaccine, an allergy and a problem are told in the catalogue's words or not at all. What is to come has no month.
What waits for somebody's eye is not told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from hygie.formats import analytes, concepts, emergency_words, glossary, measures, readings, units, vaccines
from hygie.formats.drugs import Catalogue
from hygie.formats.said import Said
from hygie.record import treatments
from hygie.record.observed import Place
from hygie.record.results import FAMILIES, Point, Series, series
from hygie.record.treatments import Status
from hygie.record.types import Item

VALUES: Final = 12  # of one analysis, the newest
_SIGNS: Final = {"<": "< ", "<=": "≤ ", ">": "> ", ">=": "≥ "}
QUALITIES: Final = {
    "negatif": "négatif", "negative": "négatif", "positif": "positif", "positive": "positif", "absence": "absence",
    "absent": "absence", "presence": "présence", "present": "présence", "non detecte": "non détecté", "detecte": "détecté",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """month: its first day; None for what is to come. place: in the interval that its laboratory printed."""

    text: str
    month: date | None
    place: Place = Place.UNKNOWN


@dataclass(frozen=True, slots=True)
class Analysis:
    """label: ours. values: the newest first."""

    key: str
    label: str
    family: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Vaccine:
    """against: what it protects from. months: of each dose, the newest first."""

    against: tuple[str, ...]
    doses: int
    months: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """All that can be told. Empty: nothing could be told without risk."""

    analyses: tuple[Analysis, ...] = ()
    treatments: tuple[str, ...] = ()
    vaccines: tuple[Vaccine, ...] = ()
    allergies: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        return any((self.analyses, self.treatments, self.vaccines, self.allergies, self.problems))

    @property
    def words(self) -> str:
        """What a search looks through."""
        spoken = [
            *self.treatments,
            *self.allergies,
            *self.problems,
            *(one for each in self.vaccines for one in each.against),
        ]
        return " ".join([*spoken, *(one.label for one in self.analyses)])


@dataclass(frozen=True, slots=True)
class Paper:
    """One document. token: names it, and unlike its own id holds no time. shelf: the category on which people find it."""

    token: UUID
    shelf: str
    label: str
    month: date | None
    known: Known = field(default_factory=Known)


def month_of(day: date | None, on: date) -> date | None:
    """The month, and no day; None for what is to come: an appointment is a place and a time."""
    return None if day is None or day > on else day.replace(day=1)


def known(items: Iterable[Item], *, on: date, catalogue: Catalogue) -> Known:
    """What these entries say, in words of our own alone."""
    certain = [one for one in items if one.certain]
    found = (_analysis(one, on) for one in series(certain))
    return Known(
        analyses=tuple(one for one in found if one is not None),
        treatments=substances(certain, on=on, catalogue=catalogue),
        vaccines=_vaccines(certain, on, catalogue),
        allergies=_terms(certain, "AllergyIntolerance"),
        problems=_terms(certain, "Condition"),
    )


def substances(items: Iterable[Item], *, on: date, catalogue: Catalogue) -> tuple[str, ...]:
    """What is taken that day, by the names that the catalogue of medicines gives to its substances."""
    lines = treatments.lines(items, on=on, catalogue=catalogue)
    taken = (Status.CURRENT, Status.AS_NEEDED)
    return tuple(dict.fromkeys(one.label for one in lines if one.substances and one.status in taken))


def _analysis(one: Series, on: date) -> Analysis | None:
    """None for what has no name of ours, or no value that can be made anew."""
    analyte, measure = analytes.BY_ID.get(one.analyte or ""), measures.BY_ID.get(one.measure or "")
    ours = analyte or measure
    if ours is None or one.other:
        return None
    known_units = {unit.ucum for unit in analyte.units} if analyte is not None else {measure.unit} if measure else set()
    points = [point for point in one.points if not point.doubtful] if one.unit in known_units else []
    values = [(point, _number(point, one.unit)) for point in points]
    values += [(point, QUALITIES.get(analytes.plain(point.printed), "")) for point in one.words]
    told = sorted(((point, text) for point, text in values if text), key=lambda pair: pair[0].day, reverse=True)
    if not told:
        return None
    shown = tuple(Value(text, month_of(point.day, on), point.place) for point, text in told[:VALUES])
    return Analysis(ours.id, glossary.named(ours.label, ours.id), FAMILIES[one.family], shown)


def _number(point: Point, unit: str) -> str:
    if point.value is None:
        return ""
    return f"{_SIGNS.get(point.comparator or '', '')}{readings.french(point.value, digits=3)} {units.printed(unit)}".strip()


def _vaccines(items: Iterable[Item], on: date, catalogue: Catalogue) -> tuple[Vaccine, ...]:
    days: dict[tuple[str, ...], set[date]] = {}
    for item in items:
        resource = item.resource
        if item.kind != "Immunization" or resource.get("status", "completed") != "completed":
            continue
        concept = resource.get("vaccineCode")
        if concepts.is_absence(resource) or not isinstance(concept, dict):
            continue
        codes = [str(one["code"]) for one in concept.get("coding") or () if one.get("code")]
        name = concepts.words(concept)
        against = vaccines.against(name, catalogue.identify(name, codes).atc)
        if against and item.day is not None and item.day <= on:
            days.setdefault(against, set()).add(item.day)
    made = [
        Vaccine(against, len(given), tuple(sorted({one.replace(day=1) for one in given}, reverse=True)))
        for against, given in days.items()
    ]
    return tuple(sorted(made, key=lambda one: analytes.plain(" ".join(one.against))))


def _terms(items: Iterable[Item], kind: str) -> tuple[str, ...]:
    """Those of the glossary of the emergency card: known by a code, or by its very words."""
    words, found = emergency_words.words(), dict[str, Said]()
    for item in items:
        resource = item.resource
        if item.kind != kind or concepts.is_absence(resource) or concepts.is_refuted(resource):
            continue
        if kind == "Condition" and concepts.is_over(resource):
            continue
        concept = resource.get("code") or {}
        term = emergency_words.term(concepts.words(concept), concept.get("coding") or ())
        if term is not None:
            found[term] = Said(words.terms[term]["fr"], english=words.terms[term]["en"])
    return tuple(sorted(found.values(), key=analytes.plain))
