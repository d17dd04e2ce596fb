"""A figure as a page shows it: its words translated, its numbers printed, its drawings as rows. Private to the room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from hygie.observatory.indicators.figures import Figure, printed
from hygie.observatory.indicators.register import Indicator, themes
from hygie.ui import words
from hygie.ui.trend import Row, Step
from hygie.ui.typography import spaced


@dataclass(frozen=True, slots=True)
class Sheet:
    """One indicator on a page. rows: (what, one printed figure a month, whether it is a part of the row above).
    trend: what is drawn month by month, named by `drawn`; parts: the last month; last: the figure to remember,
    and beside, what it is."""

    id: str
    name: str
    definition: str
    sentence: str
    unit: str
    counted: str
    facts: tuple[tuple[str, str], ...]
    months: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[str, ...], bool], ...] = ()
    drawn: str = ""
    trend: tuple[Row, ...] = ()
    parts: tuple[Row, ...] = ()
    steps: tuple[Step, ...] = ()
    last: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    id: str
    title: str
    sheets: tuple[Sheet, ...]


def themed(figures: Sequence[Figure]) -> tuple[Theme, ...]:
    """Every figure, by part of the page."""
    return tuple(
        Theme(key, _(title), tuple(sheet(one) for one in figures if one.indicator.theme == key))
        for key, title in themes().items()
    )


def sheet(of: Figure) -> Sheet:
    one = of.indicator
    told = Sheet(
        one.id,
        _(one.name),
        spaced(_(one.definition)),
        spaced(of.sentence(_, words.month)),
        _(one.unit),
        _(one.counted),
        tuple(facts(one)),
    )
    if not of.months:
        return told
    months = tuple(words.month(month) for month in of.months)
    share = one.kind == "share"
    rows = [] if one.held else [(_(line.label), _all(line.values), line.within) for line in of.lines]
    if len(rows) == 1 and of.whole:
        rows = []
    if of.whole and one.kind != "funnel":
        rows.append((_("Ensemble"), _all(of.whole), False))
    if share:
        rows.append((_("Part, en %"), _all(of.shares), False))
    trend = tuple((month, value, _said(value, percent=share)) for month, value in zip(months, of.trend, strict=True))
    return replace(
        told, months=months, rows=tuple(rows), drawn=_drawn(of), trend=trend, parts=_parts(of), steps=_steps(of),
        last=trend[-1][2], beside=_beside(of),
    )  # fmt: skip


def facts(one: Indicator) -> Iterable[tuple[str, str]]:
    """What is counted, on whom, when, from what: in words."""
    yield _("Unité"), _(one.unit)
    yield _("On compte"), spaced(_(one.numerator))
    yield _("Sur"), spaced(_(one.denominator))
    yield _("De qui"), spaced(_(one.population))
    yield _("Quand"), spaced(_(one.period))
    yield _("D’où"), spaced(_(one.source))


def _drawn(of: Figure) -> str:
    if of.indicator.kind == "mean":
        return f"{_(of.indicator.unit)}, {_(of.lines[-1].label).lower()}"
    if of.indicator.kind == "share":
        return _("en % des {what}").format(what=_(of.indicator.of))
    return _(of.indicator.unit)


def _beside(of: Figure) -> str:
    if of.indicator.kind == "share":
        return _("des {what}").format(what=_(of.indicator.of))
    if of.indicator.kind == "wait" and (half := of.half(_)):
        return spaced(_drawn(of) + _(" ; ") + half)
    return _drawn(of)


def _parts(of: Figure) -> tuple[Row, ...]:
    if of.indicator.kind in ("funnel", "mean") or of.indicator.held or len(of.lines) < 2:  # held: another's rows
        return ()
    return tuple((_(line.label), line.last, _said(line.last)) for line in of.lines)


def _steps(of: Figure) -> tuple[Step, ...]:
    if of.indicator.kind != "funnel":
        return ()
    made = []
    for line in of.steps:
        inside = [one for one in of.lines if one.within and one.key.startswith(f"{line.key}.")]
        stops = tuple((_(one.label), _said(one.last)) for one in inside)
        made.append(Step(_(line.label), line.last, _said(line.last), stops))
    return tuple(made)


def _all(values: Iterable[int | None]) -> tuple[str, ...]:
    return tuple(_said(value) for value in values)


def _said(value: int | None, *, percent: bool = False) -> str:
    if value is None:
        return _("masqué")
    return f"{value}{words.NBSP}%" if percent else printed(value)
