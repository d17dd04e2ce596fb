"""How long one call takes, many times over."""

from __future__ import annotations

import time
from collections.abc import Callable


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
