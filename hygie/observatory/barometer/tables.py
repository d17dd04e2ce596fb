"""Weighted tables: every answer of a question, for all and for each group of readers, with what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from hygie.base.errors import Invalid
from hygie.observatory.barometer.answers import MISSING, NOT_ASKED, REFUSED, Answers
from hygie.observatory.barometer.calibration import Codes, Floats, Method
from hygie.observatory.barometer.intervals import WEAK, wilson
from hygie.observatory.barometer.margins import Population
from hygie.observatory.barometer.published import at_least_one
from hygie.observatory.barometer.questionnaire import Column, Question
from hygie.observatory.barometer.significance import LEVEL, Rule, marks, p_value
from hygie.observatory.barometer.variance import Cells, Ground
from hygie.observatory.barometer.weighting import Weighting, weigh

REFUSED_LABEL: Final = "Ne souhaite pas répondre"
FAVOUR_LABEL: Final = "Total favorable"
ABOVE, SAME, BELOW = 1, 0, -1


@dataclass(frozen=True, slots=True)
class Cell:
    """share, low, high: from 0 to 1; None for a group without answer. mark: ABOVE, SAME or BELOW the others."""

    share: float | None
    low: float
    high: float
    mark: int = SAME


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the table: whom it counts. variable is empty for everyone."""

    variable: str
    label: str
    base: int
    effective: float

    @property
    def weak(self) -> bool:
        """Too few people to conclude anything."""
        return self.base < WEAK


@dataclass(frozen=True, slots=True)
class Row:
    """sum: it adds up other rows of the table."""

    label: str
    cells: tuple[Cell, ...]
    code: str = ""
    sum: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """missing: people asked who left no answer, outside of the base. tied: neighbours whose order is not established."""

    name: str
    title: str
    text: str
    base: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    missing: int = 0
    tied: tuple[tuple[str, str], ...] = ()

    @property
    def size(self) -> int:
        return self.heads[0].base

    def row(self, code: str) -> Row:
        """Raises StopIteration when there is none."""
        return next(one for one in self.rows if one.code == code)


class Wave:
    """Answers with their weights: what every table of a report is computed from."""

    def __init__(
        self, answers: Answers, population: Population, *, bounds: tuple[float, float] | None = None, method: Method = "raking"
    ) -> None:  # fmt: skip
        """Invalid: as `weighting.weigh`, or margins and questionnaire that do not name the same categories."""
        held = []
        for one in population.margins:
            options = answers.questionnaire.question(one.variable).options
            if set(options) != set(one.shares):
                raise Invalid(
                    f"Les catégories de « {one.variable} » ne sont pas les mêmes dans les marges et le questionnaire.",
                    code="margin-categories", at=one.variable,
                )  # fmt: skip
            held.append(replace(one, shares={name: one.shares[name] for name in options}))
        population = replace(population, margins=tuple(held))
        self.answers, self.population = answers, population
        codes = {one.variable: answers.codes[one.variable] for one in population.margins}
        self.weighting: Weighting = weigh(codes, population.margins, method=method, bounds=bounds)
        self.ground = Ground(self.weighting)

    @property
    def breaks(self) -> tuple[str, ...]:
        """The variables that tables are read by, unless one says otherwise."""
        return tuple(one.variable for one in self.population.margins)

    def column(self, name: str) -> Column:
        found = next((one for one in self.answers.questionnaire.columns() if one.name == name), None)
        if found is None or name not in self.answers.codes:
            raise Invalid(f"Il n’y a pas de colonne « {name} ».", code="no-column", at=name)
        return found

    def question_of(self, name: str) -> str:
        """The question of a table, whether it is named after the question or after one of its lines."""
        return next((one.question for one in self.answers.questionnaire.columns() if one.name == name), name)


def tables(
    wave: Wave, *, breaks: Sequence[str] | None = None, rule: Rule = "holm", progress: Callable[[int, int], None] | None = None
) -> Iterator[Table]:  # fmt: skip
    """Every table: one for a simple question; for a grid, its lines together, then each line in full."""
    questions = [one for one in wave.answers.questionnaire.questions if one.columns[0].name in wave.answers.codes]
    for done, question in enumerate(questions, 1):
        if question.kind != "one":
            yield grid(wave, question, breaks=breaks, rule=rule)
        if question.kind != "several":
            for column in question.columns:
                yield simple(wave, question, column, breaks=breaks, rule=rule)
        if progress:
            progress(done, len(questions))


def simple(
    wave: Wave, question: Question, column: Column, *, breaks: Sequence[str] | None = None, rule: Rule = "holm"
) -> Table:
    """One column in full: each answer, their sum in favour if the question has one, and refusals if there are."""
    codes, count = wave.answers.codes[column.name], len(column.options)
    labels = [(code, label, False) for code, label in column.options.items()]
    rows = np.eye(count + 1)[:count]
    if question.agree:
        labels.append((question.id + "+", question.agree_text or FAVOUR_LABEL, True))
        rows = np.vstack([rows, [[code in question.agree for code in column.options] + [False]]]).astype(float)
    if wave.answers.count(column.name, REFUSED):
        labels.append(("refused", REFUSED_LABEL, False))
        rows = np.vstack([rows, np.eye(count + 1)[count:]])
    placed = np.where(codes == REFUSED, count, codes).astype(np.int16)
    heads, cells = _crossed(wave, placed, count + 1, rows, breaks, rule)
    title = question.short if question.kind == "one" else f"{question.short} : {column.label}"
    return Table(
        column.name, title, question.text, question.base, heads,
        tuple(Row(label, tuple(cells[i]), code, added) for i, (code, label, added) in enumerate(labels)),
        wave.answers.count(column.name, MISSING), () if question.agree else _tied(wave, column, placed),
    )  # fmt: skip


def grid(wave: Wave, question: Question, *, breaks: Sequence[str] | None = None, rule: Rule = "holm") -> Table:
    """The lines of a grid together: for each, the share of answers in favour."""
    rows: list[Row] = []
    missing, heads = 0, tuple[Head, ...]()
    if question.any_text:
        heads, cells = _crossed(wave, at_least_one(wave.answers, question.id), 2, np.array([[0.0, 1.0]]), breaks, rule)
        rows.append(Row(question.any_text, tuple(cells[0]), "any", True))
    for column in question.columns:
        if column.name not in wave.answers.codes:
            continue
        codes = wave.answers.codes[column.name]
        agreed = np.isin(codes, [column.place(code) for code in question.agree])
        binary = np.where(codes >= 0, agreed, np.where(codes == REFUSED, 0, codes)).astype(np.int16)
        found, cells = _crossed(wave, binary, 2, np.array([[0.0, 1.0]]), breaks, rule)
        heads = heads or found
        rows.append(Row(column.label, tuple(cells[0]), column.name))
        missing = max(missing, wave.answers.count(column.name, MISSING))
    return Table(question.id, question.short, question.text, question.base, heads, tuple(rows), missing)


def _crossed(
    wave: Wave, placed: Codes, count: int, rows: Floats, breaks: Sequence[str] | None, rule: Rule
) -> tuple[tuple[Head, ...], list[list[Cell]]]:
    """The heads, and for each row its cells: everyone, then each category of each variable."""
    alone = wave.ground.cells(placed, count)
    heads = [Head("", "Ensemble", int(alone.bases[0]), float(alone.effective[0]))]
    found = [[one] for one in (line[0] for line in _cells(alone, rows, None))]
    for variable in wave.breaks if breaks is None else breaks:
        column = wave.column(variable)
        cells = wave.ground.cells(placed, count, wave.answers.codes[variable], len(column.options))
        labels = column.options.values()
        heads += [
            Head(variable, label, int(base), float(effective))
            for label, base, effective in zip(labels, cells.bases, cells.effective, strict=True)
        ]
        for line, more in zip(found, _cells(cells, rows, rule), strict=True):
            line += more
    return tuple(heads), found


def _cells(cells: Cells, rows: Floats, rule: Rule | None) -> list[list[Cell]]:
    shares, variances = cells.shares(rows), cells.share_variances(rows)
    marked = np.zeros(shares.shape, dtype=np.int8)
    if rule is not None:
        gaps, spreads = cells.gaps(rows)
        usable = np.broadcast_to((cells.bases >= WEAK) & (cells.bases.sum() - cells.bases >= WEAK), gaps.shape)
        spreads, enough = cells.if_alike(rows, spreads)
        marked = marks(gaps, spreads, usable & enough, rule)
    effective = cells.effective
    return [
        [_cell(float(shares[i, j]), float(variances[i, j]), float(effective[j]), int(marked[i, j])) for j in range(shares.shape[1])]
        for i in range(shares.shape[0])
    ]  # fmt: skip


def _cell(share: float, variance: float, effective: float, mark: int) -> Cell:
    if share != share:
        return Cell(None, 0.0, 1.0)
    share = min(1.0, max(0.0, share))
    return Cell(share, *wilson(share, variance, size=effective), mark)


def _tied(wave: Wave, column: Column, placed: Codes) -> tuple[tuple[str, str], ...]:
    """Among the three first answers, neighbours that chance alone could have put in this order."""
    if len(column.options) < 4:
        return ()
    cells = wave.ground.cells(
        np.where(placed == len(column.options), NOT_ASKED, placed).astype(np.int16), len(column.options)
    )
    order = np.argsort(-cells.by_weight[:, 0], kind="stable")[:3]
    labels = list(column.options.values())
    return tuple(
        (labels[first], labels[second])
        for first, second in pairwise(order)
        if cells.by_weight[:, 0].sum() > 0 and p_value(*cells.contrast(int(first), int(second))) > LEVEL
    )


def gap_between(now: Wave, before: Wave, codes: Mapping[str, Codes]) -> tuple[float, float, float]:
    """(share now, share before, variance of their gap) of a yes; codes: "now" and "before", 1, 0, or negative outside
    the base."""
    found = []
    for wave, name in ((now, "now"), (before, "before")):
        cells = wave.ground.cells(codes[name], 2)
        found.append((float(cells.shares()[1, 0]), float(cells.share_variances()[1, 0])))
    (here, spread), (there, other) = found
    return here, there, spread + other
