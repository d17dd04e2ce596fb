"""A letter on one A4 page, ready for a window envelope: large type, text layer, the same bytes for the same words.

The address stands in the window of a French DL envelope (NF Z 10-011): 20 mm from the right edge, 45 mm from the top.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

_LINES = 6  # the window holds no more
_SIZE, _LEADING = 14, 20  # points: large type


@cache
def _font() -> tuple[str, str]:
    import reportlab
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(reportlab.__file__).parent / "fonts"
    for name, file in (("HygieLetter", "Vera.ttf"), ("HygieLetterBold", "VeraBd.ttf")):
        pdfmetrics.registerFont(TTFont(name, folder / file))
    return "HygieLetter", "HygieLetterBold"


def letter(*, to: Sequence[str], title: str, paragraphs: Sequence[str], large: str = "") -> bytes:
    """`to`: the lines of the address, name first. `large`: a code, set apart in very large type."""
    from reportlab.lib.pagesizes import A4  # loaded for whoever wants a letter: every process has this module at hand
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas

    plain, bold = _font()
    out = BytesIO()
    page = Canvas(out, pagesize=A4, invariant=1, lang="fr-FR")
    page.setTitle(title)
    width, height = A4
    page.setFont(bold, 16)
    page.drawString(20 * mm, height - 22 * mm, "Hygie")
    page.setFont(plain, 12)
    for number, line in enumerate(one for one in to[:_LINES] if one.strip()):
        page.drawString(105 * mm, height - 48 * mm - number * 15, line[:45])
    at = height - 105 * mm
    page.setFont(bold, 18)
    page.drawString(20 * mm, at, title)
    at -= 2 * _LEADING
    for paragraph in paragraphs:
        for line in _broken(paragraph, plain, width - 40 * mm):
            page.setFont(plain, _SIZE)
            page.drawString(20 * mm, at, line)
            at -= _LEADING
        at -= _LEADING / 2
    if large:
        page.setFont(bold, 34)
        page.drawCentredString(width / 2, at - 20, large)
    page.showPage()
    page.save()
    return out.getvalue()


def _broken(text: str, font: str, width: float) -> list[str]:
    from reportlab.pdfbase import pdfmetrics

    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if pdfmetrics.stringWidth(longer, font, _SIZE) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
