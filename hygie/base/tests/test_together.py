"""Concurrent calls share one round, and each gets its own answer."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence

import pytest

from hygie.base.errors import Conflict, Unavailable
from hygie.base.together import Together

PATIENCE = 60
"""Seconds a thread may need on a busy machine; nothing here is measured in time."""


def wait_for(truth: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not truth():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.001)


class Gate:
    """The rounds of a `Together`, which end once the gate is open. `rounds`: how many came in each."""

    def __init__(self) -> None:
        self.rounds: list[int] = []
        self._open = threading.Event()

    def stop(self, items: Sequence[int]) -> None:
        self.rounds.append(len(items))
        assert self._open.wait(PATIENCE)

    def open(self) -> None:
        self._open.set()

    def open_when(self, together: Together[int, int], count: int) -> None:
        """Once so many have come, those of the round under way among them."""
        wait_for(lambda: sum(self.rounds) + len(together._queue) == count)
        self.open()


def racing(together: Together[int, int], items: Sequence[int], gate: Gate | None = None) -> dict[int, int | Exception]:
    """What each was answered. With a gate, the first round lasts until all have come."""
    answers: dict[int, int | Exception] = {}

    def ask(item: int) -> None:
        try:
            answers[item] = together(item)
        except Exception as fault:
            answers[item] = fault

    threads = [threading.Thread(target=ask, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    if gate is not None:
        gate.open_when(together, len(items))
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    return answers


def test_everyone_gets_her_own_answer_and_rounds_are_shared() -> None:
    gate = Gate()

    def run(items: Sequence[int]) -> list[int | Exception]:
        gate.stop(items)
        return [item * 2 for item in items]

    answers = racing(Together(run, most=16), range(1, 101), gate)
    assert answers == {item: item * 2 for item in range(1, 101)}
    assert len(gate.rounds) <= 8
    assert max(gate.rounds) == 16


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
    gate = Gate()

    def run(items: Sequence[int]) -> list[int | Exception]:
        gate.stop(items)
        raise Unavailable("plus tard", code="away", retry_after=1)

    answers = racing(Together(run), range(1, 31), gate)
    assert all(isinstance(answer, Unavailable) for answer in answers.values())
    assert len(gate.rounds) <= 4


def test_too_many_waiting_is_said_with_a_delay() -> None:
    gate = Gate()

    def run(items: Sequence[int]) -> list[int | Exception]:
        gate.stop(items)
        return list(items)

    together = Together(run, most=1, patience=2)
    threads = [threading.Thread(target=together, args=(n,)) for n in range(1, 4)]
    for waiting, thread in enumerate(threads):
        thread.start()
        wait_for(lambda waiting=waiting: gate.rounds == [1] and len(together._queue) == waiting)  # type: ignore[misc]
    with pytest.raises(Unavailable) as told:
        together(9)
    assert told.value.retry_after == 1
    gate.open()
    for thread in threads:
        thread.join(PATIENCE)


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
    gate = Gate()

    def run(items: Sequence[int]) -> list[int | Exception]:
        gate.stop(items)
        return list(items)

    together = Together(run)
    threads = [threading.Thread(target=together, args=(n,)) for n in range(8)]
    threads[0].start()
    wait_for(lambda: gate.rounds == [1])
    for thread in threads[1:]:
        thread.start()
    gate.open_when(together, 8)
    for thread in threads:
        thread.join(PATIENCE)
    assert gate.rounds == [1, 7]


def test_a_leader_with_nothing_to_do_gives_back_what_it_held_and_another_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hygie.base.together.REST", 0.02)
    rested = threading.Event()
    together = Together[int, int](lambda items: list(items), rest=rested.set)
    assert together(1) == 1
    assert rested.wait(PATIENCE)
    assert together(2) == 2


def test_a_leader_sent_away_finishes_and_another_follows() -> None:
    begun, rested = threading.Event(), threading.Event()

    def run(items: Sequence[int]) -> list[int | Exception]:
        begun.set()
        time.sleep(0.02)
        return list(items)

    together = Together(run, rest=rested.set)
    threads = [threading.Thread(target=together, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    assert begun.wait(PATIENCE)
    together.dismiss()
    assert rested.is_set()
    for thread in threads:
        thread.join(PATIENCE)
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
