"""Bringing back: an archive is received whole, sealed, then taken in by the worker, a few documents at a time.

    receive (her page) -> carry_on (the worker, in her name, as often as it takes) -> done -> take_back, if she wishes

Cut anywhere, it goes on where it stopped: a document that came already is « known », and nothing is kept twice. Every
document of one import was received at the same instant: that is how they are counted, and found again to be taken back.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import IO, Any, Final
from uuid import UUID

import orjson
import psycopg

from hygie.access.actions import inside, open_record
from hygie.access.types import Action, Channel, Grant, Purpose, Request
from hygie.base import sealing
from hygie.base.errors import HygieError, Invalid, NotFound, Refused, Unavailable
from hygie.base.ids import uuid7
from hygie.base.spool import CHUNK, Pieces
from hygie.base.sql import or_unavailable
from hygie.formats import zips
from hygie.people.types import Actor, AuthLevel, Kind
from hygie.record import carrying, entries, extracting, statements
from hygie.record.depositing import Incoming, deposit_round
from hygie.record.types import NewDocument, Receipt, State

MOST_FILES: Final = 20_000  # of our own archive: a few for each document
MOST_BYTES: Final = 4 * 1000 * 1000 * 1000
MOST_EACH: Final = 64 * 1000 * 1000
TOGETHER: Final = 16  # documents under one commit
TOGETHER_BYTES: Final = 16_000_000
FAULTS: Final = 200
"""Of one import: what could not come, told one by one."""


@dataclass(frozen=True, slots=True)
class Bringing:
    """How far an import is. done: documents looked at, of `total`. brought: those that are here because of it."""

    id: UUID
    at: datetime
    touched: datetime
    state: str
    keeper: str
    total: int
    done: int
    brought: int
    refused: int
    own: int
    faults: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def known(self) -> int:
        return max(0, self.done - self.brought - self.refused) if self.state != "undone" else 0


def open_archive(file: IO[bytes]) -> zips.Incoming:
    """An archive, looked over before anything of it is read. Invalid says what is wrong with it."""
    return zips.Incoming(file, most_entries=MOST_FILES, most_bytes=MOST_BYTES, most_each=MOST_EACH)


def receive(grant: Grant, *, file: IO[bytes], said: carrying.Archive, at: datetime) -> UUID:
    """Keep the archive, sealed, and ask for it to be taken in. Needs her own grant to DECLARE."""
    from hygie.record import tasks

    if grant.action is not Action.DECLARE or grant.actor.kind is not Kind.PERSON:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    import_id, key = uuid7(), _key(grant)
    body = {"keeper": said.keeper, "actor": _actor_values(grant.actor), "faults": [], "refused": 0}
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    with inside(grant) as sql:
        sql.execute(
            """INSERT INTO record_import (patient_id, id, at, touched, state, total, next, own, size, body)
               VALUES (%b, %b, %b, %b, 'coming', %b, 0, 0, %b, %b)""",
            [grant.patient_id, import_id, at, at, len(said.documents), size, _sealed(grant, import_id, body)],
        )
        for number in range(-(-size // CHUNK)):
            piece = sealing.seal(key, _exactly(file, CHUNK), _place(grant, import_id, number))
            sql.execute(
                "INSERT INTO record_importpart (patient_id, import_id, n, body) VALUES (%b, %b, %b, %b)",
                [grant.patient_id, import_id, number, piece],
            )
        tasks.bring_later(grant.patient_id, import_id)
    return import_id


def standing(grant: Grant) -> list[Bringing]:
    """Her imports, the latest first."""
    with inside(grant) as sql:
        rows = sql.execute(
            """SELECT i.id, i.at, i.touched, i.state, i.total, i.next, i.own, i.body,
                 (SELECT count(*) FROM record_document d WHERE d.patient_id = i.patient_id AND d.source = 'archive'
                    AND d.received = i.at AND d.status <> 'entered-in-error')
               FROM record_import i WHERE i.patient_id = %b ORDER BY i.id DESC LIMIT 20""",
            [grant.patient_id], binary=True,
        ).fetchall()  # fmt: skip
    found = []
    for import_id, at, touched, state, total, done, own, body, brought in rows:
        told = _unsealed(grant, import_id, body)
        faults = tuple((what, why) for what, why in told["faults"])
        found.append(
            Bringing(import_id, at, touched, state, told["keeper"], total, done, brought, told["refused"], own, faults)
        )
    return found


def ask_again(grant: Grant, *, import_id: UUID, back: bool) -> None:
    """Ask the worker to go on with it; `back`: to take back all that came of it. NotFound; nothing when it is over."""
    from hygie.record import tasks

    if grant.action is not Action.DECLARE or grant.actor.kind is not Kind.PERSON:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    with inside(grant) as sql:
        row = sql.execute(
            "SELECT state FROM record_import WHERE patient_id = %b AND id = %b FOR UPDATE",
            [grant.patient_id, import_id],
        ).fetchone()
        if row is None:
            raise NotFound("Cet apport n’existe pas.", code="no-such-import")
        if back and row[0] in ("coming", "done"):
            sql.execute(
                "UPDATE record_import SET state = 'leaving' WHERE patient_id = %b AND id = %b",
                [grant.patient_id, import_id],
            )
        if back or row[0] in ("coming", "leaving"):
            tasks.bring_later(grant.patient_id, import_id)


def carry_on(patient_id: UUID, import_id: UUID) -> None:
    """Take in what is left of an import, or take back what came of it, in the name of whoever brought it."""
    reads = extracting._open(patient_id, None)
    while (row := _row(reads, import_id)) is not None and row[0] in ("coming", "leaving"):
        if row[0] == "leaving":
            _take_back(reads, import_id, row)
            return
        _take_in(reads, import_id, row)


_Row = tuple[str, datetime, int, int, int, dict[str, Any]]


def _row(reads: Grant, import_id: UUID) -> _Row | None:
    with inside(reads) as sql:
        row = sql.execute(
            "SELECT state, at, total, next, size, body FROM record_import WHERE patient_id = %b AND id = %b",
            [reads.patient_id, import_id], binary=True,
        ).fetchone()  # fmt: skip
    return None if row is None else (*row[:5], _unsealed(reads, import_id, row[5]))


def _take_in(reads: Grant, import_id: UUID, row: _Row) -> None:
    """What is left of it, a few documents under each commit, then her own words."""
    _state, at, _total, following, size, told = row
    actor = _actor(told["actor"])
    with open_archive(_Parts(reads, import_id, size)) as archive:  # type: ignore[arg-type]
        said = carrying.archive(archive.read(carrying.MANIFEST))
        for documents in _groups(archive, said.documents[following:], told):
            following += documents.looked
            _bring(actor, reads.patient_id, documents, told, at)
            with inside(reads) as sql:
                gone_on = sql.execute(
                    """UPDATE record_import SET next = %b, touched = %b, body = %b
                       WHERE patient_id = %b AND id = %b AND state = 'coming' RETURNING 1""",
                    [following, datetime.now(UTC), _sealed(reads, import_id, told), reads.patient_id, import_id],
                ).fetchone()
            if gone_on is None:
                return  # she asked for it to be taken back meanwhile
    declares = open_record(_asked(actor, reads.patient_id, Action.DECLARE))
    own, refused = statements.add_again(declares, resources=said.own, at=at)
    if refused:
        told["faults"].append(["Ce que vous aviez noté", "Une partie ne se lit pas."])
    with inside(reads) as sql:
        sql.execute(
            """UPDATE record_import SET state = 'done', own = own + %b, touched = %b, body = %b
               WHERE patient_id = %b AND id = %b AND state = 'coming'""",
            [own, datetime.now(UTC), _sealed(reads, import_id, told), reads.patient_id, import_id],
        )
        _forget(sql, reads, import_id)


@dataclass(slots=True)
class _Group:
    """Documents to bring under one commit, and how many lines of the manifest they stand for."""

    looked: int = 0
    carried: list[carrying.Carried] = field(default_factory=list)
    made: list[NewDocument] = field(default_factory=list)


def _groups(archive: zips.Incoming, wanted: Sequence[carrying.Carried], told: dict[str, Any]) -> Iterator[_Group]:
    group, size = _Group(), 0
    for one in wanted:
        group.looked += 1
        if one.document is None:
            _refuse(told, one.title, one.fault)
        else:
            try:
                made = one.with_content(archive.read(one.path))
            except Invalid as fault:
                _refuse(told, one.title, fault.public)
            else:
                group.carried.append(one)
                group.made.append(made)
                size += len(made.content)
        if group.looked >= TOGETHER or size > TOGETHER_BYTES:
            yield group
            group, size = _Group(), 0
    if group.looked:
        yield group


def _bring(actor: Actor, patient_id: UUID, group: _Group, told: dict[str, Any], at: datetime) -> None:
    from hygie.record import actions

    incoming = [
        Incoming(
            actor=actor, patient_id=patient_id, document=one, received=at, source="archive",
            submission_id=f"archive/{patient_id}/{one.metadata.unique_id}",
        )
        for one in group.made
    ]  # fmt: skip
    answers = or_unavailable(deposit_round)(incoming) if incoming else ()
    for one, answer in zip(group.carried, answers, strict=True):
        if isinstance(answer, Receipt):
            if one.archived and answer.outcome == "stored":
                grant = actions.open_to_correct(_asked(actor, patient_id, Action.ARCHIVE, answer.id))
                actions.archive(grant, document_id=answer.id, archived=True, at=at)
        elif isinstance(answer, Unavailable) or not isinstance(answer, HygieError):
            raise answer  # the whole group again, later: what came of it is known then
        else:
            _refuse(told, one.title, answer.public)


def _take_back(reads: Grant, import_id: UUID, row: _Row) -> None:
    """Each document that came of it is withdrawn, and each of her words that came with them."""
    from hygie.record import actions

    at, actor = row[1], _actor(row[5]["actor"])
    while ids := _came(reads, at):
        for document_id in ids:
            grant = actions.open_to_correct(_asked(actor, reads.patient_id, Action.WITHDRAW, document_id))
            actions.withdraw(grant, document_id=document_id, at=datetime.now(UTC))
        with inside(reads) as sql:
            sql.execute(
                "UPDATE record_import SET touched = %b WHERE patient_id = %b AND id = %b",
                [datetime.now(UTC), reads.patient_id, import_id],
            )
    declares = open_record(_asked(actor, reads.patient_id, Action.DECLARE))
    with inside(declares) as sql:
        hers = [one.id for one in entries.statements(sql, declares) if one.state is State.OWN and one.received == at]
    for entry_id in hers:
        statements.withdraw(declares, entry_id=entry_id, at=datetime.now(UTC))
    with inside(reads) as sql:
        sql.execute(
            "UPDATE record_import SET state = 'undone', touched = %b WHERE patient_id = %b AND id = %b",
            [datetime.now(UTC), reads.patient_id, import_id],
        )
        _forget(sql, reads, import_id)


def _came(reads: Grant, at: datetime) -> list[UUID]:
    """Documents of an import that are still here, the newest versions first."""
    with inside(reads) as sql:
        rows = sql.execute(
            """SELECT id FROM record_document WHERE patient_id = %b AND source = 'archive' AND received = %b
                 AND status = 'current' ORDER BY id DESC LIMIT 50""",
            [reads.patient_id, at], binary=True,
        ).fetchall()  # fmt: skip
    return [row[0] for row in rows]


def _forget(sql: psycopg.Cursor[Any], reads: Grant, import_id: UUID) -> None:
    sql.execute("DELETE FROM record_importpart WHERE patient_id = %b AND import_id = %b", [reads.patient_id, import_id])


def _refuse(told: dict[str, Any], what: str, why: str) -> None:
    told["refused"] += 1
    if len(told["faults"]) < FAULTS:
        told["faults"].append([what, why])


class _Parts(Pieces):
    """The archive as a file to read and seek, one sealed piece in memory."""

    def __init__(self, reads: Grant, import_id: UUID, size: int) -> None:
        super().__init__(size)
        self._reads, self._import_id = reads, import_id

    def piece(self, number: int) -> bytes:
        with inside(self._reads) as sql:
            row = sql.execute(
                "SELECT body FROM record_importpart WHERE patient_id = %b AND import_id = %b AND n = %b",
                [self._reads.patient_id, self._import_id, number], binary=True,
            ).fetchone()  # fmt: skip
        if row is None:
            raise OSError("a piece is gone")
        return sealing.unseal(_key(self._reads), row[0], _place(self._reads, self._import_id, number))


def _exactly(file: IO[bytes], length: int) -> bytes:
    pieces = bytearray()
    while len(pieces) < length and (piece := file.read(length - len(pieces))):
        pieces += piece
    return bytes(pieces)


def _key(grant: Grant) -> bytes:
    assert grant.keyring is not None
    return grant.keyring.index_key()


def _place(grant: Grant, import_id: UUID, number: int) -> bytes:
    return sealing.aad("import-part", grant.patient_id, import_id, number)


def _sealed(grant: Grant, import_id: UUID, body: dict[str, Any]) -> bytes:
    return sealing.seal(_key(grant), orjson.dumps(body), sealing.aad("import", grant.patient_id, import_id))


def _unsealed(grant: Grant, import_id: UUID, body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(
        sealing.unseal(_key(grant), body, sealing.aad("import", grant.patient_id, import_id))
    )
    return found


def _asked(actor: Actor, patient_id: UUID, action: Action, document_id: UUID | None = None) -> Request:
    return Request(
        actor=actor, patient_id=patient_id, purpose=Purpose.SELF, action=action, at=datetime.now(UTC),
        object_id=document_id, channel=Channel.VIEW,
    )  # fmt: skip


def _actor_values(actor: Actor) -> dict[str, Any]:
    return {name: value for name, value in asdict(actor).items() if value is not None}


def _actor(values: dict[str, Any]) -> Actor:
    """She who brought it, as she was signed in when she did."""
    return Actor(
        kind=Kind(values["kind"]), id=UUID(values["id"]), name=values["name"], auth=AuthLevel(values["auth"]),
        patient_id=UUID(values["patient_id"]),
    )  # fmt: skip
