"""Who answers for whom and who helps whom: recorded, confided, confirmed, limited, ended, and told in the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hygie.access import actions, ages, families, queries, sentences
from hygie.access.types import Action, Channel, Grant, Level, Paper, Purpose, Relation, Request, TieKind
from hygie.base.errors import Conflict, Invalid, NotFound, Refused
from hygie.record import actions as record
from hygie.record import queries as asked
from hygie.tests.durability.sizes import size
from hygie.tests.kin import FAMILY_RECORD, SECRET, a_parent, at_the_desk, born, confided
from hygie.tests.world import NOW, Person, World, a_report, care, deposited


@pytest.fixture(scope="module")
def world(database: None) -> World:
    return World()


def for_her(
    helper: Person, person: Person, action: Action = Action.LIST, at: datetime = NOW, **more: object
) -> Request:
    return Request(helper.actor, person.id, Purpose.FOR_ANOTHER, action, at, **more)  # type: ignore[arg-type]


def refused(request: Request) -> str:
    try:
        actions.open_record(request)
    except (Refused, NotFound) as why:
        return why.code
    return ""


def test_ten_thousand_births_end_at_the_first_second_of_the_eighteenth_birthday() -> None:
    day = date(1908, 1, 1)
    for number in range(10_000):
        written = (day + timedelta(days=number * 4 + number % 7)).isoformat()
        ends = ages.comes_of_age(written)
        here = ends.astimezone(ages.FRANCE)
        assert (here.hour, here.minute, here.second) == (0, 0, 0)
        year, month, dated = map(int, written.split("-"))
        assert (here.year, here.month, here.day) == (year + 18, month, 28 if (month, dated) == (2, 29) else dated)
        assert ages.is_minor(written, ends - timedelta(microseconds=1)) and not ages.is_minor(written, ends)


@pytest.mark.parametrize(
    ("written", "as_early_as"),
    [("2008", "2008-01-01"), ("2008-00-00", "2008-01-01"), ("2008-05", "2008-05-01"), ("2008-05-00", "2008-05-01"),
     ("2008-02-31", "2008-02-29"), ("2008-13-10", "2008-12-10")],
)  # fmt: skip
def test_what_is_unknown_of_a_birth_is_read_as_early_as_it_may_be(written: str, as_early_as: str) -> None:
    assert ages.comes_of_age(written) == ages.comes_of_age(as_early_as)
    assert not ages.is_minor("inconnue", NOW)


def test_each_parent_opens_her_child_and_no_other_without_the_others_leave(world: World) -> None:
    child, mother, father = (
        world.person("Lina", born=born(15)),
        world.person("Nadia"),
        world.person("Karim", sex="male"),
    )
    paper = a_report()
    sent = deposited(world.labo_seine, child, paper)
    assert refused(for_her(father, child)) == "another-persons-record"
    a_parent(world, child, mother)
    a_parent(world, child, father, Relation.FATHER)
    for parent in (mother, father):
        grant = actions.open_record(for_her(parent, child))
        assert grant.rule == "parent-of-a-minor"
        assert [one.id for one in asked.documents(grant)] == [sent.id]
        assert queries.identity(grant).patient_id == child.id
        assert [one.patient_id for one in queries.helped(parent.actor, at=NOW)] == [child.id]
    stranger = world.person("Hugo", born=born(9))
    assert refused(for_her(mother, stranger)) == "another-persons-record"
    assert refused(replace(for_her(mother, child), purpose=Purpose.SELF)) == "another-persons-record"
    with pytest.raises(Conflict):
        a_parent(world, child, mother)
    with pytest.raises(Invalid):
        a_parent(world, world.person("Adulte", born=born(18)), mother)


def test_at_eighteen_to_the_second_her_parents_are_out(world: World) -> None:
    child, mother = world.person("Chloé", born=born(16)), world.person("Anne")
    a_parent(world, child, mother)
    ends = ages.comes_of_age(child.traits.birth_date)
    assert refused(for_her(mother, child, at=ends - timedelta(seconds=1))) == ""
    assert refused(for_her(mother, child, at=ends)) == "child-of-age"
    assert queries.helped(mother.actor, at=ends) == []


def test_what_is_secret_is_nowhere_for_her_parent_and_all_there_for_her(world: World) -> None:
    child, mother = world.person("Inès", born=born(15)), world.person("Rania")
    a_parent(world, child, mother)
    open_one = deposited(world.labo_seine, child, a_report("Vaccin"))
    secret = deposited(world.labo_seine, child, a_report("Secret", visibility=SECRET))
    hers = deposited(world.labo_seine, child, a_report("Un autre"))
    grant = record.open_to_correct(child.asks(Action.SET_VISIBILITY, object_id=hers.id))
    record.set_visibility(grant, document_id=hers.id, add={"INVISIBLE_REPRESENTANTS_LEGAUX"}, at=NOW)
    seen = actions.open_record(for_her(mother, child))
    assert {one.id for one in asked.documents(seen)} == {open_one.id}
    for one in (secret.id, hers.id):
        with pytest.raises(NotFound):
            asked.document(seen, document_id=one)
    assert {one.id for one in asked.documents(child.opens(Action.LIST))} == {open_one.id, secret.id, hers.id}
    for action in (Action.READ_JOURNAL, Action.SET_ACCESS, Action.SET_VISIBILITY, Action.WITHDRAW, Action.EXPORT):
        assert refused(for_her(mother, child, action)) == "beyond-this-help"


def test_a_help_is_confided_taken_up_once_limited_and_cut_for_the_next_request(world: World) -> None:
    fatou, zoe, other = world.person("Fatou", born="1947-06-15"), world.person("Zoé"), world.person("Ali")
    sent = deposited(world.labo_seine, fatou)
    tie, code = actions.entrust(
        fatou.opens(Action.SET_ACCESS), name="Zoé", relation=Relation.DAUGHTER, level=Level.SEE,
        classes=frozenset({"10"}), at=NOW,
    )  # fmt: skip
    assert queries.help_offered(zoe.actor, code=code, at=NOW).level is Level.SEE
    for who, moment in ((fatou, NOW), (zoe, NOW + timedelta(days=15))):
        with pytest.raises(NotFound):
            actions.accept_help(who.actor, code=code, at=moment)
    assert actions.accept_help(zoe.actor, code=f" {code[:5]}-{code[5:]} ", at=NOW) == fatou.id
    with pytest.raises(NotFound):
        actions.accept_help(other.actor, code=code, at=NOW)
    grant = actions.open_record(for_her(zoe, fatou))
    assert [one.id for one in asked.documents(grant)] == [sent.id]
    assert refused(for_her(zoe, fatou, Action.DEPOSIT)) == "beyond-this-help"
    actions.limit_help(
        fatou.opens(Action.SET_ACCESS), tie_id=tie, level=Level.FILE, classes=frozenset({"31"}), until=None, at=NOW
    )
    assert asked.documents(actions.open_record(for_her(zoe, fatou))) == []
    added = record.add(actor=zoe.actor, patient_id=fatou.id, document=a_report("Ordonnance"), at=NOW)
    assert [one.id for one in asked.documents(actions.open_record(for_her(zoe, fatou)))] == [added.id]
    actions.end_tie(fatou.opens(Action.SET_ACCESS), tie_id=tie, at=NOW)
    assert refused(for_her(zoe, fatou)) == "another-persons-record"
    assert queries.helped(zoe.actor, at=NOW) == []


def test_a_year_without_a_word_rests_until_she_says_yes_again(world: World) -> None:
    fatou, zoe = world.person("Fatou"), world.person("Zoé")
    tie = confided(fatou, zoe)
    later = NOW + timedelta(days=365)
    assert refused(for_her(zoe, fatou, at=later - timedelta(seconds=1))) == ""
    assert refused(for_her(zoe, fatou, at=later)) == "another-persons-record"
    resting = replace(fatou.asks(Action.SET_ACCESS), at=later)
    assert [one.resting for one in queries.helpers(actions.open_record(resting))] == [True]
    actions.confirm_help(actions.open_record(resting), tie_id=tie, at=later)
    assert refused(for_her(zoe, fatou, at=later)) == ""


def test_a_helper_confides_nothing_and_may_give_up(world: World) -> None:
    fatou, zoe = world.person("Fatou"), world.person("Zoé")
    tie = confided(fatou, zoe, level=Level.ACT)
    grant = actions.open_record(for_her(zoe, fatou, Action.READ_IDENTITY))
    for act in (
        lambda: actions.entrust(grant, name="Ali", relation="friend", level=Level.SEE, at=NOW),
        lambda: actions.confirm_help(grant, tie_id=tie, at=NOW),
        lambda: actions.set_emergency(grant, allowed=False, hidden=False, at=NOW),
        lambda: queries.settings(grant),
        lambda: queries.helpers(grant),
    ):
        with pytest.raises(Refused):
            act()
    actions.end_tie(grant, tie_id=tie, at=NOW)
    assert refused(for_her(zoe, fatou)) == "another-persons-record"


def test_a_parent_is_not_cut_by_the_child_nor_by_herself(world: World) -> None:
    child, mother = world.person("Sami", born=born(12)), world.person("Nadia")
    tie = a_parent(world, child, mother)
    for grant in (child.opens(Action.SET_ACCESS), actions.open_record(for_her(mother, child))):
        with pytest.raises(Refused):
            actions.end_tie(grant, tie_id=tie, at=NOW)
    actions.end_tie(at_the_desk(world, child), tie_id=tie, at=NOW)
    assert refused(for_her(mother, child)) == "another-persons-record"


def test_a_decision_of_justice_closes_what_carries_places_and_times_to_the_one_it_names(world: World) -> None:
    child, mother, father = world.person("Léo", born=born(7)), world.person("Nadia"), world.person("Karim", sex="male")
    for parent in (mother, father):
        a_parent(world, child, parent)
    sent = deposited(world.labo_seine, child)
    order = Paper("Ordonnance de protection du 3 novembre 2026", b"%PDF-1.4 ordonnance")
    actions.protect(at_the_desk(world, child), helper_id=father.id, protected=True, paper=order, at=NOW)
    assert asked.documents(actions.open_record(for_her(father, child))) == []
    assert [one.id for one in asked.documents(actions.open_record(for_her(mother, child)))] == [sent.id]


def test_a_protection_outlives_the_tie_that_ends_and_is_recorded_again_until_it_is_lifted(world: World) -> None:
    child, other, father = world.person("Léo", born=born(7)), world.person("Inès", born=born(9)), world.person("Karim")
    tie, order = a_parent(world, child, father), Paper("Ordonnance de protection du 3 novembre 2026")
    a_parent(world, other, father)
    for one in (child, other):
        deposited(world.labo_seine, one)

    def kept_from() -> bool:
        return asked.documents(actions.open_record(for_her(father, child))) == []

    def protect(protected: bool) -> None:
        actions.protect(at_the_desk(world, child), helper_id=father.id, protected=protected, paper=order, at=NOW)

    protect(True)
    actions.end_tie(at_the_desk(world, child), tie_id=tie, at=NOW)
    assert queries.protected_from(at_the_desk(world, child), helper_id=father.id)
    again = a_parent(world, child, father, Relation.FATHER)
    assert kept_from()
    assert asked.documents(actions.open_record(for_her(father, other))), "of her alone, not of his other child"
    assert not queries.protected_from(at_the_desk(world, other), helper_id=father.id)
    protect(False)
    assert not kept_from()
    actions.end_tie(at_the_desk(world, child), tie_id=again, at=NOW)
    protect(True)  # decided while nothing binds them: it waits for the day something does
    a_parent(world, child, father, Relation.FATHER)
    assert kept_from()
    protect(False)
    with pytest.raises(Refused):
        queries.protected_from(child.opens(Action.SET_ACCESS), helper_id=father.id)
    with pytest.raises(NotFound):  # right role, wrong patient: nothing ever bound these two
        actions.protect(at_the_desk(world, child), helper_id=other.id, protected=True, paper=order, at=NOW)


def test_a_judgment_makes_a_guardian_and_the_paper_is_kept(world: World) -> None:
    adult, guardian = world.person("Marcel", born="1941-10-05", sex="male"), world.person("Odile")
    judgment = Paper("Jugement de tutelle du 3 mars 2026", b"%PDF-1.4 jugement")
    actions.record_tie(
        at_the_desk(world, adult), helper_id=guardian.id, kind=TieKind.GUARDIAN, relation=Relation.GUARDIAN,
        paper=judgment, at=NOW,
    )  # fmt: skip
    assert actions.open_record(for_her(guardian, adult, Action.DECLARE)).rule == "named-by-a-judgment"
    [known] = queries.helpers(adult.opens(Action.SET_ACCESS))
    assert (known.paper, known.tie.kind) == (judgment.words, TieKind.GUARDIAN)


def test_a_help_prepared_in_advance_waits_for_a_doctor_and_a_relative(world: World) -> None:
    fatou, zoe, ali = world.person("Fatou"), world.person("Zoé"), world.person("Ali", sex="male")
    world.lets_in(fatou, world.dr_diallo)
    confided(fatou, ali, name="Ali", relation=Relation.SON)
    tie = confided(fatou, zoe, level=Level.ACT, condition="doctor-and-relative")
    assert refused(for_her(zoe, fatou)) == "another-persons-record"
    doctor = actions.open_record(care(world.dr_diallo, fatou, Action.READ_IDENTITY))
    [waiting] = queries.awaiting(doctor)
    assert (waiting.tie, waiting.asked, waiting.last) == (tie, True, False)
    assert actions.attest(doctor, tie_id=tie, at=NOW) is False
    [waiting] = queries.awaiting(doctor)
    assert (waiting.said, waiting.asked, waiting.doctors, waiting.relatives) == (True, False, 0, 1)
    assert actions.attest(doctor, tie_id=tie, at=NOW) is False, "one doctor twice is one doctor"
    assert refused(for_her(zoe, fatou)) == "another-persons-record"
    paul = world.person("Paul", sex="male")  # a helper at a desk is no relative
    confided(fatou, paul, kind=TieKind.DESK, relation=Relation.PROFESSIONAL, until=NOW + timedelta(hours=1))
    at_a_desk = actions.open_record(for_her(paul, fatou, Action.READ_IDENTITY))
    assert queries.awaiting(at_a_desk) == ()
    with pytest.raises(Refused):
        actions.attest(at_a_desk, tie_id=tie, at=NOW)
    brother = actions.open_record(for_her(ali, fatou, Action.READ_IDENTITY))
    assert [one.last for one in queries.awaiting(brother)] == [True]
    assert actions.attest(brother, tie_id=tie, at=NOW) is True
    assert refused(for_her(zoe, fatou, Action.DECLARE)) == ""


def test_a_doctors_word_is_not_asked_where_she_chose_two_of_her_relatives(world: World) -> None:
    fatou, zoe = world.person("Fatou"), world.person("Zoé")
    world.lets_in(fatou, world.dr_diallo)
    tie = confided(fatou, zoe, condition="two-witnesses")
    doctor = actions.open_record(care(world.dr_diallo, fatou, Action.READ_IDENTITY))
    [waiting] = queries.awaiting(doctor)
    assert (waiting.asked, waiting.said, waiting.doctors, waiting.relatives) == (False, False, 0, 2)
    with pytest.raises(Refused):
        actions.attest(doctor, tie_id=tie, at=NOW)


def promised_to(helper: Person, at: datetime = NOW) -> list[UUID]:
    return [one.tie for one in queries.promised(helper.actor, at=at)]


def test_who_accepted_a_help_for_later_is_told_again_what_the_offer_said_and_nothing_since(world: World) -> None:
    fatou, zoe, ali = world.person("Fatou"), world.person("Zoé"), world.person("Ali", sex="male")
    until = NOW + timedelta(days=900)
    tie = confided(
        fatou, zoe, level=Level.ACT, classes=frozenset({"10"}), until=until, condition="two-witnesses"
    )  # fmt: skip
    [told] = queries.promised(zoe.actor, at=NOW)
    assert (told.tie, told.level, told.classes, told.until) == (tie, Level.ACT, frozenset({"10"}), until)
    assert (told.name, told.condition) == (queries.identity(fatou.opens(Action.READ)).display_name, "two-witnesses")
    actions.limit_help(
        fatou.opens(Action.SET_ACCESS), tie_id=tie, level=Level.SEE, classes=frozenset({"31"}), until=until, at=NOW
    )
    assert queries.promised(zoe.actor, at=NOW) == (told,)
    assert promised_to(ali) == promised_to(fatou) == []
    assert promised_to(zoe, at=until) == []
    for other in (world.dr_diallo, world.operator):
        with pytest.raises(Refused):
            queries.promised(other, at=NOW)
    assert refused(for_her(zoe, fatou)) == "another-persons-record"
    assert families.reached(zoe.actor, at=NOW) == []


def test_a_help_for_later_that_is_ended_or_begun_is_promised_no_more(world: World) -> None:
    fatou, zoe = world.person("Fatou"), world.person("Zoé")
    witnesses = [world.person("Ali", sex="male"), world.person("Odile")]
    for one in witnesses:
        confided(fatou, one)
    stopped = confided(fatou, zoe, condition="two-witnesses")
    actions.end_tie(fatou.opens(Action.SET_ACCESS), tie_id=stopped, at=NOW)
    assert promised_to(zoe) == []
    confided(fatou, zoe, condition="two-witnesses")
    actions.end_ties(at_the_desk(world, fatou), helper_id=zoe.id, at=NOW)
    assert promised_to(zoe) == []
    tie = confided(fatou, zoe, condition="two-witnesses")
    for one, left in zip(witnesses, ([tie], []), strict=True):
        actions.attest(actions.open_record(for_her(one, fatou, Action.READ_IDENTITY)), tie_id=tie, at=NOW)
        assert promised_to(zoe) == left
    assert refused(for_her(zoe, fatou)) == ""
    with pytest.raises(NotFound):
        actions.give_help_back(zoe.actor, tie_id=tie, at=NOW)


def test_a_help_for_later_is_given_up_by_who_accepted_it_and_by_nobody_else(world: World) -> None:
    fatou, zoe, ali = world.person("Fatou"), world.person("Zoé"), world.person("Ali", sex="male")
    other, witness = world.person("Hugo"), world.person("Odile")
    confided(fatou, witness)
    tie, his = confided(fatou, zoe, condition="two-witnesses"), confided(other, ali, condition="two-witnesses")
    for wrong in (ali, fatou, witness):  # right role, wrong patient: Ali accepted such a help of somebody else
        with pytest.raises(NotFound):
            actions.give_help_back(wrong.actor, tie_id=tie, at=NOW)
    with pytest.raises(Refused):
        actions.give_help_back(world.dr_diallo, tie_id=tie, at=NOW)
    assert (promised_to(zoe), promised_to(ali)) == ([tie], [his])
    actions.give_help_back(zoe.actor, tie_id=tie, at=NOW)
    assert (promised_to(zoe), promised_to(ali)) == ([], [his])
    assert tie not in [one.tie.id for one in queries.helpers(fatou.opens(Action.SET_ACCESS))]
    with pytest.raises(NotFound):  # nobody begins it any more
        actions.attest(actions.open_record(for_her(witness, fatou, Action.READ_IDENTITY)), tie_id=tie, at=NOW)
    with pytest.raises(NotFound):
        actions.give_help_back(zoe.actor, tie_id=tie, at=NOW)


def test_her_journal_names_who_came_for_her_and_by_what_right(world: World) -> None:
    fatou, zoe = world.person("Fatou"), world.person("Zoé")
    zoe.actor = replace(zoe.actor, name="Zoé Martin")
    confided(fatou, zoe)
    actions.open_record(for_her(zoe, fatou, channel=Channel.LIST))
    actions_before = queries.journal(fatou.opens(Action.READ_JOURNAL))
    line = next(one for one in actions_before if one.purpose == "for-another" and one.allowed)
    told = sentences.sentence(line)
    assert told.what == "Zoé Martin, votre fille a regardé la liste de vos documents."
    assert told.why == "Au titre de l’aide que vous lui avez confiée."


def test_nobody_but_an_operator_under_a_case_number_records_a_parent(world: World) -> None:
    child, mother = world.person("Lou", born=born(3)), world.person("Nadia")
    grants = [child.opens(Action.SET_ACCESS), mother.opens(Action.SET_ACCESS)]
    for grant in grants:
        with pytest.raises(Refused):
            actions.record_tie(
                grant, helper_id=mother.id, kind=TieKind.PARENT, relation="mother", paper=FAMILY_RECORD, at=NOW
            )


class Ties(RuleBasedStateMachine):
    """Any order of confiding, taking up, limiting, confirming, ending, ageing: who may open is what a small model says."""

    world: World

    @initialize(years=st.integers(15, 17))
    def begin(self, years: int) -> None:
        self.now = NOW
        self.person = self.world.person("Chloé", born=born(years, days=300))
        self.ends = ages.comes_of_age(self.person.traits.birth_date)
        self.people = [self.world.person("Nadia"), self.world.person("Karim", sex="male")]
        self.parent: dict[int, UUID] = {}
        self.help: dict[int, tuple[UUID, datetime, datetime | None]] = {}

    def own(self) -> Grant:
        return actions.open_record(replace(self.person.asks(Action.SET_ACCESS), at=self.now))

    @rule(who=st.integers(0, 1))
    def record_a_parent(self, who: int) -> None:
        if who in self.parent:
            return
        try:
            grant = at_the_desk(self.world, self.person)
            self.parent[who] = actions.record_tie(
                grant, helper_id=self.people[who].id, kind=TieKind.PARENT, relation="mother", paper=FAMILY_RECORD,
                at=self.now,
            )  # fmt: skip
        except Invalid:
            assert self.now >= self.ends

    @rule(who=st.integers(0, 1), days=st.none() | st.integers(1, 500))
    def confide(self, who: int, days: int | None) -> None:
        until = None if days is None else self.now + timedelta(days=days)
        tie, code = actions.entrust(
            self.own(), name="Lui", relation="friend", level=Level.SEE, until=until, at=self.now
        )  # fmt: skip
        try:
            actions.accept_help(self.people[who].actor, code=code, at=self.now)
            self.help[who] = tie, self.now, until
        except Conflict:
            assert who in self.help

    @rule(who=st.integers(0, 1))
    def end(self, who: int) -> None:
        if who in self.help:
            actions.end_tie(self.own(), tie_id=self.help.pop(who)[0], at=self.now)

    @rule(who=st.integers(0, 1))
    def take_a_parent_away(self, who: int) -> None:
        if who in self.parent:
            actions.end_tie(at_the_desk(self.world, self.person), tie_id=self.parent.pop(who), at=self.now)

    @rule(who=st.integers(0, 1))
    def confirm(self, who: int) -> None:
        if who in self.help:
            tie, _, until = self.help[who]
            actions.confirm_help(self.own(), tie_id=tie, at=self.now)
            self.help[who] = tie, self.now, until

    @rule(days=st.sampled_from([1, 64, 65, 66, 200, 365]))
    def grow_older(self, days: int) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def the_door_agrees_with_the_model(self) -> None:
        for who, one in enumerate(getattr(self, "people", ())):
            helps = False
            if who in self.help:
                _, said, until = self.help[who]
                helps = self.now < said + timedelta(days=365) and (until is None or self.now < until)
            parent = who in self.parent and self.now < self.ends
            code = refused(for_her(one, self.person, at=self.now))
            assert (code == "") == (helps or parent), code
            assert refused(for_her(one, self.person, Action.SET_ACCESS, at=self.now)) != ""


def test_in_any_order_who_may_come_is_who_was_let_in_today(world: World) -> None:
    Ties.world = world
    run_state_machine_as_test(
        Ties, settings=settings(max_examples=size(8, 300), stateful_step_count=12, deadline=None, database=None)
    )


def test_ties_are_behind_the_wall(world: World) -> None:
    fatou, zoe = world.person("Fatou"), world.person("Zoé")
    confided(fatou, zoe)
    from hygie.base.sql import cursor

    assert cursor().execute("SELECT count(*) FROM access_tie").fetchone() == (0,)
    assert families.reached(zoe.actor, at=NOW) == [fatou.id]
