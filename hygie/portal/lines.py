"""Lines of a journal, read far enough to find those that a page asks for."""

from __future__ import annotations

from collections.abc import Callable

from hygie.access import queries
from hygie.access.types import Grant, JournalLine

BATCH = 250
FARTHEST = 2000


def looked_through(
    grant: Grant,
    keep: Callable[[JournalLine], bool],
    *,
    before: int | None = None,
    wanted: int,
    farthest: int = FARTHEST,
) -> tuple[list[JournalLine], int | None]:
    """The newest lines to keep, at most `wanted`, and where to go on from; None when the journal ends there.

    Her own visits are many and often not asked for: reading goes on past them, `farthest` lines at most.
    """
    kept: list[JournalLine] = []
    for _turn in range(-(-farthest // BATCH)):
        lines = queries.journal(grant, before=before, limit=BATCH)
        for line in lines:
            before = line.seq
            if keep(line):
                kept.append(line)
                if len(kept) == wanted:
                    return kept, before if before > 1 else None
        if len(lines) < BATCH:
            return kept, None
    return kept, before
