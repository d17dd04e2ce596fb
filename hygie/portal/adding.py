"""Ajouter un document: several files or photos at once; each one recognised, filed, and told about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from hygie.access.types import Action, Grant
from hygie.base.errors import HygieError, Refused, Unavailable
from hygie.base.ids import uuid7
from hygie.formats import preview, valuesets
from hygie.formats.upload import Inspection, inspect
from hygie.people.types import Actor
from hygie.portal import inbox
from hygie.portal.cards import Card, card
from hygie.portal.documents import beginning_of
from hygie.portal.opening import act_on_mine, for_a_person, open_mine, person
from hygie.portal.whom import whom
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.types import Author, Document, Metadata, NewDocument, Receipt
from hygie.ui.told import tell
from hygie.ui.uploads import ManyFiles, TooBig

# What a person may say her document is: her words, and the type under which it is kept (JDV_J07).
KINDS: tuple[tuple[str, Any], ...] = (
    ("DOCPAT02", gettext_lazy("Ordonnance ou soins")),
    ("DOCPAT05", gettext_lazy("Résultats d’analyses")),
    ("DOCPAT04", gettext_lazy("Radio, échographie, scanner, IRM")),
    ("DOCPAT03", gettext_lazy("Compte rendu ou courrier")),
    ("DOCPAT06", gettext_lazy("Vaccin, prévention, dépistage")),
    ("DOCPAT07", gettext_lazy("Certificat")),
    ("DOCPAT01", gettext_lazy("Résumé de ma santé")),
    ("EXPPAT_3", gettext_lazy("Directives anticipées")),
    ("EXPPAT_1", gettext_lazy("Mes autres volontés")),
    ("DOCPAT09", gettext_lazy("Papier administratif ou remboursement")),
    ("EXPPAT_2", gettext_lazy("Autre document")),
)
_KIND_OF_SHELF = {
    "prescriptions": "DOCPAT02",
    "analyses": "DOCPAT05",
    "imaging": "DOCPAT04",
    "reports": "DOCPAT03",
    "prevention": "DOCPAT06",
    "certificates": "DOCPAT07",
    "summary": "DOCPAT01",
    "wishes": "EXPPAT_1",
    "administrative": "DOCPAT09",
}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_SETTLED = 200
BILL = "REMB"  # JDV_J07: bills, statements of reimbursement
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AddForm(forms.Form):
    documents = ManyFiles(
        label=gettext_lazy("Vos fichiers"),
        required=False,
        help_text=gettext_lazy(
            "PDF, photo (JPEG, PNG, TIFF, HEIC) ou texte simple ; tout un dossier compressé (.zip), ou un mail enregistré "
            "avec ses pièces jointes (.eml). 25 Mo au plus chacun."
        ),
    )
    photos = ManyFiles(label=gettext_lazy("Prendre une photo"), required=False)
    together = forms.BooleanField(
        label=gettext_lazy("Ce sont les pages d’un même document"),
        required=False,
        help_text=gettext_lazy("Les photos sont réunies, dans l’ordre où vous les avez choisies."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Que contiennent-ils ?"),
        required=False,
        choices=(("", gettext_lazy("Proposez-moi une catégorie")), *KINDS),
    )
    title = forms.CharField(
        label=gettext_lazy("Titre"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Sans titre, Hygie en propose un. Vous pourrez le changer."),
    )
    day = forms.DateField(label=gettext_lazy("Date du document"), required=False, widget=_DAY)
    hidden = forms.BooleanField(
        label=gettext_lazy("Le masquer aux professionnels"),
        required=False,
        help_text=gettext_lazy("Vous pourrez le montrer plus tard."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("documents") and not cleaned.get("photos"):
            self.add_error("documents", _("Choisissez au moins un fichier ou une photo."))
        day = cleaned.get("day")
        if day and day > timezone.localdate():
            self.add_error("day", _("Cette date est dans le futur. Vérifiez l’année."))
        return cleaned


class CorrectForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Titre"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Catégorie"), choices=KINDS)
    day = forms.DateField(label=gettext_lazy("Date du document"), widget=_DAY)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. Exactly one of `card` and `fault` is set; `guessed`: the category is a proposal;
    `unknown`: nothing could be proposed."""

    name: str
    card: Card | None = None
    fault: str = ""
    again: bool = False
    guessed: bool = False
    unknown: bool = False
    apart: bool = False
    photo: bool = False
    type_code: str = ""

    @property
    def kinds(self) -> tuple[tuple[str, Any], ...]:
        return KINDS


@dataclass(frozen=True, slots=True)
class _Received:
    """One file, now a document. again: it was in her record before. apart: a bill, that professionals do not see."""

    name: str
    id: UUID
    again: bool
    guessed: bool = False
    unknown: bool = False
    apart: bool = False
    photo: bool = False


@for_a_person
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _form_page(request, AddForm())
    form = AddForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    outcomes = _add_all(request, form.cleaned_data)
    if not any(one.card for one in outcomes):
        return _form_page(request, form, outcomes=outcomes, status=422)
    return render(
        request,
        "portal/added.html",
        {
            "current": "documents",
            "outcomes": outcomes,
            "added": sum(1 for one in outcomes if one.card),
            "failed": sum(1 for one in outcomes if one.fault),
        },
    )


def _form_page(
    request: HttpRequest, form: forms.Form, *, outcomes: list[Outcome] | None = None, status: int = 200
) -> HttpResponse:
    context = {"current": "documents", "form": form, "outcomes": outcomes or []}
    return render(request, "portal/add.html", context, status=status)


def _add_all(request: HttpRequest, said: dict[str, Any]) -> list[Outcome]:
    actor = person(request)
    if actor is None or actor.patient_id is None:
        raise Refused(_("Connectez-vous pour ajouter un document."), code="not-a-person")
    given = [*said["documents"], *said["photos"]]
    outcomes: list[Outcome] = []
    files: list[tuple[str, bytes]] = []
    for one in given:
        if isinstance(one, TooBig):
            outcomes.append(
                Outcome(_name(one), fault=_("Ce fichier dépasse 25 Mo. Ajoutez-en une version plus légère."))
            )
        else:
            files.append((_name(one), one.read()))
    joined = said["together"] and len(files) > 1
    if joined:
        try:
            files = [(files[0][0], preview.join_images([data for _name_of, data in files]))]
        except Unavailable:
            raise
        except HygieError as fault:
            return [*outcomes, Outcome(files[0][0], fault=_(fault.public))]
    files, faults = inbox.opened(files)
    outcomes += [Outcome(name, fault=why) for name, why in faults]
    received: list[_Received] = []
    held = _held(request) if files else {}
    for name, data in files:
        try:
            digest = sha256(data).digest()
            if digest in held:
                received.append(_Received(name, held[digest], again=True))
                continue
            looked = inspect(data, file_name=name, on=timezone.localdate())
            made = _document(actor, data, looked, said, alone=len(files) == 1)
            receipt = actions.add(
                actor=actor, patient_id=whom(request) or actor.patient_id, document=made, at=timezone.now()
            )
            sure, held[digest] = bool(looked.proposal.confidence), receipt.id
            received.append(
                _Received(
                    name,
                    receipt.id,
                    receipt.outcome != "stored",
                    guessed=not said["kind"] and sure,
                    unknown=not said["kind"] and not sure,
                    apart=_is_a_bill(looked, said),
                    photo=joined or looked.media_type in preview.IMAGE_TYPES,
                )
            )
        except Unavailable:
            raise
        except HygieError as fault:
            outcomes.append(Outcome(name, fault=_(fault.public)))
    return _told(request, received) + outcomes


def _held(request: HttpRequest) -> dict[bytes, UUID]:
    """What is in her record already, by the hash of its bytes: the same file again is the same document."""
    return {one.sha256: one.id for one in record.documents(open_mine(request, Action.LIST), archived=None)}


def _is_a_bill(looked: Inspection, said: dict[str, Any]) -> bool:
    """A bill or a statement, as far as one can tell: kept from professionals; only she sends it on."""
    return not said["kind"] and bool(looked.proposal.confidence) and looked.proposal.type_code == BILL


def _name(one: UploadedFile) -> str:
    return (one.name or _("fichier"))[:120]


def _told(request: HttpRequest, received: list[_Received]) -> list[Outcome]:
    """The documents as they now stand in her record."""
    if not received:
        return []
    grant = open_mine(request, Action.LIST)
    return [
        Outcome(
            one.name,
            card=card(found),
            again=one.again,
            guessed=one.guessed,
            unknown=one.unknown,
            apart=one.apart,
            photo=one.photo and whom(request) is None,
            type_code=found.type_code,
        )
        for one in received
        if (found := record.document(grant, document_id=one.id))
    ]


def _document(actor: Actor, data: bytes, looked: Inspection, said: dict[str, Any], *, alone: bool) -> NewDocument:
    proposal = looked.proposal
    kind = said["kind"] or _proposed_kind(looked)
    day: date | None = said["day"] or proposal.date
    title = (said["title"] if alone else "") or proposal.title or str(dict(KINDS)[kind])
    return _new(
        actor,
        data,
        title=title,
        kind=kind,
        media_type=looked.media_type,
        day=beginning_of(day.isoformat()) if day else None,
        file_name=looked.file_name,
        visibility=frozenset({"N", "MASQUE_PS"} if said["hidden"] or _is_a_bill(looked, said) else {"N"}),
    )


def _proposed_kind(looked: Inspection) -> str:
    shelf = valuesets.category_of(looked.proposal.class_code, looked.proposal.type_code)
    return _KIND_OF_SHELF.get(shelf.id, "EXPPAT_2") if looked.proposal.confidence else "EXPPAT_2"


def _new(
    actor: Actor,
    data: bytes,
    *,
    title: str,
    kind: str,
    media_type: str,
    day: datetime | None,
    file_name: str | None,
    visibility: frozenset[str],
    replaces: str | None = None,
) -> NewDocument:
    return NewDocument(
        metadata=Metadata(
            title=title,
            class_code=valuesets.class_of(kind) or "90",
            type_code=kind,
            type_system=valuesets.type_system(kind),
            media_type=media_type,
            unique_id=f"urn:uuid:{uuid7() if replaces is None else uuid4()}",
            created=timezone.now(),
            service_start=day,
            authors=(Author(name=actor.name),),
            practice_setting="EXP_PATIENT",
            file_name=file_name,
        ),
        content=data,
        visibility=visibility,
        replaces=replaces,
    )


@for_a_person
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Change the title, the category or the date of a document she added: a new version; the former one is kept."""
    if request.method == "GET":
        found = record.document(open_mine(request, Action.LIST), document_id=document_id)
        _own(found)
        kind = found.type_code  # one that a professional gave it is none of hers to say: the same shelf in her words
        if kind not in dict(KINDS):
            kind = _KIND_OF_SHELF.get(valuesets.category_of(found.class_code, kind).id, "EXPPAT_2")
        form = CorrectForm(initial={"title": found.metadata.title, "kind": kind, "day": found.day})
        return render(request, "portal/correct.html", {"current": "documents", "form": form, "card": card(found)})
    form = CorrectForm(request.POST)
    grant = open_mine(request, Action.READ, document_id=document_id)
    found = record.document(grant, document_id=document_id)
    _own(found)
    if not form.is_valid():
        context = {"current": "documents", "form": form, "card": card(found)}
        return render(request, "portal/correct.html", context, status=422)
    receipt = _correct(request, document_id, form, grant)
    tell(request, _("C’est corrigé. L’ancienne version est gardée dans l’historique."))
    return redirect("portal:document", receipt.id)


def _correct(request: HttpRequest, document_id: UUID, form: forms.Form, opened: Grant | None = None) -> Receipt:
    """Another version of a document she added, as the form says it."""
    grant = opened or open_mine(request, Action.READ, document_id=document_id)
    found = record.document(grant, document_id=document_id)
    content = record.content(grant, document_id=document_id)
    made = _new(
        grant.actor,
        content.data,
        title=form.cleaned_data["title"],
        kind=form.cleaned_data["kind"],
        media_type=content.media_type,
        day=beginning_of(form.cleaned_data["day"].isoformat()),
        file_name=found.metadata.file_name,
        visibility=found.visibility,
        replaces=str(document_id),
    )
    return actions.add(actor=grant.actor, patient_id=grant.patient_id, document=made, at=timezone.now())


@for_a_person
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """After adding many: what she says of each proposal, all at once. Untouched, it is right; or each is taken back."""
    ids = [UUID(one) for one in request.POST.getlist("document")[:MOST_SETTLED] if _UUID.fullmatch(one)]
    gone = 0
    for document_id in ids:
        if request.POST.get("tout") == "retirer" or request.POST.get(f"retirer-{document_id}"):
            grant = act_on_mine(request, Action.WITHDRAW, document_id)
            actions.withdraw(grant, document_id=document_id, at=timezone.now())
            gone += 1
            continue
        form = CorrectForm({name: request.POST.get(f"{name}-{document_id}", "") for name in ("title", "kind", "day")})
        if not form.is_valid():  # what she left empty stays as proposed
            continue
        found = record.document(open_mine(request, Action.LIST), document_id=document_id)
        _own(found)
        kept = {"title": found.metadata.title, "kind": found.type_code, "day": timezone.localdate(found.day)}
        if form.cleaned_data != kept:
            _correct(request, document_id, form)
    if gone:
        tell(request, ngettext("%(n)d document est retiré.", "%(n)d documents sont retirés.", gone) % {"n": gone})
    else:
        tell(request, _("C’est rangé."))
    return redirect("portal:documents")


def _own(found: Document) -> None:
    if not found.by_patient or found.status != "current":
        raise Refused("Seul celui qui a déposé ce document peut le corriger.", code="not-the-author")
