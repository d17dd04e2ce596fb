"""From the bytes of a document to what it says: one call, whatever the format. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from hygie.formats import sniff
from hygie.formats.entries import Found, Unread

# Each reader is a module with READER, VERSION and `extract(data: bytes) -> Found`, imported when its first file comes.
_READERS: Final[Mapping[str, str]] = {
    sniff.CDA: "hygie.formats.cda.extract",
    sniff.CDA_SELF_PRESENTABLE: "hygie.formats.cda.extract",
    sniff.FHIR_JSON: "hygie.formats.fhir.extract",
    sniff.HL7_V2: "hygie.formats.hl7v2.extract",
    sniff.HPRIM: "hygie.formats.hprim.extract",
    sniff.PDF: "hygie.formats.paper.extract",
    sniff.TEXT: "hygie.formats.paper.extract",
    sniff.JPEG: "hygie.formats.paper.extract",
    sniff.PNG: "hygie.formats.paper.extract",
    sniff.TIFF: "hygie.formats.paper.extract",
    sniff.HEIC: "hygie.formats.paper.extract",
}


def extract(data: bytes, *, media_type: str | None = None) -> Found:
    """What this file says. A format nobody reads gives a `Found` that says so; a faulty file raises its reader's error.

    media_type: what is known already, else recognised from the content.
    """
    reader = _READERS.get(media_type or sniff.sniff(data))
    if reader is None:
        return Found("none", "1", unread=(Unread("document", "Hygie ne lit pas encore ce type de fichier."),))
    read: Callable[[bytes], Found] = import_module(reader).extract
    return read(data)


def edition(media_type: str) -> str:
    """The present version of the reader of this type of file (its module's READER and VERSION): a reading made under
    another is worth making again. "none" where no reader reads it."""
    reader = _READERS.get(media_type)
    if reader is None:
        return "none"
    module = import_module(reader)
    return f"{module.READER} {module.VERSION}"


def editions() -> frozenset[str]:
    """Every present edition; "none" is not one."""
    return frozenset(edition(media_type) for media_type in _READERS) - {"none"}
