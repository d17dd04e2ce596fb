"""What files took and gave: counts by structure and month, and a median that is right to the width of a slot."""

from __future__ import annotations

import statistics
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.observatory import actions, queries, usage
from hygie.observatory.types import Gain

TODAY = date(2026, 11, 22)


@given(st.lists(st.floats(0, 3600), min_size=1, max_size=60))
def test_the_median_of_slots_is_that_of_the_times_to_the_width_of_a_slot(times: list[float]):
    counts = [0] * len(usage.SLOTS)
    for one in times:
        slot = usage.slot_of(one)
        assert slot is not None
        counts[slot] += 1
    found = usage.median(counts)
    assert found is not None
    low, high = statistics.median_low(times), statistics.median_high(times)
    bounds = [0, *usage.SLOTS]
    first, last = usage.slot_of(low), usage.slot_of(high)
    assert first is not None
    assert last is not None
    assert bounds[first] <= found <= bounds[last + 1]


def test_a_slot_is_a_fifth_of_its_times_or_two_seconds():
    assert all(end - start <= max(2, end / 5) for start, end in zip((0, *usage.SLOTS), usage.SLOTS, strict=False))
    assert usage.slot_of(3601) is None
    assert usage.slot_of(-1) is None
    assert usage.median([0] * len(usage.SLOTS)) is None


@pytest.mark.usefixtures("database")
def test_months_are_counted_for_one_structure_and_a_few_visits_give_no_time():
    mine, other = uuid4(), uuid4()
    for seconds in (10, 41, 41, 42, 9_000):
        actions.count_visit(structure=mine, seconds=seconds, on=TODAY)
    actions.count_gain(structure=mine, gain=Gain.AVOIDED, on=TODAY)
    actions.count_gain(structure=mine, gain=Gain.AVOIDED, on=TODAY - timedelta(days=40))
    (now, before) = queries.time_spent(structure=mine, since=date(2026, 1, 1))
    assert (now.month, now.visits, now.seconds) == (date(2026, 11, 1), 4, None)  # the hour and more is not counted
    assert now.gave == {Gain.AVOIDED: 1, Gain.FOUND: 0, Gain.NOTHING: 0}
    assert (before.month, before.visits) == (date(2026, 10, 1), 0)
    actions.count_visit(structure=mine, seconds=300, on=TODAY)
    seconds = queries.time_spent(structure=mine, since=TODAY)[0].seconds
    assert seconds is not None
    assert 36 <= seconds <= 43
    assert queries.time_spent(structure=other, since=date(2026, 1, 1)) == ()
