"""A tagged PDF as an assistive technology goes through it: the tree of its structure, with the words that belong to each part."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as raw


@dataclass
class Heard:
    """A part of the tree. kind: as PDF names it (H1, P, TH, Figure…), "" for words, which stand among the parts."""

    kind: str
    alt: str = ""
    language: str = ""
    words: str = ""
    parts: list[Heard] = field(default_factory=list)

    def all(self) -> Iterator[Heard]:
        yield self
        for part in self.parts:
            yield from part.all()

    def said(self) -> str:
        """What is heard here and below."""
        return " ".join(
            one for one in (self.alt or self.words, *(part.said() for part in self.parts if not self.alt)) if one
        )


def heard(content: bytes) -> list[Heard]:
    """One tree for each page."""
    with pypdfium2.PdfDocument(content) as document:
        pages = []
        for page in document:
            words = _words(page)
            tree = raw.FPDF_StructTree_GetForPage(page.raw)
            top = Heard("Page")
            for place in range(max(0, raw.FPDF_StructTree_CountChildren(tree))):
                top.parts.append(_part(raw.FPDF_StructTree_GetChildAtIndex(tree, place), words))
            raw.FPDF_StructTree_Close(tree)
            pages.append(top)
        return pages


def loose(content: bytes) -> int:
    """Objects of the pages that belong neither to a part nor to the ornaments (artifacts)."""
    with pypdfium2.PdfDocument(content) as document:
        return sum(1 for page in document for one in page.get_objects() if not raw.FPDFPageObj_CountMarks(one.raw))


def _words(page: pypdfium2.PdfPage) -> dict[int, str]:
    """Marked content id -> its words."""
    found: dict[int, str] = {}
    text = page.get_textpage()
    for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
        number = raw.FPDFPageObj_GetMarkedContentID(one.raw)
        if number >= 0:
            found[number] = found.get(number, "") + _string(raw.FPDFTextObj_GetText, one.raw, text.raw)
    return found


def _part(element: object, words: dict[int, str]) -> Heard:
    one = Heard(
        _string(raw.FPDF_StructElement_GetType, element),
        alt=_string(raw.FPDF_StructElement_GetAltText, element),
        language=_string(raw.FPDF_StructElement_GetLang, element),
    )
    for place in range(max(0, raw.FPDF_StructElement_CountChildren(element))):
        number = raw.FPDF_StructElement_GetChildMarkedContentID(element, place)
        if number >= 0:
            one.parts.append(Heard("", words=words.get(number, "")))
        elif child := raw.FPDF_StructElement_GetChildAtIndex(element, place):
            one.parts.append(_part(child, words))
    return one


def _string(ask: object, *on: object) -> str:
    """pdfium writes UTF-16 into room that one gives it, and says how many bytes."""
    size = ask(*on, None, 0)  # type: ignore[operator]
    room = ctypes.create_string_buffer(max(2, size))
    kind = raw.FPDF_WCHAR if ask in (raw.FPDFTextObj_GetText, raw.FPDFCatalog_GetLanguage) else None
    ask(*on, ctypes.cast(room, ctypes.POINTER(kind)) if kind else room, size)  # type: ignore[operator]
    return room.raw[: max(0, size - 2)].decode("utf-16-le")


def accessible(content: bytes, *, title: str, language: str = "fr") -> list[Heard]:
    """Says that a paper can be heard (PDF/UA-1, ISO 14289-1: what a machine can tell), and gives its pages."""
    assert b"pdfuaid:part" in content and b"/DisplayDocTitle true" in content and b"/Marked true" in content
    with pypdfium2.PdfDocument(content) as document:
        assert raw.FPDFCatalog_IsTagged(document.raw)
        assert _string(raw.FPDFCatalog_GetLanguage, document.raw).split("-")[0] == language
        assert document.get_metadata_value("Title").replace("\u00a0", " ") == title
        written = [one for page in document for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT])]
        assert written and all(raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(one.raw)) for one in written)
    assert loose(content) == 0, "something belongs neither to the words nor to the ornaments"
    pages = heard(content)
    every = [one for page in pages for one in page.all()]
    levels = [int(one.kind[1]) for one in every if len(one.kind) == 2 and one.kind[0] == "H"]
    assert levels and levels[0] == 1, levels
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    assert all(one.said().strip() for one in every if one.kind in ("H1", "H2", "H3", "TH", "Figure"))
    assert all(one.alt for one in every if one.kind == "Figure")
    tables = [one for one in every if one.kind == "Table"]
    assert all(any(part.kind == "TH" for part in one.all()) for one in tables)
    said = " ".join(page.said() for page in pages)
    assert "\ufffd" not in said and not re.search(r"\w [?!;»]|« \w| %", said), "French typography"
    return pages
