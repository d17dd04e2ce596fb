"""French typography in HTML. Pure."""

from __future__ import annotations

import re
from html import escape as escaped


def escape(words: str) -> str:
    """As HTML, in French typography: a percent, a colon and a question mark never begin a line."""
    return spaced(escaped(words))


def spaced(words: str) -> str:
    """The same words, with spaces that do not break where French has them."""
    return re.sub(r" (?=[%:;?!»])|(?<=«) ", "\u00a0", words)
