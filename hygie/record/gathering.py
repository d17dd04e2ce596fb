"""Ajouter, many at once: files are kept sealed as they come, and each becomes a document by the worker's hand.

    receive (the first of them) -> receive_more (as often as it takes) -> take_in (the worker, in her name) -> done

What came is never lost: a browser that closes midway leaves what it had sent, and the worker takes that in. The pieces of
a file go as soon as it is a document. Undone, gone on with and swept as any import (bringing.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import IO, Any, Final
from uuid import UUID, uuid5

import orjson
import psycopg

from hygie.access.actions import inside, open_record
from hygie.access.types import Action, Grant, Level
from hygie.base import sealing
from hygie.base.errors import Conflict, HygieError, Invalid, NotFound, Refused, Unavailable
from hygie.base.ids import uuid7
from hygie.formats.upload import inspect
from hygie.people.types import Actor
from hygie.record import bringing, owning, unpacking
from hygie.record.depositing import Incoming, deposit_together
from hygie.record.owning import Said

_FILE: Final = 4096  # numbers of pieces for each file: its description, then up to 4 GB
MOST_FILES: Final = 5000
"""Sent in by one person under one import."""


@dataclass(frozen=True, slots=True)
class Given:
    """One file as it was sent in; `file` reads and seeks. fault: why it came without its content."""

    name: str
    file: IO[bytes]
    size: int
    fault: str = ""


def receive(grant: Grant, *, files: Sequence[Given], said: Said, at: datetime) -> UUID:
    """Keep these files, sealed, and ask for them to be taken in. Needs what `bringing.may_bring` asks for, and, in the
    space of another, the right to file there."""
    from hygie.record import tasks

    _may_file(grant)
    import_id = uuid7()
    body = {
        "keeper": "", "actor": bringing._actor_values(grant.actor), "faults": [], "refused": 0, "known": 0, "file": 0,
        "inner": 0, "said": asdict(said) | {"day": said.day and said.day.isoformat()},
    }  # fmt: skip
    with inside(grant) as sql:
        total = _counted(files)
        size = sum(one.size for one in files)
        bringing.begin(sql, grant, import_id, at, total=total, size=size, body=body, files=len(files))
        _keep(sql, grant, import_id, files, first=0)
        tasks.bring_later(grant.patient_id, import_id)
    return import_id


def receive_more(grant: Grant, *, import_id: UUID, files: Sequence[Given]) -> None:
    """More files of the same import. NotFound; Conflict: it was taken back meanwhile."""
    from hygie.record import tasks

    _may_file(grant)
    with inside(grant) as sql:
        state = bringing.hers(sql, grant, import_id)
        if state not in ("coming", "done"):
            raise Conflict("Cet ajout est annulé : recommencez-le.", code="import-taken-back")
        row = sql.execute(
            """UPDATE record_import SET state = 'coming', total = total + %b, files = files + %b, size = size + %b,
                 touched = %b
               WHERE patient_id = %b AND id = %b AND files > 0 RETURNING files""",
            [
                _counted(files), len(files), sum(one.size for one in files), grant.at, grant.patient_id, import_id,
            ], binary=True,
        ).fetchone()  # fmt: skip
        if row is None:
            raise NotFound("Cet apport n’existe pas.", code="no-such-import")
        if row[0] > MOST_FILES:
            raise Invalid("C’est beaucoup à la fois : ajoutez le reste ensuite.", code="too-many-files")
        _keep(sql, grant, import_id, files, first=row[0] - len(files))
        bringing.expect(sql, grant, import_id, grant.at)
        tasks.bring_later(grant.patient_id, import_id)


def _may_file(grant: Grant) -> None:
    bringing.may_bring(grant)
    if grant.tie is not None and grant.tie.level is Level.SEE:
        raise Refused("Vous pouvez voir cet espace, sans rien y ajouter.", code="may-not-file")


def _counted(files: Sequence[Given]) -> int:
    return sum(1 if one.fault else unpacking.count_files(one.name, one.file) for one in files)


def _keep(sql: psycopg.Cursor[Any], grant: Grant, import_id: UUID, files: Sequence[Given], *, first: int) -> None:
    for number, one in enumerate(files, first):
        told = orjson.dumps({"name": one.name, "size": one.size, "fault": one.fault})
        bringing.keep_piece(sql, grant, import_id, number * _FILE, told)
        bringing.keep(sql, grant, import_id, one.file, one.size, first=number * _FILE + 1)


def take_in(reads: Grant, import_id: UUID, row: bringing.Row) -> None:
    """What is left of it, each file under a commit of its own, in the name of whoever sent it in: one who may no longer
    look at this space adds nothing to it."""
    actor, told, following = bringing._actor(row.told["actor"]), row.told, row.following
    try:
        held = _held(actor, reads.patient_id)
    except (Refused, NotFound):
        told["faults"].append(["Le reste", "Cet espace ne vous est plus ouvert."])
        bringing.over(reads, import_id, told)
        return
    said = Said(**told["said"] | {"day": told["said"]["day"] and date.fromisoformat(told["said"]["day"])})
    maker = _Maker(actor, reads.patient_id, import_id, row.at, said, held, told)
    while told["file"] < row.files:
        given = _given(reads, import_id, told["file"])
        for name, look in unpacking.looks(given.name, given.file, fault=given.fault, skip=told["inner"]):
            try:
                files = look()
            except Unavailable:
                raise
            except HygieError as fault:
                bringing._refuse(told, name, fault.public)
            else:
                for file in files:
                    maker.make(*file)
            told["inner"] += 1
            following += 1
            if not bringing.went_on(reads, import_id, following, told):
                return  # she asked for it to be taken back meanwhile
        done = told["file"] * _FILE
        told["file"], told["inner"] = told["file"] + 1, 0
        if not bringing.went_on(reads, import_id, following, told, forget=range(done, done + _FILE)):
            return
    bringing.over(reads, import_id, told, files=row.files)


def _held(actor: Actor, patient_id: UUID) -> set[bytes]:
    """What is here already, by the hash of its bytes, as far as whoever adds may see: the same file again is the same."""
    from hygie.record import queries

    grant = open_record(bringing._asked(actor, patient_id, Action.LIST))
    return {one.sha256 for one in queries.documents(grant, archived=None)}


def _given(reads: Grant, import_id: UUID, number: int) -> Given:
    with inside(reads) as sql:
        row = sql.execute(
            "SELECT body FROM record_importpart WHERE patient_id = %b AND import_id = %b AND n = %b",
            [reads.patient_id, import_id, number * _FILE], binary=True,
        ).fetchone()  # fmt: skip
    if row is None:
        raise OSError("a piece is gone")
    place = bringing._place(reads, import_id, number * _FILE)
    told = orjson.loads(sealing.unseal(bringing._key(reads), row[0], place))
    file: Any = bringing.Parts(reads, import_id, told["size"], first=number * _FILE + 1)
    return Given(told["name"], file, told["size"], told["fault"])


@dataclass(slots=True)
class _Maker:
    """Makes one document after the other, and tells what became of each."""

    actor: Actor
    patient_id: UUID
    import_id: UUID
    at: datetime
    said: Said
    held: set[bytes]
    told: dict[str, Any]

    def make(self, name: str, data: bytes) -> None:
        digest = sha256(data).digest()
        if digest in self.held:
            self.told["known"] += 1
            return
        try:
            looked = inspect(data, file_name=name, on=self.at.date())
            # The same number for the same file: cut between its deposit and the note of it, it comes once.
            place = f"{self.told['file']}/{self.told['inner']}/{digest.hex()}"
            made = owning.own_document(
                self.actor.name, data, looked, self.said, unique_id=f"urn:uuid:{uuid5(self.import_id, place)}",
                created=datetime.now(UTC),
            )  # fmt: skip
            deposit_together(
                Incoming(
                    actor=self.actor, patient_id=self.patient_id, document=made, received=self.at, source="portal",
                    submission_id=made.metadata.unique_id,
                )
            )  # fmt: skip
        except Unavailable:
            raise
        except HygieError as fault:
            bringing._refuse(self.told, name, fault.public)
        else:
            self.held.add(digest)
