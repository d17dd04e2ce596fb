"""A file that a person adds herself: what it is, whether it opens, what it seems to be about."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from hygie.base import errors
from hygie.formats import preview
from hygie.formats.proposal import Proposal, propose
from hygie.formats.sniff import sniff

MAX_BYTES = 25 * 1000 * 1000
_ACCEPTED = "Vous pouvez ajouter un PDF, une photo (JPEG, PNG, TIFF, HEIC) ou un texte simple."


@dataclass(frozen=True, slots=True)
class Inspection:
    """media_type: by content, never by name. file_name: safe to store and to offer. text: the text layer, if any."""

    media_type: str
    pages: int
    file_name: str
    text: str = field(repr=False)
    proposal: Proposal


def inspect(data: bytes, *, file_name: str = "", on: date | None = None) -> Inspection:
    """Recognise a file, open it behind the walls, and propose a kind, a title and a date (`on`: today).

    Invalid: "empty-file", "too-large" (25 MB), "encrypted-file", "unreadable-file", "too-large-to-display".
    Unsupported: "unknown-file-type". Each says what to do.
    """
    if not data:
        raise errors.Invalid("Ce fichier est vide. Choisissez-en un autre.", code="empty-file")
    if len(data) > MAX_BYTES:
        raise errors.Invalid("Ce fichier dépasse 25 Mo. Ajoutez-en une version plus légère.", code="too-large")
    try:
        media_type = sniff(data)
    except errors.Unsupported as error:
        raise errors.Unsupported(_ACCEPTED, code="unknown-file-type") from error
    if media_type not in preview.MEDIA_TYPES:
        raise errors.Unsupported(_ACCEPTED, code="unknown-file-type")
    try:
        pages = preview.page_count(data, media_type)
        preview.page(data, media_type, 1, width=64)  # some broken files only show it when they are drawn
        text = preview.text(data, media_type)
    except errors.Invalid as error:
        if error.code != "unreadable-file":
            raise
        raise errors.Invalid(
            "Nous n’avons pas pu ouvrir ce fichier : il est abîmé ou d’un format inhabituel. "
            "Enregistrez-le à nouveau, ou prenez le document en photo.",
            code=error.code,
        ) from error
    name = safe_name(file_name, media_type)
    return Inspection(media_type, pages, name, text, propose(text, file_name, on=on))


EXTENSIONS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/heic": "heic",
    "text/plain": "txt",
}


def safe_name(file_name: str, media_type: str) -> str:
    """The last part of a name, without what a file system or a header could misread, with the extension of its type."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", file_name))[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", re.sub(r'[<>:"|?*;%]', "", kept)).strip(" .")
    return f"{stem[:100] or 'document'}.{EXTENSIONS.get(media_type, 'bin')}"
