"""Journal lines, read from the newest: all that are asked for, or what a representative may be told of them.

Private to the room; queries.py is its door.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.db import transaction

from hygie.access import choices, following, gate, journal, keyring
from hygie.access.following import Discretion, Followed
from hygie.access.types import Action, Grant, JournalLine, Purpose
from hygie.base import sealing
from hygie.base.errors import Refused
from hygie.base.sql import cursor
from hygie.people import queries as people
from hygie.people.types import Kind

_LAST = 2**63 - 1  # after any line
_STEP = 250  # lines read at a time
_FARTHEST = 1500  # lines read for a representative


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
    grant: Grant, *, seen: frozenset[UUID], known: frozenset[UUID], secret: frozenset[tuple[UUID, date]], most: int
) -> Followed:
    """What this representative is told of the latest visits; without place nor time where they are protected from her.

    seen: the documents that she may see; known: who put them there; secret: who did a secret act (a professional, a
    software, a structure), and when. `record.queries.visits` knows them. Needs her grant to FOLLOW.
    """
    if grant.action is not Action.FOLLOW or grant.tie is None:
        raise Refused("Ce journal ne vous est pas ouvert.", code="not-a-journal-grant")
    with transaction.atomic():
        sql = cursor()
        gate.set_scope(sql, gate="{" + str(grant.patient_id) + "}")
        members = choices.ever_in(grant, sql)
    named = people.organisations({who for who, _ in secret} | {who for who, _ in members})
    names = {one: found.name for one, found in named.items()}
    kinds = (Kind.PROFESSIONAL, Kind.SOFTWARE, Kind.PERSON)
    lines, _older = page(grant, asked=journal.asked(kinds=kinds), wanted=_FARTHEST, farthest=_FARTHEST)
    but = Discretion(
        seen=seen,
        known=frozenset(str(one) for one in known) | {names.get(who, str(who)) for who, for_her in members if for_her},
        secret=frozenset((names.get(who, str(who)), day) for who, day in secret),
        own=frozenset(names.get(who, str(who)) for who, for_her in members if not for_her),
    )
    if grant.tie.protected:
        return following.masked(lines, but, reader=grant.actor.id)
    return following.followed(lines, but, reader=grant.actor.id, most=most)


def own_acts(grant: Grant) -> tuple[JournalLine, ...]:
    """What this helper did here since her help began, the latest first: her own lines alone, for her receipt."""
    tie = grant.tie
    if grant.purpose is not Purpose.FOR_ANOTHER or tie is None or tie.since is None:
        raise Refused("Ce journal ne vous est pas ouvert.", code="not-a-journal-grant")
    lines, _older = page(grant, asked=journal.asked(kinds=(Kind.PERSON,)), wanted=_FARTHEST, farthest=_FARTHEST)
    return tuple(one for one in lines if one.actor_id == grant.actor.id and one.at >= tie.since)
