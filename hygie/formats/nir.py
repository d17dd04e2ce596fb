"""The key of a French social security number (NIR), which closes an INS matricule too.

Source: INSEE: 97 minus the first thirteen characters modulo 97, where Corsica counts 2A as 19 and 2B as 18. Pure.
"""

from __future__ import annotations

import re
from typing import Final

_FORM: Final = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{6}")


def key_of(first13: str) -> str:
    """The two digits that close a number. ValueError if these are not its thirteen first characters."""
    if not _FORM.fullmatch(first13):
        raise ValueError("thirteen characters, digits but for 2A and 2B")
    number = int(first13[:5] + first13[5:7].replace("2A", "19").replace("2B", "18") + first13[7:])
    return f"{97 - number % 97:02d}"
