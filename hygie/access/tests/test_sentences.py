"""The journal in plain French: everything the policy can say has its words, and folding loses nothing."""

import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from statistics import median
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.access import policy, relatives, sentences
from hygie.access.tests.policy_cells import actor, combinations
from hygie.access.types import Action, Channel, Decision, JournalLine, Purpose, Sentence
from hygie.people.types import Kind, Role

NOW = datetime(2026, 3, 20, 8, 12, tzinfo=UTC)
NAMES = {
    Kind.PERSON: "Amina",
    Kind.PROFESSIONAL: "Dr Diallo",
    Kind.SOFTWARE: "LGC v3.2",
    Kind.OPERATOR: "op-7",
    Kind.MACHINE: "worker-1",
    Kind.READER: "Marie Durand",
}
PLACES = {Kind.PROFESSIONAL: "Cabinet des Lilas", Kind.SOFTWARE: "Labo Seine"}
EVERY = sorted(set(combinations()))
ENGLISH = re.compile(r"\b(the|read|list|deposit|care|emergency|journal line|record|not|self|own|allowed|refused)\b")


def line(who: str = "doctor", action: str = "read", purpose: str = "care", rule: str = "care-circle", allowed: bool = True, **more: object) -> JournalLine:  # fmt: skip
    one = actor(who)
    values = {
        "seq": 1, "at": NOW, "actor_kind": one.kind.value, "actor_id": one.id, "actor_name": NAMES[one.kind],
        "role": one.role.value, "profession": one.profession, "organisation": PLACES.get(one.kind), "auth": 2,
        "action": action, "purpose": purpose, "allowed": allowed, "rule": rule, "channel": "view", "category": "10",
    }  # fmt: skip
    return JournalLine(**(values | more))  # type: ignore[arg-type]


def said(sentence: Sentence) -> str:
    return " ".join((sentence.what, sentence.why, sentence.then))


def words(text: str) -> int:
    return len(re.findall(r"[\w’'-]+", text))


ALL_SAID = [(combination, sentences.sentence(line(*combination))) for combination in EVERY]


def test_every_combination_the_policy_emits_has_its_own_words() -> None:
    assert len(EVERY) > 1_000
    wordless = [
        combination
        for combination, sentence in ALL_SAID
        if "règle précédente" in sentence.why
        or "ouvert votre espace" in sentence.what
        or "ouvrir votre espace" in sentence.what
    ]
    assert not wordless


def test_every_sentence_says_who_why_and_what_to_do() -> None:
    for _, sentence in ALL_SAID:
        for field in fields(sentence):
            part = getattr(sentence, field.name)
            assert re.fullmatch(r"\S.*[.»]", part), part
            assert part[0].isupper()


def test_no_code_no_english_no_pattern_left_is_shown() -> None:
    rules = {rule for *_, rule, _ in EVERY}
    for combination, sentence in ALL_SAID:
        text = said(sentence)
        assert not ENGLISH.search(text), text
        assert not re.search(r"[{}_]|\d", text), text
        assert combination[3] not in text
        assert not [rule for rule in rules if rule in text]


def test_sentences_are_short() -> None:
    lengths = [words(said(sentence)) for _, sentence in ALL_SAID]
    given = [words(said(sentence)) for (*_, allowed), sentence in ALL_SAID if allowed]
    assert median(lengths) <= 20
    assert median(given) <= 20
    assert max(lengths) <= 32


def test_a_refusal_says_so_and_a_permission_does_not() -> None:
    for (*_, allowed), sentence in ALL_SAID:
        assert sentence.why.startswith("Refusé. ") is not allowed
        assert (" voulu " in sentence.what) is not allowed


def test_the_tables_know_exactly_the_rules_of_the_policy() -> None:
    emitted = {rule for *_, rule, _ in EVERY}
    refusals = {one.rule for room in (policy, relatives) for one in vars(room).values() if isinstance(one, Decision)}
    assert emitted | refusals == sentences.KNOWN_RULES
    assert set(sentences.ALLOWED) == {rule for *_, rule, allowed in EVERY if allowed}
    assert set(sentences._REFUSALS) == refusals


@pytest.mark.parametrize("rule", sorted(policy.ABSENT))
def test_a_refusal_that_must_look_absent_says_nothing_of_the_record(rule: str) -> None:
    assert sentences.refusal(rule) == sentences.refusal("anything-unknown")


def test_refusals_shown_to_the_refused_are_plain_and_tell_nothing_of_health() -> None:
    for rule in sentences.KNOWN_RULES - set(sentences.ALLOWED):
        text = sentences.refusal(rule)
        assert re.fullmatch(r"[A-ZÀÉ].*\.", text)
        assert not ENGLISH.search(text)
        assert not re.search(r"masqu|bloqu|annonc|oppos|psych|résultat", text)


def test_the_person_is_told_as_she_would_tell_it() -> None:
    assert sentences.sentence(line()) == Sentence(
        "Dr Diallo (médecin, Cabinet des Lilas) a lu un compte rendu.",
        "Vous lui avez ouvert votre espace.",
        "Pas normal\u00a0? Signalez-le.",
    )
    assert (
        sentences.sentence(line("the person", "read", "self", "own-record", category="42")).what
        == "Vous avez lu une ordonnance."
    )
    assert (
        sentences.sentence(line("software", "deposit", "deposit", "software-deposit")).what
        == "Labo Seine a déposé un compte rendu."
    )
    refused = sentences.sentence(line(rule="no-rule-allows", allowed=False))
    assert refused.what == "Dr Diallo (médecin, Cabinet des Lilas) a voulu lire un compte rendu."
    assert refused.why == "Refusé. Rien ne l’autorise."


def test_an_emergency_shows_the_reason_that_was_written() -> None:
    told = sentences.sentence(line(purpose="emergency", rule="emergency", reason="Malaise, patiente seule"))
    assert told.why == "Accès en urgence. Raison écrite\u00a0: «\u00a0Malaise, patiente seule\u00a0»"
    assert "vérifié" in told.then


def test_someone_else_who_tried_her_record_is_not_called_you() -> None:
    told = sentences.sentence(line("another person", "read", "self", "another-persons-record", allowed=False))
    assert told.what.startswith("Quelqu’un a voulu")
    assert told.then == "Pas normal\u00a0? Signalez-le."


def test_a_line_from_an_older_version_still_has_a_true_sentence() -> None:
    told = sentences.sentence(line(action="teleport", purpose="fun", rule="gone", role="wizard", category="777"))
    assert told.what == "Dr Diallo (Cabinet des Lilas) a ouvert votre espace."
    assert told.why == "Une règle précédente de Hygie le permettait."
    assert sentences.sentence(line(action="teleport", rule="gone", allowed=False)).why.startswith(
        "Refusé. Une règle précédente"
    )


def test_a_name_is_never_taken_for_a_pattern() -> None:
    assert "{x} (" in sentences.sentence(line(actor_name="{x}")).what


def test_a_depositor_listing_its_deposits_is_not_said_to_list_hers() -> None:
    told = sentences.sentence(line("software", "list", "deposit", "own-deposits"))
    assert told.what == "Labo Seine a regardé la liste de ses dépôts."


def test_acting_through_a_software_is_said_without_a_code() -> None:
    told = sentences.sentence(line(on_behalf_of=str(UUID(int=7))))
    assert told.what == "Dr Diallo (médecin, Cabinet des Lilas) a lu un compte rendu, depuis son logiciel."


# Folding


def test_three_deposits_of_one_laboratory_are_one_sentence() -> None:
    lines = [line("software", "deposit", "deposit", "software-deposit", seq=n) for n in (1, 2, 3)]
    (group,) = sentences.fold(lines)
    assert [item.sentence.what for item in group.items] == ["Labo Seine a déposé 3 comptes rendus."]
    mixed = [replace(one, category=category) for one, category in zip(lines, ("10", "42", None), strict=True)]
    assert sentences.fold(mixed)[0].items[0].sentence.what == "Labo Seine a déposé 3 documents."


def test_lists_and_machine_work_fold_and_looks_do_not() -> None:
    looked = [line(seq=1), line(seq=2), line(seq=3, action="list"), line(seq=4, action="list")]
    filed = [line("machine", "index", "machine", "machine-files", seq=n, channel="machine") for n in (5, 6)]
    filed = [replace(one, actor_id=UUID(int=77)) for one in filed]
    machine, doctor = sentences.fold(looked + filed)
    assert [item.sentence.what for item in machine.items] == ["Hygie a classé 2 comptes rendus."]
    assert [item.count for item in doctor.items] == [2, 1, 1]
    assert doctor.items[0].sentence.what.endswith("a regardé la liste de vos documents (2 fois).")


def test_the_pages_of_one_document_are_one_look() -> None:
    one, other = UUID(int=1), UUID(int=2)
    lines = [line(seq=n, object_id=one if n < 4 else other) for n in range(1, 6)]
    (group,) = sentences.fold(lines)
    assert [(item.count, item.sentence.what.endswith("a lu un compte rendu.")) for item in group.items] == [
        (2, True), (3, True),
    ]  # fmt: skip
    urgent = [replace(one, purpose="emergency", rule="emergency", reason="r" * 20 * (one.seq == 1)) for one in lines]
    assert [item.count for item in sentences.fold(urgent)[0].items] == [2, 3]
    assert "r" * 20 in sentences.fold(urgent)[0].items[1].sentence.why


def test_nothing_done_in_an_emergency_folds() -> None:
    lines = [line(action="list", purpose="emergency", rule="emergency", seq=n) for n in (1, 2)]
    assert [item.count for item in sentences.fold(lines)[0].items] == [1, 1]


def test_a_refusal_never_folds_with_a_permission() -> None:
    lines = [line(action="list", seq=1), line(action="list", seq=2, allowed=False, rule="blocked-by-patient")]
    assert len(sentences.fold(lines)[0].items) == 2


def test_days_are_those_of_the_person() -> None:
    """23:30 UTC on 20 March is 00:30 on 21 March in Paris."""
    late = line(at=datetime(2026, 3, 20, 23, 30, tzinfo=UTC))
    assert sentences.fold([late])[0].day == date(2026, 3, 21)
    assert sentences.fold([late], zone=UTC)[0].day == date(2026, 3, 20)


@st.composite
def journals(draw: st.DrawFn) -> list[JournalLine]:
    lines = []
    for seq in range(draw(st.integers(0, 25))):
        combination = draw(st.sampled_from(EVERY))
        lines.append(
            line(
                *combination,
                seq=seq,
                at=NOW + timedelta(hours=5 * seq),
                actor_id=UUID(int=draw(st.integers(1, 3))),
                category=draw(st.sampled_from([None, "10", "42"])),
                channel=draw(st.sampled_from(Channel)).value,
            )
        )
    return lines


@given(journals(), st.randoms())
def test_folding_loses_nothing_and_mixes_nobody(lines: list[JournalLine], random: object) -> None:
    groups = sentences.fold(lines)
    told = [one for group in groups for item in group.items for one in item.lines]
    assert sorted(one.seq for one in told) == [one.seq for one in lines]
    assert [group.day for group in groups] == sorted((group.day for group in groups), reverse=True)
    for group in groups:
        for item in group.items:
            assert {(one.actor_kind, one.actor_id) for one in item.lines} == {(group.kind, group.actor_id)}
            assert {one.at.astimezone(sentences.PARIS).date() for one in item.lines} == {group.day}
            assert len({(one.action, one.rule, one.allowed) for one in item.lines}) == 1
            assert [one.seq for one in item.lines] == sorted((one.seq for one in item.lines), reverse=True)
            if item.count > 1:
                assert re.search(rf"\b{item.count} ", item.sentence.what), item.sentence.what
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sentences.fold(shuffled) == groups


def test_every_action_role_and_purpose_of_the_enums_is_covered() -> None:
    """A new member of an enum must bring its words."""
    assert set(sentences._DID) == set(sentences._WANTED) == set(Action)
    assert set(sentences.ROLE_NAMES) >= {role for role in Role if role not in (Role.PERSON, Role.MACHINE)}
    assert {purpose for _, _, purpose, _, _ in EVERY} == set(Purpose)


@pytest.mark.parametrize(
    ("reason", "did", "why"),
    [
        ("D-2026-0147", "a agi à votre demande.", "Vous l’avez demandé."),
        (
            "D-2026-0147 (fermeture de l’espace)",
            "a agi à votre demande.",
            "Dossier D-2026-0147 (fermeture de l’espace).",
        ),
        ("D-2026-0147 (lien d’un parent enregistré)", "a agi sur présentation d’un papier.", "Un papier le permet."),
    ],
)
def test_what_an_operator_did_is_a_sentence_and_its_case_stands_in_why(reason: str, did: str, why: str) -> None:
    told = sentences.sentence(line("operator", "on-behalf", "legal", "operator-on-behalf", reason=reason))
    assert told.what.endswith(did) and told.what[0].isupper() and why in told.why
    assert told.why.endswith(f"Dossier {reason}.")
