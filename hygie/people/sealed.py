"""Identities as they are kept: sealed under each person's identity key, found by keyed digests only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import orjson
import psycopg
from django.db import connection, transaction

from hygie.base import config, rootkey, sealing
from hygie.people import ins as rules
from hygie.people import traits as names
from hygie.people.models import Identity as Row
from hygie.people.types import Identity, IdentityStatus, Ins, Traits


def root() -> rootkey.RootKey:
    return rootkey.at(config.get("HYGIE_KEYS_URL"))


def ins_digest(ins: Ins, under: rootkey.RootKey | None = None) -> bytes:
    ins = rules.tidy(ins)
    return (under or root()).digest("people/ins", f"{ins.oid}|{ins.matricule}".encode())


def traits_digest(line: bytes, under: rootkey.RootKey | None = None) -> bytes:
    return (under or root()).digest("people/traits", line)


def held_digests(traits: Traits) -> list[bytes]:
    return [traits_digest(line) for line in names.held(traits)]


def strict_digest(traits: Traits) -> bytes | None:
    line = names.strict(traits)
    return None if line is None else root().digest("people/strict", line)


def subject_digest(issuer: str, subject: str) -> bytes:
    return root().digest("people/subject", f"{issuer}\0{subject}".encode())


def new_key(patient_id: UUID) -> tuple[bytes, bytes]:
    """A new identity key, and the same wrapped by the root key for this person."""
    key = sealing.new_key()
    return key, root().wrap(key, sealing.aad("key", "identity", patient_id))


def _open_key(row: Row) -> bytes:
    if row.identity_key is None:
        raise sealing.BadSeal("the key was destroyed")
    return root().unwrap(bytes(row.identity_key), sealing.aad("key", "identity", row.patient_id))


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


def cursor() -> psycopg.Cursor[Any]:
    """A preparing cursor with binary parameters on Django's own connection, inside its transaction if there is one."""
    connection.ensure_connection()
    assert connection.connection is not None
    return psycopg.Cursor(connection.connection)


@contextmanager
def scope(*patients: UUID) -> Iterator[None]:
    """One transaction in which the identity rows of these persons are visible, then what was visible before.

    For people's own work: registering, correcting, and telling someone her own name. Reading a person's identity
    for anyone else goes through `access`, which sets its own scope after its decision.
    """
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute("SELECT current_setting('hygie.patients', true), current_setting('hygie.reach', true)")
        before = sql.fetchone()
        wanted = "{" + ",".join(map(str, patients)) + "}"
        _set(sql, wanted, "all")
        yield
        _set(sql, *(value or "" for value in before))


def _set(sql: Any, patients: str, reach: str) -> None:
    sql.execute("SELECT set_config('hygie.patients', %s, true), set_config('hygie.reach', %s, true)", [patients, reach])


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
