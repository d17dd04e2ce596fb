"""Narrative model -> our own HTML5: clean, accessible, with nothing in it that the model does not say.

Guarantee (a Hypothesis law): whatever the document, only the tags of `TAGS` and the attributes of `ATTRIBUTES` come
out, every text is escaped, no link leaves the page, no style, no script, no data: address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Final

from hygie.formats import sniff
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
    plain,
)
from hygie.formats.cda.types import CdaDocument, Media, Section, Structured

TAGS: Final = frozenset(
    {
        "section",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "div",
        "br",
        "strong",
        "em",
        "u",
        "ins",
        "del",
        "sub",
        "sup",
        "a",
        "ul",
        "ol",
        "li",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "figure",
        "figcaption",
        "img",
        "span",
    }
)
ATTRIBUTES: Final = {
    "a": {"href", "id", "class", "aria-label"},
    "img": {"src", "alt", "loading"},
    "th": {"scope", "colspan", "rowspan", "class", "id"},
    "td": {"colspan", "rowspan", "class", "id"},
    "*": {"id", "class"},
}
# CDA style code -> tag. Any other style code is kept in the model and not shown.
STYLES: Final = {"bold": "strong", "italics": "em", "emphasis": "em", "underline": "u"}
CLASSES: Final = frozenset(
    {"cda-section", "cda-table", "cda-right", "cda-center", "cda-notes", "cda-attachment", "cda-missing"}
    | {"cda-caption", "visually-hidden"}
)
SHOWN: Final = frozenset({sniff.PNG, sniff.JPEG, sniff.GIF})  # what a page may show in an <img>
MAX_HEADING: Final = 6


def images(document: CdaDocument) -> list[tuple[str, bytes]]:
    """The pictures of a document, in order, as `image_url` numbers them. The type is what the bytes say."""
    return [(kind, media.data) for media, kind in _pictures(document)]


def attachments(document: CdaDocument) -> list[tuple[str, bytes]]:
    """The other files of a document (a copy in PDF, most often), in order, as `attachment_url` numbers them."""
    return [(_kind(media), media.data) for media in _others(document)]


def to_html(
    document: CdaDocument,
    *,
    level: int = 2,
    image_url: Callable[[int], str] | None = None,
    attachment_url: Callable[[int], str] | None = None,
    prefix: str = "cda",
) -> str:
    """All the sections, their headings starting at `level`. "" for a level-1 document.

    Without `image_url`, a picture is named, not shown; likewise for attached files. `prefix` keeps the ids of two
    documents on one page apart.
    """
    if not isinstance(document.body, Structured):
        return ""
    return sections_to_html(
        document.body.sections,
        level=level,
        image_url=image_url,
        attachment_url=attachment_url,
        prefix=prefix,
        pictures=[media for media, _ in _pictures(document)],
        files=_others(document),
    )


def sections_to_html(
    sections: tuple[Section, ...],
    *,
    level: int = 2,
    image_url: Callable[[int], str] | None = None,
    attachment_url: Callable[[int], str] | None = None,
    prefix: str = "cda",
    pictures: list[Media] | None = None,
    files: list[Media] | None = None,
) -> str:
    page = _Page(image_url, attachment_url, prefix, pictures or [], files or [])
    page.targets = _targets(sections, prefix)
    for section in sections:
        page.section(section, level)
    for place, target, words in page.links:
        if target not in page.given:  # it pointed to something that is not shown, inside a link for instance
            page.out[place] = escape(words)
    return "".join(page.out)


@dataclass
class _Page:
    image_url: Callable[[int], str] | None
    attachment_url: Callable[[int], str] | None
    prefix: str
    pictures: list[Media]
    files: list[Media]
    out: list[str] = field(default_factory=list)
    targets: dict[str, str] = field(default_factory=dict)  # ids that something links to -> ours
    given: set[str] = field(default_factory=set)
    links: list[tuple[int, str, str]] = field(default_factory=list)  # where in `out`, to which id, its words
    notes: list[Footnote] = field(default_factory=list)
    note_numbers: dict[str, int] = field(default_factory=dict)
    note_count: int = 0

    def section(self, section: Section, level: int) -> None:
        self.out.append('<section class="cda-section">')
        if section.title:
            heading = f"h{min(level, MAX_HEADING)}"
            self.out.append(f"<{heading}>{escape(section.title)}</{heading}>")
        if section.text is not None:
            self.narrative(section.text, section.title)
        shown = {target for target in _shown(section.text) if target}
        for media in section.media:  # a picture the narrative does not place is still part of the document
            if not media.nested and (media.id is None or media.id not in shown):
                self.media(media, ())
        for child in section.sections:
            self.section(child, level + 1 if section.title else level)
        self.out.append("</section>")

    def narrative(self, narrative: Narrative, title: str | None) -> None:
        self.flow(narrative.children, title)
        first = self.note_count - len(self.notes)
        if self.notes:
            self.out.append('<ol class="cda-notes">')
            for at, note in enumerate(self.notes, first + 1):
                self.out.append(f'<li id="{self.prefix}-note-{at}">')
                self.inline(note.children)
                self.out.append("</li>")
            self.out.append("</ol>")
            self.notes.clear()

    # ---- blocks

    def flow(self, nodes: tuple[Node, ...], title: str | None = None) -> None:
        """Mixed content: runs of inline nodes become paragraphs."""
        run: list[Node] = []
        for node in nodes:
            if _is_block(node):
                self.run(run)
                run = []
                self.block(node, title)
            else:
                run.append(node)
        self.run(run)

    def run(self, nodes: list[Node]) -> None:
        while nodes and isinstance(nodes[0], Break):
            nodes.pop(0)
        while nodes and isinstance(nodes[-1], Break):
            nodes.pop()
        if any(not isinstance(node, str) or node.strip() for node in nodes):
            self.out.append("<p>")
            self.inline(tuple(nodes))
            self.out.append("</p>")

    def block(self, node: Node, title: str | None) -> None:
        match node:
            case Paragraph():
                self.paragraph(node, title)
            case List():
                self.items(node, title)
            case Table():
                self.table(node, title)
            case Image():
                self.image(node)
            case Span() | Link() | Sub() | Sup():  # an inline element around blocks: its words matter, not its box
                tag = "div" if (id := self.id(getattr(node, "id", None))) else ""
                self.out.append(f"<div{id}>" if tag else "")
                self.flow(node.children, title)
                self.out.append("</div>" if tag else "")
                if isinstance(node, Link):
                    self.address(node)

    def paragraph(self, node: Paragraph, title: str | None) -> None:
        boxed = bool(node.caption) or any(_is_block(child) for child in node.children)
        tag = "div" if boxed else "p"
        self.out.append(f"<{tag}{self.id(node.id)}>")
        if node.caption:
            self.out.append('<p class="cda-caption">')
            self.inline(node.caption)
            self.out.append("</p>")
        opened = self.open(node.styles) if not boxed else []
        if boxed:
            self.flow(node.children, title)
        else:
            self.inline(node.children)
        self.close(opened)
        self.out.append(f"</{tag}>")

    def items(self, node: List, title: str | None) -> None:
        tag = "ol" if node.ordered else "ul"
        if node.caption:
            self.out.append('<p class="cda-caption">')
            self.inline(node.caption)
            self.out.append("</p>")
        if not node.items:
            return
        self.out.append(f"<{tag}{self.id(node.id)}>")
        for item in node.items:
            self.item(item, title)
        self.out.append(f"</{tag}>")

    def item(self, item: Item, title: str | None) -> None:
        self.out.append(f"<li{self.id(item.id)}>")
        if item.caption:
            self.out.append("<strong>")
            self.inline(item.caption)
            self.out.append("</strong> ")
        self.content(item.children, item.styles, title)
        self.out.append("</li>")

    def table(self, node: Table, title: str | None) -> None:
        if not node.head and not node.foot and not any(node.bodies):
            if node.caption:
                self.run([*node.caption])
            return
        self.out.append(f'<table class="cda-table"{self.id(node.id)}>')
        if node.caption:
            self.out.append("<caption>")
            self.inline(node.caption)
            self.out.append("</caption>")
        elif title:  # a table without a name of its own is announced by its section's
            self.out.append(f'<caption class="visually-hidden">{escape(title)}</caption>')
        self.rows("thead", node.head, heads=True)
        for body in node.bodies:
            self.rows("tbody", body)
        self.rows("tfoot", node.foot)
        self.out.append("</table>")

    def rows(self, tag: str, rows: tuple[Row, ...], *, heads: bool = False) -> None:
        if not rows:
            return
        self.out.append(f"<{tag}>")
        for row in rows:
            self.out.append(f"<tr{self.id(row.id)}>")
            for at, cell in enumerate(row.cells):
                self.cell(cell, row, heads=heads, first=at == 0)
            self.out.append("</tr>")
        self.out.append(f"</{tag}>")

    def cell(self, cell: Cell, row: Row, *, heads: bool, first: bool) -> None:
        heads_something = cell.header and bool(plain(cell.children))  # a header without a word heads nothing
        tag = "th" if heads_something else "td"
        scope = ""
        if heads_something:
            across = heads or not first or all(other.header for other in row.cells)
            side = "col" if across else "row"
            many = (cell.colspan if across else cell.rowspan) > 1
            scope = f' scope="{side}{"group" if many else ""}"'
        spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
        spans += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
        side_class = f' class="cda-{cell.align}"' if cell.align in ("right", "center") else ""
        self.out.append(f"<{tag}{scope}{spans}{side_class}{self.id(cell.id)}>")
        self.content(cell.children, (*row.styles, *cell.styles), None)
        self.out.append(f"</{tag}>")

    def content(self, nodes: tuple[Node, ...], styles: tuple[str, ...], title: str | None) -> None:
        """The inside of a cell or an item: bare words when they are only words, blocks otherwise."""
        if any(_is_block(node) for node in nodes):
            self.flow(nodes, title)
            return
        opened = self.open(styles) if nodes else []
        self.inline(nodes)
        self.close(opened)

    # ---- inline

    def inline(self, nodes: tuple[Node, ...]) -> None:
        for node in nodes:
            match node:
                case str():
                    self.out.append(escape(node))
                case Break():
                    self.out.append("<br>")
                case Span():
                    self.span(node)
                case Sub() | Sup():
                    tag = "sub" if isinstance(node, Sub) else "sup"
                    self.out.append(f"<{tag}>")
                    self.inline(node.children)
                    self.out.append(f"</{tag}>")
                case Link():
                    self.link(node)
                case Footnote():
                    self.footnote(node)
                case FootnoteRef():
                    if number := self.note_numbers.get(node.target):
                        self.out.append(f'<sup><a href="#{self.prefix}-note-{number}">{number}</a></sup>')
                case _:  # a block where only words fit (a caption): its words
                    self.out.append(escape(plain((node,))))

    def span(self, node: Span) -> None:
        tags = self.open(node.styles)
        change = {"insert": "ins", "delete": "del"}.get(node.revised or "")
        id = self.id(node.id)
        if change or id:
            tag = change or "span"
            self.out.append(f"<{tag}{id}>")
            self.inline(node.children)
            self.out.append(f"</{tag}>")
        else:
            self.inline(node.children)
        self.close(tags)

    def link(self, node: Link) -> None:
        target = self.targets.get(node.target[1:]) if node.target.startswith("#") else None
        words = plain(node.children)
        if target and words:
            self.links.append((len(self.out), target, words))
            self.out.append(f'<a href="#{target}">{escape(words)}</a>')
            return
        self.inline(node.children)
        self.address(node)

    def address(self, node: Link) -> None:
        """An address outside the document is text to read, never a link to follow."""
        if node.target and not node.target.startswith("#") and node.target not in plain(node.children):
            self.out.append(f" ({escape(node.target)})")

    def footnote(self, node: Footnote) -> None:
        self.note_count += 1
        self.notes.append(node)
        if node.id:
            self.note_numbers.setdefault(node.id, self.note_count)
        number = self.note_count
        self.out.append(f'<sup><a href="#{self.prefix}-note-{number}" aria-label="Note {number}">{number}</a></sup>')

    def image(self, node: Image) -> None:
        found = False
        for target in node.targets:
            for media in (*self.pictures, *self.files):
                if media.id == target:
                    self.media(media, node.caption)
                    found = True
                    break
        if not found:
            words = plain(node.caption)
            self.out.append(
                '<p class="cda-missing">Pièce jointe absente du document'
                + (f" : {escape(words)}" if words else "")
                + "</p>"
            )

    def media(self, media: Media, caption: tuple[Node, ...]) -> None:
        words = plain(caption)
        place = next((at for at, one in enumerate(self.pictures) if one is media), None)
        if place is not None:
            name = words or f"Image {place + 1} du document"
            if self.image_url is None:
                self.out.append(f'<p class="cda-attachment">{escape(name)}</p>')
                return
            source = escape(self.image_url(place))
            self.out.append(f'<figure><img src="{source}" alt="{escape(name)}" loading="lazy">')
            self.out.append(f"<figcaption>{escape(words)}</figcaption></figure>" if words else "</figure>")
            return
        place = next((at for at, one in enumerate(self.files) if one is media), None)
        name = words or ("Copie du document (PDF)" if _kind(media) == sniff.PDF else "Fichier joint au document")
        if place is None or self.attachment_url is None:
            self.out.append(f'<p class="cda-attachment">{escape(name)}</p>')
        else:
            address = escape(self.attachment_url(place))
            self.out.append(f'<p class="cda-attachment"><a href="{address}">{escape(name)}</a></p>')

    def open(self, styles: tuple[str, ...]) -> list[str]:
        tags: list[str] = []
        for style in styles:
            low = style.lower()
            wanted = ("strong", "em") if low == "bolditalics" else (STYLES[low],) if low in STYLES else ()
            tags += [tag for tag in wanted if tag not in tags]
        self.out.extend(f"<{tag}>" for tag in tags)
        return tags

    def close(self, tags: list[str]) -> None:
        self.out.extend(f"</{tag}>" for tag in reversed(tags))

    def id(self, written: str | None) -> str:
        """An id attribute, ours and only where something points; the first element of that name has it."""
        target = self.targets.get(written or "")
        if target is None or target in self.given:
            return ""
        self.given.add(target)
        return f' id="{target}"'


def _is_block(node: Node) -> bool:
    if isinstance(node, (*BLOCKS, Image)):
        return True
    if isinstance(node, Span | Link | Sub | Sup):
        return any(_is_block(child) for child in node.children)
    return False


def _pictures(document: CdaDocument) -> list[tuple[Media, str]]:
    found = []
    for media in _media(document):
        kind = sniff.image(media.data)
        if kind in SHOWN:
            found.append((media, kind))
    return found


def _others(document: CdaDocument) -> list[Media]:
    return [media for media in _media(document) if sniff.image(media.data) not in SHOWN]


def _media(document: CdaDocument) -> list[Media]:
    found: list[Media] = []

    def walk(sections: tuple[Section, ...]) -> None:
        for section in sections:
            found.extend(section.media)
            walk(section.sections)

    if isinstance(document.body, Structured):
        walk(document.body.sections)
    return found


def _kind(media: Media) -> str:
    return sniff.image(media.data) or (sniff.PDF if b"%PDF-" in media.data[:1024] else "application/octet-stream")


def _targets(sections: tuple[Section, ...], prefix: str) -> dict[str, str]:
    """Ids that an internal link names and that an element bears -> an id of ours, without a word of theirs."""
    wanted: list[str] = []
    borne: set[str] = set()

    def nodes(children: tuple[Node, ...]) -> None:
        for node in children:
            if isinstance(node, str | Break | FootnoteRef):
                continue
            if isinstance(node, Link) and node.target.startswith("#"):
                wanted.append(node.target[1:])
            if id := getattr(node, "id", None):
                borne.add(id)
            nodes(getattr(node, "children", ()))
            nodes(getattr(node, "caption", ()))
            if isinstance(node, List):
                for item in node.items:
                    borne.add(item.id or "")
                    nodes(item.caption)
                    nodes(item.children)
            if isinstance(node, Table):
                for row in (*node.head, *(row for body in node.bodies for row in body), *node.foot):
                    borne.add(row.id or "")
                    for cell in row.cells:
                        borne.add(cell.id or "")
                        nodes(cell.children)

    def walk(found: tuple[Section, ...]) -> None:
        for section in found:
            if section.text is not None:
                nodes(section.text.children)
            walk(section.sections)

    walk(sections)
    linked = dict.fromkeys(id for id in wanted if id and id in borne)
    return {id: f"{prefix}-{at}" for at, id in enumerate(linked, 1)}


def _shown(narrative: Narrative | None) -> set[str]:
    """The media ids that a narrative places."""
    found: set[str] = set()

    def walk(children: tuple[Node, ...]) -> None:
        for node in children:
            if isinstance(node, Image):
                found.update(node.targets)
            elif isinstance(node, List):
                for item in node.items:
                    walk(item.caption)
                    walk(item.children)
            elif isinstance(node, Table):
                for row in (*node.head, *(row for body in node.bodies for row in body), *node.foot):
                    for cell in row.cells:
                        walk(cell.children)
            elif not isinstance(node, str | Break | FootnoteRef):
                walk(node.children)

    if narrative is not None:
        walk(narrative.children)
    return found
