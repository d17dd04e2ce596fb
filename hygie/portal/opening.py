"""How a person's page opens a record: signed in, in her own name, and written in its journal first.

Hers; or, when the address says so, that of somebody whom she answers for or helps (see `whom`): the rules decide.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from hygie.access.actions import open_at_once, open_record
from hygie.access.types import Action, Channel, Grant, Purpose, Request
from hygie.base.addresses import reverse
from hygie.base.errors import NotFound, Refused
from hygie.base.reading import reading
from hygie.people.types import Actor, Kind
from hygie.portal.whom import keep, whom
from hygie.record.actions import open_to_correct

View = Callable[..., HttpResponse]


def person(request: HttpRequest) -> Actor | None:
    """The person signed in, if it is a person with a space."""
    actor: Actor | None = getattr(request, "actor", None)
    return actor if actor is not None and actor.kind is Kind.PERSON and actor.patient_id is not None else None


def for_a_person(view: View) -> View:
    """A page for a person signed in. Nobody signed in: the way in. Somebody else (a professional): no such page.

    Asked by GET, it changes nothing (base.reading).
    """
    reads = reading(view)

    @wraps(reads)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if person(request) is not None:
            try:
                return reads(request, *args, **kwargs)
            except Refused as refusal:
                if refusal.code != "stronger-sign-in-needed":
                    raise
                return redirect(f"{reverse('portal:prove')}?{urlencode({'next': _page(request)})}")
        if getattr(request, "actor", None) is None:
            return redirect_to_login(request.path)
        raise NotFound("Cette page n’existe pas pour vous.", code="not-a-person")

    return guarded


def _page(request: HttpRequest) -> str:
    """The page that she was on: what she was sending is asked again once she has confirmed."""
    asked_from = request.headers.get("Referer", "") if request.method == "POST" else request.get_full_path()
    return urlsplit(asked_from).path or "/"


def open_mine(
    request: HttpRequest, action: Action, *, document_id: UUID | None = None, channel: Channel = Channel.VIEW
) -> Grant:
    """Open the record that this page is about. Raises what `open_record` raises."""
    grant = open_record(_asked(request, action, document_id, channel))
    keep(request, grant)
    return grant


def open_mine_at_once(request: HttpRequest, *actions: Action) -> tuple[Grant, ...]:
    """Open the record for each of these, with one commit for their lines. Raises what `open_record` raises."""
    grants = open_at_once([_asked(request, action, None, Channel.LIST) for action in actions])
    keep(request, grants[0])
    return tuple(grants)


def act_on_mine(request: HttpRequest, action: Action, document_id: UUID) -> Grant:
    """The grant for an act on one document of hers (hide, archive, withdraw). NotFound if it is not hers to see."""
    return open_to_correct(_asked(request, action, document_id, Channel.VIEW))


def asking_mine(request: HttpRequest, action: Action, document_id: UUID) -> Request:
    """The question about one document of hers, for an act that asks it itself."""
    return _asked(request, action, document_id, Channel.VIEW)


def _asked(request: HttpRequest, action: Action, document_id: UUID | None, channel: Channel) -> Request:
    actor = person(request)
    if actor is None or actor.patient_id is None:
        raise NotFound("Cette page n’existe pas pour vous.", code="not-a-person")
    other = whom(request)
    return Request(
        actor=actor,
        patient_id=other or actor.patient_id,
        purpose=Purpose.SELF if other is None else Purpose.FOR_ANOTHER,
        action=action,
        at=timezone.now(),
        object_id=document_id,
        channel=channel,
        request_id=getattr(request, "request_id", ""),
    )
