"""Figures fit to be shown, from what the rooms counted: rows by month, with what may not be said hidden. Pure.

`counts` are those of whole months, (month, "<counter>/<key>") -> how many. A month is released when it is over (some
indicators wait one more, see `Indicator.lag`), and does not move any more; a stock keeps the figure it had until it moved
by eleven. Shares are worked out from what is printed, so that they tell nothing more.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from hygie.formats.days import MONTHS
from hygie.observatory.indicators.disclosure import Held, chain, publishable, table
from hygie.observatory.indicators.register import Indicator

Counts = Mapping[tuple[date, str], int]
Say = Callable[[str], str]
_THIN: Final = "\u202f"
SHOWN: Final = 12  # months; earlier ones still decide what a stock said last
ENOUGH: Final = {False: 100, True: 500}
"""For each row that a share adds up, flow or stock: under it, rounding (a stock may be 12 behind) would move the share by
more than NEAR points, and it is not worked out."""
NEAR: Final = 5
WEEKS: Final = 4  # whole weeks of a month, see people.queries.comings


@dataclass(frozen=True, slots=True)
class Line:
    """One row over the months: None where the figure is hidden. within: it is a part of the step above it."""

    key: str
    label: str
    values: tuple[int | None, ...]
    within: bool = False

    @property
    def last(self) -> int | None:
        return self.values[-1]


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator with what may be said of it. whole: all rows together, what went in of a funnel, nothing of means.
    shares: of a share, in %, right to NEAR points. Empty months: nothing is counted yet."""

    indicator: Indicator
    months: tuple[date, ...] = ()
    lines: tuple[Line, ...] = ()
    whole: tuple[int | None, ...] = ()
    shares: tuple[int | None, ...] = ()

    @property
    def trend(self) -> tuple[int | None, ...]:
        """The one figure a month that its drawing shows."""
        if self.indicator.kind == "mean":
            return self.lines[-1].values
        return self.shares or self.whole

    @property
    def steps(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.within)

    def sentence(self, say: Say = str, when: Callable[[date], str] | None = None) -> str:
        """What the last month says. say: translates; when: words a month."""
        if not self.months:
            return say("Pas encore de mois complet : rien à dire.")
        month = (when or worded)(self.months[-1])
        ends = self.indicator.kind == "stock" or self.indicator.held
        start = (say("Fin {month} :") if ends else say("En {month} :")).format(month=month)
        return f"{start} {self._said(say)}"

    def _said(self, say: Say) -> str:
        kind, whole = self.indicator.kind, self.whole[-1] if self.whole else None
        unit = say(self.indicator.counted)
        if kind == "mean":
            means = [line for line in self.lines if line.last is not None]
            said = say(" ; ").join(f"{printed(line.last or 0)} {unit} {_lowered(say(line.label))}" for line in means)
            return f"{said}." if said else say("chiffre masqué, pour que personne ne soit reconnu.")
        if whole is None:
            return say("chiffre masqué, pour que personne ne soit reconnu.")
        if kind == "share":
            if self.shares[-1] is None:
                return say("{whole} {unit} ; trop peu pour en dire une part.").format(whole=printed(whole), unit=unit)
            return say("environ {share} % de {whole} {unit}.").format(
                share=self.shares[-1], whole=printed(whole), unit=unit
            )
        said = f"{printed(whole)} {unit}"
        if kind == "wait":
            half = self.half(say)
            return f"{said}{say(' ; ')}{half}." if half else f"{said}."
        if kind == "funnel":
            return f"{said}{self._reached(say)}."
        first = max(self.lines, key=lambda one: one.last or 0)
        if len(self.lines) > 1 and first.last and whole:
            said += say(" ; ") + say("le plus souvent « {what} » ({count})").format(
                what=say(first.label), count=printed(first.last)
            )
        return said + "."

    def half(self, say: Say) -> str:
        """In which slot of time half is reached. Nothing when a hidden slot could change the answer."""
        whole, reached = self.whole[-1] or 0, 0
        for line in self.lines:
            if line.last is None:
                return ""
            reached += line.last
            if 2 * reached >= whole > 0:
                return say("la moitié : {slot}").format(slot=_lowered(say(line.label)))
        return ""

    def _reached(self, say: Say) -> str:
        """The last step that may be told, and how many took it."""
        told = [line for line in self.steps[1:] if line.last]
        if not told:
            return ""
        return say(" ; ") + say("« {step} » : {count}").format(
            step=say(told[-1].label), count=printed(told[-1].last or 0)
        )


def figures(register: Iterable[Indicator], counts: Counts, *, before: date | None = None) -> tuple[Figure, ...]:
    """Every indicator of the register, with its figures when something is counted.

    before: the month that runs; by default, the one after the last that is counted.
    """
    months = sorted({month for month, _ in counts})
    running = _number(before) if before else _number(months[-1]) + 1 if months else 0
    made = [figure(one, counts, [m for m in months if _number(m) < running - one.lag]) for one in register]
    return tuple(_agreed(one, made) for one in made)


def _number(month: date) -> int:
    return month.year * 12 + month.month


def _agreed(one: Figure, others: Sequence[Figure]) -> Figure:
    """Two ways to part the same documents have one sum: hidden under one, it is hidden under the other."""
    same = [
        other for other in others if other.indicator.measure == one.indicator.measure and other.months == one.months
    ]
    whole = tuple(
        None if None in (other.whole[place] for other in same) else value for place, value in enumerate(one.whole)
    )
    return replace(one, whole=whole)


def figure(indicator: Indicator, counts: Counts, months: Sequence[date]) -> Figure:
    known = frozenset(months)
    mine = {what for month, what in counts if month in known and what.startswith(f"{indicator.counter}/")}
    if not mine or not indicator.counter:
        return Figure(indicator)
    if indicator.kind == "funnel":
        return _funnel(indicator, counts, months[-SHOWN:])
    if indicator.kind == "mean":
        return _means(indicator, counts, months[-SHOWN:])
    named = [(f"{indicator.counter}/{key}", key, label) for key, label in indicator.keys]
    others = sorted(mine - {what for what, _, _ in named})
    # A document may be read on the day it comes, and be filed the month after: a rest is never less than nothing.
    true = [[max(0, counts.get((month, what), 0)) for month in months] for what, _, _ in named]
    if others:  # a row of its own: two ways to part the same documents have the same sum
        named.append(("", "other", "Autre"))
        true.append([sum(counts.get((month, what), 0) for what in others) for month in months])
    if indicator.kind == "stock" or indicator.held:
        true = [_held(row) for row in true]
    months = months[-SHOWN:]
    released = [table([column]) for column in list(zip(*true, strict=True))[-SHOWN:]]
    lines = tuple(
        Line(key, label, tuple(one.cells[0][place] for one in released)) for place, (_, key, label) in enumerate(named)
    )
    kept = lines if indicator.kind == "wait" else tuple(line for line in lines if any(v != 0 for v in line.values))
    whole = tuple(_total(one.rows[0], one.total) for one in released)
    return Figure(indicator, tuple(months), kept, whole, _shares(indicator, lines, whole))


def _shares(indicator: Indicator, lines: Sequence[Line], whole: Sequence[int | None]) -> tuple[int | None, ...]:
    """The part of some rows, from printed figures alone, in %. None where one is hidden, or all of them are too few."""
    if indicator.kind != "share":
        return ()
    parts = list(zip(*(line.values for line in lines if line.key in indicator.part), strict=True))
    found: list[int | None] = []
    for part, all_of_them in zip(parts, whole, strict=True):
        told = [value for value in part if value is not None]
        if all_of_them is None or len(told) < len(part) or all_of_them < ENOUGH[indicator.held] * len(part):
            found.append(None)
        else:
            found.append(min(100, (200 * sum(told) + all_of_them) // (2 * all_of_them)))
    return tuple(found)


def _means(indicator: Indicator, counts: Counts, months: Sequence[date]) -> Figure:
    lines = []
    for key, label in indicator.keys:
        values = []
        for month in months:
            over = monthrange(month.year, month.month)[1] if key == "day" else WEEKS
            values.append(publishable(round(counts.get((month, f"{indicator.counter}/{key}"), 0) / over)))
        lines.append(Line(key, label, tuple(values)))
    return Figure(indicator, tuple(months), tuple(lines))


def _funnel(indicator: Indicator, counts: Counts, months: Sequence[date]) -> Figure:
    released = [
        chain([
            [counts.get((month, f"{indicator.counter}/{step.key}.{why}"), 0) for why, _ in step.stops]
            for step in indicator.steps
        ])
        for month in months
    ]  # fmt: skip
    lines = []
    for place, step in enumerate(indicator.steps):
        lines.append(Line(step.key, step.label, tuple(one.reached[place] for one in released)))
        if place + 1 < len(indicator.steps):  # nobody stops at the end
            lines += [
                Line(f"{step.key}.{why}", label, tuple(one.stops[place][row] for one in released), within=True)
                for row, (why, label) in enumerate(step.stops)
            ]
    return Figure(indicator, tuple(months), tuple(lines), tuple(one.reached[0] for one in released))


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


def printed(value: int) -> str:
    return f"{value:,}".replace(",", _THIN)


def worded(month: date) -> str:
    """« octobre 2026 »."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]
