"""Who may do what in a person's record: one pure function, and the small named rules it reads in order.

    decide(request, facts) -> Decision

Guarantees, each checked on every cell of the matrix in `tests/test_policy_matrix.py`:

- Total: every combination of values gives an answer. A value that is not of its enum is refused.
- Forbids are read before permits; the first rule that speaks wins; silence refuses ("no-rule-allows").
- No forbid ever allows, no permit ever refuses, so that adding a forbid can only take away.
- Reading: with `facts.document` set, allowed exactly when allowed without it *and* the scope covers the document.
  Rules about reading never look at the document: `Scope.covers` is the only test.
- Every rule id has a French sentence in `sentences`.

Choices worth knowing:

- A person reads what she hid from professionals; she does not read what has not been announced to her, unless she put
  it there herself. In a closed record she still reads; in an opposed one she may only change her mind.
- A professional who is blocked gets nothing, not even her own deposits; a mistaken deposit is then taken back by the
  operator's desk. Blocking deposits is a separate decision of the person.
- Reading one's own deposits: a professional, what she deposited herself (a hospital's staff do not share a right);
  a software, what it or its organisation deposited. Correcting a deposit: the depositor or her organisation.
- A deposit by a professional needs the document's facts (the profession must write that type) and no consultation
  right; it opens nothing.
- Emergency: doctors only, strong sign-in, a reason on opening, never against the person's switch or block. Every
  allowed emergency decision carries NOTIFY and REVIEW: whoever executes them does so once for each opening.
- Settling what was read from a document (confirming, correcting, rejecting a suggestion) follows the right to read
  that document, for the person and for whoever cares for her; never in an emergency, never for a social worker, never
  for a software or a machine. What the person says of herself, she alone says. So do classifying and pinning.
- Classifying never shows a document to anybody else: each profession (the matrix) and each limited member of the circle
  that reads it under its new type read it before. The person files her own papers by a new version; here she only undoes.
- Acting for another (a parent, a guardian, a caregiver, a desk) is a purpose of its own: what is marked secret does not
  exist there; nobody confides what was confided to her. What the person hides from professionals, her representatives
  see and her helpers do not; they alone follow who came and settle her access, by actions of their own, so that no act
  of hers alone (closing, erasing, confiding, taking away) is ever theirs. A decision of justice that protects places and
  times closes every page and setting to the one it names; an action of its own tells her the rest without them.
- A link that the person gave reads what it was made for, as long as it lives, and nothing that she hides or that is not
  announced to her: what she hides later leaves the share. Whoever holds it is known by no sign-in, hence by no right.
  Given for her by a representative, it shows nothing secret, and lasts no longer than the right of who gave it.
- A code given on arriving lets a practice in (`check-in`), under the same agreement as the care circle.
- A legal duty opens nothing yet, except the operator's review and what she does as the person asked her, under a case
  number: neither carries any content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from hygie.access import matrix
from hygie.access.relatives import beyond_this_help, child_of_age, for_another
from hygie.access.types import (
    Action,
    Decision,
    DocumentFacts,
    Facts,
    Obligation,
    Purpose,
    RecordState,
    Request,
    Scope,
    Visibility,
)
from hygie.people.types import PROFESSIONS, Actor, AuthLevel, Kind, Role

Rule = Callable[[Request, Facts], Decision | None]

REASON_LENGTH = 20
"""Characters a professional writes to open an emergency access, runs of spaces counted once."""

EMERGENCY_ROLES = (Role.DOCTOR,)
ARRANGING = (Action.SETTLE, Action.CLASSIFY, Action.PIN)  # what follows the right to read one document
READING = (Action.LIST, Action.READ, *ARRANGING, Action.EXPORT, Action.INDEX, Action.FOLLOW, Action.READ_MASKED)
CORRECTING = (Action.SET_VISIBILITY, Action.WITHDRAW, Action.ARCHIVE)
LOOKING = (Action.LIST, Action.READ, Action.READ_IDENTITY)
OWN_ACTS = (
    Action.DEPOSIT, *CORRECTING, Action.DECLARE, Action.READ_JOURNAL, Action.SET_ACCESS, Action.READ_IDENTITY,
)  # fmt: skip
_CHANGING = (Action.DEPOSIT, *CORRECTING, *ARRANGING, Action.DECLARE)  # what she cannot do in a closed record
_DECIDING = (Action.SET_ACCESS, Action.REPRESENT)  # who may come in: never by a weak sign-in
OUTSIDE = (Kind.PROFESSIONAL, Kind.SOFTWARE)
_ASLEEP = (RecordState.SLEEPING, RecordState.ANNOUNCED)
AT_THE_DESK = (Action.REVIEW, Action.ON_BEHALF)  # what an operator does, whatever the state of the space

_STEP_UP = frozenset({Obligation.STEP_UP})
_EMERGENCY_OBLIGATIONS = frozenset({Obligation.NOTIFY, Obligation.REVIEW})
_EVERYTHING = Scope(classes=None, types=None, hidden=True, unannounced=True)

# One value per refusal, made once: a refusal carries nothing but its reason.
SILENCE = Decision("no-rule-allows")
_NOT_UNDERSTOOD = Decision("not-understood")
_ANOTHER_PERSON = Decision("another-persons-record")
_UNKNOWN_PROFESSION = Decision("unknown-profession")
_SIGN_IN = Decision("sign-in-needed", obligations=_STEP_UP)
_STRONGER = Decision("stronger-sign-in-needed", obligations=_STEP_UP)
_OPERATOR = Decision("operators-never-read")
_CASE_NUMBER = Decision("case-number-needed")
_MACHINE = Decision("machines-only-file")
_SOFTWARE = Decision("software-only-deposits")
_OWN_OPPOSED = Decision("own-record-opposed")
_OWN_CLOSED = Decision("own-record-closed")
_OPPOSED = Decision("record-opposed")
_CLOSED = Decision("record-closed")
_SLEEPING = Decision("record-sleeping")
_ANNOUNCED = Decision("record-announced")
_BLOCKED = Decision("blocked-by-patient")
_DEPOSITS_BLOCKED = Decision("deposits-blocked-by-patient")
_DEPOSITS_OPPOSED = Decision("deposits-opposed")
_EMERGENCY_ROLE = Decision("emergency-not-for-this-profession")
_EMERGENCY_OFF = Decision("emergency-switched-off")
_EMERGENCY_REASON = Decision("emergency-needs-reason")
_READER = Decision("readers-only-read")
_SHARE_OVER = Decision("share-over")
_SHARE_PASSCODE = Decision("share-passcode")
_NOT_SHARED = Decision("document-not-shared")
_NOT_NAMED = Decision("document-not-named")
_WITHDRAWN = Decision("document-withdrawn")
_NOT_AVAILABLE = Decision("document-not-available")
_NOT_OWN = Decision("not-own-deposit")
_NOT_WRITABLE = Decision("type-not-writable")
_KEEPS_TYPE = Decision("keeps-its-type")
_WIDER = Decision("wider-readership")
_HIDDEN = Decision("document-hidden")
_CLASS = Decision("class-not-shared")
_NOT_READABLE = Decision("type-not-readable")

ABSENT = frozenset(
    {
        "another-persons-record",
        "no-rule-allows",
        "record-opposed",
        "record-closed",
        "record-sleeping",
        "record-announced",
        "blocked-by-patient",
        "document-withdrawn",
        "document-not-available",
        "document-hidden",
        "class-not-shared",
        "type-not-readable",
        "readers-only-read",
        "share-over",
        "document-not-shared",
    }
)
"""Refusals that must look, to whoever asked, exactly like "nothing here" (404, same words)."""


def decide(request: Request, facts: Facts) -> Decision:
    """Return what the first rule that speaks says; silence is a refusal. Pure, total, no clock."""
    for rule in RULES:
        decision = rule(request, facts)
        if decision is not None:
            document = facts.document
            if document is None or not decision.allowed or request.action not in READING:
                return decision
            return decision if decision.scope.covers(document) else _outside(decision.scope, document, request.actor)
    return SILENCE


def may_change_visibility(kind: Kind, code: str, *, adding: bool) -> bool:
    """Whether whoever may SET_VISIBILITY on a document may add or remove this code.

    The person hides from professionals, keeps secret from who answers for her or helps her, and shows again. A depositor announces (removes INVISIBLE_PATIENT), asks for
    an announcement, hides from legal representatives, and hides from professionals when the person asks for it; only
    the person shows again what is hidden from professionals.
    """
    if kind is Kind.PERSON:
        return code in (Visibility.HIDDEN_FROM_PROFESSIONALS, Visibility.HIDDEN_FROM_GUARDIANS)
    if kind not in OUTSIDE:
        return False
    if code == Visibility.HIDDEN_FROM_PROFESSIONALS:
        return adding
    return code in (Visibility.HIDDEN_FROM_PATIENT, Visibility.HIDDEN_FROM_GUARDIANS)


# Forbids. None of them ever allows.


def unknown_values(request: Request, facts: Facts) -> Decision | None:
    """A purpose, action, kind, level or state outside its enum is refused: closed means closed."""
    actor = request.actor
    if (
        type(request.purpose) is Purpose
        and type(request.action) is Action
        and type(actor.kind) is Kind
        and type(actor.auth) is AuthLevel
        and type(facts.state) is RecordState
    ):
        return None
    return _NOT_UNDERSTOOD


def another_persons_record(request: Request, facts: Facts) -> Decision | None:
    """A person opens her own record, or says that she comes for somebody to whom she is tied today."""
    actor = request.actor
    if actor.kind is not Kind.PERSON or actor.patient_id == request.patient_id:
        return None
    tied = request.purpose is Purpose.FOR_ANOTHER and facts.tie is not None and actor.patient_id is not None
    return None if tied else _ANOTHER_PERSON


def unknown_profession(request: Request, facts: Facts) -> Decision | None:
    """A profession outside TRE_G15 / TRE_R94 as the matrix groups them has no right."""
    actor = request.actor
    return _UNKNOWN_PROFESSION if actor.kind is Kind.PROFESSIONAL and actor.profession not in PROFESSIONS else None


def weak_sign_in(request: Request, facts: Facts) -> Decision | None:
    """Professionals and operators: two factors, always. A person: known at all, and two factors to change access.

    Read before anything about the record, so that a weak sign-in learns nothing of it.
    """
    actor = request.actor
    if actor.auth is AuthLevel.STRONG or actor.kind is Kind.MACHINE or actor.kind is Kind.READER:
        return None
    if actor.auth is AuthLevel.NONE:
        return _SIGN_IN
    if actor.kind is Kind.SOFTWARE or (actor.kind is Kind.PERSON and request.action not in _DECIDING):
        return None
    return _STRONGER


def operators_never_read(request: Request, facts: Facts) -> Decision | None:
    """An operator reviews, or acts as the person asked: no list, no content, no identity. An act names its case."""
    if request.actor.kind is not Kind.OPERATOR:
        return None
    if request.action not in AT_THE_DESK:
        return _OPERATOR
    return _CASE_NUMBER if request.action is Action.ON_BEHALF and not request.reason.strip() else None


def machines_only_file(request: Request, facts: Facts) -> Decision | None:
    """A background job reads a new document to file it, and does nothing else."""
    return _MACHINE if request.actor.kind is Kind.MACHINE and request.action is not Action.INDEX else None


def readers_only_read(request: Request, facts: Facts) -> Decision | None:
    """Whoever holds a link looks at what was shared, while the share lives, once the passcode (if any) was right."""
    if request.actor.kind is not Kind.READER:
        return None
    looks = request.action is Action.LIST or request.action is Action.READ
    if request.purpose is not Purpose.SHARE or not looks:
        return _READER
    if facts.share is None or not facts.share.live:
        return _SHARE_OVER
    return None if facts.share.passcode else _SHARE_PASSCODE


def software_only_deposits(request: Request, facts: Facts) -> Decision | None:
    """A software with nobody behind it deposits, and knows its own deposits: no other purpose exists for it."""
    return _SOFTWARE if request.actor.kind is Kind.SOFTWARE and request.purpose is not Purpose.DEPOSIT else None


def opposed_record(request: Request, facts: Facts) -> Decision | None:
    """The person refused a space: there is nothing here, except for her to change her mind."""
    if facts.state is not RecordState.OPPOSED or request.action in AT_THE_DESK:
        return None
    if request.actor.kind is Kind.PERSON and request.purpose is not Purpose.FOR_ANOTHER:
        return None if request.action is Action.SET_ACCESS else _OWN_OPPOSED
    return _OPPOSED


def closed_record(request: Request, facts: Facts) -> Decision | None:
    """Closed to everyone but the person, who may still read it and reopen it."""
    if facts.state is not RecordState.CLOSED or request.action in AT_THE_DESK:
        return None
    if request.actor.kind is not Kind.PERSON or request.purpose is Purpose.FOR_ANOTHER:
        return _CLOSED
    return _OWN_CLOSED if request.action in _CHANGING else None


def sleeping_record(request: Request, facts: Facts) -> Decision | None:
    """Opened but not yet taken over by the person: it receives, and shows nothing to anyone else.

    While it is only announced, and she may still object, it does not even receive.
    """
    if facts.state not in _ASLEEP or request.actor.kind not in (*OUTSIDE, Kind.READER):
        return None
    if request.action is Action.DEPOSIT and facts.state is RecordState.ANNOUNCED:
        return _ANNOUNCED
    looks = request.action in LOOKING or request.action in ARRANGING or request.action is Action.CHECK_IN
    return _SLEEPING if looks else None


def blocked(request: Request, facts: Facts) -> Decision | None:
    """The person blocked this professional or structure: nothing, in an emergency either. Deposits: see below."""
    if facts.blocked_reading and request.actor.kind in OUTSIDE and request.action is not Action.DEPOSIT:
        return _BLOCKED
    return None


def deposits_refused(request: Request, facts: Facts) -> Decision | None:
    """The person blocked this depositor, or opposed being fed. What she adds herself is not concerned."""
    if request.action is not Action.DEPOSIT or request.actor.kind not in OUTSIDE:
        return None
    if facts.blocked_deposit:
        return _DEPOSITS_BLOCKED
    return _DEPOSITS_OPPOSED if facts.deposit_opposed else None


def emergency_conditions(request: Request, facts: Facts) -> Decision | None:
    """Breaking the glass: a doctor, the person's switch on, and a written reason unless already open (24 h)."""
    if request.purpose is not Purpose.EMERGENCY or request.actor.kind is not Kind.PROFESSIONAL:
        return None
    if request.actor.role not in EMERGENCY_ROLES:
        return _EMERGENCY_ROLE
    if not facts.emergency_allowed:
        return _EMERGENCY_OFF
    if not facts.emergency_open and len(" ".join(request.reason.split())) < REASON_LENGTH:
        return _EMERGENCY_REASON
    return None


def corrections(request: Request, facts: Facts) -> Decision | None:
    """Hiding, withdrawing and archiving are about one document, still there, and mostly one's own.

    The person hides and archives any document she can see; she withdraws what she deposited. Others touch only what
    they, or their organisation, deposited.
    """
    if request.action not in CORRECTING:
        return None
    document, actor = facts.document, request.actor
    if document is None:
        return _NOT_NAMED
    if actor.kind is Kind.PERSON:
        if not _own_scope(actor).covers(document):
            return _NOT_AVAILABLE
        return _NOT_OWN if request.action is Action.WITHDRAW and document.depositor_id != actor.id else None
    if not _deposited_by(actor, document):
        return _NOT_OWN
    return _WITHDRAWN if document.status == "entered-in-error" else None


def unwritable_type(request: Request, facts: Facts) -> Decision | None:
    """A professional deposits the types of her profession (the matrix); an unknown type is never guessed."""
    if request.action is not Action.DEPOSIT or request.actor.kind is not Kind.PROFESSIONAL:
        return None
    if facts.document is None:
        return _NOT_NAMED
    return None if facts.document.type_code in matrix.writable(request.actor.role) else _NOT_WRITABLE


def unfair_type(request: Request, facts: Facts) -> Decision | None:
    """Filing a document elsewhere: a type of one's profession, and nobody reads it who did not before.

    A signed synthesis and what the person expressed keep their type, and no other document takes it.
    """
    document, actor = facts.document, request.actor
    if request.action is not Action.CLASSIFY or document is None or document.filed_as is None:
        return None
    if actor.kind is Kind.PERSON:
        return _NOT_OWN
    new_class, new_type = document.filed_as
    if any(
        code == matrix.SYNTHESIS or code.startswith(matrix.EXPRESSED) for code in (document.type_code or "", new_type)
    ):
        return _KEEPS_TYPE
    if new_type not in matrix.writable(actor.role):
        return _NOT_WRITABLE
    if matrix.professions(new_type) - matrix.professions(document.type_code or ""):
        return _WIDER
    return _WIDER if any(new_class in limit and document.class_code not in limit for limit in facts.limits) else None


# Permits. None of them ever refuses.


def own_record(request: Request, facts: Facts) -> Decision | None:
    """Her record is hers: she sees everything announced, who looked, and decides who may."""
    actor, action = request.actor, request.action
    if actor.kind is not Kind.PERSON or request.purpose is not Purpose.SELF or actor.patient_id != request.patient_id:
        return None
    if action in (Action.LIST, Action.READ, Action.EXPORT) or action in ARRANGING:
        return Decision("own-record", True, _own_scope(actor))
    return Decision("own-record", True) if action in OWN_ACTS else None


def care_circle(request: Request, facts: Facts) -> Decision | None:
    """A health professional in the circle, once the person agreed that her care team may open her record.

    The agreement comes first (Conseil d'État, 15 October 2025); the profession then limits the types (the matrix).
    """
    actor = request.actor
    if request.purpose is not Purpose.CARE or actor.kind is not Kind.PROFESSIONAL or actor.role is Role.SOCIAL:
        return None
    return _circle("care-circle", request, facts)


def care_coordination(request: Request, facts: Facts) -> Decision | None:
    """A social worker in the circle, under the same agreement, with the narrow types of the matrix."""
    actor = request.actor
    if (
        request.purpose is not Purpose.COORDINATION
        or actor.kind is not Kind.PROFESSIONAL
        or actor.role is not Role.SOCIAL
    ):
        return None
    return _circle("care-coordination", request, facts)


def arrival(request: Request, facts: Facts) -> Decision | None:
    """The person gave this practice a code on arriving, and agreed that her care team may open her record."""
    actor = request.actor
    if request.action is not Action.CHECK_IN or actor.kind is not Kind.PROFESSIONAL or not _in_care(request):
        return None
    return Decision("arrival-code", True) if facts.arrived and facts.care_team_consent else None


def shared_link(request: Request, facts: Facts) -> Decision | None:
    """What the person put behind the link: the documents she chose, her summary, or both; never what is hidden."""
    share = facts.share
    if request.actor.kind is not Kind.READER or request.purpose is not Purpose.SHARE or share is None:
        return None
    if not (share.live and share.passcode):
        return None
    if request.action is not Action.LIST and request.action is not Action.READ:
        return None
    given = None if share.summary and request.action is Action.LIST else share.documents
    # Somebody gave it for her: who sees no secret shows none.
    return Decision("shared-link", True, shared(given, secrets=facts.tie is None))


def shared(documents: frozenset[UUID] | None, *, secrets: bool = True) -> Scope:
    """Of these documents (None: all), what a link shows."""
    return Scope(classes=None, documents=documents, secrets=secrets)


def emergency(request: Request, facts: Facts) -> Decision | None:
    """The glass is broken: every type, known or not. What the person hid stays hidden unless she said otherwise."""
    actor, action = request.actor, request.action
    if request.purpose is not Purpose.EMERGENCY or actor.kind is not Kind.PROFESSIONAL or action not in LOOKING:
        return None
    if action is Action.READ_IDENTITY:
        return Decision("emergency", True, obligations=_EMERGENCY_OBLIGATIONS)
    kept = frozenset[UUID]() if facts.emergency_hidden else facts.circle_without  # hidden from her alone is hidden too
    own = frozenset((actor.id,))
    scope = Scope(classes=None, hidden=facts.emergency_hidden, unannounced=True, own=own, without=kept)
    return Decision("emergency", True, scope, _EMERGENCY_OBLIGATIONS)


def professional_deposit(request: Request, facts: Facts) -> Decision | None:
    """Depositing needs no consultation right, and gives none."""
    actor = request.actor
    if request.action is Action.DEPOSIT and actor.kind is Kind.PROFESSIONAL and _at_work(request):
        return Decision("professional-deposit", True)
    return None


def software_deposit(request: Request, facts: Facts) -> Decision | None:
    """A registered software deposits. It reads nothing by it."""
    if request.action is Action.DEPOSIT and request.actor.kind is Kind.SOFTWARE and request.purpose is Purpose.DEPOSIT:
        return Decision("software-deposit", True)
    return None


def own_deposits(request: Request, facts: Facts) -> Decision | None:
    """Whoever deposited knows what became of it, and corrects it."""
    actor, action = request.actor, request.action
    if action in CORRECTING:
        return Decision("own-deposits", True) if _at_work(request) else None
    if request.purpose is not Purpose.DEPOSIT or (action is not Action.LIST and action is not Action.READ):
        return None
    if actor.kind is Kind.PROFESSIONAL:
        return Decision("own-deposits", True, Scope(own=frozenset((actor.id,))))
    if actor.kind is Kind.SOFTWARE:
        return Decision("own-deposits", True, Scope(own=frozenset(filter(None, (actor.id, actor.organisation_id)))))
    return None


def find_a_person(request: Request, facts: Facts) -> Decision | None:
    """Matricule and traits in hand, a professional or a software may learn that this person has a space."""
    return Decision("find-a-person", True) if request.action is Action.FIND and _at_work(request) else None


def machine_files(request: Request, facts: Facts) -> Decision | None:
    """The machine reads a document to file it, under its own purpose and its own channel of the journal."""
    if request.actor.kind is Kind.MACHINE and request.action is Action.INDEX and request.purpose is Purpose.MACHINE:
        return Decision("machine-files", True, _EVERYTHING)
    return None


def operator_on_behalf(request: Request, facts: Facts) -> Decision | None:
    """What a person asked for at the desk or by telephone, under the number of her case. It carries no content."""
    actor = request.actor
    if actor.kind is Kind.OPERATOR and request.action is Action.ON_BEHALF and request.purpose is Purpose.LEGAL:
        return Decision("operator-on-behalf", True)
    return None


def operator_review(request: Request, facts: Facts) -> Decision | None:
    """A legal duty: emergency accesses, quarantine and reports are reviewed. No content, no list."""
    if request.actor.kind is Kind.OPERATOR and request.action is Action.REVIEW and request.purpose is Purpose.LEGAL:
        return Decision("operator-review", True)
    return None


# What the rules share.


def _own_scope(actor: Actor) -> Scope:
    return Scope(classes=None, hidden=True, own=frozenset((actor.id,)))


def _circle(rule: str, request: Request, facts: Facts) -> Decision | None:
    actor = request.actor
    arranges = request.action in ARRANGING and actor.role is not Role.SOCIAL
    if not (arranges or request.action in LOOKING) or not (facts.care_team_consent and facts.in_circle):
        return None
    if request.action is Action.READ_IDENTITY:
        return Decision(rule, True)
    types = matrix.readable(actor.role)
    scope = Scope(
        facts.circle_classes, types, unannounced=True, own=frozenset((actor.id,)), without=facts.circle_without
    )
    return Decision(rule, True, scope)


def _in_care(request: Request) -> bool:
    own = Purpose.COORDINATION if request.actor.role is Role.SOCIAL else Purpose.CARE
    return request.purpose is own


def _at_work(request: Request) -> bool:
    """A software depositing; a professional depositing, caring or (social) coordinating."""
    actor, purpose = request.actor, request.purpose
    if actor.kind is Kind.PROFESSIONAL:
        return purpose is Purpose.DEPOSIT or _in_care(request)
    return actor.kind is Kind.SOFTWARE and purpose is Purpose.DEPOSIT


def _deposited_by(actor: Actor, document: DocumentFacts) -> bool:
    if document.depositor_id == actor.id:
        return True
    return actor.organisation_id is not None and document.organisation_id == actor.organisation_id


def _outside(scope: Scope, document: DocumentFacts, actor: Actor) -> Decision:
    """Why a document is outside an allowed scope. It explains; `Scope.covers` has already decided."""
    if actor.kind is Kind.PERSON:
        return _NOT_AVAILABLE
    if actor.kind is Kind.READER:
        return _NOT_SHARED
    if document.status == "entered-in-error":
        return _WITHDRAWN
    if scope.types is None and scope.classes == frozenset():
        return _NOT_OWN
    if not replace(scope, types=None, classes=None).covers(document):  # from all of them, or from this one alone
        return _HIDDEN
    return _NOT_READABLE if replace(scope, types=None).covers(document) else _CLASS


FORBIDS: tuple[Rule, ...] = (
    unknown_values,
    another_persons_record,
    unknown_profession,
    weak_sign_in,
    operators_never_read,
    machines_only_file,
    readers_only_read,
    software_only_deposits,
    child_of_age,
    opposed_record,
    closed_record,
    beyond_this_help,
    sleeping_record,
    blocked,
    deposits_refused,
    emergency_conditions,
    corrections,
    unwritable_type,
    unfair_type,
)
PERMITS: tuple[Rule, ...] = (
    own_record,
    for_another,
    care_circle,
    care_coordination,
    arrival,
    shared_link,
    emergency,
    professional_deposit,
    software_deposit,
    own_deposits,
    find_a_person,
    machine_files,
    operator_review,
    operator_on_behalf,
)
RULES: tuple[Rule, ...] = FORBIDS + PERMITS

EDITION = 11
"""Raised whenever a rule changes its answer; `tests/policy_cells.py` refuses a new digest under an old edition."""

_names = ",".join(rule.__name__ for rule in RULES)
POLICY_VERSION = (
    f"{EDITION}-{hashlib.sha256(f'{EDITION}|{_names}|{matrix.VERSION}|{matrix.DIGEST}'.encode()).hexdigest()[:8]}"
)
