"""Ma famille: what is new for each of those one answers for or helps, and the way into each one's space."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access import actions, queries
from hygie.access.types import Action, Channel, Grant, Level, Purpose, Request, Tie, TieKind
from hygie.base.errors import Conflict, NotFound
from hygie.people.types import Actor, Identity
from hygie.portal.cards import Card, card
from hygie.portal.opening import for_a_person, open_mine, person
from hygie.portal.whom import for_whom, own, whom
from hygie.portal.words_of_help import by_right, extent
from hygie.prevention import queries as prevention
from hygie.prevention.types import Due
from hygie.record import queries as record
from hygie.ui.told import tell

SHOWN = 3
MANY = 30


@dataclass(frozen=True, slots=True)
class Member:
    """One of those whom she answers for or helps. fresh: what she has not opened, the latest first."""

    name: str
    tie: Tie
    right: str
    extent: str
    address: str
    fresh: tuple[Card, ...]
    count: int
    latest: Card | None
    to_come: tuple[Due, ...] = ()


def _me(request: HttpRequest) -> Actor:
    actor = person(request)
    if actor is None:
        raise NotFound(_("Cette page n’existe pas pour vous."), code="not-a-person")
    return actor


@for_a_person
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Everyone at once: one line in each journal, and nothing of anyone whose tie ended a moment ago."""
    actor, now = _me(request), timezone.now()
    asked = [
        Request(
            actor, one.patient_id, Purpose.FOR_ANOTHER, Action.LIST, now, channel=Channel.LIST,
            request_id=getattr(request, "request_id", ""),
        )
        for one in queries.helped(actor, at=now)
    ]  # fmt: skip
    grants = actions.open_for_list(asked)
    known = queries.identities(grants)
    members = [_member(request, grant, known[grant.patient_id]) for grant in grants]
    members.sort(key=lambda one: (not one.count, one.name))
    prepared = [_prepared(one) for one in queries.promised(actor, at=now)]
    context = {
        "current": "family", "members": members, "prepared": prepared, "many": MANY, "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "portal/family.html", context)


def _prepared(one: queries.Promised) -> dict[str, Any]:
    """A help that she accepted for later, in the words by which it was offered to her."""
    words = extent(Tie(TieKind.CAREGIVER, one.level, one.classes))
    return {"id": one.tie, "name": one.name, "extent": words, "until": one.until, "condition": one.condition}


def _member(request: HttpRequest, grant: Grant, identity: Identity) -> Member:
    assert grant.tie is not None
    unopened = (one for one in record.documents(grant, unopened=True) if not one.by_patient)
    fresh = [card(one) for one in islice(unopened, MANY)]
    latest = [] if fresh else [card(one) for one in record.documents(grant, limit=1)]
    return Member(
        name=identity.display_name, tie=grant.tie, right=by_right(grant.tie), extent=extent(grant.tie),
        address=for_whom(request, grant.patient_id, "portal:home"), fresh=tuple(fresh[:SHOWN]), count=len(fresh),
        latest=latest[0] if latest else None, to_come=_to_come(grant, identity),
    )  # fmt: skip


def _to_come(grant: Grant, identity: Identity) -> tuple[Due, ...]:
    """By age alone, for a child: whatever her record holds or keeps secret changes no line."""
    if grant.tie is None or not grant.tie.kind.represents:
        return ()
    return prevention.to_come(identity, on=timezone.localdate())


def home(request: HttpRequest) -> HttpResponse:
    """The first page of somebody else's space: what is new, and what this help covers."""
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    assert grant.tie is not None
    unopened = (one for one in record.documents(grant, unopened=True) if not one.by_patient)
    fresh = [card(one) for one in islice(unopened, MANY)]
    recent = [] if fresh else [card(one) for one in record.documents(grant, limit=SHOWN)]
    identity = queries.identity(grant)
    waiting = queries.awaiting(open_mine(request, Action.READ_IDENTITY, channel=Channel.LIST))
    represents = grant.tie.kind.represents and grant.tie.level is Level.ACT
    context = {
        "current": "home",
        "name": identity.display_name,
        "fresh": fresh[: SHOWN * 2],
        "more": max(0, len(fresh) - SHOWN * 2),
        "recent": recent,
        "right": by_right(grant.tie),
        "extent": extent(grant.tie),
        "files": grant.tie.level is not Level.SEE,
        "chosen": grant.tie.kind is TieKind.CAREGIVER,
        "mandate": grant.tie.kind is TieKind.DESK,
        "follows": represents,
        "settles": represents and not grant.tie.protected,
        "waiting": waiting,
        "to_come": _to_come(grant, identity),
        "today": timezone.localdate(),
    }
    return render(request, "portal/for_another.html", context)


@for_a_person
@require_POST
def give_up(request: HttpRequest) -> HttpResponse:
    """A helper gives up the help that was confided to her."""
    if whom(request) is None:
        raise NotFound(_("Choisissez d’abord la personne que vous aidez."), code="nobody-helped")
    grant = open_mine(request, Action.READ_IDENTITY)
    if grant.tie is None or grant.tie.id is None:
        raise NotFound(_("Cette aide n’existe plus."), code="no-such-tie")
    actions.end_tie(grant, tie_id=grant.tie.id, at=timezone.now())
    tell(request, _("Vous ne voyez plus cet espace. La personne peut vous demander de nouveau de l’aider."))
    return redirect(own(request, "portal:family"))


@for_a_person
@require_POST
def give_back(request: HttpRequest, tie_id: UUID) -> HttpResponse:
    """Whoever accepted a help prepared for later gives it up before its day."""
    actions.give_help_back(_me(request), tie_id=tie_id, at=timezone.now())
    tell(request, _("C’est fait : vous ne prendrez pas le relais."))
    return redirect("portal:family")


@for_a_person
@require_POST
def moment(request: HttpRequest) -> HttpResponse:
    """A relative says that the day has come for a help prepared in advance."""
    if whom(request) is None:
        raise NotFound(_("Choisissez d’abord la personne que vous aidez."), code="nobody-helped")
    grant = open_mine(request, Action.READ_IDENTITY)
    begins = actions.attest(grant, tie_id=_uuid(request.POST.get("aide", "")), at=timezone.now())
    tell(
        request,
        _("L’aide préparée commence maintenant.")
        if begins
        else _("C’est noté. Une autre personne doit encore le dire."),
    )
    return redirect("portal:home")


def _uuid(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise NotFound(_("Cette aide n’existe plus."), code="no-such-tie") from None


@for_a_person
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """« J’ai reçu un code »: who asks for help and how far, then yes."""
    actor, now = _me(request), timezone.now()
    if request.method == "GET":
        return render(request, "portal/help_code.html", {"current": "family"})
    code = request.POST.get("code", "")[:40]
    try:
        offer = queries.help_offered(actor, code=code, at=now)
    except NotFound as fault:
        return _again(request, code, fault.public)
    if request.POST.get("oui") != "oui":
        words = extent(Tie(TieKind.CAREGIVER, offer.level, offer.classes))
        context = {"current": "family", "offer": offer, "code": code, "extent": words}
        return render(request, "portal/help_offer.html", context)
    try:
        patient_id = actions.accept_help(actor, code=code, at=now)
    except Conflict:
        already = _(
            "Vous aidez déjà cette personne. Elle peut changer ce que vous faites pour elle, sans nouveau code."
        )
        return _again(request, "", already)
    if offer.condition:
        tell(request, _("C’est noté. Cet espace s’ouvrira à vous quand le moment sera venu."))
        return redirect("portal:family")
    tell(request, _("Cet espace vous est ouvert. La personne voit chacune de vos visites."))
    return redirect(for_whom(request, patient_id, "portal:home"))


def _again(request: HttpRequest, code: str, fault: str) -> HttpResponse:
    context = {"current": "family", "fault": fault, "code": code}
    return render(request, "portal/help_code.html", context, status=422)
