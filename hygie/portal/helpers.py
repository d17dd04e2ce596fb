"""Ceux qui m’aident: confide a help, limit it, say yes for another year, end it."""

from __future__ import annotations

from collections.abc import Sequence
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
from hygie.access.types import Action, Helper, Level, RecordState, TieKind
from hygie.base.errors import Invalid, NotFound
from hygie.formats.valuesets import CLASS_WORDS
from hygie.portal.opening import for_a_person, open_mine
from hygie.portal.until import Until
from hygie.portal.words_of_help import KINDS, LEVELS, RELATIONS, categories, extent
from hygie.ui.told import tell

_NOW, _TWO, _DOCTOR = "", "two-witnesses", "doctor-and-relative"


class HelpForm(forms.Form):
    """Whom, how far, until when; now, or on a day that others will say."""

    name = forms.CharField(label=gettext_lazy("Son prénom et son nom"), max_length=80)
    relation = forms.ChoiceField(
        label=gettext_lazy("Qui est-ce pour vous ?"), choices=[(one.value, words) for one, words in RELATIONS.items()]
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Que pourra faire cette personne ?"), widget=forms.RadioSelect, initial=Level.SEE.value,
        choices=[(one.value, words) for one, words in LEVELS.items()],
    )  # fmt: skip
    classes = forms.MultipleChoiceField(
        label=gettext_lazy("Seulement certaines catégories ? Ne cochez rien pour tout montrer."), required=False,
        widget=forms.CheckboxSelectMultiple, choices=categories,
    )  # fmt: skip
    until = Until()
    condition = forms.ChoiceField(
        label=gettext_lazy("À partir de quand ?"), required=False, widget=forms.RadioSelect, initial=_NOW,
        choices=[
            (_NOW, gettext_lazy("Maintenant")),
            (_TWO, gettext_lazy("Plus tard, quand deux de mes proches diront que je ne peux plus décider")),
            (_DOCTOR, gettext_lazy("Plus tard, quand mon médecin et un de mes proches le diront")),
        ],
    )  # fmt: skip

    @property
    def limits(self) -> frozenset[str] | None:
        return frozenset(self.cleaned_data["classes"]) or None

    @property
    def ends(self) -> datetime | None:
        until = self.cleaned_data["until"]
        return timezone.make_aware(datetime.combine(until, time.max)) if until else None


@for_a_person
@require_GET
def helpers(request: HttpRequest) -> HttpResponse:
    return _page(request, HelpForm(auto_id="aide_%s"))


def _page(request: HttpRequest, form: HelpForm, *, status: int = 200) -> HttpResponse:
    grant = open_mine(request, Action.SET_ACCESS)
    found = queries.helpers(grant)
    context = {
        "current": "family", "helpers": [_told(one, among=found) for one in found], "form": form,
        "of_age": queries.came_of_age(grant),
    }  # fmt: skip
    return render(request, "portal/helpers.html", context, status=status)


def _told(one: Helper, *, among: Sequence[Helper]) -> dict[str, Any]:
    """One of them. lacking: how many more relatives it takes before anybody can say that a prepared help must begin."""
    chosen = one.tie.kind.chosen
    able = sum(each.since is not None and not each.resting and each.tie.kind is not TieKind.DESK for each in among)
    wanted = {_TWO: 2, _DOCTOR: 1}.get(one.condition or "", 0)
    return {
        "helper": one,
        "id": one.tie.id,
        "name": one.name,
        "kind": KINDS[one.tie.kind],
        "extent": extent(one.tie),
        "chosen": chosen,
        "desk": one.tie.kind is TieKind.DESK,
        "classes": one.tie.classes or frozenset(),
        "prepared": one.condition is not None and one.since is None,
        "by_doctor": one.condition == _DOCTOR,
        "lacking": max(0, wanted - able),
        "soon": chosen
        and one.tie.kind is TieKind.CAREGIVER
        and one.rests is not None
        and (one.rests - timezone.now()).days < 60,
    }


@for_a_person
@require_http_methods(["GET", "POST"])
def confide(request: HttpRequest) -> HttpResponse:
    """A new help: the page that answers shows the code to hand over, once."""
    if request.method == "GET":
        return redirect("portal:helpers")
    form = HelpForm(request.POST, auto_id="aide_%s")
    if not form.is_valid():
        return _page(request, form, status=422)
    grant, said = open_mine(request, Action.SET_ACCESS), form.cleaned_data
    if queries.settings(grant).state is RecordState.CLOSED:  # the code would open nothing
        return render(request, "portal/closed.html", {"current": "family"})
    _tie, code = actions.entrust(
        grant, name=said["name"], relation=said["relation"], level=Level(said["level"]),
        classes=form.limits, until=form.ends, condition=said["condition"] or None, at=timezone.now(),
    )  # fmt: skip
    return _code(request, said["name"], code)


def _code(request: HttpRequest, name: str, code: str) -> HttpResponse:
    context = {"current": "family", "name": name, "code": f"{code[:5]} {code[5:]}"}
    return render(request, "portal/help_given.html", context)


@for_a_person
@require_POST
def change(request: HttpRequest, tie_id: UUID, what: str) -> HttpResponse:
    """Say yes for a year, end, change how far, or make a new code."""
    grant, now = open_mine(request, Action.SET_ACCESS), timezone.now()
    found = next((one for one in queries.helpers(grant) if one.tie.id == tie_id), None)
    if found is None:
        raise NotFound(_("Cette aide n’existe plus."), code="no-such-tie")
    if what == "confirmer":
        actions.confirm_help(grant, tie_id=tie_id, at=now)
        tell(request, _("C’est confirmé pour un an."))
    elif what == "arreter":
        actions.end_tie(grant, tie_id=tie_id, at=now)
        tell(request, _("C’est arrêté dès maintenant : votre espace lui est fermé."))
    elif what == "limiter":
        level = request.POST.get("niveau", "")
        if level not in set(Level):
            raise Invalid(_("Ce choix n’existe pas."), code="unknown-level")
        classes = frozenset(request.POST.getlist("categories")) & CLASS_WORDS.keys()
        actions.limit_help(
            grant, tie_id=tie_id, level=Level(level), classes=frozenset(classes) or None, until=found.until, at=now
        )
        tell(request, _("C’est changé dès maintenant."))
    elif what == "code":
        return _code(request, found.name, actions.invite_helper_again(grant, tie_id=tie_id, at=now))
    else:
        raise Invalid(_("Ce choix n’existe pas."), code="unknown-choice")
    return redirect("portal:helpers")
