"""Indicators as data: no figure without its definition, its denominator and its source; no axis for two bases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from hygie.base.errors import Invalid
from hygie.base.waits import WAITS
from hygie.formats.days import MONTHS
from hygie.formats.valuesets import CLASSES

HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a funnel. stops: (key, why some went no further)."""

    key: str
    label: str
    stops: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """base: the name of the denominator, "none" for a plain number. counter: the tally behind it, "" when nothing is
    counted yet. kind: flow | stock | wait | share | mean | funnel. keys: (key, its words) of each row. measure: what is
    counted, in one word. lag: months that a month waits before it is settled. Of a share: of, the unit of its rows, part,
    those that it is the share of, held, they are rows of a stock. Of a funnel: steps, each with why some stop there."""

    id: str
    name: str
    definition: str
    unit: str
    base: str
    numerator: str
    denominator: str
    population: str
    period: str
    source: str
    small_numbers: str
    theme: str
    breakdowns: tuple[str, ...] = ()
    counter: str = ""
    kind: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    measure: str = ""
    lag: int = 0
    of: str = ""
    part: tuple[str, ...] = ()
    held: bool = False
    steps: tuple[Step, ...] = ()

    @property
    def counted(self) -> str:
        """The unit of its rows: of a share, not that of the share itself."""
        return self.of or self.unit


@dataclass(frozen=True, slots=True)
class National:
    """A published national figure. contradicts: ids of figures that cannot be true together with it as written."""

    id: str
    measure: str
    value: float
    unit: str
    base: str
    base_words: str
    date: str
    source: str
    contradicts: tuple[str, ...] = ()
    told: str = ""

    @property
    def figure(self) -> str:
        """As it is printed: 10 800 000, or 15,6."""
        return f"{self.value:,}".replace(",", "\u202f").replace(".", ",")

    @property
    def month(self) -> str:
        """« février 2024 »."""
        year, _, month = self.date.partition("-")
        return f"{MONTHS[int(month) - 1]} {year}"


@lru_cache(maxsize=1)
def themes() -> Mapping[str, str]:
    """The parts of the page, in their order: theme -> its title."""
    return dict(yaml.safe_load((HERE / "register.yaml").read_text(encoding="utf-8"))["themes"])


@lru_cache(maxsize=1)
def register() -> tuple[Indicator, ...]:
    """Every indicator. Invalid when one lacks what makes it readable."""
    said = yaml.safe_load((HERE / "register.yaml").read_text(encoding="utf-8"))
    return tuple(indicator(one | {"small_numbers": said["small_numbers"]}) for one in said["indicators"])


def indicator(said: dict[str, Any]) -> Indicator:
    """One indicator. Invalid, with the field, when something is not said."""
    for field in fields(Indicator):
        if field.default is MISSING and not str(said.get(field.name) or "").strip():
            raise Invalid(f"Un indicateur ne se montre pas sans « {field.name} ».", code="indicator", at=field.name)
    keys = said.get("keys") or ()
    if isinstance(keys, str):
        keys = tuple(CLASSES.items()) if keys == "classes" else _WAITS
    elif isinstance(keys, dict):
        keys = tuple(keys.items())
    more = {
        "breakdowns": tuple(said.get("breakdowns", ())), "keys": keys, "measure": said.get("measure") or said["id"],
        "part": tuple(said.get("part", ())), "steps": _steps(said.get("steps") or ()),
    }  # fmt: skip
    return Indicator(**(said | more))


def _steps(said: Mapping[str, Any] | tuple[Step, ...]) -> tuple[Step, ...]:
    if isinstance(said, tuple):
        return said
    return tuple(Step(key, one["label"], tuple(one["stops"].items())) for key, one in said.items())


def _wait(hours: int) -> str:
    return f"Moins de {hours} h" if hours <= 48 else f"Moins de {hours // 24} jours"


_WAITS: Final = (*((str(hours), _wait(hours)) for hours in WAITS), ("more", f"Plus de {WAITS[-1] // 24} jours"))


@lru_cache(maxsize=1)
def national() -> tuple[National, ...]:
    """The dated series, in the order of the file. A contradiction names figures that exist."""
    said = yaml.safe_load((HERE / "national.yaml").read_text(encoding="utf-8"))["figures"]
    found = tuple(
        National(**(one | {"contradicts": tuple(one["contradicts"]), "date": str(one["date"])})) for one in said
    )
    known = {one.id for one in found}
    for one in found:
        if unknown := set(one.contradicts) - known:
            raise Invalid(f"« {one.id} » contredit un chiffre absent : {unknown}.", code="series", at=one.id)
    against = {one.id: [other.id for other in found if one.id in other.contradicts] for one in found}
    return tuple(replace(one, contradicts=tuple(dict.fromkeys((*one.contradicts, *against[one.id])))) for one in found)


def one_axis(*figures: Indicator | National) -> str:
    """The unit of an axis that these figures may share. Invalid, saying why, when they may not."""
    first, *others = figures
    for one in others:
        if one.unit != first.unit:
            raise Invalid(
                "L’un ne se compte pas dans la même unité que l’autre : ils ne se dessinent pas ensemble.",
                code="axis-unit", at=one.id,
            )  # fmt: skip
        if isinstance(one, Indicator) != isinstance(first, Indicator):
            raise Invalid(
                "L’un parle du pays, l’autre de cette installation : ce ne sont pas les mêmes personnes.",
                code="axis-base", at=one.id,
            )  # fmt: skip
        if one.base != first.base or one.measure != first.measure:
            raise Invalid(
                "Ces deux chiffres n’ont pas la même base : côte à côte sur un axe, ils tromperaient.", code="axis-base",
                at=one.id,
            )  # fmt: skip
    return first.unit
