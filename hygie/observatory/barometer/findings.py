"""Findings: one sentence, one drawing, one table, its groups, its base and its cautions. Words are filled in from the weights.

Sentences are French and remember their English (`formats.said`); what people were asked stays French.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import yaml

from hygie.base.errors import Invalid
from hygie.formats.said import Said, say
from hygie.observatory.barometer.answers import MISSING, NOT_ASKED
from hygie.observatory.barometer.calibration import Codes, Floats
from hygie.observatory.barometer.numbers import count, percent, points
from hygie.observatory.barometer.published import at_least_one, published
from hygie.observatory.barometer.questionnaire import HERE
from hygie.observatory.barometer.significance import Rule, marks
from hygie.observatory.barometer.tables import Head, Row, Table, Wave, gap_between
from hygie.observatory.barometer.variance import Z95

WIDE: Final = 0.04  # an interval wider than this on each side is said in words
_FIGURE: Final = re.compile(r"\{([\w:/-]+)\}")


@dataclass(frozen=True, slots=True)
class Bar:
    """Shares from 0 to 1. change: how it compares with the earlier wave."""

    label: str
    share: float
    low: float
    high: float
    change: Change | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One share in two waves, from 0 to 1. low, high: of the gap, at 95 %. mark: 1 risen, -1 fallen, 0 not established."""

    column: str
    label: str
    now: float
    before: float
    low: float
    high: float
    mark: int

    @property
    def gap(self) -> float:
        return self.now - self.before

    def said(self, name: str) -> str:
        """« 70 % en 2020 : hausse de 8 points »."""
        there, gap = percent(self.before), percent(abs(self.gap))
        if not self.mark:
            return say("{before} % en {name} : écart non établi", before=there, name=name)
        if self.mark > 0:
            return say("{before} % en {name} : hausse de {gap} points", before=there, name=name, gap=gap)
        return say("{before} % en {name} : baisse de {gap} points", before=there, name=name, gap=gap)


@dataclass(frozen=True, slots=True)
class Facing:
    """A declared share and a measured one, of different bases: side by side, never on one axis."""

    declared: float
    declared_base: str
    measured: float
    measured_base: str
    source: str


@dataclass(frozen=True, slots=True)
class Group:
    """One answer in one group of readers. mark: 1 above the others, -1 below, 0 not shown to differ."""

    head: Head
    share: float | None
    low: float
    high: float
    mark: int


@dataclass(frozen=True, slots=True)
class Groups:
    """One answer (label) to a question (title), by every group: `whole` is everyone's. variables: name -> title, in the order of the groups."""

    title: str
    label: str
    whole: float
    groups: tuple[Group, ...]
    variables: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    id: str
    sentence: str
    question: str
    base: str
    bars: tuple[Bar, ...]
    table: Table
    cautions: tuple[str, ...]
    facing: Facing | None = None
    groups: Groups | None = None


@lru_cache(maxsize=1)
def _said() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load((HERE / "findings.yaml").read_text(encoding="utf-8"))["findings"])


def changes(wave: Wave, before: Wave, *, rule: Rule = "holm") -> tuple[Change, ...]:
    """Every answer in favour that both waves asked for, each against its own variance; marked by the rule of the tables."""
    found: list[Change] = []
    variances: list[float] = []
    for question in wave.answers.questionnaire.questions:
        for column in question.columns:
            both = column.name in wave.answers.codes and column.name in before.answers.codes
            if not both or not question.agree or question.theme == "profile":
                continue
            codes = {"now": _binary(wave, column.name), "before": _binary(before, column.name)}
            here, there, variance = gap_between(wave, before, codes)
            half = Z95 * math.sqrt(variance)
            label = question.short if question.kind == "one" else column.label
            found.append(Change(column.name, label, here, there, here - there - half, here - there + half, 0))
            variances.append(variance)
    gaps: Floats = np.array([one.gap for one in found])
    signs = marks(gaps, np.array(variances), np.ones(len(found), dtype=bool), rule)
    return tuple(
        Change(one.column, one.label, one.now, one.before, one.low, one.high, int(sign))
        for one, sign in zip(found, signs, strict=True)
    )


def pages(wave: Wave, tables: Sequence[Table], changed: Sequence[Change] = ()) -> tuple[Page, ...]:
    """The findings whose questions were asked in this wave; of another questionnaire, a plain page for each question."""
    by_name, by_column = {one.name: one for one in tables}, {one.column: one for one in changed}
    found = tuple(_page(wave, by_name, one, by_column) for one in _said() if one["table"] in by_name)
    if found:
        return found
    asked = [one.id for one in wave.answers.questionnaire.questions if one.theme != "profile"]
    return tuple(_plain(wave, by_name[name], by_column) for name in asked if name in by_name)


def share(wave: Wave, reference: str) -> float:
    """What stands between braces in a sentence, from 0 to 1. Invalid when it names nothing."""
    binary = _binary(wave, reference)
    weights = wave.weighting.weights
    return float(weights[binary == 1].sum() / weights[binary >= 0].sum())


def _binary(wave: Wave, reference: str) -> Codes:
    if reference.startswith("any:"):
        return at_least_one(wave.answers, reference[4:])
    name, _, code = reference.partition(":")
    code, _, of = code.partition("/")
    column = wave.column(name)
    wanted = {code} if code else wave.answers.questionnaire.question(column.question).agree
    if not wanted or not wanted <= set(column.options):
        raise Invalid(f"« {reference} » ne désigne aucune réponse.", code="no-figure", at=reference)
    codes = wave.answers.codes[name]
    found = np.isin(codes, [column.place(one) for one in wanted]).astype(np.int16)
    found[codes == MISSING] = MISSING
    found[codes == NOT_ASKED] = 0 if of == "all" else NOT_ASKED
    return found


def _page(wave: Wave, tables: dict[str, Table], said: Any, changed: dict[str, Change]) -> Page:
    table = tables[said["table"]]
    sentence, english = (
        _FIGURE.sub(lambda found: percent(share(wave, found[1])), said[name]) for name in ("sentence", "english")
    )
    bars = _bars(table, changed)
    facing = None
    if said.get("facing"):
        measured = published().measured
        facing = Facing(
            share(wave, "activated:yes/all"), wave.population.name, measured["value"] / 100,
            Said(measured["base"], english=measured["base_english"]), Said(measured["where"], english=measured["where_english"]),
        )  # fmt: skip
    warned = Said(said["caution"], english=said["caution_english"]) if "caution" in said else ""
    return Page(
        said["id"], Said(sentence, english=english), table.text, base_words(table), bars, table,
        cautions(table, bars, warned), facing, _groups(wave, table, said.get("groups", "")),
    )  # fmt: skip


def _plain(wave: Wave, table: Table, changed: dict[str, Change]) -> Page:
    """A question that nobody wrote a sentence for: its first answer, by its share."""
    bars = _bars(table, changed)
    summed = [row for row in table.rows if row.sum]
    first = max(summed or table.rows, key=lambda row: row.cells[0].share or 0.0)
    sentence = say(
        "{title} : « {answer} », {share} %.", title=table.title, answer=first.label, share=percent(first.cells[0].share or 0.0)
    )  # fmt: skip
    said = (table.name, sentence, table.text, base_words(table), bars, table, cautions(table, bars))
    return Page(*said, None, _groups(wave, table, first.code))


def _bars(table: Table, changed: dict[str, Change]) -> tuple[Bar, ...]:
    return tuple(
        Bar(row.label, row.cells[0].share or 0.0, row.cells[0].low, row.cells[0].high, changed.get(row.code), row.sum)
        for row in table.rows
    )


def _groups(wave: Wave, table: Table, code: str) -> Groups | None:
    """The row of this code, group by group; None when the table has no such row or no group."""
    row: Row | None = next((one for one in table.rows if one.code == code), None)
    if row is None or len(table.heads) < 2:
        return None
    groups = tuple(
        Group(head, cell.share, cell.low, cell.high, cell.mark)
        for head, cell in zip(table.heads[1:], row.cells[1:], strict=True)
    )
    asked = wave.answers.questionnaire
    names = dict.fromkeys(one.head.variable for one in groups)
    titles = tuple((name, asked.question(wave.column(name).question).short) for name in names)
    return Groups(table.title, row.label, row.cells[0].share or 0.0, groups, titles)


def base_words(table: Table) -> str:
    size, missing = count(table.size), count(table.missing)
    if table.base and table.missing:
        return say(
            "Question posée à {whom} : {size} personnes ; {missing} sans réponse, hors de la base.",
            whom=table.base, size=size, missing=missing,
        )  # fmt: skip
    if table.base:
        return say("Question posée à {whom} : {size} personnes.", whom=table.base, size=size)
    if table.missing:
        return say(
            "Question posée à toutes les personnes interrogées : {size} personnes ; {missing} sans réponse, hors de la base.",
            size=size, missing=missing,
        )  # fmt: skip
    return say("Question posée à toutes les personnes interrogées : {size} personnes.", size=size)


def cautions(table: Table, bars: Sequence[Bar], said: str = "") -> tuple[str, ...]:
    """What a reader must know before quoting: width of the intervals, order not established, groups too small."""
    found = [said] if said else []
    half = max((one.high - one.low) / 2 for one in bars)
    if half > WIDE:
        found.append(
            say("{size} personnes seulement : à ± {points} points près.", size=count(table.size), points=points(half))
        )
    if table.tied:
        names = list(dict.fromkeys(name for pair in table.tied for name in pair))
        others = ", ".join(f"« {name} »" for name in names[:-1])
        found.append(say("L’ordre de {others} et « {last} » n’est pas établi.", others=others, last=names[-1]))
    if table.heads[0].weak:
        found.append(say("Moins de 30 personnes : rien à en conclure."))
    return tuple(found)
