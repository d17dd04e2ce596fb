"""Eight languages for what counts in an emergency; never a guess."""

from __future__ import annotations

import pytest

from hygie.formats import emergency_words as known
from hygie.formats.said import say

LANGUAGES = ("fr", "en", "es", "pt", "de", "it", "tr", "ar")


def test_every_label_and_every_term_is_said_in_eight_languages():
    words = known.words()
    assert tuple(words.languages) == LANGUAGES
    for table in (words.labels, words.terms):
        assert all(set(said) == set(LANGUAGES) and all(said.values()) for said in table.values())
    assert len(words.terms) > 30 and words.source and words.review_needed


@pytest.mark.parametrize(
    ("written", "codings", "english"),
    [
        ("Pénicilline", (), "penicillin"),
        ("ALLERGIE À L'AMOXICILLINE", (), "amoxicillin"),
        ("x", ({"system": "http://hl7.org/fhir/sid/icd-10", "code": "E10.9"},), "type 1 diabetes"),
        ("x", ({"system": "http://www.whocc.no/atc", "code": "J01CA04"},), "amoxicillin"),
        ("x", ({"system": "http://snomed.info/sct", "code": "49436004"},), "atrial fibrillation"),
        ("asthme", ({"system": "http://other", "code": "E10"},), "asthma"),
    ],
)
def test_a_term_is_known_by_its_code_or_its_very_words(written, codings, english):
    assert known.said(written, "en", codings) == (english, True)


@pytest.mark.parametrize("written", ["pénicilline ?", "diabète", "iode", "gêne à la marche", ""])
def test_what_is_not_known_stands_as_it_was_written(written):
    assert known.said(written, "de") == (written, False)


def test_since_when_is_said_in_each_language_and_what_was_written_by_hand_stays_as_it_was():
    since = say("depuis {onset}", onset="10/2019")
    assert {code: known.detail(since, code) for code in ("fr", "de", "ar")} == {
        "fr": ("depuis 10/2019", True), "de": ("seit 10/2019", True), "ar": ("منذ 10/2019", True),
    }  # fmt: skip
    assert known.detail("1 gélule le matin", "de") == ("1 gélule le matin", False)
