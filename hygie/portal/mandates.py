"""A helper at a desk: the person signs a mandate for an hour or so; he sees what it covers, by the clock; a receipt ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hygie.access import actions, queries
from hygie.access.sentences import Folded, fold, of_another
from hygie.access.types import Action, Channel, Grant, JournalLine, Level, Purpose, Relation, Tie, TieKind
from hygie.base.errors import NotFound
from hygie.people.types import Kind
from hygie.portal.opening import for_a_person, open_mine
from hygie.portal.whom import leave, own, whom
from hygie.portal.words_of_help import LEVELS, categories, extent

_MOST: Final = 500  # lines of a receipt
_LASTS: Final = {"30": timedelta(minutes=30), "60": timedelta(hours=1), "120": timedelta(hours=2)}


class MandateForm(forms.Form):
    """Whom, how far, how long."""

    name = forms.CharField(
        label=gettext_lazy("Son nom, et l’endroit"),
        max_length=80,
        help_text=gettext_lazy("Par exemple : « Paul Morel, France services de Bar-le-Duc »."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Que pourra faire cette personne ?"), widget=forms.RadioSelect, initial=Level.SEE.value,
        choices=[(one.value, words) for one, words in LEVELS.items()],
    )  # fmt: skip
    classes = forms.MultipleChoiceField(
        label=gettext_lazy("Seulement certaines catégories ? Ne cochez rien pour tout montrer."), required=False,
        widget=forms.CheckboxSelectMultiple, choices=categories,
    )  # fmt: skip
    lasts = forms.ChoiceField(
        label=gettext_lazy("Pendant combien de temps ?"),
        choices=(
            ("30", gettext_lazy("30 minutes")),
            ("60", gettext_lazy("1 heure")),
            ("120", gettext_lazy("2 heures")),
        ),
        initial="60",
        widget=forms.RadioSelect,
    )


@for_a_person
@require_http_methods(["GET", "POST"])
def mandate(request: HttpRequest) -> HttpResponse:
    """The person says what the helper may do; the sheet that answers is printed, signed, and carries the code, once."""
    form = MandateForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"current": "family", "form": form}
        return render(request, "portal/mandate.html", context, status=422 if form.errors else 200)
    said, now = form.cleaned_data, timezone.now()
    limits, until = frozenset(said["classes"]) or None, now + _LASTS[said["lasts"]]
    grant = open_mine(request, Action.SET_ACCESS)
    _tie, code = actions.entrust(
        grant, name=said["name"], relation=Relation.PROFESSIONAL, level=Level(said["level"]), classes=limits, until=until,
        kind=TieKind.DESK, at=now,
    )  # fmt: skip
    context = {
        "current": "family", "helper": said["name"], "name": queries.identity(grant).display_name, "now": now, "until": until,
        "extent": extent(Tie(TieKind.DESK, Level(said["level"]), limits)), "code": f"{code[:5]} {code[5:]}",
    }  # fmt: skip
    return render(request, "portal/mandate_sheet.html", context)


@for_a_person
@require_GET
def receipt(request: HttpRequest, tie_id: UUID) -> HttpResponse:
    """What was done under a mandate, for the person who signed it."""
    grant = open_mine(request, Action.SET_ACCESS)
    found = next((one for one in queries.helpers(grant) if one.tie.id == tie_id and one.tie.kind is TieKind.DESK), None)
    if found is None or found.since is None or found.until is None:
        raise NotFound(_("Cette aide n’existe plus."), code="no-such-tie")
    lines, _older = queries.journal_page(
        open_mine(request, Action.READ_JOURNAL, channel=Channel.LIST), by=(Kind.PERSON,), purpose=Purpose.FOR_ANOTHER,
        wanted=_MOST, farthest=1500,
    )  # fmt: skip
    kept = [one for one in lines if one.rule == "signed-mandate" and found.since <= one.at <= found.until]
    name, helper = queries.identity(grant).display_name, found.name
    return _receipt(request, name, helper, found.tie, kept, back=own(request, "portal:helpers"))


def _mandate(request: HttpRequest) -> Grant:
    """The key of a helper at a desk, and of nobody else."""
    if whom(request) is None:
        raise NotFound(_("Choisissez d’abord la personne que vous aidez."), code="nobody-helped")
    grant = open_mine(request, Action.READ_IDENTITY, channel=Channel.LIST)
    if grant.tie is None or grant.tie.kind is not TieKind.DESK:
        raise NotFound(_("Aucun mandat n’est en cours pour cette personne."), code="no-mandate")
    return grant


@for_a_person
@require_GET
def mandated(request: HttpRequest) -> HttpResponse:
    """The mandate in hand: what it covers, the time left, what was done, and the end."""
    grant = _mandate(request)
    context = {
        "current": "home", "name": queries.identity(grant).display_name, "tie": grant.tie,
        "extent": extent(grant.tie) if grant.tie else "", "acts": _acts(queries.own_acts(grant), say=_third),
    }  # fmt: skip
    return render(request, "portal/mandated.html", context)


@for_a_person
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """The helper has finished: the space is closed to him, and the receipt is printed for the person."""
    grant = _mandate(request)
    assert grant.tie is not None and grant.tie.id is not None
    name, lines = queries.identity(grant).display_name, queries.own_acts(grant)
    actions.end_tie(grant, tie_id=grant.tie.id, at=timezone.now())
    leave(request)
    back = own(request, "portal:family")
    return _receipt(request, name, grant.actor.name, grant.tie, lines, back=back, ended=True)


def _receipt(
    request: HttpRequest,
    name: str,
    helper: str,
    tie: Tie,
    lines: Iterable[JournalLine],
    *,
    back: str,
    ended: bool = False,
) -> HttpResponse:
    context: dict[str, Any] = {
        "current": "family", "name": name, "helper": helper, "extent": extent(tie), "acts": _acts(lines), "back": back,
        "since": tie.since, "until": min(tie.until or timezone.now(), timezone.now()), "ended": ended, "now": timezone.now(),
    }  # fmt: skip
    return render(request, "portal/mandate_receipt.html", context)


def _third(text: str) -> str:
    return _(of_another(text))


def _acts(lines: Iterable[JournalLine], *, say: Callable[[str], str] = _) -> list[Folded]:
    """What was done, each said once; the looks at lists and pages that say nothing more are folded."""
    return [item for group in fold(lines, say=say) for item in group.items]
