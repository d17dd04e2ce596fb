"""What people say: of what was read for them, and the person of herself. Nobody changes what a professional wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from hygie.access import actions as access
from hygie.access import queries as access_queries
from hygie.access import sentences
from hygie.access.types import Action, Grant, Purpose, RecordState
from hygie.base.errors import Conflict, Invalid, NotFound, Refused
from hygie.formats import extraction
from hygie.formats.entries import Certainty, Entry, Found
from hygie.formats.fhir.instants import PARIS
from hygie.record import actions, extracting, laying, queries
from hygie.record.types import Item, State
from hygie.tests.world import NOW, Person, World, a_report, care, deposited


def weight(kilos: float = 62) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": "2026-03-12",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7", "display": "Poids"}], "text": "Poids"},
        "valueQuantity": {"value": kilos, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    }  # fmt: skip


def allergy(text: str = "Pénicilline") -> dict[str, Any]:
    return {"resourceType": "AllergyIntolerance", "code": {"text": text}, "recordedDate": "2026-03-12"}


@pytest.fixture
def guess(world: World, monkeypatch: pytest.MonkeyPatch) -> Item:
    """A value read from a scan of Amina's, waiting for someone's eye."""
    return read(world, monkeypatch, Certainty.SUGGESTED)


def read(world: World, monkeypatch: pytest.MonkeyPatch, certainty: Certainty, value: float = 26) -> Item:
    found = Found("paper", "1", (Entry(weight(value), "page 1, ligne 4", certainty, 0.6, "Poids 62 kg"),))
    monkeypatch.setattr(extraction, "extract", lambda data, media_type=None: found)
    receipt = deposited(world.labo_seine, world.amina, a_report())
    extracting.read(world.amina.id, [receipt.id])
    return queries.entries_of(world.amina.opens(Action.LIST), document_id=receipt.id)[0]


def to_settle(world: World, item: Item) -> Grant:
    assert item.source is not None
    return actions.open_to_correct(world.amina.asks(Action.SETTLE, object_id=item.source.document_id))


def by_a_doctor(world: World, item: Item) -> Grant:
    assert item.source is not None
    return actions.open_to_correct(care(world.dr_diallo, world.amina, Action.SETTLE, object_id=item.source.document_id))


def declares(person: Person) -> Grant:
    return person.opens(Action.DECLARE)


def hers(world: World) -> list[Item]:
    return queries.entries(world.amina.opens(Action.LIST))


def test_she_confirms_corrects_or_rejects_what_was_read(world: World, guess: Item) -> None:
    grant = to_settle(world, guess)
    yes = actions.settle(grant, entry_id=guess.id, accepted=True, at=NOW)
    assert (yes.state, yes.certain, yes.settled_by, yes.settled) == (State.CONFIRMED, True, "Amina", NOW)
    assert queries.suggestions(world.amina.opens(Action.LIST)) == []
    right = actions.settle(grant, entry_id=guess.id, accepted=True, corrected=weight(62), at=NOW)
    assert right.id == guess.id and right.resource["valueQuantity"]["value"] == 62
    assert [one.resource for one in hers(world)] == [weight(62)]
    no = actions.settle(grant, entry_id=guess.id, accepted=False, at=NOW)
    assert no.state is State.REJECTED and hers(world) == []
    assert [one.id for one in queries.entries(world.amina.opens(Action.LIST), states=[State.REJECTED])] == [guess.id]
    back = actions.unsettle(grant, entry_id=guess.id)
    assert back == guess and hers(world) == [guess]


def test_what_was_settled_holds_when_its_sheet_is_laid_and_whatever_is_read_later(
    world: World, guess: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hygie.record import tasks

    assert guess.source is not None
    actions.settle(to_settle(world, guess), entry_id=guess.id, accepted=True, corrected=weight(62), at=NOW)
    tasks.file.func(refs=[[str(world.amina.id), str(guess.source.document_id)]])
    assert laying.lay_if_worth_it(extracting._open(world.amina.id, None), loose=1) == 1
    assert [(one.id, one.state, one.resource) for one in hers(world)] == [(guess.id, State.CONFIRMED, weight(62))]
    for found in (Found("paper", "2"), Found("paper", "3", (Entry(weight(99), "page 1, ligne 4"),))):
        monkeypatch.setattr(extraction, "extract", lambda data, media_type=None, found=found: found)
        extracting.read(world.amina.id, [guess.source.document_id], again=True)
        assert [(one.id, one.state, one.resource) for one in hers(world)] == [(guess.id, State.CONFIRMED, weight(62))]


def test_her_doctor_settles_in_her_own_name_and_the_person_leaves_it(world: World, guess: Item) -> None:
    told = actions.settle(by_a_doctor(world, guess), entry_id=guess.id, accepted=True, at=NOW)
    assert told.settled_by == world.dr_diallo.name
    with pytest.raises(Refused):
        actions.settle(to_settle(world, guess), entry_id=guess.id, accepted=False, at=NOW)
    with pytest.raises(Refused):
        actions.unsettle(to_settle(world, guess), entry_id=guess.id)
    assert hers(world)[0].state is State.CONFIRMED


def test_each_settling_is_a_line_of_her_journal(world: World, guess: Item) -> None:
    by_a_doctor(world, guess)
    lines = access_queries.journal(world.amina.opens(Action.READ_JOURNAL), limit=10)
    (line,) = [one for one in lines if one.action == "settle"]
    assert sentences.sentence(line).what == "Dr Diallo (médecin, Cabinet du Canal) a vérifié un compte rendu."
    assert line.object_id == guess.source.document_id  # type: ignore[union-attr]


def test_right_doctor_wrong_patient(world: World, guess: Item) -> None:
    world.lets_in(world.zoe, world.dr_diallo)
    receipt = deposited(world.labo_seine, world.zoe, a_report())
    extracting.read(world.zoe.id, [receipt.id])
    (theirs,) = queries.entries(world.zoe.opens(Action.LIST))
    assert theirs.source is not None
    with pytest.raises(NotFound):
        actions.settle(by_a_doctor(world, guess), entry_id=theirs.id, accepted=True, at=NOW)
    with pytest.raises(NotFound):
        actions.open_to_correct(care(world.dr_roux, world.amina, Action.SETTLE, object_id=guess.source.document_id))  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        access.open_record(replace(world.zoe.asks(Action.DECLARE), patient_id=world.amina.id))


def test_a_grant_for_one_document_settles_no_other(world: World, guess: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    other = read(world, monkeypatch, Certainty.SUGGESTED, 70)
    with pytest.raises(Refused):
        actions.settle(to_settle(world, guess), entry_id=other.id, accepted=True, at=NOW)
    with pytest.raises(Refused):
        actions.settle(world.amina.opens(Action.LIST), entry_id=guess.id, accepted=True, at=NOW)


def test_nobody_settles_what_is_hidden_from_her_or_stated(
    world: World, guess: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert guess.source is not None
    hiding = world.amina.asks(Action.SET_VISIBILITY, object_id=guess.source.document_id)
    before = by_a_doctor(world, guess)
    actions.set_visibility(
        actions.open_to_correct(hiding), document_id=guess.source.document_id, add=["MASQUE_PS"], at=NOW
    )
    with pytest.raises(NotFound):
        by_a_doctor(world, guess)
    with pytest.raises(NotFound):
        actions.settle(before, entry_id=guess.id, accepted=True, at=NOW)
    sure = read(world, monkeypatch, Certainty.STATED)
    with pytest.raises(Conflict):
        actions.settle(to_settle(world, sure), entry_id=sure.id, accepted=False, at=NOW)


@pytest.mark.parametrize(
    "corrected",
    [allergy(), weight() | {"status": "nonsense"}, weight() | {"subject": {"reference": "Patient/other"}}, {}],
)
def test_a_correction_is_of_the_same_kind_and_well_made(world: World, guess: Item, corrected: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        actions.settle(to_settle(world, guess), entry_id=guess.id, accepted=True, corrected=corrected, at=NOW)
    assert hers(world) == [guess]


def test_what_she_says_of_herself_is_marked_as_hers(world: World) -> None:
    one = actions.add_entry(declares(world.amina), resource=allergy(), at=NOW)
    assert (one.state, one.by_patient, one.source, one.certain) == (State.OWN, True, None, True)
    assert hers(world) == [one] and queries.entry(world.amina.opens(Action.LIST), entry_id=one.id) == one
    assert queries.entries(access.open_record(care(world.dr_diallo, world.amina))) == [one]
    again = actions.correct_entry(declares(world.amina), entry_id=one.id, resource=allergy("Amoxicilline"), at=NOW)
    assert again.id == one.id and hers(world)[0].resource["code"]["text"] == "Amoxicilline"
    actions.withdraw_entry(declares(world.amina), entry_id=one.id, at=NOW)
    assert hers(world) == []
    with pytest.raises(NotFound):
        queries.entry(world.amina.opens(Action.LIST), entry_id=one.id)
    assert actions.restore_entry(declares(world.amina), entry_id=one.id, at=NOW) == again


def test_she_never_changes_what_a_document_says(world: World, guess: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    sure = read(world, monkeypatch, Certainty.STATED)
    for one in (sure, guess):
        with pytest.raises(NotFound):
            actions.correct_entry(declares(world.amina), entry_id=one.id, resource=weight(1), at=NOW)
        with pytest.raises(NotFound):
            actions.withdraw_entry(declares(world.amina), entry_id=one.id, at=NOW)
    actions.settle(to_settle(world, guess), entry_id=guess.id, accepted=True, at=NOW)
    with pytest.raises(NotFound):  # an answer is not something she says of herself
        actions.withdraw_entry(declares(world.amina), entry_id=guess.id, at=NOW)


def test_nobody_else_speaks_for_her(world: World) -> None:
    with pytest.raises(NotFound):
        access.open_record(care(world.dr_diallo, world.amina, Action.DECLARE))
    looking = access.open_record(care(world.dr_diallo, world.amina))
    with pytest.raises(Refused):
        actions.add_entry(looking, resource=allergy(), at=NOW)
    one = actions.add_entry(declares(world.amina), resource=allergy(), at=NOW)
    with pytest.raises(NotFound):
        actions.withdraw_entry(declares(world.zoe), entry_id=one.id, at=NOW)
    limited = world.person("Zineb")
    world.lets_in(limited, world.dr_roux, classes=frozenset({"42"}))
    actions.add_entry(declares(limited), resource=allergy(), at=NOW)
    assert queries.entries(access.open_record(care(world.dr_roux, limited))) == []  # not among what she shares


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Patient"}, {"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "x"}},
        allergy() | {"id": "x"}, allergy() | {"nonsense": 1}, {"resourceType": "Observation", "status": "final"},
        allergy("x" * 70_000),
    ],
)  # fmt: skip
def test_what_comes_in_is_of_a_known_kind_and_well_made(world: World, resource: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        actions.add_entry(declares(world.amina), resource=resource, at=NOW)


def test_none_known_is_dated_and_ends_when_something_is(world: World) -> None:
    none = actions.state_none_known(declares(world.amina), section="allergies", at=NOW)
    assert none.resource["code"]["coding"][0]["code"] == "no-known-allergies"
    assert none.day == NOW.astimezone(PARIS).date()
    again = actions.state_none_known(declares(world.amina), section="allergies", at=NOW)
    assert again.id == none.id and hers(world) == [again]
    one = actions.add_entry(declares(world.amina), resource=allergy(), at=NOW)
    assert hers(world) == [one]
    with pytest.raises(Conflict):
        actions.state_none_known(declares(world.amina), section="allergies", at=NOW)
    with pytest.raises(Invalid):
        actions.state_none_known(declares(world.amina), section="secrets", at=NOW)


@pytest.mark.parametrize("section", ["allergies", "treatments", "problems", "vaccines", "procedures", "devices"])
def test_every_absence_is_a_well_made_resource(world: World, section: str) -> None:
    from hygie.formats.fhir.validate import RESOURCES, validate

    one = actions.state_none_known(declares(world.amina), section=section, at=NOW)
    whole = one.resource | {"patient" if section in ("allergies", "vaccines") else "subject": {"display": "elle"}}
    validate(orjson.dumps(whole), kinds=RESOURCES | {one.kind})
    assert actions.state_none_known(declares(world.amina), section=section, at=NOW).id == one.id, (
        "said again, not twice"
    )


def test_in_a_closed_space_nothing_is_said(world: World, guess: Item) -> None:
    assert guess.source is not None
    access.set_state(world.amina.opens(Action.SET_ACCESS), state=RecordState.CLOSED, at=NOW)
    for action in (Action.SETTLE, Action.DECLARE):
        with pytest.raises(Refused):
            access.open_record(world.amina.asks(action, object_id=guess.source.document_id))
    assert hers(world) == [guess]


def test_in_an_emergency_nothing_is_settled(world: World, guess: Item) -> None:
    assert guess.source is not None
    urgent = replace(
        care(world.dr_roux, world.amina, Action.SETTLE, object_id=guess.source.document_id),
        purpose=Purpose.EMERGENCY, reason="Patiente inconsciente, allergies inconnues",
    )  # fmt: skip
    with pytest.raises(NotFound):
        access.open_record(urgent)
