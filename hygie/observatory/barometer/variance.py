"""How precise a weighted share is, once the calibration on margins is taken into account.

A share (or a difference of shares) is linearised: z = d (y - p) / Σ w d. Because the weights meet the margins whatever
sample is drawn, only what the margins do not explain varies: the residual e of the weighted regression of z on the
margins' categories. Var = n / (n - 1) Σ (w e)².

Sources: Deville and Särndal, JASA 87 (1992) 376-382; Deville, Survey Methodology 25 (1999) 193-203 (linearisation);
Rao, Wu and Yue, Survey Methodology 18 (1992) 209-217 (bootstrap); Kott, Journal of Official Statistics 17 (2001)
521-526 (delete-a-group jackknife). Limits: answers are treated as drawn independently and with replacement; quotas are
not a random draw, so these figures are what the survey would give if they were.

Every estimator used here is constant on the cells (category of the question x group of readers), so that sums by cell
are all that is needed: 100,000 answers cost one pass for each table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hygie.observatory.barometer.calibration import Codes, Floats
from hygie.observatory.barometer.weighting import Weighting, weigh

Z95: Final = 1.959963984540054
EXPECTED: Final = 5  # answers of a kind, at least, for a test
NOTHING: Final = 1e-15


class Ground:
    """What the margins explain, computed once for a weighted sample and shared by all its tables."""

    def __init__(self, weighting: Weighting) -> None:
        self.weights = weighting.weights
        self.size = len(self.weights)
        self._square = self.weights**2
        self._places: list[tuple[Codes, int]] = [
            (weighting.codes[one.variable], len(one.shares)) for one in weighting.margins
        ]
        self._inverse = np.linalg.pinv(self._crossed(self.weights))
        self._crossed2 = self._crossed(self._square)

    def _crossed(self, values: Floats) -> Floats:
        """X' diag(values) X, X being the indicators of every category of every margin."""
        rows = []
        for left, lefts in self._places:
            row = [
                np.bincount(left.astype(np.int64) * rights + right, weights=values, minlength=lefts * rights).reshape(
                    lefts, rights
                )
                for right, rights in self._places
            ]
            rows.append(np.hstack(row))
        crossed: Floats = np.vstack(rows)
        return crossed

    def cells(self, answer: Codes, answers: int, group: Codes | None = None, groups: int = 1) -> Cells:
        """The cells of one question crossed with one variable. A negative code leaves the answer out of them."""
        kept = answer >= 0 if group is None else (answer >= 0) & (group >= 0)
        rows = np.flatnonzero(kept)
        cell = answer[rows].astype(np.int64)
        if group is not None:
            cell = cell * groups + group[rows]
        weights, square, count = self.weights[rows], self._square[rows], answers * groups
        by_margin, by_margin2 = [], []
        for placed, places in self._places:
            both = placed[rows].astype(np.int64) * count + cell
            by_margin.append(np.bincount(both, weights=weights, minlength=places * count).reshape(places, count))
            by_margin2.append(np.bincount(both, weights=square, minlength=places * count).reshape(places, count))
        return Cells(
            self,
            (answers, groups),
            np.bincount(cell, minlength=count),
            _sums(cell, weights, count),
            _sums(cell, square, count),
            self._inverse @ np.vstack(by_margin),
            np.vstack(by_margin2),
        )

    def explained(self, squares: Floats, slopes: Floats, crossed: Floats) -> Floats:
        """n / (n - 1) Σ (w e)², from the sums of w² z², the slopes of z, and X' w² z."""
        left = squares - 2 * np.einsum("ij,ij->j", slopes, crossed)
        left += np.einsum("ij,ij->j", slopes, self._crossed2 @ slopes)
        found: Floats = np.maximum(left, 0) * self.size / max(self.size - 1, 1)
        return found


class Cells:
    """Sums of one table. Arrays named `by…` have the shape (answers, groups)."""

    def __init__(
        self, ground: Ground, shape: tuple[int, int], counts: NDArray[np.intp], weights: Floats, squares: Floats,
        slopes: Floats, crossed: Floats,
    ) -> None:  # fmt: skip
        self._ground, self.shape = ground, shape
        self.counts = counts.reshape(shape)
        self.by_weight = weights.reshape(shape)
        self._square, self._slopes, self._crossed = squares, slopes, crossed

    def variance(self, coefficients: Floats) -> Floats:
        """The variance of several estimators; a column of `coefficients` holds the value of z in each cell."""
        return self._ground.explained(
            self._square @ coefficients**2, self._slopes @ coefficients, self._crossed @ coefficients
        )

    @property
    def bases(self) -> NDArray[np.intp]:
        """How many people each group counts."""
        return np.asarray(self.counts.sum(axis=0))

    @property
    def effective(self) -> Floats:
        """Kish's effective size of each group."""
        squares = self._square.reshape(self.shape).sum(axis=0)
        total = self.by_weight.sum(axis=0)
        found: Floats = np.divide(total**2, squares, out=np.zeros_like(total), where=squares > 0)
        return found

    def shares(self, rows: Floats | None = None) -> Floats:
        """The weighted share of each answer inside each group; nan where the group is empty.

        rows: sums of answers instead, one line of 0 and 1 for each.
        """
        total, weights = self.by_weight.sum(axis=0), self._rows(rows) @ self.by_weight
        found: Floats = np.divide(weights, total, out=np.full(weights.shape, np.nan), where=total > 0)
        return found

    def share_variances(self, rows: Floats | None = None) -> Floats:
        """The variance of each of `shares`."""
        inside = self._inside(rows)
        return self.variance(inside.reshape(self.counts.size, -1)).reshape(inside.shape[2:])

    def gaps(self, rows: Floats | None = None) -> tuple[Floats, Floats]:
        """(share in the group minus share among all the others, its variance), both (rows, groups)."""
        (answers, groups), chosen, inside = self.shape, self._rows(rows), self._inside(rows)
        total = self.by_weight.sum(axis=0)
        others, weights = total.sum() - total, chosen @ self.by_weight
        rest = np.divide(
            weights.sum(axis=1, keepdims=True) - weights, others, out=np.full(weights.shape, np.nan), where=others > 0
        )
        # z of the rest: 1 - r or -r over its weight, in every cell outside the group.
        apart = np.zeros(inside.shape)
        for group in range(groups):
            outside = np.arange(groups) != group
            if others[group] > 0:
                apart[:, outside, :, group] = (chosen.T - rest[:, group])[None, :, :] / others[group]
        variances = self.variance((inside - apart).reshape(answers * groups, -1)).reshape(weights.shape)
        return self.shares(rows) - rest, variances

    def if_alike(self, rows: Floats | None, variances: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """(variances of `gaps` that a test may use, where it may be made at all), both (rows, groups).

        What a small group shows of its variance is too little, and nothing at all when everyone in it answers alike: a
        test uses at least the variance of a group that is like the others. Where fewer than EXPECTED answers of a kind
        are expected in such a group, no test holds (Cochran, Biometrics 10 (1954) 417-451). What the margins explain
        keeps no variance.
        """
        total = self.by_weight.sum(axis=0)
        whole = (self._rows(rows) @ self.by_weight).sum(axis=1, keepdims=True) / max(total.sum(), 1e-300)
        squares = self._square.reshape(self.shape).sum(axis=0)
        others = (total.sum() - total) ** 2 / np.maximum(squares.sum() - squares, 1e-300)
        expected = self.effective * np.minimum(whole, 1 - whole)
        alike = whole * (1 - whole) * (1 / np.maximum(self.effective, 1e-300) + 1 / np.maximum(others, 1e-300))
        held: Floats = np.where(variances > NOTHING, np.maximum(variances, alike), 0.0)
        return held, np.asarray(expected >= EXPECTED)

    def contrast(self, first: int, second: int, group: int = 0) -> tuple[float, float]:
        """(share of one answer minus share of another, its variance) among the same people."""
        answers, groups = self.shape
        value = np.zeros(answers)
        value[first], value[second] = 1, -1
        total = self.by_weight[:, group].sum()
        gap = float(value @ self.by_weight[:, group] / total)
        coefficients = np.zeros((answers, groups))
        coefficients[:, group] = (value - gap) / total
        return gap, float(self.variance(coefficients.reshape(-1, 1))[0])

    def _rows(self, rows: Floats | None) -> Floats:
        return np.eye(self.shape[0]) if rows is None else rows

    def _inside(self, rows: Floats | None) -> Floats:
        """z of every share: (answers, groups, rows, groups)."""
        (answers, groups), chosen = self.shape, self._rows(rows)
        total, shares = self.by_weight.sum(axis=0), np.nan_to_num(self.shares(rows))
        inside = np.zeros((answers, groups, len(chosen), groups))
        for group in range(groups):
            if total[group] > 0:
                inside[:, group, :, group] = (chosen.T - shares[:, group]) / total[group]
        return inside


def _sums(cell: NDArray[np.int64], values: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(cell, weights=values, minlength=count), dtype=np.float64)


def bootstrap(weighting: Weighting, *, draws: int, seed: int) -> Iterator[Floats]:
    """Replicate weights: n - 1 answers drawn again with replacement, rescaled, and weighted again on the margins."""
    random = np.random.default_rng(seed)
    size = len(weighting.weights)
    for _ in range(draws):
        drawn = np.bincount(random.integers(0, size, size - 1), minlength=size) * (size / (size - 1))
        yield _again(weighting, drawn)


def jackknife(weighting: Weighting, *, groups: int, seed: int) -> Iterator[Floats]:
    """Replicate weights: one random group of answers left out each time, the others weighted again on the margins."""
    size = len(weighting.weights)
    placed = np.random.default_rng(seed).permutation(size) % groups
    for group in range(groups):
        yield _again(weighting, np.where(placed == group, 0.0, groups / (groups - 1)))


def _again(weighting: Weighting, drawn: Floats) -> Floats:
    kept = np.flatnonzero(drawn > 0)
    found = weigh(
        {name: placed[kept] for name, placed in weighting.codes.items()}, weighting.margins, method=weighting.method,
        base=drawn[kept], bounds=weighting.bounds,
    )  # fmt: skip
    weights = np.zeros(len(drawn))
    weights[kept] = found.weights * (len(drawn) / len(kept))
    return weights


def replicate_variance(
    weighting: Weighting, estimate: Callable[[Floats], float], replicates: Iterator[Floats], *, jackknifed: bool = False
) -> float:
    """The variance of `estimate(weights)` over replicate weights."""
    whole = estimate(weighting.weights)
    found = np.array([estimate(weights) for weights in replicates])
    factor = (len(found) - 1) / len(found) if jackknifed else 1 / len(found)
    return float(factor * ((found - whole) ** 2).sum())
