"""Searching: a closed list of parameters (PDSm, MHD), read into values and applied to what would be shown.

No chaining engine, `_has`, `_filter`, `_include`, `_sort`, modifier: `patient.identifier`, `author.family` and
`source.family` are literal names. An unknown parameter is always refused: ignoring one would answer another question.
Sources: PDSm 3.1.1 (st_recherche_fiche, st_recherche_lot); IHE MHD 4.2 (ITI-66, ITI-67); HL7 FHIR R4 search (date
prefixes, tokens).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hygie.formats import valuesets
from hygie.formats.fhir import criteria, systems
from hygie.formats.fhir.criteria import Moment, Resource, Span, Test, Token
from hygie.formats.fhir.faults import invalid

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
_STATUSES = {
    "DocumentReference": frozenset({"current", "superseded", "entered-in-error"}),
    "List": frozenset({"current", "retired", "entered-in-error"}),
}


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
    tests, single = criteria.read(parameters, known, once=("patient", "patient.identifier"))
    if not {"patient", "patient.identifier"} & single.keys():
        raise invalid("patient.identifier", "Il manque la personne : patient.identifier.", code="search-no-patient")
    oid, matricule = _ins(single["patient.identifier"]) if "patient.identifier" in single else (None, None)
    return Query(
        resource=resource,
        statuses=_statuses(tests, resource),
        patient=criteria.patient(single["patient"]) if "patient" in single else None,
        oid=oid,
        matricule=matricule,
        tests=tuple(test for test in tests if test.name != "status"),
        count=criteria.count(single.get("_count"), unsaid=20),
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


def _ins(text: str) -> tuple[str, str]:
    system, bar, value = text.partition("|")
    oid = system.removeprefix("urn:oid:")
    if not bar or oid not in valuesets.INS_OIDS or not re.fullmatch(r"[0-9]{5}[0-9AB]{10}", value, re.ASCII):
        raise invalid(
            "patient.identifier", "Écrivez urn:oid:1.2.250.1.213.1.4.8|matricule INS.", code="search-value"
        )  # fmt: skip
    return oid, value


# What each parameter looks at.


def _holds(test: Test, resource: Resource) -> bool:
    if all(isinstance(value, Moment) for value in test.values):
        return criteria.dates(test, _spans(test.name, resource))
    if isinstance(test.values[0], str) and test.name not in ("related", "relatesto"):
        words = [criteria.plain(word) for word in _words(test.name, resource)]
        return any(word.startswith(value) for word in words for value in test.values if isinstance(value, str))
    if test.name in ("related", "relatesto"):
        targets = set(_targets(resource))
        return any(value in targets for value in test.values)
    return criteria.codes(test, _codings(test.name, resource))


def _spans(name: str, resource: Resource) -> Iterator[Span]:
    if name == "date":
        yield from criteria.span(resource.get("date"))
    elif name == "creation":
        for content in resource.get("content") or ():
            yield from criteria.span((content.get("attachment") or {}).get("creation"))
    elif period := (resource.get("context") or {}).get("period"):
        if name == "period":
            yield from criteria.period(period)
        else:
            yield from criteria.span(period.get(name.removeprefix("period-")))


def _codings(name: str, resource: Resource) -> Iterator[tuple[str, str | None]]:
    context = resource.get("context") or {}
    match name:
        case "type" | "code":
            yield from criteria.codings(resource.get(name))
        case "category":
            yield from criteria.codings(*(resource.get("category") or ()))
        case "security-label":
            yield from criteria.codings(*(resource.get("securityLabel") or ()))
        case "facility":
            yield from criteria.codings(context.get("facilityType"))
        case "setting":
            yield from criteria.codings(context.get("practiceSetting"))
        case "event":
            yield from criteria.codings(*(context.get("event") or ()))
        case "format":
            yield from criteria.codings(
                {"coding": [c["format"] for c in resource.get("content") or () if c.get("format")]}
            )
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
                yield from criteria.codings(extension.get("valueCodeableConcept"))


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
