"""`hygie operator`: the professionals who also look after this installation."""

from __future__ import annotations

from pathlib import Path

import click

from hygie.base import config
from hygie.ops.folder import DataFolder

_data = click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="Dossier de données (sinon HYGIE_DATA, sinon ./data)."
)
_rpps = click.option("--rpps", required=True, help="Son numéro RPPS (11 chiffres).")


@click.group("operator", short_help="Qui exploite cette installation.")
def operator() -> None:
    """Nommer ceux qui exploitent cette installation. Un exploitant ne voit jamais le contenu d'un document."""


@operator.command("add", short_help="Nommer un exploitant.")
@_rpps
@_data
def add(rpps: str, data: Path | None) -> None:
    """Nommer exploitant quelqu'un qui s'est déjà connecté une fois comme professionnel."""
    _set(rpps, True, data)
    click.echo("À sa prochaine connexion, « Exploitation de Hygie » sera parmi ses activités.")


@operator.command("remove", short_help="Retirer un exploitant.")
@_rpps
@_data
def remove(rpps: str, data: Path | None) -> None:
    """Retirer ce rôle : il cesse à la requête suivante."""
    _set(rpps, False, data)
    click.echo("Cette personne n'est plus exploitante.")


def _set(rpps: str, operates: bool, data: Path | None) -> None:
    with DataFolder(data or Path(config.get("HYGIE_DATA"))).ready():
        from hygie.people import actions

        actions.set_operator(rpps=rpps, operates=operates)
