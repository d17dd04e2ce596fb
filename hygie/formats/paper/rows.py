"""Rows of a page, rebuilt from where its words stand: the one shape that every reading of paper starts from."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from hygie.formats.paper.leaves import Leaf
from hygie.formats.preview import Word

COLUMN: Final = "\t"  # stands between two words that are wide apart
_WIDE: Final = 0.95  # of the letters' size: a gap that no word space makes


@dataclass(frozen=True, slots=True)
class Row:
    """One row. text: its words with one space between them, or a tab where a column begins.

    left, top, right, bottom: fractions of the (levelled) page; at(offset) finds the word that holds a character.
    """

    leaf: Leaf = field(repr=False)
    number: int  # from 1, on its page
    words: tuple[Word, ...] = field(repr=False)
    text: str = field(repr=False)
    starts: tuple[int, ...] = field(repr=False)

    @property
    def box(self) -> tuple[float, float, float, float]:
        return (
            min(word.left for word in self.words),
            min(word.top for word in self.words),
            max(word.right for word in self.words),
            max(word.bottom for word in self.words),
        )

    @property
    def place(self) -> str:
        """« page 2, ligne 14 [0.071 0.203 0.914 0.221] »: the box in fractions of the page as people see it."""
        box = " ".join(f"{each:.4f}" for each in self.leaf.seen(self.box))
        return f"page {self.leaf.number}, ligne {self.number} [{box}]"

    def at(self, offset: int) -> Word:
        return self.words[max(0, bisect_right(self.starts, offset) - 1)]

    def span(self, start: int, end: int) -> tuple[float, float]:
        """Left and right of the characters from start to end, letters counted as equally wide within their word."""
        first, last = self.at(start), self.at(max(start, end - 1))
        return self._x(first, start), self._x(last, end)

    def sure(self, start: int, end: int) -> float:
        """The least confidence of the words that hold these characters."""
        low, high = bisect_right(self.starts, start) - 1, bisect_right(self.starts, max(start, end - 1))
        return min(word.confidence for word in self.words[max(0, low) : high])

    def bold(self, start: int, end: int) -> bool:
        return self.at(start).bold and self.at(max(start, end - 1)).bold

    def _x(self, word: Word, offset: int) -> float:
        begin = self.starts[self.words.index(word)]
        share = min(1.0, max(0.0, (offset - begin) / max(1, len(word.text))))
        return word.left + share * (word.right - word.left)


_RULES: Final = re.compile(r"^[|_=~¦\[\]{}]+$|^[.'‘’,:;]{1}$|^[-—–]{2,}$")


def rows(leaf: Leaf) -> tuple[Row, ...]:
    """The rows of a page from top to bottom, words from left to right. Ruled lines read as characters are left out."""
    words = [word for word in leaf.words if not (leaf.scanned and leaf.picture and _noise(word))]
    if not words:
        return ()
    groups: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.top + word.bottom, word.left)):
        for group in reversed(groups[-4:]):
            if _together(word, group):
                group.append(word)
                break
        else:
            groups.append([word])
    tall = median(word.bottom - word.top for word in words)
    made = [sorted(group, key=lambda word: word.left) for group in groups]
    made.sort(key=lambda group: median(word.top + word.bottom for word in group))
    return tuple(_row(leaf, number, group, tall) for number, group in enumerate(made, 1))


def part(row: Row, start: int, end: int) -> Row:
    """The words of a row that begin between two characters, as a row of their own: same place on the page, less wide."""
    kept = [at for at, begin in enumerate(row.starts) if start <= begin < end]
    words = tuple(row.words[at] for at in kept)
    return Row(
        row.leaf, row.number, words, row.text[start:end].rstrip(COLUMN), tuple(row.starts[at] - start for at in kept)
    )


def _noise(word: Word) -> bool:
    return bool(_RULES.match(word.text)) or (word.bottom - word.top > 0.05)


def _together(word: Word, group: list[Word]) -> bool:
    """Whether a word stands on the row of these: its middle is within theirs and theirs within its, more or less."""
    near = min(group, key=lambda other: max(other.left - word.right, word.left - other.right))
    top, bottom = max(word.top, near.top), min(word.bottom, near.bottom)
    return bottom - top > 0.45 * min(word.bottom - word.top, near.bottom - near.top) and not (
        word.left < near.right - 0.5 * min(word.right - word.left, near.right - near.left) and word.right > near.left + 0.5 * min(word.right - word.left, near.right - near.left)
        and abs((word.top + word.bottom) - (near.top + near.bottom)) > 0.5 * (near.bottom - near.top)
    )  # fmt: skip


def _row(leaf: Leaf, number: int, words: list[Word], tall: float) -> Row:
    text, starts, before = "", [], None
    for word in words:
        em = (word.size / _points(leaf)) if word.size else 1.25 * tall / leaf.ratio
        if before is not None:
            text += COLUMN if word.left - before.right > _WIDE * em else " "
        starts.append(len(text))
        text += word.text
        before = word
    return Row(leaf, number, tuple(words), text, tuple(starts))


def _points(leaf: Leaf) -> float:
    """The width of a page in points, good enough to compare gaps with letters: A4 of this shape."""
    return 842.0 * leaf.ratio if leaf.ratio < 1 else 842.0
