"""Memory is tidied between two answers."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from django.core.signals import request_finished

from hygie.base import collector


@pytest.fixture
def settled() -> Iterator[None]:
    before = gc.get_threshold()
    collector.settle()
    yield
    request_finished.disconnect(dispatch_uid="hygie.base.collector")
    gc.set_threshold(*before)
    gc.unfreeze()


class Knot:
    def __init__(self) -> None:
        self.itself = self


def test_what_a_page_leaves_behind_is_found_after_it_and_not_in_its_middle(settled: None) -> None:
    looks: list[int] = []
    looking = lambda phase, told: looks.append(told["generation"]) if phase == "start" else None  # noqa: E731
    gc.callbacks.append(looking)
    try:
        knots = [weakref.ref(Knot()) for _ in range(10_000)]
        assert not looks and all(one() is not None for one in knots)
        request_finished.send(sender=None)
        assert looks == [0] and not any(one() for one in knots)
        request_finished.send(sender=None)
        assert looks == [0]  # next to nothing is new: not worth a look
    finally:
        gc.callbacks.remove(looking)
