"""What the observatory does: writes the files of a survey, asks a questionnaire. Clocks are read by whoever calls.

What each needs is imported when it is called: files are weighed and reported without any database, and what counts
what happens, in every process, loads no library of figures or of pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from hygie.observatory.types import About, Filled, Gain, Survey

Progress = Callable[[int, int], None]


def write_report(
    *, survey: Survey, about: About, folder: Path, breaks: Sequence[str] | None = None, rule: str = "holm",
    before: Survey | None = None, verbatims: Sequence[tuple[str, str]] = (), publish: str = "auto",
    language: str = "fr", reading: Progress | None = None, counting: Progress | None = None,
) -> tuple[Path, ...]:  # fmt: skip
    """Weigh, count and write: report.html, report.pdf, data/datapackage.json and what it describes.

    publish: whether the answers are part of data/. "auto": where every profile is that of 5 people, otherwise they are
    kept in private/; "coarse": with categories joined until it is so, the whole report made from them; "all": as they
    are; "tables": never. language: of the sentences, fr or en. Invalid: a fault of the file (line and column), margins that cannot be met, an unknown rule.
    NotFound: no such file.
    """
    from hygie.observatory import surveying

    here, made, asked = surveying.a_report(
        survey, about, breaks=breaks, rule=rule, before=before, verbatims=verbatims, publish=publish, reading=reading,
        counting=counting,
    )  # fmt: skip
    return surveying.written(folder, here, made, asked, publish=publish, language=language)


def invent_wave(*, folder: Path) -> tuple[Survey, Survey, About]:
    """Write the synthetic waves of 2023 and 2020; says where they are, and what a report says of them."""
    from hygie.observatory.barometer import margins, questionnaire, synthetic
    from hygie.observatory.types import About, Survey

    folder.mkdir(parents=True, exist_ok=True)
    asked, population = questionnaire.standard(), margins.read(questionnaire.HERE / "margins.yaml")
    now, before = folder / "wave-2023.csv", folder / "wave-2020.csv"
    synthetic.write(synthetic.wave(asked, population), now)
    synthetic.write(synthetic.wave_2020(asked, population), before)
    about = About(synthetic.TITLE, synthetic.FIELDWORK, "", synthetic.LABEL)
    return Survey(now), Survey(before, partial=True), about


def open_wave(*, name: str, wanted: int, on: date, margins_file: Path | None = None) -> None:
    """Ask the questionnaire from now on. Invalid: margins that do not fit. Conflict: another wave is open."""
    from hygie.observatory import fieldwork

    fieldwork.open_wave(name=name, wanted=wanted, on=on, margins_file=margins_file)


def close_wave(*, on: date) -> None:
    """Ask no longer; unfinished sheets are erased."""
    from hygie.observatory import fieldwork

    fieldwork.close_wave(on=on)


def begin(*, on: date) -> str:
    """A new sheet, of nobody; the code that opens it again, kept nowhere. NotFound when no wave is open."""
    from hygie.observatory import fieldwork

    return fieldwork.begin(on=on)


def answer(*, code: str, page: int, said: Mapping[str, str]) -> Filled:
    """Keep a page: column -> code of the answer. The last page forgets the code; a full quota erases the sheet.

    Invalid: an answer that is not proposed, a profile left empty (`at` is the column). NotFound: no such sheet or page.
    """
    from hygie.observatory import fieldwork

    return fieldwork.answer(code=code, page=page, said=said)


def export(*, name: str, path: Path) -> int:
    """Write the finished answers of a wave as a fieldwork file, its margins beside it; says how many. NotFound."""
    from hygie.observatory import fieldwork

    return fieldwork.export(name=name, path=path)


def count_visit(*, structure: UUID, seconds: float, on: date, closed: bool = True) -> None:
    """A file was closed in this structure, `seconds` after it was opened; or left as it was (closed: False), `seconds`
    after, as far as anyone knows. Only the month's count is kept; what lasted over an hour is not counted."""
    from hygie.observatory import usage

    usage.count_visit(structure, seconds, on, closed=closed)


def count_gain(*, structure: UUID, gain: Gain, on: date) -> None:
    """Somebody of this structure said what a file gave. Only the month's count is kept."""
    from hygie.observatory import usage

    usage.count_gain(structure, gain, on)


def count(*, on: date, counts: Mapping[str, int]) -> None:
    """Add to the month of `on`, in the present transaction: `<indicator>/<key>` -> how many. No ids: there is no place."""
    from hygie.observatory import tallies

    tallies.count(on, counts)


def put(*, on: date, indicator: str, counts: Mapping[str, int]) -> None:
    """A state counted as it is now (key -> how many) takes the place of what was counted earlier in its month."""
    from hygie.observatory import tallies

    tallies.put(on, indicator, counts)


def fold() -> None:
    """Each night: add up what every database session counted."""
    from hygie.observatory import tallies

    tallies.fold()
