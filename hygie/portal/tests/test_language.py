"""Pages in English, and the choice of a language."""

from __future__ import annotations

import re

import pytest

from hygie.tests.world import World, deposited

PAGES = ("/accueil/", "/documents/", "/documents/ajouter/", "/qui-voit-quoi/", "/qui-voit-quoi/journal/", "/compte/")


@pytest.mark.parametrize("page", PAGES)
def test_a_person_reads_her_pages_in_english(browse, world: World, page):
    deposited(world.labo_seine, world.amina)
    client = browse(world.amina.actor)
    body = client.get(page, headers={"accept-language": "en"}).content.decode()
    assert '<html lang="en">' in body
    left = re.sub(r"Canari\w+|<[^>]*>|Français", " ", body)
    assert not re.search(r"\b(votre|vos|vous|les|des|une|aucun|documents? nouveaux?|déposé\w*)\b", left.casefold())


def test_the_language_of_a_page_changes_where_one_stands(browse, world: World):
    client = browse(world.amina.actor)
    asked = client.get("/documents/?archives=1").content.decode()
    assert 'value="/documents/?archives=1"' in asked
    answer = client.post("/langue/", {"langue": "en", "suite": "/documents/?archives=1"}, follow=True)
    assert answer.redirect_chain == [("/documents/?archives=1", 302)]
    assert '<html lang="en">' in answer.content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", "\\\\example.org"]
)
def test_the_language_form_leads_to_our_own_pages_only(browse, world: World, elsewhere):
    answer = browse(world.amina.actor).post("/langue/", {"langue": "en", "suite": elsewhere})
    assert answer["Location"] == "/"


def test_french_is_spoken_to_whoever_asks_for_nothing(browse, world: World):
    client = browse(world.amina.actor)
    assert '<html lang="fr">' in client.get("/accueil/", headers={"accept-language": ""}).content.decode()
    assert '<html lang="fr">' in client.get("/accueil/", headers={"accept-language": "ja"}).content.decode()


def test_a_refusal_is_translated_on_its_page(browse, world: World):
    answer = browse(world.amina.actor).get(
        "/documents/00000000-0000-4000-8000-000000000000/", headers={"accept-language": "en"}
    )
    assert answer.status_code == 404
    assert "This document is not here." in answer.content.decode()
