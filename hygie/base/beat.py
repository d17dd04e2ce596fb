"""Answers that say nothing leave on a beat, so that the time they took says nothing either.

Nobody, somebody who may not be seen, somebody of whom this caller sent nothing: one answer, after different work (a line
written in a journal, documents gone through). All leave when the beat ends, which lasts twice what the slowest of the last
few hundred took: 50 ms on a quiet machine, longer while it is busy, 0.4 s at most. Beyond that, time may tell again, to whoever
may ask often: a structure has sixty misses an hour.
"""

from __future__ import annotations

import threading
import time
from collections import deque

BEAT = 0.05
"""Seconds; 0: none. What finds nothing is 3 to 15 ms of work on two quiet cores; `test_existence_in_time` measures it."""
LONGEST = 8
"""Beats that one answer lasts at most: each holds a thread meanwhile."""

_worked: deque[float] = deque(maxlen=256)  # seconds of work of the last answers that said nothing, in this process
_guard = threading.Lock()


def keep(began: float) -> None:
    """Wait until the beat ends. `began`: `time.monotonic()` when the question came."""
    if not BEAT:
        return
    worked = time.monotonic() - began
    with _guard:
        _worked.append(worked)
        slowest = max(_worked)
    beats = 1
    while beats < LONGEST and beats * BEAT < 2 * slowest:
        beats *= 2
    time.sleep(beats * BEAT - worked % (beats * BEAT))
