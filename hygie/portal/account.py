"""Mon compte: who she is here, her language, and the life of her space (open, closed, refused)."""

from __future__ import annotations

from datetime import date

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hygie.access import actions, queries
from hygie.access.types import Action, RecordState
from hygie.base.errors import Invalid
from hygie.portal.opening import for_a_person, open_mine
from hygie.portal.refusing import reason_given, reasons
from hygie.ui import words
from hygie.ui.told import Undo, tell

_STATES = {"ouvrir": RecordState.OPEN, "fermer": RecordState.CLOSED, "refuser": RecordState.OPPOSED}


@for_a_person
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    grant = open_mine(request, Action.SET_ACCESS)
    identity = queries.identity(grant)
    context = {
        "current": "account",
        "identity": identity,
        "born": born(identity.traits.birth_date),
        "masked_ins": f"•••••••••••{identity.ins.matricule[-4:]}" if identity.ins else "",
        "settings": queries.settings(grant),
        "erasure": queries.erasure(grant),
        "languages": django_settings.LANGUAGES,
    }
    return render(request, "portal/account.html", context)


def born(written: str) -> str:
    """A birth date as people say it; as written when a part of it is unknown."""
    try:
        return words.in_full(date.fromisoformat(written))
    except ValueError:
        return written


@for_a_person
@require_http_methods(["GET", "POST"])
def space(request: HttpRequest, what: str) -> HttpResponse:
    """Open again, close or refuse her space: a page says what it means, then the act, then a way back."""
    state = _STATES.get(what)
    if state is None:
        raise Invalid(_("Ce choix n’existe pas."), code="unknown-state")
    if request.method == "GET":
        asked = reasons() if state is RecordState.OPPOSED else []
        return render(request, "portal/space.html", {"current": "account", "what": what, "reasons": asked})
    grant, now = open_mine(request, Action.SET_ACCESS), timezone.now()
    erasure = queries.erasure(grant)
    actions.set_state(grant, state=state, at=now)
    if state is RecordState.OPPOSED:
        actions.count_refusal(grant, reason=reason_given(request), at=now)
    undo = Undo(_("Annuler"), request.path.replace(what, "ouvrir")) if what != "ouvrir" else None
    spared = state is RecordState.OPEN and erasure is not None and erasure.asked_for
    said = _("Votre espace est rouvert, et l’effacement est annulé.") if spared else _("C’est enregistré.")
    tell(request, said, undo=undo)
    return redirect("portal:account")


@require_http_methods(["POST"])
def language(request: HttpRequest) -> HttpResponse:
    """The language of the pages, kept in a cookie; then back to the page she was reading."""
    chosen = request.POST.get("langue", "")
    if chosen not in dict(django_settings.LANGUAGES):
        raise Invalid(_("Cette langue n’est pas encore disponible."), code="unknown-language")
    wanted = request.POST.get("suite", "")
    answer = redirect(wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "portal:welcome")
    answer.set_cookie(
        django_settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=django_settings.SESSION_COOKIE_SECURE,
    )
    return answer
