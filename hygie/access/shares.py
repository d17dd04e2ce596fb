"""What a person puts behind a link, and how somebody who holds it comes in. Private to the room; `actions` and `queries`
are its doors.

No secret of a link is kept, sealed or not: the tokens of its addresses, the code to say and the key of the files are made
again from the share's random id by the root key, and found by a digest of themselves (docs/adr/0012-shares-by-a-link.md).
An opening is counted and named first; the gate then decides at each look, with the share as it is at that instant.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg
from django.db import transaction
from django.db.models import QuerySet

from hygie.access import families
from hygie.access.models import Reach, Way
from hygie.access.models import Share as Row
from hygie.access.models import Viewing as Opened
from hygie.access.types import Action, Entered, Grant, Purpose, Request, Secrets, Share, Shared, Tie, Viewing
from hygie.base import rootkey, sealing
from hygie.base.errors import Invalid, NotFound, Refused
from hygie.base.ids import uuid7
from hygie.base.pseudonyms import pseudonym
from hygie.base.reading import noting
from hygie.base.sql import cursor
from hygie.people.types import Actor, Kind

ONE_LOOK: Final = timedelta(hours=1)
"""How long one opening lasts: its pages, and the addresses of its files (at most an hour, says the specification)."""
LONGEST: Final = timedelta(days=366)
TRIES: Final = 10
SHORTEST_PASSCODE: Final = 4
NOTE: Final = 2000  # characters
WAYS: Final = ("page", "manifest", "code")
OVER: Final = "Ce partage n’existe pas, ou il est terminé. Demandez-en un autre à la personne."


@contextmanager
def _at(patient_id: UUID, *, durable: bool = False, note: bool = False) -> Iterator[psycopg.Cursor[Any]]:
    with transaction.atomic(durable=durable):
        sql = cursor()
        if note:
            noting(sql)
        _scope(sql, patient_id)
        yield sql


def _scope(sql: psycopg.Cursor[Any], patient_id: UUID) -> None:
    sql.execute("SELECT set_config('hygie.gate', %s, true)", ["{" + str(patient_id) + "}"])


# What a link holds.


def secrets(share_id: UUID) -> Secrets:
    """The same each time, for this share and under this root key alone."""
    made = {kind: rootkey.ours().digest(f"share/{kind}", share_id.bytes) for kind in (*WAYS, "key")}
    token = {kind: base64.urlsafe_b64encode(made[kind]).rstrip(b"=").decode() for kind in ("page", "manifest")}
    return Secrets(
        token["page"], token["manifest"], made["key"], f"{int.from_bytes(made['code'], 'big') % 10**12:012d}"
    )


def _found_by(kind: str, token: str) -> bytes:
    """Of a long token a digest; of a code to say, which has few digits, a keyed one."""
    if kind == "code":
        return rootkey.ours().digest("share/said", re.sub(r"\D", "", token).encode())
    return sha256(token.encode()).digest()


def _passcode(share_id: UUID, said: str) -> bytes:
    return rootkey.ours().digest("share/passcode", share_id.bytes + " ".join(said.split()).casefold().encode())


# The person's own acts.


def share(
    grant: Grant, *, documents: Collection[UUID] = (), summary: bool = False, sections: Collection[str] | None = None,
    label: str = "", until: datetime, most: int | None = None, passcode: str = "", spoken: bool = False,
    card: bool = False, details: dict[str, Any] | None = None, at: datetime,
) -> UUID:  # fmt: skip
    """Put these documents, the summary, or some of its sections, behind a new link. Needs her grant to SET_ACCESS.

    until: a year away at most; most: openings allowed, None for no limit; spoken: a code to say leads there too.
    Invalid for a share of nothing, one that ends at once, a passcode shorter than four characters. A representative's
    (her grant to REPRESENT) shows nothing secret, no card, and opens nothing once her own right is over.
    """
    by = _giver(grant)
    if by is not None and card:
        raise Refused("Ce réglage demande son accord.", code="not-a-settings-grant")
    chosen = list(dict.fromkeys(documents))
    if not chosen and not summary:
        raise Invalid("Choisissez ce que vous voulez partager.", code="share-of-nothing", at="documents")
    if not at < until <= at + LONGEST:
        raise Invalid("Choisissez une fin, dans un an au plus.", code="share-end", at="until")
    if most is not None and not 1 <= most <= 1000:
        raise Invalid("Choisissez un nombre d’ouvertures entre 1 et 1000.", code="share-most", at="most")
    if passcode and len(" ".join(passcode.split())) < SHORTEST_PASSCODE:
        raise Invalid("Le mot de passe a au moins 4 caractères.", code="share-passcode-short", at="passcode")
    share_id = uuid7()
    held = secrets(share_id)
    assert grant.keyring is not None
    said = {"label": " ".join(label.split())[:80], "details": details or {}}
    name = orjson.dumps(said | ({} if by is None else {"by": grant.actor.name}))
    with _at(grant.patient_id):
        Row.objects.create(
            patient_id=grant.patient_id, id=share_id, made=at, until=until, most=most, tries=TRIES, summary=summary,
            sections=None if sections is None else sorted(sections), documents=chosen, card=card, spoken=spoken,
            by=by,
            passcode=_passcode(share_id, passcode) if passcode else None,
            sealed=sealing.seal(grant.keyring.index_key(), name, sealing.aad("share", grant.patient_id, share_id)),
        )  # fmt: skip
        Way.objects.bulk_create(
            Way(digest=_found_by(kind, getattr(held, kind)), patient_id=grant.patient_id, share_id=share_id, kind=kind)
            for kind in WAYS
            if spoken or kind != "code"
        )
        Reach.objects.create(subject=pseudonym(share_id), patient_id=grant.patient_id, until=until)
    return share_id


def end_share(grant: Grant, *, share_id: UUID, at: datetime) -> None:
    """From the next request on the link opens nothing, not even for whoever has it open. NotFound if it is not hers.

    Any representative ends what any of them gave; the person, everything.
    """
    _giver(grant)
    with _at(grant.patient_id):
        if not _within(grant).filter(id=share_id, ended=None).update(ended=at):
            raise NotFound(OVER, code="no-such-share")
        Way.objects.filter(patient_id=grant.patient_id, share_id=share_id).delete()
        Reach.objects.filter(patient_id=grant.patient_id, subject=pseudonym(share_id)).delete()


def change_card(
    grant: Grant, *, share_id: UUID, sections: Collection[str], details: dict[str, Any], until: datetime
) -> None:
    """Another content behind the same link: what is printed stays good. NotFound if it is no living card of hers."""
    _hers(grant)
    assert grant.keyring is not None
    name = orjson.dumps({"label": "", "details": details})
    with _at(grant.patient_id):
        rows = Row.objects.filter(patient_id=grant.patient_id, id=share_id, card=True, ended=None)
        changed = rows.update(
            sections=sorted(sections), until=until,
            sealed=sealing.seal(grant.keyring.index_key(), name, sealing.aad("share", grant.patient_id, share_id)),
        )  # fmt: skip
        if not changed:
            raise NotFound(OVER, code="no-such-share")
        Reach.objects.filter(patient_id=grant.patient_id, subject=pseudonym(share_id)).update(until=until)


def card_details(grant: Grant) -> dict[str, Any]:
    """What the person wrote on the card that this reader holds."""
    if grant.actor.kind is not Kind.READER:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    with _at(grant.patient_id):
        row = Row.objects.filter(patient_id=grant.patient_id, id=grant.actor.id, card=True).first()
    return {} if row is None else _named(grant, row.id, row.sealed)["details"]


def emergency_contacts(grant: Grant) -> list[str]:
    """Whom to call, as the person wrote it on her living emergency card. For a doctor who opened her record in an emergency."""
    if grant.purpose is not Purpose.EMERGENCY:
        return []
    with _at(grant.patient_id):
        row = Row.objects.filter(patient_id=grant.patient_id, card=True, ended=None, until__gt=grant.at).first()
    if row is None or "contacts" not in (row.sections or ()):
        return []
    return list(_named(grant, row.id, row.sealed)["details"].get("contacts", ()))


def _named(grant: Grant, share_id: UUID, sealed: bytes) -> dict[str, Any]:
    assert grant.keyring is not None
    place = sealing.aad("share", grant.patient_id, share_id)
    said: dict[str, Any] = {"details": {}} | orjson.loads(sealing.unseal(grant.keyring.index_key(), sealed, place))
    return said


def answer_note(grant: Grant, *, viewing_id: UUID, at: datetime) -> None:
    """She has read what a reader left, and kept it or not. NotFound if there is none."""
    _hers(grant)
    with _at(grant.patient_id):
        rows = Opened.objects.filter(patient_id=grant.patient_id, id=viewing_id, answered=None).exclude(note=None)
        if not rows.update(answered=at):
            raise NotFound("Ce mot n’est plus ici.", code="no-such-note")


def _hers(grant: Grant) -> None:
    if grant.action is not Action.SET_ACCESS or grant.purpose is not Purpose.SELF:
        raise Refused("Ce réglage demande votre accord.", code="not-a-settings-grant")


def _giver(grant: Grant) -> UUID | None:
    """Who gives a link: the person herself (None), or a representative, for her."""
    if grant.action is Action.REPRESENT and grant.actor.patient_id is not None:
        return pseudonym(grant.actor.patient_id)
    _hers(grant)
    return None


def _within(grant: Grant) -> QuerySet[Row]:
    """The links that this grant may know: to a representative, those that one of them gave, and no other."""
    rows = Row.objects.filter(patient_id=grant.patient_id)
    if grant.actor.kind is Kind.PERSON and grant.purpose is Purpose.SELF:
        return rows
    if grant.action not in (Action.FOLLOW, Action.REPRESENT) or grant.tie is None or grant.tie.protected:
        raise Refused("Ces partages appartiennent à la personne.", code="not-yours")
    return rows.exclude(by=None)


def shares(grant: Grant) -> list[Share]:
    """All the links that the person ever gave, the latest first, with who opened each; to a representative, theirs."""
    within = _within(grant)
    assert grant.keyring is not None
    unsealed = sealing.opener(grant.keyring.index_key())
    with _at(grant.patient_id):
        rows = list(within.order_by("-made"))
        opened = list(Opened.objects.filter(patient_id=grant.patient_id).order_by("-at"))
        givers = {
            row.by: families.representing(cursor(), grant.patient_id, row.by, at=grant.at) for row in rows if row.by
        }
    names = grant.keyring.opener()
    seen: dict[UUID, list[Viewing]] = {}
    for one in opened:
        note = "" if one.note is None else unsealed(one.note, _note_place(grant.patient_id, one.id)).decode()
        name = names(one.id, one.sealed).decode()
        seen.setdefault(one.share_id, []).append(Viewing(one.id, one.at, one.way, name, note, one.answered is not None))
    return [
        Share(
            id=row.id, made=row.made, until=row.until, most=row.most, opened=row.opened, tries=row.tries,
            label=(said := _named(grant, row.id, row.sealed))["label"], details=said["details"],
            passcode=row.passcode is not None, summary=row.summary, card=row.card, spoken=row.spoken,
            ended=row.ended if row.by is None or row.ended or _gives(givers[row.by]) else grant.at,
            sections=None if row.sections is None else tuple(row.sections), documents=tuple(row.documents),
            viewings=tuple(seen.get(row.id, ())), given_by=said.get("by", ""),
        )
        for row in rows
    ]  # fmt: skip


def notes_waiting(grant: Grant) -> int:
    """How many words that readers left wait for the person's answer. For herself."""
    if grant.purpose is not Purpose.SELF:
        return 0
    with _at(grant.patient_id):
        left = Opened.objects.filter(patient_id=grant.patient_id, note__isnull=False, answered=None)
        return left.count()


def _gives(tie: Tie | None) -> bool:
    return tie is not None and not tie.protected


def link(grant: Grant, *, share_id: UUID) -> Secrets:
    """What a link holds: for the person whose share it is, to give it; for whoever came in by it, to seal its files."""
    if grant.actor.kind is Kind.READER and grant.actor.id == share_id:
        return secrets(share_id)
    within = _within(grant)
    with _at(grant.patient_id):
        if not within.filter(id=share_id, ended=None).exists():
            raise NotFound(OVER, code="no-such-share")
    return secrets(share_id)


# Whoever holds the link.


def enter(*, way: str, token: str, recipient: str, passcode: str = "", at: datetime) -> Entered:
    """Count one opening, under the name that the reader gives herself; or a wrong passcode (`left` then says so).

    It opens nothing: the gate is asked next, with `Entered.actor`. NotFound, in the same words, for a link that never was,
    has ended, is out of date, or was used up. Two that come together are counted one after the other.
    """
    name = " ".join(recipient.split())[:80]
    if not name:
        raise Invalid("Dites qui vous êtes.", code="recipient-missing", at="recipient")
    with transaction.atomic(durable=True):
        sql = cursor()
        noting(sql)
        found = sql.execute(
            "SELECT patient_id, share_id FROM access_way WHERE digest = %b AND kind = %b", [_found_by(way, token), way]
        ).fetchone()
        if found is None:
            raise NotFound(OVER, code="share-over")
        patient_id, share_id = found
        _scope(sql, patient_id)
        row = Row.objects.select_for_update().filter(patient_id=patient_id, id=share_id).first()
        if row is None or not _live(row, at):
            raise NotFound(OVER, code="share-over")
        viewing_id, left = uuid7(), None
        if row.passcode is not None and not hmac.compare_digest(bytes(row.passcode), _passcode(share_id, passcode)):
            row.tries -= 1
            left = row.tries
            row.save(update_fields=["tries"])
        else:
            row.opened += 1
            row.save(update_fields=["opened"])
            [public] = sql.execute(
                "SELECT public_key FROM access_record WHERE patient_id = %b", [patient_id]
            ).fetchone() or [b""]
            place = sealing.aad("dek", patient_id, viewing_id)
            Opened.objects.create(
                patient_id=patient_id, id=viewing_id, share_id=share_id, at=at, way=way,
                sealed=sealing.seal_to(public, name.encode(), place),
            )  # fmt: skip
    return _entered(row, reader(share_id, viewing_id, name), left)


def come_back(*, patient_id: UUID, actor: Actor) -> Entered:
    """The same opening, at another page of it. NotFound when the share is no more; the gate decides all the same."""
    with _at(patient_id):
        row = Row.objects.filter(patient_id=patient_id, id=actor.id, ended=None).first()
    if row is None:
        raise NotFound(OVER, code="share-over")
    return _entered(row, actor, None)


def reader(share_id: UUID, viewing_id: UUID, name: str) -> Actor:
    """Whoever holds a link: known by no sign-in. The opening is what she comes by."""
    return Actor(kind=Kind.READER, id=share_id, name=name, client_id=viewing_id)


def _entered(row: Row, actor: Actor, left: int | None) -> Entered:
    return Entered(
        patient_id=row.patient_id, share_id=row.id, actor=actor, until=row.until, summary=row.summary,
        sections=None if row.sections is None else tuple(row.sections), documents=tuple(row.documents), card=row.card,
        left=left,
    )  # fmt: skip


def _live(row: Row, at: datetime) -> bool:
    left = row.tries > 0 and (row.most is None or row.opened < row.most)
    return row.ended is None and row.until > at and left


def leave_note(grant: Grant, *, note: str, at: datetime) -> None:
    """A reader leaves a word, which waits for the person and is nowhere in her record until she keeps it. Once an opening."""
    if grant.actor.kind is not Kind.READER or grant.actor.client_id is None:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    text = note.strip()[:NOTE]
    if not text:
        raise Invalid("Écrivez votre mot.", code="note-empty", at="note")
    assert grant.keyring is not None
    place = _note_place(grant.patient_id, grant.actor.client_id)
    with _at(grant.patient_id):
        Opened.objects.filter(patient_id=grant.patient_id, id=grant.actor.client_id, share_id=grant.actor.id).update(
            note=sealing.seal(grant.keyring.index_key(), text.encode(), place), noted=at, answered=None
        )


def _note_place(patient_id: UUID, viewing_id: UUID) -> bytes:
    return sealing.aad("viewing-note", patient_id, viewing_id)


# What the gate asks.


def facts(sql: psycopg.Cursor[Any], requests: Sequence[Request]) -> list[dict[str, Any]]:
    """For each reader: what her share gives at this instant; for each practice that checks in: whether its code was good."""
    return [_facts(sql, one) for one in requests]


def _facts(sql: psycopg.Cursor[Any], request: Request) -> dict[str, Any]:
    actor = request.actor
    if actor.kind is Kind.READER:
        row = sql.execute(
            """SELECT s.documents, s.summary, s.ended IS NULL AND s.until > %(at)b, v.id IS NOT NULL, s.by
               FROM access_share s LEFT JOIN access_viewing v ON v.patient_id = s.patient_id AND v.share_id = s.id
                 AND v.id = %(viewing)b AND v.at > %(since)b
               WHERE s.patient_id = %(patient)b AND s.id = %(share)b""",
            {"at": request.at, "since": request.at - ONE_LOOK, "viewing": actor.client_id, "share": actor.id,
             "patient": request.patient_id},
            prepare=True, binary=True,
        ).fetchone()  # fmt: skip
        if row is None:
            return {}
        documents, summary, live, came_in, by = row
        shared = Shared(frozenset(documents), summary, live, came_in)
        if by is None:
            return {"share": shared}
        given, tie = _given_for_her(sql, request.patient_id, by, shared, request.at)
        return {"share": given, "tie": tie}
    if request.action is Action.CHECK_IN:
        place = pseudonym(actor.organisation_id or actor.id)
        row = sql.execute(
            "SELECT 1 FROM access_arrival WHERE patient_id = %b AND taken = %b AND taken_by = %b",
            [request.patient_id, request.at, place], prepare=True, binary=True,
        ).fetchone()  # fmt: skip
        return {"arrived": row is not None}
    return {}


def _given_for_her(
    sql: psycopg.Cursor[Any], patient_id: UUID, by: UUID, shared: Shared, at: datetime
) -> tuple[Shared, Tie | None]:
    """A link given for her opens while whoever gave it represents her, and shows what that one sees."""
    tie = families.representing(sql, patient_id, by, at=at)
    if not _gives(tie):
        return replace(shared, live=False), None
    return shared, tie


def standing(sql: psycopg.Cursor[Any], grant: Grant) -> list[tuple[UUID, bytes, Shared, Tie | None, datetime]]:
    """The links that could be opened today, for « who can see this »: id, sealed name, what each gives, by which tie, its
    end."""
    rows = sql.execute(
        """SELECT id, sealed, documents, summary, until, by FROM access_share
           WHERE patient_id = %(p)b AND ended IS NULL AND until > %(at)b AND tries > 0 AND (most IS NULL OR opened < most)
           ORDER BY made""",
        {"p": grant.patient_id, "at": grant.at}, prepare=True, binary=True,
    ).fetchall()  # fmt: skip
    found: list[tuple[UUID, bytes, Shared, Tie | None, datetime]] = []
    for one, sealed, documents, summary, until, by in rows:
        gives = Shared(frozenset(documents), summary)
        shared, tie = (gives, None) if by is None else _given_for_her(sql, grant.patient_id, by, gives, grant.at)
        found.append((one, sealed, shared, tie, until))
    return found


def label_of(grant: Grant, share_id: UUID, sealed: bytes) -> str:
    return str(_named(grant, share_id, sealed)["label"])
