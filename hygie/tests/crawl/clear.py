"""Looking for what is in clear, fast, through hundreds of megabytes: dumps, tables, write-ahead logs, blob stores.

A canary begins with the same six letters in every test; a matricule is one that `world` invented.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from hygie.tests.world import MATRICULES

_WORDS = ("Canari", "canari", "CANARI")
_DIGITS = re.compile(rb"[12][0-9]{12}")
_DIGITS_IN_HEX = re.compile(rb"3[12](?:3[0-9]){12}")


def _stable(word: bytes, before: int) -> bytes:
    """The part of the base64 of `word` that does not depend on what stands around it."""
    text = base64.b64encode(b"\x00" * before + word)
    first = -(-before * 4 // 3)
    return text[first : (before + len(word)) * 8 // 6]


def _disguises() -> list[bytes]:
    plain = [word.encode(form) for word in _WORDS for form in ("ascii", "utf-16-le", "utf-16-be")]
    encoded = [_stable(word.encode(), before) for word in _WORDS for before in range(3)]
    return [*plain, *encoded, *(one.hex().encode() for one in plain + encoded)]


DISGUISES = tuple(_disguises())


def in_clear(pieces: Iterable[bytes]) -> list[str]:
    """Each canary or matricule met, with what stands around it."""
    faults = []
    for piece in pieces:
        for one in DISGUISES:
            if (at := piece.find(one)) >= 0:
                faults.append(f"{one!r} in {piece[max(0, at - 60) : at + 60]!r}")
        numbers = {found.decode() for found in _DIGITS.findall(piece)}
        numbers |= {bytes.fromhex(found.decode()).decode() for found in _DIGITS_IN_HEX.findall(piece)}
        faults += [f"the matricule {number}…" for number in numbers & MATRICULES]
    return faults
