"""The pages of an invitation, without a browser: what is said when something is wrong, late, or done by another hand."""

from __future__ import annotations

from datetime import timedelta

from hygie.access import actions, queries
from hygie.access.types import Action, RecordState
from hygie.tests.world import NOW, Person, World, care


def code_for(world: World, ines: Person, *, ago: timedelta = timedelta()) -> str:
    grant = actions.open_record(care(world.dr_diallo, ines, Action.FIND))
    return actions.invite(grant, way="hand", name="Inès M.", at=NOW - ago).code


def asleep(world: World) -> Person:
    return world.person("Inès", state=RecordState.SLEEPING)


def test_who_helped_her_is_in_her_journal(browse, world: World) -> None:
    ines, client = asleep(world), browse()
    said = {"code": code_for(world, ines), "born": "4 mai 1988", "helped": "Zoé Martin"}
    assert client.post("/invitation/", said)["Location"] == "/invitation/attend/"
    assert "encore vide" in client.get("/invitation/attend/").content.decode()
    assert client.post("/invitation/ouvrir/", {"equipe": "oui"})["Location"] == "/compte/entrees/"
    lines = queries.journal(ines.opens(Action.READ_JOURNAL))
    assert [line.reason for line in lines if line.reason] == ["Avec l’aide de Zoé Martin"]
    assert (
        "Avec l’aide de Zoé Martin" in browse(ines.actor).get("/qui-voit-quoi/journal/?montrer=tout").content.decode()
    )
    assert queries.settings(ines.opens(Action.SET_ACCESS)).care_team_consent


def test_what_is_wrong_is_said_in_the_same_words_and_opens_nothing(browse, world: World) -> None:
    ines, client = asleep(world), browse()
    code = code_for(world, ines)
    pages = [
        client.post("/invitation/", {"code": c, "born": b}) for c, b in ((code, "05051988"), ("1" * 12, "04051988"))
    ]
    assert {page.status_code for page in pages} == {403}
    texts = [page.content.decode() for page in pages]
    assert all("ne vont pas ensemble" in text and ines.canaries[0].upper() not in text.upper() for text in texts)
    assert client.post("/invitation/", {"code": "12", "born": "hier"}).status_code == 422
    for address in ("/invitation/attend/", "/invitation/ouvrir/", "/invitation/refuser/"):
        assert client.post(address)["Location"].startswith("/connexion/")


def test_out_of_date_one_tap_asks_its_maker_for_another(browse, world: World) -> None:
    ines, client = asleep(world), browse()
    code = code_for(world, ines, ago=timedelta(days=31))
    late = client.post("/invitation/", {"code": code, "born": "04051988"}).content.decode()
    assert "rien n’est perdu" in late and world.dr_diallo.name in late
    assert "C’est demandé" in client.post("/invitation/nouveau-code/").content.decode()
    doctor = browse(world.dr_diallo)
    assert "1 nouveau code demandé" in doctor.get("/pro/").content.decode()
    listed = doctor.get("/pro/inviter/").content.decode()
    again = listed.split('action="/pro/inviter/encore/')[1].split('"')[0]
    assert "Sans téléphone" in doctor.post(f"/pro/inviter/encore/{again}").content.decode()
    journal = browse(ines.actor).get("/qui-voit-quoi/journal/?montrer=tout").content.decode()
    assert "Un code a été fait pour ouvrir votre espace." in journal  # whoever made it stands beside
    assert browse(world.dr_roux).post(f"/pro/inviter/encore/{again}").status_code == 404


def test_a_code_leads_from_nowhere_else(browse, world: World) -> None:
    """Whoever is signed in, and was not invited just now, decides nothing by these pages."""
    client = browse(world.amina.actor)
    assert client.get("/invitation/attend/")["Location"] == "/accueil/"
    assert client.post("/invitation/ouvrir/")["Location"] == "/accueil/"
    assert browse(world.dr_diallo).get("/invitation/attend/").status_code == 404
