"""Ajouter un document: several files or photos at once; each one recognised, filed, and told about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from hygie.access import queries as access
from hygie.access.types import Action, Channel, Grant, RecordState
from hygie.base.errors import HygieError, Refused, Unavailable
from hygie.base.ids import uuid7
from hygie.base.reading import reading
from hygie.formats import preview, valuesets
from hygie.formats.upload import inspect
from hygie.portal import bringing, gathering
from hygie.portal.add_form import DAY, KINDS, AddForm, file_of
from hygie.portal.cards import card
from hygie.portal.gathering import Outcome
from hygie.portal.opening import act_on_mine, for_a_person, open_mine, person
from hygie.portal.whom import whom
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.types import TOO_BIG, Document, Receipt
from hygie.ui.told import tell
from hygie.ui.uploads import Many, TooBig

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_SETTLED = 200


class CorrectForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Titre"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Catégorie"), choices=KINDS)
    day = forms.DateField(label=gettext_lazy("Date du document"), widget=DAY)


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


@csrf_exempt  # the token is checked below, once the handler that keeps the files is in place
@reading
def add(request: HttpRequest) -> HttpResponse:
    request.upload_handlers = [Many(request)]
    return _add(request)


@csrf_protect
@for_a_person
@require_http_methods(["GET", "POST"])
def _add(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _form_page(request, AddForm())
    form = AddForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    if len(form.given) == 1 and whom(request) is None and record.is_taken_away(file_of(form.given[0])):
        return redirect("portal:brought", bringing.receive(request, file_of(form.given[0])))
    if form.are_many:
        return redirect("portal:gathered", gathering.receive(request, form))
    outcomes = _add_all(request, form)
    if not any(one.card for one in outcomes):
        return _form_page(request, form, outcomes=outcomes, status=422)
    return render(
        request,
        "portal/added.html",
        {
            "current": "documents",
            "outcomes": outcomes,
            "added": sum(1 for one in outcomes if one.card and not one.again),
            "known": sum(1 for one in outcomes if one.again),
            "failed": sum(1 for one in outcomes if one.fault),
        },
    )


def _form_page(
    request: HttpRequest, form: forms.Form, *, outcomes: list[Outcome] | None = None, status: int = 200
) -> HttpResponse:
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    if whom(request) is None and access.settings(grant).state is RecordState.CLOSED:
        return render(request, "portal/closed.html", {"current": "documents"})
    earlier = [one for one in record.imports(grant) if one.files][:3]
    context = {"current": "documents", "form": form, "outcomes": outcomes or [], "earlier": earlier}
    return render(request, "portal/add.html", context, status=status)


def _add_all(request: HttpRequest, form: AddForm) -> list[Outcome]:
    """Each file becomes a document while she waits."""
    actor, words = person(request), form.cleaned_data
    if actor is None or actor.patient_id is None:
        raise Refused(_("Connectez-vous pour ajouter un document."), code="not-a-person")
    outcomes: list[Outcome] = []
    files: list[tuple[str, bytes]] = []
    for one in form.given:
        if isinstance(one, TooBig):
            outcomes.append(Outcome(gathering.name_of(one), fault=_(TOO_BIG)))
        else:
            one.seek(0)  # it was looked into already
            files.append((gathering.name_of(one), one.read()))
    joined = words["together"] and len(files) > 1
    if joined:
        try:
            files = [(files[0][0], preview.join_images([data for _name_of, data in files]))]
        except Unavailable:
            raise
        except HygieError as fault:
            return [*outcomes, Outcome(files[0][0], fault=_(fault.public))]
    files, faults = record.opened_files(files)
    outcomes += [Outcome(name, fault=_(why)) for name, why in faults]
    said = form.said(title=words["title"] if len(files) == 1 else "")
    received: list[_Received] = []
    held = _held(request) if files else {}
    for name, data in files:
        try:
            digest = sha256(data).digest()
            if digest in held:
                received.append(_Received(name, held[digest], again=True))
                continue
            looked = inspect(data, file_name=name, on=timezone.localdate())
            now = timezone.now()
            made = record.own_document(actor.name, data, looked, said, unique_id=f"urn:uuid:{uuid7()}", created=now)
            receipt = actions.add(actor=actor, patient_id=whom(request) or actor.patient_id, document=made, at=now)
            sure, held[digest] = bool(looked.proposal.confidence), receipt.id
            received.append(
                _Received(
                    name,
                    receipt.id,
                    receipt.outcome != "stored",
                    guessed=not said.kind and sure,
                    unknown=not said.kind and not sure,
                    apart=record.is_a_bill(looked, said),
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


@for_a_person
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Change the title, the category or the date of a document she added: a new version; the former one is kept."""
    if request.method == "GET":
        found = record.document(open_mine(request, Action.LIST), document_id=document_id)
        _own(found)
        kind = found.type_code  # one that a professional gave it is none of hers to say: the same shelf in her words
        if kind not in dict(KINDS):
            kind = record.kind_of_shelf(valuesets.category_of(found.class_code, kind).id)
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
    made = record.written(
        grant.actor.name,
        content.data,
        title=form.cleaned_data["title"],
        kind=form.cleaned_data["kind"],
        media_type=content.media_type,
        day=record.noon(form.cleaned_data["day"]),
        file_name=found.metadata.file_name,
        visibility=found.visibility,
        unique_id=f"urn:uuid:{uuid4()}",
        created=timezone.now(),
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
        found = record.document(open_mine(request, Action.LIST), document_id=document_id)
        _own(found)
        kept = {"title": found.metadata.title, "kind": found.type_code, "day": timezone.localdate(found.day)}
        # What she left empty stays as proposed.
        form = CorrectForm({name: request.POST.get(f"{name}-{document_id}") or was for name, was in kept.items()})
        if form.is_valid() and form.cleaned_data != kept:
            _correct(request, document_id, form)
    if gone:
        tell(request, ngettext("%(n)d document est retiré.", "%(n)d documents sont retirés.", gone) % {"n": gone})
    else:
        tell(request, _("C’est rangé."))
    return gathering.after_settling(request) or redirect("portal:documents")


def _own(found: Document) -> None:
    if not found.by_patient or found.status != "current":
        raise Refused("Seul celui qui a déposé ce document peut le corriger.", code="not-the-author")
