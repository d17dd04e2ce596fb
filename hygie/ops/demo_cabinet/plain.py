"""The Markdown of a card as plain words: lists and paragraphs, nothing else, and never a tag.

CDS Hooks says that `detail` is GitHub Flavored Markdown. A reader that shows the words and the list marks loses
nothing of what a card of ours says, and gives whoever writes one no way to put a link or a picture on the screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ITEM = re.compile(r"\s{0,3}[-*+] +(.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Block:
    """lines: the items of a list, or one paragraph."""

    listed: bool
    lines: tuple[str, ...]


def blocks(detail: str) -> list[Block]:
    """In reading order. Words come back without their escapes, and are escaped again by whoever shows them."""
    found: list[Block] = []
    for line in detail.splitlines():
        item = _ITEM.fullmatch(line)
        words = _ESCAPED.sub(r"\1", item[1] if item else line).strip()
        if not words:
            continue
        if item and found and found[-1].listed:
            found[-1] = Block(True, (*found[-1].lines, words))
        else:
            found.append(Block(item is not None, (words,)))
    return found
