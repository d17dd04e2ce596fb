"""Documents: hers, narrowed by category, period and words; thousands of them page by page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string

from hygie.portal import documents
from hygie.tests.world import World, a_report, deposited, read_by_machine


@pytest.fixture
def filed(world: World):
    """A prescription of 2024, an analysis of 2025 and an imaging report of 2026."""
    for title, type_code, class_code, year in (
        ("Ordonnance de printemps", "57833-6", "42", 2024),
        ("Bilan sanguin", "11502-2", "10", 2025),
        ("Radio du genou", "18748-4", "31", 2026),
    ):
        at = datetime(year, 3, 2, 10, tzinfo=UTC)
        document = a_report(title, type_code=type_code, class_code=class_code, service_start=at, created=at)
        deposited(world.labo_seine, world.amina, document)
    return world.amina


def titles(client, query: str = "") -> set[str]:
    body = client.get(f"/documents/{query}").content.decode()
    return {title for title in ("Ordonnance de printemps", "Bilan sanguin", "Radio du genou") if title in body}


def test_all_documents_stand_under_their_month(browse, filed):
    body = browse(filed.actor).get("/documents/").content.decode()
    assert body.index("mars 2026") < body.index("Radio du genou") < body.index("mars 2025") < body.index("mars 2024")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?categorie=imaging", {"Radio du genou"}),
        ("?categorie=analyses", {"Bilan sanguin"}),
        ("?periode=2024", {"Ordonnance de printemps"}),
        ("?mots=BILAN+sanguin", {"Bilan sanguin"}),
        ("?mots=labo", {"Ordonnance de printemps", "Bilan sanguin", "Radio du genou"}),
        ("?categorie=imaging&periode=2024", set()),
        ("?categorie=nowhere&periode=&page=999", {"Ordonnance de printemps", "Bilan sanguin", "Radio du genou"}),
    ],
)
def test_a_list_is_narrowed_by_what_its_address_says(browse, filed, query, found):
    assert titles(browse(filed.actor), query) == found


def test_a_list_that_finds_nothing_says_so_and_offers_everything(browse, filed):
    body = browse(filed.actor).get("/documents/?mots=introuvable").content.decode()
    assert "Rien ne correspond" in body
    assert "Tout afficher" in body


def test_what_is_searched_for_is_written_back_as_text(browse, filed):
    body = browse(filed.actor).get("/documents/", {"mots": '"><script>1</script>'}).content.decode()
    assert "<script>1" not in body


def test_many_documents_come_page_by_page_and_none_is_lost(browse, world: World, monkeypatch):
    monkeypatch.setattr(documents, "PAGE", 2)
    for number in range(5):
        deposited(world.labo_seine, world.amina, a_report(f"Pièce n° {number} !"))
    client = browse(world.amina.actor)
    pages = [client.get(f"/documents/?page={number}").content.decode() for number in (1, 2, 3)]
    assert [sum(f"Pièce n° {number} !" in page for number in range(5)) for page in pages] == [2, 2, 1]
    assert "Page suivante" not in pages[2]


def test_a_list_never_holds_somebody_elses_documents(browse, filed, world: World):
    assert titles(browse(world.zoe.actor)) == set()


def test_a_word_inside_a_document_finds_it_even_misspelt(browse, world: World):
    letter = a_report("Courrier", content=b"La ferritine reste basse, le genou va mieux.")
    read_by_machine(world.amina, deposited(world.labo_seine, world.amina, letter))
    deposited(world.labo_seine, world.amina, a_report("Autre"))
    client = browse(world.amina.actor)
    for words in ("ferritine", "feritine+genou"):
        page = client.get(f"/documents/?mots={words}").content.decode()
        assert "Courrier" in page and "Autre" not in page
    deposited(world.labo_seine, world.zoe, a_report("Bilan de Zoé"))
    hers = browse(world.zoe.actor).get("/documents/?mots=ferritine").content.decode()
    assert "Rien ne correspond" in hers and "Courrier" not in hers


def test_of_a_paper_of_many_values_the_newest_few_stand_before_who_may_see_it():
    told = [{"day": None, "on": f"{n} mars 2026", "what": "Poids", "value": "62,6 kg"} for n in range(15)]
    page = render_to_string("portal/_shown.html", {"shown": {"words": "", "pages": 0}, "told": told})
    assert page.count("62,6 kg") == 12 and "Et 3 autres" in page
    link = render_to_string("portal/_told.html", {"told": told})  # who holds a link has no other page for them
    assert link.count("62,6 kg") == 15 and "Et " not in link
