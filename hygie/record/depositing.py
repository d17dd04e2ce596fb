"""Depositing: many at once, one transaction, acknowledged only when durable.

    match the person -> seal the content -> (object store: flush) -> one transaction:
    lock records, decide, submission row, document row, journal line, filing job -> COMMIT -> answer

The deposit path holds public keys only: it seals, and can open nothing it sealed. Concurrent deposits share the
transaction (base.together); if one of them spoils it, each is tried again alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg
from django.db import transaction

from hygie.access.actions import opening_together
from hygie.access.queries import refusal
from hygie.access.types import Action, Channel, DocumentFacts, Grant, Purpose, Request
from hygie.base import blobs, rootkey, sealing, space
from hygie.base.errors import Conflict, HygieError, NotFound, Refused
from hygie.base.ids import uuid7
from hygie.base.pseudonyms import pseudonym
from hygie.base.rootkey import RootKey
from hygie.base.sql import cursor, let_go, or_unavailable
from hygie.base.together import Together
from hygie.people import queries as people
from hygie.people.types import Actor, Ins, Kind, Traits
from hygie.record import discreet, quarantine, sealed, tasks
from hygie.record.types import NewDocument, Receipt


@dataclass(slots=True)
class Incoming:
    """One deposit on its way: who sends it, about whom (known, or as the message says), and what."""

    actor: Actor
    document: NewDocument
    submission_id: str
    received: datetime
    source: str
    patient_id: UUID | None = None
    ins: Ins | None = None
    traits: Traits | None = None
    request_id: str = ""


@dataclass(slots=True)
class _Prepared:
    """Everything that can be done before the transaction."""

    one: Incoming
    id: UUID
    key: bytes
    submission: bytes
    sha256: bytes
    content: bytes = b""
    unique: bytes = b""
    same: bytes = b""  # equal for equal contents of one person
    digest: bytes = b""
    patient_id: UUID | None = None
    answer: Receipt | Exception | None = None


def deposit_round(items: Sequence[Incoming], *, whole: bool = False) -> list[Receipt | Exception]:
    """One round. An exception from here means nothing at all was kept. `whole`: all of them, or none."""
    space.refuse_if_scarce()
    known, root = _match(items), rootkey.ours()
    prepared = [_prepare(one, patient_id, root) for one, patient_id in zip(items, known, strict=True)]
    _store_blobs(prepared)
    attached = [one for one in prepared if one.patient_id is not None]
    if attached:
        _attach(attached, whole=whole)
    for one in prepared:
        if one.patient_id is None:
            one.answer = _set_aside(one, "no-match")
    answers = [one.answer for one in prepared]
    assert all(answer is not None for answer in answers)
    return answers  # type: ignore[return-value]


deposit_together: Together[Incoming, Receipt] = Together(or_unavailable(deposit_round), rest=let_go)


def deposit_whole(items: Sequence[Incoming]) -> list[Receipt]:
    """Several documents of one submission, in one transaction: all are kept, or none and the first fault is raised."""
    if len(items) == 1:
        return [deposit_together(items[0])]
    try:
        answers = or_unavailable(_run_whole)(items)
    except _Spoilt as spoilt:
        _write_refusals(spoilt.refused)
        raise spoilt.fault from None
    return [answer for answer in answers if isinstance(answer, Receipt)]


def _run_whole(items: Sequence[Incoming]) -> list[Receipt | Exception]:
    return deposit_round(items, whole=True)


class _Spoilt(Exception):
    """One document of a submission could not be kept: the transaction is undone."""

    def __init__(self, fault: Exception, refused: list[tuple[Request, DocumentFacts]]) -> None:
        super().__init__()
        self.fault, self.refused = fault, refused


def _write_refusals(refused: Sequence[tuple[Request, DocumentFacts]]) -> None:
    """The submission left no trace; that it was refused must."""
    if refused:
        with opening_together(refused) as (_, openings):
            for one in openings:
                one.silent = one.grant is not None  # allowed meanwhile: nothing was deposited all the same


def _match(items: Sequence[Incoming]) -> list[UUID | None]:
    """The person each deposit is about: already known, or the one whose matricule and traits both agree."""
    said = [(one.ins, one.traits) for one in items if one.patient_id is None and one.ins and one.traits]
    found = iter(people.match(said)) if said else iter(())
    return [one.patient_id or (next(found) if one.ins and one.traits else None) for one in items]


def _prepare(one: Incoming, patient_id: UUID | None, root: RootKey) -> _Prepared:
    sender = (one.actor.client_id or one.actor.id).bytes
    sha256 = hashlib.sha256(one.document.content).digest()
    prepared = _Prepared(
        one=one, id=uuid7(), key=sealing.new_key(), sha256=sha256, patient_id=patient_id,
        submission=sealed.digest("submission", sender, one.submission_id.encode(), under=root),
    )  # fmt: skip
    if patient_id is not None:
        unique_id = one.document.metadata.unique_id.encode()
        prepared.unique = sealed.digest("unique", patient_id.bytes, unique_id, under=root)
        prepared.same = sealed.digest("same", patient_id.bytes, sha256, under=root)
        place = sealed.place("content", patient_id, prepared.id)
        prepared.content = sealing.seal(prepared.key, one.document.content, place)
    # Keyed and bound to the sender's own key: equal contents of two people do not look alike in a stolen table.
    prepared.digest = sealed.digest("content", prepared.submission, sha256, under=root)
    return prepared


def _store_blobs(prepared: Sequence[_Prepared]) -> None:
    """With an object store: durable there before the transaction begins. What is refused later is swept."""
    store = blobs.store()
    if store is None:
        return
    store.put_all({str(one.id): one.content for one in prepared if one.patient_id is not None})


def facts_of(one: Incoming) -> DocumentFacts:
    """What the rules must know of a document that is not here yet."""
    metadata = one.document.metadata
    return DocumentFacts(
        class_code=metadata.class_code, type_code=metadata.type_code, visibility=one.document.visibility,
        depositor_id=one.actor.id, organisation_id=one.actor.organisation_id, by_patient=_by_herself(one.actor, one.patient_id),
    )  # fmt: skip


def _by_herself(actor: Actor, patient_id: UUID | None) -> bool:
    """What someone puts in for the person bears that one's name, and is new to her."""
    return actor.kind is Kind.PERSON and patient_id in (None, actor.patient_id)


def _purpose(actor: Actor, patient_id: UUID) -> Purpose:
    """By hand: for herself, or for whoever she answers for or helps. Everybody else deposits."""
    if actor.kind is not Kind.PERSON:
        return Purpose.DEPOSIT
    return Purpose.SELF if actor.patient_id == patient_id else Purpose.FOR_ANOTHER


def _request(one: Incoming, patient_id: UUID, document_id: UUID) -> Request:
    machine = one.actor.kind is Kind.SOFTWARE
    return Request(
        actor=one.actor, patient_id=patient_id, action=Action.DEPOSIT, at=one.received, object_id=document_id,
        purpose=_purpose(one.actor, patient_id),
        channel=Channel.MACHINE if machine else Channel.VIEW, request_id=one.request_id,
    )  # fmt: skip


def _attach(prepared: list[_Prepared], *, whole: bool = False) -> None:
    asked = [(_request(p.one, p.patient_id, p.id), facts_of(p.one)) for p in prepared if p.patient_id]
    aside: list[_Prepared] = []
    with opening_together(asked) as (sql, openings):
        submissions = _submissions(sql, prepared)
        documents, awaited = _same_documents(sql, prepared)
        rows: list[dict[str, Any]] = []
        contents: list[tuple[bytes, bytes, bytes]] = []
        replaced: set[tuple[UUID, UUID, bytes]] = set()
        for one, opening in zip(prepared, openings, strict=True):
            opening.origin = one.one.source
            if opening.grant is None:
                one.answer = _refusal(opening.decision.rule, opening.known)
                continue
            before = submissions.get(one.submission)
            if before is not None:
                opening.silent = True
                one.answer = _again(one, before)
                continue
            assert one.patient_id is not None
            same = documents.get((one.patient_id, one.unique))
            if same is not None:
                if same.sha_digest == one.same:
                    one.answer = Receipt(same.id, "known", 1, one.one.received, one.sha256, patient_id=one.patient_id)
                    opening.request = replace(opening.request, object_id=same.id)
                    submissions[one.submission] = (one.digest, "known", same.id, one.one.received)
                elif same.organisation == _organisation(one):
                    opening.silent = True
                    one.answer = Conflict("Un autre document porte déjà cet identifiant.", code="same-id-other-content")
                else:
                    opening.silent = True
                    aside.append(one)
                continue
            one.answer = Receipt(one.id, "stored", 1, one.one.received, one.sha256, patient_id=one.patient_id)
            submissions[one.submission] = (one.digest, "stored", one.id, one.one.received)
            documents[(one.patient_id, one.unique)] = _Same(one.id, one.same, _organisation(one))
            try:
                row, sealed_parts = _row(sql, one, opening.grant, len(rows) + 1, replaced)
            except HygieError as fault:
                opening.silent = True
                one.answer = fault
                del submissions[one.submission], documents[(one.patient_id, one.unique)]
                continue
            rows.append(row)
            contents.append(sealed_parts)
        if whole and (faults := [p.answer for p in prepared if isinstance(p.answer, Exception)]):
            raise _Spoilt(faults[0], [a for a, o in zip(asked, openings, strict=True) if o.grant is None])
        _insert_submissions(sql, [p for p in prepared if isinstance(p.answer, Receipt) and p.answer.outcome != "again"])
        discreet.keep(sql, rows)
        _insert(sql, rows, contents)
        _link_replacements(sql, rows, awaited)
        if rows:
            tasks.file_later([(row["patient"], row["id"]) for row in rows])
    for one in aside:
        one.answer = _set_aside(one, "same-id-other-content")


def _refusal(rule: str, known: bool) -> Exception:
    if not known:
        return NotFound("Aucun espace ne peut recevoir ce document.", code="no-such-record")
    return Refused(refusal(rule), code=rule)


_Before = tuple[bytes, str, UUID, datetime]


def _submissions(sql: psycopg.Cursor[Any], prepared: Sequence[_Prepared]) -> dict[bytes, _Before]:
    sql.execute(
        "SELECT key, content_digest, outcome, document_id, received FROM record_submission WHERE key = ANY(%b)",
        [[p.submission for p in prepared]], prepare=True, binary=True,
    )  # fmt: skip
    return {bytes(key): (bytes(digest), outcome, document, at) for key, digest, outcome, document, at in sql}


def _again(one: _Prepared, before: _Before) -> Receipt | Exception:
    """The same key: the first answer again if the content is the same, a conflict if not."""
    digest, outcome, document_id, received = before
    if digest != one.digest:
        return Conflict(
            "Un autre document a déjà été reçu sous ce numéro d'envoi.", code="same-submission-other-content"
        )
    if outcome == "quarantined":
        return Receipt(document_id, outcome, 1, received, one.sha256)
    return Receipt(document_id, "again", 1, received, one.sha256, patient_id=one.patient_id)


@dataclass(frozen=True, slots=True)
class _Same:
    id: UUID
    sha_digest: bytes
    organisation: UUID | None


def _organisation(one: _Prepared) -> UUID | None:
    organisation = one.one.actor.organisation_id
    return pseudonym(organisation) if organisation else None


def _same_documents(
    sql: psycopg.Cursor[Any], prepared: Sequence[_Prepared]
) -> tuple[dict[tuple[UUID, bytes], _Same], set[bytes]]:
    """The documents that already bear these unique ids; and which of these ids a replacement already waits for."""
    uniques = [p.unique for p in prepared]
    sql.execute(
        """SELECT patient_id, unique_digest, id, content_digest, organisation, replaces_digest FROM record_document
           WHERE patient_id = ANY(%b) AND (unique_digest = ANY(%b) OR replaces_digest = ANY(%b))""",
        [[p.patient_id for p in prepared], uniques, uniques], prepare=True, binary=True,
    )  # fmt: skip
    rows = sql.fetchall()
    mine = set(uniques)
    same = {(row[0], bytes(row[1])): _Same(row[2], bytes(row[3]), row[4]) for row in rows if bytes(row[1]) in mine}
    return same, {bytes(row[5]) for row in rows if row[5] is not None}


def _row(
    sql: psycopg.Cursor[Any], one: _Prepared, grant: Grant, number: int, replaced: set[tuple[UUID, UUID, bytes]]
) -> tuple[dict[str, Any], tuple[bytes, bytes, bytes]]:
    """The row of one document (small fields), and its three sealed values.

    `replaced`: what this round replaces already, by (person, author, document); grows by what this one replaces.
    """
    assert one.patient_id is not None and grant.keyring is not None
    document, metadata, actor = one.one.document, one.one.document.metadata, one.one.actor
    replaces = _digest_of_replaced(sql, one)
    if replaces:
        successor = (one.patient_id, _organisation(one) or pseudonym(actor.id), replaces)
        if successor in replaced:
            raise _already_replaced()
        replaced.add(successor)
    packed = sealed.pack(
        metadata, depositor=str(actor.id), name=actor.organisation or actor.name, sha256=one.sha256.hex(),
        organisation=str(actor.organisation_id) if actor.organisation_id else None,
    )  # fmt: skip
    row = {
        "n": number, "patient": one.patient_id, "id": one.id, "class": metadata.class_code,
        "visibility": sorted(document.visibility), "received": one.one.received,
        "day": metadata.service_start or metadata.created, "announce": document.announce_on,
        "size": len(document.content), "source": one.one.source, "mine": _by_herself(actor, one.patient_id),
        "depositor": pseudonym(actor.id), "organisation": _organisation(one), "unique": one.unique.hex(),
        "same": one.same.hex(), "replaces": replaces.hex() if replaces else None,
    }  # fmt: skip
    dek = grant.keyring.seal_document_key(one.id, one.key)
    meta = sealing.seal(one.key, packed, sealed.place("meta", one.patient_id, one.id))
    return row, (dek, meta, one.content)


def _digest_of_replaced(sql: psycopg.Cursor[Any], one: _Prepared) -> bytes | None:
    """`replaces` names a unique id, or an id of ours. Conflict when that document was replaced by another already."""
    said = one.one.document.replaces
    if not said:
        return None
    assert one.patient_id is not None
    digest = sealed.digest("unique", one.patient_id.bytes, said.encode())
    try:
        ours = UUID(said.removeprefix("urn:uuid:"))
    except ValueError:
        ours = None
    found = sql.execute(
        """SELECT unique_digest, organisation, depositor, status FROM record_document
           WHERE patient_id = %b AND (unique_digest = %b OR id = %b)""",
        [one.patient_id, digest, ours], prepare=True,
    ).fetchone()  # fmt: skip
    mine = {_organisation(one), pseudonym(one.one.actor.id)} - {None}
    if found is None:
        if ours is not None and not said.startswith("urn:"):
            raise NotFound("Le document à remplacer n'existe pas ici.", code="no-such-document", at="relatesTo")
        sql.execute(
            """SELECT 1 FROM record_document WHERE patient_id = %b AND replaces_digest = %b
                 AND status <> 'entered-in-error' AND (organisation = ANY(%b) OR depositor = ANY(%b))""",
            [one.patient_id, digest, list(mine), list(mine)], prepare=True,
        )  # fmt: skip
        if sql.fetchone() is not None:
            raise _already_replaced()
        return digest  # the replaced one may come later: the links are made whenever both are here
    unique, organisation, depositor, status = found
    if organisation not in mine and depositor not in mine:
        raise Refused("Seul l'auteur d'un document peut le remplacer.", code="not-the-author", at="relatesTo")
    if status != "current":
        raise _already_replaced()
    return bytes(unique)


def _already_replaced() -> Conflict:
    return Conflict("Ce document a déjà été remplacé ou retiré.", code="already-replaced", at="relatesTo")


def _insert_submissions(sql: psycopg.Cursor[Any], prepared: Sequence[_Prepared]) -> None:
    unique: dict[bytes, _Prepared] = {}
    for one in prepared:
        unique.setdefault(one.submission, one)
    if not unique:
        return
    rows = [
        {"k": p.submission.hex(), "c": p.digest.hex(), "o": p.answer.outcome, "d": p.answer.id, "p": p.patient_id,
         "t": p.one.received,
         "s": pseudonym(p.one.actor.id) if p.one.actor.kind is Kind.PROFESSIONAL else None}
        for p in unique.values() if isinstance(p.answer, Receipt)
    ]  # fmt: skip
    done = sql.execute(
        """INSERT INTO record_submission (key, content_digest, outcome, document_id, patient_id, received, sender)
           SELECT decode(k, 'hex'), decode(c, 'hex'), o, d, p, t, s FROM jsonb_to_recordset(%b::jsonb)
             AS x(k text, c text, o text, d uuid, p uuid, t timestamptz, s uuid)
           ON CONFLICT (key) DO NOTHING""",
        [orjson.dumps(rows).decode()], prepare=True,
    ).rowcount  # fmt: skip
    if done != len(rows):
        # Another worker took one of these keys an instant ago, for someone else's record: begin again, one by one.
        raise Conflict("Ce document vient d'être reçu : demandez à nouveau.", code="race")


def _insert(
    sql: psycopg.Cursor[Any], rows: Sequence[dict[str, Any]], contents: Sequence[tuple[bytes, bytes, bytes]]
) -> None:
    if not rows:
        return
    kept = blobs.store() is None
    sql.execute(
        """WITH j AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(%b::jsonb) AS x(n int, patient uuid, id uuid,
             class text, visibility text[], received timestamptz, day timestamptz, announce date, size int, source text,
             mine bool, depositor uuid, organisation uuid, "unique" text, same text, replaces text)),
           b AS (SELECT * FROM unnest(%b::bytea[], %b::bytea[], %b::bytea[]) WITH ORDINALITY AS u(dek, meta, content, n))
           INSERT INTO record_document (patient_id, id, class_code, visibility, status, archived, version, received,
             updated, day, announce_on, size, source, by_patient, depositor, organisation, unique_digest,
             content_digest, replaces_digest, dek, meta, content)
           SELECT patient, id, class, visibility, 'current', false, 1, received, received, day, announce, size, source,
             mine, depositor, organisation, decode("unique", 'hex'), decode(same, 'hex'), decode(replaces, 'hex'),
             dek, meta, content
           FROM j JOIN b USING (n)""",
        [orjson.dumps(rows).decode(), [d for d, _, _ in contents], [m for _, m, _ in contents],
         [c if kept else None for _, _, c in contents]], prepare=True,
    )  # fmt: skip


def _link_replacements(sql: psycopg.Cursor[Any], rows: Sequence[dict[str, Any]], awaited: set[bytes]) -> None:
    """Make the links that the new rows complete, in whatever order old and new came.

    Only between documents of one depositor or structure: nobody supersedes another's document.
    """
    said = {bytes.fromhex(row["replaces"]) for row in rows if row["replaces"]}
    completed = said | (awaited & {bytes.fromhex(row["unique"]) for row in rows})
    if not completed:
        return
    patients = list({row["patient"] for row in rows})
    sql.execute(
        """UPDATE record_document old SET status = 'superseded', replaced_by = new.id, updated = new.received,
             version = old.version + 1
           FROM record_document new
           WHERE old.patient_id = ANY(%b) AND old.unique_digest = ANY(%b) AND old.status = 'current'
             AND new.patient_id = old.patient_id AND new.replaces_digest = old.unique_digest
             AND new.status <> 'entered-in-error'
             AND (new.organisation = old.organisation OR new.depositor = old.depositor)""",
        [patients, list(completed)],
    )
    sql.execute(
        """UPDATE record_document new SET replaces = old.id FROM record_document old
           WHERE new.patient_id = ANY(%b) AND new.replaces_digest = ANY(%b) AND new.replaces IS NULL
             AND old.patient_id = new.patient_id AND old.replaced_by = new.id""",
        [patients, list(completed)],
    )


def _set_aside(one: _Prepared, reason: str) -> Receipt | Exception:
    """Into quarantine, durable like a deposit, once for each of the sender's keys."""
    if one.one.ins is None or one.one.traits is None or one.one.actor.kind is Kind.PERSON:
        return Refused("Ce document ne peut pas être ajouté à cet espace.", code="no-such-record")
    try:
        return _keep_aside(one, reason)
    except Conflict:  # the same key, an instant ago: no record was locked that would have made us wait for it
        return _keep_aside(one, reason)


def _keep_aside(one: _Prepared, reason: str) -> Receipt | Exception:
    with transaction.atomic(durable=True):
        sql = cursor()
        before = _submissions(sql, [one]).get(one.submission)
        if before is not None:
            return _again(one, before)
        receipt = Receipt(one.id, "quarantined", 1, one.one.received, one.sha256)
        one.answer = receipt
        one.patient_id = None
        _insert_submissions(sql, [one])
        quarantine.keep(one.id, one.one.actor, one.one, one.sha256, reason)
    return receipt
