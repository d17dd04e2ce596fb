"""Documents that a professional put on top for colleagues. A pin is as visible as its document, and never tells of one.

It follows its document: when an author sends a new version, the pin stands on that one, and says so.
"""

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

# For each pin, the document it was put on and the version that stands today.
_FOLLOWED = """WITH RECURSIVE followed (pinned, id) AS (
    SELECT document_id, document_id FROM record_pin WHERE patient_id = %b
    UNION SELECT f.pinned, d.replaced_by FROM followed f JOIN record_document d ON d.patient_id = %b AND d.id = f.id
          WHERE d.replaced_by IS NOT NULL)"""


def pin(grant: Grant, *, document_id: UUID, at: datetime) -> None:
    _needs(grant, document_id)
    if grant.actor.kind is not Kind.PROFESSIONAL:
        raise Refused("Ce sont les professionnels qui épinglent pour leurs confrères.", code="professionals-only")
    assert grant.keyring is not None
    told = orjson.dumps({"by": grant.actor.name, "id": str(grant.actor.id)})
    body = sealing.seal(grant.keyring.index_key(), told, _place(grant, document_id))
    with inside(grant) as sql:
        sql.execute(
            f"""{_FOLLOWED} INSERT INTO record_pin (patient_id, document_id, at, body)
                SELECT %b, %b, %b, %b WHERE NOT EXISTS (SELECT 1 FROM followed WHERE id = %b)
                ON CONFLICT (patient_id, document_id) DO NOTHING""",
            [grant.patient_id, grant.patient_id, grant.patient_id, document_id, at, body, document_id],
        )


def unpin(grant: Grant, *, document_id: UUID) -> None:
    _needs(grant, document_id)
    with inside(grant) as sql:
        rows = sql.execute(
            f"""{_FOLLOWED} SELECT p.document_id, p.body FROM record_pin p JOIN followed f ON f.pinned = p.document_id
                WHERE p.patient_id = %b AND f.id = %b FOR UPDATE OF p""",
            [grant.patient_id, grant.patient_id, grant.patient_id, document_id], binary=True,
        ).fetchall()  # fmt: skip
        if not rows:
            raise NotFound("Ce document n’est plus épinglé.", code="not-pinned")
        mine = [one for one, body in rows if _opened(grant, one, body)[1] == grant.actor.id]
        down = [one for one, _ in rows] if grant.actor.kind is Kind.PERSON else mine
        if not down:
            raise Refused("Seuls la personne et celui qui l’a épinglé peuvent le retirer.", code="pinned-by-another")
        sql.execute("DELETE FROM record_pin WHERE patient_id = %b AND document_id = ANY(%b)", [grant.patient_id, down])


def pins(grant: Grant, *, document_id: UUID | None = None) -> tuple[Pin, ...]:
    only, values = ("", []) if document_id is None else (" AND f.id = %b", [document_id])
    columns = ", ".join(
        "CASE WHEN d.listing IS NULL THEN d.meta END" if name == "meta" else f"d.{name}" for name in reading.ROW
    )
    with inside(grant) as sql:
        rows = sql.execute(
            f"""{_FOLLOWED} SELECT {columns}, p.document_id, p.at, p.body FROM record_pin p
                JOIN followed f ON f.pinned = p.document_id
                JOIN record_document d ON d.patient_id = p.patient_id AND d.id = f.id
                WHERE p.patient_id = %b AND d.status = 'current' AND NOT d.archived{only}
                ORDER BY p.at""".encode(),
            [grant.patient_id, grant.patient_id, grant.patient_id, *values], prepare=True, binary=True,
        ).fetchall()  # fmt: skip
    said = {row[0]: row[-3:] for row in rows}  # two pins that meet on one version are one: the latest
    found = []
    for document in reading.covered(grant, {row[0]: row[:-3] for row in rows}.values()):
        pinned, at, body = said[document.id]
        by, by_id = _opened(grant, pinned, body)
        found.append(Pin(document, by, by_id, at, moved=pinned != document.id))
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _opened(grant: Grant, document_id: UUID, body: bytes) -> tuple[str, UUID]:
    assert grant.keyring is not None
    told = orjson.loads(sealing.unseal(grant.keyring.index_key(), body, _place(grant, document_id)))
    return told["by"], UUID(told["id"])


def _place(grant: Grant, document_id: UUID) -> bytes:
    return sealing.aad("pin", grant.patient_id, document_id)


def _needs(grant: Grant, document_id: UUID) -> None:
    if grant.action is not Action.PIN or grant.object_id != document_id:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
