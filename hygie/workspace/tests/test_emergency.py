"""Breaking the glass: a doctor, a written reason, 24 hours, the person told, an operator who reviews."""

from __future__ import annotations

import pytest

from hygie.access import actions as access
from hygie.access import queries as asks
from hygie.access.types import Action
from hygie.tests.world import NOW, World, a_report, deposited
from hygie.workspace.tests.test_patients import typed

REASON = "Patiente inconsciente, admise aux urgences"


@pytest.fixture
def report(world: World):
    return deposited(world.labo_seine, world.amina, a_report("Bilan thyroïdien", content=b"TSH 2,1 mUI/L")).id


def test_a_written_reason_opens_for_a_day_and_the_person_reads_it(browse, world: World, report):
    client, address = browse(world.dr_roux), f"/pro/patients/{world.amina.id}/"
    page = client.post(address + "urgence/", {"reason": REASON}, follow=True)
    assert page.redirect_chain == [(address + "essentiel/?acces=urgence", 302)]  # what matters first
    body = client.get(address + "?acces=urgence").content.decode()
    for words in ("Bilan thyroïdien", "Accès en urgence", "Un opérateur vérifie cet accès", "Ouvert jusqu’au"):
        assert words in body
    document = client.get(f"{address}documents/{report}/?acces=urgence").content.decode()
    assert "TSH 2,1 mUI/L" in document
    assert "pages/1/?acces=urgence" in document
    [told] = [line for line in asks.journal(world.amina.opens(Action.READ_JOURNAL)) if line.reason]
    assert told.reason == REASON
    assert [one.words["reason"] for one in asks.cases(world.operator) if one.patient_id == world.amina.id] == [REASON]


@pytest.mark.parametrize("reason", ["", "urgent", "a                             b"])
def test_without_a_real_reason_nothing_opens(browse, world: World, report, reason):
    answer = browse(world.dr_roux).post(f"/pro/patients/{world.amina.id}/urgence/", {"reason": reason})
    assert answer.status_code == 422
    assert b"Bilan" not in answer.content
    assert not [one for one in asks.cases(world.operator) if one.patient_id == world.amina.id]


def test_the_page_of_an_emergency_never_opened_asks_for_the_reason(browse, world: World, report):
    answer = browse(world.dr_roux).get(f"/pro/patients/{world.amina.id}/?acces=urgence")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/pro/patients/{world.amina.id}/urgence/")


def test_right_role_wrong_patient(browse, world: World, report):
    """An emergency opened for one person opens nothing of another's."""
    hers = deposited(world.labo_seine, world.zoe, a_report("Sérologie", content=b"secret de Zoe")).id
    client = browse(world.dr_roux)
    client.post(f"/pro/patients/{world.amina.id}/urgence/", {"reason": REASON})
    for path in (f"documents/{hers}/", f"documents/{report}/", ""):
        answer = client.get(f"/pro/patients/{world.zoe.id}/{path}?acces=urgence")
        assert answer.status_code == 302
    assert client.get(f"/pro/patients/{world.amina.id}/documents/{hers}/?acces=urgence").status_code == 404


def test_who_switched_it_off_is_not_opened(browse, world: World, report):
    access.set_emergency(world.amina.opens(Action.SET_ACCESS), allowed=False, hidden=False, at=NOW)
    answer = browse(world.dr_roux).post(f"/pro/patients/{world.amina.id}/urgence/", {"reason": REASON})
    assert answer.status_code == 403
    assert "pas possible ici" in answer.content.decode()


def test_a_nurse_is_told_it_is_for_doctors(browse, world: World, report):
    nurse = world.doctor("Leroy", world.practice, profession="60")
    client = browse(nurse)
    assert "Urgence" not in client.get("/pro/").content.decode()
    answer = client.post(f"/pro/patients/{world.amina.id}/urgence/", {"reason": REASON})
    assert answer.status_code == 403
    assert "réservé aux médecins" in answer.content.decode()


def test_who_and_why_in_one_form(browse, world: World, report):
    client = browse(world.dr_roux)
    nobody = client.post("/pro/urgence/", typed(world.amina, born="1950-01-01") | {"reason": REASON})
    assert "Nous ne trouvons personne" in nobody.content.decode()
    page = client.post("/pro/urgence/", typed(world.amina) | {"reason": REASON}, follow=True)
    assert "Ouvert jusqu’au" in page.content.decode() and "Allergies" in page.content.decode()
    assert "Bilan thyroïdien" in client.get(f"/pro/patients/{world.amina.id}/?acces=urgence").content.decode()
