"""The operators' desk: everything to decide, nothing to read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from hygie.access import actions as access
from hygie.access import queries as asks
from hygie.access.types import Action, Purpose, Request
from hygie.ops.desk.cases import left
from hygie.people.types import AuthLevel
from hygie.record import queries as record
from hygie.tests.world import NOW, World, a_report, deposited

REASON = "Patiente inconsciente, admise aux urgences"


def quarantined(world: World):
    """A report of Amina's with a wrong birth date."""
    wrong = replace(world.amina.traits, birth_date="1988-05-05", birth_place=None)
    return deposited(world.labo_seine, world.amina, a_report("Sérologie VIH", content=b"le contenu"), traits=wrong).id


def emergency(world: World) -> None:
    asked = Request(
        actor=world.dr_roux, patient_id=world.amina.id, purpose=Purpose.EMERGENCY, action=Action.LIST, at=NOW,
        reason=REASON,
    )  # fmt: skip
    access.open_record(asked)


def case_of(world: World, kind: str):
    return next(one for one in asks.cases(world.operator) if one.patient_id == world.amina.id and one.kind == kind)


PATHS = ["", "quarantaine/", "urgences/", "signalements/", "taches/", "enquete/"]


@pytest.mark.parametrize("path", PATHS)
def test_the_desk_is_for_operators_strongly_signed_in(browse, world: World, path):
    path = f"/operateur/{path}"
    assert browse().get(path).status_code == 302
    for actor in (world.amina.actor, world.dr_diallo):
        assert browse(actor).get(path).status_code == 404
    assert browse(replace(world.operator, auth=AuthLevel.SINGLE)).get(path).status_code == 403
    assert browse(world.operator).get(path).status_code == 200


@pytest.mark.parametrize("path", ["/accueil/", "/documents/", "/pro/", "/pro/depots/"])
def test_an_operator_has_no_other_page(browse, world: World, path):
    assert browse(world.operator).get(path).status_code == 404


def test_a_quarantined_deposit_shows_what_was_said_which_traits_agree_and_no_content(browse, world: World):
    one = quarantined(world)
    client = browse(world.operator)
    assert world.amina.canaries[0].upper() in client.get("/operateur/quarantaine/").content.decode()
    page = client.get(f"/operateur/quarantaine/{one}/").content.decode()
    assert page.count("concorde") >= 4
    assert page.count("diffère") == 1
    assert "1988-05-05" in page
    for secret in ("1988-05-04", "75112", "Sérologie", "le contenu", "Amina Benali"):
        assert secret not in page
    [line] = [line for line in asks.journal(world.amina.opens(Action.READ_JOURNAL)) if line.action == Action.REVIEW]
    assert (line.allowed, line.actor_kind) == (True, "operator")


def test_attaching_asks_first_and_then_puts_it_in_her_record(browse, world: World):
    one = quarantined(world)
    client, address = browse(world.operator), f"/operateur/quarantaine/{one}/decider/"
    assert "ne rattachez que si vous êtes certain" in client.get(address, {"espace": world.amina.id}).content.decode()
    assert record.documents(world.amina.opens(Action.LIST)) == []
    answer = client.post(address, {"espace": world.amina.id}, follow=True)
    assert "C’est rattaché." in answer.content.decode()
    assert [found.depositor for found in record.documents(world.amina.opens(Action.LIST))] == ["Labo Seine"]
    assert client.post(address, {"espace": world.amina.id}).status_code == 404


def test_right_deposit_wrong_patient(browse, world: World):
    """Somebody who shares nothing with the identity received cannot be chosen."""
    one = quarantined(world)
    answer = browse(world.operator).post(f"/operateur/quarantaine/{one}/decider/", {"espace": world.zoe.id})
    assert answer.status_code == 400
    assert record.documents(world.zoe.opens(Action.LIST)) == []


def test_sending_back_needs_a_word_for_the_sender(browse, world: World):
    one = quarantined(world)
    client, address = browse(world.operator), f"/operateur/quarantaine/{one}/decider/"
    assert client.post(address).status_code == 422
    client.post(address, {"note": "Vérifiez la date de naissance."})
    [told] = record.quarantine(world.labo_seine, waiting_only=False)
    assert (told.state, told.note) == ("returned", "Vérifiez la date de naissance.")


def test_a_deposit_her_record_refuses_stays_in_quarantine_and_the_page_says_why(browse, world: World):
    one = quarantined(world)
    access.set_deposit_opposition(world.amina.opens(Action.SET_ACCESS), opposed=True, at=NOW)
    answer = browse(world.operator).post(f"/operateur/quarantaine/{one}/decider/", {"espace": world.amina.id})
    assert answer.status_code == 409
    assert one in [left.id for left in record.quarantine(world.operator)]


def test_an_emergency_access_is_reviewed_with_a_note_the_person_reads(browse, world: World):
    emergency(world)
    client, case = browse(world.operator), case_of(world, "emergency")
    page = client.get("/operateur/urgences/").content.decode()
    for words in (REASON, "Dr Roux", "médecin", "Cabinet des Lilas", "encore"):
        assert words in page
    assert world.amina.canaries[0] not in page
    address = f"/operateur/urgences/{case.id}/"
    assert client.post(address, {"finding": "yes"}).status_code == 422
    client.post(address, {"finding": "no", "note": "Le service ne connaît pas cette patiente."})
    [mine] = asks.my_cases(world.amina.opens(Action.LIST))
    assert (mine.justified, mine.answer) == (False, "Le service ne connaît pas cette patiente.")
    assert client.get(address).status_code == 409
    assert asks.journal(world.amina.opens(Action.READ_JOURNAL))[2].action == Action.REVIEW


def test_a_report_is_answered(browse, world: World, caplog):
    grant = world.amina.opens(Action.READ_JOURNAL)
    access.report_line(grant, seq=1, message="Je ne connais pas ce médecin", at=NOW)
    late = NOW + timedelta(hours=73)
    waiting = asks.cases_waiting(at=late)
    app.tasks["ops.remind"](int(late.timestamp()))
    assert "cases-late" in caplog.text and "Je ne connais" not in caplog.text
    client, case = browse(world.operator), case_of(world, "report")
    assert "Je ne connais pas ce médecin" in client.get("/operateur/signalements/").content.decode()
    client.post(f"/operateur/signalements/{case.id}/", {"note": "C’est votre laboratoire."})
    assert [one.answer for one in asks.my_cases(world.amina.opens(Action.LIST))] == ["C’est votre laboratoire."]
    assert asks.cases_waiting(at=late) == waiting - 1


def test_a_report_is_no_emergency_and_an_unknown_case_is_no_case(browse, world: World):
    emergency(world)
    client = browse(world.operator)
    assert client.get(f"/operateur/signalements/{case_of(world, 'emergency').id}/").status_code == 404
    assert client.get(f"/operateur/urgences/{uuid4()}/").status_code == 404


@pytest.mark.parametrize(
    ("delay", "said"),
    [
        (timedelta(hours=71), "encore 2 jours"),
        (timedelta(hours=5, minutes=59), "encore 5 heures"),
        (timedelta(minutes=3), "encore moins d’une heure"),
        (timedelta(hours=-1), "en retard de 1 heure"),
        (timedelta(days=-3), "en retard de 3 jours"),
    ],
)
def test_the_time_left_is_said_in_words(delay, said):
    assert left(delay) == said


def _failed() -> int:
    with connection.cursor() as sql:
        sql.execute(
            """INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)
               VALUES ('test', 'record.file', %s, 'failed', 6) RETURNING id""",
            ['{"refs": [["secret-patient", "secret-document"]]}'],
        )
        return sql.fetchone()[0]


def test_a_job_set_aside_is_shown_by_its_number_and_started_again(browse, world: World):
    job, client = _failed(), browse(world.operator)
    page = client.get("/operateur/taches/").content.decode()
    assert f">{job}<" in page
    assert "secret" not in page
    client.post(f"/operateur/taches/{job}/reprendre/")
    assert ProcrastinateJob.objects.get(id=job).status == "todo"
    assert client.post(f"/operateur/taches/{job}/reprendre/").status_code == 404


def test_a_job_given_up_is_gone_and_only_a_failed_one_can_be(browse, world: World):
    job, client = _failed(), browse(world.operator)
    client.post(f"/operateur/taches/{job}/abandonner/")
    assert not ProcrastinateJob.objects.filter(id=job).exists()
    assert client.post(f"/operateur/taches/{job}/abandonner/").status_code == 404
    assert browse(world.dr_diallo).post(f"/operateur/taches/{_failed()}/abandonner/").status_code == 404
