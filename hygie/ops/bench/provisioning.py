"""`hygie bench provision`: opening spaces in bulk, and where the time goes.

Wall time depends on who else uses the machine; processor time does not much. Both are given, and from the second how many
cores the goal of architecture §5 (50,000 spaces a second for one node) would take.
"""

from __future__ import annotations

import os
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from hygie.ops.bench.cpu import of_tree
from hygie.people.types import Ins, Traits

GOAL = 50_000
_FAMILIES = ("MARTIN", "BERNARD", "PETIT", "ROBERT", "DURAND", "MOREAU", "LEFÈVRE", "ROUX", "BENALI", "DIALLO")
_GIVEN = ("Marie", "Jeanne", "Léa", "Inès", "Chloé", "Jean", "Paul", "Hugo", "Noé", "Adam", "Zoé", "Amina")


@click.command("provision", short_help="Mesurer l'ouverture d'espaces en nombre.")
@click.option("--spaces", default=40_000, show_default=True, help="Espaces ouverts.")
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Processus.")
def provision(spaces: int, jobs: int) -> None:
    """Espaces par seconde sur cette machine, clés comprises, et ce que coûte chaque étape."""
    from hygie.ops.bench import ground

    with ground.ground() as folder:
        from hygie.ops import provision as command

        file = folder / "identities.csv"
        written(file, spaces, seed=1)
        server = ground.postmaster(folder)
        before = of_tree(server)
        done, seconds = command.run(file, opens=None, jobs=jobs)
        server_cpu = of_tree(server) - before
        opened = done.counts["opened"]
        click.echo(
            f"{opened} spaces in {seconds:.1f} s, {jobs} processes: {opened / seconds:,.0f} spaces/s (load {os.getloadavg()[0]:.1f})"
        )
        _parts(folder, 2000)
    each = (server_cpu + done.cpu) / opened
    click.echo(
        f"processor time: {1e6 * done.cpu / opened:.0f} µs a space in the command, "
        f"{1e6 * server_cpu / opened:.0f} µs in PostgreSQL; so some {1 / each:,.0f} spaces/s for each core, "
        f"and {GOAL * each:.0f} cores for {GOAL:,} spaces/s"
    )  # fmt: skip


def _parts(folder: Path, spaces: int) -> None:
    """The same work in this process, part by part."""
    from hygie.access import actions as access
    from hygie.ops.identities import identity, opened

    file = folder / "parts.csv"
    written(file, spaces, seed=2)
    began, source = time.process_time(), opened(file)
    people: list[tuple[Traits, Ins]] = [
        identity(source.header, row) for _, rows, _ in source.parts(0, 0, rows=spaces) for row in rows
    ]
    read, spent = time.process_time() - began, dict[str, float]()
    access.open_spaces(people, opens=None, at=datetime.now(UTC), spent=spent)
    told = {"reading and checking a line": read, **spent}
    for name, seconds in told.items():
        click.echo(f"  {name:<30} {1e6 * seconds / spaces:6.0f} µs a space")


def written(file: Path, spaces: int, *, seed: int) -> None:
    """Invented people, in the form that the command reads: the same for the same seed."""
    from hygie.people.queries import matricule_key

    dice = random.Random(seed)
    with file.open("w", encoding="utf-8") as out:
        out.write("matricule;oid;nom_naissance;prenoms;date_naissance;sexe;lieu_naissance\n")
        for _ in range(spaces):
            sex, year, month = dice.choice("12"), dice.randrange(26, 100), dice.randrange(1, 13)
            first = f"{sex}{year:02d}{month:02d}{dice.randrange(10**8):08d}"
            given = " ".join(dice.sample(_GIVEN, 2))
            out.write(
                f"{first}{matricule_key(first)};1.2.250.1.213.1.4.10;{dice.choice(_FAMILIES)};{given};"
                f"19{year}-{month:02d}-{dice.randrange(1, 29):02d};{'MF'[sex == '2']};75{dice.randrange(101, 121)}\n"
            )
