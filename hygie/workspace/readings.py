"""What was read from a paper, as a professional sees it: each reading beside the paper, confirmed or set aside in one
click. She answers for the reading, never for the value; the person sees by whom it was confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hygie.access.types import Action, Grant
from hygie.base.addresses import reverse
from hygie.formats import synopsis
from hygie.formats.entries import printed
from hygie.formats.paper import places
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.types import Item, State
from hygie.ui.told import Undo, tell
from hygie.workspace.opening import asking, for_a_professional, nothing_here, open_patient, way_of

_ANSWERED = (State.CONFIRMED, State.REJECTED)


@dataclass(frozen=True, slots=True)
class Reading:
    """picture: address of the part of the paper it stands on; "" when the reader kept no place. by: who answered."""

    id: UUID
    what: str
    value: str
    on: str
    words: str
    page: int | None
    picture: str
    confirmed: bool = False
    by: str = ""
    mine: bool = False


def readings(grant: Grant, document_id: UUID, *, query: str) -> tuple[list[Reading], list[Reading]]:
    """What waits for an eye on this document, and what somebody answered already."""
    items = record.entries_of(grant, document_id=document_id)
    waiting = [_reading(one, grant, document_id, query) for one in items if one.state is State.SUGGESTED]
    return waiting, [_reading(one, grant, document_id, query) for one in items if one.state in _ANSWERED]


def said(grant: Grant, document_id: UUID) -> list[Reading]:
    """What this document says, the newest first: for one that has no page to show."""
    items = [one for one in record.entries_of(grant, document_id=document_id) if one.state is not State.REJECTED]
    dated = sorted(items, key=lambda one: (one.day is not None, one.day), reverse=True)
    return [_reading(one, grant, document_id, "") for one in dated]


def _reading(item: Item, grant: Grant, document_id: UUID, query: str) -> Reading:
    told, place = synopsis.told(item.resource), places.read(item.place)
    pictured = place is not None and place.box is not None
    address = reverse("workspace:read-from", args=[grant.patient_id, document_id, item.id]) + query
    return Reading(
        id=item.id, what=told.what, on=told.when, words=item.words or "", page=place.page if place else None,
        value=(printed(item.resource) if item.kind == "Observation" else None) or told.how,
        picture=address if pictured else "", confirmed=item.state is State.CONFIRMED, by=item.settled_by or "",
        mine=item.settled_by == grant.actor.name,
    )  # fmt: skip


@for_a_professional
@require_GET
def read_from(request: HttpRequest, patient_id: UUID, document_id: UUID, entry_id: UUID) -> HttpResponse:
    """The part of the paper that one reading stands on, as an image."""
    grant = open_patient(request, patient_id, Action.READ, way=way_of(request), document_id=document_id)
    drawn = record.excerpt(grant, document_id=document_id, entry_id=entry_id)
    return HttpResponse(drawn.data, content_type=drawn.media_type)


@for_a_professional
@require_POST
def answer(request: HttpRequest, patient_id: UUID, document_id: UUID, entry_id: UUID) -> HttpResponse:
    """Yes, no, or a former answer taken back. In an emergency, or as an author, one reads: one does not answer."""
    said = request.POST.get("reponse", "")
    if way_of(request).name or said not in ("oui", "non", "reprendre"):
        raise nothing_here()
    grant = actions.open_to_correct(asking(request, patient_id, Action.SETTLE, document_id=document_id))
    if said == "reprendre":
        actions.unsettle(grant, entry_id=entry_id)
        tell(request, _("C’est de nouveau à vérifier."))
    else:
        actions.settle(grant, entry_id=entry_id, accepted=said == "oui", at=timezone.now())
        undo = Undo(_("Annuler"), request.path, {"reponse": "reprendre"})
        told = _("C’est confirmé, à votre nom.") if said == "oui" else _("C’est écarté, à votre nom.")
        tell(request, told, undo=undo)
    return redirect(reverse("workspace:document", args=[patient_id, document_id]) + "#lu")
