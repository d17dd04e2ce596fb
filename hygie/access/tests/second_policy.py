"""The access policy written a second time, from the texts alone, in the order in which a lawyer would ask.

Sources: docs/explanation/how-access-works.md, docs/reference/access-rules.md, docs/adr, and the vocabulary of access.types.
It was written before its author had opened access.policy, and shares with it only the matrix of professions, which is data.
Where the texts were silent and the two differed, the rule was written into the texts, then here. Who asks comes first here, then why, then what; there, forbids come first, then permits. It gives no reason: only whether,
and which documents. `test_second_policy` asks both the same questions.
"""

from __future__ import annotations

from collections.abc import Callable

from hygie.access.matrix import professions, readable, writable
from hygie.access.types import (
    Action,
    DocumentFacts,
    Facts,
    Level,
    Purpose,
    RecordState,
    Request,
    TieKind,
    Visibility,
)
from hygie.people.types import PROFESSIONS, AuthLevel, Kind, Role

Sees = Callable[[DocumentFacts], bool]
"""Of an allowed question: whether it covers this document."""

LOOKING = {Action.LIST, Action.READ}
CORRECTING = {Action.SET_VISIBILITY, Action.WITHDRAW, Action.ARCHIVE}
MASKING = {Action.FOLLOW, Action.READ_MASKED}  # no page is opened by these: their doors leave places and times out
DEPOSITING = CORRECTING | {Action.DEPOSIT, Action.FIND}
HEALTH = {Role.DOCTOR, Role.MIDWIFE, Role.DENTIST, Role.PHARMACIST, Role.NURSE, Role.PARAMEDICAL}


def answer(request: Request, facts: Facts) -> Sees | None:
    """None: refused. Otherwise allowed, for the documents of which the function says yes."""
    by_kind = {
        Kind.PERSON: _person,
        Kind.PROFESSIONAL: _professional,
        Kind.SOFTWARE: _software,
        Kind.OPERATOR: _operator,
        Kind.MACHINE: _machine,
        Kind.READER: _reader,
    }
    return by_kind[request.actor.kind](request, facts)


# A person.


def _person(request: Request, facts: Facts) -> Sees | None:
    if request.actor.auth is AuthLevel.NONE:
        return None
    if request.purpose is Purpose.SELF and request.actor.patient_id == request.patient_id:
        return _herself(request, facts)
    if request.purpose is Purpose.FOR_ANOTHER and request.actor.patient_id != request.patient_id:
        return _for_another(request, facts)
    return None


def _herself(request: Request, facts: Facts) -> Sees | None:
    action, document = request.action, facts.document
    changing_access = action is Action.SET_ACCESS
    if changing_access and request.actor.auth is not AuthLevel.STRONG:
        return None
    if facts.state is RecordState.OPPOSED and not changing_access:
        return None
    reading = LOOKING | {Action.READ_JOURNAL, Action.READ_IDENTITY, Action.EXPORT}
    if facts.state is RecordState.CLOSED and not changing_access and action not in reading:
        return None

    def hers(paper: DocumentFacts) -> bool:
        mine = paper.depositor_id == request.actor.id
        return _there(paper) and (mine or Visibility.HIDDEN_FROM_PATIENT not in paper.visibility)

    if action in LOOKING | {Action.SETTLE, Action.EXPORT, Action.PIN}:
        return hers if document is None or hers(document) else None
    if action is Action.CLASSIFY:  # she only undoes
        undone = document is None or (hers(document) and document.filed_as is None)
        return hers if undone else None
    if action in {Action.SET_VISIBILITY, Action.ARCHIVE}:
        return _nothing if document is not None and hers(document) else None
    if action is Action.WITHDRAW:
        its_own = document is not None and _there(document) and document.depositor_id == request.actor.id
        return _nothing if its_own else None
    plain = {Action.DEPOSIT, Action.DECLARE, Action.READ_JOURNAL, Action.SET_ACCESS, Action.READ_IDENTITY}
    return _nothing if action in plain else None


def _for_another(request: Request, facts: Facts) -> Sees | None:
    tie, action, document = facts.tie, request.action, facts.document
    if tie is None or (tie.kind is TieKind.PARENT and not facts.minor):
        return None
    does = LOOKING | {Action.READ_IDENTITY}
    if tie.level in (Level.FILE, Level.ACT):
        does |= {Action.DEPOSIT}
    if tie.level is Level.ACT:
        does |= {Action.DECLARE, Action.SETTLE}
        if tie.kind in (TieKind.PARENT, TieKind.GUARDIAN):
            does |= MASKING if tie.protected else {*MASKING, Action.REPRESENT}
    if action is Action.REPRESENT and request.actor.auth is not AuthLevel.STRONG:
        return None
    if action not in does or facts.state in (RecordState.OPPOSED, RecordState.CLOSED):
        return None
    represents = tie.kind in (TieKind.PARENT, TieKind.GUARDIAN)

    def confided(paper: DocumentFacts) -> bool:
        if Visibility.HIDDEN_FROM_GUARDIANS in paper.visibility or not _there(paper):
            return False
        if paper.depositor_id == request.actor.id:
            return True
        if tie.protected and action not in MASKING:
            return False
        if Visibility.HIDDEN_FROM_PROFESSIONALS in paper.visibility and not represents:
            return False
        if tie.classes is not None and paper.class_code not in tie.classes:
            return False
        return Visibility.HIDDEN_FROM_PATIENT not in paper.visibility

    if action in LOOKING | MASKING | {Action.SETTLE}:
        return confided if document is None or confided(document) else None
    return _nothing


# A health professional, a social worker.


def _professional(request: Request, facts: Facts) -> Sees | None:
    actor = request.actor
    if actor.auth is not AuthLevel.STRONG or actor.profession not in PROFESSIONS:
        return None
    if facts.state in (RecordState.OPPOSED, RecordState.CLOSED):
        return None
    treats = (request.purpose is Purpose.CARE and actor.role in HEALTH) or (
        request.purpose is Purpose.COORDINATION and actor.role is Role.SOCIAL
    )
    if request.purpose is Purpose.DEPOSIT or (treats and request.action in DEPOSITING):
        return _depositing(request, facts)
    if facts.blocked_reading or facts.state is not RecordState.OPEN:
        return None
    if treats and request.action is Action.CHECK_IN:
        return _nothing if facts.arrived and facts.care_team_consent else None
    if request.purpose is Purpose.EMERGENCY:
        return _breaking_the_glass(request, facts)
    return _in_the_circle(request, facts) if treats else None


def _in_the_circle(request: Request, facts: Facts) -> Sees | None:
    if not (facts.in_circle and facts.care_team_consent):
        return None
    action, document, role = request.action, facts.document, request.actor.role

    def opened(paper: DocumentFacts) -> bool:
        if not _there(paper):
            return False
        if paper.depositor_id == request.actor.id:
            return True
        if paper.id in facts.circle_without or Visibility.HIDDEN_FROM_PROFESSIONALS in paper.visibility:
            return False
        if facts.circle_classes is not None and paper.class_code not in facts.circle_classes:
            return False
        return paper.type_code in readable(role)

    if action is Action.READ_IDENTITY:
        return _nothing
    follows = {Action.SETTLE, Action.PIN, Action.CLASSIFY} if role is not Role.SOCIAL else set()
    if action in LOOKING | follows:
        if document is None:
            return opened
        if not opened(document):
            return None
        return opened if action is not Action.CLASSIFY or _fair(document, facts, role) else None
    return None


def _fair(document: DocumentFacts, facts: Facts, role: Role) -> bool:
    """Whether filing it there shows it to nobody else, and keeps what must keep its type."""
    if document.filed_as is None:
        return True
    new_class, new_type = document.filed_as
    keeping = ("SYNTH", "EXPPAT")
    if new_type.startswith(keeping) or (document.type_code or "").startswith(keeping):
        return False
    if new_type not in writable(role):
        return False
    if not professions(new_type) <= professions(document.type_code or ""):
        return False
    return all(document.class_code in limit for limit in facts.limits if new_class in limit)


def _breaking_the_glass(request: Request, facts: Facts) -> Sees | None:
    if request.actor.role is not Role.DOCTOR or not facts.emergency_allowed:
        return None
    if not facts.emergency_open and len(" ".join(request.reason.split())) < 20:
        return None

    def life(paper: DocumentFacts) -> bool:
        if not _there(paper):
            return False
        if paper.depositor_id == request.actor.id or facts.emergency_hidden:
            return True
        return Visibility.HIDDEN_FROM_PROFESSIONALS not in paper.visibility and paper.id not in facts.circle_without

    if request.action is Action.READ_IDENTITY:
        return _nothing
    if request.action in LOOKING:
        return life if facts.document is None or life(facts.document) else None
    return None


# Who puts documents in: professionals, and software with nobody behind it.


def _software(request: Request, facts: Facts) -> Sees | None:
    if request.actor.auth is AuthLevel.NONE or request.purpose is not Purpose.DEPOSIT:
        return None
    if facts.state in (RecordState.OPPOSED, RecordState.CLOSED):
        return None
    return _depositing(request, facts)


def _depositing(request: Request, facts: Facts) -> Sees | None:
    action, document = request.action, facts.document
    if action is Action.DEPOSIT:
        return _nothing if _receives(facts) and _of_her_profession(request, document) else None
    if facts.blocked_reading:
        return None
    if action is Action.FIND:
        return _nothing

    def own(paper: DocumentFacts) -> bool:
        """Of a hospital, each reads what she deposited herself; of a laboratory, its software is one."""
        if request.actor.kind is Kind.SOFTWARE:
            return _there(paper) and _deposited_by(request, paper)
        return _there(paper) and paper.depositor_id == request.actor.id

    if action in LOOKING and facts.state is RecordState.OPEN:
        return own if document is None or own(document) else None
    if action in CORRECTING:
        corrects = document is not None and _there(document) and _deposited_by(request, document)
        return _nothing if corrects else None
    return None


def _of_her_profession(request: Request, document: DocumentFacts | None) -> bool:
    if request.actor.kind is not Kind.PROFESSIONAL:
        return True
    return document is not None and document.type_code in writable(request.actor.role)


def _receives(facts: Facts) -> bool:
    return facts.state in (RecordState.OPEN, RecordState.SLEEPING) and not (
        facts.blocked_deposit or facts.deposit_opposed
    )


# Those who never read, and those who read what was given.


def _operator(request: Request, facts: Facts) -> Sees | None:
    if request.actor.auth is not AuthLevel.STRONG or request.purpose is not Purpose.LEGAL:
        return None
    if request.action is Action.REVIEW:
        return _nothing
    return _nothing if request.action is Action.ON_BEHALF and request.reason.strip() else None


def _machine(request: Request, facts: Facts) -> Sees | None:
    if request.purpose is not Purpose.MACHINE or request.action is not Action.INDEX:
        return None
    if facts.state in (RecordState.OPPOSED, RecordState.CLOSED):
        return None
    return _there if facts.document is None or _there(facts.document) else None


def _reader(request: Request, facts: Facts) -> Sees | None:
    share = facts.share
    if request.purpose is not Purpose.SHARE or request.action not in LOOKING or facts.state is not RecordState.OPEN:
        return None
    if share is None or not share.live or not share.passcode:
        return None
    by_summary = share.summary and request.action is Action.LIST  # a summary is drawn from all that may be shown

    def given(paper: DocumentFacts) -> bool:
        withheld = {Visibility.HIDDEN_FROM_PROFESSIONALS, Visibility.HIDDEN_FROM_PATIENT} & paper.visibility
        if facts.tie is not None and Visibility.HIDDEN_FROM_GUARDIANS in paper.visibility:
            return False  # somebody else gave the link for her
        return _there(paper) and (by_summary or paper.id in share.documents) and not withheld

    return given if facts.document is None or given(facts.document) else None


def _there(paper: DocumentFacts) -> bool:
    return paper.status != "entered-in-error"


def _deposited_by(request: Request, paper: DocumentFacts) -> bool:
    mine = {request.actor.id, request.actor.organisation_id} - {None}
    return paper.depositor_id in mine or paper.organisation_id in mine


def _nothing(paper: DocumentFacts) -> bool:
    return False
