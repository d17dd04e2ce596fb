"""À l'accueil: the square or the six digits that a person gives on arriving. No identity paper is asked."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hygie.access import actions
from hygie.base.errors import NotFound, Refused
from hygie.ui.told import tell
from hygie.workspace.opening import for_a_professional, professional

_SHOWN = re.compile(r"/accueil/([A-Za-z0-9_-]{43})/?$")  # what a scanner types when it reads the square


class ReceptionForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code que dit la personne"),
        max_length=300,
        help_text=gettext_lazy("6 chiffres. Ou scannez le carré qu’elle montre : il suffit."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
    )
    born = forms.DateField(
        label=gettext_lazy("Sa date de naissance"),
        required=False,
        help_text=gettext_lazy("Avec les 6 chiffres : un chiffre mal entendu n’ouvre le dossier de personne d’autre."),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["born"].sometimes = True  # type: ignore[attr-defined]  # not « facultatif »: needed with digits

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        written = str(cleaned.get("code", "")).strip()
        if shown := _SHOWN.search(written):
            return cleaned | {"token": shown[1]}
        digits = "".join(written.split())
        if written and not (digits.isdecimal() and len(digits) == 6):
            self.add_error("code", _("Ce code a 6 chiffres."))
        elif written and not cleaned.get("born") and "born" not in self.errors:
            self.add_error("born", _("Demandez sa date de naissance à la personne."))
        return cleaned | {"digits": digits}


@for_a_professional
@require_http_methods(["GET", "POST"])
def reception(request: HttpRequest) -> HttpResponse:
    form = ReceptionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        given = (
            {"token": said["token"]} if "token" in said else {"code": said["digits"], "born": said["born"].isoformat()}
        )
        return _check_in(request, form, **given)
    return _asking(request, form)


@for_a_professional
@require_http_methods(["GET", "POST"])
def scanned(request: HttpRequest, token: str) -> HttpResponse:
    """The square, opened by a telephone or a camera: one button, since reading an address must change nothing."""
    if request.method == "GET":
        return render(request, "workspace/scanned.html", {"current": "reception"})
    return _check_in(request, ReceptionForm(), token=token)


def _check_in(request: HttpRequest, form: ReceptionForm, **given: str) -> HttpResponse:
    try:
        grant = actions.check_in(
            professional(request), at=timezone.now(), request_id=getattr(request, "request_id", ""), **given
        )
    except (Refused, NotFound) as fault:
        context = {"current": "reception", "form": form, "happened": _(fault.public)}
        return render(request, "workspace/reception.html", context, status=422)
    tell(request, _("Le dossier est ouvert à votre structure, pour la durée que la personne a choisie."))
    return redirect("workspace:patient", grant.patient_id)


def _asking(request: HttpRequest, form: ReceptionForm) -> HttpResponse:
    context = {"current": "reception", "form": form}
    return render(request, "workspace/reception.html", context, status=422 if form.errors else 200)
