"""A software that asks too fast is told when to come back; nobody else waits for it."""

from __future__ import annotations

import orjson
import pytest

from hygie.interop.fhir_api import callers
from hygie.interop.tests.clients import Software, doctor_s_software
from hygie.tests.world import World


@pytest.fixture(autouse=True)
def _slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes, one deposit a second for each: ten at once, or one look. The clock stands still meanwhile."""
    monkeypatch.setattr(callers, "steady", lambda: 1_000.0)
    monkeypatch.setenv("HYGIE_FHIR_RATE", "2")
    monkeypatch.setenv("HYGIE_WORKERS", "2")


def test_the_eleventh_deposit_of_a_second_is_told_when_to_come_back(world: World) -> None:
    labo, other = Software(world), Software(world, "Labo Marne")
    answers = [labo.publish(world.amina) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    told = orjson.loads(answers[-1].content)
    assert (told["resourceType"], told["issue"][0]["code"]) == ("OperationOutcome", "throttled")
    assert 1 <= int(answers[-1]["Retry-After"]) <= 2
    assert other.publish(world.amina).status_code == 201


def test_a_search_weighs_as_much_as_ten_deposits(world: World) -> None:
    labo = Software(world)
    assert labo.find(world.amina).status_code == 200
    assert labo.find(world.amina).status_code == 429
    assert labo.publish(world.amina).status_code == 429


def test_a_new_token_or_another_professional_is_still_the_same_software(world: World) -> None:
    software = doctor_s_software(world, world.dr_diallo)
    assert software.find(world.amina).status_code == 200
    software.acting_for(world.dr_roux)
    assert software.find(world.zoe).status_code == 429


def test_the_operator_may_set_no_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYGIE_FHIR_RATE", "0")
    labo = Software(world)
    assert {labo.find(world.amina).status_code for _ in range(15)} == {200}
