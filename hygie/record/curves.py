"""From series of results to what a page draws and lists: the same values, in words, as a table and as a curve.

For both faces: the person's pages and the professional's say the same of the same numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hygie.base.errors import NotFound
from hygie.formats import analytes, glossary, measures, units
from hygie.record.observed import Place
from hygie.record.results import Point, Series, series
from hygie.record.trends import place_words, sentence, shown, with_unit
from hygie.record.types import Item, Source
from hygie.ui import periods, words
from hygie.ui.curve import Curve, Dot, Event, Lane

KNOWN = (*analytes.BY_ID, *measures.BY_ID)
WITH = {"tension_haute": "tension_basse", "tension_basse": "tension_haute"}  # read together, always
_BOUNDS = {"<": "<", "<=": "<", ">": ">", ">=": ">"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. brought: the value in the series' unit, when it was printed in another."""

    point: Point
    printed: str
    brought: str
    place: str
    out: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Small:
    """A tiny drawing: the last values, the interval of the last one, and the same in words."""

    values: list[float]
    label: str
    low: float | None
    high: float | None


def mark(patient_id: UUID, key: str) -> str:
    """What stands for a series in an address: the same for one person always, meaningless to anybody else."""
    return hashlib.blake2b(key.encode(), key=patient_id.bytes, digest_size=8).hexdigest()


def named(items: Sequence[Item], patient_id: UUID, which: str, *, unit: str = "") -> list[Series]:
    """The series that an address names, then those always read with it. NotFound when nothing here has that address."""
    known = next((name for name in KNOWN if mark(patient_id, name) == which), None)
    only = None if known is None else tuple(filter(None, (known, WITH.get(known))))
    wanted_unit = {known: unit} if known and unit and units.parse(unit) else None
    held = series(items, only=only, unit_of=wanted_unit)
    one = next((each for each in held if mark(patient_id, each.key) == which), None)
    if one is None:
        raise NotFound("Ce résultat n’est pas ici.", code="no-such-result")
    return [one, *(each for each in held if each.key == WITH.get(one.key))]


def other_units(one: Series) -> list[tuple[str, str]]:
    """The units this analysis is read in, as (UCUM, as printed); none when there is no choice."""
    known = analytes.BY_ID.get(one.analyte or "")
    if known is None or known.second is None or one.other or (known.factor is None and known.id != "hba1c"):
        return []
    return [(each.ucum, units.printed(each.ucum)) for each in known.units]


def sources(one: Series) -> list[Source]:
    """The documents that these values come from, the newest first."""
    met = {
        source.document_id: source
        for point in (*one.points, *one.words, *one.apart)
        for source in (point.source, *point.also)
        if source is not None
    }
    return sorted(met.values(), key=lambda source: source.day, reverse=True)


def rows(series: Series, points: Iterable[Point]) -> list[Row]:
    """Lines of the table, the newest first."""
    return [
        Row(
            point=one,
            printed=with_unit(series, one),
            brought=shown(series, one) if one.value is not None and one.unit != series.unit else "",
            place=_("à vérifier sur le document") if one.doubtful else place_words(one.place, say=_),
            out=one.place in (Place.ABOVE, Place.BELOW),
            sources=tuple(filter(None, (one.source, *one.also))),
        )
        for one in sorted(
            points, key=lambda point: (point.day, point.at is not None and point.at.timestamp()), reverse=True
        )
    ]


def lane(series: Series, *, name: str = "") -> Lane:
    """The series as a lane; points that are probably misread are left to the table."""
    dots = [_dot(series, one) for one in series.points if not one.doubtful]
    return Lane(name or title(series), series.unit_printed, dots)


def title(series: Series) -> str:
    """Its name in the language of the page; with what sets it apart, when something does."""
    name = words.spoken(glossary.named(series.label, series.analyte or series.measure))
    return f"{name} ({series.other})" if series.other and series.other != "?" else name


def _dot(series: Series, point: Point) -> Dot:
    value = shown(series, point)
    told = [value, place_words(point.place, say=_), "" if point.certain else _("à vérifier")]
    return Dot(
        day=point.day,
        value=float(point.value or 0),
        said=_("%(day)s : %(told)s") % {"day": words.in_full(point.day), "told": ", ".join(filter(None, told))},
        short=value.removesuffix(series.unit_printed).strip(),
        place=point.place.value,
        low=None if point.low is None else float(point.low),
        high=None if point.high is None else float(point.high),
        sure=point.certain,
        bound=_BOUNDS.get(point.comparator or "", ""),
    )


def small(series: Series, *, most: int = 8) -> Small | None:
    """The last certain values, when there are two at least."""
    points = [one for one in series.points if one.certain and not one.doubtful and one.value is not None][-most:]
    if len(points) < 2:
        return None
    last = points[-1]
    return Small(
        values=[float(one.value or 0) for one in points],
        label=_("%(name)s : %(values)s") % {"name": title(series), "values": ", ".join(shown(series, one) for one in points)},
        low=None if last.low is None else float(last.low),
        high=None if last.high is None else float(last.high),
    )  # fmt: skip


def drawing(
    lanes: Sequence[Lane], *, events: Sequence[Event] = (), since: date | None = None, label: str = ""
) -> Curve | None:
    """The curve of these lanes, or None when none has a point in the period."""
    kept = [
        one for one in lanes if any(since is None or dot.day >= since for dot in one.dots) or (one.steps and one.dots)
    ]
    if not kept:
        return None
    last = max(dot.day for one in kept for dot in one.dots)
    return Curve(
        label or ", ".join(one.name for one in kept),
        kept,
        sorted(events, key=lambda event: event.day),
        since,
        max(last, since + timedelta(30)) if since else None,
    )


def stays(items: Iterable[Item]) -> list[Event]:
    """Stays in hospital, as events of a curve."""
    found = []
    for item in items:
        if (
            item.kind != "Encounter"
            or item.day is None
            or item.resource.get("class", {}).get("code") not in ("IMP", "ACUTE", "NONAC")
        ):
            continue
        end = str((item.resource.get("period") or {}).get("end") or "")[:10]
        until = date.fromisoformat(end) if len(end) == 10 else None
        first = words.in_full(item.day)
        told = _("%(day)s : hôpital") % {"day": first} if until is None else _("Du %(first)s au %(last)s : hôpital") % {
            "first": first, "last": words.in_full(until)
        }  # fmt: skip
        found.append(Event(item.day, told, until))
    return found


SHOWN = 40  # lines of a table before « toutes les valeurs »
_ASKED = ("acces", "periode", "unite", "valeurs")
_LONG = 400  # days: values that last less are not narrowed


def result(found: Sequence[Series], items: Iterable[Item], query: Mapping[str, str], *, today: date) -> dict[str, Any]:
    """What a page of one result shows, for a person and for a professional alike.

    found: the series asked for, then those read with it. query: what the address says (periode, unite, valeurs).
    """
    one, asked = found[0], query.get("periode", "")
    since = periods.since(asked, today=today)
    listed = rows(one, (*one.points, *one.words))
    everything = query.get("valeurs") == "toutes"
    lanes = [lane(each) for each in found if each.points]
    long = bool(one.points) and (one.points[-1].day - one.points[0].day).days >= _LONG

    def address(**changed: str) -> str:
        return periods.same_page(query, _ASKED, **changed)

    return {
        "series": one,
        "name": title(one),
        "sentence": sentence(one, say=_, day=words.in_full, name=title(one)),
        "drawing": drawing(lanes, events=stays(items), since=since) if lanes else None,
        "periods": periods.offered(asked, lambda value: address(periode=value)) if long else [],
        "units": [(said, address(unite=ucum), ucum == one.unit) for ucum, said in other_units(one)],
        "rows": listed if everything else listed[:SHOWN],
        "left": 0 if everything else max(0, len(listed) - SHOWN),
        "every": address(valeurs="toutes"),
        "others": [(title(each), rows(each, (*each.points, *each.words))[:SHOWN]) for each in found[1:]],
        "apart": rows(one, one.apart),
        "brought": any(row.brought for row in listed),
        "unsure": sum(not point.certain for point in (*one.points, *one.words)),
        "several": len(one.laboratories) > 1,
        "sources": sources(one),
    }
