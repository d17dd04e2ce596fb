"""Closing a file: counted for the structure by month, with nobody's name, and telling nothing of any record."""

from __future__ import annotations

import re

from django.db import connection

from hygie.base.pseudonyms import pseudonym
from hygie.tests.world import World
from hygie.workspace.visits import COOKIE, lasted


def counts(structure: object) -> dict[str, int]:
    with connection.cursor() as sql:
        sql.execute("SELECT what, count FROM observatory_count WHERE structure = %s", [pseudonym(structure)])  # type: ignore[arg-type]
        return dict(sql.fetchall())


def test_a_file_is_closed_its_time_counted_and_one_touch_says_what_it_gave(browse, world: World):
    doctor = browse(world.dr_diallo)
    at = f"/pro/patients/{world.amina.id}/"
    opened = doctor.get(at).cookies[COOKIE]
    assert opened["path"] == at
    assert opened["httponly"]
    assert COOKIE not in doctor.get(at).cookies  # the visit goes on: it began once
    home = doctor.post(at + "fermer/", follow=True)
    page = home.content.decode()
    assert "Ce dossier vous a-t-il apporté quelque chose" in page
    (slot,) = counts(world.practice.id)
    assert slot.startswith("time/")
    said = page.split('name="ferme" value="')[1].split('"')[0]
    thanks = doctor.post("/pro/temps/apport/", {"apport": "avoided", "ferme": said}, follow=True)
    assert "ni le vôtre, ni celui du patient" in thanks.content.decode()
    assert counts(world.practice.id) == {slot: 1, "gave/avoided": 1}
    told = doctor.get("/pro/temps/").content.decode()
    assert "Pas encore assez de dossiers fermés" in told
    assert world.practice.name in told
    assert world.dr_diallo.rpps not in told


def test_what_is_kept_names_nobody(browse, world: World):
    doctor = browse(world.dr_diallo)
    doctor.get(f"/pro/patients/{world.amina.id}/")
    doctor.post(f"/pro/patients/{world.amina.id}/fermer/")
    with connection.cursor() as sql:
        sql.execute("SELECT count(*) FROM observatory_count WHERE structure = ANY(%s)", [[world.amina.id, world.practice.id, world.dr_diallo.id, pseudonym(world.dr_diallo.id)]])  # fmt: skip
        assert sql.fetchone() == (0,)
        sql.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'observatory_count'")
        assert {name for (name,) in sql.fetchall()} == {"structure", "month", "what", "count"}


def test_closing_answers_the_same_for_any_address_and_counts_no_visit_that_did_not_begin(browse, world: World):
    other = browse(world.dr_roux)
    for one in (world.amina, world.zoe):
        assert other.get(f"/pro/patients/{one.id}/").status_code == 404
        assert COOKIE not in other.cookies or not other.cookies[COOKIE].value
        answer = other.post(f"/pro/patients/{one.id}/fermer/")
        assert (answer.status_code, answer["Location"]) == (302, "/pro/")
    other.post("/pro/temps/apport/", {"apport": "found", "ferme": "x:1:forged"})
    doctor = browse(world.dr_diallo)
    doctor.get(f"/pro/patients/{world.amina.id}/")
    doctor.post(f"/pro/patients/{world.zoe.id}/fermer/")  # another's address does not carry that visit
    assert counts(world.practice.id) == {}
    assert counts(world.dr_roux.organisation_id) == {}
    assert browse(world.amina.actor).get("/pro/temps/").status_code == 404


def test_a_file_left_open_counts_until_its_last_page_and_says_nothing_of_whose_it_is(browse, world: World):
    doctor, at = browse(world.dr_diallo), f"/pro/patients/{world.amina.id}/"
    kept = doctor.get(at).cookies["dossier"]
    assert kept["httponly"]
    assert re.fullmatch(r"\d+\.\d+:[\w-]+", kept.value)
    assert "dossier" in doctor.get(at + "documents/").cookies  # still there: the time goes on
    assert counts(world.practice.id) == {}
    assert not doctor.get("/pro/").cookies["dossier"].value  # back at her list: it is left
    (slot,) = counts(world.practice.id)
    assert slot.startswith("left/")
    doctor.get("/pro/")
    assert counts(world.practice.id) == {slot: 1}
    doctor.post(at + "fermer/")
    doctor.get(at)
    doctor.post(at + "fermer/")
    doctor.get("/pro/")
    assert sum(n for what, n in counts(world.practice.id).items() if what.startswith("left/")) == 1


def test_a_time_is_said_as_finely_as_it_is_known():
    assert [lasted(one) for one in (7.4, 42, 60, 75, 124, 186)] == [
        "7\xa0s", "42\xa0s", "1\xa0min", "1\xa0min 15\xa0s", "2\xa0min", "3\xa0min 10\xa0s",
    ]  # fmt: skip
