"""Tout emporter: one file that opens anywhere, without Hygie and without the network. Made as it is downloaded."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from hygie.access.types import Action
from hygie.formats import zips
from hygie.portal import away
from hygie.portal.opening import for_a_person, open_mine
from hygie.record import queries as record


@for_a_person
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """A page that says what is in it; then the file itself, streamed: nothing of it is ever kept here."""
    if request.method == "GET":
        return _page(request)
    grant = open_mine(request, Action.EXPORT)
    reading = open_mine(request, Action.READ_JOURNAL)
    taken = record.takeaway(grant, keeper=settings.PUBLIC_URL)
    now = timezone.localtime()
    answer = StreamingHttpResponse(
        zips.stream(away.parts(taken, grant, reading), at=now), content_type="application/octet-stream"
    )
    answer.headers["Content-Disposition"] = (
        content_disposition_header(True, f"hygie-{now:%Y-%m-%d}.zip") or "attachment"
    )
    return cast(HttpResponse, answer)  # streamed: for those who pass it on, an answer like another


def _page(request: HttpRequest) -> HttpResponse:
    held = record.documents(open_mine(request, Action.LIST), status=None, archived=None)
    context = {"current": "account", "documents": len(held), "size": sum(one.size for one in held)}
    return render(request, "portal/take.html", context)
