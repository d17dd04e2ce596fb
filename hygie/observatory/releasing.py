"""The release of the figures of use: counted, or invented in a demonstration; and two of them on one axis."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext as _

from hygie.base.errors import Invalid, NotFound
from hygie.observatory.indicators import release
from hygie.observatory.indicators.figures import figures
from hygie.observatory.indicators.invented import invented
from hygie.observatory.indicators.register import National, national, one_axis, register
from hygie.observatory.types import Compared, Usage
from hygie.ui import words

LABEL: Final = "Chiffres inventés pour la démonstration : ils ne parlent d’aucune installation réelle."


def usage(on: date, *, demo: bool) -> Usage:
    if demo:
        first = on.year * 12 + on.month - 1 - 12
        months = [date(one // 12, one % 12 + 1, 1) for one in range(first, first + 12)]
        return _made(frozenset(invented(months).items()), on.replace(day=1), LABEL)
    from hygie.observatory import tallies

    return _made(frozenset(tallies.ended(before=on).items()), on.replace(day=1), "")


@lru_cache(maxsize=2)
def _made(counts: frozenset[tuple[tuple[date, str], int]], running: date, label: str) -> Usage:
    found = figures(register(), dict(counts), before=running)
    return Usage(found, release.files(found, label=label), label)


def compared(of: Usage, first: str, second: str) -> Compared:
    known = {one.indicator.id: one for one in of.figures}
    published: dict[str, National] = {one.id: one for one in national()}
    two = []
    for name in (first, second):
        if name not in known and name not in published:
            raise NotFound("Ce chiffre n’existe pas.", code="no-such-figure")
        two.append(known[name].indicator if name in known else published[name])
    try:
        unit = one_axis(*two)
    except Invalid as refusal:
        return Compared(refusal=_(refusal.public))
    drawn: list[tuple[str, tuple[tuple[str, int | None], ...]]] = []
    for name in dict.fromkeys((first, second)):
        if name in published:
            one = published[name]
            when = words.month(date.fromisoformat(f"{one.date}-01"))
            drawn.append((f"{_(one.base_words)} ({_(one.source)})", ((when, round(one.value)),)))
        else:
            figure = known[name]
            months = tuple(
                (words.month(month), value) for month, value in zip(figure.months, figure.trend, strict=True)
            )
            drawn.append((_(figure.indicator.name), months))
    return Compared(tuple(drawn), _(unit))


def series() -> tuple[tuple[National, ...], ...]:
    alike: dict[tuple[str, str, str], list[National]] = {}
    for one in national():
        alike.setdefault((one.measure, one.unit, one.base), []).append(one)
    return tuple(tuple(ones) for ones in alike.values() if len(ones) > 1)
