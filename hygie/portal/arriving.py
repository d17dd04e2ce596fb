"""À l'accueil: a square to show or six digits to say, so that a practice opens her record for a time she chooses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hygie.access import actions, queries
from hygie.access.types import Action, Channel
from hygie.base import config
from hygie.portal.account import born
from hygie.portal.opening import for_a_person, open_mine
from hygie.portal.whom import whom
from hygie.ui import qr

_LASTS: Final = {
    "jour": timedelta(hours=12), "semaine": timedelta(days=7), "saison": timedelta(days=90), "an": timedelta(days=365),
}  # fmt: skip


class ArrivingForm(forms.Form):
    lasts = forms.ChoiceField(
        label=gettext_lazy("Ce cabinet pourra ouvrir mon espace"),
        choices=(
            ("jour", gettext_lazy("aujourd’hui seulement (12 heures)")),
            ("semaine", gettext_lazy("pendant 7 jours")),
            ("saison", gettext_lazy("pendant 3 mois")),
            ("an", gettext_lazy("pendant 1 an")),
        ),
        initial="jour",
        widget=forms.RadioSelect,
    )


@for_a_person
@require_http_methods(["GET", "POST"])
def arriving(request: HttpRequest) -> HttpResponse:
    """The code is made by the answer to the form, shown once, and kept nowhere. For a child: by whoever represents her."""
    for_her = whom(request) is not None
    grant = open_mine(request, Action.FOLLOW if for_her else Action.LIST, channel=Channel.LIST)
    form = ArrivingForm(request.POST if request.method == "POST" else None)
    if for_her:
        form.fields["lasts"].label = _("Ce cabinet pourra ouvrir son espace")
    context: dict[str, Any] = {
        "current": "sharing", "form": form, "agreed": queries.settings(grant).care_team_consent,
        "name": queries.identity(grant).display_name,
    }  # fmt: skip
    if request.method == "GET" or not form.is_valid():
        return render(request, "portal/arriving.html", context, status=422 if form.errors else 200)
    settling, now = open_mine(request, Action.REPRESENT if for_her else Action.SET_ACCESS), timezone.now()
    if not context["agreed"]:  # the button said so: the agreement comes before the first opening
        actions.set_care_team_consent(settling, given=True, at=now)
    birth_date = queries.identity(grant).traits.birth_date
    made = actions.arrival_code(settling, born=birth_date, lasts=_LASTS[form.cleaned_data["lasts"]], at=now)
    address = f"{config.get('HYGIE_PUBLIC_URL')}/pro/accueil/{made.token}/"
    context |= {
        "code": f"{made.code[:3]} {made.code[3:]}", "until": made.until, "born": born(birth_date),
        "lasts": dict(form.fields["lasts"].choices)[form.cleaned_data["lasts"]],  # type: ignore[attr-defined]
        "square": qr.drawing(address, label=_("Code à scanner par l’accueil")),
    }  # fmt: skip
    return render(request, "portal/arriving.html", context)
