"""The gate: decide, write the decision down, then hand over the key. Private to the room; actions.py is its door.

One transaction locks the records concerned, reads their facts, decides, lets the caller write what the grants
allow (a deposit commits with its line), appends the journal lines and commits. A single opening is a batch of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import psycopg
from django.db import transaction

from hygie.access import attendance, families, journal, keyring, policy, shares
from hygie.access.choices import STATE
from hygie.access.pseudonyms import subjects
from hygie.access.types import (
    Action,
    Channel,
    Decision,
    DocumentFacts,
    Facts,
    Grant,
    Purpose,
    RecordState,
    Request,
    Tie,
    Visibility,
)
from hygie.base import events, sealing
from hygie.base.errors import Refused
from hygie.base.ids import uuid7
from hygie.base.reading import noting
from hygie.base.sql import cursor
from hygie.people.types import Kind

EMERGENCY_LASTS = timedelta(hours=24)
REVIEW_WITHIN = timedelta(hours=72)
_CARING = frozenset({Purpose.CARE, Purpose.COORDINATION})
_WRITING = frozenset({Action.DEPOSIT})
UNNUMBERED = 0  # a deposit's line is numbered when it is written: an identical retry beside it writes none


@dataclass(slots=True)
class Opening:
    """One request inside a batch: its decision, and its grant when allowed.

    `category` and `origin` complete the journal line; `silent` leaves it out when nothing happened (an identical retry).
    """

    request: Request
    decision: Decision
    document: DocumentFacts | None = None
    grant: Grant | None = None
    known: bool = True
    category: str | None = None
    origin: str | None = None
    silent: bool = False  # nothing happened that deserves a line of its own (an identical retry)
    begins_emergency: bool = False
    tie: Tie | None = None  # how whoever acts for somebody else is bound to her


def set_scope(at: psycopg.Cursor[Any], **values: str) -> None:
    """Tell row-level security, for this transaction only, whose rows may be seen."""
    names = ", ".join(f"set_config('hygie.{name}', %s, true)" for name in values)
    at.execute(f"SELECT {names}".encode(), list(values.values()), prepare=True)


@contextmanager
def settling(grant: Grant, *, represented: bool = False) -> Iterator[psycopg.Cursor[Any]]:
    """The transaction of a setting: the person's own, or an operator's as she asked. Refused for any other grant.

    represented: one that whoever answers for her by law may change too.
    """
    if grant.action not in (Action.SET_ACCESS, Action.ON_BEHALF) and not (
        represented and grant.action is Action.REPRESENT
    ):
        raise Refused("Ce réglage demande votre accord.", code="not-a-settings-grant")
    with transaction.atomic():
        sql = cursor()
        set_scope(sql, gate="{" + str(grant.patient_id) + "}")
        yield sql


def _uuids(ids: Sequence[UUID]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"


@contextmanager
def opening(
    requests: Sequence[tuple[Request, DocumentFacts | None]],
) -> Iterator[tuple[psycopg.Cursor[Any], list[Opening]]]:
    """Open several records at once: one transaction, durable before this block is left.

    An unknown record gives an Opening with `known` false and no journal line (there is no journal to write in).
    Whatever the caller raises inside the block rolls everything back, decisions included: only deposits use the
    block's inside, and their retry decides again. `open_record` leaves the inside empty.
    """
    with transaction.atomic(durable=True):
        sql = cursor()
        noting(sql)
        patients = sorted({request.patient_id for request, _ in requests})
        set_scope(sql, gate=_uuids(patients))
        rows = _locked(sql, patients)
        openings = _decide(sql, requests, rows)
        yield sql, openings
        _write(sql, [one for one in openings if one.known and not one.silent], rows)


@dataclass(slots=True)
class _Row:
    facts: Facts
    restricted: bool
    record_key: bytes | None
    journal_key: bytes | None
    public: bytes
    seq: int
    head: bytes


def foresee(sql: psycopg.Cursor[Any], requests: Sequence[Request]) -> list[Decision]:
    """What the rules would answer now, with no line, no lock and no key: for whoever must not ask what would be refused.

    The caller has set the gate's scope, and shows nothing of a record from this answer alone.
    """
    rows = _locked(sql, sorted({request.patient_id for request in requests}), lock=b"")
    relations = _relations(sql, [(request, None) for request in requests], rows)
    tied = families.facts(sql, requests)
    given = shares.facts(sql, requests)
    return [
        policy.decide(request, replace(rows[request.patient_id].facts, **relation, **tie, **share))
        if request.patient_id in rows and rows[request.patient_id].record_key is not None
        else Decision("no-such-record")
        for request, relation, tie, share in zip(requests, relations, tied, given, strict=True)
    ]


def _locked(sql: psycopg.Cursor[Any], patients: list[UUID], *, lock: bytes = b"FOR UPDATE") -> dict[UUID, _Row]:
    sql.execute(
        b"""SELECT patient_id, """ + STATE + b""", care_team_consent, deposit_opposed, emergency_allowed, emergency_hidden,
                  restricted, record_key, journal_key, public_key, seq, head
           FROM access_record WHERE patient_id = ANY(%b) ORDER BY patient_id """ + lock,
        [patients], prepare=True, binary=True,
    )  # fmt: skip
    rows = {}
    for patient, state, consent, opposed, allowed, hidden, restricted, key, journal_key, public, seq, head in sql:
        facts = Facts(
            state=RecordState(state), care_team_consent=consent, deposit_opposed=opposed,
            emergency_allowed=allowed, emergency_hidden=hidden,
        )  # fmt: skip
        rows[patient] = _Row(facts, restricted, key, journal_key, public, seq, head)
    return rows


def _decide(
    sql: psycopg.Cursor[Any], requests: Sequence[tuple[Request, DocumentFacts | None]], rows: dict[UUID, _Row]
) -> list[Opening]:
    relations = _relations(sql, requests, rows)
    tied = families.facts(sql, [request for request, _ in requests])
    given = shares.facts(sql, [request for request, _ in requests])
    openings, numbers = [], {patient: row.seq for patient, row in rows.items()}
    for (request, document), relation, tie, share in zip(requests, relations, tied, given, strict=True):
        row = rows.get(request.patient_id)
        if row is None or row.record_key is None or row.journal_key is None:
            openings.append(Opening(request, Decision("no-such-record"), document, known=False))
            continue
        facts = replace(row.facts, document=document, **relation, **tie, **share)
        if request.action is Action.CLASSIFY:
            facts = replace(facts, limits=_limits(sql, request))
        decision = policy.decide(request, facts)
        one = Opening(request, decision, document, begins_emergency=not facts.emergency_open, tie=facts.tie)
        if document is not None and Visibility.HIDDEN_FROM_PATIENT not in document.visibility:
            one.category = document.class_code  # what is not announced yet is not announced by her journal either
        numbers[request.patient_id] += 1
        if decision.allowed:
            one.grant = _grant(request, decision, row, numbers[request.patient_id], facts.tie)
        openings.append(one)
    return openings


def _grant(request: Request, decision: Decision, row: _Row, seq: int, tie: Tie | None) -> Grant:
    # Only a purpose and an action that read get the reading half: a deposit cannot read, by construction.
    assert row.record_key is not None
    reads = request.action not in _WRITING and request.action is not Action.FIND
    key = keyring.unwrap(request.patient_id, "record", row.record_key) if reads else None
    keys = keyring.Keyring(request.patient_id, row.public, key)
    return Grant(
        patient_id=request.patient_id, actor=request.actor, purpose=request.purpose, action=request.action,
        rule=decision.rule, scope=decision.scope, at=request.at, object_id=request.object_id, keyring=keys, tie=tie,
        seq=UNNUMBERED if request.action in _WRITING else seq,
    )  # fmt: skip


def _relations(
    sql: psycopg.Cursor[Any], requests: Sequence[tuple[Request, DocumentFacts | None]], rows: dict[UUID, _Row]
) -> list[dict[str, Any]]:
    """What links each actor to each record today: circle, limits, blocks, a running emergency."""
    asking = [subjects(request.actor) for request, _ in requests]
    close = {Kind.PROFESSIONAL, Kind.SOFTWARE}
    wanted = [
        (request, who) for (request, _), who in zip(requests, asking, strict=True)
        if request.actor.kind in close and who and request.patient_id in rows
        and (request.actor.kind is Kind.PROFESSIONAL or rows[request.patient_id].restricted)
    ]  # fmt: skip
    if not wanted:
        return [{} for _ in requests]
    patients = list({request.patient_id for request, _ in wanted})
    names = list({name for _, who in wanted for name in who})
    at = wanted[0][0].at
    sql.execute(
        """SELECT 'member', patient_id, subject, classes, false, false, without FROM access_member
             WHERE patient_id = ANY(%(p)b) AND subject = ANY(%(s)b) AND ended IS NULL AND (until IS NULL OR until > %(at)b)
           UNION ALL SELECT 'block', patient_id, subject, NULL, reading, deposit, NULL FROM access_block
             WHERE patient_id = ANY(%(p)b) AND subject = ANY(%(s)b) AND ended IS NULL
           UNION ALL SELECT 'emergency', patient_id, subject, NULL, false, false, NULL FROM access_emergency
             WHERE patient_id = ANY(%(p)b) AND subject = ANY(%(s)b) AND until > %(at)b""",
        {"p": patients, "s": names, "at": at}, prepare=True, binary=True,
    )  # fmt: skip
    links: dict[tuple[UUID, UUID], list[tuple[str, list[str] | None, bool, bool, list[UUID] | None]]] = {}
    for kind, patient, subject, classes, reading, deposit, without in sql:
        links.setdefault((patient, subject), []).append((kind, classes, reading, deposit, without))
    relations = []
    for (request, _), who in zip(requests, asking, strict=True):
        found = [(subject, link) for subject in who for link in links.get((request.patient_id, subject), ())]
        members = [link for _, link in found if link[0] == "member"]
        limits = [link[1] for link in members if link[1] is not None]
        own = who[:1]  # an emergency is opened by a professional, not by her structure
        relations.append({
            "in_circle": bool(members),
            # several memberships: the widest one counts, unless every one is limited
            "circle_classes": frozenset(c for one in limits for c in one) if members and len(limits) == len(members) else None,
            "circle_without": frozenset(one for link in members for one in link[4] or ()),
            "blocked_reading": any(link[0] == "block" and link[2] for _, link in found),
            "blocked_deposit": any(link[0] == "block" and link[3] for _, link in found),
            "emergency_open": any(link[0] == "emergency" and subject in own for subject, link in found),
        })  # fmt: skip
    return relations


def _limits(sql: psycopg.Cursor[Any], request: Request) -> frozenset[frozenset[str]]:
    """The classes to which the person limited members of her circle, one set for each that she limited."""
    rows = sql.execute(
        """SELECT DISTINCT classes FROM access_member WHERE patient_id = %b AND ended IS NULL AND classes IS NOT NULL
             AND (until IS NULL OR until > %b)""",
        [request.patient_id, request.at], prepare=True, binary=True,
    )  # fmt: skip
    return frozenset(frozenset(classes) for (classes,) in rows)


def _write(sql: psycopg.Cursor[Any], openings: list[Opening], rows: dict[UUID, _Row]) -> None:
    """Append one line for each opening, and move the heads, in one statement."""
    if not openings:
        return
    entries: list[dict[str, Any]] = []
    bodies: list[bytes] = []
    leaves: list[bytes] = []
    heads: dict[UUID, tuple[int, bytes]] = {}
    keys: dict[UUID, bytes] = {}
    for one in openings:
        patient = one.request.patient_id
        row = rows[patient]
        assert row.journal_key is not None
        if patient not in keys:
            keys[patient] = keyring.unwrap(patient, "journal", row.journal_key)
        row.seq += 1
        if one.grant is not None and one.grant.seq not in (row.seq, UNNUMBERED):
            raise AssertionError("a grant must carry the number of its own line")
        packed = journal.pack(
            journal.line(one.request, one.decision, seq=row.seq, policy=policy.POLICY_VERSION,
                         category=one.category, origin=one.origin, relation=one.tie.relation if one.tie else "")
        )  # fmt: skip
        body = sealing.seal(keys[patient], packed, journal.place(patient, row.seq))
        row.head = journal.leaf(row.head, patient, row.seq, one.request.at, body)
        entries.append({"p": patient, "s": row.seq, "t": one.request.at, "n": len(bodies) + 1})
        bodies.append(body)
        leaves.append(row.head)
        heads[patient] = (row.seq, row.head)
    sql.execute(
        """WITH j AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(%b::jsonb) AS x(p uuid, s bigint, t timestamptz, n int)),
             b AS MATERIALIZED (SELECT * FROM unnest(%b::bytea[], %b::bytea[]) WITH ORDINALITY AS u(leaf, body, n))
           INSERT INTO access_journalentry (patient_id, seq, at, leaf, body)
           SELECT j.p, j.s, j.t, b.leaf, b.body FROM j JOIN b USING (n)""",
        [orjson.dumps(entries).decode(), leaves, bodies], prepare=True,
    )  # fmt: skip
    sql.execute(
        """UPDATE access_record r SET seq = h.seq, head = h.head
           FROM unnest(%b::uuid[], %b::bigint[], %b::bytea[]) AS h(patient_id, seq, head)
           WHERE r.patient_id = h.patient_id AND r.patient_id = ANY(%b)""",
        [list(heads), [s for s, _ in heads.values()], [h for _, h in heads.values()], list(heads)], prepare=True,
    )  # fmt: skip
    _remember(sql, openings)


def _remember(sql: psycopg.Cursor[Any], openings: list[Opening]) -> None:
    """Note visits, and open the emergency accesses just granted, with the case an operator must answer."""
    refused: Counter[str] = Counter()
    for one in openings:
        request = one.request
        if one.grant is None or request.channel is Channel.MACHINE:
            refused[f"refused/{request.purpose}"] += one.grant is None
            continue
        who = subjects(request.actor)
        if request.purpose in _CARING and request.action in policy.LOOKING and who:
            _new_structure(sql, request.patient_id, who[-1], request.at)
            if request.actor.kind is Kind.PROFESSIONAL:
                attendance.note_attendance(sql, who[:1], attendance.CONSULT, request.at)
        if request.action is Action.LIST and who and request.channel is Channel.LIST:
            _visit(sql, request.patient_id, who[0], request.at)
        if request.action is Action.READ and request.object_id and request.actor.kind is Kind.PROFESSIONAL:
            _seen(sql, request.patient_id, request.object_id, who, request.at)
        if request.purpose is Purpose.EMERGENCY and one.begins_emergency:
            _begin_emergency(sql, one.grant, who[0], request)
    if refused := +refused:
        events.counted(openings[0].request.at.date(), refused)


def _visit(sql: psycopg.Cursor[Any], patient_id: UUID, subject: UUID, at: datetime) -> None:
    # Pages opened within half an hour belong to one visit: "since your last visit" must not mean "since one minute".
    sql.execute(
        """INSERT INTO access_visit (patient_id, subject, last, before) VALUES (%b, %b, %b, NULL)
           ON CONFLICT (patient_id, subject) DO UPDATE SET
             before = CASE WHEN excluded.last > access_visit.last + interval '30 minutes'
                           THEN access_visit.last ELSE access_visit.before END,
             last = greatest(access_visit.last, excluded.last)""",
        [patient_id, subject, at], prepare=True,
    )  # fmt: skip


def _new_structure(sql: psycopg.Cursor[Any], patient_id: UUID, structure: UUID, at: datetime) -> None:
    """The first time that this structure (or a professional of none) opens this record is told to the person."""
    sql.execute(
        """INSERT INTO access_visit (patient_id, subject, last, before) VALUES (%b, %b, %b, NULL)
           ON CONFLICT (patient_id, subject) DO NOTHING""",
        [patient_id, structure, at], prepare=True,
    )  # fmt: skip
    if sql.rowcount:
        events.emit("new-structure", patient_id=patient_id, key=str(structure))


def _seen(sql: psycopg.Cursor[Any], patient_id: UUID, document_id: UUID, who: list[UUID], at: datetime) -> None:
    # The journal says it too, but sealed: « who can see this » would have to open all of it to say when.
    sql.execute(
        """INSERT INTO access_seen (patient_id, document_id, subject, last) SELECT %b, %b, unnest(%b), %b
           ON CONFLICT (patient_id, document_id, subject) DO UPDATE SET last = greatest(access_seen.last, excluded.last)""",
        [patient_id, document_id, who, at], prepare=True,
    )  # fmt: skip


def _begin_emergency(sql: psycopg.Cursor[Any], grant: Grant, subject: UUID, request: Request) -> None:
    until = request.at + EMERGENCY_LASTS
    sql.execute(
        "INSERT INTO access_emergency (patient_id, id, subject, opened, until) VALUES (%b, %b, %b, %b, %b)",
        [grant.patient_id, uuid7(), subject, request.at, until],
    )
    sql.execute(
        """INSERT INTO access_reach (subject, patient_id, until) VALUES (%b, %b, %b)
           ON CONFLICT (subject, patient_id) DO UPDATE SET until =
             CASE WHEN access_reach.until IS NULL THEN NULL ELSE greatest(access_reach.until, excluded.until) END""",
        [subject, grant.patient_id, until],
    )
    open_case(sql, kind="emergency", patient_id=grant.patient_id, seq=grant.seq, at=request.at,
              words={"reason": request.reason, "actor": request.actor.name, "profession": request.actor.profession,
                     "organisation": request.actor.organisation})  # fmt: skip
    events.emit("emergency-access", patient_id=grant.patient_id, key=f"{subject}/{request.at.isoformat()}")


def open_case(
    sql: psycopg.Cursor[Any], *, kind: str, patient_id: UUID, seq: int, at: datetime, words: dict[str, str | None]
) -> UUID:
    case_id = uuid7()
    sealed = sealing.seal(keyring.review_key(), orjson.dumps(words), sealing.aad("case", case_id))
    sql.execute(
        """INSERT INTO access_case (id, kind, patient_id, seq, opened, due, sealed)
           VALUES (%b, %b, %b, %b, %b, %b, %b)""",
        [case_id, kind, patient_id, seq, at, at + REVIEW_WITHIN, sealed],
    )
    events.counted(at.date(), {f"{kind}/all": 1})
    return case_id
