"""What one row of a report says, gathered from its row and those below it, before it becomes a resource."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from hygie.formats.analytes import Analyte
from hygie.formats.paper.items import Item, number
from hygie.formats.paper.rows import Row
from hygie.formats.paper.units import Printed


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval as printed. low, high: as printed, None when open; text: the characters of the row."""

    low: str | None
    high: str | None
    text: str
    sex: str = ""
    guessed: bool = False

    def holds(self, value: Decimal) -> bool:
        return (self.low is None or value >= number(self.low)) and (self.high is None or value <= number(self.high))

    @property
    def ends(self) -> tuple[str, ...]:
        return tuple(end for end in (self.low, self.high) if end is not None)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A value of an earlier report. day: None when the paper does not say which day."""

    day: date | None
    printed: str
    row: Row = field(repr=False)
    unit: Printed | None = None


@dataclass(slots=True)
class Result:
    """One result being read. value: the number item, None when the result is words. others: of this row, kept apart."""

    row: Row = field(repr=False)
    label: str
    section: str
    day: str | None
    sampled: bool
    analyte: Analyte | None = None
    name_sure: float = 0.0
    value: Item | None = None
    words: str = ""
    unit: Printed | None = None
    flag: str = ""
    bold: bool = False
    intervals: list[Interval] = field(default_factory=list)
    second: Item | None = None
    second_row: Row | None = field(default=None, repr=False)
    second_intervals: list[Interval] = field(default_factory=list)
    earlier: list[Earlier] = field(default_factory=list)
    share: Item | None = None  # the percentage printed beside a count of cells
    method: str = ""
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list, repr=False)
    sure: float = 1.0  # of recognition, over the words that matter
    reread: bool = False

    @property
    def printed(self) -> str:
        """The value with its comparator and unit, word for word."""
        if self.value is None:
            return self.words
        row = self.row.text[self.value.start : self.value.end]
        return " ".join(filter(None, (row, self.unit.text if self.unit else "")))

    def interval(self, sex: str) -> Interval | None:
        """The interval that applies: that of the person's sex, or the only one."""
        own = [each for each in self.intervals if each.sex == sex and sex]
        common = [each for each in self.intervals if not each.sex]
        return (own or common or [None])[0]  # type: ignore[list-item]
