"""What a series says in one sober sentence, and how much it changed. Descriptions of numbers, never a verdict.

« TSH 2,1 mUI/L le 12 mars 2026, en baisse, dans l'intervalle du laboratoire » · « créatinine 142 µmol/L, +35 % en
3 mois ». Only values that can be relied on speak; a bound (« < 0,01 ») gives no trend; two methods that
differ are not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from hygie.formats import glossary, readings
from hygie.formats.days import in_french
from hygie.formats.said import Said
from hygie.record.observed import Place
from hygie.record.results import Point, Say, Series

STEADY: Final = Decimal("0.05")
"""Below this share of the earlier value, « stable »: a convention of ours about words, no medical limit."""
WINDOW: Final = timedelta(days=100)
NOTICED: Final = 20
"""In percent of the earlier value: below, a page does not speak of a change. A convention of ours, no medical limit."""
SHARE: Final = Decimal("0.25")
"""Of the laboratory's own interval: a move that stays inside it and is smaller is not told. The same."""
# Printed with every blood count: inside their interval they move at each one, and nobody asked for them. The same.
COUNTED_ALONG: Final = frozenset(
    "hematies hematocrite vgm tcmh ccmh idr neutrophiles eosinophiles basophiles lymphocytes monocytes".split()  # noqa: SIM905
)


class Way(StrEnum):
    UP = "up"
    DOWN = "down"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class Trend:
    """How the latest value stands to the one before it."""

    way: Way
    before: Point
    after: Point


@dataclass(frozen=True, slots=True)
class Change:
    """By how much the latest value differs from an earlier one. percent: rounded, of the earlier value."""

    percent: int
    days: int
    before: Point
    after: Point


def _exact(series: Series) -> list[Point]:
    return [one for one in series.points if one.certain and not one.doubtful and one.comparator is None]


def _comparable(series: Series, before: Point, after: Point) -> bool:
    if not series.method_dependent:
        return True
    if before.method and after.method:
        return before.method == after.method
    return before.laboratory == after.laboratory


def trend(series: Series) -> Trend | None:
    """The trend between the last two certain values; None when the latest is a bound, alone, or cannot be compared."""
    exact = _exact(series)
    if len(exact) < 2 or series.latest is not exact[-1] or exact[-2].day == exact[-1].day:
        return None
    before, after = exact[-2], exact[-1]
    if before.value is None or after.value is None or not _comparable(series, before, after):
        return None
    room = STEADY * abs(before.value)
    way = Way.STEADY if abs(after.value - before.value) <= room else Way.UP if after.value > before.value else Way.DOWN
    return Trend(way, before, after)


def change(series: Series, *, over: timedelta = WINDOW) -> Change | None:
    """The latest value against the first one of the `over` before it, or else against the one before it.

    None when there is no earlier value to compare with, or when it is zero.
    """
    exact = _exact(series)
    if len(exact) < 2 or series.latest is not exact[-1]:
        return None
    after = exact[-1]
    earlier = [one for one in exact[:-1] if one.day < after.day and _comparable(series, one, after)]
    if not earlier:
        return None
    recent = [one for one in earlier if after.day - one.day <= over]
    before = recent[0] if recent else earlier[-1]
    if before.value is None or after.value is None or before.value <= 0:
        return None
    percent = int(((after.value - before.value) / before.value * 100).to_integral_value())
    return Change(percent, (after.day - before.day).days, before, after)


def noticed(series: Series, moved: Change | None, *, over: timedelta = WINDOW) -> bool:
    """Whether a page says this change: recent, by `NOTICED` percent, and no small move inside the interval."""
    if moved is None or abs(moved.percent) < NOTICED or moved.days > over.days:
        return False
    after, before = moved.after, moved.before
    if after.place is not Place.WITHIN or after.value is None or before.value is None:
        return True
    if series.analyte in COUNTED_ALONG:
        return False
    if after.low is None or after.high is None:
        return True
    return abs(after.value - before.value) >= SHARE * (after.high - after.low)


def changes(found: Iterable[Series], *, over: timedelta = WINDOW) -> list[tuple[Series, Change]]:
    """The series whose latest value changed so that a page says it (`noticed`); those outside their own laboratory's
    interval come first, then the greatest change.
    """
    told = [
        (one, moved)
        for one in found
        if (moved := change(one, over=over)) is not None and noticed(one, moved, over=over)
    ]
    out = (Place.ABOVE, Place.BELOW)
    return sorted(told, key=lambda pair: (pair[1].after.place not in out, -abs(pair[1].percent), pair[0].key))


def span(days: int, *, say: Say = str) -> str:
    """« 8 jours », « 6 semaines », « 3 mois », « 4 ans »."""
    if days < 14:
        return say("1 jour") if days == 1 else say("{n} jours").format(n=days)
    if days < 56:
        return say("{n} semaines").format(n=round(days / 7))
    months = round(days / 30.44)
    return say("{n} mois").format(n=months) if months < 24 else say("{n} ans").format(n=round(days / 365.25))


def change_sentence(series: Series, moved: Change, *, say: Say = str) -> str:
    """« créatinine 142 µmol/L, +35 % en 3 mois »."""
    value = say("{name} {value}").format(name=named(series, small=True), value=shown(series, moved.after))
    return say("{value}, {change}").format(value=value, change=moved_words(moved, say=say))


def named(series: Series, *, small: bool = False) -> Said:
    """Its name, and what it is called in English. small: as it stands in a sentence."""
    return Said(in_a_sentence(series.label) if small else series.label, english=english(series))


def english(series: Series) -> str:
    """What it is called in English, without what explains it; "" when the glossary does not say."""
    term = glossary.term(series.analyte or series.measure)
    return term.english.split(" (")[0] if term and not series.other else ""


def in_a_sentence(name: str) -> str:
    """« créatinine », « HbA1c », « TSH »: a name that is no abbreviation begins in lower case."""
    return name if name[:2].isupper() or any(one.isdigit() for one in name) else name[:1].lower() + name[1:]


def moved_words(moved: Change, *, say: Say = str) -> str:
    """« +35 % en 3 mois »."""
    sign = "+" if moved.percent > 0 else "−" if moved.percent < 0 else ""
    return say("{change} en {span}").format(change=f"{sign}{abs(moved.percent)} %", span=span(moved.days, say=say))


def shown(series: Series, point: Point) -> str:
    """The value with its unit: as printed when it was printed in the series' unit, else brought to it and rounded to
    three significant digits.
    """
    if point.value is None or point.unit == series.unit:
        return with_unit(series, point)
    sign = {"<": "< ", "<=": "≤ ", ">": "> ", ">=": "≥ "}.get(point.comparator or "", "")
    return f"{sign}{readings.french(point.value, digits=3)} {series.unit_printed}".strip()


def with_unit(series: Series, point: Point) -> str:
    """As printed; the unit is added when the report printed it elsewhere."""
    alone = readings.reading(point.printed)
    if point.value is not None and alone.value is not None and not alone.rest:
        return f"{point.printed.strip()} {series.unit_printed}".strip()
    return point.printed


def way_words(found: Trend, *, say: Say = str) -> str:
    if found.way is Way.STEADY:
        return say("stable")
    return say("en hausse") if found.way is Way.UP else say("en baisse")


def place_words(place: Place, *, say: Say = str) -> str:
    """« dans l'intervalle du laboratoire »; "" when nobody can tell."""
    if place is Place.UNKNOWN:
        return ""
    if place is Place.WITHIN:
        return say("dans l’intervalle du laboratoire")
    if place is Place.BELOW:
        return say("au-dessous de l’intervalle du laboratoire")
    return say("au-dessus de l’intervalle du laboratoire")


def sentence(series: Series, *, say: Say = str, day: Callable[[date], str] = in_french, name: str = "") -> str:
    """The latest value in one sentence, without a full stop. A value waiting for someone's eye says so.

    name: what the page calls it, when that is not its label.
    """
    latest = series.latest or series.newest
    if latest is None:
        return ""
    parts = [
        say("{label} {value} le {day}").format(
            label=name or series.label, value=shown(series, latest), day=day(latest.day)
        )
    ]
    if not latest.certain:
        parts.append(say("lu sur une image ou un texte, à vérifier"))
        return ", ".join(parts)
    if latest.doubtful:
        parts.append(say("valeur inhabituelle, à vérifier sur le document"))
        return ", ".join(parts)
    found = trend(series)
    if found is not None:
        words = way_words(found, say=say)
        old = (found.after.day - found.before.day).days > 365
        parts.append(say("{way} depuis le {day}").format(way=words, day=day(found.before.day)) if old else words)
    place = place_words(latest.place, say=say)
    if place:
        parts.append(place)
    return ", ".join(parts)
