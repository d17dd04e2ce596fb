"""A structured entry on its way in, written by someone: base FHIR R4, closed kinds, and nothing the record adds itself.

Source of the required bindings: HL7 FHIR R4 4.0.1 (resource definitions).
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from hygie.formats.entries import KINDS
from hygie.formats.fhir import validate
from hygie.formats.fhir.faults import invalid

MAX_BYTES: Final = 64 * 1024
RECORDS_OWN: Final = frozenset({"id", "meta", "subject", "patient", "contained", "text", "implicitRules", "language"})
"""Elements that the record adds, or never takes from a caller: whom it is about above all."""

_ABOUT: Final = {"AllergyIntolerance": "patient", "Immunization": "patient", "FamilyMemberHistory": "patient"}
_WITHOUT_SUBJECT: Final = frozenset({"Device", "Specimen"})
_STATUSES: Final[dict[str, frozenset[str]]] = {
    "Observation": frozenset(
        ["registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"]
    ),
    "Immunization": frozenset(["completed", "entered-in-error", "not-done"]),
    "MedicationStatement": frozenset(
        ["active", "completed", "entered-in-error", "intended", "stopped", "on-hold", "unknown", "not-taken"]
    ),
    "Procedure": frozenset(
        ["preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown"]
    ),
    "FamilyMemberHistory": frozenset(["partial", "completed", "entered-in-error", "health-unknown"]),
    "DeviceUseStatement": frozenset(["active", "completed", "entered-in-error", "intended", "stopped", "on-hold"]),
    "CarePlan": frozenset(["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"]),
}


def check(resource: Any, *, kinds: frozenset[str] = KINDS) -> dict[str, Any]:
    """The resource, checked. Invalid, with the place of the first fault: another kind, an element of the record's own, a
    wrong structure, a status that does not exist, more than 64 kB, or withdrawn before it is said."""
    if not isinstance(resource, dict) or not isinstance(kind := resource.get("resourceType"), str):
        raise invalid("$this", "Il manque le type de la ressource (resourceType).", code="fhir-structure")
    if kind not in kinds:
        raise invalid("resourceType", "Ce type de ressource n'est pas accepté ici.", code="fhir-structure")
    if refused := sorted(RECORDS_OWN & resource.keys()):
        raise invalid(f"{kind}.{refused[0]}", "Cet élément n'est pas à donner ici.", code="fhir-structure")
    try:
        about = {} if kind in _WITHOUT_SUBJECT else {_ABOUT.get(kind, "subject"): {"reference": "Patient/x"}}
        raw = orjson.dumps({**resource, **about})
    except (TypeError, ValueError, RecursionError):
        raise invalid("$this", "Cette ressource ne s'écrit pas en JSON.", code="fhir-structure") from None
    if len(raw) > MAX_BYTES:
        raise invalid("$this", "Cet élément est trop grand.", code="fhir-too-large")
    validate.check_base(raw)
    status = resource.get("status")
    if status == "entered-in-error" or (status is not None and status not in _STATUSES.get(kind, {status})):
        raise invalid(f"{kind}.status", "Ce code n'est pas permis ici.", code="fhir-structure")
    return resource
