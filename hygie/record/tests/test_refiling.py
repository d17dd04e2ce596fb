"""Filing a document under its true type: everything follows, nobody else comes to read it, and it can be undone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hygie.access import actions as access
from hygie.access.queries import journal
from hygie.access.sentences import sentence
from hygie.access.types import Action, Grant, Request
from hygie.base.errors import Conflict, HygieError, Invalid, NotFound, Refused
from hygie.people.types import Actor
from hygie.record import actions as record
from hygie.record import filing, laying, queries
from hygie.tests.world import NOW, Person, World, a_report, care, deposited, read_by_machine

VISIT, RESULTS, PRESCRIPTION, SYNTHESIS = "11488-4", "11502-2", "57833-6", "SYNTH"


def asks(actor: Actor, person: Person, document_id: object, action: Action = Action.CLASSIFY) -> Request:
    return care(actor, person, action, object_id=document_id)


def looks(actor: Actor, person: Person) -> Grant:
    return access.open_record(care(actor, person))


@pytest.fixture
def misfiled(world: World) -> object:
    """A prescription that its sender called the report of a visit."""
    return deposited(world.labo_seine, world.amina, a_report("Ordonnance", type_code=VISIT, fhir=b'{"type":"x"}')).id


def test_lists_rules_and_sheets_follow_and_the_original_stays_as_received(world: World, misfiled: object):
    amina, doctor = world.amina, world.dr_diallo
    other = deposited(world.labo_seine, amina, a_report("Bilan"))
    for one in (other.id, misfiled):
        filing.file_one(amina.id, one)
    read_by_machine(amina, other, replace(other, id=misfiled))
    machine = access.open_record(_machine(amina))
    assert laying.lay_if_worth_it(machine, loose=1) == 1
    filed = record.refile(asks(doctor, amina, misfiled), type_code=PRESCRIPTION, at=NOW)
    assert (filed.class_code, filed.type_code, filed.version) == ("42", PRESCRIPTION, 2)
    for document in (
        queries.document(looks(doctor, amina), document_id=misfiled),
        *(one for one in queries.documents(looks(doctor, amina)) if one.id == misfiled),
        *queries.documents(looks(doctor, amina), classes={"42"}, as_received=True),
        *(one.document for one in queries.search(looks(doctor, amina), words="ordonnance").hits[:1]),
    ):
        said = document.metadata.refiled
        assert document.type_code == document.metadata.type_code == PRESCRIPTION
        assert said is not None
        assert (said.by, said.was_class, said.was_type) == (doctor.name, "10", VISIT)
        assert document.metadata.title == "Ordonnance"
    assert laying.lay_if_worth_it(machine, loose=1) == 1  # laid again, with what was corrected
    assert {one.type_code for one in queries.documents(looks(doctor, amina))} == {RESULTS, PRESCRIPTION}

    back = record.put_back(amina.asks(Action.CLASSIFY, object_id=misfiled), at=NOW)
    assert (back.class_code, back.type_code, back.metadata.refiled) == ("10", VISIT, None)
    assert queries.document(looks(doctor, amina), document_id=misfiled).metadata.fhir == b'{"type":"x"}'


def _machine(person: Person) -> Request:
    from hygie.access.types import Channel, Purpose
    from hygie.record.extracting import READER

    return Request(actor=READER, patient_id=person.id, purpose=Purpose.MACHINE, action=Action.INDEX, at=NOW, channel=Channel.MACHINE)  # fmt: skip


def test_nobody_reads_it_who_did_not_before(world: World, misfiled: object):
    amina, doctor = world.amina, world.dr_diallo
    therapist = world.doctor("Petit", world.practice, profession="70")
    world.lets_in(amina, therapist)
    assert [one.id for one in queries.documents(looks(therapist, amina))] == [misfiled]
    record.refile(asks(doctor, amina, misfiled), type_code=PRESCRIPTION, at=NOW)
    assert queries.documents(looks(therapist, amina)) == []
    with pytest.raises(Refused) as wider:
        record.refile(asks(doctor, amina, misfiled), type_code=RESULTS, at=NOW)
    assert wider.value.code == "wider-readership"
    assert queries.documents(looks(therapist, amina)) == []


def test_nor_any_colleague_whom_the_person_limited(world: World, misfiled: object):
    amina = world.amina
    world.lets_in(amina, world.dr_roux, classes=frozenset({"42"}))
    with pytest.raises(Refused) as wider:
        record.refile(asks(world.dr_diallo, amina, misfiled), type_code=PRESCRIPTION, at=NOW)
    assert wider.value.code == "wider-readership"
    assert queries.documents(looks(world.dr_roux, amina)) == []


def test_what_is_signed_or_expressed_keeps_its_type(world: World, misfiled: object):
    amina, doctor = world.amina, world.dr_diallo
    world.lets_in(amina, world.dr_roux)
    signed = record.add(
        actor=world.dr_roux, patient_id=amina.id, document=a_report("Synthèse", type_code=SYNTHESIS, class_code="11"), at=NOW,
    ).id  # fmt: skip
    wishes = record.add(
        actor=amina.actor, patient_id=amina.id, document=a_report("Volontés", type_code="EXPPAT_3", class_code="90"), at=NOW,
    ).id  # fmt: skip
    for document_id, code in ((signed, VISIT), (wishes, VISIT), (misfiled, SYNTHESIS)):
        with pytest.raises(Refused) as kept:
            record.refile(asks(doctor, amina, document_id), type_code=code, at=NOW)
        assert kept.value.code == "keeps-its-type"
    with pytest.raises(Refused) as hers:
        record.refile(asks(doctor, amina, misfiled), type_code="DOCPAT03", at=NOW)
    assert hers.value.code == "type-not-writable"
    with pytest.raises(Invalid):
        record.refile(asks(doctor, amina, misfiled), type_code="n’importe quoi", at=NOW)


def test_right_role_wrong_patient_and_those_who_may_not(world: World, misfiled: object):
    world.lets_in(world.zoe, world.dr_diallo)
    blocked = world.doctor("Petit", world.practice)
    world.lets_in(world.amina, blocked)
    access.block(world.amina.opens(Action.SET_ACCESS), professional_id=blocked.id, reading=True, at=NOW)
    hidden = deposited(
        world.labo_seine, world.amina, a_report(type_code=VISIT, visibility=frozenset({"N", "MASQUE_PS"}))
    )
    for refused in (
        asks(world.dr_diallo, world.zoe, misfiled),
        asks(world.dr_roux, world.amina, misfiled),
        asks(blocked, world.amina, misfiled),
        asks(world.dr_diallo, world.amina, hidden.id),
    ):
        with pytest.raises(NotFound):
            record.refile(refused, type_code=PRESCRIPTION, at=NOW)
        with pytest.raises(NotFound):
            record.put_back(refused, at=NOW)
    for other in (asks(world.labo_seine, world.amina, misfiled), world.amina.asks(Action.CLASSIFY, object_id=misfiled)):
        with pytest.raises(HygieError):
            record.refile(other, type_code=PRESCRIPTION, at=NOW)
    assert queries.document(looks(world.dr_diallo, world.amina), document_id=misfiled).type_code == VISIT


def test_it_is_undone_by_the_one_who_did_it_or_by_the_person_and_told_in_her_journal(world: World, misfiled: object):
    amina, doctor, colleague = world.amina, world.dr_diallo, world.dr_roux
    world.lets_in(amina, colleague)
    with pytest.raises(Conflict):
        record.put_back(asks(doctor, amina, misfiled), at=NOW)
    record.refile(asks(doctor, amina, misfiled), type_code=PRESCRIPTION, at=NOW)
    with pytest.raises(Refused):
        record.put_back(asks(colleague, amina, misfiled), at=NOW)
    assert record.put_back(asks(doctor, amina, misfiled), at=NOW).type_code == VISIT
    lines = journal(amina.opens(Action.READ_JOURNAL))
    told = [sentence(one).what for one in lines if one.action == Action.CLASSIFY and one.actor_id == doctor.id]
    assert any("a rangé un compte rendu sous un autre type" in one for one in told)
    assert all("ordonnance" not in one.casefold() or "a rangé" in one for one in told)
