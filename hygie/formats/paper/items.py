"""What stands on a row after its name: numbers, bounds, ranges, units, flags and dates, in order and with places."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from hygie.formats.analytes import Analyte
from hygie.formats.paper import units


class What(StrEnum):
    NUMBER = "number"  # with its comparator, if any, and its unit, if one follows
    RANGE = "range"
    FLAG = "flag"
    DATE = "date"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Item:
    """start, end: characters of the row. numbers: as printed, in order (one, or the two ends of a range).

    comparator: FHIR's. flag: H, B or *. sex: H or F for a range that is for men or for women only. guessed: a letter
    was read as a digit, or the unit was helped.
    """

    what: What
    start: int
    end: int
    numbers: tuple[str, ...] = ()
    comparator: str = ""
    unit: units.Printed | None = None
    unit_end: int = 0
    flag: str = ""
    day: date | None = None
    sex: str = ""
    bracketed: bool = False
    guessed: bool = False

    @property
    def value(self) -> Decimal:
        return number(self.numbers[0])


_NUMBER: Final = r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
_DATE: Final = re.compile(r"(?<![\d/])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d\d|\d\d)(?![\d/])")
_COMPARED: Final = (
    r"(?:<=|>=|=<|=>|≤|≥|<|>|(?:inf(?:[ée]rieure?s?)?|sup(?:[ée]rieure?s?)?)\.?\s*(?:ou\s+[ée]gale?s?\s*)?(?:à|a|À|é)?"
    r"|moins\s+de|plus\s+de|jusqu['’]?\s*à|max(?:i(?:mum)?)?\.?|mini?\.?)"
)
_VALUE: Final = re.compile(rf"(?P<compared>{_COMPARED})?\s*:?\s*(?P<number>{_NUMBER})(?![.,]?\w)", re.I)
_GLUED: Final = re.compile(rf"(?P<compared>[<>≤≥])?\s?(?P<number>{_NUMBER})(?=[A-Za-zµμ%/])", re.I)
_MARKED: Final = re.compile(
    rf"(?P<number>{_NUMBER})(?=(?:HH?|BB?)(?![A-Za-zÀ-ÿ0-9/.,]))"
)  # « 1,12H »: a scan lost the space
_POWER: Final = re.compile(r"10\s?\^\s?(\d)|10([³⁴⁵⁶⁷⁸⁹])")
_BETWEEN: Final = re.compile(r"[ \u00a0]?(?:-|–|—|−|à|a|À|/|;|et)[ \u00a0]?|\t(?:-|–|—|à)\t", re.I)
_FLAG: Final = re.compile(
    r"(?:(?<![^\s\t(\[])|(?<=\d)(?=HH?|BB?))(\*{1,3}|↑{1,2}|↓{1,2}|[▲▼]|HH?|BB?|LL?|\++|-{1,2}|[°•])(?![^\s\t)\]])"
)
_HIGH: Final = frozenset("H↑▲+")
_LOW: Final = frozenset("BL↓▼-")
_SEX: Final = re.compile(
    r"\b(hommes?|femmes?|masculin|f[ée]minin|[HFM](?=\s*[:=]))\s*[:=]?\s*[\[(]?\s*(?:de\s+)?$", re.I
)
_LETTER: Final = re.compile(r"\b([HF])\s*[\[(]?\s*$")  # alone, H is a flag: only beside an F does it mean men
_BOTH: Final = re.compile(r"\bH\b.*\bF\b|\bF\b.*\bH\b")
_MISREAD: Final = re.compile(r"(?<![\w,.])(?=[\dOolISB]*[,.])(?=[^\s]*\d)[\dOolISB]{1,4}[.,][\dOolISB]{1,3}(?![\w,.])")
_DIGITS: Final = str.maketrans("OolISB", "001158")
_SUPERSCRIPT: Final = {"³": 3, "⁴": 4, "⁵": 5, "⁶": 6, "⁷": 7, "⁸": 8, "⁹": 9}


def number(printed: str) -> Decimal:
    """The number as printed in French: comma or point, spaces between thousands."""
    return Decimal(re.sub(r"[ \u00a0\u202f]", "", printed).replace(",", "."))


def items(text: str, start: int, analyte: Analyte | None, *, scanned: bool) -> list[Item]:
    """The items of a row from `start` on. Every character belongs to an item or is blank or a bracket."""
    found: list[Item] = []
    at = start
    while at < len(text):
        if text[at] in " \t\u00a0()[]:;|":
            at += 1
            continue
        item = _next(text, at, analyte, scanned, after_value=bool(found) and found[-1].what is not What.WORDS)
        found.append(item)
        at = max(item.unit_end or item.end, at + 1)
    return _ranges(text, found)


def _next(text: str, at: int, analyte: Analyte | None, scanned: bool, *, after_value: bool) -> Item:
    if (dated := _DATE.match(text, at)) and (day := _day(dated)):
        return Item(What.DATE, at, dated.end(), day=day)
    if powered := _POWER.match(text, at):
        power = int(powered[1] or _SUPERSCRIPT[powered[2]])
        return _with_unit(text, Item(What.NUMBER, at, powered.end(), (str(10**power),)), analyte, scanned)
    if (valued := _VALUE.match(text, at)) and not _word_goes_on(text, at):
        comparator = _comparator(valued["compared"] or "")
        if scanned and comparator and "\t" in valued[0] and "\t" in text[max(0, at - 1) : at]:
            return Item(What.FLAG, at, at + len(valued["compared"]), flag="*", guessed=True)  # a mark in its own column
        made = Item(What.NUMBER, at, valued.end(), (valued["number"],), comparator)
        return _with_unit(text, made, analyte, scanned)
    if (glued := _GLUED.match(text, at)) and not _word_goes_on(text, at):
        made = Item(What.NUMBER, at, glued.end(), (glued["number"],), _comparator(glued["compared"] or ""))
        if units.match(text[glued.end() :], analyte, scanned=scanned):
            return _with_unit(text, made, analyte, scanned)
    if (marked := _MARKED.match(text, at)) and not _word_goes_on(text, at) and marked["number"] != "24":
        return _with_unit(text, Item(What.NUMBER, at, marked.end(), (marked["number"],)), analyte, scanned)
    if scanned and (misread := _MISREAD.match(text, at)):
        made = Item(What.NUMBER, at, misread.end(), (misread[0].translate(_DIGITS),), guessed=True)
        return _with_unit(text, made, analyte, scanned)
    if flag := _FLAG.match(text, at):
        sign = flag[1][0]
        kind = "H" if sign in _HIGH else "B" if sign in _LOW else "*"
        if kind == "*" or after_value:
            return Item(What.FLAG, at, flag.end(), flag=kind)
    if text[at] in "-–—−" and text[at + 1 : at + 2].isdigit():
        return Item(What.WORDS, at, at + 1)
    end = at
    while end < len(text) and text[end] not in " \t()[]|":
        end += 1
    word = text[at : max(end, at + 1)]
    unit = units.match(text[at:], analyte, scanned=False)
    if unit and unit.ucum and not unit.text.isdigit():
        return Item(What.WORDS, at, at + unit.length, unit=unit)
    return Item(What.WORDS, at, at + len(word))


def _word_goes_on(text: str, at: int) -> bool:
    return at > 0 and (text[at - 1].isalnum() or text[at - 1] in ",.")


def _with_unit(text: str, item: Item, analyte: Analyte | None, scanned: bool) -> Item:
    """The unit that follows at once, in the same cell or in the next one, perhaps after a flag."""
    at = item.end
    skipped = re.match(r"[ \u00a0]?(?:\*{1,2}|[↑↓▲▼]|[HB](?=\t))?[\t ]*", text[at:])
    for offset in dict.fromkeys((at, at + (skipped.end() if skipped else 0))):
        unit = units.match(text[offset:], analyte, scanned=scanned)
        if unit is None or (offset > at and unit.ucum is None):
            continue
        if offset > at and re.search(r"[*↑↓▲▼HB]", text[at:offset]):
            return replace(item, unit=unit, guessed=item.guessed or not unit.sure)  # the flag stays an item of its own
        return replace(item, unit=unit, unit_end=offset + unit.length, guessed=item.guessed or not unit.sure)
    return item


def _ranges(text: str, found: list[Item]) -> list[Item]:
    """Two numbers and what stands between them become a range; a bound in brackets is one too."""
    made: list[Item] = []
    at = 0
    while at < len(found):
        item = found[at]
        if item.what is What.NUMBER:
            other, used = _other_end(text, found, at)
            before = text[: item.start]
            bracketed = bool(re.search(r"[(\[][^)\]\t]*$", before))
            sexed = _SEX.search(before) or (_LETTER.search(before) if _BOTH.search(text) else None)
            sex = ("F" if sexed[1][0] in "Ff" else "H") if sexed else ""
            if other is not None:
                ends = (item.numbers[0], other.numbers[0])
                made.append(replace(item, what=What.RANGE, end=other.end, numbers=ends, unit=other.unit or item.unit,
                                    unit_end=other.unit_end, sex=sex, bracketed=bracketed,
                                    guessed=item.guessed or other.guessed))  # fmt: skip
                at += used
                continue
            if item.comparator and (bracketed or sex):
                item = replace(item, what=What.RANGE, sex=sex, bracketed=bracketed)
            elif bracketed:
                item = replace(item, bracketed=True)
        made.append(item)
        at += 1
    return made


def _other_end(text: str, found: list[Item], at: int) -> tuple[Item | None, int]:
    """The number that ends the range begun by found[at], and how many items the range takes."""
    item = found[at]
    for step in (1, 2):
        if at + step >= len(found) or found[at + step].what is not What.NUMBER:
            continue
        other = found[at + step]
        if item.unit_end and (other.unit is None or item.unit is None or other.unit.ucum != item.unit.ucum):
            return None, 0
        between = text[item.unit_end or item.end : other.start]
        joined = _BETWEEN.fullmatch(between)
        if joined and not other.comparator and not item.comparator and item.value <= other.value:
            slash = "/" in between or between.strip() in ("a", ";", "et")
            if not slash or re.search(r"[(\[][^)\]]*$", text[: item.start]) or between.strip() == "a":
                return other, step + 1
    return None, 0


def _comparator(said: str) -> str:
    word = re.sub(r"\s+", " ", said.strip().lower())
    if not word:
        return ""
    if word in ("<", ">"):
        return word
    equal = "=" in word or word in "≤≥" or "gale" in word or word.startswith(("jusqu", "max", "min"))
    low = word.startswith(("<", "≤", "=<", "inf", "moins", "jusqu", "max"))
    return ("<" if low else ">") + ("=" if equal else "")


def _day(found: re.Match[str]) -> date | None:
    day, month, year = int(found[1]), int(found[3]), int(found[4])
    try:
        return date(year if year > 99 else 2000 + year if year < 70 else 1900 + year, month, day)
    except ValueError:
        return None
