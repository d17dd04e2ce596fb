"""What is known of a child, for a parent from whom a decision of justice protects places and times.

These pages show numbers, months, and words of our own catalogues: no name, no place, no day, no page of a document.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hygie.access import queries
from hygie.access.types import Action, Channel, Grant
from hygie.base.addresses import reverse
from hygie.base.errors import NotFound
from hygie.formats import valuesets
from hygie.formats.analytes import plain
from hygie.portal.opening import for_a_person, open_mine
from hygie.portal.whom import whom
from hygie.record import queries as record
from hygie.record.results import FAMILIES
from hygie.ui import words


def _open(request: HttpRequest, document_id: UUID | None = None) -> Grant:
    if whom(request) is None:
        raise NotFound(_("Choisissez d’abord la personne dont vous vous occupez."), code="nobody-helped")
    channel = Channel.LIST if document_id is None else Channel.VIEW
    grant = open_mine(request, Action.READ_MASKED, document_id=document_id, channel=channel)
    if grant.tie is None or not grant.tie.protected:  # whoever has the pages themselves needs no other
        raise NotFound(_("Cette page n’existe pas pour vous."), code="nothing-masked")
    return grant


@for_a_person
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """What is taken, measured, vaccinated, feared: all that can be told."""
    grant = _open(request)
    known, _papers = record.masked(grant)
    context = {"current": "health", "name": queries.identity(grant).display_name}
    return render(request, "portal/masked.html", context | _shown(known))


@for_a_person
@require_GET
def papers(request: HttpRequest) -> HttpResponse:
    """Which documents there are, by category and by month; the words asked for are looked for in what is told alone."""
    grant = _open(request)
    found = record.masked(grant)[1]
    shelf = request.GET.get("categorie", "") if valuesets.category(request.GET.get("categorie", "")) else ""
    asked = request.GET.get("mots", "").strip()[:80]
    spoken = plain(asked).split()
    matching = [one for one in found if all(word in plain(f"{_(one.label)} {one.known.words}") for word in spoken)]
    shown = [one for one in matching if not shelf or one.shelf == shelf]
    context = {
        "current": "documents",
        "name": queries.identity(grant).display_name,
        "total": len(found),
        "asked": asked,
        "shelf": shelf,
        "filters": _filters(Counter(one.shelf for one in matching), shelf, asked),
        "months": [
            (_month(month), [(one, _told(one.known)) for one in group])
            for month, group in groupby(shown, key=lambda one: one.month)
        ],
    }
    return render(request, "portal/masked_papers.html", context)


@for_a_person
@require_GET
def paper(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """What one document says that can be told; its pages stay closed. The address names it by its token."""
    grant = _open(request, record.behind(_open(request), token=document_id))
    found = record.masked_paper(grant, token=document_id)
    context = {"current": "documents", "name": queries.identity(grant).display_name, "paper": found}
    return render(request, "portal/masked_paper.html", context | {"month": _month(found.month)} | _shown(found.known))


def _shown(known: record.Known) -> dict[str, object]:
    families = [
        (_(label), [one for one in known.analyses if one.family == label]) for label in FAMILIES.values()
    ]  # fmt: skip
    return {"known": known, "families": [(label, found) for label, found in families if found]}


def _filters(found: Counter[str], chosen: str, asked: str) -> list[tuple[str, str, bool]]:
    here = reverse("portal:masked-papers")
    links = [(_("Tout"), f"{here}?{urlencode({'mots': asked})}" if asked else here, not chosen)]
    for one in valuesets.CATEGORIES:
        if one.id in found or one.id == chosen:
            query = urlencode({"categorie": one.id} | ({"mots": asked} if asked else {}))
            links.append((f"{_(one.label)} ({found[one.id]})", f"{here}?{query}", one.id == chosen))
    return links


def _month(month: date | None) -> str:
    return words.month(month) if month is not None else _("À venir")


def _told(known: record.Known) -> str:
    """A line under its category: what it speaks of."""
    spoken = [str(one) for one in known.treatments] + [words.spoken(one.label) for one in known.analyses]
    for one in known.vaccines:
        spoken.append(_("vaccin : %(what)s") % {"what": ", ".join(map(words.spoken, one.against))})
    spoken += [words.spoken(one) for one in (*known.allergies, *known.problems)]
    shown = ", ".join(spoken[:4])
    return f"{shown}…" if len(spoken) > 4 else shown
