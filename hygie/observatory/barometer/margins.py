"""What the population is known to be: one margin for each weighting variable, with its source.

population: Personnes de 18 ans et plus vivant en France
status: example            # or "official"
margins:
  sex: {source: …, shares: {woman: 52.3, man: 47.7}}
  age: {source: …, ordered: true, shares: {"18-24": 10.5, …}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from hygie.base.errors import Invalid
from hygie.formats.said import Said

ROUNDING: Final = 0.5  # points by which printed shares may miss 100


@dataclass(frozen=True, slots=True)
class Margin:
    """shares: category -> share of the population, summing to 1, in the order of the questionnaire.

    ordered: the categories follow one another (ages, sizes), so that a collapsed one joins a neighbour.
    """

    variable: str
    shares: Mapping[str, float]
    source: str
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Population:
    """Whom the survey stands for. example: the shares are orders of magnitude, for a demonstration only."""

    name: str
    margins: tuple[Margin, ...]
    example: bool = False


def margin(variable: str, shares: Mapping[str, float], *, source: str, ordered: bool = False) -> Margin:
    """Shares brought to a sum of 1. Invalid when one is negative or when they miss 100 % by more than ROUNDING."""
    total = sum(shares.values())
    whole = 100.0 if total > 2 else 1.0
    if any(share < 0 for share in shares.values()) or abs(total - whole) > ROUNDING * whole / 100:
        raise Invalid(
            f"Les parts de « {variable} » ne font pas 100 % (total : {100 * total / whole:.1f} %).",
            code="margin-sum",
            at=variable,
        )
    return Margin(variable, {name: share / total for name, share in shares.items()}, source, ordered)


def read(path: Path) -> Population:
    """The margins of a YAML file. Invalid when it does not say what it must."""
    return parse(yaml.safe_load(path.read_text(encoding="utf-8")))


def parse(said: Any) -> Population:
    """As `read`, from what the file says."""
    try:
        margins = tuple(
            margin(
                str(name),
                {str(category): float(share) for category, share in one["shares"].items()},
                source=Said(str(one["source"]).rstrip("."), english=str(one.get("source_english", ""))),
                ordered=bool(one.get("ordered", False)),
            )
            for name, one in said["margins"].items()
        )
        name = Said(str(said["population"]), english=str(said.get("population_english", "")))
        return Population(name, margins, example=said.get("status") != "official")
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Invalid(f"Le fichier des marges ne se lit pas : {error}.", code="margins-unreadable") from error


def written(population: Population) -> dict[str, Any]:
    """As the file says it: what `parse` reads back."""
    return {
        "population": str(population.name),
        **_english("population_english", population.name),
        "status": "example" if population.example else "official",
        "margins": {
            one.variable: {
                "source": str(one.source),
                **_english("source_english", one.source),
                "ordered": one.ordered,
                "shares": {name: round(100 * share, 6) for name, share in one.shares.items()},
            }
            for one in population.margins
        },
    }


def _english(name: str, words: str) -> dict[str, str]:
    english = str(getattr(words, "english", ""))
    return {name: english} if english else {}
