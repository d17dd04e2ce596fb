"""A small PDF of text: letters, the demo's documents, test material.

French only needs the fonts every reader has, so none is embedded: a one-page letter takes about 2 kB.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

Rows = Sequence[Sequence[str]]

_PLAIN = ParagraphStyle("plain", fontName="Helvetica", fontSize=10.5, leading=14.5, spaceAfter=5)
_SMALL = ParagraphStyle("small", parent=_PLAIN, fontSize=9, leading=12, spaceAfter=0)
_TITLE = ParagraphStyle("title", parent=_PLAIN, fontName="Helvetica-Bold", fontSize=15, leading=20, spaceAfter=10)
_HEADING = ParagraphStyle("heading", parent=_PLAIN, fontName="Helvetica-Bold", fontSize=12, leading=16, spaceBefore=8)
_RULES = [
    ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 9.5),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
    ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.lightgrey),
    ("LEFTPADDING", (0, 0), (0, -1), 0),
]


def text_pdf(
    title: str,
    blocks: Iterable[str | Rows],
    *,
    sender: Sequence[str] = (),
    footer: str = "",
) -> bytes:
    """An A4 PDF with a text layer, in French; the same arguments give the same bytes.

    blocks: a string is a paragraph (its line ends are kept), one that starts with "# " a heading; a sequence of rows
    is a table whose first row is its header. sender: lines at the top left. footer: before the page number.
    Text is text: nothing in it is taken for markup. Letters outside Windows-1252 and Greek become a black square.
    """
    story: list[Flowable] = [_paragraph(line, _SMALL) for line in sender]
    story += [Spacer(1, 6 * mm)] if sender else []
    story.append(_paragraph(title, _TITLE))
    for block in blocks:
        if isinstance(block, str):
            heading = block.startswith("# ")
            story.append(_paragraph(block[2:] if heading else block, _HEADING if heading else _PLAIN))
        else:
            story += [_table(block), Spacer(1, 4 * mm)]

    def foot(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(20 * mm, 10 * mm, footer)
        canvas.drawRightString(A4[0] - 20 * mm, 10 * mm, f"Page {document.page}")

    out = io.BytesIO()
    SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=20 * mm,
        title=title,
        lang="fr-FR",
        invariant=1,
        pageCompression=1,
    ).build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _table(rows: Rows) -> Table:
    cells = [[_paragraph(cell, _SMALL) for cell in row] if n else list(row) for n, row in enumerate(rows)]
    return Table(cells, hAlign="LEFT", repeatRows=1, style=_RULES, colWidths=_widths(rows))


def _widths(rows: Rows) -> list[float]:
    """Columns in proportion to their longest cell, within bounds, over the width of the page."""
    longest = [min(max(len(row[n]) for row in rows), 40) + 4 for n in range(len(rows[0]))]
    return [(A4[0] - 40 * mm) * length / sum(longest) for length in longest]
