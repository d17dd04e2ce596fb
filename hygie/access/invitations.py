"""Invitations: a code by which a person takes over the space that waits for her. Private to the room.

Guarantees: a code serves once, until a date, and only with the birth date of the person it was made for. It is given out
when it is made and kept as a keyed digest alone. Five wrong birth dates end it; wrong codes are counted by where they
come from. A code that does not exist, was replaced or was tried too often gets one and the same answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.models import F

from hygie.access import gate, keyring
from hygie.access.models import Record
from hygie.access.models.opening import Invitation, Tally
from hygie.access.types import Action, Grant, Invited, RecordState, SentInvitation, Welcomed
from hygie.base import events, rootkey, sealing
from hygie.base.errors import Conflict, NotFound, Refused
from hygie.base.ids import uuid7
from hygie.base.pseudonyms import pseudonym
from hygie.base.sql import cursor
from hygie.people import queries as people
from hygie.people.types import Actor, Role

INVITERS = frozenset({Role.DOCTOR, Role.MIDWIFE, Role.DENTIST, Role.PHARMACIST})
"""Who may say « I checked who this is »: the medical professions and pharmacists (CSP L4111-1 to L4151-1, L4221-1)."""
LASTS = {"hand": timedelta(days=30), "letter": timedelta(days=60), "desk": timedelta(hours=1)}
TRIES = 5
PER_DAY = 40
"""Codes that one professional makes by hand: a full day at a surgery. Whoever makes a code could use it himself; her
journal names him, and he cannot do it by the hundred."""
GUESSES_PER_HOUR = 30
"""From one network address: a practice or a public office shows the world a single one."""
DIGITS = 12
"""Said aloud in three groups of four. With a million codes alive, a random one meets none of them 999,999 times in a
million, and then needs a birth date within five tries."""


def _wrong() -> Refused:
    return Refused(
        "Ce code et cette date de naissance ne vont pas ensemble. Vérifiez les deux, puis recommencez.",
        code="invitation-wrong",
    )


def new_code() -> str:
    """Twelve random digits."""
    return "".join(secrets.choice("0123456789") for _ in range(DIGITS))


def _digest(purpose: str, value: str) -> bytes:
    return rootkey.ours().digest(purpose, value.encode())


def invite(grant: Grant, *, way: str, name: str, at: datetime) -> Invited:
    """A code for the person this grant is about, which only its answer holds. `name`: as its maker will read it again.

    By hand: a grant to FIND of a profession that checks identities. By letter or at a desk: an operator's, to act on
    somebody's behalf. A former one of the same maker is void from now on. Refused otherwise.
    """
    by_hand = grant.action is Action.FIND and grant.actor.role in INVITERS
    if not (by_hand if way == "hand" else way in LASTS and grant.action is Action.ON_BEHALF):
        raise Refused("Votre profession ne permet pas d’inviter une personne ici.", code="may-not-invite")
    if by_hand:
        _within_a_day(grant.actor, at)
    actor, one, code = grant.actor, uuid7(), new_code()
    words = {"name": name, "maker": actor.name, "role": str(actor.role), "place": actor.organisation}
    until, maker = at + LASTS[way], pseudonym(actor.id)
    with transaction.atomic():
        Invitation.objects.filter(patient_id=grant.patient_id, maker=maker, used=None, ended=None).update(ended=at)
        Invitation.objects.create(
            id=one, patient_id=grant.patient_id, digest=_digest("access/invitation", code), way=way, maker=maker, made=at,
            until=until, sealed=sealing.seal(keyring.review_key(), orjson.dumps(words), _place(one)),
        )  # fmt: skip
    return Invited(id=one, code=code, until=until, name=name)


def _within_a_day(actor: Actor, at: datetime) -> None:
    made = Invitation.objects.filter(maker=pseudonym(actor.id), way="hand", made__gt=at - timedelta(days=1))
    if made.count() >= PER_DAY:
        raise Refused(
            "Vous avez déjà fait beaucoup d’invitations aujourd’hui. Reprenez demain, ou appelez l’assistance.",
            code="invitation-budget", retry_after=3600,
        )  # fmt: skip


def _place(one: UUID) -> bytes:
    return sealing.aad("invitation", one)


def _words(row: Invitation) -> dict[str, Any]:
    words: dict[str, Any] = orjson.loads(sealing.unseal(keyring.review_key(), bytes(row.sealed), _place(row.id)))
    return words


def redeem(*, code: str, born: date, origin: str, at: datetime) -> Welcomed:
    """Whose space this code leads to, once the birth date is hers too. It uses nothing up: she has not decided yet.

    Refused, code « invitation-wrong », in the same words whatever is wrong; « invitation-budget » after too many wrong
    ones from one place. What was counted is committed before the answer.
    """
    subject = UUID(bytes=_digest("access/guess", origin)[:16])
    with transaction.atomic(durable=True):
        _within_budget(subject, at)
        rows = Invitation.objects.select_for_update()
        row = rows.filter(digest=_digest("access/invitation", "".join(code.split())), ended=None).first()
        right = row is not None and _born(row.patient_id) == born.isoformat()
        if not right:
            _count_guess(subject, at)
            if row is not None:
                row.tries += 1
                row.ended = at if row.tries >= TRIES else None
        if row is not None:
            row.met = row.met or at
            row.proved = row.proved or (at if right else None)
            row.save(update_fields=["tries", "ended", "met", "proved"])
    if row is None or not right:
        raise _wrong()
    words = _words(row)
    patient_id = people.resolve(row.patient_id)
    return Welcomed(
        id=row.id, patient_id=patient_id, way=row.way, state=_stands(row, patient_id, at), maker=words["maker"],
        role=words["role"], place=words["place"],
    )  # fmt: skip


def _stands(row: Invitation, patient_id: UUID, at: datetime) -> str:
    """See `Welcomed.state`."""
    if row.used is not None:
        return "used"
    if row.until <= at:
        return "expired"
    return "live" if _state(patient_id) in WAITING else "open"


WAITING = (RecordState.ANNOUNCED, RecordState.SLEEPING, RecordState.OPPOSED)


def _born(patient_id: UUID) -> str:
    gate.set_scope(cursor(), patients="{" + str(patient_id) + "}", reach="all")
    try:
        return people.identity(patient_id).traits.birth_date
    except NotFound:  # erased since
        return ""
    finally:
        gate.set_scope(cursor(), patients="", reach="")


def _state(patient_id: UUID) -> RecordState | None:
    with transaction.atomic():
        gate.set_scope(cursor(), gate="{" + str(patient_id) + "}")
        found = Record.objects.filter(patient_id=patient_id).values_list("state", flat=True).first()
        gate.set_scope(cursor(), gate="")
    return None if found is None else RecordState(found)


def _within_budget(subject: UUID, at: datetime) -> None:
    with connection.cursor() as sql:
        sql.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"hygie.access.guess/{subject}"])
        sql.execute(
            "SELECT coalesce(sum(count), 0) FROM access_guess WHERE subject = %s AND minute > %s",
            [subject, at - timedelta(hours=1)],
        )
        [wrong] = sql.fetchone()
    if wrong >= GUESSES_PER_HOUR:
        raise Refused(
            "Trop d’essais depuis cet endroit. Réessayez dans une heure : votre code reste bon.",
            code="invitation-budget", retry_after=3600,
        )  # fmt: skip


def _count_guess(subject: UUID, at: datetime) -> None:
    with connection.cursor() as sql:
        sql.execute("DELETE FROM access_guess WHERE minute < %s", [at - timedelta(hours=2)])
        sql.execute(
            """INSERT INTO access_guess (subject, minute, count) VALUES (%s, date_trunc('minute', %s::timestamptz), 1)
               ON CONFLICT (subject, minute) DO UPDATE SET count = access_guess.count + 1""",
            [subject, at],
        )


def proved(invitation_id: UUID, patient_id: UUID, *, at: datetime) -> Invitation:
    """The invitation, while it is good for this very person. Refused otherwise, in the same words as always."""
    row = Invitation.objects.filter(id=invitation_id, ended=None, used=None, until__gt=at).first()
    if row is None or people.resolve(row.patient_id) != patient_id:
        raise _wrong()
    return row


@contextmanager
def _deciding(row: Invitation, grant: Grant) -> Iterator[None]:
    """One transaction, in which the invitation is still good and the space still hers to decide about."""
    with transaction.atomic():
        still = Invitation.objects.select_for_update().filter(id=row.id, ended=None, used=None).first()
        gate.set_scope(cursor(), gate="{" + str(grant.patient_id) + "}")
        state = Record.objects.select_for_update().filter(patient_id=grant.patient_id).values_list("state", flat=True)
        if still is None or state.first() not in WAITING:
            raise Conflict("Ce code a déjà servi.", code="invitation-used")
        yield


def take(grant: Grant, row: Invitation, *, consent: bool | None, at: datetime) -> None:
    """She opens her space: the code is used up, every other one too. Conflict if it was used meanwhile."""
    with _deciding(row, grant):
        Record.objects.filter(patient_id=grant.patient_id).update(state=RecordState.OPEN)
        if consent is not None:
            Record.objects.filter(patient_id=grant.patient_id).update(
                care_team_consent=consent, consent_since=at if consent else None
            )
        Invitation.objects.filter(id=row.id).update(used=at)
        Invitation.objects.filter(patient_id=row.patient_id, used=None, ended=None).update(ended=at)
        events.counted(at.date(), {f"activations/{_words(row)['role'] if row.way == 'hand' else row.way}": 1})


def decline(grant: Grant, row: Invitation, *, reason: str, at: datetime) -> None:
    """She wants no space: nothing arrives any more. The code stays good, so that she may change her mind by it."""
    with _deciding(row, grant):
        Record.objects.filter(patient_id=grant.patient_id).update(state=RecordState.OPPOSED)
        Invitation.objects.filter(id=row.id).update(declined=at)
        count_refusal(reason, at=at)


def count_refusal(reason: str, *, at: datetime) -> None:
    """One refusal more, this month, for this reason."""
    Tally.objects.get_or_create(month=at.date().replace(day=1), reason=reason)
    Tally.objects.filter(month=at.date().replace(day=1), reason=reason).update(count=F("count") + 1)
    events.counted(at.date(), {f"declined/{reason or 'none'}": 1})


def want_another(invitation_id: UUID, *, at: datetime) -> None:
    """Out of date: she asks whoever made it for a new one, who reads it in his list of invitations."""
    Invitation.objects.filter(id=invitation_id, used=None, wanted=None, until__lte=at).update(wanted=at)


def sent(actor: Actor, *, at: datetime, limit: int = 100) -> list[SentInvitation]:
    """What this professional or operator made, those that somebody asks to renew first, then the newest."""
    rows = Invitation.objects.filter(maker=pseudonym(actor.id)).exclude(ended__isnull=False, tries__lt=TRIES)
    found = [
        SentInvitation(
            id=row.id, patient_id=row.patient_id, name=_words(row)["name"], way=row.way, made=row.made, until=row.until,
            state=_told(row, at),
        )
        for row in rows.order_by("-made")[:limit]
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.state != "wanted")


def _told(row: Invitation, at: datetime) -> str:
    """used | blocked (five wrong tries) | wanted | expired | waiting."""
    if row.used is not None:
        return "used"
    if row.ended is not None:
        return "blocked"
    if row.wanted is not None:
        return "wanted"
    return "expired" if row.until <= at else "waiting"


def one_sent(actor: Actor, invitation_id: UUID) -> tuple[UUID, str]:
    """The person an invitation of this maker is for, and the name written on it. NotFound if it is not his."""
    row = Invitation.objects.filter(id=invitation_id, maker=pseudonym(actor.id)).first()
    if row is None:
        raise NotFound("Cette invitation n’est pas dans votre liste.", code="no-such-invitation")
    return row.patient_id, _words(row)["name"]
