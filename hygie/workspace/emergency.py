"""Accès en urgence: a reason written by hand, 24 hours, the person told, an operator who reviews. Nothing less."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hygie.access import queries as access
from hygie.access.types import Action
from hygie.base.addresses import reverse
from hygie.base.errors import Refused
from hygie.workspace.find import FindForm, found, look_for
from hygie.workspace.opening import URGENT, for_a_professional, may_break_the_glass, open_patient, professional

REASON_LENGTH = 20  # characters, as the rules count them (access.policy)


class _Reason(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi est-ce une urgence ?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=gettext_lazy(
            "20 caractères au moins. La personne et l’opérateur liront cette phrase : « Patiente inconsciente, admise aux urgences »."
        ),
    )

    def clean_reason(self) -> str:
        reason = " ".join(self.cleaned_data["reason"].split())
        if len(reason) < REASON_LENGTH:
            raise forms.ValidationError(_("Écrivez la raison de l’urgence, en 20 caractères au moins."))
        return reason


class ReasonForm(_Reason):
    """For somebody already found."""


class DirectForm(_Reason, FindForm):
    """Who, and why, at once."""

    field_order = ("matricule", "authority", "family", "given", "born", "sex", "reason")


@for_a_professional
@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Open one record in an emergency."""
    _doctors_only(request)
    context: dict[str, Any] = {"current": "urgent", "patient_id": patient_id, "found": found(request, patient_id)}
    opened = access.open_patients(professional(request), at=timezone.now(), only=patient_id)
    context["open"] = opened[0] if opened else None
    if request.method == "GET" or request.POST.get("etape") == "ouvrir":
        return render(request, "workspace/emergency.html", context | {"form": ReasonForm()})
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return render(request, "workspace/emergency.html", context | {"form": form}, status=422)
    return _break_the_glass(request, patient_id, form.cleaned_data["reason"])


@for_a_professional
@require_http_methods(["GET", "POST"])
def direct(request: HttpRequest) -> HttpResponse:
    """Find somebody and open her record in an emergency, in one form."""
    _doctors_only(request)
    context = {"current": "urgent"}
    if request.method == "GET":
        return render(request, "workspace/emergency.html", context | {"form": DirectForm()})
    form = DirectForm(request.POST)
    if not form.is_valid():
        return render(request, "workspace/emergency.html", context | {"form": form}, status=422)
    one = look_for(request, form)
    if one is None:
        return render(request, "workspace/emergency.html", context | {"form": form})
    return _break_the_glass(request, one.patient_id, form.cleaned_data["reason"])


def _break_the_glass(request: HttpRequest, patient_id: UUID, reason: str) -> HttpResponse:
    open_patient(request, patient_id, Action.LIST, way=URGENT, reason=reason)
    return redirect(reverse("workspace:essential", args=[patient_id]) + URGENT.query)


def _doctors_only(request: HttpRequest) -> None:
    if not may_break_the_glass(professional(request)):
        raise Refused(access.refusal("emergency-not-for-this-profession"), code="emergency-not-for-this-profession")
