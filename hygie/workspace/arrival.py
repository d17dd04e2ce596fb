"""Arriving from one's own software: a handle that serves once stands for a sign-in, and leads to the person's page.

The software has proved who it is, and answers for the professional it names (SMART EHR launch). The session that
begins here says through which software it came: so does every line of the journal.
"""

from __future__ import annotations

from django.contrib.auth import get_user_model, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hygie.base import config
from hygie.base.errors import Refused
from hygie.people import actions
from hygie.people.types import AuthLevel

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_GET
def arrive(request: HttpRequest) -> HttpResponse:
    """Sign her in for this visit and go to the page; a handle that is spent or too old says what to do."""
    issuer = request.GET.get("iss", "")
    if issuer and issuer != config.get("HYGIE_PUBLIC_URL") + "/fhir":
        return _stale(request, _("Ce lien vient d’un autre serveur que le nôtre : il n’ouvre rien ici."))
    now = timezone.now()
    try:
        launched = actions.take_launch(request.GET.get("launch", ""), at=now)
    except Refused as fault:
        return _stale(request, _(fault.public))
    logout(request)
    login(request, get_user_model()._default_manager.get(pk=launched.account_id), backend=BACKEND)
    request.session.update({
        "auth": int(AuthLevel.STRONG), "since": now.timestamp(), "seen": now.timestamp(), "provider": "launch",
        "hat": str(launched.activity_id), "client": str(launched.client_id), "software": launched.client,
    })  # fmt: skip
    return redirect("workspace:patient", launched.patient_id)


def _stale(request: HttpRequest, happened: str) -> HttpResponse:
    return render(request, "workspace/stale.html", {"happened": happened, "current": "patients"}, status=403)
