"""Which of someone's ties to a person counts at one instant. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from hygie.access.types import Tie, TieKind

CONFIRMED_FOR = timedelta(days=365)
"""A caregiver's help lasts a year after it was last confirmed; then it rests, until the person says yes again."""


CONDITIONS: Final[dict[str, tuple[tuple[str, int], ...]]] = {
    "two-witnesses": (("relative", 2),),
    "doctor-and-relative": (("doctor", 1), ("relative", 1)),
}
"""Who must say that the person can no longer decide: how many of each. Nobody speaks twice, and never for herself."""


def lacking(condition: str, said: Iterable[str]) -> dict[str, int]:
    """Whose word is still awaited before a help prepared in advance begins, and of how many; empty: it begins.

    said: "<role>:<pseudonym>", one for each who spoke.
    """
    spoke = Counter(one.partition(":")[0] for one in said)
    return {role: wanted - spoke[role] for role, wanted in CONDITIONS[condition] if spoke[role] < wanted}


@dataclass(frozen=True, slots=True)
class Held:
    """One tie as it is kept. since None: prepared in advance, not begun."""

    tie: Tie
    since: datetime | None
    until: datetime | None = None
    confirmed: datetime | None = None
    ended: datetime | None = None

    @property
    def ends(self) -> datetime | None:
        """When it ends by itself, if nothing is done; None: never."""
        if self.tie.kind is not TieKind.CAREGIVER:
            return self.until
        last = self.confirmed or self.since
        rests = None if last is None else last + CONFIRMED_FOR
        return min((one for one in (self.until, rests) if one is not None), default=None)

    def holds(self, at: datetime) -> bool:
        """Begun, not ended, not past its end."""
        if self.since is None or self.since > at or (self.ended is not None and self.ended <= at):
            return False
        return self.ends is None or at < self.ends


def counting(held: Iterable[Held], *, minor: bool, at: datetime) -> Tie | None:
    """The tie by which someone comes, of all she has to this person: a guardian's before a parent's before a helper's.

    A parent of a grown child who was asked to help comes as a helper. A protection decided for one tie holds for all.
    """
    live = [one.tie for one in held if one.holds(at)]
    if not live:
        return None
    best = min(live, key=lambda tie: _rank(tie.kind, minor))
    return replace(best, protected=any(tie.protected for tie in live))


def _rank(kind: TieKind, minor: bool) -> int:
    if kind is TieKind.PARENT and not minor:
        return 9  # named last, so that the refusal says that the child has come of age
    return (TieKind.GUARDIAN, TieKind.PARENT, TieKind.CAREGIVER, TieKind.DESK).index(kind)
