"""Trouver une personne: matricule and traits together, typed in a form, never in an address."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hygie.access import queries as access
from hygie.access.actions import open_record
from hygie.access.types import Action
from hygie.base import beat, config
from hygie.base.errors import Invalid, NotFound
from hygie.formats.valuesets import OIDS
from hygie.people import queries as people
from hygie.people.types import Ins, Traits
from hygie.workspace.opening import asking, for_a_professional, may_break_the_glass, professional

# The authorities of a matricule. Outside production the official examples come with test and demo ones.
AUTHORITIES = (
    (OIDS["ins_nir"], gettext_lazy("NIR (numéro de sécurité sociale)")),
    (OIDS["ins_nia"], gettext_lazy("NIA (numéro d’attente)")),
)
TEST_AUTHORITIES = (
    (OIDS["ins_nir_test"], gettext_lazy("NIR de test")),
    (OIDS["ins_nir_demo"], gettext_lazy("NIR de démonstration")),
)
_SALT = "hygie.workspace.found"
_FOUND_LASTS = 3600  # seconds


class FindForm(forms.Form):
    matricule = forms.CharField(
        label=gettext_lazy("Matricule INS"),
        max_length=24,
        help_text=gettext_lazy("15 caractères, clé comprise."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    authority = forms.ChoiceField(label=gettext_lazy("Nature du matricule"))
    family = forms.CharField(
        label=gettext_lazy("Nom de naissance"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    given = forms.CharField(
        label=gettext_lazy("Prénoms de naissance"),
        max_length=150,
        help_text=gettext_lazy("Le premier suffit ; sinon tous, dans l’ordre."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    born = forms.DateField(
        label=gettext_lazy("Date de naissance"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
    )
    sex = forms.ChoiceField(
        label=gettext_lazy("Sexe"),
        choices=(
            ("female", gettext_lazy("Féminin")),
            ("male", gettext_lazy("Masculin")),
            ("unknown", gettext_lazy("Indéterminé")),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = AUTHORITIES if config.mode() == "production" else (*TEST_AUTHORITIES, *AUTHORITIES)
        self.fields["authority"].choices = known  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Fields, then the rules of an INS, said at the field where they are broken."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                people.checked(self.ins(), self.traits())
            except Invalid as fault:
                place = {"matricule": "matricule", "oid": "authority", "birth_family": "family", "given_names": "given"}
                self.add_error(place.get(fault.at or "", "born"), _(fault.public))
        return cleaned

    def ins(self) -> Ins:
        said = self.cleaned_data
        return Ins("".join(said["matricule"].split()).upper(), said["authority"])

    def traits(self) -> Traits:
        said = self.cleaned_data
        return Traits(
            birth_family=said["family"], given_names=tuple(said["given"].split()),
            birth_date=said["born"].isoformat(), sex=said["sex"],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody found an hour ago at most, as the professional typed her; shown back, so that nobody is mistaken for
    another. Signed, bound to this professional, and a right to nothing."""

    patient_id: UUID
    name: str
    born: date
    seal: str


def found(request: HttpRequest, patient_id: UUID) -> Found | None:
    """Whom this form is about, when the page before found her."""
    seal = request.POST.get("trouve", "")
    try:
        said = signing.loads(seal, salt=_SALT, max_age=_FOUND_LASTS) if seal else {}
    except signing.BadSignature:
        return None
    if said.get("by") != str(professional(request).id) or said.get("patient") != str(patient_id):
        return None
    return Found(patient_id, said["name"], date.fromisoformat(said["born"]), seal)


def look_for(request: HttpRequest, form: FindForm) -> Found | None:
    """The person with this matricule and these traits; None, said on the form, for nobody, a closed space, a block alike."""
    began = time.monotonic()
    one = _here(request, form)
    if one is None:
        beat.keep(began)
        form.add_error(
            None, _("Nous ne trouvons personne avec ce matricule et ces traits ensemble. Vérifiez chaque champ.")
        )
    return one


def _here(request: HttpRequest, form: FindForm) -> Found | None:
    actor, said = professional(request), form.cleaned_data
    patient_id = people.find(ins=form.ins(), traits=form.traits(), by=actor, at=timezone.now())
    if patient_id is None:
        return None
    try:
        open_record(asking(request, patient_id, Action.FIND))
    except NotFound:
        return None
    name, born = f"{said['family'].upper()} {said['given'].title()}", said["born"]
    seal = {"patient": str(patient_id), "by": str(actor.id), "name": name, "born": born.isoformat()}
    return Found(patient_id, name, born, signing.dumps(seal, salt=_SALT, compress=True))


@for_a_professional
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    actor = professional(request)
    context: dict[str, Any] = {"current": "patients", "rpps": actor.rpps, "urgent": may_break_the_glass(actor)}
    if request.method == "GET":
        return render(request, "workspace/find.html", context | {"form": FindForm()})
    form = FindForm(request.POST)
    if not form.is_valid():
        return render(request, "workspace/find.html", context | {"form": form}, status=422)
    one = look_for(request, form)
    if one is None:
        return render(request, "workspace/find.html", context | {"form": form})
    opened = access.open_patients(actor, at=timezone.now(), only=one.patient_id)
    context |= {"found": one, "open": opened[0] if opened else None, "may_invite": access.may_invite(actor)}
    return render(request, "workspace/found.html", context)
