"""Weights and their precision: laws, an independent solution, numbers of other packages, and what chance does."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.base.errors import Invalid
from hygie.observatory.barometer.intervals import logit, margin_of_error, wilson
from hygie.observatory.barometer.margins import margin
from hygie.observatory.barometer.significance import marks
from hygie.observatory.barometer.variance import Ground, bootstrap, jackknife, replicate_variance
from hygie.observatory.barometer.weighting import weigh

TORTURE = os.environ.get("HYGIE_TORTURE") == "1"
PACKAGES = json.loads(Path(__file__).with_name("packages.json").read_text())


def a_design(seed: int, size: int = 800, tilt: float = 0.15, sizes: tuple[int, ...] = (2, 5, 4)):
    """(codes, margins): quotas a little off, as a fieldwork leaves them."""
    random = np.random.default_rng(seed)
    codes, margins = {}, []
    for place, count in enumerate(sizes):
        truth = random.dirichlet(np.full(count, 12.0))
        drawn = truth * np.exp(random.normal(0, tilt, count))
        codes[f"v{place}"] = random.choice(count, size, p=drawn / drawn.sum()).astype(np.int16)
        margins.append(margin(f"v{place}", {str(i): float(share) for i, share in enumerate(truth)}, source="tirage"))
    return codes, margins


def solved_directly(codes, margins):
    """Raking as a convex problem (w = exp(Xλ), totals met), by Newton's method: nothing of `weigh` in it."""
    x = np.hstack([np.eye(len(one.shares))[codes[one.variable]][:, 1 if i else 0 :] for i, one in enumerate(margins)])
    goal = np.hstack([np.array(list(one.shares.values()))[1 if i else 0 :] for i, one in enumerate(margins)]) * len(x)
    dual = np.zeros(x.shape[1])
    for _ in range(100):
        weights = np.exp(x @ dual)
        dual -= np.linalg.solve((x * weights[:, None]).T @ x, x.T @ weights - goal)
    return np.exp(x @ dual)


@pytest.mark.parametrize("seed", range(4))
def test_weights_are_those_of_an_independent_direct_solution(seed):
    codes, margins = a_design(seed)
    assert np.abs(weigh(codes, margins).weights - solved_directly(codes, margins)).max() < 1e-8


@pytest.mark.parametrize("case", PACKAGES["cases"], ids=lambda case: f"design {case['seed']}")
def test_weights_and_errors_are_those_of_other_packages(case):
    """Numbers that `make proofs` computed with the packages named in the file."""
    codes, margins = a_design(case["seed"], case["size"])
    found = weigh(codes, margins)
    for way, packages in case["weights"].items():
        ours = weigh(codes, margins, method=way.split(",")[0], bounds=PACKAGES["bounds"].get(way)).weights
        for package, weights in packages.items():
            assert np.abs(ours[: len(weights)] - weights).max() < 1e-6, (way, package)
    answer = np.array(list(case["answer"]), dtype=np.int16)
    alone = {"all": np.zeros(len(answer), np.int16)}  # one margin of one category explains nothing
    cells = Ground(weigh(alone, [margin("all", {"0": 1.0}, source="")], base=found.weights)).cells(answer, 2)
    for package, (share, error) in case["proportion"].items():
        assert math.isclose(cells.shares()[1, 0], share, abs_tol=1e-9), package
        assert math.isclose(math.sqrt(cells.share_variances()[1, 0]), error, rel_tol=1e-6), package


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(60, 400))
def test_margins_are_met_weights_are_positive_and_order_changes_nothing(seed, size):
    codes, margins = a_design(seed, size)
    found = weigh(codes, margins)
    assert (found.weights > 0).all() and math.isclose(found.weights.mean(), 1, abs_tol=1e-9)
    for one in found.margins:
        met = np.bincount(found.codes[one.variable], weights=found.weights) / size
        assert np.abs(met - np.array(list(one.shares.values()))).max() < 1e-9
    order = np.random.default_rng(seed).permutation(size)
    again = weigh({name: placed[order] for name, placed in codes.items()}, margins)
    assert np.abs(again.weights - found.weights[order]).max() < 1e-7


@pytest.mark.parametrize(
    ("method", "bounds", "score"),
    [
        ("raking", None, np.log),
        ("linear", None, lambda g: g - 1),
        ("logit", (0.5, 2.0), lambda g: np.log((g - 0.5) * (2 - 1) / ((2 - g) * (1 - 0.5))) * 0.5 * 1 / 1.5),
    ],
)
def test_each_calibration_is_the_nearest_of_its_kind(method, bounds, score):
    """Deville and Särndal's condition: the inverse of F, taken at each factor, is a sum of one number a category."""
    codes, margins = a_design(21, 900)
    found = weigh(codes, margins, method=method, bounds=bounds)
    assert found.gap < 1e-11 and found.weights.min() > (bounds or (0,))[0]
    x = np.hstack([np.eye(len(one.shares))[codes[one.variable]] for one in margins])
    told = score(found.weights)
    assert np.abs(told - x @ np.linalg.lstsq(x, told, rcond=None)[0]).max() < 1e-9


def test_linear_weights_are_those_of_the_regression_estimator_and_bounds_hold():
    codes, margins = a_design(22, 700, tilt=0.5)
    answer = np.random.default_rng(3).random(700) + codes["v2"]
    x = np.hstack([np.eye(len(one.shares))[codes[one.variable]] for one in margins])
    known = np.concatenate([list(one.shares.values()) for one in margins]) * 700
    slopes = np.linalg.lstsq(x, answer, rcond=None)[0]
    regressed = answer.sum() + (known - x.sum(axis=0)) @ slopes
    free = weigh(codes, margins, method="linear")
    assert math.isclose(free.weights @ answer, regressed, rel_tol=1e-10)
    held = weigh(codes, margins, method="linear", bounds=(0.4, 0.9 * float(free.weights.max())))
    assert held.trimmed > 0 and held.gap < 1e-11 and held.weights.max() <= 0.9 * free.weights.max() + 1e-12
    for method, bounds in (("logit", None), ("logit", (0.99, 1.01)), ("linear", (0.99, 1.01))):
        with pytest.raises(Invalid, match="bornes"):
            weigh(codes, margins, method=method, bounds=bounds)
    lone = {"v": np.array([0] * 50 + [1] * 50), "w": np.array([0] * 48 + [1] * 2 + [0] * 2 + [1] * 48)}
    odd = [margin("v", {"0": 0.9, "1": 0.1}, source=""), margin("w", {"0": 0.1, "1": 0.9}, source="")]
    with pytest.raises(Invalid, match="négatifs"):
        weigh(lone, odd, method="linear")


def test_a_category_without_answer_joins_its_neighbour_and_it_is_said():
    shares = {"18-24": 0.2, "25-34": 0.3, "35-49": 0.3, "50+": 0.2}
    placed = np.array([0] * 30 + [1] * 50 + [3] * 20, dtype=np.int16)
    found = weigh({"age": placed}, [margin("age", shares, source="exemple", ordered=True)])
    assert [one.said for one in found.collapses] == ["age : « 35-49 » (aucune réponse) est redressée avec « 50+ »."]
    assert math.isclose(found.weights[placed == 3].sum(), 50, abs_tol=1e-8)


def test_trimmed_weights_stay_within_their_bounds_and_the_margins_are_still_met():
    codes, margins = a_design(3, tilt=0.6)
    free = weigh(codes, margins)
    top = 0.8 * float(free.weights.max())
    held = weigh(codes, margins, bounds=(0.05, top))
    assert held.trimmed > 0 and held.gap < 1e-11
    assert held.weights.max() < top * (1 + 1e-9) and held.weights.min() > 0.05 * (1 - 1e-9)
    assert held.design_effect < free.design_effect
    with pytest.raises(Invalid, match="ne converge pas"):
        weigh(codes, margins, bounds=(0.99, 1.01))


def test_what_cannot_be_weighted_is_refused_with_its_row():
    shares = {"a": 0.5, "b": 0.5}
    with pytest.raises(Invalid, match="lignes 3"):
        weigh({"v": np.array([0, 1, -1], dtype=np.int16)}, [margin("v", shares, source="")])
    with pytest.raises(Invalid, match="n’existe pas"):
        weigh({"v": np.array([0, 1], dtype=np.int16)}, [margin("v", {"a": 1.0, "b": 0.0}, source="")])
    with pytest.raises(Invalid, match="100 %"):
        margin("v", {"a": 0.5, "b": 0.4}, source="")


@pytest.mark.parametrize(("method", "bounds"), [("raking", None), ("linear", None), ("logit", (0.3, 3.0))])
def test_linearised_and_replicate_variances_agree(method, bounds):
    codes, margins = a_design(5, 600)
    found = weigh(codes, margins, method=method, bounds=bounds)
    answer = (np.random.default_rng(1).random(600) < 0.2 + 0.1 * codes["v1"]).astype(np.int16)
    linear = Ground(found).cells(answer, 2).share_variances()[1, 0]

    def share(weights):
        return float(weights[answer == 1].sum() / weights.sum())

    assert math.isclose(replicate_variance(found, share, bootstrap(found, draws=200, seed=1)), linear, rel_tol=0.25)
    folded = replicate_variance(found, share, jackknife(found, groups=100, seed=1), jackknifed=True)
    assert math.isclose(folded, linear, rel_tol=0.35)
    # What the margins explain costs nothing any more: an answer that is a margin has no variance at all.
    assert Ground(found).cells(codes["v1"], 5).share_variances().max() < 1e-12


def test_the_variance_after_one_margin_is_that_of_post_stratification():
    """Cochran, Sampling Techniques, 3rd ed. 1977, 5A.9: Σ W² p (1 - p) / n in each stratum, to n / (n - 1)."""
    random = np.random.default_rng(8)
    placed = np.repeat(np.arange(3), (90, 150, 60)).astype(np.int16)
    answer = (random.random(300) < np.array([0.2, 0.5, 0.7])[placed]).astype(np.int16)
    shares = {"0": 0.4, "1": 0.4, "2": 0.2}
    textbook = 300 / 299 * sum(
        share**2 * p * (1 - p) / (placed == int(h)).sum()
        for h, share in shares.items() for p in [answer[placed == int(h)].mean()]
    )  # fmt: skip
    for method, bounds in (("raking", None), ("linear", None), ("logit", (0.2, 4.0))):
        found = weigh({"v": placed}, [margin("v", shares, source="")], method=method, bounds=bounds)
        variance = Ground(found).cells(answer, 2).share_variances()[1, 0]
        assert math.isclose(variance, textbook, rel_tol=1e-9), method


def test_variances_of_groups_and_gaps_are_those_of_the_definition():
    """Residuals of every answer, one by one, against the sums by cell."""
    codes, margins = a_design(7, 500)
    found = weigh(codes, margins)
    random = np.random.default_rng(2)
    answer, group = random.integers(0, 3, 500).astype(np.int16), random.integers(0, 4, 500).astype(np.int16)
    answer[:40] = -1
    cells = Ground(found).cells(answer, 3, group, 4)
    w, asked = found.weights, answer >= 0
    x = np.hstack([np.eye(len(one.shares))[codes[one.variable]] for one in margins])

    def variance(z):
        slopes = np.linalg.lstsq(x * np.sqrt(w)[:, None], z * np.sqrt(w), rcond=None)[0]
        return 500 / 499 * ((w * (z - x @ slopes)) ** 2).sum()

    def linear(chosen, inside):
        total = w[inside].sum()
        share = w[inside & chosen].sum() / total
        return share, np.where(inside, (chosen - share) / total, 0)

    inside, chosen = asked & (group == 2), answer == 1
    share, z = linear(chosen, inside)
    rest, other = linear(chosen, asked & (group != 2))
    gaps, variances = cells.gaps()
    assert math.isclose(cells.shares()[1, 2], share) and math.isclose(cells.share_variances()[1, 2], variance(z))
    assert math.isclose(gaps[1, 2], share - rest) and math.isclose(variances[1, 2], variance(z - other))
    gap, spread = Ground(found).cells(answer, 3).contrast(0, 1)
    first, second = linear(answer == 0, asked), linear(chosen, asked)
    assert math.isclose(gap, first[0] - second[0]) and math.isclose(spread, variance(first[1] - second[1]))


def test_intervals_are_those_of_published_examples():
    # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3: 81/263, 15/148, 0/20, 1/29.
    for count, size, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)):  # fmt: skip
        share = count / size
        found = wilson(share, share * (1 - share) / size, size=size)
        assert found == pytest.approx((low, high), abs=5e-5)
    low, high = logit(0.5, 0.0025, size=100)
    assert math.isclose(low + high, 1) and 0.40 < low < 0.5
    # The cautions of the study's figures: 57 % of 1,016; 91 % of 711; 29 % of 224.
    assert [round(100 * margin_of_error(*one), 1) for one in ((0.57, 1016), (0.91, 711), (0.29, 224), (0.5, 2032))] == [3.0, 2.1, 5.9, 2.2]  # fmt: skip


@pytest.mark.parametrize("share", [0.5, 0.97])
def test_small_groups_are_not_marked_for_answering_alike(share):
    """Nothing differs, one answer is nearly everyone's and some groups are small: the hard case for a mark."""
    draws = 2000 if TORTURE else 150
    random = np.random.default_rng(5)
    truth = np.array([0.04, 0.05, 0.06, 0.15, 0.3, 0.4])
    margins = [margin("v", {str(k): float(p) for k, p in enumerate(truth)}, source="")]
    wrong = 0
    for _ in range(draws):
        placed = random.choice(6, 800, p=truth).astype(np.int16)
        cells = Ground(weigh({"v": placed}, margins)).cells((random.random(800) < share).astype(np.int16), 2, placed, 6)
        gaps, variances = cells.gaps()
        variances, enough = cells.if_alike(None, variances)
        wrong += bool(marks(gaps[1:], variances[1:], (enough & (cells.bases >= 30))[1:]).any())
    assert wrong / draws <= (0.06 if TORTURE else 0.1)


WAYS = [("raking", None), ("linear", None), ("logit", (0.2, 4.0))]


@pytest.mark.parametrize(("method", "bounds"), WAYS if TORTURE else WAYS[:1])
def test_intervals_cover_the_truth_and_marks_err_as_rarely_as_stated(method, bounds):
    """Samples drawn from a known population, weighted, and looked at as a report does."""
    draws = 2000 if TORTURE else 120
    random = np.random.default_rng(2026)
    truth = [np.array([0.48, 0.52]), np.array([0.2, 0.3, 0.3, 0.2])]
    margins = [
        margin(f"v{i}", {str(k): float(p) for k, p in enumerate(shares)}, source="") for i, shares in enumerate(truth)
    ]
    covered = wrong = 0
    for _ in range(draws):
        codes = {f"v{i}": random.choice(len(p), 700, p=p).astype(np.int16) for i, p in enumerate(truth)}
        ground = Ground(weigh(codes, margins, method=method, bounds=bounds))
        answer = (random.random(700) < np.array([0.15, 0.25, 0.4, 0.6])[codes["v1"]]).astype(np.int16)
        cells = ground.cells(answer, 2)
        low, high = wilson(cells.shares()[1, 0], cells.share_variances()[1, 0], size=float(cells.effective[0]))
        covered += low <= 0.345 <= high
        nothing = (random.random(700) < 0.3).astype(np.int16)  # the same in every group
        table = ground.cells(nothing, 2, codes["v1"], 4)
        gaps, variances = table.gaps()
        variances, enough = table.if_alike(None, variances)
        wrong += bool(marks(gaps[1:], variances[1:], enough[1:]).any())
    if TORTURE:
        print(f"{method}: {covered / draws:.4f} covered, {wrong / draws:.4f} tables wrongly marked")
        assert 0.94 <= covered / draws <= 0.96 and wrong / draws <= 0.06
    else:
        assert covered / draws > 0.89 and wrong / draws < 0.11
