"""What a summary document carries of a record: certain, current, each thing once; from what the reader may see."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hygie.access.types import Action
from hygie.base.errors import Invalid
from hygie.formats.entries import ABSENT
from hygie.record import actions, queries, synopses
from hygie.record.exports import Form
from hygie.record.tests.test_summary import thing
from hygie.record.types import Item, State
from hygie.tests.world import NOW, World

ON = date(2026, 3, 20)


def said(items: list[Item]) -> list[str]:
    return [str((one.resource.get("code") or one.resource.get("medicationCodeableConcept") or {}).get("text"))
            for one in synopses.pieces(items, on=ON)]  # fmt: skip


def medicine(name: str, day: date, **more: Any) -> Item:
    return thing(
        "MedicationRequest", name, day.isoformat(), where="medicationCodeableConcept", status="active", intent="order",
        authoredOn=day.isoformat(), dosageInstruction=[{"text": "1 comprimé le matin, QSP 3 mois"}], **more,
    )  # fmt: skip


def test_a_thing_said_twice_is_carried_once_as_said_last():
    later, earlier = thing("Condition", "Asthme", "2026-02-01"), thing("Condition", "Asthme", "2020-02-01")
    (one,) = synopses.pieces([later, earlier], on=ON)
    assert one.id == later.id
    values = [thing("Observation", "TSH", "2026-02-01"), thing("Observation", "TSH", "2025-02-01")]
    assert [one.id for one in synopses.pieces(values, on=ON)] == [values[0].id]


def test_each_dose_of_a_vaccine_and_each_operation_counts():
    doses = [thing("Immunization", "REPEVAX", day, where="vaccineCode") for day in ("2024-01-01", "2014-01-01")]
    assert len(synopses.pieces(doses, on=ON)) == 2


def test_forty_renewals_are_one_treatment_and_a_stopped_one_is_none():
    renewals = [medicine("LEVOTHYROX 75 µg, comprimé", ON - timedelta(days=80 * n)) for n in range(40)]
    assert said([*renewals, medicine("AMOXICILLINE 1 g", ON - timedelta(days=900))]) == ["LEVOTHYROX 75 µg, comprimé"]


def test_what_waits_for_someones_eye_is_counted_not_carried():
    items = [thing("Condition", "Asthme", state=State.SUGGESTED), thing("Condition", "Goutte")]
    assert said(items) == ["Goutte"] and synopses.waiting(items) == 1


def test_a_later_refusal_of_a_diagnosis_leaves_it_out():
    refuted = thing("Condition", "Asthme", "2026-02-01", verificationStatus={"coding": [{"code": "refuted"}]})
    assert said([refuted, thing("Condition", "Asthme", "2020-02-01")]) == []


def test_her_own_none_known_travels_and_is_said_to_be_hers(world: World):
    actions.state_none_known(world.amina.opens(Action.DECLARE), section="allergies", at=NOW)
    found = queries.synopsis(world.amina.opens(Action.LIST))
    (one,) = found.pieces
    assert one.by_patient and one.resource["code"]["coding"][0]["system"] == ABSENT
    assert found.subject.birth_family == world.amina.traits.birth_family and found.written.tzinfo is not None
    assert queries.synopsis(world.zoe.opens(Action.LIST)).pieces == ()


def test_files_name_who_keeps_the_record_as_this_installation_says(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYGIE_KEEPER", "Hôpital des Tilleuls | 990000108")
    cda = queries.export(world.amina.opens(Action.LIST), form=Form.CDA).data.decode()
    custodian = cda.split("<representedCustodianOrganization")[1].split("</representedCustodianOrganization>")[0]
    assert 'extension="1990000108"' in custodian and "Hôpital des Tilleuls" in custodian
    assert "Hôpital des Tilleuls" in queries.export(world.amina.opens(Action.LIST), form=Form.FHIR).data.decode()
    for wrong in ("|990000108", "Hôpital | 99", "Hôpital | 99000010é"):
        monkeypatch.setenv("HYGIE_KEEPER", wrong)
        with pytest.raises(Invalid, match="HYGIE_KEEPER"):
            queries.export(world.amina.opens(Action.LIST), form=Form.CDA)
