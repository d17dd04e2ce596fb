"""Mon compte: her identity, her language, the life of her space."""

from __future__ import annotations

import pytest

from hygie.access import queries
from hygie.access.types import Action, RecordState
from hygie.tests.world import World


def state(person) -> RecordState:
    return queries.settings(person.opens(Action.SET_ACCESS)).state


def test_she_reads_her_identity_with_her_matricule_masked(browse, world: World):
    body = browse(world.amina.actor).get("/compte/").content.decode()
    assert world.amina.canaries[0].casefold() in body.casefold()
    assert "4\u00a0mai 1988" in body
    assert world.amina.ins.matricule not in body


def test_she_closes_her_space_after_a_page_that_says_what_it_means_and_opens_it_again(browse, world: World):
    client = browse(world.amina.actor)
    assert "Rien n’est effacé" in client.get("/compte/espace/fermer/").content.decode()
    assert state(world.amina) is RecordState.OPEN
    body = client.post("/compte/espace/fermer/", follow=True).content.decode()
    assert "Votre espace est fermé" in body
    assert state(world.amina) is RecordState.CLOSED
    assert client.get("/documents/").status_code == 200
    client.post("/compte/espace/ouvrir/")
    assert state(world.amina) is RecordState.OPEN


@pytest.mark.parametrize("easy", [False, True])
def test_her_first_page_says_that_all_will_be_erased_and_where_to_change_her_mind(browse, world: World, easy: bool):
    leaver, said = world.person("Amina"), "Votre espace sera effacé le"
    client = browse(leaver.actor)
    if easy:
        client.post("/lecture/", {"facile": "oui"})
    assert said not in client.get("/accueil/").content.decode()
    client.post("/compte/effacer/", {"compris": "oui"})
    body = client.get("/accueil/").content.decode()
    assert said in body and 'href="/compte/effacer/"' in body
    assert said not in browse(world.amina.actor).get("/accueil/").content.decode()  # right page, wrong person
    client.post("/compte/effacer/annuler/")
    assert said not in client.get("/accueil/").content.decode()


def test_a_closed_space_says_so_before_anything_is_chosen_or_sent(browse, world: World):
    client = browse(world.amina.actor)
    client.post("/compte/espace/fermer/")
    for path in ("/documents/ajouter/", "/compte/rapporter/"):
        page = client.get(path).content.decode()
        assert "Votre espace est fermé" in page and 'type="file"' not in page and 'href="/compte/"' in page
    client.post("/compte/espace/ouvrir/")
    assert 'type="file"' in client.get("/documents/ajouter/").content.decode()


def test_opening_again_a_space_that_will_be_erased_says_before_and_after_that_it_is_spared(browse, world: World):
    client = browse(world.amina.actor)
    client.post("/compte/effacer/", {"compris": "oui"})
    page = client.get("/compte/").content.decode()
    assert "Votre espace sera effacé le" in page and "Rouvrir votre espace annule l’effacement." in page
    assert "Vous pouvez le rouvrir quand vous voulez" not in page
    page = client.post("/compte/espace/ouvrir/", follow=True).content.decode()
    assert "l’effacement est annulé" in page and "Votre espace sera effacé le" not in page


def test_a_state_that_does_not_exist_changes_nothing(browse, world: World):
    assert browse(world.amina.actor).post("/compte/espace/vendre/").status_code == 400
    assert state(world.amina) is RecordState.OPEN


def test_her_language_is_kept(browse, world: World):
    client = browse(world.amina.actor)
    client.post("/langue/", {"langue": "en"})
    assert '<html lang="en">' in client.get("/compte/").content.decode()
    client.post("/langue/", {"langue": "fr"})
    assert '<html lang="fr">' in client.get("/compte/").content.decode()


@pytest.mark.parametrize("language", ["", "xx", "<script>"])
def test_a_language_hygie_does_not_speak_is_refused(browse, world: World, language):
    assert browse(world.amina.actor).post("/langue/", {"langue": language}).status_code == 400
