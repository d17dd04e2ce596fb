"""Periods to which values in time or a list of documents may be narrowed, and addresses of the same page narrowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from hygie.ui import words

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


def holds(day: datetime, asked: str) -> bool:
    """Whether a document of this day is in the period that a list of documents asks for: « recent », a year, or all."""
    if asked == "recent":
        return day >= timezone.now() - timedelta(days=365)
    if len(asked) == 4 and asked.isdecimal():
        return words.year_of(day) == int(asked)
    return True


def years(days: Iterable[datetime], asked: str) -> list[tuple[str, str, bool]]:
    """Everything, since a year, each year in which there is a day: value, label, whether it is the one asked for."""
    found = sorted({words.year_of(day) for day in days}, reverse=True)
    options = [("", _("Toutes les dates")), ("recent", _("Depuis un an")), *((str(y), str(y)) for y in found)]
    return [(value, label, value == asked) for value, label in options]


def same_page(query: Mapping[str, str], known: Iterable[str], **changed: str) -> str:
    """This page, with these differences; what a page does not know is left out."""
    kept = {name: query.get(name, "") for name in known} | changed
    return "?" + urlencode({name: value for name, value in kept.items() if value})
