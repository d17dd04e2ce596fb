"""Mes traitements: one line a substance, her own word beside what documents say, a box by its photo; hers only."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hygie.access.types import Action
from hygie.formats.tests.test_boxes import GS1, datamatrix, photo
from hygie.portal.tests.health import filed, prescription
from hygie.record import queries
from hygie.record.curves import mark
from hygie.tests.world import World

TODAY = date.today()  # noqa: DTZ011 - the pages read the clock


def text(response) -> str:
    assert response.status_code in (200, 422)
    return re.sub(r"\s+", " ", response.content.decode().replace("\u202f", " ").replace("\xa0", " "))


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


@pytest.fixture
def treated(world: World):
    """Amina: a thyroid whose dose changed, a brand and its generic, a course that is over."""
    for days in (200, 110):
        filed(
            world,
            world.amina,
            prescription("LEVOTHYROX 100 microgrammes, comprimé", "1 cp le matin à jeun, QSP 3 mois", days_ago(days)),
            title="Ordonnance",
        )
    filed(world, world.amina, prescription("LÉVOTHYROXINE 75 µg, comprimé", "1 cp le matin à jeun, QSP 3 mois", days_ago(20)),
          prescription("DOLIPRANE 1000 mg, comprimé", "1 comprimé si douleur, 3 par jour au plus, QSP 1 mois", days_ago(20)), title="Ordonnance")  # fmt: skip
    filed(
        world,
        world.amina,
        prescription("AMOXICILLINE 1 g", "1 cp matin et soir pendant 6 jours", days_ago(60)),
        title="Ordonnance",
    )
    return world.amina


def address(person, key: str) -> str:
    return f"/ma-sante/traitements/{mark(person.id, key)}/"


def test_a_space_with_nothing_says_what_will_come_and_lets_her_say_none(browse, world: World):
    browser = browse(world.amina.actor)
    assert "Aucun traitement" in text(browser.get("/ma-sante/traitements/"))
    assert browser.post("/ma-sante/traitements/aucun/").status_code == 302
    assert "Vous avez indiqué ne prendre aucun traitement" in text(browser.get("/ma-sante/traitements/"))


def test_in_english_how_it_is_taken_and_why_it_stands_there_are_english_too(browse, treated):
    browser = browse(treated.actor)
    english = {"accept-language": "en"}
    body = text(browser.get("/ma-sante/traitements/", headers=english))
    assert "1 tablet in the morning on an empty stomach." in body and "1 tablet if needed (douleur)" in body
    assert "Prescription until" in body and "Planned until" in body.replace("Treatment planned until", "Planned until")
    one = text(browser.get(address(treated, "levothyroxine"), headers=english))
    assert "75 µg: 1 tablet" in one.replace(" : ", ": ") and "Before: 100 µg" in one.replace(" : ", ": ")
    for french in ("comprimé le matin", "Ordonnance jusqu’au", "à jeun."):
        assert french not in body and french not in one


def test_the_list_has_one_line_a_substance_current_first_and_the_rest_folded(browse, treated):
    body = text(browse(treated.actor).get("/ma-sante/traitements/"))
    assert "2 traitements en cours" in body
    assert body.count(">Lévothyroxine</a>") == 1
    assert (
        body.index("Lévothyroxine")
        < body.index("À prendre si besoin")
        < body.index("Paracétamol")
        < body.index("Arrêtés ou terminés")
    )
    assert body.index("<details") < body.index("Amoxicilline")
    assert "1 comprimé le matin à jeun." in body and "2 renouvellements" in body


def test_a_treatment_tells_its_story_with_its_sources(browse, treated):
    body = text(browse(treated.actor).get(address(treated, "levothyroxine")))
    assert "75 µg" in body and "100 µg" in body and "Changements de dose" in body
    assert body.count("/documents/") >= 3
    assert "Tel qu’écrit" in body and "QSP 3 mois" in body


def test_her_word_stands_beside_and_can_be_taken_back(browse, treated):
    browser, page = browse(treated.actor), address(treated, "levothyroxine")
    assert browser.post(page + "dire/", {"dit": "non"}).status_code == 302
    assert "Vous dites : je ne le prends plus." in text(browser.get(page))
    assert "2 traitements en cours" in text(browser.get("/ma-sante/traitements/")), "documents decide where it stands"
    browser.post(page + "dire/", {"dit": "oui"})
    assert "Vous dites : je le prends." in text(browser.get(page))
    (line,) = [one for one in queries.treatments(treated.opens(Action.LIST), on=TODAY) if one.key == "levothyroxine"]
    assert len([event for event in line.events if event.item.by_patient]) == 1, "said otherwise, not said twice"
    browser.post(page + "dire/", {"dit": "effacer"})
    assert "Vous dites" not in text(browser.get(page))
    assert browser.post(page + "dire/", {"dit": "peut-être"}).status_code == 404


def test_she_adds_one_by_hand_in_her_own_words(browse, world: World):
    browser = browse(world.amina.actor)
    assert (
        browser.post(
            "/ma-sante/traitements/ajouter/", {"name": "Vitamine D en gouttes", "how": "3 gouttes le matin"}
        ).status_code
        == 302
    )
    body = text(browser.get("/ma-sante/traitements/"))
    assert "Vitamine D en gouttes" in body and "3 gouttes le matin." in body and "Ajouté par vous." in body
    (line,) = queries.treatments(world.amina.opens(Action.LIST), on=TODAY)
    page = f"/ma-sante/traitements/{mark(world.amina.id, line.key)}/"
    assert 'value="3 gouttes le matin"' in browser.get(page).content.decode()
    browser.post(page + "dire/", {"dit": "comment", "comment": "4 gouttes  le soir"})
    assert "4 gouttes le soir." in text(browser.get(page)) and "3 gouttes" not in text(browser.get(page))
    wrong = browser.post("/ma-sante/traitements/ajouter/", {"name": "", "since": "2999-01-01"})
    assert wrong.status_code == 422 and "Cette date est dans le futur" in text(wrong)


def test_she_adds_one_by_the_photo_of_its_box_after_checking_it(browse, world: World):
    browser = browse(world.amina.actor)
    shot = SimpleUploadedFile("boite.jpg", photo(datamatrix(GS1), angle=12, blur=0.8), content_type="image/jpeg")
    body = text(browser.post("/ma-sante/traitements/ajouter/", {"photo": shot}))
    assert "Boîte reconnue" in body and "DOLIPRANE 1000 mg, comprimé" in body and "AB12C" in body
    assert queries.treatments(world.amina.opens(Action.LIST), on=TODAY) == (), "nothing is kept before she says yes"
    browser.post("/ma-sante/traitements/ajouter/", {"name": "DOLIPRANE 1000 mg, comprimé", "code": "3400935955838"})
    (line,) = queries.treatments(world.amina.opens(Action.LIST), on=TODAY)
    assert (line.label, line.by_person) == ("Paracétamol", True)


def test_a_photo_without_a_code_says_so_and_keeps_what_she_wrote(browse, world: World):
    from PIL import Image

    browser = browse(world.amina.actor)
    shot = SimpleUploadedFile("chat.png", photo(Image.new("L", (200, 200), 200), kind="PNG"), content_type="image/png")
    answer = browser.post("/ma-sante/traitements/ajouter/", {"photo": shot, "how": "1 le soir"})
    assert answer.status_code == 422 and "Aucun code de médicament" in text(answer) and "1 le soir" in text(answer)
    broken = SimpleUploadedFile("x.jpg", b"\xff\xd8\xff" + b"0" * 900, content_type="image/jpeg")
    assert browser.post("/ma-sante/traitements/ajouter/", {"photo": broken}).status_code == 422


def test_the_sheet_for_the_pharmacist_holds_what_runs_and_says_what_it_is(browse, treated):
    body = text(browse(treated.actor).get("/ma-sante/traitements/feuille/"))
    assert "Lévothyroxine" in body and "Paracétamol" in body and "Amoxicilline" not in body
    assert "n’est pas une ordonnance" in body and "Base de données publique des médicaments" in body


def test_another_persons_treatments_are_not_hers_to_see_or_to_speak_of(browse, treated, world: World):
    browser = browse(world.zoe.actor)
    assert "Lévothyroxine" not in text(browser.get("/ma-sante/traitements/"))
    assert browser.get(address(treated, "levothyroxine")).status_code == 404
    assert browser.post(address(treated, "levothyroxine") + "dire/", {"dit": "non"}).status_code == 404
    assert browse(world.dr_diallo).get("/ma-sante/traitements/").status_code == 404
