"""Déposer: one document into one person's record, from a file or photos. It needs no right to read, and gives none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hygie.access import queries as access
from hygie.access.types import Action, Visibility
from hygie.base.errors import HygieError, Unavailable
from hygie.base.ids import uuid7
from hygie.formats import preview, valuesets
from hygie.formats.upload import inspect
from hygie.people.types import Actor
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.types import Metadata, NewDocument
from hygie.ui.told import tell
from hygie.ui.uploads import ManyFiles, TooBig
from hygie.workspace.find import FindForm, Found, found
from hygie.workspace.names import Patient, patient, signature
from hygie.workspace.opening import for_a_professional, open_patient, professional

ANNOUNCED_WITHIN = timedelta(days=366)
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DepositForm(forms.Form):
    files = ManyFiles(  # type: ignore[assignment]  # forms keep declared fields apart from their own attributes
        label=gettext_lazy("Le document"),
        error_messages={"required": gettext_lazy("Choisissez un fichier, ou une ou plusieurs photos.")},
        help_text=gettext_lazy(
            "PDF, photo (JPEG, PNG, TIFF, HEIC) ou texte, 25 Mo au plus. Plusieurs photos forment un seul document."
        ),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Type"))
    title = forms.CharField(label=gettext_lazy("Titre"), max_length=120)
    day = forms.DateField(label=gettext_lazy("Date de l’acte"), widget=_DAY)
    announce = forms.ChoiceField(
        label=gettext_lazy("Quand le patient le voit-il ?"),
        widget=forms.RadioSelect,
        initial="now",
        choices=(
            ("now", gettext_lazy("Tout de suite")),
            ("later", gettext_lazy("Après la consultation d’annonce, au plus tard à la date ci-dessous")),
        ),
    )
    announce_on = forms.DateField(label=gettext_lazy("Visible au plus tard le"), required=False, widget=_DAY)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds(actor)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        today = timezone.localdate()
        if any(isinstance(one, TooBig) for one in cleaned.get("files", ())):
            self.add_error("files", _("Ce fichier dépasse 25 Mo. Choisissez-en une version plus légère."))
        if (day := cleaned.get("day")) and day > today:
            self.add_error("day", _("Cette date est dans le futur. Vérifiez l’année."))
        if cleaned.get("announce") == "later":
            on = cleaned.get("announce_on")
            if on is None:
                self.add_error(
                    "announce_on", _("Donnez la date à laquelle le document devient visible quoi qu’il arrive.")
                )
            elif not today < on <= today + ANNOUNCED_WITHIN:
                self.add_error("announce_on", _("Choisissez une date à venir, dans l’année."))
        return cleaned


def kinds(actor: Actor) -> list[tuple[str, Any]]:
    """The types that this profession may deposit, by family, in alphabetical order."""
    families: dict[str, list[tuple[str, str]]] = {}
    for code in access.writable(actor):
        label = _(valuesets.type_label(code))
        families.setdefault(_(valuesets.class_label(valuesets.class_of(code) or "")), []).append((code, label))
    known = [(family, sorted(found, key=lambda one: one[1].casefold())) for family, found in sorted(families.items())]
    return [("", _("Choisissez un type")), *known]


@for_a_professional
@require_http_methods(["GET", "POST"])
def deposit(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The form, then the deposit. Whom it is about stands at the top: her name if her record is open, or as found."""
    actor = professional(request)
    who, sought = _who(request, patient_id)
    if who is None and sought is None:
        context = {"current": "patients", "form": FindForm(), "search_first": True, "rpps": actor.rpps}
        return render(request, "workspace/find.html", context)
    replaced = _replaced(request)
    context = {"current": "patients", "patient_id": patient_id, "patient": who, "found": sought, "replaced": replaced}
    if request.method == "GET" or request.POST.get("etape") == "ouvrir":
        form = DepositForm(actor=actor, initial={"announce": "now", "day": timezone.localdate()})
        return render(request, "workspace/deposit.html", context | {"form": form})
    form = DepositForm(request.POST, request.FILES, actor=actor)
    if form.is_valid():
        try:
            made = _document(actor, form.cleaned_data, replaced)
            receipt = actions.add(
                actor=actor, patient_id=patient_id, document=made, at=timezone.now(), source="workspace"
            )
        except Unavailable:
            raise
        except HygieError as fault:
            form.add_error("files", _(fault.public))
        else:
            if receipt.outcome == "stored":
                later = form.cleaned_data["announce"] != "now"
                tell(
                    request,
                    _("C’est déposé, et gardé durablement. La personne le lira après l’annonce.")
                    if later
                    else _("C’est déposé, et gardé durablement. La personne le trouve dans son espace."),
                )
            else:
                tell(request, _("Ce document y était déjà : rien n’a été ajouté."))
            return redirect("workspace:deposits")
    return render(request, "workspace/deposit.html", context | {"form": form}, status=422)


def _who(request: HttpRequest, patient_id: UUID) -> tuple[Patient | None, Found | None]:
    """Her name, read if the record is open to this professional today; else as it was found a moment ago."""
    opened = access.open_patients(professional(request), at=timezone.now(), only=patient_id)
    if opened and opened[0].emergency_until is None:
        grant = open_patient(request, patient_id, Action.READ_IDENTITY)
        return patient(access.identity(grant), today=timezone.localdate()), None
    return None, found(request, patient_id)


def _replaced(request: HttpRequest) -> UUID | None:
    """The own deposit that this one replaces, if it says so; the record checks that it may."""
    try:
        return UUID(request.POST.get("remplace") or request.GET.get("remplace") or "")
    except ValueError:
        return None


def _document(actor: Actor, said: dict[str, Any], replaced: UUID | None) -> NewDocument:
    files: list[UploadedFile] = said["files"]
    data = [one.read() for one in files]
    joined = preview.join_images(data) if len(data) > 1 else data[0]
    looked = inspect(joined, file_name=files[0].name or "", on=timezone.localdate())
    later: date | None = said["announce_on"] if said["announce"] == "later" else None
    levels = {Visibility.NORMAL.value} | ({Visibility.HIDDEN_FROM_PATIENT.value} if later else set())
    return NewDocument(
        metadata=Metadata(
            title=said["title"],
            class_code=valuesets.class_of(said["kind"]) or "10",
            type_code=said["kind"],
            type_system=valuesets.type_system(said["kind"]),
            media_type=looked.media_type,
            unique_id=f"urn:uuid:{uuid7()}",
            created=timezone.now(),
            service_start=record.noon(said["day"]),
            authors=(signature(actor),),
            file_name=looked.file_name,
        ),
        content=joined,
        visibility=frozenset(levels),
        replaces=str(replaced) if replaced else None,
        announce_on=later,
    )  # fmt: skip
