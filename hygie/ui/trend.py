"""Figures month by month, as columns with their scale (`trend`) or in small (`small`), and steps one under the other
(`steps`): drawings for the eye. The table beside says the same to everybody. Pure: HTML as text, every word escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hygie.ui.typography import escape

Row = tuple[str, int | None, str]  # the month in words, the figure, the figure as it is printed
TALL, SMALL = 132, 44  # pixels of a column that reaches the top
_NICE: Final = (1, 2, 4, 5, 10)
_THIN: Final = "\u202f"


@dataclass(frozen=True, slots=True)
class Step:
    """value: how many took it; None when hidden. words: the figure as printed. stops: why some took no other, in words."""

    label: str
    value: int | None
    words: str
    stops: tuple[tuple[str, str], ...] = ()


def trend(rows: Sequence[Row], *, hidden: str = "", unit: str = "", highest: int = 0) -> str:
    """From nothing to a round number above the highest. hidden: what to say of a month whose figure is not shown.

    highest: of several drawings that share a scale.
    """
    if not rows:
        return ""
    top = ceiling(max(highest, *(value or 0 for _, value, _ in rows)))
    lines = "".join(f'<line class="trend-line" x2="100%" y1="{y}" y2="{y}"/>' for y in (0.5, TALL / 2, TALL - 0.5))
    marks = "".join(f"<span>{_printed(one)}</span>" for one in (top, top / 2, 0))
    months = "".join(f"<span>{escape(month[:1].upper())}</span>" for month, _, _ in rows)
    said = f'<span class="trend-hidden">{escape(hidden)}</span>' if any(v is None for _, v, _ in rows) else ""
    (first, _, start), (last, _, end) = rows[0], rows[-1]
    return (
        f'<div class="trend" aria-hidden="true"><div class="trend-unit">{escape(unit)}</div>'
        f'<div class="trend-scale">{marks}</div><svg class="trend-drawing" width="100%" height="{TALL}" focusable="false">'
        f"{lines}{_columns(rows, top, TALL)}</svg>"
        f'<div class="trend-months">{months}</div><div class="trend-ends"><span>{escape(first)}<br>{escape(start)}</span>'
        f"{said}<span>{escape(last)}<br><strong>{escape(end)}</strong></span></div></div>"
    )


def small(rows: Sequence[Row]) -> str:
    """The same without scale nor words, to stand beside others: each on its own scale, as the page must say."""
    top = max((value or 0 for _, value, _ in rows), default=0) or 1
    return (
        f'<svg class="trend-small" width="100%" height="{SMALL}" focusable="false" aria-hidden="true">'
        f"{_columns(rows, top, SMALL)}</svg>"
    )


def steps(rows: Sequence[Step]) -> str:
    """Each step a part of the first one; beside it, why some stopped there."""
    whole = next((one.value for one in rows if one.value), 1) or 1
    made = []
    for one in rows:
        stops = "".join(f"<li><span>{escape(why)}</span> <span>{escape(words)}</span></li>" for why, words in one.stops)
        wide = f"{100 * (one.value or 0) / whole:.2f}"
        made.append(
            f'<li class="step"><div class="step-head"><span class="step-label">{escape(one.label)}</span>'
            f'<span class="step-value">{escape(one.words)}</span></div>'
            '<svg class="step-drawing" width="100%" height="20" focusable="false">'
            '<rect class="step-ground" width="100%" height="20" rx="4"/>'
            f'<rect class="step-share" width="{wide}%" height="20" rx="4"/></svg>'
            + (f'<ul class="step-stops">{stops}</ul>' if stops else "")
            + "</li>"
        )
    return f'<ol class="steps" aria-hidden="true">{"".join(made)}</ol>'


def ceiling(value: int) -> int:
    """The round number that a scale ends at: half of it is whole too, from 2 on."""
    power = 1
    while True:
        for one in _NICE:
            if value <= one * power and (one * power) % 2 == 0:
                return one * power
        power *= 10


def _columns(rows: Sequence[Row], top: int, tall: int) -> str:
    step, made = 100 / max(1, len(rows)), []
    for place, (_, value, _) in enumerate(rows):
        high = tall if value is None else tall * value / top
        kind = "trend-gap" if value is None else "trend-last" if place + 1 == len(rows) else "trend-column"
        made.append(
            f'<rect class="{kind}" x="{step * place + step * 0.12:.2f}%" width="{step * 0.76:.2f}%" '
            f'y="{tall - high:.1f}" height="{high:.1f}"/>'
        )
    return "".join(made)


def _printed(value: float) -> str:
    return f"{value:,.0f}".replace(",", _THIN)
