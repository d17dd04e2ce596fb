"""The drawings of the printed report: every share stands beside its bar, every group beside its dot."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import reportlab
from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, Rect, String
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from hygie.formats.said import say
from hygie.observatory.barometer.findings import Bar, Change, Group, Groups
from hygie.observatory.barometer.numbers import count, percent, percents, points

Spoken = Callable[[str], str]
INK, MUTED, BRAND, SOFT, GROUND, NEW, PAPER, FAINT = (
    HexColor(one)
    for one in ("#1a2a2f", "#50616a", "#0b5763", "#5f949c", "#efe9dd", "#97390f", "#ffffff", "#c9c2b4")
)  # fmt: skip
WIDTH: Final = 170 * mm - 12  # the frame keeps 6 points on each side
_HALF: Final = 80 * mm
_ROW: Final = 26.0
_LINE: Final = 13.0
_TEXT, _BOLD, _ITALIC = "Baro", "BaroBold", "BaroItalic"


@cache
def fonts() -> tuple[str, str, str]:
    """The text, bold and italic faces, made known to reportlab."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name, file in ((_TEXT, "Vera.ttf"), (_BOLD, "VeraBd.ttf"), (_ITALIC, "VeraIt.ttf")):
        pdfmetrics.registerFont(TTFont(name, folder / file))
    return _TEXT, _BOLD, _ITALIC


def typeset(words: str) -> str:
    """French typography, in the letters that the typeface has."""
    return re.sub(r" (?=[%:;?!»])|(?<=«) ", "\u00a0", words).replace("\u202f", "\u00a0")


def _words(
    on: Drawing,
    x: float,
    y: float,
    said: str,
    *,
    size: float = 7.5,
    font: str = _TEXT,
    colour: Any = INK,
    end: bool = False,
) -> None:
    anchor = "end" if end else "start"
    on.add(String(x, y, typeset(said), fontName=font, fontSize=size, fillColor=colour, textAnchor=anchor))


def _lines(on: Drawing, x: float, middle: float, said: str, *, width: float, size: float, font: str, most: int) -> None:
    """Words on as many lines as they need, around the middle; cut after `most`."""
    split = simpleSplit(typeset(said), font, size, width)
    if len(split) > most:
        split = [*split[: most - 1], split[most - 1][:-1].rstrip() + "…"]
    for place, line in enumerate(split):
        _words(
            on, x, middle - size * 0.35 + (len(split) - 1) * size * 0.6 - place * size * 1.2, line, size=size, font=font
        )


def shares(rows: Sequence[Bar], name: str, spoken: Spoken) -> Drawing:
    """Bars from 0 to 100 %, the interval as a thin line, the earlier wave (name) as a diamond; the figures beside."""
    before = any(one.change for one in rows)
    label, room, part = (50 * mm, 46 * mm, 14 * mm) if before else (60 * mm, 66 * mm, 15 * mm)
    at = label + room + part  # where the interval begins
    drawing = Drawing(WIDTH, _ROW * len(rows) + 34)
    top, foot = _ROW * len(rows) + 22, 20
    _words(drawing, label + room + part - 2, top + 2, spoken(say("Part")), size=6.5, colour=MUTED, end=True)
    _words(drawing, at + 24 * mm, top + 2, spoken(say("Intervalle à 95 %")), size=6.5, colour=MUTED, end=True)
    if before:
        _words(drawing, at + 27 * mm, top + 2, spoken(say("Vague précédente")), size=6.5, colour=MUTED)
    for tick in (0, 25, 50, 75, 100):
        x = label + room * tick / 100
        drawing.add(Line(x, foot, x, top - 2, strokeColor=GROUND if tick else FAINT, strokeWidth=0.6))
        if tick % 50 == 0:
            drawing.add(
                String(x, foot - 8, f"{tick}", fontName=_TEXT, fontSize=6, fillColor=MUTED, textAnchor="middle")
            )
    for place, one in enumerate(rows):
        middle = top - _ROW * place - _ROW / 2
        if place:
            drawing.add(Line(0, middle + _ROW / 2, WIDTH, middle + _ROW / 2, strokeColor=GROUND, strokeWidth=0.4))
        font = _BOLD if one.strong else _TEXT
        _lines(drawing, 0, middle, one.label, width=label - 4 * mm, size=7.2, font=font, most=3)
        colour = BRAND if one.strong or not any(bar.strong for bar in rows) else SOFT
        drawing.add(Rect(label, middle - 5, room * one.share, 10, fillColor=colour, strokeColor=None))
        low, high = label + room * one.low, label + room * one.high
        drawing.add(Rect(low, middle - 1.6, high - low, 3.2, fillColor=PAPER, strokeColor=None))
        drawing.add(Line(low, middle, high, middle, strokeColor=INK, strokeWidth=0.9))
        if one.change:
            _diamond(drawing, label + room * one.change.before, middle)
            told = spoken(one.change.said(name))
            _lines(drawing, at + 27 * mm, middle, told, width=WIDTH - at - 27 * mm, size=6.8, font=_TEXT, most=2)
        _words(drawing, at - 2, middle - 3, spoken(percents(one.share)), size=9, font=_BOLD, end=True)
        said = spoken(say("{low} à {high} %", low=points(one.low), high=points(one.high)))
        _words(drawing, at + 24 * mm, middle - 2.5, said, size=7, colour=MUTED, end=True)
    legend = (
        say("Trait fin : intervalle à 95 %. Losange : vague précédente.")
        if before
        else say("Trait fin : intervalle à 95 %.")
    )
    _words(drawing, 0, 2, spoken(legend), size=6.5, colour=MUTED)
    return drawing


def _diamond(on: Drawing, x: float, y: float) -> None:
    on.add(Polygon([x - 4, y, x, y + 4, x + 4, y, x, y - 4], fillColor=PAPER, strokeColor=NEW, strokeWidth=1.1))


def groups(one: Groups, spoken: Spoken) -> Drawing:
    """One answer in every group: a dot, its interval, everyone's share as a line; italic and a triangle where it differs."""
    low, high = _scale(one.groups)
    blocks = [(title, [group for group in one.groups if group.head.variable == name]) for name, title in one.variables]
    columns = _balanced(blocks)
    height = max(sum(_tall(inside) for _, inside in column) for column in columns) + 34
    drawing = Drawing(WIDTH, height)
    wide = _HALF
    for place, column in enumerate(columns):
        x, y = place * (WIDTH - wide), height - 2.0
        left, right = x + 38 * mm, x + 58 * mm
        bottom = height - sum(_tall(inside) for _, inside in column) - 2
        middle = left + (right - left) * (one.whole - low) / (high - low)
        drawing.add(Line(middle, bottom, middle, y, strokeColor=FAINT, strokeWidth=0.8))
        for title, inside in column:
            y -= _LINE
            _words(drawing, x, y, title, size=7, font=_BOLD, colour=BRAND)
            for group in inside:
                y -= _LINE
                _group(drawing, group, x, y, (left, right), (low, high), spoken)
            y -= 5
        for share in (low, high):
            spot = left + (right - left) * (share - low) / (high - low)
            said = spoken(percents(share))
            drawing.add(
                String(spot, bottom - 8, said, fontName=_TEXT, fontSize=6, fillColor=MUTED, textAnchor="middle")
            )
    legend = say(
        "Point : part du groupe, avec son intervalle à 95 %. Ligne : ensemble ({whole} %). Italique et triangle : nettement "
        "au-dessus ou au-dessous des autres. Entre parenthèses : personnes.",
        whole=percent(one.whole),
    )  # fmt: skip
    for place, line in enumerate(simpleSplit(typeset(spoken(legend)), _TEXT, 6.3, WIDTH)):
        _words(drawing, 0, 10 - 8 * place, line, size=6.3, colour=MUTED)
    return drawing


def _group(
    on: Drawing, one: Group, x: float, y: float, room: tuple[float, float], scale: tuple[float, float], spoken: Spoken
) -> None:  # fmt: skip
    (left, right), (low, high) = room, scale
    size, said = _fitted(one.head.label, 36 * mm)
    _words(on, x, y, said, size=size)
    _words(on, x + _HALF, y, f"({spoken(count(one.head.base))})", size=6, colour=MUTED, end=True)
    if one.share is None:
        return

    def at(share: float) -> float:
        return left + (right - left) * (min(high, max(low, share)) - low) / (high - low)

    weak = one.head.weak
    colour = MUTED if weak else NEW if one.mark else BRAND
    on.add(Line(at(one.low), y + 2.4, at(one.high), y + 2.4, strokeColor=colour, strokeWidth=0.9))
    dot = {"fillColor": PAPER if weak else colour, "strokeColor": colour, "strokeWidth": 0.8}
    on.add(Circle(at(one.share), y + 2.4, 2.3, **dot))
    font = _ITALIC if one.mark else _TEXT
    end = x + 68 * mm
    _words(on, end, y, spoken(percents(one.share)), size=7.2, font=font, colour=MUTED if weak else INK, end=True)
    if one.mark:
        tip = 4.5 if one.mark > 0 else -4.5
        base = y + 0.3 if one.mark > 0 else y + 4.8
        on.add(Polygon([end + 2, base, end + 7, base, end + 4.5, base + tip], fillColor=NEW, strokeColor=None))


def changes(rows: Sequence[Change], name: str, spoken: Spoken) -> Drawing:
    """Two waves: a diamond, a dot, the line between them; shares, gap and its interval beside."""
    label, room = 46 * mm, 42 * mm
    drawing = Drawing(WIDTH, (_ROW + 4) * len(rows) + 34)
    top, foot = (_ROW + 4) * len(rows) + 20, 20
    heads = ((label + room + 14 * mm, name), (label + room + 31 * mm, spoken(say("Maintenant"))), (WIDTH, spoken(say("Écart, en points (intervalle à 95 %)"))))  # fmt: skip
    for x, said in heads:
        _words(drawing, x, top + 4, said, size=6.3, colour=MUTED, end=True)
    for tick in (0, 25, 50, 75, 100):
        x = label + room * tick / 100
        drawing.add(Line(x, foot, x, top - 2, strokeColor=GROUND if tick else FAINT, strokeWidth=0.6))
        if tick % 50 == 0:
            drawing.add(
                String(x, foot - 8, f"{tick}", fontName=_TEXT, fontSize=6, fillColor=MUTED, textAnchor="middle")
            )
    for place, one in enumerate(rows):
        y = top - (_ROW + 4) * (place + 0.5)
        _lines(drawing, 0, y, one.label, width=label - 4 * mm, size=7.2, font=_TEXT, most=3)
        there, here = label + room * one.before, label + room * one.now
        drawing.add(Line(there, y, here, y, strokeColor=BRAND if one.mark else FAINT, strokeWidth=2.4))
        _diamond(drawing, there, y)
        drawing.add(Circle(here, y, 4, fillColor=BRAND, strokeColor=PAPER, strokeWidth=0.8))
        _words(drawing, heads[0][0], y - 2.5, spoken(percents(one.before)), size=8, colour=MUTED, end=True)
        _words(drawing, heads[1][0], y - 3, spoken(percents(one.now)), size=9, font=_BOLD, end=True)
        sign = "+" if one.gap >= 0 else "-"
        gap = say(
            "{sign}{gap} ({low} à {high})", sign=sign, gap=percent(abs(one.gap)), low=points(one.low), high=points(one.high)
        )  # fmt: skip
        _words(drawing, WIDTH, y - 2.5, spoken(gap), size=7.5, font=_BOLD if one.mark else _TEXT, end=True)
    legend = say("Losange : {name}. Point : cette vague. En gras : écart établi.", name=name)
    _words(drawing, 0, 2, spoken(legend), size=6.5, colour=MUTED)
    return drawing


def _fitted(said: str, width: float) -> tuple[float, str]:
    """(size, words): smaller letters first, then fewer words."""
    for size in (7.0, 6.6, 6.2):
        lines = simpleSplit(typeset(said), _TEXT, size, width)
        if len(lines) == 1:
            return size, said
    return 6.2, lines[0].rstrip(" ,") + "…"


def _scale(found: Sequence[Group]) -> tuple[float, float]:
    """Tens of percents around every group that is not weak."""
    firm = [one for one in found if one.share is not None and not one.head.weak] or [
        one for one in found if one.share is not None
    ]
    low = math.floor(10 * min((one.low for one in firm), default=0.0)) / 10
    high = math.ceil(10 * max((one.high for one in firm), default=1.0)) / 10
    return low, max(high, low + 0.1)


def _tall(inside: Sequence[Group]) -> float:
    return _LINE * (len(inside) + 1) + 5


def _balanced(blocks: list[tuple[str, list[Group]]]) -> tuple[list[tuple[str, list[Group]]], ...]:
    """Two columns of about the same height, in the same order."""
    whole = sum(_tall(inside) for _, inside in blocks)

    def uneven(cut: int) -> float:
        return abs(2 * sum(_tall(inside) for _, inside in blocks[:cut]) - whole)

    cut = min(range(1, len(blocks) + 1), key=uneven)
    return tuple(part for part in (blocks[:cut], blocks[cut:]) if part)
