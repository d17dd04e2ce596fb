"""Whom an HPRIM message is about. It names a social security number, never an INS; a woman's name may be her used name.

Nothing is decided here: these are the words of the message, for the record to compare with what it holds.
Source for the number: INSEE, 13 characters (sex, year and month of birth, place, order) and a key of two digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hygie.formats import nir

_NUMBER: Final = re.compile(r"([1-478])(\d\d)(\d\d)(?:\d\d|2[AB])\d{6}(\d\d)?", re.ASCII)
_SEX: Final = {"1": "male", "2": "female", "3": "male", "4": "female", "7": "male", "8": "female"}


@dataclass(frozen=True, slots=True)
class Identity:
    """birth_date: ISO or "". sex: female, male or unknown. number: 15 characters with a right key, or ""."""

    family: str
    given_names: tuple[str, ...]
    birth_date: str
    sex: str = "unknown"
    number: str = ""
    used_family: str | None = None

    def __repr__(self) -> str:
        return "Identity(…)"


def identity(
    *, family: str, given: str, birth_date: str, sex: str = "unknown", number: str = "", used_family: str | None = None
) -> Identity:
    """The number is kept only when its key is right and it agrees with the date of birth: else it is someone else's.

    (The number of a child is often that of a parent.) It then says the sex, when the message does not.
    """
    plain = social_number(number)
    if plain and not _agrees(plain, birth_date, sex):
        plain = ""
    if plain and sex == "unknown":
        sex = _SEX[plain[0]]
    names = tuple(given.split(",")) if "," in given else (given,)
    kept = tuple(" ".join(name.split()) for name in names if name.strip())
    return Identity(" ".join(family.split()), kept, birth_date, sex, plain, used_family)


def social_number(written: str) -> str:
    """15 characters with a right key, whatever spaces or points were between; the key is added when only it is missing."""
    plain = re.sub(r"[\s.\-/]", "", written).upper()
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return ""
    first = plain[:13]
    key = nir.key_of(first)
    return first + key if found[4] in (None, key) else ""


def _agrees(number: str, birth_date: str, sex: str) -> bool:
    if sex != "unknown" and _SEX[number[0]] != sex:
        return False
    month = int(number[3:5])  # beyond 12: a month nobody knew when the number was given
    return number[1:3] == birth_date[2:4] and (month > 12 or number[3:5] == birth_date[5:7])
