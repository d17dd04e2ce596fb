"""`hygie bench barometer`: a large survey, from its file to its report: seconds and memory of the whole command.

Beside it, what other packages take for the part that they do: weights, and one share with its error.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
import yaml

from hygie.observatory.barometer import margins, questionnaire

GOAL_SECONDS, GOAL_MEMORY = 60, 1024


@click.command("barometer", short_help="Un grand baromètre, du fichier au rapport.")
@click.option("--answers", default=100_000, help="Réponses.")
@click.option("--questions", default=60, help="Questions, les cinq du profil comprises.")
@click.option(
    "--beside/--alone", default=True, help="Chronométrer aussi d'autres bibliothèques, dans un dépôt avec uv."
)
@click.option("--json", "as_json", type=click.Path(path_type=Path), default=None, help="Écrire aussi les chiffres ici.")
def barometer(answers: int, questions: int, beside: bool, as_json: Path | None) -> None:
    """Lire, redresser, faire tous les tableaux par cinq variables et écrire le rapport : secondes et mémoire."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _invent(folder, answers, questions)
        started = time.perf_counter()
        command = ["barometer", "report", "answers.csv", "--questionnaire", "questions.yaml", "--out", "report"]
        subprocess.run(
            [sys.executable, "-m", "hygie.ops.cli", *command], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
        seconds = time.perf_counter() - started
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        told: dict[str, Any] = {
            "answers": answers,
            "questions": questions,
            "file_megabytes": round((folder / "answers.csv").stat().st_size / 1e6, 1),
            "seconds": round(seconds, 1),
            "goal_seconds": GOAL_SECONDS,
            "memory_megabytes": round(used),
            "goal_megabytes": GOAL_MEMORY,
        }
    others = _others() if beside else {}
    told |= {f"{name}, 100,000 answers, seconds": seconds for name, seconds in others.items()}
    for key, value in told.items():
        click.echo(f"{key:<60} {value}")
    if beside and not others:
        click.echo("Other packages: only from a clone of the repository, with uv (make proofs compares them in full).")
    if as_json:
        as_json.write_text(json.dumps(told, indent=2) + "\n")


def _others() -> dict[str, float]:
    """Seconds of the packages of `make proofs`, in their own environment; empty where there is no clone or no uv."""
    root, uv = Path(__file__).resolve().parents[3], shutil.which("uv")
    if uv is None or not (root / "uv.lock").is_file():
        return {}
    module = ["python", "-m", "hygie.observatory.tests.packages", "--times"]
    done = subprocess.run(
        [uv, "run", "--frozen", "--isolated", "--group", "proofs", *module], cwd=root, capture_output=True, text=True
    )
    if done.returncode:
        return {}
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _invent(folder: Path, size: int, questions: int) -> None:
    """A questionnaire of five-step questions behind the usual profile, and answers drawn at random."""
    random = np.random.default_rng(1)
    said = yaml.safe_load((questionnaire.HERE / "questionnaire.yaml").read_text(encoding="utf-8"))
    profile = [one for one in said["questions"] if one["theme"] == "profile"]
    more = [
        {
            "id": f"q{n}",
            "theme": "opinions",
            "kind": "one",
            "text": f"Question {n}",
            "short": f"Q{n}",
            "scale": "agreement",
        }
        for n in range(1, questions - len(profile) + 1)
    ]
    said["questions"] = profile + more
    (folder / "questions.yaml").write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), encoding="utf-8")
    columns = []
    for one in margins.read(questionnaire.HERE / "margins.yaml").margins:
        shares = np.array(list(one.shares.values())) * random.normal(1, 0.05, len(one.shares))
        columns.append(np.array(list(one.shares))[random.choice(len(shares), size, p=shares / shares.sum())])
    codes = np.array(list(said["scales"]["agreement"]["options"]))
    columns += [codes[random.integers(0, len(codes), size)] for _ in more]
    with (folder / "answers.csv").open("w", encoding="utf-8") as out:
        out.write(",".join(one["id"] for one in said["questions"]) + "\n")
        for row in zip(*(column.tolist() for column in columns), strict=True):
            out.write(",".join(row) + "\n")
