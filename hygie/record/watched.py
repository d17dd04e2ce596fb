"""Which analyses are commonly looked at with a medicine: so that a page shows them first. Pure.

An order of things on a page and nothing more: no interval, no alert, no advice. Our own convention, from the follow-up
plans that the project's clinical facts list (diabetes, treated hypothyroidism, hypertension, vitamin K antagonist,
statin; sources of 2025 and 2026); not reviewed by a professional yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

# ATC class -> ids of analytes
_WITH: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("H03A", ("tsh", "t4l")),
    ("H03B", ("tsh", "t4l", "t3l")),
    ("A10", ("hba1c", "glucose_jeun", "albuminurie_ratio")),
    ("B01AA", ("inr",)),
    ("B01AF", ("dfg", "creatinine")),
    ("C10", ("ldl",)),
    ("C03", ("potassium", "creatinine", "dfg")),
    ("C09", ("potassium", "creatinine", "dfg")),
    ("M04", ("acide_urique",)),
    ("B03A", ("ferritine", "hemoglobine")),
)


def analytes(atc: Iterable[str | None]) -> dict[str, int]:
    """The ids of the analytes that go with medicines of these ATC codes, each with its rank among them."""
    codes = [one for one in atc if one]
    named = (name for start, names in _WITH if any(one.startswith(start) for one in codes) for name in names)
    return {name: rank for rank, name in enumerate(dict.fromkeys(named))}
