"""Strategies for narratives, in reading form: what the reader gives is what the law compares."""

from __future__ import annotations

from hypothesis import strategies as st

from hygie.formats.cda.narrative import (
    Break,
    Cell,
    Footnote,
    Image,
    Item,
    Link,
    List,
    Narrative,
    Paragraph,
    Row,
    Span,
    Sub,
    Sup,
    Table,
)
from hygie.formats.cda.narrative_xml import tidy

# Words with what tries to break out: markup, quotes, entities, addresses, bidirectional marks, no-break spaces.
_HOSTILE = (
    "<script>", "</td>", "&amp;", '"', "'", "<!--", "]]>", "javascript:alert(1)", "onerror=x", "\u202e", "\xa0", "data:x", "é", "日本", "{{ x }}",
)  # fmt: skip
words = (
    st.lists(st.sampled_from(_HOSTILE) | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zs", "Zl", "Zp")), min_size=1, max_size=6), min_size=1, max_size=3)
    .map(" ".join)
    .filter(lambda text: not {"\ufffe", "\uffff"} & set(text))
)  # fmt: skip
names = st.none() | st.from_regex(r"i[0-9]{1,3}", fullmatch=True)
styles = st.lists(
    st.sampled_from(["Bold", "Italics", "BoldItalics", "Underline", "xFgColorRed", "onclick"]), max_size=2
).map(tuple)
targets = st.sampled_from(["#i1", "#i2", "#nowhere", "https://example.org/x", "javascript:alert(1)", "//x", "", "#"])


def mixed(inner, *, edge):
    return st.lists(words | inner, max_size=4).map(lambda nodes: tidy(nodes, edge=edge))


inline = st.recursive(
    st.just(Break()),
    lambda inner: (
        st.builds(Span, mixed(inner, edge=False), styles, names, st.none() | st.sampled_from(["insert", "delete"]))
        | st.builds(Sub, mixed(inner, edge=False))
        | st.builds(Sup, mixed(inner, edge=False))
        | st.builds(Link, targets, mixed(inner, edge=False))
        | st.builds(Footnote, mixed(inner, edge=True), names)
    ),
    max_leaves=6,
)
captions = st.just(()) | mixed(inline, edge=True).filter(lambda nodes: all(nodes))
images = st.builds(Image, st.lists(st.sampled_from(["m1", "m2", "nowhere"]), max_size=2).map(tuple), captions, names)


def rows(inner):
    cells = st.builds(
        Cell, mixed(inner, edge=True), st.booleans(), st.integers(1, 100), st.integers(1, 100), st.none() | st.sampled_from(["left", "center", "right"]), styles, names
    )  # fmt: skip
    return st.lists(st.builds(Row, st.lists(cells, max_size=3).map(tuple), styles, names), max_size=2).map(tuple)


blocks = st.recursive(
    st.builds(Paragraph, mixed(inline, edge=True), captions, styles, names) | images,
    lambda inner: st.builds(
        List, st.lists(st.builds(Item, mixed(inline | inner, edge=True), captions, styles, names), max_size=3).map(tuple), st.booleans(), captions, styles, names
    )
    | st.builds(
        Table,
        rows(inline | inner),
        st.lists(rows(inline | inner), max_size=2).map(tuple),
        rows(inline),
        captions,
        styles,
        names,
    ),
    max_leaves=5,
)  # fmt: skip


narratives = st.builds(Narrative, mixed(inline | blocks, edge=True))
