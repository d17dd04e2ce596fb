"""One patient: how her record is open, what is new since the last visit, and her documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hygie.access import queries as access
from hygie.access.types import Action, Channel, Grant, WayIn
from hygie.formats import valuesets
from hygie.people.types import Actor
from hygie.record import queries as record
from hygie.record.types import Document
from hygie.ui import paging, periods
from hygie.ui.words import since_when
from hygie.workspace.names import patient as as_read
from hygie.workspace.opening import Way, for_a_professional, nothing_here, open_patient, way_of
from hygie.workspace.rows import Row, is_fresh, row, shelf_of, spoken_of

PAGE = 60
SHOWN_NEW = 8


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the list is narrowed to, as the address says it; "" means not narrowed."""

    way: Way
    shelf: str = ""
    period: str = ""
    words: str = ""
    fresh: bool = False

    @classmethod
    def asked(cls, request: HttpRequest) -> Narrowing:
        given = request.GET
        return cls(
            way=way_of(request),
            shelf=given.get("categorie", "") if valuesets.category(given.get("categorie", "")) else "",
            period=given.get("periode", "")[:10],
            words=given.get("mots", "").strip()[:80],
            fresh=given.get("nouveau") == "1",
        )

    def address(self, **changed: object) -> str:
        values = {
            "acces": self.way.name,
            "categorie": self.shelf,
            "periode": self.period,
            "mots": self.words,
            "nouveau": "1" if self.fresh else "",
        } | {name: str(value) for name, value in changed.items()}
        return "?" + urlencode({name: value for name, value in values.items() if value})

    @property
    def any(self) -> bool:
        return bool(self.shelf or self.period or self.words or self.fresh)

    def keeps(self, one: Document, since: datetime | None, reader: Actor) -> bool:
        """Whether it is in, whatever its category."""
        if self.fresh and not is_fresh(one, since, reader):
            return False
        return periods.holds(one.day, self.period) and (not self.words or self._speaks(one))

    def _speaks(self, one: Document) -> bool:
        spoken = spoken_of(one)
        return all(word in spoken for word in self.words.casefold().split())


@for_a_professional
@require_GET
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    asked = Narrowing.asked(request)
    grant = open_patient(request, patient_id, Action.LIST, way=asked.way, channel=Channel.LIST)
    since = access.last_visit(grant)
    documents = record.documents(grant)
    if asked.way.own and not documents:
        raise nothing_here()
    narrowed = [(one, shelf_of(one)) for one in documents if asked.keeps(one, since, grant.actor)]
    kept = [one for one, shelf in narrowed if asked.shelf in ("", shelf)]
    page = paging.page(kept, request.GET.get("page", ""), size=PAGE)
    fresh = [one for one in documents if is_fresh(one, since, grant.actor)]

    def rows(chosen: Sequence[Document]) -> list[Row]:
        return [row(one, actor=grant.actor, since=since) for one in chosen]

    top = heading(grant, asked.way)
    context = top | {
        "asked": asked,
        "arranges": not asked.way.name,
        "total": len(documents),
        "found": len(kept),
        "rows": rows(page.items),
        "since": since,
        "since_said": since_when(since, today=timezone.localdate(grant.at)) if since else "",
        "fresh": rows(fresh[:SHOWN_NEW]),
        "fresh_count": len(fresh),
        "fresh_address": asked.address(nouveau=1, categorie="", periode="", mots=""),
        "filters": _filters(asked, Counter(shelf for _one, shelf in narrowed), len(fresh)),
        "periods": periods.years((one.day for one in documents), asked.period),
        **page.links(lambda number: asked.address(page=number)),
        "clear": Narrowing(asked.way).address(),
        "limits": limits(top["way_in"]),
        "approximate": not asked.way.urgent
        and any(access.is_approximate(grant.actor, code) for code in {one.type_code for one in documents}),
    }
    return render(request, "workspace/patient.html", context)


def heading(grant: Grant, way: Way) -> dict[str, Any]:
    """What stands at the top of every page of this patient: who, and by whom the page is open, until when."""
    found: dict[str, Any] = {
        "current": "deposits" if way.own else "patients",
        "patient_id": grant.patient_id,
        "way": way,
        "way_in": access.way_in(grant),
        "patient": None,
    }
    if not way.own:
        found["patient"] = as_read(access.identity(grant), today=timezone.localdate(grant.at))
    return found


def limits(way_in: WayIn) -> str:
    """The categories the person limited this access to, in words; "" when she did not."""
    if way_in.classes is None:
        return ""
    return ", ".join(sorted(_(valuesets.class_label(code)).lower() for code in way_in.classes)) or _("aucune")


def _filters(asked: Narrowing, found: Counter[str], fresh: int) -> list[tuple[str, str, bool]]:
    links = [(_("Tout"), asked.address(categorie="", nouveau=""), not asked.shelf and not asked.fresh)]
    if asked.fresh or fresh:
        label = f"{_('Depuis ma dernière visite')} ({fresh})"
        links.append((label, asked.address(nouveau="" if asked.fresh else 1), asked.fresh))
    for shelf in valuesets.CATEGORIES:
        if shelf.id in found or shelf.id == asked.shelf:
            label = f"{_(shelf.label)} ({found[shelf.id]})"
            links.append((label, asked.address(categorie=shelf.id), shelf.id == asked.shelf))
    return links
