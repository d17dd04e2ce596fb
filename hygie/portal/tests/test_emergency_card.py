"""La carte d'urgence: what she chose, in the reader's language, and nothing else of her record."""

from __future__ import annotations

import re
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from hygie.access.types import Action
from hygie.portal.tests.health import filed
from hygie.record import actions as record
from hygie.tests.world import NOW, World

PENICILLIN = {
    "resourceType": "AllergyIntolerance", "criticality": "high",
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "91936005"}], "text": "Allergie à la pénicilline"},
}  # fmt: skip
STRANGE = {"resourceType": "AllergyIntolerance", "code": {"text": "Plante du jardin"}}
ASTHMA = {"resourceType": "Condition", "code": {"text": "Asthme"}}
GROUP = {
    "resourceType": "Observation", "status": "final", "effectiveDateTime": "2024-05-02",
    "code": {"coding": [{"system": "http://loinc.org", "code": "882-1"}], "text": "Groupe sanguin ABO et Rhésus"},
    "valueString": "A+",
}  # fmt: skip


@pytest.fixture
def traveller(world: World):
    """Amina says what she knows; a laboratory wrote her group; she hides nothing here."""
    mine = world.amina.opens(Action.DECLARE)
    for one in (PENICILLIN, STRANGE, ASTHMA, GROUP | {"valueString": "B-"}):
        record.add_entry(mine, resource=one, at=NOW)
    filed(world, world.amina, GROUP, title="Groupe sanguin")
    return world.amina


def made(client, **said) -> str:
    values = {"sections": ["allergies", "blood", "contacts"], "first": "Zoé +33 6 00 00 00 00", "language": "de"} | said
    assert client.post("/qui-voit-quoi/carte/", values).status_code == 302
    return client.get("/qui-voit-quoi/carte/").content.decode()


def test_the_card_says_what_she_chose_in_eight_languages_and_nothing_else(browse, traveller):
    client = browse(traveller.actor)
    body = made(client)
    assert "pénicilline" in body and "Zoé +33" in body and "asthme" not in body.lower()
    assert "A+" in body and "B-" not in body  # a group is what a document says, never what one remembers
    german = client.get("/qui-voit-quoi/carte/?langue=de").content.decode()
    assert "Penicillin" in german and "Plante du jardin" in german and "wie auf Französisch geschrieben" in german
    arabic = client.get("/qui-voit-quoi/carte/imprimer/?langue=ar").content.decode()
    assert "البنسلين" in arabic and 'dir="rtl"' in arabic
    whole = client.get("/qui-voit-quoi/carte/hors-ligne/").content.decode()
    assert all(word in whole for word in ("penicillin", "penisilin", "البنسلين", "Notfallkarte"))
    assert "http" not in whole and "<script" not in whole


def test_the_card_is_carried_as_paper_and_as_an_image(browse, traveller):
    client = browse(traveller.actor)
    made(client)
    page = pypdfium2.PdfDocument(client.get("/qui-voit-quoi/carte/carte.pdf").content)[0]
    text = page.get_textpage().get_text_range()
    assert "Penicillin" in text and "A+" in text and "Notfallkarte" in text
    image = Image.open(BytesIO(client.get("/qui-voit-quoi/carte/ecran.png").content))
    assert image.size == (1080, 2340)


def test_a_card_in_arabic_is_text_beside_the_french(browse, traveller):
    client = browse(traveller.actor)
    made(client, language="ar")
    text = pypdfium2.PdfDocument(client.get("/qui-voit-quoi/carte/carte.pdf").content)[0].get_textpage()
    said = text.get_text_range()
    assert "pénicilline" in said and "grave" in said and "Plante du jardin" in said and "A+" in said
    assert len(re.findall("[\u0600-\u06ff]", said)) > 60 and "\u25a1" not in said


def test_its_square_shows_the_card_alone_in_the_readers_language_until_it_is_lost(browse, traveller):
    client, rescuer = browse(traveller.actor), browse()
    body = made(client)
    from hygie.access import queries

    share = queries.shares(traveller.opens(Action.LIST))[0]
    held = queries.link(traveller.opens(Action.LIST), share_id=share.id)
    inside = rescuer.post(
        f"/partage/{held.page}/", {"name": "Rettung"}, follow=True, headers={"accept-language": "de-DE"}
    )
    seen = inside.content.decode()
    assert "Penicillin" in seen and "asthm" not in seen.lower() and "schwer" in seen
    manifest = rescuer.post(f"/shl/{held.manifest}", '{"recipient": "SAMU"}', content_type="application/json")
    from hygie.formats import smart_links

    bundle, _ = smart_links.opened(held.key, manifest.json()["files"][0]["embedded"])
    assert b"nicilline" in bundle and b"Asthme" not in bundle
    changed = made(client, sections=["problems"])
    assert "asthme" in changed and held.page in {queries.link(traveller.opens(Action.LIST), share_id=share.id).page}
    assert "Asthma" in rescuer.get("/partage/lecture/?langue=de").content.decode()
    client.post(re.search(r"/qui-voit-quoi/partages/[0-9a-f-]+/arreter/", body)[0])
    assert rescuer.get("/partage/lecture/").status_code == 404
    assert browse(World().zoe.actor).get("/qui-voit-quoi/carte/carte.pdf").status_code == 404


def test_the_card_is_a_switch_of_its_own_beside_the_two_others(browse, traveller):
    client = browse(traveller.actor)
    asked = {"trois": "oui", "urgence": "oui"}
    assert client.post("/qui-voit-quoi/urgence/", asked | {"carte": "oui"})["Location"] == "/qui-voit-quoi/carte/"
    made(client)
    client.post("/qui-voit-quoi/urgence/", asked | {"carte": "oui"})
    assert client.get("/qui-voit-quoi/carte/carte.pdf").status_code == 200
    client.post("/qui-voit-quoi/urgence/", {"urgence": "oui"})  # the way back says nothing of the card
    assert client.get("/qui-voit-quoi/carte/carte.pdf").status_code == 200
    client.post("/qui-voit-quoi/urgence/", asked)
    assert client.get("/qui-voit-quoi/carte/carte.pdf").status_code == 404
