"""The policy, told as a table: who asks, in which circumstances, which rule answers."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from hygie.access import policy, sentences
from hygie.access.types import Action, DocumentFacts, Facts, Obligation, Purpose, RecordState, Request
from hygie.people.types import Actor, AuthLevel, Kind

AMINA_ID, BAKARY_ID, LABO_ID, PRACTICE_ID = (UUID(int=n) for n in (1, 2, 3, 4))
NOW = datetime(2026, 3, 20, 9, 12, tzinfo=UTC)

AMINA = Actor(Kind.PERSON, UUID(int=10), "Amina", AuthLevel.SINGLE, patient_id=AMINA_ID)
BAKARY = Actor(Kind.PERSON, UUID(int=11), "Bakary", AuthLevel.STRONG, patient_id=BAKARY_ID)
DIALLO = Actor(
    Kind.PROFESSIONAL, UUID(int=12), "Dr Diallo", AuthLevel.STRONG, profession="10", organisation_id=PRACTICE_ID
)
ROUX = Actor(Kind.PROFESSIONAL, UUID(int=13), "Dr Roux", AuthLevel.STRONG, profession="10")
NURSE = Actor(Kind.PROFESSIONAL, UUID(int=14), "Mme Petit", AuthLevel.STRONG, profession="60")
SOCIAL = Actor(Kind.PROFESSIONAL, UUID(int=15), "M. Lopez", AuthLevel.STRONG, profession="41")
LABO = Actor(Kind.SOFTWARE, UUID(int=16), "Labo Seine", AuthLevel.SINGLE, organisation_id=LABO_ID)
OPERATOR = Actor(Kind.OPERATOR, UUID(int=17), "Opératrice", AuthLevel.STRONG)
MACHINE = Actor(Kind.MACHINE, UUID(int=18), "Hygie")

OPEN = Facts(state=RecordState.OPEN)
TRUSTED = Facts(state=RecordState.OPEN, care_team_consent=True, in_circle=True)
REPORT = DocumentFacts("10", "11502-2", frozenset({"N"}), "current", LABO.id, LABO_ID)
PSYCHIATRY = DocumentFacts("11", "68599-0")
MASKED = replace(REPORT, visibility=frozenset({"N", "MASQUE_PS"}))
UNANNOUNCED = replace(REPORT, visibility=frozenset({"R", "INVISIBLE_PATIENT"}))
KEPT = replace(REPORT, id=UUID(int=20))
FROM_ROUX = replace(OPEN, circle_without=frozenset({UUID(int=20)}))
REASON = "Malaise dans la rue, patiente seule"


def ask(actor: Actor, action: Action = Action.READ, purpose: Purpose = Purpose.CARE, **more: Any) -> Request:
    return Request(actor, more.pop("patient_id", AMINA_ID), purpose, action, NOW, **more)


def of(document: DocumentFacts, facts: Facts = TRUSTED) -> Facts:
    return replace(facts, document=document)


def deposit(actor: Actor, purpose: Purpose = Purpose.DEPOSIT) -> Request:
    return ask(actor, Action.DEPOSIT, purpose)


def own(action: Action, actor: Actor = AMINA) -> Request:
    return ask(actor, action, Purpose.SELF)


def emergency(actor: Actor, reason: str = REASON) -> Request:
    return ask(actor, Action.READ, Purpose.EMERGENCY, reason=reason)


STRONG_AMINA = replace(AMINA, auth=AuthLevel.STRONG)

ROWS = [
    ("her doctor", ask(DIALLO), TRUSTED, "+care-circle"),
    ("her doctor, a report", ask(DIALLO), of(REPORT), "+care-circle"),
    ("her doctor, her identity", ask(DIALLO, Action.READ_IDENTITY), TRUSTED, "+care-circle"),
    ("a doctor, not hers", ask(ROUX), OPEN, "no-rule-allows"),
    ("a doctor, not hers, identity", ask(ROUX, Action.READ_IDENTITY), OPEN, "no-rule-allows"),
    ("her doctor before she agreed", ask(DIALLO), replace(TRUSTED, care_team_consent=False), "no-rule-allows"),
    ("her doctor, blocked", ask(DIALLO), replace(TRUSTED, blocked_reading=True), "blocked-by-patient"),
    ("her doctor, one factor", ask(replace(DIALLO, auth=AuthLevel.SINGLE)), TRUSTED, "stronger-sign-in-needed"),
    ("her doctor, unknown", ask(replace(DIALLO, auth=AuthLevel.NONE)), TRUSTED, "sign-in-needed"),
    ("her doctor, what she hid", ask(DIALLO), of(MASKED), "document-hidden"),
    ("her doctor, before the announcement", ask(DIALLO), of(UNANNOUNCED), "+care-circle"),
    ("her doctor, his own hidden letter", ask(DIALLO), of(replace(MASKED, depositor_id=DIALLO.id)), "+care-circle"),
    ("her doctor, his practice's hidden letter", ask(DIALLO), of(replace(MASKED, organisation_id=PRACTICE_ID)), "document-hidden"),
    ("her doctor, a type nobody knows", ask(DIALLO), of(replace(REPORT, type_code="00000-0")), "type-not-readable"),
    ("her doctor, a type not yet known", ask(DIALLO), of(replace(REPORT, type_code=None)), "type-not-readable"),
    ("her doctor, her residence", ask(DIALLO), of(DocumentFacts("95", "ATTEST-RESID")), "type-not-readable"),
    ("her doctor, withdrawn", ask(DIALLO), of(replace(REPORT, status="entered-in-error")), "document-withdrawn"),
    ("her doctor, limited to imaging", ask(DIALLO), replace(of(REPORT), circle_classes=frozenset({"31"})), "class-not-shared"),
    ("her doctor, as if he were she", own(Action.READ, DIALLO), TRUSTED, "no-rule-allows"),
    ("her doctor, her journal", ask(DIALLO, Action.READ_JOURNAL), TRUSTED, "no-rule-allows"),
    ("her doctor, her settings", ask(DIALLO, Action.SET_ACCESS), TRUSTED, "no-rule-allows"),
    ("her doctor, a legal duty", ask(DIALLO, purpose=Purpose.LEGAL), TRUSTED, "no-rule-allows"),
    ("her doctor, record asleep", ask(DIALLO), replace(TRUSTED, state=RecordState.SLEEPING), "record-sleeping"),
    ("her doctor, record closed", ask(DIALLO), replace(TRUSTED, state=RecordState.CLOSED), "record-closed"),
    ("her doctor, no record wanted", ask(DIALLO), replace(TRUSTED, state=RecordState.OPPOSED), "record-opposed"),
    ("her nurse", ask(NURSE), of(REPORT), "+care-circle"),
    ("her nurse, psychiatry", ask(NURSE), of(PSYCHIATRY), "type-not-readable"),
    ("a profession nobody knows", ask(replace(NURSE, profession="99")), TRUSTED, "unknown-profession"),
    ("her social worker", ask(SOCIAL, purpose=Purpose.COORDINATION), of(DocumentFacts("44", "80788-3")), "+care-coordination"),
    ("her social worker, biology", ask(SOCIAL, purpose=Purpose.COORDINATION), of(REPORT), "type-not-readable"),
    ("her social worker does not treat", ask(SOCIAL), TRUSTED, "no-rule-allows"),
    ("her doctor does not coordinate", ask(DIALLO, purpose=Purpose.COORDINATION), TRUSTED, "no-rule-allows"),
    ("emergency", emergency(ROUX), OPEN, "+emergency"),
    ("emergency, a type nobody knows", emergency(ROUX), of(replace(REPORT, type_code=None), OPEN), "+emergency"),
    ("emergency, what she hid", emergency(ROUX), of(MASKED, OPEN), "document-hidden"),
    ("emergency, her switch shows it", emergency(ROUX), of(MASKED, replace(OPEN, emergency_hidden=True)), "+emergency"),
    ("emergency, what she keeps from this doctor alone", emergency(ROUX), of(KEPT, FROM_ROUX), "document-hidden"),
    (
        "emergency, her switch shows what she keeps from this doctor",
        emergency(ROUX), of(KEPT, replace(FROM_ROUX, emergency_hidden=True)), "+emergency",
    ),
    ("emergency, no reason", emergency(ROUX, "urgence"), OPEN, "emergency-needs-reason"),
    ("emergency, spaces for a reason", emergency(ROUX, "urgent" + " " * 30), OPEN, "emergency-needs-reason"),
    ("emergency, already open", emergency(ROUX, ""), replace(OPEN, emergency_open=True), "+emergency"),
    ("emergency, switched off", emergency(ROUX), replace(OPEN, emergency_allowed=False), "emergency-switched-off"),
    ("emergency, blocked", emergency(ROUX), replace(OPEN, blocked_reading=True), "blocked-by-patient"),
    ("emergency, a nurse", emergency(NURSE), OPEN, "emergency-not-for-this-profession"),
    ("emergency, her journal", ask(ROUX, Action.READ_JOURNAL, Purpose.EMERGENCY, reason=REASON), OPEN, "no-rule-allows"),
    ("emergency, one factor", emergency(replace(ROUX, auth=AuthLevel.SINGLE)), OPEN, "stronger-sign-in-needed"),
    ("she reads", own(Action.READ), of(REPORT, OPEN), "+own-record"),
    ("she reads what she hid", own(Action.READ), of(MASKED, OPEN), "+own-record"),
    ("she reads a type nobody knows", own(Action.READ), of(replace(REPORT, type_code=None), OPEN), "+own-record"),
    ("before the announcement", own(Action.READ), of(UNANNOUNCED, OPEN), "document-not-available"),
    ("her own paper, whatever its flags", own(Action.READ), of(replace(UNANNOUNCED, depositor_id=AMINA.id)), "+own-record"),
    ("she reads in a closed record", own(Action.READ), replace(OPEN, state=RecordState.CLOSED), "+own-record"),
    ("she adds to a closed record", own(Action.DEPOSIT), replace(OPEN, state=RecordState.CLOSED), "own-record-closed"),
    ("she reads where she wanted nothing", own(Action.LIST), replace(OPEN, state=RecordState.OPPOSED), "own-record-opposed"),
    ("she changes her mind", own(Action.SET_ACCESS, STRONG_AMINA), replace(OPEN, state=RecordState.OPPOSED), "+own-record"),
    ("her journal", own(Action.READ_JOURNAL), OPEN, "+own-record"),
    ("her settings, one factor", own(Action.SET_ACCESS), OPEN, "stronger-sign-in-needed"),
    ("her settings, two factors", own(Action.SET_ACCESS, STRONG_AMINA), OPEN, "+own-record"),
    ("she adds, though opposed to deposits", own(Action.DEPOSIT), replace(OPEN, deposit_opposed=True), "+own-record"),
    ("she hides", own(Action.SET_VISIBILITY), of(REPORT, OPEN), "+own-record"),
    ("she hides what she may not know of", own(Action.SET_VISIBILITY), of(UNANNOUNCED, OPEN), "document-not-available"),
    ("she hides nothing in particular", own(Action.SET_VISIBILITY), OPEN, "document-not-named"),
    ("she withdraws the laboratory's", own(Action.WITHDRAW), of(REPORT, OPEN), "not-own-deposit"),
    ("she withdraws hers", own(Action.WITHDRAW), of(replace(REPORT, depositor_id=AMINA.id), OPEN), "+own-record"),
    ("she archives", own(Action.ARCHIVE), of(REPORT, OPEN), "+own-record"),
    ("another person, same question", own(Action.READ, BAKARY), TRUSTED, "another-persons-record"),
    ("a person with no record", own(Action.READ, replace(BAKARY, patient_id=None)), TRUSTED, "another-persons-record"),
    ("she plays doctor", ask(AMINA), TRUSTED, "no-rule-allows"),
    ("the laboratory deposits", deposit(LABO), OPEN, "+software-deposit"),
    ("the laboratory deposits, record asleep", deposit(LABO), Facts(), "+software-deposit"),
    ("the laboratory, record closed", deposit(LABO), replace(OPEN, state=RecordState.CLOSED), "record-closed"),
    ("the laboratory, no record wanted", deposit(LABO), replace(OPEN, state=RecordState.OPPOSED), "record-opposed"),
    ("the laboratory, deposits blocked", deposit(LABO), replace(OPEN, blocked_deposit=True), "deposits-blocked-by-patient"),
    ("the laboratory, deposits opposed", deposit(LABO), replace(OPEN, deposit_opposed=True), "deposits-opposed"),
    ("the laboratory, blocked from reading", deposit(LABO), replace(OPEN, blocked_reading=True), "+software-deposit"),
    ("the laboratory, in care", deposit(LABO, Purpose.CARE), TRUSTED, "software-only-deposits"),
    ("the laboratory lists its own", ask(LABO, Action.LIST, Purpose.DEPOSIT), of(REPORT, OPEN), "+own-deposits"),
    ("the laboratory, another's", ask(LABO, Action.READ, Purpose.DEPOSIT), of(PSYCHIATRY), "not-own-deposit"),
    ("the laboratory, its withdrawn", ask(LABO, Action.READ, Purpose.DEPOSIT), of(replace(REPORT, status="entered-in-error")), "document-withdrawn"),
    ("the laboratory, her identity", ask(LABO, Action.READ_IDENTITY, Purpose.DEPOSIT), TRUSTED, "no-rule-allows"),
    ("the laboratory finds her", ask(LABO, Action.FIND, Purpose.DEPOSIT), Facts(), "+find-a-person"),
    ("the laboratory withdraws", ask(LABO, Action.WITHDRAW, Purpose.DEPOSIT), of(REPORT, OPEN), "+own-deposits"),
    ("the laboratory announces", ask(LABO, Action.SET_VISIBILITY, Purpose.DEPOSIT), of(UNANNOUNCED, OPEN), "+own-deposits"),
    ("the laboratory withdraws another's", ask(LABO, Action.WITHDRAW, Purpose.DEPOSIT), of(PSYCHIATRY), "not-own-deposit"),
    ("a doctor, not hers, deposits", deposit(ROUX), of(REPORT, OPEN), "+professional-deposit"),
    ("a doctor deposits something unsaid", deposit(ROUX), OPEN, "document-not-named"),
    ("a doctor deposits a type nobody knows", deposit(ROUX), of(replace(REPORT, type_code="00000-0"), OPEN), "type-not-writable"),
    ("a doctor deposits her wishes", deposit(ROUX), of(DocumentFacts("90", "EXPPAT_3"), OPEN), "type-not-writable"),
    ("a social worker deposits biology", deposit(SOCIAL), of(REPORT, OPEN), "type-not-writable"),
    ("a doctor, not hers, finds her", ask(ROUX, Action.FIND), OPEN, "+find-a-person"),
    ("a blocked doctor does not find her", ask(ROUX, Action.FIND), replace(OPEN, blocked_reading=True), "blocked-by-patient"),
    ("a doctor reads back his deposit", ask(ROUX, Action.READ, Purpose.DEPOSIT), of(replace(MASKED, depositor_id=ROUX.id), OPEN), "+own-deposits"),
    ("a doctor reads his colleague's deposit", ask(DIALLO, Action.READ, Purpose.DEPOSIT), of(replace(REPORT, organisation_id=PRACTICE_ID), OPEN), "not-own-deposit"),
    ("a doctor corrects his structure's", ask(DIALLO, Action.WITHDRAW), of(replace(REPORT, organisation_id=PRACTICE_ID), OPEN), "+own-deposits"),
    ("no structure is not a structure", ask(ROUX, Action.WITHDRAW), of(replace(REPORT, organisation_id=None), OPEN), "not-own-deposit"),
    ("the operator reviews", ask(OPERATOR, Action.REVIEW, Purpose.LEGAL), OPEN, "+operator-review"),
    ("the operator acts for a caller", ask(OPERATOR, Action.ON_BEHALF, Purpose.LEGAL, reason="D-26"), OPEN, "+operator-on-behalf"),
    ("the operator, no case number", ask(OPERATOR, Action.ON_BEHALF, Purpose.LEGAL, reason=" "), OPEN, "case-number-needed"),
    ("she takes everything away", ask(AMINA, Action.EXPORT, Purpose.SELF), OPEN, "+own-record"),
    ("another person takes it away", ask(BAKARY, Action.EXPORT, Purpose.SELF), OPEN, "another-persons-record"),
    ("the operator reads", ask(OPERATOR, Action.READ, Purpose.LEGAL), TRUSTED, "operators-never-read"),
    ("the operator lists", ask(OPERATOR, Action.LIST, Purpose.CARE), TRUSTED, "operators-never-read"),
    ("the machine files", ask(MACHINE, Action.INDEX, Purpose.MACHINE), of(replace(UNANNOUNCED, type_code=None), OPEN), "+machine-files"),
    ("the machine reads", ask(MACHINE, Action.READ, Purpose.MACHINE), TRUSTED, "machines-only-file"),
    ("the machine, in care", ask(MACHINE, Action.INDEX, Purpose.CARE), TRUSTED, "no-rule-allows"),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "facts", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_who_asks_and_which_rule_answers(request_: Request, facts: Facts, expected: str) -> None:
    decision = policy.decide(request_, facts)
    assert ("+" if decision.allowed else "") + decision.rule == expected


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("auth", list(AuthLevel))
def test_right_role_wrong_patient(action: Action, auth: AuthLevel) -> None:
    """Amina, on Bakary's record, with everything else in her favour: nothing, whatever she asks."""
    amina = replace(AMINA, auth=auth)
    for facts in (TRUSTED, of(replace(REPORT, depositor_id=AMINA.id, by_patient=True))):
        decision = policy.decide(ask(amina, action, Purpose.SELF, patient_id=BAKARY_ID), facts)
        assert (decision.allowed, decision.rule) == (False, "another-persons-record")


def test_the_forbid_and_the_permit_each_keep_a_person_in_her_own_record() -> None:
    """Two walls: either alone suffices."""
    on_bakary = replace(own(Action.READ), patient_id=BAKARY_ID)
    assert policy.another_persons_record(on_bakary, TRUSTED) is not None
    assert policy.own_record(on_bakary, TRUSTED) is None
    assert policy.own_record(own(Action.READ), TRUSTED) is not None


def test_her_doctor_without_facts_about_the_other_patient_opens_nothing() -> None:
    """The circle is a fact of one record: on Bakary's record the same doctor comes with Bakary's facts."""
    decision = policy.decide(ask(DIALLO, patient_id=BAKARY_ID), OPEN)
    assert (decision.allowed, decision.rule) == (False, "no-rule-allows")


@pytest.mark.parametrize(
    ("request_", "facts"),
    [
        (replace(ask(DIALLO), purpose="marketing"), TRUSTED),  # type: ignore[arg-type]
        (replace(ask(DIALLO), purpose="care"), TRUSTED),  # type: ignore[arg-type]
        (replace(ask(DIALLO), action="export"), TRUSTED),  # type: ignore[arg-type]
        (ask(replace(DIALLO, kind="root")), TRUSTED),  # type: ignore[arg-type]
        (ask(replace(DIALLO, auth=3)), TRUSTED),  # type: ignore[arg-type]
        (ask(DIALLO), replace(TRUSTED, state="half-open")),  # type: ignore[arg-type]
    ],
)
def test_a_word_outside_its_enum_is_refused_not_guessed(request_: Request, facts: Facts) -> None:
    assert policy.decide(request_, facts).rule == "not-understood"


def test_an_emergency_obliges_to_tell_and_to_review() -> None:
    assert policy.decide(emergency(ROUX), OPEN).obligations == {Obligation.NOTIFY, Obligation.REVIEW}


def test_a_weak_sign_in_is_asked_to_come_back_stronger_and_learns_nothing_of_the_record() -> None:
    weak = ask(replace(DIALLO, auth=AuthLevel.SINGLE))
    answers = {policy.decide(weak, replace(TRUSTED, state=state, blocked_reading=True)) for state in RecordState}
    assert {answer.rule for answer in answers} == {"stronger-sign-in-needed"}
    assert {answer.obligations for answer in answers} == {frozenset({Obligation.STEP_UP})}


def test_what_must_look_absent_is_told_in_the_same_words() -> None:
    assert {sentences.refusal(rule) for rule in policy.ABSENT} == {sentences.refusal("no-such-record")}


@pytest.mark.parametrize(
    ("kind", "code", "adding", "expected"),
    [
        (Kind.PERSON, "MASQUE_PS", True, True),
        (Kind.PERSON, "MASQUE_PS", False, True),
        (Kind.PERSON, "INVISIBLE_PATIENT", False, False),
        (Kind.PERSON, "INVISIBLE_REPRESENTANTS_LEGAUX", True, True),
        (Kind.PROFESSIONAL, "MASQUE_PS", True, True),
        (Kind.PROFESSIONAL, "MASQUE_PS", False, False),
        (Kind.SOFTWARE, "MASQUE_PS", False, False),
        (Kind.SOFTWARE, "INVISIBLE_PATIENT", False, True),
        (Kind.PROFESSIONAL, "INVISIBLE_REPRESENTANTS_LEGAUX", True, True),
        (Kind.PROFESSIONAL, "N", True, False),
        (Kind.MACHINE, "INVISIBLE_PATIENT", False, False),
        (Kind.OPERATOR, "MASQUE_PS", True, False),
    ],
)
def test_who_may_change_which_visibility(kind: Kind, code: str, adding: bool, expected: bool) -> None:
    assert policy.may_change_visibility(kind, code, adding=adding) is expected
