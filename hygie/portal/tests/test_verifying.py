"""« À vérifier » : her eye on what was read for her; yes, no, rather this, and back; hers only."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from hygie.access.types import Action
from hygie.formats import extraction
from hygie.formats.entries import AS_PRINTED, Certainty, Entry, Found, Unread
from hygie.formats.pdf import text_pdf
from hygie.portal import verifying
from hygie.record import queries
from hygie.record.types import Item, State
from hygie.tests.world import Person, World, a_report, deposited, read_by_machine

HERE = "/ma-sante/a-verifier/"


def ferritin(value: float = 26) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": "2026-03-12",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2276-4", "display": "Ferritine"}], "text": "Ferritine"},
        "valueQuantity": {"value": value, "unit": "µg/L", "system": "http://unitsofmeasure.org", "code": "ug/L"},
        "extension": [{"url": AS_PRINTED, "valueString": "26 µg/L"}],
        "interpretation": [{"text": "L"}],
    }  # fmt: skip


@pytest.fixture
def scan(world: World, monkeypatch: pytest.MonkeyPatch) -> Item:
    """A scan in which a 62 was read as 26, and a page that could not be read."""
    found = Found(
        "paper", "1",
        (
            Entry(ferritin(), "page 1, ligne 4", Certainty.SUGGESTED, 0.6, "Ferritine 26 µg/L"),
            Entry({"resourceType": "Condition", "code": {"text": "Carence en fer"}}, "page 1, ligne 9", Certainty.SUGGESTED),
        ),
        (Unread("page 2, tableau", "Cette page est trop pâle."),),
    )  # fmt: skip
    monkeypatch.setattr(extraction, "extract", lambda data, media_type=None: found)
    receipt = deposited(world.labo_seine, world.amina, a_report("Bilan scanné"))
    read_by_machine(world.amina, receipt)
    return queries.entries_of(world.amina.opens(Action.LIST), document_id=receipt.id)[0]


def text(response: Any) -> str:
    assert response.status_code in (200, 422), response.status_code
    return re.sub(r"\s+", " ", response.content.decode().replace("\xa0", " "))


def address(item: Item, more: str = "") -> str:
    assert item.source is not None
    return f"{HERE}{item.source.document_id}/{item.id}/{more}"


def now(person: Person, item: Item) -> Item:
    return queries.entry(person.opens(Action.LIST), entry_id=item.id)


def test_what_was_read_is_shown_beside_the_words_it_was_read_from(browse, world: World, scan: Item) -> None:
    page = text(browse(world.amina.actor).get(HERE))
    assert "2 informations lues sur des papiers attendent votre œil." in page
    for words in (
        "Bilan scanné",
        "Ferritine",
        "26 µg/L",
        "<q>Ferritine 26 µg/L</q>",
        "page 1 du document",
        "Carence en fer",
    ):
        assert words in page
    assert "Rien n’attend votre œil" in text(browse(world.zoe.actor).get(HERE))


def test_yes_no_and_back(browse, world: World, scan: Item) -> None:
    browser = browse(world.amina.actor)
    for said, state in (("oui", State.CONFIRMED), ("reprendre", State.SUGGESTED), ("non", State.REJECTED)):
        answer = browser.post(address(scan), {"reponse": said}, follow=True)
        assert answer.redirect_chain == [(HERE, 302)]
        assert now(world.amina, scan).state is state
    assert "Annuler" in text(answer) and "Ferritine" not in text(browser.get(HERE))
    assert browser.post(address(scan), {"reponse": "peut-être"}).status_code == 404
    assert browser.get(address(scan)).status_code == 405


def test_a_misread_value_is_put_right_and_the_misreading_goes_away_with_it(browse, world: World, scan: Item) -> None:
    browser = browse(world.amina.actor)
    page = text(browser.get(address(scan, "corriger/")))
    assert 'value="26"' in page and 'value="2026-03-12"' in page and "/pages/1/" in page
    said = {"value": "< 62,5", "unit": "µg/L", "day": "2026-03-13"}
    assert "C’est corrigé et confirmé" in text(browser.post(address(scan, "corriger/"), said, follow=True))
    right = now(world.amina, scan)
    assert right.state is State.CONFIRMED and str(right.day) == "2026-03-13"
    assert right.resource["valueQuantity"] == ferritin()["valueQuantity"] | {"value": 62.5, "comparator": "<"}
    assert "extension" not in right.resource and "interpretation" not in right.resource
    browser.post(address(scan, "corriger/"), {"value": "62", "unit": "mg/L", "day": "2026-03-13"})
    assert now(world.amina, scan).resource["valueQuantity"] == {"value": 62, "unit": "mg/L"}


@pytest.mark.parametrize("value", ["", "beaucoup", "1 2", "1e9", "--3"])
def test_what_is_no_number_is_said_so(browse, world: World, scan: Item, value: str) -> None:
    answer = browse(world.amina.actor).post(
        address(scan, "corriger/"), {"value": value, "unit": "µg/L", "day": "2026-03-12"}
    )
    assert answer.status_code == 422 and now(world.amina, scan).state is State.SUGGESTED


def test_a_name_is_put_right_too(browse, world: World, scan: Item) -> None:
    grant = world.amina.opens(Action.LIST)
    (problem,) = queries.entries(grant, kinds=["Condition"])
    browser = browse(world.amina.actor)
    assert 'value="Carence en fer"' in text(browser.get(address(problem, "corriger/")))
    browser.post(address(problem, "corriger/"), {"name": "Carence en vitamine D"})
    assert now(world.amina, problem).resource["code"] == {"text": "Carence en vitamine D"}


def test_the_page_of_the_document_says_what_it_says_and_what_could_not_be_read(
    browse, world: World, scan: Item
) -> None:
    assert scan.source is not None
    browser = browse(world.amina.actor)
    here = f"/documents/{scan.source.document_id}/"
    page = text(browser.get(here))
    assert "Ce que Hygie y a lu" in page and "Cette page est trop pâle." in page and "(page 2)" in page
    answer = browser.post(address(scan), {"reponse": "oui", "depuis": "document"})
    assert answer.headers["Location"] == here + "#lu"
    assert "vérifié (<bdi>vous</bdi>)" in text(browser.get(here)) and "Revenir sur cette réponse" in text(
        browser.get(here)
    )


def test_the_paper_itself_stands_beside_each_reading_for_her_eyes_alone(browse, world: World) -> None:
    paper = text_pdf(
        "Ordonnance", ["Dr Awa Diallo", "Le 12/03/2026", "Doliprane 1000 mg, 1 comprimé 3 fois par jour, 5 jours"]
    )
    document = a_report("Ordonnance", type_code="57833-6", class_code="42", content=paper)
    document = replace(document, metadata=replace(document.metadata, media_type="application/pdf"))
    receipt = deposited(world.labo_seine, world.amina, document)
    read_by_machine(world.amina, receipt)
    (item,) = queries.suggestions(world.amina.opens(Action.LIST))
    browser, here = browse(world.amina.actor), address(item, "papier/")
    assert here in text(browser.get(HERE)) and here in text(browser.get(address(item, "corriger/")))
    shown = browser.get(here)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    drawn = Image.open(BytesIO(shown.content)).convert("L")
    assert drawn.width < 1600 and drawn.height < 200 and min(drawn.tobytes()) < 60, "a strip with ink on it"
    for stranger in (world.zoe.actor, world.dr_roux, world.dr_diallo):
        assert browse(stranger).get(here).status_code == 404
    other = deposited(world.labo_seine, world.amina, a_report("Autre"))
    assert browser.get(f"{HERE}{other.id}/{item.id}/papier/").status_code == 404


def test_where_only_the_page_is_known_the_page_is_one_click_away(browse, world: World, scan: Item) -> None:
    browser = browse(world.amina.actor)
    assert "/papier/" not in text(browser.get(HERE))
    assert browser.get(address(scan, "papier/")).status_code == 404


def test_right_hand_wrong_space(browse, world: World, scan: Item) -> None:
    for stranger in (world.zoe.actor, world.dr_roux, world.dr_diallo):
        browser = browse(stranger)
        assert browser.post(address(scan), {"reponse": "oui"}).status_code == 404
        assert browser.get(address(scan, "corriger/")).status_code == 404
    assert browse().post(address(scan), {"reponse": "oui"}).status_code == 302
    assert now(world.amina, scan).state is State.SUGGESTED


def test_how_a_medicine_is_taken_is_put_right_with_its_name_and_stays_when_it_was_well_read(scan: Item):
    read = {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "medicationCodeableConcept": {
        "text": "LEVOTHYROX 75"}, "dosageInstruction": [{"text": "7 comprimé le matin", "timing": {"code": {"text": "x"}}}]}  # fmt: skip
    item = replace(scan, kind="MedicationRequest", resource=read)
    form = verifying.CorrectForm(item, initial=verifying._as_read(item))
    assert form["how"].value() == "7 comprimé le matin" and "how" not in verifying.CorrectForm(scan).fields
    same = verifying.corrected(item, {"name": "LEVOTHYROX 75", "how": "7 comprimé le matin"})
    assert same == read
    right = verifying.corrected(item, {"name": "LEVOTHYROX 75", "how": "1 comprimé le matin"})["dosageInstruction"]
    assert [(one["text"], one["doseAndRate"][0]["doseQuantity"]["value"]) for one in right] == [
        ("1 comprimé le matin", 1)
    ]
