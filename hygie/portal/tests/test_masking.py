"""A parent from whom a decision of justice protects places and times: what is known, and in no output a place, a name, a day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from hygie.access import actions, queries
from hygie.access.types import Action, Paper, Purpose, Relation, Request
from hygie.base.errors import NotFound, Refused
from hygie.people.types import Actor
from hygie.portal.tests.health import filed, observation, prescription
from hygie.record import actions as record
from hygie.record import queries as recorded
from hygie.tests.crawl.canaries import found
from hygie.tests.kin import SECRET, a_parent, at_the_desk, born
from hygie.tests.world import NOW, Person, World, a_report, canary, care, deposited

ATC = "http://www.whocc.no/atc"
PILLS_ON = NOW.date() - timedelta(days=60)  # still taken today
DAYS = re.compile(  # a sheet to print bears the day of today, which may be a 17 June
    rf"2025-06-17|17/06/2025|17 juin(?! {NOW.year})|0?9[h:]12|{PILLS_ON:%Y-%m-%d}|{PILLS_ON:%d/%m/%Y}"
)
WHERE = (
    "accueil/", "documents/", "documents/?mots=canari", "ma-sante/resume/", "ma-sante/resultats/", "ma-sante/traitements/",
    "ma-sante/traitements/feuille/", "ma-sante/a-verifier/", "ma-sante/comparer/", "famille/venus/", "famille/sante/",
    "famille/documents/", "famille/documents/?mots=tsh", "famille/documents/?mots=canari", "documents/ajouter/",
)  # fmt: skip


def words(answer: Any) -> str:
    return answer.content.decode()


@pytest.fixture
def family(world: World, browse: Callable[..., Any]) -> tuple[Person, Person, Person, Any]:
    """A girl whose documents name places everywhere, her mother, her father from whom they are protected, his browser."""
    girl, mother, father = world.person("Lina", born=born(9)), world.person("Nadia"), world.person("Karim", sex="male")
    a_parent(world, girl, mother)
    a_parent(world, girl, father, Relation.FATHER)
    actions.protect(
        at_the_desk(world, girl), helper_id=father.id, protected=True, paper=Paper("Ordonnance de protection"), at=NOW
    )
    return girl, mother, father, browse(father.actor)


def _everything(world: World, girl: Person) -> tuple[Actor, UUID]:
    """A canary wherever a document may name somebody or somewhere."""
    doctor = world.doctor("Xanthopoulos", world.organisation("Clinique des Ormeaux", "practice"))
    tsh = observation(
        "3016-3", f"TSH {canary()}", 6.8, "mUI/L", "2025-06-17T09:12:00+02:00", low=0.4, high=4.0, by=canary()
    )
    tsh |= {"note": [{"text": canary()}], "method": {"text": canary()}}
    unknown = observation("99999-1", canary(), 44.0, canary(), "2025-06-17")
    worded = observation("94500-6", "SARS-CoV-2", canary(), "", "2025-06-17")
    coming = observation("2345-7", "Glucose", 5.1, "mmol/L", "2031-06-17")
    pills = prescription(
        "Doliprane 1000 mg", f"1 comprimé le matin pendant 12 mois, chez {canary()}", PILLS_ON.isoformat(), by=canary()
    )
    drops = prescription(f"Gouttes de {canary()}", "le soir", PILLS_ON.isoformat(), by=canary())
    vaccine: dict[str, Any] = {
        "resourceType": "Immunization", "patient": {"display": "la personne"}, "status": "completed", "occurrenceDateTime": "2025-06-17", "lotNumber": canary(),
        "vaccineCode": {"text": f"PRIORIX {canary()}", "coding": [{"system": ATC, "code": "J07BD52", "display": canary()}]},
        "location": {"display": canary()}, "note": [{"text": canary()}],
    }  # fmt: skip
    allergy: dict[str, Any] = {
        "resourceType": "AllergyIntolerance", "patient": {"display": "la personne"}, "recordedDate": "2025-06-17", "note": [{"text": canary()}],
        "code": {"text": canary(), "coding": [{"system": "http://snomed.info/sct", "code": "256349002", "display": canary()}]},
    }  # fmt: skip
    problem, asthma = (
        {"resourceType": "Condition", "subject": {"display": "la personne"}, "recordedDate": "2025-06-17", "code": {"text": text}}
        for text in (f"Asthme, {canary()}", "Asthme")
    )  # fmt: skip
    said = (tsh, unknown, worded, coming, pills, drops, vaccine, allergy, problem, asthma)
    document = filed(world, girl, *said, title=f"Bilan de {canary()}")
    letter = a_report(f"Lettre de {canary()}", type_code="11488-4", file_name=f"{canary()}.txt")
    deposited(doctor, girl, letter)
    deposited(doctor, girl, a_report("Ce que je garde", visibility=SECRET))
    return doctor, document.id


def test_he_reads_what_the_childs_health_needs_and_no_output_holds_a_place_a_name_or_a_day(
    browse: Callable[..., Any], world: World, family: tuple[Person, Person, Person, Any]
) -> None:
    girl, _, father, his = family
    space = f"/pour/{girl.id}/"
    doctor, document_id = _everything(world, girl)
    world.lets_in(girl, doctor)
    actions.open_record(care(doctor, girl))
    deposited(world.labo_seine, girl, a_report("Taux", content=b"a"), received=NOW)
    added = record.add(
        actor=father.actor, patient_id=girl.id, document=a_report("Mon mot", type_code="DOCPAT03", authors=()), at=NOW
    )

    health, papers = words(his.get(f"{space}famille/sante/")), words(his.get(f"{space}famille/documents/"))
    for told in (
        "Paracétamol",
        "6,8 mUI/L",
        "au-dessus de l’intervalle",
        "juin 2025",
        "ougeole, oreillons, rubéole",
        "rachide",
        "sthme",
    ):
        assert told in health, told
    assert health.count("sthme") == 1 and "juin 2031" not in health, "his own words alone; nothing of what is to come"
    tokens = re.findall(rf"{space}famille/documents/([0-9a-f-]{{36}})/", papers)
    assert len(tokens) == 3 and str(document_id) not in papers, "not the secret one, not his own; an id holds a time"
    minute = str(document_id)[:9]  # what the ids of this moment begin with
    assert not any(one.startswith(minute) for one in tokens)
    assert "fermé : ses pages portent des lieux" in papers and "Résultats" in papers
    assert (
        len(re.findall("/famille/documents/[0-9a-f-]{36}/", words(his.get(f"{space}famille/documents/?mots=rougeole"))))
        == 1
    )
    one_by_one = {one: words(his.get(f"{space}famille/documents/{one}/")) for one in tokens}
    assert sum("Ce document reste fermé" in page for page in one_by_one.values()) == 2
    assert sum("Paracétamol" in page for page in one_by_one.values()) == 1

    pages = {path: his.get(space + path) for path in WHERE} | {"board": his.get("/famille/")}
    pages |= {f"document {one}": his.get(f"{space}famille/documents/{one}/") for one in tokens}
    pages |= {
        path: his.get(f"{space}documents/{document_id}/{path}") for path in ("", "original/", "pages/1/", "images/1/")
    }
    pages["own"] = his.get(f"{space}documents/{added.id}/")
    mine = found(his.get(f"{space}documents/{added.id}/original/").content) | {one.lower() for one in girl.canaries}
    for path, answer in pages.items():
        seen = answer.content + str(dict(answer.headers)).encode()
        assert not found(seen) - mine, f"{path}: {found(seen) - mine}"
        main = words(answer).split("<main")[-1].split("</main>")[0]
        if path not in ("own", "documents/", "accueil/", "board"):  # his own paper has its own day
            assert not DAYS.search(main), f"{path}: {DAYS.search(main)}"
        assert not re.search("Labo Seine|Nadia|Xanthopoulos|Ormeaux", main), path
    assert pages[""].status_code == pages["original/"].status_code == 404
    for path in ("compte/emporter/", "ma-sante/resume/fichier/pdf/", "qui-voit-quoi/journal/"):
        assert his.get(space + path).status_code in (302, 404)
    journal = words(browse(girl.actor).get("/qui-voit-quoi/journal/?montrer=tout"))
    assert "a lu l’essentiel de votre santé, sans lieu ni date" in journal


def test_nobody_else_reads_that_way_and_its_key_opens_nothing_else(
    browse: Callable[..., Any], world: World, family: tuple[Person, Person, Person, Any]
) -> None:
    girl, mother, father, his = family
    other = world.person("Hugo", born=born(8))
    sent = filed(world, girl, observation("3016-3", "TSH", 2.0, "mUI/L", "2025-06-17"))
    [token] = re.findall(r"famille/documents/([0-9a-f-]{36})/", words(his.get(f"/pour/{girl.id}/famille/documents/")))
    for client, person in ((his, other), (browse(mother.actor), girl), (browse(world.zoe.actor), girl)):
        for path in ("famille/sante/", "famille/documents/", f"famille/documents/{token}/"):
            assert client.get(f"/pour/{person.id}/{path}").status_code in (403, 404)
    assert his.get("/famille/sante/").status_code == 404, "there is no such page for oneself"
    assert his.get(f"/pour/{girl.id}/famille/documents/{sent.id}/").status_code == 404, "its id is no token"
    asked = Request(father.actor, girl.id, Purpose.FOR_ANOTHER, Action.READ_MASKED, NOW)
    grant = actions.open_record(asked)
    for act in (
        lambda: recorded.documents(grant), lambda: recorded.entries(grant), lambda: recorded.summary(grant),
        lambda: recorded.search(grant, words="tsh"), lambda: recorded.visits(grant, most=3),
        lambda: recorded.content(grant, document_id=sent.id), lambda: queries.journal(grant), lambda: queries.settings(grant),
        lambda: recorded.masked_paper(grant, token=UUID(token)),
    ):  # fmt: skip
        with pytest.raises((Refused, NotFound)):
            act()
    actions.end_ties(at_the_desk(world, girl), helper_id=father.id, at=NOW)
    assert his.get(f"/pour/{girl.id}/famille/sante/").status_code == 404


def test_whoever_is_shown_nothing_does_not_say_that_there_is_nothing(
    browse: Callable[..., Any], world: World, family: tuple[Person, Person, Person, Any]
) -> None:
    """« Aucune allergie connue » by a father who may read no page would mislead the next doctor."""
    girl, mother, _father, his = family
    space = f"/pour/{girl.id}/"
    assert his.get(f"{space}ma-sante/resume/")["Location"] == f"{space}famille/sante/"
    asked = "ma-sante/traitements/aucun/"
    assert "Ajouter un médicament" in words(page := his.get(f"{space}ma-sante/traitements/")) and asked not in words(
        page
    )
    assert "Aucun document ajouté par vous" in words(his.get(f"{space}documents/"))
    for path in ("ma-sante/resume/aucun/allergies/", asked):
        assert his.post(space + path).status_code == 403
        assert browse(world.zoe.actor).post(space + path).status_code == 404  # right role, wrong patient
    hers = browse(mother.actor)
    assert hers.post(f"{space}ma-sante/resume/aucun/allergies/").status_code == 302
