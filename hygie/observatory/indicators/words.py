"""Every sentence of the register and of the published series, for the catalogue of translations. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hygie.observatory.indicators.register import national, register, themes


def _words() -> Iterator[str]:
    yield from themes().values()
    for one in register():
        yield from (one.name, one.definition, one.unit, one.numerator, one.denominator, one.population, one.period)
        yield from (one.source, one.small_numbers, *filter(None, [one.of]), *(label for _, label in one.keys))
        for step in one.steps:
            yield from (step.label, *(label for _, label in step.stops))
    for told in national():
        yield from filter(None, (told.unit, told.base_words, told.source, told.told))


WORDS: Final = tuple(dict.fromkeys(_words()))
