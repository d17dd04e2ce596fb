"""The report as a PDF with a text layer: one finding a page, then the method. The same report gives the same bytes."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import reportlab
from reportlab.graphics.shapes import Drawing, Line, Polygon, Rect, String
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from hygie.observatory.barometer.findings import Bar, Page, percent, points
from hygie.observatory.barometer.report import Report

_INK, _MUTED, _BRAND, _GROUND, _NEW, _PAPER = (
    HexColor(one) for one in ("#1a2a2f", "#50616a", "#0b5763", "#ece5d8", "#97390f", "#ffffff")
)
_WIDTH: Final = A4[0] - 40 * mm
_LABEL: Final = 62 * mm
_ROW: Final = 30


@cache
def _styles() -> dict[str, Any]:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name, file in (("Baro", "Vera.ttf"), ("BaroBold", "VeraBd.ttf")):
        pdfmetrics.registerFont(TTFont(name, folder / file))
    body = ParagraphStyle("body", fontName="Baro", fontSize=10, leading=14.5, textColor=_INK, spaceAfter=5)
    return {
        "body": body,
        "title": ParagraphStyle("title", body, fontName="BaroBold", fontSize=22, leading=27, spaceAfter=14),
        "finding": ParagraphStyle("finding", body, fontName="BaroBold", fontSize=16, leading=21, spaceAfter=8),
        "head": ParagraphStyle("head", body, fontName="BaroBold", fontSize=11.5, leading=15, spaceBefore=8),
        "muted": ParagraphStyle("muted", body, fontSize=8.5, leading=12, textColor=_MUTED),
        "caution": ParagraphStyle("caution", body, backColor=HexColor("#fdf0cf"), borderPadding=6, spaceBefore=8, leftIndent=6, rightIndent=6),
    }  # fmt: skip


def document(report: Report) -> bytes:
    """The PDF file."""
    styles, out = _styles(), BytesIO()
    story: list[Any] = [Paragraph(escape(report.about.title), styles["title"])]
    if report.about.label:
        story += [Paragraph(escape(report.about.label), styles["caution"]), Spacer(1, 12)]
    story.append(
        _said(
            f"{report.size} réponses. {report.population}. Recueil : {report.about.fieldwork}. Rapport du {report.about.made}."
        )
    )
    story += [_said(f"{number}. {one.sentence}") for number, one in enumerate(report.pages, 1)]
    for one in report.pages:
        story += [PageBreak(), *_finding(one)]
    story += [PageBreak(), Paragraph("Méthode", styles["finding"])]
    for title, sentences in report.method:
        story.append(Paragraph(escape(title), styles["head"]))
        story += [_said(one) for one in sentences]
    margins = {"leftMargin": 20 * mm, "rightMargin": 20 * mm, "topMargin": 20 * mm, "bottomMargin": 20 * mm}
    SimpleDocTemplate(
        out, pagesize=A4, title=report.about.title, author="Hygie", lang="fr-FR", invariant=1, **margins
    ).build(story, onFirstPage=_foot(report), onLaterPages=_foot(report))
    return out.getvalue()


def _said(words: str) -> Any:
    return Paragraph(escape(words.replace("\u202f", "\u00a0")), _styles()["body"])


def _foot(report: Report) -> Any:
    def draw(canvas: Any, made: Any) -> None:
        canvas.setFont("Baro", 7)
        canvas.setFillColor(_MUTED)
        label = report.about.label.split(" : ")[0]
        canvas.drawString(20 * mm, 11 * mm, f"{report.about.title}{' – ' + label if label else ''}")
        canvas.drawRightString(A4[0] - 20 * mm, 11 * mm, str(made.page))

    return draw


def _finding(one: Page) -> list[Any]:
    styles = _styles()
    parts: list[Any] = [
        Paragraph(escape(one.sentence), styles["finding"]),
        Paragraph(f"« {escape(one.question)} »", styles["muted"]),
    ]
    if one.facing:
        two = one.facing
        parts += [
            _said(f"Déclaré : {percent(two.declared)} % ({two.declared_base})."),
            _said(f"Mesuré : {percent(two.measured)} % ({two.measured_base} ; source : {two.source})."),
            Paragraph("Deux bases différentes : ces deux chiffres ne se dessinent pas sur le même axe.", styles["muted"]),
        ]  # fmt: skip
    parts += [Spacer(1, 6), _drawing(one.bars), _table(one), Spacer(1, 8)]
    parts.append(Paragraph(escape(one.base.replace("\u202f", "\u00a0")), styles["muted"]))
    if one.cautions:
        parts.append(Paragraph("<b>Avec prudence.</b> " + escape(" ".join(one.cautions)), styles["caution"]))
    return parts


def _drawing(bars: tuple[Bar, ...]) -> Any:
    """Bars from 0 to 100 %, the interval as a thin line, the earlier wave as a diamond."""
    room = _WIDTH - _LABEL - 14 * mm
    drawing = Drawing(_WIDTH, _ROW * len(bars) + 16)
    for place, one in enumerate(bars):
        y = _ROW * (len(bars) - place) - 4
        drawing.add(Rect(_LABEL, y, room, 11, fillColor=_GROUND, strokeColor=None))
        drawing.add(Rect(_LABEL, y, room * one.share, 11, fillColor=_BRAND, strokeColor=None))
        drawing.add(
            Rect(_LABEL + room * one.low, y + 4, room * (one.high - one.low), 3, fillColor=_PAPER, strokeColor=None)
        )
        drawing.add(Line(_LABEL + room * one.low, y + 5.5, _LABEL + room * one.high, y + 5.5, strokeColor=_INK))
        if one.before is not None:
            x, m = _LABEL + room * one.before, y + 5.5
            drawing.add(
                Polygon([x - 4, m, x, m + 4, x + 4, m, x, m - 4], fillColor=HexColor("#ffffff"), strokeColor=_NEW)
            )
        font = "BaroBold" if one.strong else "Baro"
        words = simpleSplit(one.label, font, 7.5, _LABEL - 4 * mm)[:3]
        for line, said in enumerate(words):
            at = y + 3 + 4.5 * (len(words) - 1) - 9 * line
            drawing.add(String(0, at, said, fontName=font, fontSize=7.5, fillColor=_INK))
        drawing.add(String(_WIDTH, y + 2, f"{percent(one.share)} %", fontName="BaroBold", fontSize=9, textAnchor="end"))
    legend = "Trait fin : intervalle à 95 %." + (" Losange : vague précédente." if any(b.told for b in bars) else "")
    drawing.add(String(0, 4, legend, fontName="Baro", fontSize=7, fillColor=_MUTED))
    return drawing


def _table(one: Page) -> Any:
    small = ParagraphStyle("small", _styles()["body"], fontSize=8, leading=10.5, spaceAfter=0)
    before = any(bar.told for bar in one.bars)
    rows = [["Réponse", "Part", "Intervalle à 95 %", *(["Vague précédente"] if before else [])]]
    rows += [
        [
            Paragraph(escape(bar.label), small), f"{percent(bar.share)} %", f"{points(bar.low)} à {points(bar.high)} %",
            *([Paragraph(escape(bar.told), small)] if before else []),
        ]
        for bar in one.bars
    ]  # fmt: skip
    widths = [_WIDTH - 48 * mm - (50 * mm if before else 0), 16 * mm, 32 * mm, *([50 * mm] if before else [])]
    style = [
        ("FONT", (0, 0), (-1, -1), "Baro", 8),
        ("TEXTCOLOR", (0, 0), (-1, 0), _MUTED),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEABOVE", (0, 1), (-1, -1), 0.4, _GROUND),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
    ]
    return Table(rows, colWidths=widths, style=TableStyle(style), repeatRows=1)
