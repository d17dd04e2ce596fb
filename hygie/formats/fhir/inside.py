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
from hygie.formats.fhir import criteria
from hygie.formats.fhir.criteria import Resource, Span, Test, Token

SERVED: Final = tuple(sorted(KINDS))
PARAMETERS: Final[dict[str, str]] = {
    "patient": "reference", "subject": "reference", "code": "token", "category": "token", "date": "date", "status": "token",
    "clinical-status": "token", "_lastUpdated": "date", "_id": "token",
}  # fmt: skip
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
        came = [(received, received)]
        return all(_holds(test, resource) for test in self.tests) and all(
            criteria.dates(test, came) for test in self.received
        )


def parse(parameters: Iterable[tuple[str, str]], *, kind: str) -> Asked:
    """Total: what is asked, or Invalid with the parameter's name in `at`."""
    named = ((("patient" if name == "subject" else name), value) for name, value in parameters)
    tests, single = criteria.read(named, PARAMETERS, once=("patient",))
    patient = criteria.patient(single["patient"]) if "patient" in single else None
    return Asked(
        kind=kind, patient=patient, tests=tuple(one for one in tests if one.name != "_lastUpdated"),
        received=tuple(one for one in tests if one.name == "_lastUpdated"), count=criteria.count(single.get("_count"), unsaid=_MOST),
        page=single.get("page"),
    )  # fmt: skip


def _holds(test: Test, resource: Resource) -> bool:
    if test.name == "date":
        return criteria.dates(test, _spans(resource))
    if test.name == "_id":
        return any(isinstance(value, Token) and value.code == resource.get("id") for value in test.values)
    if test.name == "status":
        found = {str(resource.get("status"))}
        return any(isinstance(value, Token) and value.code in found for value in test.values)
    where = {"code": _CODES, "category": ("category",), "clinical-status": ("clinicalStatus",)}[test.name]
    codings = list(criteria.codings(*(concept for name in where for concept in _concepts(resource.get(name)))))
    if test.name == "code":
        codings += criteria.codings(*(part.get("code") for part in resource.get("component") or ()))
    return criteria.codes(test, codings)


def _concepts(value: Any) -> list[Any]:
    """A CodeableConcept or a list of them; codes that are bare words (AllergyIntolerance.category) count as codings."""
    found = value if isinstance(value, list) else [value] if value else []
    return [one if isinstance(one, dict) else {"coding": [{"code": str(one)}]} for one in found]


def _spans(resource: Resource) -> Iterator[Span]:
    for name in _DATES:
        value = resource.get(name)
        if isinstance(value, dict):
            found = list(criteria.period(value))
            yield from found
            if found:
                return
        elif value is not None:
            yield from criteria.span(value)
            return
