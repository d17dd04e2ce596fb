"""Rapporter: what was taken from a space, here or elsewhere, comes back into this one, while she does something else."""

from __future__ import annotations

from typing import IO
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from hygie.access import queries as access
from hygie.access.types import Action, RecordState
from hygie.base.errors import Invalid, NotFound
from hygie.base.reading import reading
from hygie.people import queries as people
from hygie.people.types import Identity
from hygie.portal import gathering
from hygie.portal.gathering import SILENT
from hygie.portal.opening import for_a_person, open_mine
from hygie.record import actions
from hygie.record import queries as record
from hygie.record.queries import Archive
from hygie.ui.told import tell
from hygie.ui.uploads import Sealed


@csrf_exempt  # the token is checked below, once the handler that keeps the file is in place
@reading
def bring(request: HttpRequest) -> HttpResponse:
    request.upload_handlers = [Sealed(request)]
    return _bring(request)


@csrf_protect
@for_a_person
@require_http_methods(["GET", "POST"])
def _bring(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        grant = open_mine(request, Action.LIST)
        if access.settings(grant).state is RecordState.CLOSED:
            return render(request, "portal/closed.html", {"current": "account"})
        earlier = [one for one in record.imports(grant) if not one.files]
        return render(request, "portal/bring.html", {"current": "account", "earlier": earlier})
    given = request.FILES.get("archive")
    try:
        if given is None:
            raise Invalid(_("Choisissez le fichier que vous avez emporté."), code="no-file")
        if not _is_zip(given.file):  # type: ignore[arg-type]
            raise Invalid(_("Ce n’est pas un fichier .zip. Choisissez celui de « Tout emporter »."), code="not-a-zip")
        with record.open_archive(given.file) as opened:  # type: ignore[arg-type]
            a_space = record.MANIFEST in opened.names
        if not a_space:
            return redirect("portal:gathered", gathering.receive_folder(request, given))
        return redirect("portal:brought", receive(request, given.file))  # type: ignore[arg-type]
    except Invalid as fault:
        context = {"current": "account", "wrong": _(fault.public)}
        return render(request, "portal/bring.html", context, status=422)


def _is_zip(file: IO[bytes]) -> bool:
    file.seek(0)
    return file.read(2) == b"PK"


def receive(request: HttpRequest, file: IO[bytes]) -> UUID:
    """Her own space, as she took it away, on its way back. Invalid: it is none of hers."""
    declaring = open_mine(request, Action.DECLARE)  # refused at once in a space that is closed
    with record.open_archive(file) as opened:
        said = record.archive(opened.read(record.MANIFEST))
        _hers(said, access.identity(open_mine(request, Action.READ_IDENTITY)))
    return actions.receive_archive(declaring, file=file, said=said, at=timezone.now())


def _hers(said: Archive, identity: Identity) -> None:
    """Another person's archive does not come into this space, even by mistake."""
    if said.ins is not None and identity.ins is not None and said.ins == identity.ins:
        return
    if not people.agree(said.traits, identity.traits):
        raise Invalid(
            _("Cette archive est celle d’une autre personne : rien n’a été ajouté."), code="archive-of-another"
        )


@for_a_person
@require_http_methods(["GET", "POST"])
def brought(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """How far it is; then what came and what did not. To go on, or to take it all back."""
    if request.method == "POST":
        grant = open_mine(request, Action.DECLARE)
        if request.POST.get("quoi") == "annuler":
            actions.take_back_import(grant, import_id=import_id)
        else:
            actions.go_on_bringing(grant, import_id=import_id)
            tell(request, _("C’est redemandé."))
        return redirect("portal:brought", import_id)
    found = next(
        (one for one in record.imports(open_mine(request, Action.LIST)) if one.id == import_id and not one.files), None
    )
    if found is None:
        raise NotFound(_("Cet apport n’existe pas."), code="no-such-import")
    under_way = found.state in ("coming", "leaving")
    context = {
        "current": "account", "one": found, "faults": [(_(what), _(why)) for what, why in found.faults],
        "came": found.brought or found.own, "under_way": under_way, "silent": under_way and timezone.now() - found.touched > SILENT,
    }  # fmt: skip
    return render(request, "portal/brought.html", context)
