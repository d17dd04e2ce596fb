"""Ajouter un document: several at once, each told about; nothing that Hygie cannot open is taken in."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hygie.access.types import Action
from hygie.record import queries as record
from hygie.tests.world import World
from hygie.ui import uploads


def photo(colour: str = "white", kind: str = "JPEG") -> bytes:
    made = BytesIO()
    Image.new("RGB", (600, 800), colour).save(made, kind)
    return made.getvalue()


def a_file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def hers(world: World):
    return record.documents(world.amina.opens(Action.LIST), archived=None)


PRESCRIPTION = (
    "ORDONNANCE\nDr Awa Diallo, médecin\nParis, le 3 mars 2024\nLévothyroxine 75, 1 comprimé le matin".encode()
)


def test_a_prescription_is_recognised_filed_and_dated(browse, world: World):
    body = browse(world.amina.actor).post("/documents/ajouter/", {"documents": [a_file("IMG_0001.txt", PRESCRIPTION)]})
    (one,) = hers(world)
    assert body.status_code == 200
    assert "C’est ajouté" in body.content.decode()
    assert "Ordonnances et soins" in body.content.decode()
    assert one.metadata.class_code == "42"
    assert one.metadata.media_type == "text/plain"
    assert one.day.date().isoformat() == "2024-03-03"
    assert one.by_patient


def test_several_files_are_each_told_about_the_bad_one_with_its_reason(browse, world: World):
    files = [a_file("a.jpg", photo()), a_file("page.html", b"<html><script>1</script>"), a_file("vide.pdf", b"")]
    body = browse(world.amina.actor).post("/documents/ajouter/", {"documents": files}).content.decode()
    assert len(hers(world)) == 1
    assert "page.html" in body
    assert "Vous pouvez ajouter un PDF" in body


def test_the_type_comes_from_the_content_and_never_from_the_name(browse, world: World):
    browse(world.amina.actor).post("/documents/ajouter/", {"documents": [a_file("photo.pdf", photo(kind="PNG"))]})
    (one,) = hers(world)
    assert one.metadata.media_type == "image/png"


def test_photos_of_one_document_become_one_document(browse, world: World):
    pages = [a_file(f"{n}.jpg", photo(colour)) for n, colour in enumerate(("white", "red", "blue"))]
    client = browse(world.amina.actor)
    client.post("/documents/ajouter/", {"documents": pages, "together": "on", "title": "Carnet de santé"})
    (one,) = hers(world)
    assert one.metadata.title == "Carnet de santé"
    assert one.metadata.media_type == "application/pdf"
    assert client.get(f"/documents/{one.id}/pages/3/").status_code == 200


def test_nothing_chosen_is_said_beside_the_field(browse, world: World):
    answer = browse(world.amina.actor).post("/documents/ajouter/", {})
    assert answer.status_code == 422
    assert "Choisissez au moins un fichier" in answer.content.decode()


def test_a_file_too_heavy_is_named_and_the_others_are_kept(browse, world: World, monkeypatch):
    monkeypatch.setattr(uploads, "LIMIT", 50_000)
    files = [a_file("lourd.pdf", b"%PDF-" + b"x" * 60_000), a_file("note.txt", PRESCRIPTION)]
    body = browse(world.amina.actor).post("/documents/ajouter/", {"documents": files}).content.decode()
    assert "lourd.pdf" in body
    assert "dépasse 25\u00a0Mo" in body
    assert len(hers(world)) == 1


def test_a_date_to_come_is_refused_with_how_to_mend_it(browse, world: World):
    answer = browse(world.amina.actor).post(
        "/documents/ajouter/", {"documents": [a_file("n.txt", PRESCRIPTION)], "day": "2199-01-01"}
    )
    assert answer.status_code == 422
    assert "dans le futur" in answer.content.decode()
    assert hers(world) == []


def test_a_document_can_be_hidden_from_professionals_from_the_start(browse, world: World):
    browse(world.amina.actor).post(
        "/documents/ajouter/", {"documents": [a_file("n.txt", PRESCRIPTION)], "hidden": "on"}
    )
    (one,) = hers(world)
    assert "MASQUE_PS" in one.visibility


@pytest.fixture
def added(browse, world: World):
    browse(world.amina.actor).post("/documents/ajouter/", {"documents": [a_file("n.txt", PRESCRIPTION)]})
    return hers(world)[0]


def test_what_hygie_proposed_can_be_corrected_and_the_former_version_is_kept(browse, world: World, added):
    client = browse(world.amina.actor)
    page = client.post(
        f"/documents/{added.id}/corriger/",
        {"title": "Mon traitement", "kind": "DOCPAT03", "day": "2024-02-01"},
        follow=True,
    ).content.decode()
    assert "Mon traitement" in page
    assert "Autres versions" in page
    (current,) = hers(world)
    assert current.metadata.class_code == "10"
    assert (
        record.content(world.amina.opens(Action.READ, object_id=current.id), document_id=current.id).data
        == PRESCRIPTION
    )


def test_a_correction_keeps_what_was_hidden_hidden(browse, world: World, added):
    client = browse(world.amina.actor)
    client.post(f"/documents/{added.id}/masquer/", {"masquer": "oui"})
    client.post(f"/documents/{added.id}/corriger/", {"title": "T", "kind": "DOCPAT02", "day": "2024-02-01"})
    assert "MASQUE_PS" in hers(world)[0].visibility


def test_what_she_took_back_is_gone_and_comes_back_when_she_undoes_it(browse, world: World, added):
    client = browse(world.amina.actor)
    assert "Retirer ce document" in client.get(f"/documents/{added.id}/retirer/").content.decode()
    body = client.post(f"/documents/{added.id}/retirer/", follow=True).content.decode()
    assert "plus personne ne le voit" in body
    assert hers(world) == []
    client.post(f"/documents/{added.id}/retirer/", {"retablir": "oui"})
    assert [one.id for one in hers(world)] == [added.id]


def test_nobody_else_corrects_or_takes_back_what_she_added(browse, world: World, added):
    zoe = browse(world.zoe.actor)
    correction = {"title": "x", "kind": "DOCPAT03", "day": "2024-02-01"}
    assert zoe.post(f"/documents/{added.id}/corriger/", correction).status_code == 404
    assert zoe.post(f"/documents/{added.id}/retirer/").status_code == 404
    assert [one.metadata.title for one in hers(world)] == [added.metadata.title]
