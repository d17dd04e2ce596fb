"""Ma famille: each one's news, the way in and back, and nothing of what is secret, to the byte."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hygie.access import actions, queries
from hygie.access.types import Action, Level, Paper, Purpose, Relation, Request, TieKind
from hygie.base.errors import Refused
from hygie.record import actions as record
from hygie.tests.kin import SECRET, a_parent, at_the_desk, born, confided
from hygie.tests.world import NOW, Person, World, a_report, deposited, read_by_machine

PAGES = (
    "accueil/", "documents/", "documents/?mots=secret", "documents/?archives=1", "documents/ajouter/", "ma-sante/resume/",
    "ma-sante/resultats/", "ma-sante/traitements/", "ma-sante/traitements/feuille/", "ma-sante/a-verifier/",
    "ma-sante/comparer/", "famille/venus/", "famille/reglages/", "famille/partages/",
)  # fmt: skip
CHANGING = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|csrf[^"]*"[^"]*"')


def space_of(person: Person) -> str:
    return f"/pour/{person.id}/"


def words(answer: Any) -> str:
    return answer.content.decode()


@pytest.fixture
def girl(world: World) -> tuple[Person, Person]:
    """A girl of fifteen and her mother, recorded at the desk."""
    girl, mother = world.person("Lina", "Haddad", born=born(15)), world.person("Nadia", "Haddad")
    a_parent(world, girl, mother)
    return girl, mother


def test_the_board_tells_what_is_new_child_by_child_and_opens_each_space(
    browse: Callable[..., Any], world: World, girl: tuple[Person, Person]
) -> None:
    child, mother = girl
    sent = deposited(world.labo_seine, child, a_report("Vaccin rappel"))
    client = browse(mother.actor)
    board = words(client.get("/famille/"))
    assert "Vaccin rappel" in board and "1 document nouveau" in board and f"{space_of(child)}accueil/" in board
    home = words(client.get(f"{space_of(child)}accueil/"))
    assert "Vous agissez pour" in home and 'href="/famille/"' in home
    assert f'href="{space_of(child)}documents/{sent.id}/"' in home
    page = words(client.get(f"{space_of(child)}documents/{sent.id}/"))
    assert "Qui peut voir ce document" not in page and "Archiver" not in page
    assert "1 document nouveau" not in words(client.get("/famille/")), "she has opened it"
    for path in PAGES:
        inside = words(client.get(space_of(child) + path)).split("<main")[1].split("</main>")[0]
        own = re.findall(
            r"\b[MmVv]os? (?:documents|résultats|traitements|médicaments)|\b[Mm]es (?:doc|rés|trait)\w+", inside
        )
        assert own == [], f"{path}: said of the child, not of her mother"
        assert not re.search(r">\s*Je (?:n|prends|suis)", inside), f"{path}: her mother does not say « je » for her"
    assert "Les documents de Lina" in words(client.get(f"{space_of(child)}documents/"))


def test_an_address_that_is_not_for_another_leads_back_to_ones_own(
    browse: Callable[..., Any], world: World, girl: tuple[Person, Person]
) -> None:
    child, mother = girl
    client = browse(mother.actor)
    for own in ("compte/", "qui-voit-quoi/", "qui-voit-quoi/journal/", "famille/", "famille/aide/"):
        answer = client.get(space_of(child) + own)
        assert (answer.status_code, answer["Location"]) == (302, f"/{own}")
    assert client.post(f"{space_of(child)}qui-voit-quoi/urgence/", {"urgence": "non"}).status_code == 404
    assert client.get(f"{space_of(child)}ma-sante/resume/fichier/pdf/").status_code == 404, "never her own by mistake"
    assert queries.settings(child.opens(Action.SET_ACCESS)).emergency_allowed


def test_right_role_wrong_child(browse: Callable[..., Any], world: World, girl: tuple[Person, Person]) -> None:
    _, mother = girl
    other = world.person("Hugo", born=born(8))
    sent = deposited(world.labo_seine, other)
    client = browse(mother.actor)
    for path in (*PAGES, f"documents/{sent.id}/", f"documents/{sent.id}/original/"):
        if path != "documents/ajouter/":
            assert client.get(space_of(other) + path).status_code == 404, path
    assert other.canaries[0] not in words(client.get(f"{space_of(other)}documents/ajouter/"))


def test_every_page_of_her_parent_is_the_same_to_the_byte_whether_the_secret_exists_or_not(
    browse: Callable[..., Any], world: World, girl: tuple[Person, Person]
) -> None:
    child, mother = girl
    deposited(world.labo_seine, child, a_report("Analyse de sang"))
    client = browse(mother.actor)

    def seen() -> dict[str, bytes]:
        paths = ["/famille/", *(space_of(child) + path for path in PAGES)]
        return {path: CHANGING.sub(b"", client.get(path).content) for path in paths}

    seen()
    before = seen()
    secret = deposited(world.labo_seine, child, a_report("Document secret", visibility=SECRET))
    read_by_machine(child, secret)
    assert seen() == before
    for path in (f"documents/{secret.id}/", f"documents/{secret.id}/original/", f"documents/{secret.id}/pages/1/"):
        unknown = path.replace(str(secret.id), str(child.id))
        one, none = client.get(space_of(child) + path), client.get(space_of(child) + unknown)
        assert one.status_code == none.status_code == 404
    assert "Document secret" in words(browse(child.actor).get("/documents/"))


def test_she_keeps_a_document_secret_herself_and_shows_it_again(
    browse: Callable[..., Any], world: World, girl: tuple[Person, Person]
) -> None:
    child, mother = girl
    sent = deposited(world.labo_seine, child, a_report("Ordonnance à moi"))
    cost = deposited(world.labo_seine, child, a_report("Consultation, 25 €", type_code="REMB", class_code="60"))
    other = deposited(
        world.labo_seine, child,
        a_report("Lunettes", type_code="REMB", class_code="60", service_start=NOW - timedelta(days=40)),
    )  # fmt: skip
    hers, parents = browse(child.actor), browse(mother.actor)
    page = words(hers.get(f"/documents/{sent.id}/"))
    assert "Garder secret pour mes proches" in page and "Nadia" in page and "votre mère" in page
    hers.post(f"/documents/{sent.id}/secret/", {"secret": "oui"})
    page = words(hers.get(f"/documents/{sent.id}/"))
    assert "secret pour vos proches" in page and "avec ce qui a été remboursé ce jour-là" in page
    seen = [parents.get(f"{space_of(child)}documents/{one.id}/").status_code for one in (sent, cost, other)]
    assert seen == [404, 404, 200], "its cost line is secret with it"
    late = deposited(world.labo_seine, child, a_report("Pharmacie, 12 €", type_code="REMB", class_code="60"))
    assert parents.get(f"{space_of(child)}documents/{late.id}/").status_code == 404, "one that comes later too"
    assert hers.get(f"/documents/{late.id}/").status_code == 200
    own = record.add(
        actor=mother.actor,
        patient_id=child.id,
        document=a_report("Mon reçu", type_code="REMB", class_code="60"),
        at=NOW,
    )
    assert parents.get(f"{space_of(child)}documents/{own.id}/").status_code == 200, (
        "what she adds herself does not vanish"
    )
    hers.post(f"/documents/{sent.id}/secret/", {"secret": "non", "frais": str(cost.id)})
    assert parents.get(f"{space_of(child)}documents/{cost.id}/").status_code == 200
    hers.post(f"/documents/{sent.id}/secret/", {"secret": "oui"})
    answer = parents.post(f"{space_of(child)}documents/{sent.id}/secret/", {"secret": "non"})
    assert answer.status_code == 404, "no such page for her"
    assert parents.get(f"{space_of(child)}documents/{sent.id}/").status_code == 404
    hers.post(f"/documents/{sent.id}/secret/", {"secret": "non"})
    assert parents.get(f"{space_of(child)}documents/{sent.id}/").status_code == 200


def test_a_help_goes_from_a_form_to_a_code_to_a_space_and_is_cut_at_once(
    browse: Callable[..., Any], world: World
) -> None:
    fatou, zoe = world.person("Fatou", "Martin", born="1947-06-15"), world.person("Zoé", "Martin")
    sent = deposited(world.labo_seine, fatou, a_report("Bilan rénal"))
    mother, daughter = browse(fatou.actor), browse(zoe.actor)
    assert mother.post("/famille/aide/confier/", {"name": "Zoé"}).status_code == 422
    given = words(mother.post(
        "/famille/aide/confier/", {"name": "Zoé Martin", "relation": Relation.DAUGHTER, "level": "file", "classes": "10"}
    ))  # fmt: skip
    code = re.search(r'codes-number">([0-9A-Z]{5} [0-9A-Z]{5})<', given)[1]  # type: ignore[index]
    assert daughter.post("/famille/code/", {"code": "AAAAA AAAAA"}).status_code == 422
    offer = words(daughter.post("/famille/code/", {"code": code}))
    assert "Fatou" in offer and "comptes rendus" in offer
    inside = daughter.post("/famille/code/", {"code": code, "oui": "oui"})
    assert inside["Location"] == f"{space_of(fatou)}accueil/"
    assert "Bilan rénal" in words(daughter.get(inside["Location"]))
    journal = words(mother.get("/qui-voit-quoi/journal/?montrer=tout"))
    assert "Zoé, votre fille" in journal and "Au titre de l’aide que vous lui avez confiée." in journal
    [tie] = [one.tie.id for one in queries.helpers(fatou.opens(Action.SET_ACCESS))]
    mother.post(f"/famille/aide/{tie}/confirmer/")
    mother.post(f"/famille/aide/{tie}/limiter/", {"niveau": "see", "categories": "31"})
    assert daughter.get(f"{space_of(fatou)}documents/{sent.id}/").status_code == 404
    mother.post(f"/famille/aide/{tie}/arreter/")
    assert daughter.get(f"{space_of(fatou)}documents/").status_code == 404
    assert "Personne pour l’instant" in words(daughter.get("/famille/"))


def test_a_help_for_later_that_nobody_could_ever_declare_says_who_is_lacking(
    browse: Callable[..., Any], world: World
) -> None:
    fatou, zoe, ali = world.person("Fatou"), world.person("Zoé"), world.person("Ali", sex="male")
    confided(fatou, zoe, condition="doctor-and-relative")
    client = browse(fatou.actor)
    page = words(client.get("/famille/aide/"))
    assert "quand votre médecin et un autre de vos proches" in page
    assert "Personne ne pourrait encore le dire" in page and "1 autre proche" in page
    confided(fatou, ali, relation=Relation.SON)
    assert "Personne ne pourrait encore le dire" not in words(client.get("/famille/aide/"))


def test_who_accepted_a_help_for_later_sees_it_wait_in_ma_famille_and_gives_it_up(
    browse: Callable[..., Any], world: World
) -> None:
    fatou, zoe, ali = world.person("Fatou", "Martin"), world.person("Zoé"), world.person("Ali", sex="male")
    deposited(world.labo_seine, fatou, a_report("Bilan rénal"))
    tie = confided(fatou, zoe, level=Level.FILE, condition="doctor-and-relative")
    mine, his = browse(zoe.actor), browse(ali.actor)
    board = words(mine.get("/famille/"))
    for said in ("Fatou", "préparée pour plus tard", "voir et ajouter", "quand son médecin et un autre de ses proches"):
        assert said in board, said
    assert "Bilan rénal" not in board and str(fatou.id) not in board and "Personne pour l’instant" not in board
    assert mine.get(f"{space_of(fatou)}accueil/").status_code == 404
    assert "Fatou" not in words(his.get("/famille/"))
    assert his.post(f"/famille/plus-tard/{tie}/rendre/").status_code == 404
    assert "Fatou" in words(mine.get("/famille/"))
    told = words(mine.post(f"/famille/plus-tard/{tie}/rendre/", follow=True))
    assert "vous ne prendrez pas le relais" in told and "Fatou" not in told
    assert "préparée pour plus tard" not in words(browse(fatou.actor).get("/famille/aide/"))


def test_whoever_helps_already_is_told_so_and_what_can_be_done(browse: Callable[..., Any], world: World) -> None:
    fatou, zoe = world.person("Fatou"), world.person("Zoé")
    confided(fatou, zoe)
    _tie, code = actions.entrust(
        fatou.opens(Action.SET_ACCESS), name="Zoé", relation=Relation.DAUGHTER, level=Level.ACT, at=NOW,
        condition="two-witnesses",
    )  # fmt: skip
    answer = browse(zoe.actor).post("/famille/code/", {"code": code, "oui": "oui"})
    assert answer.status_code == 422
    assert "Vous aidez déjà cette personne. Elle peut changer" in words(answer) and "Rechargez" not in words(answer)


def test_a_help_for_later_whose_code_waits_still_says_so(browse: Callable[..., Any], world: World) -> None:
    fatou = world.person("Fatou")
    asked = {"name": "Zoé", "relation": Relation.DAUGHTER, "level": Level.SEE, "at": NOW}
    actions.entrust(fatou.opens(Action.SET_ACCESS), **asked, condition="two-witnesses")  # type: ignore[arg-type]
    page = words(browse(fatou.actor).get("/famille/aide/"))
    assert "code pas encore utilisé" in page and "préparée pour plus tard" not in page


def test_a_helper_files_in_the_right_space_and_gives_the_help_up(browse: Callable[..., Any], world: World) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    fatou, zoe = world.person("Fatou", born="1947-06-15"), world.person("Zoé")
    confided(fatou, zoe, level=Level.FILE)
    client = browse(zoe.actor)
    paper = SimpleUploadedFile("courrier.txt", b"Courrier du centre", content_type="text/plain")
    client.post(f"{space_of(fatou)}documents/ajouter/", {"documents": paper})
    assert "Courrier" in words(client.get(f"{space_of(fatou)}documents/")) or "courrier" in words(
        client.get(f"{space_of(fatou)}documents/")
    )
    assert "ourrier" not in words(client.get("/documents/"))
    assert client.post(f"{space_of(fatou)}famille/rendre/")["Location"] == "/famille/"
    assert client.get(f"{space_of(fatou)}accueil/").status_code == 404


def test_a_father_from_whom_places_are_protected_reads_no_place(
    browse: Callable[..., Any], world: World, girl: tuple[Person, Person]
) -> None:
    child, _ = girl
    father = world.person("Karim", sex="male")
    a_parent(world, child, father, Relation.FATHER)
    deposited(world.labo_seine, child, a_report("Consultation à Nantes"))
    order = Paper("Ordonnance de protection")
    actions.protect(at_the_desk(world, child), helper_id=father.id, protected=True, paper=order, at=NOW)
    client = browse(father.actor)
    for path in ("/famille/", *(space_of(child) + path for path in PAGES)):
        page = words(client.get(path))
        assert "Nantes" not in page and "Labo Seine" not in page, path
    assert "protège les lieux" in words(client.get("/famille/"))


def test_what_a_girl_says_of_herself_is_hers_and_what_her_mother_said_for_her_is_seen_by_both(
    browse: Callable[..., Any], world: World, girl: tuple[Person, Person]
) -> None:
    child, mother = girl
    hers, parents = browse(child.actor), browse(mother.actor)
    hers.post("/ma-sante/traitements/ajouter/", {"name": "Pilule de Lina", "how": "le soir"})
    parents.post(f"{space_of(child)}ma-sante/traitements/ajouter/", {"name": "Vitamine D", "how": "le matin"})
    for client, prefix, sees in ((hers, "/", True), (parents, space_of(child), False)):
        page = words(client.get(f"{prefix}ma-sante/traitements/"))
        assert "Vitamine D" in page and ("Pilule" in page) is sees


def test_whoever_comes_of_age_is_told_who_could_see_what_ended_and_what_is_kept(browse: Any, world: World) -> None:
    eighteen = timezone.now() - timedelta(days=1, hours=3)
    birth = f"{eighteen.year - 18}-{eighteen.month:02d}-{min(eighteen.day, 28):02d}"
    ines, mother, before = (
        world.person("Inès", born=birth),
        world.person("Nadia", "Haddad"),
        eighteen - timedelta(days=60),
    )
    desk = Request(world.operator, ines.id, Purpose.LEGAL, Action.ON_BEHALF, before, reason="Dossier 2026-7")
    actions.record_tie(
        actions.open_record(desk), helper_id=mother.id, kind=TieKind.PARENT, relation=Relation.MOTHER,
        paper=Paper("Livret de famille"), at=before,
    )  # fmt: skip
    client = browse(ines.actor)
    assert "n’est plus qu’à vous" in words(client.get("/accueil/"))
    told = words(client.get("/famille/aide/"))
    for said in ("Nadia", "Ce qui a pris fin", "Ce qui est gardé", "reste écrit dans votre journal"):
        assert said in told
    assert "il ne se coupe pas ici" not in told  # her mother is no longer among those who help her
    refused = browse(mother.actor).get(f"{space_of(ines)}accueil/")
    assert refused.status_code == 403 and "Votre enfant est majeur" in words(refused)
    assert actions.tell_of_age(at=timezone.now()) >= 1
    for other in (mother, world.amina):  # right page, wrong person
        assert "n’est plus qu’à vous" not in words(browse(other.actor).get("/accueil/"))


def test_a_child_is_not_told_so_nor_whoever_came_of_age_long_ago(browse: Any, girl: tuple[Person, Person]) -> None:
    child, mother = girl
    told = words(browse(child.actor).get("/famille/aide/"))
    assert "n’est plus qu’à vous" not in told and "il ne se coupe pas ici" in told
    long_after = Request(child.actor, child.id, Purpose.SELF, Action.LIST, NOW + timedelta(days=366 * 5))
    assert queries.came_of_age(actions.open_record(long_after)) is None
    year_after = Request(child.actor, child.id, Purpose.SELF, Action.LIST, NOW + timedelta(days=366 * 3))
    assert queries.came_of_age(actions.open_record(year_after)) is not None
    with pytest.raises(Refused):
        queries.came_of_age(actions.open_record(Request(mother.actor, child.id, Purpose.FOR_ANOTHER, Action.LIST, NOW)))
