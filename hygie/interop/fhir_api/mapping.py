"""Between what FHIR says and what the record keeps."""

from __future__ import annotations

import re
from uuid import UUID

from hygie.base import config
from hygie.base.errors import NotFound
from hygie.formats import valuesets
from hygie.formats.fhir import building, systems
from hygie.formats.fhir.types import Code, Entry, Lot, Served, Subject
from hygie.people.types import Identity, Ins, Traits
from hygie.record import queries as record
from hygie.record.types import Document, Metadata
from hygie.record.types import Lot as Kept

Resource = building.Resource
_FHIR_ID = re.compile(r"([0-9a-f]{32})([0-9a-f]{32})", re.ASCII)
_PATIENT = re.compile(r"Patient/([0-9a-f]{32})(?:/_history/.*)?", re.ASCII | re.IGNORECASE | re.DOTALL)
_NO_SUBJECT = Subject(matricule="", oid="")


def fhir_id(patient_id: UUID, document_id: UUID) -> str:
    """64 characters: the (random) id of the space, then the document's. So an address alone finds its record."""
    return patient_id.hex + document_id.hex


def ids_of(fhir: str) -> tuple[UUID, UUID]:
    """The space and the document that a FHIR id names. NotFound when it is none of ours."""
    match = _FHIR_ID.fullmatch(fhir)
    if match is None:
        raise nothing_here()
    return UUID(match[1]), UUID(match[2])


def nothing_here() -> NotFound:
    """The one answer for what does not exist and for what this caller may not see."""
    return NotFound("Nous ne trouvons rien ici que vous puissiez voir.", code="nothing-here")


def ins_of(subject: Subject) -> Ins:
    return Ins(subject.matricule, subject.oid)


def traits_of(subject: Subject) -> Traits | None:
    """The traits that a message said; None when they are not enough to know someone."""
    if not subject.has_traits:
        return None
    return Traits(
        birth_family=subject.birth_family or "", given_names=subject.given_names, birth_date=subject.birth_date or "",
        sex=subject.sex or "", birth_place=subject.birth_place, used_family=subject.used_family,
        used_given=subject.used_given,
    )  # fmt: skip


def metadata_of(
    entry: Entry, fhir: bytes, *, set_id: str | None = None, version: int | None = None, lot: Lot | None = None
) -> Metadata:
    """What the record keeps of an entry. A document whose class is unknown is filed with the person's other ones."""
    return Metadata(
        title=entry.title, class_code=entry.category.code if entry.category else "90", type_code=entry.type.code,
        type_system=entry.type.system, type_label=valuesets.type_label(entry.type.code, entry.type.display),
        media_type=entry.media_type, unique_id=entry.unique_id, created=entry.created, service_start=entry.service_start,
        authors=entry.authors,
        format_code=entry.format_code.code if entry.format_code else None,
        facility_type=entry.facility_type.code if entry.facility_type else None,
        practice_setting=entry.practice_setting.code if entry.practice_setting else None,
        language=entry.language, description=entry.description, set_id=set_id, version=version, fhir=fhir,
        lot=None if lot is None else _lot(lot),
    )  # fmt: skip


def _lot(lot: Lot) -> Kept:
    code = lot.designation
    return Kept(
        unique_id=lot.unique_id, source_id=lot.source_id, title=lot.title, source=lot.source,
        designation=f"{code.system or ''}|{code.code}" if code else None,
    )  # fmt: skip


def shown(document: Document, identity: Identity | None) -> Resource:
    """The DocumentReference of a document, as its reader may see it."""
    replaces = fhir_id(document.patient_id, document.replaces) if document.replaces else None
    served = Served(
        id=fhir_id(document.patient_id, document.id), version=document.version, updated=document.updated,
        status=document.status, visibility=document.visibility, archived=document.archived, size=document.size,
        replaces=replaces,
    )  # fmt: skip
    doc = building.build(record.reference_of(document, subject_of(identity)), served, stored=document.metadata.fhir)
    category = Code(document.metadata.class_code, systems.CLASS, valuesets.class_label(document.metadata.class_code))
    doc["category"] = [{"coding": [{"system": category.system, "code": category.code, "display": category.display}]}]
    if document.metadata.refiled is not None:  # answers say what rules and pages say (docs/adr/0009)
        oid = document.metadata.type_system
        system = systems.LOINC if oid == valuesets.LOINC else f"urn:oid:{oid}"
        doc["type"] = building.concept(Code(document.metadata.type_code, system, document.metadata.type_label))
    if not document.metadata.fhir and identity is None:
        doc["contained"] = [inner for inner in doc["contained"] if inner.get("id") != "patient"]
        doc["context"].pop("sourcePatientInfo", None)
        doc["subject"] = {"reference": f"Patient/{document.patient_id.hex}"}
    return about(document.patient_id, doc)


def patient_named(reference: str) -> str | None:
    """The id of the space (32 hexadecimal digits) that this reference to a Patient of this server names, if it does."""
    match = _PATIENT.fullmatch(reference.removeprefix(f"{config.get('HYGIE_PUBLIC_URL')}/fhir/"))
    return match[1] if match else None


def about(patient_id: UUID, doc: Resource) -> Resource:
    """`doc`, naming by a reference to a Patient of this server the space where it is kept, and no other.

    A sender may have written any: its own number of the person, or the number of another space.
    """
    here = ("Patient/", f"{config.get('HYGIE_PUBLIC_URL')}/fhir/Patient/")
    for link in (doc.get("subject"), (doc.get("context") or {}).get("sourcePatientInfo")):
        if link and str(link.get("reference") or "").startswith(here):
            link["reference"] = f"Patient/{patient_id.hex}"
    return doc


def subject_of(identity: Identity | None) -> Subject:
    """What is known of someone, as a message says it; nobody, without a matricule."""
    if identity is None or identity.ins is None:
        return _NO_SUBJECT
    traits = identity.traits
    return Subject(
        matricule=identity.ins.matricule, oid=identity.ins.oid, birth_family=traits.birth_family,
        given_names=traits.given_names, birth_date=traits.birth_date, sex=traits.sex, birth_place=traits.birth_place,
        used_family=traits.used_family, used_given=traits.used_given,
    )  # fmt: skip
