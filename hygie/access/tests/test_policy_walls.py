"""What each rule says by itself, with its own word: two walls stand only if each would stand alone."""

from __future__ import annotations

import itertools
from dataclasses import replace
from uuid import UUID

import pytest

from hygie.access import policy, relatives
from hygie.access.tests import policy_cells as cells
from hygie.access.tests.test_policy import (
    AMINA,
    BAKARY,
    DIALLO,
    LABO,
    MACHINE,
    NURSE,
    OPEN,
    OPERATOR,
    REASON,
    REPORT,
    ROUX,
    SOCIAL,
    TRUSTED,
    ask,
    deposit,
    emergency,
    of,
    own,
)
from hygie.access.types import (
    Action,
    DocumentFacts,
    Facts,
    Level,
    Obligation,
    Purpose,
    RecordState,
    Request,
    Shared,
    Tie,
    TieKind,
)
from hygie.people.types import Actor, AuthLevel, Kind

READER = Actor(Kind.READER, UUID(int=19), "Dr Smith")
KEPT = UUID(int=20)
HIMSELF = replace(DIALLO, patient_id=AMINA.patient_id)  # as nothing builds an actor, and as no rule may rely on
GIVEN = replace(OPEN, share=Shared(frozenset({KEPT})))
CHILD = replace(OPEN, minor=True, tie=Tie(TieKind.PARENT, Level.ACT))
HELPED = replace(OPEN, tie=Tie(TieKind.CAREGIVER, Level.SEE))


def link(action: Action = Action.READ, purpose: Purpose = Purpose.SHARE) -> Request:
    return ask(READER, action, purpose)


def comes_for(action: Action = Action.READ, actor: Actor = BAKARY) -> Request:
    return ask(actor, action, Purpose.FOR_ANOTHER)


def files(document: DocumentFacts, as_class: str, as_type: str) -> DocumentFacts:
    return replace(document, filed_as=(as_class, as_type))


def limited(*classes: str) -> Facts:
    return replace(TRUSTED, limits=frozenset({frozenset(classes)}))


def classify(actor: Actor = DIALLO, purpose: Purpose = Purpose.CARE) -> Request:
    return ask(actor, Action.CLASSIFY, purpose)


LETTER = replace(REPORT, type_code="11488-4")
ROWS = [
    ("a parent", comes_for(), CHILD, "+parent-of-a-minor"),
    ("a parent, of an adult", comes_for(), replace(CHILD, minor=False), "child-of-age"),
    ("a parent, in her own name", ask(BAKARY, Action.READ, Purpose.SELF), CHILD, "another-persons-record"),
    ("a parent without a space", comes_for(actor=replace(BAKARY, patient_id=None)), CHILD, "another-persons-record"),
    ("nobody's parent", comes_for(), OPEN, "another-persons-record"),
    ("a parent follows", comes_for(Action.FOLLOW), CHILD, "+parent-of-a-minor"),
    ("a parent follows who read what is kept secret from her", comes_for(Action.FOLLOW), of(replace(REPORT, visibility=frozenset({"N", "INVISIBLE_REPRESENTANTS_LEGAUX"})), CHILD), "document-not-available"),
    ("a parent settles", comes_for(Action.REPRESENT), CHILD, "+parent-of-a-minor"),
    ("a parent, weakly signed in, settles", comes_for(Action.REPRESENT, replace(BAKARY, auth=AuthLevel.SINGLE)), CHILD, "stronger-sign-in-needed"),
    ("a parent from whom places are protected settles", comes_for(Action.REPRESENT), replace(CHILD, tie=Tie(TieKind.PARENT, Level.ACT, protected=True)), "beyond-this-help"),
    ("a parent from whom places are protected follows", comes_for(Action.FOLLOW), replace(CHILD, tie=Tie(TieKind.PARENT, Level.ACT, protected=True)), "+parent-of-a-minor"),
    ("the same reads what is told without places", comes_for(Action.READ_MASKED), replace(CHILD, tie=Tie(TieKind.PARENT, Level.ACT, protected=True)), "+parent-of-a-minor"),
    ("whoever reads the pages may read less", comes_for(Action.READ_MASKED), CHILD, "+parent-of-a-minor"),
    ("a guardian who sees, and follows nobody", comes_for(Action.FOLLOW), replace(OPEN, tie=Tie(TieKind.GUARDIAN, Level.SEE)), "beyond-this-help"),
    ("a caregiver settles nothing", comes_for(Action.REPRESENT), replace(OPEN, tie=Tie(TieKind.CAREGIVER, Level.ACT)), "beyond-this-help"),
    ("a guardian", comes_for(), replace(OPEN, tie=Tie(TieKind.GUARDIAN, Level.SEE)), "+named-by-a-judgment"),
    ("a helper", comes_for(), HELPED, "+trusted-help"),
    ("a desk", comes_for(), replace(OPEN, tie=Tie(TieKind.DESK, Level.SEE)), "+signed-mandate"),
    ("a helper beyond her help", comes_for(Action.DECLARE), HELPED, "beyond-this-help"),
    ("a helper, no space wanted", comes_for(), replace(HELPED, state=RecordState.OPPOSED), "record-opposed"),
    ("a helper, closed", comes_for(), replace(HELPED, state=RecordState.CLOSED), "record-closed"),
    ("a closed record, she speaks", own(Action.DECLARE), replace(OPEN, state=RecordState.CLOSED), "own-record-closed"),
    ("a closed record, she settles a suggestion", own(Action.SETTLE), replace(OPEN, state=RecordState.CLOSED), "own-record-closed"),
    ("a closed record, she looks who came", own(Action.READ_JOURNAL), replace(OPEN, state=RecordState.CLOSED), "+own-record"),
    ("a link", link(), GIVEN, "+shared-link"),
    ("a link, the list", link(Action.LIST), GIVEN, "+shared-link"),
    ("a link, something else", link(), of(replace(REPORT, id=None), GIVEN), "document-not-shared"),
    ("a link, to deposit", link(Action.DEPOSIT), GIVEN, "readers-only-read"),
    ("a link, for care", link(purpose=Purpose.CARE), GIVEN, "readers-only-read"),
    ("a link to nothing", link(), OPEN, "share-over"),
    ("a link, ended", link(), replace(OPEN, share=Shared(live=False)), "share-over"),
    ("a link, ended, and a wrong word", link(), replace(OPEN, share=Shared(live=False, passcode=False)), "share-over"),
    ("a link, a wrong word", link(), replace(OPEN, share=Shared(passcode=False)), "share-passcode"),
    ("announced, the laboratory deposits", deposit(LABO), replace(OPEN, state=RecordState.ANNOUNCED), "record-announced"),
    ("announced, the laboratory looks", ask(LABO, Action.LIST, Purpose.DEPOSIT), replace(OPEN, state=RecordState.ANNOUNCED), "record-sleeping"),
    ("arriving with a code", ask(ROUX, Action.CHECK_IN), replace(TRUSTED, arrived=True), "+arrival-code"),
    ("arriving without", ask(ROUX, Action.CHECK_IN), TRUSTED, "no-rule-allows"),
    ("twenty characters are a reason", emergency(ROUX, "x" * 20), OPEN, "+emergency"),
    ("nineteen are none", emergency(ROUX, "x" * 19), OPEN, "emergency-needs-reason"),
    ("letters far apart are not more letters", emergency(ROUX, "a b c d e f g h"), OPEN, "emergency-needs-reason"),
    ("an emergency is no business of hers", ask(AMINA, Action.READ, Purpose.EMERGENCY), OPEN, "no-rule-allows"),
    ("a doctor with a space of his own, for another", comes_for(actor=HIMSELF), CHILD, "no-rule-allows"),
    ("a doctor with a space of his own, there", own(Action.READ, HIMSELF), TRUSTED, "no-rule-allows"),
    ("a synthesis keeps its type", classify(), of(files(replace(REPORT, class_code="11", type_code="SYNTH"), "10", "11502-2")), "keeps-its-type"),
    ("her wishes keep their type", classify(), of(files(replace(REPORT, class_code="90", type_code="EXPPAT_3"), "10", "11502-2")), "keeps-its-type"),
    ("nothing becomes a synthesis", classify(), of(files(REPORT, "11", "SYNTH")), "keeps-its-type"),
    ("nothing becomes her wishes", classify(), of(files(REPORT, "90", "EXPPAT_3")), "keeps-its-type"),
    ("no type, to one that is read", classify(), of(files(replace(REPORT, type_code=None, depositor_id=DIALLO.id), "10", "11502-2")), "wider-readership"),
    ("no type, to a type of nobody's", classify(), of(files(replace(REPORT, type_code=None, depositor_id=DIALLO.id), "10", "x")), "type-not-writable"),
    ("filed for a limited colleague", classify(), of(files(LETTER, "31", "11502-2"), limited("31")), "wider-readership"),
    ("filed where she reads already", classify(), of(files(LETTER, "10", "11502-2"), limited("10")), "+care-circle"),
    ("filed where no limited colleague reads", classify(), of(files(LETTER, "10", "11502-2"), limited("31")), "+care-circle"),
    ("filed away from a limited colleague", classify(), of(files(LETTER, "31", "11502-2"), limited("10")), "+care-circle"),
    ("she files a doctor's letter", own(Action.CLASSIFY), of(files(LETTER, "10", "11502-2"), OPEN), "not-own-deposit"),
    ("the operator reviews what is closed", ask(OPERATOR, Action.REVIEW, Purpose.LEGAL), replace(OPEN, state=RecordState.CLOSED), "+operator-review"),
    ("the operator acts, no space wanted", ask(OPERATOR, Action.ON_BEHALF, Purpose.LEGAL, reason="D-26"), replace(OPEN, state=RecordState.OPPOSED), "+operator-on-behalf"),
    ("a doctor sees a withdrawn deposit of hers as withdrawn", ask(ROUX, Action.READ, Purpose.DEPOSIT), of(replace(REPORT, depositor_id=ROUX.id, status="entered-in-error"), OPEN), "document-withdrawn"),
    ("a member limited to nothing", ask(DIALLO), of(replace(REPORT, id=KEPT), replace(TRUSTED, circle_classes=frozenset())), "class-not-shared"),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "facts", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_each_rule_says_its_own_word(request_: Request, facts: Facts, expected: str) -> None:
    decision = policy.decide(request_, facts)
    assert ("+" if decision.allowed else "") + decision.rule == expected


LOOKING = {Action.LIST, Action.READ}
CORRECTING = {Action.SET_VISIBILITY, Action.WITHDRAW, Action.ARCHIVE}
TO_CARE = {(Kind.PROFESSIONAL, Purpose.CARE), (Kind.PROFESSIONAL, Purpose.COORDINATION)}
TO_DEPOSIT = {(Kind.PROFESSIONAL, Purpose.DEPOSIT), (Kind.SOFTWARE, Purpose.DEPOSIT)}
ALONE = {
    policy.own_record: ({(Kind.PERSON, Purpose.SELF)}, {*LOOKING, *CORRECTING, Action.SETTLE, Action.CLASSIFY, Action.PIN,
        Action.EXPORT, Action.DEPOSIT, Action.DECLARE, Action.READ_JOURNAL, Action.SET_ACCESS, Action.READ_IDENTITY}),
    relatives.for_another: ({(Kind.PERSON, Purpose.FOR_ANOTHER)}, {*LOOKING, Action.READ_IDENTITY, Action.DEPOSIT, Action.SETTLE, Action.DECLARE, Action.FOLLOW, Action.READ_MASKED, Action.REPRESENT}),
    policy.care_circle: ({(Kind.PROFESSIONAL, Purpose.CARE)}, {*LOOKING, Action.READ_IDENTITY, Action.SETTLE, Action.CLASSIFY, Action.PIN}),
    policy.care_coordination: ({(Kind.PROFESSIONAL, Purpose.COORDINATION)}, {*LOOKING, Action.READ_IDENTITY}),
    policy.arrival: (TO_CARE, {Action.CHECK_IN}),
    policy.shared_link: ({(Kind.READER, Purpose.SHARE)}, LOOKING),
    policy.emergency: ({(Kind.PROFESSIONAL, Purpose.EMERGENCY)}, {*LOOKING, Action.READ_IDENTITY}),
    policy.professional_deposit: (TO_CARE | {(Kind.PROFESSIONAL, Purpose.DEPOSIT)}, {Action.DEPOSIT}),
    policy.software_deposit: ({(Kind.SOFTWARE, Purpose.DEPOSIT)}, {Action.DEPOSIT}),
    policy.find_a_person: (TO_CARE | TO_DEPOSIT, {Action.FIND}),
    policy.machine_files: ({(Kind.MACHINE, Purpose.MACHINE)}, {Action.INDEX}),
    policy.operator_review: ({(Kind.OPERATOR, Purpose.LEGAL)}, {Action.REVIEW}),
    policy.operator_on_behalf: ({(Kind.OPERATOR, Purpose.LEGAL)}, {Action.ON_BEHALF}),
}  # fmt: skip
MOST = replace(TRUSTED, arrived=True, minor=True, tie=Tie(TieKind.PARENT, Level.ACT), share=Shared(frozenset({KEPT})))


def test_a_permit_without_the_forbids_still_speaks_to_its_own_people_only() -> None:
    for permit, (comers, acts) in ALONE.items():
        now = getattr(policy, permit.__name__)
        spoken = set()
        for name, purpose, action in itertools.product(cells.ACTORS, Purpose, Action):
            actor = cells.actor(name)
            if now(Request(actor, cells.AMINA, purpose, action, cells.NOW, reason=REASON), MOST) is not None:
                spoken.add((actor.kind, purpose, action))
        assert spoken == {(*who, act) for who, act in itertools.product(comers, acts)}, permit.__name__


def test_depositors_alone_know_their_own_deposits() -> None:
    spoken = set()
    for name, purpose, action in itertools.product(cells.ACTORS, Purpose, Action):
        actor = cells.actor(name)
        if policy.own_deposits(Request(actor, cells.AMINA, purpose, action, cells.NOW), MOST) is not None:
            spoken.add((actor.kind, purpose, action))
    reading = {(*who, act) for who, act in itertools.product(TO_DEPOSIT, LOOKING)}
    assert spoken == reading | {(*who, act) for who, act in itertools.product(TO_CARE | TO_DEPOSIT, CORRECTING)}


def test_the_permit_of_a_link_and_of_a_help_ask_again_what_the_forbids_asked() -> None:
    for share in (None, Shared(live=False), Shared(passcode=False), Shared(live=False, passcode=False)):
        assert policy.shared_link(link(), replace(OPEN, share=share)) is None
    assert relatives.for_another(comes_for(), CHILD) is not None
    assert relatives.for_another(comes_for(), replace(CHILD, minor=False)) is None
    assert relatives.for_another(comes_for(), OPEN) is None
    assert relatives.for_another(comes_for(actor=AMINA), CHILD) is None, "her own record is not another's"
    assert relatives.for_another(comes_for(actor=replace(BAKARY, patient_id=None)), CHILD) is None
    assert relatives.for_another(comes_for(Action.DECLARE), HELPED) is None
    assert relatives.for_another(comes_for(actor=replace(DIALLO, patient_id=BAKARY.patient_id)), CHILD) is None


@pytest.mark.parametrize("action", [Action.FOLLOW, Action.READ_MASKED])
def test_what_leaves_places_out_by_itself_is_told_of_all_that_a_parent_is_shown(action: Action) -> None:
    protected = replace(CHILD, tie=Tie(TieKind.PARENT, Level.ACT, protected=True))
    assert policy.decide(comes_for(action), protected).scope == policy.decide(comes_for(action), CHILD).scope
    assert policy.decide(comes_for(Action.LIST), protected).scope != policy.decide(comes_for(Action.LIST), CHILD).scope


def test_an_identity_read_in_an_emergency_is_told_and_reviewed_too() -> None:
    asked = ask(ROUX, Action.READ_IDENTITY, Purpose.EMERGENCY, reason=REASON)
    decision = policy.decide(asked, OPEN)
    assert (decision.rule, decision.obligations) == ("emergency", {Obligation.NOTIFY, Obligation.REVIEW})


def test_whoever_is_not_known_is_asked_to_sign_in() -> None:
    for actor in (DIALLO, NURSE, SOCIAL, AMINA, LABO, OPERATOR):
        decision = policy.decide(ask(replace(actor, auth=AuthLevel.NONE)), TRUSTED)
        assert (decision.rule, decision.obligations) == ("sign-in-needed", {Obligation.STEP_UP})
    assert policy.decide(ask(MACHINE, Action.INDEX, Purpose.MACHINE), OPEN).allowed


def test_what_looks_absent_is_this_and_nothing_else() -> None:
    assert {
        "another-persons-record", "no-rule-allows", "record-opposed", "record-closed", "record-sleeping", "record-announced",
        "blocked-by-patient", "document-withdrawn", "document-not-available", "document-hidden", "class-not-shared",
        "type-not-readable", "readers-only-read", "share-over", "document-not-shared",
    } == policy.ABSENT  # fmt: skip
