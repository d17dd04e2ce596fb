"""Photos of a letter become its pages: by telephone, without script or with it; the photos stay."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from hygie.access.types import Action
from hygie.formats import preview
from hygie.formats.tests.test_preview_straighten import a_photo
from hygie.record import actions
from hygie.record import queries as record
from hygie.tests.browser import PHONE, barriers
from hygie.tests.world import NOW, World, a_report

PDF = "application/pdf"


def photographed(world: World, *photos: bytes):
    """A letter of Amina's, as its photos came."""
    content, media = (preview.join_images(list(photos)), PDF) if len(photos) > 1 else (photos[0], "image/jpeg")
    document = a_report("Lettre", content=content, media_type=media)
    added = actions.add(actor=world.amina.actor, patient_id=world.amina.id, document=document, at=NOW)
    return record.document(world.amina.opens(Action.LIST), document_id=added.id)


def pages_of(world: World, document_id) -> int:
    content = record.content(world.amina.opens(Action.READ, object_id=document_id), document_id=document_id)
    return preview.page_count(content.data, content.media_type)


def test_pages_are_straightened_turned_and_left_out_and_the_photos_stay(browse, world: World):
    client = browse(world.amina.actor)
    one = photographed(world, *(a_photo((90, n, 40)) for n in range(3)))
    at = f"/documents/{one.id}/redresser/"
    assert at in client.get(f"/documents/{one.id}/").content.decode()
    assert client.get(at).status_code == 200
    moved = client.get(at, {"pages": "1r0-2r0-3r0", "geste": "retirer-2"})
    assert parse_qs(urlsplit(moved.url).query) == {"pages": ["1r0-3r0"], "avant": ["1r0-2r0-3r0"]}
    moved = client.get(at, {"pages": "1r0-3r0", "geste": "tourner-3"})
    moved = client.get(at, {"pages": "1r0-3r1", "geste": "monter-3"})
    assert parse_qs(urlsplit(moved.url).query)["pages"] == ["3r1-1r0"]
    small = client.get(f"{at}page/", {"page": "3r1"})
    assert small["Content-Type"] == "image/jpeg" and small.content[:3] == b"\xff\xd8\xff"
    assert [found.id for found in record.documents(world.amina.opens(Action.LIST))] == [one.id]  # nothing written yet

    client.post(at, {"pages": "3r1-1r0"})
    (two,) = record.documents(world.amina.opens(Action.LIST))
    assert (two.metadata.title, two.metadata.media_type, two.replaces) == ("Lettre", PDF, one.id)
    assert (pages_of(world, two.id), pages_of(world, one.id)) == (2, 3)
    again = client.get(f"/documents/{two.id}/redresser/").content.decode()
    assert again.count('id="page-') == 3  # always made from the photos
    client.post(f"/documents/{two.id}/redresser/", {"retablir": "oui"})
    assert [found.id for found in record.documents(world.amina.opens(Action.LIST))] == [one.id]


def test_nobody_straightens_a_document_of_somebody_else_nor_a_page_that_is_none(browse, world: World):
    hers, others = browse(world.amina.actor), browse(world.zoe.actor)
    one = photographed(world, a_photo())
    at = f"/documents/{one.id}/redresser/"
    for wrong in ("1r0.0.0.0.0.0.0.0.0", "9r0", "x", "1r9"):
        assert hers.get(f"{at}page/", {"page": wrong}).status_code == 400, wrong
    assert {others.get(at).status_code, others.get(f"{at}photo/", {"page": "1r0"}).status_code} == {404}
    assert others.post(at, {"pages": "1r0"}).status_code == 404


@pytest.mark.parametrize("script", [False, True], ids=["without script", "with script"])
def test_a_letter_is_photographed_and_straightened_on_a_telephone(visit: Callable[..., Page], script: bool):
    world = World()
    page = visit(world.amina.actor, size=PHONE, java_script_enabled=script)
    photos = [a_photo((90, 60 + n, 40)) for n in range(2)]
    if script:
        page.goto("/documents/ajouter/")
        camera = page.get_by_label("ou prenez une photo avec votre téléphone")
        for n, one in enumerate(photos):  # it gives one photo each time
            camera.set_input_files([{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": one}])
        expect(page.get_by_label("Ce sont les pages d’un même document")).to_be_checked()
        page.get_by_role("button", name="Ajouter à mes documents").click()
    else:
        page.goto(f"/documents/{photographed(world, *photos).id}/")
    page.get_by_role("link", name="Recadrer et redresser").click()
    if script:
        page.get_by_role("button", name="Placer les coins page 1").click()
        page.keyboard.press("ArrowRight")
        page.get_by_role("button", name="Recadrer ici").first.click()
        page.wait_for_url("**pages=1r0.900.800.9200.800.9200.9200.800.9200-2r0**")
    page.get_by_role("button", name="Tourner page 2").click()
    if not script:
        seen = visit(world.amina.actor, size=PHONE, bypass_csp=True)
        seen.goto(page.url)
        assert barriers(seen) == []
        assert seen.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.get_by_role("link", name="Annuler ce geste").click()
    page.get_by_role("button", name="Enregistrer ces pages").click()
    expect(page.get_by_role("status")).to_contain_text("Vos photos d’origine restent")
    page.get_by_role("status").get_by_role("button", name="Reprendre la photo").click()
    expect(page.get_by_role("status")).to_contain_text("comme avant")
