"""What a representative follows: who came, without what a secret document would tell; what is known, without place nor time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from hygie.access import queries as access
from hygie.access.actions import inside
from hygie.access.types import Action, Grant, Visibility
from hygie.base.errors import NotFound, Refused
from hygie.base.pseudonyms import pseudonym
from hygie.formats import concepts, valuesets
from hygie.record import drugs, entries, listing, reading
from hygie.record.masked import Known, Paper, known, month_of
from hygie.record.medications import named
from hygie.record.sheets import Wanted
from hygie.record.treatments import KINDS
from hygie.record.types import Document, Item


def visits(grant: Grant, *, most: int, before: UUID | None = None) -> access.Followed:
    """The latest visits that this representative may know of, or those after a mark. Needs her grant to FOLLOW."""
    if grant.action is not Action.FOLLOW:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    with inside(grant) as sql:
        rows = sql.execute(
            f"SELECT {reading.COLUMNS} FROM record_document WHERE patient_id = %b".encode(),
            [grant.patient_id], prepare=True, binary=True,
        ).fetchall()  # fmt: skip
        held = [reading.document(grant, row) for row in rows]
    seen = [one for one in held if grant.scope.covers(one.facts)]
    kept = [one for one in held if Visibility.HIDDEN_FROM_GUARDIANS in one.visibility]
    secret: set[tuple[UUID, date]] = set()
    for one in kept:
        for who in (one.depositor_id, one.organisation_id):
            moments: tuple[datetime | None, ...] = (
                one.received, one.updated, one.day, one.metadata.created, one.metadata.service_start,
            )  # fmt: skip
            secret |= {
                (who, at.astimezone(reading.FRANCE).date()) for at in moments if who is not None and at is not None
            }
    return access.followed(
        grant, seen=frozenset(one.id for one in seen), secret=frozenset(secret), most=most, before=before,
        known=frozenset(one.depositor_id for one in seen if one.depositor_id is not None),
    )  # fmt: skip


def masked(grant: Grant) -> tuple[Known, tuple[Paper, ...]]:
    """What is known of this person, and what each document of others says, without place, author nor day.

    Needs the grant to READ_MASKED of whoever a decision of justice keeps from them. Documents of one month are in the order
    of their shelves: a list tells no day either.
    """
    items, held = _held(grant)
    return _known(grant, items), _papers(grant, items, held)


def masked_paper(grant: Grant, *, token: UUID) -> Paper:
    """One of those documents. Needs the grant to READ_MASKED this very document, which `behind` named."""
    items, held = _held(grant)
    found = next((one for one in held if one.id == grant.object_id and pseudonym(one.id) == token), None)
    if found is None:
        raise NotFound("Ce document n'est pas ici.", code="no-such-document")
    return _papers(grant, items, [found])[0]


def behind(grant: Grant, *, token: UUID) -> UUID:
    """Which document a token names, for the journal; its id, made when the document came in, is never shown."""
    found = next((one.id for one in _held(grant)[1] if pseudonym(one.id) == token), None)
    if found is None:
        raise NotFound("Ce document n'est pas ici.", code="no-such-document")
    return found


def _held(grant: Grant) -> tuple[list[Item], list[Document]]:
    """Entries, and the documents that somebody else put in: her own she reads on their pages."""
    if grant.action is not Action.READ_MASKED:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    items, held, _ = entries.with_documents(grant, Wanted(), listing.CURRENT)
    return items, [one for one in held if one.depositor_id != grant.actor.id]


def _papers(grant: Grant, items: Iterable[Item], held: Iterable[Document]) -> tuple[Paper, ...]:
    said: dict[UUID, list[Item]] = {}
    for item in items:
        if item.source is not None:
            said.setdefault(item.source.document_id, []).append(item)
    on = grant.at.astimezone(reading.FRANCE).date()
    made = []
    for one in held:
        shelf = valuesets.category_of(one.class_code, one.type_code)
        month = month_of(one.on, on)
        known = _known(grant, said.get(one.id, ()))
        made.append(Paper(pseudonym(one.id), shelf.id, shelf.label, month, known))
    made.sort(key=lambda one: (one.shelf, one.token))
    return tuple(sorted(made, key=lambda one: one.month or date.max, reverse=True))


def _known(grant: Grant, items: Iterable[Item]) -> Known:
    held = list(items)
    given = [one.resource.get("vaccineCode") or {} for one in held if one.kind == "Immunization"]
    said = [named(one.resource)[:2] for one in held if one.kind in KINDS]
    said += [(concepts.words(one), [concepts.code(one)]) for one in given]
    catalogue = drugs.catalogue(
        called={name for name, _ in said}, codes={code for _, codes in said for code in codes if code}
    )
    return known(held, on=grant.at.astimezone(reading.FRANCE).date(), catalogue=catalogue)
