"""Results as a professional reads them: all at a glance, one with its curve and documents, several on one axis."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hygie.access.types import Action, Grant
from hygie.record import queries as record
from hygie.record.beside import beside
from hygie.record.curves import named
from hygie.record.curves import result as told
from hygie.record.overview import NEWEST, overview
from hygie.record.results import series
from hygie.workspace.opening import Way, for_a_professional, nothing_here, open_patient, way_of
from hygie.workspace.patient import heading


@for_a_professional
@require_GET
def results(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    grant, way = _opened(request, patient_id)
    found = series(record.entries(grant, kinds={"Observation"}, latest=NEWEST))
    context = heading(grant, way) | {"shown": overview(found, patient_id, request.GET)}
    return render(request, "workspace/results.html", context)


@for_a_professional
@require_GET
def compare(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    grant, way = _opened(request, patient_id)
    today = timezone.localdate()
    items = record.entries(grant, kinds={"Observation", "Encounter"})
    treatments = record.treatments(grant, on=today)
    names = {
        "thyroid": _("Thyroïde"), "sugar": _("Diabète"), "kidney": _("Reins"), "heart": _("Cœur"),
        "pressure": _("Tension"), "iron": _("Fer"), "lipids": _("Lipides"),
    }  # fmt: skip
    shown = beside(items, treatments, patient_id, request.GET, names=names, today=today)
    return render(request, "workspace/compare.html", heading(grant, way) | shown)


@for_a_professional
@require_GET
def result(request: HttpRequest, patient_id: UUID, which: str) -> HttpResponse:
    grant, way = _opened(request, patient_id)
    items = record.entries(grant, kinds={"Observation", "Encounter"})
    found = named(items, patient_id, which, unit=request.GET.get("unite", ""))
    context = heading(grant, way) | told(found, items, request.GET, today=timezone.localdate())
    return render(request, "workspace/result.html", context | {"which": which})


def _opened(request: HttpRequest, patient_id: UUID) -> tuple[Grant, Way]:
    way = way_of(request)
    if way.own:  # an author looks at her deposits one by one
        raise nothing_here()
    return open_patient(request, patient_id, Action.LIST, way=way), way
