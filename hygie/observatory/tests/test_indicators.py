"""Figures of use: none without its denominator, none on another's axis, none that gives somebody away."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.base.errors import Invalid
from hygie.observatory.indicators.disclosure import STEP, THRESHOLD, Held, chain, publishable, table
from hygie.observatory.indicators.register import indicator, national, one_axis, register

TORTURE = os.environ.get("HYGIE_TORTURE") == "1"


def test_an_indicator_without_its_denominator_is_not_shown():
    said = {name: getattr(register()[0], name) for name in register()[0].__slots__}
    assert indicator(said) == register()[0]
    for field in ("denominator", "definition", "source", "population", "period", "small_numbers"):
        with pytest.raises(Invalid, match=field):
            indicator(said | {field: " "})


def test_two_bases_never_share_an_axis():
    by_id = {one.id: one for one in national()}
    assert one_axis(by_id["activated-2024-a"], by_id["activated-2024-b"]) == "espaces"
    for first, second in (("declared-share", "activated-share-a"), ("activated-share-a", "activated-share-b"), ("new-month", "weekly-b"), ("documents-month", "documents-quarter")):  # fmt: skip
        with pytest.raises(Invalid, match=r"ensemble|même base"):
            one_axis(by_id[first], by_id[second])


def test_contradictions_of_the_published_series_are_flagged_with_their_reading():
    flagged = {one.id for one in national() if one.contradicts}
    assert {"documents-month", "new-month", "activated-2024-a", "activated-share-b", "declared-share"} <= flagged
    assert all(one.source and one.date and one.base_words for one in national())


@given(st.integers(0, 10**7))
def test_no_small_count_ever_leaves(count):
    shown = publishable(count)
    assert shown is None if 0 < count < THRESHOLD else shown % STEP == 0 and abs(shown - count) <= STEP / 2
    assert shown is None or shown == 0 or shown >= 10


def told(shown):
    """What one printed figure tells: the counts it may stand for."""
    return (0, 10**9) if shown is None else (0, 0) if shown == 0 else (max(THRESHOLD, shown - 2), shown + 2)


def attacked(released):
    """Everything that additions and subtractions teach about each cell: (lowest, highest), until nothing moves."""
    height, width = len(released.cells), len(released.cells[0])
    known = {(r, c): told(released.cells[r][c]) for r in range(height) for c in range(width)}
    known |= {(r, None): told(released.rows[r]) for r in range(height)}
    known |= {(None, c): told(released.columns[c]) for c in range(width)} | {(None, None): told(released.total)}
    sums = [((r, None), [(r, c) for c in range(width)]) for r in range(height)]
    sums += [((None, c), [(r, c) for r in range(height)]) for c in range(width)]
    sums += [((None, None), [(r, None) for r in range(height)]), ((None, None), [(None, c) for c in range(width)])]
    for _ in range(50):
        before = dict(known)
        for whole, parts in sums:
            low, high = sum(known[one][0] for one in parts), sum(known[one][1] for one in parts)
            known[whole] = max(known[whole][0], low), min(known[whole][1], high)
            for one in parts:
                least = known[whole][0] - (high - known[one][1])
                most = known[whole][1] - (low - known[one][0])
                known[one] = max(known[one][0], least), min(known[one][1], most)
        if known == before:
            break
    return known


@settings(max_examples=400 if TORTURE else 60, deadline=None)
@given(st.integers(2, 4), st.integers(2, 4), st.data())
def test_no_subtraction_gives_a_hidden_count_back(height, width, data):
    cell = st.one_of(st.just(0), st.integers(1, 14), st.integers(0, 400))
    counts = [[data.draw(cell) for _ in range(width)] for _ in range(height)]
    released = table(counts)
    known = attacked(released)
    for r in range(height):
        for c in range(width):
            low, high = known[r, c]
            assert low <= counts[r][c] <= high  # the attack is sound
            if 0 < counts[r][c] < THRESHOLD:
                assert released.cells[r][c] is None
                assert high - low >= STEP - 1, (counts, released)


@settings(max_examples=200 if TORTURE else 40, deadline=None)
@given(st.lists(st.lists(st.one_of(st.just(0), st.integers(1, 14), st.integers(0, 300)), min_size=1, max_size=3), min_size=2, max_size=6))  # fmt: skip
def test_no_step_of_a_funnel_gives_a_hidden_count_back(stops):
    released = chain(stops)
    ends = [sum(map(sum, stops[place:])) for place in range(len(stops))]
    known = {("stop", p, r): told(released.stops[p][r]) for p, one in enumerate(stops) for r in range(len(one))}
    known |= {("reached", p, 0): told(released.reached[p]) for p in range(len(stops))}
    for _ in range(60):
        before = dict(known)
        for p, one in enumerate(stops):
            parts = [("stop", p, r) for r in range(len(one))] + ([("reached", p + 1, 0)] if p + 1 < len(stops) else [])
            low, high = sum(known[part][0] for part in parts), sum(known[part][1] for part in parts)
            whole = ("reached", p, 0)
            known[whole] = max(known[whole][0], low), min(known[whole][1], high)
            for part in parts:
                least, most = known[whole][0] - high + known[part][1], known[whole][1] - low + known[part][0]
                known[part] = max(known[part][0], least), min(known[part][1], most)
        if known == before:
            break
    for (kind, p, r), (low, high) in known.items():
        count = ends[p] if kind == "reached" else stops[p][r]
        assert low <= count <= high  # the attack is sound
        assert not 0 < count < THRESHOLD or high - low >= STEP - 1, (stops, released)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=30))
def test_successive_releases_subtracted_give_no_change_under_eleven(steps):
    """A total released every month: two figures that differ are at least eleven people apart, whoever knows the rule."""
    count = steps[0]
    held = Held.first(count)
    said = [(count if held.figure is not None else 0, held.figure)]
    for more in steps[1:]:
        count += more
        held = held.then(count)
        if held.figure != said[-1][1]:
            assert abs(count - said[-1][0]) >= THRESHOLD
            said.append((count, held.figure))
        assert held.figure is None or held.figure == 0 or held.figure >= 10
