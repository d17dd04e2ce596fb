"""Someone who leaves and erases everything: on a telephone, without script; what she took opens without us."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from hygie.access import actions as access
from hygie.access.types import Action
from hygie.base.errors import NotFound
from hygie.formats.cda import writer
from hygie.formats.tests import samples
from hygie.portal.tests import stage
from hygie.portal.tests.test_in_a_browser import amina
from hygie.record import actions as record
from hygie.record import queries
from hygie.tests.browser import PHONE, barriers
from hygie.tests.world import NOW, Person, World, a_report, deposited, read_by_machine

__all__ = ["amina"]


def looked_over(page: Page, name: str) -> None:
    """No barrier, no page wider than its screen."""
    found = barriers(page)
    assert found == [], (name, found)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name


@pytest.fixture(scope="module")
def leaver(database: None) -> Person:
    world = World()
    report = a_report("Bilan thyroïdien", content=writer.write(samples.lab()), media_type="text/xml")
    receipts = [deposited(world.labo_seine, world.amina, one) for one in (report, a_report("Lettre de sortie"))]
    read_by_machine(world.amina, *receipts)
    return world.amina


def test_someone_takes_everything_changes_her_mind_then_erases_it_all(
    visit: Callable[..., Page], leaver: Person, chromium: Browser, tmp_path: Path
) -> None:
    page = visit(leaver.actor, size=PHONE, java_script_enabled=False, accept_downloads=True)
    page.goto("/compte/")
    page.get_by_role("link", name="Tout emporter dans un fichier").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Télécharger").click()
    coming.value.save_as(tmp_path / "hygie.zip")
    page.goto("/compte/")
    page.get_by_role("link", name="Tout effacer pour toujours").click()
    page.get_by_role("button", name="Demander l’effacement").click()
    expect(page.get_by_text("Cochez la case si vous avez compris.")).to_be_visible()
    page.get_by_label("J’ai compris").check()
    page.get_by_role("button", name="Demander l’effacement").click()
    expect(page.get_by_role("heading", name="L’effacement est demandé")).to_be_visible()
    page.get_by_role("button", name="Annuler : je garde mon espace").click()
    expect(page.get_by_text("Votre espace est comme avant.")).to_be_visible()
    page.get_by_role("link", name="Tout effacer pour toujours").click()
    page.get_by_label("J’ai compris").check()
    page.get_by_role("button", name="Demander l’effacement").click()
    number = page.locator("dl.facts strong").inner_text()

    with connection.cursor() as sql:
        sql.execute("SELECT id FROM access_erasure WHERE number = %s", [number])
        [erasure] = sql.fetchone()
    record.erase(erasure, at=NOW + timedelta(days=31))
    with pytest.raises(NotFound):
        access.open_record(leaver.asks(Action.LIST))
    page.goto("/effacement/")
    page.get_by_label("Numéro du reçu").fill(number.lower())
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("2 documents supprimés, clés détruites")).to_be_visible()

    _opens_without_us(chromium, tmp_path)


BROKEN = """() => [...document.querySelectorAll("td, th")].flatMap(cell => {
  const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = []
  while (walk.nextNode()) for (const word of walk.currentNode.data.matchAll(/[\\p{L}\\d]{2,20}/gu)) {
    const range = document.createRange()
    range.setStart(walk.currentNode, word.index)
    range.setEnd(walk.currentNode, word.index + word[0].length)
    if (new Set([...range.getClientRects()].map(one => Math.round(one.top))).size > 1) found.push(word[0])
  }
  return found
})"""
"""The words of tables that are cut in the middle, from one line to the next."""


def _opens_without_us(chromium: Browser, folder: Path) -> None:
    """The file, on a computer without network: read, searched, nothing asked from anywhere."""
    zipfile.ZipFile(folder / "hygie.zip").extractall(folder / "chez-moi")
    asked: list[str] = []
    said: list[str] = []
    context = chromium.new_context(offline=True, viewport={"width": 390, "height": 844}, bypass_csp=True)
    page = context.new_page()
    page.on("request", lambda one: asked.append(one.url))
    for name in ("index", "documents", "categories", "sante", "journal", "recherche"):
        page.goto(f"file://{folder}/chez-moi/{name}.html")
        looked_over(page, name)
        assert page.evaluate(BROKEN) == [], name
    page.goto(f"file://{next((folder / 'chez-moi' / 'lire').glob('*.html'))}")
    looked_over(page, "lire")
    assert page.evaluate(BROKEN) == []
    context.close()
    context = chromium.new_context(offline=True, viewport={"width": 390, "height": 844})  # under its own strict policy
    page = context.new_page()
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: said.append(one.text))
    page.goto(f"file://{folder}/chez-moi/recherche.html")
    page.get_by_label("Un mot, un nom, un médicament").fill("thyroïdien")
    expect(page.get_by_role("status")).to_have_text("1 document trouvé")
    page.get_by_role("link", name="Bilan thyroïdien").click()
    expect(page.get_by_role("heading", name="Bilan thyroïdien", level=1)).to_be_visible()
    expect(page.get_by_text("TSH").first).to_be_visible()
    context.close()
    assert said == []
    assert [one for one in asked if not one.startswith("file:")] == []


def test_the_pages_of_leaving_are_free_of_barriers(visit: Callable[..., Page], amina: Person, site: str) -> None:
    world = World()
    access.ask_erasure(world.amina.opens(Action.SET_ACCESS), at=NOW)
    operator = world.operator
    call = access.identify_caller(
        operator, ins=world.amina.ins, traits=world.amina.traits, number="D-2026-0147", at=NOW
    )
    assert call is not None
    access.propose(operator, call_id=call.id, kind="erase", at=NOW)
    deposited(world.labo_seine, world.zoe)
    said = queries.archive(queries.takeaway(world.zoe.opens(Action.EXPORT), keeper="ailleurs").manifest())
    coming = record.receive_archive(world.zoe.opens(Action.DECLARE), file=BytesIO(b"PK"), said=said, at=NOW)
    pages = (
        (world.zoe.actor, f"/compte/rapporter/{coming}/"), (world.zoe.actor, "/compte/rapporter/"), (amina.actor, "/compte/"), (amina.actor, "/compte/emporter/"), (amina.actor, "/compte/rapporter/"),
        (amina.actor, "/compte/effacer/"), (amina.actor, "/effacement/"), (world.amina.actor, "/compte/effacer/"),
        (operator, "/operateur/appel/"), (operator, f"/operateur/appel/{call.id}/"),
        (operator, f"/operateur/appel/{call.id}/journal/"), (operator, "/operateur/a-deux/"),
    )  # fmt: skip
    page = visit(size=PHONE, bypass_csp=True)
    for actor, address in pages:
        page.context.add_cookies([{"name": stage.COOKIE, "value": stage.enter(actor), "url": site}])
        page.goto(address)
        looked_over(page, address)
