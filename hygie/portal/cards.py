"""A document as a line of a person's lists: her words, not ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext as _

from hygie.access.types import Visibility
from hygie.formats import valuesets
from hygie.record.types import Document
from hygie.ui import words


@dataclass(frozen=True, slots=True)
class Card:
    """shelf: id of its category; kind: the plain name of its type; by: who put it here, in words."""

    id: UUID
    title: str
    shelf: str
    shelf_label: str
    kind: str
    by: str
    day: datetime
    received: datetime
    size: int
    new: bool
    archived: bool
    hidden: bool
    secret: bool
    withheld: bool
    mine: bool
    superseded: bool

    @property
    def dated(self) -> str:
        """« Ordonnance : lévothyroxine, 12 mars 2026 »: among others of the same title."""
        return _("%(title)s, %(day)s") % {"title": self.title, "day": words.in_full(self.day)}


@dataclass(frozen=True, slots=True)
class Month:
    """The documents of one month, the latest first."""

    label: str
    cards: tuple[Card, ...]


def shelf_of(document: Document) -> str:
    """The id of its category, at hand without opening its metadata."""
    return valuesets.category_of(document.class_code, document.type_code).id


def card(document: Document) -> Card:
    metadata = document.metadata
    shelf = valuesets.category_of(metadata.class_code, metadata.type_code)
    kind = _(valuesets.type_label(metadata.type_code, metadata.type_label))
    return Card(
        id=document.id,
        title=metadata.title or kind,
        shelf=shelf.id,
        shelf_label=_(shelf.label),
        kind=_(shelf.label) if document.by_patient else kind,
        by=author(document),
        day=document.day,
        received=document.received,
        size=document.size,
        new=document.new and not document.by_patient,
        archived=document.archived,
        hidden=Visibility.HIDDEN_FROM_PROFESSIONALS in document.visibility,
        secret=Visibility.HIDDEN_FROM_GUARDIANS in document.visibility,
        withheld=Visibility.HIDDEN_FROM_PATIENT in document.visibility,
        mine=document.by_patient,
        superseded=document.status == "superseded",
    )


def author(document: Document) -> str:
    """« Dr Diallo, Cabinet des Tilleuls », « Labo Seine », « Ajouté par vous »."""
    brought = document.metadata.brought if document.source == "archive" else None
    if brought is not None:
        said = _("Apporté par vous depuis %(keeper)s, où %(depositor)s l’avait déposé")
        return said % {"keeper": brought.keeper, "depositor": brought.depositor}
    if document.by_patient:
        return _("Ajouté par vous")
    first = next((one for one in document.metadata.authors if one.name), None)
    if first is None:
        return document.depositor
    place = first.organisation or document.depositor
    return first.name if not place or place == first.name else f"{first.name}, {place}"


def by_month(cards: Iterable[Card]) -> list[Month]:
    """Cards already in order of day, grouped by month."""
    return [Month(label, tuple(group)) for label, group in groupby(cards, key=lambda one: words.month(one.day))]
