"""A PDF of text: the demo's documents, test material. Tagged and with its letters embedded, like all our papers; about 20 kB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hygie.formats import printing

Rows = Sequence[Sequence[str]]


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
    Text is text: nothing in it is taken for markup.
    """
    return printing.pdf("sheet", title=title or " ", blocks=list(blocks), sender=list(sender), footer=footer)
