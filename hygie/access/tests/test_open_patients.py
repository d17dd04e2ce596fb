"""What a professional may know of the records open to her, before she opens one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hygie.access import actions, queries
from hygie.access.types import Action, Channel, Purpose, Request
from hygie.base.errors import Refused
from hygie.people.types import Actor
from hygie.tests.world import NOW, Person, World, care

REASON = "Patiente inconsciente, admise aux urgences ce matin"


def _open_to(actor: Actor) -> list[object]:
    return [one.patient_id for one in queries.open_patients(actor, at=NOW)]


def _lines(person: Person) -> int:
    return len(queries.journal(person.opens(Action.READ_JOURNAL)))


def test_her_doctor_has_her_in_his_list_and_another_doctor_has_not(world: World) -> None:
    assert world.amina.id in _open_to(world.dr_diallo)
    assert _open_to(world.dr_roux) == []
    assert _open_to(world.labo_seine) == []


def test_right_role_wrong_patient(world: World) -> None:
    assert world.amina.id in _open_to(world.dr_diallo)
    assert world.zoe.id not in _open_to(world.dr_diallo)


def test_whom_a_structure_lets_in_is_in_the_list_of_its_staff(world: World) -> None:
    grant = world.zoe.opens(Action.SET_ACCESS)
    actions.set_care_team_consent(grant, given=True, at=NOW)
    actions.add_to_circle(grant, organisation_id=world.practice.id, at=NOW, until=NOW + timedelta(days=3))
    [found] = [one for one in queries.open_patients(world.dr_diallo, at=NOW) if one.patient_id == world.zoe.id]
    assert (found.until, found.last_visit) == (NOW + timedelta(days=3), None)
    way = queries.way_in(actions.open_record(care(world.dr_diallo, world.zoe)))
    assert (way.kind, way.until) == ("organisation", NOW + timedelta(days=3))


@pytest.mark.parametrize("change", ["consent", "block", "member"])
def test_what_would_be_refused_is_not_in_the_list_and_looking_writes_nothing(world: World, change: str) -> None:
    grant = world.amina.opens(Action.SET_ACCESS)
    if change == "consent":
        actions.set_care_team_consent(grant, given=False, at=NOW)
    elif change == "block":
        actions.block(grant, organisation_id=world.practice.id, at=NOW)
    else:
        actions.remove_from_circle(grant, member_id=queries.settings(grant).circle[0].id, at=NOW)
    before = _lines(world.amina)
    assert world.amina.id not in _open_to(world.dr_diallo)
    assert _lines(world.amina) == before + 1  # the journal she has just read


def test_the_list_says_when_one_came_last_and_new_ones_come_first(world: World) -> None:
    world.lets_in(world.zoe, world.dr_diallo)
    at = NOW - timedelta(days=2)
    actions.open_record(replace(care(world.dr_diallo, world.amina, channel=Channel.LIST), at=at))
    found = {one.patient_id: one.last_visit for one in queries.open_patients(world.dr_diallo, at=NOW)}
    assert found == {world.zoe.id: None, world.amina.id: at}
    assert list(found) == [world.zoe.id, world.amina.id]


def test_a_running_emergency_is_in_the_list_as_such_and_ends(world: World) -> None:
    asked = Request(actor=world.dr_roux, patient_id=world.amina.id, purpose=Purpose.EMERGENCY, action=Action.LIST,
                    at=NOW, reason=REASON)  # fmt: skip
    grant = actions.open_record(asked)
    [found] = queries.open_patients(world.dr_roux, at=NOW)
    assert (found.patient_id, found.emergency_until) == (world.amina.id, NOW + timedelta(hours=24))
    assert queries.way_in(grant).until == found.emergency_until
    assert queries.open_patients(world.dr_roux, at=NOW + timedelta(hours=25)) == []


def test_many_open_together_and_each_has_its_line(world: World) -> None:
    world.lets_in(world.zoe, world.dr_diallo)
    nobody = world.person("Inès", "Kaci")
    asked = [care(world.dr_diallo, one, Action.READ_IDENTITY) for one in (world.amina, world.zoe, nobody)]
    grants = actions.open_for_list(asked)
    names = queries.identities(grants)
    assert {one.traits for one in names.values()} == {world.amina.traits, world.zoe.traits}
    for one, allowed in ((world.amina, True), (world.zoe, True), (nobody, False)):
        line = queries.journal(one.opens(Action.READ_JOURNAL))[1]
        assert (line.action, line.allowed) == ("read-identity", allowed)


def test_an_operator_learns_which_traits_agree_and_never_what_they_are(world: World) -> None:
    review = Request(
        actor=world.operator, patient_id=world.amina.id, purpose=Purpose.LEGAL, action=Action.REVIEW, at=NOW
    )
    said = replace(world.amina.traits, birth_date="1988-04-05", birth_place=None)
    found = queries.compare(actions.open_record(review), ins=world.amina.ins, traits=said)
    assert found == {
        "ins": True, "former_ins": None, "birth_family": True, "given_names": True, "birth_date": False, "sex": True,
        "birth_place": None,
    }  # fmt: skip
    with pytest.raises(Refused):
        queries.compare(actions.open_record(care(world.dr_diallo, world.amina)), ins=world.amina.ins, traits=said)
    with pytest.raises(Refused):
        queries.identity(actions.open_record(review))


def test_the_matrix_says_it_is_an_approximation(world: World) -> None:
    assert queries.is_approximate(world.dr_diallo, "11502-2")
    assert "11502-2" in queries.writable(world.dr_diallo) and not queries.writable(world.amina.actor)
