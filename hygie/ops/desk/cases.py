"""Two queues of cases: emergency accesses to review within 72 hours, and lines that people found abnormal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from hygie.access import queries as access
from hygie.access.actions import answer_case
from hygie.access.queries import CaseView
from hygie.base.errors import Conflict, NotFound
from hygie.ops.desk.opening import for_an_operator, open_review, operator
from hygie.ui.told import tell

CLOSED_SHOWN = 30


class ReviewForm(forms.Form):
    finding = forms.ChoiceField(
        label=gettext_lazy("Cet accès était-il justifié ?"),
        widget=forms.RadioSelect,
        choices=(
            ("yes", gettext_lazy("Justifié : la raison écrite correspond à une urgence")),
            ("no", gettext_lazy("Non justifié : rien ne le montre")),
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("Votre note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Ce que vous avez vérifié, auprès de qui. La personne peut la lire."),
    )


class AnswerForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Votre réponse à la personne"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Elle la lira telle quelle. Dites ce que vous avez vérifié, et ce qu’elle peut faire."),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A case with its remaining time in words. late: the 72 hours are over."""

    case: CaseView
    profession: str
    left: str
    late: bool


def line(case: CaseView, now: datetime) -> Line:
    return Line(case, access.role_name(case.words.get("profession")), left(case.due - now), case.due <= now)


def left(delay: timedelta) -> str:
    """« encore 2 jours », « encore 5 heures », « en retard de 3 heures »."""
    late = delay <= timedelta(0)
    hours = int(abs(delay).total_seconds() // 3600)
    if hours >= 48:
        said = ngettext("%(n)d jour", "%(n)d jours", hours // 24) % {"n": hours // 24}
    elif hours:
        said = ngettext("%(n)d heure", "%(n)d heures", hours) % {"n": hours}
    else:
        said = _("moins d’une heure")
    return (_("en retard de %(delay)s") if late else _("encore %(delay)s")) % {"delay": said}


@for_an_operator
@require_GET
def emergencies(request: HttpRequest) -> HttpResponse:
    return _queue(request, "emergency")


@for_an_operator
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    return _queue(request, "report")


def _queue(request: HttpRequest, kind: str) -> HttpResponse:
    now, actor = timezone.now(), operator(request)
    waiting = [line(one, now) for one in access.cases(actor) if one.kind == kind]
    closed = [line(one, now) for one in access.cases(actor, closed=True) if one.kind == kind]
    context = {
        "current": "emergencies" if kind == "emergency" else "reports",
        "waiting": waiting,
        "late": sum(one.late for one in waiting),
        "closed": closed[:CLOSED_SHOWN],
    }
    return render(request, f"desk/{context['current']}.html", context)


@for_an_operator
@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _case(request, case_id, "emergency")


@for_an_operator
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _case(request, case_id, "report")


def _case(request: HttpRequest, case_id: UUID, kind: str) -> HttpResponse:
    found = _found(request, case_id, kind)
    made: type[ReviewForm] | type[AnswerForm] = ReviewForm if kind == "emergency" else AnswerForm
    form = made(request.POST if request.method == "POST" else None)
    context = {
        "current": "emergencies" if kind == "emergency" else "reports",
        "line": line(found, timezone.now()),
        "form": form,
    }
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, f"desk/{kind}.html", context, status=status)
    open_review(request, found.patient_id)
    answer_case(
        operator(request), case_id=case_id, answer=form.cleaned_data["note"], at=timezone.now(),
        justified=form.cleaned_data["finding"] == "yes" if kind == "emergency" else None,
    )  # fmt: skip
    tell(request, _("C’est enregistré. La personne peut lire votre réponse dans son espace."))
    return redirect("desk:emergencies" if kind == "emergency" else "desk:reports")


def _found(request: HttpRequest, case_id: UUID, kind: str) -> CaseView:
    one = access.case(operator(request), case_id=case_id)
    if one.kind != kind:
        raise NotFound(_("Ce dossier de revue n’existe pas."), code="no-such-case")
    if one.closed is not None:
        raise Conflict(_("Quelqu’un a déjà répondu."), code="case-closed")
    return one
