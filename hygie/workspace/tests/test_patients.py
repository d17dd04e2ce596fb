"""A professional's list, the way he finds somebody, and what he is told when a record is not open to him."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from hygie.access import actions as access
from hygie.access import queries as asks
from hygie.access.types import Action, RecordState
from hygie.formats.valuesets import class_label
from hygie.tests.world import NOW, Person, World


def typed(person: Person, **changed: str) -> dict[str, str]:
    """What a professional types to find this person."""
    return {
        "matricule": person.ins.matricule, "authority": person.ins.oid, "family": person.traits.birth_family,
        "given": person.traits.given_names[0], "born": person.traits.birth_date, "sex": person.traits.sex, **changed,
    }  # fmt: skip


def lines(person: Person) -> list[str]:
    return [
        line.action for line in asks.journal(person.opens(Action.READ_JOURNAL)) if line.actor_kind == "professional"
    ]


def blurred(body: bytes) -> str:
    """A page without what changes at each request, nor the address that was asked for."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body.decode())
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", text)


def test_the_list_names_who_opened_their_record_and_nobody_else(browse, world: World):
    world.lets_in(world.zoe, world.dr_roux)
    mark = world.amina.canaries[0].upper()
    page = browse(world.dr_diallo).get("/pro/").content.decode()
    assert mark in page
    assert "nouveau" in page
    assert world.zoe.canaries[0].upper() not in page
    assert lines(world.amina) == ["read-identity"]
    assert lines(world.zoe) == []


def test_names_stand_in_alphabetical_order_and_pages_of_fifty(browse, world: World, monkeypatch):
    monkeypatch.setattr("hygie.workspace.patients.PAGE", 2)
    world.lets_in(world.zoe, world.dr_diallo)
    world.lets_in(world.person("Bruno", "Aubert"), world.dr_diallo)
    assert world.amina
    found = [browse(world.dr_diallo).get(f"/pro/?page={n}").content.decode() for n in (1, 2, 9)]
    names = [re.findall(r">(BENALI|MARTIN|AUBERT)", page) for page in found]
    assert sorted(names[0] + names[1]) == ["AUBERT", "BENALI", "MARTIN"]
    assert all(one == sorted(one) for one in names)
    assert names[1] == names[2]
    assert "Page 1 sur 2" in found[0]


def test_an_empty_list_says_how_it_fills(browse, world: World):
    page = browse(world.dr_roux).get("/pro/").content.decode()
    assert "Aucun dossier ouvert" in page
    assert world.dr_roux.rpps in page


def test_whom_the_list_no_longer_holds_when_she_takes_her_agreement_back(browse, world: World):
    access.set_care_team_consent(world.amina.opens(Action.SET_ACCESS), given=False, at=NOW)
    assert world.amina.canaries[0].upper() not in browse(world.dr_diallo).get("/pro/").content.decode()


def test_an_emergency_that_runs_is_in_the_list_without_a_name(browse, world: World):
    client = browse(world.dr_roux)
    client.post(f"/pro/patients/{world.amina.id}/urgence/", {"reason": "Patiente inconsciente, admise ce matin"})
    page = client.get("/pro/").content.decode()
    assert f"/pro/patients/{world.amina.id}/?acces=urgence" in page
    assert world.amina.canaries[0].upper() not in page


@pytest.mark.parametrize("path", ["", "trouver/", "depots/", "urgence/", "patients/{id}/", "patients/{id}/deposer/"])
def test_only_professionals_come_here(browse, world: World, path: str):
    path = "/pro/" + path.format(id=world.amina.id)
    assert browse().get(path).status_code == 302
    assert browse(world.amina.actor).get(path).status_code == 404
    assert browse(world.operator).get(path).status_code == 404


def test_a_person_is_found_by_matricule_and_traits_together(browse, world: World):
    assert world.amina
    page = browse(world.dr_roux).post("/pro/trouver/", typed(world.amina)).content.decode()
    assert "Son dossier ne vous est pas ouvert" in page
    assert world.dr_roux.rpps in page
    assert lines(world.amina) == ["find"]
    page = browse(world.dr_diallo).post("/pro/trouver/", typed(world.amina)).content.decode()
    assert "Cette personne vous a ouvert son dossier" in page


def test_absent_mismatched_closed_and_blocking_look_alike(browse, world: World):
    client = browse(world.dr_roux)
    ghost = Person(uuid4(), world.zoe.traits, World.matricule("1979-11-02", "female"), world.zoe.actor)
    closed = world.person("Inès", "Kaci", state=RecordState.CLOSED)
    blocking = world.person("Léa", "Moreau")
    access.block(blocking.opens(Action.SET_ACCESS), professional_id=world.dr_roux.id, at=NOW)
    asked = [
        typed(ghost, family="X"), typed(world.zoe, born="1979-11-03", family="X"),
        typed(closed), typed(blocking),
    ]  # fmt: skip
    answers = [client.post("/pro/trouver/", one) for one in asked]
    bodies = []
    for said, answer in zip(asked, answers, strict=True):
        assert answer.status_code == 200
        body = blurred(answer.content)
        for value in said.values():
            body = body.replace(f'value="{value}"', "")
        bodies.append(body)
    assert len(set(bodies)) == 1
    assert "Nous ne trouvons personne" in bodies[0]


def test_what_was_typed_never_travels_in_an_address(browse, world: World):
    """Asked by an address, the page is the empty form: nothing is looked for, nothing is filled in."""
    page = browse(world.dr_roux).get("/pro/trouver/", typed(world.amina)).content.decode()
    assert "Trouver une personne" in page
    assert f'name="matricule" value="{world.amina.ins.matricule}"' not in page
    assert lines(world.amina) == []


def test_a_wrong_key_is_said_at_its_field_or_left_to_the_search(browse, world: World):
    page = browse(world.dr_roux).post("/pro/trouver/", typed(world.zoe, matricule="12")).content.decode()
    assert "15 caractères" in page
    assert 'aria-invalid="true"' in page


def test_too_many_misses_end_for_the_structure(browse, world: World):
    world.searched_in_vain(world.dr_roux, 58, at=timezone.now() - timedelta(minutes=1))
    client = browse(world.dr_roux)
    for _ in range(2):
        client.post("/pro/trouver/", typed(world.zoe, born="1950-01-01"))
    answer = client.post("/pro/trouver/", typed(world.zoe))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_record_not_open_says_what_to_do_and_not_whether_it_exists(browse, world: World):
    client = browse(world.dr_roux)
    hers, none = client.get(f"/pro/patients/{world.amina.id}/"), client.get(f"/pro/patients/{uuid4()}/")
    assert hers.status_code == none.status_code == 404
    assert blurred(hers.content) == blurred(none.content)
    for words in ("Ce dossier ne vous est pas ouvert", "Qui voit quoi", world.dr_roux.rpps, "accès en urgence"):
        assert words in hers.content.decode()


def test_right_role_wrong_patient(browse, world: World):
    world.lets_in(world.zoe, world.dr_roux)
    client = browse(world.dr_diallo)
    assert client.get(f"/pro/patients/{world.amina.id}/").status_code == 200
    answer = client.get(f"/pro/patients/{world.zoe.id}/")
    assert answer.status_code == 404
    assert world.zoe.canaries[0].upper() not in answer.content.decode().upper()


def test_an_access_with_an_end_says_when(browse, world: World):
    world.lets_in(world.zoe, world.dr_diallo, until=NOW + timedelta(days=40), classes=frozenset({"10"}))
    for address in ("", "documents/"):
        page = browse(world.dr_diallo).get(f"/pro/patients/{world.zoe.id}/{address}").content.decode()
        assert "uvert à vous par la personne" in page
        assert "jusqu’au" in page
        assert f"La personne limite votre accès à : {class_label('10').lower()}" in page


def test_the_way_to_an_invitation_is_the_same_for_all_and_tells_nothing_of_anybody(browse, world: World):
    asleep = world.person("Louise", state=RecordState.SLEEPING)
    client = browse(world.dr_diallo)
    refused = [client.get(f"/pro/patients/{one}/").content.decode() for one in (asleep.id, world.zoe.id, uuid4())]
    links = {re.search(r'href="(/pro/inviter/[^"]*)"', one).group(1) for one in refused}  # type: ignore[union-attr]
    assert links == {"/pro/inviter/"}
    for one in (asleep, world.zoe):  # found by nobody: no form leads to a code
        assert client.post(f"/pro/inviter/{one.id}/", {"verifiee": "oui"})["Location"] == "/pro/trouver/"
    assert browse(world.amina.actor).get("/pro/inviter/").status_code == 404
