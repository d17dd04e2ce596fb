"""Boxes of medicines from a photo: the code that names them, the lot, the expiry. Pure; decoding happens behind walls.

Since 2019 a box carries a GS1 DataMatrix: (01) 0 + CIP13, (17) expiry YYMMDD, (10) lot, (21) serial number; older ones
an EAN-13 that is the CIP13 (GS1 France, marking of medicines). The serial number is read and forgotten: it is of no use here.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Final

import biip
from biip import ParseConfig, ParseError
from biip.gs1_element_strings import GS1ElementStrings

from hygie.formats import preview
from hygie.formats.drugs.names import valid_cip13

_SEPARATORS: Final = ("\x1d", "␝")


@dataclass(frozen=True, slots=True)
class Box:
    """One box. expires: the last day it may be used (day 00 of a code is the end of the month). lot as printed."""

    cip13: str
    lot: str | None = None
    expires: date | None = None


def read(data: bytes, media_type: str) -> tuple[Box, ...]:
    """The boxes in this photo, each once; () when no code of a French medicine is seen.

    Errors are those of `preview`: Invalid for a file that is no image, Unavailable when the machine has no room.
    """
    found: dict[tuple[str, str | None], Box] = {}
    for code in preview.codes(data, media_type):
        if (box := parse(code.text)) is not None:
            found.setdefault((box.cip13, box.lot), box)
    with_lot = {box.cip13 for box in found.values() if box.lot or box.expires}
    return tuple(box for box in found.values() if box.lot or box.expires or box.cip13 not in with_lot)


def parse(text: str) -> Box | None:
    """What a scanned code says, when it names a French medicine: an EAN-13, or a GS1 element string."""
    text = text.strip().lstrip("".join(_SEPARATORS))
    if valid_cip13(text):
        return Box(text)
    if not text.startswith("01") or len(text) < 16:
        return None
    for separator in _SEPARATORS[1:]:
        text = text.replace(separator, _SEPARATORS[0])
    try:
        said = biip.parse(
            text, config=ParseConfig(separator_chars=(_SEPARATORS[0],), gs1_element_strings_verify_date=False)
        ).gs1_message
    except (ParseError, ValueError):
        return None
    if said is None:
        return None
    parts = said.element_strings
    code = _of(parts, "01")
    if code is None or not code.startswith("0") or not valid_cip13(code[1:]):
        return None
    return Box(code[1:], lot=_of(parts, "10"), expires=_expiry(_of(parts, "17")))


def _of(parts: GS1ElementStrings, identifier: str) -> str | None:
    found = parts.get(ai=identifier)
    return found.value if found is not None else None


def _expiry(written: str | None) -> date | None:
    """YYMMDD of this century: no box of the last one is still in use."""
    if written is None or len(written) != 6 or not written.isdigit():
        return None
    year, month, day = 2000 + int(written[:2]), int(written[2:4]), int(written[4:])
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last) if day <= last else None
