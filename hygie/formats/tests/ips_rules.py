"""The rules of the patient summary, as its two guides write them, applied to a Bundle: what a judge of profiles would say.

Sources: HL7 IPS, Bundle-uv-ips, Composition-uv-ips, Patient-uv-ips (1.1.0 and 2.0 agree on these rules) and the profiles
of entries (read on 22 November 2026); ansforge fr-composition-document-ips and its parent fr-composition-document,
without what asks for a professional who answers for the document (see `FRENCH_UNMET`).

Why by hand: judging by the profiles themselves takes their compiled definitions (packages hl7.fhir.r4.core and
hl7.fhir.uv.ips), which neither PyPI, npm nor Debian carries; nor do they carry the reference validator (a Java archive).
Tried on 22 November 2026: pyrofile-validator 0.3.0 reads profiles but, without those definitions, calls
`Composition.section.text` unknown; fhir-validator-cli 0.1.0 ships empty packs; hl7fhirgen 0.1.0 and
@atomic-ehr/fhirschema 0.0.14 need the same packages. Where they can be had, `pyrofile bundle` or the reference
validator takes what `GET /fhir/Patient/$summary` gives, as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Resource = dict[str, Any]
NOTE = frozenset({"DocumentReference"})
# section -> kinds that the international guide lets in; None: any
SECTIONS: dict[str, frozenset[str] | None] = {
    "10160-0": NOTE | {"MedicationStatement", "MedicationRequest", "MedicationAdministration", "MedicationDispense"},
    "48765-2": NOTE | {"AllergyIntolerance"},
    "11450-4": NOTE | {"Condition"},
    "47519-4": NOTE | {"Procedure"},
    "46264-8": NOTE | {"DeviceUseStatement"},
    "11369-6": NOTE | {"Immunization"},
    "30954-2": NOTE | {"Observation", "DiagnosticReport"},
    "8716-3": NOTE | {"Observation"},
    "11348-0": NOTE | {"Condition"},
    "18776-5": None,
    "29762-2": NOTE | {"Observation"},
    "42348-3": NOTE | {"Consent"},
    "104605-1": NOTE | {"Flag"},
    "10157-6": frozenset({"FamilyMemberHistory"}),
}
ALWAYS = ("10160-0", "48765-2", "11450-4", "47519-4", "46264-8")  # the first three for everybody, the others in France
WITHOUT_ENTRIES = frozenset({"44944-7", "10161-8"})  # France
# kind -> what the international profile of it wants: whom it is about, what it names, when ("": nothing more)
ENTRIES = {
    "MedicationStatement": ("subject", "medication", "effective"),
    "MedicationRequest": ("subject", "medication", ""),
    "AllergyIntolerance": ("patient", "code", ""),
    "Condition": ("subject", "code", ""),
    "Procedure": ("subject", "code", "performed"),
    "Immunization": ("patient", "vaccineCode", "occurrence"),
    "DeviceUseStatement": ("subject", "device", "timing"),
    "Observation": ("subject", "code", "effective"),
    "Flag": ("subject", "code", ""),
}
FRENCH_UNMET = ("attester", "encounter")  # a legal authenticator, and the visit it came from: 1..1 in France


def broken(bundle: Resource) -> Iterator[str]:
    """Each rule that this Bundle does not keep."""
    if bundle.get("type") != "document" or not bundle.get("identifier") or not bundle.get("timestamp"):
        yield "Bundle: type, identifier, timestamp"
    entries = bundle["entry"]
    if any(not one.get("fullUrl") or {"search", "request", "response"} & one.keys() for one in entries):
        yield "Bundle.entry: fullUrl and resource alone"
    kinds = [one["resource"]["resourceType"] for one in entries]
    if kinds[0] != "Composition" or kinds.count("Composition") != 1 or kinds.count("Patient") != 1:
        yield "Bundle.entry: one Composition, first; one Patient"
    held = {one["fullUrl"]: one["resource"] for one in entries}
    yield from _patient(next(one for one in held.values() if one["resourceType"] == "Patient"))
    yield from _composition(entries[0]["resource"], held)
    for one in held.values():
        yield from _entry(one, held)


def _entry(one: Resource, held: dict[str, Resource]) -> Iterator[str]:
    kind = one["resourceType"]
    if kind not in ENTRIES:
        return
    about, names, when = ENTRIES[kind]
    if held.get(one.get(about, {}).get("reference"), {}).get("resourceType") != "Patient":
        yield f"{kind}.{about}: the Patient of the document"
    if not any(name.startswith(names) for name in one):
        yield f"{kind}.{names}: 1..1"
    if when and not any(name.removeprefix("_").startswith(when) for name in one):
        yield f"{kind}.{when}[x]: 1..1, or why there is none"


def _patient(patient: Resource) -> Iterator[str]:
    if not any(one.keys() & {"family", "given", "text"} for one in patient.get("name", ())):
        yield "Patient.name: ips-pat-1"
    if not patient.get("birthDate") and not patient.get("_birthDate"):
        yield "Patient.birthDate: 1..1"


def _composition(made: Resource, held: dict[str, Resource]) -> Iterator[str]:
    for name in ("status", "date", "author", "title", "language", "confidentiality", "custodian", "identifier"):
        if not made.get(name):
            yield f"Composition.{name}: 1.."
    if _code(made["type"]) != "60591-5" or held[made["subject"]["reference"]]["resourceType"] != "Patient":
        yield "Composition: type 60591-5, about the Patient"
    version = [one["valueString"] for one in made.get("extension", ()) if one["url"].endswith("Composition.version")]
    if len(version) != 1 or not version[0].isdecimal():
        yield "Composition.version: one whole number (comp-1)"
    if not any(one.get("period") for one in made.get("event", ())):
        yield "Composition.event: one with its period"
    if [_code(one["code"][0]) for one in made["event"] if one.get("code")] != ["PCPR"]:
        yield "Composition.event: careProvisioningEvent 0..1"
    codes = [_code(one["code"]) for one in made["section"]]
    if len(set(codes)) != len(codes) or not set(ALWAYS) <= set(codes):
        yield "Composition.section: each once, and those that are always there"
    for one in made["section"]:
        yield from _section(one, held)


def _section(one: Resource, held: dict[str, Resource]) -> Iterator[str]:
    code, entries = _code(one["code"]), one.get("entry", ())
    if not one.get("title") or not one.get("text", {}).get("div") or one.get("section"):
        yield f"section {code}: a title, words, no section inside"
    if bool(entries) == bool(one.get("emptyReason")):
        yield f"section {code}: entries, or why there are none (ips-comp-1, ips-section-not-empty)"
    if entries and code in WITHOUT_ENTRIES:
        yield f"section {code}: no entry"
    if code not in SECTIONS:
        yield f"section {code}: of neither guide"
    elif (allowed := SECTIONS[code]) is not None:
        for entry in entries:
            if held[entry["reference"]]["resourceType"] not in allowed:
                yield f"section {code}: {held[entry['reference']]['resourceType']}"


def _code(concept: Resource) -> str:
    return str(concept["coding"][0]["code"])
