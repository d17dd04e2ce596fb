"""Ma santé, several things on one axis of time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hygie.access.types import Action
from hygie.portal.opening import for_a_person, open_mine
from hygie.record import queries as record
from hygie.record.beside import beside


@for_a_person
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    grant = open_mine(request, Action.LIST)
    today = timezone.localdate()
    items = record.entries(grant, kinds={"Observation", "Encounter"})
    treatments = record.treatments(grant, on=today)
    names = {
        "thyroid": _("Ma thyroïde"), "sugar": _("Mon sucre"), "kidney": _("Mes reins"), "heart": _("Mon cœur"),
        "pressure": _("Ma tension"), "iron": _("Mon fer"), "lipids": _("Mes graisses du sang"),
    }  # fmt: skip
    shown = beside(items, treatments, grant.patient_id, request.GET, names=names, today=today)
    return render(request, "portal/compare.html", shown | {"current": "health"})
