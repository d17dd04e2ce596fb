"""The wave that this installation shows: files that an operator put there, or the invented one in a demonstration."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hygie.observatory import surveying
from hygie.observatory.barometer import margins, package, pdf, questionnaire, synthetic
from hygie.observatory.barometer.report import About, report
from hygie.observatory.barometer.tables import Wave
from hygie.observatory.types import Shown, Survey


def shown(folder: Path, *, demo: bool) -> Shown | None:
    """What `folder` holds (a report written by `hygie barometer report`); else, in a demonstration, the invented wave."""
    described = folder / "data" / "datapackage.json"
    kept = [folder / name / "answers.csv" for name in ("data", package.PRIVATE)]
    if described.is_file() and any(one.is_file() for one in kept):
        return _of(folder, described.stat().st_mtime_ns)
    return _invented() if demo else None


@lru_cache(maxsize=1)
def _of(folder: Path, changed: int) -> Shown:
    """changed: when it was, so that other files are read again."""
    data = folder / "data"
    said = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    about = About(said["title"], said["fieldwork"], said["made"], said["label"])
    answers = data / "answers.csv"
    if not answers.is_file():  # too many people would be recognised: kept beside what is published
        answers = folder / package.PRIVATE / "answers.csv"
    survey = Survey(
        answers, data / "margins.yaml", data / "questionnaire.yaml", bounds=said["bounds"],
        method=said.get("method", "raking"),
    )  # fmt: skip
    _, made, _ = surveying.a_report(survey, about)
    files = {one.name: one.read_bytes() for one in sorted(data.iterdir())}
    return Shown(made, files | {"report.pdf": (folder / "report.pdf").read_bytes()})


@lru_cache(maxsize=1)
def _invented() -> Shown:
    asked, population = questionnaire.standard(), margins.read(questionnaire.HERE / "margins.yaml")
    here = Wave(synthetic.wave(asked, population), population)
    before = Wave(synthetic.wave_2020(asked, population), population)
    about = About(synthetic.TITLE, synthetic.FIELDWORK, synthetic.MADE, synthetic.LABEL)
    made = report(here, about, before=before)
    with TemporaryDirectory() as name:
        package.write(Path(name), here, made.tables, about, questions=surveying.STANDARD.read_bytes())
        files = {one.name: one.read_bytes() for one in sorted(Path(name).iterdir())}
    return Shown(made, files | {"report.pdf": pdf.document(made)})
