"""Photos of paper, page by page: cropped and straightened, or as they were taken; turned, put in order, left out.

What is chosen stands in the address (`?pages=1r0-2t1`), so each gesture is a page of its own: the way back is the
browser's, or « Annuler ce geste ». Nothing is written before « Enregistrer »: then a new version, made from the photos as
they first came, which stay in the history.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hygie.access.types import Action, Grant
from hygie.base.addresses import reverse
from hygie.base.errors import Invalid, Refused
from hygie.formats import preview
from hygie.formats.preview import Sheet
from hygie.portal.cards import card
from hygie.portal.opening import act_on_mine, for_a_person, open_mine
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.types import Author, Content, Document, Metadata, NewDocument
from hygie.ui.told import Undo, tell

SHOWN_WIDTH: Final = 560  # pixels
PDF: Final = "application/pdf"
_ONE: Final = re.compile(r"([1-9]\d?)([rt])([0-3])((?:\.\d{1,5}){8})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it is to be kept. number: in the photos as they came. turn: quarters clockwise."""

    number: int
    straight: bool = True
    turn: int = 0
    corners: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.number}{'r' if self.straight else 't'}{self.turn}" + "".join(f".{one}" for one in self.corners)

    @property
    def query(self) -> str:
        return urlencode({"page": str(self)})


def is_a_photo(document: Document, *, words: str | None = None) -> bool:
    """Whether its pages may be pictures of paper. words: those of its pages, where somebody has them at hand."""
    media = document.metadata.media_type
    return media in preview.IMAGE_TYPES or (media == PDF and words is not None and not words.strip())


def put_in_by(document: Document, grant: Grant) -> bool:
    """Whether whoever looks put it in: hers in her own space; in a child's, what this parent added."""
    return document.depositor_id == grant.actor.id if grant.tie else document.by_patient


@for_a_person
@require_http_methods(["GET", "POST"])
def straighten(request: HttpRequest, document_id: UUID) -> HttpResponse:
    if request.method == "POST" and request.POST.get("retablir"):
        return _as_before(request, document_id)
    grant, found, content = _photos(request, document_id)
    count = preview.page_count(content.data, content.media_type)
    said = request.POST if request.method == "POST" else request.GET
    pages = _said(said.get("pages", ""), count)
    if request.method == "POST":
        return _keep(request, grant, found, content, pages)
    if gesture := request.GET.get("geste"):
        return _after(request, document_id, pages, gesture)
    context = {
        "current": "documents", "card": card(found), "pages": pages, "said": _written(pages), "before": request.GET.get("avant"),
        "left": [number for number in range(1, count + 1) if number not in {one.number for one in pages}],
        "at": reverse("portal:straighten", args=[document_id]),
    }  # fmt: skip
    return render(request, "portal/straighten.html", context)


@for_a_person
@require_GET
def sheet(request: HttpRequest, document_id: UUID, which: str) -> HttpResponse:
    """One page, small: as it was taken (`photo`), or as it would be kept (`page`)."""
    _grant, _found, content = _photos(request, document_id)
    said = _ONE.fullmatch(request.GET.get("page", ""))
    if said is None or which not in ("photo", "page"):
        raise Invalid(_("Cette page n’existe pas."), code="no-such-page")
    wanted = _read(said)
    made = _made(content, Page(wanted.number, straight=False) if which == "photo" else wanted, SHOWN_WIDTH)
    return HttpResponse(made.data, content_type="image/jpeg")


def _photos(request: HttpRequest, document_id: UUID) -> tuple[Grant, Document, Content]:
    """The document as it stands, and its photos as they first came: those of its oldest version."""
    grant = open_mine(request, Action.READ, document_id=document_id)
    found = record.document(grant, document_id=document_id)
    if not put_in_by(found, grant) or found.status != "current":
        raise Refused("Seul celui qui a déposé ce document peut le corriger.", code="not-the-author")
    first = record.versions(grant, document_id=document_id)[-1]
    reading = grant if first.id == document_id else open_mine(request, Action.READ, document_id=first.id)
    content = record.content(reading, document_id=first.id)
    if content.media_type not in preview.IMAGE_TYPES and content.media_type != PDF:
        raise Invalid(_("Seules des photos peuvent être redressées."), code="not-a-photo")
    return grant, found, content


def _said(written: str, count: int) -> list[Page]:
    """The pages as the address says them; each page once; all of them, straightened, when it says nothing."""
    pages: dict[int, Page] = {}
    for part in written.split("-")[: preview.MAX_JOINED] if written else ():
        if (said := _ONE.fullmatch(part)) and (one := _read(said)).number <= count:
            pages.setdefault(one.number, one)
    return list(pages.values()) or [Page(number) for number in range(1, min(count, preview.MAX_JOINED) + 1)]


def _read(said: re.Match[str]) -> Page:
    corners = tuple(int(one) for one in (said[4] or "").split(".")[1:])
    return Page(int(said[1]), said[2] == "r", int(said[3]), corners)


def _written(pages: list[Page]) -> str:
    return "-".join(map(str, pages))


def _after(request: HttpRequest, document_id: UUID, pages: list[Page], gesture: str) -> HttpResponse:
    """The page after one gesture, which can be taken back."""
    what, _dash, number = gesture.partition("-")
    at = next((at for at, one in enumerate(pages) if str(one.number) == number), None)
    changed, seen = list(pages), number
    if what == "remettre" and at is None and number.isdecimal():
        changed.append(Page(int(number)))
    elif at is not None:
        one = pages[at]
        match what:
            case "tourner":
                changed[at] = replace(one, turn=(one.turn + 1) % 4)
            case "telle":
                changed[at] = replace(one, straight=False)
            case "redresser":
                changed[at] = replace(one, straight=True, corners=())
            case "coins":
                said = _ONE.fullmatch(f"{number}r0.{request.GET.get('coins', '')}")
                changed[at] = replace(one, straight=True, corners=_read(said).corners if said else ())
            case "monter" if at > 0:
                changed[at - 1 : at + 1] = [one, pages[at - 1]]
            case "descendre" if at + 1 < len(pages):
                changed[at : at + 2] = [pages[at + 1], one]
            case "retirer" if len(pages) > 1:
                del changed[at]
                seen = ""
    query = urlencode({"pages": _written(changed), "avant": _written(pages)})
    address = f"{reverse('portal:straighten', args=[document_id])}?{query}"
    return redirect(f"{address}#page-{seen}" if seen else address)


def _made(content: Content, page: Page, width: int) -> Sheet:
    try:
        if page.straight:
            return preview.straight_sheet(
                content.data, content.media_type, page.number, turn=page.turn, corners=page.corners, width=width
            )
        return preview.plain_sheet(content.data, content.media_type, page.number, turn=page.turn, width=width)
    except ValueError:
        raise Invalid(_("Ces coins ne font pas une page. Replacez-les."), code="no-figure") from None


def _keep(request: HttpRequest, grant: Grant, found: Document, content: Content, pages: list[Page]) -> HttpResponse:
    with ThreadPoolExecutor(2) as two:
        sheets = list(two.map(lambda page: _made(content, page, preview.FINEST), pages))
    told = found.metadata
    metadata = Metadata(
        title=told.title, class_code=told.class_code, type_code=told.type_code, type_system=told.type_system,
        media_type=PDF, unique_id=f"urn:uuid:{uuid4()}", created=timezone.now(), service_start=told.service_start,
        authors=(Author(name=grant.actor.name),), practice_setting=told.practice_setting,
        file_name=f"{(told.file_name or told.title).rpartition('.')[0] or told.title}.pdf",
    )  # fmt: skip
    made = NewDocument(
        metadata=metadata, content=preview.join_sheets(sheets), visibility=found.visibility, replaces=str(found.id)
    )
    receipt = actions.add(actor=grant.actor, patient_id=grant.patient_id, document=made, at=timezone.now())
    if grant.tie is not None:  # taking back is in no help: the photos as they came are straightened otherwise instead
        tell(request, _("Les pages sont enregistrées. Les photos d’origine restent dans « Autres versions »."))
        return redirect("portal:document", receipt.id)
    back = Undo(_("Reprendre la photo"), reverse("portal:straighten", args=[receipt.id]), {"retablir": "oui"})
    tell(request, _("Les pages sont enregistrées. Vos photos d’origine restent dans « Autres versions »."), undo=back)
    return redirect("portal:document", receipt.id)


def _as_before(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The version made of straightened pages is taken back: the one before it is current again."""
    grant = act_on_mine(request, Action.WITHDRAW, document_id)
    gone = actions.withdraw(grant, document_id=document_id, at=timezone.now())
    tell(request, _("C’est de nouveau comme avant."))
    return redirect("portal:document", gone.replaces) if gone.replaces else redirect("portal:documents")
