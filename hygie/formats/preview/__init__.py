"""Pages of a document as images, for people to look at: nothing of the original file reaches a browser.

Every function below hands the bytes to a walled child process (`walls` says which walls) and checks what comes back.
Failures: Invalid with code "unreadable-file", "encrypted-file", "too-large-to-display" or "no-such-page" and a
sentence that can be shown; Unsupported for a type that has no pages; Unavailable when the machine has no room.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

from hygie.base import errors
from hygie.formats.preview.sandbox import SANDBOX, UNREADABLE, Answer

__all__ = [
    "FINEST", "IMAGE_TYPES", "MAX_JOINED", "MEDIA_TYPES", "Box", "Code", "Isolation", "PageImage", "PageWords", "ScannedPage", "Sheet", "Word", "codes", "crop",
    "isolation", "join_images", "join_sheets", "page", "page_count", "page_words", "plain_sheet", "scanned_page", "straight_sheet",
    "text",
]  # fmt: skip

IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/tiff", "image/heic", "image/heif"})
MEDIA_TYPES = IMAGE_TYPES | {"application/pdf", "text/plain"}
_DRAWN = MEDIA_TYPES | {"image/gif"}  # inside structured documents; nobody scans a page of her own as one
MAX_PAGES = 100_000
MAX_JOINED = 40
FINEST = 2_480  # pixels: the width of A4 at 300 dpi
Box = tuple[float, float, float, float]
_BESIDE, _ABOVE = 0.015, 0.012  # of the page: what is shown around a crop, so that the eye knows where it is


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page, pixels only. media_type: image/png (text) or image/webp (photographs)."""

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Word:
    """left, top, right, bottom: fractions of the page as seen. size: of its letters, in points; 0 when unknown.

    hidden: written but not drawn (the text that scanners lay over their picture). confidence: 1 for a text layer.
    """

    text: str = field(repr=False)
    left: float
    top: float
    right: float
    bottom: float
    size: float = 0.0
    bold: bool = False
    hidden: bool = False
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class PageWords:
    """The text layer of one page, in the order of the file. width, height: points. covered: under a picture."""

    width: float
    height: float
    covered: bool
    words: tuple[Word, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page as rows of grey pixels, one byte each, paper white, lines level.

    angle: degrees it was turned counterclockwise around its centre; turn: quarter turns clockwise before that;
    sideways: whether its lines seem to run from top to bottom all the same.
    """

    pixels: bytes = field(repr=False)
    width: int
    height: int
    angle: float
    turn: int
    sideways: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page on its way into a document of photos: a JPEG that fits A4 at 300 dpi, pixels only.

    corners: top left, top right, bottom right, bottom left, each (x, y) in ten-thousandths of the page as it was taken;
    empty when no sheet stood out, or when the page was left as it was.
    """

    data: bytes = field(repr=False)
    width: int
    height: int
    corners: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A bar code or a DataMatrix. symbology: its identifier (ISO/IEC 15424), « ]d2 » for a GS1 DataMatrix."""

    format: str
    symbology: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Isolation:
    """What actually holds on this machine, found by trying it from inside the walls.

    calls_filtered: the seccomp filter is on. network_gone: the empty network namespace too.
    refused: each hostile attempt with what stopped it. breaches: the attempts that nothing stopped.
    """

    calls_filtered: bool
    network_gone: bool
    refused: dict[str, str]

    @property
    def breaches(self) -> tuple[str, ...]:
        return tuple(name for name, stopped_by in self.refused.items() if not stopped_by)


def page_count(data: bytes, media_type: str) -> int:
    """How many pages can be asked for, at least 1."""
    pages = _ask("count", data, media_type).header.get("pages")
    if not isinstance(pages, int) or not 1 <= pages <= MAX_PAGES:
        raise errors.Invalid(UNREADABLE, code="unreadable-file")
    return pages


def page(data: bytes, media_type: str, number: int, *, width: int) -> PageImage:
    """Page `number` (from 1), at most `width` pixels wide (kept between 64 and 2,400), upright, without metadata."""
    return _picture(_ask("draw", data, media_type, number=number, width=min(max(width, 64), 2_400)))


def crop(data: bytes, media_type: str, number: int, box: Box, *, width: int) -> PageImage:
    """What stands in a box of page `number`, at the scale of a page `width` pixels wide, with a little around it.

    box: left, top, right, bottom in fractions of the page as people see it. ValueError for a box outside the page.
    """
    left, top, right, bottom = box
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise ValueError(box)
    sides = (max(0.0, left - _BESIDE), max(0.0, top - _ABOVE), min(1.0, right + _BESIDE), min(1.0, bottom + _ABOVE))
    named = dict(zip(("left", "top", "right", "bottom"), (round(10_000 * one) for one in sides), strict=True))
    return _picture(_ask("crop", data, media_type, number=number, width=min(max(width, 64), 2_400), **named))


def _picture(answer: Answer) -> PageImage:
    drawn, size = image_size(answer.blob), (answer.header.get("width"), answer.header.get("height"))
    if drawn is None or drawn[1:] != size:
        raise errors.Invalid(UNREADABLE, code="unreadable-file")
    return PageImage(data=answer.blob, media_type=drawn[0], width=drawn[1], height=drawn[2])


def text(data: bytes, media_type: str) -> str:
    """The text layer, one page after another, separated by form feeds; "" when the file holds only pictures.

    For the text alternative of a page, for `hygie read`, for proposals: never a clinical reading.
    """
    written = _ask("text", data, media_type).blob.decode("utf-8", "replace")
    return "".join(c for c in written if c >= " " or c in "\n\t\f")


def page_words(data: bytes, number: int) -> PageWords:
    """The words of page `number` (from 1) of a PDF and where they stand; no words when the page is only a picture."""
    try:
        said = json.loads(_ask("words", data, "application/pdf", number=number).blob)
        return PageWords(
            width=_number(said["width"], 1e6),
            height=_number(said["height"], 1e6),
            covered=said["covered"] is True,
            words=tuple(_word(row) for row in said["words"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise errors.Invalid(UNREADABLE, code="unreadable-file") from error


def scanned_page(data: bytes, media_type: str, number: int, *, turn: int = 0) -> ScannedPage:
    """Page `number` (from 1) prepared for character recognition, at most 4,400 pixels high; raw pixels, no file format."""
    answer = _ask("scan", data, media_type, number=number, turn=turn)
    width, height, angle = (answer.header.get(name) for name in ("width", "height", "angle"))
    if (
        not (isinstance(width, int) and isinstance(height, int) and isinstance(angle, int | float))
        or not (0 < width <= 12_000 and 0 < height <= 12_000)
        or len(answer.blob) != width * height
        or not -45 <= angle <= 45
    ):
        raise errors.Invalid(UNREADABLE, code="unreadable-file")
    return ScannedPage(answer.blob, width, height, float(angle), turn % 4, answer.header.get("sideways") is True)


def _word(row: list[Any]) -> Word:
    """One word as the child says it, checked: it may be lying."""
    text, left, top, right, bottom, size, bold, hidden = row
    if not isinstance(text, str) or len(text) > 4_000:
        raise ValueError
    shown = "".join(c for c in text if c.isprintable() and not c.isspace())
    return Word(
        shown, _number(left, 1.0), _number(top, 1.0), _number(right, 1.0), _number(bottom, 1.0),
        _number(size, 1e6), bold is True, hidden is True,
    )  # fmt: skip


def _number(said: Any, most: float) -> float:
    if not isinstance(said, int | float) or isinstance(said, bool) or not math.isfinite(said) or not 0 <= said <= most:
        raise ValueError
    return float(said)


def codes(data: bytes, media_type: str) -> tuple[Code, ...]:
    """The bar codes and DataMatrix codes seen on the first page of an image; at most twenty, of 400 characters."""
    if media_type not in IMAGE_TYPES:
        raise errors.Unsupported("Seule une photo montre le code d’une boîte.", code="no-preview")
    try:
        said = json.loads(_ask("codes", data, media_type).blob)
        found = tuple(Code(str(form), str(symbology), str(text)) for form, symbology, text in said)
    except (ValueError, TypeError):
        raise errors.Invalid(UNREADABLE, code="unreadable-file") from None
    return tuple(one for one in found if 0 < len(one.text) <= 400)[:20]


def join_images(images: list[bytes]) -> bytes:
    """Photos of the pages of one document, in this order, as one PDF (A4 at 300 dpi at most, no metadata).

    Same images, same bytes. A TIFF brings all its pages. Invalid for no image, more than 40 pages, or another type.
    """
    photos: list[bytes] = []
    for image in images:
        media_type = _image_type(image)
        for number in range(1, page_count(image, media_type) + 1):
            photos.append(_ask("photo", image, media_type, number=number).blob)
            if len(photos) > MAX_JOINED:
                raise errors.Invalid(f"Un document peut réunir {MAX_JOINED} pages au plus.", code="too-many-pages")
    return _joined(photos)


def _joined(photos: list[bytes]) -> bytes:
    if not photos:
        raise errors.Invalid("Choisissez au moins une photo.", code="no-image")
    if len(photos) > MAX_JOINED:
        raise errors.Invalid(f"Un document peut réunir {MAX_JOINED} pages au plus.", code="too-many-pages")
    answer = SANDBOX.ask({"operation": "join", "sizes": [len(photo) for photo in photos]}, b"".join(photos))
    if not answer.blob.startswith(b"%PDF-"):
        raise errors.Invalid(UNREADABLE, code="unreadable-file")
    return answer.blob


def straight_sheet(
    data: bytes, media_type: str, number: int, *, turn: int = 0, corners: tuple[int, ...] = (), width: int = FINEST
) -> Sheet:
    """Page `number` (from 1) cut to its sheet of paper, made level and lit evenly, then turned by quarters clockwise.

    corners: as in `Sheet`; empty: looked for. ValueError for corners that make no figure. At most `width` pixels wide.
    """
    if corners and not _makes_a_figure(corners):
        raise ValueError(corners)
    answer = _ask("straighten", data, media_type, number=number, turn=turn % 4, width=_wide(width), corners=corners)
    used = answer.header.get("corners")
    if not isinstance(used, list) or len(used) not in (0, 8) or not all(isinstance(one, int) for one in used):
        raise errors.Invalid(UNREADABLE, code="unreadable-file")
    return _sheet(answer, tuple(used))


def plain_sheet(data: bytes, media_type: str, number: int, *, turn: int = 0, width: int = FINEST) -> Sheet:
    """Page `number` (from 1) as it was taken, turned by quarters clockwise."""
    return _sheet(_ask("plain", data, media_type, number=number, turn=turn % 4, width=_wide(width)), ())


def join_sheets(sheets: list[Sheet]) -> bytes:
    """These pages, in this order, as one PDF; same pages, same bytes. Invalid for none, or more than 40."""
    return _joined([one.data for one in sheets])


def _sheet(answer: Answer, corners: tuple[int, ...]) -> Sheet:
    width, height = answer.header.get("width"), answer.header.get("height")
    whole = isinstance(width, int) and isinstance(height, int) and 0 < width <= 4_000 and 0 < height <= 4_000
    if not whole or not (answer.blob.startswith(b"\xff\xd8\xff") and answer.blob.endswith(b"\xff\xd9")):
        raise errors.Invalid(UNREADABLE, code="unreadable-file")
    return Sheet(answer.blob, int(width or 0), int(height or 0), corners)


def _makes_a_figure(corners: tuple[int, ...]) -> bool:
    """Four corners inside the page, each turn of the way round to the right, nothing flat."""
    if len(corners) != 8 or not all(0 <= one <= 10_000 for one in corners):
        return False
    points = [(corners[at], corners[at + 1]) for at in range(0, 8, 2)]
    turns = (
        (points[at - 1][0] - points[at - 2][0]) * (points[at][1] - points[at - 1][1])
        - (points[at - 1][1] - points[at - 2][1]) * (points[at][0] - points[at - 1][0])
        for at in range(4)
    )
    return all(one > 100_000 for one in turns)  # a hundredth of the page in each corner, or nearly


def _wide(width: int) -> int:
    return min(max(width, 64), FINEST)


def isolation() -> Isolation:
    """Try the walls of this machine, for the operator and for the tests."""
    answer = SANDBOX.ask({"operation": "probe"}, b"")
    return Isolation(
        calls_filtered=bool(answer.header["filtered"]),
        network_gone=SANDBOX.network_gone,
        refused={str(name): str(stopped_by) for name, stopped_by in answer.header["refused"].items()},
    )


def image_size(data: bytes) -> tuple[str, int, int] | None:
    """Media type, width and height as the first bytes of a PNG or a lossy WebP say; None for anything else."""
    if data[:16] == b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" and data.endswith(b"IEND\xaeB`\x82"):
        return "image/png", int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    whole = int.from_bytes(data[4:8], "little") + 8 == len(data)
    if whole and data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = int.from_bytes(data[26:28], "little"), int.from_bytes(data[28:30], "little")
        return "image/webp", width & 0x3FFF, height & 0x3FFF
    return None


def _ask(operation: str, data: bytes, media_type: str, **arguments: int | tuple[int, ...]) -> Answer:
    if media_type not in _DRAWN:
        raise errors.Unsupported("Ce type de fichier ne s’affiche pas page par page.", code="no-preview")
    return SANDBOX.ask({"operation": operation, "media_type": media_type, **arguments}, data)


def _image_type(data: bytes) -> str:
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    if data[:4] in (b"II*\0", b"MM\0*"):
        return "image/tiff"
    if data[4:8] == b"ftyp":
        return "image/heic"
    raise errors.Invalid("Seules des photos (JPEG, PNG, TIFF, HEIC) peuvent être réunies.", code="not-an-image")
