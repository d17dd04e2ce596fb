"""What may leave the house: no count under 11, the rest to the nearest 5, and nothing that a subtraction gives back.

Three ways to give a small count away, three answers: to print it (`publishable`), to print everything around it
(`table` attacks itself, and hides more), to print the same total twice (`Held` says a figure again only when it moved by
11). A hidden cell does not tell why it is hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

THRESHOLD: Final = 11
STEP: Final = 5


def publishable(count: int, *, below: int = THRESHOLD, step: int = STEP) -> int | None:
    """A count fit to leave the house: None when small, otherwise the nearest multiple of `step`. Zero is zero."""
    if count < 0:
        raise ValueError("a count cannot be negative")
    return None if 0 < count < below else step * ((2 * count + step) // (2 * step))


@dataclass(frozen=True, slots=True)
class Released:
    """A table fit to leave: None where something is hidden. rows, columns: the totals, rounded from the true ones."""

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Followed:
    """A chain of steps fit to leave. reached: how many took each step; stops: of those, why some took no other."""

    reached: tuple[int | None, ...]
    stops: tuple[tuple[int | None, ...], ...]


Place = tuple[int | None, int | None]  # (row, column); None is a total
Sums = list[tuple[Place, list[Place]]]
_FAR: Final = 10**12


def table(counts: Sequence[Sequence[int]], *, below: int = THRESHOLD, step: int = STEP) -> Released:
    """Small cells are hidden, and as much around them as it takes: the table is attacked before it leaves.

    Guarantee: with every addition and subtraction of what is printed, a small count stays unknown to `step` - 1 or more.
    Other cells are hidden first, the smallest that are not nothing; then totals.
    """
    shown = _shown(_true(counts), _sums(len(counts), len(counts[0])), below, step)
    rows, columns = range(len(counts)), range(len(counts[0]))
    return Released(
        tuple(tuple(shown[r, c] for c in columns) for r in rows),
        tuple(shown[r, None] for r in rows),
        tuple(shown[None, c] for c in columns),
        shown[None, None],
    )


def chain(stops: Sequence[Sequence[int]], *, below: int = THRESHOLD, step: int = STEP) -> Followed:
    """Steps one after the other; of each, how many went no further, reason by reason. The same guarantee as `table`.

    What reached a step either stopped there or reached the next one: these are the sums that an attacker knows.
    """
    true: dict[Place, int] = {}
    sums: Sums = []
    reached = 0
    for place in range(len(stops) - 1, -1, -1):
        reached += sum(stops[place])
        true |= {(why, place): count for why, count in enumerate(stops[place])} | {(None, place): reached}
        parts: list[Place] = [(why, place) for why in range(len(stops[place]))]
        sums.append(((None, place), parts + ([(None, place + 1)] if place + 1 < len(stops) else [])))
    shown = _shown(true, sums, below, step)
    return Followed(
        tuple(shown[None, place] for place in range(len(stops))),
        tuple(tuple(shown[why, place] for why in range(len(one))) for place, one in enumerate(stops)),
    )


def _shown(true: dict[Place, int], sums: Sums, below: int, step: int) -> dict[Place, int | None]:
    """What may be printed at each place, so that no small one is found again by these sums."""
    small = {place for place, count in true.items() if 0 < count < below}
    hidden = set(small)
    while leak := _leak(small, true, hidden, sums, below, step):
        hidden.add(_next(leak, true, hidden))
    return {
        place: None if place in hidden else publishable(count, below=below, step=step) for place, count in true.items()
    }


def _true(counts: Sequence[Sequence[int]]) -> dict[Place, int]:
    """Every cell and every total."""
    found: dict[Place, int] = {(r, c): count for r, row in enumerate(counts) for c, count in enumerate(row)}
    found |= {(r, None): sum(row) for r, row in enumerate(counts)}
    found |= {(None, c): sum(column) for c, column in enumerate(zip(*counts, strict=True))}
    return found | {(None, None): sum(map(sum, counts))}


def _sums(height: int, width: int) -> Sums:
    """What adds up to what."""
    rows: Sums = [((r, None), [(r, c) for c in range(width)]) for r in range(height)]
    rows += [((None, c), [(r, c) for r in range(height)]) for c in range(width)]
    return [
        *rows,
        ((None, None), [(r, None) for r in range(height)]),
        ((None, None), [(None, c) for c in range(width)]),
    ]


def _leak(
    small: set[Place], true: dict[Place, int], hidden: set[Place], sums: Sums, below: int, step: int
) -> Place | None:
    """A small place of which additions and subtractions tell too much: where its smallest and its largest possible count
    are less than `step` - 1 apart. None when all are kept."""
    if not small:
        return None
    known = {one: _told(None if one in hidden else count, below, step) for one, count in true.items()}
    for _ in range(200):
        before = dict(known)
        for whole, parts in sums:
            low, high = sum(known[one][0] for one in parts), sum(known[one][1] for one in parts)
            known[whole] = max(known[whole][0], low), min(known[whole][1], high)
            for one in parts:
                least, most = known[whole][0] - high + known[one][1], known[whole][1] - low + known[one][0]
                known[one] = max(known[one][0], least), min(known[one][1], most)
        if known == before:
            break
    return min((one for one in small if known[one][1] - known[one][0] < step - 1), key=_order, default=None)


def _order(place: Place) -> tuple[int, int]:
    """So that the same counts are always hidden in the same way."""
    return tuple(-1 if one is None else one for one in place)  # type: ignore[return-value]  # two of them


def _told(count: int | None, below: int, step: int) -> tuple[int, int]:
    """The counts that a printed figure may stand for; count: None when it is hidden."""
    if count is None:
        return 0, _FAR
    figure = publishable(count, below=below, step=step)
    if figure is None or figure == 0:
        return 0, 0 if figure == 0 else below - 1
    return max(below, figure - step // 2), figure + step // 2


def _next(place: Place, true: dict[Place, int], hidden: set[Place]) -> Place:
    """What to hide next so that `place` is better kept: near it before far from it, cells before totals, small before large."""

    def cost(one: Place) -> tuple[bool, bool, bool, int]:
        near = (one[0] == place[0]) or (one[1] == place[1])
        return (not near, None in one, true[one] == 0, true[one])

    return min((one for one in true if one not in hidden), key=cost)


@dataclass(frozen=True, slots=True)
class Held:
    """A figure that grows, released again and again. true: the count it was rounded from; it never leaves."""

    true: int
    figure: int | None

    @classmethod
    def first(cls, count: int) -> Held:
        figure = publishable(count)
        return cls(0 if figure is None else count, figure)

    def then(self, count: int) -> Held:
        """The next release: the same figure until the count moved by THRESHOLD since the last one said."""
        if count < 0:
            raise ValueError("a count cannot be negative")
        return self if abs(count - self.true) < THRESHOLD else Held(count, publishable(count))
