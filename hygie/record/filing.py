"""Filing: the machine that reads a new document once, so that people's lists are quick.

It opens the record like anyone else, with its own purpose and its own journal channel.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hygie.access.actions import inside, open_record
from hygie.access.types import Action, Channel, Grant, Purpose, Request
from hygie.base import sealing
from hygie.people.types import Actor, AuthLevel, Kind
from hygie.record import sealed

FILER = Actor(kind=Kind.MACHINE, id=UUID(int=1), name="Hygie", auth=AuthLevel.STRONG)


def machine_grant(patient_id: UUID, document_id: UUID) -> Grant:
    return open_record(
        Request(
            actor=FILER, patient_id=patient_id, purpose=Purpose.MACHINE, action=Action.INDEX, at=datetime.now(UTC),
            object_id=document_id, channel=Channel.MACHINE,
        )
    )  # fmt: skip


def file_one(patient_id: UUID, document_id: UUID) -> None:
    """Seal the document's metadata again under the record's index key. Doing it twice changes nothing."""
    grant = machine_grant(patient_id, document_id)
    assert grant.keyring is not None
    with inside(grant) as sql:
        row = sql.execute(
            "SELECT dek, meta FROM record_document WHERE patient_id = %b AND id = %b AND listing IS NULL FOR UPDATE",
            [patient_id, document_id], prepare=True, binary=True,
        ).fetchone()  # fmt: skip
        if row is None:
            return
        key = grant.keyring.open_document_key(document_id, row[0])
        packed = sealing.unseal(key, row[1], sealed.place("meta", patient_id, document_id))
        listing = sealing.seal(grant.keyring.index_key(), packed, sealed.place("listing", patient_id, document_id))
        sql.execute(
            "UPDATE record_document SET listing = %b WHERE patient_id = %b AND id = %b",
            [listing, patient_id, document_id], prepare=True,
        )  # fmt: skip
