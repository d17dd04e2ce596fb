"""Indicators for those who run the house: where invitations end, then every figure in small, then each one whole.

They are the public figures. An operator sees no smaller ones, and none of the month that runs: what changed between two
looks would be somebody.
"""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hygie.base import config
from hygie.observatory import queries
from hygie.ops.desk.opening import for_an_operator


@for_an_operator
@require_GET
def indicators(request: HttpRequest) -> HttpResponse:
    usage = queries.usage(on=(timezone.now() - timedelta(days=1)).date(), demo=config.mode() in ("demo", "test"))
    themes = queries.themed(usage=usage)
    context = {
        "current": "indicators",
        "label": usage.label and _(usage.label),
        "themes": themes,
        "funnel": next((one for theme in themes for one in theme.sheets if one.steps), None),
        "any": any(one.months for one in usage.figures),
    }
    return render(request, "desk/indicators.html", context)
