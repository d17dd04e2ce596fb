"""What crosses the door of the observatory: values, frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hygie.observatory.barometer.raking import Collapse
from hygie.observatory.barometer.report import About, Report
from hygie.observatory.barometer.tables import Cell, Head, Row, Table

__all__ = ["About", "Cell", "Collapse", "Head", "Report", "Row", "Survey", "Table", "Weights"]


@dataclass(frozen=True, slots=True)
class Survey:
    """A wave in files. questionnaire: by default, the one that comes with Hygie. bounds: of the weights, 1 is the mean."""

    answers: Path
    margins: Path | None = None
    questionnaire: Path | None = None
    codebook: Path | None = None
    bounds: tuple[float, float] | None = None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """values: one for each answer, of mean 1. spread: min, p5, median, p95, max."""

    values: Sequence[float]
    design_effect: float
    effective_size: float
    spread: dict[str, float]
    rounds: int
    gap: float
    trimmed: int
    collapses: tuple[Collapse, ...]
