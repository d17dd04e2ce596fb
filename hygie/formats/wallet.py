"""An emergency card as things one carries: a page to print and fold to the size of a bank card, an image for a telephone's
locked screen. Pure: values in, bytes out, the same each time.

Written with the fonts that come with the drawing library, which have no Arabic: that language has the page and the file only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

import reportlab
import segno
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

NO_FONT: Final = frozenset({"ar"})
WIDTH, HEIGHT = 85.6 * mm, 54 * mm  # ISO/IEC 7810, ID-1
SCREEN: Final = (1080, 2340)  # pixels of a common telephone; the clock stands in the upper third
_FONTS = Path(reportlab.__file__).parent / "fonts"
_INK, _BRAND, _PAPER = (20, 30, 34), (11, 87, 99), (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Row:
    """A section: its title in each language of the card, and its lines, the gravest first."""

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
    font = "WalletBold" if bold else "Wallet"
    page.setFont(font, size)
    for line in _folded(text, lambda said: pdfmetrics.stringWidth(said, font, size) <= width):
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
        y = _paint(draw, row.title, x, y + 18, width, 40, True, SCREEN[1] - 230 - side)
        for line in row.lines:
            y = _paint(draw, line, x, y, width, 38, False, SCREEN[1] - 230 - side)
    _paint(draw, card.foot, x, SCREEN[1] - 180 - max(side, 60), width - side - 40, 24, False, SCREEN[1] - 180)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _paint(
    draw: ImageDraw.ImageDraw, text: str, x: int, y: int, width: int, size: int, bold: bool, floor: int
) -> int:  # fmt: skip
    font = ImageFont.truetype(_FONTS / ("VeraBd.ttf" if bold else "Vera.ttf"), size)
    for line in _folded(text, lambda said: font.getlength(said) <= width):
        if y + size > floor:
            break
        draw.text((x, y), line, font=font, fill=_INK)
        y += int(size * 1.3)
    return y
