"""The glossary: every analyte and measure has its words, sober ones."""

from __future__ import annotations

import re

from hygie.formats import analytes, glossary, measures


def test_every_analyte_and_every_measure_has_its_words_and_no_other_has():
    known = {one.id for one in analytes.ALL} | {one.id for one in measures.ALL}
    assert set(glossary.terms()) == known


def test_words_are_one_to_three_short_sentences_that_end():
    for one in glossary.terms().values():
        assert 40 <= len(one.words) <= 290, one.id
        assert one.words.endswith("."), one.id
        assert 1 <= len(re.findall(r"\.(?:\s|$)", one.words)) <= 3, one.id


def test_no_word_judges_advises_or_gives_a_value_that_is_not_the_laboratorys():
    judging = r"\b(normale?s?|anormale?s?|trop|devez|il faut|consultez|dangereu\w*|grave\w*|inquiét\w*|mauvais\w*|bon|bonne|pathologique\w*)\b"
    for one in glossary.terms().values():
        assert not re.search(judging, one.words, re.IGNORECASE), one.id
        assert not re.search(r"\d+\s?(?:,\d+)?\s?(?:%|g/|mg|µ|mmol|UI|ng)", one.words), one.id
        assert "'" not in one.words, one.id  # typographic apostrophes, as everywhere people read


def test_what_no_professional_has_read_says_so():
    for one in glossary.terms().values():
        assert one.source
        assert (one.consulted is None) == ("general knowledge" in one.source)
        if one.review_needed:
            assert glossary.note(one) == glossary.NOT_REVIEWED


def test_each_is_said_in_english_too_as_soberly_and_as_shortly():
    judging = r"\b(normal|abnormal|too|must|should|consult|dangerous|serious|worrying|bad|good|pathological)\b"
    for one in glossary.terms().values():
        words = one.words.english
        assert one.english and 25 <= len(words) <= 290 and words.endswith("."), one.id
        assert words != one.words and not re.search(judging, words, re.IGNORECASE), one.id
        assert len(re.findall(r"\.(?:\s|$)", words)) == len(re.findall(r"\.(?:\s|$)", one.words)), one.id
    assert glossary.named("TSH", "tsh").english == "TSH" and glossary.named("Autre", "loinc:1-8").english == ""
