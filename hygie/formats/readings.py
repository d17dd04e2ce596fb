"""A value as a report prints it: « 2,1 », « < 0,01 », « 4,00 – 10,00 », « 1/80 », « Négatif ».

Decimal comma or point; thousands set apart by a space, or by a point when a comma follows (« 1.250,5 »). « 1.250 »
alone is read as one and a quarter: a lone point is a decimal point, as analysers write it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

_SPACES: Final = re.compile(r"[\s\u00a0\u202f\u2009]+")
_SIGNS: Final = (
    (re.compile(r"^(?:<\s?=|≤|⩽|(?:inf[ée]rieure?s?|inf\.?) ou [ée]ga(?:le?|ux) [àa])\s*", re.I), "<="),
    (re.compile(r"^(?:>\s?=|≥|⩾|(?:sup[ée]rieure?s?|sup\.?) ou [ée]ga(?:le?|ux) [àa])\s*", re.I), ">="),
    (re.compile(r"^(?:<|inf[ée]rieure?s? [àa]|inf\.? [àa]|moins de|jusqu['’][àa])\s*", re.I), "<"),
    (re.compile(r"^(?:>|sup[ée]rieure?s? [àa]|sup\.? [àa]|plus de)\s*", re.I), ">"),
)
_NUMBER: Final = r"[+-]?(?:\d{1,3}(?: \d{3})+|\d{1,3}(?:\.\d{3})+(?=,)|\d+)(?:[.,]\d+)?"
_ALONE: Final = re.compile(rf"^({_NUMBER})\s*(.*)$")
_RANGE: Final = re.compile(rf"^({_NUMBER})\s*(?:-|–|—|à|a|et)\s*({_NUMBER})\s*(.*)$", re.I)
_TITRE: Final = re.compile(r"^1\s?/\s?(\d+)$")


@dataclass(frozen=True, slots=True)
class Reading:
    """comparator: <, <=, >, >=; titre: 80 for « 1/80 »; text: what was printed, when it is words.

    `rest` is what follows the number: the unit, as printed.
    """

    value: Decimal | None = None
    comparator: str | None = None
    titre: int | None = None
    text: str | None = None
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """The interval a laboratory prints. An open side is None. text: as printed."""

    low: Decimal | None
    high: Decimal | None
    text: str
    rest: str = ""


def number(text: str) -> Decimal | None:
    """One number as printed, or None."""
    plain = _SPACES.sub(" ", text).strip()
    return _decimal(plain) if re.fullmatch(_NUMBER, plain) else None


def _decimal(plain: str) -> Decimal:
    plain = plain.replace(" ", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    return Decimal(plain)


def reading(text: str) -> Reading:
    """A printed value. Never raises: what is not a number is kept as text."""
    plain = _SPACES.sub(" ", text).strip().strip("*").strip()
    titre = _TITRE.match(plain)
    if titre:
        return Reading(titre=int(titre[1]))
    comparator, body = _compared(plain)
    found = _ALONE.match(body)
    if found is None or re.match(r"^(?:[-–/]\s?\d|[.,]\d|à \d|ème\b|e\b)", found[2]):
        return Reading(text=plain)
    return Reading(value=_decimal(found[1]), comparator=comparator, rest=found[2].strip())


def _compared(plain: str) -> tuple[str | None, str]:
    for pattern, sign in _SIGNS:
        found = pattern.match(plain)
        if found:
            return sign, plain[found.end() :]
    return None, plain


@lru_cache(maxsize=2048)
def interval(text: str) -> Interval | None:
    """« 0,40 – 4,00 », « (4 à 10) », « < 2,00 », « > 60 », « 4,0 - 10,0 G/L »; None when it is words."""
    plain = _SPACES.sub(" ", text).strip().strip("()[]").strip()
    plain = re.sub(r"^(?:N\s?:|VR\s?:|Normes?\s?:|entre)\s*", "", plain, flags=re.I)
    found = _RANGE.match(plain)
    if found:
        low, high = _decimal(found[1]), _decimal(found[2])
        return Interval(low, high, text.strip(), found[3].strip()) if low <= high else None
    comparator, body = _compared(plain)
    alone = _ALONE.match(body)
    if comparator is None or alone is None:
        return None
    bound = _decimal(alone[1])
    if comparator in ("<", "<="):
        return Interval(None, bound, text.strip(), alone[2].strip())
    return Interval(bound, None, text.strip(), alone[2].strip())


def french(value: Decimal, *, digits: int | None = None) -> str:
    """A number as French people read it: « 1 250,5 », no exponent. digits: significant ones, when rounding is wanted."""
    if digits is not None and value:
        value = value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1)) if value.adjusted() < digits - 1 else (
            value.to_integral_value()
        )  # fmt: skip
        value = value.normalize()
    text = f"{value:f}"
    whole, _, part = text.partition(".")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    if len(whole) > 4 or (len(whole) == 4 and not part):
        whole = f"{int(whole):,}".replace(",", "\u202f") if whole.isdigit() else whole
    return sign + whole + ("," + part if part else "")
