"""What the tables foresee at an age. Pure: the day is given, never read.

It stands on the date of birth alone, and on nothing of the record: so no line can tell that something was done, or kept
secret. Sources and dates are in `data/children_fr.yaml`, one for each table; clinical owner: to be named.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

SOON = timedelta(days=45)
"""A window that opens within that time is told already: one needs to make an appointment."""
_SPAN = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?")


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to come. since, until: both days included.

    renew: its table is past its day, and says so; until is then None, since nothing is late by an old rule.
    """

    id: str
    label: str
    note: str
    since: date
    until: date | None
    source: str
    dated: date
    renew: str = ""


def due(born: str, *, on: date) -> tuple[Due, ...]:
    """What is open on that day or opens soon, what ends first first. Nothing for a date of birth that is not complete."""
    try:
        birth = date.fromisoformat(born)
    except ValueError:
        return ()
    if on < birth or on >= after(birth, "P18Y"):
        return ()
    found: list[Due] = []
    for table in _tables().values():
        near = [one for one in _lines(table, birth, on) if one.since - SOON <= on and on <= (one.until or on)]
        past = on > table["expires"]
        found += [replace(one, until=None, renew=table["renew"]) for one in near] if past else near
    return tuple(sorted(found, key=lambda one: (one.until or date.max, one.since)))


def after(birth: date, span: str) -> date:
    """The day so long (ISO 8601: years, months or days) after a birth; a day that its month does not have is its last."""
    parts = _SPAN.fullmatch(span)
    if parts is None:
        raise ValueError(span)
    years, months, days = (int(part or 0) for part in parts.groups())
    month = birth.month - 1 + months
    year, month = birth.year + years + month // 12, month % 12 + 1
    return date(year, month, min(birth.day, monthrange(year, month)[1])) + timedelta(days=days)


def _lines(table: dict[str, Any], birth: date, on: date) -> Iterator[Due]:
    for one in table.get("lines", ()):
        first, last = (after(birth, span) for span in one["window"])
        yield Due(one["id"], one["label"], table["note"], first, last, table["source"], table["dated"])
    if yearly := table.get("yearly"):
        for age in range(yearly["from"], yearly["to"]):
            first = after(birth, f"P{age}Y")
            yield Due(
                yearly["id"], yearly["label"], table["note"], first, after(first, yearly["lasts"]), table["source"],
                table["dated"],
            )  # fmt: skip


@cache
def _tables() -> dict[str, dict[str, Any]]:
    text = files("hygie.prevention").joinpath("data/children_fr.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return found


SENTENCES: tuple[str, ...] = tuple(
    sentence
    for table in _tables().values()
    for sentence in (
        table["source"], table["note"], table["renew"], *(one["label"] for one in table.get("lines", ())),
        *([table["yearly"]["label"]] if "yearly" in table else []),
    )
)  # fmt: skip
