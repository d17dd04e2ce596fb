"""Where a document is filed, and what is put on top for colleagues: corrected in one click and one choice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hygie.access import queries as access
from hygie.access.types import Action, Channel, Grant
from hygie.base.addresses import reverse
from hygie.base.errors import Refused
from hygie.formats import valuesets
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.types import Document
from hygie.ui.told import Undo, tell
from hygie.workspace.opening import asking, for_a_professional, nothing_here, open_patient, way_of
from hygie.workspace.patient import heading
from hygie.workspace.rows import refiled, row


class TypeForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Ce document est en fait"),
        error_messages={"required": gettext_lazy("Choisissez un type.")},
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


def kinds(grant: Grant, document: Document) -> list[tuple[str, Any]]:
    """The types under which this reader may file it, by family; [] when it keeps its type."""
    families: dict[str, list[tuple[str, str]]] = {}
    for code in access.types_for(grant, document.facts):
        family = _(valuesets.class_label(valuesets.class_of(code) or ""))
        families.setdefault(family, []).append((code, _(valuesets.type_label(code))))
    return [(family, sorted(found, key=lambda one: one[1].casefold())) for family, found in sorted(families.items())]


@for_a_professional
@require_http_methods(["GET", "POST"])
def kind(request: HttpRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    """Say what a document really is; or, by `retablir`, file it again as it came."""
    way = way_of(request)
    if way.name:  # in an emergency, or as an author, one reads: one does not arrange
        raise nothing_here()
    grant = open_patient(request, patient_id, Action.LIST, channel=Channel.VIEW)
    found = record.document(grant, document_id=document_id)
    asked = asking(request, patient_id, Action.CLASSIFY, document_id=document_id)
    if request.POST.get("retablir"):
        actions.put_back(asked, at=timezone.now())
        tell(request, _("Le document est de nouveau rangé comme il a été reçu."))
        return redirect("workspace:document", patient_id, document_id)
    choices = kinds(grant, found)
    form = TypeForm(request.POST or None, kinds=[("", _("Choisissez un type")), *choices])
    if request.method == "POST" and form.is_valid():
        try:
            filed = actions.refile(asked, type_code=form.cleaned_data["kind"], at=timezone.now())
        except Refused as fault:
            form.add_error("kind", _(fault.public))
        else:
            undo = Undo(_("Annuler"), request.path, {"retablir": "oui"})
            shelf = _(valuesets.category_of(filed.class_code, filed.type_code).label)
            said = _("C’est rangé dans « %(shelf)s ». La personne le voit, et peut annuler.") % {"shelf": shelf}
            tell(request, said, undo=undo)
            return redirect("workspace:document", patient_id, document_id)
    context = heading(grant, way) | {
        "document": found,
        "row": row(found, actor=grant.actor),
        "refiled": refiled(found, actor=grant.actor),
        "form": form,
        "choices": choices,
        "approximate": any(access.is_approximate(grant.actor, code) for _family, of in choices for code, _label in of),
    }
    return render(request, "workspace/kind.html", context, status=422 if request.method == "POST" else 200)


@for_a_professional
@require_POST
def pin(request: HttpRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    """Put a document on top of the useful page for every colleague who may read it, or take one's own pin down."""
    if way_of(request).name:
        raise nothing_here()
    grant = actions.open_to_correct(asking(request, patient_id, Action.PIN, document_id=document_id))
    if request.POST.get("epingler") == "non":
        actions.unpin(grant, document_id=document_id)
        again = Undo(_("Annuler"), request.path, {"epingler": "oui"})
        tell(request, _("Le document n’est plus épinglé."), undo=again)
    else:
        actions.pin(grant, document_id=document_id, at=timezone.now())
        undo = Undo(_("Annuler"), request.path, {"epingler": "non"})
        tell(request, _("Épinglé : les confrères qui peuvent le lire le voient en tête du dossier."), undo=undo)
    return redirect(reverse("workspace:document", args=[patient_id, document_id]))
