"""Access, its actions: open a record, and everything a person decides about who sees what.

`open_record` is the one way in. It decides, commits the journal line (permission and refusal alike), and only
then unwraps keys. The other actions take the grant of a person who may change her access settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
import psycopg
from django.db import transaction
from django.db.models import QuerySet

from hygie.access import choices, gate, invitations, keyring, leaving, policy, provisioning, sentences, sittings, visits
from hygie.access.ahead import attest as attest
from hygie.access.ahead import give_back as give_help_back
from hygie.access.arrivals import arrival_code as arrival_code
from hygie.access.arrivals import check_in as check_in
from hygie.access.attendance import forget_attendance as forget_attendance
from hygie.access.attendance import note_attendance as note_attendance
from hygie.access.calling import act_for as act_for
from hygie.access.calling import identify_caller as identify_caller
from hygie.access.calling import number_of as case_number
from hygie.access.calling import propose as propose
from hygie.access.calling import settle_proposal as settle_proposal
from hygie.access.calling import undo_merge as undo_merge
from hygie.access.families import accept as accept_help
from hygie.access.families import confirm as confirm_help
from hygie.access.families import confirm_ties as confirm_ties
from hygie.access.families import end_tie as end_tie
from hygie.access.families import end_ties as end_ties
from hygie.access.families import entrust as entrust
from hygie.access.families import invite_again as invite_helper_again
from hygie.access.families import limit as limit_help
from hygie.access.families import protect as protect
from hygie.access.families import record_tie as record_tie
from hygie.access.gate import Opening
from hygie.access.leaving import Leaving
from hygie.access.majority import tell_of_age as tell_of_age
from hygie.access.models import Block, Case, Member, Reach, Record
from hygie.access.pseudonyms import subjects
from hygie.access.shares import answer_note as answer_note
from hygie.access.shares import change_card as change_card
from hygie.access.shares import come_back as come_back
from hygie.access.shares import end_share as end_share
from hygie.access.shares import enter as enter_share
from hygie.access.shares import leave_note as leave_note
from hygie.access.shares import share as share
from hygie.access.sittings import inside as inside
from hygie.access.sittings import sitting as sitting
from hygie.access.steps import note_reading as note_reading
from hygie.access.types import Action, DocumentFacts, Facts, Grant, Purpose, RecordState, Request
from hygie.base import events, sealing
from hygie.base.errors import Conflict, NotFound, Refused
from hygie.base.ids import uuid7
from hygie.base.pseudonyms import pseudonym
from hygie.base.sql import cursor
from hygie.base.waits import slot
from hygie.people import queries as people
from hygie.people.types import Actor, AuthLevel, Kind

__all__ = [
    "accept_help",
    "accept_invitation",
    "act_for",
    "add_to_circle",
    "all_read",
    "answer_case",
    "answer_note",
    "arrival_code",
    "ask_erasure",
    "attest",
    "begin_register",
    "block",
    "block_again",
    "cancel_erasure",
    "case_number",
    "change_card",
    "check_in",
    "come_back",
    "confirm_help",
    "confirm_ties",
    "count_refusal",
    "create_record",
    "decline_invitation",
    "end_share",
    "end_tie",
    "end_ties",
    "enter_share",
    "entrust",
    "erasing",
    "erasing_again",
    "forget_attendance",
    "give_help_back",
    "identify_caller",
    "inside",
    "invite",
    "invite_helper_again",
    "keep_from",
    "leave_note",
    "limit_help",
    "limit_member",
    "note_attendance",
    "note_reading",
    "open_at_once",
    "open_for_list",
    "open_record",
    "opening_together",
    "propose",
    "protect",
    "put_back_in_circle",
    "record_tie",
    "redeem_invitation",
    "remove_from_circle",
    "report_line",
    "report_visit",
    "set_care_team_consent",
    "set_deposit_opposition",
    "set_emergency",
    "set_state",
    "settle_proposal",
    "share",
    "sitting",
    "unblock",
    "undo_merge",
    "want_another_invitation",
]  # fmt: skip

Row = TypeVar("Row", Member, Block)


def open_record(
    request: Request, *, document: DocumentFacts | None = None,
    category_of: Callable[[psycopg.Cursor[Any], Grant], str | None] | None = None,
) -> Grant:  # fmt: skip
    """Decide, write the decision down, then hand over a key or refuse.

    The line is committed before the answer leaves: a refusal is journaled too, and no exception further up can
    roll it back. `document` narrows the question to one document. `category_of` completes the line of an allowed look:
    asked before the commit, within the record's scope, it reads what is in clear.
    Raises Refused (with the rule as code), or NotFound where the refusal must look like "nothing here".
    """
    with gate.opening([(request, document)]) as (sql, [one]):
        if one.grant is not None and category_of is not None:
            sittings.enter(sql, one.grant)
            one.category = category_of(sql, one.grant)
    return _granted(one)


def open_at_once(requests: Sequence[Request]) -> list[Grant]:
    """`open_record` for the several questions that one page asks: a line for each, one commit. Raises for the first refused."""
    with gate.opening([(request, None) for request in requests]) as (_, openings):
        pass
    return [_granted(one) for one in openings]


def _granted(one: gate.Opening) -> Grant:
    if one.grant is None:
        # Of an unknown record one is told what a stranger is told of any: a refusal about oneself tells nothing of it.
        stranger = Facts(state=RecordState.OPEN, document=one.document)
        told = one.decision if one.known else policy.decide(one.request, stranger)
        if told.allowed or told.rule in policy.ABSENT:
            raise NotFound("Nous ne trouvons rien ici que vous puissiez voir.", code=one.decision.rule)
        raise Refused(sentences.refusal(told.rule), code=told.rule)
    return one.grant


def open_for_list(requests: Sequence[Request]) -> list[Grant]:
    """Open many records for one list, with one line in each journal; those refused are left out, their line written.

    Like `open_record`, everything is committed before a key is handed over.
    """
    with gate.opening([(request, None) for request in requests]) as (_, openings):
        pass
    return [one.grant for one in openings if one.grant is not None]


@contextmanager
def opening_together(
    requests: Sequence[tuple[Request, DocumentFacts | None]],
) -> Iterator[tuple[psycopg.Cursor[Any], list[Opening]]]:
    """Decide for many in one transaction; what the block writes commits with the journal lines, or not at all.

    For deposits, whose document and line must be one. Row-level security is open, inside the block, for the
    records whose request was allowed, and only for them.
    """
    with gate.opening(requests) as (sql, openings):
        allowed = sorted({one.request.patient_id for one in openings if one.grant})
        gate.set_scope(sql, patients="{" + ",".join(map(str, allowed)) + "}", reach="all")
        yield sql, openings


def create_record(*, patient_id: UUID, state: RecordState = RecordState.SLEEPING, at: datetime) -> None:
    """Give a registered person her keys, and an empty journal. Conflict if she has a record already."""
    record_key, journal_key = sealing.new_key(), sealing.new_key()
    with transaction.atomic():
        gate.set_scope(cursor(), gate="{" + str(patient_id) + "}")
        _, created = Record.objects.get_or_create(
            patient_id=patient_id,
            defaults={
                "record_key": keyring.wrap(patient_id, "record", record_key),
                "journal_key": keyring.wrap(patient_id, "journal", journal_key),
                "public_key": sealing.public_of(record_key),
                "state": state,
            },
        )
    if not created:
        raise Conflict("Cet espace existe déjà.", code="record-exists")


open_spaces = provisioning.open_spaces


def set_state(grant: Grant, *, state: RecordState, at: datetime) -> None:
    """Open, close or refuse the space. Closed, it is kept ten years; open again, nothing of it was lost."""
    with gate.settling(grant) as sql:
        before = Record.objects.select_for_update().values_list("state", flat=True).get(patient_id=grant.patient_id)
        Record.objects.filter(patient_id=grant.patient_id).update(state=state)
        leaving.follow(sql, grant, before=RecordState(before), state=state, at=at)
        if state is RecordState.OPEN and RecordState(before) in invitations.WAITING:
            events.counted(at.date(), {f"activations/{'own' if grant.purpose is Purpose.SELF else 'operator'}": 1})


def ask_erasure(grant: Grant, *, at: datetime) -> Leaving:
    """The person asks that everything be erased: closed now, erased in thirty days; again, it is the same receipt.

    Needs her grant to SET_ACCESS (strongly signed in), or an operator's to act for her.
    """
    return leaving.ask(grant, at=at)


def cancel_erasure(grant: Grant, *, at: datetime) -> RecordState:
    """She changed her mind: the space is what it was before, and so is its state, given back. NotFound if none is asked."""
    return leaving.cancel(grant, at=at)


erasing = leaving.erasing
erasing_again = leaving.erasing_again
begin_register = leaving.begin


def set_care_team_consent(grant: Grant, *, given: bool, at: datetime) -> None:
    """The person's initial consent to her care team opening her record; taken back as easily.

    Source: Conseil d'État, 15 October 2025 (the consent must come before the first opening).
    """
    with gate.settling(grant, represented=True):
        Record.objects.filter(patient_id=grant.patient_id).update(
            care_team_consent=given, consent_since=at if given else None
        )


def set_deposit_opposition(grant: Grant, *, opposed: bool, at: datetime) -> None:
    """Whether anyone but the person herself may add documents."""
    with gate.settling(grant, represented=True):
        Record.objects.filter(patient_id=grant.patient_id).update(deposit_opposed=opposed)


def set_emergency(grant: Grant, *, allowed: bool, hidden: bool, at: datetime) -> None:
    """The emergency switches: may an emergency service open the record; may it see what is hidden."""
    with gate.settling(grant, represented=True):
        Record.objects.filter(patient_id=grant.patient_id).update(emergency_allowed=allowed, emergency_hidden=hidden)


def add_to_circle(
    grant: Grant, *, professional_id: UUID | None = None, organisation_id: UUID | None = None,
    until: datetime | None = None, classes: frozenset[str] | None = None, at: datetime,
) -> UUID:  # fmt: skip
    """Let a professional or a structure in, perhaps for some classes of documents, perhaps until a date.

    The same one again replaces the former limits. Exactly one of the two ids; NotFound if it is nobody's.
    """
    kind, one = _who(professional_id, organisation_id)
    member_id, subject = uuid7(), pseudonym(one)
    with gate.settling(grant, represented=True) as sql:
        Member.objects.filter(patient_id=grant.patient_id, subject=subject, ended=None).update(ended=at)
        Member.objects.create(
            patient_id=grant.patient_id, id=member_id, subject=subject, since=at, until=until,
            classes=sorted(classes) if classes is not None else None,
            sealed=_sealed_who(grant, member_id, kind, one),
        )  # fmt: skip
        _reach(sql, grant, subject, until)
    return member_id


def _reach(sql: psycopg.Cursor[Any], grant: Grant, subject: UUID, until: datetime | None) -> None:
    sql.execute(
        """INSERT INTO access_reach (subject, patient_id, until) VALUES (%b, %b, %b)
           ON CONFLICT (subject, patient_id) DO UPDATE SET until = excluded.until""",
        [subject, grant.patient_id, until],
    )


def _present(grant: Grant, subject: UUID) -> dict[str, Any]:
    return {"patient_id": grant.patient_id, "subject": subject, "ended": None}


def _ended(rows: QuerySet[Row]) -> Row | None:
    """The one row among these, if it has ended."""
    return rows.exclude(ended=None).select_for_update().first()


def remove_from_circle(grant: Grant, *, member_id: UUID, at: datetime) -> None:
    """From the next request on, this member sees nothing more. NotFound if it is no member of this circle."""
    with gate.settling(grant, represented=True):
        member = Member.objects.filter(patient_id=grant.patient_id, id=member_id, ended=None).first()
        if member is None or not choices.may_touch(grant, member.id, member.sealed):
            raise NotFound("Cette personne n'est plus dans votre cercle de soins.", code="no-such-member")
        Member.objects.filter(patient_id=grant.patient_id, id=member_id).update(ended=at)
        Reach.objects.filter(patient_id=grant.patient_id, subject=member.subject).delete()


def put_back_in_circle(grant: Grant, *, member_id: UUID, at: datetime) -> None:
    """Undo a removal: the same one, with the same limits. NotFound if there is nothing to put back (the access would have
    ended by itself meanwhile, or she let the same one in again)."""
    with gate.settling(grant, represented=True) as sql:
        member = _ended(Member.objects.filter(patient_id=grant.patient_id, id=member_id).exclude(until__lte=at))
        touched = member is not None and choices.may_touch(grant, member.id, member.sealed)
        if member is None or not touched or Member.objects.filter(**_present(grant, member.subject)).exists():
            raise NotFound("Il n'y a rien à rétablir : regardez votre cercle de soins.", code="no-such-member")
        Member.objects.filter(patient_id=grant.patient_id, id=member_id).update(ended=None)
        _reach(sql, grant, member.subject, member.until)


def limit_member(
    grant: Grant, *, member_id: UUID, until: datetime | None, classes: frozenset[str] | None, at: datetime
) -> None:
    """Let a member of the circle see these classes alone (None: all), until that day (None: no end). NotFound if none is."""
    with gate.settling(grant) as sql:
        rows = Member.objects.filter(patient_id=grant.patient_id, id=member_id, ended=None)
        member = rows.first()
        if member is None:
            raise NotFound("Cette personne n'est plus dans votre cercle de soins.", code="no-such-member")
        rows.update(until=until, classes=sorted(classes) if classes is not None else None)
        _reach(sql, grant, member.subject, until)


def keep_from(grant: Grant, *, member_id: UUID, document_id: UUID, kept: bool, at: datetime) -> None:
    """Keep one document from one member of the circle, or no more. NotFound if it is no member of this circle."""
    with gate.settling(grant):
        rows = Member.objects.select_for_update().filter(patient_id=grant.patient_id, id=member_id, ended=None)
        member = rows.first()
        if member is None:
            raise NotFound("Cette personne n'est plus dans votre cercle de soins.", code="no-such-member")
        without = {one for one in member.without if one != document_id} | ({document_id} if kept else set())
        rows.update(without=sorted(without))


def block(
    grant: Grant, *, professional_id: UUID | None = None, organisation_id: UUID | None = None,
    reading: bool = True, deposit: bool = False, at: datetime,
) -> UUID:  # fmt: skip
    """Keep a professional or a structure out: of reading, of depositing, or both. NotFound if it is nobody's id."""
    kind, one = _who(professional_id, organisation_id)
    block_id, subject = uuid7(), pseudonym(one)
    with gate.settling(grant, represented=True):
        Block.objects.filter(patient_id=grant.patient_id, subject=subject, ended=None).update(ended=at)
        Block.objects.create(
            patient_id=grant.patient_id, id=block_id, subject=subject, reading=reading, deposit=deposit, since=at,
            sealed=_sealed_who(grant, block_id, kind, one),
        )  # fmt: skip
        Record.objects.filter(patient_id=grant.patient_id).update(restricted=True)
    return block_id


def unblock(grant: Grant, *, block_id: UUID, at: datetime) -> None:
    """Lift a block. NotFound if there is none."""
    with gate.settling(grant, represented=True):
        found = Block.objects.filter(patient_id=grant.patient_id, id=block_id, ended=None).first()
        if found is None or not choices.may_touch(grant, found.id, found.sealed):
            raise NotFound("Ce blocage n'existe plus.", code="no-such-block")
        Block.objects.filter(patient_id=grant.patient_id, id=block_id).update(ended=at)
        left = Block.objects.filter(patient_id=grant.patient_id, ended=None).exists()
        Record.objects.filter(patient_id=grant.patient_id).update(restricted=left)


def let_in(
    grant: Grant, *, professional_id: UUID | None = None, organisation_id: UUID | None = None, at: datetime
) -> None:
    """Lift the block of this one, for whoever knows whom but not the block. NotFound if there is none."""
    _kind, one = _who(professional_id, organisation_id)
    with gate.settling(grant):
        present = Block.objects.filter(**_present(grant, pseudonym(one))).values_list("id", flat=True).first()
        if present is None:
            raise NotFound("Ce blocage n'existe plus.", code="no-such-block")
        unblock(grant, block_id=present, at=at)


def block_again(grant: Grant, *, block_id: UUID, at: datetime) -> None:
    """Undo the lifting of a block: the same one, from the same acts. NotFound if there is nothing to put back."""
    with gate.settling(grant, represented=True):
        lifted = _ended(Block.objects.filter(patient_id=grant.patient_id, id=block_id))
        touched = lifted is not None and choices.may_touch(grant, lifted.id, lifted.sealed)
        if lifted is None or not touched or Block.objects.filter(**_present(grant, lifted.subject)).exists():
            raise NotFound("Il n'y a rien à rétablir : regardez vos blocages.", code="no-such-block")
        Block.objects.filter(patient_id=grant.patient_id, id=block_id).update(ended=None)
        Record.objects.filter(patient_id=grant.patient_id).update(restricted=True)


def all_read(grant: Grant, *, at: datetime) -> None:
    """A professional says that she has read what was new: from now on, news is what comes after `at`.

    Needs her grant to LIST. It changes nothing for anybody else, and nothing of the record.
    """
    who = subjects(grant.actor)
    if grant.action is not Action.LIST or grant.actor.kind is not Kind.PROFESSIONAL or not who:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    with transaction.atomic():
        sql = cursor()
        gate.set_scope(sql, gate="{" + str(grant.patient_id) + "}")
        sql.execute(
            "UPDATE access_visit SET before = %b, last = greatest(last, %b) WHERE patient_id = %b AND subject = %b",
            [at, at, grant.patient_id, who[0]],
        )


invite, redeem_invitation = invitations.invite, invitations.redeem
want_another_invitation = invitations.want_another


def accept_invitation(
    invitation_id: UUID, *, actor: Actor, consent: bool | None = None, reason: str = "", at: datetime
) -> AuthLevel:
    """She opens the space that her invitation leads to; how surely she is known from now on.

    One-time code and birth date are proof enough for this one act. Handed over by somebody who had checked her
    identity, they are a strong sign-in; by post, where a relative could open the letter, a single one. `reason`: who
    helped her, if she says so, for her journal. Refused: not hers, or no longer good. Conflict: used meanwhile.
    """
    row = invitations.proved(invitation_id, _own(actor), at=at)
    grant = open_record(_deciding(actor, reason, at))
    invitations.take(grant, row, consent=consent, at=at)
    return AuthLevel.SINGLE if row.way == "letter" else AuthLevel.STRONG


def decline_invitation(invitation_id: UUID, *, actor: Actor, reason: str, at: datetime) -> None:
    """She wants no space. The same code lets her change her mind as long as it lasts."""
    row = invitations.proved(invitation_id, _own(actor), at=at)
    invitations.decline(open_record(_deciding(actor, "", at)), row, reason=reason, at=at)


def count_refusal(grant: Grant, *, reason: str, at: datetime) -> None:
    """Count why a space was refused, and nothing of who refused it."""
    if grant.action is not Action.SET_ACCESS:
        raise Refused("Ce réglage demande votre accord.", code="not-a-settings-grant")
    invitations.count_refusal(reason, at=at)


def _own(actor: Actor) -> UUID:
    if actor.kind is not Kind.PERSON or actor.patient_id is None:
        raise NotFound("Cette page n’existe pas pour vous.", code="not-a-person")
    return actor.patient_id


def _deciding(actor: Actor, reason: str, at: datetime) -> Request:
    return Request(
        actor=replace(actor, auth=AuthLevel.STRONG), patient_id=_own(actor), purpose=Purpose.SELF,
        action=Action.SET_ACCESS, at=at, reason=reason,
    )  # fmt: skip


def report_line(grant: Grant, *, seq: int, message: str, at: datetime) -> UUID:
    """« Ce n'est pas normal » : opens a case on one journal line, which an operator must answer."""
    if grant.action is not Action.READ_JOURNAL or grant.purpose is not Purpose.SELF:
        raise Refused("Seule la personne peut signaler une ligne de son journal.", code="not-a-journal-grant")
    with transaction.atomic():
        sql = cursor()
        gate.set_scope(sql, gate="{" + str(grant.patient_id) + "}")
        known = sql.execute(
            "SELECT 1 FROM access_journalentry WHERE patient_id = %b AND seq = %b", [grant.patient_id, seq]
        ).fetchone()
        if known is None:
            raise NotFound("Cette ligne n'est pas dans votre journal.", code="no-such-line")
        return gate.open_case(
            sql, kind="report", patient_id=grant.patient_id, seq=seq, at=at, words={"message": message[:2000]}
        )


def report_visit(grant: Grant, *, marked: UUID, message: str, at: datetime) -> UUID:
    """The same by whoever answers for the person, of a line that she was told of: `marked` is the mark it bears.

    Needs her grant to FOLLOW, unless places and times are protected from her. She reads the answer (`queries.reports`); so
    does the person.
    """
    if grant.action is not Action.FOLLOW or grant.tie is None or grant.tie.protected:
        raise Refused("Ce journal ne vous est pas ouvert.", code="not-a-journal-grant")
    seq = visits.line_of(grant, marked)
    words: dict[str, str | None] = {
        "message": message[:2000],
        "by": str(grant.actor.id),
        "relation": grant.tie.relation,
    }
    with transaction.atomic():
        return gate.open_case(cursor(), kind="report", patient_id=grant.patient_id, seq=seq, at=at, words=words)


def answer_case(actor: Actor, *, case_id: UUID, justified: bool | None, answer: str, at: datetime) -> None:
    """An operator closes a case: an emergency access found justified or not, a report answered in words.

    The person is told that an answer to what she reported waits. Not who answers for her: a visit of the day of an act
    that a child keeps secret is hidden from him by then, and a notice would tell of it.
    Refused for anyone but an operator strongly signed in; Conflict if it was closed meanwhile.
    """
    operator_only(actor)
    with transaction.atomic():
        case = Case.objects.select_for_update().filter(id=case_id).first()
        if case is None:
            raise NotFound("Ce dossier de revue n'existe pas.", code="no-such-case")
        if case.closed is not None:
            raise Conflict("Quelqu'un a déjà répondu.", code="case-closed")
        case.closed, case.closed_by, case.justified = at, actor.id, justified
        case.answer = sealing.seal(
            keyring.review_key(), orjson.dumps({"answer": answer[:4000]}), sealing.aad("answer", case_id)
        )
        case.save()
        if case.kind == "report":
            said = orjson.loads(sealing.unseal(keyring.review_key(), bytes(case.sealed), sealing.aad("case", case_id)))
            if "by" not in said:
                events.emit("report-answered", patient_id=case.patient_id, key=str(case_id))
        if case.kind == "emergency":
            events.counted(at.date(), {f"review/{slot(at - case.opened)}": 1})


def operator_only(actor: Actor) -> None:
    if actor.kind is not Kind.OPERATOR or actor.auth < 2:
        raise Refused("Cette page est réservée aux opérateurs.", code="operators-only")


def _who(professional_id: UUID | None, organisation_id: UUID | None) -> tuple[str, UUID]:
    """Whom a choice is about. NotFound for nobody: settings that name nobody could not be shown again."""
    if (professional_id is None) == (organisation_id is None):
        raise ValueError("exactly one of professional_id and organisation_id")
    if professional_id is not None:
        return "professional", people.professional(professional_id).id
    assert organisation_id is not None
    return "organisation", people.organisation(organisation_id).id


def _sealed_who(grant: Grant, row_id: UUID, kind: str, one: UUID) -> bytes:
    assert grant.keyring is not None
    return sealing.seal(
        grant.keyring.index_key(),
        orjson.dumps({"kind": kind, "id": str(one)} | ({"for": True} if grant.action is Action.REPRESENT else {})),
        sealing.aad("who", grant.patient_id, row_id),
    )
