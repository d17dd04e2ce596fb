"""The one service: `patient-view`. The caller proves who it is, names its professional, and the record decides.

Sources: HL7 CDS Hooks 2.0 (discovery, « Calling a CDS Service », « Trusting CDS Clients »). The caller's JWT is signed
with a key given at registration: nothing in a message is followed to find one (no jku).
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hygie.access import queries as access
from hygie.access.actions import open_record
from hygie.access.types import Action, Channel, Request
from hygie.base import beat, config, logs
from hygie.base.errors import HygieError, Invalid, NotFound, Refused
from hygie.base.sql import LOST, unavailable
from hygie.interop import patients
from hygie.interop.cds_hooks.cards import cards
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import Actor, AuthLevel
from hygie.record import queries as record

SERVICE = "hygie-patient-view"
MAX_BODY = 256 * 1024
_BEARER = re.compile(r"[Bb]earer +([A-Za-z0-9._-]{16,8192})", re.ASCII)
_PRACTITIONER = re.compile(r"Practitioner/([0-9]{11,12})", re.ASCII)
_STATUS = {Invalid: 400, Refused: 403, NotFound: 404}


def _for_pages(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
@require_http_methods(["GET", "OPTIONS"])
def discovery(request: HttpRequest) -> HttpResponse:
    """What there is to call, and the one thing asked of the caller: the Patient."""
    return _for_pages(JsonResponse({"services": [{
        "hook": "patient-view",
        "id": SERVICE,
        "title": "Hygie : ce qui est nouveau pour ce patient",
        "description": "Une carte quand quelque chose est arrivé depuis la dernière visite du professionnel, sinon aucune.",
        "prefetch": {"patient": "Patient/{{context.patientId}}"},
        "usageRequirements": "JWT signé par une clé enregistrée ; context.userId = Practitioner/<numéro RPPS>.",
    }]}))  # fmt: skip


@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
def patient_view(request: HttpRequest) -> HttpResponse:
    """At most one card. Whatever this professional may not open, and whoever does not exist, give the same: none."""
    if request.method == "OPTIONS":
        answer = HttpResponse(status=204)
        answer["Access-Control-Allow-Methods"] = "POST"
        answer["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        return _for_pages(answer)
    try:
        return _for_pages(JsonResponse({"cards": _answer(request)}))
    except LOST:
        fault: HygieError = unavailable()
    except HygieError as refusal:
        fault = refusal
    status = 401 if fault.code in ("invalid-client", "no-token") else _STATUS.get(type(fault), 503)
    logs.event("card-refused", code=fault.code)
    answer = JsonResponse({"error": fault.public}, status=status)
    if fault.retry_after is not None:  # a budget that is spent, or a database that is not there
        answer.status_code = 429 if status == 403 else status
        answer["Retry-After"] = str(fault.retry_after)
    return _for_pages(answer)


def _answer(request: HttpRequest) -> list[dict[str, Any]]:
    now, began = datetime.now(UTC), time.monotonic()
    token = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    if token is None:
        raise Refused("Il manque le jeton signé de votre logiciel.", code="no-token")
    said = _said(request)
    who = _PRACTITIONER.fullmatch(str(said["context"].get("userId", "")))
    asserted = people.authenticate_assertion(
        token[1],
        audience=config.get("HYGIE_PUBLIC_URL") + request.path,
        at=now,
        requester=who[1] if who else None,
        sub=False,
    )
    if asserted.professional_id is None:
        raise Invalid("context.userId doit nommer un professionnel : Practitioner/<numéro RPPS>.", code="hook-user")
    actor = known.acting(
        asserted.professional_id, asserted.activity_id, auth=AuthLevel.STRONG, client_id=asserted.client_id
    )
    patient_id = patients.named((said.get("prefetch") or {}).get("patient"), by=actor, at=now, place="prefetch.patient")
    shown = (
        None if patient_id is None else told(actor, patient_id, at=now, request_id=getattr(request, "request_id", ""))
    )
    if shown is None:  # nobody, or nobody whom he may see: in the same time
        beat.keep(began)
    return shown or []


def told(actor: Actor, patient_id: UUID, *, at: datetime, request_id: str = "") -> list[dict[str, Any]] | None:
    """The card for this professional; None where he may not look.

    The record is opened as for any look; no visit is counted: nobody has looked yet.
    """
    try:
        grant = open_record(Request(
            actor=actor, patient_id=patient_id, purpose=access.usual_purpose(actor), action=Action.LIST, at=at,
            channel=Channel.MACHINE, request_id=request_id,
        ))  # fmt: skip
    except (NotFound, Refused):
        return None
    summary = record.summary(grant, since=access.last_visit(grant))
    return cards(summary, home=config.get("HYGIE_PUBLIC_URL"))


def _said(request: HttpRequest) -> dict[str, Any]:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        raise Invalid("Ce message est trop grand.", code="hook-too-large")
    try:
        said = orjson.loads(request.read(MAX_BODY + 1))
    except (orjson.JSONDecodeError, OSError) as fault:
        raise Invalid("Ce message n'est pas du JSON.", code="hook-structure") from fault
    if not isinstance(said, dict) or said.get("hook") != "patient-view" or not isinstance(said.get("context"), dict):
        raise Invalid("Ce n'est pas un appel du crochet « patient-view ».", code="hook-structure")
    if not isinstance(said.get("prefetch") or {}, dict):
        raise Invalid("« prefetch » doit être un objet.", code="hook-structure")
    return said
