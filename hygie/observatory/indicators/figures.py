"""From counts by month to figures that may leave the house: what is small hidden, the rest rounded, in words too. Pure.

Every word and every drawing is made from what is released, never from the true counts. A month is released when it is
over, and does not move any more; a stock keeps the figure it had until it moved by eleven.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from hygie.observatory.indicators.disclosure import Held, table
from hygie.observatory.indicators.register import MONTHS, Indicator

Counts = Mapping[tuple[date, str], int]
_THIN: Final = "\u202f"
SHOWN: Final = 12  # months; earlier ones still decide what a stock said last


@dataclass(frozen=True, slots=True)
class Line:
    """One row over the months: None where the figure is hidden."""

    key: str
    label: str
    values: tuple[int | None, ...]

    @property
    def last(self) -> int | None:
        return self.values[-1]


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator with what may be said of it. whole: all rows together. Empty months: nothing is counted yet."""

    indicator: Indicator
    months: tuple[date, ...] = ()
    lines: tuple[Line, ...] = ()
    whole: tuple[int | None, ...] = ()

    @property
    def sentence(self) -> str:
        """What the last month says."""
        if not self.months:
            return "Pas encore de mois complet : rien à dire."
        when = f"En {worded(self.months[-1])}"
        if self.indicator.kind == "stock":
            when = f"Fin {worded(self.months[-1])}"
        whole = self.whole[-1]
        if whole is None:
            return f"{when} : chiffre masqué, pour que personne ne soit reconnu."
        said = f"{when} : {printed(whole)} {self.indicator.unit}"
        if self.indicator.kind == "wait":
            return f"{said}. {self._median(whole)}".strip()
        first = max(self.lines, key=lambda one: one.last or 0)
        if len(self.lines) > 1 and first.last and whole:
            said += f" ; le plus souvent « {first.label} » ({printed(first.last)})"
        return said + "."

    def _median(self, whole: int) -> str:
        """In which slot half is reached. Nothing when a hidden slot could change the answer."""
        reached = 0
        for line in self.lines:
            if line.last is None:
                return ""
            reached += line.last
            if 2 * reached >= whole > 0:
                return f"La moitié : {line.label.lower()}."
        return ""


def figures(register: Iterable[Indicator], counts: Counts) -> tuple[Figure, ...]:
    """Every indicator of the register, with its figures when something is counted."""
    months = tuple(sorted({month for month, _ in counts}))
    return tuple(figure(one, counts, months) for one in register)


def figure(indicator: Indicator, counts: Counts, months: Sequence[date]) -> Figure:
    mine = [what for _, what in counts if what.startswith(f"{indicator.counter}/")] if indicator.counter else []
    if not mine:
        return Figure(indicator)
    named = [(f"{indicator.counter}/{key}", key, label) for key, label in indicator.keys]
    others = sorted(set(mine) - {what for what, _, _ in named})
    true = [[counts.get((month, what), 0) for month in months] for what, _, _ in named]
    if others:  # a row of its own: two ways to part the same documents have the same sum
        named.append(("", "other", "Autre"))
        true.append([sum(counts.get((month, what), 0) for what in others) for month in months])
    if indicator.kind == "stock":
        true = [_held(row) for row in true]
    months = months[-SHOWN:]
    released = [table([column]) for column in list(zip(*true, strict=True))[-SHOWN:]]
    lines = tuple(
        Line(key, label, tuple(one.cells[0][place] for one in released)) for place, (_, key, label) in enumerate(named)
    )
    kept = tuple(line for line in lines if any(value != 0 for value in line.values))
    if indicator.kind == "wait":
        kept = lines
    return Figure(indicator, tuple(months), kept, tuple(_total(one.rows[0], one.total) for one in released))


def _total(row: int | None, whole: int | None) -> int | None:
    """Two names of one number: hidden under one, it is hidden under both."""
    return None if row is None else whole


def _held(row: Sequence[int]) -> list[int]:
    """The counts that a growing figure is rounded from, release after release; 1 stands for any that is small."""
    held, found = Held.first(row[0]), []
    for count in row:
        held = held.then(count)
        found.append(1 if held.figure is None else held.true)
    return found


def invented(months: Sequence[date]) -> Counts:
    """Counts of a town that does not exist, for a demonstration: the same each time, growing, a few of them small."""
    found: dict[tuple[date, str], int] = {}
    for place, month in enumerate(months):
        grown = place + 6
        some = {
            "spaces/sleeping": 5200 - 70 * place,
            "spaces/open": 130 * grown,
            "spaces/opposed": 8 * grown,
            "spaces/announced": 320 - 12 * place,
            "spaces/closed": 2 * grown,
            "activations/hand": 5 * grown,
            "activations/letter": 60 + 2 * place,
            "activations/desk": 9 + place,
            "emergency/all": 11 + place,
            "report/all": 4 + place // 2,
            "structures/all": 9 + place,
            "review/2": 3 + place,
            "review/8": 12 + place,
            "review/24": 4,
            "declined/confiance": 17,
            "declined/utile": 12,
            "declined/numerique": 14,
            "declined/none": 3,
            "refused/care": 40 + grown,
            "refused/deposit": 21,
            "refused/share": 13,
            "refused/emergency": 2,
        }
        shares = {
            "documents": {"10": 54, "42": 24, "31": 9, "43": 8, "11": 4, "90": 3, "52": 1},
            "sources": {"fhir": 60, "hl7v2": 25, "mssante": 12, "portal": 4, "workspace": 2},
            "delay": {"1": 6, "2": 3, "4": 4, "8": 5, "12": 4, "24": 6, "48": 5, "72": 3, "168": 4, "336": 2, "720": 2},
        }
        some |= {f"{one}/{key}": share * 3 * grown for one, keys in shares.items() for key, share in keys.items()}
        found |= {(month, what): count for what, count in some.items()}
    return found


def printed(value: int) -> str:
    return f"{value:,}".replace(",", _THIN)


def worded(month: date) -> str:
    """« octobre 2026 »."""
    return f"{MONTHS[month.month - 1]} {month.year}"
