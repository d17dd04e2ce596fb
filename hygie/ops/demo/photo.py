"""Pictures and pages as people would add them: a page photographed on a table, a letter scanned."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from hygie.formats import pdf

_FONTS = Path(reportlab.__file__).parent / "fonts"  # Bitstream Vera, which has our accents


def page(title: str, lines: Sequence[str]) -> bytes:
    """A JPEG of a written page lying a little askew on a table."""
    sheet = Image.new("RGB", (1000, 1300), (250, 247, 238))
    draw = ImageDraw.Draw(sheet)
    draw.text((90, 90), title, font=_font(56), fill=(40, 40, 70))
    for n in range(18):
        draw.line((90, 230 + 58 * n, 910, 230 + 58 * n), fill=(200, 208, 222), width=2)
    for n, line in enumerate(lines):
        draw.text((100, 238 + 116 * n), line, font=_font(40), fill=(28, 44, 120))
    draw.text((90, 1225), "Personne et document inventés", font=_font(22), fill=(150, 150, 150))
    table = Image.new("RGB", (1300, 1600), (122, 98, 76))
    shadow = Image.new("L", sheet.size, 90).rotate(-2.2, expand=True)
    turned = sheet.rotate(-2.2, expand=True, resample=Image.Resampling.BICUBIC)
    mask = Image.new("L", sheet.size, 255).rotate(-2.2, expand=True, resample=Image.Resampling.BICUBIC)
    table.paste((60, 48, 38), (152, 158), shadow)
    table = table.filter(ImageFilter.GaussianBlur(6))
    table.paste(turned, (132, 136), mask)
    out = io.BytesIO()
    table.save(out, "JPEG", quality=82)
    return out.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / "VeraIt.ttf", size)


def letter(title: str, text: str) -> bytes:
    return pdf.text_pdf(title, [text], footer="Personne et document inventés - démonstration")
