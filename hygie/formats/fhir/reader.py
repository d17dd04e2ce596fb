"""What Hygie understands of a FHIR file, for `hygie read`."""

from __future__ import annotations

from typing import Any

from hygie.formats import valuesets
from hygie.formats.entries import KINDS
from hygie.formats.fhir import bundle, document_reference, instants
from hygie.formats.fhir.faults import unsupported
from hygie.formats.fhir.types import Publication
from hygie.formats.fhir.validate import RESOURCES, Message, read


def describe(data: bytes) -> dict[str, Any]:
    """The documents of a DocumentReference or Bundle, read leniently; the kinds of any other. Raises Invalid or
    Unsupported. What the resources say is `extract`'s to tell.
    """
    message = read(data, kinds=RESOURCES | KINDS)
    kind = message.resource["resourceType"]
    if kind in KINDS:
        return {"format": f"FHIR R4 {kind}"}
    if kind == "DocumentReference":
        return _described(kind, [document_reference.parse(message, lenient=True)], ())
    if kind == "Bundle" and message.resource.get("type") == "transaction" and _carries_documents(message):
        submission = bundle.parse(message, lenient=True)
        return _described("Bundle (transaction)", list(submission.documents), submission.warnings)
    if kind == "Bundle":
        return {"format": f"FHIR R4 Bundle ({message.resource.get('type')})", "entries": _entries(message)}
    raise unsupported("resourceType", "Hygie lit les DocumentReference et les Bundle.")


def _described(kind: str, documents: list[Publication], warnings: Any) -> dict[str, Any]:
    return {
        "format": f"FHIR R4 {kind}",
        "documents": [_document(one) for one in documents],
        "warnings": [
            {"at": warning.at, "text": warning.text}
            for warning in (*(found for one in documents for found in one.warnings), *warnings)
        ],
    }


def _document(publication: Publication) -> dict[str, Any]:
    entry, subject = publication.entry, publication.entry.subject
    return {
        "unique_id": entry.unique_id,
        "title": entry.title,
        "type": {"code": entry.type.code, "label": valuesets.type_label(entry.type.code, entry.type.display)},
        "class": {"code": entry.category.code, "label": valuesets.class_label(entry.category.code)}
        if entry.category
        else None,
        "identity": {
            "matricule": subject.matricule,
            "oid": subject.oid,
            "birth_family": subject.birth_family,
            "given_names": list(subject.given_names),
            "birth_date": subject.birth_date,
            "sex": subject.sex,
            "birth_place": subject.birth_place,
        },
        "authors": [
            {"name": writer.name, "rpps": writer.rpps, "organisation": writer.organisation} for writer in entry.authors
        ],
        "custodian": entry.custodian,
        "created": instants.written(entry.created),
        "service_start": instants.written(entry.service_start) if entry.service_start else None,
        "visibility": sorted(entry.visibility),
        "replaces": entry.replaces,
        "media_type": entry.media_type,
        "format_code": entry.format_code.code if entry.format_code else None,
        "size": entry.size,
    }


def _carries_documents(message: Message) -> bool:
    return any(one["type"] == "DocumentReference" for one in _entries(message))


def _entries(message: Message) -> list[dict[str, Any]]:
    return [
        {"type": resource.get("resourceType"), "id": resource.get("id")}
        for entry in message.resource.get("entry") or ()
        if isinstance(resource := entry.get("resource"), dict)
    ]
