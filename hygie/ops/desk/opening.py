"""Who may sit at the desk: an operator, strongly signed in. What she does about a person is in that person's journal."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from hygie.access import queries as access
from hygie.access.actions import open_record
from hygie.access.types import Action, Grant, Purpose, Request
from hygie.base.errors import NotFound, Refused
from hygie.base.reading import reading
from hygie.people.types import Actor, Kind

View = Callable[..., HttpResponse]


def operator(request: HttpRequest) -> Actor:
    """The operator signed in; `for_an_operator` has made sure there is one."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.kind is not Kind.OPERATOR:
        raise NotFound(_("Cette page n’existe pas pour vous."), code="not-an-operator")
    return actor


def for_an_operator(view: View) -> View:
    """A page of the desk. Nobody signed in: the way in. Somebody else: no such page. Weakly signed in: refused.

    Asked by GET, it changes nothing (base.reading).
    """
    reads = reading(view)

    @wraps(reads)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "actor", None) is None:
            return redirect_to_login(request.path)
        if not access.is_operator(operator(request)):
            raise Refused(access.refusal("stronger-sign-in-needed"), code="stronger-sign-in-needed")
        return reads(request, *args, **kwargs)

    return guarded


def open_review(request: HttpRequest, patient_id: UUID) -> Grant:
    """A grant to review, which reads nothing; its line tells the person that somebody looked into it."""
    return open_record(
        Request(
            actor=operator(request), patient_id=patient_id, purpose=Purpose.LEGAL, action=Action.REVIEW,
            at=timezone.now(), request_id=getattr(request, "request_id", ""),
        )
    )  # fmt: skip
