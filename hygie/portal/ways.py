"""Vos façons d'entrer: add, name and remove ways of signing in, print a card; your sessions, and ending them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.base import config, sending
from hygie.base.addresses import reverse
from hygie.base.errors import Conflict, HygieError, Invalid, NotFound, Refused
from hygie.base.visitor import address_of
from hygie.people import actions, queries
from hygie.people.types import AuthLevel, WayKind
from hygie.portal.entering import CodeForm, PhoneForm, answer_of, may_choose_ways, wanted
from hygie.portal.opening import for_a_person, person
from hygie.ui.qr import drawing
from hygie.ui.told import tell

KINDS = {
    WayKind.PASSKEY: (gettext_lazy("La clé d’un appareil"), "key"),
    WayKind.PHONE: (gettext_lazy("Un code par message"), "message"),
    WayKind.APP: (gettext_lazy("Une application de codes"), "phone"),
    WayKind.CARD: (gettext_lazy("Une carte de codes imprimée"), "card"),
    WayKind.PROVIDER: (gettext_lazy("FranceConnect"), "shield"),
}
_CAME_BY = {
    **{kind.value: words for kind, (words, _icon) in KINDS.items()},
    "people": gettext_lazy("FranceConnect"),
    "invitation": gettext_lazy("une invitation"),
}


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Son nom"), max_length=60)


class AppForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Les six chiffres que l’application affiche"), max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip


def me(request: HttpRequest) -> UUID:
    """The account of whoever is signed in: `for_a_person` has said that there is one."""
    actor = person(request)
    assert actor is not None
    return actor.id


def _confirm_first(request: HttpRequest) -> HttpResponseRedirect | None:
    """To the page that asks for a surer proof, unless this session has given one a moment ago."""
    if may_choose_ways(request):
        return None
    return redirect(f"{reverse('portal:prove')}?{urlencode({'next': reverse('portal:ways')})}")


@for_a_person
@require_GET
def ways(request: HttpRequest) -> HttpResponse:
    found = queries.ways(me(request))
    shown = [{"way": one, "kind": KINDS[one.kind][0], "icon": KINDS[one.kind][1]} for one in found]
    kinds = {one.kind for one in found}
    context = {
        "current": "account", "shown": shown, "may": may_choose_ways(request), "texts": "text" in sending.open_ways(),
        "provider": request.session.get("provider") == "people", "has_card": WayKind.CARD in kinds,
        "safe": queries.level_of_ways(kinds) is AuthLevel.STRONG and len(kinds) > 1,
    }  # fmt: skip
    return render(request, "portal/ways.html", context)


@for_a_person
@require_GET
def prove(request: HttpRequest) -> HttpResponse:
    """« Confirmez que c'est bien vous »: what she may use, and what is missing."""
    kinds = {one.kind for one in queries.ways(me(request))}
    used = {WayKind(one) for one in request.session.get("ways", ())}
    strong = request.session.get("auth") == AuthLevel.STRONG
    together = queries.level_of_ways(kinds) is AuthLevel.STRONG
    context = {
        "current": "account", "next": wanted(request) or reverse("portal:ways"), "kinds": {str(one) for one in kinds},
        "used": {str(one) for one in (() if strong else used)}, "enough": together or strong,
        "provider": bool(config.get("HYGIE_OIDC_PEOPLE")),
    }  # fmt: skip
    return render(request, "portal/prove.html", context)


@for_a_person
@require_POST
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Asked twice by the page's script: for what the device must make, then with what it made."""
    if first := _confirm_first(request):
        return first
    actor = person(request)
    assert actor is not None
    if "answer" not in request.POST:
        if request.headers.get("Accept") != "application/json":
            tell(request, _("Il faut un navigateur qui exécute les scripts pour utiliser cet appareil."), wrong=True)
            return redirect("portal:ways")
        options, state = actions.ask_for_passkey(actor.id, who=actor.name)
        request.session["challenge"] = state
        return JsonResponse(options)
    entrance = _this_device(request)
    try:
        actions.add_passkey(
            actor.id,
            state=request.session.pop("challenge", {}),
            answer=answer_of(request),
            name=entrance,
            at=timezone.now(),
        )
    except (Invalid, Conflict) as fault:
        tell(request, _(fault.public), wrong=True)
    else:
        tell(request, _("C’est fait : la prochaine fois, cet appareil vous fera entrer."))
    return redirect("portal:ways")


def _this_device(request: HttpRequest) -> str:
    here = request.session.get("entrance")
    found = (one.device for one in queries.sessions(me(request), at=timezone.now()) if str(one.id) == here)
    return next(found, _("Un appareil"))


@for_a_person
@require_http_methods(["GET", "POST"])
def add_phone(request: HttpRequest) -> HttpResponse:
    """A number, then the code that arrives there."""
    if first := _confirm_first(request):
        return first
    waiting = request.session.get("adding-phone")
    if request.method == "POST" and waiting and "code" in request.POST:
        form: forms.Form = CodeForm(request.POST)
        if form.is_valid():
            try:
                actions.add_phone(
                    me(request), asked=UUID(waiting), code=form.cleaned_data["code"], name="", at=timezone.now()
                )
            except (Refused, Conflict) as fault:
                form.add_error("code", _(fault.public))
            else:
                del request.session["adding-phone"]
                tell(request, _("C’est fait : vous pouvez entrer avec un code reçu sur ce téléphone."))
                return redirect("portal:ways")
        return render(request, "portal/way_phone.html", {"current": "account", "form": form, "sent": True}, status=422)
    form = PhoneForm(request.POST or None)
    form.fields["phone"].help_text = _("Un mobile que vous avez avec vous. Nous y envoyons un code, rien d’autre.")
    if form.is_valid():
        try:
            asked = actions.ask_for_code(
                "prove", "text", form.cleaned_data["phone"], address=address_of(request), at=timezone.now()
            )
        except Refused as fault:
            form.add_error(None, _(fault.public))
        else:
            request.session["adding-phone"] = str(asked)
            return render(request, "portal/way_phone.html", {"current": "account", "form": CodeForm(), "sent": True})
    status = 422 if form.is_bound else 200
    return render(request, "portal/way_phone.html", {"current": "account", "form": form}, status=status)


@for_a_person
@require_POST
def add_app(request: HttpRequest) -> HttpResponse:
    """A secret shown as a square code and in letters; kept once the application has shown a right code."""
    if first := _confirm_first(request):
        return first
    held: dict[str, Any] | None = request.session.get("adding-app")
    if held and "code" in request.POST:
        form = AppForm(request.POST)
        if form.is_valid():
            try:
                actions.add_app(
                    me(request), number=held["number"], secret=held["secret"], code=form.cleaned_data["code"],
                    name=_("Application de codes"), at=timezone.now(),
                )  # fmt: skip
            except HygieError as fault:
                form.add_error("code", _(fault.public))
            else:
                del request.session["adding-app"]
                tell(request, _("C’est fait : vous pouvez entrer avec les codes de cette application."))
                return redirect("portal:ways")
        status = 422
    else:
        offered = actions.propose_app()
        held = {"number": offered.number, "secret": offered.secret, "address": offered.address}
        request.session["adding-app"] = held
        form, status = AppForm(), 200
    letters = " ".join(held["secret"][at : at + 4] for at in range(0, len(held["secret"]), 4))
    context = {
        "current": "account",
        "form": form,
        "number": held["number"],
        "secret": letters,
        "square": drawing(held["address"], label=_("Carré à lire avec votre application")),
    }
    return render(request, "portal/way_app.html", context, status=status)


@for_a_person
@require_POST
def new_card(request: HttpRequest) -> HttpResponse:
    """A card, shown this once."""
    if first := _confirm_first(request):
        return first
    card = actions.new_card(me(request), name=_("Carte de codes"), at=timezone.now())
    context = {"current": "account", "card": card, "codes": list(enumerate(card.codes, 1)), "on": timezone.localdate()}
    return render(request, "portal/way_card.html", context)


@for_a_person
@require_http_methods(["GET", "POST"])
def way(request: HttpRequest, way_id: UUID) -> HttpResponse:
    """One way: its name, and removing it."""
    found = next((one for one in queries.ways(me(request)) if one.id == way_id), None)
    if found is None:
        raise NotFound(_("Cette façon d’entrer n’existe pas, ou n’existe plus."), code="no-such-way")
    if request.method == "GET":
        form = NameForm(initial={"name": found.name})
        return render(
            request, "portal/way.html", {"current": "account", "way": found, "kind": KINDS[found.kind][0], "form": form}
        )
    if first := _confirm_first(request):
        return first
    if request.POST.get("retirer") == "oui":
        others = 1 if request.session.get("provider") == "people" else 0
        try:
            actions.remove_way(me(request), way_id, others=others)
        except Conflict as fault:
            tell(request, _(fault.public), wrong=True)
        else:
            tell(request, _("C’est fait : plus personne n’entre ainsi."))
        return redirect("portal:ways")
    form = NameForm(request.POST)
    if not form.is_valid():
        context = {"current": "account", "way": found, "kind": KINDS[found.kind][0], "form": form}
        return render(request, "portal/way.html", context, status=422)
    actions.rename_way(me(request), way_id, name=form.cleaned_data["name"])
    tell(request, _("C’est enregistré."))
    return redirect("portal:ways")


@for_a_person
@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    """Where she is signed in, and where she has been for thirty days."""
    found = queries.sessions(me(request), at=timezone.now())
    shown = [
        {"session": one, "here": str(one.id) == request.session.get("entrance"), "by": [str(_CAME_BY.get(way, way)) for way in one.ways]}
        for one in found
    ]  # fmt: skip
    alive = sum(one.ended is None for one in found)  # they come first
    context = {"current": "account", "living": shown[:alive], "over": shown[alive : alive + 20]}
    return render(request, "portal/sessions.html", context)


@for_a_person
@require_POST
def end_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Ended at its next request. No proof is asked for: shutting a door is never wrong."""
    actions.end_session(me(request), session_id, at=timezone.now())
    tell(request, _("C’est fait : cet appareil devra s’identifier pour entrer."))
    return redirect("portal:sessions")


@for_a_person
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    here = request.session.get("entrance")
    actions.end_other_sessions(me(request), but=UUID(here) if here else None, at=timezone.now())
    tell(request, _("C’est fait : il n’y a plus que cet appareil."))
    return redirect("portal:sessions")
