"""The pages of the file that a person takes away. They need neither Hygie, nor the network, nor a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from hygie.access import queries as access
from hygie.access.sentences import fold
from hygie.access.types import Grant
from hygie.formats import synopsis
from hygie.formats.synopsis import Piece
from hygie.formats.upload import EXTENSIONS
from hygie.portal.cards import card
from hygie.record.queries import Summary, Takeaway
from hygie.ui import words

ENDINGS = EXTENSIONS
LINES: Final = 5000  # of the journal, as sentences; every line is in journal.ndjson


@dataclass(frozen=True, slots=True)
class Row:
    """One document of a list. path: the original; page: what a browser can read of it, when it cannot read that."""

    id: UUID
    title: str
    day: str
    month: str
    shelf: str
    by: str
    path: str
    page: str
    weight: str
    superseded: bool
    archived: bool


def rows(taken: Takeaway, readable: Mapping[UUID, str]) -> list[Row]:
    """The documents, the latest act first."""
    made = []
    for one in taken.documents:
        told = card(one)
        made.append(
            Row(
                one.id, told.title, words.in_full(told.day), words.month(told.day), told.shelf_label, told.by,
                taken.paths[one.id], readable.get(one.id, ""), words.weight(one.size), told.superseded, told.archived,
            )
        )  # fmt: skip
    return made


def site(
    taken: Takeaway, summary: Summary, reading: Grant, readable: Mapping[UUID, str]
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """(name, page) of each page."""
    held = rows(taken, readable)
    shelves = sorted({row.shelf for row in held})
    lines, _older = access.journal_page(reading, wanted=LINES, farthest=LINES)
    common = {"name": taken.identity.display_name, "on": words.in_full(taken.at), "keeper": taken.keeper, "top": ""}
    told: dict[str, tuple[str, dict[str, Any]]] = {
        "index.html": ("index", {"documents": len(held), "entries": len(taken.items)}),
        "documents.html": ("documents", {"groups": [(month, list(some)) for month, some in groupby(held, lambda row: row.month)]}),
        "categories.html": ("documents", {"groups": [(shelf, [row for row in held if row.shelf == shelf]) for shelf in shelves], "by_shelf": True}),
        "sante.html": ("health", {"chapters": _chapters(taken)}),
        "journal.html": ("journal", {"days": [(one, list(some)) for one, some in groupby(fold(lines, say=_), lambda group: group.day)], "most": LINES}),
        "recherche.html": ("search", {}),
    }  # fmt: skip
    for name, (template, context) in told.items():
        yield name, render_to_string(f"portal/away/{template}.html", {**common, **context, "page": name})
    yield "LISEZ-MOI.txt", render_to_string("portal/away/readme.txt", common)


def _chapters(taken: Takeaway) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """Each chapter with its lines: what, how, when, from whom."""
    pieces = [
        Piece(one.id, one.resource, one.by_patient, one.source.author if one.source else _("vous"))
        for one in taken.items
        if one.certain
    ]
    return [
        (_(chapter.title), [(said.what, said.how, said.when, source) for _piece, said, source in synopsis.lines(found)])
        for chapter, found in synopsis.chaptered(pieces)
        if found
    ]
