"""Whoever came by a provider that could not say which space is hers, and then entered by a way of her own: pair the two?

Her own way proves whose space it is; the provider's words must agree with it; and she says yes. Never by names alone.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hygie.base.addresses import reverse
from hygie.base.errors import Conflict, Invalid, NotFound
from hygie.base.reading import reading
from hygie.people import actions, queries
from hygie.portal.entering import RECENT, wanted
from hygie.portal.opening import person
from hygie.ui.told import tell


@reading
@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest) -> HttpResponse:
    """The question, once; on to where she was going, whatever she answers."""
    on = f"{reverse('signin')}?{urlencode({'next': wanted(request)})}"
    actor, apart = person(request), request.session.get("apart")
    fresh = timezone.now().timestamp() - request.session.get("proved", 0) < RECENT
    if actor is None or actor.patient_id is None or apart is None or not fresh:
        return redirect(on)
    if request.method == "GET":
        if not queries.apart_agrees(UUID(apart), actor.patient_id):  # somebody else came before her, on this device
            return redirect(on)
        return render(request, "signin/pair.html", {"next": wanted(request)})
    del request.session["apart"]
    if request.POST.get("relier") == "oui":
        try:
            actions.pair_as_way(account_id=UUID(apart), to=actor.id, name=_("FranceConnect"), at=timezone.now())
        except (NotFound, Conflict, Invalid) as fault:
            tell(request, _(fault.public), wrong=True)
        else:
            tell(request, _("C’est relié : la prochaine fois, FranceConnect vous fera entrer."))
    return redirect(on)
