"""How many people share each profile, and wider categories until nobody is alone with hers.

A respondent has no name, but her sex, age, work, region and town together may be hers alone: whoever knows that she
answered would read the rest. Published answers therefore keep K people or more to a profile (k-anonymity), or are not
published. Limits: K people of a profile who all answer alike still say it; other answers are not taken as traits.

Sources: Sweeney, International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 10 (2002) 557-570
(k-anonymity) and 571-588 (by generalisation); Article 29 Working Party, Opinion 05/2014 on anonymisation techniques,
10 April 2014 (singling out, linkability, inference).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hygie.base.errors import Invalid
from hygie.formats.said import say
from hygie.observatory.barometer import questionnaire as questionnaires
from hygie.observatory.barometer.answers import Answers
from hygie.observatory.barometer.calibration import Codes
from hygie.observatory.barometer.margins import Margin, Population

K: Final = 5
REMOVED: Final = 0.02  # of the answers at most, those of the rarest profiles, rather than coarser categories for all


@dataclass(frozen=True, slots=True)
class Exposure:
    """smallest: people of the rarest profile. alone: people whose profile is theirs alone; under: people of profiles
    with fewer than `k`."""

    people: int
    profiles: int
    smallest: int
    alone: int
    under: int
    k: int

    @property
    def safe(self) -> bool:
        return self.under == 0


@dataclass(frozen=True, slots=True, eq=False)
class Coarse:
    """answers: without the few removed. said: the questionnaire as its file says it, categories joined. joined:
    variable -> the categories that are left; none when it is left out altogether."""

    answers: Answers
    population: Population
    said: Mapping[str, Any]
    joined: Mapping[str, tuple[str, ...]]


def exposure(answers: Answers, *, k: int = K) -> Exposure:
    """The profiles of a file: every question of the first page together."""
    traits = [answers.codes[one.id] for one in answers.questionnaire.profile()]
    return _exposure(traits, answers.size, k)


def _exposure(traits: Sequence[Codes], size: int, k: int) -> Exposure:
    counts = _counts(traits, size)
    return Exposure(
        size, len(counts), int(counts.min()), int((counts == 1).sum()), int(counts[counts < k].sum()), k
    )  # fmt: skip


def _counts(traits: Sequence[Codes], size: int) -> NDArray[np.intp]:
    """How many people each profile has."""
    if not traits:
        return np.array([size])
    return np.asarray(np.unique(np.stack(traits), axis=1, return_counts=True)[1])


def _crowd(traits: Sequence[Codes], size: int) -> NDArray[np.intp]:
    """For each answer, how many people share its profile."""
    if not traits:
        return np.full(size, size)
    _, place, counts = np.unique(np.stack(traits), axis=1, return_inverse=True, return_counts=True)
    return np.asarray(counts[place.reshape(-1)])


def coarsened(answers: Answers, population: Population, said: Any, *, k: int = K) -> Coarse:
    """Categories joined, two at a time, until every profile has k people.

    Each step joins, in the variable that has most categories left (the last asked of them), its two smallest ones,
    neighbours when they are ordered; what is left of small profiles is removed (Sweeney's Datafly). said: the questionnaire's file, as read.
    Invalid: fewer than k answers, or weighting variables that are not the whole first page.
    """
    if answers.size < k:
        raise Invalid(f"Il faut au moins {k} réponses pour en publier.", code="too-few")
    margins = {one.variable: one for one in population.margins}
    profile = [one.id for one in answers.questionnaire.profile()]
    if set(margins) != set(profile):
        raise Invalid("Les variables de redressement ne sont pas celles de la première page.", code="profile")
    parts = {name: [[place] for place in range(len(margins[name].shares))] for name in profile}
    codes = {name: answers.codes[name].copy() for name in profile}
    while _exposure(list(codes.values()), answers.size, k).under > REMOVED * answers.size:
        name = max(reversed(profile), key=lambda one: len(parts[one]))
        codes[name], (left, right) = _step(codes[name], ordered=margins[name].ordered)
        parts[name][left] = sorted(parts[name][left] + parts[name][right])
        del parts[name][right]
    kept = np.flatnonzero(_crowd(list(codes.values()), answers.size) >= k)
    rest = {name: placed[kept] for name, placed in answers.codes.items()}
    fewer = Answers(answers.questionnaire, rest, len(kept))
    return _joined(fewer, population, said, parts, {name: placed[kept] for name, placed in codes.items()})


def note(coarse: Coarse, whole: int, *, k: int = K) -> str:
    """What a reader must know of answers published so. whole: how many there were."""
    return say(
        "Pour que personne ne soit reconnu, des catégories ont été jointes jusqu’à ce que chaque profil soit celui de {k} "
        "personnes ; {removed} réponses aux profils les plus rares ont été retirées.",
        k=k, removed=whole - coarse.answers.size,
    )  # fmt: skip


def _step(placed: Codes, *, ordered: bool) -> tuple[Codes, tuple[int, int]]:
    """(codes after, the two places joined)"""
    counts = np.bincount(placed)
    if ordered:
        left = int(np.argmin(counts[:-1] + counts[1:]))
        right = left + 1
    else:
        left, right = sorted(int(one) for one in np.argsort(counts, kind="stable")[:2])
    after = np.where(placed == right, left, placed)
    after = np.where(after > right, after - 1, after).astype(np.int16)
    return after, (left, right)


def _joined(
    answers: Answers, population: Population, said: Any, parts: Mapping[str, list[list[int]]], codes: Mapping[str, Codes]
) -> Coarse:  # fmt: skip
    """The same wave, questionnaire and margins, with the categories that are left."""
    left_out = {name for name, groups in parts.items() if len(groups) == 1}
    told = {**said, "questions": []}
    for one in said["questions"]:
        if one["id"] in left_out:
            continue
        if one["id"] not in parts:
            told["questions"].append(one)
            continue
        options = answers.questionnaire.question(one["id"]).options
        names = list(options)
        merged = {
            "+".join(names[place] for place in group): " ou ".join(options[names[place]] for place in group)
            for group in parts[one["id"]]
        }
        told["questions"].append({**{key: value for key, value in one.items() if key != "scale"}, "options": merged})
    asked = questionnaires.parse(told)
    margins = []
    for margin in population.margins:
        if margin.variable in left_out:
            continue
        names = list(answers.questionnaire.question(margin.variable).options)
        shares = {
            "+".join(names[place] for place in group): sum(margin.shares[names[place]] for place in group)
            for group in parts[margin.variable]
        }
        margins.append(Margin(margin.variable, shares, margin.source, margin.ordered))
    kept = {
        one.name: codes.get(one.name, answers.codes[one.name]) for one in asked.columns() if one.name in answers.codes
    }
    labels = {
        one.variable: tuple(asked.question(one.variable).options.values()) if one.variable not in left_out else ()
        for one in population.margins
    }
    coarse = Population(population.name, tuple(margins), population.example)
    return Coarse(Answers(asked, kept, answers.size), coarse, told, labels)
