"""Intervals of a share, at 95 %, from its variance.

Wilson's interval with the size that a simple random sample would need for the same precision; or on the logit scale.
Sources: Wilson, JASA 22 (1927) 209-212; Korn and Graubard, Survey Methodology 24 (1998) 193-201 (effective size); Dean
and Pagano, Journal of Survey Statistics and Methodology 3 (2015) 484-503 (comparison).
"""

from __future__ import annotations

import math
from typing import Final

from hygie.observatory.barometer.variance import NOTHING, Z95

WEAK: Final = 30  # a base under this is never shown without a warning


def wilson(share: float, variance: float, *, size: float) -> tuple[float, float]:
    """(low, high), shares. size: the effective size used when the share is 0 or 1, which leave no variance.

    A share that the margins give has no variance either, and is known: its interval is itself.
    """
    within = share * (1 - share)
    if within > NOTHING and variance <= NOTHING:
        return share, share
    people = within / variance if variance > NOTHING and within > NOTHING else size
    if people <= 0:
        return 0.0, 1.0
    square = Z95**2
    middle = (share + square / (2 * people)) / (1 + square / people)
    half = Z95 / (1 + square / people) * math.sqrt(within / people + square / (4 * people**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def logit(share: float, variance: float, *, size: float) -> tuple[float, float]:
    """(low, high), shares, symmetric on the logit scale; Wilson's where the share is 0 or 1."""
    if not 0 < share < 1:
        return wilson(share, variance, size=size)
    middle, half = math.log(share / (1 - share)), Z95 * math.sqrt(variance) / (share * (1 - share))
    return 1 / (1 + math.exp(half - middle)), 1 / (1 + math.exp(-half - middle))


def margin_of_error(share: float, size: float) -> float:
    """Half an interval, a share, for a simple random sample: 57 % of 1,016 people gives 0.030."""
    return Z95 * math.sqrt(share * (1 - share) / size)
