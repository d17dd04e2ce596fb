"""Two ways of writing one person agree; two persons never do."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.base.errors import Invalid
from hygie.people import traits as names
from hygie.people.types import Traits

AMINA = Traits("BEN ALI-D'ARC", ("Amina", "Leïla-Rose", "Zoé"), "1979-03-28", "female", "75056")
written = st.text(st.characters(categories=("Lu", "Ll", "Lo", "Mn", "Pd", "Zs", "Po")), max_size=20)


def agree(held: Traits, said: Traits) -> bool:
    return bool(set(names.held(held)) & set(names.said(said)))


@given(written)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert names.normal(names.normal(text)) == names.normal(text)


@given(written)
def test_case_and_composition_make_no_difference(text: str) -> None:
    once = names.normal(text)
    assert names.normal(unicodedata.normalize("NFD", text)) == once
    assert names.normal(once.lower()) == once


@pytest.mark.parametrize(
    ("one", "other"),
    [("Lefœuvre", "LEFOEUVRE"), ("D’Arc", "D'ARC"), ("D'Arc", "d arc"), ("Jean-Pierre", "JEAN PIERRE"), ("Zoë", "ZOE"),
     ("Nuñez", "NUNEZ"), ("François", "FRANCOIS"), ("Straße", "STRASSE"), ("  Le   Goff ", "LE GOFF"), ("Łukasz", "LUKASZ"),
     ("Ben--Ali", "BEN ALI"), ("Ægir", "aegir"), ("Soren", "Søren"), ("ﬁlipe", "FILIPE")],
)  # fmt: skip
def test_the_same_name_written_differently(one: str, other: str) -> None:
    assert names.normal(one) == names.normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("DURAND", "DURANT"), ("AMINA", "АMINA"), ("LE GOFF", "LEGOFF"), ("BENALI", "BEN ALI"), ("MARIE", "MARIE 2")],
)
def test_another_name_stays_another_name(one: str, other: str) -> None:
    assert names.normal(one) != names.normal(other)


def test_the_whole_list_or_the_first_given_name_with_the_place_or_without() -> None:
    first = replace(AMINA, given_names=("AMINA",))
    for said in (AMINA, first, replace(AMINA, birth_place=None), replace(first, birth_place=None)):
        assert agree(AMINA, said)
    assert agree(replace(AMINA, birth_place=None), AMINA)
    assert agree(AMINA, replace(AMINA, given_names=("Amina Leïla Rose Zoé",)))
    assert agree(AMINA, replace(AMINA, used_family="Durand", used_given="Mina"))


@pytest.mark.parametrize(
    "change",
    [{"birth_family": "BEN ALI"}, {"given_names": ("Leïla-Rose",)}, {"given_names": ("Amina", "Zoé")},
     {"given_names": ("Amina", "Zoé", "Leïla-Rose")}, {"given_names": ()}, {"birth_date": "1979-03-29"},
     {"birth_date": "1979-28-03"}, {"sex": "male"}, {"sex": "unknown"}, {"birth_place": "69123"}, {"birth_place": "*"},
     {"birth_family": "Amina", "given_names": ("BEN ALI-D'ARC",)}],
)  # fmt: skip
def test_any_trait_that_differs_separates(change: dict[str, object]) -> None:
    assert not agree(AMINA, replace(AMINA, **change))  # type: ignore[arg-type]


@given(written, written, written, written)
def test_no_field_flows_into_the_next(family: str, given_name: str, sex: str, place: str) -> None:
    said = Traits(family, (given_name,), AMINA.birth_date, sex, place or None)
    same = (
        names.normal(family) == names.normal(AMINA.birth_family)
        and names.normal(given_name) in (names.normal("Amina"), names.normal("Amina Leïla Rose Zoé"))
        and sex == AMINA.sex
        and place in ("", AMINA.birth_place)
    )
    assert agree(AMINA, said) == same


@pytest.mark.parametrize(
    ("change", "code"),
    [({"birth_family": " - "}, "traits-family"), ({"given_names": ()}, "traits-given"), ({"given_names": ("",)}, "traits-given"),
     ({"birth_date": "1979-02-30"}, "traits-date"), ({"birth_date": "19790328"}, "traits-date"), ({"sex": "F"}, "traits-sex"),
     ({"birth_place": "Paris"}, "traits-place")],
)  # fmt: skip
def test_traits_that_identify_nobody_are_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        names.check(replace(AMINA, **change))  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_strict_traits_need_all_five() -> None:
    assert names.strict(AMINA) is not None
    assert names.strict(replace(AMINA, birth_place=None)) is None
    assert names.strict(replace(AMINA, sex="unknown")) is None
    assert names.strict(replace(AMINA, given_names=("Amina",))) != names.strict(AMINA)


def test_traits_do_not_show_themselves() -> None:
    assert "Amina" not in f"{AMINA} {AMINA!r}"
