"""One result, as a professional reads it: its curve, its numbers, and the documents they come from."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hygie.access.types import Action
from hygie.record import queries as record
from hygie.record.curves import drawing, lane, named, other_units, rows, sources, stays, title
from hygie.record.results import Series
from hygie.record.trends import sentence
from hygie.ui import words
from hygie.workspace.opening import for_a_professional, nothing_here, open_patient, way_of
from hygie.workspace.patient import heading

SHOWN = 40  # lines of the table before « toutes les valeurs »
_PERIODS = {"1": 1, "3": 3}


@for_a_professional
@require_GET
def result(request: HttpRequest, patient_id: UUID, which: str) -> HttpResponse:
    way = way_of(request)
    if way.own:  # an author looks at her deposits one by one
        raise nothing_here()
    grant = open_patient(request, patient_id, Action.LIST, way=way)
    items = record.entries(grant, kinds={"Observation", "Encounter"})
    series = named(items, patient_id, which, unit=request.GET.get("unite", ""))
    one, since = series[0], _since(request.GET.get("periode", ""))
    listed = rows(one, (*one.points, *one.words))
    everything = request.GET.get("valeurs") == "toutes"
    lanes = [lane(each) for each in series if each.points]
    context = heading(grant, way) | {
        "series": one,
        "name": title(one),
        "sentence": sentence(one, say=_, day=words.in_full),
        "drawing": drawing(lanes, events=stays(items), since=since) if lanes else None,
        "periods": _periods(request, one, since),
        "units": [(said, _address(request, unite=ucum), ucum == one.unit) for ucum, said in other_units(one)],
        "rows": listed if everything else listed[:SHOWN],
        "left": 0 if everything else max(0, len(listed) - SHOWN),
        "every": _address(request, valeurs="toutes"),
        "others": [(title(each), rows(each, (*each.points, *each.words))[:SHOWN]) for each in series[1:]],
        "apart": rows(one, one.apart),
        "brought": any(row.brought for row in listed),
        "unsure": sum(not point.certain for point in (*one.points, *one.words)),
        "several": len(one.laboratories) > 1,
        "sources": sources(one),
    }
    return render(request, "workspace/result.html", context)


def _since(asked: str) -> date | None:
    years = _PERIODS.get(asked)
    return timezone.localdate() - timedelta(days=round(365.25 * years)) if years else None


def _address(request: HttpRequest, **changed: str) -> str:
    """This page, with these differences; what a page does not know is left out."""
    kept = {name: request.GET.get(name, "") for name in ("acces", "periode", "unite", "valeurs")} | changed
    return "?" + urlencode({name: value for name, value in kept.items() if value})


def _periods(request: HttpRequest, one: Series, since: date | None) -> list[tuple[str, str, bool]]:
    """Periods to choose from, when the values last longer than one."""
    if not one.points or (one.points[-1].day - one.points[0].day).days < 400:
        return []
    chosen = request.GET.get("periode", "") if since else ""
    periods = (("", _("Tout")), ("1", _("Un an")), ("3", _("Trois ans")))
    return [(label, _address(request, periode=value), value == chosen) for value, label in periods]
