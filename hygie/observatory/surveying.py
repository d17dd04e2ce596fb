"""From files to a weighted wave, and from a wave to the files of its report."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import yaml

from hygie.base.errors import Invalid, NotFound
from hygie.observatory.barometer import anonymity, answers, html, margins, package, pdf, questionnaire
from hygie.observatory.barometer.calibration import METHODS, Method
from hygie.observatory.barometer.report import About, Report, report
from hygie.observatory.barometer.significance import RULES, Rule
from hygie.observatory.barometer.tables import Wave
from hygie.observatory.types import Survey

PUBLISH: Final = ("auto", "coarse", "all", "tables")
LOCALE: Final = Path(__file__).resolve().parent.parent / "locale"
STANDARD: Final = questionnaire.HERE / "questionnaire.yaml"
Progress = Callable[[int, int], None]


def wave(survey: Survey, progress: Progress | None = None) -> Wave:
    """Invalid: a fault of the file, with line and column. NotFound: no such file."""
    for path in (survey.answers, survey.margins, survey.questionnaire, survey.codebook):
        if path is not None and not path.is_file():
            raise NotFound(f"Il n’y a pas de fichier {path}.", code="no-file")
    asked = questionnaire.read(survey.questionnaire or STANDARD)
    meanings = answers.codebook(survey.codebook) if survey.codebook else None
    found = answers.read(survey.answers, asked, codebook=meanings, progress=progress, partial=survey.partial)
    population = margins.read(survey.margins or questionnaire.HERE / "margins.yaml")
    return Wave(found, population, bounds=survey.bounds, method=method_named(survey.method))


def a_report(
    survey: Survey, about: About, *, breaks: Sequence[str] | None = None, rule: str = "holm", before: Survey | None = None,
    verbatims: Sequence[tuple[str, str]] = (), publish: str = "auto", reading: Progress | None = None,
    counting: Progress | None = None,
) -> tuple[Wave, Report, bytes]:  # fmt: skip
    """(weighted wave, report, questionnaire as a file). publish: "coarse" joins categories first (see `anonymity`)."""
    if publish not in PUBLISH:
        raise Invalid(f"Publication inconnue : {publish} (possibles : {', '.join(PUBLISH)}).", code="publish")
    here = wave(survey, reading)
    asked = (survey.questionnaire or STANDARD).read_bytes()
    notes: list[str] = []
    if publish == "coarse":
        whole = here.answers.size
        coarse = anonymity.coarsened(here.answers, here.population, yaml.safe_load(asked))
        here = Wave(coarse.answers, coarse.population, bounds=survey.bounds, method=method_named(survey.method))
        notes = [anonymity.note(coarse, whole)]
        asked = yaml.safe_dump(coarse.said, allow_unicode=True, sort_keys=False).encode()
    earlier = None if before is None else wave(before)
    made = report(
        here, about, breaks=breaks, rule=rule_named(rule), before=earlier, verbatims=verbatims, notes=notes,
        progress=counting,
    )  # fmt: skip
    return here, made, asked


def written(
    folder: Path, here: Wave, made: Report, asked: bytes, *, publish: str, language: str = "fr"
) -> tuple[Path, ...]:
    """The report in HTML and PDF, and the data package beside it; the answers, in it or beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    spoken = in_language(language)
    (folder / "report.html").write_text(html.page(made, spoken, language=language), encoding="utf-8")
    (folder / "report.pdf").write_bytes(pdf.document(made, spoken, language=language))
    whole = publish in ("all", "coarse") or (publish == "auto" and anonymity.exposure(here.answers).safe)
    package.write(folder / "data", here, made.tables, made.about, questions=asked, whole=whole)
    described = folder / "report.html", folder / "report.pdf", folder / "data" / "datapackage.json"
    return described if whole else (*described, folder / package.PRIVATE / "answers.csv")


def in_language(language: str) -> Callable[[str], str]:
    """Sentences of the report in another language, from the catalogue; what has no translation stays French."""
    if language == "fr":
        return str
    catalogue = gettext.translation("django", LOCALE, [language], fallback=True)

    def spoken(text: str) -> str:
        if english := getattr(text, "english", ""):
            return str(english)
        pattern = getattr(text, "pattern", "") or str(text)
        values = {
            name: spoken(one) if isinstance(one, str) else one for name, one in getattr(text, "values", {}).items()
        }
        said = catalogue.gettext(pattern) if pattern else ""
        return said.format(**values) if values else said

    return spoken


def method_named(name: str) -> Method:
    """Invalid when there is no such way of weighing."""
    for one in METHODS:
        if one == name:
            return one
    raise Invalid(f"Méthode inconnue : {name} (possibles : {', '.join(METHODS)}).", code="method")


def rule_named(name: str) -> Rule:
    """Invalid when there is no such rule of multiple comparison."""
    if name not in RULES:
        raise Invalid(f"Règle inconnue : {name} (possibles : {', '.join(RULES)}).", code="rule")
    return "holm" if name == "holm" else "none"
