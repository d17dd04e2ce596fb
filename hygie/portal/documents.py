"""Documents: hers, by category and by month, narrowed by links and a small form."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hygie.access.types import Action, Channel
from hygie.formats import valuesets
from hygie.portal.cards import Card, by_month, card, shelf_of
from hygie.portal.opening import for_a_person, open_mine
from hygie.record import queries as record
from hygie.ui import paging, periods

PAGE = 30
_MOST_FOUND = 300


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the list is narrowed to, as the address says it; "" means not narrowed."""

    shelf: str = ""
    period: str = ""
    words: str = ""
    archived: bool = False

    @classmethod
    def asked(cls, request: HttpRequest) -> Narrowing:
        given = request.GET
        return cls(
            shelf=given.get("categorie", "") if valuesets.category(given.get("categorie", "")) else "",
            period=given.get("periode", "")[:10],
            words=given.get("mots", "").strip()[:80],
            archived=given.get("archives") == "1",
        )

    def address(self, **changed: object) -> str:
        """The same list, with these differences."""
        values = {
            "categorie": self.shelf,
            "periode": self.period,
            "mots": self.words,
            "archives": "1" if self.archived else "",
        } | {name: str(value) for name, value in changed.items()}
        return "?" + urlencode({name: value for name, value in values.items() if value})

    @property
    def any(self) -> bool:
        return bool(self.shelf or self.period or self.words)


@for_a_person
@require_GET
def documents(request: HttpRequest) -> HttpResponse:
    grant = open_mine(request, Action.LIST, channel=Channel.LIST)
    asked = Narrowing.asked(request)
    everything = record.documents(grant, archived=asked.archived)
    spoken = [one for one in everything if not asked.words or _speaks_of(card(one), asked.words)]
    if asked.words:  # and those that say it inside: a text, a scanned page, a result
        inside = {hit.document.id for hit in record.search(grant, words=asked.words, most=_MOST_FOUND).hits}
        named = {one.id for one in spoken}
        spoken = [one for one in everything if one.id in inside or one.id in named]
    in_period = [(one, shelf_of(one)) for one in spoken if periods.holds(one.day, asked.period)]
    kept = [one for one, shelf in in_period if asked.shelf in ("", shelf)]
    page = paging.page(kept, request.GET.get("page", ""), size=PAGE)
    context = {
        "current": "documents",
        "asked": asked,
        "total": len(everything),
        "found": len(kept),
        "fresh": sum(one.new and not one.by_patient for one in everything),
        "months": by_month([card(one) for one in page.items]),
        "filters": _filters(asked, Counter(shelf for _one, shelf in in_period)),
        "periods": periods.years((one.day for one in everything), asked.period),
        "clear": Narrowing(archived=asked.archived).address(),
        **page.links(lambda number: asked.address(page=number)),
    }
    return render(request, "portal/documents.html", context)


def _speaks_of(one: Card, asked: str) -> bool:
    """Every word asked for stands in the title, the author or the kind."""
    spoken = f"{one.title} {one.by} {one.kind} {one.shelf_label}".casefold()
    return all(word in spoken for word in asked.casefold().split())


def _filters(asked: Narrowing, found: Counter[str]) -> list[tuple[str, str, bool]]:
    """All, then the categories that hold something, with how many."""
    links = [(_("Tout"), asked.address(categorie=""), not asked.shelf)]
    for shelf in valuesets.CATEGORIES:
        if shelf.id in found or shelf.id == asked.shelf:
            label = f"{_(shelf.label)} ({found[shelf.id]})"
            links.append((label, asked.address(categorie=shelf.id), shelf.id == asked.shelf))
    return links
