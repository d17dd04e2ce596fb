"""Searching: a closed list of parameters (PDSm, MHD), read into values and applied to what would be shown.

No chaining engine, `_has`, `_filter`, `_include`, `_sort`, modifier: `patient.identifier`, `author.family` and
`source.family` are literal names. An unknown parameter is always refused: ignoring one would answer another question.
Sources: PDSm 3.1.1 (st_recherche_fiche, st_recherche_lot); IHE MHD 4.2 (ITI-66, ITI-67); HL7 FHIR R4 search (date
prefixes, tokens).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hygie.formats import valuesets
from hygie.formats.fhir import instants, systems
from hygie.formats.fhir.faults import invalid

Resource = dict[str, Any]
MAX_COUNT = 100
MAX_PARAMETERS = 50
MAX_CHOICES = 50
_PREFIXES = frozenset({"eq", "lt", "gt", "le", "ge", "sa", "eb"})
_FHIR_ID = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)
_DAWN, _DUSK = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

# name -> kind. What the documentation, the CapabilityStatement and the OpenAPI say comes from here too.
DOCUMENT_PARAMETERS: dict[str, str] = {
    "patient": "reference",
    "patient.identifier": "ins",
    "status": "token",
    "type": "token",
    "category": "token",
    "date": "date",
    "creation": "date",
    "period": "date",
    "period-start": "date",
    "period-end": "date",
    "author.family": "string",
    "author.given": "string",
    "facility": "token",
    "setting": "token",
    "event": "token",
    "format": "token",
    "security-label": "token",
    "identifier": "token",
    "related": "reference",
    "relatesto": "reference",
    "isArchived": "token",
    "_id": "token",
}
LIST_PARAMETERS: dict[str, str] = {
    "patient": "reference",
    "patient.identifier": "ins",
    "code": "token",
    "status": "token",
    "date": "date",
    "identifier": "token",
    "title": "string",
    "source.family": "string",
    "source.given": "string",
    "sourceId": "token",
    "designationType": "token",
    "isArchived": "token",
    "_id": "token",
}
CONTROLS = frozenset({"_count", "_format", "page"})
_STATUSES = {
    "DocumentReference": frozenset({"current", "superseded", "entered-in-error"}),
    "List": frozenset({"current", "retired", "entered-in-error"}),
}


@dataclass(frozen=True, slots=True)
class Token:
    """`system|code`: None means any system, "" means no system at all."""

    code: str
    system: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A date to compare with: a prefix and the interval the text means, end excluded."""

    prefix: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Test:
    """One parameter: what it looks at, and the values of which one must fit."""

    name: str
    values: tuple[Token | Moment | str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A search as asked. All tests must hold. `oid` and `matricule` name the person, or `patient` does (a FHIR id)."""

    resource: str
    statuses: frozenset[str]
    patient: str | None = None
    oid: str | None = None
    matricule: str | None = field(default=None, repr=False)
    tests: tuple[Test, ...] = ()
    count: int = 20
    page: str | None = None

    def matches(self, resource: Resource) -> bool:
        """Whether this resource, as it would be shown, is an answer."""
        return all(_holds(test, resource) for test in self.tests)

    def choices(self, name: str) -> frozenset[str] | None:
        """The codes that one token parameter allows, to filter early; None when it was not asked."""
        asked = [{v.code for v in test.values if isinstance(v, Token)} for test in self.tests if test.name == name]
        return frozenset(set.intersection(*asked)) if asked else None


def parse(parameters: Iterable[tuple[str, str]], *, resource: str = "DocumentReference") -> Query:
    """The query that these parameters ask. Total: a Query, or Invalid with the parameter's name in `at`."""
    known = DOCUMENT_PARAMETERS if resource == "DocumentReference" else LIST_PARAMETERS
    tests: list[Test] = []
    single: dict[str, str] = {}
    for number, (name, value) in enumerate(parameters):
        if number >= MAX_PARAMETERS:
            raise invalid(name[:64], "Cette recherche a trop de critères.", code="search-too-many")
        if name not in known and name not in CONTROLS:
            raise invalid(
                name[:64], "Ce critère de recherche n'existe pas ici. La liste est dans /fhir/metadata.",
                code="search-unknown-parameter",
            )  # fmt: skip
        if not value.strip() or "\0" in value:
            raise invalid(name, "Ce critère de recherche est vide.", code="search-empty")
        if name in CONTROLS or name in ("patient", "patient.identifier"):
            if name in single:
                raise invalid(name, "Ce critère ne se donne qu'une fois.", code="search-repeated")
            single[name] = value
        else:
            tests.append(_test(name, known[name], value))
    if not {"patient", "patient.identifier"} & single.keys():
        raise invalid("patient.identifier", "Il manque la personne : patient.identifier.", code="search-no-patient")
    oid, matricule = _ins(single["patient.identifier"]) if "patient.identifier" in single else (None, None)
    return Query(
        resource=resource,
        statuses=_statuses(tests, resource),
        patient=_patient(single["patient"]) if "patient" in single else None,
        oid=oid,
        matricule=matricule,
        tests=tuple(test for test in tests if test.name != "status"),
        count=_count(single.get("_count")),
        page=single.get("page"),
    )


def _statuses(tests: Iterable[Test], resource: str) -> frozenset[str]:
    found: set[str] | None = None
    for test in tests:
        if test.name == "status":
            codes = {value.code for value in test.values if isinstance(value, Token)}
            found = codes if found is None else found & codes
    if found is None:
        raise invalid("status", "Il manque le critère status.", code="search-no-status")
    if not found <= _STATUSES[resource]:
        raise invalid("status", "Ce statut n'existe pas.", code="search-value")
    return frozenset(found)


def _test(name: str, kind: str, text: str) -> Test:
    parts = _split(text)
    if len(parts) > MAX_CHOICES:
        raise invalid(name, "Ce critère a trop de valeurs.", code="search-too-many")
    if any(not part.strip() for part in parts):
        raise invalid(name, "Une valeur de ce critère est vide.", code="search-empty")
    if kind == "date":
        return Test(name, tuple(_moment(name, part) for part in parts))
    if kind == "string":
        return Test(name, tuple(_plain(part) for part in parts))
    if kind == "reference":
        return Test(name, tuple(part.removeprefix("DocumentReference/") for part in parts))
    if name == "isArchived" and not set(parts) <= {"true", "false"}:
        raise invalid(name, "Ce critère vaut true ou false.", code="search-value")
    return Test(name, tuple(_token(part) for part in parts))


def _split(text: str) -> list[str]:
    """Values separated by commas; `\\,` `\\|` `\\$` and `\\\\` are characters like others."""
    parts, escaped = [""], False
    for letter in text:
        if escaped:
            parts[-1] += letter if letter in "\\,|$" else "\\" + letter
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == ",":
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _token(text: str) -> Token:
    system, bar, code = text.partition("|")
    return Token(code, system) if bar else Token(text)


def _moment(name: str, text: str) -> Moment:
    prefix = text[:2] if text[:2].isalpha() else "eq"
    date = text[2:] if text[:2].isalpha() else text
    if prefix not in _PREFIXES:
        raise invalid(name, "Ce préfixe de date n'est pas accepté (eq, lt, gt, le, ge, sa, eb).", code="search-value")
    try:
        start, end = instants.interval(date)
    except ValueError:
        raise invalid(name, "Cette date n'est pas lisible : écrivez 2026-03-02.", code="search-value") from None
    return Moment(prefix, start, end)


def _ins(text: str) -> tuple[str, str]:
    system, bar, value = text.partition("|")
    oid = system.removeprefix("urn:oid:")
    if not bar or oid not in valuesets.INS_OIDS or not re.fullmatch(r"[0-9]{5}[0-9AB]{10}", value, re.ASCII):
        raise invalid(
            "patient.identifier", "Écrivez urn:oid:1.2.250.1.213.1.4.8|matricule INS.", code="search-value"
        )  # fmt: skip
    return oid, value


def _patient(text: str) -> str:
    reference = text.removeprefix("Patient/")
    if not _FHIR_ID.fullmatch(reference):
        raise invalid("patient", "Cette référence n'est pas lisible.", code="search-value")
    return reference


def _count(text: str | None) -> int:
    if text is None:
        return 20
    if not re.fullmatch(r"[0-9]{1,6}", text, re.ASCII):
        raise invalid("_count", "_count est un nombre.", code="search-value")
    return max(1, min(int(text), MAX_COUNT))


# What each parameter looks at.


def _holds(test: Test, resource: Resource) -> bool:
    if all(isinstance(value, Moment) for value in test.values):
        spans = list(_spans(test.name, resource))
        return any(_fits(value, span) for value in test.values if isinstance(value, Moment) for span in spans)
    if isinstance(test.values[0], str) and test.name not in ("related", "relatesto"):
        words = [_plain(word) for word in _words(test.name, resource)]
        return any(word.startswith(value) for word in words for value in test.values if isinstance(value, str))
    if test.name in ("related", "relatesto"):
        targets = set(_targets(resource))
        return any(value in targets for value in test.values)
    codings = list(_codings(test.name, resource))
    return any(
        value.code in ("", code) and (value.system is None or value.system == (system or ""))
        for value in test.values
        if isinstance(value, Token)
        for code, system in codings
    )


def _fits(asked: Moment, span: tuple[datetime, datetime]) -> bool:
    start, end = span
    inside = asked.start <= start and end <= asked.end
    match asked.prefix:
        case "eq":
            return inside
        case "lt":
            return start < asked.start
        case "gt":
            return end > asked.end
        case "le":
            return inside or start < asked.start
        case "ge":
            return inside or end > asked.end
        case "sa":
            return start >= asked.end
        case _:
            return end <= asked.start


def _spans(name: str, resource: Resource) -> Iterator[tuple[datetime, datetime]]:
    if name == "date":
        yield from _span(resource.get("date"))
    elif name == "creation":
        for content in resource.get("content") or ():
            yield from _span((content.get("attachment") or {}).get("creation"))
    elif period := (resource.get("context") or {}).get("period"):
        start, end = list(_span(period.get("start"))), list(_span(period.get("end")))
        if name == "period-start":
            yield from start
        elif name == "period-end":
            yield from end
        elif start or end:
            yield (start[0][0] if start else _DAWN, end[0][1] if end else _DUSK)


def _span(text: Any) -> Iterator[tuple[datetime, datetime]]:
    if isinstance(text, str):
        try:
            yield instants.interval(text)
        except ValueError:
            return


def _concepts(*concepts: Any) -> Iterator[tuple[str, str | None]]:
    for concept in concepts:
        for coding in (concept or {}).get("coding") or ():
            if isinstance(coding.get("code"), str):
                yield coding["code"], coding.get("system")


def _codings(name: str, resource: Resource) -> Iterator[tuple[str, str | None]]:
    context = resource.get("context") or {}
    match name:
        case "type" | "code":
            yield from _concepts(resource.get(name))
        case "category":
            yield from _concepts(*(resource.get("category") or ()))
        case "security-label":
            yield from _concepts(*(resource.get("securityLabel") or ()))
        case "facility":
            yield from _concepts(context.get("facilityType"))
        case "setting":
            yield from _concepts(context.get("practiceSetting"))
        case "event":
            yield from _concepts(*(context.get("event") or ()))
        case "format":
            yield from _concepts({"coding": [c["format"] for c in resource.get("content") or () if c.get("format")]})
        case "identifier":
            for identifier in (resource.get("masterIdentifier") or {}, *(resource.get("identifier") or ())):
                if isinstance(identifier.get("value"), str):
                    yield identifier["value"], identifier.get("system")
        case "_id":
            yield str(resource.get("id")), None
        case "isArchived":
            on = any(e.get("valueBoolean") for e in _extensions(systems.IS_ARCHIVED, resource))
            yield "true" if on else "false", None
        case "sourceId":
            for extension in _extensions(systems.SOURCE_ID, resource):
                identifier = extension.get("valueIdentifier") or {}
                if isinstance(identifier.get("value"), str):
                    yield identifier["value"], identifier.get("system")
        case "designationType":
            for extension in _extensions(systems.DESIGNATION, resource):
                yield from _concepts(extension.get("valueCodeableConcept"))


def _extensions(url: str, resource: Resource) -> Iterator[Resource]:
    yield from (one for one in resource.get("extension") or () if one.get("url") == url)


def _words(name: str, resource: Resource) -> Iterator[str]:
    """What a string is compared with, by its beginning: each word of a name, a whole title."""
    if name == "title":
        yield str(resource.get("title") or "")
    else:
        yield from _names(name.partition(".")[2], resource)


def _names(part: str, resource: Resource) -> Iterator[str]:
    """The words of the names of the authors, or of a set's source; written as one text they count for both parts."""
    wanted = {"Practitioner", "Patient", "RelatedPerson"}
    for inner in resource.get("contained") or ():
        if inner.get("resourceType") in wanted and inner.get("id") != "patient":
            for name in inner.get("name") or ():
                said = name.get("family") if part == "family" else " ".join(name.get("given") or ())
                yield from str(said or name.get("text") or "").split()
    source = resource.get("source")
    for author in (*(resource.get("author") or ()), *([source] if source else ())):
        yield from str(author.get("display") or "").split()


def _targets(resource: Resource) -> Iterator[str]:
    for relation in resource.get("relatesTo") or ():
        target = relation.get("target") or {}
        if isinstance(reference := target.get("reference"), str):
            yield reference.removeprefix("DocumentReference/")
        if isinstance(value := (target.get("identifier") or {}).get("value"), str):
            yield value


def _plain(text: str) -> str:
    """Without accents or case, as FHIR asks of a string search."""
    decomposed = unicodedata.normalize("NFD", text.strip())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
