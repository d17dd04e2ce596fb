"""The command: `hygie bench`."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any

import click

from hygie.ops.bench import looking, provisioning, reading
from hygie.ops.bench.barometer import barometer


@click.group(invoke_without_command=True, short_help="Mesurer cette machine, et Hygie dessus.")
@click.option("--seconds", default=10.0, help="Durée de chaque mesure sous charge.")
@click.option("--connections", default=128, help="Connexions du client de charge.")
@click.option("--workers", default=2, help="Processus du serveur web.")
@click.option("--threads", default=64, help="Fils par processus.")
@click.option("--people", default=200, help="Personnes entre lesquelles les documents sont répartis.")
@click.option("--documents", default=2000, help="Documents du dossier mesuré de l'intérieur.")
@click.option("--with-worker/--without-worker", default=True, help="Faire aussi les travaux de fond pendant la charge.")
@click.option("--json", "as_json", type=click.Path(path_type=Path), default=None, help="Écrire aussi les chiffres ici.")
@click.pass_context
def bench(
    ctx: click.Context, seconds: float, connections: int, workers: int, threads: int, people: int, documents: int, with_worker: bool,
    as_json: Path | None,
) -> None:  # fmt: skip
    """Dépôts par seconde, ouverture, liste, lecture, décision : à côté de ce que PostgreSQL seul fait ici."""
    if ctx.invoked_subcommand is not None:
        return
    import contextlib

    from hygie.ops.bench import baseline, deposits, ground, inside

    with ground.ground() as folder:
        told: dict[str, Any] = {"machine": _machine(), "baseline": baseline.run(deposits.CONTENT, min(5.0, seconds))}
        actor, _ = ground.laboratory()
        crowd = ground.people_for(people)
        told["inside"] = inside.run(crowd[0], actor, documents=documents, times=400)
        with ground.web(workers=workers, threads=threads) as server, contextlib.ExitStack() as beside:
            trees = {"web server": server.pid, "PostgreSQL": ground.postmaster(folder)}
            if with_worker:
                trees["worker"] = beside.enter_context(ground.worker()).pid
            told["deposits"] = deposits.run(
                folder,
                seconds=seconds,
                connections=connections,
                token=ground.token_for(actor.id),
                people=crowd[1:],
                trees=trees,
            )
    _print(told)
    if as_json:
        as_json.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")


for command in (reading.read, provisioning.provision, looking.summary, looking.search, looking.cards, barometer):
    bench.add_command(command)


def _machine() -> dict[str, Any]:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return {
        "cores": os.cpu_count(),
        "processor": model,
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }


def _print(told: dict[str, Any], indent: int = 0) -> None:
    for key, value in told.items():
        if isinstance(value, dict):
            click.echo(f"{'  ' * indent}{key}")
            _print(value, indent + 1)
        else:
            shown = f"{value:,.2f}".replace(",", " ") if isinstance(value, float) else value
            click.echo(f"{'  ' * indent}{key:<24} {shown}")
