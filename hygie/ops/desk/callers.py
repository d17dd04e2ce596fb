"""Someone calls, or comes to the desk: identified first, then done as she asks. Never any content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access import actions, queries
from hygie.access.sentences import fold
from hygie.access.types import Grant, RecordState
from hygie.base import config
from hygie.base.addresses import reverse
from hygie.base.errors import Conflict, Invalid, NotFound
from hygie.formats import valuesets
from hygie.formats.valuesets import OIDS
from hygie.ops.desk.opening import for_an_operator, operator
from hygie.people import actions as accounts
from hygie.people import queries as people
from hygie.people.types import Ins, Traits
from hygie.record import actions as record
from hygie.ui.told import tell

LINES: Final = 2000  # of the journal, printed at once
_AUTHORITIES: Final = (
    ("ins_nir", gettext_lazy("Numéro de sécurité sociale")), ("ins_nia", gettext_lazy("Numéro d’attente")),
    ("ins_nir_test", gettext_lazy("Numéro de test")), ("ins_nir_demo", gettext_lazy("Numéro de démonstration")),
)  # fmt: skip
_PLACES: Final = {
    "matricule": "matricule",
    "oid": "authority",
    "birth_family": "family",
    "given_names": "given",
    "number": "number",
}
_QUIET: Final = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})


class CallerForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Numéro de dossier"), max_length=30, widget=_QUIET,
        help_text=gettext_lazy("Celui de la demande, sans nom : « D-2026-0147 ». La personne le lira dans son journal."),
    )  # fmt: skip
    matricule = forms.CharField(
        label=gettext_lazy("Matricule"),
        max_length=24,
        widget=_QUIET,
        help_text=gettext_lazy("15 caractères, clé comprise."),
    )
    authority = forms.ChoiceField(label=gettext_lazy("Nature du matricule"))
    family = forms.CharField(label=gettext_lazy("Nom de naissance"), max_length=100, widget=_QUIET)
    given = forms.CharField(label=gettext_lazy("Prénoms de naissance"), max_length=150, widget=_QUIET)
    born = forms.DateField(
        label=gettext_lazy("Date de naissance"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    sex = forms.ChoiceField(
        label=gettext_lazy("Sexe"),
        choices=(
            ("female", gettext_lazy("Féminin")), ("male", gettext_lazy("Masculin")), ("unknown", gettext_lazy("Indéterminé")),
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = _AUTHORITIES[:2] if config.mode() == "production" else (*_AUTHORITIES[2:], *_AUTHORITIES[:2])
        self.fields["authority"].choices = [(OIDS[name], label) for name, label in known]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                people.checked(self.ins(), self.traits())
            except Invalid as fault:
                self.add_error(_PLACES.get(fault.at or "", "born"), _(fault.public))
        return cleaned

    def ins(self) -> Ins:
        return Ins("".join(self.cleaned_data["matricule"].split()).upper(), self.cleaned_data["authority"])

    def traits(self) -> Traits:
        said = self.cleaned_data
        return Traits(
            birth_family=said["family"], given_names=tuple(said["given"].split()), birth_date=said["born"].isoformat(),
            sex=said["sex"],
        )  # fmt: skip


@for_an_operator
@require_http_methods(["GET", "POST"])
def caller(request: HttpRequest) -> HttpResponse:
    """Who is calling? Matricule and traits together; one answer for nobody, for an error and for no space."""
    form = CallerForm(request.POST if request.method == "POST" else None)
    context = {"current": "callers", "form": form}
    if request.method == "GET" or not form.is_valid():
        return render(request, "desk/caller.html", context, status=200 if request.method == "GET" else 422)
    try:
        found = actions.identify_caller(
            operator(request), ins=form.ins(), traits=form.traits(), number=form.cleaned_data["number"], at=timezone.now(),
            request_id=getattr(request, "request_id", ""),
        )  # fmt: skip
    except Invalid as fault:
        form.add_error(_PLACES.get(fault.at or "", "number"), _(fault.public))
        return render(request, "desk/caller.html", context, status=422)
    if found is None:
        form.add_error(None, _("Aucun espace n’a ce matricule et ces traits ensemble. Vérifiez chaque champ."))
        return render(request, "desk/caller.html", context)
    return redirect("desk:call", found.id)


@for_an_operator
@require_GET
def call(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """What can be done for this caller, within the hour."""
    return _call(request, call_id)


def _call(request: HttpRequest, call_id: UUID, *, wrong: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    one = queries.call(operator(request), call_id=call_id, at=now)
    grant = _act(request, call_id, "")
    context = {
        "current": "callers", "call": one, "standing": queries.caller_standing(grant),
        "mandates": queries.mandates(grant, at=now),
        "classes": [(code, _(words)) for code, words in valuesets.CLASS_WORDS.items()], "wrong": wrong,
        "others": queries.other_calls(operator(request), call_id=call_id, at=now),
    }  # fmt: skip
    return render(request, "desk/call.html", context, status=status)


def _act(request: HttpRequest, call_id: UUID, what: str) -> Grant:
    return actions.act_for(
        operator(request), call_id=call_id, what=what, at=timezone.now(), request_id=getattr(request, "request_id", "")
    )


def _state(state: RecordState) -> Callable[[HttpRequest, Grant], str]:
    def act(request: HttpRequest, grant: Grant) -> str:
        actions.set_state(grant, state=state, at=timezone.now())
        return _("C’est fait. La personne peut revenir sur ce choix quand elle veut.")

    return act


def _deposits(opposed: bool) -> Callable[[HttpRequest, Grant], str]:
    def act(request: HttpRequest, grant: Grant) -> str:
        actions.set_deposit_opposition(grant, opposed=opposed, at=timezone.now())
        return _("C’est fait.")

    return act


def _emergency(allowed: bool) -> Callable[[HttpRequest, Grant], str]:
    def act(request: HttpRequest, grant: Grant) -> str:
        actions.set_emergency(grant, allowed=allowed, hidden=False, at=timezone.now())
        return _("C’est fait.")

    return act


def _hide(request: HttpRequest, grant: Grant) -> str:
    chosen = request.POST.get("categorie", "")
    if chosen != "toutes" and chosen not in valuesets.CLASSES:
        raise Invalid(_("Choisissez une catégorie."), code="no-such-class")
    count = record.hide_for(grant, classes=None if chosen == "toutes" else [chosen], at=timezone.now())
    if not count:
        return _("Aucun document de cette catégorie ne leur était visible : rien n’a changé.")
    told = ngettext(
        "%(n)d document est masqué aux professionnels.", "%(n)d documents sont masqués aux professionnels.", count
    )
    return told % {"n": count}


def _whom(request: HttpRequest) -> dict[str, UUID | None]:
    number = "".join(request.POST.get("numero", "").split())
    one = people.professional_by_rpps(number) if len(number) in (11, 12) else None
    place = people.organisation_by_finess(number) if len(number) == 9 else None
    if one is None and place is None:
        raise Invalid(_("Aucun professionnel ni aucune structure n’a ce numéro."), code="nobody")
    return {"professional_id": one.id if one else None, "organisation_id": None if one or place is None else place.id}


def _block(request: HttpRequest, grant: Grant) -> str:
    deposits = request.POST.get("depots") == "oui"
    actions.block(grant, **_whom(request), reading=True, deposit=deposits, at=timezone.now())
    return _("C’est bloqué, en urgence aussi.")


def _unblock(request: HttpRequest, grant: Grant) -> str:
    try:
        actions.let_in(grant, **_whom(request), at=timezone.now())
    except NotFound as fault:
        raise Invalid(_("Ce numéro n’est pas bloqué ici."), code=fault.code) from fault
    return _("Le blocage est levé. Les autres règles de la personne n’ont pas changé.")


def _end_mandates(request: HttpRequest, grant: Grant) -> str:
    now = timezone.now()
    for one in queries.mandates(grant, at=now):
        actions.end_tie(grant, tie_id=one.id, at=now)
    return _("Le mandat est arrêté : l’espace est fermé au conseiller.")


def _pair(request: HttpRequest, grant: Grant) -> str:
    number = "".join(request.POST.get("connexion", "").split())
    try:
        accounts.pair_apart(reference=number, patient_id=grant.patient_id, at=timezone.now())
    except (NotFound, Conflict) as fault:
        raise Invalid(fault.public, code=fault.code) from fault
    return _("C’est relié. Qu’elle entre de nouveau, de la même façon.")


# What is asked for -> what her journal says of it, and the act. Closed: nothing else can be done for somebody.
ACTS: Final[dict[str, tuple[str, Callable[[HttpRequest, Grant], str]]]] = {
    "fermer": (gettext_noop("fermeture de l’espace"), _state(RecordState.CLOSED)),
    "refuser": (gettext_noop("refus de l’espace"), _state(RecordState.OPPOSED)),
    "rouvrir": (gettext_noop("réouverture de l’espace"), _state(RecordState.OPEN)),
    "refuser-depots": (gettext_noop("refus des dépôts"), _deposits(True)),
    "accepter-depots": (gettext_noop("accord aux dépôts"), _deposits(False)),
    "couper-urgence": (gettext_noop("urgence coupée"), _emergency(False)),
    "permettre-urgence": (gettext_noop("urgence permise"), _emergency(True)),
    "masquer": (gettext_noop("documents masqués"), _hide),
    "bloquer": (gettext_noop("blocage d’un professionnel"), _block),
    "debloquer": (gettext_noop("blocage levé"), _unblock),
    "arreter-mandat": (gettext_noop("mandat d’un conseiller arrêté"), _end_mandates),
    "relier": (gettext_noop("connexion reliée à l’espace"), _pair),
}


@for_an_operator
@require_POST
def act(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """One thing that the caller asked for; written in her journal with the number of the case, then done."""
    found = ACTS.get(request.POST.get("quoi", ""))
    if found is None:
        raise Invalid(_("Cette demande n’existe pas."), code="no-such-act")
    what, done = found
    grant = _act(request, call_id, what)
    try:
        told = done(request, grant)
    except Invalid as fault:
        return _call(request, call_id, wrong=_(fault.public), status=422)
    tell(request, told)
    return redirect("desk:call", call_id)


@for_an_operator
@require_GET
def apart(request: HttpRequest) -> HttpResponse:
    """Sign-ins that wait for a space: numbers and days, nobody's name is known here."""
    return render(request, "desk/apart.html", {"current": "home", "waiting": people.all_apart()})


@for_an_operator
@require_GET
def journal(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Her journal, to print and send to somebody who has no screen; that it was printed is its last line."""
    grant = _act(request, call_id, "impression du journal")
    lines, older = queries.journal_page(grant, wanted=LINES, farthest=LINES)
    context = {
        "current": "callers", "call": queries.call(operator(request), call_id=call_id, at=timezone.now()),
        "groups": fold(lines, say=_), "older": older, "lines": len(lines),
    }  # fmt: skip
    return render(request, "desk/journal.html", context)


@for_an_operator
@require_POST
def propose(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """What takes two operators: erase the caller's space, or reunite with it another that is hers too."""
    kind = request.POST.get("quoi", "")
    other = request.POST.get("autre", "")
    try:
        other_id = UUID(other) if kind == "merge" else None
    except ValueError:
        raise Invalid(_("Choisissez l’autre espace."), code="no-other-call") from None
    actions.propose(
        operator(request), call_id=call_id, kind=kind, other_call_id=other_id, at=timezone.now(),
        request_id=getattr(request, "request_id", ""),
    )  # fmt: skip
    tell(request, _("C’est proposé. Une ou un collègue doit confirmer, depuis « À deux »."))
    return redirect(reverse("desk:call", args=[call_id]))


@for_an_operator
@require_GET
def together(request: HttpRequest) -> HttpResponse:
    """What waits for a second operator, and the reunions that can be undone."""
    actor = operator(request)
    context = {
        "current": "together", "waiting": queries.proposals(actor, at=timezone.now()), "reunions": queries.reunions(actor),
    }  # fmt: skip
    return render(request, "desk/together.html", context)


@for_an_operator
@require_POST
def settle(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The second operator says yes or no; or a reunion is taken apart."""
    answer, now = request.POST.get("reponse", ""), timezone.now()
    request_id = getattr(request, "request_id", "")
    if answer == "separer":
        actions.undo_merge(operator(request), proposal_id=proposal_id, at=now, request_id=request_id)
        tell(request, _("Les deux espaces sont séparés, comme avant."))
    elif answer in ("oui", "non"):
        actions.settle_proposal(
            operator(request), proposal_id=proposal_id, agreed=answer == "oui", at=now, request_id=request_id
        )
        tell(request, _("C’est confirmé.") if answer == "oui" else _("C’est refusé : rien n’a été fait."))
    else:
        raise Invalid(_("Répondez oui ou non."), code="no-answer")
    return redirect("desk:together")
