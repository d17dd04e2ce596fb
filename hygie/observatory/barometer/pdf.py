"""The report as a PDF with a text layer: one finding a page, then the method. The same report gives the same bytes."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    CondPageBreak,
    HRFlowable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from hygie.formats.said import say
from hygie.observatory.barometer import drawing
from hygie.observatory.barometer.drawing import BRAND, FAINT, INK, MUTED, PAPER, WIDTH, Spoken, typeset
from hygie.observatory.barometer.findings import Facing, Page
from hygie.observatory.barometer.html import changes_sentence
from hygie.observatory.barometer.numbers import count, percents
from hygie.observatory.barometer.report import WAVES, Report

_WARNING = HexColor("#fdf0cf")
_BAND = 74 * mm


@cache
def _styles() -> dict[str, Any]:
    text, bold, italic = drawing.fonts()
    body = ParagraphStyle("body", fontName=text, fontSize=9, leading=13, textColor=INK, spaceAfter=4)
    return {
        "body": body,
        "item": ParagraphStyle("item", body, fontSize=8.6, leading=12, leftIndent=10, bulletIndent=0, spaceAfter=3),
        "title": ParagraphStyle("title", body, fontName=bold, fontSize=25, leading=31, textColor=PAPER, spaceAfter=0),
        "kicker": ParagraphStyle("kicker", body, fontName=bold, fontSize=8, leading=11, textColor=BRAND, spaceAfter=3),
        "finding": ParagraphStyle("finding", body, fontName=bold, fontSize=16, leading=21, spaceBefore=4, spaceAfter=6),
        "question": ParagraphStyle("question", body, fontName=italic, fontSize=8.6, leading=12, textColor=MUTED, spaceAfter=10),
        "head": ParagraphStyle("head", body, fontName=bold, fontSize=10, leading=13, spaceBefore=9, spaceAfter=4),
        "figure": ParagraphStyle("figure", body, fontName=bold, fontSize=9, leading=12, spaceBefore=10, spaceAfter=5),
        "muted": ParagraphStyle("muted", body, fontSize=7.8, leading=10.5, textColor=MUTED),
        "caution": ParagraphStyle(
            "caution", body, fontSize=8.6, leading=12, backColor=_WARNING, borderPadding=7, spaceBefore=12, leftIndent=7, rightIndent=7,
        ),
        "large": ParagraphStyle("large", body, fontName=bold, fontSize=28, leading=34, textColor=BRAND, spaceAfter=2),
        "quote": ParagraphStyle("quote", body, fontName=italic, fontSize=11, leading=16, leftIndent=10, spaceAfter=2),
    }  # fmt: skip


def document(report: Report, spoken: Spoken = str, *, language: str = "fr-FR") -> bytes:
    """The PDF file."""
    out = BytesIO()
    story: list[Any] = [*_cover(report, spoken)]
    for number, one in enumerate(report.pages, 1):
        story += [PageBreak(), *_finding(one, report, number, spoken)]
    if report.changes:
        name = report.before_name
        story += [PageBreak(), *_titled(changes_sentence(report.changes, name), say("Deux vagues comparées"), spoken)]
        story += [Spacer(1, 8), drawing.changes(report.changes, name, spoken), Spacer(1, 10)]
        story.append(_said(spoken(WAVES), "muted"))
    if report.verbatims:
        story += [PageBreak(), *_titled(say("Paroles"), say("Ce que des personnes ont dit"), spoken)]
        story.append(_said(spoken(say("Choisies pour ce qu’elles font comprendre. Elles ne sont ni comptées ni représentatives.")), "muted"))  # fmt: skip
        for theme, words in report.verbatims:
            story += [Spacer(1, 8), _said(f"« {words} »", "quote"), _said(theme, "muted")]
    story += [PageBreak(), *_titled(say("Méthode"), say("Comment ces chiffres ont été faits"), spoken)]
    for title, sentences in report.method:
        story += [CondPageBreak(30 * mm), _said(spoken(title), "head")]
        story += [Paragraph(escape(typeset(spoken(one))), _styles()["item"], bulletText="–") for one in sentences]
    margins = {"leftMargin": 20 * mm, "rightMargin": 20 * mm, "topMargin": 18 * mm, "bottomMargin": 20 * mm}
    SimpleDocTemplate(
        out, pagesize=A4, title=spoken(report.about.title), author="Hygie", lang=language, invariant=1, **margins
    ).build(story, onFirstPage=_front(report, spoken), onLaterPages=_foot(report, spoken))
    return out.getvalue()


def _said(words: str, style: str) -> Any:
    return Paragraph(escape(typeset(words)), _styles()[style])


def _titled(sentence: str, kicker: str, spoken: Spoken) -> list[Any]:
    rule = HRFlowable(width=WIDTH, thickness=1.4, color=BRAND, spaceBefore=0, spaceAfter=4)
    return [_said(spoken(kicker), "kicker"), rule, _said(spoken(sentence), "finding")]


def _cover(report: Report, spoken: Spoken) -> list[Any]:
    about = report.about
    parts: list[Any] = [Spacer(1, _BAND - 8 * mm)]
    if about.label:
        parts += [_said(spoken(about.label), "caution"), Spacer(1, 10)]
    facts = (
        (count(report.size), say("réponses")),
        (say("Population"), report.population),
        (say("Recueil"), about.fieldwork),
        (say("Rapport"), about.made),
    )  # fmt: skip
    cells = [[_said(spoken(name), "head"), _said(spoken(words), "muted")] for name, words in facts]
    rule = [("LINEABOVE", (0, 0), (-1, 0), 1.2, BRAND), ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)]  # fmt: skip
    parts += [Table([cells], colWidths=[WIDTH / 4] * 4, style=TableStyle(rule), hAlign="LEFT"), Spacer(1, 8)]
    if not report.pages:
        return parts
    parts.append(_said(spoken(say("En {n} résultats", n=len(report.pages))), "head"))
    rows = [
        [_said(str(number), "kicker"), _said(spoken(one.sentence), "item")]
        for number, one in enumerate(report.pages, 1)
    ]
    lines = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -2), 0.3, FAINT), ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]  # fmt: skip
    return [*parts, Table(rows, colWidths=[9 * mm, WIDTH - 9 * mm], style=TableStyle(lines), hAlign="LEFT")]


def _finding(one: Page, report: Report, number: int, spoken: Spoken) -> list[Any]:
    kicker = say("Résultat {number} sur {all}", number=number, all=len(report.pages))
    parts = [*_titled(one.sentence, kicker, spoken), _said(f"« {one.question} »", "question")]
    if one.facing:
        parts.append(_facing(one.facing, spoken))
    parts += [drawing.shares(one.bars, report.before_name, spoken), Spacer(1, 4), _said(spoken(one.base), "muted")]
    if one.groups:
        heading = say("Selon les groupes. {title} : « {answer} »", title=one.groups.title, answer=one.groups.label)
        parts += [_said(spoken(heading), "figure"), drawing.groups(one.groups, spoken)]
    if one.cautions:
        said = " ".join(spoken(told) for told in one.cautions)
        words = f"<b>{escape(typeset(spoken(say('Avec prudence'))))}.</b> {escape(typeset(said))}"
        parts.append(Paragraph(words, _styles()["caution"]))
    return parts


def _facing(two: Facing, spoken: Spoken) -> Any:
    """Declared against measured, each with its base: two boxes, no axis."""
    source = spoken(say("source : {source}", source=two.source))
    declared, measured = (
        [_said(spoken(name), "kicker"), _said(spoken(percents(share)), "large"), _said(words, "muted")]
        for name, share, words in (
            (say("Déclaré"), two.declared, spoken(two.declared_base)),
            (say("Mesuré"), two.measured, f"{spoken(two.measured_base)} ({source})"),
        )
    )
    apart = _said(
        spoken(say("Deux bases différentes : ces deux chiffres ne se dessinent pas sur le même axe.")), "muted"
    )
    boxes = [
        ("BOX", (0, 0), (0, 0), 0.8, FAINT), ("BOX", (2, 0), (2, 0), 0.8, FAINT), ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("SPAN", (0, 1), (-1, 1)), ("LEFTPADDING", (0, 1), (-1, 1), 0),
    ]  # fmt: skip
    wide = (WIDTH - 6 * mm) / 2
    return Table(
        [[declared, "", measured], [apart, "", ""]],
        colWidths=[wide, 6 * mm, wide],
        style=TableStyle(boxes),
        hAlign="LEFT",
    )


def _front(report: Report, spoken: Spoken) -> Any:
    foot = _foot(report, spoken)

    def draw(canvas: Any, made: Any) -> None:
        wide, high = A4
        canvas.setFillColor(BRAND)
        canvas.rect(0, high - _BAND, wide, _BAND, stroke=0, fill=1)
        title = _said(spoken(report.about.title), "title")
        _, tall = title.wrapOn(canvas, WIDTH, _BAND)
        title.drawOn(canvas, 20 * mm, high - _BAND / 2 - tall / 2)
        foot(canvas, made)

    return draw


def _foot(report: Report, spoken: Spoken) -> Any:
    def draw(canvas: Any, made: Any) -> None:
        canvas.setFont(drawing.fonts()[0], 7)
        canvas.setFillColor(MUTED)
        canvas.setStrokeColor(FAINT)
        canvas.line(20 * mm, 15 * mm, A4[0] - 20 * mm, 15 * mm)
        label = spoken(report.about.label).split(" : ")[0].split(": ")[0]
        said = f"{spoken(report.about.title)}{' – ' + label if label else ''}"
        canvas.drawString(20 * mm, 11 * mm, typeset(said))
        canvas.drawRightString(A4[0] - 20 * mm, 11 * mm, str(made.page))

    return draw
