"""Concurrent calls share one round, and each gets its own answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from hygie.base.errors import Conflict, Unavailable
from hygie.base.together import Together


def racing(together: Together[int, int], items: Sequence[int]) -> dict[int, int | Exception]:
    answers: dict[int, int | Exception] = {}

    def ask(item: int) -> None:
        try:
            answers[item] = together(item)
        except Exception as fault:
            answers[item] = fault

    threads = [threading.Thread(target=ask, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    return answers


def test_everyone_gets_her_own_answer_and_rounds_are_shared() -> None:
    rounds: list[int] = []

    def run(items: Sequence[int]) -> list[int | Exception]:
        rounds.append(len(items))
        time.sleep(0.01)
        return [item * 2 for item in items]

    answers = racing(Together(run, most=16), range(1, 101))
    assert answers == {item: item * 2 for item in range(1, 101)}
    assert len(rounds) < 60
    assert max(rounds) <= 16


def test_one_bad_item_hurts_only_itself() -> None:
    def run(items: Sequence[int]) -> list[int | Exception]:
        time.sleep(0.005)
        if 7 in items:
            raise ValueError("seven spoils the whole round")
        return [Conflict("non", code="odd") if item == 9 else item for item in items]

    answers = racing(Together(run), range(1, 21))
    assert isinstance(answers.pop(7), ValueError)
    assert isinstance(answers.pop(9), Conflict)
    assert answers == {item: item for item in range(1, 21) if item not in (7, 9)}


def test_when_the_ground_is_away_nobody_waits_for_everyone() -> None:
    tries: list[int] = []

    def run(items: Sequence[int]) -> list[int | Exception]:
        tries.append(len(items))
        time.sleep(0.05)
        raise Unavailable("plus tard", code="away", retry_after=1)

    answers = racing(Together(run), range(1, 31))
    assert all(isinstance(answer, Unavailable) for answer in answers.values())
    assert len(tries) < 8


def test_too_many_waiting_is_said_with_a_delay() -> None:
    gate = threading.Event()

    def run(items: Sequence[int]) -> list[int | Exception]:
        gate.wait(5)
        return list(items)

    together = Together(run, most=1, patience=2)
    threads = [threading.Thread(target=together, args=(n,)) for n in range(1, 4)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    with pytest.raises(Unavailable) as told:
        together(9)
    assert told.value.retry_after == 1
    gate.set()
    for thread in threads:
        thread.join(5)


def test_nobody_leads_for_ever() -> None:
    """A caller works one round at most: under constant load her own client still gets its answer."""
    led: dict[threading.Thread, int] = {}

    def run(items: Sequence[int]) -> list[int | Exception]:
        led[threading.current_thread()] = led.get(threading.current_thread(), 0) + 1
        time.sleep(0.002)
        return list(items)

    racing(Together(run, most=4), range(1, 60))
    assert max(led.values()) == 1
