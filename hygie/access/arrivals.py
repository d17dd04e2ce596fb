"""Arriving at a practice: the person shows a square or says six digits, and the practice may come in for as long as she chose.

The code is drawn at random, ten minutes old at most, good once, checked here; nothing that others know of her makes it. Said
aloud it goes with her birth date, so that a digit misheard opens nobody else's record. Private to the room.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg
from django.db import transaction

from hygie.access import choices, families, gate
from hygie.access.models import Arrival, Member
from hygie.access.types import Action, ArrivalCode, Grant, Purpose, Request
from hygie.base import rootkey, sealing
from hygie.base.errors import Invalid, NotFound, Refused
from hygie.base.ids import uuid7
from hygie.base.pseudonyms import pseudonym
from hygie.base.sql import cursor
from hygie.people.types import Actor, Kind, Role

LIVES: Final = timedelta(minutes=10)
LONGEST: Final = timedelta(days=366)
MISSES_PER_HOUR: Final = 20
_WRONG: Final = "Ce code ne correspond pas, ou il a plus de dix minutes. Demandez à la personne d’en afficher un autre."


def arrival_code(grant: Grant, *, born: str, lasts: timedelta, at: datetime) -> ArrivalCode:
    """A code to show or say now. born: her birth date (ISO), which goes with the six digits. lasts: how long, from its use.

    Needs her grant to SET_ACCESS, or the grant to REPRESENT of whoever answers for her: the code is then good as long as
    that right is. The one before serves no more.
    """
    represented = grant.action is Action.REPRESENT and grant.actor.patient_id is not None
    if not represented and (grant.action is not Action.SET_ACCESS or grant.purpose is not Purpose.SELF):
        raise Refused("Ce réglage demande votre accord.", code="not-a-settings-grant")
    if not timedelta() < lasts <= LONGEST:
        raise Invalid("Choisissez une durée d’un an au plus.", code="arrival-lasts", at="lasts")
    token, until = secrets.token_urlsafe(32), at + LIVES
    with transaction.atomic():
        Arrival.objects.filter(patient_id=grant.patient_id).delete()
        Arrival.objects.filter(until__lt=at - timedelta(days=1)).delete()
        while True:  # somebody of the same birth date may hold the same digits
            code = f"{secrets.randbelow(10**6):06d}"
            if not Arrival.objects.filter(digest=_said(code, born)).exists():
                break
        Arrival.objects.bulk_create(
            Arrival(
                digest=digest,
                patient_id=grant.patient_id,
                made=at,
                until=until,
                lasts=lasts,
                by=pseudonym(grant.actor.patient_id) if represented and grant.actor.patient_id else None,
            )
            for digest in (_said(code, born), _shown(token))
        )
    return ArrivalCode(code, token, until, lasts)


def check_in(
    actor: Actor, *, code: str = "", born: str = "", token: str = "", at: datetime, request_id: str = ""
) -> Grant:
    """A practice gives what it was shown (`token`) or told (`code` and `born`): it is in the circle from now on, for the time
    the person chose, and never for less than it had. The grant says who; it reads nothing of the record but its identity.

    Refused: code « arrival-wrong », in the same words whatever is wrong; « arrival-budget » after twenty wrong ones in an
    hour from one structure; or what the gate refuses (a block, an agreement taken back), written in her journal.
    """
    if actor.kind is not Kind.PROFESSIONAL:
        raise Refused("Cette page est réservée aux professionnels.", code="professionals-only")
    place = pseudonym(actor.organisation_id or actor.id)
    found = _take(_shown(token) if token else _said(code, born), place, at)
    if found is None:
        raise Refused(_WRONG, code="arrival-wrong")
    patient_id, lasts, for_her = found
    purpose = Purpose.COORDINATION if actor.role is Role.SOCIAL else Purpose.CARE
    request = Request(actor, patient_id, purpose, Action.CHECK_IN, at, request_id=request_id)
    with gate.opening([(request, None)]) as (sql, [one]):
        if one.grant is not None:
            _let_in(sql, one.grant, at + lasts, for_her=for_her)
    if one.grant is None:
        raise NotFound(_WRONG, code=one.decision.rule)
    return one.grant


def _take(digest: bytes, place: UUID, at: datetime) -> tuple[UUID, timedelta, bool] | None:
    """Whose code this is, once, and whether a representative gave it: the update decides between two that come together.

    A wrong one is counted, and committed. One whose giver represents her no more is taken, and opens nothing.
    """
    with transaction.atomic(durable=True):
        sql = cursor()
        sql.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"hygie.access.arrival/{place}"])
        [wrong] = sql.execute(
            "SELECT coalesce(sum(count), 0) FROM access_guess WHERE subject = %s AND minute > %s",
            [place, at - timedelta(hours=1)],
        ).fetchone() or [0]
        if wrong >= MISSES_PER_HOUR:
            raise Refused(
                "Trop de codes faux depuis votre structure. Réessayez dans une heure.",
                code="arrival-budget",
                retry_after=3600,
            )
        row = sql.execute(
            """UPDATE access_arrival SET taken = %s, taken_by = %s WHERE digest = %s AND taken IS NULL AND until > %s
               RETURNING patient_id, lasts, by""",
            [at, place, digest, at],
        ).fetchone()
        if row is None:
            sql.execute(
                """INSERT INTO access_guess (subject, minute, count) VALUES (%s, date_trunc('minute', %s::timestamptz), 1)
                   ON CONFLICT (subject, minute) DO UPDATE SET count = access_guess.count + 1""",
                [place, at],
            )
            return None
        patient_id, lasts, by = row
        sql.execute(
            "DELETE FROM access_arrival WHERE patient_id = %s AND taken IS NULL", [patient_id]
        )  # its other form
        if by is not None:
            gate.set_scope(sql, gate="{" + str(patient_id) + "}")
            tie = families.representing(sql, patient_id, by, at=at)
            if tie is None or tie.protected:
                return None
    return patient_id, lasts, by is not None


def _let_in(sql: psycopg.Cursor[Any], grant: Grant, until: datetime, *, for_her: bool) -> None:
    """The structure (or, alone, the professional) in the circle until then; one that was let in for longer stays so.

    for_her: by a representative, who sees it among those that they let in, as it was or is now.
    """
    actor = grant.actor
    one, kind = (actor.organisation_id, "organisation") if actor.organisation_id else (actor.id, "professional")
    subject, member_id = pseudonym(one), uuid7()
    here = Member.objects.filter(patient_id=grant.patient_id, subject=subject, ended=None)
    known = here.first()
    if known is not None and (known.until is None or known.until >= until):
        return
    here.update(ended=grant.at)
    assert grant.keyring is not None
    for_her = for_her or (known is not None and choices.by_a_representative(grant, known.id, bytes(known.sealed)))
    who = orjson.dumps({"kind": kind, "id": str(one)} | ({"for": True} if for_her else {}))
    Member.objects.create(
        patient_id=grant.patient_id, id=member_id, subject=subject, since=grant.at, until=until,
        classes=known.classes if known is not None else None, without=known.without if known is not None else [],
        sealed=sealing.seal(grant.keyring.index_key(), who, sealing.aad("who", grant.patient_id, member_id)),
    )  # fmt: skip
    sql.execute(
        """INSERT INTO access_reach (subject, patient_id, until) VALUES (%b, %b, %b)
           ON CONFLICT (subject, patient_id) DO UPDATE SET until = excluded.until""",
        [subject, grant.patient_id, until],
    )


def _said(code: str, born: str) -> bytes:
    digits = "".join(one for one in code if one.isdecimal())
    return rootkey.ours().digest("access/arrival", f"{digits}|{born}".encode())


def _shown(token: str) -> bytes:
    return sha256(token.encode()).digest()
