"""Quarantine: a deposit whose identity matches no one surely is kept, shown to its sender, and never guessed at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from hygie.base import rootkey, sealing
from hygie.people.types import Actor
from hygie.record import sealed
from hygie.record.models import Quarantine

if TYPE_CHECKING:
    from hygie.record.depositing import Incoming


def keep(quarantine_id: UUID, actor: Actor, one: Incoming, sha256: bytes, reason: str) -> None:
    """Write one deposit into quarantine, identity and document sealed apart."""
    assert one.ins is not None and one.traits is not None and actor.organisation_id is not None
    key = sealing.new_key()
    said = orjson.dumps({
        "said": sealed.pack_said(one.ins, one.traits).decode(), "reason": reason, "submission": one.submission_id,
        "client": actor.name, "organisation": actor.organisation or actor.name,
    })  # fmt: skip
    document = one.document
    header = sealed.pack(
        document.metadata, visibility=sorted(document.visibility), replaces=document.replaces,
        announce_on=document.announce_on.isoformat() if document.announce_on else None, actor=_actor_values(actor),
    )  # fmt: skip
    body = len(header).to_bytes(4, "big") + header + document.content
    Quarantine.objects.create(
        id=quarantine_id, received=one.received, client_id=actor.client_id or actor.id, source=one.source,
        organisation_id=actor.organisation_id, size=len(document.content),
        key=rootkey.ours().wrap(key, sealing.aad("quarantine-key", quarantine_id)),
        said=sealing.seal(rootkey.ours().digest("record/said", b"v1"), said, sealing.aad("said", quarantine_id)),
        body=sealing.seal(key, body, sealing.aad("quarantine", quarantine_id)),
    )  # fmt: skip


def said(row: Quarantine) -> dict[str, Any]:
    """What the sender said: identity, reason, its own number. Never the document."""
    opened = sealing.unseal(rootkey.ours().digest("record/said", b"v1"), row.said, sealing.aad("said", row.id))
    values: dict[str, Any] = orjson.loads(opened)
    return values


def take_out(row: Quarantine) -> tuple[Any, dict[str, Any], bytes]:
    """(metadata, values sealed beside them, content): for attaching only, inside resolve_quarantine."""
    key = rootkey.ours().unwrap(row.key, sealing.aad("quarantine-key", row.id))
    body = sealing.unseal(key, row.body, sealing.aad("quarantine", row.id))
    length = int.from_bytes(body[:4], "big")
    metadata, values = sealed.unpack(body[4 : 4 + length])
    return metadata, values, body[4 + length :]


def _actor_values(actor: Actor) -> dict[str, str | None]:
    return {
        "kind": actor.kind, "id": str(actor.id), "name": actor.name, "organisation": actor.organisation,
        "organisation_id": str(actor.organisation_id) if actor.organisation_id else None,
        "client_id": str(actor.client_id) if actor.client_id else None, "profession": actor.profession,
    }  # fmt: skip
