"""What the observatory tells: weights and tables of a survey."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from hygie.observatory import publishing, releasing, surveying
from hygie.observatory.barometer import questionnaire as standard
from hygie.observatory.barometer.tables import tables as every_table
from hygie.observatory.indicators import register
from hygie.observatory.types import (
    Asked,
    Compared,
    Indicator,
    Monitor,
    Month,
    National,
    Questionnaire,
    Quota,
    Shown,
    Survey,
    Table,
    Theme,
    Usage,
    Weights,
)

Progress = Callable[[int, int], None]


def weights(*, survey: Survey, progress: Progress | None = None) -> Weights:
    """Weights and what they cost. Invalid and NotFound as `actions.write_report`."""
    found = surveying.wave(survey, progress).weighting
    return Weights(
        [float(one) for one in found.weights], found.design_effect, found.effective_size, found.spread, found.rounds,
        found.gap, found.trimmed, found.collapses,
    )  # fmt: skip


def tables(
    *, survey: Survey, questions: Sequence[str] = (), breaks: Sequence[str] | None = None, rule: str = "holm",
    progress: Progress | None = None,
) -> Iterator[Table]:  # fmt: skip
    """Weighted tables, of some questions or of all. Invalid: a question or a variable that is not asked."""
    here = surveying.wave(survey, progress)
    asked = here.answers.questionnaire
    wanted = {asked.question(name).id for name in questions}
    for table in every_table(here, breaks=breaks, rule=surveying.rule_named(rule)):
        if not wanted or table.name in wanted or here.question_of(table.name) in wanted:
            yield table


def shown(*, folder: Path, demo: bool) -> Shown | None:
    """The wave that this installation shows, from its folder; in a demonstration without one, the invented wave."""
    return publishing.shown(folder, demo=demo)


def indicators() -> tuple[Indicator, ...]:
    """The register: every figure of use that may be shown, with its definition and its denominator."""
    return register.register()


def national() -> tuple[National, ...]:
    """Published national figures, dated, with their base and what contradicts them."""
    return register.national()


def series() -> tuple[tuple[National, ...], ...]:
    """Those of them that may be drawn together: at least two, of one measure, unit and base."""
    return releasing.series()


def themed(*, usage: Usage) -> tuple[Theme, ...]:
    """The figures as a page shows them, part by part, in the language that is asked for."""
    from hygie.observatory import showing

    return showing.themed(usage.figures)


def questionnaire() -> Questionnaire:
    """The one that is asked."""
    return standard.standard()


def is_asking() -> bool:
    """Whether a wave is open."""
    from hygie.observatory import fieldwork

    return fieldwork.present() is not None


def look(*, code: str, page: int | None = None) -> Asked:
    """A page of the sheet that this code opens, by default where it was left. NotFound: no such code or page."""
    from hygie.observatory import fieldwork

    return fieldwork.look(code=code, page=page)


def quotas() -> tuple[Quota, ...]:
    """The cells of the open wave: wanted, held, full. Empty when none is open."""
    from hygie.observatory import fieldwork

    return fieldwork.quotas()


def monitor() -> Monitor | None:
    """The open wave as it fills, fit to be watched: no exact count, none under 11. None when none is open."""
    from hygie.observatory import fieldwork

    return fieldwork.monitor()


def time_spent(*, structure: UUID, since: date) -> tuple[Month, ...]:
    """What files took and gave in one structure, month by month, the latest first. For those who work there."""
    from hygie.observatory import usage

    return usage.months(structure, since=since)


def usage(*, on: date, demo: bool) -> Usage:
    """Every indicator over the months that are over, fit to leave the house. In a demonstration: invented, and said."""
    return releasing.usage(on, demo=demo)


def compared(*, usage: Usage, first: str, second: str) -> Compared:
    """Two figures, ours or published ones, by id: drawn together, or why not. NotFound: no such figure."""
    return releasing.compared(usage, first, second)
