"""At the desk: a caller identified, what an operator does as she asks, and what only two operators can do together.

No act without a call: whoever is acted for was identified first by matricule and traits together, within the hour, by this
very operator, under the number of a case; each act is a line of the person's journal that bears this number.
What cannot be undone (asking for erasure, reuniting two spaces) is proposed by one and agreed to by another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from hygie.access import gate, leaving
from hygie.access.leaving import Leaving
from hygie.access.models import Call, Proposal
from hygie.access.types import Action, Channel, Grant, Purpose, RecordState, Request
from hygie.base.errors import Conflict, Invalid, NotFound, Refused
from hygie.base.ids import uuid7
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import Actor, AuthLevel, Ins, Kind, Traits

LASTS: Final = timedelta(hours=1)
DECIDED_WITHIN: Final = timedelta(days=7)
_NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9/._-]{2,29}")
KINDS: Final = frozenset({"erase", "merge"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What an operator may know of a caller's space: whether it is open, and the switches she may turn for her."""

    state: RecordState
    deposit_opposed: bool
    emergency_allowed: bool
    leaving: Leaving | None = None


@dataclass(frozen=True, slots=True)
class CallView:
    """A caller identified, for whom one operator may act until then, under this case number."""

    id: UUID
    patient_id: UUID
    number: str
    opened: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Proposed:
    """What one operator proposes and another settles. kind: erase | merge. mine: proposed by whoever looks."""

    id: UUID
    kind: str
    patient_id: UUID
    other_id: UUID | None
    number: str
    at: datetime
    until: datetime
    mine: bool
    settled: datetime | None = None
    agreed: bool | None = None
    undone: bool = False


def number_of(written: str) -> str:
    """A case number as it is kept. Invalid for what could carry a name: digits, capitals and signs only."""
    number = written.strip().upper()
    if not _NUMBER.fullmatch(number) or not any(c.isdigit() for c in number):
        raise Invalid(
            "Un numéro de dossier est fait de chiffres et de lettres, sans espace : « D-2026-0147 ».", code="case-number", at="number"
        )  # fmt: skip
    return number


def identify_caller(
    actor: Actor, *, ins: Ins, traits: Traits, number: str, at: datetime, request_id: str = ""
) -> CallView | None:
    """Whoever has this matricule and these traits together: for an hour, this operator may act for her. None for nobody.

    Absent, mismatched and without a space are one answer; the budget of lookups is that of `people.find`. Invalid: a
    case number that is none.
    """
    _operator_only(actor)
    number = number_of(number)
    patient_id = known.find(ins=ins, traits=traits, by=actor, at=at)
    if patient_id is None:
        return None
    try:
        _opened(_on_behalf(actor, patient_id, number, "identification", at, request_id))
    except NotFound:
        return None
    return begin(actor, patient_id=patient_id, number=number, at=at)


def act_for(actor: Actor, *, call_id: UUID, what: str, at: datetime, request_id: str = "") -> Grant:
    """The grant to do one thing as the caller asked: her journal says it, with the number of the case.

    what: a few French words, of a closed list, without any name; "" to look only at how the space stands, which folds in
    her journal. NotFound once the call is over.
    """
    _operator_only(actor)
    call = current(actor, call_id=call_id, at=at)
    asked = _on_behalf(actor, call.patient_id, call.number, what or "état de l’espace", at, request_id)
    return _opened(asked if what else replace(asked, channel=Channel.LIST))


def _on_behalf(actor: Actor, patient_id: UUID, number: str, what: str, at: datetime, request_id: str) -> Request:
    return Request(
        actor=actor, patient_id=patient_id, purpose=Purpose.LEGAL, action=Action.ON_BEHALF, at=at,
        reason=f"{number} ({what})", request_id=request_id,
    )  # fmt: skip


def propose(
    actor: Actor, *, call_id: UUID, kind: str, other_call_id: UUID | None = None, at: datetime, request_id: str = ""
) -> UUID:
    """Propose what two operators must want: `erase` the caller's space, or `merge` another identified space into hers.

    Proposed already, it is the same proposal. Nothing is done before somebody else agrees.
    """
    what = "effacement proposé" if kind == "erase" else "réunion d’identités proposée"
    act_for(actor, call_id=call_id, what=what, at=at, request_id=request_id)
    other = None
    if other_call_id is not None:
        other = current(actor, call_id=other_call_id, at=at).patient_id
        act_for(actor, call_id=other_call_id, what=what, at=at, request_id=request_id)
    call = current(actor, call_id=call_id, at=at)
    if other == call.patient_id:
        raise Conflict("C’est la même personne.", code="same-person")
    return _noted(actor, call=call, kind=kind, other_id=other, at=at)


def settle_proposal(actor: Actor, *, proposal_id: UUID, agreed: bool, at: datetime, request_id: str = "") -> Proposed:
    """A second operator agrees, and it is done; or anyone of them refuses it. Refused (two-persons) to who proposed it."""
    _operator_only(actor)
    asked = _asked(actor, proposal_id=proposal_id, at=at)
    if agreed and asked.mine:
        raise Refused("Il faut deux personnes : demandez à une ou un collègue de confirmer.", code="two-persons")
    what = {True: "confirmé à deux", False: "refusé"}[agreed]
    for patient_id in filter(None, (asked.patient_id, asked.other_id)):
        grant = _opened(_on_behalf(actor, patient_id, asked.number, what, at, request_id))
    done = _settled(actor, proposal_id=proposal_id, agreed=agreed, at=at)
    if agreed and done.kind == "erase":
        leaving.ask(grant, at=at)
    return done


def undo_merge(actor: Actor, *, proposal_id: UUID, at: datetime, request_id: str = "") -> None:
    """Take a reunion of identities apart: each is again, byte for byte, what it was."""
    _operator_only(actor)
    done = _undone(actor, proposal_id=proposal_id, at=at)
    for patient_id in filter(None, (done.patient_id, done.other_id)):
        _opened(_on_behalf(actor, patient_id, done.number, "identités séparées", at, request_id))


def _opened(asked: Request) -> Grant:
    with gate.opening([(asked, None)]) as (_, [one]):
        pass
    if one.grant is None:
        raise NotFound("Nous ne trouvons aucun espace ici.", code=one.decision.rule)
    return one.grant


def _operator_only(actor: Actor) -> None:
    if actor.kind is not Kind.OPERATOR or actor.auth < AuthLevel.STRONG:
        raise Refused("Cette page est réservée aux opérateurs.", code="operators-only")


def begin(actor: Actor, *, patient_id: UUID, number: str, at: datetime) -> CallView:
    row = Call.objects.create(
        id=uuid7(), operator=actor.id, patient_id=patient_id, number=number, opened=at, until=at + LASTS
    )
    return _view(row)


def current(actor: Actor, *, call_id: UUID, at: datetime) -> CallView:
    """NotFound for another operator's call, one that is over, or none: the three look alike."""
    row = Call.objects.filter(id=call_id, operator=actor.id, until__gt=at).first()
    if row is None:
        raise NotFound("Cet appel est terminé. Identifiez à nouveau la personne.", code="no-such-call")
    return _view(row)


def others(actor: Actor, *, call_id: UUID, at: datetime) -> list[CallView]:
    """The other callers whom this operator has identified within the hour, under the same case: to reunite with."""
    one = current(actor, call_id=call_id, at=at)
    rows = Call.objects.filter(operator=actor.id, number=one.number, until__gt=at).exclude(patient_id=one.patient_id)
    return [_view(row) for row in rows.order_by("-opened")[:10]]


def _noted(actor: Actor, *, call: CallView, kind: str, other_id: UUID | None, at: datetime) -> UUID:
    if kind not in KINDS or (kind == "merge") != (other_id is not None):
        raise Invalid("Cette demande n’existe pas.", code="no-such-proposal")
    waiting = Proposal.objects.filter(kind=kind, patient_id=call.patient_id, settled=None, until__gt=at)
    if (before := waiting.first()) is not None:
        return before.id
    row = Proposal.objects.create(
        id=uuid7(), kind=kind, patient_id=call.patient_id, other_id=other_id, number=call.number, by=actor.id, at=at,
        until=at + DECIDED_WITHIN,
    )  # fmt: skip
    return row.id


def waiting(actor: Actor, *, at: datetime) -> list[Proposed]:
    rows = Proposal.objects.filter(settled=None, until__gt=at).order_by("at")[:200]
    return [_proposed(row, actor) for row in rows]


def reunited(actor: Actor) -> list[Proposed]:
    """The reunions agreed to, the latest first: each may be undone."""
    rows = Proposal.objects.filter(kind="merge", agreed=True).order_by("-settled")[:50]
    return [_proposed(row, actor) for row in rows]


def _asked(actor: Actor, *, proposal_id: UUID, at: datetime) -> Proposed:
    row = Proposal.objects.filter(id=proposal_id, settled=None, until__gt=at).first()
    if row is None:
        raise NotFound("Cette demande n’attend plus.", code="no-such-proposal")
    return _proposed(row, actor)


def _settled(actor: Actor, *, proposal_id: UUID, agreed: bool, at: datetime) -> Proposed:
    """Say yes or no, once. To agree, it takes somebody else than who proposed. A reunion agreed to is made here."""
    with transaction.atomic():
        row = Proposal.objects.select_for_update().filter(id=proposal_id).first()
        if row is None or row.until <= at:
            raise NotFound("Cette demande n’attend plus.", code="no-such-proposal")
        if row.settled is not None:
            raise Conflict("Quelqu’un a déjà répondu.", code="proposal-settled")
        if agreed and row.by == actor.id:
            raise Refused("Il faut deux personnes : demandez à une ou un collègue de confirmer.", code="two-persons")
        row.settled, row.settled_by, row.agreed = at, actor.id, agreed
        if agreed and row.kind == "merge":
            assert row.other_id is not None
            row.made = people.merge(kept=row.patient_id, merged=row.other_id, at=at, by=actor.id)
        row.save()
    return _proposed(row, actor)


def _undone(actor: Actor, *, proposal_id: UUID, at: datetime) -> Proposed:
    """Take a reunion apart: both are again what they were."""
    with transaction.atomic():
        row = Proposal.objects.select_for_update().filter(id=proposal_id, kind="merge", agreed=True).first()
        if row is None or row.made is None:
            raise NotFound("Cette réunion n’existe pas.", code="no-such-merge")
        people.unmerge(merge_id=row.made, at=at, by=actor.id)
        row.made = None
        row.save()
    return _proposed(row, actor)


def _view(row: Call) -> CallView:
    return CallView(id=row.id, patient_id=row.patient_id, number=row.number, opened=row.opened, until=row.until)


def _proposed(row: Proposal, actor: Actor) -> Proposed:
    return Proposed(
        id=row.id, kind=row.kind, patient_id=row.patient_id, other_id=row.other_id, number=row.number, at=row.at,
        until=row.until, mine=row.by == actor.id, settled=row.settled, agreed=row.agreed, undone=row.kind == "merge" and bool(row.agreed) and row.made is None,
    )  # fmt: skip
