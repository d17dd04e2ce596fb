"""What the observatory tells: weights and tables of a survey."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from hygie.observatory import surveying
from hygie.observatory.barometer.tables import tables as every_table
from hygie.observatory.types import Survey, Table, Weights

Progress = Callable[[int, int], None]


def weights(*, survey: Survey, progress: Progress | None = None) -> Weights:
    """Raked weights and what they cost. Invalid and NotFound as `actions.write_report`."""
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
