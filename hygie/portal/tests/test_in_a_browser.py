"""A person's pages in a real browser: readable by all, whole without script, nothing asked from elsewhere."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Response, expect

from hygie.access.actions import open_record
from hygie.access.types import Action, RecordState
from hygie.tests.browser import DESK, PHONE, barriers
from hygie.tests.world import Person, World, a_report, care, deposited


@pytest.fixture(scope="module")
def amina(database: None, chromium: Browser) -> Person:
    """Amina, with documents of several kinds and several visitors."""
    world = World()
    amina = world.amina
    deposited(world.labo_seine, amina, a_report("Analyse de sang du 18 mars"))
    drawn = BytesIO()
    Image.new("RGB", (1240, 1754), "white").save(drawn, "PDF", resolution=150)
    prescription = a_report(
        "Ordonnance de renouvellement pour le traitement substitutif de la thyroïde et les compléments associés",
        type_code="57833-6", class_code="42", content=drawn.getvalue(), media_type="application/pdf",
    )  # fmt: skip
    deposited(world.labo_seine, amina, prescription)
    open_record(care(world.dr_diallo, amina))
    return amina


def document_of(person: Person, word: str) -> str:
    from hygie.record import queries

    found = queries.documents(person.opens(Action.LIST))
    return str(next(one.id for one in found if word in one.metadata.title))


def line_of(person: Person) -> int:
    from hygie.access import queries

    lines = queries.journal(person.opens(Action.READ_JOURNAL), limit=5000)
    return next(line.seq for line in lines if line.actor_kind == "professional")


PAGES = (
    "/", "/galerie/", "/accueil/", "/documents/", "/documents/?mots=introuvable", "/documents/?archives=1",
    "/documents/{analysis}/", "/documents/{prescription}/", "/documents/ajouter/", "/qui-voit-quoi/",
    "/qui-voit-quoi/journal/?montrer=tout", "/qui-voit-quoi/journal/{line}/signaler/", "/ma-sante/a-verifier/", "/compte/",
    "/compte/espace/fermer/", "/compte/espace/refuser/", "/invitation/",
)  # fmt: skip


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_free_of_barriers_and_fits_its_screen(visit, amina, size, scheme):
    page = visit(amina.actor, size=size, color_scheme=scheme, bypass_csp=True)
    for pattern in PAGES:
        address = pattern.format(
            analysis=document_of(amina, "Analyse"), prescription=document_of(amina, "Ordonnance"), line=line_of(amina)
        )
        page.goto(address)
        found = barriers(page)
        assert found == [], (address, found)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size[0], (address, wide)


def test_every_page_obeys_its_own_strict_policy(visit, amina):
    page = visit(amina.actor)
    for pattern in PAGES:
        address = pattern.format(
            analysis=document_of(amina, "Analyse"), prescription=document_of(amina, "Ordonnance"), line=line_of(amina)
        )
        answer = page.goto(address)
        page.wait_for_load_state("networkidle")
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "data:" not in policy


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_person_finds_a_document_hides_it_and_changes_her_mind(visit, script):
    world = World()
    deposited(world.labo_seine, world.amina, a_report("Bilan thyroïdien"))
    page = visit(world.amina.actor, size=PHONE, java_script_enabled=script)
    page.goto("/accueil/")
    page.get_by_role("link", name="Bilan thyroïdien").click()
    expect(page.get_by_role("heading", name="Qui peut voir ce document")).to_be_visible()
    page.get_by_role("button", name="Masquer aux professionnels").click()
    expect(page.get_by_role("status")).to_contain_text("masqué aux professionnels")
    page.get_by_role("status").get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("status")).to_contain_text("de nouveau visible")
    expect(page.get_by_role("button", name="Masquer aux professionnels")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_person_adds_a_photo_and_corrects_what_was_proposed(visit, script):
    world = World()
    drawn = BytesIO()
    Image.new("RGB", (900, 1200), "white").save(drawn, "JPEG")
    page = visit(world.zoe.actor, java_script_enabled=script)
    page.goto("/documents/ajouter/")
    page.get_by_label("Choisissez vos fichiers").set_input_files(
        [{"name": "Radio du genou.jpg", "mimeType": "image/jpeg", "buffer": drawn.getvalue()}]
    )
    page.get_by_role("button", name="Ajouter à mes documents").click()
    expect(page.get_by_role("button", name="Tout est juste")).to_be_visible()  # below what is proposed: it is all there
    expect(page.get_by_role("heading", name="C’est ajouté")).to_be_visible()
    if not page.get_by_label("Titre").is_visible():
        page.get_by_text("Changer", exact=True).click()
    page.get_by_label("Titre").fill("Radio du genou droit")
    page.get_by_role("button", name="Tout est juste").click()
    page.get_by_role("link", name="Radio du genou droit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Radio du genou droit")


def test_a_person_goes_from_the_journal_to_a_report_by_keyboard_alone(visit, amina):
    page = visit(amina.actor)
    page.goto("/qui-voit-quoi/journal/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if "pas normal" in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("signaler"))
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
    page.keyboard.type("Je ne comprends pas cette visite.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Une personne va vérifier")


def test_an_error_in_a_form_takes_the_reader_to_what_to_mend(visit, amina):
    page = visit(amina.actor)
    page.goto("/qui-voit-quoi/")
    page.get_by_text("Ajouter un professionnel").click()
    page.get_by_label("Numéro RPPS").fill("abcdefghijk")
    with page.expect_navigation():
        page.get_by_role("button", name="Chercher ce professionnel").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Numéro RPPS")).to_be_focused()


def test_a_first_visit_weighs_little(visit, amina):
    page = visit(amina.actor, size=PHONE)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/accueil/", wait_until="networkidle")
    assert 10_000 < sum(len(answer.body()) for answer in answers) < 100_000


def test_a_document_prints_as_paper_without_its_buttons(visit, amina):
    page = visit(amina.actor)
    page.goto(f"/documents/{document_of(amina, 'Ordonnance')}/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Masquer aux professionnels")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Navigation principale")).to_be_hidden()


def test_someone_new_opens_her_space_in_two_gestures(visit):
    lou = World().person("Lou", state=RecordState.SLEEPING)
    page = visit(lou.actor, size=PHONE)
    page.goto("/accueil/")
    page.get_by_label("Oui, ceux de mon cercle de soins").check()
    page.get_by_role("button", name="Ouvrir mon espace").click()
    expect(page.get_by_role("status")).to_contain_text("Votre espace est ouvert")
