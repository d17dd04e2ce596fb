"""Ties between people, as they are kept: begun, confirmed, changed, ended. Private to the room; actions.py is its door.

Every change takes a grant whose line is already written: the person's own (SET_ACCESS), or an operator's, acting under a case
number. A helper's grant changes nothing here, except that she may give up her own help. What ends, ends for the next
request: the gate reads the ties at each one, and the second wall loses its row in the same transaction.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import psycopg
from django.db import transaction

from hygie.access import ages, ties
from hygie.access.explanation import Relative
from hygie.access.models import Promised, Reach, Welcome
from hygie.access.models import Tie as Row
from hygie.access.ties import Held
from hygie.access.types import Action, Grant, Helper, Level, Mandate, Offer, Paper, Purpose, Request, Tie, TieKind
from hygie.base import events, rootkey, sealing
from hygie.base.errors import Conflict, Invalid, NotFound, Refused
from hygie.base.ids import uuid7
from hygie.base.pseudonyms import pseudonym
from hygie.base.sql import cursor
from hygie.people import queries as people
from hygie.people.types import Actor, AuthLevel, Kind

CODE_LIVES = timedelta(days=14)
AT_A_DESK = timedelta(hours=2)  # a mandate that an operator makes for whoever stands there
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that looks like another
CODE_LENGTH = 10
HEAVIEST = 5 << 20  # bytes of a paper kept as proof
GONE = "Cette aide n’existe plus."


@contextmanager
def within(patient_id: UUID) -> Iterator[psycopg.Cursor[Any]]:
    """A transaction in which the ties of this person may be read and changed."""
    with transaction.atomic():
        sql = cursor()
        sql.execute("SELECT set_config('hygie.gate', %s, true)", ["{" + str(patient_id) + "}"])
        yield sql


# What the gate asks.


def facts(sql: psycopg.Cursor[Any], requests: Sequence[Request]) -> list[dict[str, Any]]:
    """For each request made for somebody else: the tie that counts at its instant, and whether that person is a minor."""
    asked = [
        one.actor.kind is Kind.PERSON and one.purpose is Purpose.FOR_ANOTHER and one.actor.patient_id is not None
        for one in requests
    ]
    if not any(asked):
        return [{} for _ in requests]
    mine = [one for one, wanted in zip(requests, asked, strict=True) if wanted]
    subjects = {one.actor.patient_id: pseudonym(one.actor.patient_id) for one in mine if one.actor.patient_id}
    sql.execute(
        """SELECT patient_id, subject, id, kind, level, classes, protected, relation, since, until, confirmed, ended
           FROM access_tie WHERE patient_id = ANY(%b) AND subject = ANY(%b) AND ended IS NULL""",
        [list({one.patient_id for one in mine}), list(set(subjects.values()))], prepare=True, binary=True,
    )  # fmt: skip
    held: dict[tuple[UUID, UUID], list[Held]] = {}
    for patient, subject, *rest in sql.fetchall():
        held.setdefault((patient, subject), []).append(_held(*rest))
    minors: dict[tuple[UUID, datetime], bool] = {}
    found: list[dict[str, Any]] = []
    for one, wanted in zip(requests, asked, strict=True):
        known = held.get((one.patient_id, subjects[one.actor.patient_id])) if wanted and one.actor.patient_id else None
        if not known:
            found.append({})
            continue
        minor = False
        if any(each.tie.kind is TieKind.PARENT for each in known):
            if (one.patient_id, one.at) not in minors:
                minors[one.patient_id, one.at] = ages.is_minor(people.birth_date(one.patient_id), one.at)
            minor = minors[one.patient_id, one.at]
        found.append({"tie": ties.counting(known, minor=minor, at=one.at), "minor": minor})
    return found


def representing(sql: psycopg.Cursor[Any], patient_id: UUID, subject: UUID, *, at: datetime) -> Tie | None:
    """By which tie this one answers for the person at this instant; None: by none."""
    rows = sql.execute(
        """SELECT id, kind, level, classes, protected, relation, since, until, confirmed, ended FROM access_tie
           WHERE patient_id = %b AND subject = %b AND ended IS NULL AND kind IN ('parent', 'guardian')""",
        [patient_id, subject], prepare=True, binary=True,
    ).fetchall()  # fmt: skip
    if not rows:
        return None
    minor = ages.is_minor(people.birth_date(patient_id), at)
    tie = ties.counting((_held(*row) for row in rows), minor=minor, at=at)
    return None if tie is None or (tie.kind is TieKind.PARENT and not minor) else tie


def _held(
    id: UUID, kind: str, level: str, classes: list[str] | None, protected: bool, relation: str,
    since: datetime | None, until: datetime | None, confirmed: datetime | None, ended: datetime | None,
) -> Held:  # fmt: skip
    limits = None if classes is None else frozenset(classes)
    tie = Tie(TieKind(kind), Level(level), limits, protected, relation, id, since, until)
    return Held(tie, since, until, confirmed, ended)


def _row(row: Row) -> Held:
    return _held(
        row.id, row.kind, row.level, row.classes, row.protected, row.relation, row.since, row.until, row.confirmed,
        row.ended,
    )  # fmt: skip


# What an operator records, papers in hand.


def record_tie(
    grant: Grant, *, helper_id: UUID, kind: TieKind, relation: str, paper: Paper, level: Level = Level.ACT,
    classes: frozenset[str] | None = None, until: datetime | None = None, at: datetime,
) -> UUID:  # fmt: skip
    """Record who represents this person: a parent of a minor, or a guardian named by a judgment; or the caregiver that she
    names in a paper she signed, when she has no way in of her own. Each parent is recorded alone, with nobody's leave.
    Conflict if it is recorded already; Invalid for a parent of someone of age.
    """
    _operator(grant)
    if kind is TieKind.DESK:
        raise Invalid("Cette aide se confie par la personne elle-même.", code="tie-not-recorded")
    if helper_id == grant.patient_id:
        raise Invalid("Une personne ne se représente pas elle-même.", code="tie-to-oneself")
    if len(paper.content) > HEAVIEST or not paper.words.strip():
        raise Invalid("Dites quel papier a été vu ; 5 Mo au plus.", code="tie-paper", at="paper")
    if kind is TieKind.PARENT:
        if at >= _of_age(grant.patient_id):
            raise Invalid("Cette personne est majeure.", code="of-age")
        level = Level.ACT  # no end is kept: her age is asked at each request
    tie_id, subject = uuid7(), pseudonym(helper_id)
    words = {"id": str(helper_id), "name": people.name_of(helper_id), "paper": paper.words}
    sealed = (
        sealing.seal(_key(), helper_id.bytes, _place(grant.patient_id, tie_id))
        if kind.chosen
        else _sealed(grant, tie_id, words)
    )
    with within(grant.patient_id) as sql:
        if Row.objects.filter(patient_id=grant.patient_id, subject=subject, kind=kind, ended=None).exists():
            raise Conflict("C’est déjà enregistré.", code="tie-exists")
        Row.objects.create(
            patient_id=grant.patient_id, id=tie_id, subject=subject, kind=kind, level=level, relation=relation,
            sealed=sealed, proof=_proof(grant, tie_id, paper), made=at, since=at, until=until, confirmed=at,
            classes=None if classes is None or not kind.chosen else sorted(classes),
            protected=_is_protected(grant.patient_id, subject),
        )  # fmt: skip
        reach(sql, grant.patient_id, subject)
        tell(grant.patient_id, tie_id, "recorded")
    return tie_id


def protect(grant: Grant, *, helper_id: UUID, protected: bool, paper: Paper, at: datetime) -> None:
    """A decision of justice hides from this relative, from the next request on, whatever would say where and when.

    It is about the two of them, not about one tie: it outlives a tie that ends, and holds for the next one.
    """
    _operator(grant)
    subject = pseudonym(helper_id)
    with within(grant.patient_id):
        rows = Row.objects.filter(patient_id=grant.patient_id, subject=subject)
        if not rows.exists():
            raise NotFound(GONE, code="no-such-tie")
        for row in rows.select_for_update():
            row.protected, row.proof = protected, _proof(grant, row.id, paper)
            row.save(update_fields=["protected", "proof"])


def protected_from(grant: Grant, *, helper_id: UUID) -> bool:
    """Whether a decision hides places and times from this relative, for an operator who is about to bind them again."""
    _operator(grant)
    with within(grant.patient_id):
        return _is_protected(grant.patient_id, pseudonym(helper_id))


def end_tie(grant: Grant, *, tie_id: UUID, at: datetime) -> None:
    """End a tie for the next request: the person, one she chose; an operator, any, under a case number; a helper, hers."""
    with within(grant.patient_id) as sql:
        row = _live(grant.patient_id, tie_id)
        hers = grant.action is Action.SET_ACCESS and grant.purpose is Purpose.SELF
        own = grant.purpose is Purpose.FOR_ANOTHER and row.subject == pseudonym(
            grant.actor.patient_id or grant.actor.id
        )
        if grant.actor.kind is not Kind.OPERATOR and not ((hers or own) and TieKind(row.kind).chosen):
            raise Refused("Ce lien ne se coupe pas ici.", code="tie-not-yours")
        if grant.actor.kind is Kind.OPERATOR:
            _operator(grant)
        Row.objects.filter(patient_id=grant.patient_id, id=tie_id).update(ended=at)
        Welcome.objects.filter(tie_id=tie_id).delete()
        Promised.objects.filter(tie_id=tie_id).delete()
        if row.subject is not None:
            reach(sql, grant.patient_id, row.subject)
        tell(grant.patient_id, tie_id, "ended")


def end_ties(grant: Grant, *, helper_id: UUID, at: datetime) -> None:
    """An operator ends whatever binds this helper to the person, by a decision. NotFound when nothing does."""
    _operator(grant)
    subject = pseudonym(helper_id)
    with within(grant.patient_id) as sql:
        if not Row.objects.filter(patient_id=grant.patient_id, subject=subject, ended=None).update(ended=at):
            raise NotFound(GONE, code="no-such-tie")
        Promised.objects.filter(patient_id=grant.patient_id, subject=subject).delete()
        reach(sql, grant.patient_id, subject)


def confirm_ties(grant: Grant, *, helper_id: UUID, paper: Paper, at: datetime) -> None:
    """An operator writes down that she said yes for another year, by a paper she signed. NotFound: nobody helps her so."""
    _operator(grant)
    subject = pseudonym(helper_id)
    with within(grant.patient_id) as sql:
        rows = Row.objects.filter(patient_id=grant.patient_id, subject=subject, kind=TieKind.CAREGIVER, ended=None)
        row = rows.select_for_update().first()
        if row is None:
            raise NotFound(GONE, code="no-such-tie")
        row.confirmed, row.proof = at, _proof(grant, row.id, paper)
        row.save(update_fields=["confirmed", "proof"])
        reach(sql, grant.patient_id, subject)


# What a person confides.


def entrust(
    grant: Grant, *, name: str, relation: str, level: Level, classes: frozenset[str] | None = None,
    until: datetime | None = None, kind: TieKind = TieKind.CAREGIVER, condition: str | None = None, at: datetime,
) -> tuple[UUID, str]:  # fmt: skip
    """Confide a help to somebody: the tie, and the code that she will give her, good once and for 14 days.

    `condition` prepares it in advance: it then opens nothing until others say that the day has come (see `ahead`).
    An operator, to whom she has shown who she is and signed it, makes a mandate at a desk for her: two hours at most.
    """
    if kind is TieKind.DESK and grant.actor.kind is Kind.OPERATOR:
        _operator(grant)
        if until is None or until > at + AT_A_DESK:
            raise Invalid("Un mandat dit quand il finit : deux heures au plus.", code="tie-until", at="until")
    else:
        _herself(grant)
    if not kind.chosen or (condition is not None and condition not in ties.CONDITIONS):
        raise Invalid("Cette aide ne se confie pas ici.", code="tie-not-confided")
    if until is not None and until <= at:
        raise Invalid("Choisissez une date à venir.", code="tie-until", at="until")
    if kind is TieKind.DESK and until is None:
        raise Invalid("Un mandat dit quand il finit.", code="tie-until", at="until")
    tie_id, code = uuid7(), "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
    with within(grant.patient_id):
        Row.objects.create(
            patient_id=grant.patient_id, id=tie_id, kind=kind, level=level, relation=relation, until=until, made=at,
            classes=None if classes is None else sorted(classes), condition=condition,
            sealed=_sealed(grant, tie_id, {"name": name.strip()[:80]}),
        )  # fmt: skip
        _welcome(grant.patient_id, tie_id, code, at)
    return tie_id, code


def mandates(grant: Grant, *, at: datetime) -> tuple[Mandate, ...]:
    """The mandates at a desk that run or wait, for an operator who acts for her: nobody's name."""
    _operator(grant)
    with within(grant.patient_id):
        rows = Row.objects.filter(patient_id=grant.patient_id, kind=TieKind.DESK, ended=None, until__gt=at)
        found = list(rows.order_by("made").values_list("id", "until", "subject"))
    return tuple(Mandate(one, until, subject is not None) for one, until, subject in found if until)


def invite_again(grant: Grant, *, tie_id: UUID, at: datetime) -> str:
    """A new code for a help that nobody has taken up yet; the former one is worth nothing."""
    _herself(grant)
    with within(grant.patient_id):
        if _live(grant.patient_id, tie_id).subject is not None:
            raise Conflict("Cette aide est déjà acceptée.", code="tie-accepted")
        code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
        Welcome.objects.filter(tie_id=tie_id).delete()
        _welcome(grant.patient_id, tie_id, code, at)
    return code


def _welcome(patient_id: UUID, tie_id: UUID, code: str, at: datetime) -> None:
    Welcome.objects.create(digest=_digest(code), patient_id=patient_id, tie_id=tie_id, until=at + CODE_LIVES)


def offer(actor: Actor, *, code: str, at: datetime) -> Offer:
    """Who asks for help, and which, for whoever holds the code and is signed in as a person. NotFound otherwise."""
    welcome = _held_code(actor, code, at)
    with within(welcome.patient_id):
        row = _live(welcome.patient_id, welcome.tie_id)
    tie = _row(row).tie
    return Offer(people.name_of(welcome.patient_id), tie.level, tie.classes, row.until, row.condition)


def accept(actor: Actor, *, code: str, at: datetime) -> UUID:
    """Take up the help that this code offers; it is then used. Gives the space it opens. NotFound: no such code."""
    welcome = _held_code(actor, code, at)
    assert actor.patient_id is not None
    subject = pseudonym(actor.patient_id)
    with within(welcome.patient_id) as sql:
        row = _live(welcome.patient_id, welcome.tie_id)
        if row.subject is not None or not Welcome.objects.filter(digest=welcome.digest).delete()[0]:
            raise NotFound("Ce code ne sert plus.", code="no-such-code")
        same = {"patient_id": welcome.patient_id, "subject": subject, "kind": row.kind, "ended": None}
        if Row.objects.filter(**same).exists():
            raise Conflict("Vous aidez déjà cette personne.", code="tie-exists")
        begins = None if row.condition else at
        Row.objects.filter(patient_id=welcome.patient_id, id=row.id).update(
            subject=subject, since=begins, confirmed=at, protected=_is_protected(welcome.patient_id, subject),
            sealed=sealing.seal(_key(), actor.patient_id.bytes, _place(welcome.patient_id, row.id)),
        )  # fmt: skip
        if row.condition:
            Promised.objects.create(
                patient_id=welcome.patient_id, tie_id=row.id, subject=subject, level=row.level, classes=row.classes,
                until=row.until, condition=row.condition,
            )  # fmt: skip
        reach(sql, welcome.patient_id, subject)
        tell(welcome.patient_id, row.id, "accepted")
    return welcome.patient_id


def _held_code(actor: Actor, code: str, at: datetime) -> Welcome:
    if actor.kind is not Kind.PERSON or actor.patient_id is None:
        raise Refused("Entrez d’abord dans votre propre espace.", code="not-a-person")
    found = Welcome.objects.filter(digest=_digest(code), until__gt=at).first()
    if found is None or found.patient_id == actor.patient_id:
        raise NotFound("Ce code ne sert plus. Demandez-en un autre à la personne.", code="no-such-code")
    return found


def confirm(grant: Grant, *, tie_id: UUID, at: datetime) -> None:
    """Say yes for another year."""
    _herself(grant)
    with within(grant.patient_id) as sql:
        row = _chosen(grant.patient_id, tie_id)
        Row.objects.filter(patient_id=grant.patient_id, id=tie_id).update(confirmed=at)
        if row.subject is not None:
            reach(sql, grant.patient_id, row.subject)


def limit(
    grant: Grant, *, tie_id: UUID, level: Level, classes: frozenset[str] | None, until: datetime | None, at: datetime
) -> None:
    """Change what a helper may do, from the next request on."""
    _herself(grant)
    with within(grant.patient_id) as sql:
        row = _chosen(grant.patient_id, tie_id)
        Row.objects.filter(patient_id=grant.patient_id, id=tie_id).update(
            level=level, classes=None if classes is None else sorted(classes), until=until
        )
        if row.subject is not None:
            reach(sql, grant.patient_id, row.subject)


# What is asked of ties.


def helpers(grant: Grant) -> tuple[Helper, ...]:
    """Everyone who answers for this person or helps her, accepted or not, the first first. For herself.

    Her parents no longer, once she is of age: their right has ended by itself.
    """
    if grant.actor.kind is not Kind.PERSON or grant.purpose is not Purpose.SELF:
        raise Refused("Cette liste appartient à la personne.", code="not-yours")
    with within(grant.patient_id):
        rows = list(Row.objects.filter(patient_id=grant.patient_id, ended=None).order_by("made", "id"))
    if any(row.kind == TieKind.PARENT for row in rows) and not ages.is_minor(
        people.birth_date(grant.patient_id), grant.at
    ):
        rows = [row for row in rows if row.kind != TieKind.PARENT]
    found = []
    for row in rows:
        held, words = _row(row), {} if _taken_up(row) else _words(grant, row)
        name = words["name"] if row.subject is None else _name(_helper(grant, row))
        found.append(
            Helper(
                tie=held.tie, name=name, accepted=row.subject is not None, since=row.since, until=row.until,
                rests=held.ends, resting=row.since is not None and not held.holds(grant.at), condition=row.condition,
                attested=len(row.attested), paper=words.get("paper", ""),
            )
        )  # fmt: skip
    return tuple(found)


def relatives(grant: Grant) -> list[Relative]:
    """Everyone whose tie holds at the instant of this grant, which is the person's own."""
    with within(grant.patient_id):
        rows = list(
            Row.objects.filter(patient_id=grant.patient_id, ended=None, subject__isnull=False).order_by("made", "id")
        )
    minor = bool(rows) and ages.is_minor(people.birth_date(grant.patient_id), grant.at)
    found = []
    for subject in dict.fromkeys(row.subject for row in rows):
        same = {row.id: row for row in rows if row.subject == subject}
        tie = ties.counting(map(_row, same.values()), minor=minor, at=grant.at)
        if tie is None or tie.id is None:
            continue
        who = _helper(grant, same[tie.id])
        actor = Actor(Kind.PERSON, who, _name(who), AuthLevel.SINGLE, patient_id=who)
        found.append(Relative(actor, tie, minor, _row(same[tie.id]).ends))
    return found


def reached(actor: Actor, *, at: datetime) -> list[UUID]:
    """The spaces that this person may at most reach for others: random ids, the rules have not spoken yet."""
    if actor.kind is not Kind.PERSON or actor.patient_id is None:
        return []
    rows = Reach.objects.filter(subject=pseudonym(actor.patient_id)).values_list("patient_id", "until")
    return sorted(one for one, until in rows if until is None or until > at)


# What they share.


def _operator(grant: Grant) -> None:
    if grant.actor.kind is not Kind.OPERATOR or grant.action is not Action.ON_BEHALF:
        raise Refused("Cette page est réservée aux opérateurs.", code="operators-only")


def _herself(grant: Grant) -> None:
    """Only the person confides: a help never gives the right to confide another."""
    if grant.action is not Action.SET_ACCESS or grant.purpose is not Purpose.SELF:
        raise Refused("Seule la personne peut confier une aide.", code="not-a-settings-grant")


def _live(patient_id: UUID, tie_id: UUID) -> Row:
    row = Row.objects.select_for_update().filter(patient_id=patient_id, id=tie_id, ended=None).first()
    if row is None:
        raise NotFound(GONE, code="no-such-tie")
    return row


def _chosen(patient_id: UUID, tie_id: UUID) -> Row:
    row = _live(patient_id, tie_id)
    if not TieKind(row.kind).chosen:
        raise Refused("Ce lien ne se change pas ici.", code="tie-not-yours")
    return row


def _is_protected(patient_id: UUID, subject: UUID) -> bool:
    """Decided for any tie there ever was between them; `protect` lifts it from all of them."""
    return Row.objects.filter(patient_id=patient_id, subject=subject, protected=True).exists()


def reach(sql: psycopg.Cursor[Any], patient_id: UUID, subject: UUID) -> None:
    """The second wall follows: this helper reaches this record until the last of her ties ends, and no longer."""
    rows = map(_row, Row.objects.filter(patient_id=patient_id, subject=subject, ended=None))
    held = [one for one in rows if one.since is not None]
    ends = [_of_age(patient_id) if one.tie.kind is TieKind.PARENT and one.until is None else one.ends for one in held]
    if not ends:
        Reach.objects.filter(subject=subject, patient_id=patient_id).delete()
        return
    until = None if None in ends else max(one for one in ends if one is not None)
    sql.execute(
        """INSERT INTO access_reach (subject, patient_id, until) VALUES (%b, %b, %b)
           ON CONFLICT (subject, patient_id) DO UPDATE SET until = excluded.until""",
        [subject, patient_id, until],
    )


def _of_age(patient_id: UUID) -> datetime:
    return ages.comes_of_age(people.birth_date(patient_id))


def tell(patient_id: UUID, tie_id: UUID, what: str) -> None:
    """The person is told that something changed in what others may do for her; never what, never who."""
    events.emit("delegation-changed", patient_id=patient_id, key=f"{tie_id}/{what}")


def _place(patient_id: UUID, tie_id: UUID) -> bytes:
    return sealing.aad("tie", patient_id, tie_id)


def _key() -> bytes:
    """Seals who took up a help: nobody holds a key of the record when a code is used."""
    return rootkey.ours().digest("access/helper", b"v1")


def _taken_up(row: Row) -> bool:
    return TieKind(row.kind).chosen and row.subject is not None


def _words(grant: Grant, row: Row) -> dict[str, str]:
    assert grant.keyring is not None
    found: dict[str, str] = orjson.loads(
        sealing.unseal(grant.keyring.index_key(), bytes(row.sealed), _place(grant.patient_id, row.id))
    )
    return found


def _helper(grant: Grant, row: Row) -> UUID:
    """The space of whoever comes by this tie."""
    if _taken_up(row):
        return UUID(bytes=sealing.unseal(_key(), bytes(row.sealed), _place(grant.patient_id, row.id)))
    return UUID(_words(grant, row)["id"])


def named(grant: Grant, row: Row) -> str:
    """The name of whoever comes by this tie: for the person herself, and for those she trusts with saying when it begins."""
    return _name(_helper(grant, row))


def _name(who: UUID) -> str:
    try:
        return people.name_of(who)
    except NotFound:  # her own space was erased since
        return "Quelqu’un"


def _sealed(grant: Grant, tie_id: UUID, words: dict[str, str]) -> bytes:
    assert grant.keyring is not None
    return sealing.seal(grant.keyring.index_key(), orjson.dumps(words), _place(grant.patient_id, tie_id))


def _proof(grant: Grant, tie_id: UUID, paper: Paper) -> bytes:
    """The paper that was seen, sealed to the person: what it is called, its SHA-256, and the copy if there is one."""
    assert grant.keyring is not None
    head = {"words": paper.words, "sha256": hashlib.sha256(paper.content).hexdigest()}
    plain = orjson.dumps(head) + b"\n" + paper.content
    return sealing.seal(grant.keyring.index_key(), plain, sealing.aad("proof", grant.patient_id, tie_id))


def _digest(code: str) -> bytes:
    written = "".join(sign for sign in code.upper() if sign in CODE_SIGNS)
    return rootkey.ours().digest("access/welcome", written.encode())
