"""What a page shows of a stored document: its words, or pictures of its pages; never the file itself.

Pure. Words come from a structured document (CDA level 3) or a message (HL7 v2, HPRIM); pages from anything that can
be drawn, level-1 documents included: the file inside is what is drawn. What can be neither stays a download, with a sentence that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hygie.base import errors
from hygie.formats import preview, sniff
from hygie.formats.cda import html, reader
from hygie.formats.cda.types import CdaDocument, LevelOne
from hygie.formats.hl7v2 import page as hl7
from hygie.formats.hprim import page as hprim

_CDA = frozenset({sniff.CDA, sniff.CDA_SELF_PRESENTABLE})
_MESSAGES = frozenset({sniff.HL7_V2, sniff.HPRIM})
CLOSE = 1100  # pixels of a page of which a part is shown: its letters are read on a phone too
WIDTH = 1240  # pixels: an A4 page at 150 dpi


@dataclass(frozen=True, slots=True)
class Display:
    """words: safe HTML of our own making, "" when there is none. pages: how many can be asked for.

    sentence: why there is neither, in words for the reader.
    """

    words: str = ""
    pages: int = 0
    sentence: str = ""


def display(
    data: bytes,
    media_type: str,
    *,
    image_url: Callable[[int], str] | None = None,
    attachment_url: Callable[[int], str] | None = None,
) -> Display:
    """How to show this document. Never fails on a broken file: it says so. Unavailable passes."""
    try:
        if media_type in _CDA:
            document = reader.read(data)
            if words := html.to_html(document, level=3, image_url=image_url, attachment_url=attachment_url):
                return Display(words=words)
        if media_type in _MESSAGES:
            return _message(data, media_type, attachment_url)
        drawn, kind = _drawn(data, media_type)
        return Display(pages=preview.page_count(drawn, kind))
    except (errors.Invalid, errors.Unsupported) as fault:
        return Display(sentence=fault.public)


def _message(data: bytes, media_type: str, attachment_url: Callable[[int], str] | None) -> Display:
    """A message is never shown raw: its page, or a sentence."""
    words = hprim.to_html(data) if media_type == sniff.HPRIM else hl7.to_html(data, attachment_url=attachment_url)
    if not words:
        raise errors.Unsupported("Ce message ne contient rien à afficher.", code="nothing-to-show")
    return Display(words=words)


def words(data: bytes, media_type: str, *, attachment_url: Callable[[int], str] | None = None) -> str:
    """The words of a structured document or of a message, as safe HTML; "" when it has none, or does not open."""
    try:
        if media_type in _CDA:
            return html.to_html(reader.read(data), level=3, attachment_url=attachment_url) or ""
        return _message(data, media_type, attachment_url).words if media_type in _MESSAGES else ""
    except (errors.Invalid, errors.Unsupported):
        return ""


def inside(data: bytes, media_type: str) -> tuple[str, bytes] | None:
    """The file that a level-1 document only carries: (media type by content, bytes); None for anything else."""
    try:
        if media_type not in _CDA:
            return None
        drawn, kind = _drawn(data, media_type)
        return kind, drawn
    except (errors.Invalid, errors.Unsupported):
        return None


def page(data: bytes, media_type: str, number: int, *, width: int = WIDTH) -> preview.PageImage:
    """One page as an image, from 1. NotFound when there is no such page."""
    drawn, kind = _drawn(data, media_type)
    try:
        return preview.page(drawn, kind, number, width=width)
    except errors.Invalid as fault:
        raise errors.NotFound(fault.public, code=fault.code) from fault


def crop(data: bytes, media_type: str, number: int, box: preview.Box) -> preview.PageImage:
    """A part of one page, large enough to be read on a small screen. NotFound when there is no such page, or no such part."""
    drawn, kind = _drawn(data, media_type)
    try:
        return preview.crop(drawn, kind, number, box, width=CLOSE)
    except (errors.Invalid, ValueError) as fault:
        raise errors.NotFound(
            "Cette partie du document ne peut pas être montrée.", code=getattr(fault, "code", "no-such-part")
        ) from fault


def text(data: bytes, media_type: str) -> str:
    """The words of the pages, for those who do not see them; "" when the file holds only pictures."""
    try:
        drawn, kind = _drawn(data, media_type)
        return preview.text(drawn, kind)
    except (errors.Invalid, errors.Unsupported):
        return ""


def picture(data: bytes, media_type: str, number: int) -> preview.PageImage:
    """One picture of a structured document, drawn again behind the walls; numbered as `image_url` was asked."""
    found = html.images(_cda(data, media_type))
    if not 0 <= number < len(found):
        raise _absent()
    kind, content = found[number]
    return page(content, kind, 1)


def attachment(data: bytes, media_type: str, number: int) -> tuple[str, bytes]:
    """One file attached to a structured document or a message, to download: (media type by content, bytes)."""
    found = hl7.attachments(data) if media_type == sniff.HL7_V2 else html.attachments(_cda(data, media_type))
    if not 0 <= number < len(found):
        raise _absent()
    return found[number]


def _drawn(data: bytes, media_type: str) -> tuple[bytes, str]:
    if media_type in _MESSAGES:
        raise errors.Unsupported("Ce message ne s’affiche pas page par page.", code="no-preview")
    if media_type not in _CDA:
        return data, media_type
    body = reader.read(data).body
    if not isinstance(body, LevelOne):
        raise errors.Unsupported("Ce document ne s’affiche pas page par page.", code="no-preview")
    return body.data, sniff.sniff(body.data)


def _cda(data: bytes, media_type: str) -> CdaDocument:
    if media_type not in _CDA:
        raise _absent()
    return reader.read(data)


def _absent() -> errors.NotFound:
    return errors.NotFound("Cette image n’est pas dans ce document.", code="no-such-picture")
