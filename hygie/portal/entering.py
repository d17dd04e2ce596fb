"""Entering by one's own ways: this device's key, a code by message, a number and a code. And how a session begins.

The same pages strengthen a session: whoever is signed in and uses a second way of the same account is known more surely
from then on. Nobody says her name or an e-mail address, and who misses learns nothing of who exists.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hygie.base import sending
from hygie.base.addresses import reverse
from hygie.base.errors import HygieError, NotFound, Refused
from hygie.base.visitor import address_of
from hygie.people import actions, queries
from hygie.people.types import AuthLevel, Entered, WayKind
from hygie.ui.told import tell

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DEVICE = "__Host-appareil" if settings.SESSION_COOKIE_SECURE else "appareil"
_A_YEAR = 400 * 24 * 3600
RECENT = 15 * 60  # seconds during which a proof is fresh enough to change the ways in
FEW_CODES = 4


def begin(
    request: HttpRequest, account_id: UUID, *, auth: AuthLevel, provider: str, to: str, ways: Iterable[WayKind] = (),
    checked: bool = False,
) -> HttpResponseRedirect:  # fmt: skip
    """A new session, under a new key, and on to `to`. It holds ids and levels: no name, no claim.

    provider: how she came (« people », « invitation »…). checked: her identity was checked to let her in just now (an
    invitation, a desk), so that she may choose her ways of entering whatever the level.
    """
    leave(request)
    login(request, get_user_model()._default_manager.get(pk=account_id), backend=BACKEND)
    now, used = timezone.now(), sorted(ways)
    device = request.COOKIES.get(DEVICE, "")
    device = device if len(device) == 43 and device.isascii() else secrets.token_urlsafe(32)
    entrance = actions.begin_session(
        account_id,
        device=device,
        user_agent=request.headers.get("User-Agent", "")[:400],
        ways=used or [provider],
        at=now,
    )
    request.session.update({
        "auth": int(auth), "since": now.timestamp(), "seen": now.timestamp(), "proved": now.timestamp(), "provider": provider,
        "entrance": str(entrance.id), "ways": used, "checked": checked,
    })  # fmt: skip
    answer = HttpResponseRedirect(to)
    answer.set_cookie(
        DEVICE, device, max_age=_A_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )  # names a browser, not a person: it only tells whether this account has been used from there
    return answer


def leave(request: HttpRequest) -> None:
    """The session ends: its row is deleted, and its entrance is refused should a copy of the cookie come back."""
    if request.user.is_authenticated and "entrance" in request.session:
        actions.end_session(request.user.pk, UUID(request.session["entrance"]), at=timezone.now())
    logout(request)


def may_choose_ways(request: HttpRequest) -> bool:
    """Whether this session may add and remove ways in: sure enough, and proved a moment ago."""
    session = request.session
    recent = timezone.now().timestamp() - session.get("proved", session.get("since", 0)) < RECENT
    return recent and (session.get("auth") == AuthLevel.STRONG or bool(session.get("checked")))


class NumberForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Votre numéro d’entrée"), max_length=20,
        help_text=gettext_lazy("En haut de votre carte imprimée, ou sous « Hygie » dans votre application. Comme K7PM-4RTX."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    code = forms.CharField(
        label=gettext_lazy("Un code"), max_length=20,
        help_text=gettext_lazy("Un code de la carte qui n’a pas encore servi, ou les six chiffres de l’application."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=gettext_lazy("Votre numéro de mobile"), max_length=30,
        help_text=gettext_lazy("Celui que vous avez choisi pour entrer. Comme 06 39 98 12 34."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip

    def clean_phone(self) -> str:
        try:
            return queries.telephone(self.cleaned_data["phone"])
        except HygieError as fault:
            raise forms.ValidationError(_(fault.public)) from fault


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Le code reçu"), max_length=12,
        help_text=gettext_lazy("Six chiffres. Il arrive en une minute environ et sert pendant dix minutes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def by_number(request: HttpRequest) -> HttpResponse:
    """A card or an application: its number, and a code."""
    form = NumberForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            entered = actions.enter_by_number(
                said["number"], said["code"], address=address_of(request), at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, _(refusal.public))
        else:
            return _entered(request, entered)
    return _asked(request, "signin/number.html", form)


@require_http_methods(["GET", "POST"])
def by_phone(request: HttpRequest) -> HttpResponse:
    """A code to a telephone that somebody may have chosen: the page that follows is the same for everybody."""
    if "text" not in sending.open_ways():
        raise NotFound(_("Ce service n’envoie pas de messages."), code="no-text-messages")
    form = PhoneForm(request.POST or None)
    if form.is_valid():
        number = form.cleaned_data["phone"]
        try:
            asked = actions.ask_for_code("enter", "text", number, address=address_of(request), at=timezone.now())
        except Refused as refusal:
            form.add_error(None, _(refusal.public))
        else:
            request.session["asked"] = str(asked)
            return redirect(_with_next(reverse("signin-code"), request))
    return _asked(request, "signin/phone.html", form)


@require_http_methods(["GET", "POST"])
def by_code(request: HttpRequest) -> HttpResponse:
    """The code that was received, in the browser that asked for it."""
    asked = request.session.get("asked")
    if asked is None:
        return redirect(_with_next(reverse("signin-phone"), request))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            entered = actions.enter_by_code(
                UUID(asked), form.cleaned_data["code"], address=address_of(request), at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, _(refusal.public))
        else:
            return _entered(request, entered)
    return _asked(request, "signin/code.html", form)


@require_POST
def by_passkey(request: HttpRequest) -> HttpResponse:
    """This device's key. Asked twice by the page's script: for what to sign, then with the signature."""
    if "answer" not in request.POST:
        if request.headers.get("Accept") != "application/json":
            return render(request, "signin/passkey.html", {"next": wanted(request)}, status=422)
        options, state = queries.challenge()
        request.session["challenge"] = state
        return JsonResponse(options)
    try:
        entered = actions.enter_by_passkey(
            state=request.session.pop("challenge", {}), answer=answer_of(request), address=address_of(request),
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        context = {"because": _(refusal.public), "next": wanted(request)}
        return render(request, "signin/passkey.html", context, status=403)
    return _entered(request, entered)


def answer_of(request: HttpRequest) -> dict[str, Any]:
    """What the device said, as JSON; empty when it is not that."""
    try:
        said = json.loads(request.POST["answer"])
    except ValueError:
        said = {}
    return said if isinstance(said, dict) else {}


def _entered(request: HttpRequest, entered: Entered) -> HttpResponse:
    """In: as a new session, or more surely in the one there is."""
    here = reverse("signin") if not wanted(request) else _with_next(reverse("signin"), request)
    if entered.kind is WayKind.CARD and entered.left is not None and entered.left < FEW_CODES:
        tell(
            request, _("Il reste %(n)s codes sur votre carte. Pensez à en imprimer une nouvelle.") % {"n": entered.left}
        )
    session = request.session
    if request.user.is_authenticated and request.user.pk == entered.account_id and "auth" in session:
        ways = sorted({*session.get("ways", ()), entered.kind})
        auth = max(session["auth"], queries.level_of_ways([WayKind(one) for one in ways]))
        session.cycle_key()
        session.update({"ways": ways, "auth": int(auth), "proved": timezone.now().timestamp()})
        session.pop("asked", None)
        if "entrance" in session:
            actions.strengthen_session(UUID(session["entrance"]), ways=ways)
        return redirect(here)
    level = queries.level_of_ways([entered.kind])
    apart = request.user.pk if request.user.is_authenticated and queries.apart_of(request.user.pk) else None
    to = here if apart is None else _with_next(reverse("signin-pair"), request)
    answer = begin(request, entered.account_id, auth=level, provider="own", ways=[entered.kind], to=to)
    if apart is not None:
        request.session["apart"] = str(apart)
    return answer


def _asked(request: HttpRequest, template: str, form: forms.Form) -> HttpResponse:
    context = {"form": form, "next": wanted(request)}
    return render(request, template, context, status=422 if form.is_bound else 200)


def wanted(request: HttpRequest) -> str:
    """Where one was going, if it is a page of ours."""
    found = request.POST.get("next") or request.GET.get("next") or ""
    return found if url_has_allowed_host_and_scheme(found, allowed_hosts=None) else ""


def _with_next(address: str, request: HttpRequest) -> str:
    following = wanted(request)
    return f"{address}?{urlencode({'next': following})}" if following else address
