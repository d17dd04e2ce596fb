"""Ma santé, results: what was measured, in plain words, as numbers and as a curve; never a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from hygie.record.curves import Small, mark, named, small, title
from hygie.record.curves import result as told
from hygie.record.results import FAMILIES, Point, Series, not_converted, series
from hygie.record.trends import place_words, shown, trend, way_words
from hygie.record.types import Source
from hygie.ui import words

NEWEST = 12  # entries of each code that the list reads: enough for a tiny drawing once folded


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
        (
            one.label,
            *(known.names if known else ()),
            FAMILIES[one.family],
            *((meaning.words, meaning.english, meaning.words.english) if meaning else ()),
        )
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
                meaning=words.spoken(meaning.words).split(". ")[0].rstrip(".") if meaning else "",
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
    viewers, source = _viewers(grant, one)
    context = told(wanted, items, request.GET, today=timezone.localdate()) | {
        "current": "health",
        "term": (term := glossary.term(one.analyte or one.measure)),
        "term_note": _(glossary.note(term)) if term else "",
        "viewers": viewers,
        "viewed": source,
        "compare": "?" + urlencode({"s": which}),
    }
    return render(request, "portal/result.html", context)


def _viewers(grant: Grant, one: Series) -> tuple[Sequence[Viewer], Source | None]:
    """Who can see the latest value: whoever can see its document."""
    latest = one.latest or one.newest
    if latest is None or latest.source is None or grant.tie is not None:
        return (), None
    document = record.document(grant, document_id=latest.source.document_id)
    return access.explain(grant, document.facts, document_id=document.id), latest.source
