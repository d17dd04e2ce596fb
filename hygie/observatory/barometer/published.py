"""The figures published in January 2024, as data, and how each is computed from answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import yaml

from hygie.observatory.barometer.answers import MISSING, NOT_ASKED, Answers
from hygie.observatory.barometer.calibration import Codes, Floats
from hygie.observatory.barometer.questionnaire import HERE


@dataclass(frozen=True, slots=True)
class Figure:
    """value, before: percents of 2023 and of 2020. where: which published text says so."""

    id: str
    value: int
    where: str
    column: str = ""
    codes: tuple[str, ...] = ()
    of: str = "asked"
    any: str = ""
    before: int | None = None

    def binary(self, answers: Answers) -> Codes:
        """1, 0, or a negative code for whoever is outside the base."""
        if self.any:
            found = at_least_one(answers, self.any)
        else:
            column = next(one for one in answers.questionnaire.columns() if one.name == self.column)
            codes = answers.codes[self.column]
            places = [column.place(code) for code in self.codes]
            found = np.where(codes == MISSING, MISSING, np.isin(codes, places)).astype(np.int16)
            found[codes == NOT_ASKED] = 0 if self.of == "all" else NOT_ASKED
        return found

    def share(self, answers: Answers, weights: Floats) -> float:
        """The weighted percentage."""
        found = self.binary(answers)
        return float(100 * weights[found == 1].sum() / weights[found >= 0].sum())


@dataclass(frozen=True, slots=True)
class Published:
    survey: str
    published: str
    fieldwork: str
    size: int
    figures: tuple[Figure, ...]
    measured: Any

    def figure(self, name: str) -> Figure:
        return next(one for one in self.figures if one.id == name)


def at_least_one(answers: Answers, question: str) -> Codes:
    """1 for whoever said yes to one line or more of a grid of boxes."""
    columns = [answers.codes[one.name] for one in answers.questionnaire.question(question).columns]
    found: Codes = np.any([codes == 0 for codes in columns], axis=0).astype(np.int16)
    return found


@lru_cache(maxsize=1)
def published() -> Published:
    said = yaml.safe_load((HERE / "published.yaml").read_text(encoding="utf-8"))
    figures = tuple(Figure(**{**one, "codes": tuple(one.get("codes", ()))}) for one in said["figures"])
    return Published(said["survey"], str(said["published"]), said["fieldwork"], said["size"], figures, said["measured"])
