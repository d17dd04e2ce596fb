"""The manifest of a share, its files, and the one file of a direct link; each sealed on the fly under the link's own key.

Source: HL7 SMART Health Cards and Links 1.0.0 (STU 1). Nothing sealed is kept: what a reader gets is the record at that
instant, as the gate lets it through. A link that is no more, and one that never was, are the same 404.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from hygie.access import actions, queries
from hygie.access.actions import open_record
from hygie.access.types import Action, Channel, Entered, Grant, Purpose, Request
from hygie.base import config
from hygie.base.errors import Invalid, NotFound, Refused
from hygie.base.reading import reading
from hygie.formats import smart_links, valuesets
from hygie.formats.fhir import instants, ips, shared
from hygie.record import queries as record
from hygie.record.actions import open_to_read

_SALT: Final = "hygie.shl.file"
_MOST_BODY: Final = 10_000  # bytes of a request
_EMBEDDED: Final = 1_000_000
"""Characters of a file put inside the manifest when the reader says nothing: above, it gets an address."""
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class _File:
    """document_id: None for the summary."""

    document_id: UUID | None
    sealed: str
    updated: str
    status: str


@reading
@csrf_exempt
@require_http_methods(["GET", "POST", "OPTIONS"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """POST: the manifest. GET: the one file, where the link is of one file and asks no passcode."""
    if request.method == "OPTIONS":
        return _told(b"", "text/plain", status=204)
    try:
        said = _said(request)
        entered = actions.enter_share(
            way="manifest", token=token, recipient=said["recipient"], passcode=said["passcode"], at=timezone.now()
        )
        grant = _look(request, entered, Action.LIST)
        if request.method == "GET":
            return _direct(request, entered, grant)
        return _json(_manifest(request, entered, grant, said["most"]))
    except Invalid as fault:
        return _json({"error": fault.code}, status=400)
    except NotFound:
        return _json({"error": "not-found"}, status=404)
    except Refused as fault:
        if fault.code == "share-passcode":
            return _json({"remainingAttempts": entered.left or 0}, status=401)
        return _json({"error": "not-found"}, status=404)


@reading
@csrf_exempt
@require_GET
def file(request: HttpRequest, seal: str) -> HttpResponse:
    """One file of a manifest, for an hour: the same opening, decided again."""
    try:
        said = signing.loads(seal, salt=_SALT, max_age=_HOUR)
        actor = queries.reader(UUID(said["share"]), UUID(said["viewing"]), said["name"])
        entered = actions.come_back(patient_id=UUID(said["patient"]), actor=actor)
        wanted = UUID(said["document"]) if said["document"] else None
        grant = _look(request, entered, Action.LIST)
        for one in _files(request, entered, grant, only=wanted):
            return _told(one.sealed.encode(), "application/jose")
    except (signing.BadSignature, NotFound, Refused):
        pass
    return _json({"error": "not-found"}, status=404)


def _said(request: HttpRequest) -> dict[str, Any]:
    """Who asks, as she says herself; the passcode; the longest file that may stand in the manifest."""
    if request.method == "GET":
        return {"recipient": request.GET.get("recipient", ""), "passcode": "", "most": None}
    try:
        body = orjson.loads(request.body[: _MOST_BODY + 1])
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("recipient"), str):
        raise Invalid("La demande n’est pas comprise.", code="recipient-missing")
    passcode, most = body.get("passcode", ""), body.get("embeddedLengthMax")
    if not isinstance(passcode, str) or (most is not None and (type(most) is not int or most < 0)):
        raise Invalid("La demande n’est pas comprise.", code="manifest-request")
    return {"recipient": body["recipient"], "passcode": passcode, "most": most}


def _look(request: HttpRequest, entered: Entered, action: Action, document_id: UUID | None = None) -> Grant:
    asked = Request(
        actor=entered.actor, patient_id=entered.patient_id, purpose=Purpose.SHARE, action=action, at=timezone.now(),
        object_id=document_id, channel=Channel.VIEW, request_id=getattr(request, "request_id", ""),
    )  # fmt: skip
    return open_to_read(asked) if action is Action.READ else open_record(asked)


def _direct(request: HttpRequest, entered: Entered, grant: Grant) -> HttpResponse:
    if len(entered.documents) + entered.summary != 1:
        raise NotFound("Ce lien s’ouvre autrement.", code="not-a-direct-file")
    for one in _files(request, entered, grant):
        return _told(one.sealed.encode(), "application/jose")
    raise NotFound("Il n’y a plus rien ici.", code="nothing-left")


def _manifest(request: HttpRequest, entered: Entered, grant: Grant, most: int | None) -> dict[str, Any]:
    files = []
    for one in _files(request, entered, grant):
        told = {"contentType": smart_links.FHIR, "lastUpdated": one.updated, "status": one.status}
        if len(one.sealed) <= (_EMBEDDED if most is None else most):
            files.append(told | {"embedded": one.sealed})
        else:
            files.append(told | {"location": _location(entered, one)})
    if not files:
        raise NotFound("Il n’y a plus rien ici.", code="nothing-left")
    return smart_links.manifest(files)


def _location(entered: Entered, one: _File) -> str:
    said = {
        "patient": entered.patient_id.hex, "share": entered.share_id.hex, "name": entered.actor.name,
        "viewing": entered.actor.client_id.hex if entered.actor.client_id else "",
        "document": one.document_id.hex if one.document_id else "",
    }  # fmt: skip
    return f"{config.get('HYGIE_PUBLIC_URL')}/shl/f/{signing.dumps(said, salt=_SALT, compress=True)}"


def _files(
    request: HttpRequest, entered: Entered, grant: Grant, *, only: UUID | type | None = object
) -> Iterator[_File]:
    """The summary, then each document that is still there to see; `only`: this one (None: the summary)."""
    key = queries.link(grant, share_id=entered.share_id).key
    if entered.summary and only in (object, None):
        made = ips.document(record.synopsis(grant, chapters=entered.sections))
        yield _File(None, _sealed(key, made), instants.written(grant.at), "can-change")
    for document_id in entered.documents:
        if only is not object and only != document_id:
            continue
        try:
            look = _look(request, entered, Action.READ, document_id)
            found = record.document(look, document_id=document_id)
            content = record.content(look, document_id=document_id)
        except NotFound:  # hidden, withdrawn, replaced: it left the share
            continue
        metadata = found.metadata
        paper = shared.Paper(
            id=document_id, title=metadata.title or metadata.type_label or "", day=found.day, media_type=content.media_type,
            type_label=valuesets.type_label(metadata.type_code, metadata.type_label), data=content.data,
            authors=tuple(one.name or one.organisation or "" for one in metadata.authors),
            type_code=metadata.type_code if metadata.type_system == valuesets.LOINC else "",
        )  # fmt: skip
        made = shared.bundle(paper, at=grant.at)
        yield _File(document_id, _sealed(key, made), instants.written(found.updated), "finalized")


def _sealed(key: bytes, resource: dict[str, Any]) -> str:
    return smart_links.sealed(key, orjson.dumps(resource))


def _json(body: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return _told(orjson.dumps(body), "application/json", status=status)


def _told(body: bytes, media: str, *, status: int = 200) -> HttpResponse:
    """Readable from any reader's page, without credentials, and kept by nobody."""
    answer = HttpResponse(body, content_type=media, status=status)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Allow-Methods"] = "GET, POST"
    answer["Access-Control-Allow-Headers"] = "Content-Type, Accept"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return answer
