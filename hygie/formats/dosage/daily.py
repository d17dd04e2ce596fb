"""How much a day, when the text makes it certain."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from hygie.formats.dosage.types import DAYS_IN, MEALS, Dosage, Moment, Period, Step, Take

_ON_BOTH_SIDES: Final = frozenset({"ophtalmique", "auriculaire", "nasale"})
_SELDOM: Final = frozenset({Period.MONTH, Period.YEAR})


@dataclass(frozen=True, slots=True)
class Daily:
    """An amount a day, on average over a cycle of days or weeks (one tablet one day in two is 0.5). unit: of `vocabulary.UNITS`."""

    amount: Decimal
    unit: str


def daily(said: Dosage | Step) -> Daily | None:
    """The daily amount, or None whenever a doubt remains.

    None for: as needed, ranges, several stages (ask each step), amounts without unit, two statements that disagree,
    and any word that was not understood.
    """
    if isinstance(said, Dosage):
        if said.route in _ON_BOTH_SIDES:
            return None  # « dans chaque œil »: one drop or two
        return daily(said.steps[0]) if len(said.steps) == 1 else None
    if said.as_needed or said.doubt:
        return None
    if any(often is not None and often.unit in _SELDOM for often in (said.cycle, said.frequency)):
        return None  # « 1 ampoule tous les 3 mois » is no daily dose
    on_days = _share_of_days(said)
    if on_days is None:
        return None
    if said.total is not None:
        return _of_total(said, on_days)
    if not said.takes or any(not _exact(take) for take in said.takes):
        return None
    units = {take.amount.unit for take in said.takes if take.amount}
    if len(units) != 1 or (unit := next(iter(units))) is None or unit == "mg/kg":
        return None
    counted = [_times(take) for take in said.takes]
    if said.frequency is not None:
        return _with_frequency(said, counted, on_days, unit)
    if any(count is None for count in counted):
        if len(said.takes) != 1 or said.takes[0].moments or not _cycled(said):
            return None
        counted = [Decimal(1)]  # « 1 comprimé le lundi », « tous les jours »: one take on its day
    amount = sum((take.amount.low * count for take, count in zip(said.takes, counted, strict=True)
                  if take.amount and count), Decimal(0))  # fmt: skip
    return Daily(_tidy(amount * on_days), unit)


def _exact(take: Take) -> bool:
    return take.amount is not None and take.amount.exact


def _times(take: Take) -> Decimal | None:
    """How many times in a day; None when the text does not count."""
    timed = [m for m in take.moments if m not in MEALS and m is not Moment.FASTING]
    if Moment.MORNING in timed and Moment.WAKING in timed:
        timed.remove(Moment.WAKING)  # « le matin au réveil »
    if not timed and Moment.FASTING in take.moments:
        return None  # « à jeun » says how, not how often
    if any(m in MEALS for m in take.moments):
        if timed and take.meals is None:
            return Decimal(len(timed))  # « matin et soir au cours des repas »
        return take.meals if not timed else None
    if take.clock and timed:
        return Decimal(len(timed)) if len(timed) == len(take.clock) else None
    return Decimal(len(timed) or len(take.clock)) or None


def _cycled(said: Step) -> bool:
    return said.cycle is not None or bool(said.weekdays)


def _share_of_days(said: Step) -> Decimal | None:
    """On what part of the days: 1 when the text says nothing else; None when it says two things, or a range."""
    if said.weekdays:
        return (
            None if said.cycle is not None and said.cycle.unit is not Period.WEEK else Decimal(len(said.weekdays)) / 7
        )
    if said.cycle is None:
        return Decimal(1)
    return said.cycle.per_day


def _of_total(said: Step, on_days: Decimal) -> Daily | None:
    total = said.total
    if (
        said.total_per in _SELDOM
        or total is None
        or not total.exact
        or total.unit in (None, "mg/kg")
        or any(take.amount for take in said.takes)
    ):
        return None
    assert total.unit is not None
    per_day = total.low / DAYS_IN[said.total_per]
    if said.total_per is not Period.DAY and (said.cycle or said.weekdays):
        on_days = Decimal(1) if not said.weekdays or len(said.weekdays) == 1 else Decimal(0)
        if not on_days or said.cycle:
            return None
    return Daily(_tidy(per_day * on_days), total.unit)


def _with_frequency(said: Step, counted: list[Decimal | None], on_days: Decimal, unit: str) -> Daily | None:
    """« 2 fois par jour », alone or beside moments that must then agree with it."""
    frequency = said.frequency
    assert frequency is not None
    rate = frequency.per_day
    if rate is None or len(said.takes) != 1:
        return None
    amount, count = said.takes[0].amount, counted[0]
    assert amount is not None
    if frequency.unit in (Period.WEEK,):
        if said.cycle or (said.weekdays and frequency.count != len(said.weekdays)) or (count is not None and count > 1):
            return None
        return Daily(_tidy(amount.low * rate), unit)
    if count is not None and count != rate and not said.takes[0].clock:
        return None
    return Daily(_tidy(amount.low * rate * on_days), unit)


def _tidy(amount: Decimal) -> Decimal:
    """Without needless zeros, to the thousandth."""
    rounded = round(amount, 3).normalize()
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded
