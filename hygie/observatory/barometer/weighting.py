"""Weights of answers that meet the margins of a population.

Guarantees, whatever the method: every weight is positive and their sum is the number of answers; each margin is met to
TOLERANCE (a share); the order of the answers changes nothing; a category of the population that has too few answers is
joined to a neighbour by a stated rule and told (`Collapse`); bounds hold. What cannot be met raises Invalid: no silent
half-way.

Sources: `calibration`; Kish, Journal of Official Statistics 8 (1992) 183-200 (design effect of weights); Battaglia,
Hoaglin and Frankel, Survey Practice 2 (5), 2009 (trimming inside raking).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hygie.base.errors import Invalid
from hygie.formats.said import say
from hygie.observatory.barometer.calibration import Codes, Floats, Method, raked, solved
from hygie.observatory.barometer.margins import Margin

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
        if not self.answers:
            return say(
                "{variable} : « {category} » (aucune réponse) est redressée avec « {joined} ».",
                variable=self.variable, category=self.category, joined=self.joined,
            )  # fmt: skip
        return say(
            "{variable} : « {category} » (réponses : {answers}) est redressée avec « {joined} ».",
            variable=self.variable, category=self.category, answers=self.answers, joined=self.joined,
        )  # fmt: skip


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
    method: Method = "raking"

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


def weigh(
    codes: Mapping[str, Codes],
    margins: Sequence[Margin],
    *,
    method: Method = "raking",
    base: Floats | None = None,
    bounds: tuple[float, float] | None = None,
    few: int = FEW,
) -> Weighting:
    """Weights that meet every margin, starting from `base` (by default, everyone counts for one).

    codes: for each variable, the place of each answer's category in its margin. bounds: the smallest and the largest
    weight allowed, where 1 is the mean (for linear and logit, of what the first weight is multiplied by: the same when
    everyone counts for one). Invalid: an answer without category, a category of the population given no share though
    people answered in it, margins that contradict one another, bounds too tight to be met, a logit without bounds, a
    linear calibration that would need weights of zero or less.
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
    places = [kept[one.variable][key] for one in held]
    targets = [np.array(list(one.shares.values())) for one in held]
    if method == "raking":
        within = None if bounds is None else (bounds[0] * counts / size, bounds[1] * counts / size)
        found = raked(first, places, targets, within)
    else:
        found = solved(method, first, places, targets, bounds)
    weights = start / start.sum() * found.factors[inverse] * size
    if not (weights > 0).all():
        raise Invalid(
            f"Le calage linéaire donne {int((weights <= 0).sum())} poids nuls ou négatifs : bornez les poids, ou choisissez "
            "raking ou logit.",
            code="negative-weights",
        )
    collapses = tuple(one for _, _, told in joined for one in told)
    trimmed = int(found.held[inverse].sum())
    return Weighting(weights, held, kept, collapses, found.rounds, found.gap, trimmed, bounds, method)


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
