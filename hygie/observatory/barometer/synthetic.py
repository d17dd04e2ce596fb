"""A wave that nobody answered: invented people whose weighted answers give the published figures, to the rounding.

For demonstrations and proofs. Everything that is not a published figure is invented, the differences between groups
first of all; whatever is made from it says so (`LABEL`). The same seed gives the same people.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hygie.formats.said import Said, say
from hygie.observatory.barometer.answers import MISSING, NOT_ASKED, REFUSED, Answers
from hygie.observatory.barometer.calibration import Codes, Floats
from hygie.observatory.barometer.margins import Population
from hygie.observatory.barometer.published import published
from hygie.observatory.barometer.questionnaire import REFUSED as REFUSED_WORD
from hygie.observatory.barometer.questionnaire import Questionnaire
from hygie.observatory.barometer.weighting import weigh

LABEL: Final = say(
    "Vague de démonstration : réponses inventées, pondérées pour redonner les chiffres publiés en janvier 2024. "
    "Les écarts entre groupes y sont inventés aussi."
)
TITLE: Final = say("Baromètre du numérique en santé : démonstration")
FIELDWORK: Final = say("réponses inventées, aucun recueil")
MADE: Final = Said("novembre 2026", english="November 2026")
SIZE_2020: Final = 1500  # invented: the size of the 2020 survey was not published
_SERVICES: Final = ("booking", "exams", "insurer", "message", "teleconsult", "device")
Mask = NDArray[np.bool_]


class _Wave:
    """Answers being written, once the people and their weights are there."""

    def __init__(self, questionnaire: Questionnaire, population: Population, size: int, seed: int) -> None:
        self.questionnaire, self.size = questionnaire, size
        self.random = np.random.default_rng(seed)
        self.codes: dict[str, Codes] = {}
        for one in population.margins:  # a fieldwork fills its quotas nearly, not quite
            shares = np.array(list(one.shares.values())) * self.random.normal(1, 0.07, len(one.shares)).clip(0.8, 1.2)
            counts = np.floor(shares / shares.sum() * size).astype(int)
            counts[int(np.argmax(counts))] += size - counts.sum()
            self.codes[one.variable] = self.random.permutation(np.repeat(np.arange(len(counts)), counts)).astype(
                np.int16
            )
        placed = self.codes["csp"]  # nobody is both twenty and retired
        names = list(questionnaire.question("csp").options)
        order = np.argsort(self.codes["age"] + self.random.normal(0, 0.5, size), kind="stable")
        liking = np.where(placed == names.index("retired"), 9.0, self.random.random(size))
        self.codes["csp"][order] = placed[np.argsort(liking, kind="stable")]
        self._parisians()
        self.weights: Floats = weigh(self.codes, population.margins).weights
        self.all: Mask = np.ones(size, dtype=bool)
        age, town = self.codes["age"] / 4, self.codes["town"] / 4
        self.modern = -0.9 * age + 0.35 * town + 0.5 * (self.codes["csp"] == names.index("executive"))
        self.taste = self.random.normal(0, 1, size)  # what makes the same person say yes again

    def _parisians(self) -> None:
        """Whoever lives in the agglomeration of Paris lives in Île-de-France, where a few live outside of it."""
        region, town = self.codes["region"], self.codes["town"]
        here = list(self.questionnaire.question("region").options).index("idf")
        names = list(self.questionnaire.question("town").options)
        rows = self.random.permutation(np.flatnonzero(region == here))
        rows, outside = rows[: int(0.9 * len(rows))], rows[int(0.9 * len(rows)) :]
        paris, large = names.index("paris"), names.index("large")
        town[(region != here) & (town == paris)] = large
        town[outside[town[outside] == paris]] = large
        town[rows] = paris

    def score(self, modern: float = 0.0, taste: float = 0.6) -> Floats:
        found: Floats = modern * self.modern + taste * self.taste + self.random.normal(0, 1, self.size)
        return found

    def pick(self, mask: Mask, share: float, score: Floats, total: float | None = None) -> Mask:
        """Those of the mask with the highest scores whose weight comes nearest to `share` of it (or of `total`)."""
        rows = np.flatnonzero(mask)
        rows = rows[np.argsort(-score[rows], kind="stable")]
        reached = np.concatenate([[0.0], np.cumsum(self.weights[rows])])
        goal = share * (self.weights[mask].sum() if total is None else total)
        chosen = np.zeros(self.size, dtype=bool)
        chosen[rows[: int(np.argmin(np.abs(reached - goal)))]] = True
        return chosen

    def one(self, name: str, mask: Mask, shares: Mapping[str, float], score: Floats) -> None:
        """A column cut along the score: the first code to the highest. Shares in percent; the last code takes the rest."""
        options = list(next(one for one in self.questionnaire.columns() if one.name == name).options)
        found = np.where(mask, MISSING, NOT_ASKED).astype(np.int16)
        total, left = float(self.weights[mask].sum()), mask.copy()
        codes = list(shares)
        for code in codes[:-1]:
            chosen = self.pick(left, shares[code] / 100, score, total)
            found[chosen] = options.index(code)
            left &= ~chosen
        found[left] = options.index(codes[-1])
        self.codes[name] = found

    def boxes(self, name: str, share: float, mask: Mask | None = None, score: Floats | None = None) -> Mask:
        mask = self.all if mask is None else mask
        self.one(name, mask, {"yes": share, "no": 0}, self.score() if score is None else score)
        return np.asarray(self.codes[name] == 0)

    def scale(self, name: str, favour: float, strong: float, *, modern: float = 0.0, mask: Mask | None = None) -> None:
        """A four-step scale with « unsure »: `favour` percent in favour, `strong` of whom entirely."""
        options = list(next(one for one in self.questionnaire.columns() if one.name == name).options)
        left = 100 - favour
        shares = dict(zip(options, (strong, favour - strong, left * 0.55, left * 0.3, 0), strict=True))
        self.one(name, self.all if mask is None else mask, shares, self.score(modern))

    def done(self) -> Answers:
        order = [one.name for one in self.questionnaire.columns() if one.name in self.codes]
        return Answers(self.questionnaire, {name: self.codes[name] for name in order}, self.size)


def wave(questionnaire: Questionnaire, population: Population, *, seed: int = 2024) -> Answers:
    """2,032 invented people."""
    value = {one.id: float(one.value) for one in published().figures}
    here = _Wave(questionnaire, population, published().size, seed)
    _services(here, value)
    for site, modern in (("doctolib", 0.8), ("ameli", 0.2), ("doctissimo", 0.3)):
        here.boxes(f"sites_{site}", value[site], score=here.score(modern))
    for effect in ("coordination", "administration", "deserts", "care"):
        here.scale(f"effects_{effect}", value[effect], value[effect] * 0.35, modern=0.3)
    for data, modern in (("sensitive", -0.3), ("protected", 0.2), ("commercial", 0.1), ("hacking", -0.4)):
        here.scale(f"data_{data}", value[data], value[data] * 0.45, modern=modern)
    shares = {"used": value["mes-used"], "known": value["mes-known-only"], "unknown": 0}
    here.one("mes", here.all, shares, here.score(0.3))
    used, known = here.codes["mes"] == 0, here.codes["mes"] <= 1
    shares = {"yes": value["activated-users"], "no": value["not-activated-users"], "forgotten": 0}
    here.one("activated", used, shares, here.score(0.2))
    for item, share in (("mail", 41.0), ("ameli", 37.0), ("doctor", 18.0), ("media", 24.0), ("relative", 12.0)):
        here.boxes(f"learned_{item}", share, known)
    shares = {
        **{code: value[f"brake-{code}"] for code in ("useless", "time", "asked")},
        "difficult": 9.0,
        "afraid": 6.0,
        "other": 0.0,
    }
    here.one("brake", here.codes["activated"] == 1, shares, here.score(0, 0))
    here.scale("advised", value["advised"], 17.0, modern=0.2, mask=~used)
    for right, share in (
        ("documents", value["documents"]),
        ("decide", value["decide"]),
        ("delete", 88.0),
        ("share", 86.0),
    ):
        here.scale(f"rights_{right}", share, share * 0.6)
    here.scale("trust", value["trust"], value["trust-fully"])
    here.scale("recommend", value["recommend"], value["recommend-certainly"], mask=here.codes["activated"] == 0)
    here.scale("booklet", 72.0, 27.0, modern=0.4)
    silent = here.random.choice(here.size, 50, replace=False)  # some would rather not say, some skipped the line
    here.codes["booklet"][silent[:35]], here.codes["booklet"][silent[35:]] = REFUSED, MISSING
    return here.done()


def wave_2020(questionnaire: Questionnaire, population: Population, *, seed: int = 2020) -> Answers:
    """Fewer invented people, asked about three services only: the points of 2020."""
    here = _Wave(questionnaire, population, SIZE_2020, seed)
    for one in published().figures:
        if one.before is not None:
            here.boxes(one.column, float(one.before), score=here.score(0.5))
    return here.done()


def _services(here: _Wave, value: Mapping[str, float]) -> None:
    """Each service to its share, and just the published share of people with one or more."""
    someone = here.pick(here.all, value["any-service"] / 100, here.score(1.0))
    total = float(here.weights.sum())
    modern = {"booking": 0.7, "exams": 0.4, "insurer": 0.2, "message": 0.5, "teleconsult": 0.8, "device": 1.0}
    without = someone.copy()  # still without any service
    for service in _SERVICES:
        score = here.score(modern[service]) + (100.0 * without if service == "exams" else 0.0)
        chosen = here.pick(someone, value[service] / 100, score, total)
        here.codes[f"used_{service}"] = np.where(chosen, 0, 1).astype(np.int16)
        without &= ~chosen


def write(answers: Answers, path: Path) -> None:
    """A fieldwork file that `answers.read` reads back the same."""
    columns = [one for one in answers.questionnaire.columns() if one.name in answers.codes]
    words = []
    for one in columns:
        table = dict(enumerate(one.options)) | {REFUSED: REFUSED_WORD}
        words.append([table.get(int(code), "") for code in answers.codes[one.name]])
    with path.open("w", encoding="utf-8", newline="") as opened:
        out = csv.writer(opened, lineterminator="\n")
        out.writerow([one.name for one in columns])
        out.writerows(zip(*words, strict=True))
