"""Our weights beside those of other packages, on random designs: `make proofs` writes packages.json with their numbers.

Run in an environment of its own (the dependency group `proofs`); the ordinary tests read the file.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np

from hygie.observatory.barometer.raking import rake
from hygie.observatory.tests.test_weighting import a_design

DESIGNS = ((11, 400), (12, 900), (13, 2032))
LARGE = 100_000
KEPT = 60  # weights of each design written down; all are compared here


def by_svy(codes, margins):
    import polars as pl
    import svy

    frame = pl.DataFrame({name: placed.astype(str) for name, placed in codes.items()}).with_columns(w=pl.lit(1.0))
    sample = svy.Sample(frame, svy.Design(wgt="w"))
    goals = {one.variable: {k: v * len(frame) for k, v in one.shares.items()} for one in margins}
    found = sample.weighting.rake(controls=goals, tol=1e-12, max_iter=2000)
    return found.data[found.design.wgt].to_numpy()


def by_samplics(codes, margins):
    from samplics.weighting import SampleWeight

    size = len(next(iter(codes.values())))
    goals = {one.variable: {k: v * size for k, v in one.shares.items()} for one in margins}
    found = {name: placed.astype(str) for name, placed in codes.items()}
    return SampleWeight().rake(np.ones(size), found, goals, tol=1e-12, ctrl_tol=1e-12, max_iter=2000)


def share_by_svy(weights, answer):
    import polars as pl
    import svy

    sample = svy.Sample(pl.DataFrame({"y": answer.astype(str), "w": weights}), svy.Design(wgt="w"))
    found = next(one for one in sample.estimation.prop("y").estimates if str(one.y_level) == "1")
    return [float(found.est), float(found.se)]


def share_by_samplics(weights, answer):
    from samplics import PopParam, TaylorEstimator

    found = TaylorEstimator(PopParam.prop)
    found.estimate(y=answer.astype(str), samp_weight=weights)
    return [float(found.point_est["1"]), float(found.stderror["1"])]


WEIGHTS = {"svy": by_svy, "samplics": by_samplics}
SHARES = {"svy": share_by_svy, "samplics": share_by_samplics}


def main() -> None:
    """Compare, then write. Ends with an error when one package differs by more than 1e-6."""
    warnings.simplefilter("ignore")
    cases = []
    for seed, size in DESIGNS:
        codes, margins = a_design(seed, size)
        ours = rake(codes, margins).weights
        weights = {name: by(codes, margins) for name, by in WEIGHTS.items()}
        for name, found in weights.items():
            far = float(np.abs(found - ours).max())
            print(f"{size} answers, {name}: weights differ by {far:.1e} at most")
            if far > 1e-6:
                sys.exit(f"{name} gives other weights")
        answer = (np.random.default_rng(seed).random(size) < 0.3).astype(int)
        shares = {name: by(ours, answer) for name, by in SHARES.items()}
        kept = {name: [round(float(one), 10) for one in found[:KEPT]] for name, found in weights.items()}
        told = "".join(map(str, answer))
        cases.append({"seed": seed, "size": size, "weights": kept, "answer": told, "proportion": shares})
    codes, margins = a_design(7, LARGE)
    for name, by in {"ours": lambda *design: rake(*design).weights, **WEIGHTS}.items():
        started = time.perf_counter()
        by(codes, margins)
        print(f"{LARGE} answers, {name}: weighted in {time.perf_counter() - started:.2f} s")
    packages = {name: version(name) for name in WEIGHTS}
    target = Path(__file__).with_name("packages.json")
    target.write_text(json.dumps({"packages": packages, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
