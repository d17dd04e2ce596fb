"""A pace: nobody goes faster than the rate for long, and nobody is held back by somebody else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from hygie.base.pace import BURST, Pace


@given(some.lists(some.tuples(some.floats(0, 3), some.sampled_from([1.0, 10.0])), max_size=200))
def test_no_more_than_the_burst_and_the_rate_ever_passes(steps: list[tuple[float, float]]) -> None:
    pace, now, passed = Pace(5), 100.0, 0.0
    for pause, weight in steps:
        now += pause
        if pace.wait("client", now, weight=weight) == 0:
            passed += weight
    assert passed <= 5 * BURST + 5 * (now - 100.0) + 1e-6


def test_whoever_waits_as_told_goes_on() -> None:
    pace = Pace(2)
    while (wait := pace.wait("client", 0.0)) == 0:
        pass
    assert 0 < wait <= 0.5
    assert pace.wait("client", wait + 1e-9) == 0


def test_one_who_goes_too_fast_holds_back_nobody_else() -> None:
    pace = Pace(1)
    for _ in range(50):
        pace.wait("hasty", 0.0)
    assert pace.wait("hasty", 0.0) > 0
    assert pace.wait("calm", 0.0) == 0


def test_being_refused_costs_nothing() -> None:
    pace = Pace(1)
    for _ in range(500):
        pace.wait("client", 0.0)
    assert pace.wait("client", 1.0 + 1e-9) == 0


def test_what_weighs_more_than_the_bucket_waits_for_a_full_one() -> None:
    pace = Pace(0.1)
    assert pace.wait("client", 0.0, weight=10) == 0
    assert pace.wait("client", 0.0, weight=10) > 0


def test_no_rate_is_no_limit_and_many_keys_are_not_kept_for_ever() -> None:
    free = Pace(0)
    assert not any(free.wait("client", 0.0) for _ in range(10_000))
    pace = Pace(1)
    for number in range(30_000):
        pace.wait(number, float(number))
    assert len(pace._left) < 11_000
