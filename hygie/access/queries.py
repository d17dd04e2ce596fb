"""Access, its questions: the journal, the settings, who can see what, whose records are open to me."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import psycopg
from django.db import transaction
from django.utils.translation import gettext

from hygie.access import (
    calling,
    choices,
    explanation,
    families,
    gate,
    invitations,
    keyring,
    leaving,
    matrix,
    policy,
    sentences,
    visits,
)
from hygie.access import journal as chain
from hygie.access.actions import inside, operator_only
from hygie.access.ahead import Promised as Promised
from hygie.access.ahead import Waiting as Waiting
from hygie.access.ahead import awaiting as awaiting
from hygie.access.ahead import promised as promised
from hygie.access.attendance import attendance as attendance
from hygie.access.calling import CallView, Proposed, Standing
from hygie.access.census import cases_waiting as cases_waiting
from hygie.access.census import census as census
from hygie.access.families import helpers as helpers
from hygie.access.families import mandates as mandates
from hygie.access.families import protected_from as protected_from
from hygie.access.following import Followed as Followed
from hygie.access.leaving import Kept, Leaving, Written
from hygie.access.majority import CameOfAge as CameOfAge
from hygie.access.majority import came_of_age as came_of_age
from hygie.access.models import Case, JournalEntry, Reach, Record
from hygie.access.models.opening import Tally
from hygie.access.proofs import VERIFIER as VERIFIER
from hygie.access.proofs import proved as proved
from hygie.access.pseudonyms import subjects
from hygie.access.shares import OVER as OVER
from hygie.access.shares import card_details as card_details
from hygie.access.shares import emergency_contacts as emergency_contacts
from hygie.access.shares import label_of, standing
from hygie.access.shares import link as link
from hygie.access.shares import notes_waiting as notes_waiting
from hygie.access.shares import reader as reader
from hygie.access.shares import shares as shares
from hygie.access.sittings import gated
from hygie.access.steps import steps as steps
from hygie.access.ties import CONDITIONS as CONDITIONS
from hygie.access.types import (
    AccessSettings,
    Action,
    Channel,
    DocumentFacts,
    Facts,
    Grant,
    Helped,
    JournalLine,
    OpenPatient,
    Purpose,
    RefusalCount,
    Request,
    SentInvitation,
    Viewer,
    WayIn,
)  # fmt: skip
from hygie.access.types import (
    Block as BlockValue,
)
from hygie.access.types import (
    Member as MemberValue,
)
from hygie.access.visits import followed as followed
from hygie.access.visits import own_acts as own_acts
from hygie.base import sealing
from hygie.base.errors import NotFound, Refused
from hygie.base.pseudonyms import pseudonym
from hygie.base.sql import cursor
from hygie.people import queries as people
from hygie.people.types import PROFESSIONS, Actor, AuthLevel, Identity, Ins, Kind, Role, Traits

_BLIND = frozenset({Action.DEPOSIT, Action.FIND, Action.REVIEW})
ONE_VISIT = timedelta(minutes=30)  # pages opened within it belong to one visit (the gate's own rule)
help_offered = families.offer


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as an operator sees it: ids, dates and the words written; never a name or a document of the person."""

    id: UUID
    kind: str
    patient_id: UUID
    seq: int
    opened: datetime
    due: datetime
    words: dict[str, str | None]
    closed: datetime | None
    justified: bool | None
    answer: str | None

    @property
    def by(self) -> str:
        """What whoever represents the person and reported a line for her is to her; "" for the person herself."""
        return sentences.RELATIONS.get(self.words.get("relation") or "", "")


def journal(grant: Grant, *, before: int | None = None, limit: int = 200) -> list[JournalLine]:
    """The person's access journal, newest first. Needs a grant to READ_JOURNAL."""
    return journal_page(grant, before=before, wanted=limit, farthest=limit)[0]


def journal_page(
    grant: Grant, *, by: Collection[str] | None = None, refused: bool = False, purpose: Purpose | None = None,
    before: int | None = None, wanted: int, farthest: int,
) -> tuple[list[JournalLine], int | None]:  # fmt: skip
    """The newest lines asked for, at most `wanted`, and the number to go on before; None where the journal ends.

    by: these kinds of actors alone. refused, purpose: these alone. Lines of others (her own visits are many) are read
    past without being unpacked, `farthest` lines at most in all. Needs a grant to READ_JOURNAL.
    """
    if grant.action not in (Action.READ_JOURNAL, Action.ON_BEHALF):
        raise Refused("Ce journal ne vous est pas ouvert.", code="not-a-journal-grant")
    return visits.page(
        grant,
        asked=chain.asked(kinds=by, refused=refused, purpose=purpose),
        before=before,
        wanted=wanted,
        farthest=farthest,
    )


def journal_is_whole(patient_id: UUID) -> int | None:
    """None when the chain verifies from its first line to its head; otherwise the number of the first bad line.

    Reads hashes and ciphertext only, so an operator may ask.
    """
    with gated(patient_id):
        head = Record.objects.values_list("head", flat=True).get(patient_id=patient_id)
        entries = list(
            JournalEntry.objects.filter(patient_id=patient_id).order_by("seq").values_list("seq", "at", "leaf", "body")
        )
    whole = ((seq, at, bytes(leaf), bytes(body or b"")) for seq, at, leaf, body in entries)
    return chain.verify(patient_id, whole, bytes(head))


def erasure(grant: Grant) -> Leaving | None:
    """When this space will be erased, if it will: asked for by the person, or ten years after it was closed."""
    if grant.action not in (Action.SET_ACCESS, Action.LIST, Action.ON_BEHALF):
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    return leaving.pending(grant)


def call(actor: Actor, *, call_id: UUID, at: datetime) -> CallView:
    """A caller this operator has identified within the hour. NotFound for any other."""
    operator_only(actor)
    return calling.current(actor, call_id=call_id, at=at)


def other_calls(actor: Actor, *, call_id: UUID, at: datetime) -> list[CallView]:
    """The other spaces that this operator has identified within the hour under the same case."""
    operator_only(actor)
    return calling.others(actor, call_id=call_id, at=at)


def proposals(actor: Actor, *, at: datetime) -> list[Proposed]:
    """What waits for a second operator, the oldest first."""
    operator_only(actor)
    return calling.waiting(actor, at=at)


def reunions(actor: Actor) -> list[Proposed]:
    """The identities reunited by two operators, the latest first."""
    operator_only(actor)
    return calling.reunited(actor)


def caller_standing(grant: Grant) -> Standing:
    """What an operator may know of a caller's space. Needs her grant to act ON_BEHALF; nothing of its content."""
    if grant.action is not Action.ON_BEHALF:
        raise Refused("Cette page est réservée aux opérateurs.", code="operators-only")
    with gated(grant.patient_id) as sql:
        base, _since = choices.decided(grant, sql)
    return Standing(base.state, base.deposit_opposed, base.emergency_allowed, leaving.pending(grant))


def receipt(number: str) -> Kept | None:
    """What the receipt of this number says, to whoever holds it: dates and counts, of nobody. None for no such receipt."""
    return leaving.receipt(number)


def brought_back(*, at: datetime) -> list[tuple[UUID | None, Written]]:
    """Who was erased, says the register, and is back in this database, or unknown to it: whom to erase again.

    The register is made the first time. Unavailable when it is older than the database, or gone.
    """
    return leaving.brought_back(at=at)


def erasures_due(*, at: datetime) -> list[UUID]:
    """The erasures whose day has come, for the job that does them."""
    return leaving.due(at=at)


def settings(grant: Grant) -> AccessSettings:
    """What the person decided: consent, circle, blocks, switches. For herself (SET_ACCESS, LIST, READ or READ_JOURNAL).

    To a representative (FOLLOW, REPRESENT), of the circle and the blocks, what a representative decided.
    """
    _settled_by(grant)
    with gated(grant.patient_id) as sql:
        base, consent_since = choices.decided(grant, sql)
        members, blocks = choices.chosen(grant, sql)
    members = [one for one in members if choices.may_touch(grant, one.id, one.sealed)]
    blocks = [one for one in blocks if choices.may_touch(grant, one.id, one.sealed)]
    known = choices.Known(grant, [*members, *blocks])
    return AccessSettings(
        state=base.state, care_team_consent=base.care_team_consent, consent_since=consent_since,
        deposit_opposed=base.deposit_opposed, emergency_allowed=base.emergency_allowed,
        emergency_hidden=base.emergency_hidden,
        circle=tuple(
            MemberValue(
                id=m.id, kind=known[m].kind, name=known[m].name, detail=known[m].detail, since=m.since, until=m.until,
                classes=m.classes, without=m.without, who=known[m].id,
            )
            for m in members
        ),
        blocks=tuple(
            BlockValue(
                id=b.id, kind=known[b].kind, name=known[b].name, reading=b.reading, deposit=b.deposit, since=b.since
            )
            for b in blocks
        ),
    )  # fmt: skip


def _settled_by(grant: Grant) -> None:
    hers = grant.actor.kind is Kind.PERSON and grant.purpose is Purpose.SELF
    for_her = grant.action in (Action.FOLLOW, Action.REPRESENT) and grant.tie is not None and not grant.tie.protected
    if not (hers or for_her):
        raise Refused("Ces réglages appartiennent à la personne.", code="not-yours")


def identity(grant: Grant) -> Identity:
    """The person's identity, for whoever holds a reading grant on her record."""
    if grant.action in _BLIND:
        raise Refused("Cet accès ne permet pas de lire l'identité.", code="grant-reads-nothing")
    with inside(grant):
        return people.identity(grant.patient_id)


def explain(grant: Grant, document: DocumentFacts | None = None, *, document_id: UUID | None = None) -> list[Viewer]:
    """Who can see this document (or the record), today: computed by the very rules that decide. For the person."""
    if grant.actor.kind is not Kind.PERSON or grant.purpose is not Purpose.SELF:
        raise Refused("Cette question appartient à la personne.", code="not-yours")
    with gated(grant.patient_id) as sql:
        base, _since = choices.decided(grant, sql)
        members, kept_out = choices.chosen(grant, sql)
        seen = _last_seen(grant, sql, document_id) if document_id else {}
        given = standing(sql, grant)
    blocks = {one.subject: one for one in kept_out}
    known = choices.Known(grant, members)
    candidates = []
    for member in members:
        who = known[member]
        for actor in who.actors:
            facts = replace(
                base, in_circle=True, circle_classes=member.classes, circle_without=member.without,
                blocked_reading=any(blocks[name].reading for name in {*subjects(actor)} & blocks.keys()),
            )  # fmt: skip
            candidates.append(
                explanation.Candidate(
                    actor,
                    facts,
                    who.name,
                    who.detail,
                    until=member.until,
                    last_seen=seen.get(member.subject),
                    id=who.id,
                )
            )
    depositor, barred = None, False
    if document is not None and document.organisation_id is not None and not document.by_patient:
        depositor = people.organisation(document.organisation_id).name
        block = blocks.get(pseudonym(document.organisation_id))
        barred = bool(block and block.reading)
    viewers = explanation.explain(
        owner=grant.actor, base=base, candidates=candidates, patient_id=grant.patient_id, document=document,
        at=grant.at, depositor=depositor, depositor_blocked=barred, say=gettext,
        relatives=families.relatives(grant),
        links=[
            explanation.Link(one, label_of(grant, one, words), until, gives, tie) for one, words, gives, tie, until in given
        ],
    )  # fmt: skip
    # Several activities of one professional are one person to whoever reads this.
    return list({(viewer.kind, viewer.id): viewer for viewer in reversed(viewers)}.values())[::-1]


def _last_seen(grant: Grant, sql: psycopg.Cursor[Any], document_id: UUID) -> dict[UUID, datetime]:
    """When each professional, or somebody of each structure, last read this document: by pseudonym, as chosen ones are."""
    rows = sql.execute(
        "SELECT subject, last FROM access_seen WHERE patient_id = %b AND document_id = %b",
        [grant.patient_id, document_id], prepare=True, binary=True,
    )  # fmt: skip
    return dict(rows.fetchall())


def helped(actor: Actor, *, at: datetime) -> list[Helped]:
    """Those for whom this person may open a record today, by the very rules that decide: random ids, no line, no name."""
    reached = families.reached(actor, at=at)
    asked = [Request(actor, one, Purpose.FOR_ANOTHER, Action.LIST, at, channel=Channel.LIST) for one in reached]
    if not asked:
        return []
    with transaction.atomic():
        sql = cursor()
        gate.set_scope(sql, gate="{" + ",".join(map(str, reached)) + "}")
        said, ties = gate.foresee(sql, asked), families.facts(sql, asked)
    return [
        Helped(one.patient_id, known["tie"]) for one, decision, known in zip(asked, said, ties, strict=True)
        if decision.allowed
    ]  # fmt: skip


def not_refused(requests: Sequence[Request]) -> list[Request]:
    """Those that the rules would allow now; no line is written. For a list that must put no refusal in anyone's journal:
    what it shows of the others, it shows without having asked them anything."""
    if not requests:
        return []
    with transaction.atomic():
        sql = cursor()
        gate.set_scope(sql, gate="{" + ",".join(sorted({str(one.patient_id) for one in requests})) + "}")
        return [one for one, said in zip(requests, gate.foresee(sql, requests), strict=True) if said.allowed]


def last_visit(grant: Grant) -> datetime | None:
    """When this actor was here before the present visit; when she is not here (a card), when she was here last."""
    who = subjects(grant.actor)
    with gated(grant.patient_id) as sql:
        row = sql.execute(
            "SELECT last, before FROM access_visit WHERE patient_id = %b AND subject = %b", [grant.patient_id, who[0]]
        ).fetchone()
    if row is None:
        return None
    last: datetime = row[0]
    before: datetime | None = row[1]
    return before if grant.at - last <= ONE_VISIT else last


def usual_purpose(actor: Actor) -> Purpose:
    """Why this professional opens a record in her everyday work: to care, or (social workers) to coordinate."""
    return Purpose.COORDINATION if actor.role is Role.SOCIAL else Purpose.CARE


def open_patients(actor: Actor, *, at: datetime, only: UUID | None = None) -> list[OpenPatient]:
    """The records open today to this professional by the very rules that decide, the latest visit first, never
    visited ones before them. Random ids and her own visits only: no line is written, no name is known.
    `only`: this record alone, if it is among them.

    A record that would be refused (agreement taken back, block, closed space) is not in the list, so that looking at
    one's list never writes a refusal in anyone's journal.
    """
    reach = {one: until for one, until in _reached(actor, only) if until is None or until > at}
    if not reach:
        return []
    purpose = usual_purpose(actor)
    asked = [
        Request(actor=actor, patient_id=one, purpose=purpose, action=Action.READ_IDENTITY, at=at, channel=Channel.LIST)
        for one in sorted(reach)
    ]
    with transaction.atomic():
        sql = cursor()
        gate.set_scope(sql, gate="{" + ",".join(map(str, reach)) + "}")
        usual = [one.patient_id for one, said in zip(asked, gate.foresee(sql, asked), strict=True) if said.allowed]
        others = reach.keys() - set(usual)
        me = subjects(actor)[0]
        visits = dict(sql.execute("SELECT patient_id, last FROM access_visit WHERE subject = %b", [me]).fetchall())
        emergencies = {
            one: (since, until)
            for one, since, until in sql.execute(
                """SELECT patient_id, max(opened), max(until) FROM access_emergency
                   WHERE subject = %b AND until > %b GROUP BY patient_id""",
                [me, at],
            )
            if one in others
        }
        urgent = [replace(one, purpose=Purpose.EMERGENCY) for one in asked if one.patient_id in emergencies]
        for one, said in zip(urgent, gate.foresee(sql, urgent), strict=True):
            if not said.allowed:
                del emergencies[one.patient_id]
    found = [OpenPatient(one, reach[one], visits.get(one)) for one in usual]
    found += [OpenPatient(one, until, visits.get(one), since, until) for one, (since, until) in emergencies.items()]
    return sorted(found, key=lambda one: (one.last_visit is not None, -(one.last_visit or at).timestamp()))


def _reached(actor: Actor, only: UUID | None) -> list[tuple[UUID, datetime | None]]:
    """One line for each record, with the latest end of the ways in (None: no end)."""
    if actor.kind is not Kind.PROFESSIONAL:
        return []
    ends: dict[UUID, datetime | None] = {}
    rows = Reach.objects.filter(subject__in=subjects(actor))
    if only is not None:
        rows = rows.filter(patient_id=only)
    for one, until in rows.values_list("patient_id", "until"):
        known = ends.get(one, until)
        ends[one] = None if until is None or known is None else max(until, known)
    return list(ends.items())


def way_in(grant: Grant) -> WayIn:
    """How the professional of this grant is let in: by the person herself, through her structure, or otherwise."""
    who = subjects(grant.actor)
    if grant.purpose is Purpose.DEPOSIT:
        return WayIn("deposit")
    with gated(grant.patient_id) as sql:
        if grant.purpose is Purpose.EMERGENCY:
            row = sql.execute(
                """SELECT max(opened), max(until) FROM access_emergency
                   WHERE patient_id = %b AND subject = %b AND until > %b""",
                [grant.patient_id, who[0], grant.at],
            ).fetchone()
            return WayIn("emergency", *(row or (None, None)))
        members = sql.execute(
            """SELECT subject, since, until, classes FROM access_member
               WHERE patient_id = %b AND subject = ANY(%b) AND ended IS NULL AND (until IS NULL OR until > %b)""",
            [grant.patient_id, who, grant.at], prepare=True, binary=True,
        ).fetchall()  # fmt: skip
    if not members:
        raise Refused("Ce dossier ne vous est pas ouvert.", code="no-way-in")
    subject, since, until, classes = min(members, key=lambda one: who.index(one[0]))
    kind = "professional" if subject == who[0] else "organisation"
    return WayIn(kind, since, until, None if classes is None else frozenset(classes))


def identities(grants: Sequence[Grant]) -> dict[UUID, Identity]:
    """The identities behind these grants of one actor: a list of names is as many openings."""
    if not grants:
        return {}
    if len({grant.actor for grant in grants}) > 1 or any(grant.action in _BLIND for grant in grants):
        raise Refused("Cet accès ne permet pas de lire l'identité.", code="grant-reads-nothing")
    with inside(*grants):
        return people.identities([grant.patient_id for grant in grants])


def types_for(grant: Grant, document: DocumentFacts) -> frozenset[str]:
    """The types under which the professional of this grant may file a document: hers to give, read by nobody more, and
    still by herself. Limits that the person set to others are asked when she files it, so that this tells none of them."""
    found = set()
    for code in writable(grant.actor):
        filed = replace(document, filed_as=(matrix.ROWS[grant.actor.role, code].class_code, code))
        asked = Request(grant.actor, grant.patient_id, grant.purpose, Action.CLASSIFY, grant.at)
        within = grant.scope.classes is None or (filed.filed_as or ("",))[0] in grant.scope.classes
        if within and code != document.type_code and policy.unfair_type(asked, Facts(document=filed)) is None:
            found.add(code)
    return frozenset(found)


def writable(actor: Actor) -> frozenset[str]:
    """The type codes this professional may deposit."""
    return matrix.writable(actor.role) if actor.kind is Kind.PROFESSIONAL else frozenset()


def is_approximate(actor: Actor, type_code: str | None) -> bool:
    """Whether this professional's right on this type comes from our approximation of the official matrix."""
    return matrix.is_approximate(actor.role, type_code)


def compare(grant: Grant, *, ins: Ins, traits: Traits) -> dict[str, bool | None]:
    """What of a said identity agrees with this person's, trait by trait, without telling what hers is.

    For an operator's grant to REVIEW. None: one of the two does not say.
    """
    if grant.action is not Action.REVIEW:
        raise Refused("Cette page est réservée aux opérateurs.", code="operators-only")
    return people.compare(grant.patient_id, ins=ins, traits=traits)


def cases(actor: Actor, *, closed: bool = False) -> list[CaseView]:
    """What operators must look at, the most urgent first. Operators only."""
    operator_only(actor)
    rows = Case.objects.filter(closed__isnull=not closed).order_by("-closed" if closed else "due")[:500]
    return [_case(row) for row in rows]


def case(actor: Actor, *, case_id: UUID) -> CaseView:
    """One case, open or closed. Operators only."""
    operator_only(actor)
    row = Case.objects.filter(id=case_id).first()
    if row is None:
        raise NotFound("Ce dossier de revue n'existe pas.", code="no-such-case")
    return _case(row)


def my_cases(grant: Grant) -> list[CaseView]:
    """The person's own cases and their answers."""
    if grant.actor.kind is not Kind.PERSON or grant.purpose is not Purpose.SELF:
        raise Refused("Ces demandes appartiennent à la personne.", code="not-yours")
    return [_case(row) for row in Case.objects.filter(patient_id=grant.patient_id).order_by("-opened")[:100]]


def reports(grant: Grant, *, ids: Collection[UUID]) -> list[CaseView]:
    """The cases that this representative opened, of those that `followed` still tells her. Needs her grant to FOLLOW."""
    if grant.action is not Action.FOLLOW:
        raise Refused("Ces demandes ne sont pas les vôtres.", code="not-yours")
    rows = Case.objects.filter(patient_id=grant.patient_id, id__in=ids).order_by("-opened")
    return [_case(row) for row in rows if visits.opened_by(row) == grant.actor.id]


def _case(row: Case) -> CaseView:
    words = orjson.loads(sealing.unseal(keyring.review_key(), row.sealed, sealing.aad("case", row.id)))
    answer = None
    if row.answer is not None:
        answer = orjson.loads(sealing.unseal(keyring.review_key(), row.answer, sealing.aad("answer", row.id)))["answer"]
    return CaseView(
        id=row.id, kind=row.kind, patient_id=row.patient_id, seq=row.seq, opened=row.opened, due=row.due, words=words,
        closed=row.closed, justified=row.justified, answer=answer,
    )  # fmt: skip


def role_name(profession: str | None) -> str:
    """What this profession is called on screen (« médecin »); "" for one that the rules do not know."""
    return gettext(sentences.ROLE_NAMES.get(PROFESSIONS.get(profession or "", ""), ""))


def role_word(role: str) -> str:
    """What a role is called on screen, from a journal line."""
    return gettext(sentences.ROLE_NAMES.get(role, ""))


def refusal(rule: str) -> str:
    """Why not, in plain French, for whoever was refused."""
    return sentences.refusal(rule)


def is_operator(actor: Actor) -> bool:
    """Whether this is an operator, strongly signed in."""
    return actor.kind is Kind.OPERATOR and actor.auth >= AuthLevel.STRONG


def shareable(document: DocumentFacts) -> bool:
    """Whether a link could show this document: there, announced, and not hidden. The very scope of a link says so."""
    return policy.shared(None).covers(document)


def may_change_visibility(kind: Kind, code: str, *, adding: bool) -> bool:
    """Whether whoever may change a document's visibility may add or remove this very code."""
    return policy.may_change_visibility(kind, code, adding=adding)


def invitations_sent(actor: Actor, *, at: datetime) -> list[SentInvitation]:
    """The invitations this professional or operator made, those that somebody asks to renew first."""
    return invitations.sent(actor, at=at)


def invitation_sent(actor: Actor, invitation_id: UUID) -> tuple[UUID, str]:
    """Whom one of them is for, and the name written on it. NotFound if it is not this maker's."""
    return invitations.one_sent(actor, invitation_id)


def may_invite(actor: Actor) -> bool:
    """Whether this profession checks identities, so that it may invite."""
    return actor.role in invitations.INVITERS


def refusals(actor: Actor) -> list[RefusalCount]:
    """How many refused a space, by month and reason, the latest month first. For operators: counts, and nobody."""
    operator_only(actor)
    return [
        RefusalCount(row.month, row.reason, row.count) for row in Tally.objects.order_by("-month", "-count", "reason")
    ]
