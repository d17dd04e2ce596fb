"""One result, as a professional reads it: its curve, its numbers, and the documents they come from."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hygie.access.types import Action
from hygie.record import queries as record
from hygie.record.curves import named
from hygie.record.curves import result as told
from hygie.workspace.opening import for_a_professional, nothing_here, open_patient, way_of
from hygie.workspace.patient import heading


@for_a_professional
@require_GET
def result(request: HttpRequest, patient_id: UUID, which: str) -> HttpResponse:
    way = way_of(request)
    if way.own:  # an author looks at her deposits one by one
        raise nothing_here()
    grant = open_patient(request, patient_id, Action.LIST, way=way)
    items = record.entries(grant, kinds={"Observation", "Encounter"})
    series = named(items, patient_id, which, unit=request.GET.get("unite", ""))
    context = heading(grant, way) | told(series, items, request.GET, today=timezone.localdate())
    return render(request, "workspace/result.html", context)
