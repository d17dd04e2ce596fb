"""Documents that a professional put on top for colleagues. A pin is as visible as its document, and never tells of one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import orjson

from hygie.access.actions import inside
from hygie.access.types import Action, Grant
from hygie.base import sealing
from hygie.base.errors import NotFound, Refused
from hygie.people.types import Kind
from hygie.record import reading
from hygie.record.types import Pin


def pin(grant: Grant, *, document_id: UUID, at: datetime) -> None:
    _needs(grant, document_id)
    if grant.actor.kind is not Kind.PROFESSIONAL:
        raise Refused("Ce sont les professionnels qui épinglent pour leurs confrères.", code="professionals-only")
    assert grant.keyring is not None
    told = orjson.dumps({"by": grant.actor.name, "id": str(grant.actor.id)})
    body = sealing.seal(grant.keyring.index_key(), told, _place(grant, document_id))
    with inside(grant) as sql:
        sql.execute(
            """INSERT INTO record_pin (patient_id, document_id, at, body) VALUES (%b, %b, %b, %b)
               ON CONFLICT (patient_id, document_id) DO NOTHING""",
            [grant.patient_id, document_id, at, body],
        )


def unpin(grant: Grant, *, document_id: UUID) -> None:
    _needs(grant, document_id)
    with inside(grant) as sql:
        row = sql.execute(
            "SELECT body FROM record_pin WHERE patient_id = %b AND document_id = %b FOR UPDATE",
            [grant.patient_id, document_id], binary=True,
        ).fetchone()  # fmt: skip
        if row is None:
            raise NotFound("Ce document n’est plus épinglé.", code="not-pinned")
        _, by_id = _opened(grant, document_id, row[0])
        if grant.actor.kind is not Kind.PERSON and by_id != grant.actor.id:
            raise Refused("Seuls la personne et celui qui l’a épinglé peuvent le retirer.", code="pinned-by-another")
        sql.execute(
            "DELETE FROM record_pin WHERE patient_id = %b AND document_id = %b", [grant.patient_id, document_id]
        )


def pins(grant: Grant, *, document_id: UUID | None = None) -> tuple[Pin, ...]:
    only, values = ("", []) if document_id is None else (" AND p.document_id = %b", [document_id])
    columns = ", ".join(
        "CASE WHEN d.listing IS NULL THEN d.meta END" if name == "meta" else f"d.{name}" for name in reading.ROW
    )
    with inside(grant) as sql:
        rows = sql.execute(
            f"""SELECT {columns}, p.at, p.body FROM record_pin p JOIN record_document d
                  ON d.patient_id = p.patient_id AND d.id = p.document_id
                WHERE p.patient_id = %b AND d.status = 'current' AND NOT d.archived{only}
                ORDER BY p.at DESC""".encode(),
            [grant.patient_id, *values], prepare=True, binary=True,
        ).fetchall()  # fmt: skip
    said = {row[0]: row[-2:] for row in rows}
    found = []
    for document in reading.covered(grant, (row[:-2] for row in rows)):
        at, body = said[document.id]
        by, by_id = _opened(grant, document.id, body)
        found.append(Pin(document, by, by_id, at))
    return tuple(found)


def _opened(grant: Grant, document_id: UUID, body: bytes) -> tuple[str, UUID]:
    assert grant.keyring is not None
    told = orjson.loads(sealing.unseal(grant.keyring.index_key(), body, _place(grant, document_id)))
    return told["by"], UUID(told["id"])


def _place(grant: Grant, document_id: UUID) -> bytes:
    return sealing.aad("pin", grant.patient_id, document_id)


def _needs(grant: Grant, document_id: UUID) -> None:
    if grant.action is not Action.PIN or grant.object_id != document_id:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
