"""An invitation: a code and a birth date, then what waits, then one button. Nothing else is asked, nobody needs an address.

What is said before both are right is the same for everybody. Nothing is used up before she decides: she may leave and
come back with the same code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access import actions as access
from hygie.access.types import Action, Channel
from hygie.base.addresses import reverse
from hygie.base.errors import Conflict, NotFound, Refused
from hygie.base.reading import reading
from hygie.base.visitor import address_of
from hygie.formats.accents import without_accents
from hygie.formats.days import MONTHS
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import AuthLevel
from hygie.portal import awaiting
from hygie.portal.entering import begin
from hygie.portal.opening import for_a_person, open_mine, person
from hygie.portal.refusing import answers, reason_given, reasons
from hygie.record import queries as record
from hygie.ui.told import tell

_DATE = re.compile(r"(\d{1,2})[ /.-]?(\d{1,2})[ /.-]?(\d{4})")
_IN_LETTERS: Final = re.compile(r"(\d{1,2})(?:er)? *([a-z]{3,9})\.? *(\d{4})")
_MONTHS: Final = tuple(without_accents(month) for month in MONTHS)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Votre code"),
        max_length=24,
        help_text=gettext_lazy("12 chiffres, sur votre feuille, votre lettre ou votre message."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    born = forms.CharField(
        label=gettext_lazy("Votre date de naissance"),
        max_length=12,
        help_text=gettext_lazy("Jour, mois, année. Par exemple : 04 05 1988."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday"}),
    )
    helped = forms.CharField(
        label=gettext_lazy("Nom de la personne qui vous aide"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Seulement si quelqu’un tape pour vous. Ce sera écrit dans votre journal."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_code(self) -> str:
        digits = re.sub(r"\D", "", self.cleaned_data["code"])
        if len(digits) != 12:
            raise forms.ValidationError(_("Un code compte 12 chiffres. Recopiez-les tous."))
        return digits

    def clean_born(self) -> date:
        said = _DATE.fullmatch(_in_numbers(self.cleaned_data["born"]))
        try:
            if said is None:
                raise ValueError("not a date")
            return date(int(said[3]), int(said[2]), int(said[1]))
        except ValueError:
            raise forms.ValidationError(
                _("Écrivez le jour, le mois, puis l’année. Par exemple : 04 05 1988.")
            ) from None


def _in_numbers(typed: str) -> str:
    """« 12 mars 1948 », « 1er févr. 1950 » as 12 3 1948: many write their month in letters."""
    said = _IN_LETTERS.fullmatch(without_accents(typed).casefold().strip())
    months = [n for n, name in enumerate(_MONTHS, 1) if said and name.startswith(said[2])]
    return f"{said[1]} {months[0]} {said[3]}" if said and len(months) == 1 else typed.strip()


@reading
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """What is needed, then the two fields. A code that came with the address (a QR, a link) is there already."""
    if request.method == "GET":
        return _ask(request, CodeForm(initial={"code": _spaced(request.GET.get("c", ""))}))
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=422)
    said, now = form.cleaned_data, timezone.now()
    try:
        found = access.redeem_invitation(code=said["code"], born=said["born"], origin=address_of(request), at=now)
    except Refused as fault:
        form.add_error(None, _(fault.public))
        return _ask(request, form, status=429 if fault.retry_after else 403)
    if found.state != "live":
        request.session["invitation-expired"] = str(found.id)
        return render(request, "portal/invitation_over.html", {"found": found})
    _pair(request, found.patient_id)
    account_id = people.open_account(patient_id=found.patient_id, at=now)
    answer = begin(request, account_id, auth=AuthLevel.SINGLE, provider="invitation", to=reverse("portal:awaiting"))
    request.session.update({
        "invitation": str(found.id), "invited": {"by": found.maker, "place": found.place or ""},
        "helped": said["helped"].strip(),
    })  # fmt: skip
    return answer


def _pair(request: HttpRequest, patient_id: UUID) -> None:
    """Whoever came by a provider that could not say which space is hers: the code says it, if their words agree."""
    if request.user.is_authenticated and getattr(request, "actor", None) is None:
        with suppress(NotFound, Conflict):
            people.pair_apart(account_id=request.user.pk, patient_id=patient_id, at=timezone.now())


def _ask(request: HttpRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    return render(request, "portal/invitation.html", {"form": form}, status=status)


def _spaced(code: str) -> str:
    digits = re.sub(r"\D", "", code)[:12]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


View = Callable[..., HttpResponse]


def _invited(view: View) -> View:
    """A page between the code and the decision. Elsewhere in time: her home."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "invitation" not in request.session:
            return redirect("portal:home")
        return view(request, *args, **kwargs)

    return guarded


@for_a_person
@_invited
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Value before effort: what waits, who asks her in, and the one button."""
    try:
        grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    except Refused as fault:
        if fault.code == "own-record-opposed":
            return redirect("portal:declined")
        raise
    documents = [one for one in record.documents(grant) if not one.by_patient]
    who = known.professionals({one.depositor_id for one in documents})
    professions = {one: pro.hats[0].profession for one, pro in who.items() if pro.hats}
    context = {
        "first_name": _first_name(request),
        "waits": awaiting.in_words(documents, professions),
        "invited": request.session.get("invited", {}),
    }
    return render(request, "portal/awaiting.html", context)


def _first_name(request: HttpRequest) -> str:
    actor = person(request)
    return actor.name.split()[0] if actor and actor.name else ""


@for_a_person
@_invited
@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """She opens it. Any other session of this account ends; this one is as sure as the way she was invited."""
    actor, team = person(request), request.POST.get("equipe", "")
    assert actor is not None
    helper = request.session.get("helped", "")
    auth = access.accept_invitation(
        UUID(request.session["invitation"]), actor=actor, consent={"oui": True, "non": False}.get(team),
        reason=_("Avec l’aide de %(name)s") % {"name": helper} if helper else "", at=timezone.now(),
    )  # fmt: skip
    people.sign_out_everywhere(actor.id)
    answer = begin(request, actor.id, auth=auth, provider="invitation", to=reverse("portal:ways"), checked=True)
    tell(request, _("Votre espace est ouvert. Vous pouvez changer d’avis à tout moment."))
    return answer


@for_a_person
@_invited
@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest) -> HttpResponse:
    """No space: one screen, a reason if she likes, and the way back."""
    if request.method == "GET":
        return render(request, "portal/decline.html", {"reasons": reasons(), "back": reverse("portal:awaiting")})
    actor, reason = person(request), reason_given(request)
    assert actor is not None
    access.decline_invitation(UUID(request.session["invitation"]), actor=actor, reason=reason, at=timezone.now())
    request.session["declined"] = reason
    return redirect("portal:declined")


@for_a_person
@_invited
@require_GET
def declined(request: HttpRequest) -> HttpResponse:
    """It is noted; an answer to her reason; and her way back, as long as the code lasts."""
    return render(request, "portal/declined.html", {"answer": answers().get(request.session.get("declined", ""), "")})


@reading
@require_POST
def another(request: HttpRequest) -> HttpResponse:
    """Out of date: whoever made the code is asked for another one. Nothing is lost meanwhile."""
    if one := request.session.pop("invitation-expired", ""):
        access.want_another_invitation(UUID(one), at=timezone.now())
    return render(request, "portal/invitation_asked.html")
