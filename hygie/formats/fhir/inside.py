"""Searching inside one record: entries by code, category, date, status. The same closed rules as for documents.

Only what one patient's record holds, named by `patient` (or by the token itself): no chaining, no `_include`, no
search across people. Sources: HL7 FHIR R4 search parameters of each resource; FHIR IPS « $summary »; R4 « $everything ».
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hygie.formats.entries import KINDS
from hygie.formats.fhir import search
from hygie.formats.fhir.faults import invalid
from hygie.formats.fhir.search import Moment, Test, Token

Resource = dict[str, Any]

SERVED: Final = tuple(sorted(KINDS))
PARAMETERS: Final[dict[str, str]] = {
    "patient": "reference", "subject": "reference", "code": "token", "category": "token", "date": "date", "status": "token",
    "clinical-status": "token", "_lastUpdated": "date", "_id": "token",
}  # fmt: skip
CONTROLS: Final = frozenset({"_count", "_format", "page"})
# The dates that each kind is filed under, in FHIR's own search parameters « date », « onset-date », « authoredon »…
_DATES: Final = (
    "effectiveDateTime", "effectivePeriod", "occurrenceDateTime", "performedDateTime", "performedPeriod", "onsetDateTime",
    "onsetPeriod", "whenHandedOver", "authoredOn", "timingDateTime", "timingPeriod", "period", "startDate", "recordedDate",
    "date", "dateTime", "created", "issued",
)  # fmt: skip
_CODES: Final = ("code", "vaccineCode", "medicationCodeableConcept", "type")
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A search inside one record. patient: a FHIR id, None when the token is to say it. received: `_lastUpdated`."""

    kind: str
    patient: str | None
    tests: tuple[Test, ...] = ()
    received: tuple[Test, ...] = ()
    count: int = 20
    page: str | None = None

    def matches(self, resource: Resource, received: datetime) -> bool:
        return all(_holds(test, resource) for test in self.tests) and all(
            any(search._fits(value, (received, received)) for value in test.values if isinstance(value, Moment))
            for test in self.received
        )


def parse(parameters: Iterable[tuple[str, str]], *, kind: str) -> Asked:
    """Total: what is asked, or Invalid with the parameter's name in `at`."""
    tests: list[Test] = []
    single: dict[str, str] = {}
    for number, (name, value) in enumerate(parameters):
        if number >= search.MAX_PARAMETERS:
            raise invalid(name[:64], "Cette recherche a trop de critères.", code="search-too-many")
        if name not in PARAMETERS and name not in CONTROLS:
            raise invalid(
                name[:64], "Ce critère de recherche n'existe pas ici. La liste est dans /fhir/metadata.",
                code="search-unknown-parameter",
            )  # fmt: skip
        if not value.strip() or "\0" in value:
            raise invalid(name, "Ce critère de recherche est vide.", code="search-empty")
        if name in ("patient", "subject") or name in CONTROLS:
            name = "patient" if name == "subject" else name
            if name in single:
                raise invalid(name, "Ce critère ne se donne qu'une fois.", code="search-repeated")
            single[name] = value
        else:
            tests.append(search._test(name, PARAMETERS[name], value))
    patient = search._patient(single["patient"]) if "patient" in single else None
    return Asked(
        kind=kind, patient=patient, tests=tuple(one for one in tests if one.name != "_lastUpdated"),
        received=tuple(one for one in tests if one.name == "_lastUpdated"), count=_count(single.get("_count")),
        page=single.get("page"),
    )  # fmt: skip


def _count(text: str | None) -> int:
    return _MOST if text is None else search._count(text)


def _holds(test: Test, resource: Resource) -> bool:
    if test.name == "date":
        spans = list(_spans(resource))
        return any(search._fits(value, span) for value in test.values if isinstance(value, Moment) for span in spans)
    if test.name == "_id":
        return any(isinstance(value, Token) and value.code == resource.get("id") for value in test.values)
    if test.name == "status":
        found = {str(resource.get("status"))}
        return any(isinstance(value, Token) and value.code in found for value in test.values)
    where = {"code": _CODES, "category": ("category",), "clinical-status": ("clinicalStatus",)}[test.name]
    codings = list(search._concepts(*(concept for name in where for concept in _concepts(resource.get(name)))))
    if test.name == "code":
        codings += search._concepts(*(part.get("code") for part in resource.get("component") or ()))
    return any(
        value.code in ("", code) and (value.system is None or value.system == (system or ""))
        for value in test.values
        if isinstance(value, Token)
        for code, system in codings
    )


def _concepts(value: Any) -> list[Any]:
    """A CodeableConcept or a list of them; codes that are bare words (AllergyIntolerance.category) count as codings."""
    found = value if isinstance(value, list) else [value] if value else []
    return [one if isinstance(one, dict) else {"coding": [{"code": str(one)}]} for one in found]


def _spans(resource: Resource) -> Iterator[tuple[datetime, datetime]]:
    for name in _DATES:
        value = resource.get(name)
        if isinstance(value, dict):
            start, end = list(search._span(value.get("start"))), list(search._span(value.get("end")))
            if start or end:
                yield (start[0][0] if start else search._DAWN, end[0][1] if end else search._DUSK)
                return
        elif value is not None:
            yield from search._span(value)
            return
