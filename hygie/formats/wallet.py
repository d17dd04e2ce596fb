"""An emergency card as things one carries: a page to print and fold to the size of a bank card, an image for a telephone's
locked screen. Pure: values in, bytes out, the same each time.

Latin letters are text in the fonts that come with the drawing library. Arabic is drawn as small images, each line on its
own and set to the right: its letters are joined and ordered by Pillow with HarfBuzz, Raqm and FriBiDi. Where FriBiDi is
not installed (`draws` says so), that language has the page and the file only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Final

import reportlab
import segno
from PIL import Image, ImageDraw, ImageFont, features
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 85.6 * mm, 54 * mm  # ISO/IEC 7810, ID-1
SCREEN: Final = (1080, 2340)  # pixels of a common telephone; the clock stands in the upper third
_FONTS = Path(reportlab.__file__).parent / "fonts"
_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_FINE: Final = 8  # pixels for one point of an Arabic line on paper: 576 to the inch
_INK, _BRAND, _PAPER = (20, 30, 34), (11, 87, 99), (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Row:
    """A section: its title in each language of the card, and its lines, the gravest first. A text may hold line ends."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wallet:
    """name: as shown; under: birth date; rows: what is said; foot: source and date; link: what the square opens, "" for none."""

    title: str
    name: str
    under: str
    rows: tuple[Row, ...]
    foot: str
    link: str = ""


def draws(language: str) -> bool:
    """Whether the letters of a language can be drawn here."""
    return language != "ar" or bool(features.check("raqm") and features.check("fribidi"))


@lru_cache(maxsize=32)
def _arabic(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    face = files("fontpkg_noto_sans_arabic") / "files" / "NotoSansArabic[wdth,wght].ttf"
    font = ImageFont.truetype(BytesIO(face.read_bytes()), size, layout_engine=ImageFont.Layout.RAQM)
    font.set_variation_by_axes([700 if bold else 400, 100])  # weight, width
    return font


def _arabic_lines(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    return _folded(text, lambda said: font.getlength(said, direction="rtl", language="ar") <= width)


def _drawn(line: str, font: ImageFont.FreeTypeFont, width: int) -> Image.Image:
    """One line of Arabic, set to the right of an image of that width and 1.7 times the height of its letters."""
    image = Image.new("RGBA", (width, int(font.size * 1.7)), (0, 0, 0, 0))  # what stands around shows through
    ImageDraw.Draw(image).text(
        (width, int(font.size * 1.3)), line, font=font, fill="black", anchor="rs", direction="rtl", language="ar"
    )
    return image


@lru_cache(maxsize=1)
def _register() -> None:
    for name, file in (("Wallet", "Vera.ttf"), ("WalletBold", "VeraBd.ttf")):
        pdfmetrics.registerFont(TTFont(name, _FONTS / file))


def pdf(card: Wallet) -> bytes:
    """One A4 page: the two faces side by side, to cut out and fold; what does not fit on them is written below, whole."""
    _register()
    out = BytesIO()
    page = Canvas(out, pagesize=(210 * mm, 297 * mm), invariant=True)
    page.setTitle(card.title)
    left, bottom = 19 * mm, 220 * mm
    page.setDash(2, 2)
    page.rect(left, bottom, WIDTH, HEIGHT)
    page.rect(left + WIDTH, bottom, WIDTH, HEIGHT)
    page.setDash()
    side = 26 * mm if card.link else 0
    y = _write(page, card.title.upper(), left + 4 * mm, bottom + HEIGHT - 7 * mm, WIDTH - 8 * mm, bold=True, size=7.5)
    y = _write(page, card.name, left + 4 * mm, y - 2 * mm, WIDTH - 8 * mm, bold=True, size=10)
    y = _write(page, card.under, left + 4 * mm, y, WIDTH - 8 * mm, size=7)
    _rows(page, card.rows[:2], left + 4 * mm, y - 1 * mm, WIDTH - 8 * mm, bottom + 3 * mm)
    right = left + WIDTH + 4 * mm
    _rows(page, card.rows[2:], right, bottom + HEIGHT - 7 * mm, WIDTH - 8 * mm - side, bottom + 9 * mm)
    _write(page, card.foot, right, bottom + 6 * mm, WIDTH - 8 * mm - side, size=4.6)
    if card.link:
        image = BytesIO()
        segno.make(card.link, error="m", micro=False).save(image, kind="png", scale=6, border=2)
        image.seek(0)
        page.drawImage(
            ImageReader(image), left + 2 * WIDTH - side - 2 * mm, bottom + HEIGHT - side - 3 * mm, side, side
        )
    _rows(page, card.rows, left, bottom - 14 * mm, 2 * WIDTH, 20 * mm, size=9.5)
    _write(page, card.foot, left, 14 * mm, 2 * WIDTH, size=7)
    page.save()
    return out.getvalue()


def _rows(page: Canvas, rows: Sequence[Row], x: float, y: float, width: float, floor: float, size: float = 6.6) -> None:
    for row in rows:
        if y < floor + size:
            return
        y = _write(page, row.title, x, y - 1.5, width, bold=True, size=size, floor=floor)
        for line in row.lines:
            y = _write(page, line, x, y, width, size=size, floor=floor)


def _write(
    page: Canvas, text: str, x: float, y: float, width: float, *, bold: bool = False, size: float, floor: float = 0
) -> float:
    """The words, folded to the width; where the next line begins. What would go below the floor is left out."""
    name = "WalletBold" if bold else "Wallet"
    page.setFont(name, size)
    for part in text.split("\n"):
        if _ARABIC.search(part):
            font = _arabic(round(size * _FINE), bold)
            for line in _arabic_lines(part, font, width * _FINE):
                if y < floor:
                    break
                image = _drawn(line, font, round(width * _FINE))
                page.drawImage(ImageReader(image), x, y - size * 0.4, width, image.height / _FINE, mask="auto")
                y -= size * 1.4
            continue
        for line in _folded(part, lambda said: pdfmetrics.stringWidth(said, name, size) <= width):
            if y < floor:
                break
            page.drawString(x, y, line)
            y -= size * 1.22
    return y


def _folded(text: str, fits: Callable[[str], bool]) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and fits(longer):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def screen(card: Wallet) -> bytes:
    """A PNG for a locked screen: dark, large, nothing under the clock."""
    image = Image.new("RGB", SCREEN, _BRAND)
    draw = ImageDraw.Draw(image)
    x, y, width = 80, 800, SCREEN[0] - 160
    draw.rounded_rectangle((40, y - 40, SCREEN[0] - 40, SCREEN[1] - 160), 40, fill=_PAPER)
    side = 0
    if card.link:
        code = segno.make(card.link, error="m", micro=False)
        raw = BytesIO()
        code.save(raw, kind="png", scale=8, border=2)
        raw.seek(0)
        drawn = Image.open(raw).convert("RGB")
        side = min(360, drawn.width)
        image.paste(
            drawn.resize((side, side), Image.Resampling.NEAREST), (SCREEN[0] - 60 - side, SCREEN[1] - 180 - side)
        )
    for text, size, bold in ((card.title.upper(), 40, True), (card.name, 58, True), (card.under, 38, False)):
        y = _paint(draw, text, x, y, width, size, bold, SCREEN[1])
    for row in card.rows:
        for text, size, bold in ((row.title, 40, True), *((line, 38, False) for line in row.lines)):
            beside = side + 40 if y > SCREEN[1] - 260 - side else 0  # the square leaves room on its left
            y = _paint(draw, text, x, y + 18 * bold, width - beside, size, bold, SCREEN[1] - 280)
    _paint(draw, card.foot, x, SCREEN[1] - 270, width - side - 40, 24, False, SCREEN[1] - 170)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _paint(
    draw: ImageDraw.ImageDraw, text: str, x: int, y: int, width: int, size: int, bold: bool, floor: int
) -> int:  # fmt: skip
    font = ImageFont.truetype(_FONTS / ("VeraBd.ttf" if bold else "Vera.ttf"), size)
    for part in text.split("\n"):
        arabic = _arabic(size, bold) if _ARABIC.search(part) else None
        if arabic is not None:
            lines = _arabic_lines(part, arabic, width)
        else:
            lines = _folded(part, lambda said: font.getlength(said) <= width)
        for line in lines:
            if y + size > floor:
                break
            if arabic is not None:
                at = (x + width, y + int(size * 1.1))
                draw.text(at, line, font=arabic, fill=_INK, anchor="rs", direction="rtl", language="ar")
                y += int(size * 1.6)
            else:
                draw.text((x, y), line, font=font, fill=_INK)
                y += int(size * 1.3)
    return y
