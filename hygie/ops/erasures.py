"""Whoever was erased stays erased, whatever backup is put back: `hygie erasures`, and what `hygie up` does before it serves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from hygie.base import config, erased


def settle() -> int:
    """Erase again whoever a backup brought back. How many. Unavailable when the register is missing or too old."""
    from hygie.record import actions as record

    return record.erase_again(at=datetime.now(UTC))


@click.command(short_help="Effacer de nouveau qui une sauvegarde aurait fait revenir.")
@click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="Dossier de données (sinon HYGIE_DATA, sinon ./data)."
)
@click.option(
    "--begin-again",
    is_flag=True,
    help="Le registre est perdu pour de bon : en commencer un autre. Qui était effacé avant peut alors revenir.",
)
def erasures(data: Path | None, begin_again: bool) -> None:
    """Rejouer le registre des effacements sur cette base, et dire où il est. « hygie up » le fait à chaque démarrage."""
    from hygie.ops.folder import DataFolder

    with DataFolder(data or Path(config.get("HYGIE_DATA"))).ready():
        if begin_again:
            from hygie.access import actions as access

            access.begin_register(at=datetime.now(UTC))
        again = settle()
        register = erased.register()
        known = sum(1 for who, _receipt in register.all() if who is not None)
    click.echo(f"{register.path} : {known} personne(s) effacée(s), dont {again} de nouveau à l’instant.")
