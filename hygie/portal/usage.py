"""The public observatory: what Hygie counts of its own use, with definition, base and files; published national figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from hygie.base import config
from hygie.base.errors import NotFound
from hygie.base.reading import reading
from hygie.observatory import queries
from hygie.observatory.types import Compared, National, Usage
from hygie.ui import downloads, words
from hygie.ui.typography import spaced

_KINDS: Final = {".csv": "text/csv; charset=utf-8", ".json": "application/json"}
_WORDS: Final = {
    "usage.csv": gettext_lazy("Tous les chiffres, mois par mois (CSV)"),
    "usage.json": gettext_lazy("Les chiffres et leurs définitions (JSON)"),
    "indicators.csv": gettext_lazy("Les définitions (CSV)"),
    "datapackage.json": gettext_lazy("La description de ces fichiers (Frictionless)"),
}
Bars = list[tuple[str, int | None, str]]


@dataclass(frozen=True, slots=True)
class Published:
    """A published national figure, in words. against: what it cannot be true together with, "" for nothing."""

    figure: str
    base: str
    month: str
    source: str
    told: str
    against: str


@reading
@require_GET
def observatory(request: HttpRequest) -> HttpResponse:
    """Definitions, figures, drawings; `?premier=…&second=…`: two of them on one axis, or why not."""
    usage, every = _usage(), queries.national()
    by_id = {one.id: one for one in every}
    first, second = request.GET.get("premier", ""), request.GET.get("second", "")
    compared = queries.compared(usage=usage, first=first, second=second) if first and second else None
    counted = [one for one in usage.figures if one.months]
    context = {
        "label": usage.label and _(usage.label),
        "themes": queries.themed(usage=usage),
        "any": bool(counted),
        "rule": _(usage.figures[0].indicator.small_numbers),
        "files": [(name, words_) for name, words_ in _WORDS.items() if name in usage.files],
        "rows": [_published(one, [by_id[other] for other in one.contradicts]) for one in every],
        "series": [(_(ones[0].base_words), _drawn(ones)) for ones in queries.series()],
        "choices": [
            *((one.indicator.id, _(one.indicator.name)) for one in counted),
            *((one.id, f"{_figure(one)}, {_(one.base_words)}, {_month(one)}") for one in every),
        ],
        "first": first,
        "second": second,
        "compared": compared,
        **(_together(compared) if compared else {}),
    }
    return render(request, "survey/observatory.html", context)


@reading
@require_GET
def file(request: HttpRequest, name: str) -> HttpResponse:
    """One file of the release."""
    usage = _usage()
    if name not in usage.files:
        raise NotFound(_("Ce fichier n’existe pas."), code="no-file")
    return downloads.download(usage.files[name], name, _KINDS[Path(name).suffix])


def _usage() -> Usage:
    settled = timezone.now() - timedelta(
        days=1
    )  # what began before midnight, or elsewhere on Earth, is counted by then
    return queries.usage(on=settled.date(), demo=config.mode() in ("demo", "test"))


def _figure(one: National) -> str:
    """« 10 800 000 espaces », « 15,6 % »."""
    return f"{one.figure}{words.NBSP}{_(one.unit)}"


def _together(compared: Compared) -> dict[str, object]:
    """Two series on one scale; two single figures as bars (pair)."""
    drawn = [(name, [(when, value, _said(value)) for when, value in months]) for name, months in compared.drawn]
    highest = max((value or 0 for _name, rows in drawn for _when, value, _words in rows), default=0)
    single = all(len(rows) == 1 for _name, rows in drawn)
    pair = [(f"{name}, {when}", value, said) for name, rows in drawn for when, value, said in rows] if single else []
    return {"together": drawn, "highest": highest, "pair": pair}


def _published(one: National, against: list[National]) -> Published:
    return Published(
        _figure(one), spaced(_(one.base_words)), _month(one), _(one.source), spaced(_(one.told)) if one.told else "",
        " ; ".join(f"{_(other.source)} ({_figure(other)})" for other in against),
    )  # fmt: skip


def _drawn(ones: tuple[National, ...]) -> Bars:
    return [(f"{_month(one)}, {_(one.source)}", round(one.value), one.figure) for one in sorted(ones, key=_when)]


def _month(one: National) -> str:
    return words.month(date.fromisoformat(f"{one.date}-01"))


def _when(one: National) -> str:
    return one.date


def _said(value: int | None) -> str:
    return _("masqué") if value is None else f"{value:,}".replace(",", words.NBSP)
