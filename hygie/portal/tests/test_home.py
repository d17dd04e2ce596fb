"""Accueil: what is new, who came, what to do."""

from __future__ import annotations

from hygie.access import actions as access
from hygie.access.types import Action, RecordState
from hygie.tests.world import NOW, World, a_report, care, deposited


def test_nobody_signed_in_reads_what_hygie_is_and_nothing_else(browse):
    body = browse().get("/").content.decode()
    assert "Ce que Hygie ne fera jamais" in body
    assert "/connexion/" in body


def test_a_new_document_is_announced_until_it_is_opened(browse, world: World):
    receipt = deposited(world.labo_seine, world.amina, a_report("Dosage tout neuf"))
    client = browse(world.amina.actor)
    body = client.get("/accueil/").content.decode()
    assert "1 document nouveau vous attend" in body
    assert "Dosage tout neuf" in body
    assert client.get(f"/documents/{receipt.id}/").status_code == 200
    assert "Rien de nouveau" in client.get("/accueil/").content.decode()


def test_what_she_added_herself_is_never_new(browse, world: World):
    client = browse(world.amina.actor)
    client.post("/documents/ajouter/", {"documents": [_text_file()]})
    assert "Rien de nouveau" in client.get("/accueil/").content.decode()


def test_home_never_shows_somebody_elses_documents(browse, world: World):
    deposited(world.labo_seine, world.amina, a_report(f"Analyse {world.amina.canaries[0]}"))
    body = browse(world.zoe.actor).get("/accueil/").content.decode()
    assert world.amina.canaries[0] not in body
    assert "encore vide" in body


def test_home_says_who_came(browse, world: World):
    access.open_record(care(world.dr_diallo, world.amina))
    body = browse(world.amina.actor).get("/accueil/").content.decode()
    assert "Dr Diallo" in body
    assert "Ce n’est pas normal" in body


def test_a_person_who_has_decided_nothing_is_told_so_without_hurry(browse, world: World):
    body = browse(world.zoe.actor).get("/accueil/").content.decode()
    assert "Décider qui voit quoi" in body


def test_a_sleeping_space_opens_when_its_person_says_so_with_her_answer_about_her_care_team(browse, world: World):
    lou = world.person("Lou", state=RecordState.SLEEPING)
    client = browse(lou.actor)
    assert "Votre espace est prêt" in client.get("/accueil/").content.decode()
    assert client.post("/accueil/ouvrir/", {"equipe": "oui"}).status_code == 302
    body = client.get("/accueil/").content.decode()
    assert "Votre espace est ouvert" in body
    assert "Décider qui voit quoi" not in body


def test_a_person_who_refused_a_space_is_led_to_where_she_can_change_her_mind(browse, world: World):
    access.set_state(world.zoe.opens(Action.SET_ACCESS), state=RecordState.OPPOSED, at=NOW)
    client = browse(world.zoe.actor)
    assert client.get("/accueil/", follow=True).redirect_chain == [("/compte/", 302)]
    client.post("/compte/espace/ouvrir/")
    assert client.get("/accueil/").status_code == 200


def test_every_page_sends_whoever_is_not_signed_in_to_the_way_in(browse):
    for address in ("/accueil/", "/documents/", "/documents/ajouter/", "/qui-voit-quoi/", "/compte/"):
        answer = browse().get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/connexion/")


def test_a_doctor_finds_no_persons_page(browse, world: World):
    for address in ("/accueil/", "/documents/", "/qui-voit-quoi/journal/", "/compte/"):
        assert browse(world.dr_diallo).get(address).status_code == 404


def _text_file():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("note.txt", b"Ordonnance du 3 mars 2024, Dr Diallo.")
