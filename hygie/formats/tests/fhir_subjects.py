"""A stand-in for the person, so that an entry, which carries none, can be validated as a whole FHIR resource."""

from __future__ import annotations

from typing import Any

_FIELDS = {
    "AllergyIntolerance": "patient", "Consent": "patient", "FamilyMemberHistory": "patient", "Immunization": "patient",
    "NutritionOrder": "patient", "Device": "patient", "CarePlan": "subject", "ImagingStudy": "subject",
}  # fmt: skip


def with_subject(resource: dict[str, Any]) -> dict[str, Any]:
    return {**resource, _FIELDS.get(resource["resourceType"], "subject"): {"display": "Amina"}}
