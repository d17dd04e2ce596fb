"""One treatment, as a professional reads it: where it stands and why, its doses, every prescription and dispensation."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hygie.access.types import Action
from hygie.base.errors import NotFound
from hygie.formats import dosage
from hygie.record import queries as record
from hygie.record.curves import mark
from hygie.workspace.opening import for_a_professional, nothing_here, open_patient, way_of
from hygie.workspace.patient import heading


@for_a_professional
@require_GET
def treatment(request: HttpRequest, patient_id: UUID, which: str) -> HttpResponse:
    way = way_of(request)
    if way.own:  # an author looks at her deposits one by one
        raise nothing_here()
    grant = open_patient(request, patient_id, Action.LIST, way=way)
    lines = record.treatments(grant, on=timezone.localdate())
    line = next((one for one in lines if mark(patient_id, one.key) == which), None)
    if line is None:
        raise NotFound("Ce traitement n’est pas ici.", code="no-such-treatment")
    context = heading(grant, way) | {
        "line": line,
        "doses": [(step, dosage.shown(dosage.Amount(step.amount, step.unit))) for step in reversed(line.doses)],
    }
    return render(request, "workspace/treatment.html", context)
