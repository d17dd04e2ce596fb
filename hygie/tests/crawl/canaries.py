"""Canaries: secret words that nobody has twice, each planted with the list of those who may ever meet it.

`found` looks through what a leak may wear: capitals, UTF-16, base64 in its variants, hexadecimal, gzip and zlib (a
signed value), one inside the other.
"""

from __future__ import annotations

import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pybase64

from hygie.tests.world import canary

WORD = re.compile(rb"canari[bcdfghjklmnpqrstvwxz]{14}", re.IGNORECASE)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){20,}")
_DEEP = 3


def found(data: bytes) -> set[str]:
    """Every canary in `data`, in small letters, whoever planted it."""
    return {word.decode().lower() for layer in layers(data) for word in WORD.findall(layer)}


def layers(data: bytes, deep: int = _DEEP) -> Iterator[bytes]:
    """`data`, and what its parts become once decoded."""
    yield data
    if b"\x00" in data:
        yield data.replace(b"\x00", b"")  # UTF-16 of plain letters
    if deep == 0:
        return
    inner = _inflated(data)
    if inner:
        yield from layers(inner, deep - 1)
    for run in _BASE64.findall(data):
        for start in range(4):
            piece = run[start : start + (len(run) - start) // 4 * 4]
            decoded = pybase64.b64decode(piece.translate(_URL), validate=False)
            yield decoded
            if start == 0 and (inner := _inflated(decoded)):
                yield from layers(inner, deep - 1)
            elif start == 0 and _BASE64.search(decoded):
                yield from layers(decoded, deep - 1)
    for run in _HEX.findall(data):
        yield from (binascii.unhexlify(run), binascii.unhexlify(run[1:-1]))


_URL = bytes.maketrans(b"-_", b"+/")


def _inflated(data: bytes) -> bytes:
    if data[:2] not in (b"\x1f\x8b", b"x\x01", b"x\x9c", b"x\xda"):
        return b""
    try:
        return zlib.decompressobj(47).decompress(data, 2**20)
    except zlib.error:
        return b""


@dataclass(frozen=True, slots=True)
class Planted:
    """One canary: where it stands (« Amina, title of her report ») and who may meet it, by name of actor."""

    text: str
    where: str
    audience: frozenset[str]


@dataclass(slots=True)
class Recorder:
    """Who may meet what; and who did, so that a test can prove that it looks in the right place."""

    planted: dict[str, Planted] = field(default_factory=dict)
    numbers: dict[str, Planted] = field(default_factory=dict)  # matricules, in each way of writing them
    met: set[tuple[str, str]] = field(default_factory=set)

    def plant(self, where: str, *audience: str) -> str:
        """A new canary for this place."""
        word = canary()
        self.watch(word, where, *audience)
        return word

    def watch(self, word: str, where: str, *audience: str) -> None:
        """A canary made elsewhere. A second time: whoever may meet it there too."""
        key = word.lower()
        known = self.planted.get(key)
        self.planted[key] = Planted(word, where, frozenset(audience) | (known.audience if known else frozenset()))

    def watch_number(self, matricule: str, where: str, *audience: str) -> None:
        cuts = (0, 1, 3, 5, 7, 10, 13, 15)
        groups = [matricule[a:b] for a, b in pairwise(cuts)]
        one = Planted(matricule, where, frozenset(audience))
        for between in ("", " ", "\u00a0", "\u202f", "&nbsp;", "+", "%20", "-", "."):
            self.numbers[between.join(groups)] = one
        self.numbers[matricule[:13]] = one

    def leaks(self, actor: str, data: bytes, said: Iterable[str] = (), *, strangers: bool = False) -> list[str]:
        """What this actor should not have met in `data`, said in words. `said`: what she wrote herself in asking.

        A canary planted by another test is a leak too, unless `strangers` (an operator's desk shows all that waits).
        """
        told = {one.lower() for one in said}
        faults = []
        for word in found(data):
            one = self.planted.get(word)
            if one is None:
                if not strangers and word not in told:
                    faults.append(f"{actor} met {word}, planted elsewhere")
            elif actor in one.audience:
                self.met.add((actor, one.text))
            elif word not in told:
                faults.append(f"{actor} met {one.where}")
        for written, one in self.numbers.items():
            if written.encode() in data:
                if actor in one.audience:
                    self.met.add((actor, one.text))
                elif one.text.lower() not in told:
                    faults.append(f"{actor} met {one.where}")
        return faults

    def missed(self, actor: str, words: Iterable[str]) -> list[str]:
        """Which of these canaries this actor has not met."""
        return [word for word in words if (actor, word) not in self.met]
