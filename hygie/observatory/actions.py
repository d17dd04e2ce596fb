"""What the observatory does: writes the files of a survey. Keyword-only; clocks are read by whoever calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from hygie.observatory import surveying
from hygie.observatory.barometer import margins, questionnaire, synthetic
from hygie.observatory.types import About, Survey

Progress = Callable[[int, int], None]


def write_report(
    *, survey: Survey, about: About, folder: Path, breaks: Sequence[str] | None = None, rule: str = "holm",
    before: Survey | None = None, verbatims: Sequence[tuple[str, str]] = (), reading: Progress | None = None,
    counting: Progress | None = None,
) -> tuple[Path, ...]:  # fmt: skip
    """Weigh, count and write: report.html, report.pdf, data/datapackage.json and what it describes.

    Invalid: a fault of the file (line and column), margins that cannot be met, an unknown rule. NotFound: no such file.
    """
    here, made = surveying.a_report(
        survey, about, breaks=breaks, rule=rule, before=before, verbatims=verbatims, reading=reading, counting=counting
    )
    return surveying.written(folder, survey, here, made)


def invent_wave(*, folder: Path) -> tuple[Survey, Survey, str]:
    """Write the synthetic waves of 2023 and 2020; says where they are, and the warning that goes with them."""
    folder.mkdir(parents=True, exist_ok=True)
    asked, population = questionnaire.standard(), margins.read(questionnaire.HERE / "margins.yaml")
    now, before = folder / "wave-2023.csv", folder / "wave-2020.csv"
    synthetic.write(synthetic.wave(asked, population), now)
    synthetic.write(synthetic.wave_2020(asked, population), before)
    return Survey(now), Survey(before, partial=True), synthetic.LABEL
