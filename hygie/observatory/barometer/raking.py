"""Weights by raking (iterative proportional fitting) on several margins.

Guarantees: every weight is positive and their sum is the number of answers; each margin is met to TOLERANCE (a share);
the order of the answers changes nothing; a category of the population that has too few answers is joined to a
neighbour by a stated rule and told (`Collapse`); weights outside the bounds are brought back to them and the margins met
again. What cannot be met raises Invalid: no silent half-way.

Sources: Deming and Stephan, Annals of Mathematical Statistics 11 (1940) 427-444; Deville and Särndal, JASA 87 (1992)
376-382 (raking as a calibration); Kish, Journal of Official Statistics 8 (1992) 183-200 (design effect of weights);
Battaglia, Hoaglin and Frankel, Survey Practice 2 (5), 2009 (trimming inside raking).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hygie.base.errors import Invalid
from hygie.observatory.barometer.margins import Margin

Codes = NDArray[np.int16]
Floats = NDArray[np.floating[Any]]
TOLERANCE: Final = 1e-12  # largest gap left between a weighted share and its target
ROUNDS: Final = 2000
FEW: Final = 1  # a category with fewer answers than this joins a neighbour


@dataclass(frozen=True, slots=True)
class Collapse:
    """A category too small to be weighted alone, and the one it was weighted with."""

    variable: str
    category: str
    joined: str
    answers: int

    @property
    def said(self) -> str:
        told = "aucune réponse" if not self.answers else f"{self.answers} réponse{'s' * (self.answers > 1)}"
        return f"{self.variable} : « {self.category} » ({told}) est redressée avec « {self.joined} »."


@dataclass(frozen=True, slots=True, eq=False)
class Weighting:
    """weights: one for each answer, of mean 1. margins: as met, after the collapses. gap: the largest share missed."""

    weights: Floats
    margins: tuple[Margin, ...]
    codes: Mapping[str, Codes]
    collapses: tuple[Collapse, ...]
    rounds: int
    gap: float
    trimmed: int
    bounds: tuple[float, float] | None

    @property
    def design_effect(self) -> float:
        """Kish: n Σw² / (Σw)², the loss of precision that unequal weights cost."""
        return design_effect(self.weights)

    @property
    def effective_size(self) -> float:
        return len(self.weights) / self.design_effect

    @property
    def spread(self) -> dict[str, float]:
        """The distribution of the weights: smallest, 5 %, median, 95 %, largest."""
        found = np.quantile(self.weights, [0, 0.05, 0.5, 0.95, 1])
        return dict(zip(("min", "p5", "median", "p95", "max"), map(float, found), strict=True))


def design_effect(weights: Floats) -> float:
    """Kish's n Σw² / (Σw)²; 1 when all weights are equal."""
    return float(len(weights) * (weights**2).sum() / weights.sum() ** 2)


def rake(
    codes: Mapping[str, Codes],
    margins: Sequence[Margin],
    *,
    base: Floats | None = None,
    bounds: tuple[float, float] | None = None,
    few: int = FEW,
) -> Weighting:
    """Weights that meet every margin, starting from `base` (by default, everyone counts for one).

    codes: for each variable, the place of each answer's category in its margin. bounds: the smallest and the largest
    weight allowed, where 1 is the mean. Invalid: an answer without category, a category of the population given no
    share though people answered in it, margins that contradict one another, bounds too tight to be met.
    """
    if not margins:
        raise Invalid("Il faut au moins une marge pour redresser.", code="no-margin")
    for one in margins:
        _check(one, codes)
    joined = [_joined(one, codes[one.variable], few) for one in margins]
    held = tuple(margin for margin, _, _ in joined)
    kept = {margin.variable: placed for margin, placed, _ in joined}
    size = len(next(iter(kept.values())))
    start = np.ones(size) if base is None else np.asarray(base, dtype=np.float64)
    if start.shape != (size,) or not (start > 0).all():
        raise Invalid("Les poids de départ doivent être positifs, un par réponse.", code="base-weights")
    # Answers alike in every variable and in their first weight share one factor: the fit is made on those few.
    key, inverse = _profiles(kept, held, start)
    first = np.bincount(inverse, weights=start) / start.sum()
    counts = np.bincount(inverse).astype(np.float64)
    factors, rounds, gap, capped = _fit(
        first, [kept[one.variable][key] for one in held], [np.array(list(one.shares.values())) for one in held],
        None if bounds is None else (bounds[0] * counts / size, bounds[1] * counts / size),
    )  # fmt: skip
    weights = start / start.sum() * factors[inverse] * size
    trimmed = int(capped[inverse].sum())
    collapses = tuple(one for _, _, told in joined for one in told)
    return Weighting(weights, held, kept, collapses, rounds, gap, trimmed, bounds)


def _check(margin: Margin, codes: Mapping[str, Codes]) -> None:
    if margin.variable not in codes:
        raise Invalid(f"« {margin.variable} » manque dans les réponses.", code="no-variable", at=margin.variable)
    placed = codes[margin.variable]
    if not len(placed):
        raise Invalid("Il n’y a aucune réponse à redresser.", code="no-answer")
    without = np.flatnonzero((placed < 0) | (placed >= len(margin.shares)))
    if len(without):
        rows = ", ".join(str(row + 1) for row in without[:5])
        raise Invalid(
            f"« {margin.variable} » est inconnu pour {len(without)} réponse(s) (lignes {rows}…).",
            code="unplaced", at=margin.variable,
        )  # fmt: skip
    counts = np.bincount(placed, minlength=len(margin.shares))
    for (name, share), count in zip(margin.shares.items(), counts, strict=True):
        if share == 0 and count:
            raise Invalid(
                f"{count} réponse(s) en « {name} », qui n’existe pas dans la population.", code="no-share",
                at=margin.variable,
            )  # fmt: skip


def _joined(margin: Margin, placed: Codes, few: int) -> tuple[Margin, Codes, list[Collapse]]:
    """The margin whose categories all have `few` answers: the smallest joins first.

    It joins, when the categories are ordered, the neighbour with fewer answers; otherwise, the smallest of the others.
    """
    names, shares = list(margin.shares), list(margin.shares.values())
    groups = [[place] for place in range(len(names)) if shares[place] > 0]
    counts = np.bincount(placed, minlength=len(names))
    told: list[Collapse] = []

    def size(group: list[int]) -> int:
        return int(sum(counts[place] for place in group))

    while len(groups) > 1 and size(smallest := min(groups, key=size)) < few:
        at = groups.index(smallest)
        near = [groups[i] for i in (at - 1, at + 1) if 0 <= i < len(groups)] if margin.ordered else list(groups)
        target = min((group for group in near if group is not smallest), key=size)
        lone, other = (" + ".join(names[place] for place in group) for group in (smallest, target))
        told.append(Collapse(margin.variable, lone, other, size(smallest)))
        target += smallest
        target.sort()
        groups.remove(smallest)
    order = np.zeros(len(names), dtype=np.int16)
    for place, group in enumerate(groups):
        order[group] = place
    named = {" + ".join(names[place] for place in g): sum(shares[place] for place in g) for g in groups}
    return Margin(margin.variable, named, margin.source, margin.ordered), order[placed], told


def _profiles(
    codes: Mapping[str, Codes], margins: Sequence[Margin], start: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(an answer of each profile, the profile of each answer)."""
    packed = np.zeros(len(start), dtype=np.int64)
    for one in margins:
        packed = packed * len(one.shares) + codes[one.variable]
    if (start != start[0]).any():
        packed = packed * len(start) + np.unique(start, return_inverse=True)[1]
    _, key, inverse = np.unique(packed, return_index=True, return_inverse=True)
    return key, inverse.reshape(-1)


def _fit(
    first: Floats, places: list[Codes], targets: list[Floats], bounds: tuple[Floats, Floats] | None
) -> tuple[Floats, int, float, NDArray[np.bool_]]:
    """(factor of each profile, rounds made, largest gap, profiles held at a bound). first: shares, summing to 1."""
    shares = first.copy()
    gap = np.inf
    rounds = 0
    while gap > TOLERANCE:
        if rounds == ROUNDS:
            raise Invalid(
                f"Le redressement ne converge pas (il manque {100 * gap:.3g} points après {ROUNDS} tours) : les marges se "
                "contredisent, ou les bornes des poids sont trop serrées.",
                code="no-convergence",
            )
        rounds += 1
        for placed, target in zip(places, targets, strict=True):
            found = np.bincount(placed, weights=shares, minlength=len(target))
            shares *= (target / found)[placed]
        if bounds is not None:
            shares = np.clip(shares, *bounds)
        gap = max(
            float(np.abs(np.bincount(placed, weights=shares, minlength=len(target)) - target).max())
            for placed, target in zip(places, targets, strict=True)
        )
    held = np.zeros(len(shares), dtype=bool)
    if bounds is not None:
        held = (shares <= bounds[0] * (1 + 1e-9)) | (shares >= bounds[1] * (1 - 1e-9))
    return shares / first, rounds, gap, held
