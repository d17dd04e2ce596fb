"""The words of a PDF page with their places, and a page as clean grey pixels: what reading a document needs.

Runs in the sandboxed child only, like `drawing`. Places are fractions of the page as people see it (rotation applied),
from its top left corner: they fit the image that `drawing.draw` makes of the same page.
"""

from __future__ import annotations

import ctypes
import json
from array import array
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from hygie.formats.preview import drawing

MAX_CHARACTERS = 60_000  # of one page
SCAN_WIDTH = 2480  # pixels: A4 at 300 dpi; smaller pictures are enlarged to it, 2.5 times at most
SCAN_HEIGHT = 4400

_GRID = 1_000_000
_HIDDEN = 3  # text rendering mode of the layer that scanners lay over a picture (ISO 32000-1, table 106)
_COVERS = 0.6  # share of the page under one picture from which the text is held for a scanner's
_GRAIN = 6.0  # mean difference with a median filter, in grey levels, above which a picture is grainy
# Pixels at 300 dpi: the shortest upright stroke of a letter, how near to it all is part of the word, half a gap of dots.
_STROKE, _BESIDE, _LEADER_GAP = 10, 34, 18
_RULE_ACROSS, _RULE_DOWN = 220, 150  # pixels at 300 dpi: a line this long is no part of a letter
_SKEW = 5.0  # degrees looked at on each side


def words(data: bytes, number: int) -> bytes:
    """Page `number` (from 1) as JSON: its size in points, whether a picture covers it, its words.

    {"width": 595.3, "height": 841.9, "covered": false, "words": [[text, left, top, right, bottom, size, bold, hidden]]}
    """
    document = drawing._pdf(data)
    if not 1 <= number <= len(document):
        raise drawing.Refusal("no-such-page")
    page = document[number - 1]
    width, height = page.get_size()
    layer = page.get_textpage()
    found = list(_words(page, layer, min(layer.count_chars(), MAX_CHARACTERS)))
    said = {"width": round(width, 1), "height": round(height, 1), "covered": _covered(page), "words": found}
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")


def scan(data: bytes, media_type: str, number: int, turn: int) -> tuple[bytes, int, int, float, bool]:
    """Page `number` for character recognition: 8-bit grey rows, width, height, the skew taken out (degrees), and
    whether its lines seem to run from top to bottom.

    turn: quarter turns clockwise before anything else, for a page that lies on its side. The paper becomes white, its
    shadows go, lines of text become level; nothing is sharpened or repainted. The size stays that of the upright page:
    a place in it, turned back by the skew around the centre and by the quarter turns, is a place on the page as seen.
    """
    if media_type == "application/pdf":
        page = drawing._pdf_page(drawing._pdf(data), number, SCAN_WIDTH)
    else:
        page = drawing._photo(data, media_type, number, (SCAN_WIDTH, SCAN_HEIGHT))
    grey = page.convert("L")
    del page
    if turn % 4:
        grey = grey.transpose(
            (Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90)[turn % 4 - 1]
        )
    grey = _quiet(_flat(grey))
    times = min(SCAN_WIDTH / min(grey.size), SCAN_HEIGHT / max(grey.size), 2.5)
    if times > 1.1:
        grey = grey.resize((round(grey.width * times), round(grey.height * times)), Image.Resampling.BICUBIC)
    angle = _skew(grey)
    if abs(angle) >= 0.1:
        grey = grey.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
    grey = _without_leaders(_without_rules(grey))
    return grey.tobytes(), grey.width, grey.height, angle, _sideways(grey)


def warm() -> None:
    """Load, before the walls, what the functions above load on first use."""
    sheet = Image.new("RGB", (320, 320), "white")
    sheet.paste("black", (20, 20, 300, 24))
    photo = drawing._jpeg(sheet, quality=80)
    scan(photo, "image/jpeg", 1, 1)
    scan(drawing.join([photo]), "application/pdf", 1, 0)
    words(drawing.join([photo]), 1)
    typed = drawing._typed("Amina 12", 1)
    list(_words(typed[0], typed[0].get_textpage(), 8))


# --- words -----------------------------------------------------------------------------------------------------------


def _words(page: pypdfium2.PdfPage, layer: pypdfium2.PdfTextPage, count: int) -> Any:
    box, style, name = pdfium.FS_RECTF(), ctypes.c_int(), ctypes.create_string_buffer(128)
    letters: list[str] = []
    left = bottom = right = top = 0.0
    first = 0

    def word() -> list[Any]:
        weight = pdfium.FPDFText_GetFontWeight(layer, first)
        length = pdfium.FPDFText_GetFontInfo(layer, first, name, 128, style)
        named = name.raw[: max(0, min(length, 128) - 1)].lower()
        bold = weight >= 600 or b"bold" in named or b"black" in named or b"heavy" in named
        hidden = pdfium.FPDFTextObj_GetTextRenderMode(pdfium.FPDFText_GetTextObject(layer, first)) == _HIDDEN
        place = _place(page, left, bottom, right, top)
        size = round(float(pdfium.FPDFText_GetFontSize(layer, first)), 2)
        return ["".join(letters), *place, size, bool(bold), bool(hidden)]

    for at in range(count):
        code = pdfium.FPDFText_GetUnicode(layer, at)
        letter = "-" if code == 0xFFFE else chr(code) if 32 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
        if letter.isspace() or not letter.isprintable():
            if letters:
                yield word()
                letters = []
            continue
        if not pdfium.FPDFText_GetLooseCharBox(layer, at, box) or box.right <= box.left:
            if letters:
                letters.append(letter)
            continue
        tall = max(box.top - box.bottom, 0.1)
        if letters and (abs(box.bottom - bottom) > 0.5 * tall or box.left - right > 0.4 * tall or box.left < left):
            yield word()
            letters = []
        if letters:
            left, bottom = min(left, box.left), min(bottom, box.bottom)
            right, top = max(right, box.right), max(top, box.top)
        else:
            first, left, bottom, right, top = at, box.left, box.bottom, box.right, box.top
        letters.append(letter)
    if letters:
        yield word()


def _place(page: pypdfium2.PdfPage, left: float, bottom: float, right: float, top: float) -> list[float]:
    """Left, top, right and bottom as fractions of the page as seen."""
    across, down = ctypes.c_int(), ctypes.c_int()
    seen = []
    for x, y in ((left, top), (right, bottom)):
        pdfium.FPDF_PageToDevice(page, 0, 0, _GRID, _GRID, 0, x, y, across, down)
        seen.append((across.value / _GRID, down.value / _GRID))
    (x0, y0), (x1, y1) = seen
    return [round(min(1.0, max(0.0, v)), 5) for v in (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))]


def _covered(page: pypdfium2.PdfPage) -> bool:
    width, height = page.get_size()
    for picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        if abs(right - left) * abs(top - bottom) > _COVERS * width * height:
            return True
    return False


# --- scans -----------------------------------------------------------------------------------------------------------


def _flat(grey: Image.Image) -> Image.Image:
    """White paper and no shadow: what is darker than the paper around it, stretched to the full range."""
    paper = grey.reduce(8).filter(ImageFilter.MaxFilter(11)).filter(ImageFilter.GaussianBlur(8))
    paper = paper.resize(grey.size, Image.Resampling.BILINEAR)
    return ImageOps.autocontrast(ImageChops.invert(ImageChops.subtract(paper, grey)), cutoff=(0.3, 25))


def _skew(grey: Image.Image) -> float:
    """By how many degrees to turn the page so that its lines are level: the angle whose rows differ most in ink."""
    small = ImageChops.invert(grey.resize((800, max(1, grey.height * 800 // grey.width)), Image.Resampling.BOX))
    small = small.point(lambda level: level if level > 60 else 0)

    def sharpness(angle: float) -> float:
        turned = small.rotate(angle, resample=Image.Resampling.BILINEAR).convert("F")
        return _unevenness(turned.resize((1, turned.height), Image.Resampling.BOX))

    coarse = max((step / 2 for step in range(int(-2 * _SKEW), int(2 * _SKEW) + 1)), key=sharpness)
    best = max((coarse + step / 10 for step in range(-5, 6)), key=sharpness)
    return round(best, 1) if sharpness(best) > 1.02 * sharpness(0.0) else 0.0


def _unevenness(line: Image.Image) -> float:
    """How much a line of pixels changes from one to the next."""
    levels = array("f", line.tobytes())
    return sum((low - high) ** 2 for low, high in pairwise(levels))


def _sideways(grey: Image.Image) -> bool:
    ink = ImageChops.invert(grey.resize((600, max(1, grey.height * 600 // grey.width)), Image.Resampling.BOX)).convert(
        "F"
    )
    across = _unevenness(ink.resize((ink.width, 1), Image.Resampling.BOX)) / ink.width
    return across > 1.3 * _unevenness(ink.resize((1, ink.height), Image.Resampling.BOX)) / ink.height


def _quiet(grey: Image.Image) -> Image.Image:
    """Without the grain of a sensor, where there is some: specks cost recognition much time and many letters."""
    middle = grey.crop((grey.width // 4, grey.height // 4, 3 * grey.width // 4, 3 * grey.height // 4))
    grain = ImageStat.Stat(ImageChops.difference(middle, middle.filter(ImageFilter.MedianFilter(3)))).mean[0]
    return grey.filter(ImageFilter.GaussianBlur(0.9)) if grain > _GRAIN else grey


def _without_rules(grey: Image.Image) -> Image.Image:
    """Without the ruled lines of a table, even those that touch words: solid ink longer than any letter's stroke."""
    ink = grey.point(lambda level: 0 if level < 190 else 255)
    across, down = _solid(ink, _RULE_ACROSS, (1, 0)), _solid(ink, _RULE_DOWN, (0, 1))
    rules = ImageChops.darker(_spread(across, 0, 1), _spread(down, 1, 0))
    return ImageChops.lighter(grey, ImageChops.invert(rules))


def _solid(ink: Image.Image, length: int, way: tuple[int, int]) -> Image.Image:
    """Dark where ink goes on for at least `length` pixels in one way, over the whole of the run and no further."""
    run, done = ink, 1
    while done < length:
        step = min(done, length - done)
        run = ImageChops.lighter(run, ImageChops.offset(run, way[0] * step, way[1] * step))
        done += step
    done = 1
    while done < length:  # back over the run that ends at each dark pixel
        step = min(done, length - done)
        run = ImageChops.darker(run, ImageChops.offset(run, -way[0] * step, -way[1] * step))
        done += step
    return run


def _without_leaders(grey: Image.Image) -> Image.Image:
    """Without dotted leaders and ruled lines, which recognition takes for letters.

    Erased is only what is low (no upright stroke near) and goes on sideways for at least half a centimetre: never a
    comma, a dash between two numbers or a star.
    """
    ink = grey.point(lambda level: 0 if level < 170 else 255)
    letters = _spread(_upright_runs(grey.point(lambda level: 0 if level < 205 else 255), _STROKE), _BESIDE, 14)
    low = ImageChops.lighter(ink, ImageChops.invert(letters))
    joined = _spread(low, _LEADER_GAP, 1)
    long = joined
    for step in (1, 2, 4, 8, 16, 32, 64):  # dark stays where 128 pixels in a row are dark
        long = ImageChops.lighter(long, ImageChops.offset(long, step, 0))
    long = _spread(long, 128, 3)
    runs = ImageChops.lighter(_spread(low, 2, 2), long)  # dark: low ink that belongs to a long run
    return ImageChops.lighter(grey, ImageChops.darker(ImageChops.invert(runs), letters))


def _upright_runs(ink: Image.Image, length: int) -> Image.Image:
    """Dark where at least `length` pixels, one above the other, are dark."""
    run, done = ink, 1
    while done < length:
        step = min(done, length - done)
        run = ImageChops.lighter(run, ImageChops.offset(run, 0, step))
        done += step
    return _spread(run, 0, length)


def _spread(ink: Image.Image, across: int, down: int) -> Image.Image:
    """Dark grown by so many pixels to each side."""
    for size, way in ((across, (1, 0)), (down, (0, 1))):
        done = 0
        while done < size:
            step = min(max(1, done), size - done)
            one = ImageChops.offset(ink, way[0] * step, way[1] * step)
            other = ImageChops.offset(ink, -way[0] * step, -way[1] * step)
            ink = ImageChops.darker(ImageChops.darker(ink, one), other)
            done += step
    return ink
