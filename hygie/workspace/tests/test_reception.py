"""À l'accueil: a code given on a person's page opens her record on the practice's page."""

from __future__ import annotations

import re

from hygie.access import actions
from hygie.access.types import Action
from hygie.record import actions as record
from hygie.tests.world import NOW, World, a_report, deposited


def shows(client) -> tuple[str, str]:
    body = client.post("/qui-voit-quoi/arrivee/", {"lasts": "semaine"}).content.decode()
    return re.search(r'class="codes-number">(\d{3} \d{3})<', body)[1], body


def test_six_digits_and_a_birth_date_open_the_record_of_who_says_them(browse, world: World):
    hers, practice = browse(world.zoe.actor), browse(world.dr_roux)
    assert "Je donne mon accord et" in hers.get("/qui-voit-quoi/arrivee/").content.decode()
    code, body = shows(hers)
    assert "novembre" in body and "7 jours" in body
    for said in ({"code": code}, {"code": "12", "born": "1979-11-02"}, {"code": code, "born": "1980-11-02"}):
        assert practice.post("/pro/accueil/", said).status_code == 422
    opened = practice.post("/pro/accueil/", {"code": code, "born": "1979-11-02"})
    assert opened["Location"] == f"/pro/patients/{world.zoe.id}/"
    assert practice.get(opened["Location"]).status_code == 200
    again = practice.post("/pro/accueil/", {"code": code, "born": "1979-11-02"})
    assert again.status_code == 422 and "ne correspond pas" in again.content.decode()


def test_a_square_asks_for_one_button_and_a_scanner_types_it(browse, world: World):
    grant = world.zoe.opens(Action.SET_ACCESS)
    actions.set_care_team_consent(grant, given=True, at=NOW)
    from datetime import timedelta

    from django.utils import timezone

    practice = browse(world.dr_roux)

    def token() -> str:
        made = actions.arrival_code(grant, born="1979-11-02", lasts=timedelta(hours=12), at=timezone.now())
        return made.token

    address = f"/pro/accueil/{token()}/"
    assert practice.get(address).status_code == 200
    assert practice.get(f"/pro/patients/{world.zoe.id}/").status_code == 404  # reading an address opened nothing
    assert practice.post(address).status_code == 302
    typed = practice.post("/pro/accueil/", {"code": f"https://hygie.example/pro/accueil/{token()}/"})
    assert typed.status_code == 302
    assert browse(world.amina.actor).get("/pro/accueil/").status_code == 404


def test_a_doctor_in_an_emergency_reads_the_essential_and_whom_to_call(browse, world: World):
    record.add_entry(
        world.zoe.opens(Action.DECLARE), at=NOW,
        resource={"resourceType": "AllergyIntolerance", "criticality": "high", "code": {"text": "Pénicilline"}},
    )  # fmt: skip
    wishes = deposited(world.labo_seine, world.zoe, a_report("Mes directives", type_code="42348-3")).id
    browse(world.zoe.actor).post(
        "/qui-voit-quoi/carte/",
        {"sections": ["allergies", "contacts"], "first": "Sa fille 06 00 00 00 00", "language": "en"},
    )
    page = f"/pro/patients/{world.zoe.id}/essentiel/?acces=urgence"
    doctor = browse(world.dr_roux)
    assert doctor.get(page).status_code == 302  # first, why
    doctor.post(f"/pro/patients/{world.zoe.id}/urgence/", {"reason": "Inconsciente, appel au centre 15"})
    body = doctor.get(page).content.decode()
    assert "Pénicilline" in body and "grave" in body and 'href="tel:0600000000"' in body
    assert f"documents/{wishes}/?acces=urgence" in body and "Ce que la personne a masqué n’y est pas" in body
    assert browse(world.dr_diallo).get(f"/pro/patients/{world.zoe.id}/essentiel/").status_code == 404
