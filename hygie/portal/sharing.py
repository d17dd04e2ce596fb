"""Qui voit quoi: who can open her record today, and everything she can change about it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access import actions, queries
from hygie.access.types import Action, Channel, Grant
from hygie.base.addresses import reverse
from hygie.base.errors import NotFound
from hygie.people import queries as people
from hygie.people.types import Kind
from hygie.portal.opening import for_a_person, open_mine
from hygie.portal.until import Until
from hygie.ui.told import Undo, tell


class InviteForm(forms.Form):
    rpps = forms.CharField(
        label=gettext_lazy("Numéro RPPS du professionnel"),
        max_length=11,
        min_length=11,
        help_text=gettext_lazy("11 chiffres, sur ses ordonnances. Demandez-le-lui si vous ne le trouvez pas."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "min_length": gettext_lazy("Ce numéro a 11 chiffres."),
            "max_length": gettext_lazy("Ce numéro a 11 chiffres."),
        },
    )
    until = Until(help_text=gettext_lazy("Sans date, l’accès dure tant que vous ne le retirez pas."))

    def clean_rpps(self) -> str:
        rpps: str = self.cleaned_data["rpps"]
        if not rpps.isdecimal():
            raise forms.ValidationError(_("Ce numéro ne contient que des chiffres."))
        return rpps


@for_a_person
@require_GET
def sharing(request: HttpRequest) -> HttpResponse:
    return _page(request, InviteForm(auto_id="inviter_%s"))


def _page(request: HttpRequest, form: InviteForm, *, status: int = 200) -> HttpResponse:
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    settings = queries.settings(grant)
    viewers = queries.explain(grant, None)
    known = {member.id for member in settings.circle}
    context = {
        "current": "sharing",
        "tabs": tabs("settings"),
        "settings": settings,
        "viewers": viewers,
        "others": sum(1 for one in viewers if one.kind not in ("person", "emergency")),  # her family and links too
        "emergency": any(one.kind == "emergency" for one in viewers),
        "met": [one for one in _met(request) if one["id"] not in known],
        "form": form,
        "card": _card(grant),
    }
    return render(request, "portal/sharing.html", context, status=status)


def tabs(current: str) -> list[tuple[str, str, bool]]:
    return [
        (_("Mes réglages"), reverse("portal:sharing"), current == "settings"),
        (_("Partages"), reverse("portal:links"), current == "links"),
        (_("Journal des accès"), reverse("portal:journal"), current == "journal"),
    ]


def _met(request: HttpRequest) -> list[dict[str, Any]]:
    """The professionals and structures of her journal, the latest first: those she may want to keep out."""
    grant = open_mine(request, Action.READ_JOURNAL, channel=Channel.LIST)
    found: dict[UUID, dict[str, Any]] = {}
    lines, _older = queries.journal_page(grant, by=(Kind.PROFESSIONAL,), wanted=200, farthest=500)
    for line in lines:
        one = {
            "kind": "professional",
            "id": line.actor_id,
            "name": line.actor_name,
            "detail": line.organisation or "",
        }
        found.setdefault(line.actor_id, one)
    return list(found.values())[:12]


def _settings_grant(request: HttpRequest) -> Grant:
    return open_mine(request, Action.SET_ACCESS)


def _back(anchor: str) -> HttpResponse:
    return redirect(f"{reverse('portal:sharing')}#{anchor}")


@for_a_person
@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Her care team may open her record, or not."""
    given = request.POST.get("accord") == "oui"
    actions.set_care_team_consent(_settings_grant(request), given=given, at=timezone.now())
    text = (
        _("Les professionnels de votre cercle de soins peuvent ouvrir votre espace.")
        if given
        else _("Plus aucun professionnel ne peut ouvrir votre espace pour vous soigner.")
    )
    tell(request, text, undo=Undo(_("Annuler"), request.path, {"accord": "non" if given else "oui"}))
    return _back("equipe")


@for_a_person
@require_POST
def emergency(request: HttpRequest) -> HttpResponse:
    """The three emergency switches: a doctor, what is hidden, the card that anyone may scan."""
    allowed, hidden = request.POST.get("urgence") == "oui", request.POST.get("masques") == "oui"
    before = queries.settings(grant := _settings_grant(request))
    actions.set_emergency(grant, allowed=allowed, hidden=allowed and hidden, at=timezone.now())
    undo = {
        "urgence": "oui" if before.emergency_allowed else "non",
        "masques": "oui" if before.emergency_hidden else "non",
    }
    tell(request, _("Vos choix pour l’urgence sont enregistrés."), undo=Undo(_("Annuler"), request.path, undo))
    if request.POST.get("trois"):  # the page showed the card too
        card = _card(grant)
        if card is None and request.POST.get("carte") == "oui":
            return redirect("portal:card")  # what it will say is hers to choose first
        if card is not None and request.POST.get("carte") != "oui":
            actions.end_share(grant, share_id=card, at=timezone.now())
    return _back("urgence")


def _card(grant: Grant) -> UUID | None:
    """Her living emergency card."""
    return next((one.id for one in queries.shares(grant) if one.card and one.live(timezone.now())), None)


@for_a_person
@require_POST
def opposition(request: HttpRequest) -> HttpResponse:
    """Whether others may add documents."""
    opposed = request.POST.get("refuser") == "oui"
    actions.set_deposit_opposition(_settings_grant(request), opposed=opposed, at=timezone.now())
    text = (
        _("Plus personne d’autre que vous n’ajoute de documents.")
        if opposed
        else _("Vos laboratoires et vos médecins peuvent de nouveau déposer des documents.")
    )
    tell(request, text, undo=Undo(_("Annuler"), request.path, {"refuser": "non" if opposed else "oui"}))
    return _back("depots")


@for_a_person
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Let a professional in, by her number. A page that names her asks first: a wrong digit is somebody else."""
    if request.method == "GET":
        return redirect("portal:sharing")
    form = InviteForm(request.POST, auto_id="inviter_%s")
    if not form.is_valid():
        return _page(request, form, status=422)
    found = people.professional_by_rpps(form.cleaned_data["rpps"])
    if found is None:
        form.add_error("rpps", _("Aucun professionnel ne porte ce numéro ici. Vérifiez-le avec lui."))
        return _page(request, form, status=422)
    if request.POST.get("sur") != "oui":
        context = {"current": "sharing", "professional": found, "form": form}
        return render(request, "portal/invite.html", context)
    until = form.cleaned_data["until"]
    ends = timezone.make_aware(datetime.combine(until, time.max)) if until else None
    member = actions.add_to_circle(_settings_grant(request), professional_id=found.id, until=ends, at=timezone.now())
    undo = Undo(_("Annuler"), reverse("portal:remove", args=[member]))
    tell(request, _("Ce professionnel fait partie de votre cercle de soins."), undo=undo)
    return _back("cercle")


@for_a_person
@require_POST
def remove(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Take somebody out of the circle; the way back puts the same one in, with the same limits."""
    grant = _settings_grant(request)
    if request.POST.get("retablir"):
        actions.put_back_in_circle(grant, member_id=member_id, at=timezone.now())
        undo = Undo(_("Annuler"), request.path)
        tell(request, _("De nouveau dans votre cercle de soins, comme avant."), undo=undo)
        return _back("cercle")
    member = next((one for one in queries.settings(grant).circle if one.id == member_id), None)
    if member is None:
        raise NotFound(_("Cette personne n’est plus dans votre cercle de soins."), code="no-such-member")
    actions.remove_from_circle(grant, member_id=member_id, at=timezone.now())
    undo = Undo(_("Annuler"), request.path, {"retablir": "oui"})
    tell(request, _("Retiré de votre cercle de soins : l’accès est coupé dès maintenant."), undo=undo)
    return _back("cercle")


@for_a_person
@require_POST
def block(request: HttpRequest) -> HttpResponse:
    """Keep somebody met in the journal or in the circle out: of reading, of depositing, or of both."""
    one, kind = _uuid(request.POST.get("qui", "")), request.POST.get("genre", "")
    who = {"professional_id": one} if kind == "professional" else {"organisation_id": one}
    what = request.POST.get("quoi", "lecture")
    made = actions.block(
        _settings_grant(request), **who, reading=what != "depots", deposit=what in ("depots", "tout"), at=timezone.now()
    )
    undo = Undo(_("Annuler"), reverse("portal:unblock", args=[made]))
    tell(request, _("C’est bloqué dès maintenant. La personne n’en est pas avertie."), undo=undo)
    return _back("blocages")


@for_a_person
@require_POST
def unblock(request: HttpRequest, block_id: UUID) -> HttpResponse:
    """Lift a block; the way back puts the same one in place."""
    grant = _settings_grant(request)
    if request.POST.get("retablir"):
        actions.block_again(grant, block_id=block_id, at=timezone.now())
        text = _("C’est bloqué dès maintenant. La personne n’en est pas avertie.")
        tell(request, text, undo=Undo(_("Annuler"), request.path))
        return _back("blocages")
    actions.unblock(grant, block_id=block_id, at=timezone.now())
    tell(request, _("Le blocage est levé."), undo=Undo(_("Annuler"), request.path, {"retablir": "oui"}))
    return _back("blocages")


def _uuid(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise NotFound(_("Cette personne n’est pas connue ici."), code="no-such-professional") from None
