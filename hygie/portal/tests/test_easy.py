"""Easy words: each page of the declared list has them, keeps to the rules that can be measured, and loses nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html

from hygie.access.actions import open_record
from hygie.access.types import Action
from hygie.config.urls import ROUTES
from hygie.portal import easy, quitting
from hygie.portal.reading import COOKIE
from hygie.tests.kin import a_parent, born
from hygie.tests.world import Person, World, a_report, care, deposited

ADDRESSES = {
    "entrer": "/connexion/", "invitation": "/invitation/", "accueil": "/accueil/", "documents": "/documents/",
    "document": "/documents/{document}/", "ajouter": "/documents/ajouter/", "resume": "/ma-sante/resume/",
    "qui-voit-quoi": "/qui-voit-quoi/", "partager": "/qui-voit-quoi/partages/nouveau/",
    "journal": "/qui-voit-quoi/journal/?montrer=tout", "carte": "/qui-voit-quoi/carte/", "famille": "/famille/",
    "compte": "/compte/", "fermer": "/compte/espace/fermer/", "aide": "/aide/?sujet=journal",
}  # fmt: skip
OPEN = {"entrer", "invitation"}
JARGON = re.compile(
    r"\b(consentements?|oppositions?|délégations?|habilitations?|authentifi\w*|identifiants?|chiffré\w*|chiffrement"
    r"|données|cercle de soins|professionnels? de santé|archiv\w*|dématérialis\w*|numérique|métadonnées|traçabilité"
    r"|modalités|INS|RPPS|PDF|QR|SMS|FHIR|CDA|DMP|etc|consent|delegation|authenticat\w*|encrypt\w*|data|archived?)\b"
)
BLOCKS = [
    "p",
    "li",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "label",
    "legend",
    "button",
    "summary",
    "td",
    "th",
    "a",
    "strong",
    "span",
]
_ASIDE = ("//script", "//svg", "//section[contains(@class,'emergency-card')]", "//*[contains(@class,'narrative')]")


@pytest.fixture
def amina(world: World) -> Person:
    """Amina, a document and a doctor who read it, a card, and a daughter."""
    amina = world.amina
    deposited(world.labo_seine, amina, a_report("Analyse de sang"))
    open_record(care(world.dr_diallo, amina))
    a_parent(world, world.person("Lou", born=born(9)), amina)
    return amina


def easily(client: Any, *, language: str = "fr") -> Any:
    client.cookies[COOKIE] = "facile.normale"
    client.cookies["django_language"] = language
    return client


def addresses(person: Person) -> dict[str, str]:
    from hygie.record import queries

    one = queries.documents(person.opens(Action.LIST))[0]
    return {slug: address.format(document=one.id) for slug, address in ADDRESSES.items()}


def main_of(body: str) -> Any:
    (found,) = html.fromstring(body).xpath("//main")
    for path in _ASIDE:
        for one in found.xpath("." + path):
            one.drop_tree()
    return found


def sentences(page: Any) -> list[str]:
    """What is read, one sentence a piece: a block of the page or a full stop ends it."""
    for one in page.iter(*BLOCKS, "br"):
        one.tail = f"\n{one.tail or ''}"
        one.text = f"\n{one.text or ''}"
    pieces = re.split(r"\n|(?<=[.!?…])\s+(?=[A-ZÀ-Ý«])", page.text_content().replace("\u00a0", " "))
    return [said for one in pieces if (said := " ".join(one.split()))]


def length(sentence: str) -> int:
    return len(re.findall(r"[^\W_]+(?:[’'-][^\W_]+)*", sentence))


def acts(page: Any) -> set[str]:
    """Where its forms send, and where its links lead."""
    forms = {one.get("action") or "." for one in page.xpath(".//form[@method='post']")}
    return forms | {one.get("href").split("#")[0].split("?")[0] for one in page.xpath(".//a[@href]")}


def test_there_are_fifteen_key_pages_and_each_has_its_address_here():
    assert len(easy.PAGES) == 15
    assert {page.slug for page in easy.PAGES} == set(ADDRESSES)
    assert all(word in easy.WORDS for page in easy.PAGES for word in page.words)
    assert easy.BY_VIEW.keys() | easy.NEAR.keys() | quitting.PAGES <= {route.name for route in ROUTES}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_key_page_in_easy_words_keeps_its_sentences_short_and_its_words_common(browse, amina, language):
    inside, outside = easily(browse(amina.actor), language=language), easily(browse(), language=language)
    inside.post("/qui-voit-quoi/carte/", {"sections": ["allergies", "contacts"], "first": "Zoé", "language": "en"})
    inside.get("/accueil/")  # its word was told
    wrong = []
    for slug, address in addresses(amina).items():
        answer = (outside if slug in OPEN else inside).get(address)
        assert answer.status_code == 200, address
        page = main_of(answer.content.decode())
        assert page.xpath(".//div[@class='easy']"), address
        said = sentences(page)
        assert len(said) > 8, address
        wrong += [(slug, length(one), one) for one in said if length(one) > easy.LONGEST]
        wrong += [(slug, found[0], one) for one in said if (found := JARGON.search(one))]
    assert wrong == []


def test_nothing_is_lost_in_easy_words(browse, amina):
    """Each full page is one link away, and says the way back; every form of the easy page is one of the full page's."""
    inside, outside = easily(browse(amina.actor)), easily(browse())
    for slug, address in addresses(amina).items():
        if slug == "aide":  # written once, in easy words for everybody
            continue
        client = outside if slug in OPEN else inside
        page = main_of(client.get(address).content.decode())
        (whole,) = {
            one.get("href").split("#")[0] for one in page.xpath(".//a") if "version=complete" in one.get("href")
        }
        full = main_of(client.get(whole).content.decode())
        assert not full.xpath(".//div[@class='easy']"), whole
        assert address in {one.get("href") for one in full.xpath(".//a")}, whole
        sent = {one.get("action") or "." for one in page.xpath(".//form[@method='post']")}
        assert sent <= acts(full), (slug, sent - acts(full))
        assert set(page.xpath(".//form//input/@name")) <= set(full.xpath(".//form//input/@name")), slug


def test_the_switch_is_kept_by_this_browser_and_undone_in_one_press(browse, amina):
    client = browse()
    answer = client.post("/lecture/", {"facile": "oui", "suite": "/invitation/"}, follow=True)
    assert answer.redirect_chain == [("/invitation/", 302)]
    page = html.fromstring(answer.content.decode())
    assert page.xpath("//html[@data-easy]")
    assert "Vous lisez maintenant les pages faciles à lire." in page.text_content()
    inside = browse(amina.actor)
    inside.cookies[COOKIE] = client.cookies[COOKIE].value  # the same browser, signed in
    assert "Cette page est facile à lire." in inside.get("/accueil/").content.decode()
    undo = page.xpath("//div[@class='messages']//form")[0]
    client.post(undo.get("action"), dict(undo.fields), follow=True)
    assert "Cette page est facile à lire." not in client.get("/invitation/").content.decode()


def test_letters_grow_with_easy_words_or_without(browse, amina):
    client = browse(amina.actor)
    client.post("/lecture/", {"taille": "grande"})
    assert 'data-letters="grande"' in client.get("/documents/").content.decode()
    client.post("/lecture/", {"facile": "oui"})
    body = client.get("/documents/").content.decode()
    assert 'data-letters="grande"' in body and "data-easy" in body
    assert client.post("/lecture/", {"taille": "énorme"}).status_code == 400


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org"])
def test_the_switch_leads_to_our_own_pages_only(browse, elsewhere):
    assert browse().post("/lecture/", {"facile": "oui", "suite": elsewhere})["Location"] == "/"


def test_a_professional_reads_his_pages_in_full(browse, world):
    client = easily(browse(world.dr_diallo))
    body = client.get("/pro/").content.decode()
    assert "data-easy" not in body and 'name="facile"' not in body and 'name="taille"' in body


def test_a_mistake_in_an_easy_form_is_said_on_the_easy_page(browse):
    client = easily(browse())
    answer = client.post("/invitation/", {"code": "12", "born": "x"})
    assert answer.status_code == 422
    page = main_of(answer.content.decode())
    assert page.xpath(".//div[@class='easy']") and len(page.xpath(".//*[@role='alert']//a")) == 2


def test_help_explains_the_page_one_comes_from_and_leads_back_to_it(browse, amina, monkeypatch):
    monkeypatch.setenv("HYGIE_HELP_LINE", "34 22")
    monkeypatch.setenv("HYGIE_HELP_PLACE", "France Services, 3 rue <Haute>")
    client = browse(amina.actor)
    shown = html.fromstring(client.get("/qui-voit-quoi/journal/?montrer=tout").content.decode())
    (link,) = shown.xpath("//footer//a[contains(@href,'/aide/')]/@href")
    answer = client.get(link, headers={"referer": "http://testserver/qui-voit-quoi/journal/?montrer=tout"})
    page = main_of(answer.content.decode())
    assert page.xpath(".//h1")[0].text_content() == "Aide : Qui est venu"
    assert page.xpath(".//a[@class='back']/@href") == ["/qui-voit-quoi/journal/?montrer=tout"]
    assert "34 22" in page.text_content() and "3 rue <Haute>" in page.text_content()
    for elsewhere in ("https://example.org/", "http://testserver//example.org/"):
        away = client.get(link, headers={"referer": elsewhere}).content.decode()
        assert main_of(away).xpath(".//a[@class='back']/@href") == ["/qui-voit-quoi/journal/"]


def test_without_a_number_or_a_place_help_says_so_and_whom_to_ask(browse, monkeypatch):
    monkeypatch.delenv("HYGIE_HELP_LINE", raising=False)
    body = browse().get("/aide/?sujet=nulle-part").content.decode()
    assert "Aucun numéro d’aide n’est encore donné ici." in body and "France Services" in body


def test_leaving_fast_and_reading_lead_nowhere_that_names_whom_one_acts_for(browse, amina):
    client = browse(amina.actor)
    board = main_of(client.get("/famille/").content.decode())
    (space,) = {one for one in board.xpath(".//a/@href") if "/pour/" in one}
    page = html.fromstring(client.get(space.replace("accueil", "documents")).content.decode())
    (form,) = page.xpath("//form[@data-quick-exit]")
    assert (form.get("action"), form.get("data-quick-exit")) == ("/quitter-vite/", "/page/")
    assert {one.get("action") for one in page.xpath("//form[@class='reading']")} == {"/lecture/"}
    assert client.post("/quitter-vite/")["Location"] == "/page/"
