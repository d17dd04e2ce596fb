"""How far a result read from paper may be relied on. Nothing here changes a value: it only says what speaks against it.

CHECKED needs two independent proofs. First: the mass value and the molar value, both printed, agree through the factor
of the table (within 1.5 %, and no further apart than their printed digits allow; on a scan also no neighbouring value
would agree as well, so that no misread digit can pass). Second: the printed interval and the flag tell the same story.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from hygie.formats.entries import Certainty
from hygie.formats.paper.items import number
from hygie.formats.paper.results import Interval, Result

PAIR: Final = Decimal("0.015")
_FACTOR: Final = Decimal("0.003")  # molar masses are rounded by laboratories too
_SURE_WORD: Final = 0.5  # recognition's own confidence below which a word proves nothing
_COST: Final = {
    "unknown name": 0.2, "alike name": 0.05, "no unit": 0.25, "unusual unit": 0.25, "implausible": 0.45,
    "mass and molar disagree": 0.5, "unlike the interval": 0.35, "flag and interval disagree": 0.2, "no day": 0.2,
    "unlike the earlier value": 0.2, "another number on the row": 0.3, "misread letters": 0.25, "interval upside down": 0.3,
    "two readings differ": 0.25, "read once": 0.1,
    "laboratory has reservations": 0.05, "far from the interval": 0.2,
}  # fmt: skip


def judge(result: Result, *, sex: str, flags_used: bool) -> tuple[Certainty, float]:
    """Certainty and confidence (0.02 to 0.99); what speaks against the result is added to its `doubts`.

    flags_used: whether this report marks what is outside its intervals, so that no mark means inside.
    """
    result.doubts += [doubt for doubt in _doubts(result, sex, flags_used) if doubt not in result.doubts]
    base = 0.97 if not result.row.leaf.scanned else 0.9 * (0.5 + 0.5 * min(1.0, result.sure / 0.9))
    confidence = base - sum(_COST.get(doubt, 0.1) for doubt in result.doubts)
    pair = agrees(result)
    if pair is True:
        confidence += 0.05
    if pair and _proved(result, sex, flags_used):
        return Certainty.CHECKED, max(0.97, min(0.99, confidence))
    return Certainty.SUGGESTED, round(max(0.02, min(0.97, confidence)), 2)


def agrees(result: Result) -> bool | None:
    """Whether the two printed units say the same; None when there is nothing to compare."""
    if result.value is None or result.second is None or result.analyte is None or result.analyte.second is None:
        return None
    factor, first, second = result.analyte.factor, result.unit, result.second.unit
    if factor is None or first is None or second is None:
        return None
    units = (result.analyte.unit.ucum, result.analyte.second.ucum)
    one, other = result.value.numbers[0], result.second.numbers[0]
    if (second.ucum, first.ucum) == units:
        one, other = other, one
    elif (first.ucum, second.ucum) != units:
        return None
    return _same(one, other, factor)


def _same(one: str, other: str, factor: Decimal) -> bool:
    expected, found = number(one) * factor, number(other)
    if not expected or not found:
        return expected == found
    apart = abs(expected - found)
    allowed = _step(one) / 2 * factor + _step(other) / 2 + _FACTOR * found
    return apart <= PAIR * found and apart <= max(allowed, Decimal("0.005") * found)


def _unique(one: str, other: str, factor: Decimal) -> bool:
    """Whether the neighbours of this value would not agree as well: one digit misread would have been seen."""
    step = _step(one)
    return not any(
        _same(f"{number(one) + way * step:f}", other, factor) for way in (1, -1) if number(one) + way * step > 0
    )


def _step(printed: str) -> Decimal:
    return Decimal(1).scaleb(-decimals(printed))


def decimals(printed: str) -> int:
    return len(printed.replace(".", ",").partition(",")[2])


def _proved(result: Result, sex: str, flags_used: bool) -> bool:
    value, analyte, interval = result.value, result.analyte, result.interval(sex)
    assert value is not None and result.second is not None and analyte is not None and result.unit is not None
    if interval is None or value.comparator or result.second.comparator or analyte.factor is None:
        return False
    if (
        set(result.doubts) - {"laboratory has reservations"}
        or value.guessed
        or result.second.guessed
        or interval.guessed
    ):
        return False
    inside = interval.holds(value.value)
    told = {"": inside, "H": _above(interval, value.value), "B": _below(interval, value.value), "*": not inside}
    if (
        not told[result.flag]
        or (not inside and not result.flag)
        or (inside and not flags_used and not _two_ends(result, interval))
    ):
        return False
    if not result.row.leaf.scanned:
        return True
    mass, molar = value.numbers[0], result.second.numbers[0]
    if result.unit.ucum != analyte.unit.ucum:
        mass, molar = molar, mass
    alike = all(decimals(end) == decimals(value.numbers[0]) for end in interval.ends)
    surest = result.sure >= _SURE_WORD
    return alike and surest and _unique(mass, molar, analyte.factor)


def _two_ends(result: Result, interval: Interval) -> bool:
    """An interval tells something of a value when it is closed, or said again in the other unit."""
    return (interval.low is not None and interval.high is not None) or bool(result.second_intervals)


def _above(interval: Interval, value: Decimal) -> bool:
    return interval.high is not None and value > number(interval.high)


def _below(interval: Interval, value: Decimal) -> bool:
    return interval.low is not None and value < number(interval.low)


def _doubts(result: Result, sex: str, flags_used: bool) -> list[str]:
    found = []
    if result.analyte is None:
        found.append("unknown name")
    elif result.name_sure < 0.9:
        found.append("alike name")
    if result.day is None:
        found.append("no day")
    value = result.value
    if value is None:
        return found
    if value.guessed:
        found.append("misread letters")
    analyte, interval = result.analyte, result.interval(sex)
    if analyte is not None and not analyte.qualitative and analyte.unit.ucum != "{INR}":
        if result.unit is None:
            found.append("no unit")
        elif result.unit.ucum not in [unit.ucum for unit in analyte.units]:
            found.append("unusual unit")
    if not _plausible(result):
        found.append("implausible")
    if agrees(result) is False:
        found.append("mass and molar disagree")
    if interval is not None:
        found += _against_interval(result, interval, flags_used)
    for earlier in result.earlier[:2]:
        before = number(earlier.printed)
        if before and value.value and not Decimal("0.2") <= value.value / before <= 5 and not value.comparator:
            found.append("unlike the earlier value")
            break
        if result.row.leaf.scanned and decimals(earlier.printed) != decimals(value.numbers[0]) and not value.comparator:
            found.append("unlike the earlier value")
            break
    return found


def _against_interval(result: Result, interval: Interval, flags_used: bool) -> list[str]:
    found, value = [], result.value
    assert value is not None
    if interval.low is not None and interval.high is not None and number(interval.low) >= number(interval.high):
        return ["interval upside down"]
    decided = result.row.leaf.scanned and not value.comparator
    if decided and any(decimals(end) != decimals(value.numbers[0]) for end in interval.ends):
        found.append("unlike the interval")
    inside = interval.holds(value.value)
    if value.comparator and not inside:
        inside = value.comparator.startswith("<") == (interval.high is not None and interval.low is None)
    if (result.flag in ("H", "B", "*") and inside) or (flags_used and not result.flag and not inside):
        found.append("flag and interval disagree")
    if interval.high is not None and number(interval.high) and value.value > 8 * number(interval.high):
        found.append("far from the interval")
    return found


def _plausible(result: Result) -> bool:
    """Within the reading guard of the table, when the unit allows to say."""
    value, analyte = result.value, result.analyte
    if value is None or analyte is None or result.unit is None or analyte.plausible == (None, None):
        return True
    number_ = value.value
    if analyte.second is not None and result.unit.ucum == analyte.second.ucum and result.unit.ucum != analyte.unit.ucum:
        if analyte.factor is None:
            return True
        number_ /= analyte.factor
    elif result.unit.ucum != analyte.unit.ucum:
        return True
    low, high = analyte.plausible
    return (low is None or number_ >= low or bool(value.comparator)) and (high is None or number_ <= high)
