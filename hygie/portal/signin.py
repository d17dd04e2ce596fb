"""The way in and the way out: two doors, one activity per session, and no password of ours."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, URLPattern
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.base import config, sending
from hygie.base.addresses import reverse
from hygie.base.errors import Invalid, NotFound
from hygie.base.routes import route
from hygie.people import queries
from hygie.people.types import Kind
from hygie.portal import entering, pairing

PROVIDERS = ("people", "professionals")
_HOMES = {Kind.PERSON: "portal:home", Kind.PROFESSIONAL: "workspace:home", Kind.OPERATOR: "desk:home"}


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """The two doors; for someone signed in, on to what is missing or to where she was going."""
    missing = {"no-space": "signin-space", "choose-hat": "signin-hat"}.get(request.actor_missing)  # type: ignore[attr-defined]
    if missing:
        return redirect(_with_next(reverse(missing), request))
    if request.actor is not None:  # type: ignore[attr-defined]
        return redirect(_next(request))
    open_doors = [(name, _provider(request, name)) for name in PROVIDERS if _is_set(request, name)]
    answer = render(
        request,
        "signin/start.html",
        {
            "doors": [name for name, _ in open_doors],
            "next": _wanted(request),
            "cast": _cast() if _demo() else None,
            "offers": _told("offers.json") if _demo() else None,
            "texts": "text" in sending.open_ways(),
            "phone_address": _with_next(reverse("signin-phone"), request),
            "number_address": _with_next(reverse("signin-number"), request),
        },
    )
    answer.csp_form_action = " ".join(  # type: ignore[attr-defined]
        dict.fromkeys(origin for _, provider in open_doors for origin in provider.origins(request))
    )
    return answer


@require_POST
def go(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider. Anyone signed in here is signed out first: a shared screen shows one person's pages."""
    provider = _provider(request, provider_id)
    entering.leave(request)
    return provider.redirect(request, "login", next_url=_wanted(request))


@require_POST
def go_as(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Demonstration only: through the real provider all the same, which is told whom to sign in."""
    provider = _provider(request, provider_id)
    entering.leave(request)
    hint = request.POST.get("who", "")
    return provider.redirect(request, "login", next_url=_wanted(request), login_hint=hint)


class _Back(OAuth2CallbackView):
    """allauth's own walk back; the adapter also needs what our session remembered (the nonce, where to go)."""

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, answer = super()._get_state(request, provider)
        self.adapter.state = state
        return state, answer


@require_GET
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    adapter = _provider(request, provider_id).get_oauth2_adapter(request)
    return _Back.adapter_view(adapter)(request)


@require_http_methods(["GET", "POST"])
def hat(request: HttpRequest) -> HttpResponse:
    """Which activity this session is for: what one may see depends on it, and the journal names it."""
    if not request.user.is_authenticated:
        return redirect("signin")
    hats, operates = queries.hats_of_account(request.user.pk), queries.operates(request.user.pk)
    if not hats and not operates:
        raise NotFound("Cette page n’existe pas pour vous.", code="no-hats")
    if request.method == "POST":
        chosen = request.POST.get("hat", "")
        if chosen not in {str(one.id) for one in hats} | ({queries.OPERATOR} if operates else set()):
            raise Invalid("Choisissez une activité de la liste.", code="unknown-hat", at="hat")
        request.session["hat"] = chosen
        request.session.cycle_key()
        return redirect(_with_next(reverse("signin"), request))
    context = {"hats": hats, "operates": operates, "operator": queries.OPERATOR, "next": _wanted(request)}
    return render(request, "signin/hat.html", context | {"worn": request.session.get("hat")})


@require_GET
def space(request: HttpRequest) -> HttpResponse:
    """Signed in, but we could not be sure which space is hers: what is needed, and nothing about who exists."""
    if not request.user.is_authenticated:
        return redirect("signin")
    apart = queries.apart_of(request.user.pk)
    said = f"{apart.reference[:4]} {apart.reference[4:]}" if apart else ""
    return render(request, "signin/space.html", {"reference": said, "texts": "text" in sending.open_ways()})


@require_POST
def out(request: HttpRequest) -> HttpResponse:
    entering.leave(request)
    return redirect("signin")


def signin_urls(mode: str) -> list[URLPattern]:
    """The addresses of this file. The one-click door exists in demo mode only: elsewhere there is no such route."""
    urls = [
        route("connexion/", start, name="signin", action="sign-in"),
        route("connexion/activite/", hat, name="signin-hat", action="sign-in"),
        route("connexion/espace/", space, name="signin-space", action="sign-in"),
        route("connexion/relier/", pairing.pair, name="signin-pair", action="sign-in"),
        route("connexion/appareil/", entering.by_passkey, name="signin-passkey", action="sign-in"),
        route("connexion/message/", entering.by_phone, name="signin-phone", action="sign-in"),
        route("connexion/message/code/", entering.by_code, name="signin-code", action="sign-in"),
        route("connexion/numero/", entering.by_number, name="signin-number", action="sign-in"),
        route("deconnexion/", out, name="signout", action="sign-in"),
        route("connexion/<slug:provider_id>/", go, name="signin-go", action="sign-in"),
        route("connexion/<slug:provider_id>/retour/", back, name="signin-back", action="sign-in"),
    ]
    if mode == "demo":
        urls.append(route("connexion/<slug:provider_id>/comme/", go_as, name="signin-as", action="sign-in"))
    return urls


def _demo() -> bool:
    return config.mode() == "demo"


def _cast() -> dict[str, Any]:
    """The invented people one may sign in as: HYGIE_DATA/demo/cast.json, {people: [{sub, name, about}], ...}."""
    return _told("cast.json")


def _told(name: str) -> dict[str, Any]:
    """What the demonstration says of itself in this file; nothing where there is none."""
    with suppress(OSError, ValueError):
        found: dict[str, Any] = json.loads((Path(config.get("HYGIE_DATA")) / "demo" / name).read_text())
        return found
    return {}


def _is_set(request: HttpRequest, name: str) -> bool:
    try:
        _provider(request, name)
    except NotFound:
        return False
    return True


def _provider(request: HttpRequest, provider_id: str) -> Any:
    try:
        return get_adapter(request).get_provider(request, provider_id)
    except SocialApp.DoesNotExist:
        raise NotFound("Cette façon de se connecter n’existe pas ici.", code="no-such-provider") from None


def _wanted(request: HttpRequest) -> str:
    """Where one was going, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""


def _with_next(address: str, request: HttpRequest) -> str:
    wanted = _wanted(request)
    return f"{address}?{urlencode({'next': wanted})}" if wanted else address


def _next(request: HttpRequest) -> str:
    home = "/"
    with suppress(NoReverseMatch, KeyError):
        home = reverse(_HOMES[request.actor.kind])  # type: ignore[attr-defined]
    return _wanted(request) or home
