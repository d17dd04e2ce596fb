"""The matricule: laws, and the matricules that the official examples carry, right and wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.base.errors import Invalid
from hygie.people import ins
from hygie.people.types import IdentityStatus, Ins

digits = st.text("0123456789", min_size=1, max_size=1)
thirteen = st.tuples(
    st.text("0123456789", min_size=5, max_size=5),
    st.one_of(st.text("0123456789", min_size=2, max_size=2), st.sampled_from(["2A", "2B"])),
    st.text("0123456789", min_size=6, max_size=6),
).map("".join)


@given(thirteen)
def test_a_matricule_with_its_key_is_accepted(first: str) -> None:
    assert ins.check(Ins(first + ins.key_of(first), ins.NIR), mode="production") == ()


@given(thirteen, st.integers(0, 14), digits)
def test_one_wrong_digit_is_always_noticed(first: str, place: int, digit: str) -> None:
    right = first + ins.key_of(first)
    wrong = right[:place] + digit + right[place + 1 :]
    if wrong == right or (place == 6 and right[5:7] in ("2A", "2B")):
        return
    with pytest.raises(Invalid):
        ins.check(Ins(wrong, ins.NIR), mode="production")


@given(thirteen, st.integers(0, 12))
def test_two_neighbours_exchanged_are_always_noticed(first: str, place: int) -> None:
    right = first + ins.key_of(first)
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    if wrong == right or place in (4, 5, 6):  # the department's letters are a form of their own
        return
    with pytest.raises(Invalid):
        ins.check(Ins(wrong, ins.NIR), mode="production")


@given(thirteen)
def test_the_key_is_between_01_and_97(first: str) -> None:
    assert 1 <= int(ins.key_of(first)) <= 97


@pytest.mark.parametrize("right", ["279035121518989", "277076322082910", "124018852493334", "274075176079430"])
def test_the_good_matricules_of_the_official_examples_pass(right: str) -> None:
    assert ins.check(Ins(right, ins.NIR), mode="production") == ()


@pytest.mark.parametrize(
    ("wrong", "key"),
    [("221042545611404", "83"), ("223042545611404", "82"), ("222127505611201", "47"), ("224027511583555", "12"),
     ("276037510669380", "26"), ("123456789012345", "11"), ("123456789012244", "12")],
)  # fmt: skip
def test_the_wrong_keys_of_the_official_examples_are_refused_in_production_and_told_elsewhere(
    wrong: str, key: str
) -> None:
    assert ins.key_of(wrong[:13]) == key
    with pytest.raises(Invalid, match="clé") as refusal:
        ins.check(Ins(wrong, ins.NIR), mode="production")
    assert refusal.value.code == "ins-key"
    assert len(ins.check(Ins(wrong, ins.NIR), mode="demo")) == 1


def test_corsica_counts_2a_as_19_and_2b_as_18() -> None:
    for letters, number in (("2A", "19"), ("2B", "18")):
        assert ins.key_of(f"17903{letters}004012") == ins.key_of(f"17903{number}004012")


@pytest.mark.parametrize("oid", sorted(ins.TEST_OIDS))
def test_test_and_demo_oids_are_refused_in_production_only(oid: str) -> None:
    number = Ins("279035121518989", oid)
    with pytest.raises(Invalid) as refusal:
        ins.check(number, mode="production")
    assert refusal.value.code == "ins-test-oid"
    for mode in ("demo", "test"):
        assert ins.check(number, mode=mode) == ()


@pytest.mark.parametrize("mode", ["production", "demo", "test"])
@pytest.mark.parametrize(
    ("number", "code"),
    [(Ins("27903512151898", ins.NIR), "ins-form"), (Ins("2790351215189", ins.NIR), "ins-form"),
     (Ins("2C9035121518989", ins.NIR), "ins-form"), (Ins("279032C21518989", ins.NIR), "ins-form"),
     (Ins("٢79035121518989", ins.NIR), "ins-form"), (Ins("", ins.NIR), "ins-form"),
     (Ins("279035121518989", "1.2.250.1.213.1.4.2"), "ins-oid"), (Ins("279035121518989", ""), "ins-oid"),
     (Ins("279035121518989", "1.2.250.1.213.1.4.8.1"), "ins-oid")],
)  # fmt: skip
def test_a_form_or_an_authority_that_is_not_one_is_refused_everywhere(number: Ins, code: str, mode: str) -> None:
    with pytest.raises(Invalid) as refusal:
        ins.check(number, mode=mode)
    assert refusal.value.code == code


def test_spaces_and_the_urn_are_ways_of_writing_the_same_ins() -> None:
    assert ins.tidy(Ins(" 2 79 03 51 215 189 89 ", f"urn:oid:{ins.NIR}")) == Ins("279035121518989", ins.NIR)


def test_the_matricule_travels_only_when_the_identity_is_qualified() -> None:
    assert [status for status in IdentityStatus if ins.travels(status)] == [IdentityStatus.QUALIFIED]


def test_an_ins_does_not_show_itself() -> None:
    assert "279035121518989" not in f"{Ins('279035121518989', ins.NIR)} {Ins('279035121518989', ins.NIR)!r}"
