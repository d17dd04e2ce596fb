"""An emergency card as things one carries: a page to print and fold to the size of a bank card, an image for a telephone's
locked screen. Pure: values in, bytes out, the same each time.

Words come in pieces, each with its language: an assistive technology then says each as it should, and Arabic is set from right
to left. On paper, the two faces to cut out are drawings for the eye; the same words, whole, stand below them as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from hygie.formats import printing

SCREEN: Final = (1080, 2340)
"""Pixels of a common telephone; the clock stands in the upper third."""
Words = tuple[tuple[str, str], ...]
"""(language, words), one after another; the words "\\n" begin a new line."""


@dataclass(frozen=True, slots=True)
class Row:
    """A section: its title and its lines, the gravest first."""

    title: Words
    lines: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Wallet:
    """name: as shown; under: birth date; rows: what is said; foot: source and date; link: what the square opens, "" for none."""

    title: Words
    name: str
    under: Words
    rows: tuple[Row, ...]
    foot: str
    link: str = ""


def pdf(card: Wallet) -> bytes:
    """One A4 page: the two faces side by side, to cut out and fold; below, all their words."""
    return printing.pdf("wallet", title=_plain(card.title), **_said(card))


def screen(card: Wallet) -> bytes:
    """A PNG for a locked screen: large, nothing under the clock."""
    return printing.png("screen", title=_plain(card.title), wide=SCREEN[0], high=SCREEN[1], **_said(card))


def _said(card: Wallet) -> dict[str, Any]:
    return {
        "heading": card.title, "name": card.name, "under": card.under, "foot": card.foot,
        "rows": [{"title": row.title, "lines": row.lines} for row in card.rows],
        "square": printing.square(card.link) if card.link else "",
    }  # fmt: skip


def _plain(words: Words) -> str:
    return "".join(" / " if said == "\n" else said for _, said in words)
