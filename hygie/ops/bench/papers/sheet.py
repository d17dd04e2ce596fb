"""A page on which invented reports are drawn, and the truth that each drawn row adds."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import reportlab
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from hygie.ops.bench.papers.reports import Line, number_of

# Fonts of the machine when it has them, else those that come with the drawing library.
_FONTS: Final = {
    "Sans": ("dejavu/DejaVuSans.ttf", "Vera.ttf"),
    "Sans-Bold": ("dejavu/DejaVuSans-Bold.ttf", "VeraBd.ttf"),
    "Narrow": ("liberation/LiberationSansNarrow-Regular.ttf", "Vera.ttf"),
    "Narrow-Bold": ("liberation/LiberationSansNarrow-Bold.ttf", "VeraBd.ttf"),
    "Serif": ("dejavu/DejaVuSerif.ttf", "Vera.ttf"),
    "Serif-Bold": ("dejavu/DejaVuSerif-Bold.ttf", "VeraBd.ttf"),
}


@dataclass(frozen=True, slots=True)
class Truth:
    """One result that the paper shows: numbers with a point, units in UCUM, the sample's day."""

    loinc: str
    value: str
    comparator: str
    unit: str
    low: str | None
    high: str | None
    flag: str
    day: date
    second: tuple[str, str] | None = None
    previous: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A drawn document. pages: how many."""

    name: str
    data: bytes
    truths: tuple[Truth, ...]
    pages: int


@cache
def font(name: str) -> str:
    """Register a font under its short name and give the name back."""
    if name in _FONTS:
        preferred, bundled = _FONTS[name]
        path = Path("/usr/share/fonts/truetype") / preferred
        path = path if path.exists() else Path(reportlab.__file__).parent / "fonts" / bundled
        pdfmetrics.registerFont(TTFont(name, str(path)))
    return name


class Sheet:
    """A4 canvas with a pen that goes down; `head` is drawn on every page. Coordinates in millimetres from top left."""

    def __init__(self, head: Callable[[Sheet, int], None], *, top: float, bottom: float = 270) -> None:
        self.out = io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=A4, invariant=1)
        self.head, self.top, self.bottom = head, top, bottom
        self.page, self.y = 1, top
        head(self, 1)

    def text(
        self, x: float, words: str, face: str, size: float, *, right: bool = False, y: float | None = None
    ) -> float:
        """Draw at x (or ending at x), on the pen's line or at y; the x where the words end."""
        self.canvas.setFont(font(face), size)
        at = A4[1] - (self.y if y is None else y) * mm
        (self.canvas.drawRightString if right else self.canvas.drawString)(x * mm, at, words)
        return x if right else x + self.width(words, face, size)

    def centred(self, x: float, words: str, face: str, size: float) -> None:
        self.canvas.setFont(font(face), size)
        self.canvas.drawCentredString(x * mm, A4[1] - self.y * mm, words)

    @staticmethod
    def width(words: str, face: str, size: float) -> float:
        return float(pdfmetrics.stringWidth(words, font(face), size)) / mm

    def down(self, step: float, *, keep: float = 0) -> None:
        """Move the pen down; a new page when less than `keep` is left below."""
        self.y += step
        if self.y + keep > self.bottom:
            self.canvas.showPage()
            self.page += 1
            self.y = self.top
            self.head(self, self.page)

    def rule(self, *, width: float = 0.5, left: float = 12, right: float = 198) -> None:
        self.canvas.setLineWidth(width)
        self.canvas.line(left * mm, A4[1] - (self.y + 1.2) * mm, right * mm, A4[1] - (self.y + 1.2) * mm)

    def box(self, left: float, top: float, right: float, bottom: float, *, grey: float | None = None) -> None:
        self.canvas.setFillGray(grey if grey is not None else 0)
        self.canvas.rect(left * mm, A4[1] - bottom * mm, (right - left) * mm, (bottom - top) * mm,
                         stroke=int(grey is None), fill=int(grey is not None))  # fmt: skip
        self.canvas.setFillGray(0)

    def paper(self, name: str, truths: list[Truth]) -> Paper:
        self.canvas.save()
        return Paper(name, self.out.getvalue(), tuple(truths), self.page)


def plain(printed: str | None) -> str | None:
    """A printed number as the truth writes it."""
    return None if printed is None else f"{number_of(printed)}"


def truth(line: Line, day: date, *, second: bool = False, previous: int = 0, main: str = "first") -> Truth:
    """What one drawn row says. second: its other unit is printed too; main: which unit the row gives first."""
    code = line.analyte.loinc
    if line.words:
        return Truth(code, line.value, "", "", None, None, "", day)
    one: dict[str, Any] = {"value": line.value, "unit": line.ucum, "interval": line.interval}
    other: dict[str, Any] = {"value": line.second, "unit": line.second_ucum, "interval": line.second_interval}
    olds = tuple((on, plain(value) or "") for on, value in line.previous[:previous])
    if main == "second" and line.second:
        one, other = other, one
        olds = tuple((on, plain(v) or "") for (on, _), v in zip(line.previous, line.second_previous, strict=True))
        olds = olds[:previous]
    shown = one["interval"]
    return Truth(
        code, plain(one["value"]) or "", line.comparator, one["unit"], plain(shown.low), plain(shown.high), line.flag, day,
        (plain(other["value"]) or "", other["unit"]) if second and line.second else None, olds,
    )  # fmt: skip
