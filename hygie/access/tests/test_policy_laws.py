"""Laws of the policy that hold for any values, not only those of the cells."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.access import matrix, policy, sentences
from hygie.access.types import (
    Action,
    Channel,
    DocumentFacts,
    Facts,
    Level,
    Purpose,
    RecordState,
    Request,
    Scope,
    Tie,
    TieKind,
    Visibility,
)
from hygie.people.types import PROFESSIONS, Actor, AuthLevel, Kind

IDS = st.sampled_from([UUID(int=n) for n in range(1, 6)])
CLASSES = st.sampled_from([*sorted(matrix.CLASSES), "urn:unknown"])
TYPES = st.none() | st.sampled_from([*sorted(matrix.KNOWN_TYPES), "00000-0", ""])
MOMENTS = st.datetimes(timezones=st.just(UTC))
PROFESSION_CODES = st.none() | st.sampled_from([*sorted(PROFESSIONS), "99", ""])

documents = st.builds(
    DocumentFacts,
    class_code=CLASSES,
    type_code=TYPES,
    visibility=st.frozensets(
        st.sampled_from(["N", "R", "V", *(one.value for one in Visibility if len(one) > 1), "NEW"])
    ),
    status=st.sampled_from(["current", "superseded", "entered-in-error"]),
    depositor_id=st.none() | IDS,
    organisation_id=st.none() | IDS,
    by_patient=st.booleans(),
)
actors = st.builds(
    Actor,
    kind=st.sampled_from(Kind),
    id=IDS,
    name=st.just("X"),
    auth=st.sampled_from(AuthLevel),
    patient_id=st.none() | IDS,
    profession=PROFESSION_CODES,
    organisation_id=st.none() | IDS,
    client_id=st.none() | IDS,
)
requests = st.builds(
    Request,
    actor=actors,
    patient_id=IDS,
    purpose=st.sampled_from(Purpose),
    action=st.sampled_from(Action),
    at=MOMENTS,
    object_id=st.none() | IDS,
    reason=st.text(max_size=40),
    channel=st.sampled_from(Channel),
)
situations = st.builds(
    Facts,
    state=st.sampled_from(RecordState),
    care_team_consent=st.booleans(),
    deposit_opposed=st.booleans(),
    in_circle=st.booleans(),
    circle_classes=st.none() | st.frozensets(CLASSES, max_size=4),
    blocked_reading=st.booleans(),
    blocked_deposit=st.booleans(),
    emergency_open=st.booleans(),
    emergency_allowed=st.booleans(),
    emergency_hidden=st.booleans(),
    tie=st.none()
    | st.builds(
        Tie,
        st.sampled_from(TieKind),
        st.sampled_from(Level),
        st.none() | st.frozensets(CLASSES, max_size=3),
        st.booleans(),
    ),
    minor=st.booleans(),
    document=st.none() | documents,
)


@st.composite
def promising(draw: st.DrawFn) -> tuple[Request, Facts]:
    """Mostly questions that may be allowed: pure chance nearly always meets a refusal."""
    request, facts = draw(requests), draw(situations)
    if draw(st.integers(0, 3)):
        who = request.actor
        helpful = {Kind.PERSON: [Purpose.SELF], Kind.MACHINE: [Purpose.MACHINE], Kind.OPERATOR: [Purpose.LEGAL]}
        purposes = helpful.get(who.kind, [Purpose.CARE, Purpose.DEPOSIT, Purpose.EMERGENCY, Purpose.COORDINATION])
        request = replace(
            request,
            actor=replace(who, auth=AuthLevel.STRONG, profession=draw(st.sampled_from(["10", "60", "41"]))),
            patient_id=who.patient_id or request.patient_id,
            purpose=draw(st.sampled_from(purposes)),
        )
        if who.kind is Kind.PERSON and draw(st.booleans()):  # for somebody to whom she is tied
            other = next(one for one in (UUID(int=8), UUID(int=9)) if one != who.patient_id)
            request = replace(request, patient_id=other, purpose=Purpose.FOR_ANOTHER)
        facts = replace(facts, state=RecordState.OPEN, care_team_consent=True, in_circle=True, blocked_reading=False)
    return request, facts


many = settings(max_examples=600, deadline=None)


@many
@given(promising(), documents)
def test_a_document_is_readable_exactly_when_the_list_may_show_it(question: Any, document: DocumentFacts) -> None:
    request, facts = question
    for action in (Action.LIST, Action.READ, Action.SETTLE, Action.INDEX):
        asked = replace(request, action=action)
        whole = policy.decide(asked, replace(facts, document=None))
        one = policy.decide(asked, replace(facts, document=document))
        assert one.allowed == (whole.allowed and whole.scope.covers(document))
        assert not one.allowed or one == whole


@many
@given(promising())
def test_listing_and_reading_are_the_same_right(question: Any) -> None:
    request, facts = question
    listing, reading = (policy.decide(replace(request, action=one), facts) for one in (Action.LIST, Action.READ))
    assert listing == reading


@many
@given(promising())
def test_whoever_settles_what_was_read_may_read_it(question: Any) -> None:
    request, facts = question
    settling, reading = (policy.decide(replace(request, action=one), facts) for one in (Action.SETTLE, Action.READ))
    assert not settling.allowed or settling == reading


@many
@given(promising(), MOMENTS, st.sampled_from(Channel), st.text(max_size=30), st.none() | IDS)
def test_what_has_no_bearing_changes_nothing(
    question: Any, at: datetime, channel: Channel, name: str, object_id: UUID | None
) -> None:
    """The hour, the channel, names, the document's number: none of them is a right. A reason counts in an emergency, and at the desk."""
    request, facts = question
    other = replace(request, at=at, channel=channel, object_id=object_id, request_id=name)
    other = replace(other, actor=replace(other.actor, name=name, organisation=name, rpps=name, client_id=None))
    if request.purpose is not Purpose.EMERGENCY and request.action is not Action.ON_BEHALF:
        other = replace(other, reason=name)
    assert policy.decide(other, facts) == policy.decide(request, facts)


LESS: dict[str, Any] = {
    "care_team_consent": False,
    "in_circle": False,
    "circle_classes": frozenset(),
    "blocked_reading": True,
    "blocked_deposit": True,
    "deposit_opposed": True,
    "emergency_open": False,
    "emergency_allowed": False,
    "emergency_hidden": False,
    "tie": None,
    "minor": False,
}


@many
@given(promising(), st.sets(st.sampled_from(sorted(LESS)), min_size=1), st.lists(documents, max_size=5))
def test_taking_rights_away_never_gives_any(question: Any, taken: set[str], some: list[DocumentFacts]) -> None:
    request, facts = question
    before = policy.decide(request, facts)
    after = policy.decide(request, replace(facts, **{name: LESS[name] for name in taken}))
    assert before.allowed or not after.allowed
    assert all(before.scope.covers(document) for document in some if after.scope.covers(document))


@many
@given(promising(), st.sampled_from(AuthLevel), st.sampled_from(RecordState))
def test_a_weaker_sign_in_or_a_less_open_record_never_gives_more(
    question: Any, auth: AuthLevel, state: RecordState
) -> None:
    request, facts = question
    strong = policy.decide(
        replace(request, actor=replace(request.actor, auth=AuthLevel.STRONG)), replace(facts, state=RecordState.OPEN)
    )
    weak = policy.decide(replace(request, actor=replace(request.actor, auth=auth)), replace(facts, state=state))
    assert strong.allowed or not weak.allowed


@many
@given(promising(), st.permutations([UUID(int=n) for n in range(1, 6)]))
def test_nobody_is_special(question: Any, others: list[UUID]) -> None:
    """Rename every person, actor and structure: the answer is the same answer, about the renamed."""
    request, facts = question
    named = {UUID(int=n): other for n, other in enumerate(others, start=1)}

    def renamed(one: UUID | None) -> UUID | None:
        return named.get(one, one) if one else None

    def twin(thing: Any, *names: str) -> Any:
        return replace(thing, **{name: renamed(getattr(thing, name)) for name in names})

    asked = replace(twin(request, "patient_id"), actor=twin(request.actor, "id", "patient_id", "organisation_id"))
    about = replace(facts, document=facts.document and twin(facts.document, "depositor_id", "organisation_id"))
    first, second = policy.decide(request, facts), policy.decide(asked, about)
    expected = replace(first.scope, own=frozenset(named.get(one, one) for one in first.scope.own))
    assert second == replace(first, scope=expected)


@many
@given(actors, st.sampled_from(Purpose), st.sampled_from(Action))
def test_with_no_facts_and_no_reason_nobody_but_the_person_reads(who: Actor, purpose: Purpose, action: Action) -> None:
    decision = policy.decide(Request(who, UUID(int=1), purpose, action, datetime(2026, 1, 1, tzinfo=UTC)), Facts())
    if who.kind is not Kind.PERSON and action is not Action.INDEX:
        assert decision.scope == Scope()
        reading = (Action.LIST, Action.READ, Action.SETTLE, Action.DECLARE, Action.READ_IDENTITY)
        assert not (decision.allowed and action in reading)


@many
@given(requests, situations)
def test_every_question_has_an_answer_with_its_words(request_: Request, facts: Facts) -> None:
    decision = policy.decide(request_, facts)
    assert decision.rule in sentences.KNOWN_RULES
    assert decision.allowed == (decision.rule in sentences.ALLOWED)


@many
@given(requests, situations)
def test_what_nobody_deposited_belongs_to_nobody(request_: Request, facts: Facts) -> None:
    """An unknown depositor is never taken for an unknown actor or structure."""
    orphan = DocumentFacts("10", "00000-0", frozenset({"MASQUE_PS", "INVISIBLE_PATIENT"}), "current", None, None)
    asked = replace(request_, actor=replace(request_.actor, organisation_id=None), purpose=Purpose.DEPOSIT)
    assert not policy.decide(replace(asked, action=Action.READ), replace(facts, document=orphan)).allowed
    assert not policy.decide(replace(asked, action=Action.WITHDRAW), replace(facts, document=orphan)).allowed
