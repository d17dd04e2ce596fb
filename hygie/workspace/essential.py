"""L'essentiel: what a doctor at the telephone reads in ten seconds: allergies, treatments, conditions, devices, whom to call."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from hygie.access import queries as access
from hygie.access.types import Action, Channel
from hygie.record import queries as record
from hygie.workspace.opening import for_a_professional, open_patient, way_of

_TITLES = {
    "allergies": gettext_lazy("Allergies"),
    "treatments": gettext_lazy("Traitements en cours"),
    "problems": gettext_lazy("Problèmes de santé"),
    "devices": gettext_lazy("Dispositifs portés"),
    "blood": gettext_lazy("Groupe sanguin"),
}


@for_a_professional
@require_GET
def essential(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Certain things alone, whoever says them; the useful page is one step away."""
    way = way_of(request)
    grant = open_patient(request, patient_id, Action.LIST, way=way, channel=Channel.LIST)
    sections = [
        {"title": _TITLES[one.key], "section": one}
        for one in record.emergency_card(grant, wanted=_TITLES)
        if one.lines or one.key != "blood"
    ]
    context = {
        "current": "patients", "patient_id": patient_id, "way": way, "sections": sections,
        "identity": access.identity(grant), "contacts": access.emergency_contacts(grant),
    }  # fmt: skip
    return render(request, "workspace/essential.html", context)
