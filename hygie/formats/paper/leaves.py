"""The pages of a file as words with places, wherever they come from: a text layer, plain text, or recognition.

Nothing is interpreted here. A page that cannot be read is listed with its reason; the others are read all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from hygie.base import errors
from hygie.formats import preview, sniff
from hygie.formats.entries import Unread
from hygie.formats.paper import recognition
from hygie.formats.preview import ScannedPage, Word

MAX_PAGES: Final = 60  # of one document; recognition costs a second for each
MAX_PICTURES: Final = 12  # kept for a second look, about 9 MB each
SMALLER: Final = 0.72  # about 215 dpi instead of 300
LARGER: Final = 1.3
_LINES, _LEFT, _TOP, _ADVANCE, _LEADING = 64, 22.0, 36.0, 6.0, 12.0  # how `preview` sets plain text, in points on A4
_A4: Final = (595.0, 842.0)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page. scanned: its words were recognised from pixels, or lie hidden under a picture: digits may be wrong.

    ratio: width over height. picture: what was recognised, for a second look.
    """

    number: int
    words: tuple[Word, ...] = field(repr=False)
    ratio: float
    scanned: bool
    picture: ScannedPage | None = field(default=None, repr=False)

    def seen(self, box: recognition.Box) -> recognition.Box:
        """A box of the words' places, on the page as people see it."""
        return recognition.seen(self.picture, box) if self.picture else box


@dataclass(frozen=True, slots=True)
class Leaves:
    pages: tuple[Leaf, ...]
    unread: tuple[Unread, ...]


def read(data: bytes) -> Leaves:
    """The pages of a PDF, a picture or a plain text. Raises Invalid when the file as a whole cannot be opened."""
    media_type = sniff.sniff(data)
    if media_type == sniff.TEXT:
        return Leaves(_typed(preview.text(data, sniff.TEXT)), ())
    count = preview.page_count(data, media_type)
    pages, unread, pictures = [], [], 0
    for number in range(1, min(count, MAX_PAGES) + 1):
        leaf = _leaf(data, media_type, number, keep=pictures < MAX_PICTURES)
        if isinstance(leaf, Unread):
            unread.append(leaf)
        else:
            pages.append(leaf)
            pictures += leaf.picture is not None
    if count > MAX_PAGES:
        reason = f"Hygie lit les {MAX_PAGES} premières pages d’un document."
        unread.append(Unread(f"pages {MAX_PAGES + 1} à {count}", reason))
    return Leaves(tuple(pages), tuple(unread))


def _leaf(data: bytes, media_type: str, number: int, *, keep: bool) -> Leaf | Unread:
    place = f"page {number}"
    try:
        if media_type == sniff.PDF:
            layer = preview.page_words(data, number)
            shown = tuple(word for word in layer.words if not word.hidden)
            if len(shown) >= 5 or (shown and not layer.covered):
                return Leaf(number, shown, layer.width / max(layer.height, 1.0), scanned=layer.covered)
        return _recognised(data, media_type, number, keep=keep)
    except errors.Invalid:
        return Unread(place, "Cette page n’a pas pu être ouverte.")
    except recognition.Failed:
        return Unread(place, "Le texte de cette image n’a pas pu être lu.")


def _recognised(data: bytes, media_type: str, number: int, *, keep: bool) -> Leaf | Unread:
    if not recognition.available():
        return Unread(f"page {number}", "Cette page est une image, et la lecture des images n’est pas installée ici.")
    try:
        picture = preview.scanned_page(data, media_type, number)
    except errors.Invalid:  # a busy machine may have run out of its ten seconds: once more, then it is the file
        picture = preview.scanned_page(data, media_type, number)
    words = recognition.read(picture) or ()
    if recognition.poor(words) and len(words) > 3:
        for turn in (1, 3) if picture.sideways else (2,):
            turned = preview.scanned_page(data, media_type, number, turn=turn)
            other = recognition.read(turned) or ()
            if not recognition.poor(other):
                picture, words = turned, other
                break
    if not words:
        return Unread(f"page {number}", "Aucun texte lisible sur cette image.")
    kept = picture if keep else ScannedPage(b"", picture.width, picture.height, picture.angle, picture.turn)
    return Leaf(number, words, picture.width / picture.height, scanned=True, picture=kept)


def _typed(text: str) -> tuple[Leaf, ...]:
    """Plain text as if set in Courier on A4, 64 lines to a page: the columns of old reports stay columns."""
    lines = [line.expandtabs(8) for line in text.replace("\f", "\n").split("\n")]
    pages = []
    for first in range(0, min(len(lines), MAX_PAGES * _LINES), _LINES):
        words = []
        for row, line in enumerate(lines[first : first + _LINES]):
            top, at = (_TOP + row * _LEADING - 9) / _A4[1], 0
            for text in line.split():
                at = line.index(text, at)
                left, right = ((_LEFT + _ADVANCE * column) / _A4[0] for column in (at, at + len(text)))
                at += len(text)
                words.append(Word(text, left, top, right, top + 11 / _A4[1], size=10.0))
        if words:
            pages.append(Leaf(first // _LINES + 1, tuple(words), _A4[0] / _A4[1], scanned=False))
    return tuple(pages)


def again(leaf: Leaf, *, times: float = SMALLER) -> Leaf | None:
    """The same scanned page read at another size; None when it is no scan, or when nothing came of it."""
    if leaf.picture is None or not leaf.picture.pixels:
        return None
    try:
        words = recognition.read(leaf.picture, times=times)
    except recognition.Failed:
        return None
    return replace(leaf, words=words) if words else None
