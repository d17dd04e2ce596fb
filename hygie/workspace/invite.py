"""Inviting somebody whose identity one has checked: a code for her alone, on paper, as a link, or said aloud.

The code is on the page that answers, and nowhere else. What becomes of an invitation is told to its maker only as far as
he needs it: waiting, used, out of date; never what she decided.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hygie.access import queries as access
from hygie.access.actions import invite as make
from hygie.access.actions import open_record
from hygie.access.types import Action
from hygie.base import config
from hygie.base.addresses import reverse
from hygie.base.errors import Invalid
from hygie.ui import qr
from hygie.workspace.find import found
from hygie.workspace.opening import asking, for_a_professional, professional


@for_a_professional
@require_GET
def invitations(request: HttpRequest) -> HttpResponse:
    """Those I made, the ones that somebody asks to renew first."""
    actor = professional(request)
    context = {
        "current": "patients",
        "may": access.may_invite(actor),
        "sent": access.invitations_sent(actor, at=timezone.now()),
    }
    return render(request, "workspace/invitations.html", context)


@for_a_professional
@require_POST
def invite(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """A new code for somebody just found, matricule and traits in hand. Without that, back to finding her."""
    one = found(request, patient_id)
    if one is None:
        return redirect("workspace:find")
    if request.POST.get("verifiee") != "oui":
        raise Invalid(_("Confirmez d’abord que c’est bien cette personne."), code="identity-not-checked")
    return _sheet(request, patient_id, one.name)


@for_a_professional
@require_POST
def invite_again(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Another code for somebody this professional invited before: the former one is void."""
    return _sheet(request, *access.invitation_sent(professional(request), invitation_id))


def _sheet(request: HttpRequest, patient_id: UUID, name: str) -> HttpResponse:
    grant = open_record(asking(request, patient_id, Action.FIND, reason="invitation"))
    invited = make(grant, way="hand", name=name, at=timezone.now())
    address = config.get("HYGIE_PUBLIC_URL") + reverse("portal:invitation")
    link = f"{address}?c={invited.code}"
    context = {
        "current": "patients",
        "actor": professional(request),
        "invited": invited,
        "spoken": [invited.code[at : at + 4] for at in range(0, 12, 4)],
        "address": address,
        "link": link,
        "qr": qr.drawing(link, label=_("Code à photographier pour ouvrir l’espace")),
    }
    return render(request, "workspace/invitation.html", context)
