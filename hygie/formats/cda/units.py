"""Units that CDA documents write, for people to read: those of laboratories are `formats.units`, the others are here."""

from __future__ import annotations

from typing import Final

from hygie.formats import units

_WORDS: Final = {
    "10*3/uL": "10³/µL",
    "deg": "°",
    "[diop]": "δ",
    "wk": "semaines",
    "a": "ans",
    "d": "d",  # eye doctors write it for dioptres: never « jours » on a guess
    "{pack}/a": "paquets-années",
    "{drink}/d": "verres/jour",
    "{times}/wk": "fois/semaine",
    "{tablet}": "comprimé",
    "{tbl}": "comprimé",
    "{score}": "",
    "{count}": "",
    "{ratio}": "",
}


def printed(unit: str) -> str:
    """« mUI/L » for `m[IU]/L`; an unknown unit as it is; "" for a pure number."""
    known = _WORDS.get(unit)
    return known if known is not None else units.printed(unit)


def ucum(unit: str) -> str:
    """`m[IU]/L` for « mUI/L »; an unknown unit as it is."""
    return units.ucum(unit) or unit
