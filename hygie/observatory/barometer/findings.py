"""Findings: one sentence, one drawing, one table, its base and its cautions. Words are filled in from the weights."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import yaml

from hygie.base.errors import Invalid
from hygie.observatory.barometer.answers import MISSING, NOT_ASKED
from hygie.observatory.barometer.calibration import Codes
from hygie.observatory.barometer.published import at_least_one, published
from hygie.observatory.barometer.questionnaire import HERE
from hygie.observatory.barometer.significance import LEVEL
from hygie.observatory.barometer.tables import Row, Table, Wave, gap_between

WIDE: Final = 0.04  # an interval wider than this on each side is said in words
_FIGURE: Final = re.compile(r"\{([\w:/-]+)\}")


@dataclass(frozen=True, slots=True)
class Bar:
    """Shares from 0 to 1. before: the same in the earlier wave; told: how the two compare, in words."""

    label: str
    share: float
    low: float
    high: float
    before: float | None = None
    told: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Facing:
    """A declared share and a measured one, of different bases: side by side, never on one axis."""

    declared: float
    declared_base: str
    measured: float
    measured_base: str
    source: str


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


@lru_cache(maxsize=1)
def _said() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load((HERE / "findings.yaml").read_text(encoding="utf-8"))["findings"])


def percent(share: float) -> str:
    """As it is printed: no decimal, rounded half up."""
    return f"{np.floor(100 * share + 0.5):.0f}"


def points(share: float) -> str:
    return f"{100 * share:.1f}".replace(".", ",")


def pages(
    wave: Wave, tables: Sequence[Table], *, before: Wave | None = None, before_name: str = "2020"
) -> tuple[Page, ...]:
    """The findings whose questions were asked in this wave."""
    by_name = {one.name: one for one in tables}
    return tuple(_page(wave, by_name, one, before, before_name) for one in _said() if one["table"] in by_name)


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


def _page(wave: Wave, tables: dict[str, Table], said: Any, before: Wave | None, before_name: str) -> Page:
    table = tables[said["table"]]
    sentence = _FIGURE.sub(lambda found: percent(share(wave, found[1])), said["sentence"])
    bars = tuple(_bar(wave, row, before if said.get("before") else None, before_name) for row in table.rows)
    facing = None
    if said.get("facing"):
        measured = published().measured
        facing = Facing(
            share(wave, "activated:yes/all"), wave.population.name, measured["value"] / 100, measured["base"],
            measured["where"],
        )  # fmt: skip
    return Page(
        said["id"], sentence, table.text, base_words(table), bars, table, cautions(table, bars, said.get("caution", "")),
        facing,
    )  # fmt: skip


def base_words(table: Table) -> str:
    asked = f"à {table.base}" if table.base else "à toutes les personnes interrogées"
    missing = f" ; {table.missing} sans réponse, hors de la base" if table.missing else ""
    return f"Question posée {asked} : {table.size:,} personnes{missing}.".replace(",", "\u202f", 1)


def _bar(wave: Wave, row: Row, before: Wave | None, name: str) -> Bar:
    cell = row.cells[0]
    there, told = None, ""
    if before is not None and row.code in before.answers.codes:
        here, there, chance = gap_between(
            wave, before, {"now": _binary(wave, row.code), "before": _binary(before, row.code)}
        )
        way = "hausse" if here > there else "baisse"
        said = f"{way} de {percent(abs(here - there))} points" if chance <= LEVEL else "écart non établi"
        told = f"{percent(there)} % en {name} : {said}"
    return Bar(row.label, cell.share or 0.0, cell.low, cell.high, there, told, row.sum)


def cautions(table: Table, bars: Sequence[Bar], said: str = "") -> tuple[str, ...]:
    """What a reader must know before quoting: width of the intervals, order not established, groups too small."""
    found = [said] if said else []
    half = max((one.high - one.low) / 2 for one in bars)
    if half > WIDE:
        found.append(f"{table.size} personnes seulement : à ± {points(half)} points près.")
    if table.tied:
        names = list(dict.fromkeys(name for pair in table.tied for name in pair))
        told = ", ".join(f"« {name} »" for name in names[:-1]) + f" et « {names[-1]} »"
        found.append(f"L’ordre de {told} n’est pas établi.")
    if table.heads[0].weak:
        found.append("Moins de 30 personnes : rien à en conclure.")
    return tuple(found)
