"""Search in one record: every word finds its document, accents and slips apart; and nothing that is not one's to see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.access.actions import open_record
from hygie.access.types import Action, Visibility
from hygie.formats import abbreviations, analytes
from hygie.formats.entries import Entry, Found
from hygie.formats.fhir.systems import LOINC
from hygie.record import actions, extracting, filing, laying, queries, vocabulary
from hygie.record.searching import Answer, excerpt, marked, meaning
from hygie.record.tests.test_entries import tsh
from hygie.record.types import Author
from hygie.tests.world import NOW, Person, World, a_report, care, deposited, read_by_machine

LETTER = (
    "Cher confrère, l'échographie du genou droit montre une gonarthrose modérée. La ferritine à 12 µg/L "
    "reste basse malgré le traitement. Œdème des chevilles. Bien confraternellement."
)


def letter(
    world: World, person: Person, text: str = LETTER, title: str = "Courrier de consultation", **more: Any
) -> Any:
    report = a_report(title, content=text.encode(), type_code="34133-9", **more)
    receipt = deposited(world.labo_seine, person, report)
    filing.file_together([(person.id, receipt.id)])
    read_by_machine(person, receipt)
    return receipt


def ask(person: Person, words: str) -> Answer:
    return queries.search(person.opens(Action.LIST), words=words)


def titles(found: Answer) -> list[str]:
    return [one.document.metadata.title for one in found.hits]


@pytest.mark.parametrize(
    "words", ["ferritine", "FERRITINES", "Ferritîne", "echographie genou", "échographies du genou", "œdème", "oedeme cheville",
              "gonarth", "feritine", "gonartrose moderee"]
)  # fmt: skip
def test_a_word_of_the_text_finds_the_document_whatever_its_accents_ending_or_slip(world: World, words: str):
    letter(world, world.amina)
    deposited(world.labo_seine, world.amina, a_report("Autre chose"))
    assert titles(ask(world.amina, words)) == ["Courrier de consultation"]


def test_every_word_must_answer(world: World):
    letter(world, world.amina)
    assert ask(world.amina, "ferritine épaule").nothing


def test_a_slip_is_said_and_a_number_is_never_another(world: World):
    letter(world, world.amina)
    assert ask(world.amina, "feritine").instead == (("feritin", "ferritine"),)
    assert ask(world.amina, "13").nothing and not ask(world.amina, "12").nothing


def test_the_excerpt_shows_the_words_in_their_place_and_marks_them(world: World):
    letter(world, world.amina)
    [hit] = ask(world.amina, "ferritine").hits
    assert "".join(part.text for part in hit.excerpt).count("ferritine") == 1
    assert [part.text for part in hit.excerpt if part.found] == ["ferritine"]


def test_the_title_counts_before_the_text_then_the_author(world: World):
    old = NOW - timedelta(days=400)  # its day alone would put it behind
    letter(world, world.amina, "Rien.", "Échographie de la thyroïde", service_start=old)
    letter(world, world.amina, "Le compte rendu parle de thyroïde.", "Consultation")
    letter(world, world.amina, "Rien.", "Lettre")
    assert titles(ask(world.amina, "thyroïde")) == ["Échographie de la thyroïde", "Consultation"]
    named = a_report("Avis", content=b"Rien", type_code="34133-9")
    named = replace(named, metadata=replace(named.metadata, authors=(Author("Dr Bonnet", specialty="Cardiologue"),)))
    read_by_machine(world.amina, deposited(world.labo_seine, world.amina, named))
    assert titles(ask(world.amina, "bonnet")) == ["Avis"] and titles(ask(world.amina, "cardiologue")) == ["Avis"]


@pytest.mark.parametrize(
    "words",
    ["courriers du cardiologue", "quand a-t-il vu le cardiologue", "avis cardio", "dernier électrocardiogramme"],
)
def test_a_question_as_a_doctor_asks_it_finds_the_letter(world: World, words: str):
    report = a_report("Consultation de cardiologie", content=b"ECG sans particularite.", type_code="11488-4")
    read_by_machine(world.amina, deposited(world.labo_seine, world.amina, report))
    letter(world, world.amina, "Rien de cela.", "Consultation de pneumologie")
    assert titles(ask(world.amina, words)) == ["Consultation de cardiologie"]


SHORT = {
    "crh": "Compte rendu d’hospitalisation", "cro": "CR opératoire", "ett": "Échographie cardiaque transthoracique",
    "efr": "Explorations fonctionnelles respiratoires", "anapath": "Anatomie et cytologie pathologiques",
    "avis uro": "Lettre de l’urologue", "cs psy": "Cs du psychiatre", "ecbu": "Examen cytobactériologique des urines",
    "nfs": "Numération formule sanguine", "bu": "Bandelette urinaire", "tdm": "Scanner du thorax", "kiné": "Kinésithérapie",
}  # fmt: skip


def test_what_a_doctor_types_in_a_few_letters_finds_what_is_written_in_full(world: World):
    for title in SHORT.values():
        letter(world, world.amina, "Rien.", title)
    letter(world, world.amina, "Rien.", "Mot de l’orthophoniste du Pr Martin")
    assert {words: titles(ask(world.amina, words)) for words in SHORT} == {one: [title] for one, title in SHORT.items()}


@pytest.mark.parametrize("words", ["vit d", "Vit. D", "vitamine D", "la vitamine d"])
def test_one_vitamin_is_not_another(world: World, words: str):
    named = {"25-OH vitamine D": "62292-8", "Vitamine B12": "2132-9", "Vitamine B9": "2284-8"}
    entries = [Entry(tsh(code=code) | {"code": {"text": label, "coding": [{"system": LOINC, "code": code}]}}, label)
               for label, code in named.items()]  # fmt: skip
    receipt = deposited(world.labo_seine, world.amina)
    grant = extracting._open(world.amina.id, receipt.id)
    extracting.keep(grant, receipt.id, Found("cda", "1", tuple(entries), (), " ".join(named)), media="text/xml")
    assert [one.analyte for one in ask(world.amina, words).series] == ["vitamine_d"]


def test_every_abbreviation_leads_to_its_words_and_long_ones_back():
    for group in abbreviations.groups():
        assert group.typed and (len(group.typed) > 1 or group.means)
        assert {*group.results} <= {one.id for one in analytes.ALL}
        for short, full in product(group.typed, group.means):
            there, back = frozenset(vocabulary.asked(short)), frozenset(vocabulary.asked(full))
            assert all(back in vocabulary.ways(one, there) for one in there), (short, full)
            if max(map(len, there)) > 2:
                assert all(there in vocabulary.ways(one, back) for one in back), (full, short)


def test_one_kind_of_image_is_not_another_and_a_question_without_answer_is_asked_word_by_word(world: World):
    for title in ("Radiographie du genou", "TDM du thorax"):
        image = a_report(title, content=b"Compte rendu", type_code="18748-4", class_code="31")
        read_by_machine(world.amina, deposited(world.labo_seine, world.amina, image))
    assert titles(ask(world.amina, "scanner")) == ["TDM du thorax"]
    assert titles(ask(world.amina, "radio genou")) == ["Radiographie du genou"]
    assert len(ask(world.amina, "imagerie").hits) == 2
    assert ask(world.amina, "scanner du genou").each == ("scanner", "genou")


def test_a_kind_of_document_is_a_word_too(world: World):
    scan = a_report("Genou droit", content=b"Gonarthrose", type_code="18748-4", class_code="31")
    read_by_machine(world.amina, deposited(world.labo_seine, world.amina, scan))
    assert titles(ask(world.amina, "imagerie genou")) == ["Genou droit"]


def test_what_is_laid_in_sheets_answers_like_what_is_not(world: World):
    letter(world, world.amina)
    before = ask(world.amina, "ferritine genou")
    receipt = letter(world, world.amina, "Une autre ferritine, un autre genou.", "Seconde lettre")
    assert laying.lay_if_worth_it(extracting._open(world.amina.id, receipt.id), loose=1) == 1
    after = ask(world.amina, "ferritine genou")
    assert sorted(titles(after)) == sorted([*titles(before), "Seconde lettre"])


@pytest.mark.parametrize("laid", [False, True])
def test_a_doctor_finds_no_word_of_what_was_hidden_from_her(world: World, laid: bool):
    receipt = letter(world, world.amina)
    if laid:
        assert laying.lay_if_worth_it(extracting._open(world.amina.id, receipt.id), loose=1)
    seen = queries.search(open_record(care(world.dr_diallo, world.amina)), words="ferritine")
    assert len(seen.hits) == 1
    grant = actions.open_to_correct(world.amina.asks(Action.SET_VISIBILITY, object_id=receipt.id))
    actions.set_visibility(grant, document_id=receipt.id, add={Visibility.HIDDEN_FROM_PROFESSIONALS}, at=NOW)
    seen = queries.search(open_record(care(world.dr_diallo, world.amina)), words="ferritine")
    assert seen.nothing and seen.total == 0
    near = queries.search(open_record(care(world.dr_diallo, world.amina)), words="feritine")
    assert near.nothing
    assert len(ask(world.amina, "ferritine").hits) == 1


def test_another_person_s_record_answers_nothing_of_hers(world: World):
    letter(world, world.amina)
    assert ask(world.zoe, "ferritine").nothing


def test_an_empty_question_asks_nothing(world: World):
    letter(world, world.amina)
    assert ask(world.amina, "  ").nothing and ask(world.amina, "!?").nothing


@given(st.lists(st.text(max_size=40), max_size=8))
def test_packed_words_are_the_words_of_each_document_and_no_other(texts: list[str]):
    told = [vocabulary.stems(text) for text in texts]
    packed = vocabulary.Words(vocabulary.pack(told))
    for number, words in enumerate(told):
        assert all(number in packed.holding(word) for word in words)
    for word in packed.all:
        assert sorted(packed.holding(word)) == [n for n, words in enumerate(told) if word in words]


@given(st.text(max_size=120), st.text(min_size=3, max_size=12))
def test_marking_never_changes_the_text(text: str, word: str):
    wanted = meaning(frozenset(vocabulary.asked(word)))
    assert "".join(part.text for part in marked(text, wanted)) == text
    assert all(part.text for part in excerpt(text, wanted))
