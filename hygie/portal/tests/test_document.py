"""One document: shown safely, explained, and hers to hide, archive and take back."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from hygie.access.actions import open_record
from hygie.access.types import Action
from hygie.base.errors import HygieError
from hygie.record import queries as record
from hygie.tests.world import World, a_report, care, deposited

SECRET = b"TSH 2,1 mUI/L, rien d'autre"


@pytest.fixture
def report(world: World):
    return deposited(world.labo_seine, world.amina, a_report("Bilan thyroïdien", content=SECRET)).id


def test_a_document_says_who_put_it_here_and_who_can_see_it(browse, world: World, report):
    body = browse(world.amina.actor).get(f"/documents/{report}/").content.decode()
    for words in ("Bilan thyroïdien", "Déposé par", "Labo Seine", "Qui peut voir ce document", "Dr Diallo"):
        assert words in body
    assert "Ni assurance, ni mutuelle, ni employeur." in body


def test_its_pages_are_pictures_and_their_words_can_be_read_aloud(browse, world: World, report):
    client = browse(world.amina.actor)
    assert "TSH 2,1 mUI/L" in client.get(f"/documents/{report}/").content.decode()
    picture = client.get(f"/documents/{report}/pages/1/")
    assert picture.headers["Content-Type"] in ("image/png", "image/webp")
    assert picture.headers["Cache-Control"] == "no-store"
    assert client.get(f"/documents/{report}/pages/2/").status_code == 404


def test_the_original_is_a_download_that_no_browser_would_run(browse, world: World):
    hostile = b"<html><script>alert(1)</script>"
    receipt = deposited(world.labo_seine, world.amina, a_report(content=hostile, media_type="text/html"))
    client = browse(world.amina.actor)
    answer = client.get(f"/documents/{receipt.id}/original/")
    assert answer.content == hostile
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    page = client.get(f"/documents/{receipt.id}/").content
    assert b"alert(1)" not in page


def untokened(answer) -> str:
    """The page without the form token, which is new each time."""
    return re.sub(r'(?<=csrfmiddlewaretoken" value=")[^"]+', "", answer.content.decode())


@pytest.mark.parametrize("suffix", ["", "pages/1/", "original/", "images/0/", "jointes/0/", "retirer/", "corriger/"])
def test_somebody_elses_document_looks_like_one_that_does_not_exist(browse, world: World, report, suffix):
    client = browse(world.zoe.actor)
    unknown = uuid4()
    hers, none = client.get(f"/documents/{report}/{suffix}"), client.get(f"/documents/{unknown}/{suffix}")
    assert hers.status_code == none.status_code == 404
    assert untokened(hers).replace(str(report), "") == untokened(none).replace(str(unknown), "")


@pytest.mark.parametrize("suffix", ["masquer/", "archiver/", "retirer/"])
def test_nobody_acts_on_somebody_elses_document(browse, world: World, report, suffix):
    assert browse(world.zoe.actor).post(f"/documents/{report}/{suffix}").status_code == 404
    mine = record.document(world.amina.opens(Action.LIST), document_id=report)
    assert (mine.status, mine.archived, mine.visibility) == ("current", False, frozenset({"N"}))


def test_a_hidden_document_leaves_her_doctors_sight_and_comes_back_when_she_undoes_it(browse, world: World, report):
    client = browse(world.amina.actor)

    def doctor_sees() -> bool:
        return report in {one.id for one in record.documents(open_record(care(world.dr_diallo, world.amina)))}

    assert doctor_sees()
    page = client.post(f"/documents/{report}/masquer/", {"masquer": "oui"}, follow=True).content.decode()
    assert "masqué aux professionnels" in page
    assert "Annuler" in page
    assert not doctor_sees()
    client.post(f"/documents/{report}/masquer/", {"masquer": "non"})
    assert doctor_sees()


def test_an_archived_document_leaves_the_list_and_stays_in_the_archives(browse, world: World, report):
    client = browse(world.amina.actor)
    client.post(f"/documents/{report}/archiver/", {"archiver": "oui"})
    assert "Bilan thyroïdien" not in client.get("/documents/").content.decode()
    assert "Bilan thyroïdien" in client.get("/documents/?archives=1").content.decode()


def test_she_cannot_take_back_what_a_laboratory_deposited(browse, world: World, report):
    answer = browse(world.amina.actor).post(f"/documents/{report}/retirer/")
    assert answer.status_code in (403, 404)
    assert record.document(world.amina.opens(Action.LIST), document_id=report).status == "current"


def test_looking_is_written_in_the_journal_before_it_is_shown(browse, world: World, report):
    from hygie.access.queries import journal

    browse(world.amina.actor).get(f"/documents/{report}/")
    lines = journal(world.amina.opens(Action.READ_JOURNAL))
    assert any(line.action == Action.READ and line.object_id == report for line in lines)


def test_a_doctor_who_is_not_hers_finds_nothing_here(browse, world: World, report):
    assert browse(world.dr_roux).get(f"/documents/{report}/").status_code == 404
    with pytest.raises(HygieError):
        open_record(care(world.dr_roux, world.amina, Action.READ, object_id=report))
