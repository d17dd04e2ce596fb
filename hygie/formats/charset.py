"""From bytes to words, when nobody says surely which characters they are.

Medical messages in French come as UTF-8, UTF-16, ISO-8859-1, cp1252, MacRoman or cp850, with or without saying so, and
sometimes saying wrong. The answer carries its own doubt: `certain` is False as soon as another reading makes French
too, or no reading does, so that what may be mojibake is never kept as sure.

Pure. The rule: every character beyond ASCII must be one that French texts and laboratory units use, standing where it
may stand (« é » among small letters, « µ » before a unit, « ² » after one).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# Single-byte encodings, the likeliest first. ISO-8859-1 is told from cp1252 by what it lacks.
_SINGLE: Final = ("cp1252", "mac_roman", "cp850")
_SMALL: Final = frozenset("àâäæçéèêëîïôöœùûüÿñáíóú")
_CAPITAL: Final = frozenset("ÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸÑ")
_MARKS: Final = frozenset("°«»’‘“”–—…€§±×²³µμ≤≥½¼¾·•\u00a0\u202f↑↓→←®ªº¹⁰⁴⁵⁶⁷⁸⁹αβγδΔ☐☑✓≈∞−‐\u2009")
_TWICE: Final = re.compile(
    "Ã[\u0080-\u00bf©¨ª«¢§´¹»¼®¯€‰Š‹]|Â[°µ²³«»\u00a0]|â€[™œ“”¦]"
)  # UTF-8 read as cp1252, then kept
_BEYOND: Final = re.compile(r"[^\x00-\x7f]")
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Text:
    """words: without a byte order mark. charset: a Python codec that gives `data` back from `words` (after `bom`)."""

    words: str
    charset: str
    certain: bool
    bom: bytes = b""

    def encode(self, words: str | None = None) -> bytes:
        """These words (or others) as they were written: the same bytes when nothing changed."""
        return self.bom + (self.words if words is None else words).encode(self.charset)


def read(data: bytes, *, declared: str | None = None) -> Text:
    """The words in these bytes. Never fails: bytes that no encoding explains are read as ISO-8859-1, in doubt.

    declared: the codec the message names. It is followed unless the bytes contradict it.
    """
    for bom, charset in _BOMS:
        if data.startswith(bom):
            words = _decoded(data[len(bom) :], charset)
            if words is not None:
                return Text(words, charset, not _TWICE.search(words), bom)
    if data.isascii() and b"\x00" not in data:
        return Text(data.decode("ascii"), _ascii_as(declared), True)
    if (wide := _wide(data)) is not None:
        return wide
    words = _decoded(data, "utf-8")
    if words is not None:  # by chance, a French text in another encoding is almost never well-formed UTF-8
        return Text(words, "utf-8", not _TWICE.search(words))
    return _single(data, declared)


def _ascii_as(declared: str | None) -> str:
    """Plain ASCII is the same in all; what is written back later may need more than ASCII."""
    return declared if declared and not declared.startswith("utf-16") else "utf-8"


def _wide(data: bytes) -> Text | None:
    """UTF-16 without its mark: half of the bytes are zeros."""
    for charset, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[0::2])):
        if len(data) % 2 == 0 and zeros.count(0) * 2 > len(zeros):
            words = _decoded(data, charset)
            if words is not None and "\x00" not in words:
                return Text(words, charset, faults(words) == 0)
    return None


def _single(data: bytes, declared: str | None) -> Text:
    readings: list[tuple[int, str, str]] = []
    for charset in dict.fromkeys((*((declared,) if declared else ()), *_SINGLE)):
        if charset.startswith("utf"):
            continue
        words = _decoded(data, charset)
        if words is not None:
            readings.append((faults(words), charset, words))
    if not readings:
        return Text(data.decode("iso-8859-1"), "iso-8859-1", False)
    least = min(wrong for wrong, _, _ in readings)
    good = [(charset, words) for wrong, charset, words in readings if wrong == least]
    charset, words = good[0]
    sure = least == 0 and (charset == declared or all(other == words for _, other in good))
    if charset == "cp1252" and not any(0x80 <= byte < 0xA0 for byte in data):
        charset = "iso-8859-1"
    return Text(words, charset, sure)


def _decoded(data: bytes, charset: str) -> str | None:
    try:
        words = data.decode(charset)
        return words if words.encode(charset) == data else None
    except (UnicodeError, LookupError):
        return None


def faults(words: str) -> int:
    """How many characters beyond ASCII no French text would have there."""
    return sum(not _may_stand(words, found.start()) for found in _BEYOND.finditer(words))


def _may_stand(words: str, at: int) -> bool:
    char, before, after = words[at], words[at - 1 : at] if at else "", words[at + 1 : at + 2]
    if char in _SMALL:
        if before.isupper() and after.isupper():
            return False
        return char == "à" or before.isalpha() or after.isalpha()
    if char in _CAPITAL:
        return not before.islower()
    if char not in _MARKS:
        return False
    if char in "µμ":
        return after.isalpha() or after in "³^3" or not after.strip()
    if char in "²³":
        return before.isalnum()
    if char in "’‘":
        return True
    return not (before.isalpha() and after.isalpha()) or char == "·"
