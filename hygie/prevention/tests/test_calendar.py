"""What is to come for a child: windows by age, nothing when unknown, nothing from a table that is out of date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.prevention import calendar

BEFORE = date(2026, 3, 1)  # all tables are good


def ids(born: str, on: date) -> list[str]:
    return [one.id for one in calendar.due(born, on=on)]


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        ("2026-02-25", BEFORE, ["ex_j8", "ex_s2", "ex_m2"]),
        ("2017-10-01", BEFORE, ["ex_8_9"]),
        ("2013-03-01", BEFORE, ["ex_11_13", "mtdents", "vac_11y"]),
        ("2010-06-01", BEFORE, ["ex_15_16"]),
        ("2020-02-29", date(2026, 2, 28), ["ex_a6", "mtdents", "ex_a7", "vac_6y"]),  # on the 28th, she is six
        ("2008-03-01", BEFORE, []),  # of age today
        ("2017", BEFORE, []),
        ("2017-00-00", BEFORE, []),
        ("1947-06-15", BEFORE, []),
    ],
)
def test_what_is_to_come_by_age(born: str, on: date, expected: list[str]) -> None:
    assert ids(born, on) == expected


def test_a_table_past_its_day_still_tells_what_it_foresees_says_so_and_calls_nothing_late() -> None:
    found = calendar.due("2014-12-01", on=date(2026, 11, 22))
    old = [one for one in found if one.source.startswith("Calendrier des vaccinations")]
    assert [one.id for one in old] == ["vac_11y"]
    assert all(one.until is None and "à renouveler" in one.renew for one in old)
    [exam] = [one for one in found if one.id == "ex_11_13"]
    assert (exam.renew, exam.until) == ("", date(2027, 12, 1))
    assert not [one for one in calendar.due("2005-01-01", on=date(2019, 3, 1)) if one.renew]


@given(st.dates(date(2000, 1, 1), date(2026, 3, 1)), st.integers(0, 7000))
def test_a_line_holds_the_day_it_is_told_or_opens_soon_and_carries_its_source(born: date, days: int) -> None:
    on = born + timedelta(days=days)
    for one in calendar.due(born.isoformat(), on=on):
        assert one.until is None or one.since - calendar.SOON <= on <= one.until
        assert one.source and one.dated and "devez" not in one.label + one.note
