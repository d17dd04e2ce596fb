"""What a file says, entry by entry, for `hygie read`: as plain values for JSON, and as lines to read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from hygie.base.errors import HygieError
from hygie.formats import extraction, sniff
from hygie.formats.entries import Certainty, Entry, Found, Unread, printed
from hygie.formats.fhir import attached

_DEEPEST: Final = 3  # messages inside messages

_KINDS: Final = {
    "Observation": "Résultat ou mesure", "DiagnosticReport": "Conclusion", "Condition": "Problème de santé",
    "AllergyIntolerance": "Allergie", "MedicationStatement": "Traitement", "MedicationRequest": "Prescription",
    "MedicationDispense": "Délivrance", "MedicationAdministration": "Traitement donné", "Immunization": "Vaccination",
    "Procedure": "Acte", "DeviceUseStatement": "Dispositif", "Device": "Appareil", "FamilyMemberHistory": "Famille",
    "Goal": "Objectif", "CarePlan": "Plan de soins", "Encounter": "Séjour ou visite", "ServiceRequest": "À prévoir",
    "ImagingStudy": "Imagerie", "ClinicalImpression": "Avis", "Consent": "Volonté", "Flag": "Alerte",
    "RiskAssessment": "Risque", "NutritionOrder": "Régime", "Specimen": "Prélèvement",
    "QuestionnaireResponse": "Questionnaire",
}  # fmt: skip
_CERTAINTIES: Final = {
    Certainty.STATED: "dit par la source", Certainty.CHECKED: "lu et recoupé", Certainty.SUGGESTED: "lu, à confirmer",
}  # fmt: skip
_NAMES: Final = (
    "code", "vaccineCode", "medicationCodeableConcept", "description", "relationship", "type", "category", "device",
)  # fmt: skip


def contents(data: bytes) -> dict[str, Any]:
    """Every entry of a file and every part that gave none, ready for JSON. Raises the error of the file's reader.

    The files inside a FHIR message are read as they would be alone; the place of what they say begins with their own.
    """
    return listed(_found(data))


def _found(data: bytes, depth: int = 0) -> Found:
    found = extraction.extract(data)
    if sniff.sniff(data) != sniff.FHIR_JSON or depth == _DEEPEST:
        return found
    files, missing = attached.files(data)
    entries, unread, text = [*found.entries], [*missing], [found.text]
    opened: set[str] = set()
    for file in files:
        try:
            inner = _found(file.content, depth + 1)
        except HygieError as fault:
            unread.append(Unread(file.place, fault.public))
        else:
            entries += [replace(one, place=f"{file.place} > {one.place}") for one in inner.entries]
            unread += [replace(one, place=f"{file.place} > {one.place}") for one in inner.unread]
            text.append(inner.text)
        opened.update(file.holders)
    unread = [*(one for one in found.unread if one.place not in opened), *unread]
    return replace(found, entries=tuple(entries), unread=tuple(unread), text="\n".join(filter(None, text)))


def listed(found: Found) -> dict[str, Any]:
    return {
        "reader": found.reader,
        "version": found.version,
        "entries": [
            {
                "kind": entry.kind,
                "place": entry.place,
                "section": entry.section,
                "day": entry.day.isoformat() if entry.day else None,
                "certainty": entry.certainty.value,
                "confidence": entry.confidence,
                "says": says(entry),
                "words": entry.words,
                "resource": entry.resource,
            }
            for entry in found.entries
        ],
        "unread": [{"place": part.place, "reason": part.reason} for part in found.unread],
        "characters": len(found.text),
    }


def lines(listing: dict[str, Any]) -> list[str]:
    """The same for people: one line an entry, its place below."""
    made = ["", f"Ce que dit ce fichier ({len(listing['entries'])})"]
    for one in listing["entries"]:
        sure = _CERTAINTIES[Certainty(one["certainty"])]
        if one["confidence"] < 1:
            sure += f", confiance {round(100 * one['confidence'])} %"
        made.append(f"  {one['day'] or '(sans date)'}  {_KINDS.get(one['kind'], one['kind'])} : {one['says']} ({sure})")
        made.append(f"      {one['place']}")
    if listing["unread"]:
        made += ["", f"Ce que Hygie n'a pas lu ({len(listing['unread'])})"]
        made += [f"  {part['reason']}\n      {part['place']}" for part in listing["unread"]]
    return made


def says(entry: Entry) -> str:
    """An entry in a few words: « TSH : 1,950 mUI/L »."""
    resource = entry.resource
    name = next((words for path in _NAMES if (words := _words(resource.get(path)))), "")
    value = printed(resource) or _value(resource) or _dosage(resource) or _relatives(resource)
    if any(one.get("code") == "refuted" for one in (resource.get("verificationStatus") or {}).get("coding") or ()):
        value = "écarté par la source"
    elif resource.get("status") in ("not-done", "not-taken"):
        value = "non réalisé"
    if focus := _words(resource.get("focus")):
        name = f"{name} ({focus})"
    return " : ".join(part for part in (name, value) if part) or "(sans intitulé)"


def _relatives(resource: dict[str, Any]) -> str:
    return ", ".join(filter(None, (_words(one.get("code")) for one in resource.get("condition") or ())))


def _words(concept: Any) -> str:
    if isinstance(concept, list):
        concept = concept[0] if concept else None
    if not isinstance(concept, dict):
        return ""
    shown = next((one["display"] for one in concept.get("coding") or () if one.get("display")), "")
    return str(concept.get("text") or concept.get("display") or shown)


def _value(resource: dict[str, Any]) -> str:
    for name in ("valueString", "valueInteger", "valueDateTime", "conclusion"):
        if name in resource:
            return str(resource[name])
    if "valueBoolean" in resource:
        return "oui" if resource["valueBoolean"] else "non"
    quantity = resource.get("valueQuantity")
    if isinstance(quantity, dict):
        parts = (quantity.get("comparator"), quantity.get("value"), quantity.get("unit"))
        return " ".join(str(part) for part in parts if part is not None).replace(".", ",")
    return _words(resource.get("valueCodeableConcept")) or _words(resource.get("dataAbsentReason"))


def _dosage(resource: dict[str, Any]) -> str:
    for name in ("dosageInstruction", "dosage"):
        found = resource.get(name)
        taken = found if isinstance(found, list) else [found]
        words = ", puis ".join(str(one["text"]) for one in taken if isinstance(one, dict) and one.get("text"))
        if words:
            return words
    return ""
