"""Tout effacer: asked once, strongly signed in; thirty days to change one's mind; a receipt that anybody may check."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hygie.access import actions, queries
from hygie.access.types import Action
from hygie.base.reading import reading
from hygie.portal.opening import for_a_person, open_mine
from hygie.ui.told import tell


@for_a_person
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """What it means, then the act; once asked, the receipt and the way back."""
    grant = open_mine(request, Action.SET_ACCESS)
    pending = queries.erasure(grant)
    context: dict[str, object] = {"current": "account"}
    if pending is not None and pending.asked_for:
        return render(request, "portal/erasing.html", context | {"pending": pending})
    if request.method == "GET":
        return render(request, "portal/erase.html", context)
    if request.POST.get("compris") != "oui":
        wrong = _("Cochez la case si vous avez compris.")
        return render(request, "portal/erase.html", context | {"wrong": wrong}, status=422)
    actions.ask_erasure(grant, at=timezone.now())
    return redirect("portal:erase")


@for_a_person
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """She changed her mind."""
    actions.cancel_erasure(open_mine(request, Action.SET_ACCESS), at=timezone.now())
    tell(request, _("L’effacement est annulé. Votre espace est comme avant."))
    return redirect("portal:account")


@reading
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """A receipt's number, typed by whoever holds it, in no address: dates and counts, of nobody."""
    number = request.POST.get("numero", "")
    found = queries.receipt(number) if number else None
    return render(request, "portal/receipt.html", {"number": number, "found": found})
