"""Mes dépôts: what this professional sent, what waits in quarantine, and how to correct it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access import queries as access
from hygie.access.actions import open_for_list
from hygie.access.types import Action, Grant, Visibility
from hygie.base.errors import NotFound
from hygie.people.types import Actor
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.types import Deposited, Quarantined
from hygie.ui import paging
from hygie.ui.told import Undo, tell
from hygie.workspace.names import Patient, patient
from hygie.workspace.opening import CARE, OWN, asking, for_a_professional, open_patient, professional
from hygie.workspace.patient import heading
from hygie.workspace.rows import Row, row

PAGE = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """One deposit. row: None when it was taken back. who: None unless her record is open to this professional."""

    patient_id: UUID
    document_id: UUID
    received: datetime
    row: Row | None
    who: Patient | None


@for_a_professional
@require_GET
def deposits(request: HttpRequest) -> HttpResponse:
    actor = professional(request)
    known = record.my_deposits(actor)
    page = paging.page(known, request.GET.get("page", ""), size=PAGE)
    waiting = _quarantined(actor)
    context = {
        "current": "deposits",
        "sent": _told(request, page.items),
        "total": len(known),
        "waiting": [one for one in waiting if one.state == "waiting"],
        "settled": [one for one in waiting if one.state != "waiting"][-PAGE:],
        **page.links("?page={}".format),
    }
    return render(request, "workspace/deposits.html", context)


def _quarantined(actor: Actor) -> list[Quarantined]:
    return record.quarantine(actor, waiting_only=False) if actor.organisation_id else []


def _told(request: HttpRequest, known: Sequence[Deposited]) -> list[Sent]:
    """Titles need a grant for each record: to care where it is open, as the author elsewhere."""
    actor = professional(request)
    everyone = dict.fromkeys(one.patient_id for one in known)
    usual = {one.patient_id for one in access.open_patients(actor, at=timezone.now()) if one.emergency_until is None}
    asked = access.not_refused(
        [asking(request, one, Action.LIST, way=CARE if one in usual else OWN) for one in everyone]
    )
    grants = {grant.patient_id: grant for grant in open_for_list(asked)} if asked else {}
    names = access.identities([grant for grant in grants.values() if grant.patient_id in usual])
    today = timezone.localdate()
    return [
        Sent(
            one.patient_id, one.document_id, one.received,
            row=_row(grants.get(one.patient_id), one.document_id),
            who=patient(names[one.patient_id], today=today) if one.patient_id in names else None,
        )
        for one in known
    ]  # fmt: skip


def _row(grant: Grant | None, document_id: UUID) -> Row | None:
    if grant is None:
        return None
    try:
        return row(record.document(grant, document_id=document_id), actor=grant.actor)
    except NotFound:
        return None


@for_a_professional
@require_GET
def deposited(request: HttpRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    """One own deposit, and what its author may do with it."""
    grant = open_patient(request, patient_id, Action.LIST, way=OWN)
    found = record.document(grant, document_id=document_id)
    if not row(found, actor=grant.actor).mine:
        raise NotFound(_("Ce dépôt n’est pas le vôtre."), code="no-such-document")
    opened = access.open_patients(grant.actor, at=grant.at, only=patient_id)
    context = heading(grant, OWN) | {
        "document": found,
        "row": row(found, actor=grant.actor),
        "open": bool(opened and opened[0].emergency_until is None),
    }
    return render(request, "workspace/deposited.html", context)


@for_a_professional
@require_POST
def announce(request: HttpRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    """The announcement took place: the patient sees the document from now on."""
    grant = _to_correct(request, patient_id, document_id, Action.SET_VISIBILITY)
    actions.set_visibility(
        grant, document_id=document_id, remove={Visibility.HIDDEN_FROM_PATIENT.value}, at=timezone.now()
    )
    tell(request, _("C’est annoncé : le patient voit maintenant ce document."))
    return redirect("workspace:deposited", patient_id, document_id)


@for_a_professional
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    """Take back a mistaken deposit: a page that asks, then the act, then a way back."""
    if request.method == "GET":
        grant = open_patient(request, patient_id, Action.LIST, way=OWN)
        found = record.document(grant, document_id=document_id)
        context = heading(grant, OWN) | {"document": found, "row": row(found, actor=grant.actor)}
        return render(request, "workspace/withdraw.html", context)
    grant = _to_correct(request, patient_id, document_id, Action.WITHDRAW)
    if request.POST.get("retablir"):
        actions.restore(grant, document_id=document_id, at=timezone.now())
        tell(request, _("Le document est revenu."))
        return redirect("workspace:deposited", patient_id, document_id)
    actions.withdraw(grant, document_id=document_id, at=timezone.now())
    tell(
        request,
        _("Le document est retiré : plus personne ne le voit."),
        undo=Undo(_("Annuler"), request.path, {"retablir": "oui"}),
    )
    if request.POST.get("retour"):  # taken back where it was written
        return redirect("workspace:patient", patient_id)
    return redirect("workspace:deposits")


def _to_correct(request: HttpRequest, patient_id: UUID, document_id: UUID, action: Action) -> Grant:
    return actions.open_to_correct(asking(request, patient_id, action, way=OWN, document_id=document_id))
