"""Ma santé, results: what was measured, in plain words, as numbers and as a curve; never a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hygie.access import queries as access
from hygie.access.types import Action, Channel, Grant, Viewer
from hygie.formats import analytes, glossary
from hygie.portal.opening import for_a_person, open_mine
from hygie.record import queries as record
from hygie.record.curves import Small, drawing, lane, mark, named, other_units, rows, small, sources, stays, title
from hygie.record.results import FAMILIES, Point, Series, not_converted, series
from hygie.record.trends import place_words, sentence, shown, trend, way_words
from hygie.record.types import Source
from hygie.ui import words

NEWEST = 12  # entries of each code that the list reads: enough for a tiny drawing once folded
SHOWN = 40  # lines of the table before « toutes les valeurs »


@dataclass(frozen=True, slots=True)
class Line:
    """One result in the list. told: trend and place, in words; meaning: the first sentence of the glossary."""

    mark: str
    name: str
    value: str
    told: str
    meaning: str
    latest: Point
    drawing: Small | None
    apart: int
    unsure: bool


@dataclass(frozen=True, slots=True)
class Family:
    id: str
    label: str
    lines: list[Line]


@for_a_person
@require_GET
def results(request: HttpRequest) -> HttpResponse:
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    found = series(record.entries(grant, kinds={"Observation"}, latest=NEWEST))
    asked, family = request.GET.get("mots", "").strip()[:80], request.GET.get("famille", "")
    spoken = [one for one in found if _speaks_of(one, asked)]
    kept = [one for one in spoken if family in ("", one.family)]
    families = [
        Family(name, _(label), lines)
        for name, label in FAMILIES.items()
        if (lines := _lines([one for one in kept if one.family == name], grant.patient_id))
    ]
    context = {
        "current": "health",
        "total": len(found),
        "kept": sum(len(one.lines) for one in families),
        "families": families,
        "asked": asked,
        "family": family if family in FAMILIES else "",
        "filters": _filters(spoken, asked, family),
        "apart": not_converted(found),
        "outside": sum(bool(one.latest and one.latest.place.value in ("above", "below")) for one in found),
    }
    return render(request, "portal/results.html", context)


def _speaks_of(one: Series, asked: str) -> bool:
    """Every word asked for stands in a name of the analysis, its family or what it is."""
    known = analytes.BY_ID.get(one.analyte or "")
    meaning = glossary.term(one.analyte or one.measure)
    names = " ".join(
        (one.label, *(known.names if known else ()), FAMILIES[one.family], meaning.words if meaning else "")
    )
    spoken = analytes.plain(names)
    return all(word in spoken for word in analytes.plain(asked).split())


def _filters(found: Sequence[Series], asked: str, family: str) -> list[tuple[str, str, bool]]:
    def address(name: str) -> str:
        return "?" + urlencode({key: value for key, value in (("famille", name), ("mots", asked)) if value})

    here = [name for name in FAMILIES if any(one.family == name for one in found)]
    return [
        (_("Tout"), address(""), not family),
        *((_(FAMILIES[name]), address(name), name == family) for name in here),
    ]


def _lines(found: Sequence[Series], patient_id: UUID) -> list[Line]:
    by_key = {one.key: one for one in found}
    lines = []
    for one in found:
        latest = one.latest or one.newest
        if latest is None or (one.key == "tension_basse" and "tension_haute" in by_key):
            continue
        moved = trend(one)
        told = [way_words(moved, say=_) if moved else "", place_words(latest.place, say=_)]
        value, name = shown(one, latest), title(one)
        if (
            one.key == "tension_haute"
            and (other := by_key.get("tension_basse"))
            and other.latest
            and other.latest.day == latest.day
        ):
            value, name = (
                f"{value.removesuffix(one.unit_printed).strip()} / {shown(other, other.latest)}",
                _("Tension artérielle"),
            )
        meaning = glossary.term(one.analyte or one.measure)
        lines.append(
            Line(
                mark=mark(patient_id, one.key),
                name=name,
                value=value,
                told=", ".join(filter(None, told)) if latest.certain and not latest.doubtful else "",
                meaning=meaning.words.split(". ")[0].rstrip(".") if meaning else "",
                latest=latest,
                drawing=small(one),
                apart=len(one.apart),
                unsure=not latest.certain or latest.doubtful,
            )
        )
    return lines


@for_a_person
@require_GET
def result(request: HttpRequest, which: str) -> HttpResponse:
    grant = open_mine(request, Action.LIST)
    items = record.entries(grant, kinds={"Observation", "Encounter"})
    wanted = named(items, grant.patient_id, which, unit=request.GET.get("unite", ""))
    one = wanted[0]
    since = _since(request.GET.get("periode", ""))
    listed = rows(one, (*one.points, *one.words))
    everything = request.GET.get("valeurs") == "toutes"
    lanes = [lane(each) for each in wanted if each.points]
    pictured = drawing(lanes, events=stays(items), since=since) if lanes else None
    viewers, source = _viewers(grant, one)
    context = {
        "current": "health",
        "series": one,
        "name": title(one),
        "sentence": sentence(one, say=_, day=words.in_full),
        "drawing": pictured,
        "periods": _periods(request, one, since),
        "units": _units(request, one),
        "rows": listed if everything else listed[:SHOWN],
        "left": 0 if everything else max(0, len(listed) - SHOWN),
        "others": [(title(each), rows(each, (*each.points, *each.words))[:SHOWN]) for each in wanted[1:]],
        "apart": rows(one, one.apart),
        "brought": any(row.brought for row in listed),
        "unsure": sum(not point.certain for point in (*one.points, *one.words)),
        "several": len(one.laboratories) > 1,
        "term": (term := glossary.term(one.analyte or one.measure)),
        "term_note": _(glossary.note(term)) if term else "",
        "sources": sources(one),
        "viewers": viewers,
        "viewed": source,
        "compare": "?" + urlencode({"s": which}),
    }
    return render(request, "portal/result.html", context)


def _since(asked: str) -> date | None:
    years = {"1": 1, "3": 3}.get(asked)
    return timezone.localdate() - timedelta(days=round(365.25 * years)) if years else None


def _address(request: HttpRequest, **changed: str) -> str:
    """This page, with these differences; what a page does not know is left out."""
    kept = {name: request.GET.get(name, "") for name in ("periode", "unite", "valeurs")} | changed
    return "?" + urlencode({name: value for name, value in kept.items() if value})


def _periods(request: HttpRequest, one: Series, since: date | None) -> list[tuple[str, str, bool]]:
    """Periods to choose from, when the values last longer than one."""
    if not one.points or (one.points[-1].day - one.points[0].day).days < 400:
        return []
    chosen = request.GET.get("periode", "") if since else ""
    periods = (("", _("Tout")), ("1", _("Un an")), ("3", _("Trois ans")))
    return [(label, _address(request, periode=value), value == chosen) for value, label in periods]


def _units(request: HttpRequest, one: Series) -> list[tuple[str, str, bool]]:
    return [(printed, _address(request, unite=ucum), ucum == one.unit) for ucum, printed in other_units(one)]


def _viewers(grant: Grant, one: Series) -> tuple[Sequence[Viewer], Source | None]:
    """Who can see the latest value: whoever can see its document."""
    latest = one.latest or one.newest
    if latest is None or latest.source is None:
        return (), None
    document = record.document(grant, document_id=latest.source.document_id)
    return access.explain(grant, document.facts, document_id=document.id), latest.source
