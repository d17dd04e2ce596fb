"""The useful page and what it leads to: the summary, one result with its curve, one treatment; hers only."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hygie.access import actions as access
from hygie.access import queries as asks
from hygie.access.types import Action, Channel
from hygie.base.errors import Refused
from hygie.portal.tests.health import filed, observation, prescription
from hygie.record import actions as record
from hygie.record import queries
from hygie.record.curves import mark
from hygie.record.summary import New
from hygie.tests.world import NOW, Person, World, a_report, care, deposited
from hygie.workspace.useful import fitting

TODAY = date.today()  # noqa: DTZ011 - the pages read the clock


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def coded(kind: str, text: str, **more: object) -> dict[str, object]:
    who = {("patient" if kind == "AllergyIntolerance" else "subject"): {"display": "la personne"}}
    return {"resourceType": kind, "code": {"text": text}, "recordedDate": days_ago(400), **who, **more}


def full(world: World, person: Person) -> None:
    """Something in each part of the page."""
    for days, value in ((200, 88), (110, 92), (9, 142)):
        filed(
            world, person, observation("14682-9", "Créatinine", value, "µmol/L", days_ago(days), low=59, high=104, ucum="umol/L"),
            observation("3016-3", "TSH", 2.1, "mUI/L", days_ago(days), low=0.4, high=4.0), title=f"Bilan d’il y a {days} jours",
        )  # fmt: skip
    filed(world, person, prescription("RAMIPRIL 5 mg, comprimé", "1 comprimé le matin, QSP 3 mois", days_ago(120)), title="Ordonnance")  # fmt: skip
    filed(world, person, prescription("RAMIPRIL 10 mg, comprimé", "1 comprimé le matin, QSP 3 mois", days_ago(30)), title="Ordonnance de novembre")  # fmt: skip
    filed(
        world, person, coded("Condition", "Hypertension artérielle"), coded("AllergyIntolerance", "Pénicilline", criticality="high"),
        {"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "Grippe"}, "occurrenceDateTime": days_ago(40), "patient": {"display": "la personne"}},
        title="Synthèse d’un autre logiciel",
    )  # fmt: skip


@pytest.fixture
def amina(world: World) -> Person:
    full(world, world.amina)
    return world.amina


def page(response) -> str:
    assert response.status_code == 200
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_one_page_says_what_matters_and_every_line_leads_somewhere(browse, world: World, amina: Person):
    told = page(browse(world.dr_diallo).get(f"/pro/patients/{amina.id}/"))
    for words in ("Résultats qui comptent", "Créatinine", "142", "Ramipril", "Hypertension artérielle", "Pénicilline", "Grippe"):  # fmt: skip
        assert words in told
    assert f"/pro/patients/{amina.id}/resultats/{mark(amina.id, 'creatinine')}/" in told
    assert told.count("Des éléments peuvent être masqués") == 1


def test_what_nobody_read_yet_is_said_and_one_click_away(browse, world: World, amina: Person):
    at, said = f"/pro/patients/{amina.id}/", "Hygie n’a pas encore lu"
    doctor = browse(world.dr_diallo)
    assert said not in page(doctor.get(at)) and said not in page(doctor.get(at + "essentiel/"))
    arrived = deposited(world.labo_seine, amina, a_report("Bilan de ce matin")).id
    for address in (at, at + "essentiel/"):
        told = page(doctor.get(address))
        assert f"{said} 1 document reçu : ce qu’il dit manque ici." in told
        assert f'<a href="{at}documents/" data-print="no">Voir les documents</a>' in told
    deposited(world.labo_seine, amina, a_report("Un autre"))
    assert f"{said} 2 documents reçus : ce qu’ils disent manque ici." in page(doctor.get(at))
    assert f"{at}documents/{arrived}/" in page(doctor.get(at + "documents/"))
    deposited(world.labo_seine, world.zoe, a_report("De Zoé"))
    assert f"{said} 2 documents" in page(doctor.get(at))
    assert browse(world.dr_roux).get(at).status_code == 404


def test_a_first_visit_shows_the_latest_documents_and_the_next_one_what_came_since(browse, world: World, amina: Person):
    first = page(browse(world.dr_diallo).get(f"/pro/patients/{amina.id}/"))
    assert "C’est votre première visite. Les derniers documents" in first
    world.lets_in(world.zoe, world.dr_diallo)
    access.open_record(replace(care(world.dr_diallo, world.zoe, channel=Channel.LIST), at=NOW - timedelta(days=30)))
    deposited(world.labo_seine, world.zoe, a_report("Bilan d’hier"))
    then = page(browse(world.dr_diallo).get(f"/pro/patients/{world.zoe.id}/"))
    assert "Depuis le" in then
    assert "Bilan d’hier" in then
    assert "Bilan d’il y a" not in then


def test_what_came_since_is_told_in_the_language_of_the_page(browse, world: World, amina: Person):
    access.open_record(replace(care(world.dr_diallo, amina, channel=Channel.LIST), at=NOW - timedelta(days=30)))
    filed(
        world, amina, observation("14682-9", "Créatinine", 190, "µmol/L", days_ago(0), low=59, high=104, ucum="umol/L"),
        observation("3016-3", "TSH", 2.2, "mUI/L", days_ago(0), low=0.4, high=4.0), title="Bilan du jour",
    )  # fmt: skip
    doctor = browse(world.dr_diallo)
    told = page(doctor.get(f"/pro/patients/{amina.id}/"))
    assert "créatinine 190 µmol/L, +34 % en 9 jours et 1 autre" in told
    doctor.cookies["django_language"] = "en"
    told = page(doctor.get(f"/pro/patients/{amina.id}/"))
    assert '?mots=Cr%C3%A9atinine">Creatinine</a>' in told, "said in her language, asked in the documents' own"
    assert "creatinine 190 µmol/L, +34 % in 9 days and 1 other" in told.replace("Creatinine 190", "creatinine 190")
    assert "et 1 autre" not in told and " en 9 jours" not in told


def test_a_result_with_its_curve_its_numbers_and_its_documents(browse, world: World, amina: Person):
    told = page(browse(world.dr_diallo).get(f"/pro/patients/{amina.id}/resultats/{mark(amina.id, 'creatinine')}/"))
    for words in ("Créatinine", "142", "104", "<svg", "Bilan d’il y a 9 jours", "Des éléments peuvent être masqués"):  # fmt: skip
        assert words in told


def test_all_results_stand_on_one_page_the_newest_first_one_click_away(browse, world: World, amina: Person):
    filed(world, amina, observation("718-7", "Hémoglobine", 13.1, "g/dL", days_ago(60), low=12, high=16))
    client, at = browse(world.dr_diallo), f"/pro/patients/{amina.id}/"
    assert f'href="{at}resultats/"' in page(client.get(at))
    told = page(client.get(at + "resultats/"))
    assert told.index(">Créatinine<") < told.index(">TSH<") < told.index(">Hémoglobine<")
    for words in (
        f"{at}resultats/{mark(amina.id, 'creatinine')}/",
        "142 µmol/L",
        "59 – 104",
        "en hausse",
        'class="spark"',
    ):
        assert words in told
    assert told.count("Des éléments peuvent être masqués") == 1
    assert ">Créatinine<" in (narrowed := page(client.get(at + "resultats/?mots=reins"))) and ">TSH<" not in narrowed
    assert ">TSH<" in (family := page(client.get(at + "resultats/?famille=endocrino"))) and ">Créatinine<" not in family
    assert "Rien ne correspond" in page(client.get(at + "resultats/?mots=introuvable"))
    both = page(client.get(f"{at}comparer/?s={mark(amina.id, 'creatinine')}&s={mark(amina.id, 'tsh')}&s=unknown"))
    figure = both[both.index("<figure") : both.index("</figure>")]
    assert "Créatinine" in figure and "TSH" in figure and "Hémoglobine" not in figure


def test_a_document_of_values_alone_shows_them(browse, world: World, amina: Person):
    measured = filed(
        world, amina, observation("29463-7", "Poids", 62.6, "kg", days_ago(3), ucum="kg"), title="Ma balance"
    )
    told = page(browse(world.dr_diallo).get(f"/pro/patients/{amina.id}/documents/{measured.id}/"))
    assert "Ce que dit ce document" in told and "62.6 kg" in told.replace(",", ".")
    assert "ne s’affiche pas ici" not in told


def test_a_treatment_with_its_history(browse, world: World, amina: Person):
    client = browse(world.dr_diallo)
    home = page(client.get(f"/pro/patients/{amina.id}/"))
    address = home.split("/traitements/")[1].split("/")[0]
    told = page(client.get(f"/pro/patients/{amina.id}/traitements/{address}/"))
    for words in ("Ordonnance de novembre", "Changements de dose", "RAMIPRIL 5 mg"):
        assert words in told


def test_what_she_hid_leaves_the_curve_and_the_history(browse, world: World, amina: Person):
    hidden = filed(
        world, amina, observation("14682-9", "Créatinine", 777.25, "µmol/L", days_ago(3)),
        prescription("RAMIPRIL 2,5 mg, comprimé", "1 comprimé", days_ago(3)), title="À moi seule",
    )  # fmt: skip
    grant = record.open_to_correct(amina.asks(Action.SET_VISIBILITY, object_id=hidden.id))
    record.set_visibility(grant, document_id=hidden.id, add={"MASQUE_PS"}, at=NOW)
    client = browse(world.dr_diallo)
    home = page(client.get(f"/pro/patients/{amina.id}/"))
    which = home.split("/traitements/")[1].split("/")[0]
    for path in (
        "",
        "resultats/",
        f"comparer/?s={mark(amina.id, 'creatinine')}",
        f"resultats/{mark(amina.id, 'creatinine')}/",
        f"traitements/{which}/",
        "chercher/?mots=creatinine",
    ):
        told = page(client.get(f"/pro/patients/{amina.id}/{path}"))
        assert "777,2" not in told and "777.2" not in told  # three digits alone stand in many an id
        assert "2,5 mg" not in told
        assert "À moi seule" not in told


def test_right_role_wrong_patient_and_right_patient_wrong_role(browse, world: World, amina: Person):
    world.lets_in(world.zoe, world.dr_diallo)
    client, other = browse(world.dr_diallo), browse(world.dr_roux)
    which = page(client.get(f"/pro/patients/{amina.id}/")).split("/traitements/")[1].split("/")[0]
    for path in ("resultats/", "comparer/"):
        for answer in (
            client.get(f"/pro/patients/{world.zoe.id}/{path}"),
            other.get(f"/pro/patients/{amina.id}/{path}"),
        ):
            assert "µmol".encode() not in answer.content
        assert other.get(f"/pro/patients/{amina.id}/{path}").status_code == 404
        assert other.get(f"/pro/patients/{amina.id}/{path}?acces=urgence").status_code == 302
        assert client.get(f"/pro/patients/{amina.id}/{path}?acces=depot").status_code == 404
    for path in (f"resultats/{mark(amina.id, 'creatinine')}/", f"traitements/{which}/"):
        assert client.get(f"/pro/patients/{amina.id}/{path}").status_code == 200
        for answer in (
            client.get(f"/pro/patients/{world.zoe.id}/{path}"),
            other.get(f"/pro/patients/{amina.id}/{path}"),
        ):
            assert answer.status_code == 404
            assert "µmol".encode() not in answer.content  # not the number: it may stand in an id
            assert b"amipril" not in answer.content
        assert other.get(f"/pro/patients/{amina.id}/{path}?acces=urgence").status_code == 302
        assert client.get(f"/pro/patients/{amina.id}/{path}?acces=depot").status_code == 404


def test_a_dentist_reads_no_more_by_a_curve_than_by_its_document(browse, world: World, amina: Person):
    """The matrix holds for the values as for the documents they come from."""
    dentist = world.doctor("Leroy", world.practice, profession="40")
    world.lets_in(amina, dentist, classes=frozenset({"42"}))
    answer = browse(dentist).get(f"/pro/patients/{amina.id}/resultats/{mark(amina.id, 'creatinine')}/")
    assert answer.status_code == 404
    assert "µmol".encode() not in answer.content  # not the number: it may stand in an id


def test_a_synthesis_is_signed_stands_on_top_and_can_be_taken_back(browse, world: World, amina: Person):
    client = browse(world.dr_diallo)
    words = "Hypertension équilibrée, fonction rénale à surveiller."
    answer = client.post(f"/pro/patients/{amina.id}/synthese/", {"text": words}, follow=True)
    told = page(answer)
    assert words in told
    assert world.dr_diallo.name in told
    [taken_back] = re.findall(rf"/pro/depots/{amina.id}/[0-9a-f-]+/retirer/", told)
    assert client.post(taken_back, {"retour": "dossier"})["Location"] == f"/pro/patients/{amina.id}/"
    assert words not in page(client.get(f"/pro/patients/{amina.id}/"))
    refused = browse(world.dr_roux).post(f"/pro/patients/{amina.id}/synthese/", {"text": "Rien à moi."}, follow=True)
    assert words not in refused.content.decode()
    assert browse(world.dr_roux).get(f"/pro/patients/{amina.id}/").status_code == 404


def test_what_is_read_is_no_longer_new_for_her_alone(browse, world: World, amina: Person):
    colleague = world.doctor("Perrin", world.practice)
    world.lets_in(amina, colleague)
    for one in (world.dr_diallo, colleague):
        access.open_record(replace(care(one, amina, channel=Channel.LIST), at=NOW - timedelta(days=30)))
    client, address = browse(world.dr_diallo), f"/pro/patients/{amina.id}/"
    assert "Tout est lu" in page(client.get(address))
    assert browse(world.dr_roux).post(address + "lu/").status_code == 404
    assert "Tout est lu" in page(client.get(address))
    assert client.post(address + "lu/").status_code == 302
    assert "Rien de nouveau" in page(client.get(address))
    assert "Tout est lu" in page(browse(colleague).get(address))


def test_what_came_in_while_she_was_reading_stays_new_and_what_was_said_can_be_undone(browse, world: World):
    amina, doctor = world.amina, world.dr_diallo
    access.open_record(replace(care(doctor, amina, channel=Channel.LIST), at=NOW - timedelta(days=30)))
    deposited(world.labo_seine, amina, a_report("Bilan lu"))
    client, address = browse(doctor), f"/pro/patients/{amina.id}/"
    shown = page(client.get(address)).split('name="jusqua" value="')[1].split('"')[0]
    deposited(world.labo_seine, amina, a_report("Bilan d’entre-temps", type_code="34112-3"), received=datetime.now(UTC))
    told = page(client.post(address + "lu/", {"jusqua": shown}, follow=True))
    assert "Bilan d’entre-temps" in told
    assert "Bilan lu" not in told.split("Depuis votre dernière visite")[1]
    undo = {"jusqua": told.split('name="jusqua" value="')[1].split('"')[0], "annuler": "oui"}
    assert "Bilan lu" in page(client.post(address + "lu/", undo, follow=True)).split("Depuis votre dernière visite")[1]
    for faulty in ("hier", "2999-01-01T00:00:00+00:00", "2026-01-01"):
        assert client.post(address + "lu/", {"jusqua": faulty}).status_code == 302
        assert "Rien de nouveau" in page(client.get(address))


def test_what_shows_no_news_is_no_visit(browse, world: World):
    """Otherwise a search at noon, or a software that asks for entries every hour, would hide what came in the morning."""
    amina, doctor = world.amina, world.dr_diallo
    access.open_record(replace(care(doctor, amina, channel=Channel.LIST), at=NOW - timedelta(days=30)))
    deposited(world.labo_seine, amina, a_report("Bilan du matin"))
    client = browse(doctor)
    assert client.get(f"/pro/patients/{amina.id}/chercher/?mots=bilan").status_code == 200
    access.open_record(care(doctor, amina))  # as a software asks for entries
    (seen,) = [one.last_visit for one in asks.open_patients(doctor, at=NOW) if one.patient_id == amina.id]
    assert seen == NOW - timedelta(days=30)


def test_news_is_what_the_journal_says_was_deposited_since(world: World):
    amina, doctor = world.amina, world.dr_diallo
    before = deposited(world.labo_seine, amina, a_report("Avant"), received=NOW - timedelta(days=40)).id
    visit = access.open_record(replace(care(doctor, amina, channel=Channel.LIST), at=NOW - timedelta(days=30)))
    for number in range(3):
        deposited(
            world.labo_seine,
            amina,
            a_report(f"Bilan {number}", type_code="34112-3"),
            received=NOW - timedelta(days=number),
        )
    own = deposited(doctor, amina, a_report("Ma propre lettre"), received=NOW - timedelta(hours=1)).id
    grant = access.open_record(care(doctor, amina, channel=Channel.LIST))
    news = queries.summary(grant, since=asks.last_visit(grant)).news
    lines = asks.journal(amina.opens(Action.READ_JOURNAL))
    came = {one.object_id for one in lines if one.action == Action.DEPOSIT and one.allowed and one.at > visit.at}
    assert news.every == came - {own}  # what she put there herself is no news to her
    assert len(came) == 4
    assert own in came
    assert before not in came


def test_a_slip_in_a_search_finds_the_results_of_that_name_and_says_the_whole_word(browse, world: World, amina: Person):
    filed(world, amina, observation("2276-4", "Ferritine", 12, "µg/L", days_ago(3)))
    told = page(browse(world.dr_diallo).get(f"/pro/patients/{amina.id}/chercher/?mots=feritine"))
    assert "Nous avons aussi cherché : ferritine." in told
    assert f"/resultats/{mark(amina.id, 'ferritine')}/" in told


def test_a_person_cannot_say_it_for_her_doctor(world: World, amina: Person):
    with pytest.raises(Refused):
        access.all_read(amina.opens(Action.LIST), at=NOW)


def test_news_of_many_lines_are_fewer_so_that_all_stands_on_one_screen(world: World):
    deposited(world.labo_seine, world.amina, a_report("Bilan"))
    [one] = queries.documents(world.amina.opens(Action.LIST))
    short, long = New(one), New(one, "Créatinine 142 µmol/L, " * 6)
    assert [len(fitting([one] * 9)) for one in (short, long)] == [6, 3] and fitting([]) == []
