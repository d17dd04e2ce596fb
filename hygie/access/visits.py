"""Journal lines, read from the newest: all that are asked for, or what a representative may be told of them.

Private to the room; queries.py is its door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from uuid import UUID

import orjson
from django.db import transaction

from hygie.access import choices, following, gate, journal, keyring
from hygie.access.following import Discretion, Followed
from hygie.access.models import Case
from hygie.access.types import Action, Grant, JournalLine, Purpose
from hygie.base import rootkey, sealing
from hygie.base.errors import NotFound, Refused
from hygie.base.sql import cursor
from hygie.people import queries as people
from hygie.people.types import Kind

_LAST = 2**63 - 1  # after any line
_STEP = 250  # lines read at a time
_FARTHEST = 1500  # lines read at once for a representative
_CASES = 100


def page(
    grant: Grant, *, asked: Callable[[bytes], bool], before: int | None = None, wanted: int, farthest: int
) -> tuple[list[JournalLine], int | None]:
    """The newest lines asked for, at most `wanted`, and the number to go on before. The caller has checked the grant."""
    kept: list[JournalLine] = []
    with transaction.atomic():
        sql = cursor()
        gate.set_scope(sql, gate="{" + str(grant.patient_id) + "}")
        [sealed_key] = sql.execute(
            "SELECT journal_key FROM access_record WHERE patient_id = %b", [grant.patient_id], prepare=True, binary=True
        ).fetchone() or [None]
        assert sealed_key is not None
        unsealed = sealing.opener(keyring.unwrap(grant.patient_id, "journal", sealed_key))
        place = journal.place(grant.patient_id, "")
        while farthest > 0:
            rows = sql.execute(
                """SELECT seq, at, body FROM access_journalentry
                   WHERE patient_id = %b AND seq < %b AND body IS NOT NULL ORDER BY seq DESC LIMIT %b""",
                [grant.patient_id, before if before is not None else _LAST, min(farthest, _STEP)],
                prepare=True, binary=True,
            ).fetchall()  # fmt: skip
            for seq, at, body in rows:
                before, packed = seq, unsealed(body, place + b"%d" % seq)
                if asked(packed):
                    kept.append(journal.unpack(seq, at, packed))
                    if len(kept) == wanted:
                        return kept, before if seq > 1 else None
            if len(rows) < min(farthest, _STEP):
                return kept, None
            farthest -= len(rows)
    return kept, before


def followed(
    grant: Grant, *, seen: frozenset[UUID], known: frozenset[UUID], secret: frozenset[tuple[UUID, date]], most: int,
    before: UUID | None = None,
) -> Followed:  # fmt: skip
    """What this representative is told of the latest visits; without place nor time where they are protected from her.

    seen: the documents that she may see; known: who put them there; secret: who did a secret act (a professional, a
    software, a structure), and when. `record.queries.visits` knows them. before: the mark of the last line of the page
    before. Needs her grant to FOLLOW.
    """
    if grant.action is not Action.FOLLOW or grant.tie is None:
        raise Refused("Ce journal ne vous est pas ouvert.", code="not-a-journal-grant")
    with transaction.atomic():
        sql = cursor()
        gate.set_scope(sql, gate="{" + str(grant.patient_id) + "}")
        members = choices.ever_in(grant, sql)
    named = people.organisations({who for who, _ in secret} | {who for who, _ in members})
    names = {one: found.name for one, found in named.items()}
    but = Discretion(
        seen=seen,
        known=frozenset(str(one) for one in known) | {names.get(who, str(who)) for who, for_her in members if for_her},
        secret=frozenset((names.get(who, str(who)), day) for who, day in secret),
        own=frozenset(names.get(who, str(who)) for who, for_her in members if not for_her),
    )
    reader = grant.actor.id
    if grant.tie.protected:
        return following.masked(islice(_lines(grant), _FARTHEST), but, reader=reader)
    told = following.followed(
        _lines(grant), but, reader=reader, most=most, mark=lambda seq: mark(grant.patient_id, seq), before=before
    )
    return replace(told, reports=() if before else _reports(grant, but))


def _lines(grant: Grant) -> Iterator[JournalLine]:
    """Every line that a representative may be told of, the newest first, read as they are asked for."""
    asked = journal.asked(kinds=(Kind.PROFESSIONAL, Kind.SOFTWARE, Kind.PERSON))
    before: int | None = None
    while True:
        found, before = page(grant, asked=asked, before=before, wanted=_STEP, farthest=_FARTHEST)
        yield from found
        if before is None:
            return


def mark(patient_id: UUID, seq: int) -> UUID:
    """What names a line to whoever must not know its number."""
    key = rootkey.ours()
    return UUID(bytes=key.digest("access/visit", patient_id.bytes + seq.to_bytes(8, "big"))[:16])


def line_of(grant: Grant, marked: UUID) -> int:
    """The number of the line that a mark names. NotFound for a mark that was given to nobody."""
    found = next((one.seq for one in _lines(grant) if mark(grant.patient_id, one.seq) == marked), None)
    if found is None:
        raise NotFound("Cette ligne n’est pas dans ce journal.", code="no-such-line")
    return found


def _reports(grant: Grant, but: Discretion) -> tuple[UUID, ...]:
    """The cases that this representative opened, the latest first, but for a line that became secret since."""
    found = []
    for row in Case.objects.filter(patient_id=grant.patient_id, kind="report").order_by("-opened")[:_CASES]:
        if opened_by(row) == grant.actor.id:
            lines, _ = page(grant, asked=lambda packed: True, before=row.seq + 1, wanted=1, farthest=1)
            found += [row.id for one in lines if following.tells(one, but, grant.actor.id)]
    return tuple(found)


def opened_by(row: Case) -> UUID | None:
    """The representative who opened this case; None: the person herself, or the rules."""
    words = orjson.loads(sealing.unseal(keyring.review_key(), bytes(row.sealed), sealing.aad("case", row.id)))
    return UUID(words["by"]) if words.get("by") else None


def own_acts(grant: Grant) -> tuple[JournalLine, ...]:
    """What this helper did here since her help began, the latest first: her own lines alone, for her receipt."""
    tie = grant.tie
    if grant.purpose is not Purpose.FOR_ANOTHER or tie is None or tie.since is None:
        raise Refused("Ce journal ne vous est pas ouvert.", code="not-a-journal-grant")
    lines, _older = page(grant, asked=journal.asked(kinds=(Kind.PERSON,)), wanted=_FARTHEST, farthest=_FARTHEST)
    return tuple(one for one in lines if one.actor_id == grant.actor.id and one.at >= tie.since)
