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

from hygie.observatory.barometer.variance import Ground
from hygie.observatory.barometer.weighting import weigh
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


def linear_by_svy(codes, margins):
    import polars as pl
    import svy

    aux, totals = indicators(codes, margins)
    sample = svy.Sample(pl.DataFrame({"w": np.ones(len(aux))}), svy.Design(wgt="w"))
    return np.asarray(sample.weighting.calibrate_matrix(aux_vars=aux, controls=totals, weights_only=True))


def linear_by_samplics(codes, margins):
    from samplics.weighting import SampleWeight

    aux, totals = indicators(codes, margins)
    return SampleWeight().calibrate(np.ones(len(aux)), aux, dict(enumerate(totals)))


def indicators(codes, margins):
    """The first margin whole, the others without their first category: nothing said twice."""
    size = len(next(iter(codes.values())))
    blocks = [np.eye(len(one.shares))[codes[one.variable]][:, bool(i) :] for i, one in enumerate(margins)]
    totals = [share * size for i, one in enumerate(margins) for share in list(one.shares.values())[bool(i) :]]
    return np.hstack(blocks), totals


def by_icarus(method, bounds=None):
    def weigh_by_icarus(codes, margins):
        import pandas as pd
        from pycarus.calibration import calibrate

        aux, totals = indicators(codes, margins)
        frame = pd.DataFrame(aux, columns=[f"x{place}" for place in range(aux.shape[1])])
        goals = dict(zip(frame.columns, totals, strict=True))
        frame["first"] = 1.0
        return calibrate(
            frame, goals, method=method, bounds=bounds, initial_weights_column="first", tolerance=1e-11, verbose=False
        )[0]

    return weigh_by_icarus


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


BOUNDS = {"logit": (0.4, 2.5), "linear, bounded": (0.7, 1.5)}
WEIGHTS = {
    "raking": {"svy": by_svy, "samplics": by_samplics, "python-icarus": by_icarus("raking")},
    "linear": {"svy": linear_by_svy, "samplics": linear_by_samplics, "python-icarus": by_icarus("linear")},
    "linear, bounded": {"python-icarus": by_icarus("truncated_linear", BOUNDS["linear, bounded"])},
    "logit": {"python-icarus": by_icarus("logit", BOUNDS["logit"])},
}
SHARES = {"svy": share_by_svy, "samplics": share_by_samplics}


def main() -> None:
    """Compare, then write. Ends with an error when one package differs by more than 1e-6."""
    warnings.simplefilter("ignore")
    cases = []
    for seed, size in DESIGNS:
        codes, margins = a_design(seed, size)
        weights = {}
        for way, packages in WEIGHTS.items():
            ours = weigh(codes, margins, method=way.split(",")[0], bounds=BOUNDS.get(way)).weights
            for name, by in packages.items():
                found = np.asarray(by(codes, margins), dtype=float).reshape(-1)
                far = float(np.abs(found - ours).max())
                print(f"{size} answers, {way}, {name}: weights differ by {far:.1e} at most")
                if far > 1e-6:
                    sys.exit(f"{name} gives other weights")
                weights.setdefault(way, {})[name] = [round(float(one), 10) for one in found[:KEPT]]
        ours = weigh(codes, margins).weights
        answer = (np.random.default_rng(seed).random(size) < 0.3).astype(int)
        shares = {name: by(ours, answer) for name, by in SHARES.items()}
        told = "".join(map(str, answer))
        cases.append({"seed": seed, "size": size, "weights": weights, "answer": told, "proportion": shares})
    for name, seconds in times().items():
        print(f"{LARGE} answers, {name}: {seconds:.2f} s")
    packages = {name: version(name) for name in WEIGHTS["raking"]}
    target = Path(__file__).with_name("packages.json")
    target.write_text(json.dumps({"packages": packages, "bounds": BOUNDS, "cases": cases}, indent=1) + "\n")


def times() -> dict[str, float]:
    """Seconds of each package, and of ours, to weigh many answers and to give one share with its error."""
    codes, margins = a_design(7, LARGE)
    weighted = weigh(codes, margins)
    answer = (np.random.default_rng(7).random(LARGE) < 0.3).astype(np.int16)

    def ours(weights, answer):
        cells = Ground(weighted).cells(answer, 2)
        return cells.shares()[1, 0], cells.share_variances()[1, 0]

    found = {}
    weigh_by = {"hygie": lambda *design: weigh(*design).weights, **WEIGHTS["raking"]}
    for name, by in weigh_by.items():
        started = time.perf_counter()
        by(codes, margins)
        found[f"weights by {name}"] = round(time.perf_counter() - started, 3)
    for name, by in {"hygie": ours, **SHARES}.items():
        started = time.perf_counter()
        by(weighted.weights, answer)
        found[f"share and error by {name}"] = round(time.perf_counter() - started, 3)
    return found


if __name__ == "__main__":
    if "--times" in sys.argv:
        warnings.simplefilter("ignore")
        print(json.dumps(times()))
    else:
        main()
