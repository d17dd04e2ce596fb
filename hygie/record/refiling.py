"""Filing a document elsewhere than its depositor did: its class and type are corrected, the original stays as received.

`meta`, sealed with the document, is never touched: undoing takes class and type from there. What rules, lists and answers
use (the clear class, `listing`, the sheets) follows in the same transaction. Design: docs/adr/0009-corrected-types.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from hygie.access.actions import inside, open_record
from hygie.access.types import Action, Channel, DocumentFacts, Grant, Request
from hygie.base import sealing
from hygie.base.errors import Conflict, Invalid, NotFound, Refused
from hygie.formats import valuesets
from hygie.people.types import Kind
from hygie.record import laying, reading, sealed, tasks
from hygie.record.types import Document, Metadata, Refiled


def refile(request: Request, *, type_code: str, at: datetime) -> Document:
    class_code = valuesets.class_of(type_code)
    if class_code is None:
        raise Invalid("Ce type de document n’existe pas.", code="unknown-type", at="type")
    with _changing(request, (class_code, type_code)) as one:
        found = one.found
        if (found.class_code, found.type_code) == (class_code, type_code):
            return found
        known = found.metadata
        was = known.refiled or Refiled("", request.actor.id, at, found.class_code, found.type_code, known.type_label)
        if (was.was_class, was.was_type) == (class_code, type_code):
            return one.keep(one.as_received, was.was_class, at)
        said = replace(was, by=request.actor.name, by_id=request.actor.id, at=at)
        filed = replace(
            known, class_code=class_code, type_code=type_code, type_system=valuesets.type_system(type_code),
            type_label=valuesets.type_label(type_code), refiled=said,
        )  # fmt: skip
        return one.keep(filed, class_code, at)


def put_back(request: Request, *, at: datetime) -> Document:
    with _changing(request, None) as one:
        said = one.found.metadata.refiled
        if said is None:
            raise Conflict("Ce document est déjà rangé comme il a été reçu.", code="not-refiled")
        if request.actor.kind is not Kind.PERSON and said.by_id != request.actor.id:
            raise Refused("Seuls la personne et celui qui l’a rangé ainsi peuvent annuler.", code="refiled-by-another")
        return one.keep(one.as_received, said.was_class, at)


@dataclass(slots=True)
class _Changing:
    """One document, locked, on which the decision still stands."""

    sql: psycopg.Cursor[Any]
    grant: Grant
    found: Document
    as_received: Metadata
    beside: dict[str, Any]  # what is sealed beside the metadata (sealed.pack)
    dropped: bool = False

    def keep(self, metadata: Metadata, class_code: str, at: datetime) -> Document:
        grant, found = self.grant, self.found
        assert grant.keyring is not None
        packed = sealed.pack(replace(metadata, class_code=class_code), **self.beside)
        place = sealed.place("listing", grant.patient_id, found.id)
        laying.alone(self.sql, grant)
        self.sql.execute(
            """UPDATE record_document SET class_code = %b, listing = %b, updated = %b, version = version + 1
               WHERE patient_id = %b AND id = %b""",
            [class_code, sealing.seal(grant.keyring.index_key(), packed, place), at, grant.patient_id, found.id],
        )
        self.dropped = laying.drop(self.sql, grant, found.id)
        filed = reading.one(grant, self.sql, found.id)
        assert filed is not None
        return filed


@contextmanager
def _changing(request: Request, filed_as: tuple[str, str] | None) -> Iterator[_Changing]:
    """Decided upon this very document and this very change, and written down, before anything is locked."""
    if request.action is not Action.CLASSIFY or request.object_id is None:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    looking = open_record(replace(request, action=Action.LIST, channel=Channel.MACHINE))
    facts = reading.facts(looking, request.object_id)
    grant = open_record(request, document=replace(facts, filed_as=filed_as))
    with inside(grant) as sql:
        one = _locked(sql, grant, request.object_id, facts)
        yield one
    if one.dropped:
        tasks.read_again_later(grant.patient_id)  # lays the other documents of that sheet again


def _locked(sql: psycopg.Cursor[Any], grant: Grant, document_id: UUID, decided: DocumentFacts) -> _Changing:
    row = sql.execute(
        "SELECT dek, meta FROM record_document WHERE patient_id = %b AND id = %b FOR UPDATE",
        [grant.patient_id, document_id], binary=True,
    ).fetchone()  # fmt: skip
    found = reading.one(grant, sql, document_id) if row else None
    if row is None or found is None:
        raise NotFound("Ce document n'est plus ici.", code="no-such-document")
    if found.facts != decided:
        raise Conflict("Ce document a changé entre-temps : relisez-le.", code="stale-version")
    assert grant.keyring is not None
    key = grant.keyring.open_document_key(document_id, row[0])
    packed = sealing.unseal(key, row[1], sealed.place("meta", grant.patient_id, document_id))
    as_received, beside = sealed.unpack(packed)
    return _Changing(sql, grant, found, as_received, beside)
