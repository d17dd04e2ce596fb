"""A document of the record as the entry of a DocumentReference (MHD), for whoever reads it from outside. Pure."""

from __future__ import annotations

from hygie.formats.fhir.types import Code, Entry, Subject
from hygie.record.types import Document


def reference_of(document: Document, subject: Subject) -> Entry:
    """What a DocumentReference says of this document. subject: the person, as far as its reader may be told of her."""
    told = document.metadata
    return Entry(
        unique_id=told.unique_id,
        type=Code(told.type_code, told.type_system, told.type_label),
        subject=subject,
        created=told.created,
        media_type=told.media_type,
        title=told.title,
        category=Code(told.class_code),
        authors=told.authors,
        custodian=document.depositor,
        language=told.language,
        format_code=Code(told.format_code) if told.format_code else None,
        facility_type=Code(told.facility_type) if told.facility_type else None,
        practice_setting=Code(told.practice_setting) if told.practice_setting else None,
        service_start=told.service_start,
        description=told.description,
    )
