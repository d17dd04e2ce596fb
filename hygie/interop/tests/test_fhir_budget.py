"""A matricule alone may be guessed: whoever looks for people that way and finds nobody may do it so often, and no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from django.utils import timezone

from hygie.base import beat
from hygie.interop.tests.clients import Software, doctor_s_software
from hygie.interop.tests.test_cds_hooks import Cabinet
from hygie.people import queries as people
from hygie.people.types import Actor
from hygie.tests.world import World

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _no_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beat, "BEAT", 0)  # how long an answer takes is timed elsewhere


def three_left(world: World, of: Actor) -> None:
    """Of the sixty that his structure may miss in an hour."""
    world.searched_in_vain(of, 57, at=timezone.now() - timedelta(minutes=1))


def nobody(world: World, software: Software, kind: str = "DocumentReference") -> Any:
    ins = world.matricule("1979-11-02", "female")
    asked = f"status=current&code=submissionset&patient.identifier=urn:oid:{ins.oid}|{ins.matricule}"
    asked = asked if kind == "List" else asked.replace("code=submissionset&", "")
    return software.call("POST", f"/fhir/{kind}/_search", asked.encode(), kind=FORM)


def by_number(software: Software, patient_id: UUID) -> Any:
    asked = f"status=current&patient={patient_id.hex}".encode()
    return software.call("POST", "/fhir/DocumentReference/_search", asked, kind=FORM)


def waits(answer: Any) -> None:
    told = orjson.loads(answer.content)
    assert (answer.status_code, told["resourceType"]) == (429, "OperationOutcome"), told
    assert told["issue"][0]["code"] == "throttled"
    assert "votre structure" in orjson.dumps(told).decode()
    assert 0 < int(answer["Retry-After"]) <= 3660


def test_nobody_and_somebody_who_is_not_his_count_alike_and_then_his_structure_learns_nothing(world: World) -> None:
    three_left(world, world.dr_roux)
    software = doctor_s_software(world, world.dr_roux)
    assert nobody(world, software).status_code == 404
    assert software.find(world.amina).status_code == 404  # right role, wrong patient
    assert software.find(world.amina, "List", code="submissionset").status_code == 404
    for person in (world.amina, world.zoe):
        waits(software.find(person))
    waits(nobody(world, software))
    waits(nobody(world, software, "List"))
    another = Software(world, "Autre logiciel", organisation_id=world.dr_roux.organisation_id)
    waits(another.find(world.amina))  # the budget is the structure's
    assert doctor_s_software(world, world.dr_diallo).find(world.amina).status_code == 200


@pytest.mark.parametrize("whom", ["nobody", "somebody"])
def test_a_laboratory_that_sent_her_nothing_counts_the_same_whether_she_exists(world: World, whom: str) -> None:
    labo = Software(world)
    labo.publish(world.zoe)
    three_left(world, labo.actor)
    for _ in range(3):
        told = nobody(world, labo) if whom == "nobody" else labo.find(world.amina)
        assert (told.status_code, orjson.loads(told.content)["total"]) == (200, 0)
    waits(labo.find(world.zoe))
    assert labo.publish(world.amina).status_code == 201  # what it deposits never waits


def test_what_finds_and_what_is_asked_by_a_space_s_own_number_cost_nothing(world: World) -> None:
    three_left(world, world.dr_diallo)
    software = doctor_s_software(world, world.dr_diallo)
    for _ in range(4):
        assert software.find(world.amina).status_code == 200
        assert software.find(world.amina, type="11502-2").status_code == 200  # hers, and nothing of this type
        assert by_number(software, uuid4()).status_code == 404
    assert [nobody(world, software).status_code for _ in range(4)] == [404, 404, 404, 429]
    waits(software.find(world.amina))  # and now nobody, not even her
    assert by_number(software, world.amina.id).status_code == 200


def test_a_card_is_told_in_its_own_words_when_to_come_back(world: World) -> None:
    three_left(world, world.dr_roux)
    cabinet, nobody_here = Cabinet(world.dr_roux), world.person("Personne")
    nobody_here.traits = world.zoe.traits
    assert [cabinet.opens(nobody_here).status_code for _ in range(3)] == [200] * 3
    told = cabinet.opens(world.amina)
    assert (told.status_code, set(told.json())) == (429, {"error"})
    assert "votre structure" in told.json()["error"] and 0 < int(told["Retry-After"]) <= 3660


def test_a_search_with_traits_and_one_without_spend_one_budget(world: World) -> None:
    three_left(world, world.dr_roux)
    for _ in range(3):
        absent = world.matricule("1979-11-02", "female")
        assert people.find(ins=absent, traits=world.zoe.traits, by=world.dr_roux, at=timezone.now()) is None
    waits(doctor_s_software(world, world.dr_roux).find(world.amina))
