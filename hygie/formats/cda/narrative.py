"""The narrative of a section as frozen values: what a person reads, without any XML or HTML.

A node is a string (runs of spaces already one) or one of the classes below. `styles` are CDA style codes as written;
only those of `html.STYLES` are ever shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, Union

Node: TypeAlias = Union[
    str, "Break", "Span", "Sub", "Sup", "Link", "Footnote", "FootnoteRef", "Image", "Paragraph", "List", "Table"
]


@dataclass(frozen=True, slots=True)
class Break:
    pass


@dataclass(frozen=True, slots=True)
class Span:
    """`content`. revised: "insert" or "delete" when the text tracks a change."""

    children: tuple[Node, ...] = ()
    styles: tuple[str, ...] = ()
    id: str | None = None
    revised: str | None = None


@dataclass(frozen=True, slots=True)
class Sub:
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Sup:
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Only a target inside the document (`#id`) becomes a link; any other is shown as text."""

    target: str
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Footnote:
    children: tuple[Node, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class FootnoteRef:
    target: str


@dataclass(frozen=True, slots=True)
class Image:
    """`renderMultiMedia`: ids of the media of the document, and a caption."""

    targets: tuple[str, ...]
    caption: tuple[Node, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    children: tuple[Node, ...] = ()
    caption: tuple[Node, ...] = ()
    styles: tuple[str, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    children: tuple[Node, ...] = ()
    caption: tuple[Node, ...] = ()
    styles: tuple[str, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class List:
    items: tuple[Item, ...] = ()
    ordered: bool = False
    caption: tuple[Node, ...] = ()
    styles: tuple[str, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """align: left, center or right, nothing else."""

    children: tuple[Node, ...] = ()
    header: bool = False
    colspan: int = 1
    rowspan: int = 1
    align: str | None = None
    styles: tuple[str, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...] = ()
    styles: tuple[str, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[Row, ...] = ()
    bodies: tuple[tuple[Row, ...], ...] = ()
    foot: tuple[Row, ...] = ()
    caption: tuple[Node, ...] = ()
    styles: tuple[str, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Narrative:
    children: tuple[Node, ...] = ()


BLOCKS = (Paragraph, List, Table)


def plain(nodes: tuple[Node, ...]) -> str:
    """The words alone, in reading order, for an alternative text or a search."""
    return " ".join(" ".join(_words(nodes)).split())


def _words(nodes: tuple[Node, ...]) -> list[str]:
    found: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            found.append(node)
        elif isinstance(node, Table):
            found += _words(node.caption)
            for row in (*node.head, *(row for body in node.bodies for row in body), *node.foot):
                for cell in row.cells:
                    found += _words(cell.children)
        elif isinstance(node, List):
            found += _words(node.caption)
            for item in node.items:
                found += _words(item.caption) + _words(item.children)
        elif isinstance(node, Image):
            found += _words(node.caption)
        elif isinstance(node, Paragraph):
            found += _words(node.caption) + _words(node.children)
        elif isinstance(node, Span | Sub | Sup | Link | Footnote):
            found += _words(node.children)
    return found
