"""Concurrent calls share one round, and each gets its own answer."""

from __future__ import annotations

import os
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


def test_one_thread_leads_and_a_call_that_comes_alone_is_a_round_of_its_own() -> None:
    leaders: set[threading.Thread] = set()
    sizes: list[int] = []

    def run(items: Sequence[int]) -> list[int | Exception]:
        leaders.add(threading.current_thread())
        sizes.append(len(items))
        return list(items)

    together = Together(run)
    assert [together(n) for n in range(1, 6)] == [1, 2, 3, 4, 5]
    assert sizes == [1] * 5
    assert len(leaders) == 1
    assert threading.current_thread() not in leaders


def test_those_who_come_during_a_round_are_the_next_one() -> None:
    sizes: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def run(items: Sequence[int]) -> list[int | Exception]:
        sizes.append(len(items))
        begun.set()
        go_on.wait(5)
        return list(items)

    together = Together(run)
    threads = [threading.Thread(target=together, args=(n,)) for n in range(8)]
    threads[0].start()
    assert begun.wait(5)
    for thread in threads[1:]:
        thread.start()
    deadline = time.monotonic() + 5
    while len(together._queue) < 7 and time.monotonic() < deadline:
        time.sleep(0.001)
    go_on.set()
    for thread in threads:
        thread.join(5)
    assert sizes == [1, 7]


def test_a_leader_with_nothing_to_do_gives_back_what_it_held_and_another_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hygie.base.together.REST", 0.02)
    rested = threading.Event()
    together = Together[int, int](lambda items: list(items), rest=rested.set)
    assert together(1) == 1
    assert rested.wait(5)
    assert together(2) == 2


def test_a_leader_sent_away_finishes_and_another_follows() -> None:
    rested = threading.Event()

    def run(items: Sequence[int]) -> list[int | Exception]:
        time.sleep(0.02)
        return list(items)

    together = Together(run, rest=rested.set)
    threads = [threading.Thread(target=together, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    together.dismiss()
    assert rested.is_set()
    for thread in threads:
        thread.join(5)
    assert together(5) == 5


def test_a_leader_that_breaks_leaves_nobody_waiting_and_another_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    broken = [True]

    def run(items: Sequence[int]) -> list[int | Exception]:
        if broken.pop() if broken else False:
            raise SystemExit
        return list(items)

    together = Together(run)
    with pytest.raises(RuntimeError):
        together(1)
    assert together(2) == 2


def test_a_process_that_forks_leads_its_own_rounds() -> None:
    together = Together[int, int](lambda items: list(items))
    assert together(1) == 1
    child = os.fork()
    if child == 0:
        os._exit(0 if together(2) == 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
