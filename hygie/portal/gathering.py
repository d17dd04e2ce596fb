"""Ajouter, many at once: sent in as they come, taken in while she does something else, looked over on one page, undone in
one gesture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from os import SEEK_END
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from hygie.access.types import Action, Grant
from hygie.base.addresses import reverse
from hygie.base.errors import Invalid, NotFound
from hygie.base.reading import reading
from hygie.formats import preview
from hygie.portal.add_form import KINDS, AddForm, file_of
from hygie.portal.cards import Card, card
from hygie.portal.opening import for_a_person, open_mine
from hygie.portal.whom import whom
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.types import TOO_BIG, Document
from hygie.ui.told import tell
from hygie.ui.uploads import Many, TooBig

SILENT: Final = timedelta(minutes=3)  # after which she may ask for it again
A_PAGE: Final = 50  # proposals to look over at once
# What the worker tells of what stopped, kept in the import and said here (record/bringing.py, record/gathering.py).
TOLD: Final = (
    gettext_noop("La suite"),
    gettext_noop("Cet apport s’est arrêté en route. Envoyez le reste à nouveau : rien ne sera en double."),
    gettext_noop("Le reste"), gettext_noop("Cet espace ne vous est plus ouvert."),
    gettext_noop("Ce que vous aviez noté"), gettext_noop("Une partie ne se lit pas."),
)  # fmt: skip
_NUMBER: Final = re.compile(r"[0-9]{1,4}")
_NEXT: Final = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9]{1,4})")


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


def name_of(one: UploadedFile) -> str:
    return (one.name or _("fichier"))[:120]


def opened_to_bring(request: HttpRequest) -> Grant:
    """The key by which files are sent in and gone on with: hers, or that of one who may file for another."""
    return open_mine(request, Action.DECLARE if whom(request) is None else Action.LIST)


def receive(request: HttpRequest, form: AddForm) -> UUID:
    """Keep the files of this form; what becomes of them is on `gathered`."""
    return _receive(request, form.given, form.said())


def receive_folder(request: HttpRequest, folder: UploadedFile) -> UUID:
    """The same of one ZIP of which nothing was said."""
    return _receive(request, [folder], AddForm.unsaid())


def _receive(request: HttpRequest, files: list[UploadedFile], said: record.Said) -> UUID:
    return actions.receive_files(opened_to_bring(request), files=_given(files), said=said, at=timezone.now())


def _given(files: list[UploadedFile]) -> list[record.Given]:
    """A file that was too heavy comes without its content, and is told of like any other that does not open."""
    return [
        record.Given(name_of(one), file, file.seek(0, SEEK_END), TOO_BIG if isinstance(one, TooBig) else "")
        for one in files
        if (file := file_of(one))
    ]


@csrf_exempt  # the token is checked below, once the handler that keeps the files is in place
@reading
def send(request: HttpRequest) -> HttpResponse:
    request.upload_handlers = [Many(request)]
    return _send(request)


@csrf_protect
@for_a_person
@require_POST
def _send(request: HttpRequest) -> HttpResponse:
    """A few files among many, sent one request after the other by the page's script."""
    form = AddForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Invalid(_("Choisissez au moins un fichier ou une photo."), code="no-file")
    try:
        import_id = UUID(request.POST["apport"]) if request.POST.get("apport") else None
    except ValueError:
        raise Invalid(_("Ce choix n’existe pas."), code="unknown-choice") from None
    if import_id is None:
        import_id = receive(request, form)
    else:
        actions.receive_more_files(opened_to_bring(request), import_id=import_id, files=_given(form.given))
    return JsonResponse({"apport": str(import_id), "suite": reverse("portal:gathered", args=[import_id])})


@for_a_person
@require_http_methods(["GET", "POST"])
def gathered(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """How far it is; then what came, with its proposals, and what did not. To take it all back."""
    if request.method == "POST":
        grant = opened_to_bring(request)
        if request.POST.get("quoi") == "annuler":
            actions.take_back_import(grant, import_id=import_id)
        else:
            actions.go_on_bringing(grant, import_id=import_id)
            tell(request, _("C’est redemandé."))
        return redirect("portal:gathered", import_id)
    grant = open_mine(request, Action.LIST)
    found = next((one for one in record.imports(grant) if one.id == import_id and one.files), None)
    if found is None:
        raise NotFound(_("Cet apport n’existe pas."), code="no-such-import")
    under_way = found.state in ("coming", "leaving")
    context: dict[str, Any] = {
        "current": "documents", "one": found, "faults": [(_(what), _(why)) for what, why in found.faults],
        "under_way": under_way, "silent": under_way and timezone.now() - found.touched > SILENT,
    }  # fmt: skip
    if found.state == "done":
        came = record.documents(grant, received_since=found.at, archived=None)
        came = [one for one in came if one.received == found.at]
        pages = max(1, -(-len(came) // A_PAGE))
        asked = request.GET.get("page", "")
        page = min(max(1, int(asked)), pages) if _NUMBER.fullmatch(asked) else 1
        shown = came[(page - 1) * A_PAGE : page * A_PAGE]
        context |= {
            "outcomes": [_outcome(request, one) for one in shown], "page": page, "pages": pages, "more": page < pages,
            "before": f"?page={page - 1}" if page > 1 else "", "after": f"?page={page + 1}" if page < pages else "",
        }  # fmt: skip
    return render(request, "portal/gathered.html", context)


def _outcome(request: HttpRequest, one: Document) -> Outcome:
    return Outcome(
        one.metadata.file_name or one.metadata.title,
        card=card(one),
        guessed=one.type_code != "EXPPAT_2",
        unknown=one.type_code == "EXPPAT_2",
        apart="MASQUE_PS" in one.visibility,
        photo=one.metadata.media_type in preview.IMAGE_TYPES and whom(request) is None,
        type_code=one.type_code,
    )


def after_settling(request: HttpRequest) -> HttpResponse | None:
    """The next proposals of an import of several pages."""
    found = _NEXT.fullmatch(request.POST.get("suite", ""))
    return redirect(f"{reverse('portal:gathered', args=[found[1]])}?page={found[2]}") if found else None
