"""Rapporter: what was taken from a space, here or elsewhere, comes back into this one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from hygie.access import queries as access
from hygie.access.types import Action, Grant
from hygie.base.errors import HygieError, Invalid, Unavailable
from hygie.base.reading import reading
from hygie.formats import zips
from hygie.people import queries as people
from hygie.people.types import Identity
from hygie.portal.opening import act_on_mine, for_a_person, open_mine
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.queries import Archive
from hygie.record.types import NewDocument, Receipt
from hygie.ui.uploads import Sealed

MOST_FILES = 20_000  # of our own archive: a few for each document
MOST_BYTES = 4 * 1000 * 1000 * 1000
MOST_EACH = 64 * 1000 * 1000
FAULTS_SHOWN = 50


@dataclass(slots=True)
class Told:
    """What became of an archive. faults: (what, why) for what could not come back."""

    keeper: str
    brought: int = 0
    known: int = 0
    own: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)


@csrf_exempt  # the token is checked below, once the handler that keeps the file is in place
@reading
def bring(request: HttpRequest) -> HttpResponse:
    request.upload_handlers = [Sealed(request)]
    return _bring(request)


@csrf_protect
@for_a_person
@require_http_methods(["GET", "POST"])
def _bring(request: HttpRequest) -> HttpResponse:
    context: dict[str, object] = {"current": "account"}
    if request.method == "GET":
        return render(request, "portal/bring.html", context)
    given = request.FILES.get("archive")
    try:
        if given is None:
            raise Invalid(_("Choisissez le fichier que vous avez emporté."), code="no-file")
        context["told"] = _bring_back(request, given)
    except Invalid as fault:
        return render(request, "portal/bring.html", context | {"wrong": _(fault.public)}, status=422)
    return render(request, "portal/brought.html", context)


def _bring_back(request: HttpRequest, given: UploadedFile) -> Told:
    declaring = open_mine(request, Action.DECLARE)  # refused at once in a space that is closed
    with zips.Incoming(given.file, most_entries=MOST_FILES, most_bytes=MOST_BYTES, most_each=MOST_EACH) as opened:  # type: ignore[arg-type]
        said = record.archive(opened.read(record.MANIFEST))
        _hers(said, access.identity(open_mine(request, Action.READ_IDENTITY)))
        told = Told(said.keeper)
        away = _documents(request, declaring, opened, said, told)
        told.own, refused = actions.bring_own(declaring, resources=said.own, at=timezone.now())
    if refused:
        told.faults.append((_("Ce que vous aviez noté"), _("Une partie ne se lit pas.")))
    for document_id in away:
        actions.archive(
            act_on_mine(request, Action.ARCHIVE, document_id), document_id=document_id, archived=True, at=timezone.now()
        )
    return told


def _hers(said: Archive, identity: Identity) -> None:
    """Another person's archive does not come into this space, even by mistake."""
    if said.ins is not None and identity.ins is not None and said.ins == identity.ins:
        return
    if not people.agree(said.traits, identity.traits):
        raise Invalid(
            _("Cette archive est celle d’une autre personne : rien n’a été ajouté."), code="archive-of-another"
        )


def _documents(
    request: HttpRequest, grant: Grant, opened: zips.Incoming, said: Archive, told: Told
) -> list[UUID]:  # fmt: skip
    """Bring each document; those that had been put away, to put away again."""
    wanted = []

    def contents() -> Iterator[NewDocument]:
        for one in said.documents:
            if one.document is None:
                told.faults.append((one.title, _(one.fault)))
                continue
            try:
                made = one.with_content(opened.read(one.path))
            except Invalid as fault:
                told.faults.append((one.title, _(fault.public)))
                continue
            wanted.append(one)
            yield made

    away = []
    answers = actions.bring(actor=grant.actor, patient_id=grant.patient_id, documents=contents(), at=timezone.now())
    for number, answer in enumerate(answers):
        one = wanted[number]
        if isinstance(answer, Receipt):
            stored = answer.outcome == "stored"
            told.brought += stored
            told.known += not stored
            if stored and one.archived:
                away.append(answer.id)
        elif isinstance(answer, Unavailable):
            raise answer
        else:
            assert isinstance(answer, HygieError)
            told.faults.append((one.title, _(answer.public)))
    return away
