"""The record's actions: deposit, change visibility, withdraw, archive, and the operator's word on a quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import IO, Any
from uuid import UUID

import psycopg
from django.db import transaction

from hygie.access.actions import inside, open_record
from hygie.access.queries import is_operator, may_change_visibility
from hygie.access.types import Action, Channel, Grant, Purpose, Request, Visibility
from hygie.base.errors import Conflict, Invalid, NotFound, Refused
from hygie.people.types import Actor, AuthLevel, Kind
from hygie.record import bringing, erasing, extracting, gathering, pinning, reading, refiling, statements
from hygie.record import quarantine as aside
from hygie.record.carrying import Archive
from hygie.record.depositing import Incoming, deposit_round, deposit_together, deposit_whole
from hygie.record.drugs import replace_drugs as replace_drugs
from hygie.record.gathering import Given
from hygie.record.models import Quarantine
from hygie.record.owning import Said
from hygie.record.types import Deposit, Document, Item, NewDocument, Receipt

_CODES = frozenset(Visibility)


def deposit(*, actor: Actor, deposit: Deposit, request_id: str = "") -> Receipt:
    """A machine's deposit about whom its message names. Answers only once durable.

    Refused (opposed, closed, blocked...), Conflict (same number or id, other content), Unavailable (too many at
    once, store gone): nothing was kept. A mismatched identity is kept in quarantine: see Receipt.outcome.
    """
    return deposit_together(_incoming(actor, deposit, request_id))


def deposit_each(asked: Sequence[tuple[Actor, Deposit, str]]) -> list[Receipt | Exception]:
    """Many deposits of many senders (who, what, request id) under one commit, each with its own answer, as `deposit`.

    An exception from here means that nothing at all was kept, perhaps for the fault of one: try them one by one.
    """
    return deposit_round([_incoming(*one) for one in asked])


def deposit_all(*, actor: Actor, deposits: Sequence[Deposit], request_id: str = "") -> list[Receipt]:
    """Several documents of one submission: all kept in one transaction, or none. Errors as `deposit`."""
    return deposit_whole([_incoming(actor, one, request_id) for one in deposits])


def _incoming(actor: Actor, one: Deposit, request_id: str) -> Incoming:
    return Incoming(
        actor=actor, document=one.document, submission_id=one.submission_id, received=one.received,
        source=one.source, ins=one.ins, traits=one.traits, request_id=request_id,
    )  # fmt: skip


def add(*, actor: Actor, patient_id: UUID, document: NewDocument, at: datetime, source: str = "portal") -> Receipt:
    """A document added by hand: by the person to her own record, or by a professional from her workspace."""
    return deposit_together(
        Incoming(
            actor=actor, patient_id=patient_id, document=document, received=at, source=source,
            submission_id=document.metadata.unique_id,
        )
    )  # fmt: skip


def receive_archive(grant: Grant, *, file: IO[bytes], said: Archive, at: datetime) -> UUID:
    """What a person brings back of another space, kept sealed; the worker then takes it in. The id of this import.

    Needs her grant to DECLARE. `said`: its manifest, which the caller has compared with her identity.
    """
    return bringing.receive(grant, file=file, said=said, at=at)


def receive_files(grant: Grant, *, files: Sequence[Given], said: Said, at: datetime) -> UUID:
    """Many files added at once, kept sealed; the worker then makes a document of each. The id of this import.

    Needs her grant to DECLARE; for somebody else, a grant to LIST by which one may file.
    """
    return gathering.receive(grant, files=files, said=said, at=at)


def receive_more_files(grant: Grant, *, import_id: UUID, files: Sequence[Given]) -> None:
    """More of them. NotFound: no import of whoever asks; Conflict: taken back meanwhile; Invalid: too many."""
    gathering.receive_more(grant, import_id=import_id, files=files)


def go_on_bringing(grant: Grant, *, import_id: UUID) -> None:
    """Ask again for an import that seems to have stopped. Asked twice, done once."""
    bringing.ask_again(grant, import_id=import_id, back=False)


def take_back_import(grant: Grant, *, import_id: UUID) -> None:
    """Undo a whole import: the worker withdraws each document and each of her words that came of it."""
    bringing.ask_again(grant, import_id=import_id, back=True)


def open_to_read(request: Request) -> Grant:
    """`open_record` for a look at one document (`object_id`), whose category the journal line then tells."""
    return open_record(request, category_of=reading.category)


def open_to_correct(request: Request) -> Grant:
    """A grant to change one document (`object_id`): hide it, withdraw it, put it away; to settle what was read in it; to
    pin it.

    The rules need to know the document, so the actor first looks at it as she may (a line of its own, folded), and
    then asks. NotFound when she cannot see it; Refused when she may see it and not change it.
    """
    purpose = request.purpose if request.actor.kind is Kind.PERSON else Purpose.DEPOSIT
    if request.action in (Action.SETTLE, Action.PIN):
        purpose = request.purpose  # whoever cares for her reads more than what she deposited
    looking = replace(request, action=Action.LIST, purpose=purpose, channel=Channel.MACHINE)
    assert request.object_id is not None
    facts = reading.facts(open_record(looking), request.object_id, withdrawn=request.action is Action.WITHDRAW)
    return open_record(request, document=facts)


def set_visibility(
    grant: Grant, *, document_id: UUID, add: Iterable[str] = (), remove: Iterable[str] = (),
    announce_on: date | None = None, at: datetime, expected_version: int | None = None,
) -> Document:  # fmt: skip
    """Add and remove visibility codes; a level (N, R, V) is never lost, and there is always one.

    The person hides from professionals; whoever deposited may hold an announcement back, with a date.
    """
    add, remove = frozenset(add), frozenset(remove)
    if unknown := (add | remove) - _CODES:
        raise Invalid("Ce réglage de visibilité n'existe pas.", code="unknown-visibility", at=sorted(unknown)[0])
    if Visibility.HIDDEN_FROM_PATIENT in add and announce_on is None:
        raise Invalid("Une date d'annonce est nécessaire.", code="announcement-needs-a-date", at="announce_on")
    _needs(grant, Action.SET_VISIBILITY, document_id)
    for code in add | remove:
        if not may_change_visibility(grant.actor.kind, code, adding=code in add):
            raise Refused("Ce réglage ne vous appartient pas.", code="visibility-not-yours", at=code)
    with _changing(grant, document_id, expected_version) as (sql, found):
        codes = (found.visibility - remove) | add
        if not codes & {"N", "R", "V"}:
            codes |= {"N"}
        if len(codes) > 1 and codes & {"R", "V"}:
            codes -= {"N"}
        _update(sql, grant, document_id, at, visibility=sorted(codes), announce_on=announce_on)
        return replace(found, visibility=codes, version=found.version + 1, updated=at, announce_on=announce_on)


def erase(erasure_id: UUID, *, at: datetime) -> None:
    """Erase the space whose erasure this is, all of it, for good. Conflict before its day, or once it was cancelled."""
    erasing.erase(erasure_id, at=at)


def erase_again(*, at: datetime) -> int:
    """After a backup was put back: whoever the register of erasures names is erased again. How many there were."""
    return erasing.erase_again(at=at)


def hide_for(grant: Grant, *, classes: Iterable[str] | None, at: datetime) -> int:
    """As the caller asked: hide from professionals her current documents of these classes (None: all). How many.

    Needs an operator's grant to act ON_BEHALF. Nothing is opened, and nothing is told of any of them.
    """
    if grant.action is not Action.ON_BEHALF:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    wanted = None if classes is None else sorted(classes)
    with inside(grant) as sql:
        return sql.execute(
            """UPDATE record_document SET visibility = visibility || ARRAY[%b::text], updated = %b, version = version + 1
               WHERE patient_id = %b AND status <> 'entered-in-error' AND NOT %b = ANY(visibility)
                 AND (%b::text[] IS NULL OR class_code = ANY(%b))""",
            ["MASQUE_PS", at, grant.patient_id, "MASQUE_PS", wanted, wanted],
        ).rowcount  # fmt: skip


def withdraw(grant: Grant, *, document_id: UUID, at: datetime, expected_version: int | None = None) -> Document:
    """Take back one's own deposit (entered-in-error). What it replaced becomes current again."""
    _needs(grant, Action.WITHDRAW, document_id)
    with _changing(grant, document_id, expected_version) as (sql, found):
        _update(sql, grant, document_id, at, status="entered-in-error")
        if found.replaces:
            sql.execute(
                """UPDATE record_document SET status = 'current', replaced_by = NULL, updated = %b, version = version + 1
                   WHERE patient_id = %b AND id = %b AND replaced_by = %b""",
                [at, grant.patient_id, found.replaces, document_id],
            )  # fmt: skip
        return replace(found, status="entered-in-error", version=found.version + 1, updated=at)


def restore(grant: Grant, *, document_id: UUID, at: datetime) -> None:
    """Undo a withdrawal just made by the same hand."""
    _needs(grant, Action.WITHDRAW, document_id)
    with inside(grant) as sql:
        done = sql.execute(
            """UPDATE record_document SET updated = %b, version = version + 1,
                 status = CASE WHEN replaced_by IS NULL THEN 'current' ELSE 'superseded' END
               WHERE patient_id = %b AND id = %b AND status = 'entered-in-error' RETURNING replaces""",
            [at, grant.patient_id, document_id],
        ).fetchone()  # fmt: skip
        if done is None:
            raise NotFound("Ce document n'est plus à rétablir.", code="no-such-document")
        if done[0]:
            sql.execute(
                "UPDATE record_document SET status = 'superseded', replaced_by = %b WHERE patient_id = %b AND id = %b",
                [document_id, grant.patient_id, done[0]],
            )


def archive(
    grant: Grant, *, document_id: UUID, archived: bool, at: datetime, expected_version: int | None = None
) -> Document:
    """Put a document away from everyday lists, or back."""
    _needs(grant, Action.ARCHIVE, document_id)
    with _changing(grant, document_id, expected_version) as (sql, found):
        _update(sql, grant, document_id, at, archived=archived)
        return replace(found, archived=archived, version=found.version + 1, updated=at)


def refile(request: Request, *, type_code: str, at: datetime) -> Document:
    """A professional who reads a document (`object_id`) files it under its true type: asked, decided and done at once.

    Its class follows; what the depositor sent stays as received. Refused ("wider-readership") when somebody who does not
    read it would then read it, and for types that are not hers to give; Conflict when it changed meanwhile.
    """
    return refiling.refile(request, type_code=type_code, at=at)


def put_back(request: Request, *, at: datetime) -> Document:
    """Undo `refile`: class and type as received. By the person, or by whoever filed it so."""
    return refiling.put_back(request, at=at)


def pin(grant: Grant, *, document_id: UUID, at: datetime) -> None:
    """A professional puts a document on top for those of her colleagues who may read it. Twice changes nothing.

    Needs a grant to PIN this document (`open_to_correct`).
    """
    pinning.pin(grant, document_id=document_id, at=at)


def unpin(grant: Grant, *, document_id: UUID) -> None:
    """Take it down: the person, or whoever put it there. Same grant; NotFound when it is not pinned."""
    pinning.unpin(grant, document_id=document_id)


def settle(
    grant: Grant, *, entry_id: UUID, accepted: bool, corrected: dict[str, Any] | None = None, at: datetime
) -> Item:
    """Say of a suggestion: yes (with `corrected`: rather this), or no. By the person, or a professional who cares for her.

    Needs a grant to SETTLE the entry's document (`open_to_correct`). `corrected` is a whole resource of the same kind.
    What was confirmed holds, whatever is read later. NotFound if the entry is not covered; Conflict if it was not a
    suggestion; Refused to the person where a professional answered; Invalid for a faulty correction.
    """
    return statements.settle(grant, entry_id=entry_id, accepted=accepted, corrected=corrected, at=at)


def unsettle(grant: Grant, *, entry_id: UUID) -> Item:
    """Undo `settle`: the entry is a suggestion again. Same conditions."""
    return statements.unsettle(grant, entry_id=entry_id)


def add_entry(grant: Grant, *, resource: dict[str, Any], at: datetime) -> Item:
    """The person says something of her health: marked as hers. Needs her grant to DECLARE; Invalid says what is wrong.

    What she had stated as none known, of the same kind, is taken back.
    """
    return statements.add(grant, resource=resource, at=at)


def correct_entry(grant: Grant, *, entry_id: UUID, resource: dict[str, Any], at: datetime) -> Item:
    """She says it otherwise. Only what she said herself: NotFound for anything else."""
    return statements.correct(grant, entry_id=entry_id, resource=resource, at=at)


def withdraw_entry(grant: Grant, *, entry_id: UUID, at: datetime) -> None:
    """She takes back what she said. Only what she said herself: NotFound for anything else."""
    statements.withdraw(grant, entry_id=entry_id, at=at)


def restore_entry(grant: Grant, *, entry_id: UUID, at: datetime) -> Item:
    """Undo `withdraw_entry`."""
    return statements.restore(grant, entry_id=entry_id, at=at)


def state_none_known(grant: Grant, *, section: str, at: datetime) -> Item:
    """She states, today, that she knows of none: `allergies`, `treatments`, `problems`, `vaccines`, `procedures`.

    Again, it takes the new date. Conflict while she says of something there herself. Refused to a relative from whom a
    decision of justice closes a part of the record.
    """
    return statements.none_known(grant, section=section, at=at)


def read_again_everywhere() -> int:
    """After an update: ask for the documents that newer readers would read otherwise, in the background, everywhere.

    Opens nothing now, names nobody; how many records were asked for.
    """
    return extracting.read_again_everywhere()


def resolve_quarantine(
    actor: Actor, *, quarantine_id: UUID, patient_id: UUID | None, note: str = "", at: datetime
) -> Receipt | None:
    """An operator attaches a quarantined deposit to one person, or (patient_id None) sends it back.

    Attaching passes the same rules as any deposit, in the name of its sender; a refusal leaves it waiting.
    """
    if not is_operator(actor):
        raise Refused("Cette page est réservée aux opérateurs.", code="operators-only")
    row = Quarantine.objects.filter(id=quarantine_id).first()
    if row is None:
        raise NotFound("Ce dépôt n'existe pas.", code="no-such-quarantine")
    if row.state != "waiting":
        raise Conflict("Ce dépôt a déjà été traité.", code="quarantine-resolved")
    receipt = None
    if patient_id is not None:
        metadata, values, content = aside.take_out(row)
        document = NewDocument(
            metadata=metadata, content=content, visibility=frozenset(values["visibility"]), replaces=values["replaces"],
            announce_on=date.fromisoformat(values["announce_on"]) if values["announce_on"] else None,
        )  # fmt: skip
        receipt = deposit_together(
            Incoming(
                actor=_sender(values["actor"]), patient_id=patient_id, document=document, received=at,
                source=row.source, submission_id=f"quarantine/{row.id}",
            )
        )  # fmt: skip
    with transaction.atomic():
        done = Quarantine.objects.filter(id=quarantine_id, state="waiting").update(
            state="attached" if patient_id else "returned", resolved=at, resolved_by=actor.id, note=note[:2000],
            body=b"" if patient_id else row.body,
        )  # fmt: skip
    if not done:
        raise Conflict("Ce dépôt a déjà été traité.", code="quarantine-resolved")
    return receipt


def _sender(values: dict[str, str | None]) -> Actor:
    def uuid(name: str) -> UUID | None:
        return UUID(values[name]) if values[name] else None

    return Actor(
        kind=Kind(values["kind"] or ""), id=uuid("id") or UUID(int=0), name=values["name"] or "", auth=AuthLevel.STRONG,
        profession=values["profession"], organisation_id=uuid("organisation_id"), organisation=values["organisation"],
        client_id=uuid("client_id"),
    )  # fmt: skip


def _needs(grant: Grant, action: Action, document_id: UUID) -> None:
    if grant.action is not action or grant.object_id != document_id:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")


@contextmanager
def _changing(
    grant: Grant, document_id: UUID, expected_version: int | None
) -> Iterator[tuple[psycopg.Cursor[Any], Document]]:
    """A transaction on one covered document, at the version its caller believes in (Conflict otherwise)."""
    with inside(grant) as sql:
        sql.execute(
            "SELECT 1 FROM record_document WHERE patient_id = %b AND id = %b FOR UPDATE",
            [grant.patient_id, document_id],
        )
        found = reading.one(grant, sql, document_id)
        if found is None or found.status == "entered-in-error":
            raise NotFound("Ce document n'est plus ici.", code="no-such-document")
        if expected_version is not None and found.version != expected_version:
            raise Conflict("Ce document a changé entre-temps : relisez-le.", code="stale-version")
        yield sql, found


def _update(sql: psycopg.Cursor[Any], grant: Grant, document_id: UUID, at: datetime, **values: Any) -> None:
    names = ", ".join(f"{name} = %b" for name in values)
    sql.execute(
        f"UPDATE record_document SET {names}, updated = %b, version = version + 1 WHERE patient_id = %b AND id = %b".encode(),
        [*values.values(), at, grant.patient_id, document_id],
    )


__all__ = [
    "add", "add_entry", "archive", "correct_entry", "deposit", "deposit_all", "deposit_each", "erase", "erase_again", "go_on_bringing", "hide_for", "open_to_correct",
    "open_to_read", "pin", "put_back", "read_again_everywhere", "receive_archive", "receive_files", "receive_more_files", "refile", "resolve_quarantine",
    "restore", "restore_entry", "set_visibility", "settle", "state_none_known", "take_back_import", "unpin", "unsettle", "withdraw",
    "withdraw_entry",
]  # fmt: skip
