"""What it takes to find the same figures again: answers, weights, margins, questionnaire, dictionary, tables, one command.

A Frictionless data package (https://datapackage.org, version 2): `datapackage.json` describes each file and each column.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from hygie.observatory.barometer import margins, synthetic
from hygie.observatory.barometer.anonymity import exposure
from hygie.observatory.barometer.questionnaire import REFUSED, Questionnaire
from hygie.observatory.barometer.report import About
from hygie.observatory.barometer.tables import Table, Wave

TABLE_HEADS: Final = (
    "table", "title", "answer", "variable", "group", "base", "effective_base", "share", "low", "high", "mark",
)  # fmt: skip


PRIVATE: Final = "private"  # beside the package: the answers that are not published


def write(
    folder: Path, wave: Wave, tables: Sequence[Table], about: About, *, questions: bytes, whole: bool = True
) -> tuple[Path, ...]:
    """Write the files of the package and its description; says which. questions: the questionnaire's file.

    whole: answers and weights are part of it; otherwise they are kept in PRIVATE, beside it. A weight says as much of a
    profile as the profile does: they go together.
    """
    folder.mkdir(parents=True, exist_ok=True)
    questionnaire = wave.answers.questionnaire
    persons = folder if whole else folder.parent / PRIVATE
    persons.mkdir(parents=True, exist_ok=True)
    for name in ("answers.csv", "weights.csv"):
        (folder / name).unlink(missing_ok=True)  # of an earlier report
    synthetic.write(wave.answers, persons / "answers.csv")
    _csv(
        persons / "weights.csv", ("row", "weight"),
        ((number, f"{weight:.12g}") for number, weight in enumerate(wave.weighting.weights, 1)),
    )  # fmt: skip
    _csv(folder / "dictionary.csv", ("column", "question", "code", "label"), _codes(questionnaire))
    _csv(folder / "tables.csv", TABLE_HEADS, lines(tables))
    said = margins.written(wave.population)
    (folder / "margins.yaml").write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (folder / "questionnaire.yaml").write_bytes(questions)
    (folder / "README.md").write_text(_readme(about, wave, whole), encoding="utf-8")
    described = _described(folder, wave, about, whole)
    (folder / "datapackage.json").write_text(
        json.dumps(described, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return tuple(sorted(folder.iterdir()))


def lines(tables: Iterable[Table]) -> Iterable[tuple[object, ...]]:
    """The tables, one line a figure: shares and bounds from 0 to 1, mark 1, 0 or -1."""
    for table in tables:
        for row in table.rows:
            for head, cell in zip(table.heads, row.cells, strict=True):
                share = "" if cell.share is None else f"{cell.share:.6f}"
                yield (
                    table.name, table.title, row.label, head.variable or "all", head.label, head.base, f"{head.effective:.1f}",
                    share, f"{cell.low:.6f}", f"{cell.high:.6f}", cell.mark,
                )  # fmt: skip


def _codes(questionnaire: Questionnaire) -> Iterable[tuple[str, ...]]:
    for question in questionnaire.questions:
        for column in question.columns:
            for code, label in (*column.options.items(), (REFUSED, "Ne souhaite pas répondre")):
                yield column.name, question.text, code, label


def _csv(path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as opened:
        out = csv.writer(opened, lineterminator="\n")
        out.writerow(heads)
        out.writerows(rows)


def _described(folder: Path, wave: Wave, about: About, whole: bool) -> dict[str, Any]:
    questionnaire, weighting, exposed = wave.answers.questionnaire, wave.weighting, exposure(wave.answers)
    words = [{"name": one, "type": "string"} for one in ("column", "question", "code", "label")]
    answers = [
        {
            "name": one.name, "title": one.label, "type": "string",
            "constraints": {"enum": [*one.options, REFUSED]}, "missingValues": [""],
        }
        for one in questionnaire.columns()
    ]  # fmt: skip
    kinds = {
        "base": "integer",
        "effective_base": "number",
        "share": "number",
        "low": "number",
        "high": "number",
        "mark": "integer",
    }
    fields = {
        "answers": answers,
        "weights": [{"name": "row", "type": "integer"}, {"name": "weight", "type": "number"}],
        "dictionary": words,
        "tables": [{"name": one, "type": kinds.get(one, "string")} for one in TABLE_HEADS],
    }
    resources = [
        {
            "name": name, "path": f"{name}.csv", "type": "table", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
            "bytes": (folder / f"{name}.csv").stat().st_size, "hash": _hash(folder / f"{name}.csv"),
            "schema": {"fields": columns},
        }
        for name, columns in fields.items()
        if whole or name not in ("answers", "weights")
    ]  # fmt: skip
    for name in ("margins", "questionnaire"):
        path = folder / f"{name}.yaml"
        resources.append({"name": name, "path": path.name, "format": "yaml", "hash": _hash(path)})
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": questionnaire.name,
        "title": about.title,
        "description": " ".join(filter(None, (about.label, f"Recueil : {about.fieldwork}."))),
        "version": str(questionnaire.version),
        "fieldwork": about.fieldwork,
        "made": about.made,
        "label": about.label,
        "method": weighting.method,
        "bounds": weighting.bounds,
        "anonymity": {
            "answers": "published" if whole else "kept",
            "smallest_profile": exposed.smallest,
            "people_alone_in_their_profile": exposed.alone,
        },
        "resources": resources,
    }


def _hash(path: Path) -> str:
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def _readme(about: About, wave: Wave, whole: bool) -> str:
    weighting, exposed = wave.weighting, exposure(wave.answers)
    bounds = weighting.bounds
    held = f" --method {weighting.method}" if weighting.method != "raking" else ""
    held += f" --bounds {bounds[0]:g} {bounds[1]:g}" if bounds else ""
    command = f"hygie barometer report answers.csv --questionnaire questionnaire.yaml --margins margins.yaml{held} --out refait"
    persons = (
        "- answers.csv : une ligne par personne, un code par réponse ; vide = sans réponse ou question non posée ; "
        "« refus » = ne souhaite pas répondre.\n- weights.csv : le poids de chaque ligne, de moyenne 1.\n"
    )
    kept = (
        f"Les réponses une à une ne sont pas ici : {exposed.alone} personnes sur {exposed.people} ont un profil (sexe, âge, "
        "situation, région, agglomération) que personne d’autre n’a dans l’enquête, et pourraient être reconnues. Qui y a "
        "droit les demande à l’auteur du rapport, et refait tout avec la même commande.\n\n"
    )
    return (
        f"# {about.title}\n\n{about.label}\n\n{'' if whole else kept}Refaire tous les chiffres, depuis ce dossier :\n\n"
        f"    {command}\n\n{persons if whole else ''}"
        "- dictionary.csv : ce que veut dire chaque code.\n- margins.yaml : la population, avec ses sources.\n"
        "- tables.csv : chaque part, son intervalle à 95 %, sa base et sa marque (1 au-dessus des autres, -1 au-dessous).\n"
    )
