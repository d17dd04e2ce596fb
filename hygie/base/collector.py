"""When memory is tidied: between two answers, not in the middle of one.

Python looks for what only refers to itself once so many objects are new. Of a page that makes thousands, one in twelve
met that look in its middle, and waited 10 to 15 ms for it. Looked for after each answer, when next to nothing of it
is left, the same costs 0.7 ms (p95 of the work of a doctor's page 60 ms before, 50 so, on a busy machine).
"""

from __future__ import annotations

import gc
from typing import Final

from django.core.signals import request_finished

_WORTH_A_LOOK: Final = 1_000  # objects made since the last one and not freed
_IN_AN_ANSWER: Final = 50_000  # the same, of a page so large that it cannot wait for its end
_YOUNG, _OLD = 64, 50  # looks at the new before one at those that outlived one; and of these before one at all


def settle() -> None:
    """Once all is loaded: what is here lives as long as this process and is looked at no more; then as said above."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_IN_AN_ANSWER, _YOUNG, _OLD)
    request_finished.connect(tidy, dispatch_uid="hygie.base.collector")


def tidy(**_signal: object) -> None:
    """After an answer: a look, if it is worth one."""
    new, young, old = gc.get_count()
    if new > _WORTH_A_LOOK:
        gc.collect(2 if old > _OLD else 1 if young > _YOUNG else 0)
