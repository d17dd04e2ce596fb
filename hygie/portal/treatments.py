"""Mes traitements: one calm list by substance; what documents say, and beside it what she says she takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access import queries as access
from hygie.access.types import Action, Channel, Grant
from hygie.base.errors import HygieError, NotFound, Unavailable
from hygie.formats import boxes, dosage, sniff
from hygie.formats.drugs.names import valid_cip13
from hygie.portal.account import born
from hygie.portal.opening import for_a_person, open_mine
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.curves import mark
from hygie.record.queries import Line
from hygie.ui.told import tell
from hygie.ui.uploads import TooBig

_CIP = "urn:oid:1.2.250.1.213.2.3.2"
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
SAID = {"oui": "active", "non": "stopped"}


class AddForm(forms.Form):
    photo = forms.FileField(
        label=gettext_lazy("Photo de la boîte"),
        required=False,
        help_text=gettext_lazy("Cadrez le petit carré noir et blanc, ou le code-barres."),
    )
    name = forms.CharField(
        label=gettext_lazy("Nom du médicament"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Comme sur la boîte : « Doliprane 1000 mg », « vitamine D en gouttes »."),
    )
    how = forms.CharField(
        label=gettext_lazy("Comment vous le prenez"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Avec vos mots : « 1 comprimé le soir », « 2 par jour si j’ai mal »."),
    )
    since = forms.DateField(label=gettext_lazy("Depuis quand"), required=False, widget=_DAY)
    code = forms.CharField(required=False, max_length=13, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("name") and not cleaned.get("photo"):
            self.add_error("name", _("Écrivez le nom du médicament, ou choisissez une photo de la boîte."))
        if (since := cleaned.get("since")) and since > timezone.localdate():
            self.add_error("since", _("Cette date est dans le futur. Vérifiez l’année."))
        if cleaned.get("code") and not valid_cip13(cleaned["code"]):
            cleaned["code"] = ""
        return cleaned


def _listed(grant: Grant) -> tuple[Line, ...]:
    return record.treatments(grant, on=timezone.localdate())


def _groups(lines: Sequence[Line]) -> list[tuple[str, str, list[Line]]]:
    """Id, title and lines of each part of the list that holds something; what is over comes last, folded."""
    titles = {
        "current": _("En cours"),
        "as-needed": _("À prendre si besoin"),
        "unknown": _("À vérifier : on ne sait pas s’ils sont toujours pris"),
        "stopped": _("Arrêtés ou terminés"),
    }
    return [(name, title, found) for name, title in titles.items() if (found := [o for o in lines if o.status == name])]


@for_a_person
@require_GET
def treatments(request: HttpRequest) -> HttpResponse:
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    lines = _listed(grant)
    quiet = all(one.status == "stopped" for one in lines)
    none_known = record.no_treatment_since(grant) if quiet else None
    context = {
        "current": "health",
        "section": "treatments",
        "groups": [
            (name, title, [(mark(grant.patient_id, one.key), one) for one in found])
            for name, title, found in _groups(lines)
        ],
        "running": sum(one.status in ("current", "as-needed") for one in lines),
        "unsure": sum(one.status == "unknown" for one in lines),
        "differs": sum(one.differs for one in lines),
        "none_known": none_known,
        # what she said herself of a medicine is to be taken back first
        "asks": quiet and none_known is None and not any(one.by_person or one.own for one in lines),
    }
    return render(request, "portal/treatments.html", context)


@for_a_person
@require_GET
def sheet(request: HttpRequest) -> HttpResponse:
    """One A4 for the pharmacist or a new doctor: what runs, how it is taken, by whom, and what she says she takes."""
    grant = open_mine(request, Action.LIST)
    lines = _listed(grant)
    shown = [one for one in lines if one.status != "stopped"]
    identity = access.identity(grant)
    context = {
        "current": "health",
        "lines": shown,
        "identity": identity,
        "born": born(identity.traits.birth_date),
        "on": timezone.localdate(),
        "edition": record.drugs_edition(),
    }
    return render(request, "portal/treatments_sheet.html", context)


@for_a_person
@require_GET
def treatment(request: HttpRequest, which: str) -> HttpResponse:
    grant = open_mine(request, Action.LIST)
    line = _one(grant, which)
    context = {
        "current": "health",
        "section": "treatments",
        "line": line,
        "which": which,
        "how": next((one["text"] for one in line.own.item.resource.get("dosage", ()) if one.get("text")), "")
        if line.own
        else "",
        "doses": [(step, _amount(step.amount, step.unit)) for step in reversed(line.doses)],
    }
    return render(request, "portal/treatment.html", context)


def _amount(value: Any, unit: str) -> str:
    return dosage.shown(dosage.Amount(value, unit))


def _one(grant: Grant, which: str) -> Line:
    found = next((one for one in _listed(grant) if mark(grant.patient_id, one.key) == which), None)
    if found is None:
        raise NotFound("Ce traitement n’est pas ici.", code="no-such-treatment")
    return found


@for_a_person
@require_POST
def say(request: HttpRequest, which: str) -> HttpResponse:
    """Her own word on one treatment: she takes it, no longer, or she takes her word back. The documents stay as they are."""
    line = _one(open_mine(request, Action.LIST), which)
    grant = open_mine(request, Action.DECLARE)
    now, said = timezone.now(), request.POST.get("dit", "")
    if said == "effacer":
        if line.own is not None:
            actions.withdraw_entry(grant, entry_id=line.own.item.id, at=now)
        tell(request, _("C’est retiré. Ce que disent vos documents n’a pas changé."))
        return redirect(
            "portal:treatments" if line.by_person else "portal:treatment", *([] if line.by_person else [which])
        )
    today = timezone.localdate().isoformat()
    if said == "comment" and line.own is not None and line.own.taking:
        how = " ".join(request.POST.get("comment", "").split())[:300]
        resource = {**line.own.item.resource, "dateAsserted": today, "dosage": dosage.to_fhir(dosage.read(how))}
        if not how:
            del resource["dosage"]
        actions.correct_entry(grant, entry_id=line.own.item.id, resource=resource, at=now)
        tell(request, _("C’est noté, à la date d’aujourd’hui."))
        return redirect("portal:treatment", which)
    if said not in SAID:
        raise NotFound("Cette page n’existe pas.", code="no-such-word")
    if line.own is not None:
        resource = {**line.own.item.resource, "status": SAID[said], "dateAsserted": today}
        actions.correct_entry(grant, entry_id=line.own.item.id, resource=resource, at=now)
    else:
        latest = line.events[0].item.resource
        concept = latest.get("medicationCodeableConcept") or {"text": line.names[0] if line.names else line.label}
        actions.add_entry(
            grant,
            resource={
                "resourceType": "MedicationStatement",
                "status": SAID[said],
                "medicationCodeableConcept": {"text": line.label} | concept,
                "dateAsserted": today,
            },
            at=now,
        )
    words = _("C’est noté : vous le prenez.") if said == "oui" else _("C’est noté : vous ne le prenez plus.")
    tell(request, words)
    return redirect("portal:treatment", which)


@for_a_person
@require_POST
def none(request: HttpRequest) -> HttpResponse:
    """She states that she takes nothing."""
    actions.state_none_known(open_mine(request, Action.DECLARE), section="treatments", at=timezone.now())
    tell(request, _("C’est noté, à la date d’aujourd’hui."))
    return redirect("portal:treatments")


@for_a_person
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _form_page(request, AddForm())
    form = AddForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    said = form.cleaned_data
    if said["photo"] and not said["name"]:
        return _recognised(request, form)
    resource: dict[str, Any] = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": {"text": said["name"]},
        "dateAsserted": timezone.localdate().isoformat(),
    }
    if said["code"]:
        resource["medicationCodeableConcept"]["coding"] = [{"system": _CIP, "code": said["code"]}]
    if said["how"]:
        resource["dosage"] = dosage.to_fhir(dosage.read(said["how"]))
    if said["since"]:
        resource["effectivePeriod"] = {"start": said["since"].isoformat()}
    actions.add_entry(open_mine(request, Action.DECLARE), resource=resource, at=timezone.now())
    tell(request, _("C’est ajouté à vos traitements, comme venant de vous."))
    return redirect("portal:treatments")


def _recognised(request: HttpRequest, form: AddForm) -> HttpResponse:
    """The box in the photo, for her to check before anything is kept; the photo itself is not kept."""
    fault = ""
    found: tuple[boxes.Box, ...] = ()
    photo = form.cleaned_data["photo"]
    if isinstance(photo, TooBig):
        fault = _("Cette photo dépasse 25 Mo. Reprenez-en une plus légère.")
    else:
        data = photo.read()
        try:
            found = boxes.read(data, sniff.sniff(data))
        except Unavailable:
            raise
        except HygieError as error:
            fault = _(error.public)
    if not found:
        fault = fault or _(
            "Aucun code de médicament n’a été trouvé sur cette photo. Rapprochez-vous, ou écrivez le nom."
        )
        form.add_error("photo", fault)
        return _form_page(request, form, status=422)
    box = found[0]
    product = record.catalogue(codes=[box.cip13]).box(box.cip13)
    filled = AddForm(initial={"name": product.name if product else "", "code": box.cip13, "how": form.cleaned_data["how"],
                              "since": form.cleaned_data["since"]})  # fmt: skip
    return _form_page(request, filled, box=box, product=product, others=len(found) - 1)


def _form_page(request: HttpRequest, form: AddForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"current": "health", "section": "treatments", "form": form, "today": timezone.localdate(), **more}
    return render(request, "portal/treatment_add.html", context, status=status)
