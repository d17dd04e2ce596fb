"""Writing the DocumentReference that Hygie answers with (PDSm Comprehensive).

When the document came as FHIR, what was received is the truth and only what the server decides is written over it;
otherwise everything is written from the entry.
"""

from __future__ import annotations

from typing import Any

import orjson
import pybase64

from hygie.formats.fhir import instants, systems
from hygie.formats.fhir.types import Author, Code, Entry, Served, Subject

Resource = dict[str, Any]
_OURS = (
    "id",
    "meta",
    "text",
    "implicitRules",
    "status",
    "securityLabel",
    "relatesTo",
    "extension",
    "modifierExtension",
)


def build(entry: Entry, served: Served | None = None, *, stored: bytes | None = None) -> Resource:
    """A DocumentReference for `entry`.

    `served` adds what the server decides: id, version, status, visibility, archive, the address of the content.
    `stored` is the reference as received (Publication.fhir); its narrative and metadata never come back.
    Visibility codes come before the level in securityLabel, and isArchived is always extension 0, so that a JSON
    Patch by index finds them.
    """
    doc = _kept(stored) if stored else _written(entry)
    visibility = served.visibility if served else entry.visibility
    archived = served.archived if served else entry.archived
    extensions = [
        item
        for item in doc.pop("extension", ())
        if item.get("url") not in (systems.IS_ARCHIVED, systems.IS_ARCHIVED_OLD)
    ]
    relations = [item for item in doc.pop("relatesTo", ()) if item.get("code") != "replaces"]
    out: Resource = {"resourceType": "DocumentReference"}
    if served:
        out["id"] = served.id
        out["meta"] = {
            "versionId": str(served.version),
            "lastUpdated": instants.written(served.updated),
            "profile": [systems.COMPREHENSIVE],
        }
    doc.pop("resourceType", None)
    out |= doc
    out["extension"] = [{"url": systems.IS_ARCHIVED, "valueBoolean": archived}, *extensions]
    out["status"] = served.status if served else entry.status
    out["securityLabel"] = [_label(code) for code in ordered(visibility)]
    replaces = served.replaces if served else entry.replaces
    if replaces:
        relations.insert(0, {"code": "replaces", "target": _target(replaces)})
    if relations:
        out["relatesTo"] = relations
    if served:
        attachment = out["content"][0]["attachment"]
        attachment |= {"url": f"Binary/{served.id}", "size": served.size}
        attachment.pop("data", None)
    return out


def ordered(visibility: frozenset[str]) -> list[str]:
    """Visibility codes first, then levels."""
    return [code for code in (*systems.VISIBILITIES, *reversed(systems.LEVELS)) if code in visibility]


def _kept(stored: bytes) -> Resource:
    doc: Resource = orjson.loads(stored)
    relations, extensions = doc.get("relatesTo") or [], doc.get("extension") or []
    kept = {key: value for key, value in doc.items() if key not in _OURS}
    return kept | {"relatesTo": relations, "extension": extensions}


def _written(entry: Entry) -> Resource:
    authors, contained = [], [patient(entry.subject)]
    for number, writer in enumerate(entry.authors):
        inner, reference = _author(writer, f"author-{number}")
        contained += inner
        authors.append(reference)
    attachment: Resource = {"contentType": entry.media_type, "language": entry.language}
    if entry.size is not None:
        attachment["size"] = entry.size
    if entry.sha1 is not None:
        attachment["hash"] = pybase64.b64encode(entry.sha1).decode()
    attachment |= {"title": entry.title, "creation": instants.written(entry.created)}
    content: Resource = {"attachment": attachment}
    if entry.format_code:
        content["format"] = _coding(entry.format_code)
    doc: Resource = {
        "contained": contained,
        "masterIdentifier": {"system": systems.URI, "value": entry.unique_id},
        "type": concept(entry.type),
        "subject": {"reference": f"Patient?identifier=urn:oid:{entry.subject.oid}|{entry.subject.matricule}"},
        "date": instants.written(entry.created),
        "content": [content],
        "context": _context(entry),
    }
    if entry.entry_uuid:
        doc["identifier"] = [
            {
                "type": {"coding": [{"system": systems.IDENTIFIER_TYPES, "code": "entryUUID"}]},
                "system": systems.URI,
                "value": entry.entry_uuid,
            }
        ]
    if entry.category:
        doc["category"] = [concept(entry.category)]
    if authors:
        doc["author"] = authors
    if entry.custodian:
        doc["custodian"] = {"display": entry.custodian}
    if entry.description:
        doc["description"] = entry.description
    return doc


def _context(entry: Entry) -> Resource:
    context: Resource = {"sourcePatientInfo": {"reference": "#patient"}}
    period = {}
    if entry.service_start:
        period["start"] = instants.written(entry.service_start)
    if entry.service_stop:
        period["end"] = instants.written(entry.service_stop)
    if period:
        context["period"] = period
    if entry.facility_type:
        context["facilityType"] = concept(entry.facility_type)
    if entry.practice_setting:
        context["practiceSetting"] = concept(entry.practice_setting)
    return context


def patient(subject: Subject) -> Resource:
    patient: Resource = {
        "resourceType": "Patient",
        "id": "patient",
        "identifier": [{"use": "official", "system": f"urn:oid:{subject.oid}", "value": subject.matricule}],
    }
    birth: Resource = {"use": "official"}
    if subject.birth_family:
        birth["family"] = subject.birth_family
    if subject.given_names:
        birth["given"] = [subject.given_names[0]]
        birth["extension"] = [{"url": systems.BIRTH_GIVEN, "valueString": " ".join(subject.given_names)}]
    names = [birth] if len(birth) > 1 else []
    used: Resource = {"use": "usual"}
    if subject.used_family:
        used["family"] = subject.used_family
    if subject.used_given:
        used["given"] = [subject.used_given]
    if len(used) > 1:
        names.append(used)
    if names:
        patient["name"] = names
    if subject.sex:
        patient["gender"] = subject.sex
    if subject.birth_date:
        patient["birthDate"] = subject.birth_date
    if subject.birth_place:
        code = {"url": systems.INSEE, "valueCoding": {"system": systems.COMMUNE, "code": subject.birth_place}}
        patient["extension"] = [{"url": systems.BIRTH_PLACE, "valueAddress": {"extension": [code]}}]
    return patient


def _author(writer: Author, name: str) -> tuple[list[Resource], Resource]:
    """A PractitionerRole and its Practitioner, contained, and the reference to them."""
    person: Resource = {"resourceType": "Practitioner", "id": f"{name}-person"}
    if writer.rpps:
        person["identifier"] = [{"use": "official", "system": systems.RPPS, "value": writer.rpps}]
    if writer.name:
        person["name"] = [{"text": writer.name}]
    role: Resource = {
        "resourceType": "PractitionerRole", "id": name, "practitioner": {"reference": f"#{name}-person"},
    }  # fmt: skip
    if writer.organisation:
        role["organization"] = {"display": writer.organisation}
    if writer.profession:
        role["code"] = [{"coding": [{"system": systems.PROFESSION, "code": writer.profession}]}]
    if writer.specialty:
        role["specialty"] = [{"coding": [{"system": systems.SPECIALTY, "code": writer.specialty}]}]
    return [person, role], {"reference": f"#{name}"}


def _target(replaces: str) -> Resource:
    if replaces.startswith("urn:"):
        return {"identifier": {"system": systems.URI, "value": replaces}}
    return {"reference": f"DocumentReference/{replaces}"}


def _label(code: str) -> Resource:
    system = systems.CONFIDENTIALITY if code in systems.LEVELS else systems.VISIBILITY
    return {"coding": [{"system": system, "code": code}]}


def _coding(code: Code) -> Resource:
    out = {"code": code.code}
    if code.system:
        out["system"] = code.system
    if code.display:
        out["display"] = code.display
    return out


def concept(code: Code) -> Resource:
    """One code, as a CodeableConcept."""
    return {"coding": [_coding(code)]}
