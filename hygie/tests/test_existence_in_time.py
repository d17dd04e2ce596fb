"""Who exists does not show in the time of an answer either: two questions, asked in turn, take times of one distribution.

A statistic, not a stopwatch: both are asked in a drawn order, so that whatever else this machine does slows both alike, and
compared by Kolmogorov and Smirnov's test. A difference must show three times, each time among new answers and more of them, at
one in a hundred each: by chance alone, one run in a million.
"""

from __future__ import annotations

import math
import random
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from hygie.access import actions as access
from hygie.access.types import Action
from hygie.base import beat
from hygie.people import queries as people
from hygie.people.types import Ins
from hygie.tests.crawl.callers import FORM, Ask, form
from hygie.tests.durability.sizes import size
from hygie.tests.test_existence import _typed, town
from hygie.tests.world import NOW

Question = Callable[[], object]


def chance(one: list[float], other: list[float]) -> float:
    """How often two samples of one distribution differ at least so much (Kolmogorov and Smirnov, large samples).

    Source: Stephens (1970), the form for two samples; exact enough from a dozen on.
    """
    a, b = sorted(one), sorted(other)
    gap = max(abs(bisect_right(a, x) / len(a) - bisect_right(b, x) / len(b)) for x in (*a, *b))
    root = math.sqrt(len(a) * len(b) / (len(a) + len(b)))
    reach = (root + 0.12 + 0.11 / root) * gap
    return min(1.0, 2 * sum((-1) ** (k - 1) * math.exp(-2 * (k * reach) ** 2) for k in range(1, 101))) if gap else 1.0


def measured(questions: tuple[Question, Question], count: int) -> tuple[list[float], list[float]]:
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(count):
        for n in random.sample((0, 1), 2):
            began = time.perf_counter()
            questions[n]()
            took[n].append(time.perf_counter() - began)
    return took


def told_apart(one: Question, other: Question, count: int) -> str:
    """Nothing, or what the times say."""
    measured((one, other), 2)  # what is prepared once is prepared
    for times in (1, 2, 3):
        took = measured((one, other), count * times)
        if (by_chance := chance(*took)) > 0.01:
            return ""
    first, second = (1000 * sorted(each)[len(each) // 2] for each in took)
    return f"{first:.2f} and {second:.2f} ms in the middle; by chance {by_chance:.1g}"


@pytest.fixture(autouse=True)
def _within_the_budget() -> Iterator[None]:
    yield
    _forget_misses()  # other tests search from these structures too


def _forget_misses() -> None:
    with connection.cursor() as sql:
        sql.execute("DELETE FROM people_misses")


def test_the_measure_sees_a_tenth_and_nothing_where_there_is_nothing() -> None:
    drawn = random.Random(2026)
    usual, again, later = ([drawn.lognormvariate(middle, 0.2) for _ in range(400)] for middle in (0.0, 0.0, 0.1))
    assert chance(usual, again) > 0.01
    assert chance(usual, later) < 0.0001
    assert chance([0.003] * 10, [0.009] * 10) < 0.001


def test_an_answer_on_the_beat_lasts_as_long_as_the_slowest_of_late_would_need(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(beat, "_worked", deque(maxlen=4))
    monkeypatch.setattr(time, "sleep", waited.append)

    def lasts(worked: float) -> float:
        """Of an answer after so much work, in beats."""
        monkeypatch.setattr(time, "monotonic", lambda: 100.0 + worked * beat.BEAT)
        beat.keep(100.0)
        return worked + waited.pop() / beat.BEAT

    assert [lasts(worked) for worked in (0.0, 0.1, 0.4)] == pytest.approx([1, 1, 1])
    assert [lasts(worked) for worked in (1.3, 0.1, 0.0, 0.9)] == pytest.approx(
        [4, 4, 4, 4]
    )  # it remembers a busy moment
    assert [lasts(0.4) for _ in range(4)] == pytest.approx([2, 2, 2, 1])  # and forgets it
    assert lasts(11.0) == pytest.approx(16)  # never more than eight beats at a time


def test_a_search_takes_no_longer_for_somebody_than_for_nobody() -> None:
    """`people.find`, which answers alike for both: it is the same work, with no beat."""
    here = town()
    by, hers, clock = here.roux, here.zoe.person, iter(range(10**6))
    nobody = [here.world.matricule("1979-11-02", "female") for _ in range(50)]

    def ask(ins: Ins) -> None:
        at = NOW + timedelta(minutes=3 * next(clock))  # slowly enough to stay within the budget
        assert people.find(ins=ins, traits=here.amina.person.traits, by=by, at=at) is None

    assert told_apart(lambda: ask(hers.ins), lambda: ask(random.choice(nobody)), size(60, 2_000)) == ""


@pytest.mark.parametrize("actor", ["software", "roux-software"])
def test_a_search_by_fhir_takes_no_longer_for_somebody_than_for_nobody(actor: str) -> None:
    """A laboratory that sent her nothing, and a doctor who is not hers: a matricule alone is enough to ask."""
    here = town()
    stranger = here.world.person("Nora")
    nobody = [here.world.matricule("1979-11-02", "female") for _ in range(50)]

    def ask(ins: Ins) -> None:
        _forget_misses()
        body = f"status=current&patient.identifier=urn:oid:{ins.oid}|{ins.matricule}".encode()
        told = here.caller(actor).ask(Ask("POST", "/fhir/DocumentReference/_search", "", body, FORM))
        assert (told.status, b'"total":0' in told.body) == ((200, True) if actor == "software" else (404, False))

    assert told_apart(lambda: ask(stranger.ins), lambda: ask(random.choice(nobody)), size(10, 2_000)) == ""


def test_whoever_blocked_him_is_nobody_to_the_professional_who_looks_for_her() -> None:
    here = town()
    ida, nobody = here.world.person("Ida"), _typed(here, None)
    access.block(ida.opens(Action.SET_ACCESS), professional_id=here.roux.id, reading=True, at=timezone.now())
    hers = nobody | {"matricule": ida.ins.matricule, "authority": ida.ins.oid, "family": ida.traits.birth_family,
                     "given": ida.traits.given_names[0], "born": ida.traits.birth_date}  # fmt: skip
    assert people.match([(ida.ins, ida.traits)]) == [ida.id]

    def ask(typed: dict[str, str]) -> None:
        _forget_misses()
        told = here.caller("roux").ask(form("POST", "/pro/trouver/", typed))
        assert told.status == 200
        assert "Nous ne trouvons personne" in told.body.decode()

    assert told_apart(lambda: ask(hers), lambda: ask(nobody), size(8, 400)) == ""
