"""What a file is, by its content and never by its name."""

from __future__ import annotations

import re
from typing import Final

from hygie.base.errors import Unsupported
from hygie.formats import charset

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
GIF: Final = "image/gif"
TIFF: Final = "image/tiff"
HEIC: Final = "image/heic"
TEXT: Final = "text/plain"
CDA: Final = "text/xml"  # XDS mimeType of a CDA document
CDA_SELF_PRESENTABLE: Final = "application/xslt+xml"
FHIR_JSON: Final = "application/fhir+json"
HL7_V2: Final = "x-application/hl7-v2+er7"
HPRIM: Final = "text/x-hprim"

_HEIC_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_LOOKED: Final = 8192  # bytes in which a message shows what it is
_MARKED: Final = re.compile(rb"MSH[^A-Za-z0-9\s]|(?:^|[\r\n])(?:\xff\xfe|\xfe\xff|\xef\xbb\xbf)?\s*H[^A-Za-z0-9\s]")
_HL7: Final = re.compile(r"(?:^|(?<=[\r\n]))MSH([^\w\s])[^\w\s]{2,5}\1")
_BATCH: Final = re.compile(r"[FB]HS[^\w\s]")
_SANTE: Final = re.compile(r"H([^\w\s])[^\w\s]{4}\1")
_BIRTH: Final = re.compile(r"\d\d[/.-]\d\d[/.-]\d{4}|\d{8}")
_WEIGHED: Final = 65_536  # bytes in which a text shows how it is written
_CONTROL_BYTE: Final = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_FHIR: Final = re.compile(r'"resourceType"\s*:\s*"[A-Z][A-Za-z]+"')
_JSON: Final = re.compile(r'[{\[]\s*["{\[]')
_ROOT: Final = re.compile(rb"<(?![?!])(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")


def image(data: bytes) -> str | None:
    """The media type of a still image, from its first bytes; None when it is not one we know."""
    if data[:3] == b"\xff\xd8\xff":
        return JPEG
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return PNG
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return GIF
    if data[:4] in (b"II*\x00", b"MM\x00*"):
        return TIFF
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return HEIC
    return None


def sniff(data: bytes) -> str:
    """Return the media type. Only recognises: reading may still find the file broken.

    Raises Unsupported for anything else: HTML, SVG, archives, programs, unknown XML or JSON, empty files.
    """
    if found := image(data):
        return found
    head = data[:1024]
    if b"%PDF-" in head and not head.lstrip().startswith(b"<"):
        return PDF
    text = _text(data)
    start = text[:4096].lstrip("\ufeff \t\r\n") if text is not None else ""
    if start.startswith("<"):
        return _markup(data if data[:2] not in (b"\xff\xfe", b"\xfe\xff") else (text or "").encode())
    if start.startswith("{") and _FHIR.search(text or "", 0, 65_536):
        return FHIR_JSON
    if _JSON.match(start):
        raise _unsupported()
    if (found := _message(data)) is not None:
        return found
    if text is not None and text.strip() and not _CONTROL.search(text):
        return TEXT
    raise _unsupported()


def _text(data: bytes) -> str | None:
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeError:
        # XML may declare another encoding; only its first characters matter here
        return data[:4096].decode("ascii", "replace") if data.lstrip()[:1] == b"<" else _western(data)


def _western(data: bytes) -> str | None:
    """French text in Windows-1252 or ISO-8859-1, as old software and notepads write it: every accent of its beginning
    stands where French has one. None for anything else, of which some character would be a guess."""
    if _CONTROL_BYTE.search(data):
        return None
    head = charset.read(data[:_WEIGHED])
    if head.charset not in ("cp1252", "iso-8859-1") or charset.faults(head.words):
        return None
    try:
        return data.decode("cp1252")
    except UnicodeError:
        return None


def _markup(data: bytes) -> str:
    at, root = 0, None
    while (found := _ROOT.search(data, at)) is not None:
        comment = data.find(b"<!--", at, found.start())
        if comment >= 0:  # a tag inside a comment is not the root
            close = data.find(b"-->", comment + 4)
            if close < 0:
                break
            at = close + 3
            continue
        root = found.group(1)
        break
    if root == b"ClinicalDocument":
        return CDA
    if root in (b"stylesheet", b"transform") and b"ClinicalDocument" in data:
        return CDA_SELF_PRESENTABLE
    raise _unsupported()


def _message(data: bytes) -> str | None:
    """HL7 v2 or HPRIM, in any encoding that `charset` reads. HL7: MSH and delimiters, batch envelopes before it or not.

    HPRIM Médecins: twelve header lines, the seventh a birth date, and a mark of its own; HPRIM Santé: H and P segments.
    """
    part = data[: _LOOKED & ~1]
    if not _MARKED.search(part.replace(b"\x00", b"")) and b"****" not in data.replace(b"\x00", b""):
        return None
    head = charset.read(part).words.lstrip("\ufeff\x0b\r\n\t ")
    if _HL7.match(head) or (_BATCH.match(head) and _HL7.search(head)):
        return HL7_V2
    if _SANTE.match(head) and re.search(r"[\r\n]P" + re.escape(head[1]), head):
        return HPRIM
    words = charset.read(data).words if len(data) > len(part) else head
    if not any(mark in words for mark in ("****FIN", "****LAB****")):
        return None
    lines = head.splitlines()
    # a first line (the patient's code) that is empty was stripped above
    return HPRIM if any(_BIRTH.fullmatch(line.strip()) for line in lines[3:8]) and len(lines) >= 11 else None


def _unsupported() -> Unsupported:
    return Unsupported("Ce type de fichier n'est pas accepté.", code="unknown-file-type")
