"""Periods to which a page of values in time may be narrowed, and addresses of the same page with a difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.translation import gettext as _

_YEARS = {"1": 1, "3": 3}
Choice = tuple[str, str, bool]
"""Label, address, whether it is the present one: what `{% filters %}` takes."""


def since(asked: str, *, today: date) -> date | None:
    """The first day of the period that the address asks for; None for everything."""
    years = _YEARS.get(asked)
    return today - timedelta(days=round(365.25 * years)) if years else None


def offered(asked: str, address: Callable[[str], str]) -> list[Choice]:
    """Everything, a year, three years. address: from a period to this page narrowed to it."""
    chosen = asked if asked in _YEARS else ""
    periods = (("", _("Tout")), ("1", _("Un an")), ("3", _("Trois ans")))
    return [(label, address(value), value == chosen) for value, label in periods]


def same_page(query: Mapping[str, str], known: Iterable[str], **changed: str) -> str:
    """This page, with these differences; what a page does not know is left out."""
    kept = {name: query.get(name, "") for name in known} | changed
    return "?" + urlencode({name: value for name, value in kept.items() if value})
