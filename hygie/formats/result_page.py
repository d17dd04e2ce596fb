"""A message of results as a page for people: tables and paragraphs of our own, built on the CDA narrative model.

The HTML is made by `cda.html`, so the same guarantee holds: only its tags, every word escaped, no link leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from hygie.formats.cda import html
from hygie.formats.cda.narrative import Break, Cell, Narrative, Node, Paragraph, Row, Span, Table
from hygie.formats.cda.types import Media, Section

_FLAGS: Final = {
    "H": "signalé élevé", "HH": "signalé très élevé", "L": "signalé bas", "LL": "signalé très bas", "B": "signalé bas",
    "BB": "signalé très bas", "A": "signalé hors de l’intervalle", "AA": "signalé hors de l’intervalle",
    "POS": "signalé positif", "NEG": "signalé négatif", "R": "résistant", "S": "sensible", "I": "intermédiaire",
}  # fmt: skip
_DOUBT: Final = (
    "Ce message ne dit pas comment ses caractères sont écrits : des accents ou des unités peuvent être faux à l’écran."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One result as it is shown. second: the same in another unit, as printed."""

    label: str
    value: str
    unit: str = ""
    interval: str = ""
    flag: str = ""
    comments: tuple[str, ...] = ()
    second: str = ""


def flag_words(flag: str) -> str:
    """The laboratory's own mark, in words; "" for « normal » and for nothing."""
    flag = flag.strip().upper()
    return "" if flag in ("", "N") else _FLAGS.get(flag, f"marqué « {flag} »")


def results(title: str | None, lines: Iterable[Line], notes: Iterable[str] = ()) -> Section:
    """A chapter: a table of results, then the remarks that go with all of it."""
    rows = tuple(_row(line) for line in lines)
    nodes: list[Node] = []
    if rows:
        head = Row(tuple(Cell((name,), header=True) for name in ("Examen", "Résultat", "Intervalle")))
        nodes.append(Table(head=(head,), bodies=(rows,)))
    nodes += paragraphs(notes)
    return Section(title=title or None, text=Narrative(tuple(nodes)))


def words(title: str | None, text: str) -> Section:
    """A chapter of free text, its lines kept."""
    return Section(title=title or None, text=Narrative(tuple(paragraphs([text]))))


def files(title: str, media: tuple[Media, ...]) -> Section:
    """A chapter of attached files."""
    return Section(title=title, text=Narrative(), media=media)


def page(
    sections: Iterable[Section],
    *,
    readable: bool = True,
    attached: list[Media] | None = None,
    attachment_url: Callable[[int], str] | None = None,
) -> str:
    """The HTML of a message. readable: False when its characters were guessed; the page says so first."""
    kept = [section for section in sections if section.text is None or section.text.children or section.media]
    if not readable:
        kept.insert(0, words(None, _DOUBT))
    return html.sections_to_html(tuple(kept), level=3, attachment_url=attachment_url, files=attached or [])


def paragraphs(texts: Iterable[str]) -> list[Node]:
    """Paragraphs set apart by empty lines; single ends of line are kept."""
    made: list[Node] = []
    for text in texts:
        for block in text.replace("\r\n", "\n").replace("\r", "\n").split("\n\n"):
            nodes: list[Node] = []
            for line in block.split("\n"):
                if line.strip():
                    nodes += [line.rstrip(), Break()]
            if nodes:
                made.append(Paragraph(tuple(nodes[:-1])))
    return made


def _row(line: Line) -> Row:
    """Three columns fit a telephone: what goes with a value stands under it."""
    nodes: list[Node] = [f"{line.value} {line.unit}".strip()]
    if line.second:
        nodes += [Break(), f"soit {line.second}"]
    for text in filter(None, (flag_words(line.flag), *line.comments)):
        for part in filter(None, text.split("\n")):
            nodes += [Break(), Span((part,), ("italics",))]
    return Row((Cell((line.label,), header=True), Cell(tuple(nodes)), Cell((line.interval,))))
