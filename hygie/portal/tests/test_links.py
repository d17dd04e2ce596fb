"""Partager: from her page to the page of whoever holds the link, and back to her."""

from __future__ import annotations

import re

from hygie.access import queries
from hygie.access.types import Action
from hygie.portal.tests.health import filed, observation
from hygie.record import actions as record
from hygie.record import queries as recorded
from hygie.tests.world import NOW, World, a_report, deposited

_ADDRESS = re.compile(r'value="https?://[^/"]+(/partage/[^"]+/)"')


def given(client, **said):
    answer = client.post("/qui-voit-quoi/partages/nouveau/", {"lasts": "1j", "most": "5"} | said)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"], client.get(answer["Location"]).content.decode()


def test_a_link_is_given_opened_answered_and_ended(browse, world: World):
    paper = deposited(world.labo_seine, world.amina, a_report("Bilan de mars", content=b"Ferritine 12")).id
    hidden = deposited(world.labo_seine, world.amina, a_report("Autre papier")).id
    hers, reader = browse(world.amina.actor), browse()
    page, body = given(hers, documents=str(paper), summary="on", passcode="tilleul", spoken="on", label="Porto")
    address = _ADDRESS.search(body)[1]
    assert "<svg" in body and "shlink:/" in body and "tilleul" not in body
    assert world.amina.traits.birth_family.title() not in reader.get(address).content.decode()
    wrong = reader.post(address, {"name": "Dr Smith", "passcode": "non"})
    assert wrong.status_code == 422 and "9 essais" in wrong.content.decode()
    inside = reader.post(address, {"name": "Dr Smith", "passcode": "Tilleul"}, follow=True).content.decode()
    assert "Bilan de mars" in inside and "Autre papier" not in inside and "Benali" in inside
    assert world.amina.ins.matricule not in inside
    assert reader.get(f"/partage/lecture/{paper}/original/").content == b"Ferritine 12"
    assert "Ferritine" in reader.get(f"/partage/lecture/{paper}/").content.decode()
    assert reader.get(f"/partage/lecture/{hidden}/").status_code == 404
    assert (
        "votre mot attend"
        in reader.post("/partage/lecture/mot/", {"mot": "À revoir."}, follow=True).content.decode().lower()
    )
    listed = hers.get("/qui-voit-quoi/partages/").content.decode()
    assert "Dr Smith" in listed and "À revoir." in listed
    first = hers.get("/accueil/").content.decode()
    assert "On vous a laissé un mot" in first and "/qui-voit-quoi/partages/#mots" in first
    assert "Rien à faire de votre côté" not in first and "À revoir." not in first
    assert "On vous a laissé un mot" not in browse(world.zoe.actor).get("/accueil/").content.decode()
    hers.post("/lecture/", {"facile": "oui"})
    assert "Une personne vous a écrit." in hers.get("/accueil/").content.decode()
    hers.post("/lecture/", {"facile": "non"})
    note = re.search(r"/qui-voit-quoi/partages/mots/[0-9a-f-]+/", listed)[0]
    hers.post(note, {"garder": "oui"})
    assert "On vous a laissé un mot" not in hers.get("/accueil/").content.decode()
    titles = [one.metadata.title for one in recorded.documents(world.amina.opens(Action.LIST))]
    assert "Mot de Dr Smith" in titles
    hers.post(f"{page}arreter/")
    assert reader.get("/partage/lecture/").status_code == 404
    assert reader.get(f"/partage/lecture/{paper}/original/").status_code == 404
    assert reader.post(address, {"name": "Dr Smith", "passcode": "tilleul"}).status_code == 422


def test_a_closed_space_gives_no_link_and_who_holds_one_is_told_that_it_is_over(browse, world: World):
    owner = world.person("Amina")
    hers, reader = browse(owner.actor), browse()
    _page, body = given(hers, summary="on")
    address = _ADDRESS.search(body)[1]
    hers.post("/compte/espace/fermer/")
    told = reader.post(address, {"name": "Dr Smith"})
    assert told.status_code == 422 and "Ce partage n’existe pas, ou il est terminé" in told.content.decode()
    assert "vos documents et vos réglages" not in told.content.decode(), "a reader has none"
    for page in (
        hers.get("/qui-voit-quoi/partages/nouveau/"),
        hers.post("/qui-voit-quoi/partages/nouveau/", {"summary": "on", "lasts": "1j"}),
    ):
        assert "Votre espace est fermé" in page.content.decode()
    confided = hers.post("/famille/aide/confier/", {"name": "Zoé", "relation": "daughter", "level": "see"})
    assert "Votre espace est fermé" in confided.content.decode() and "14 jours" not in confided.content.decode()
    hers.post("/compte/espace/ouvrir/")
    assert reader.post(address, {"name": "Dr Smith"}).status_code == 302


def test_in_arabic_the_day_of_a_paper_to_share_is_not_torn_by_its_french_title(browse, world: World):
    deposited(world.labo_seine, world.amina, a_report("Bilan de mars"))
    hers = browse(world.amina.actor)
    hers.post("/langue/", {"langue": "ar"})
    assert re.search(
        r"\u2068Bilan de mars\u2069، \u2068\d+", hers.get("/qui-voit-quoi/partages/nouveau/").content.decode()
    )


def test_a_paper_of_values_alone_shows_them_to_her_and_to_who_holds_the_link(browse, world: World):
    paper = filed(world, world.amina, observation("29463-7", "Poids", 62.6, "kg", "2026-03-12"), title="Ma balance").id
    hers, reader = browse(world.amina.actor), browse()
    _, body = given(hers, documents=str(paper))
    reader.post(_ADDRESS.search(body)[1], {"name": "Dr Smith"})
    for told in (hers.get(f"/documents/{paper}/"), reader.get(f"/partage/lecture/{paper}/")):
        words = told.content.decode()
        assert "Ce que dit le document" in words and "Poids" in words and "62,6" in words
        assert "ne s’affiche pas" not in words and "ne se montre pas" not in words


def test_a_bill_kept_apart_goes_by_no_link_and_the_page_says_so(browse, world: World):
    hidden = frozenset({"N", "MASQUE_PS"})
    facture = a_report("Facture de Labo", type_code="REMB", class_code="60", visibility=hidden)
    bill = record.add(actor=world.amina.actor, patient_id=world.amina.id, document=facture, at=NOW).id
    client = browse(world.amina.actor)
    page = client.get(f"/qui-voit-quoi/partages/nouveau/?document={bill}").content.decode()
    assert "Facture de Labo" in page and "ni une facture gardée à part" in page and f'value="{bill}"' not in page
    answer = client.post("/qui-voit-quoi/partages/nouveau/", {"lasts": "1j", "most": "5", "documents": str(bill)})
    assert answer.status_code == 422 and "ni une facture gardée à part" in answer.content.decode()


def test_a_code_said_on_the_telephone_opens_the_same_page(browse, world: World):
    hers, reader = browse(world.amina.actor), browse()
    _, body = given(hers, summary="on", spoken="on")
    code = re.search(r"<bdi dir=\"ltr\">([\d ]{15})</bdi>", body)[1]
    assert "12 chiffres" in reader.post("/partage/", {"code": "12", "name": "Zoé"}).content.decode()
    inside = reader.post("/partage/", {"code": code, "name": "Zoé"}, follow=True).content.decode()
    assert "Partagé par la personne elle-même" in inside
    assert reader.post("/partage/", {"code": "0" * 12, "name": "Zoé"}).status_code == 422


def test_a_share_of_nothing_says_what_to_mend_and_somebody_else_sees_nothing_of_it(browse, world: World):
    hers = browse(world.amina.actor)
    answer = hers.post("/qui-voit-quoi/partages/nouveau/", {"lasts": "1j", "most": "1"})
    assert answer.status_code == 422 and "au moins un document" in answer.content.decode()
    page, _ = given(hers, summary="on")
    zoe = browse(world.zoe.actor)
    assert zoe.get(page).status_code == 404
    assert zoe.post(f"{page}arreter/").status_code == 404
    assert queries.shares(world.amina.opens(Action.LIST))[0].ended is None
