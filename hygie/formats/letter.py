"""A letter on one A4 page, ready for a window envelope: large type, the same bytes for the same words. Pure.

The page is folded in three (99 mm) into an envelope of 110 by 220 mm (DL) whose window, 35 by 100 mm, stands 20 mm from its
right and bottom edges, as sold in France. Wherever the sheet slides, the window shows x 100 to 190 mm and y 55 to 79 mm
of the page: the address stands there, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hygie.formats import printing

LINES: Final = 6
"""The window holds no more."""


def letter(*, to: Sequence[str], title: str, paragraphs: Sequence[str], large: str = "") -> bytes:
    """`to`: the lines of the address, name first. `large`: a code, set apart in very large type."""
    lines = [one.strip() for one in to if one.strip()][:LINES]
    return printing.pdf("letter", title=title, to=lines or [" "], paragraphs=list(paragraphs), large=large)
