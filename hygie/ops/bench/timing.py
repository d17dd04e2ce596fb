"""How long one call takes, many times over."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from typing import Any


def timed(call: Callable[[], object], *, times: int) -> dict[str, float]:
    """Mean, p50, p95 and p99 of so many calls, in milliseconds; and what this thread worked for each, which tells more
    on a machine that others use (PostgreSQL's own work is not in it)."""
    call()
    took = []
    worked = time.thread_time()
    for _ in range(times):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    worked = (time.thread_time() - worked) * 1000 / times
    took.sort()
    return {
        "mean_ms": sum(took) / times, "p50_ms": took[times // 2], "p95_ms": took[times * 95 // 100],
        "p99_ms": took[min(times - 1, times * 99 // 100)], "work_ms": worked,
    }  # fmt: skip


def interpreter() -> dict[str, Any]:
    """What a fixed piece of plain Python takes here (the best of nine, in milliseconds), beside which figures are read.

    Interpreters of one version differ by a quarter by how they were built: a distribution's, built with profiles of its
    use, and one that a machine compiled for itself.
    """

    def work() -> None:
        found: dict[str, list[int]] = {}
        for number in range(40_000):
            found.setdefault(str(number % 97), []).append(number * 3 % 1001)
        sorted((key, sum(numbers), len(numbers)) for key, numbers in found.items())

    took = []
    for _ in range(9):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return {"python": platform.python_version(), "work_ms": min(took)}
