"""The promises of the policy (docs/explanation/how-access-works.md), checked on every cell of the abstract domain.

The invariants are written from the promises, on raw values: they share nothing with the rules they check.
`HYGIE_TORTURE=1` adds the full product, some 22 million cells.
"""

import ast
import os
from dataclasses import replace
from pathlib import Path

from hygie.access import matrix, policy, relatives, sentences
from hygie.access.tests.policy_cells import (
    ACTOR,
    AMINA,
    DIGEST,
    EVERYTHING,
    NOW,
    REASON,
    SLICES,
    STRUCTURE,
    Slice,
    Survey,
    actor,
    combinations,
    survey,
    table,
)
from hygie.access.types import (
    Action,
    Decision,
    Facts,
    Level,
    Obligation,
    Purpose,
    RecordState,
    Request,
    Scope,
    TieKind,
)
from hygie.people.types import AuthLevel, Kind, Role

ARRANGES = {Action.SETTLE, Action.CLASSIFY, Action.PIN}  # each shows the document
LOOKS = {Action.LIST, Action.READ, Action.EXPORT, Action.FOLLOW, Action.READ_MASKED, *ARRANGES}
AT_THE_DESK = {Action.REVIEW, Action.ON_BEHALF}
CORRECTS = {Action.SET_VISIBILITY, Action.WITHDRAW, Action.ARCHIVE}
FROM_OUTSIDE = {Kind.PROFESSIONAL, Kind.SOFTWARE}
HIDDEN, UNANNOUNCED, SECRET = "MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"


def by_the_actor(facts: Facts) -> bool:
    return facts.document is not None and facts.document.depositor_id == ACTOR


def by_the_actor_or_structure(facts: Facts) -> bool:
    return by_the_actor(facts) or (facts.document is not None and facts.document.organisation_id == STRUCTURE)


def a_person_only_opens_her_own_record(request: Request, facts: Facts, decision: Decision) -> bool:
    if request.actor.kind is not Kind.PERSON:
        return True
    if request.purpose is Purpose.FOR_ANOTHER:  # unless she is tied to the other today
        return facts.tie is not None and request.actor.patient_id != request.patient_id
    return request.actor.patient_id == request.patient_id == AMINA


def a_help_does_what_it_says_and_no_more(request: Request, facts: Facts, decision: Decision) -> bool:
    """Confiding, deleting, hiding, taking away are in no help; following and deciding, in those that the law gives."""
    if request.purpose is not Purpose.FOR_ANOTHER:
        return True
    assert facts.tie is not None
    may = {Action.LIST, Action.READ, Action.READ_IDENTITY}
    if facts.tie.level is not Level.SEE:
        may |= {Action.DEPOSIT}
    if facts.tie.level is Level.ACT:
        may |= {Action.SETTLE, Action.DECLARE}
        if facts.tie.kind in {TieKind.PARENT, TieKind.GUARDIAN}:
            may |= {Action.FOLLOW, Action.READ_MASKED} | (set() if facts.tie.protected else {Action.REPRESENT})
    return request.action in may


def a_parent_ends_at_eighteen(request: Request, facts: Facts, decision: Decision) -> bool:
    tie = facts.tie
    return request.purpose is not Purpose.FOR_ANOTHER or tie is None or tie.kind is not TieKind.PARENT or facts.minor


def a_secret_is_kept_from_whoever_acts_for_her(request: Request, facts: Facts, decision: Decision) -> bool:
    """Whoever put it in."""
    if request.purpose is not Purpose.FOR_ANOTHER or facts.document is None or request.action not in LOOKS:
        return True
    return SECRET not in facts.document.visibility


def a_helper_sees_what_her_tie_covers(request: Request, facts: Facts, decision: Decision) -> bool:
    tie, document = facts.tie, facts.document
    if request.purpose is not Purpose.FOR_ANOTHER or tie is None or document is None or request.action not in LOOKS:
        return True
    hidden = tie.protected and request.action not in {Action.FOLLOW, Action.READ_MASKED}  # which open no document
    return by_the_actor(facts) or (not hidden and (tie.classes is None or document.class_code in tie.classes))


def a_person_acts_for_herself_and_nobody_else_does(request: Request, facts: Facts, decision: Decision) -> bool:
    return (request.actor.kind is Kind.PERSON) == (request.purpose in {Purpose.SELF, Purpose.FOR_ANOTHER})


def only_the_person_reads_her_journal_and_settles_access(request: Request, facts: Facts, decision: Decision) -> bool:
    if request.action in {Action.READ_JOURNAL, Action.SET_ACCESS}:
        return request.purpose is Purpose.SELF
    if request.action in {Action.FOLLOW, Action.READ_MASKED, Action.REPRESENT}:
        return request.purpose is Purpose.FOR_ANOTHER
    return request.action is not Action.DECLARE or request.actor.kind is Kind.PERSON


def only_the_person_and_her_care_arrange_documents(request: Request, facts: Facts, decision: Decision) -> bool:
    if request.action not in ARRANGES:
        return True
    in_care = request.actor.kind is Kind.PROFESSIONAL and request.purpose is Purpose.CARE
    return request.actor.kind is Kind.PERSON or (in_care and request.actor.role is not Role.SOCIAL)


def filing_elsewhere_shows_a_document_to_nobody_else(request: Request, facts: Facts, decision: Decision) -> bool:
    """Asked of each profession and of each limit, one by one; and what is signed or expressed stays what it is."""
    document = facts.document
    if request.action is not Action.CLASSIFY or document is None or document.filed_as is None:
        return True
    new_class, new_type = document.filed_as

    def reads(role: Role, code: str | None) -> bool:
        row = matrix.ROWS.get((role, code or ""))
        return row is not None and row.read

    written = matrix.ROWS.get((request.actor.role, new_type))
    return (
        request.actor.kind is Kind.PROFESSIONAL
        and written is not None and written.write
        and all(reads(role, document.type_code) or not reads(role, new_type) for role in matrix.ROLES)
        and all(document.class_code in limit or new_class not in limit for limit in facts.limits)
        and not {document.type_code, new_type} & {"SYNTH", "EXPPAT_1", "EXPPAT_2", "EXPPAT_3"}
    )  # fmt: skip


def an_operator_reviews_and_nothing_else(request: Request, facts: Facts, decision: Decision) -> bool:
    at_the_desk = request.action in AT_THE_DESK
    reviews = at_the_desk and request.purpose is Purpose.LEGAL and decision.scope == Scope()
    named = request.action is Action.REVIEW or bool(request.reason.strip())
    return (request.actor.kind is Kind.OPERATOR) == at_the_desk and (
        request.actor.kind is not Kind.OPERATOR or (reviews and named)
    )


def a_machine_files_and_nothing_else(request: Request, facts: Facts, decision: Decision) -> bool:
    files = request.action is Action.INDEX and request.purpose is Purpose.MACHINE
    return (request.actor.kind is Kind.MACHINE) == files


def a_software_alone_knows_only_its_own_deposits(request: Request, facts: Facts, decision: Decision) -> bool:
    if request.actor.kind is not Kind.SOFTWARE:
        return True
    if request.action in {Action.READ_IDENTITY, Action.READ_JOURNAL} or request.purpose is not Purpose.DEPOSIT:
        return False
    if request.action in LOOKS:
        return decision.scope.classes == frozenset() and (facts.document is None or by_the_actor_or_structure(facts))
    return True


def an_unknown_profession_has_no_right(request: Request, facts: Facts, decision: Decision) -> bool:
    return request.actor.kind is not Kind.PROFESSIONAL or request.actor.profession in {
        "10",
        "21",
        "40",
        "41",
        "50",
        "60",
        "70",
    }


def a_weak_sign_in_opens_nothing(request: Request, facts: Facts, decision: Decision) -> bool:
    actor = request.actor
    if actor.kind in {Kind.PROFESSIONAL, Kind.OPERATOR} or request.action in {Action.SET_ACCESS, Action.REPRESENT}:
        return actor.auth is AuthLevel.STRONG
    return actor.kind in {Kind.MACHINE, Kind.READER} or actor.auth is not AuthLevel.NONE


def a_blocked_actor_gets_nothing(request: Request, facts: Facts, decision: Decision) -> bool:
    if request.actor.kind not in FROM_OUTSIDE:
        return True
    if request.action is Action.DEPOSIT:
        return not facts.blocked_deposit and not facts.deposit_opposed
    return not facts.blocked_reading


def an_opposed_record_only_waits_for_a_change_of_mind(request: Request, facts: Facts, decision: Decision) -> bool:
    if facts.state is not RecordState.OPPOSED or request.action in AT_THE_DESK:
        return True
    return request.purpose is Purpose.SELF and request.action is Action.SET_ACCESS


def a_closed_record_is_read_by_the_person_only(request: Request, facts: Facts, decision: Decision) -> bool:
    if facts.state is not RecordState.CLOSED or request.action in AT_THE_DESK:
        return True
    changes = CORRECTS | ARRANGES | {Action.DEPOSIT, Action.DECLARE}
    return request.purpose is Purpose.SELF and request.action not in changes


def a_sleeping_record_shows_itself_to_nobody_else(request: Request, facts: Facts, decision: Decision) -> bool:
    if facts.state not in {RecordState.SLEEPING, RecordState.ANNOUNCED}:
        return True
    if request.actor.kind in {Kind.PERSON, Kind.MACHINE}:
        return True
    if facts.state is RecordState.ANNOUNCED and request.action is Action.DEPOSIT:
        return False
    return request.action not in LOOKS | {Action.READ_IDENTITY} and decision.scope == Scope()


def a_hidden_document_is_for_its_author_and_the_person(request: Request, facts: Facts, decision: Decision) -> bool:
    """... or an emergency, if the person's own switch says so."""
    document, actor = facts.document, request.actor
    if document is None or HIDDEN not in document.visibility or request.action not in LOOKS:
        return True
    if actor.kind is Kind.SOFTWARE:
        return by_the_actor_or_structure(facts)
    in_emergency = request.purpose is Purpose.EMERGENCY and facts.emergency_hidden
    represents = facts.tie is not None and facts.tie.kind in {TieKind.PARENT, TieKind.GUARDIAN}
    hers = request.purpose is Purpose.SELF or (request.purpose is Purpose.FOR_ANOTHER and represents)
    return hers or by_the_actor(facts) or in_emergency


def what_is_not_announced_is_not_shown_to_the_person(request: Request, facts: Facts, decision: Decision) -> bool:
    document = facts.document
    if request.actor.kind is not Kind.PERSON or document is None or UNANNOUNCED not in document.visibility:
        return True
    return request.action not in LOOKS | CORRECTS or by_the_actor(facts)


def a_withdrawn_document_is_gone(request: Request, facts: Facts, decision: Decision) -> bool:
    document = facts.document
    return (
        document is None
        or document.status != "entered-in-error"
        or request.action not in LOOKS | CORRECTS | {Action.INDEX}
    )


def care_needs_the_agreement_and_the_circle(request: Request, facts: Facts, decision: Decision) -> bool:
    if request.actor.kind is not Kind.PROFESSIONAL or request.action not in LOOKS | {Action.READ_IDENTITY}:
        return True
    if request.purpose is Purpose.EMERGENCY:
        return True
    if request.purpose is Purpose.DEPOSIT:
        return request.action in LOOKS and (facts.document is None or by_the_actor(facts))
    social = request.actor.role is Role.SOCIAL
    purpose = Purpose.COORDINATION if social else Purpose.CARE
    return (
        request.purpose is purpose and facts.care_team_consent and facts.in_circle and facts.state is RecordState.OPEN
    )


def a_profession_reads_what_the_matrix_and_the_person_share(request: Request, facts: Facts, decision: Decision) -> bool:
    """An unknown type is readable in an emergency only."""
    document = facts.document
    if request.actor.kind is not Kind.PROFESSIONAL or request.action not in LOOKS or document is None:
        return True
    if request.purpose is Purpose.EMERGENCY or by_the_actor(facts):
        return True
    row = matrix.ROWS.get((request.actor.role, document.type_code or ""))
    shared = facts.circle_classes is None or document.class_code in facts.circle_classes
    return row is not None and row.read and shared


def a_profession_deposits_what_the_matrix_says(request: Request, facts: Facts, decision: Decision) -> bool:
    if request.actor.kind is not Kind.PROFESSIONAL or request.action is not Action.DEPOSIT:
        return True
    document = facts.document
    row = matrix.ROWS.get((request.actor.role, document.type_code or "")) if document else None
    return row is not None and row.write


def the_glass_breaks_for_a_doctor_with_a_reason_only(request: Request, facts: Facts, decision: Decision) -> bool:
    obliged = decision.obligations == {Obligation.NOTIFY, Obligation.REVIEW}
    if request.purpose is not Purpose.EMERGENCY:
        return not decision.obligations
    reason = facts.emergency_open or len(request.reason.strip()) >= 20
    return request.actor.role is Role.DOCTOR and facts.emergency_allowed and reason and obliged


def what_does_not_read_carries_no_scope(request: Request, facts: Facts, decision: Decision) -> bool:
    """Depositing, above all, never implies reading."""
    return request.action in LOOKS | {Action.INDEX} or decision.scope == Scope()


def only_the_depositor_corrects_except_that_the_person_hides(
    request: Request, facts: Facts, decision: Decision
) -> bool:
    if request.action not in CORRECTS:
        return True
    if request.actor.kind is Kind.PERSON:
        return facts.document is not None and (request.action is not Action.WITHDRAW or by_the_actor(facts))
    return by_the_actor_or_structure(facts)


def every_permission_has_its_sentence(request: Request, facts: Facts, decision: Decision) -> bool:
    return decision.rule in sentences.ALLOWED


def a_link_reads_what_was_shared_and_nothing_hidden(request: Request, facts: Facts, decision: Decision) -> bool:
    if (request.actor.kind is Kind.READER) != (request.purpose is Purpose.SHARE):
        return False
    if request.actor.kind is not Kind.READER:
        return True
    share, document = facts.share, facts.document
    if share is None or not (share.live and share.passcode) or facts.state is not RecordState.OPEN:
        return False
    if request.action not in {Action.LIST, Action.READ}:
        return False
    if document is None:
        return True
    given = document.id in share.documents or (request.action is Action.LIST and share.summary)
    if facts.tie is not None and SECRET in document.visibility:  # a representative gave it
        return False
    return given and not {HIDDEN, UNANNOUNCED} & document.visibility and document.status != "entered-in-error"


def a_practice_checks_in_with_a_code_and_an_agreement(request: Request, facts: Facts, decision: Decision) -> bool:
    if request.action is not Action.CHECK_IN:
        return True
    return facts.arrived and facts.care_team_consent and request.actor.kind is Kind.PROFESSIONAL


INVARIANTS = (
    a_link_reads_what_was_shared_and_nothing_hidden,
    a_practice_checks_in_with_a_code_and_an_agreement,
    a_person_only_opens_her_own_record,
    a_person_acts_for_herself_and_nobody_else_does,
    a_help_does_what_it_says_and_no_more,
    a_parent_ends_at_eighteen,
    a_secret_is_kept_from_whoever_acts_for_her,
    a_helper_sees_what_her_tie_covers,
    only_the_person_reads_her_journal_and_settles_access,
    only_the_person_and_her_care_arrange_documents,
    filing_elsewhere_shows_a_document_to_nobody_else,
    an_operator_reviews_and_nothing_else,
    a_machine_files_and_nothing_else,
    a_software_alone_knows_only_its_own_deposits,
    an_unknown_profession_has_no_right,
    a_weak_sign_in_opens_nothing,
    a_blocked_actor_gets_nothing,
    an_opposed_record_only_waits_for_a_change_of_mind,
    a_closed_record_is_read_by_the_person_only,
    a_sleeping_record_shows_itself_to_nobody_else,
    a_hidden_document_is_for_its_author_and_the_person,
    what_is_not_announced_is_not_shown_to_the_person,
    a_withdrawn_document_is_gone,
    care_needs_the_agreement_and_the_circle,
    a_profession_reads_what_the_matrix_and_the_person_share,
    a_profession_deposits_what_the_matrix_says,
    the_glass_breaks_for_a_doctor_with_a_reason_only,
    what_does_not_read_carries_no_scope,
    only_the_depositor_corrects_except_that_the_person_hides,
    every_permission_has_its_sentence,
)


FIRST_PART = replace(
    EVERYTHING, actions=(Action.READ, Action.DEPOSIT), facts=EVERYTHING.facts | {"state": (RecordState.OPEN,)}
)


def check(part: Slice) -> Survey:
    seen = survey(part, INVARIANTS)
    assert len(seen.allowed) == part.size
    assert not seen.broken, f"{len(seen.broken)} broken promises, the first: {seen.broken[0]}"
    assert not seen.regrets(), "taking a right away gave one"
    return seen


def test_every_promise_holds_in_every_cell_and_any_change_of_an_answer_shows() -> None:
    surveys = [check(part) for part in SLICES]
    assert sum(part.size for part in SLICES) >= 1_000_000
    new, stored = table(surveys), DIGEST.read_text(encoding="utf-8")
    changed = sorted(set(new.splitlines()) ^ set(stored.splitlines()))
    assert new == stored, (
        f"{len(changed)} lines of policy_digest.txt differ; if meant: policy_cells.py --write\n"
        + "\n".join(f"{'now' if line in new else 'was'}: {line}" for line in changed[:20])
    )


def test_every_promise_holds_in_the_full_product() -> None:
    """About 22 million cells when asked for; otherwise its part about reading and depositing in an open record."""
    part = EVERYTHING if "HYGIE_TORTURE" in os.environ else FIRST_PART
    assert EVERYTHING.size >= 20_000_000
    assert any(check(part).allowed)


def test_a_right_that_grows_when_taken_away_is_found() -> None:
    """The check of monotony itself: one cell allowed only once blocked is seen."""
    seen = Survey(SLICES[0], bytearray(SLICES[0].size))
    seen.allowed[len(SLICES[0].documents)] = 1
    assert seen.regrets() == ["blocked_reading, value 1"]


def test_forbids_never_allow_and_permits_never_refuse() -> None:
    assert set(policy.FORBIDS).isdisjoint(policy.PERMITS)
    assert policy.RULES == policy.FORBIDS + policy.PERMITS
    asked = {(name, action, purpose) for name, action, purpose, *_ in combinations()}
    for part in SLICES:
        for request in [
            request_of(*words) for words in asked if words[1] in part.actions and words[2] in part.purposes
        ]:
            for facts in part.situations()[:: 2 * len(part.documents) + 1]:
                assert not any(said.allowed for rule in policy.FORBIDS if (said := rule(request, facts)))
                assert all(said.allowed for rule in policy.PERMITS if (said := rule(request, facts)))


def request_of(name: str, action: str, purpose: str) -> Request:
    return Request(actor(name), AMINA, Purpose(purpose), Action(action), NOW, reason=REASON)


def test_every_rule_id_is_met_in_the_cells() -> None:
    """What no cell meets is not proved. ("not-understood" needs a value outside the enums: see test_policy.)"""
    rooms = [Path(room.__file__).read_text(encoding="utf-8") for room in (policy, relatives)]
    written = {
        call.args[0].value
        for room in rooms
        for call in ast.walk(ast.parse(room))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"Decision", "_circle"}
        and isinstance(call.args[0], ast.Constant)
    }
    met = {rule for _, _, _, rule, _ in combinations()}
    assert written - met == {"not-understood"}
    assert met <= written
