"""Accueil: what is new, who came, what to do; the answer before the list."""

from __future__ import annotations

from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hygie.access import queries as access
from hygie.access.actions import set_care_team_consent, set_state
from hygie.access.sentences import fold
from hygie.access.types import Action, Grant, RecordState
from hygie.base.errors import Refused
from hygie.people.types import Kind
from hygie.portal import family
from hygie.portal.cards import card
from hygie.portal.opening import for_a_person, open_mine, open_mine_at_once, person
from hygie.portal.whom import whom
from hygie.record import queries as record
from hygie.ui.told import tell

OTHERS = (Kind.PROFESSIONAL, Kind.SOFTWARE, Kind.OPERATOR)
SHOWN = 6
RECENT = 4  # shown when nothing is new
MANY = 30  # new documents beyond which nobody counts


@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    """What Hygie is, for whoever is not signed in; her own home otherwise."""
    if getattr(request, "actor", None) is not None:
        return home(request)
    return render(request, "portal/welcome.html")


@for_a_person
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    if whom(request) is not None:
        return family.home(request)
    try:
        grant, journal = open_mine_at_once(request, Action.LIST, Action.READ_JOURNAL)
    except Refused as refusal:
        if refusal.code == "own-record-opposed":
            return redirect("portal:account")
        raise
    settings = access.settings(grant)
    unopened = (one for one in record.documents(grant, unopened=True) if not one.by_patient)
    fresh = [card(one) for one in islice(unopened, MANY)]
    recent = [] if fresh else [card(one) for one in record.documents(grant, limit=RECENT)]
    context = {
        "current": "home",
        "first_name": _first_name(request),
        "count": len(fresh) + len(recent),
        "many": len(fresh) >= MANY,
        "fresh": fresh[:SHOWN],
        "more": max(0, len(fresh) - SHOWN),
        "fresh_count": len(fresh),
        "recent": recent,
        "settings": settings,
        "sleeping": settings.state in (RecordState.SLEEPING, RecordState.ANNOUNCED),
        "closed": settings.state is RecordState.CLOSED,
        "undecided": not settings.care_team_consent and settings.consent_since is None,
        "notes": access.notes_waiting(grant),
        "of_age": access.came_of_age(grant),
        "erasure": access.erasure(grant) if settings.state is RecordState.CLOSED else None,
        "since": access.last_visit(grant),
        "visits": _visits(journal),
    }
    return render(request, "portal/home.html", context)


def _first_name(request: HttpRequest) -> str:
    actor = person(request)
    return actor.name.split()[0] if actor and actor.name else ""


def _visits(journal: Grant) -> list[object]:
    """The last looks by somebody else, told as in the journal."""
    lines, _older = access.journal_page(journal, by=OTHERS, wanted=20, farthest=500)
    told: dict[str, object] = {}
    for group in fold(lines, say=_):
        for item in group.items:
            one = {"name": group.name, "kind": group.kind, "at": item.lines[0].at, "item": item}
            told.setdefault(item.sentence.what, one)
    return list(told.values())[:3]


@for_a_person
@require_POST
def open_my_space(request: HttpRequest) -> HttpResponse:
    """The person opens her space for the first time, and says in the same breath whether her care team may come in."""
    grant = open_mine(request, Action.SET_ACCESS)
    now = timezone.now()
    set_state(grant, state=RecordState.OPEN, at=now)
    if request.POST.get("equipe") in ("oui", "non"):
        set_care_team_consent(grant, given=request.POST["equipe"] == "oui", at=now)
    tell(request, _("Votre espace est ouvert. Vous pouvez changer d’avis à tout moment."))
    return redirect("portal:home")
