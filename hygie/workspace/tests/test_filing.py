"""A document's type corrected and a document pinned, from the pages: who sees it, who may, and how it is undone."""

from __future__ import annotations

from uuid import UUID

import pytest

from hygie.access import actions as access
from hygie.access.types import Action
from hygie.record import actions as record
from hygie.record import queries
from hygie.tests.world import NOW, World, a_report, care, deposited

VISIT, PRESCRIPTION = "11488-4", "57833-6"


@pytest.fixture
def paper(world: World) -> str:
    return str(deposited(world.labo_seine, world.amina, a_report("Papier du 3 mars", type_code=VISIT)).id)


def words(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def at(world: World, paper: str, end: str = "") -> str:
    return f"/pro/patients/{world.amina.id}/documents/{paper}/{end}"


def test_a_doctor_corrects_a_type_and_the_person_reads_it_and_undoes_it(browse, world: World, paper: str):
    doctor, amina = browse(world.dr_diallo), browse(world.amina.actor)
    assert f"{paper}/type/" in words(doctor.get(f"/pro/patients/{world.amina.id}/documents/"))
    form = words(doctor.get(at(world, paper, "type/")))
    assert "Ordonnance de médicaments" in form
    assert "EXPPAT" not in form
    assert "SYNTH" not in form
    answer = doctor.post(at(world, paper, "type/"), {"kind": PRESCRIPTION}, follow=True)
    assert "C’est rangé dans" in words(answer)
    assert "reçu comme : Compte rendu de consultation" in words(answer)
    told = words(amina.get(f"/documents/{paper}/"))
    assert f"{world.dr_diallo.name}" in told
    assert "était : Compte rendu de consultation" in told
    assert "comme il a été reçu" in words(amina.post(f"/documents/{paper}/classement/", follow=True))
    assert "était :" not in words(amina.get(f"/documents/{paper}/"))
    doctor.post(at(world, paper, "type/"), {"kind": PRESCRIPTION})
    assert "comme il a été reçu" in words(doctor.post(at(world, paper, "type/"), {"retablir": "oui"}, follow=True))


def test_what_she_limited_to_a_colleague_is_told_only_when_it_would_change(browse, world: World, paper: str):
    world.lets_in(world.amina, world.dr_roux, classes=frozenset({"42"}))
    answer = browse(world.dr_diallo).post(at(world, paper, "type/"), {"kind": PRESCRIPTION})
    assert answer.status_code == 422
    assert "d’autres pourraient lire ce document" in answer.content.decode()
    assert browse(world.dr_roux).get(at(world, paper)).status_code == 404


def test_a_pin_is_seen_by_those_who_read_the_document_and_the_person_takes_it_down(browse, world: World, paper: str):
    amina, doctor = world.amina, world.dr_diallo
    nurse = world.doctor("Petit", world.practice, profession="60")
    therapist = world.doctor("Masse", world.practice, profession="70")
    for one in (nurse, therapist):
        world.lets_in(amina, one)
    narrow = str(
        deposited(world.labo_seine, amina, a_report("Ordonnance du soir", type_code=PRESCRIPTION, class_code="42")).id
    )
    assert "Épinglé : les confrères" in words(browse(doctor).post(at(world, narrow, "epingle/"), follow=True))
    browse(doctor).post(at(world, paper, "epingle/"))
    for actor, seen in ((doctor, True), (nurse, True), (therapist, False)):
        told = words(browse(actor).get(f"/pro/patients/{amina.id}/"))
        assert "Documents épinglés" in told
        assert f"épinglé par {doctor.name}" in told
        assert (narrow in told) is seen
    browse(nurse).post(at(world, narrow, "epingle/"))  # twice: it stays the doctor's
    refused = browse(nurse).post(at(world, narrow, "epingle/"), {"epingler": "non"})
    assert refused.status_code == 403
    browse(doctor).post(at(world, paper, "epingle/"), {"epingler": "non"})
    person = browse(amina.actor)
    assert f"Épinglé par {doctor.name}" in words(person.get(f"/documents/{narrow}/"))
    assert "L’épingle est retirée" in words(person.post(f"/documents/{narrow}/epingle/", follow=True))
    assert "Documents épinglés" not in words(browse(doctor).get(f"/pro/patients/{amina.id}/"))


def test_right_role_wrong_patient_blocked_and_other_ways_in(browse, world: World, paper: str):
    world.lets_in(world.zoe, world.dr_diallo)
    blocked = world.doctor("Petit", world.practice)
    world.lets_in(world.amina, blocked)
    access.block(world.amina.opens(Action.SET_ACCESS), professional_id=blocked.id, reading=True, at=NOW)
    wrong = f"/pro/patients/{world.zoe.id}/documents/{paper}/"
    for actor, address in (
        (world.dr_diallo, wrong), (world.dr_roux, at(world, paper)), (blocked, at(world, paper)),
    ):  # fmt: skip
        client = browse(actor)
        assert client.get(address + "type/").status_code == 404
        for end, said in (("type/", {"kind": PRESCRIPTION}), ("type/", {"retablir": "oui"}), ("epingle/", {})):
            answer = client.post(address + end, said)
            assert answer.status_code == 404
            assert b"Papier" not in answer.content
    for way in ("?acces=urgence", "?acces=depot"):
        assert browse(world.dr_diallo).post(at(world, paper, "epingle/") + way).status_code == 404
        assert browse(world.dr_diallo).get(at(world, paper, "type/") + way).status_code == 404
    for end in ("classement/", "epingle/"):
        assert browse(world.zoe.actor).post(f"/documents/{paper}/{end}").status_code == 404
    grant = access.open_record(care(world.dr_diallo, world.amina))
    assert queries.pins(grant) == ()
    assert queries.documents(grant)[0].type_code == VISIT


def test_a_pin_stays_with_what_is_current(browse, world: World, paper: str):
    """Hidden, withdrawn, replaced or put away: the pin shows nothing that its document would not."""
    doctor, amina = world.dr_diallo, world.amina
    browse(doctor).post(at(world, paper, "epingle/"))
    grant = record.open_to_correct(amina.asks(Action.SET_VISIBILITY, object_id=UUID(paper)))
    record.set_visibility(grant, document_id=grant.object_id, add={"MASQUE_PS"}, at=NOW)  # type: ignore[arg-type]
    assert queries.pins(access.open_record(care(doctor, amina))) == ()
    assert "Papier du 3 mars" not in words(browse(doctor).get(f"/pro/patients/{amina.id}/"))
    assert len(queries.pins(amina.opens(Action.LIST))) == 1


def test_a_pin_follows_its_document_to_the_version_that_stands_and_says_so(browse, world: World):
    doctor, amina = world.dr_diallo, world.amina
    first = a_report("Lettre de sortie", type_code=VISIT)
    told = str(deposited(world.labo_seine, amina, first).id)
    browse(doctor).post(at(world, told, "epingle/"))
    second = a_report("Lettre de sortie, corrigée", type_code=VISIT, replaces=first.metadata.unique_id)
    newer = str(deposited(world.labo_seine, amina, second).id)
    page = words(browse(doctor).get(f"/pro/patients/{amina.id}/"))
    assert newer in page and told not in page and "corrigé depuis par son auteur" in page
    assert "l’épingle a suivi" in words(browse(doctor).get(at(world, newer)))
    browse(doctor).post(at(world, newer, "epingle/"))  # it has one: never two
    assert len(queries.pins(access.open_record(care(doctor, amina)))) == 1
    browse(doctor).post(at(world, newer, "epingle/"), {"epingler": "non"})
    assert queries.pins(access.open_record(care(doctor, amina))) == ()
