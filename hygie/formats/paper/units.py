"""Units as French laboratories print them, and as recognition misprints them, to UCUM."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from hygie.formats import analytes
from hygie.formats.analytes import Analyte

# UCUM code -> spellings, beyond those of the table of analytes. Upper case tells G/L (giga) from g/L (gram).
_MORE: Final = {
    "10*9/L": ("G/L", "Giga/L", "10^9/L", "10*9/L", "109/L", "10^3/mm3", "103/mm3", "10^3/µL", "Milliers/mm3"),
    "10*12/L": ("T/L", "Tera/L", "10^12/L", "1012/L", "M/mm3", "Millions/mm3", "10^6/mm3", "106/mm3", "M/µL"),
    "/uL": ("/mm3", "/µL", "par mm3", "éléments/mm3"),
    "/mL": ("/mL", "/ml", "par mL", "éléments/mL"),
    "g/dL": ("g/dL", "g/100mL", "g/100 mL", "g%"),
    "g/L": ("g/L", "g/l"),
    "mg/L": ("mg/L", "mg/l"),
    "mg/dL": ("mg/dL",),
    "ug/dL": ("µg/dL", "µg/100mL"),
    "ug/L": ("µg/L", "ng/mL", "mcg/L"),
    "ng/L": ("ng/L", "pg/mL"),
    "mmol/L": ("mmol/L", "mM/L", "mEq/L"),
    "umol/L": ("µmol/L", "micromol/L"),
    "nmol/L": ("nmol/L",),
    "pmol/L": ("pmol/L",),
    "mmol/mol": ("mmol/mol",),
    "U/L": ("UI/L", "U/L", "IU/L", "U.I./L"),
    "[IU]/mL": ("UI/mL", "IU/mL", "U/mL", "kUI/L"),
    "m[IU]/L": ("mUI/L", "µUI/mL", "mU/L", "µU/mL", "mIU/L"),
    "m[IU]/mL": ("mUI/mL", "mIU/mL", "mU/mL"),
    "k[U]/L": ("kU/L",),
    "mL/min/{1.73_m2}": ("mL/min/1,73 m²", "mL/min/1,73m2", "ml/mn/1,73m²", "mL/min/1.73m²", "mL/mn/1,73 m2"),
    "mL/min": ("mL/min", "ml/mn"),
    "mg/g": ("mg/g", "mg/g créat", "mg/g créatinine", "mg/g de créatinine"),
    "mg/mmol": ("mg/mmol", "mg/mmol créat", "mg/mmol de créatinine"),
    "g/(24.h)": ("g/24h", "g/24 h"),
    "mg/(24.h)": ("mg/24h", "mg/24 h"),
    "mmol/(24.h)": ("mmol/24h", "mmol/24 h"),
    "mm/h": ("mm/h", "mm 1ère heure"),
    "mm": ("mm",),
    "s": ("s", "sec", "sec.", "secondes"),
    "%": ("%", "p.100", "p. 100"),
    "fL": ("fL", "fl", "µ3", "µm3"),
    "pg": ("pg",),
    "L/L": ("L/L",),
    "[pH]": (),
    "mm[Hg]": ("mmHg", "mm Hg"),
    "kg": ("kg",),
    "cm": ("cm",),
    "ug/L{FEU}": ("µg/L FEU", "ng/mL FEU"),
}
_LONGEST: Final = 4  # words in one unit
_SUPERSCRIPTS: Final = str.maketrans("²³⁴⁵⁶⁹", "234569")


def _key(printed: str) -> str:
    """Spelling without what varies: µ and μ, superscripts, spaces, dots."""
    flat = printed.replace("µ", "u").replace("μ", "u").translate(_SUPERSCRIPTS).replace("1.73", "1,73")
    return re.sub(r"[\s.]+", "", flat)


def _blurred(printed: str) -> str:
    """What is left of a unit once the strokes that recognition confuses (/ I l 1 | V) are gone."""
    return re.sub(r"[/|\\!il1v]", "", re.sub("[äâà]", "d", _key(printed).lower()))


def _spellings() -> dict[str, str]:
    found: dict[str, str] = {}
    for analyte in analytes.ALL:
        for unit in analyte.units:
            for printed in unit.printed:
                if unit.ucum and unit.ucum != "{INR}" and not printed.startswith("("):
                    found.setdefault(_key(printed), unit.ucum)
    for ucum, spellings in _MORE.items():
        for printed in spellings:
            found[_key(printed)] = ucum
    found["UI/L"] = "U/L"
    return found


_EXACT: Final = _spellings()
_FOLDED: Final[dict[str, str]] = {}
for _spelling, _ucum in _EXACT.items():
    _FOLDED[_spelling.lower()] = "" if _FOLDED.get(_spelling.lower(), _ucum) != _ucum else _ucum  # "": two meanings


@dataclass(frozen=True, slots=True)
class Printed:
    """A unit found in a text. length: characters it takes; sure: False when recognition had to be helped."""

    text: str
    ucum: str | None
    length: int
    sure: bool = True


def match(text: str, analyte: Analyte | None, *, scanned: bool) -> Printed | None:
    """The unit that this text begins with; None when it begins with something else. Stops at a column.

    analyte: what it measures, when known: settles G/L against g/L where case was lost, and helps recognition.
    """
    cell = re.split(r"[\t<>≤≥]", text, maxsplit=1)[0]
    lead = len(cell) - len(cell.lstrip())
    ends = [found.end() for found in re.finditer(r"\S+", cell)][:_LONGEST]
    expected = [unit.ucum for unit in analyte.units] if analyte else []
    for end in reversed(ends):
        piece = cell[lead:end].rstrip(").];:,")
        key = _key(piece.lstrip("(["))
        if scanned and analyte is not None and (ucum := _first_letter_lost(key, analyte)):
            return Printed(piece.lstrip("(["), ucum, lead + len(piece), sure=False)
        if key in _EXACT:
            ucum = _EXACT[key]
            if ucum == "g/L" and key == "g/l" and "10*9/L" in expected:
                ucum = "10*9/L"
            return Printed(piece.lstrip("(["), _fit(ucum, analyte, key), lead + len(piece))
        if key.lower() in _FOLDED and len(key) > 1:
            ucum = _FOLDED[key.lower()] or next((e for e in expected if _blurred(e) == _blurred(key)), "g/L")
            return Printed(piece.lstrip("(["), _fit(ucum, analyte, key), lead + len(piece))
    if scanned and analyte is not None:
        for end in reversed(ends[:3]):
            piece = cell[lead:end].rstrip(").];:,")
            if ucum := _guessed(piece, analyte):
                return Printed(piece, ucum, lead + len(piece), sure=False)
    if ends and (found := re.fullmatch(r"[A-Za-zµμ%]{1,10}(?:/[A-Za-z0-9µμ³²]{1,6}){1,2}", cell[lead : ends[0]])):
        return Printed(found[0], None, ends[0])
    return None


def _first_letter_lost(key: str, analyte: Analyte) -> str | None:
    """The unit of this analyte whose first letter alone was misread: µg/L as ng/L or g/L, where neither is its unit."""
    if any(_key(printed).lower() == key.lower() for unit in analyte.units for printed in unit.printed):
        return None
    for unit in analyte.units:
        for printed in unit.printed:
            own = _key(printed).lower()
            if own[:1] == "u" and (key.lower() == own[1:] or (key[1:].lower() == own[1:] and key[:1] in "npyghHjsqbp")):
                return unit.ucum
    return None


def _fit(ucum: str, analyte: Analyte | None, key: str) -> str:
    """The table's own code for a spelling that it lists for this analyte (mm is mm/h for the sedimentation rate)."""
    for unit in analyte.units if analyte else ():
        if any(_key(printed) == key for printed in unit.printed):
            return unit.ucum
    if analyte and ucum == "U/L" and "[IU]/L" in (unit.ucum for unit in analyte.units):
        return "[IU]/L"
    return ucum


def _guessed(piece: str, analyte: Analyte) -> str | None:
    """The unit of this analyte that a misread word most looks like."""
    blurred = _blurred(piece)
    if not blurred or any(c.isdigit() for c in _key(piece)[:1]) or _key(piece)[0] in "([-*" or re.search("[<>]", piece):
        return None
    if len(blurred) == 1 and piece.islower() != piece.isupper() and len(piece) > 4:
        return None
    best: tuple[float, str] = (0.0, "")
    for unit in analyte.units:
        for printed in unit.printed:
            alike = fuzz.ratio(_key(printed).lower(), _key(piece).lower()) - 15 * abs(
                len(_key(printed)) - len(_key(piece))
            )
            score = 100.0 if _blurred(printed) == blurred else alike
            best = max(best, (score, unit.ucum))
    return best[1] if best[0] >= 66 and best[1] != "{INR}" else None
