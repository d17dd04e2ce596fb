"""Depositing from the workspace: it needs no right to read, gives none, and its author can correct it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hygie.access import actions as access
from hygie.access import queries as asks
from hygie.access.types import Action, RecordState
from hygie.record import queries as record
from hygie.tests.world import Person, World, a_report, deposited
from hygie.workspace.tests.test_patients import typed

TODAY = timezone.localdate().isoformat()


def letter(**changed: object) -> dict[str, object]:
    return {
        "files": SimpleUploadedFile("lettre.txt", b"Avis du cardiologue : tout va bien."), "kind": "34112-3",
        "title": "Avis cardiologique", "day": TODAY, "announce": "now", **changed,
    }  # fmt: skip


def hers(person: Person) -> list[str]:
    return [one.metadata.title for one in record.documents(person.opens(Action.LIST))]


def found(client, person: Person) -> str:
    page = client.post("/pro/trouver/", typed(person)).content.decode()
    return re.search(r'name="trouve" value="([^"]+)"', page)[1]


@pytest.fixture
def kind(world: World) -> str:
    """A type that doctors deposit."""
    from hygie.access.queries import writable

    return sorted(writable(world.dr_diallo))[0]


def test_her_doctor_deposits_and_she_sees_it(browse, world: World, kind):
    client = browse(world.dr_diallo)
    address = f"/pro/patients/{world.amina.id}/deposer/"
    assert world.amina.canaries[0].upper() in client.get(address).content.decode()
    answer = client.post(address, letter(kind=kind), follow=True)
    assert "C’est déposé" in answer.content.decode()
    assert "Avis cardiologique" in answer.content.decode()
    assert hers(world.amina) == ["Avis cardiologique"]


def test_a_doctor_who_is_not_hers_deposits_after_finding_her_and_reads_nothing(browse, world: World, kind):
    deposited(world.labo_seine, world.amina, a_report("Bilan"))
    client, address = browse(world.dr_roux), f"/pro/patients/{world.amina.id}/deposer/"
    seal = found(client, world.amina)
    form = client.post(address, {"trouve": seal, "etape": "ouvrir"}).content.decode()
    assert world.amina.canaries[0].upper() in form
    page = client.post(address, letter(kind=kind, trouve=seal), follow=True).content.decode()
    assert "Avis cardiologique" in page
    assert "Bilan" not in page
    assert set(hers(world.amina)) == {"Bilan", "Avis cardiologique"}


def test_without_having_found_her_the_deposit_asks_who_she_is(browse, world: World, kind):
    page = browse(world.dr_roux).post(f"/pro/patients/{world.amina.id}/deposer/", letter(kind=kind)).content.decode()
    assert "dites d’abord de qui il s’agit" in page
    assert hers(world.amina) == []


def test_right_role_wrong_patient(browse, world: World, kind):
    """What was found for one person opens no deposit about another, nor for another professional."""
    client = browse(world.dr_roux)
    seal = found(client, world.zoe)
    client.post(f"/pro/patients/{world.amina.id}/deposer/", letter(kind=kind, trouve=seal))
    other = world.doctor("Petit", world.practice)
    browse(other).post(f"/pro/patients/{world.zoe.id}/deposer/", letter(kind=kind, trouve=seal))
    assert hers(world.amina) == hers(world.zoe) == []


def test_a_deposit_to_announce_first_waits_for_its_author(browse, world: World, kind):
    client = browse(world.dr_diallo)
    on = (timezone.localdate() + timedelta(days=10)).isoformat()
    client.post(f"/pro/patients/{world.amina.id}/deposer/", letter(kind=kind, announce="later", announce_on=on))
    assert hers(world.amina) == []
    [sent] = record.my_deposits(world.dr_diallo)
    page = f"/pro/depots/{world.amina.id}/{sent.document_id}/"
    assert "Le patient ne voit pas encore ce document" in client.get(page).content.decode()
    client.post(page + "annoncer/")
    assert hers(world.amina) == ["Avis cardiologique"]


def test_what_was_sent_to_somebody_who_has_not_opened_her_space_writes_no_refusal_in_her_journal(
    browse, world: World, kind
):
    louise, client = world.person("Louise", state=RecordState.SLEEPING), browse(world.dr_roux)
    seal = found(client, louise)
    page = client.post(f"/pro/patients/{louise.id}/deposer/", letter(kind=kind, trouve=seal), follow=True)
    assert "Un document dont le titre ne vous est pas ouvert" in page.content.decode()
    access.set_state(louise.opens(Action.SET_ACCESS), state=RecordState.OPEN, at=timezone.now())
    assert all(line.allowed for line in asks.journal(louise.opens(Action.READ_JOURNAL)))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"files": ""}, "Choisissez un fichier"),
        ({"files": SimpleUploadedFile("x.pdf", b"MZ\x90\x00nothing to read")}, "Vous pouvez ajouter un PDF"),
        ({"kind": ""}, "obligatoire"),
        ({"kind": "DOCPAT01"}, "Sélectionnez un choix valide"),
        ({"day": "2190-01-01"}, "dans le futur"),
        ({"announce": "later"}, "Donnez la date"),
        ({"announce": "later", "announce_on": "2001-01-01"}, "une date à venir"),
    ],
)
def test_a_mistake_is_said_at_its_place_and_nothing_is_kept(browse, world: World, kind, changed, words):
    answer = browse(world.dr_diallo).post(f"/pro/patients/{world.amina.id}/deposer/", letter(kind=kind) | changed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert hers(world.amina) == []


def test_the_author_takes_back_and_changes_his_mind(browse, world: World, kind):
    client = browse(world.dr_diallo)
    client.post(f"/pro/patients/{world.amina.id}/deposer/", letter(kind=kind))
    [sent] = record.my_deposits(world.dr_diallo)
    page = f"/pro/depots/{world.amina.id}/{sent.document_id}/retirer/"
    assert "Retirer ce dépôt ?" in client.get(page).content.decode()
    told = client.post(page, follow=True).content.decode()
    assert "Annuler" in told
    assert hers(world.amina) == []
    client.post(page, {"retablir": "oui"})
    assert hers(world.amina) == ["Avis cardiologique"]


def test_a_new_version_replaces_the_former(browse, world: World, kind):
    client, address = browse(world.dr_diallo), f"/pro/patients/{world.amina.id}/deposer/"
    client.post(address, letter(kind=kind))
    [sent] = record.my_deposits(world.dr_diallo)
    assert "Remplacer un document" in client.get(f"{address}?remplace={sent.document_id}").content.decode()
    again = letter(kind=kind, title="Avis relu", remplace=str(sent.document_id))
    client.post(address, again | {"files": SimpleUploadedFile("b.txt", b"Avis relu, tout va bien.")})
    assert hers(world.amina) == ["Avis relu"]


@pytest.mark.parametrize("act", ["", "annoncer/", "retirer/"])
def test_nobody_corrects_the_deposit_of_another(browse, world: World, act):
    report = deposited(world.labo_seine, world.amina, a_report("Bilan")).id
    for doctor in (world.dr_diallo, world.dr_roux):
        client = browse(doctor)
        page = f"/pro/depots/{world.amina.id}/{report}/{act}"
        answer = client.post(page) if act else client.get(page)
        assert answer.status_code in (403, 404)
    assert hers(world.amina) == ["Bilan"]


def test_what_the_structure_has_in_quarantine_is_told(browse, world: World):
    from dataclasses import replace

    nurse = world.doctor("Leroy", world.practice)
    software = replace(world.labo_seine, organisation_id=world.practice.id, organisation=world.practice.name)
    wrong = replace(world.amina.traits, birth_family="Inconnue")
    deposited(software, world.amina, traits=wrong)
    assert "INCONNUE" in browse(nurse).get("/pro/depots/").content.decode()
    assert "INCONNUE" not in browse(world.dr_roux).get("/pro/depots/").content.decode()
