"""Doing together what comes at the same time: concurrent calls share one round trip and one commit.

Each call waits for its own answer. The first caller that finds nobody working does the work for all who wait
(so there is no thread to start, stop, or lose at a fork); those who come meanwhile gather for the next round,
which the first of them leads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from hygie.base.errors import Unavailable

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class _Waiting(Generic[Item, Answer]):
    __slots__ = ("answer", "item", "wake")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.answer: Answer | Exception | None = None
        self.wake = threading.Lock()  # cheaper than an Event: held until the answer is there, or it is its turn to lead
        self.wake.acquire()


class Together(Generic[Item, Answer]):
    """Group concurrent calls of `run`, which takes many items and gives one answer or exception for each.

    At most `most` items a round. More than `patience` callers waiting: Unavailable, with a delay to come back.
    If a whole round fails, its items are tried again one by one, so that one bad item hurts only itself. When one is
    Unavailable even then, what we stand on is away: those after it are told so at once, not each after its own wait.
    """

    def __init__(
        self, run: Callable[[Sequence[Item]], Sequence[Answer | Exception]], *, most: int = 64, patience: int = 512
    ) -> None:
        self._run = run
        self._most = most
        self._patience = patience
        self._queue: list[_Waiting[Item, Answer]] = []
        self._guard = threading.Lock()
        self._working = False

    def __call__(self, item: Item) -> Answer:
        mine: _Waiting[Item, Answer] = _Waiting(item)
        with self._guard:
            if len(self._queue) >= self._patience:
                raise Unavailable("Trop de demandes à la fois : réessayez dans un instant.", code="busy", retry_after=1)
            self._queue.append(mine)
            lead, self._working = not self._working, True
        if not lead:
            mine.wake.acquire()
        if mine.answer is None:
            self._lead()
        if isinstance(mine.answer, Exception):
            raise mine.answer
        return mine.answer  # type: ignore[return-value]

    def _lead(self) -> None:
        """One round for whoever waits (the leader stands first in the queue), then the next in line leads."""
        with self._guard:
            batch, self._queue = self._queue[: self._most], self._queue[self._most :]
        try:
            self._answer(batch)
        finally:
            with self._guard:
                if self._queue:
                    self._queue[0].wake.release()
                else:
                    self._working = False
            for one in batch[1:]:
                one.wake.release()

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
