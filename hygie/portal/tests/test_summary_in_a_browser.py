"""Ma santé en résumé in a real browser: no barrier, on any screen, without script, on one sheet of paper."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from hygie.portal.tests.health import filed, observation, prescription
from hygie.portal.tests.test_summary import PAGE, ago, rich
from hygie.tests.browser import DESK, PHONE, barriers
from hygie.tests.world import Person, World


@pytest.fixture(scope="module")
def town(database: None, chromium: object) -> World:
    """Amina has a full page; Zoé has an empty one."""
    world = World()
    rich(world, world.amina)
    names = (
        "Kaliémie",
        "Natrémie",
        "Ferritine",
        "Hémoglobine",
        "Glycémie",
        "ASAT",
        "ALAT",
        "CRP",
        "TSH",
        "LDL",
        "Urée",
    )
    filed(
        world,
        world.amina,
        *(observation(f"9{at}00-{at}", name, 30, "mg/L", ago(9), low=1, high=10) for at, name in enumerate(names)),
    )
    drugs = (
        "AMLODIPINE 5 mg",
        "RAMIPRIL 5 mg",
        "METFORMINE 1000 mg",
        "ATORVASTATINE 20 mg",
        "BISOPROLOL 2,5 mg",
        "APIXABAN 5 mg",
    )
    filed(
        world,
        world.amina,
        *(prescription(f"{name}, comprimé", "1 comprimé le soir, QSP 3 mois", ago(20)) for name in drugs),
    )
    return world


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("who", ["amina", "zoe"])
def test_the_page_is_free_of_barriers_and_fits_its_screen(
    visit: Callable[..., Page], town: World, size: tuple[int, int], who: str
) -> None:
    person: Person = getattr(town, who)
    page = visit(person.actor, size=size, bypass_csp=True)
    page.goto(PAGE)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_full_page_prints_on_one_sheet_without_what_is_for_the_screen(
    visit: Callable[..., Page], town: World
) -> None:
    page = visit(town.amina.actor)
    page.goto(PAGE)
    page.emulate_media(media="print")
    paper = pypdfium2.PdfDocument(page.pdf(format="A4"))
    words = paper[0].get_textpage().get_text_range()
    count = len(paper)
    paper.close()
    assert count == 1
    assert "Pénicilline" in words and "Kaliémie" in words and "Amlodipine" in words
    assert "télécharger" not in words and "Imprimer" not in words


def test_without_script_she_says_that_she_has_no_allergy_and_takes_her_file(
    visit: Callable[..., Page], town: World
) -> None:
    page = visit(town.zoe.actor, java_script_enabled=False)
    page.goto(PAGE)
    page.get_by_role("button", name="Je n’ai aucune allergie connue").click()
    expect(page.locator("main")).to_contain_text("Aucune allergie connue")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="au format FHIR").click()
    assert waiting.value.suggested_filename.startswith("resume-de-sante-")
