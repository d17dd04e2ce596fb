"""Identities as they are kept: sealed under each person's identity key, found by keyed digests only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from hygie.base import rootkey, sealing
from hygie.base.walls import scope
from hygie.people import ins as rules
from hygie.people import traits as names
from hygie.people.models import Identity as Row
from hygie.people.types import Identity, IdentityStatus, Ins, Traits


def ins_digest(ins: Ins, under: rootkey.RootKey | None = None) -> bytes:
    ins = rules.tidy(ins)
    return (under or rootkey.ours()).digest("people/ins", f"{ins.oid}|{ins.matricule}".encode())


def traits_digest(line: bytes, under: rootkey.RootKey | None = None) -> bytes:
    return (under or rootkey.ours()).digest("people/traits", line)


def held_digests(traits: Traits) -> list[bytes]:
    return [traits_digest(line) for line in names.held(traits)]


def strict_digest(traits: Traits) -> bytes | None:
    line = names.strict(traits)
    return None if line is None else rootkey.ours().digest("people/strict", line)


def subject_digest(issuer: str, subject: str) -> bytes:
    return rootkey.ours().digest("people/subject", f"{issuer}\0{subject}".encode())


def new_key(patient_id: UUID) -> tuple[bytes, bytes]:
    """A new identity key, and the same wrapped by the root key for this person."""
    key = sealing.new_key()
    return key, rootkey.ours().wrap(key, sealing.aad("key", "identity", patient_id))


def _open_key(row: Row) -> bytes:
    if row.identity_key is None:
        raise sealing.BadSeal("the key was destroyed")
    return rootkey.ours().unwrap(bytes(row.identity_key), sealing.aad("key", "identity", row.patient_id))


def seal(key: bytes, patient_id: UUID, version: int, traits: Traits, ins: Ins | None, former: Sequence[Ins]) -> bytes:
    plain = orjson.dumps({"traits": traits, "ins": ins, "former": list(former)})
    return sealing.seal(key, plain, sealing.aad("identity", patient_id, version))


def reseal(row: Row, traits: Traits, ins: Ins | None, former: Sequence[Ins]) -> None:
    """Put new words in `row`, one version later, under the key it already has."""
    key = _open_key(row)
    row.version += 1
    row.sealed = seal(key, row.patient_id, row.version, traits, ins, former)


def unseal(row: Row) -> Identity:
    """The identity in `row`. BadSeal if the row was altered, moved, or an older one was put back."""
    plain = sealing.unseal(_open_key(row), bytes(row.sealed), sealing.aad("identity", row.patient_id, row.version))
    kept: dict[str, Any] = orjson.loads(plain)
    kept["traits"]["given_names"] = tuple(kept["traits"]["given_names"])
    return Identity(
        patient_id=row.patient_id,
        traits=Traits(**kept["traits"]),
        ins=None if kept["ins"] is None else Ins(**kept["ins"]),
        status=IdentityStatus(row.status),
        homonym=row.homonym,
        doubtful=row.doubtful,
        former=tuple(Ins(**one) for one in kept["former"]),
    )


def opened(
    patient_id: UUID, version: int, key: bytes, words: bytes, status: str, homonym: bool, doubtful: bool
) -> Identity:  # fmt: skip
    """The same of a row that plain SQL gave: what each page asks for goes without a model's questions."""
    row = Row(
        patient_id=patient_id, version=version, identity_key=key, sealed=words, status=status, homonym=homonym,
        doubtful=doubtful,
    )  # fmt: skip
    return unseal(row)


def way_key(patient_id: UUID) -> bytes:
    """The key under which this person's ways of signing in are sealed: it dies with her identity key. BadSeal then."""
    with scope(patient_id):
        row = Row.objects.filter(patient_id=patient_id).first()
    if row is None:
        raise sealing.BadSeal("nobody")
    return sealing.derive(_open_key(row), "hygie/people/ways/v1")


def seal_for(patient_id: UUID, plain: bytes, *, place: str) -> bytes:
    """Seal something of her account (an address where to reach her) so that it dies with her identity key."""
    return sealing.seal(way_key(patient_id), plain, sealing.aad("for", patient_id, place))


def unseal_for(patient_id: UUID, kept: bytes, *, place: str) -> bytes:
    """What `seal_for` sealed. BadSeal if it was moved, or once she was erased."""
    return sealing.unseal(way_key(patient_id), kept, sealing.aad("for", patient_id, place))
