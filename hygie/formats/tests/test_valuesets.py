"""The codes of the sharing rules."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hygie.formats import valuesets


def test_the_103_pairs_of_type_and_class_are_all_there():
    counts = Counter(kind.class_code for kind in valuesets.TYPES.values() if kind.class_code)
    assert counts == {
        "10": 35, "11": 20, "31": 4, "42": 14, "43": 2, "44": 6, "45": 1, "52": 7, "60": 1, "90": 4, "95": 8,
        "urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1": 1,
    }  # fmt: skip
    assert sum(counts.values()) == 103


def test_some_pairs_by_hand():
    pairs = {"11502-2": "10", "57833-6": "42", "18748-4": "31", "SYNTH": "11", "EXPPAT_3": "90", "REMB": "60"}
    assert {code: valuesets.class_of(code) for code in pairs} == pairs


def test_every_class_has_words_of_its_own_for_whoever_chooses_among_them():
    assert list(valuesets.CLASS_WORDS) == list(valuesets.CLASSES)
    assert len(set(valuesets.CLASS_WORDS.values())) == len(valuesets.CLASSES)


def test_people_see_eleven_shelves_and_every_class_is_on_one():
    assert len(valuesets.CATEGORIES) == 11
    assert len({row.id for row in valuesets.CATEGORIES}) == 11
    placed = [code for row in valuesets.CATEGORIES for code in row.classes]
    assert sorted(placed) == sorted(valuesets.CLASSES)
    typed = [code for row in valuesets.CATEGORIES for code in row.types]
    assert len(typed) == len(set(typed))
    assert set(typed) <= set(valuesets.TYPES)


def test_a_blood_test_is_an_analysis_and_a_vaccine_is_prevention():
    assert valuesets.category_of("10", "11502-2").id == "analyses"
    assert valuesets.category_of("52", "87273-9").id == "prevention"
    assert valuesets.category_of("10", "11488-4").id == "reports"
    assert valuesets.category_of("??", "??").id == "other"


def test_labels_are_plain_french():
    for kind in valuesets.TYPES.values():
        assert kind.label
        assert kind.label[0].isupper()
        assert not kind.label.startswith("CR ")


def test_an_alias_resolves_and_an_unknown_mark_is_given_back():
    known, unknown = valuesets.confidentiality(["INVISIBLE_REP_LEGAUX", "??"])
    assert known == {"N", "INVISIBLE_REPRESENTANTS_LEGAUX"}
    assert unknown == ("??",)


def test_a_level_is_always_there_and_never_lost():
    assert valuesets.confidentiality(["R", "MASQUE_PS"])[0] == {"R", "MASQUE_PS"}
    assert valuesets.confidentiality([])[0] == {"N"}


@given(st.text(max_size=20))
def test_an_unknown_code_never_fails(code):
    valuesets.class_of(code)
    assert valuesets.type_label(code)
    assert valuesets.class_label(code)
    assert valuesets.category_of(code, code)


def test_the_format_comes_from_the_most_precise_template_or_from_the_body():
    assert valuesets.format_of(["1.3.6.1.4.1.19376.1.3.3", "1.2.250.1.213.1.1.1.55"]) == "urn:ihe:lab:xd-lab:2008"
    assert valuesets.format_of(["1.3.6.1.4.1.19376.1.2.20"], "application/pdf") == "urn:ihe:iti:xds-sd:pdf:2008"
    assert valuesets.format_of(["1.2.3"]) is None
