"""When two shares differ: one group against all the others, one wave against another, one answer against the next.

Each is a two-sided test of a difference against its own variance (calibration included). Among the cells of one table
(a question crossed with one variable) Holm's rule keeps the chance of a single wrong mark under LEVEL.
Source: Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
"""

from __future__ import annotations

import math
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from hygie.formats.said import say
from hygie.observatory.barometer.calibration import Floats
from hygie.observatory.barometer.variance import NOTHING

LEVEL: Final = 0.05
Rule = Literal["holm", "none"]
RULES: Final[dict[Rule, str]] = {
    "holm": say(
        "Test bilatéral d’un groupe contre tous les autres, calage compris ; règle de Holm sur chaque tableau : "
        "si rien ne différait, un tableau porterait une marque au moins moins de 5 fois sur 100."
    ),
    "none": say(
        "Test bilatéral d’un groupe contre tous les autres, calage compris, à 5 % par case et sans correction : "
        "si rien ne différait, 5 cases sur 100 porteraient une marque."
    ),
}


def p_value(gap: float, variance: float) -> float:
    """The chance of a gap at least as large if there were none; 1 when its variance is not known."""
    if not variance > 0 or math.isnan(gap):
        return 1.0
    return math.erfc(abs(gap) / math.sqrt(2 * variance))


def marks(gaps: Floats, variances: Floats, usable: NDArray[np.bool_], rule: Rule = "holm") -> NDArray[np.int8]:
    """1 above, -1 below, 0 not shown to differ; same shape. Cells that are not `usable` are neither tested nor counted."""
    found = np.zeros(gaps.shape, dtype=np.int8)
    places = list(zip(*np.nonzero(usable & (variances > NOTHING)), strict=True))
    chances = sorted((p_value(float(gaps[place]), float(variances[place])), place) for place in places)
    for rank, (chance, place) in enumerate(chances):
        if chance > (LEVEL / (len(chances) - rank) if rule == "holm" else LEVEL):
            break
        found[place] = 1 if gaps[place] > 0 else -1
    return found
