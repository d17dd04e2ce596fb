"""Weights as near as they can be to those one starts from, once every margin is met: three ways to measure nearness.

raking: w log w, weights always positive. linear: squares, the weights of the generalised regression estimator (GREG).
logit: between two bounds, never at them. Given bounds, linear is cut at them; raking is brought back to them round
after round. What all three estimate has the same variance as the sample grows, that of the regression residuals.

Sources: Deville and Särndal, JASA 87 (1992) 376-382 (cases 1, 2, 6 and 7, the equations solved here by Newton's method);
Deming and Stephan, Annals of Mathematical Statistics 11 (1940) 427-444 (raking, solved margin by margin).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from hygie.base.errors import Invalid
from hygie.formats.said import say

Codes = NDArray[np.int16]
Floats = NDArray[np.floating[Any]]
Method = Literal["raking", "linear", "logit"]
METHODS: Final[dict[Method, str]] = {
    "raking": say("par ajustements successifs (méthode du raking, poids toujours positifs)"),
    "linear": say("par calage linéaire (estimateur par la régression, ou GREG)"),
    "logit": say("par calage logit (poids tenus entre deux bornes)"),
}
TOLERANCE: Final = 1e-12  # largest gap left between a weighted share and its target
ROUNDS: Final = 2000
_STEPS: Final = 200  # of Newton's method, which needs about ten
_HALVINGS: Final = 40
_EDGE: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """factors: of each profile, what its weight is multiplied by. held: those at a bound. gap: the largest share missed."""

    factors: Floats
    rounds: int
    gap: float
    held: NDArray[np.bool_]


def raked(
    first: Floats, places: Sequence[Codes], targets: Sequence[Floats], bounds: tuple[Floats, Floats] | None
) -> Fit:
    """first: the share of each profile, summing to 1; bounds: of the shares. Invalid: it does not converge."""
    shares, gap, rounds = first.copy(), np.inf, 0
    while gap > TOLERANCE:
        if rounds == ROUNDS:
            raise _never(gap, rounds)
        rounds += 1
        for placed, target in zip(places, targets, strict=True):
            found = np.bincount(placed, weights=shares, minlength=len(target))
            shares *= (target / found)[placed]
        if bounds is not None:
            shares = np.clip(shares, *bounds)
        gap = float(np.abs(_missed(shares, places, targets)).max())
    held = np.zeros(len(shares), dtype=bool)
    if bounds is not None:
        held = (shares <= bounds[0] * (1 + _EDGE)) | (shares >= bounds[1] * (1 - _EDGE))
    return Fit(shares / first, rounds, gap, held)


def solved(
    method: Method, first: Floats, places: Sequence[Codes], targets: Sequence[Floats],
    bounds: tuple[float, float] | None,
) -> Fit:  # fmt: skip
    """The same for linear and logit. bounds: of the factors. Invalid: it does not converge, or bounds that make no sense."""
    factor, slope = _linear(bounds) if method == "linear" else _logit(bounds)
    ends = np.cumsum([0, *map(len, targets)])
    dual = np.zeros(ends[-1])

    def at(point: Floats) -> tuple[Floats, Floats, float]:
        """(score of each profile, what is missed, the most that is missed)"""
        score: Floats = np.sum([point[ends[i] + placed] for i, placed in enumerate(places)], axis=0)
        left = _missed(first * factor(score), places, targets)
        return score, left, float(np.abs(left).max())

    score, left, gap = at(dual)
    for rounds in range(_STEPS):
        if gap <= TOLERANCE:
            factors = factor(score)
            held = np.zeros(len(first), dtype=bool)
            if bounds is not None and method == "linear":
                held = (factors <= bounds[0]) | (factors >= bounds[1])
            return Fit(factors, rounds, gap, held)
        move = np.linalg.lstsq(_crossed(first * slope(score), places, ends), left, rcond=None)[0]
        step = 1.0
        for _ in range(_HALVINGS):
            tried = at(dual + step * move)
            if tried[2] < gap:
                break
            step /= 2
        else:
            break
        dual = dual + step * move
        score, left, gap = tried
    raise _never(gap, rounds)


Curve = Callable[[Floats], Floats]


def _linear(bounds: tuple[float, float] | None) -> tuple[Curve, Curve]:
    """F(u) = 1 + u, cut at the bounds, and its derivative."""
    low, high = bounds or (-np.inf, np.inf)
    return (
        lambda score: np.clip(1 + score, low, high),
        lambda score: ((1 + score > low) & (1 + score < high)).astype(np.float64),
    )


def _logit(bounds: tuple[float, float] | None) -> tuple[Curve, Curve]:
    """F(u) = (L (U-1) + U (1-L) e^Au) / ((U-1) + (1-L) e^Au), A = (U-L) / ((1-L) (U-1)), and its derivative."""
    if bounds is None or not 0 <= bounds[0] < 1 < bounds[1]:
        raise Invalid(
            "Le calage logit demande deux bornes des poids, l’une entre 0 et 1, l’autre au-dessus de 1.", code="bounds"
        )
    low, high = bounds
    steep = (high - low) / ((1 - low) * (high - 1))

    def part(score: Floats) -> Floats:
        """How far between the bounds, from 0 to 1."""
        odds = np.log((1 - low) / (high - 1)) + steep * score
        return np.asarray(0.5 * (1 + np.tanh(odds / 2)))

    def slope(score: Floats) -> Floats:
        far = part(score)
        return np.asarray((high - low) * steep * far * (1 - far))

    return lambda score: low + (high - low) * part(score), slope


def _missed(shares: Floats, places: Sequence[Codes], targets: Sequence[Floats]) -> Floats:
    return np.concatenate([
        target - np.bincount(placed, weights=shares, minlength=len(target))
        for placed, target in zip(places, targets, strict=True)
    ])  # fmt: skip


def _crossed(values: Floats, places: Sequence[Codes], ends: NDArray[np.intp]) -> Floats:
    """X' diag(values) X, X being the indicators of every category of every margin."""
    found = np.zeros((ends[-1], ends[-1]))
    for i, left in enumerate(places):
        for j, right in enumerate(places):
            np.add.at(found, (ends[i] + left, ends[j] + right), values)
    return found


def _never(gap: float, rounds: int) -> Invalid:
    return Invalid(
        f"Le redressement ne converge pas (il manque {100 * gap:.3g} points après {rounds} tours) : les marges se "
        "contredisent, ou les bornes des poids sont trop serrées.",
        code="no-convergence",
    )
