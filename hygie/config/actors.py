"""Who is asking: the actor of a session, read once per request as `request.actor`, None when nobody is known.

A session ends after 30 minutes without a request, and 12 hours after its sign-in whatever happens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from hygie.base.errors import Refused
from hygie.people import actions, queries
from hygie.people.types import Actor, AuthLevel

IDLE = 30 * 60  # seconds
LONGEST = 12 * 3600
_NOTED_EVERY = 60  # a session is written again at most once a minute


class Actors:
    """Middleware, after authentication. `request.actor_missing` says why a signed-in account has no actor yet:
    « no-space » or « choose-hat »; the sign-in page leads on from there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor, request.actor_missing = None, ""  # type: ignore[attr-defined]
        try:
            request.actor = actor_of(request)  # type: ignore[attr-defined]
        except Refused as why:
            request.actor_missing = why.code  # type: ignore[attr-defined]
        return self._get_response(request)


def actor_of(request: HttpRequest) -> Actor | None:
    """The actor of this request's session, or None. Refused: signed in, but as nobody yet (see Actors)."""
    if not request.user.is_authenticated:
        return None
    session, now = request.session, timezone.now().timestamp()
    if not (now - session.get("seen", 0) <= IDLE and now - session.get("since", 0) <= LONGEST):
        logout(request)
        return None
    entrance = UUID(session["entrance"]) if "entrance" in session else None
    if now - session["seen"] > _NOTED_EVERY:
        session["seen"] = now
        if entrance:
            actions.note_presence(entrance, at=timezone.now())
    try:
        actor = queries.actor_of_account(
            request.user.pk, session.get("hat"), auth=AuthLevel(session["auth"]), session=entrance
        )
    except Refused as why:
        if why.code == "closed-account":  # closed, or this session was ended from elsewhere: nothing of it stays
            logout(request)
        raise
    if software := session.get("client"):  # she came from her own software, which answers for this session
        if not queries.is_registered(UUID(software)):
            logout(request)
            return None
        return replace(actor, client_id=UUID(software))
    return actor
