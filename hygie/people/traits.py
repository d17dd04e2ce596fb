"""Strict identity traits, made comparable. Pure.

Two systems write the same person differently: accents, capitals, hyphens, apostrophes, ligatures, one given name or
the whole list. Those differences vanish here; every other difference stays, and separates two people.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from hygie.base.errors import Invalid
from hygie.people.types import Traits

_LETTERS = str.maketrans({
    "Œ": "OE", "Æ": "AE", "ẞ": "SS", "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Ħ": "H", "Ŋ": "N",
})  # fmt: skip
_BETWEEN = re.compile("[\\s\\-\u2010-\u2015\u2212'`\u00b4\u02b9-\u02bd\u2018-\u201b\u2032_.,]+")
_PLACE = re.compile(r"[0-9](?:[0-9]|[AB])[0-9]{3}")
SEXES = frozenset({"female", "male", "unknown"})


def normal(text: str) -> str:
    """`text` in capitals, without accents; hyphens, apostrophes and runs of spaces become one space."""
    if text.isascii():  # most are: a deposit normalises two to five of them
        text = text.upper()
    else:
        text = unicodedata.normalize("NFKC", text).upper().translate(_LETTERS)
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return _BETWEEN.sub(" ", text).strip()


def check(traits: Traits) -> None:
    """Invalid unless these traits can identify someone: names, a real date, a sex, a COG code if a place is given."""
    if not normal(traits.birth_family):
        raise Invalid("Il manque le nom de naissance.", code="traits-family", at="birth_family")
    if not traits.given_names or not all(map(normal, traits.given_names)):
        raise Invalid("Il manque le prénom.", code="traits-given", at="given_names")
    try:
        if date.fromisoformat(traits.birth_date).isoformat() != traits.birth_date:
            raise ValueError("not YYYY-MM-DD")
    except ValueError:
        raise Invalid("La date de naissance n'existe pas.", code="traits-date", at="birth_date") from None
    if traits.sex not in SEXES:
        raise Invalid("Le sexe doit être féminin, masculin ou inconnu.", code="traits-sex", at="sex")
    if traits.birth_place is not None and not _PLACE.fullmatch(traits.birth_place):
        raise Invalid("Le lieu de naissance doit être un code INSEE.", code="traits-place", at="birth_place")


def _line(family: str, given: str, traits: Traits, place: str) -> bytes:
    return f"{family}\x1f{given}\x1f{traits.birth_date}\x1f{traits.sex}\x1f{place}".encode()


def _givens(traits: Traits) -> tuple[str, str]:
    whole = normal(" ".join(traits.given_names))
    return whole, normal(traits.given_names[0]) if traits.given_names else ""


def held(traits: Traits) -> tuple[bytes, ...]:
    """The lines under which an identity we hold is known: whole list or first given name, place said or not.

    A place that we do not know (`*`) agrees with any; a place that we know agrees with itself or with silence.
    """
    return lines(traits)[0]


def near(traits: Traits) -> bytes:
    """The line of what two honest sources agree on even when one lacks a given name or the birth place: never enough alone."""
    return _line(normal(traits.birth_family), _givens(traits)[1], traits, "")


def said(traits: Traits) -> tuple[bytes, bytes]:
    """The lines under which a message looks for someone: both, since we may hold a place or not."""
    family, (whole, _) = normal(traits.birth_family), _givens(traits)
    if not traits.birth_place:
        line = _line(family, whole, traits, "")
        return line, line
    return _line(family, whole, traits, traits.birth_place), _line(family, whole, traits, "*")


def strict(traits: Traits) -> bytes | None:
    """The line of all five strict traits, whole list of given names and birth place; None when one is missing."""
    return lines(traits)[1]


def lines(traits: Traits) -> tuple[tuple[bytes, ...], bytes | None]:
    """`held` and `strict`, the names made comparable once for both."""
    family, (whole, first) = normal(traits.birth_family), _givens(traits)
    end = f"\x1f{traits.birth_date}\x1f{traits.sex}\x1f"
    place = traits.birth_place or "*"
    known = tuple(
        f"{family}\x1f{given}{end}{where}".encode()
        for given in ((whole,) if whole == first else (whole, first))
        for where in ("", place)
    )
    return known, None if not traits.birth_place or traits.sex == "unknown" else known[1]
