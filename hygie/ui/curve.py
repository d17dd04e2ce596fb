"""A curve: one or several series on one time axis, each in its own lane with its own scale.

The drawing is SVG without script or inline style: every point has its words (read by a screen reader, shown on hover
and on focus), its place is a shape before it is a colour (disc: within the laboratory's interval; triangle up or down:
above or below; diamond: nobody can tell), and what waits for confirmation is hollow. `static/ui/js/curve.js` adds a
reading across lanes. Whoever shows a curve shows the same numbers as a table beside it.

Positions along time are percentages and heights are pixels, so that a drawing fits any width and letters keep their
size. Long series keep their whole line, and marks for at most MARKS points: those outside first, then evenly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

MARKS: Final = 120
FOCUSABLE: Final = 48
PLACES: Final = ("within", "below", "above", "unknown")
_TALL, _LOW, _STEP = 190, 116, 84  # heights in pixels: alone, among others, steps
_PAD: Final = 12  # above and below the scale
_SHAPES: Final = {
    "within": "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0",
    "above": "M0-6.5L6.2 4.5H-6.2Z",
    "below": "M0 6.5L6.2-4.5H-6.2Z",
    "unknown": "M0-5.5L5.5 0L0 5.5L-5.5 0Z",
}


@dataclass(frozen=True, slots=True)
class Dot:
    """said: the point in full (« 12 mars 2026 : 2,1 mUI/L, dans l'intervalle… »); short: its value alone.

    low, high: the interval of its own laboratory, in the lane's unit. bound: "<" or ">" when only a bound is known.
    """

    day: date
    value: float
    said: str
    short: str
    place: str = "unknown"
    low: float | None = None
    high: float | None = None
    sure: bool = True
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """dots: the oldest first. steps: each value holds until the next (a daily dose), the last until the end."""

    name: str
    unit: str
    dots: Sequence[Dot]
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something to remember on the axis: a prescription changed (`day`), a stay in hospital (`day` to `until`)."""

    day: date
    label: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """label: what is drawn, in words. since, until: the period shown; by default, that of the lanes."""

    label: str
    lanes: Sequence[Lane]
    events: Sequence[Event] = ()
    since: date | None = None
    until: date | None = None


def draw(curve: Curve) -> SafeString:
    """The figure. Raises ValueError when no lane has a point in the period, or a place is not one of PLACES."""
    since, until = _period(curve)
    axis = _Axis(since.toordinal(), until.toordinal())
    lanes = [_kept(lane, since, until) for lane in curve.lanes]
    lanes = [lane for lane in lanes if lane.dots]
    if not lanes:
        raise ValueError("curve: no point to draw")
    events = [one for one in curve.events if (one.until or one.day) >= since and one.day <= until]
    marks = "".join(_event_lines(events, axis))
    ticks = _time_ticks(since, until)
    grid = "".join(
        f'<line class="grid" x1="{x}%" x2="{x}%" y1="0" y2="100%"/>' for x in (axis(d) for d, _text in ticks)
    )
    focusable = sum(len(lane.dots) for lane in lanes) <= FOCUSABLE
    alone = len(lanes) == 1
    body = [f'<figure class="curve" data-curve role="group" aria-label="{escape(curve.label)}">']
    body.extend(_flags(events, axis))
    body.extend(_lane(lane, axis, grid + marks, alone=alone, focusable=focusable) for lane in lanes)
    body.append(_times(ticks, axis))
    body.append(
        f'<p class="reading small muted" data-reading hidden data-print="no">{escape(_("Passez sur le dessin, ou utilisez les flèches du clavier, pour lire un jour."))}</p>'
    )
    body.append(_named_events(events))
    body.append("</figure>")
    return SafeString("".join(body))


@dataclass(frozen=True, slots=True)
class _Axis:
    first: int
    last: int

    def __call__(self, day: date) -> float:
        """Where a day stands, in percent of the width; a little room is left on both sides."""
        share = (day.toordinal() - self.first) / (self.last - self.first)
        return round(2 + 96 * min(1.0, max(0.0, share)), 2)


def _period(curve: Curve) -> tuple[date, date]:
    days = [dot.day for lane in curve.lanes for dot in lane.dots]
    if not days and (curve.since is None or curve.until is None):
        raise ValueError("curve: no point to draw")
    since, until = curve.since or min(days), curve.until or max(days)
    if (until - since).days < 14:
        room = (16 - (until - since).days) // 2
        since, until = since - timedelta(room), until + timedelta(room)
    return since, until


def _kept(lane: Lane, since: date, until: date) -> Lane:
    """The points of the period; a step that began before it holds at its beginning."""
    inside = [dot for dot in lane.dots if since <= dot.day <= until]
    if lane.steps:
        earlier = [dot for dot in lane.dots if dot.day < since]
        if earlier and (not inside or inside[0].day > since):
            old = earlier[-1]
            inside.insert(0, Dot(since, old.value, old.said, old.short, old.place, sure=old.sure))
    return lane if len(inside) == len(lane.dots) else Lane(lane.name, lane.unit, inside, lane.steps)


def legend() -> SafeString:
    """What the shapes mean, for beside a drawing of results."""
    kinds = (
        ("within", "", _("dans l’intervalle du laboratoire")),
        ("above", "", _("au-dessus")),
        ("below", "", _("au-dessous")),
        ("unknown", "", _("sans intervalle imprimé")),
        ("within", " data-unsure", _("à vérifier")),
    )
    rows = "".join(
        f'<li data-place="{place}"{unsure}><svg viewBox="-8 -8 16 16" aria-hidden="true"><path d="{_SHAPES[place]}"/></svg>'
        f"{escape(text)}</li>"
        for place, unsure, text in kinds
    )
    band = f'<li><svg viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16"/></svg>{escape(_("intervalle imprimé par le laboratoire"))}</li>'
    return SafeString(f'<ul class="legend small muted">{rows}{band}</ul>')


# ---- one lane


def _lane(lane: Lane, axis: _Axis, behind: str, *, alone: bool, focusable: bool) -> str:
    height = _STEP if lane.steps else _TALL if alone else _LOW
    ticks, y = _scale(lane, height)
    axis_text = "".join(
        f'<text x="100%" dx="-6" y="{y(value)}" dy="0.35em" text-anchor="end">{text}</text>' for value, text in ticks
    )
    level = "".join(f'<line class="grid" x1="0" x2="100%" y1="{y(v)}" y2="{y(v)}"/>' for v, _text in ticks)
    points = [(axis(dot.day), y(dot.value)) for dot in lane.dots]
    count = len(lane.dots)
    told = ngettext("%(name)s : %(n)s valeur", "%(name)s : %(n)s valeurs", count) % {"name": lane.name, "n": count}
    kind = " data-steps" if lane.steps else ""
    return (
        f'<div class="lane"{kind}>'
        f'<p class="name"><strong>{escape(lane.name)}</strong> <span class="muted">{escape(lane.unit)}</span></p>'
        f'<svg class="axis" height="{height}" aria-hidden="true" focusable="false">{axis_text}</svg>'
        f'<svg class="plot" height="{height}" role="group" aria-label="{escape(told)}" data-lane="{escape(lane.name)}">'
        f"{level}{behind}{_bands(lane, points, y, height)}{_line(lane, points, height)}"
        f'<line class="cursor" y1="0" y2="100%" x1="-9" x2="-9"/>{_dots(lane, points, focusable)}</svg></div>'
    )


class _Scale:
    __slots__ = ("height", "least", "most")

    def __init__(self, least: float, most: float, height: int) -> None:
        self.least, self.most, self.height = least, most, height - 2 * _PAD

    def __call__(self, value: float) -> float:
        share = (value - self.least) / (self.most - self.least)
        return round(_PAD + self.height * (1 - min(1.0, max(0.0, share))), 1)


def _scale(lane: Lane, height: int) -> tuple[list[tuple[float, str]], _Scale]:
    """Round ticks that hold every value and every interval; steps start at zero."""
    marks = [dot.value for dot in lane.dots]
    for dot in lane.dots:
        if dot.low is not None:
            marks.append(dot.low)
        if dot.high is not None:
            marks.append(dot.high)
    least, most = min(marks), max(marks)
    if lane.steps:
        least = min(0.0, least)
    if most - least <= 1e-12:
        room = abs(most) * 0.1 or 1.0
        least, most = least - room, most + room
    step = _round_step((most - least) / (2 if lane.steps else 4))
    first, last = math.floor(least / step + 1e-9), math.ceil(most / step - 1e-9)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    digits += abs(step * 10**digits - round(step * 10**digits)) > 1e-6  # a step of 2.5 shows its half
    ticks = [(n * step, f"{n * step:.{digits}f}".replace(".", ",")) for n in range(first, last + 1)]
    return ticks, _Scale(first * step, last * step, height)


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return float(next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough * 0.999))


def _bands(lane: Lane, points: list[tuple[float, float]], y: _Scale, height: int) -> str:
    """One rectangle for each run of points under one interval; it changes midway between two points."""
    found: list[str] = []
    start = 0.0
    for at, dot in enumerate(lane.dots):
        after = lane.dots[at + 1] if at + 1 < len(points) else None
        if after is not None and (after.low, after.high) == (dot.low, dot.high):
            continue
        end = 100.0 if after is None else round((points[at][0] + points[at + 1][0]) / 2, 2)
        if dot.low is not None or dot.high is not None:
            top = y(dot.high) if dot.high is not None else 0.0
            bottom = y(dot.low) if dot.low is not None else float(height)
            edges = "".join(
                f'<line class="edge" x1="{start}%" x2="{end}%" y1="{level}" y2="{level}"/>'
                for bound, level in ((dot.high, top), (dot.low, bottom))
                if bound is not None
            )
            size = round(max(1.0, bottom - top), 1)
            found.append(
                f'<rect class="band" x="{start}%" y="{top}" width="{round(end - start, 2)}%" height="{size}"/>{edges}'
            )
        start = end
    return "".join(found)


def _line(lane: Lane, points: list[tuple[float, float]], height: int) -> str:
    if lane.steps:
        path = f"M{points[0][0]} {points[0][1]}" + "".join(f"H{px}V{py}" for px, py in points[1:]) + "H100"
        return (
            f'<svg viewBox="0 0 100 {height}" preserveAspectRatio="none" width="100%" height="{height}">'
            f'<path class="area" d="{path}V{height - _PAD}H{points[0][0]}Z"/><path class="line" d="{path}"/></svg>'
        )
    if len(points) < 2:
        return ""
    joined = " ".join(f"{px},{py}" for px, py in points)
    return (
        f'<svg viewBox="0 0 100 {height}" preserveAspectRatio="none" width="100%" height="{height}">'
        f'<polyline class="line" points="{joined}"/></svg>'
    )


def _dots(lane: Lane, points: list[tuple[float, float]], focusable: bool) -> str:
    marked = _marked(lane.dots)
    last, stop = len(points) - 1, ' tabindex="0"' if focusable else ""
    found: list[str] = []
    for at in marked:
        dot, (px, py) = lane.dots[at], points[at]
        if dot.place not in PLACES:
            raise ValueError(f"curve: unknown place {dot.place!r}")
        said = escape(dot.said)
        anchor = "start" if px < 14 else "end" if px > 86 else "middle"
        below = py < 26 or (at > 0 and dot.value < lane.dots[at - 1].value and py < 96)  # where the line does not pass
        arrow = '<path class="bound" d="M0 6v8m-3-3l3 3l3-3"/>' if dot.bound == "<" else (
            '<path class="bound" d="M0-6v-8m-3 3l3-3l3 3"/>' if dot.bound == ">" else ""
        )  # fmt: skip
        flags = ("" if dot.sure else " data-unsure") + (" data-last" if at == last else "") + stop
        found.append(
            f'<svg class="dot" x="{px}%" y="{py}" data-place="{dot.place}"{flags} '
            f'role="img" aria-label="{said}"><title>{said}</title><circle class="hit" r="13"/>{arrow}'
            f'<path class="mark" d="{_SHAPES[dot.place]}"/>'
            f'<text class="value" y="{23 if below else -11}" text-anchor="{anchor}">{escape(dot.short)}</text></svg>'
        )
    return "".join(found)


def _marked(dots: Sequence[Dot]) -> Sequence[int]:
    """Which points get a mark: all when there are few; else those outside or unsure, the ends, and some in between."""
    if len(dots) <= MARKS:
        return range(len(dots))
    out = [at for at, dot in enumerate(dots) if dot.place in ("below", "above") or not dot.sure]
    chosen = {0, len(dots) - 1, *out[-(MARKS // 2) :]}
    left = MARKS - len(chosen)
    chosen.update(round(n * (len(dots) - 1) / (left + 1)) for n in range(1, left + 1))
    return sorted(chosen)


# ---- time


def _time_ticks(since: date, until: date) -> list[tuple[date, str]]:
    """At most five beginnings of months or of years, or days when the period is short, with their words."""
    days = (until - since).days
    if days <= 75:
        step = next((n for n in (2, 3, 5, 7, 14, 21) if days / n <= 4), 21)
        shown = [since + timedelta(n) for n in range(1, days + 1, step)][:5]
        return [(day, _words(get_language() or "fr", day.year, day.month, day.day)) for day in shown]
    months = days / 30.44
    step = next((n for n in (1, 2, 3, 6, 12, 24, 60, 120, 240) if months / n <= 4.6), 480)
    count = since.year * 12 + since.month  # the month after `since`
    count += -count % step
    ticks = []
    while (day := date(count // 12, count % 12 + 1, 1)) <= until:
        ticks.append((day, _words(get_language() or "fr", day.year, 0 if step >= 12 else day.month, 0)))
        count += step
    return ticks


@lru_cache(maxsize=2048)
def _words(language: str, year: int, month: int, day: int) -> str:
    """« 2026 », « mars 2026 », « 12 mars »; `language` is part of the key."""
    if not month:
        return str(year)
    text = date_format(date(year, month, day or 1), "j N" if day else "N Y")
    return text.lower() if language.startswith("fr") else text


def _times(ticks: Iterable[tuple[date, str]], axis: _Axis) -> str:
    found = []
    for day, text in ticks:
        px = axis(day)
        anchor = "start" if px < 8 else "end" if px > 90 else "middle"
        found.append(f'<text x="{px}%" y="14" text-anchor="{anchor}">{escape(text)}</text>')
    return f'<div class="lane time"><svg class="plot" height="20" aria-hidden="true" focusable="false">{"".join(found)}</svg></div>'


# ---- events


def _event_lines(events: Sequence[Event], axis: _Axis) -> Iterable[str]:
    for one in events:
        px = axis(one.day)
        if one.until is not None:
            yield f'<rect class="stay" x="{px}%" y="0" width="{max(0.6, round(axis(one.until) - px, 2))}%" height="100%"/>'
        else:
            yield f'<line class="event" x1="{px}%" x2="{px}%" y1="0" y2="100%"/>'


def _flags(events: Sequence[Event], axis: _Axis) -> Iterable[str]:
    """The numbers of the events, above the lanes; a number that would cover another goes one row down."""
    if not events:
        return
    flags = []
    ends = [-99.0, -99.0, -99.0]
    for number, one in enumerate(events, 1):
        px = axis(one.day)
        row = next((at for at, end in enumerate(ends) if px - end >= 7), ends.index(min(ends)))
        ends[row] = px
        flags.append(
            f'<svg class="flag" x="{px}%" y="{11 + 20 * row}"><title>{escape(one.label)}</title>'
            f'<circle r="9"/><text dy="0.35em" text-anchor="middle">{number}</text></svg>'
        )
    rows = sum(end > -99 for end in ends)
    yield f'<div class="lane flags"><svg class="plot" height="{20 * rows + 4}" aria-hidden="true">{"".join(flags)}</svg></div>'


def _named_events(events: Sequence[Event]) -> str:
    if not events:
        return ""
    named = "".join(f"<li>{escape(one.label)}</li>" for one in events)
    return f'<ol class="events small" aria-label="{escape(_("Repères du dessin"))}">{named}</ol>'
