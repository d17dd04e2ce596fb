"""What a file says, as FHIR R4 resources with their provenance: the one shape that every reader gives.

Pure values. A reader turns bytes into `Found`; nothing it could not read is dropped: it is listed in `unread`.

Conventions every reader keeps (so that results, treatments and the summary need no knowledge of the source):
- `resource` is a FHIR R4 resource as plain dicts and lists, without `id`, `meta`, `subject` or `patient`: the record
  adds them. Times are ISO 8601 with their zone when the source gives one, a bare date when it gives a day only.
- Codes keep every coding of the source, the most precise first, and `text` as printed. Systems are those of `systems`.
- Numbers are JSON numbers, and what was printed is kept word for word in the extension AS_PRINTED
  (`valueString`: « < 0,01 mUI/L »). A comparator is FHIR's. `unit` is as printed, `code` is UCUM when it is known.
- An interval is that of the source: `referenceRange[{low, high, text}]`, `text` as printed.
- Who wrote it is a `display` (performer, requester, recorder, asserter), with `identifier` RPPS when known.
- « None known » is FHIR's way: a coded absence (`code.coding` of IPS absent-unknown-uv-ips), never an empty list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

AS_PRINTED: Final = "https://hygie.example/fhir/StructureDefinition/as-printed"
# A detail that the source gives about a thing and for which FHIR has no element (« en rapport avec une ALD : non »,
# « âge aux premiers signes : 5 mois »): sub-extensions `code` (CodeableConcept), `value` (any type), `note`, `date`.
COMPLEMENT: Final = "https://hygie.example/fhir/StructureDefinition/complement"
ABSENT: Final = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"

KINDS: Final = frozenset({
    "Observation", "DiagnosticReport", "Condition", "AllergyIntolerance", "MedicationStatement", "MedicationRequest",
    "MedicationDispense", "MedicationAdministration", "Immunization", "Procedure", "DeviceUseStatement", "Device",
    "FamilyMemberHistory", "Goal", "CarePlan", "Encounter", "ServiceRequest", "ImagingStudy", "ClinicalImpression",
    "Consent", "Flag", "RiskAssessment", "NutritionOrder", "Specimen", "QuestionnaireResponse",
})  # fmt: skip


class Certainty(StrEnum):
    """How sure the reading is, not the medicine.

    STATED: the source is structured and says it. CHECKED: read from a text, and proved by two independent marks (mass
    and molar values agree, and the printed interval and flag agree). SUGGESTED: read from a text; waits for someone
    to confirm it.
    """

    STATED = "stated"
    CHECKED = "checked"
    SUGGESTED = "suggested"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a file says. place: where in the file, as precisely as its format allows (an XPath, `OBX[3]`, `page 2,
    ligne 14`); confidence: 0 to 1, the reader's own estimate (1 for structured sources); words: the text it was read
    from, when that is not the resource itself.
    """

    resource: dict[str, Any] = field(repr=False)
    place: str
    certainty: Certainty = Certainty.STATED
    confidence: float = 1.0
    words: str | None = field(default=None, repr=False)
    section: str | None = None  # title of the section or chapter it stands in, as printed

    @property
    def kind(self) -> str:
        return str(self.resource["resourceType"])

    @property
    def day(self) -> date | None:
        """The day it is about: of the act, the sample, the onset; None when the source gives none."""
        return day_of(self.resource)


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of the file that gave no entry though it may hold one. reason: plain French, never a value."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """All that one reader found in one file. text: every readable word, for search, in reading order."""

    reader: str
    version: str
    entries: tuple[Entry, ...] = ()
    unread: tuple[Unread, ...] = ()
    text: str = field(default="", repr=False)


_DAYS: Final = (
    "effectiveDateTime", "effectivePeriod.start", "occurrenceDateTime", "performedDateTime", "performedPeriod.start",
    "onsetDateTime", "onsetPeriod.start", "whenHandedOver", "authoredOn", "timingDateTime", "timingPeriod.start",
    "period.start", "startDate", "recordedDate", "dateAsserted", "recordedOn", "created", "issued", "date", "dateTime",
)  # fmt: skip


def day_of(resource: dict[str, Any]) -> date | None:
    """The day a FHIR resource is about. A year or a month alone counts from its first day."""
    for path in _DAYS:
        value: Any = resource
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, str) and len(value) >= 4:
            text = (value[:10] + "-01-01"[len(value) - 4 :]) if len(value) < 10 else value[:10]
            try:
                return date.fromisoformat(text)
            except ValueError:
                continue
    return None


def printed(resource: dict[str, Any]) -> str | None:
    """The value as the source printed it, when the reader kept it."""
    for extension in resource.get("extension", ()):
        if extension.get("url") == AS_PRINTED:
            return str(extension.get("valueString", "")) or None
    return None
