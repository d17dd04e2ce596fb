"""One document: what it says, who put it here and why, who can see it, and what she can do with it."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hygie.access import queries as access
from hygie.access.types import Action, Channel, Grant, Purpose, Visibility
from hygie.base.addresses import reverse
from hygie.formats import display
from hygie.formats.preview import PageImage
from hygie.portal.cards import Card, card
from hygie.portal.filing import refiled
from hygie.portal.opening import act_on_mine, for_a_person, open_mine
from hygie.portal.straightening import is_a_photo, put_in_by
from hygie.portal.verifying import said_by, told_by
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.types import Document
from hygie.ui import downloads
from hygie.ui.told import Undo, tell

FIRST_PAGES = 8
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@for_a_person
@require_GET
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    grant = open_mine(request, Action.READ, document_id=document_id)
    found = record.document(grant, document_id=document_id)
    content = record.content(grant, document_id=document_id)
    shown = display.display(
        content.data,
        content.media_type,
        image_url=lambda number: reverse("portal:picture", args=[document_id, number]),
        attachment_url=lambda number: reverse("portal:attachment", args=[document_id, number]),
    )
    masked = grant.tie is not None and grant.tie.protected  # of a paper of hers: who arranged it since is not told
    viewers = [] if grant.tie else access.explain(grant, found.facts, document_id=document_id)
    wanted = shown.pages if request.GET.get("pages") == "toutes" else min(shown.pages, FIRST_PAGES)
    read_aloud = display.text(content.data, content.media_type) if shown.pages else ""
    context = {
        "current": "documents",
        "document": found,
        "card": card(found),
        "shown": shown,
        "words_html": SafeString(shown.words),  # made by formats.cda.html, every text escaped there
        "pages": range(1, wanted + 1),
        "pages_left": shown.pages - wanted,
        "read_aloud": read_aloud,
        "photo": put_in_by(found, grant) and is_a_photo(found, words=read_aloud),
        "viewers": viewers,
        "family": any(one.kind == "family" for one in viewers),
        "versions": _others(grant, found),
        "refiled": None if masked else refiled(found),
        "arranges": grant.purpose is Purpose.SELF and found.status == "current",
        "pin": None if masked else next(iter(record.pins(grant, document_id=document_id)), None),
        "said": said_by(grant, document_id),
        "told": [] if shown.words or shown.pages else told_by(grant, document_id),
    }
    return render(request, "portal/document.html", context)


def _others(grant: Grant, found: Document) -> list[Card]:
    """The other versions of a document, when there are any."""
    if found.replaces is None and found.replaced_by is None:
        return []
    return [card(one) for one in record.versions(grant, document_id=found.id) if one.id != found.id]


@for_a_person
@require_GET
def page(request: HttpRequest, document_id: UUID, number: int) -> HttpResponse:
    """One page as an image."""
    grant = open_mine(request, Action.READ, document_id=document_id)
    content = record.content(grant, document_id=document_id)
    return _image(display.page(content.data, content.media_type, number))


@for_a_person
@require_GET
def picture(request: HttpRequest, document_id: UUID, number: int) -> HttpResponse:
    """One picture that stands in a structured document."""
    grant = open_mine(request, Action.READ, document_id=document_id)
    content = record.content(grant, document_id=document_id)
    return _image(display.picture(content.data, content.media_type, number))


def _image(drawn: PageImage) -> HttpResponse:
    return HttpResponse(drawn.data, content_type=drawn.media_type)


@for_a_person
@require_GET
def original(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The original bytes, to keep: a download, never something the browser would run."""
    grant = open_mine(request, Action.READ, document_id=document_id)
    content = record.content(grant, document_id=document_id)
    return downloads.download(content.data, content.file_name)


@for_a_person
@require_GET
def attachment(request: HttpRequest, document_id: UUID, number: int) -> HttpResponse:
    """A file attached to a structured document, to keep."""
    grant = open_mine(request, Action.READ, document_id=document_id)
    content = record.content(grant, document_id=document_id)
    media_type, data = display.attachment(content.data, content.media_type, number)
    ending = {"application/pdf": "pdf"}.get(media_type, "bin")
    return downloads.download(data, f"{_('piece-jointe')}-{number + 1}.{ending}")


@for_a_person
@require_POST
def hide(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Hide from professionals, or show again."""
    hidden = request.POST.get("masquer") != "non"
    grant = act_on_mine(request, Action.SET_VISIBILITY, document_id)
    code = {Visibility.HIDDEN_FROM_PROFESSIONALS.value}
    actions.set_visibility(
        grant, document_id=document_id, add=code if hidden else (), remove=() if hidden else code, at=timezone.now()
    )
    text = (
        _("Le document est masqué aux professionnels. Celui qui l’a déposé le voit toujours.")
        if hidden
        else _("Le document est de nouveau visible par votre équipe de soins.")
    )
    tell(request, text, undo=Undo(_("Annuler"), request.path, {"masquer": "non" if hidden else "oui"}))
    return redirect("portal:document", document_id)


@for_a_person
@require_POST
def secret(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Keep from whoever answers for her or helps her, or show again. Nothing of it is on their pages from then on.

    What was reimbursed on the day of the act would tell it: kept with it, and shown again by the same « Annuler ».
    """
    kept = request.POST.get("secret") != "non"
    found = _keep_secret(request, document_id, kept)
    if kept:
        near = record.reimbursed_with(open_mine(request, Action.LIST, channel=Channel.LIST), document=found)
    costs = [one.id for one in near] if kept else _ids(request.POST.get("frais", ""))
    for one in costs:
        _keep_secret(request, one, kept)
    text = _("Vos proches peuvent de nouveau le voir.")
    if kept:
        text = _("Gardé secret : vos proches n’en voient plus rien.")
    if kept and costs:
        text = _("Gardé secret, avec ce qui a été remboursé ce jour-là : vos proches n’en voient plus rien.")
    undo = {"secret": "non" if kept else "oui"} | ({"frais": " ".join(map(str, costs))} if kept and costs else {})
    tell(request, text, undo=Undo(_("Annuler"), request.path, undo))
    return redirect("portal:document", document_id)


def _keep_secret(request: HttpRequest, document_id: UUID, kept: bool) -> Document:
    code = {Visibility.HIDDEN_FROM_GUARDIANS.value}
    return actions.set_visibility(
        act_on_mine(request, Action.SET_VISIBILITY, document_id), document_id=document_id,
        add=code if kept else (), remove=() if kept else code, at=timezone.now(),
    )  # fmt: skip


def _ids(written: str) -> list[UUID]:
    return [UUID(one) for one in written.split()[:50] if _ID.fullmatch(one)]


@for_a_person
@require_POST
def archive(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Put away from everyday lists, or back."""
    away = request.POST.get("archiver") != "non"
    grant = act_on_mine(request, Action.ARCHIVE, document_id)
    actions.archive(grant, document_id=document_id, archived=away, at=timezone.now())
    text = _("Le document est rangé dans vos archives.") if away else _("Le document est revenu dans vos listes.")
    tell(request, text, undo=Undo(_("Annuler"), request.path, {"archiver": "non" if away else "oui"}))
    return redirect("portal:document", document_id)


@for_a_person
def withdraw(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Take back a document she added herself: a page that asks, then the act, then a way back."""
    if request.method == "POST" and request.POST.get("retablir"):
        grant = act_on_mine(request, Action.WITHDRAW, document_id)
        actions.restore(grant, document_id=document_id, at=timezone.now())
        tell(request, _("Le document est revenu."))
        return redirect("portal:document", document_id)
    if request.method == "POST":
        grant = act_on_mine(request, Action.WITHDRAW, document_id)
        actions.withdraw(grant, document_id=document_id, at=timezone.now())
        tell(
            request,
            _("Le document est retiré : plus personne ne le voit."),
            undo=Undo(_("Annuler"), request.path, {"retablir": "oui"}),
        )
        return redirect("portal:documents")
    grant = open_mine(request, Action.LIST)
    found = record.document(grant, document_id=document_id)
    return render(request, "portal/withdraw.html", {"current": "documents", "card": card(found)})
