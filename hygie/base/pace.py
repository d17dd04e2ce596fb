"""How fast someone may go: a bucket of permissions for each, filled at a steady rate. In this process alone, no I/O."""

from __future__ import annotations

import threading
from collections.abc import Hashable

BURST = 10.0
"""Seconds of a steady rate that may come at once."""
_KNOWN = 10_000


class Pace:
    """`rate` permissions a second for each key, `BURST` seconds of them at once. 0: as many as one likes."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._most = max(rate * BURST, 1.0)
        self._left: dict[Hashable, tuple[float, float]] = {}  # what was left, and when
        self._guard = threading.Lock()

    def wait(self, key: Hashable, now: float, *, weight: float = 1.0) -> float:
        """0 when this may go on (and is counted); else the seconds after which it might. now: a steady clock, seconds.

        What weighs more than the whole bucket goes on when the bucket is full.
        """
        if self._rate <= 0:
            return 0.0
        with self._guard:
            left, when = self._left.get(key, (self._most, now))
            left = min(self._most, left + (now - when) * self._rate)
            missing = min(weight, self._most) - left
            if missing <= 0:
                left -= weight
            self._left[key] = (left, now)
            if len(self._left) > _KNOWN:
                self._forget(now)
        return max(0.0, missing / self._rate)

    def _forget(self, now: float) -> None:
        """Those whose bucket is full again are as if never met."""
        full = [key for key, (left, when) in self._left.items() if left + (now - when) * self._rate >= self._most]
        for key in full:
            del self._left[key]
