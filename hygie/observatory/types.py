"""What crosses the door of the observatory: values, frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from hygie.observatory.barometer.asking import Quota
from hygie.observatory.barometer.findings import Page
from hygie.observatory.barometer.questionnaire import Question, Questionnaire
from hygie.observatory.barometer.report import About, Report
from hygie.observatory.barometer.tables import Cell, Head, Row, Table
from hygie.observatory.barometer.weighting import Collapse
from hygie.observatory.indicators.figures import Figure
from hygie.observatory.indicators.register import Indicator, National
from hygie.observatory.showing import Sheet, Theme

__all__ = [
    "About",
    "Asked",
    "Cell",
    "Collapse",
    "Compared",
    "Figure",
    "Filled",
    "Gain",
    "Head",
    "Indicator",
    "Monitor",
    "Month",
    "National",
    "Page",
    "Question",
    "Questionnaire",
    "Quota",
    "Report",
    "Row",
    "Sheet",
    "Shown",
    "Survey",
    "Table",
    "Theme",
    "Usage",
    "Weights",
]


@dataclass(frozen=True, slots=True)
class Survey:
    """A wave in files. questionnaire: by default, the one that comes with Hygie. bounds: of the weights, 1 is the mean.

    method: how weights are drawn to the margins, "raking", "linear" or "logit".
    """

    answers: Path
    margins: Path | None = None
    questionnaire: Path | None = None
    codebook: Path | None = None
    bounds: tuple[float, float] | None = None
    partial: bool = False
    method: str = "raking"


@dataclass(frozen=True, slots=True)
class Shown:
    """A published wave: its report, and the files that anyone may take, by name."""

    report: Report
    files: Mapping[str, bytes]


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


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of the questionnaire for one person. page, pages: from 0, and how many. before: the page she came from."""

    page: int
    pages: int
    theme: str
    questions: tuple[Question, ...]
    answers: dict[str, str]
    before: int | None


@dataclass(frozen=True, slots=True)
class Monitor:
    """An open wave as it fills. held: finished sheets, to the nearest 5, None under 11. margins: title -> cells."""

    name: str
    opened_on: date
    wanted: int
    held: int | None
    margins: Mapping[str, tuple[Quota, ...]]


@dataclass(frozen=True, slots=True)
class Filled:
    """page: what comes next; None when it is done, or when enough people like her have answered (full)."""

    page: int | None
    full: bool = False


class Gain(StrEnum):
    """What a professional says that a file gave, in one touch."""

    AVOIDED = "avoided"  # an examination that need not be done again
    FOUND = "found"  # the information that was missing
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Month:
    """One structure's month. seconds: the median from opening a file to leaving it; None when too few were closed."""

    month: date
    visits: int
    seconds: float | None
    gave: Mapping[Gain, int]


@dataclass(frozen=True, slots=True)
class Usage:
    """What may be said of this installation's use, and the files of it, by name. label: what to be warned of, or ""."""

    figures: tuple[Figure, ...]
    files: Mapping[str, bytes]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two figures on one axis (drawn: of each, its name and its months: words, value), or why they refuse it (`refusal`)."""

    drawn: tuple[tuple[str, tuple[tuple[str, int | None], ...]], ...] = ()
    unit: str = ""
    refusal: str = ""
