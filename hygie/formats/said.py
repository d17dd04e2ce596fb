"""Sentences of the pure modules, in French, that remember how to be said in another language. Pure: no gettext here.

A `Said` is its French text and behaves as one. A page in another language asks it for more: the sentence with its
values apart (`pattern`, `values`), which the page translates and fills; or the same thing already in English
(`english`), for what is composed word by word.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Self

from hygie.formats.days import in_french


class Said(str):
    """pattern: French, with {names}; "" when there is none. values: days, and words. english: "" when unknown."""

    pattern: str
    values: Mapping[str, date | str | int]
    english: str

    __slots__ = ("english", "pattern", "values")

    def __new__(
        cls,
        text: str,
        *,
        pattern: str = "",
        values: Mapping[str, date | str | int] = MappingProxyType({}),
        english: str = "",
    ) -> Self:
        made = super().__new__(cls, text)
        made.pattern, made.values, made.english = pattern, values, english
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (str(self), self.pattern, dict(self.values), self.english)


def say(pattern: str, **values: date | str | int) -> Said:
    """« Ordonnance jusqu’au {until}. », until=date(…): the French sentence, days written in full."""
    shown = {name: in_french(one) if isinstance(one, date) else one for name, one in values.items()}
    return Said(pattern.format(**shown), pattern=pattern, values=MappingProxyType(values))


class _Later(str):
    """A pattern handed to a function that formats it: what comes back is a `Said`."""

    __slots__ = ()

    def format(self, *args: object, **values: Any) -> str:
        return say(str(self), **values)


def later(pattern: str) -> str:
    """For functions that take a `say` and fill the pattern themselves (`record.trends`)."""
    return _Later(pattern)


def _again(text: str, pattern: str, values: dict[str, date | str | int], english: str) -> Said:
    return Said(text, pattern=pattern, values=MappingProxyType(values), english=english)
