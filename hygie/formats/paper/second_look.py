"""Two readings of the same scan, side by side: what both say is surer, what only one says or what differs is doubted.

No value is made up from two: each result is one reading's own, whichever has less against it.
"""

from __future__ import annotations

from copy import copy
from typing import Final

from hygie.formats.paper import certainty
from hygie.formats.paper.laboratory import Reading
from hygie.formats.paper.results import Result
from hygie.formats.paper.rows import Row

_SERIOUS: Final = frozenset({
    "implausible", "unlike the interval", "mass and molar disagree", "two readings differ", "no unit",
    "another number on the row", "unlike the earlier value",
})  # fmt: skip
DIFFER: Final = "two readings differ"
ONCE: Final = "read once"


def merged(first: Reading, second: Reading, *, sex: str) -> Reading:
    """The results of both, in the order of the paper. Rows that one of them understood are no longer unread."""
    flags = any(result.flag for result in first.results)
    left = list(second.results)
    made = Reading()
    for result in first.results:
        if not result.row.leaf.scanned:
            made.results.append(result)
            continue
        other = next((each for each in left if _same_place(result.row, each.row)), None)
        if other is None:
            result.doubts.append(ONCE)
            made.results.append(result)
            continue
        left.remove(other)
        made.results.append(_better(result, other, sex, flags))
    for result in left:
        if result.analyte is not None:
            result.doubts.append(ONCE)
            made.results.append(result)
    made.results.sort(key=lambda result: (result.row.leaf.number, result.row.box[1]))
    understood = [row for result in made.results for row in result.rows]
    made.unread = [each for each in first.unread if not any(each.place == row.place for row in understood)]
    return made


def doubtful_pages(reading: Reading, *, sex: str) -> frozenset[int]:
    """The pages with a value that something printed beside it contradicts: they are worth a third look."""
    return frozenset(result.row.leaf.number for result in reading.results if _doubtful(result, sex))


def mended(reading: Reading, third: Reading, *, sex: str) -> Reading:
    """The same results; those that are doubtful give way to the third reading where it has less against it."""
    flags = any(result.flag for result in reading.results)
    for at, result in enumerate(reading.results):
        if not _doubtful(result, sex):
            continue
        other = next((each for each in third.results if _same_place(result.row, each.row)), None)
        if other is not None:
            reading.results[at] = _better(result, other, sex, flags)
    return reading


def _doubtful(result: Result, sex: str) -> bool:
    if not result.row.leaf.scanned:
        return False
    tried = _untouched(result)
    certainty.judge(tried, sex=sex, flags_used=False)
    return bool(_SERIOUS & set(tried.doubts))


def _better(one: Result, other: Result, sex: str, flags: bool) -> Result:
    """The reading with less against it, doubted when they differ, completed by the other where it is silent."""
    scores = [certainty.judge(_untouched(each), sex=sex, flags_used=flags)[1] for each in (one, other)]
    best, rest = (one, other) if scores[0] >= scores[1] else (other, one)
    if _said(best) != _said(rest):
        best.doubts.append(DIFFER)
    else:
        best.sure = max(best.sure, rest.sure)
    if rest.value is not None and best.value is not None and best.value.numbers == rest.value.numbers:
        if best.unit is None or (rest.unit is not None and rest.unit.sure and not best.unit.sure):
            best.unit = rest.unit or best.unit
        best.intervals = best.intervals or rest.intervals
        if best.second is None and rest.second is not None:
            best.second, best.second_row, best.second_intervals = rest.second, rest.second_row, rest.second_intervals
        best.earlier = best.earlier or rest.earlier
    elif best.value is not None:
        best.intervals = best.intervals or rest.intervals
    best.flag = best.flag or rest.flag
    if best.analyte is None and rest.analyte is not None:
        best.analyte, best.name_sure, best.label = rest.analyte, rest.name_sure, rest.label
    return best


def _untouched(result: Result) -> Result:
    tried = copy(result)
    tried.doubts = list(result.doubts)
    return tried


def _said(result: Result) -> tuple[object, ...]:
    value, second = result.value, result.second
    return (
        (value.numbers, value.comparator) if value else result.words.lower(),
        second.numbers if second else None,
        [(each.low, each.high) for each in result.intervals],
        result.analyte,
    )


def _same_place(one: Row, other: Row) -> bool:
    if one.leaf.number != other.leaf.number:
        return False
    top, bottom = max(one.box[1], other.box[1]), min(one.box[3], other.box[3])
    return bottom - top > 0.5 * min(one.box[3] - one.box[1], other.box[3] - other.box[1])
