"""L'essentiel: what a doctor at the telephone reads in twenty seconds: whom to call, allergies, treatments, conditions,
devices, wishes. Where an emergency opens to; one sheet when printed."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from hygie.access import queries as access
from hygie.access.types import Action, Channel
from hygie.record import queries as record
from hygie.workspace.opening import for_a_professional, open_patient, way_of
from hygie.workspace.patient import heading, limits

_TITLES = {
    "allergies": (gettext_lazy("Allergies"), "warning"),
    "treatments": (gettext_lazy("Traitements en cours"), "pill"),
    "problems": (gettext_lazy("Problèmes de santé"), "heart"),
    "devices": (gettext_lazy("Dispositifs portés"), "shield"),
    "wishes": (gettext_lazy("Volontés"), "flag"),
    "blood": (gettext_lazy("Groupe sanguin"), "flask"),
}
_WHEN_SAID = {"blood", "wishes"}
"""Not shown when there is nothing: their silence says nothing about her."""
_NUMBER = re.compile(r"(?:\+[1-9]|0)(?:[ .-]?[0-9]){8,13}")


@for_a_professional
@require_GET
def essential(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Certain things alone, whoever says them; the useful page is one step away."""
    way = way_of(request)
    grant = open_patient(request, patient_id, Action.LIST, way=way, channel=Channel.LIST)
    card = record.emergency_card(grant, wanted=_TITLES)
    sections = [
        {"title": _TITLES[one.key][0], "icon": _TITLES[one.key][1], "section": one}
        for one in card.sections
        if one.lines or one.key not in _WHEN_SAID
    ]
    top = heading(grant, way)
    context = top | {
        "sections": sections, "waiting": card.waiting, "contacts": [_to_call(one) for one in access.emergency_contacts(grant)],
        "hidden_too": grant.scope.hidden, "limits": limits(top["way_in"]), "keys": "essential",
    }  # fmt: skip
    return render(request, "workspace/essential.html", context)


def _to_call(written: str) -> tuple[str, str]:
    """What the person wrote, and the number in it as a telephone dials it ("" when there is none)."""
    found = _NUMBER.search(written)
    return written, re.sub(r"[ .-]", "", found[0]) if found else ""
