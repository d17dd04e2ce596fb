"""`hygie barometer`: weigh, count and report a survey from files. No record and no database is opened."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from hygie.base.errors import Invalid, NotFound
from hygie.formats.days import in_french
from hygie.observatory import actions, queries
from hygie.observatory.types import About, Cell, Head, Survey, Table

_SIGNS = {1: "+", 0: " ", -1: "-"}


@click.group("barometer", short_help="Le baromètre : redresser, compter, publier une enquête.")
def barometer() -> None:
    """Le baromètre du numérique en santé, depuis des fichiers : redressement, tableaux, rapport à refaire par tous."""


def _survey(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what the survey is; the command receives `survey`."""
    from functools import wraps

    file = click.Path(path_type=Path, dir_okay=False)

    @click.argument("answers", type=file, metavar="RÉPONSES")
    @click.option("--margins", type=file, default=None, help="Marges de la population (YAML) ; sinon celles d'exemple.")
    @click.option("--questionnaire", type=file, default=None, help="Questionnaire (YAML) ; sinon celui de Hygie.")
    @click.option("--codebook", type=file, default=None, help="Livret des codes (CSV : column, value, code).")
    @click.option(
        "--bounds", type=(float, float), default=None, help="Plus petit et plus grand poids admis (1 = la moyenne)."
    )
    @click.option(
        "--method", type=click.Choice(["raking", "linear", "logit"]), default="raking",
        help="Redressement : par ajustements (raking), par la régression (linear), ou entre deux bornes (logit).",
    )  # fmt: skip
    @wraps(command)
    def with_survey(
        answers: Path, margins: Path | None, questionnaire: Path | None, codebook: Path | None,
        bounds: tuple[float, float] | None, method: str, **rest: Any,
    ) -> Any:  # fmt: skip
        return command(survey=Survey(answers, margins, questionnaire, codebook, bounds, method=method), **rest)

    return with_survey


_rule = click.option(
    "--rule", type=click.Choice(["holm", "none"]), default="holm", help="Correction des comparaisons multiples."
)
_by = click.option("--by", "breaks", multiple=True, help="Variable de lecture (sexe, âge… par défaut) ; répétable.")


@barometer.command(short_help="Redresser : un poids par réponse.")
@_survey
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Écrire les poids ici (CSV : row, weight).")
def weight(survey: Survey, out: Path | None) -> None:
    """Redresser un fichier (CSV, Parquet ou SPSS .sav) sur les marges, et dire ce que les poids coûtent.

    Code de sortie : 0 redressé ; 10 fichier fautif ou marges impossibles ; 12 fichier absent ; 14 autre format.
    """
    with _bar("lecture") as progress:
        found = queries.weights(survey=survey, progress=progress)
    click.echo(
        f"{len(found.values)} réponses redressées en {found.rounds} tour(s) ; écart aux marges : {found.gap:.0e}"
    )
    spread = ", ".join(f"{name} {value:.2f}" for name, value in found.spread.items())
    click.echo(f"poids : {spread}")
    click.echo(f"effet de plan : {found.design_effect:.3f} ; taille efficace : {found.effective_size:.0f}")
    if survey.bounds:
        click.echo(f"poids à une borne : {found.trimmed}")
    for one in found.collapses:
        click.echo(f"regroupement : {one.said}")
    if out:
        with out.open("w", encoding="utf-8", newline="") as opened:
            rows = csv.writer(opened, lineterminator="\n")
            rows.writerow(("row", "weight"))
            rows.writerows((number, f"{value:.12g}") for number, value in enumerate(found.values, 1))


@barometer.command(short_help="Montrer les tableaux pondérés.")
@_survey
@click.option("--question", "questions", multiple=True, help="Seulement cette question ; répétable.")
@_by
@_rule
def table(survey: Survey, questions: tuple[str, ...], breaks: tuple[str, ...], rule: str) -> None:
    """Montrer les tableaux pondérés : en %, + ou - où un groupe diffère nettement des autres, bases entre parenthèses.

    Code de sortie : 0 montrés ; 10 fichier fautif ou question inconnue ; 12 fichier absent ; 14 autre format.
    """
    for one in queries.tables(survey=survey, questions=questions, breaks=breaks or None, rule=rule):
        _show(one)


@barometer.command(short_help="Écrire le rapport, et de quoi le refaire.")
@_survey
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Dossier du rapport.")
@click.option("--title", default="Baromètre du numérique en santé", help="Titre.")
@click.option("--fieldwork", default="dates non précisées", help="Dates et mode du recueil, en mots.")
@click.option("--label", default="", help="Avertissement à porter sur chaque page.")
@click.option("--before", type=click.Path(path_type=Path), default=None, help="Fichier de la vague précédente.")
@click.option("--verbatims", type=click.Path(path_type=Path), default=None, help="Paroles (CSV : theme, words).")
@click.option(
    "--publish", type=click.Choice(["auto", "coarse", "all", "tables"]), default="auto",
    help="Publier les réponses une à une : si chaque profil est celui de 5 personnes (auto), en joignant des catégories "
    "jusque-là (coarse), telles quelles (all), jamais (tables).",
)  # fmt: skip
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", help="Langue des phrases du rapport.")
@_by
@_rule
def report(
    survey: Survey, out: Path, title: str, fieldwork: str, label: str, before: Path | None, verbatims: Path | None,
    publish: str, language: str, breaks: tuple[str, ...], rule: str,
) -> None:  # fmt: skip
    """Écrire le rapport (HTML et PDF), et les données, les marges et les tableaux pour que chacun le refasse.

    Code de sortie : 0 écrit ; 10 fichier fautif ; 12 fichier absent ; 14 autre format.
    """
    earlier = replace(survey, answers=before, partial=True) if before else None
    about = About(title, fieldwork, _today(), label)
    _report(
        survey, about, out, before=earlier, verbatims=_verbatims(verbatims), publish=publish, language=language,
        breaks=breaks or None, rule=rule,
    )  # fmt: skip


@barometer.command(short_help="Une vague inventée qui redonne les chiffres publiés en 2024.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Dossier où écrire.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", help="Langue des phrases du rapport.")
def demo(out: Path, language: str) -> None:
    """Inventer 2 032 réponses dont les résultats pondérés sont ceux publiés en janvier 2024, et leur rapport entier."""
    survey, before, about = actions.invent_wave(folder=out)
    # All is published: nobody is there to be recognised.
    _report(survey, replace(about, made=_today()), out, before=before, publish="all", language=language)


_data = click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="Dossier de données (sinon HYGIE_DATA, sinon ./data)."
)


@barometer.command("open", short_help="Poser le questionnaire en ligne.")
@click.argument("name", metavar="NOM")
@click.option("--wanted", type=click.IntRange(1, 1_000_000), required=True, help="Réponses voulues.")
@click.option("--margins", type=click.Path(path_type=Path), default=None, help="Marges des quotas (YAML).")
@_data
def open_wave(name: str, wanted: int, margins: Path | None, data: Path | None) -> None:
    """Poser le questionnaire à l'adresse /enquete/, par quotas, sans nom ni compte.

    Code de sortie : 0 ouverte ; 10 marges fautives ; 13 une enquête est déjà ouverte ; 15 base indisponible.
    """
    with _house(data):
        actions.open_wave(name=name, wanted=wanted, on=date.today(), margins_file=margins)  # noqa: DTZ011
    click.echo(f"Le questionnaire « {name} » est ouvert : {wanted} réponses voulues.")


@barometer.command("close", short_help="Ne plus poser le questionnaire.")
@_data
def close_wave(data: Path | None) -> None:
    """Fermer l'enquête ; les questionnaires inachevés sont effacés."""
    with _house(data):
        actions.close_wave(on=date.today())  # noqa: DTZ011
    click.echo("Plus aucun questionnaire n'est posé.")


@barometer.command(short_help="Où en sont les quotas.")
@_data
def quotas(data: Path | None) -> None:
    """Montrer chaque case : réponses voulues, reçues (à 5 près, et pas sous 11), et ce qui est fermé."""
    with _house(data):
        found = queries.quotas()
    if not found:
        click.echo("Aucune enquête n'est ouverte.")
    for one in found:
        click.echo(
            f"{one.variable:<8} {one.label[:44]:<46}{'< 11' if one.shown is None else one.shown:>6} / {one.wanted:<6}"
            f"{' fermée' if one.full else ''}"
        )


@barometer.command(short_help="Écrire les réponses reçues.")
@click.argument("name", metavar="NOM")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Fichier CSV ; ses marges sont écrites à côté."
)
@_data
def export(name: str, out: Path, data: Path | None) -> None:
    """Écrire les questionnaires terminés d'une enquête, à redresser ensuite. Aucun n'est relié à quelqu'un.

    Code de sortie : 0 écrit ; 10 aucune réponse ; 12 pas d'enquête de ce nom ; 15 base indisponible.
    """
    with _house(data):
        count = actions.export(name=name, path=out)
    click.echo(f"{count} réponses écrites dans {out}")


@contextmanager
def _house(data: Path | None) -> Iterator[None]:
    """The database of this installation, for as long as it takes."""
    from hygie.base import config
    from hygie.ops.folder import DataFolder

    with DataFolder(data or Path(config.get("HYGIE_DATA"))).ready():
        yield


def _report(survey: Survey, about: About, out: Path, **rest: Any) -> None:
    with _bar("lecture") as reading, _bar("tableaux") as counting:
        made = actions.write_report(survey=survey, about=about, folder=out, reading=reading, counting=counting, **rest)
    for path in made:
        click.echo(str(path))
    if made[-1].name == "answers.csv":
        click.echo(
            "Les réponses ne sont pas publiées : des personnes seraient reconnues à leur profil (voir --publish)."
        )


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, a line at each tenth in a log."""
    shown = -1

    def progress(done: int, total: int) -> None:
        nonlocal shown
        tenth = 10 * done // max(total, 1)
        if tenth == shown:
            return
        shown = tenth
        if sys.stderr.isatty():
            click.echo(f"\r{label:<9} [{'#' * tenth}{'.' * (10 - tenth)}]", nl=done >= total, err=True)
        else:
            click.echo(f"{label} {10 * tenth} %", err=True)

    yield progress


def _today() -> str:
    return in_french(date.today())  # noqa: DTZ011  # the day on the wall of whoever prints the report


def _verbatims(path: Path | None) -> list[tuple[str, str]]:
    if path is None:
        return []
    if not path.is_file():
        raise NotFound(f"Il n’y a pas de fichier {path}.", code="no-file")
    with path.open(encoding="utf-8-sig", newline="") as opened:
        try:
            return [(row["theme"], row["words"]) for row in csv.DictReader(opened)]
        except KeyError as error:
            raise Invalid("Le fichier des paroles a deux colonnes : theme, words.", code="verbatims") from error


def _show(one: Table) -> None:
    """The table turned: a line for each group, so that it fits a terminal."""
    click.echo(f"\n{one.title} ({one.name})\n{one.text}")
    click.echo(
        f"Question posée {'à ' + one.base if one.base else 'à tous'} ; {one.missing} sans réponse hors de la base."
    )
    letters = [chr(ord("A") + place % 26) for place in range(len(one.rows))]
    for letter, row in zip(letters, one.rows, strict=True):
        click.echo(f"  {letter}  {row.label}")
    click.echo(f"{'':<46}" + "".join(f"{letter:>6}" for letter in letters))
    for place, head in enumerate(one.heads):
        cells = "".join(_percent(row.cells[place]) for row in one.rows)
        click.echo(f"{_label(head):<46}{cells}{'   (moins de 30 : rien à conclure)' if head.weak else ''}")
    for first, second in one.tied:
        click.echo(f"L'ordre de « {first} » et « {second} » n'est pas établi.")


def _label(head: Head) -> str:
    return f"{head.label[:36]} ({head.base})"


def _percent(cell: Cell) -> str:
    return "     –" if cell.share is None else f"{100 * cell.share:>5.0f}{_SIGNS[cell.mark]}"
