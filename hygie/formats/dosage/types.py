"""What a dosage says, as values. Every number in them stands in the text that they were read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Moment(StrEnum):
    """A moment of the day, in the codes of FHIR's event timing."""

    WAKING = "WAKE"
    FASTING = "ACM"  # before the meal of the morning: « à jeun »
    MORNING = "MORN"
    NOON = "NOON"
    AFTERNOON = "AFT"
    EVENING = "EVE"
    BEDTIME = "HS"
    NIGHT = "NIGHT"
    BEFORE_MEALS = "AC"
    WITH_MEALS = "C"
    AFTER_MEALS = "PC"


class Period(StrEnum):
    """A unit of time, in UCUM as FHIR's timing uses it."""

    HOUR = "h"
    DAY = "d"
    WEEK = "wk"
    MONTH = "mo"
    YEAR = "a"


MEALS = frozenset({Moment.BEFORE_MEALS, Moment.WITH_MEALS, Moment.AFTER_MEALS})
DAYS_IN = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 30, Period.YEAR: 365}


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity, or a range of them (« 1 à 2 »). unit: a word of `vocabulary.UNITS` or a UCUM mass; None if unsaid."""

    low: Decimal
    unit: str | None = None
    high: Decimal | None = None

    @property
    def exact(self) -> bool:
        return self.high is None


@dataclass(frozen=True, slots=True)
class Lapse:
    """A length of time: 5 days, 3 months. high: the end of a range (« 5 à 7 jours »)."""

    count: Decimal
    unit: Period
    high: Decimal | None = None

    @property
    def days(self) -> Decimal | None:
        """In days, a month counted as thirty; None for hours and ranges."""
        if self.high is not None or self.unit is Period.HOUR:
            return None
        return self.count * DAYS_IN[self.unit]


@dataclass(frozen=True, slots=True)
class Frequency:
    """So many times in a period: « 3 fois par jour », « toutes les 6 heures » (1 in 6 h), « 1 jour sur 2 » (1 in 2 d)."""

    count: Decimal
    period: Decimal
    unit: Period
    count_high: Decimal | None = None
    period_high: Decimal | None = None

    @property
    def exact(self) -> bool:
        return self.count_high is None and self.period_high is None

    @property
    def per_day(self) -> Decimal | None:
        """How many times a day, on average; None when it is a range."""
        if not self.exact or not self.period:
            return None
        if self.unit is Period.HOUR:
            return self.count * 24 / self.period
        return self.count / (self.period * DAYS_IN[self.unit])


@dataclass(frozen=True, slots=True)
class Take:
    """What is taken at these moments (or at these clock times, HH:MM). amount None: the text does not say how much."""

    amount: Amount | None
    moments: tuple[Moment, ...] = ()
    clock: tuple[str, ...] = ()
    meals: Decimal | None = None  # how many meals, when said: « aux 3 repas »


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a treatment; most have one.

    takes: what, when in the day. total: an amount for a whole period (« 3 comprimés par jour »), with no share said.
    frequency: how often in its period; cycle: on which days (1 day in 2, every 2 months). maximum: the most in a day.
    gap: the least time between two takes. since, until: dates in the text.
    """

    takes: tuple[Take, ...] = ()
    total: Amount | None = None
    total_per: Period = Period.DAY
    frequency: Frequency | None = None
    cycle: Frequency | None = None
    weekdays: tuple[str, ...] = ()  # mon, tue…
    as_needed: bool = False
    reason: str | None = None  # « douleur », as written
    maximum: Amount | None = None
    gap: Lapse | None = None
    lasting: Lapse | None = None
    since: date | None = None
    until: date | None = None
    doubt: str = field(default="", repr=False)  # what was not understood of it, normalised

    @property
    def silent(self) -> bool:
        """Nothing was read that says how to take it."""
        return not (self.takes or self.total or self.frequency or self.cycle or self.weekdays or self.as_needed)

    @property
    def at_odds(self) -> bool:
        """Two amounts in different units for one moment: « 2,5 mg : 4 comprimés » is a strength and an amount, not two."""
        loose = {
            take.amount.unit for take in self.takes if take.amount and not (take.moments or take.clock or take.meals)
        }
        return len(loose) > 1


@dataclass(frozen=True, slots=True)
class Dosage:
    """A dosage as written, and what is understood of it. `text` always stays beside.

    renewals: how many times more it may be dispensed (AR); supply: for how long it is dispensed (QSP);
    substitutable: False for « non substituable », with its legal reason (MTE, CIF, EFG); packs: boxes to give.
    strength: what one unit holds, when the text says it (« 1 comprimé de 500 mg »).
    """

    text: str = field(repr=False)
    steps: tuple[Step, ...] = ()
    renewals: int | None = None
    supply: Lapse | None = None
    substitutable: bool | None = None
    substitution_reason: str | None = None
    route: str | None = None
    packs: Decimal | None = None
    strength: Amount | None = None

    @property
    def understood(self) -> bool:
        """Whether it says at least how much, how often, or when, and nothing in doubt stands beside it."""
        return bool(self.steps) and all(not step.silent and not step.doubt and not step.at_odds for step in self.steps)

    @property
    def as_needed(self) -> bool:
        return bool(self.steps) and all(step.as_needed for step in self.steps)
