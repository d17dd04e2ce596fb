"""Sign-in through an OpenID provider: django-allauth does the walk (state, PKCE, code), we decide what to believe.

allauth does not check the signature of an ID token received over TLS, nor any nonce, and takes the algorithm from the
token: `Strict` does. Nothing of what a provider says is kept by allauth: no SocialAccount, no token, no e-mail.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hygie.base import config, logs
from hygie.base.addresses import reverse
from hygie.base.errors import HygieError
from hygie.config.openid import NotTrusted, verified
from hygie.people import actions, queries
from hygie.people.types import AuthLevel, Hat, SignedIn
from hygie.portal.entering import begin

PEOPLE, PROFESSIONALS = "people", "professionals"
_SETTINGS = {PEOPLE: "HYGIE_OIDC_PEOPLE", PROFESSIONALS: "HYGIE_OIDC_PROFESSIONALS"}
_SCOPES = {
    PEOPLE: [
        "openid",
        "given_name",
        "family_name",
        "preferred_username",
        "birthdate",
        "gender",
        "birthplace",
        "birthcountry",
    ],
    PROFESSIONALS: ["openid", "scope_all"],
}


# A provider that is down, lies, or says something that is not what the standard says.
_TROUBLES = (NotTrusted, OAuth2Error, requests.RequestException, ValueError, KeyError, TypeError, AttributeError)


class StrictProvider(OpenIDConnectProvider):
    """One of the two providers, as HYGIE_OIDC_… names it. Nothing of the request changes what is asked of it."""

    def get_callback_url(self) -> str:
        return reverse("signin-back", kwargs={"provider_id": self.app.provider_id})

    def get_oauth2_adapter(self, request: HttpRequest) -> Strict:
        return Strict(request, self.app.provider_id)

    def origins(self, request: HttpRequest) -> tuple[str, ...]:
        """Where a browser is sent to sign in: `form-action` of our page must allow it. Asked of the provider, cached."""
        issuer = self.app.settings["server_url"]
        found = cache.get(f"signin-origins:{issuer}")
        if found is None:
            addresses = [issuer]
            with suppress(*_TROUBLES):
                addresses.append(self.get_oauth2_adapter(request).authorize_url)
            found = tuple(dict.fromkeys(f"{at.scheme}://{at.netloc}" for at in map(urlsplit, addresses)))
            cache.set(f"signin-origins:{issuer}", found, 300 if len(addresses) > 1 else 30)
        return found

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **more: Any
    ) -> Any:
        """To the provider, with PKCE and a nonce that stays in our session. `more`: `login_hint`, in demo mode only."""
        nonce = secrets.token_urlsafe(24)
        asked = {"nonce": nonce, "acr_values": "eidas1"}
        if config.mode() == "demo" and more.get("login_hint"):
            asked |= {"login_hint": more["login_hint"], "prompt": "login"}
        try:
            return super().redirect(
                request, process, next_url, data, auth_params=asked, scope=_SCOPES[self.app.provider_id], nonce=nonce
            )
        except _TROUBLES as fault:
            _failed(request, self.app.provider_id, fault)


class Strict(OpenIDConnectOAuth2Adapter):
    """The walk back from a provider. `state` is what our own session remembered of the walk there."""

    state: dict[str, Any] | None = None

    @property
    def openid_config(self) -> dict[str, Any]:
        found: dict[str, Any] = super().openid_config
        if found.get("issuer") != _trusted(self.provider_id)[0]:
            raise OAuth2Error("issuer")
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return config.get("HYGIE_PUBLIC_URL") + self.get_provider().get_callback_url()

    def get_client(self, request: HttpRequest, app: SocialApp) -> OAuth2Client:
        try:
            return super().get_client(request, app)
        except _TROUBLES as fault:
            _failed(request, self.provider_id, fault)

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        return SocialToken(token=str(data["access_token"]))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> NoReturn:
        """Believe the provider or not, sign in, and leave: allauth has nothing more to do."""
        try:
            claims = self._claims(app, token.token, str(kwargs["response"].get("id_token", "")))
            signed_in = _signed_in(self.provider_id, self.openid_config["issuer"], claims)
        except _TROUBLES as fault:
            _failed(request, self.provider_id, fault)
        except HygieError as refusal:
            _failed(request, self.provider_id, refusal, because=_(refusal.public))
        raise ImmediateHttpResponse(
            _begin(request, self.provider_id, signed_in, claims, (self.state or {}).get("next"))
        )

    def _claims(self, app: SocialApp, access_token: str, id_token: str) -> dict[str, Any]:
        """The ID token's claims and the userinfo's, both about the same subject."""
        issuer, nonce = self.openid_config["issuer"], (self.state or {}).get("nonce")
        if not nonce:
            raise NotTrusted("nonce")
        about = self.request.GET.get("iss")
        if about is not None and about != issuer:  # RFC 9207: an answer of another provider
            raise NotTrusted("iss")
        keys = self._fetch(self.openid_config["jwks_uri"]).json()
        said = verified(id_token, keys=keys, issuer=issuer, audience=app.client_id, nonce=nonce)
        answer = self._fetch(self.profile_url, access_token)
        if answer.headers.get("content-type", "").partition(";")[0].strip() == "application/jwt":
            more = verified(answer.text, keys=keys, issuer=issuer, audience=app.client_id, nonce=None, expires=False)
        else:
            more = answer.json()
        if more.get("sub") != said["sub"]:
            raise NotTrusted("sub")
        return {**more, **{name: said[name] for name in ("sub", "acr", "amr") if name in said}}

    def _fetch(self, url: str, access_token: str | None = None) -> requests.Response:
        with Adapter(self.request).get_requests_session() as session:
            headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
            answer: requests.Response = session.get(url, headers=headers)
        answer.raise_for_status()
        return answer


class Adapter(DefaultSocialAccountAdapter):
    """allauth's hooks: the two providers, no redirect followed, no sign-up, one page for everything that fails."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> StrictProvider:
        issuer, client_id, secret = _trusted(provider)
        app = SocialApp(
            provider="openid_connect", provider_id=provider, name=provider, client_id=client_id, secret=secret,
            settings={"server_url": issuer, "oauth_pkce_enabled": True},
        )  # fmt: skip
        return StrictProvider(request, app=app)

    def get_requests_session(self) -> requests.Session:
        session: requests.Session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Exception | None = None,
        extra_context: Any = None,
    ) -> NoReturn:  # fmt: skip
        because = _("Vous avez renoncé à vous connecter.") if error == AuthError.CANCELLED else ""
        _failed(request, provider.app.provider_id, exception or OAuth2Error(str(error)), because)


def _trusted(provider: str) -> tuple[str, str, str]:
    """Issuer, client id and secret of one provider. SocialApp.DoesNotExist (a 404) when none is set."""
    parts = config.get(_SETTINGS[provider]).split("|") if provider in _SETTINGS else []
    if len(parts) != 3:
        raise SocialApp.DoesNotExist
    return parts[0], parts[1], parts[2]


def level_of(provider: str, claims: dict[str, Any]) -> AuthLevel:
    """Pro Santé Connect always has two factors; for a person, what the provider says of this very sign-in."""
    if provider == PROFESSIONALS:
        return AuthLevel.STRONG
    amr = claims.get("amr")
    return queries.auth_level(claims.get("acr"), amr if isinstance(amr, list) else ())


def _signed_in(provider: str, issuer: str, claims: dict[str, Any]) -> SignedIn:
    if level_of(provider, claims) is AuthLevel.NONE:
        raise NotTrusted("acr")
    enter = actions.sign_in_professional if provider == PROFESSIONALS else actions.sign_in_person
    return enter(issuer=issuer, claims=claims, at=timezone.now())


def _begin(
    request: HttpRequest, provider: str, who: SignedIn, claims: dict[str, Any], next_url: str | None
) -> HttpResponseRedirect:
    """A new session (`portal.entering.begin`), then what is still missing, or our own page, which goes on."""
    hats: tuple[Hat, ...] = ()
    to = f"{reverse('signin')}?{urlencode({'next': next_url or ''})}"
    if not who.paired:
        to = reverse("signin-space")
    elif provider == PROFESSIONALS:
        hats = queries.hats_of_account(who.account_id)
        if len(hats) != 1 or queries.operates(who.account_id):
            to = f"{reverse('signin-hat')}?{urlencode({'next': next_url or ''})}"
    answer = begin(request, who.account_id, auth=level_of(provider, claims), provider=provider, to=to)
    if len(hats) == 1 and not queries.operates(who.account_id):
        request.session["hat"] = str(hats[0].id)
    return answer


def _failed(request: HttpRequest, provider: str, fault: Exception, because: str = "") -> NoReturn:
    """One page for all that can go wrong; the log gets the kind of fault, never a word of the provider's."""
    kind = f"not-trusted.{fault}" if isinstance(fault, NotTrusted) else type(fault).__name__
    logs.event("sign-in-failed", route=provider, code=kind)
    because = because or _("Le service d’identité n’a pas confirmé qui vous êtes.")
    raise ImmediateHttpResponse(render(request, "signin/failed.html", {"because": because}, status=403)) from fault
