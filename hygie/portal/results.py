"""Ma santé, results: what was measured, in plain words, as numbers and as a curve; never a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hygie.access import queries as access
from hygie.access.types import Action, Channel, Grant, Viewer
from hygie.formats import glossary
from hygie.portal.opening import for_a_person, open_mine
from hygie.record import queries as record
from hygie.record.curves import named
from hygie.record.curves import result as told
from hygie.record.overview import NEWEST, overview
from hygie.record.results import Series, series
from hygie.record.types import Source


@for_a_person
@require_GET
def results(request: HttpRequest) -> HttpResponse:
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    found = series(record.entries(grant, kinds={"Observation"}, latest=NEWEST))
    shown = overview(found, grant.patient_id, request.GET)
    return render(request, "portal/results.html", {"current": "health", "shown": shown})


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
