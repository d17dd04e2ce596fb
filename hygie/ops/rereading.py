"""`hygie reread`: after an update, ask for what newer readers would read otherwise."""

from __future__ import annotations

from pathlib import Path

import click

from hygie.base import config


@click.command(short_help="Relire les documents qu'une nouvelle version lit mieux.")
@click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="Dossier de données (sinon HYGIE_DATA, sinon ./data)."
)
def reread(data: Path | None) -> None:
    """Demander, pour chaque espace, de relire ce qu'une version plus récente des lecteurs lirait autrement.

    Le travail se fait en arrière-plan, après tout le reste ; recommencer ne double rien.
    """
    from hygie.ops.folder import DataFolder

    with DataFolder(data or Path(config.get("HYGIE_DATA"))).ready():
        from hygie.record import actions as record

        asked = record.read_again_everywhere()
    click.echo(f"{asked} espace(s) à relire en arrière-plan.")
