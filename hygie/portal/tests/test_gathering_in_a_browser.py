"""Many files at once in a real browser: sent a few at a time by the page, all at once without script; the same page after."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from hygie.portal.tests.test_in_a_browser import amina
from hygie.portal.tests.test_inbox import PRESCRIPTION
from hygie.portal.tests.test_leaving_in_a_browser import looked_over
from hygie.tests import jobs
from hygie.tests.browser import PHONE
from hygie.tests.world import Person, World

__all__ = ["amina"]


@pytest.fixture
def person(database: None) -> Person:
    return World().amina


def papers(count: int) -> list[FilePayload]:
    return [
        {"name": f"note {n}.txt", "mimeType": "text/plain", "buffer": PRESCRIPTION + f"\nPage {n}".encode()}
        for n in range(count)
    ] + [{"name": "page.html", "mimeType": "text/html", "buffer": b"<b>x</b>"}]


def test_many_files_are_sent_a_few_at_a_time_and_their_page_says_how_far_it_is(
    visit: Callable[..., Page], person: Person
) -> None:
    page = visit(person.actor, size=(1280, 800))
    page.goto("/documents/ajouter/")
    page.locator("#id_documents").set_input_files(papers(22))
    with page.expect_request_finished(lambda asked: asked.url.endswith("/plusieurs/")):
        page.get_by_role("button", name="Ajouter à mes documents").click()
    expect(page.get_by_text("0 sur 23")).to_be_visible()
    looked_over(page, "under way")
    jobs.do("record.bring", patient_id=person.id)
    expect(page.get_by_role("heading", name="22 documents ajoutés")).to_be_visible()
    looked_over(page, "added")
    page.get_by_role("button", name="Annuler : tout retirer").click()
    expect(page.get_by_role("heading", name="Tout est en train d’être retiré")).to_be_visible()
    jobs.do("record.bring", patient_id=person.id)
    expect(page.get_by_role("heading", name="C’est annulé")).to_be_visible()
    looked_over(page, "taken back")


def test_without_script_they_go_at_once_and_the_same_page_follows(visit: Callable[..., Page], person: Person) -> None:
    page = visit(person.actor, size=PHONE, java_script_enabled=False)
    page.goto("/documents/ajouter/")
    page.locator("#id_documents").set_input_files(papers(6))
    page.get_by_role("button", name="Ajouter à mes documents").click()
    expect(page.get_by_text("0 sur 7")).to_be_visible()
    jobs.do("record.bring", patient_id=person.id)
    page.get_by_role("link", name="Actualiser").click()
    expect(page.get_by_role("heading", name="6 documents ajoutés")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.get_by_role("button", name="Tout est juste").click()
    expect(page.get_by_text("C’est rangé.")).to_be_visible()
