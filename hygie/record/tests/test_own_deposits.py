"""A depositor knows her own deposits, whatever the person shows her; and nothing else of that record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hygie.access import actions as access
from hygie.access.types import Action, Purpose, Request
from hygie.base.errors import NotFound, Refused
from hygie.people.types import Actor
from hygie.record import actions as record
from hygie.record import queries
from hygie.tests.world import NOW, Person, World, a_report, deposited


def _own(actor: Actor, person: Person, action: Action = Action.LIST, **more: object) -> Request:
    return Request(actor=actor, patient_id=person.id, purpose=Purpose.DEPOSIT, action=action, at=NOW, **more)  # type: ignore[arg-type]


def test_a_doctor_who_is_not_hers_sees_what_he_deposited_and_nothing_more(world: World) -> None:
    deposited(world.labo_seine, world.amina, a_report("Bilan"))
    mine = record.add(
        actor=world.dr_roux, patient_id=world.amina.id, document=a_report("Avis"), at=NOW, source="workspace"
    )
    grant = access.open_record(_own(world.dr_roux, world.amina))
    assert [one.id for one in queries.documents(grant)] == [mine.id]
    read = access.open_record(_own(world.dr_roux, world.amina, Action.READ, object_id=mine.id))
    assert queries.content(read, document_id=mine.id).data
    forged = replace(grant, scope=replace(grant.scope, classes=None))
    assert [one.id for one in queries.documents(forged)] == [mine.id]  # the wall alone says the same


def test_right_depositor_wrong_patient(world: World) -> None:
    record.add(actor=world.dr_roux, patient_id=world.amina.id, document=a_report(), at=NOW, source="workspace")
    assert queries.documents(access.open_record(_own(world.dr_roux, world.zoe))) == []


def test_a_laboratory_takes_back_its_own_and_no_other(world: World) -> None:
    receipt = deposited(world.labo_seine, world.amina)
    grant = record.open_to_correct(_own(world.labo_seine, world.amina, Action.WITHDRAW, object_id=receipt.id))
    assert record.withdraw(grant, document_id=receipt.id, at=NOW).status == "entered-in-error"
    other = world.software("Autre labo", "laboratory")
    kept = deposited(other, world.amina)
    with pytest.raises(NotFound):
        record.open_to_correct(_own(world.labo_seine, world.amina, Action.WITHDRAW, object_id=kept.id))


def test_a_professional_finds_her_deposits_again_and_only_hers(world: World) -> None:
    mine = record.add(actor=world.dr_roux, patient_id=world.amina.id, document=a_report(), at=NOW, source="workspace")
    deposited(world.labo_seine, world.amina)
    assert [(one.patient_id, one.document_id) for one in queries.my_deposits(world.dr_roux)] == [
        (world.amina.id, mine.id)
    ]
    assert queries.my_deposits(world.dr_diallo) == []
    with pytest.raises(Refused):
        queries.my_deposits(world.amina.actor)
