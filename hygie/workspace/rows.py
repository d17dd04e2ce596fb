"""A document as a line of a professional's list: the record's own words, dates first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from hygie.access.types import Visibility
from hygie.formats import valuesets
from hygie.people.types import Actor
from hygie.record.types import Document


@dataclass(frozen=True, slots=True)
class Row:
    """fresh: came since the reader's last visit. mine: deposited by her. withheld: the patient does
    not see it yet."""

    id: UUID
    title: str
    shelf: str
    shelf_label: str
    kind: str
    by: str
    day: datetime
    received: datetime
    size: int
    fresh: bool
    mine: bool
    by_patient: bool
    hidden: bool
    withheld: bool
    superseded: bool


def row(document: Document, *, actor: Actor, since: datetime | None = None) -> Row:
    metadata = document.metadata
    shelf = valuesets.category_of(metadata.class_code, metadata.type_code)
    kind = _(valuesets.type_label(metadata.type_code, metadata.type_label))
    return Row(
        id=document.id,
        title=metadata.title or kind,
        shelf=shelf.id,
        shelf_label=_(shelf.label),
        kind=kind,
        by=author(document),
        day=document.day,
        received=document.received,
        size=document.size,
        fresh=is_fresh(document, since, actor),
        mine=document.depositor_id == actor.id,
        by_patient=document.by_patient,
        hidden=Visibility.HIDDEN_FROM_PROFESSIONALS in document.visibility,
        withheld=Visibility.HIDDEN_FROM_PATIENT in document.visibility,
        superseded=document.status == "superseded",
    )


@dataclass(frozen=True, slots=True)
class Refiled:
    """Who filed a document under its present type, and what it came as. mine: by this reader."""

    by: str
    was: str
    at: datetime
    mine: bool


def refiled(document: Document, *, actor: Actor) -> Refiled | None:
    said = document.metadata.refiled
    if said is None:
        return None
    return Refiled(said.by, _(valuesets.type_label(said.was_type, said.was_label)), said.at, said.by_id == actor.id)


def is_fresh(document: Document, since: datetime | None, actor: Actor) -> bool:
    """Whether it came since this professional's last visit; what she put there herself is no news to her."""
    return since is not None and document.received > since and document.depositor_id != actor.id


def shelf_of(document: Document) -> str:
    """The id of its category."""
    return valuesets.category_of(document.class_code, document.type_code).id


def spoken_of(document: Document) -> str:
    """What a search by words looks into."""
    one = document.metadata
    kind = _(valuesets.type_label(one.type_code, one.type_label))
    shelf = _(valuesets.category_of(one.class_code, one.type_code).label)
    return f"{one.title} {author(document)} {kind} {shelf}".casefold()


def author(document: Document) -> str:
    """« Dr Diallo, Cabinet du Canal », « Labo Seine », « le patient »."""
    if document.by_patient:
        return _("ajouté par le patient")
    first = next((one for one in document.metadata.authors if one.name), None)
    if first is None:
        return document.depositor
    place = first.organisation or document.depositor
    return first.name if not place or place == first.name else f"{first.name}, {place}"
