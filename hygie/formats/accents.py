"""Accents, taken off before two spellings are compared. Ligatures (œ, æ) and case are for whoever compares. Pure."""

from __future__ import annotations

import unicodedata
from itertools import filterfalse


def without_accents(text: str) -> str:
    """« Étienne » is « Etienne »: compatibility letters are opened (NFKD: « ﬁ » is « fi »), combining marks are dropped."""
    if text.isascii():
        return text
    return "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", text)))
