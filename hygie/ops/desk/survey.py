"""The survey that is being asked: how its quotas fill. Counts of nobody, rounded: see `Quota.shown`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hygie.observatory import queries
from hygie.observatory.types import Quota
from hygie.ops.desk.opening import for_an_operator
from hygie.ui.bars import Bar


@dataclass(frozen=True, slots=True)
class Line:
    """left: how many more are wanted, None when that would give a small count away."""

    cell: Quota
    held: str
    left: str
    state: str
    tone: str


@for_an_operator
@require_GET
def survey(request: HttpRequest) -> HttpResponse:
    """Counts against targets, by sex, age, work, region and town; the cells that are closed."""
    found = queries.monitor()
    context: dict[str, Any] = {"current": "survey", "monitor": found, "at": timezone.now()}
    if found:
        context |= {
            "margins": [(title, [_line(one) for one in cells], [_bar(one) for one in cells]) for title, cells in found.margins.items()],
            "closed": sum(one.full for cells in found.margins.values() for one in cells),
            "held": _few() if found.held is None else found.held,
        }  # fmt: skip
    return render(request, "desk/survey.html", context)


def _few() -> str:
    return _("moins de 11")


def _line(one: Quota) -> Line:
    held = _few() if one.shown is None else str(one.shown)
    left = "–" if one.shown is None else str(max(0, one.wanted - one.shown))
    if one.full:
        return Line(one, held, left, _("fermée"), "ok")
    return Line(one, held, left, _("bientôt pleine") if one.near else _("ouverte"), "warning" if one.near else "")


def _bar(one: Quota) -> Bar:
    held = _few() if one.shown is None else str(one.shown)
    part = None if one.shown is None else min(1.0, one.shown / max(one.wanted, 1))
    return Bar(one.label, part, held)
