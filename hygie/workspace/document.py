"""One document, as a professional reads it: its words or its pages, who wrote it, its versions, the original."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hygie.access import queries as access
from hygie.access.types import Action
from hygie.base.addresses import reverse
from hygie.formats import display
from hygie.record import queries as record
from hygie.record.types import Content
from hygie.ui import downloads
from hygie.workspace.opening import for_a_professional, open_patient, way_of
from hygie.workspace.patient import heading
from hygie.workspace.readings import readings, said
from hygie.workspace.rows import refiled, row

FIRST_PAGES = 8
SAID = 60  # lines of a document that is nothing but values


@for_a_professional
@require_GET
def document(request: HttpRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    way = way_of(request)
    grant = open_patient(request, patient_id, Action.READ, way=way, document_id=document_id)
    found = record.document(grant, document_id=document_id)
    content = record.content(grant, document_id=document_id)

    def address(name: str, *more: int) -> str:
        return reverse(f"workspace:{name}", args=[patient_id, document_id, *more]) + way.query

    shown = display.display(
        content.data,
        content.media_type,
        image_url=lambda number: address("picture", number),
        attachment_url=lambda number: address("attachment", number),
    )
    lines = [] if shown.words or shown.pages else said(grant, document_id)
    waiting, answered = readings(grant, document_id, query=way.query)
    wanted = shown.pages if request.GET.get("pages") == "toutes" else min(shown.pages, FIRST_PAGES)
    context = (
        heading(grant, way)
        | {
            "document": found,
            "row": row(found, actor=grant.actor),
            "shown": shown,
            "words_html": SafeString(shown.words),  # made by formats.cda.html, every text escaped there
            "pages": [(number, address("page", number)) for number in range(1, wanted + 1)],
            "pages_left": shown.pages - wanted,
            "all_pages": f"{way.query}&pages=toutes" if way.query else "?pages=toutes",
            "read_aloud": display.text(content.data, content.media_type) if shown.pages else "",
            "said": lines[:SAID],
            "said_more": max(0, len(lines) - SAID),
            "original": address("original"),
            "versions": [
                row(one, actor=grant.actor)
                for one in record.versions(grant, document_id=document_id)
                if one.id != document_id
            ],
            "waiting": waiting,
            "answered": answered,
            "refiled": refiled(found, actor=grant.actor),
            "arranges": not way.name and found.status == "current",
            "pin": next(iter(record.pins(grant, document_id=document_id)), None),
            "approximate": access.is_approximate(grant.actor, found.metadata.type_code),
        }
    )
    return render(request, "workspace/document.html", context)


def _content(request: HttpRequest, patient_id: UUID, document_id: UUID) -> Content:
    grant = open_patient(request, patient_id, Action.READ, way=way_of(request), document_id=document_id)
    return record.content(grant, document_id=document_id)


@for_a_professional
@require_GET
def page(request: HttpRequest, patient_id: UUID, document_id: UUID, number: int) -> HttpResponse:
    """One page as an image."""
    content = _content(request, patient_id, document_id)
    drawn = display.page(content.data, content.media_type, number)
    return HttpResponse(drawn.data, content_type=drawn.media_type)


@for_a_professional
@require_GET
def picture(request: HttpRequest, patient_id: UUID, document_id: UUID, number: int) -> HttpResponse:
    """One picture that stands in a structured document."""
    content = _content(request, patient_id, document_id)
    drawn = display.picture(content.data, content.media_type, number)
    return HttpResponse(drawn.data, content_type=drawn.media_type)


@for_a_professional
@require_GET
def original(request: HttpRequest, patient_id: UUID, document_id: UUID) -> HttpResponse:
    """The original bytes: a download, never something the browser would run."""
    content = _content(request, patient_id, document_id)
    return downloads.download(content.data, content.file_name)


@for_a_professional
@require_GET
def attachment(request: HttpRequest, patient_id: UUID, document_id: UUID, number: int) -> HttpResponse:
    """A file attached to a structured document."""
    content = _content(request, patient_id, document_id)
    media_type, data = display.attachment(content.data, content.media_type, number)
    ending = {"application/pdf": "pdf"}.get(media_type, "bin")
    return downloads.download(data, f"{_('piece-jointe')}-{number + 1}.{ending}")
