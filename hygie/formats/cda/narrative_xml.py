"""Narrative block <-> model. Reading keeps every word; what it does not know becomes plain text, and is reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from lxml import etree

from hygie.formats.cda.header_reader import V3
from hygie.formats.cda.header_writer import add
from hygie.formats.cda.narrative import (
    BLOCKS,
    Break,
    Cell,
    Footnote,
    FootnoteRef,
    Image,
    Item,
    Link,
    List,
    Narrative,
    Node,
    Paragraph,
    Row,
    Span,
    Sub,
    Sup,
    Table,
)

MAX_NESTING: Final = 60  # deeper than any page; below it, words are kept and structure is not
_SPACES: Final = re.compile(r"[ \t\r\n]+")
_ALIGN: Final = frozenset({"left", "center", "right"})
_LAYOUT: Final = frozenset({V3 + "col", V3 + "colgroup"})  # widths only: no words


def read(text: etree._Element, report: Callable[[str], None]) -> Narrative:
    """`report` receives the name of each element that was kept as plain text only."""
    return Narrative(_Reader(report).mixed(text, 0, edge=True))


class _Reader:
    def __init__(self, report: Callable[[str], None]) -> None:
        self.report = report

    def mixed(self, element: etree._Element, depth: int, *, edge: bool, skip: str | None = None) -> tuple[Node, ...]:
        """Children and text, in order. edge: spaces at both ends mean nothing (a block)."""
        if depth > MAX_NESTING:
            self.report("trop imbriqué")
            return tidy(["".join(element.itertext())], edge=edge)
        nodes: list[Node] = [element.text or ""]
        for child in element:
            if child.tag != skip:
                nodes.append(self.node(child, depth + 1))
            nodes.append(child.tail or "")
        return tidy(nodes, edge=edge)

    def node(self, child: etree._Element, depth: int) -> Node:
        name = child.tag[len(V3) :] if child.tag.startswith(V3) else child.tag
        if name == "br":
            return (
                Break()
                if not len(child) and not (child.text or "").strip()
                else Span(self.mixed(child, depth, edge=False))
            )
        if name == "content":
            revised = child.get("revised")
            return Span(
                self.mixed(child, depth, edge=False),
                _styles(child),
                child.get("ID"),
                revised if revised in ("insert", "delete") else None,
            )
        if name == "paragraph":
            caption = self.caption(child, depth)
            return Paragraph(
                self.mixed(child, depth, edge=True, skip=V3 + "caption"), caption, _styles(child), child.get("ID")
            )
        if name == "list":
            return self.items(child, depth)
        if name == "table":
            return self.table(child, depth)
        if name == "sub":
            return Sub(self.mixed(child, depth, edge=False))
        if name == "sup":
            return Sup(self.mixed(child, depth, edge=False))
        if name == "linkHtml":
            return Link(child.get("href") or "", self.mixed(child, depth, edge=False))
        if name == "footnote":
            return Footnote(self.mixed(child, depth, edge=True), child.get("ID"))
        if name == "footnoteRef":
            return FootnoteRef(child.get("IDREF") or "")
        if name == "renderMultiMedia":
            targets = tuple((child.get("referencedObject") or "").split())
            return Image(targets, self.caption(child, depth), child.get("ID"))
        self.report(name.rsplit("}", 1)[-1])
        return Span(self.mixed(child, depth, edge=False))

    def caption(self, element: etree._Element, depth: int) -> tuple[Node, ...]:
        nodes: list[Node] = []
        for found in element.iterchildren(V3 + "caption"):
            if nodes:
                nodes.append(" ")
            nodes.extend(self.mixed(found, depth + 1, edge=True))
        return tidy(nodes, edge=True)

    def items(self, element: etree._Element, depth: int) -> List:
        items: list[Item] = []
        for child in element:
            if child.tag == V3 + "item":
                caption = self.caption(child, depth + 1)
                body = self.mixed(child, depth + 1, edge=True, skip=V3 + "caption")
                items.append(Item(body, caption, _styles(child), child.get("ID")))
            elif child.tag != V3 + "caption":
                items.append(Item(tidy([self.node(child, depth + 1)], edge=True)))
        for stray in _stray(element):  # words where only items belong
            items.append(Item((stray,)))
        return List(
            tuple(items),
            element.get("listType") == "ordered",
            self.caption(element, depth),
            _styles(element),
            element.get("ID"),
        )

    def table(self, element: etree._Element, depth: int) -> Table:
        head: list[Row] = []
        foot: list[Row] = []
        bodies: list[tuple[Row, ...]] = []
        loose: list[Row] = []
        for child in element:
            if child.tag == V3 + "thead":
                head += self.rows(child, depth + 1)
            elif child.tag == V3 + "tfoot":
                foot += self.rows(child, depth + 1)
            elif child.tag == V3 + "tbody":
                bodies.append(tuple(self.rows(child, depth + 1)))
            elif child.tag == V3 + "tr":
                loose.append(self.row(child, depth + 1))
            elif child.tag != V3 + "caption" and child.tag not in _LAYOUT:
                loose.append(Row((Cell(tidy([self.node(child, depth + 1)], edge=True)),)))
        loose += [Row((Cell((stray,)),)) for stray in _stray(element)]
        if loose:
            bodies.append(tuple(loose))
        return Table(
            tuple(head), tuple(bodies), tuple(foot), self.caption(element, depth), _styles(element), element.get("ID")
        )

    def rows(self, group: etree._Element, depth: int) -> list[Row]:
        found: list[Row] = []
        for child in group:
            if child.tag == V3 + "tr":
                found.append(self.row(child, depth + 1))
            else:
                found.append(Row((Cell(tidy([self.node(child, depth + 1)], edge=True)),)))
        return found + [Row((Cell((stray,)),)) for stray in _stray(group)]

    def row(self, element: etree._Element, depth: int) -> Row:
        cells: list[Cell] = []
        inherited = element.get("align")
        for child in element:
            if child.tag not in (V3 + "td", V3 + "th"):
                cells.append(Cell(tidy([self.node(child, depth + 1)], edge=True)))
                continue
            align = child.get("align") or inherited
            cells.append(
                Cell(
                    self.mixed(child, depth + 1, edge=True),
                    child.tag == V3 + "th",
                    _span(child.get("colspan")),
                    _span(child.get("rowspan")),
                    align if align in _ALIGN else None,
                    _styles(child),
                    child.get("ID"),
                )
            )
        cells += [Cell((stray,)) for stray in _stray(element)]
        return Row(tuple(cells), _styles(element), element.get("ID"))


def tidy(nodes: Iterable[Node], *, edge: bool) -> tuple[Node, ...]:
    """Neighbouring strings joined, runs of spaces made one, spaces beside a block or a break removed."""
    joined: list[Node] = []
    for node in nodes:
        if isinstance(node, str) and joined and isinstance(joined[-1], str):
            joined[-1] += node
        else:
            joined.append(node)
    kept: list[Node] = []
    for at, node in enumerate(joined):
        if isinstance(node, str):
            text = _SPACES.sub(" ", node)
            before = joined[at - 1] if at else None
            after = joined[at + 1] if at + 1 < len(joined) else None
            if (before is None and edge) or isinstance(before, (Break, *BLOCKS)):
                text = text.lstrip(" ")
            if (after is None and edge) or isinstance(after, (Break, *BLOCKS)):
                text = text.rstrip(" ")
            if text:
                kept.append(text)
        else:
            kept.append(node)
    return tuple(kept)


def _stray(element: etree._Element) -> list[str]:
    texts = [element.text or "", *(child.tail or "" for child in element)]
    return [text for text in (_SPACES.sub(" ", part).strip(" ") for part in texts) if text]


def _styles(element: etree._Element) -> tuple[str, ...]:
    return tuple((element.get("styleCode") or "").split())


def _span(written: str | None) -> int:
    return (
        min(max(int(written), 1), 100)
        if written and written.isascii() and written.isdigit() and len(written) < 5
        else 1
    )


# ---- writing


def write(parent: etree._Element, narrative: Narrative) -> None:
    """Append `<text>` to a section."""
    _fill(etree.SubElement(parent, V3 + "text"), narrative.children)


def _fill(element: etree._Element, nodes: tuple[Node, ...]) -> None:
    last: etree._Element | None = element[-1] if len(element) else None
    for node in nodes:
        if isinstance(node, str):
            if last is None:
                element.text = (element.text or "") + node
            else:
                last.tail = (last.tail or "") + node
        else:
            last = _element(element, node)


def _element(parent: etree._Element, node: Node) -> etree._Element:
    match node:
        case Break():
            return add(parent, "br")
        case Span():
            made = add(parent, "content", ID=node.id, revised=node.revised, styleCode=" ".join(node.styles) or None)
            _fill(made, node.children)
        case Sub() | Sup():
            made = add(parent, "sub" if isinstance(node, Sub) else "sup")
            _fill(made, node.children)
        case Link():
            made = add(parent, "linkHtml", href=node.target)
            _fill(made, node.children)
        case Footnote():
            made = add(parent, "footnote", ID=node.id)
            _fill(made, node.children)
        case FootnoteRef():
            made = add(parent, "footnoteRef", IDREF=node.target)
        case Image():
            made = add(parent, "renderMultiMedia", ID=node.id, referencedObject=" ".join(node.targets))
            _caption(made, node.caption)
        case Paragraph():
            made = add(parent, "paragraph", ID=node.id, styleCode=" ".join(node.styles) or None)
            _caption(made, node.caption)
            _fill(made, node.children)
        case List():
            made = add(
                parent,
                "list",
                ID=node.id,
                listType="ordered" if node.ordered else None,
                styleCode=" ".join(node.styles) or None,
            )
            _caption(made, node.caption)
            for item in node.items:
                entry = add(made, "item", ID=item.id, styleCode=" ".join(item.styles) or None)
                _caption(entry, item.caption)
                _fill(entry, item.children)
        case Table():
            made = _table(parent, node)
        case _:
            raise TypeError(f"not a narrative node: {type(node).__name__}")
    return made


def _table(parent: etree._Element, table: Table) -> etree._Element:
    made = add(parent, "table", ID=table.id, styleCode=" ".join(table.styles) or None)
    _caption(made, table.caption)
    groups = [("thead", table.head)] if table.head else []
    groups += [("tfoot", table.foot)] if table.foot else []
    groups += [("tbody", body) for body in table.bodies]
    for name, rows in groups:
        group = add(made, name)
        for row in rows:
            line = add(group, "tr", ID=row.id, styleCode=" ".join(row.styles) or None)
            for cell in row.cells:
                box = add(
                    line,
                    "th" if cell.header else "td",
                    ID=cell.id,
                    colspan=str(cell.colspan) if cell.colspan > 1 else None,
                    rowspan=str(cell.rowspan) if cell.rowspan > 1 else None,
                    align=cell.align,
                    styleCode=" ".join(cell.styles) or None,
                )
                _fill(box, cell.children)
    return made


def _caption(parent: etree._Element, nodes: tuple[Node, ...]) -> None:
    if nodes:
        _fill(add(parent, "caption"), nodes)
