"""Doing together what comes at the same time: concurrent calls share one round trip and one commit.

Each call waits for its own answer. One thread leads the rounds, with its own database connection: while a round is on
its way, those who come meanwhile gather for the next, so rounds grow with the load and a call that comes alone waits
for nobody. The thread starts with the first call (after any fork), and ends when nobody came for a while.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from hygie.base.errors import Unavailable

Item = TypeVar("Item")
Answer = TypeVar("Answer")
_ALL: WeakSet[Together[Any, Any]] = WeakSet()
REST = 60.0  # seconds without a call after which the leader goes


class _Waiting(Generic[Item, Answer]):
    __slots__ = ("answer", "item", "wake")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.answer: Answer | Exception | None = None
        self.wake = threading.Lock()  # cheaper than an Event: held until the answer is there
        self.wake.acquire()


def dismiss_all() -> None:
    """Let every leader of this process go, with the connection it holds: for whoever leaves one database for another."""
    for one in list(_ALL):
        one.dismiss()


class Together(Generic[Item, Answer]):
    """Group concurrent calls of `run`, which takes many items and gives one answer or exception for each.

    At most `most` items a round. More than `patience` callers waiting: Unavailable, with a delay to come back.
    If a whole round fails, its items are tried again one by one, so that one bad item hurts only itself. When one is
    Unavailable even then, what we stand on is away: those after it are told so at once, not each after its own wait.
    `rest` is called by the leader before it goes, to give back what its thread held.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Item]], Sequence[Answer | Exception]],
        *,
        most: int = 64,
        patience: int = 512,
        rest: Callable[[], None] | None = None,
    ) -> None:
        self._run = run
        self._most = most
        self._patience = patience
        self._rest = rest
        self._queue: list[_Waiting[Item, Answer]] = []
        self._guard = threading.Lock()
        self._come = threading.Condition(self._guard)
        self._leader: threading.Thread | None = None
        self._idle = False
        self._leaving = False
        _ALL.add(self)

    def __call__(self, item: Item) -> Answer:
        mine: _Waiting[Item, Answer] = _Waiting(item)
        with self._guard:
            if len(self._queue) >= self._patience:
                raise Unavailable("Trop de demandes à la fois : réessayez dans un instant.", code="busy", retry_after=1)
            self._queue.append(mine)
            if self._leader is None or not self._leader.is_alive():  # the first call, or the first after a fork
                self._leader = threading.Thread(target=self._lead, name="together", daemon=True)
                self._leader.start()
            elif self._idle:
                self._idle = False
                self._come.notify()
        mine.wake.acquire()
        if isinstance(mine.answer, Exception):
            raise mine.answer
        return mine.answer  # type: ignore[return-value]

    def dismiss(self) -> None:
        """Let the leader go as soon as nobody waits, and wait for that; whoever comes next has another."""
        with self._guard:
            leader, self._leaving = self._leader, True
            self._come.notify()
        if leader is not None:
            leader.join()
        self._leaving = False

    def _lead(self) -> None:
        while batch := self._next():
            try:
                self._answer(batch)
            except BaseException as fault:  # nobody may wait for ever, whatever became of us
                for one in batch:
                    if one.answer is None:
                        one.answer = RuntimeError(type(fault).__name__)
                raise
            finally:
                for one in batch:
                    one.wake.release()
        if self._rest is not None:
            self._rest()

    def _next(self) -> list[_Waiting[Item, Answer]]:
        """Whoever waits; nobody when nobody came for long, and then the leader is no more."""
        with self._guard:
            while not self._queue:
                self._idle = True
                if (self._leaving or not self._come.wait(REST)) and not self._queue:
                    self._leader, self._idle = None, False
                    return []
            self._idle = False
            batch, self._queue = self._queue[: self._most], self._queue[self._most :]
            return batch

    def _answer(self, batch: list[_Waiting[Item, Answer]]) -> None:
        answers: Sequence[Answer | Exception]
        try:
            answers = self._run([one.item for one in batch])
        except Exception as fault:
            if len(batch) > 1:
                for number, one in enumerate(batch):
                    self._answer([one])
                    if isinstance(fault, Unavailable) and isinstance(one.answer, Unavailable):
                        for left in batch[number + 1 :]:
                            left.answer = one.answer
                        return
                return
            answers = [fault]
        for one, answer in zip(batch, answers, strict=True):
            one.answer = answer
