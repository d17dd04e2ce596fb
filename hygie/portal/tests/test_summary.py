"""Ma santé en résumé: on one page what her documents and she say; files to take away; hers only."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest

from hygie.access.types import Action
from hygie.formats.cda.extract import extract as read_cda
from hygie.formats.fhir.extract import extract as read_fhir
from hygie.portal.reading import COOKIE
from hygie.portal.tests.health import filed, observation, prescription
from hygie.record import actions, queries
from hygie.record.curves import mark
from hygie.tests.world import NOW, Person, World, a_report, deposited

TODAY = date.today()  # noqa: DTZ011 - the pages read the clock
PAGE = "/ma-sante/resume/"


def text(response: Any) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode().replace("\u202f", " ").replace("\xa0", " "))


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def rich(world: World, person: Person) -> Person:
    """A thyroid, an allergy, an operation, a vaccine, results out of their interval."""
    subject = {"display": "la personne"}
    clinical = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}
    filed(
        world, person,
        {"resourceType": "Condition", "clinicalStatus": clinical, "code": {"text": "Hypothyroïdie"}, "onsetDateTime": "2019", "subject": subject},
        {"resourceType": "AllergyIntolerance", "criticality": "high", "code": {"text": "Pénicilline"}, "patient": subject,
         "reaction": [{"manifestation": [{"text": "œdème"}]}], "recordedDate": "2020-02-11"},
        {"resourceType": "Procedure", "status": "completed", "code": {"text": "Prothèse de hanche"}, "performedDateTime": ago(700), "subject": subject},
        {"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "REPEVAX"}, "occurrenceDateTime": "2024-11-08", "patient": subject},
        title="Synthèse",
    )  # fmt: skip
    filed(world, person, observation("2160-0", "Créatinine", 106, "µmol/L", ago(100), low=49, high=90, ucum="umol/L"))
    filed(world, person, observation("2160-0", "Créatinine", 142, "µmol/L", ago(10), low=49, high=90, ucum="umol/L"))
    filed(
        world,
        person,
        prescription("LEVOTHYROX 75 µg, comprimé", "1 comprimé le matin, QSP 3 mois", ago(20)),
        title="Ordonnance",
    )
    return person


@pytest.fixture
def amina(world: World) -> Person:
    return rich(world, world.amina)


def test_a_space_with_nothing_says_so_and_lets_her_say_what_she_knows(browse, world: World):
    browser = browse(world.amina.actor)
    page = text(browser.get(PAGE))
    assert "Aucun document ni aucune information de santé depuis l’ouverture" in page
    assert page.count("Rien de noté.") == 5
    assert browser.post(PAGE + "aucun/allergies/").status_code == 302
    page = text(browser.get(PAGE))
    assert "Aucune allergie connue" in page and "dit par moi" in page and page.count("Rien de noté.") == 4
    (undo,) = re.findall(r'name="effacer" value="([0-9a-f-]{36})"', page)
    browser.post(PAGE + "aucun/allergies/", {"effacer": undo})
    assert text(browser.get(PAGE)).count("Rien de noté.") == 5


def test_what_nobody_read_yet_is_said_in_plain_and_in_easy_words(browse, world: World, amina: Person):
    browser, said = browse(amina.actor), "Hygie n’a pas encore lu 1 document"
    assert "pas encore lu" not in text(browser.get(PAGE))
    deposited(world.labo_seine, amina, a_report("Bilan de ce matin"))
    page = text(browser.get(PAGE))
    assert f"{said} reçu : ce qu’il dit manque ici." in page and "Voir les documents" in page
    assert "pas encore lu" not in text(browse(world.zoe.actor).get(PAGE))
    browser.cookies[COOKIE] = "facile.normale"
    assert f"{said}. Revenez dans un moment." in text(browser.get(PAGE))


def test_the_page_says_each_thing_once_and_leads_to_where_it_comes_from(browse, amina: Person):
    page = text(browse(amina.actor).get(PAGE))
    for words in (
        "Hypothyroïdie",
        "depuis 2019",
        "Pénicilline",
        "signalée comme grave",
        "Prothèse de hanche",
        "Repevax",
    ):
        assert words in page, words
    assert "142 µmol/L" in page and "+34 %" in page
    assert f"/ma-sante/resultats/{mark(amina.id, 'creatinine')}/" in page
    assert f"/ma-sante/traitements/{mark(amina.id, 'levothyroxine')}/" in page
    for jargon in ("antécédent", "FHIR R4", "IPS", "peuvent être masqués", "vous devez"):
        assert not re.search(rf"\b{jargon}", page), jargon  # a form's token may hold three letters
    assert 'aria-current="page">Résumé' in page


def test_both_files_are_downloads_that_say_the_same_and_nobody_else_has_them(browse, world: World, amina: Person):
    browser = browse(amina.actor)
    fhir, cda = browser.get(PAGE + "fichier/fhir/"), browser.get(PAGE + "fichier/cda/")
    for answer, ending in ((fhir, "json"), (cda, "xml")):
        disposition = answer.headers["Content-Disposition"]
        assert disposition.startswith("attachment") and disposition.endswith(f'.{ending}"')
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert "Amina" not in disposition
    assert json.loads(fhir.content)["type"] == "document"
    kinds = ["Condition", "AllergyIntolerance", "MedicationRequest", "Procedure", "Immunization", "Observation"]
    assert [one.kind for one in read_fhir(fhir.content).entries] == kinds
    assert [one.kind for one in read_cda(cda.content).entries] == kinds
    other = browse(world.zoe.actor)
    assert read_fhir(other.get(PAGE + "fichier/fhir/").content).entries == ()
    assert browse(world.dr_diallo).get(PAGE + "fichier/fhir/").status_code == 404
    assert browse().get(PAGE).status_code == 302
    assert browser.get(PAGE + "fichier/hprim/").status_code == 404


def test_none_known_is_asked_by_post_and_for_a_known_chapter_only(browse, world: World):
    browser = browse(world.amina.actor)
    assert browser.get(PAGE + "aucun/allergies/").status_code == 405
    assert browser.post(PAGE + "aucun/results/").status_code == 404
    assert browser.post(PAGE + "aucun/allergies/", {"effacer": "x"}).status_code == 404


def test_another_alert_does_not_hide_the_question_about_allergies(browse, world: World):
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "Risque de chute"}}
    filed(world, world.amina, flag | {"subject": {"display": "elle"}, "period": {"start": "2024-02-01"}})
    browser = browse(world.amina.actor)
    page = text(browser.get(PAGE))
    assert "Risque de chute" in page and "Je n’ai aucune allergie connue" in page
    browser.post(PAGE + "aucun/allergies/")
    page = text(browser.get(PAGE))
    assert "Risque de chute" in page and "Aucune allergie connue" in page
    assert "Je n’ai aucune allergie connue" not in page


def test_she_says_that_she_wears_nothing_until_something_is_known_and_her_doctor_reads_it(browse, world: World):
    browser, doctor = browse(world.amina.actor), browse(world.dr_diallo)
    assert "Je n’ai ni appareil ni prothèse" in text(browser.get(PAGE))
    browser.post(PAGE + "aucun/devices/")
    page = text(browser.get(PAGE))
    assert "Aucun appareil ni prothèse" in page and "Je n’ai ni" not in page and "Je n’ai aucune allergie" in page
    assert "Aucun dispositif porté ou implanté, dit par la personne" in text(
        doctor.get(f"/pro/patients/{world.amina.id}/")
    )
    (said,) = read_fhir(browser.get(PAGE + "fichier/fhir/").content).entries
    assert said.resource["contained"][0]["type"]["coding"][0]["code"] == "no-known-devices"
    hip = {"resourceType": "DeviceUseStatement", "status": "active", "device": {"display": "Prothèse de hanche"}}
    filed(world, world.amina, hip | {"subject": {"display": "elle"}, "timingDateTime": "2021-01-15"})
    page = text(browser.get(PAGE))
    assert "Prothèse de hanche" in page and "Aucun appareil" not in page


def test_her_word_stays_hers_beside_what_a_doctor_may_say_later(browse, world: World):
    actions.state_none_known(world.amina.opens(Action.DECLARE), section="problems", at=NOW)
    rich(world, world.amina)
    page = text(browse(world.amina.actor).get(PAGE))
    assert "Hypothyroïdie" in page and "Aucun problème de santé connu" not in page
    assert len(queries.entries(world.amina.opens(Action.LIST), kinds={"Condition"})) == 2
