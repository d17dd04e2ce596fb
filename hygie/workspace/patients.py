"""Mes patients: the people who opened their record to this professional."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hygie.access import queries as access
from hygie.access.actions import open_for_list
from hygie.access.types import Action, Channel, OpenPatient
from hygie.ui import paging
from hygie.workspace import left
from hygie.workspace.find import FindForm
from hygie.workspace.names import Patient, patient
from hygie.workspace.opening import asking, for_a_professional, may_break_the_glass, professional
from hygie.workspace.visits import just_closed

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    who: Patient
    last_visit: datetime | None
    until: datetime | None


@for_a_professional
@require_GET
def patients(request: HttpRequest) -> HttpResponse:
    """Fifty names a page, in alphabetical order; with several pages, the latest visits are on the first."""
    actor = professional(request)
    opened = access.open_patients(actor, at=timezone.now())
    usual = [one for one in opened if one.emergency_until is None]
    page = paging.page(usual, request.GET.get("page", ""), size=PAGE)
    context = {
        "current": "patients",
        "total": len(usual),
        "lines": _named(request, page.items),
        "emergencies": [one for one in opened if one.emergency_until is not None],
        **page.links("?page={}".format),
        "form": FindForm(),
        "rpps": actor.rpps,
        "wanted": sum(one.state == "wanted" for one in access.invitations_sent(actor, at=timezone.now())),
        "urgent": may_break_the_glass(actor),
        "closed": just_closed(request),
    }
    answer = render(request, "workspace/patients.html", context)
    if left.leave(request, actor.organisation_id):
        left.end(answer)
    return answer


def _named(request: HttpRequest, opened: Sequence[OpenPatient]) -> list[Line]:
    """Each name takes a grant of its own, and leaves its line in the journal of whoever it names."""
    asked = [asking(request, one.patient_id, Action.READ_IDENTITY, channel=Channel.LIST) for one in opened]
    names = access.identities(open_for_list(asked)) if asked else {}
    today = timezone.localdate()
    lines = [
        Line(patient(names[one.patient_id], today=today), one.last_visit, one.until)
        for one in opened
        if one.patient_id in names
    ]
    return sorted(lines, key=lambda line: (line.who.family.casefold(), line.who.given.casefold()))
