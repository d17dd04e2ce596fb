"""Published figures as drawings (see `hygie.ui.trend`): `{% load hygie_figures %}`."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hygie.ui import trend

register = template.Library()


@register.simple_tag(name="trend")
def trend_of(rows: Sequence[trend.Row], unit: str = "", highest: int = 0) -> SafeString:
    return SafeString(trend.trend(rows, hidden=_("masqué"), unit=unit, highest=highest))


@register.simple_tag(name="small")
def small_of(rows: Sequence[trend.Row]) -> SafeString:
    return SafeString(trend.small(rows))


@register.simple_tag(name="steps")
def steps_of(rows: Sequence[trend.Step]) -> SafeString:
    return SafeString(trend.steps(rows))
