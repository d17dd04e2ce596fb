"""The questionnaire page by page: what is asked next, what an answer may be, which quotas are full."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hygie.base.errors import Invalid
from hygie.observatory.barometer.margins import Population
from hygie.observatory.barometer.questionnaire import REFUSED, Question, Questionnaire
from hygie.observatory.indicators.disclosure import publishable

NEAR: Final = 0.9  # from there on, a cell is about to be full
SLACK: Final = 1.05  # a cell is full when it holds its share of the wanted answers and 5 % more


@dataclass(frozen=True, slots=True)
class Quota:
    """One cell: how many answers are wanted and how many there are."""

    variable: str
    code: str
    label: str
    wanted: int
    held: int

    @property
    def full(self) -> bool:
        return self.held >= math.ceil(self.wanted * SLACK)

    @property
    def near(self) -> bool:
        """Open, to be closed soon, and large enough for that to tell nothing of anybody."""
        return not self.full and self.shown is not None and self.held >= NEAR * self.wanted

    @property
    def shown(self) -> int | None:
        """What may be seen while people answer: to the nearest 5, None under 11.

        Whoever watches the exact counts of five variables, and sees somebody finish, would read that person's profile.
        """
        return publishable(self.held)


def pages(questionnaire: Questionnaire) -> tuple[tuple[Question, ...], ...]:
    """One theme a page; a question that depends on another of its page begins a new one."""
    found: list[list[Question]] = []
    for one in questionnaire.questions:
        here = {column.name for question in (found[-1] if found else []) for column in question.columns}
        if not found or found[-1][-1].theme != one.theme or here & set(one.when):
            found.append([])
        found[-1].append(one)
    return tuple(tuple(page) for page in found)


def asked(questionnaire: Questionnaire, page: int, answers: Mapping[str, str]) -> tuple[Question, ...]:
    """The questions of a page that this person is asked; none when there is no such page."""
    every = pages(questionnaire)
    if not 0 <= page < len(every):
        return ()
    return tuple(one for one in every[page] if questionnaire.asked(one, answers))


def after(questionnaire: Questionnaire, page: int, answers: Mapping[str, str]) -> int | None:
    """The next page with something to ask; None at the end."""
    later = range(page + 1, len(pages(questionnaire)))
    return next((number for number in later if asked(questionnaire, number, answers)), None)


def before(questionnaire: Questionnaire, page: int, answers: Mapping[str, str]) -> int | None:
    """The page asked before this one; None at the beginning."""
    return next((number for number in range(page - 1, -1, -1) if asked(questionnaire, number, answers)), None)


def checked(questions: Sequence[Question], said: Mapping[str, str]) -> dict[str, str]:
    """The answers to these questions, column -> code; what is not said is left out. Invalid: a code that is not one."""
    kept = {}
    for question in questions:
        for column in question.columns:
            code = said.get(column.name, "")
            if code and code != REFUSED and code not in column.options:
                raise Invalid("Cette réponse n’est pas proposée.", code="no-such-answer", at=column.name)
            if code:
                kept[column.name] = code
    return kept


def pruned(questionnaire: Questionnaire, answers: Mapping[str, str]) -> dict[str, str]:
    """Without what is no longer asked, after an earlier answer changed."""
    kept: dict[str, str] = {}
    for question in questionnaire.questions:
        if questionnaire.asked(question, kept):
            kept |= {column.name: answers[column.name] for column in question.columns if column.name in answers}
    return kept


def quotas(
    questionnaire: Questionnaire, population: Population, wanted: int, held: Mapping[str, Mapping[str, int]]
) -> tuple[Quota, ...]:
    """Every cell of every margin, in the order of the questionnaire. held: variable -> code -> answers."""
    by_name = {one.variable: one.shares for one in population.margins}
    return tuple(
        Quota(
            column.name, code, label, round(by_name[column.name][code] * wanted), held.get(column.name, {}).get(code, 0)
        )
        for column in questionnaire.columns()
        if column.name in by_name
        for code, label in column.options.items()
    )
