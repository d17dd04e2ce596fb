"""What professionals arranged among her documents, and how she undoes it: a type corrected, a document pinned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hygie.access.types import Action
from hygie.formats import valuesets
from hygie.portal.opening import act_on_mine, asking_mine, for_a_person
from hygie.record import actions
from hygie.record.types import Document
from hygie.ui.told import tell


@dataclass(frozen=True, slots=True)
class Refiled:
    """« Rangé par Dr Diallo comme Ordonnance (était : Compte rendu) »."""

    by: str
    now: str
    was: str
    at: datetime


def refiled(document: Document) -> Refiled | None:
    said, metadata = document.metadata.refiled, document.metadata
    if said is None:
        return None
    now = _(valuesets.type_label(metadata.type_code, metadata.type_label))
    return Refiled(said.by, now, _(valuesets.type_label(said.was_type, said.was_label)), said.at)


@for_a_person
@require_POST
def put_back(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Filed again as it was received."""
    actions.put_back(asking_mine(request, Action.CLASSIFY, document_id), at=timezone.now())
    tell(request, _("Le document est de nouveau rangé comme il a été reçu."))
    return redirect("portal:document", document_id)


@for_a_person
@require_POST
def unpin(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Taken down from the top of what her professionals see."""
    actions.unpin(act_on_mine(request, Action.PIN, document_id), document_id=document_id)
    tell(request, _("L’épingle est retirée. Le document reste à sa place."))
    return redirect("portal:document", document_id)
