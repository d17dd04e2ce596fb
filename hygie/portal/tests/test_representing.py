"""A parent's settings, journal and timed shares for a child: each act named, and nothing of what the child keeps secret."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hygie.access import actions, queries
from hygie.access.types import Action, Paper, Purpose, Relation, Request, TieKind
from hygie.base.errors import NotFound, Refused
from hygie.formats.tests.test_preview_straighten import a_photo
from hygie.people.types import AuthLevel
from hygie.record import actions as record
from hygie.record import queries as recorded
from hygie.tests.kin import SECRET, a_parent, at_the_desk, born, confided
from hygie.tests.world import NOW, Person, World, a_report, care, deposited

OURS = ("famille/venus/", "famille/reglages/", "famille/partages/")


def space_of(person: Person) -> str:
    return f"/pour/{person.id}/"


def words(answer: Any) -> str:
    return answer.content.decode()


@pytest.fixture
def family(world: World) -> tuple[Person, Person, Person]:
    """A girl of fifteen, her mother and her father, each recorded at the desk."""
    girl, mother = world.person("Lina", born=born(15)), world.person("Nadia")
    father = world.person("Karim", sex="male")
    a_parent(world, girl, mother)
    a_parent(world, girl, father, Relation.FATHER)
    return girl, mother, father


def looks(world: World, doctor: Any, girl: Person) -> None:
    actions.open_record(care(doctor, girl))


def test_a_parent_lets_a_doctor_in_reads_who_came_and_her_name_is_in_the_childs_journal(
    browse: Callable[..., Any], world: World, family: tuple[Person, Person, Person]
) -> None:
    girl, mother, father = family
    client, hers = browse(mother.actor), browse(girl.actor)
    settings = f"{space_of(girl)}famille/reglages/"
    client.post(f"{settings}accord/", {"accord": "oui"})
    asked = {"rpps": world.dr_diallo.rpps or ""}
    assert "Est-ce bien cette personne" in words(client.post(f"{settings}inviter/", asked))
    client.post(f"{settings}inviter/", asked | {"sur": "oui"})
    client.post(f"{settings}urgence/", {"urgence": "non"})
    known = queries.settings(girl.opens(Action.SET_ACCESS))
    assert known.care_team_consent and len(known.circle) == 1 and not known.emergency_allowed
    looks(world, world.dr_diallo, girl)
    seen = words(client.get(f"{space_of(girl)}famille/venus/"))
    assert "Diallo" in seen and "a regardé la liste des documents" in seen and "vos documents" not in seen
    assert "Diallo" in words(browse(father.actor).get(f"{space_of(girl)}famille/reglages/")), "both parents are equal"
    journal = words(hers.get("/qui-voit-quoi/journal/?montrer=tout"))
    assert "Nadia, votre mère a changé pour vous les réglages d’accès" in journal and "autorité parentale" in journal
    [member] = known.circle
    client.post(f"{settings}bloquer/", {"qui": str(world.dr_diallo.id), "quoi": "lecture"})
    client.post(f"{settings}retirer/", {"qui": str(member.id)})
    after = queries.settings(girl.opens(Action.SET_ACCESS))
    assert after.circle == () and after.blocks[0].reading
    hers.post(f"/qui-voit-quoi/blocages/{after.blocks[0].id}/lever/")
    assert queries.settings(girl.opens(Action.SET_ACCESS)).blocks == (), "her own settings stay hers"


def test_whom_a_girl_lets_in_and_what_is_done_in_secret_is_on_no_page_of_her_parents(
    browse: Callable[..., Any], world: World, family: tuple[Person, Person, Person]
) -> None:
    girl, mother, _ = family
    midwife = world.doctor("Planchon", world.organisation("Centre de planification", "practice"), profession="50")
    deposited(world.labo_seine, girl, a_report("Analyse de sang"))
    world.lets_in(girl, midwife)
    client = browse(mother.actor)
    before = words(client.get(f"{space_of(girl)}famille/venus/"))
    looks(world, midwife, girl)
    world.lets_in(girl, world.dr_diallo)
    deposited(world.dr_diallo, girl, a_report("Compte rendu ordinaire", type_code="11488-4"))
    deposited(world.dr_diallo, girl, a_report("Ce que je garde", type_code="11488-4", visibility=SECRET))
    looks(world, world.dr_diallo, girl)
    browse(girl.actor).get("/documents/")
    page = words(client.get(f"{space_of(girl)}famille/venus/"))
    assert "Labo Seine" in before and "Planchon" not in page and "planification" not in page
    assert "Lina" not in page.split("</h1>")[1].split("<footer")[0], "what she does in her own space is hers"
    assert "Diallo" in page and "a déposé" in page, "what he did in the open is told"
    assert "regardé la liste" not in page, "his visit of the day of the secret act is not"
    settings = words(client.get(f"{space_of(girl)}famille/reglages/"))
    assert "Planchon" not in settings and "Diallo" in settings.split('id="blocages"')[1]
    inside = queries.settings(girl.opens(Action.SET_ACCESS)).circle
    hidden = next(one for one in inside if "Planchon" in one.name)
    path = f"{space_of(girl)}famille/reglages/"
    assert client.post(f"{path}retirer/", {"qui": str(hidden.id)}).status_code == 404
    assert client.post(f"{path}bloquer/", {"qui": str(midwife.id)}).status_code == 404
    assert len(queries.settings(girl.opens(Action.SET_ACCESS)).circle) == 2


def test_a_link_for_the_nanny_shows_no_secret_is_ended_by_either_parent_and_dies_with_the_right_that_gave_it(
    browse: Callable[..., Any], world: World, family: tuple[Person, Person, Person]
) -> None:
    girl, mother, father = family
    plain = deposited(world.labo_seine, girl, a_report("Protocole asthme"))
    secret = deposited(world.labo_seine, girl, a_report("Ce que je garde", visibility=SECRET))
    browse(girl.actor).post("/ma-sante/traitements/ajouter/", {"name": "Pilule de Lina", "how": "le soir"})
    hers = actions.share(
        girl.opens(Action.SET_ACCESS), summary=True, label="Pour mon amie", until=NOW + timedelta(1), at=NOW
    )
    client, other = browse(mother.actor), browse(father.actor)
    client.post(f"{space_of(girl)}ma-sante/traitements/ajouter/", {"name": "Vitamine D", "how": "le matin"})
    gives = f"{space_of(girl)}famille/partages/"
    assert client.post(gives, {"label": "", "lasts": "7j"}).status_code == 422
    sent = {"label": "Colonie", "summary": "on", "documents": [str(plain.id)], "lasts": "7j", "passcode": "mistral"}
    made = client.post(gives, sent)["Location"]
    page = words(client.get(made))
    link = re.search(r'readonly value="[^"]*(/partage/[^"]+)"', page)[1]  # type: ignore[index]
    nanny = browse()
    assert "essais" in words(nanny.post(link, {"name": "Mme Petit", "passcode": "faux"}))
    read = words(nanny.get(nanny.post(link, {"name": "Mme Petit", "passcode": "mistral"})["Location"]))
    assert "Protocole asthme" in read and "Vitamine D" in read
    assert "Ce que je garde" not in read and "Pilule" not in read
    assert nanny.get(f"/partage/lecture/{secret.id}/").status_code == 404
    assert nanny.get(f"/partage/lecture/{plain.id}/").status_code == 200
    record.set_visibility(
        record.open_to_correct(girl.asks(Action.SET_VISIBILITY, object_id=plain.id)), document_id=plain.id,
        add={"INVISIBLE_REPRESENTANTS_LEGAUX"}, remove=(), at=NOW,
    )  # fmt: skip
    assert nanny.get(f"/partage/lecture/{plain.id}/").status_code == 404, "what she keeps later leaves the link"
    seen = words(other.get(gives))
    assert "Colonie" in seen and "fait par Nadia" in seen and "Mme Petit" in seen and "Pour mon amie" not in seen
    assert other.get(f"{gives}{hers}/").status_code == 404
    assert other.post(f"{gives}{hers}/arreter/").status_code == 404
    assert "Colonie" in words(browse(girl.actor).get("/qui-voit-quoi/partages/")), "she sees what is given of her"
    other.post(f"{made}arreter/")
    assert nanny.get("/partage/lecture/").status_code == 404

    again = client.post(gives, {"label": "Nounou", "summary": "on", "lasts": "30j"})["Location"]
    link = re.search(r'readonly value="[^"]*(/partage/[^"]+)"', words(client.get(again)))[1]  # type: ignore[index]
    nanny.post(link, {"name": "Mme Petit"})
    assert nanny.get("/partage/lecture/").status_code == 200
    actions.end_ties(at_the_desk(world, girl), helper_id=mother.id, at=NOW)
    assert nanny.get("/partage/lecture/").status_code == 404, "whoever gave it has no right any more"


def test_right_role_wrong_child_weak_sign_in_and_acts_that_stay_hers(
    browse: Callable[..., Any], world: World, family: tuple[Person, Person, Person]
) -> None:
    girl, mother, _ = family
    stranger = world.person("Hugo", born=born(8))
    client = browse(mother.actor)
    for path in OURS:
        assert client.get(space_of(stranger) + path).status_code == 404
        assert client.get(f"/{path}").status_code == 404, "there is no such page for oneself"
    assert client.post(f"{space_of(stranger)}famille/reglages/accord/", {"accord": "oui"}).status_code == 404
    weak = browse(replace(mother.actor, auth=AuthLevel.SINGLE))
    assert "/confirmer/" in weak.post(f"{space_of(girl)}famille/reglages/accord/", {"accord": "oui"})["Location"]
    grant = actions.open_record(Request(mother.actor, girl.id, Purpose.FOR_ANOTHER, Action.REPRESENT, NOW))
    for act in (
        lambda: actions.set_state(grant, state=queries.settings(grant).state, at=NOW),
        lambda: actions.ask_erasure(grant, at=NOW),
        lambda: actions.entrust(grant, name="X", relation="friend", level=queries.settings and "see", at=NOW),  # type: ignore[arg-type]
        lambda: actions.share(grant, summary=True, card=True, until=NOW + timedelta(1), at=NOW),
        lambda: queries.journal(grant),
        lambda: queries.explain(grant),
        lambda: recorded.documents(grant),
    ):
        with pytest.raises(Refused):
            act()


def test_a_parent_shows_a_code_at_the_reception_and_the_practice_comes_in_as_long_as_her_right_lasts(
    browse: Callable[..., Any], world: World, family: tuple[Person, Person, Person]
) -> None:
    girl, mother, father = family
    client, path = browse(mother.actor), f"{space_of(girl)}qui-voit-quoi/arrivee/"
    assert "Je donne mon accord et j’affiche un code" in words(client.get(path))

    def shown() -> dict[str, Any]:
        page = words(client.post(path, {"lasts": "semaine"}))
        assert (
            "la date de naissance de Lina" in page and "votre espace" not in page.split("<main")[1].split("</main>")[0]
        )
        return {"code": re.search(r'codes-number">(\d{3} \d{3})<', page)[1], "born": girl.traits.birth_date}  # type: ignore[index]

    now = timezone.now()
    actions.check_in(world.dr_roux, **shown(), at=now)
    assert actions.open_record(replace(care(world.dr_roux, girl), at=now)).patient_id == girl.id
    assert "Lilas" in words(browse(father.actor).get(f"{space_of(girl)}famille/reglages/")), (
        "a representative let it in"
    )
    journal = words(browse(girl.actor).get("/qui-voit-quoi/journal/?montrer=tout"))
    assert "code donné à l’accueil" in journal
    kept = shown()
    actions.end_ties(at_the_desk(world, girl), helper_id=mother.id, at=now)
    with pytest.raises(Refused, match="ne correspond pas"):
        actions.check_in(world.dr_diallo, **kept, at=now)
    assert client.post(path, {"lasts": "semaine"}).status_code == 404
    paul = world.person("Paul", sex="male")
    confided(girl, paul, level="act")
    assert browse(paul.actor).post(path, {"lasts": "semaine"}).status_code == 403, "no help lets anybody in"


def test_a_mother_reports_a_visit_reads_the_answer_and_turns_the_pages_of_the_journal(
    browse: Callable[..., Any], world: World, family: tuple[Person, Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    girl, mother, father = family
    monkeypatch.setattr("hygie.portal.representing.SHOWN", 2)
    client, other = browse(mother.actor), browse(father.actor)
    client.post(f"{space_of(girl)}famille/reglages/accord/", {"accord": "oui"})
    client.post(f"{space_of(girl)}famille/reglages/inviter/", {"rpps": world.dr_diallo.rpps or "", "sur": "oui"})
    for number in range(3):
        deposited(world.labo_seine, girl, a_report(f"Bilan {number}"))
    looks(world, world.dr_diallo, girl)
    path = f"{space_of(girl)}famille/venus/"
    pages, address = [], path
    while address:
        pages.append(words(client.get(address)))
        found = re.search(r'href="([^"]*\?avant=[^"]+)"', pages[-1])
        address = found[1] if found else ""
    marks = [re.findall(rf"{path}([0-9a-f-]{{36}})/signaler/", page) for page in pages]
    assert [len(one) for one in marks] == [2, 1], "of three deposits, two fold on the second page"
    assert "regardé la liste" in pages[0] and "regardé la liste" not in pages[1]

    tells = [f"{path}{mark}/signaler/" for mark in marks[0]]
    [tell] = [one for one in tells if "a regardé la liste des documents" in words(client.get(one))]
    assert client.post(tell, {"message": ""}).status_code == 422
    client.post(tell, {"message": "Je ne connais pas ce médecin."})
    [case] = [one for one in queries.cases(world.operator) if one.patient_id == girl.id]
    actions.answer_case(world.operator, case_id=case.id, justified=None, answer="C’était la remplaçante.", at=NOW)
    assert "C’était la remplaçante." in words(client.get(path)) and "remplaçante" not in words(other.get(path))
    hers = words(browse(girl.actor).get("/qui-voit-quoi/journal/"))
    assert "Votre mère : Je ne connais pas ce médecin." in hers and "remplaçante" in hers
    deposited(world.dr_diallo, girl, a_report("Ce que je garde", type_code="11488-4", visibility=SECRET))
    assert "remplaçante" not in words(client.get(path)), "the visit is of the day of a secret act: so is its answer"
    assert client.get(tell).status_code == 404
    for stranger in (browse(world.zoe.actor), browse(girl.actor)):
        assert stranger.get(tell).status_code in (403, 404)
        assert stranger.post(tell, {"message": "X"}).status_code in (403, 404)


def test_a_photo_that_a_mother_added_is_straightened_in_the_childs_space_and_no_other_paper_is(
    browse: Callable[..., Any], world: World, family: tuple[Person, Person, Person]
) -> None:
    girl, mother, father = family
    photo = a_report("Ordonnance", content=a_photo((90, 20, 40)), media_type="image/jpeg", type_code="DOCPAT03")
    added = record.add(actor=mother.actor, patient_id=girl.id, document=photo, at=NOW)
    client, path = browse(mother.actor), f"{space_of(girl)}documents/{added.id}/"
    assert f"{path}redresser/" in words(client.get(path))
    assert client.get(f"{path}redresser/page/", {"page": "1r0"}).status_code == 200
    kept = client.post(f"{path}redresser/", {"pages": "1r0"})
    assert kept.status_code == 302 and kept["Location"].startswith(space_of(girl))
    [now] = [one for one in recorded.documents(girl.opens(Action.LIST)) if one.metadata.title == "Ordonnance"]
    assert now.replaces == added.id and now.metadata.media_type == "application/pdf" and not now.by_patient
    for actor in (father.actor, world.zoe.actor):
        assert browse(actor).get(f"{space_of(girl)}documents/{now.id}/redresser/").status_code in (403, 404)


def test_a_parent_from_whom_places_are_protected_reads_months_and_settles_nothing(
    browse: Callable[..., Any], world: World, family: tuple[Person, Person, Person]
) -> None:
    girl, mother, father = family
    client = browse(mother.actor)
    client.post(f"{space_of(girl)}famille/reglages/accord/", {"accord": "oui"})
    client.post(f"{space_of(girl)}famille/reglages/inviter/", {"rpps": world.dr_roux.rpps or "", "sur": "oui"})
    looks(world, world.dr_roux, girl)
    gave = browse(father.actor)
    made = gave.post(f"{space_of(girl)}famille/partages/", {"label": "Club", "summary": "on", "lasts": "7j"})[
        "Location"
    ]
    link = re.search(r'readonly value="[^"]*(/partage/[^"]+)"', words(gave.get(made)))[1]  # type: ignore[index]
    club = browse()
    club.post(link, {"name": "Le club"})
    assert club.get("/partage/lecture/").status_code == 200
    actions.protect(
        at_the_desk(world, girl), helper_id=father.id, protected=True, paper=Paper("Ordonnance de protection"), at=NOW
    )
    pills = client.post(
        f"{space_of(girl)}ma-sante/traitements/ajouter/",
        {"name": "Doliprane 1000 mg", "how": "le matin chez Mamie à Nantes"},
    )
    client.post(
        f"{space_of(girl)}ma-sante/traitements/ajouter/", {"name": "Gouttes du docteur de Nantes", "how": "le soir"}
    )
    browse(girl.actor).post("/ma-sante/traitements/ajouter/", {"name": "Ibuprofène", "how": "chez moi"})
    assert pills.status_code == 302
    page = words(gave.get(f"{space_of(girl)}famille/sante/"))
    assert "Paracétamol" in page and "Nantes" not in page and "Mamie" not in page, "catalogue words alone"
    assert "Ibuprofène" not in page, "what she says of herself, her parents do not hear"
    page = words(gave.get(f"{space_of(girl)}famille/venus/"))
    assert "médecin · 1 visite" in page and "Roux" not in page and "Lilas" not in page and "Nadia" not in page
    for path in ("famille/reglages/", "famille/partages/", made.removeprefix(space_of(girl))):
        assert gave.get(space_of(girl) + path).status_code in (403, 404)
    assert gave.post(f"{space_of(girl)}famille/reglages/accord/", {"accord": "non"}).status_code in (403, 404)
    assert club.get("/partage/lecture/").status_code == 404, "his link says where she is no more"
    theirs = words(browse(girl.actor).get("/qui-voit-quoi/partages/")).split("Terminés")
    assert "Club" not in theirs[0] and "Club" in theirs[1]
    with pytest.raises((Refused, NotFound)):
        actions.open_record(Request(father.actor, girl.id, Purpose.FOR_ANOTHER, Action.REPRESENT, NOW))


def test_a_helper_at_a_desk_sees_what_the_mandate_covers_by_the_clock_and_leaves_a_receipt(
    browse: Callable[..., Any], world: World
) -> None:
    fatou, paul = world.person("Fatou", born="1947-06-15"), world.person("Paul", sex="male")
    read, kept = deposited(world.labo_seine, fatou, a_report("Bilan rénal")), deposited(
        world.labo_seine, fatou, a_report("Ordonnance du soir", type_code="57833-6", class_code="42")
    )  # fmt: skip
    hers, his = browse(fatou.actor), browse(paul.actor)
    assert hers.post("/famille/aide/guichet/", {"name": "", "level": "see", "lasts": "30"}).status_code == 422
    said = {"name": "Paul Morel, France services", "level": "see", "classes": "10", "lasts": "30"}
    sheet = words(hers.post("/famille/aide/guichet/", said))
    assert "Signature de la personne" in sheet and "Paul Morel" in sheet
    code = re.search(r'codes-number">([0-9A-Z]{5} [0-9A-Z]{5})<', sheet)[1]  # type: ignore[index]
    home = his.post("/famille/code/", {"code": code, "oui": "oui"})["Location"]
    page = words(his.get(home))
    assert re.search(r'encore <span data-left="[^"]+">2\d</span> min', page)
    assert "Bilan rénal" in page and "du soir" not in page
    assert his.get(f"{space_of(fatou)}documents/{read.id}/").status_code == 200
    assert his.get(f"{space_of(fatou)}documents/{kept.id}/").status_code == 404
    assert his.get(f"{space_of(fatou)}famille/venus/").status_code == 403, "who came is not his to read"
    assert "Terminer et afficher le reçu" in words(his.get(f"{space_of(fatou)}famille/mandat/"))
    [tie] = [one.tie.id for one in queries.helpers(fatou.opens(Action.SET_ACCESS))]
    hers_too = words(hers.get(f"/famille/aide/{tie}/recu/"))
    receipt = words(his.post(f"{space_of(fatou)}famille/mandat/terminer/"))
    for one in (receipt, hers_too):
        assert "a lu un document" in one and "Bilan" not in one
    assert "/pour/" not in receipt, "nothing leads back to what is closed"
    assert his.get(home).status_code == 404
    assert browse(world.zoe.actor).get(f"/famille/aide/{tie}/recu/").status_code == 404


def test_a_mandate_ends_by_itself(world: World) -> None:
    fatou, paul = world.person("Fatou", born="1947-06-15"), world.person("Paul", sex="male")
    until = NOW + timedelta(minutes=30)
    confided(fatou, paul, kind=TieKind.DESK, until=until)
    asked = Request(paul.actor, fatou.id, Purpose.FOR_ANOTHER, Action.LIST, until - timedelta(seconds=1))
    assert actions.open_record(asked).tie.until == until  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        actions.open_record(replace(asked, at=until))


def test_what_is_to_come_is_told_by_age_with_its_source_and_nothing_of_the_record_changes_it(
    browse: Callable[..., Any], world: World, family: tuple[Person, Person, Person]
) -> None:
    girl, mother, _ = family
    client = browse(mother.actor)
    board = words(client.get("/famille/"))
    assert "Examen de santé entre 15 et 16 ans" in board and 'datetime="2024-12-27"' in board and "devez" not in board
    before = re.search(r"À prévoir.*?</details>", board, re.DOTALL)[0]  # type: ignore[index]
    deposited(world.labo_seine, girl, a_report("Examen de 15 ans", visibility=SECRET))
    after = re.search(r"À prévoir.*?</details>", words(client.get("/famille/")), re.DOTALL)[0]  # type: ignore[index]
    assert after == before
    paul = world.person("Paul", sex="male")
    confided(girl, paul)
    assert "À prévoir" not in words(browse(paul.actor).get("/famille/")), "for whoever answers for her by law"
