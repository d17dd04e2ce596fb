"""Whom a message names is somebody else as soon as one thing it says of her speaks against: number, birth date, or all names."""

from __future__ import annotations

import pytest

from hygie.formats.named import Named, named

AMINA = named("279039306600025", "1979-03-28", ("BENALI", "MARTIN"), ("Amina Lila",))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Named(), True),
        (named("", "1979-03-28"), True),
        (named("279039306600025", "1979-03-28", ("Benali",), ("Amina",)), True),
        (named("", "", ("Benali",), ("Zoé",)), True),  # a used name and a first name are written in many ways
        (named("", "1979"), True),  # a year alone is no date to compare
        (named("182070000000000", "1979-03-28", ("Benali",), ("Amina",)), False),
        (named("", "1979-03-29", ("Benali",), ("Amina",)), False),
        (named("", "1979-03-28", ("Diallo",), ("Zoé",)), False),
    ],
)
def test_one_thing_that_speaks_against_makes_somebody_else(other: Named, same: bool) -> None:
    assert (other.may_be(AMINA), AMINA.may_be(other)) == (same, same)
