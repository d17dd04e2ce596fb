"""A sheet to hand over: what a space brings, where to open it, and how to let this professional in.

The same for everybody: it names no patient, and tells nothing of whether a space exists, sleeps or is closed.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hygie.base import config
from hygie.workspace.opening import for_a_professional, professional


@for_a_professional
@require_GET
def invite(request: HttpRequest) -> HttpResponse:
    actor = professional(request)
    context = {"current": "patients", "address": config.get("HYGIE_PUBLIC_URL"), "actor": actor}
    return render(request, "workspace/invite.html", context)
