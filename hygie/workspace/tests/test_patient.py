"""One patient and one document, as her doctor reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from hygie.access import actions as access
from hygie.access import queries as asks
from hygie.access.sentences import fold
from hygie.access.types import Action, Channel
from hygie.record import actions as record
from hygie.tests.world import NOW, World, a_report, care, deposited


@pytest.fixture
def report(world: World):
    return deposited(world.labo_seine, world.amina, a_report("Bilan thyroïdien", content=b"TSH 2,1 mUI/L")).id


def test_her_documents_with_who_wrote_them_and_what_she_may_have_hidden(browse, world: World, report):
    page = browse(world.dr_diallo).get(f"/pro/patients/{world.amina.id}/documents/").content.decode()
    for words in ("Bilan thyroïdien", "Labo Seine", "INS qualifiée", "C’est votre première visite",
                  "Des éléments peuvent être masqués", "approximation de la matrice officielle"):  # fmt: skip
        assert words in page


def test_what_she_hid_is_not_there_and_the_page_is_the_same(browse, world: World, report):
    hidden = deposited(world.labo_seine, world.amina, a_report("Sérologie")).id
    grant = record.open_to_correct(world.amina.asks(Action.SET_VISIBILITY, object_id=hidden))
    record.set_visibility(grant, document_id=hidden, add={"MASQUE_PS"}, at=NOW)
    client = browse(world.dr_diallo)
    for address in ("", "documents/", "chercher/?mots=serologie", "chercher/?mots=bilan"):
        page = client.get(f"/pro/patients/{world.amina.id}/{address}").content.decode()
        assert "Sérologie" not in page
        assert "Des éléments peuvent être masqués" in page
    assert client.get(f"/pro/patients/{world.amina.id}/documents/{hidden}/").status_code == 404


def test_what_came_since_the_last_visit_is_marked_once(browse, world: World, report):
    before = care(world.dr_diallo, world.amina, channel=Channel.LIST)
    access.open_record(replace(before, at=NOW - timedelta(days=30)))
    address = f"/pro/patients/{world.amina.id}/documents/"
    client = browse(world.dr_diallo)
    page = client.get(address).content.decode()
    assert f"Depuis le {timezone.localtime(NOW - timedelta(days=30)):%d/%m/%Y}" in page
    assert page.count('data-tone="new"') == 1
    assert "Bilan thyroïdien" in client.get(address + "?nouveau=1").content.decode()


def test_filters_narrow_and_say_when_nothing_is_left(browse, world: World, report):
    deposited(world.labo_seine, world.amina, a_report("Ordonnance de fer", type_code="57833-6", class_code="42"))
    client, address = browse(world.dr_diallo), f"/pro/patients/{world.amina.id}/documents/"
    both = client.get(address).content.decode()
    assert "Ordonnance de fer" in both
    only = client.get(address + "?categorie=analyses").content.decode()
    assert "Bilan thyroïdien" in only
    assert "Ordonnance de fer" not in only
    assert "Ordonnance de fer" in client.get(address + "?mots=ordonnance+fer").content.decode()
    assert "Rien ne correspond" in client.get(address + "?periode=1999").content.decode()


def test_a_document_is_shown_safely_and_can_be_kept(browse, world: World, report):
    client, address = browse(world.dr_diallo), f"/pro/patients/{world.amina.id}/documents/{report}/"
    page = client.get(address).content.decode()
    assert "TSH 2,1 mUI/L" in page
    assert "Dossier ouvert à vous par la personne" in page
    assert client.get(address + "pages/1/").headers["Content-Type"].startswith("image/")
    original = client.get(address + "original/")
    assert original.content == b"TSH 2,1 mUI/L"
    assert original.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("suffix", ["", "pages/1/", "images/0/", "jointes/0/", "original/"])
def test_right_role_wrong_patient_and_right_patient_wrong_role(browse, world: World, report, suffix):
    """Her doctor asks for her document through another patient's address; a doctor who is not hers asks for it."""
    world.lets_in(world.zoe, world.dr_diallo)
    through = browse(world.dr_diallo).get(f"/pro/patients/{world.zoe.id}/documents/{report}/{suffix}")
    foreign = browse(world.dr_roux).get(f"/pro/patients/{world.amina.id}/documents/{report}/{suffix}")
    for answer in (through, foreign):
        assert answer.status_code == 404
        assert b"TSH 2,1" not in answer.content


@pytest.mark.parametrize("way", ["?acces=urgence", "?acces=depot"])
def test_the_address_asks_and_the_rules_decide(browse, world: World, report, way):
    """Writing « urgence » or « depot » in the address opens nothing by itself."""
    answer = browse(world.dr_roux).get(f"/pro/patients/{world.amina.id}/documents/{report}/{way}")
    assert answer.status_code in (302, 404)
    assert b"TSH 2,1" not in answer.content


def test_reading_a_document_of_several_pages_is_one_look_in_her_journal(browse, world: World, report):
    client, address = browse(world.dr_diallo), f"/pro/patients/{world.amina.id}/documents/{report}/"
    client.get(address)
    client.get(address + "pages/1/")
    told = fold(asks.journal(world.amina.opens(Action.READ_JOURNAL)))
    looks = [item for group in told for item in group.items if item.lines[0].action == Action.READ]
    assert [(one.count, "a lu un compte rendu." in one.sentence.what) for one in looks] == [(2, True)]


def test_her_journal_says_which_kind_of_document_was_read_unless_it_is_not_announced_to_her(browse, world: World):
    kept_back = a_report(visibility=frozenset({"N", "INVISIBLE_PATIENT"}))
    kept_back = replace(kept_back, announce_on=(NOW + timedelta(days=9)).date())
    told = {}
    for document in (a_report(type_code="57833-6", class_code="42"), kept_back):
        receipt = deposited(world.labo_seine, world.amina, document)
        address = f"/pro/patients/{world.amina.id}/documents/{receipt.id}/"
        assert browse(world.dr_diallo).get(address).status_code == 200
        lines = asks.journal(world.amina.opens(Action.READ_JOURNAL))
        told[receipt.id] = {
            line.category for line in lines if line.object_id == receipt.id and line.action == Action.READ
        }
    assert list(told.values()) == [{"42"}, {None}]
