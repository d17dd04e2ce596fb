"""Prendre le relais: a doctor of the circle says that the day has come for a help prepared in advance."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hygie.access import actions, queries
from hygie.access.types import Action
from hygie.base.errors import NotFound
from hygie.people.types import Role
from hygie.ui.told import tell
from hygie.workspace.opening import for_a_professional, open_patient, professional


@for_a_professional
@require_http_methods(["GET", "POST"])
def relief(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Who was chosen to take over, and the doctor's word. It is not enough alone: a relative says it too."""
    if professional(request).role is not Role.DOCTOR:
        raise NotFound(_("Seul un médecin peut le dire."), code="doctors-only")
    grant = open_patient(request, patient_id, Action.READ_IDENTITY)
    if request.method == "POST":
        begins = actions.attest(grant, tie_id=_uuid(request.POST.get("aide", "")), at=timezone.now())
        tell(
            request,
            _("L’aide préparée commence maintenant.") if begins else _("C’est noté. Un proche doit le dire aussi."),
        )
        return redirect("workspace:relief", patient_id)
    context = {
        "current": "patients",
        "patient_id": patient_id,
        "name": queries.identity(grant).display_name,
        "waiting": queries.awaiting(grant),
    }
    return render(request, "workspace/relief.html", context)


def _uuid(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise NotFound(_("Cette aide n’existe plus."), code="no-such-tie") from None
