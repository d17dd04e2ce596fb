"""Le journal: who opened her record, when, why, by which rule, and « Ce n’est pas normal ? »."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from hygie.access import actions, queries
from hygie.access.sentences import Group, fold
from hygie.access.types import Action, Channel, Purpose
from hygie.base.addresses import reverse
from hygie.base.errors import NotFound
from hygie.people.types import Kind
from hygie.portal.opening import for_a_person, open_mine
from hygie.portal.sharing import tabs
from hygie.ui.told import tell

PAGE = 60
FARTHEST = 1500  # lines read for one page: beyond, she asks for the next
SHOWS = {
    "autres": gettext_lazy("Les autres"),
    "tout": gettext_lazy("Tout"),
    "refus": gettext_lazy("Refusés"),
    "urgences": gettext_lazy("Urgences"),
}

_NARROWED: dict[str, Any] = {
    "autres": {"by": tuple(kind for kind in Kind if kind is not Kind.PERSON)},
    "tout": {},
    "refus": {"refused": True},
    "urgences": {"purpose": Purpose.EMERGENCY},
}


class ReportForm(forms.Form):
    message = forms.CharField(
        label=gettext_lazy("Qu’est-ce qui vous paraît anormal ?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Quelques mots suffisent : « Je ne connais pas ce médecin. »"),
    )


@for_a_person
@require_GET
def journal(request: HttpRequest) -> HttpResponse:
    grant = open_mine(request, Action.READ_JOURNAL, channel=Channel.LIST)
    show = request.GET.get("montrer", "autres")
    show = show if show in SHOWS else "autres"
    before = _number(request.GET.get("avant", ""))
    kept, older = queries.journal_page(grant, **_NARROWED[show], before=before, wanted=PAGE, farthest=FARTHEST)
    address = reverse("portal:journal")
    context = {
        "current": "sharing",
        "tabs": tabs("journal"),
        "shows": [(label, f"{address}?montrer={value}", value == show) for value, label in SHOWS.items()],
        "days": _days(fold(kept, say=_)),
        "others": len({line.actor_id for line in kept if line.actor_kind != Kind.PERSON and line.allowed}),
        "refused": sum(1 for line in kept if not line.allowed),
        "older": f"{address}?montrer={show}&avant={older}" if older else "",
        "newest": before is None,
        "cases": queries.my_cases(grant) if before is None else [],
    }
    return render(request, "portal/journal.html", context)


def _number(written: str) -> int | None:
    return int(written) if written.isdecimal() and len(written) < 18 else None


def _days(groups: tuple[Group, ...]) -> list[tuple[date, list[Group]]]:
    return [(day, list(found)) for day, found in groupby(groups, key=lambda group: group.day)]


@for_a_person
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, seq: int) -> HttpResponse:
    """« Ce n’est pas normal ? »: she says so about one line; an operator answers."""
    grant = open_mine(request, Action.READ_JOURNAL, channel=Channel.LIST)
    found = next((line for line in queries.journal(grant, before=seq + 1, limit=1) if line.seq == seq), None)
    if found is None:
        raise NotFound(_("Cette ligne n’est pas dans votre journal."), code="no-such-line")
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.report_line(grant, seq=seq, message=form.cleaned_data["message"], at=timezone.now())
        tell(request, _("Merci. Une personne va vérifier et vous répondra ici, sous 72 heures."))
        return redirect("portal:journal")
    context: dict[str, Any] = {"current": "sharing", "form": form, "group": fold([found], say=_)[0], "line": found}
    return render(request, "portal/report.html", context, status=422 if form.errors else 200)
