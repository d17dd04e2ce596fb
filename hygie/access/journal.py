"""The journal: one gapless chain for each person, written before anything is read.

    leaf(n) = SHA-256( leaf(n-1) | patient | n | at in microseconds | SHA-256(sealed body) )

The leaf covers the ciphertext, so the chain still verifies after the journal key is destroyed. `verify` is pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson

from hygie.access.types import Decision, JournalLine, Request
from hygie.base import sealing
from hygie.people.types import Kind

GENESIS = b"\0" * 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHORT = {  # one letter a field: at 500 million lines a year, names would weigh more than facts
    "actor_kind": "k", "actor_id": "i", "actor_name": "n", "role": "r", "profession": "p", "organisation": "o",
    "auth": "l", "action": "a", "purpose": "u", "allowed": "y", "rule": "w", "channel": "c", "object_id": "d",
    "category": "g", "origin": "f", "reason": "m", "on_behalf_of": "b", "policy": "v", "request_id": "q",
    "relation": "t",
}  # fmt: skip
_LONG = {short: long for long, short in _SHORT.items()}
_UUIDS = {"actor_id", "object_id"}
assert {field.name for field in fields(JournalLine)} == set(_SHORT) | {"seq", "at"}


def line(
    request: Request,
    decision: Decision,
    *,
    seq: int,
    policy: str,
    category: str | None = None,
    origin: str | None = None,
    relation: str = "",
) -> JournalLine:
    """The line of one decision."""
    actor = request.actor
    return JournalLine(
        seq=seq, at=request.at, actor_kind=actor.kind, actor_id=actor.id, actor_name=actor.name, role=actor.role,
        profession=actor.profession, organisation=actor.organisation, auth=int(actor.auth), action=request.action,
        purpose=request.purpose, allowed=decision.allowed, rule=decision.rule, channel=request.channel,
        object_id=request.object_id, category=category, origin=origin, reason=request.reason,
        on_behalf_of=str(actor.client_id) if actor.client_id and actor.client_id != actor.id and actor.kind is not Kind.READER
        else None,
        policy=policy, request_id=request.request_id, relation=relation,
    )  # fmt: skip


def pack(one: JournalLine) -> bytes:
    """Canonical bytes of a line: sorted keys, empty fields left out."""
    values = ((short, getattr(one, long)) for long, short in _SHORT.items())
    return orjson.dumps({key: value for key, value in values if value not in (None, "")}, option=orjson.OPT_SORT_KEYS)


def unpack(seq: int, at: datetime, packed: bytes) -> JournalLine:
    values = {_LONG[key]: value for key, value in orjson.loads(packed).items() if key in _LONG}
    for name in _UUIDS & values.keys():
        values[name] = UUID(values[name])
    return JournalLine(seq=seq, at=at, **{"profession": None, "organisation": None, **values})


def asked(
    *, kinds: Collection[str] | None = None, refused: bool = False, purpose: str | None = None
) -> Callable[[bytes], bool]:
    """Whether packed bytes are a line of these kinds of actors, a refusal, of this purpose; without unpacking them.

    Sound because `pack` is canonical: inside a value, a quotation mark is never without its backslash.
    """
    any_of = [b'"k":"%s"' % kind.encode() for kind in kinds or ()]
    all_of = [b'"y":false'] if refused else []
    if purpose is not None:
        all_of.append(b'"u":"%s"' % purpose.encode())
    return lambda packed: (
        (kinds is None or any(mark in packed for mark in any_of)) and all(mark in packed for mark in all_of)
    )


def place(patient_id: UUID, seq: int | str) -> bytes:
    return sealing.aad("journal", patient_id, seq)


def leaf(previous: bytes, patient_id: UUID, seq: int, at: datetime, body: bytes) -> bytes:
    moment = (at - _EPOCH) // timedelta(microseconds=1)
    return _leaf(previous, patient_id, seq, moment, body_hash(body))


def body_hash(body: bytes) -> bytes:
    """The SHA-256 of a sealed body; of an erased one, all that is left of it."""
    return body if len(body) == hashlib.sha256().digest_size else hashlib.sha256(body).digest()


def _leaf(previous: bytes, patient_id: UUID, seq: int, moment: int, body_hash: bytes) -> bytes:
    parts = (previous, patient_id.bytes, seq.to_bytes(8, "big"), moment.to_bytes(8, "big"), body_hash)
    return hashlib.sha256(b"".join(parts)).digest()


def verify(patient_id: UUID, entries: Iterable[tuple[int, datetime, bytes, bytes]], head: bytes) -> int | None:
    """None when the chain is whole, from the first line to `head`; otherwise the number of the first bad line.

    entries: (seq, at, leaf, sealed body), in order. Of an erased line the body is its own SHA-256 (a sealed body is longer).
    """
    previous, expected = GENESIS, 1
    for seq, at, found, body in entries:
        if seq != expected or leaf(previous, patient_id, seq, at, bytes(body)) != bytes(found):
            return expected
        previous, expected = bytes(found), expected + 1
    return None if previous == bytes(head) else expected
