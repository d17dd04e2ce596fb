"""Le journal: every look told in a sentence, and a person who answers when it is not normal."""

from __future__ import annotations

import re

import pytest

from hygie.access import actions, queries
from hygie.access.actions import open_record
from hygie.access.types import Action
from hygie.base.errors import HygieError
from hygie.tests.world import NOW, World, a_report, care, deposited


def line_of(person, name: str) -> int:
    lines = queries.journal(person.opens(Action.READ_JOURNAL))
    return next(line.seq for line in lines if line.actor_name == name)


def test_a_look_and_a_refusal_are_both_told(browse, world: World):
    open_record(care(world.dr_diallo, world.amina))
    with pytest.raises(HygieError):
        open_record(care(world.dr_roux, world.amina))
    body = browse(world.amina.actor).get("/qui-voit-quoi/journal/").content.decode()
    assert "Dr Diallo" in body
    assert "Dr Roux" in body
    assert "refusé" in body


def test_her_own_visits_are_told_only_when_she_asks(browse, world: World):
    client = browse(world.zoe.actor)
    client.get("/documents/")
    assert "Rien à montrer ici" in client.get("/qui-voit-quoi/journal/").content.decode()
    assert "Vous avez regardé" in client.get("/qui-voit-quoi/journal/?montrer=tout").content.decode()


def test_three_deposits_are_one_sentence_that_unfolds(browse, world: World):
    for _ in range(3):
        deposited(world.labo_seine, world.amina, a_report())
    body = browse(world.amina.actor).get("/qui-voit-quoi/journal/").content.decode()
    assert "a déposé 3" in body
    assert "Voir les 3 lignes" in body


def test_what_unfolds_is_understood_by_its_name_alone(browse, world: World):
    for sender in (world.labo_seine, world.software("Labo des Quais", "laboratory")):
        for _ in range(3):
            deposited(sender, world.amina, a_report())
    body = browse(world.amina.actor).get("/qui-voit-quoi/journal/").content.decode()
    names = [re.sub(r"<[^>]*>", "", one) for one in re.findall(r"<summary>.*?</summary>", body)]
    assert len(names) >= 2
    assert len(set(names)) == len(names)


def test_refusals_alone_can_be_shown(browse, world: World):
    open_record(care(world.dr_diallo, world.amina))
    body = browse(world.amina.actor).get("/qui-voit-quoi/journal/?montrer=refus").content.decode()
    assert "Dr Diallo" not in body


def test_a_line_that_is_not_normal_is_reported_and_answered_here(browse, world: World):
    open_record(care(world.dr_diallo, world.amina))
    client, seq = browse(world.amina.actor), line_of(world.amina, world.dr_diallo.name)
    assert "Dr Diallo" in client.get(f"/qui-voit-quoi/journal/{seq}/signaler/").content.decode()
    words = "Je n’étais pas chez elle ce jour-là."
    body = client.post(f"/qui-voit-quoi/journal/{seq}/signaler/", {"message": words}, follow=True).content.decode()
    assert words in body
    assert "en cours" in body
    (case,) = queries.my_cases(world.amina.opens(Action.READ_JOURNAL))
    actions.answer_case(world.operator, case_id=case.id, justified=True, answer="Une lettre attendue.", at=NOW)
    assert "Une lettre attendue." in client.get("/qui-voit-quoi/journal/").content.decode()


def test_an_empty_report_is_asked_for_its_words(browse, world: World):
    open_record(care(world.dr_diallo, world.amina))
    seq = line_of(world.amina, world.dr_diallo.name)
    assert browse(world.amina.actor).post(f"/qui-voit-quoi/journal/{seq}/signaler/", {}).status_code == 422


def test_nobody_reports_a_line_of_somebody_elses_journal(browse, world: World):
    open_record(care(world.dr_diallo, world.amina))
    client = browse(world.zoe.actor)
    assert client.get("/qui-voit-quoi/journal/99999999/signaler/").status_code == 404
    body = client.get("/qui-voit-quoi/journal/?montrer=tout").content.decode()
    assert "Diallo" not in body


def test_a_long_journal_goes_on_page_after_page(browse, world: World, monkeypatch):
    from hygie.portal import journal

    monkeypatch.setattr(journal, "PAGE", 3)
    for _ in range(5):
        open_record(care(world.dr_diallo, world.amina))
    body = browse(world.amina.actor).get("/qui-voit-quoi/journal/?montrer=tout").content.decode()
    assert "Voir plus ancien" in body


def test_many_visits_of_her_own_never_hide_somebody_elses(browse, world: World, monkeypatch):
    monkeypatch.setattr(queries.visits, "_STEP", 4)
    open_record(care(world.dr_diallo, world.amina))
    for _ in range(9):
        world.amina.opens(Action.LIST)
    client = browse(world.amina.actor)
    assert "Dr Diallo" in client.get("/qui-voit-quoi/journal/").content.decode()
    assert "Dr Diallo" in client.get("/accueil/").content.decode()
