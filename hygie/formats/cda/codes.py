"""Codes of CDA -> CodeableConcept: every coding of the source, the most precise first, and the words as printed."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from hygie.formats.cda.header_reader import V3
from hygie.formats.cda.reading import Reading, child, children
from hygie.formats.entries import ABSENT
from hygie.formats.fhir import systems

# OID -> the URI that FHIR gives it (HL7 terminology registry, 2026); any other stays `urn:oid:`.
URIS: Final = {
    "2.16.840.1.113883.6.1": systems.LOINC,
    "2.16.840.1.113883.6.96": "http://snomed.info/sct",
    "2.16.840.1.113883.6.3": "http://hl7.org/fhir/sid/icd-10",
    "2.16.840.1.113883.6.347": "http://id.who.int/icd/release/11/mms",
    "2.16.840.1.113883.6.73": "http://www.whocc.no/atc",
    "2.16.840.1.113883.6.139": "http://hl7.org/fhir/sid/icpc-2",
    "2.16.840.1.113883.6.163": "https://www.meddra.org",
    "2.16.840.1.113883.6.8": "http://unitsofmeasure.org",
    "2.16.840.1.113883.3.26.1.1": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
    "2.16.840.1.113883.5.83": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "2.16.840.1.113883.5.4": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "2.16.840.1.113883.5.7": "http://terminology.hl7.org/CodeSystem/v3-ActPriority",
    "2.16.840.1.113883.5.84": "http://terminology.hl7.org/CodeSystem/v3-ObservationMethod",
    "2.16.840.1.113883.5.111": "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
    "2.16.840.1.113883.5.1070": "http://terminology.hl7.org/CodeSystem/v3-substanceAdminSubstitution",
    "2.16.840.1.113883.5.112": "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration",
    "2.16.840.1.113883.5.1150.1": ABSENT,
    "2.16.840.1.113883.18.311": "http://terminology.hl7.org/CodeSystem/v2-0487",
    "2.16.840.1.113883.4.642.1.1074": "http://terminology.hl7.org/CodeSystem/condition-clinical",
    "2.16.840.1.113883.4.642.1.1075": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
    "2.16.840.1.113883.4.642.4.1075": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
    "2.16.840.1.113883.4.642.4.1373": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
    "2.16.840.1.113883.4.642.4.130": "http://hl7.org/fhir/allergy-intolerance-criticality",
    "2.16.840.1.113883.4.642.2.468": "http://www.genenames.org",
    "1.2.840.10008.2.16.4": "http://dicom.nema.org/resources/ontology/DCM",
    "0.4.0.127.0.16.1.1.2.1": "http://standardterms.edqm.eu",
    "1.0.3166.2.2.2": "urn:iso:std:iso:3166",
}
ANSWERS: Final = frozenset({"oui", "non", "-", "x", "☐", "☒", "/"})  # what a box of a form holds, never a name
_LONG: Final = 240  # a reference to a whole row is not a label


def system(oid: str | None) -> str | None:
    oid = (oid or "").strip()
    if not oid or any(letter not in "0123456789." for letter in oid):
        return None
    return URIS.get(oid, f"urn:oid:{oid}")


def coding(element: etree._Element) -> dict[str, Any] | None:
    """One Coding from the attributes of a CD; None when it has no code."""
    code = " ".join((element.get("code") or "").split())
    if not code:
        return None
    made: dict[str, Any] = {}
    if uri := system(element.get("codeSystem")):
        made["system"] = uri
    made["code"] = code
    if display := " ".join((element.get("displayName") or "").split()):
        made["display"] = display
    return made


def concept(reading: Reading, element: etree._Element | None) -> dict[str, Any] | None:
    """A CodeableConcept, or None when the source gives neither a code nor words.

    A qualifier without a name says what a general code means (« Autre élément social », « Profession »): it comes
    first. A named one (« latéralité : droite ») goes last, and into the words.
    """
    if element is None:
        return None
    codings: list[dict[str, Any]] = []
    label = reading.words(child(element, "originalText"))
    if label and (len(label) > _LONG or label.lower() in ANSWERS):
        label = None
    before, after = _qualifiers(reading, element)
    own = [found for found in (coding(element), *map(coding, children(element, "translation"))) if found]
    for one in (*(c for c, _ in before), *own, *(c for c, _ in after)):
        if one not in codings:
            codings.append(one)
    text = label or next((words for _, words in before if words), None)
    text = text or next((one["display"] for one in own if one.get("display")), None)
    text = text or (own[0]["code"] if own else None)
    details = ", ".join(words for _, words in after if words and words != text)
    if text and details:
        text = f"{text} ({details})"
    if not codings and not text:
        return None
    made: dict[str, Any] = {"coding": codings} if codings else {}
    if text:
        made["text"] = text
    return made


def _qualifiers(
    reading: Reading, element: etree._Element
) -> tuple[list[tuple[dict[str, Any], str]], list[tuple[dict[str, Any], str]]]:
    before: list[tuple[dict[str, Any], str]] = []
    after: list[tuple[dict[str, Any], str]] = []
    for qualifier in children(element, "qualifier"):
        value = child(qualifier, "value")
        made = coding(value) if value is not None else None
        if value is None or made is None:
            continue
        words = reading.words(child(value, "originalText")) or made.get("display") or made["code"]
        name = child(qualifier, "name")
        (after if name is not None and name.get("code") else before).append((made, words))
    return before, after


def label(concept: dict[str, Any] | None) -> str:
    """The words of a CodeableConcept."""
    return str((concept or {}).get("text") or "")


def absent(concept: dict[str, Any] | None) -> str | None:
    """The code of a coded absence (`no-known-allergies`, `no-medication-info`), None for anything else."""
    for one in (concept or {}).get("coding", ()):
        if one.get("system") == ABSENT:
            return str(one["code"])
    return None


def in_words(words: str) -> dict[str, Any]:
    return {"text": words}


def has_template(element: etree._Element, *roots: str) -> bool:
    return any(found.get("root") in roots for found in element.iterchildren(V3 + "templateId"))
