"""A mandate at a desk for somebody who has no sign-in of her own: she has shown who she is, and signs; a helper then works by
the clock, in his own space, and her journal names each of his acts.

Nobody's name is known here: she writes hers on the sheet with her own hand.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods

from hygie.access import actions, queries
from hygie.access.types import Level, RecordState, Relation, TieKind
from hygie.ops.desk.opening import for_an_operator, operator
from hygie.ui.told import tell

SAID: Final = gettext_noop("mandat signé pour un conseiller")
_LEVELS: Final = {
    Level.SEE.value: gettext_lazy("voir"),
    Level.FILE.value: gettext_lazy("voir et ajouter des documents"),
    Level.ACT.value: gettext_lazy("voir, ajouter des documents, dire et corriger à sa place"),
}
_LASTS: Final = {
    "30": (timedelta(minutes=30), gettext_lazy("30 minutes")),
    "60": (timedelta(hours=1), gettext_lazy("1 heure")),
    "120": (timedelta(hours=2), gettext_lazy("2 heures")),
}


class MandateForm(forms.Form):
    """Who helps, how far, how long; and that she stands there, was recognised, and signs."""

    name = forms.CharField(
        label=gettext_lazy("Qui aide, et à quel endroit"),
        max_length=80,
        help_text=gettext_lazy("Par exemple : « Paul Morel, France services de Bar-le-Duc »."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Que pourra faire cette personne ?"), widget=forms.RadioSelect, initial=Level.SEE.value,
        choices=list(_LEVELS.items()),
    )  # fmt: skip
    lasts = forms.ChoiceField(
        label=gettext_lazy("Pendant combien de temps ?"), widget=forms.RadioSelect, initial="60",
        choices=[(key, words) for key, (_lasts, words) in _LASTS.items()],
    )  # fmt: skip
    present = forms.BooleanField(
        label=gettext_lazy("La personne est là, sa pièce d’identité a été regardée, et elle signe ce mandat")
    )


@for_an_operator
@require_http_methods(["GET", "POST"])
def mandate(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The mandate of the caller identified; the sheet that answers is printed, signed, and carries the code, once."""
    now = timezone.now()
    call = queries.call(operator(request), call_id=call_id, at=now)
    form = MandateForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"current": "callers", "call": call, "form": form}
    if request.method == "GET" or not form.is_valid():
        return render(request, "desk/mandate.html", context, status=200 if request.method == "GET" else 422)
    request_id = getattr(request, "request_id", "")
    looks = actions.act_for(operator(request), call_id=call_id, what="", at=now, request_id=request_id)
    if queries.caller_standing(looks).state is not RecordState.OPEN:
        tell(request, _("Ouvrez d’abord son espace avec elle : rien ne s’y voit avant."))
        return redirect("desk:call", call_id)
    said = form.cleaned_data
    until = now + _LASTS[said["lasts"]][0]
    grant = actions.act_for(operator(request), call_id=call_id, what=SAID, at=now, request_id=request_id)
    _tie, code = actions.entrust(
        grant, name=said["name"], relation=Relation.PROFESSIONAL, level=Level(said["level"]), until=until,
        kind=TieKind.DESK, at=now,
    )  # fmt: skip
    context |= {
        "helper": said["name"], "extent": _LEVELS[said["level"]], "now": now, "until": until, "code": f"{code[:5]} {code[5:]}",
    }  # fmt: skip
    return render(request, "desk/mandate_sheet.html", context)
