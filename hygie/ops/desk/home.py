"""The desk: what waits, the most urgent first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from hygie.access import queries as access
from hygie.ops.desk import jobs
from hygie.ops.desk.opening import for_an_operator, operator
from hygie.record import queries as record


@for_an_operator
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    waiting = access.cases(operator(request))
    now = timezone.now()
    emergencies = [one for one in waiting if one.kind == "emergency"]
    context = {
        "current": "home",
        "emergencies": len(emergencies),
        "late": sum(one.due <= now for one in emergencies),
        "late_reports": sum(one.due <= now for one in waiting if one.kind == "report"),
        "reports": sum(one.kind == "report" for one in waiting),
        "quarantined": record.waiting_in_quarantine(operator(request)),
        "jobs": jobs.count(),
    }
    return render(request, "desk/home.html", context)
