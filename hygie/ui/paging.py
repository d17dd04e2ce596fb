"""A list shown by pages: the number that an address asks for, and what stands on that page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """items: those of this page. number: from 1. count: how many pages, at least one."""

    items: Sequence[T]
    number: int
    count: int

    def links(self, address: Callable[[int], str]) -> dict[str, int | str]:
        """What `{% pages number count before after %}` takes. address: from a number to that page; "" where none is."""
        return {
            "number": self.number,
            "count": self.count,
            "before": address(self.number - 1) if self.number > 1 else "",
            "after": address(self.number + 1) if self.number < self.count else "",
        }


def page(everything: Sequence[T], asked: str, *, size: int) -> Page[T]:
    """The page asked for, as an address says it; the first for what is no number, the last beyond the end."""
    count = max(1, -(-len(everything) // size))
    wanted = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    number = min(max(1, wanted), count)
    return Page(everything[(number - 1) * size : number * size], number, count)
