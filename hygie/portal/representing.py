"""Qui voit quoi, for the one for whom she answers by law: who came, what is agreed, and a link for whoever keeps the child.

These pages exist only in somebody else's space. What is secret is in none of them: not a line, not a name, not a count.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access import actions, queries
from hygie.access.sentences import Folded, Group, fold, of_another
from hygie.access.types import Action, Channel, Grant, JournalLine, Share
from hygie.base.addresses import reverse
from hygie.base.errors import Invalid, NotFound
from hygie.people import queries as people
from hygie.people.types import Kind
from hygie.portal.cards import Card, card
from hygie.portal.journal import ReportForm
from hygie.portal.links import LinkForm, address, spaced, written
from hygie.portal.opening import for_a_person, open_mine
from hygie.portal.sharing import InviteForm
from hygie.portal.whom import whom
from hygie.record import queries as record
from hygie.ui import qr
from hygie.ui.told import Undo, tell

SHOWN: Final = 60  # visits
_SEARCHED: Final = 500
_PAPERS: Final = 30  # documents to choose among
SHEET: Final = ("problems", "alerts", "allergies", "devices", "treatments", "vaccines")
"""Of her summary, what whoever keeps her for a day needs."""
_LASTS: Final = {"1j": timedelta(days=1), "7j": timedelta(days=7), "30j": timedelta(days=30), "90j": timedelta(days=90)}


class GiveForm(LinkForm):
    label = forms.CharField(
        label=gettext_lazy("Pour qui ?"),
        max_length=60,
        help_text=gettext_lazy("La nounou, l’école, la colonie : chaque parent le voit, et peut arrêter ce partage."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    summary = forms.BooleanField(
        label=gettext_lazy("Sa fiche de santé"),
        required=False,
        help_text=gettext_lazy("Problèmes de santé, allergies, traitements, vaccins. Elle reste à jour toute seule."),
    )
    lasts = forms.ChoiceField(
        label=gettext_lazy("Pendant combien de temps ?"),
        choices=(
            ("1j", gettext_lazy("1 jour")),
            ("7j", gettext_lazy("7 jours")),
            ("30j", gettext_lazy("30 jours")),
            ("90j", gettext_lazy("3 mois")),
        ),
        initial="7j",
        widget=forms.RadioSelect,
    )
    empty = gettext_lazy("Cochez la fiche de santé, ou au moins un document.")


def _open(request: HttpRequest, action: Action) -> Grant:
    if whom(request) is None:
        raise NotFound(_("Choisissez d’abord la personne dont vous vous occupez."), code="nobody-helped")
    return open_mine(request, action, channel=Channel.LIST)


def _tabs(grant: Grant, current: str) -> list[tuple[str, str, bool]]:
    """Under a decision of justice, the journal without places is all there is."""
    found = [(_("Qui est venu"), reverse("portal:followed"), current == "followed")]
    if grant.tie is not None and not grant.tie.protected:
        found += [
            (_("Réglages"), reverse("portal:represented"), current == "represented"),
            (_("Partages"), reverse("portal:given"), current == "given"),
        ]
    return found


@for_a_person
@require_GET
def followed(request: HttpRequest) -> HttpResponse:
    """Who came to this space, page by page; under a protection, how many in each month."""
    grant = _open(request, Action.FOLLOW)
    before = _mark(request.GET.get("avant", ""))
    found = record.visits(grant, most=SHOWN, before=before)
    context = {
        "current": "sharing",
        "tabs": _tabs(grant, "followed"),
        "name": queries.identity(grant).display_name,
        "days": _days(fold(found.lines, say=_third), found.marks),
        "older": f"{reverse('portal:followed')}?avant={found.marks[-1]}" if found.older else "",
        "newest": before is None,
        "reports": queries.reports(grant, ids=found.reports) if found.reports else [],
        "months": [(one.month, queries.role_word(one.role), one.count) for one in found.months],
        "protected": grant.tie is not None and grant.tie.protected,
    }
    return render(request, "portal/followed.html", context)


def _third(text: str) -> str:
    """A sentence made for the person, as whoever answers for her reads it."""
    return _(of_another(text))


def _days(
    groups: tuple[Group, ...], marks: tuple[UUID, ...]
) -> list[tuple[date, list[tuple[Group, list[tuple[Folded, UUID]]]]]]:
    """Day by day, whoever came and what they did, each with the mark of its latest line."""
    return [
        (day, [(one, [(item, marks[item.lines[0].seq]) for item in one.items]) for one in found])
        for day, found in groupby(groups, key=lambda group: group.day)
    ]


def _mark(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


@for_a_person
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, viewing_id: UUID) -> HttpResponse:
    """« Ce n’est pas normal ? », said for a child: an operator answers, on the page of who came."""
    grant = _open(request, Action.FOLLOW)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.report_visit(grant, marked=viewing_id, message=form.cleaned_data["message"], at=timezone.now())
        tell(request, _("Merci. Une personne va vérifier et vous répondra ici, sous 72 heures."))
        return redirect("portal:followed")
    line = _visit(grant, viewing_id)
    context = {"current": "sharing", "form": form, "line": line, "group": fold((line,), say=_third)[0]}
    return render(request, "portal/report_visit.html", context, status=422 if form.errors else 200)


def _visit(grant: Grant, viewing_id: UUID) -> JournalLine:
    """The line of this mark, among all that she is told."""
    before: UUID | None = None
    while True:
        found = record.visits(grant, most=_SEARCHED, before=before)
        if viewing_id in found.marks:
            return found.lines[found.marks.index(viewing_id)]
        if not found.older:
            raise NotFound(_("Cette visite n’est pas dans ce journal."), code="no-such-line")
        before = found.marks[-1]


@for_a_person
@require_GET
def represented(request: HttpRequest) -> HttpResponse:
    return _settings(request, InviteForm(auto_id="inviter_%s"))


def _settings(request: HttpRequest, form: InviteForm, *, status: int = 200) -> HttpResponse:
    grant = _open(request, Action.FOLLOW)
    settings = queries.settings(grant)
    inside = {one.who for one in settings.circle}
    context = {
        "current": "sharing",
        "tabs": _tabs(grant, "represented"),
        "name": queries.identity(grant).display_name,
        "settings": settings,
        "met": [one for one in _met(record.visits(grant, most=SHOWN).lines) if one["id"] not in inside],
        "form": form,
    }
    return render(request, "portal/represented.html", context, status=status)


def _met(lines: tuple[JournalLine, ...]) -> list[dict[str, Any]]:
    """The professionals of the visits shown, once each: those that a parent may want to keep out."""
    found: dict[UUID, dict[str, Any]] = {}
    for line in lines:
        if line.actor_kind == Kind.PROFESSIONAL:
            one = {"id": line.actor_id, "name": line.actor_name, "detail": line.organisation or ""}
            found.setdefault(line.actor_id, one)
    return list(found.values())[:12]


@for_a_person
@require_POST
def settle(request: HttpRequest, what: str) -> HttpResponse:
    """One setting, changed for the person; her journal says who did it."""
    if what not in _SETTINGS:
        raise NotFound(_("Ce réglage n’existe pas."), code="no-such-setting")
    return _SETTINGS[what](request)


def _consent(request: HttpRequest) -> HttpResponse:
    given = request.POST.get("accord") == "oui"
    actions.set_care_team_consent(_open(request, Action.REPRESENT), given=given, at=timezone.now())
    text = (
        _("Les professionnels de son cercle de soins peuvent ouvrir son espace.")
        if given
        else _("Plus aucun professionnel ne peut ouvrir son espace pour des soins.")
    )
    tell(request, text, undo=Undo(_("Annuler"), request.path, {"accord": "non" if given else "oui"}))
    return _back("equipe")


def _emergency(request: HttpRequest) -> HttpResponse:
    allowed, hidden = request.POST.get("urgence") == "oui", request.POST.get("masques") == "oui"
    before = queries.settings(grant := _open(request, Action.REPRESENT))
    actions.set_emergency(grant, allowed=allowed, hidden=allowed and hidden, at=timezone.now())
    undo = {
        "urgence": "oui" if before.emergency_allowed else "non",
        "masques": "oui" if before.emergency_hidden else "non",
    }
    tell(request, _("Les choix pour l’urgence sont enregistrés."), undo=Undo(_("Annuler"), request.path, undo))
    return _back("urgence")


def _opposition(request: HttpRequest) -> HttpResponse:
    opposed = request.POST.get("refuser") == "oui"
    actions.set_deposit_opposition(_open(request, Action.REPRESENT), opposed=opposed, at=timezone.now())
    text = (
        _("Ses laboratoires et ses médecins n’ajoutent plus de documents.")
        if opposed
        else _("Ses laboratoires et ses médecins peuvent de nouveau déposer des documents.")
    )
    tell(request, text, undo=Undo(_("Annuler"), request.path, {"refuser": "non" if opposed else "oui"}))
    return _back("depots")


def _invite(request: HttpRequest) -> HttpResponse:
    """By her number; a wrong digit is somebody else, so a page names her first."""
    form = InviteForm(request.POST, auto_id="inviter_%s")
    if not form.is_valid():
        return _settings(request, form, status=422)
    found = people.professional_by_rpps(form.cleaned_data["rpps"])
    if found is None:
        form.add_error("rpps", _("Aucun professionnel ne porte ce numéro ici. Vérifiez-le avec lui."))
        return _settings(request, form, status=422)
    if request.POST.get("sur") != "oui":
        _open(request, Action.FOLLOW)
        return render(
            request, "portal/represented_who.html", {"current": "sharing", "professional": found, "form": form}
        )
    until = form.cleaned_data["until"]
    ends = None if until is None else timezone.make_aware(datetime.combine(until, time.max))
    actions.add_to_circle(_open(request, Action.REPRESENT), professional_id=found.id, until=ends, at=timezone.now())
    tell(request, _("Ce professionnel fait partie de son cercle de soins."))
    return _back("cercle")


def _remove(request: HttpRequest) -> HttpResponse:
    actions.remove_from_circle(_open(request, Action.REPRESENT), member_id=_uuid(request), at=timezone.now())
    tell(request, _("Retiré de son cercle de soins : l’accès est coupé dès maintenant."))
    return _back("cercle")


def _block(request: HttpRequest) -> HttpResponse:
    """Somebody whom this page shows, and nobody else: a name that she may not know is not hers to try."""
    one, grant = _uuid(request), _open(request, Action.FOLLOW)
    circle = {each.who: each.kind for each in queries.settings(grant).circle}
    met = {each["id"]: "professional" for each in _met(record.visits(grant, most=SHOWN).lines)}
    kind = (met | circle).get(one)
    if kind is None:
        raise NotFound(_("Cette personne n’est pas connue ici."), code="no-such-professional")
    who = {"professional_id": one} if kind == "professional" else {"organisation_id": one}
    what = request.POST.get("quoi", "lecture")
    actions.block(
        _open(request, Action.REPRESENT), **who, reading=what != "depots", deposit=what in ("depots", "tout"),
        at=timezone.now(),
    )  # fmt: skip
    tell(request, _("C’est bloqué dès maintenant. La personne n’en est pas avertie."))
    return _back("blocages")


def _unblock(request: HttpRequest) -> HttpResponse:
    actions.unblock(_open(request, Action.REPRESENT), block_id=_uuid(request), at=timezone.now())
    tell(request, _("Le blocage est levé."))
    return _back("blocages")


_SETTINGS: Final[dict[str, Callable[[HttpRequest], HttpResponse]]] = {
    "accord": _consent,
    "urgence": _emergency,
    "depots": _opposition,
    "inviter": _invite,
    "retirer": _remove,
    "bloquer": _block,
    "lever": _unblock,
}


def _back(anchor: str) -> HttpResponse:
    return redirect(f"{reverse('portal:represented')}#{anchor}")


def _uuid(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("qui", ""))
    except ValueError:
        raise NotFound(_("Cette personne n’est pas connue ici."), code="no-such-professional") from None


# A link, for whoever keeps the child.


@for_a_person
@require_http_methods(["GET", "POST"])
def given(request: HttpRequest) -> HttpResponse:
    """What any representative gave and to whom; and a new one."""
    grant = _open(request, Action.FOLLOW)
    data = request.POST if request.method == "POST" else None
    form = GiveForm(data, initial={"summary": True})
    form.fields["documents"].choices = [  # type: ignore[attr-defined]
        (str(one.id), one.dated) for one in _papers(_open(request, Action.LIST))
    ]
    if data is not None and form.is_valid():
        said, now = form.cleaned_data, timezone.now()
        try:
            made = actions.share(
                _open(request, Action.REPRESENT), documents=[UUID(one) for one in said["documents"]], at=now,
                summary=said["summary"], sections=SHEET if said["summary"] else None, label=said["label"],
                until=now + _LASTS[said["lasts"]], passcode=said["passcode"], spoken=True,
            )  # fmt: skip
        except Invalid as fault:
            form.add_error(fault.at if fault.at in form.fields else None, _(fault.public))
        else:
            return redirect("portal:given-one", made)
    found = queries.shares(grant)
    now = timezone.now()
    context = {
        "current": "sharing",
        "tabs": _tabs(grant, "given"),
        "name": queries.identity(grant).display_name,
        "living": [one for one in found if one.live(now)],
        "past": [one for one in found if not one.live(now)][:10],
        "form": form,
    }
    return render(request, "portal/given.html", context, status=422 if form.errors else 200)


def _papers(grant: Grant) -> list[Card]:
    """What a link could show, the latest first: never what is hidden from professionals."""
    shown = [
        one for one in record.documents(grant, limit=_PAPERS) if queries.shareable(one.facts)
    ]  # fmt: skip
    return [card(one) for one in shown]


@for_a_person
@require_GET
def given_one(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """One of them: its square, its address, its code; what it shows; who came."""
    grant = _open(request, Action.FOLLOW)
    share = _share(grant, share_id)
    context: dict[str, Any] = {"current": "sharing", "share": share, "live": share.live(timezone.now())}
    if context["live"]:
        held = queries.link(grant, share_id=share_id)
        context |= {
            "address": address(held),
            "square": qr.drawing(written(share, held), label=_("Code à scanner : il ouvre ce partage")),
            "code": spaced(held.code),
        }
    known = {one.id: one for one in record.documents(_open(request, Action.LIST), status=None, archived=None)}
    context["papers"] = [card(known[one]) for one in share.documents if one in known]
    return render(request, "portal/given_one.html", context)


def _share(grant: Grant, share_id: UUID) -> Share:
    found = next((one for one in queries.shares(grant) if one.id == share_id), None)
    if found is None:
        raise NotFound(_("Ce partage n’existe pas."), code="no-such-share")
    return found


@for_a_person
@require_POST
def end_given(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Whichever parent gave it."""
    actions.end_share(_open(request, Action.REPRESENT), share_id=share_id, at=timezone.now())
    tell(request, _("Ce partage est arrêté : le lien n’ouvre plus rien."))
    return redirect("portal:given")
