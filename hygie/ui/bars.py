"""Bars lying (`bars` for counts, `shares` for parts of a whole): a drawing for the eye.

The table beside it says the same to everybody. Pure: HTML comes back as text, every word of it escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hygie.ui.typography import escape

Row = tuple[str, int | None, str]  # label, length, words at its end


@dataclass(frozen=True, slots=True)
class Bar:
    """part, low, high, before: from 0 to 1. words: at its end. None draws nothing.

    low, high: an interval, as a thin line. before: an earlier moment, as a diamond. strong: it adds up the others.
    """

    label: str
    part: float | None
    words: str
    low: float | None = None
    high: float | None = None
    before: float | None = None
    strong: bool = False


def bars(rows: Sequence[Row]) -> str:
    """Lengths from 0, the longest being whole. None: nothing is drawn, and the words say why."""
    longest = max((length or 0 for _, length, _ in rows), default=0) or 1
    return shares([Bar(label, (length or 0) / longest, words) for label, length, words in rows])


def shares(rows: Sequence[Bar], *, legend: str = "") -> str:
    """Bars from nothing to the whole; legend: what the thin line and the diamond are, in words."""
    said = f'<p class="bars-legend small muted">{escape(legend)}</p>' if legend else ""
    return f'<div class="bars" aria-hidden="true">{"".join(map(_bar, rows))}{said}</div>'


def _bar(one: Bar) -> str:
    drawn = ['<rect class="bar-ground" width="100%" height="16" y="4" rx="3"/>']
    if one.part is not None:
        drawn.append(f'<rect class="bar-share" width="{_x(one.part)}" height="16" y="4" rx="3"/>')
    if one.low is not None and one.high is not None:
        line = f'x1="{_x(one.low)}" x2="{_x(one.high)}" y1="12" y2="12"'
        drawn.append(f'<line class="bar-halo" {line}/><line class="bar-interval" {line}/>')
    if one.before is not None:
        place = f'x="{_x(one.before)}" y="12" overflow="visible"'
        drawn.append(f'<svg class="bar-before" {place}><path d="M0-6L6 0L0 6L-6 0Z"/></svg>')
    return (
        f'<div class="bar"{" data-strong" if one.strong else ""}><span class="bar-label">{escape(one.label)}</span>'
        f'<svg class="bar-drawing" width="100%" height="24" focusable="false">{"".join(drawn)}</svg>'
        f'<span class="bar-value">{escape(one.words)}</span></div>'
    )


def _x(part: float) -> str:
    return f"{100 * min(1.0, max(0.0, part)):.2f}%"
