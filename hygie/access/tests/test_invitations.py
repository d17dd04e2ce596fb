"""Invitations: a code and a birth date, five tries, one use; and what a refusal leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hygie.access import actions, invitations, queries
from hygie.access.gate import set_scope
from hygie.access.models import Record
from hygie.access.types import Action, Invited, Purpose, RecordState, Request, Welcomed
from hygie.base.errors import Conflict, NotFound, Refused
from hygie.base.sql import cursor
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import Actor, AuthLevel
from hygie.tests.durability.sizes import size
from hygie.tests.world import NOW, Person, World, care

BORN = date(1988, 5, 4)


def made(by: Actor, person: Person, way: str = "hand") -> Invited:
    return actions.invite(actions.open_record(care(by, person, Action.FIND)), way=way, name="Inès M.", at=NOW)


def brought(code: str, born: date = BORN, *, origin: str | None = None, later: timedelta = timedelta()) -> Welcomed:
    return actions.redeem_invitation(code=code, born=born, origin=origin or uuid4().hex, at=NOW + later)


def refused(code: str, born: date = BORN, **more: object) -> tuple[str, str]:
    with pytest.raises(Refused) as told:
        brought(code, born, **more)  # type: ignore[arg-type]
    return told.value.code, told.value.public


def herself(person: Person) -> Actor:
    account = people.open_account(patient_id=person.id, at=NOW)
    return known.actor_of_account(account, None, auth=AuthLevel.SINGLE)


def test_a_code_and_a_birth_date_open_a_sleeping_space_once(world: World) -> None:
    ines = world.person("Inès", state=RecordState.SLEEPING)
    sheet = made(world.dr_diallo, ines)
    spoken = f"{sheet.code[:4]} {sheet.code[4:8]} {sheet.code[8:]}"
    found = brought(spoken)
    assert (found.patient_id, found.state, found.maker) == (ines.id, "live", world.dr_diallo.name)
    assert actions.accept_invitation(found.id, actor=herself(ines), consent=True, at=NOW) is AuthLevel.STRONG
    settings = queries.settings(ines.opens(Action.SET_ACCESS))
    assert (settings.state, settings.care_team_consent) == (RecordState.OPEN, True)
    assert brought(sheet.code).state == "used"
    with pytest.raises(Refused):
        actions.accept_invitation(found.id, actor=herself(ines), at=NOW)
    assert [one.state for one in queries.invitations_sent(world.dr_diallo, at=NOW)] == ["used"]


def test_five_wrong_birth_dates_end_a_code_and_every_wrong_answer_is_the_same(world: World) -> None:
    ines = world.person("Inès", state=RecordState.SLEEPING)
    sheet = made(world.dr_diallo, ines)
    told = {refused(sheet.code, date(1990, 1, day)) for day in range(1, 6)}
    told.add(refused(sheet.code))  # now right, and too late
    told.add(refused("000000000000"))
    assert len(told) == 1
    assert queries.invitations_sent(world.dr_diallo, at=NOW)[0].state == "blocked"


def test_guesses_from_one_place_are_limited(world: World) -> None:
    place = uuid4().hex
    told = [refused(f"{number:012d}", origin=place)[0] for number in range(31)]
    assert set(told[:30]) == {"invitation-wrong"} and told[30] == "invitation-budget"
    assert refused("000000000000")[0] == "invitation-wrong"  # from elsewhere one may still try


def test_an_expired_code_loses_nothing_and_its_maker_is_told(world: World) -> None:
    ines = world.person("Inès", state=RecordState.SLEEPING)
    sheet = made(world.dr_diallo, ines)
    later = timedelta(days=31)
    found = brought(sheet.code, later=later)
    assert found.state == "expired"
    with pytest.raises(Refused):
        actions.accept_invitation(found.id, actor=herself(ines), at=NOW + later)
    actions.want_another_invitation(found.id, at=NOW + later)
    [asked] = queries.invitations_sent(world.dr_diallo, at=NOW + later)
    assert (asked.state, asked.name) == ("wanted", "Inès M.")
    again = made(world.dr_diallo, ines)
    assert brought(again.code).state == "live" and refused(sheet.code)[0] == "invitation-wrong"


def test_a_code_for_one_person_opens_no_other_space(world: World) -> None:
    ines, zoe = world.person("Inès", state=RecordState.SLEEPING), world.person("Zoé", state=RecordState.SLEEPING)
    found = brought(made(world.dr_diallo, ines).code)
    with pytest.raises(Refused):
        actions.accept_invitation(found.id, actor=herself(zoe), at=NOW)
    with pytest.raises(NotFound):
        actions.decline_invitation(found.id, actor=world.dr_diallo, reason="", at=NOW)
    with pytest.raises(NotFound):
        queries.invitation_sent(world.dr_roux, found.id)


def test_who_does_not_check_identities_invites_nobody(world: World) -> None:
    ines = world.person("Inès", state=RecordState.SLEEPING)
    nurse = world.doctor("Petit", world.practice, profession="60")
    with pytest.raises(Refused):
        made(nurse, ines)
    with pytest.raises(Refused):  # a letter is the operator's, under a case number
        made(world.dr_diallo, ines, way="letter")
    acting = Request(
        actor=world.operator, patient_id=ines.id, purpose=Purpose.LEGAL, action=Action.ON_BEHALF, at=NOW, reason="D-26"
    )
    letter = actions.invite(actions.open_record(acting), way="letter", name="Inès M.", at=NOW)
    found = brought(letter.code)
    assert actions.accept_invitation(found.id, actor=herself(ines), at=NOW) is AuthLevel.SINGLE


def test_nobody_makes_codes_by_the_hundred(world: World) -> None:
    ines = world.person("Inès", state=RecordState.SLEEPING)
    grant = actions.open_record(care(world.dr_diallo, ines, Action.FIND))
    for _ in range(invitations.PER_DAY):
        actions.invite(grant, way="hand", name="Inès", at=NOW)
    with pytest.raises(Refused, match="beaucoup d’invitations"):
        actions.invite(grant, way="hand", name="Inès", at=NOW)
    actions.invite(grant, way="hand", name="Inès", at=NOW + timedelta(days=1, minutes=1))


def test_a_refusal_is_counted_and_may_be_taken_back_with_the_same_code(world: World) -> None:
    ines, reason = world.person("Inès", state=RecordState.SLEEPING), uuid4().hex
    found = brought(made(world.dr_diallo, ines).code)
    actions.decline_invitation(found.id, actor=herself(ines), reason=reason, at=NOW)
    with pytest.raises(NotFound):
        actions.open_record(care(world.dr_diallo, ines, Action.FIND))
    assert [one.count for one in queries.refusals(world.operator) if one.reason == reason] == [1]
    with pytest.raises(Refused):
        queries.refusals(world.dr_diallo)
    actions.accept_invitation(found.id, actor=herself(ines), at=NOW)
    assert queries.settings(ines.opens(Action.SET_ACCESS)).state is RecordState.OPEN


def test_a_space_in_use_is_not_entered_by_an_invitation(world: World) -> None:
    found = brought(made(world.dr_diallo, world.amina).code)
    assert found.state == "open"
    with pytest.raises(Conflict):
        actions.accept_invitation(found.id, actor=herself(world.amina), at=NOW)


def test_an_announced_space_receives_nothing_then_sleeps_by_itself(world: World) -> None:
    ines = world.person("Inès", state=RecordState.ANNOUNCED)
    grant = ines.opens(Action.SET_ACCESS)
    opens = NOW + timedelta(days=42)
    deposit = Request(
        actor=world.labo_seine, patient_id=ines.id, purpose=Purpose.DEPOSIT, action=Action.DEPOSIT, at=NOW
    )

    def dated(day: object) -> None:
        with transaction.atomic():
            set_scope(cursor(), gate="{" + str(ines.id) + "}")
            Record.objects.filter(patient_id=ines.id).update(opens=day)

    dated(opens)
    with pytest.raises(NotFound):
        actions.open_record(deposit)
    dated(NOW - timedelta(minutes=1))
    assert actions.open_record(deposit).rule == "software-deposit"
    assert queries.settings(grant).state is RecordState.SLEEPING


class Opening(RuleBasedStateMachine):
    """One person's space and the codes made for it, in any order: the door agrees with a small model.

    Never is it open without a code that was good at that moment, with her birth date, and never twice by the same.
    """

    def __init__(self) -> None:
        super().__init__()
        self.world, self.later = World(), timedelta()
        self.ines = self.world.person("Inès", state=RecordState.SLEEPING)
        self.actor = herself(self.ines)
        self.state, self.codes = RecordState.SLEEPING, dict[str, list[object]]()  # code: [until, tries, how it ended]
        self.found: list[Welcomed] = []

    @rule()
    def a_doctor_invites(self) -> None:
        if self.state is RecordState.OPPOSED:
            return
        grant = actions.open_record(replace(care(self.world.dr_diallo, self.ines, Action.FIND), at=NOW + self.later))
        made = actions.invite(grant, way="hand", name="Inès", at=NOW + self.later)
        for one in self.codes.values():
            one[2] = one[2] or "replaced"
        self.codes[made.code] = [made.until, 0, ""]

    @rule(days=st.integers(1, 20))
    def days_pass(self, days: int) -> None:
        self.later += timedelta(days=days)

    @rule(which=st.integers(0, 3), right=st.booleans())
    def somebody_tries(self, which: int, right: bool) -> None:
        if which >= len(self.codes):
            return
        code = list(self.codes)[which]
        one = self.codes[code]
        alive = one[2] in ("", "used") and one[1] < 5  # type: ignore[operator]
        if right and alive:
            found = brought(code, later=self.later)
            over = "used" if one[2] == "used" else "expired" if one[0] <= NOW + self.later else ""  # type: ignore[operator]
            assert found.state == (over or ("open" if self.state is RecordState.OPEN else "live"))
            self.found.append(found)
        else:
            refused(code, BORN if right else date(1990, 1, 1), later=self.later)
            one[1] += 0 if right else 1  # type: ignore[operator]

    @rule(which=st.integers(0, 5), yes=st.booleans())
    def she_decides(self, which: int, yes: bool) -> None:
        if which >= len(self.found):
            return
        one, before = self.found[which], self.state
        try:
            if yes:
                actions.accept_invitation(one.id, actor=self.actor, at=NOW + self.later)
            else:
                actions.decline_invitation(one.id, actor=self.actor, reason="", at=NOW + self.later)
        except (Refused, Conflict):
            return
        assert before is not RecordState.OPEN
        good = [code for code, (until, tries, end) in self.codes.items()
                if not end and tries < 5 and until > NOW + self.later]  # type: ignore[operator]  # fmt: skip
        assert len(good) == 1
        self.state = RecordState.OPEN if yes else RecordState.OPPOSED
        if yes:
            self.codes[good[0]][2] = "used"

    @invariant()
    def the_space_is_what_the_model_says(self) -> None:
        assert queries.settings(self.ines.opens(Action.SET_ACCESS)).state is self.state


class TestOpening(Opening.TestCase):
    settings = settings(max_examples=size(8, 200), stateful_step_count=12, deadline=None)
