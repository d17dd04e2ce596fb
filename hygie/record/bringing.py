"""Bringing back: an archive is received whole, sealed, then taken in by the worker, a few documents at a time.

    receive (her page) -> carry_on (the worker, in her name, as often as it takes) -> done -> take_back, if she wishes

Cut anywhere, it goes on where it stopped: a document that came already is « known », and nothing is kept twice. Every
document of one import was received at the same instant: that is how they are counted, and found again to be taken back.
Many files added at once come in the same way (see gathering.py). What stands still for a week is swept: what came stays.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import IO, Any, Final
from uuid import UUID

import orjson
import psycopg

from hygie.access.actions import inside, open_record
from hygie.access.types import Action, Channel, Grant, Purpose, Request
from hygie.base import logs, sealing
from hygie.base.errors import HygieError, Invalid, NotFound, Refused, Unavailable
from hygie.base.ids import uuid7
from hygie.base.spool import CHUNK, Pieces
from hygie.base.sql import cursor, or_unavailable
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
LEFT_FOR: Final = timedelta(days=7)
"""An import that nothing moved for so long is over: its pieces are forgotten."""
FAULTS: Final = 200
"""Of one import: what could not come, told one by one."""


@dataclass(frozen=True, slots=True)
class Bringing:
    """How far an import is. done: documents looked at, of `total`. brought: those that are here because of it; known:
    those that were here before. files: how many were sent in, when it is no archive."""

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
    known: int
    files: int
    faults: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def open_archive(file: IO[bytes]) -> zips.Incoming:
    """An archive, looked over before anything of it is read. Invalid says what is wrong with it."""
    return zips.Incoming(file, most_entries=MOST_FILES, most_bytes=MOST_BYTES, most_each=MOST_EACH)


def receive(grant: Grant, *, file: IO[bytes], said: carrying.Archive, at: datetime) -> UUID:
    """Keep the archive, sealed, and ask for it to be taken in. Needs her own grant to DECLARE."""
    from hygie.record import tasks

    may_bring(grant)
    import_id = uuid7()
    body = {"keeper": said.keeper, "actor": _actor_values(grant.actor), "faults": [], "refused": 0}
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    with inside(grant) as sql:
        begin(sql, grant, import_id, at, total=len(said.documents), size=size, body=body)
        keep(sql, grant, import_id, file, size, first=0)
        tasks.bring_later(grant.patient_id, import_id)
    return import_id


def may_bring(grant: Grant) -> None:
    """Refused, unless a person acts: in her own space by her grant to DECLARE, in another's by a look at its list."""
    hers = grant.actor.patient_id == grant.patient_id
    if grant.actor.kind is not Kind.PERSON or grant.action is not (Action.DECLARE if hers else Action.LIST):
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")


def begin(
    sql: psycopg.Cursor[Any], grant: Grant, import_id: UUID, at: datetime, *, total: int, size: int,
    body: dict[str, Any], files: int = 0,
) -> None:  # fmt: skip
    sql.execute(
        """INSERT INTO record_import (patient_id, id, at, touched, state, total, next, own, size, files, body)
           VALUES (%b, %b, %b, %b, 'coming', %b, 0, 0, %b, %b, %b)""",
        [grant.patient_id, import_id, at, at, total, size, files, _sealed(grant, import_id, body)],
    )
    expect(sql, grant, import_id, at)


def expect(sql: psycopg.Cursor[Any], grant: Grant, import_id: UUID, at: datetime) -> None:
    """The night's sweep looks at it a week from now, unless it is over by then."""
    sql.execute(
        """INSERT INTO record_unfinished (import_id, patient_id, since) VALUES (%b, %b, %b)
           ON CONFLICT (import_id) DO UPDATE SET since = EXCLUDED.since""",
        [import_id, grant.patient_id, at],
    )


def keep(sql: psycopg.Cursor[Any], grant: Grant, import_id: UUID, file: IO[bytes], size: int, *, first: int) -> None:
    """The file as sealed pieces, numbered from `first`."""
    key = _key(grant)
    file.seek(0)
    for number in range(first, first - (-size // CHUNK)):
        keep_piece(sql, grant, import_id, number, _exactly(file, CHUNK), key=key)


def keep_piece(
    sql: psycopg.Cursor[Any], grant: Grant, import_id: UUID, number: int, piece: bytes, *, key: bytes | None = None
) -> None:
    sql.execute(
        "INSERT INTO record_importpart (patient_id, import_id, n, body) VALUES (%b, %b, %b, %b)",
        [
            grant.patient_id, import_id, number,
            sealing.seal(key or _key(grant), piece, _place(grant, import_id, number)),
        ],
    )  # fmt: skip


def standing(grant: Grant) -> list[Bringing]:
    """The imports of whoever asks, the latest first: what others brought into this space is told to them."""
    with inside(grant) as sql:
        rows = sql.execute(
            """SELECT i.id, i.at, i.touched, i.state, i.total, i.next, i.own, i.files, i.body,
                 (SELECT count(*) FROM record_document d WHERE d.patient_id = i.patient_id AND d.received = i.at
                    AND d.source IN ('archive', 'portal') AND d.status <> 'entered-in-error')
               FROM record_import i WHERE i.patient_id = %b ORDER BY i.id DESC LIMIT 60""",
            [grant.patient_id], binary=True,
        ).fetchall()  # fmt: skip
    found = []
    for import_id, at, touched, state, total, done, own, files, body, brought in rows:
        told = _unsealed(grant, import_id, body)
        if told["actor"]["id"] != str(grant.actor.id):
            continue
        known = told.get("known", max(0, done - brought - told["refused"])) if state != "undone" else 0
        found.append(
            Bringing(
                import_id, at, touched, state, told["keeper"], total, done, brought, told["refused"], own, known, files,
                tuple((what, why) for what, why in told["faults"]),
            )
        )  # fmt: skip
    return found


def ask_again(grant: Grant, *, import_id: UUID, back: bool) -> None:
    """Ask the worker to go on with it; `back`: to take back all that came of it. NotFound; nothing when it is over."""
    from hygie.record import tasks

    may_bring(grant)
    if (
        back and grant.actor.patient_id != grant.patient_id
    ):  # nor one by one: whoever helps adds, and takes nothing away
        raise Refused("Ce qui a été ajouté pour une autre personne reste dans son espace.", code="not-to-take-back")
    with inside(grant) as sql:
        state = hers(sql, grant, import_id)
        if back and state in ("coming", "done"):
            sql.execute(
                "UPDATE record_import SET state = 'leaving' WHERE patient_id = %b AND id = %b",
                [grant.patient_id, import_id],
            )
        if back or state in ("coming", "leaving"):
            expect(sql, grant, import_id, grant.at)
            tasks.bring_later(grant.patient_id, import_id)


def hers(sql: psycopg.Cursor[Any], grant: Grant, import_id: UUID) -> str:
    """The state of an import of whoever asks, whose row is then held. NotFound: it is nobody's, or another's."""
    row = sql.execute(
        "SELECT state, body FROM record_import WHERE patient_id = %b AND id = %b FOR UPDATE",
        [grant.patient_id, import_id], binary=True,
    ).fetchone()  # fmt: skip
    if row is None or _unsealed(grant, import_id, row[1])["actor"]["id"] != str(grant.actor.id):
        raise NotFound("Cet apport n’existe pas.", code="no-such-import")
    return str(row[0])


def carry_on(patient_id: UUID, import_id: UUID) -> None:
    """Take in what is left of an import, or take back what came of it, in the name of whoever brought it."""
    from hygie.record import gathering

    reads = extracting._open(patient_id, None)
    while (row := _row(reads, import_id)) is not None and row.state in ("coming", "leaving"):
        if row.state == "leaving":
            _take_back(reads, import_id, row)
            return
        if row.files:
            gathering.take_in(reads, import_id, row)
        else:
            _take_in(reads, import_id, row)


def sweep(*, at: datetime) -> int:
    """Forget the pieces of each import that nothing moved for a week: what came of it stays, and its page says that it
    stopped. One that was moved since is looked at again a week later. How many were forgotten."""
    from hygie.record import tasks

    due = cursor().execute(
        "SELECT import_id, patient_id FROM record_unfinished WHERE since < %b ORDER BY since LIMIT 10000",
        [at - LEFT_FOR], binary=True,
    ).fetchall()  # fmt: skip
    swept = 0
    for import_id, patient_id in due:
        try:
            reads = extracting._open(patient_id, None)
        except HygieError:  # closed meanwhile: it opens again whole, or is erased whole
            continue
        row = _row(reads, import_id)
        with inside(reads) as sql:
            if row is not None and row.state == "coming" and row.touched >= at - LEFT_FOR:
                expect(sql, reads, import_id, row.touched)
                continue
            if row is not None and row.state == "leaving":  # taking back needs no piece
                tasks.bring_later(patient_id, import_id)
            if row is not None and row.state == "coming":
                told = row.told
                told["faults"].append(["La suite", "Cet apport s’est arrêté en route. Envoyez le reste à nouveau : rien ne sera en double."])  # fmt: skip
                sql.execute(
                    """UPDATE record_import SET state = 'done', body = %b
                       WHERE patient_id = %b AND id = %b AND state = 'coming'""",
                    [_sealed(reads, import_id, told), patient_id, import_id],
                )
            _forget(sql, reads, import_id)
            swept += 1
    if swept:
        logs.event("imports-swept", count=swept)
    return swept


@dataclass(frozen=True, slots=True)
class Row:
    """An import as it stands, unsealed. following: how many documents were looked at."""

    state: str
    at: datetime
    touched: datetime
    total: int
    following: int
    size: int
    files: int
    told: dict[str, Any] = field(repr=False)


def _row(reads: Grant, import_id: UUID) -> Row | None:
    with inside(reads) as sql:
        row = sql.execute(
            """SELECT state, at, touched, total, next, size, files, body FROM record_import
               WHERE patient_id = %b AND id = %b""",
            [reads.patient_id, import_id], binary=True,
        ).fetchone()  # fmt: skip
    if row is None:
        return None
    state, at, touched, total, following, size, files, body = row
    return Row(state, at, touched, total, following, size, files, _unsealed(reads, import_id, body))


def _take_in(reads: Grant, import_id: UUID, row: Row) -> None:
    """What is left of it, a few documents under each commit, then her own words."""
    at, following, told = row.at, row.following, row.told
    actor = _actor(told["actor"])
    with open_archive(Parts(reads, import_id, row.size)) as archive:  # type: ignore[arg-type]
        said = carrying.archive(archive.read(carrying.MANIFEST))
        for documents in _groups(archive, said.documents[following:], told):
            following += documents.looked
            _bring(actor, reads.patient_id, documents, told, at)
            if not went_on(reads, import_id, following, told):
                return  # she asked for it to be taken back meanwhile
    declares = open_record(_asked(actor, reads.patient_id, Action.DECLARE))
    own, refused = statements.add_again(declares, resources=said.own, at=at)
    if refused:
        told["faults"].append(["Ce que vous aviez noté", "Une partie ne se lit pas."])
    over(reads, import_id, told, own=own)


def went_on(
    reads: Grant, import_id: UUID, following: int, told: dict[str, Any], *, forget: range | None = None
) -> bool:
    """Write down how far it is, and forget these pieces. False: it is being taken back."""
    with inside(reads) as sql:
        going = sql.execute(
            """UPDATE record_import SET next = %b, touched = %b, body = %b
               WHERE patient_id = %b AND id = %b AND state = 'coming' RETURNING 1""",
            [following, datetime.now(UTC), _sealed(reads, import_id, told), reads.patient_id, import_id],
        ).fetchone()
        if going and forget:
            sql.execute(
                "DELETE FROM record_importpart WHERE patient_id = %b AND import_id = %b AND n >= %b AND n < %b",
                [reads.patient_id, import_id, forget.start, forget.stop],
            )
    return going is not None


def over(reads: Grant, import_id: UUID, told: dict[str, Any], *, own: int = 0, files: int | None = None) -> None:
    """All of it is taken in. files: as many as were sent in when that was looked at; more came since: it is not over."""
    with inside(reads) as sql:
        ended = sql.execute(
            """UPDATE record_import SET state = 'done', own = own + %b, touched = %b, body = %b
               WHERE patient_id = %b AND id = %b AND state = 'coming' AND (%b::int IS NULL OR files = %b) RETURNING 1""",
            [own, datetime.now(UTC), _sealed(reads, import_id, told), reads.patient_id, import_id, files, files],
        ).fetchone()
        if ended:
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


def _take_back(reads: Grant, import_id: UUID, row: Row) -> None:
    """Each document that came of it is withdrawn, and each of her words that came with them."""
    from hygie.record import actions

    at, actor = row.at, _actor(row.told["actor"])
    while ids := _came(reads, at):
        for document_id in ids:
            grant = actions.open_to_correct(_asked(actor, reads.patient_id, Action.WITHDRAW, document_id))
            actions.withdraw(grant, document_id=document_id, at=datetime.now(UTC))
        with inside(reads) as sql:
            sql.execute(
                "UPDATE record_import SET touched = %b WHERE patient_id = %b AND id = %b",
                [datetime.now(UTC), reads.patient_id, import_id],
            )
    if not row.files:
        declares = open_record(_asked(actor, reads.patient_id, Action.DECLARE))
        with inside(declares) as sql:
            said = [
                one.id for one in entries.statements(sql, declares) if one.state is State.OWN and one.received == at
            ]
        for entry_id in said:
            statements.withdraw(declares, entry_id=entry_id, at=datetime.now(UTC))
    with inside(reads) as sql:
        sql.execute(
            "UPDATE record_import SET state = 'undone', touched = %b WHERE patient_id = %b AND id = %b",
            [datetime.now(UTC), reads.patient_id, import_id],
        )
        _forget(sql, reads, import_id)


def _came(reads: Grant, at: datetime) -> list[UUID]:
    """Documents of an import that are still here, corrected since or not, the newest versions first."""
    with inside(reads) as sql:
        rows = sql.execute(
            """WITH RECURSIVE came AS (
                 SELECT id, status, replaced_by FROM record_document
                 WHERE patient_id = %b AND received = %b AND source IN ('archive', 'portal')
                 UNION SELECT d.id, d.status, d.replaced_by FROM record_document d
                 JOIN came ON d.patient_id = %b AND d.id = came.replaced_by AND d.by_patient)
               SELECT id FROM came WHERE status = 'current' ORDER BY id DESC LIMIT 50""",
            [reads.patient_id, at, reads.patient_id], binary=True,
        ).fetchall()  # fmt: skip
    return [row[0] for row in rows]


def _forget(sql: psycopg.Cursor[Any], reads: Grant, import_id: UUID) -> None:
    sql.execute("DELETE FROM record_unfinished WHERE import_id = %b", [import_id])
    sql.execute("DELETE FROM record_importpart WHERE patient_id = %b AND import_id = %b", [reads.patient_id, import_id])


def _refuse(told: dict[str, Any], what: str, why: str) -> None:
    told["refused"] += 1
    if len(told["faults"]) < FAULTS:
        told["faults"].append([what, why])


class Parts(Pieces):
    """A file to read and seek, kept as sealed pieces numbered from `first`; one of them in memory."""

    def __init__(self, reads: Grant, import_id: UUID, size: int, *, first: int = 0) -> None:
        super().__init__(size)
        self._reads, self._import_id, self._first = reads, import_id, first

    def piece(self, number: int) -> bytes:
        number += self._first
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
        actor=actor, patient_id=patient_id, action=action, at=datetime.now(UTC), object_id=document_id,
        purpose=Purpose.SELF if actor.patient_id == patient_id else Purpose.FOR_ANOTHER, channel=Channel.VIEW,
    )  # fmt: skip


def _actor_values(actor: Actor) -> dict[str, Any]:
    return {name: value for name, value in asdict(actor).items() if value is not None}


def _actor(values: dict[str, Any]) -> Actor:
    """She who brought it, as she was signed in when she did."""
    return Actor(
        kind=Kind(values["kind"]), id=UUID(values["id"]), name=values["name"], auth=AuthLevel(values["auth"]),
        patient_id=UUID(values["patient_id"]),
    )  # fmt: skip
