"""`hygie mllp` and `hygie inbox`: the other roads by which software deposits. `hygie up` starts those that are set."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from hygie.base import config
from hygie.base.errors import Invalid
from hygie.ops.folder import DataFolder

# Faces never import one another: a road is named here and loaded when it is walked.
SET_BY = {"mllp": "HYGIE_MLLP", "inbox": "HYGIE_INBOX"}
_MODULES = {"mllp": "hygie.interop.hl7v2.server", "inbox": "hygie.interop.inbox.folder"}

_data = click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="Dossier de données (sinon HYGIE_DATA, sinon ./data)."
)


def wanted() -> list[str]:
    """The roads that the settings open. Invalid when one is set wrongly: said now, not later in a child's log."""
    if config.get("HYGIE_MLLP"):
        ports = importlib.import_module("hygie.interop.hl7v2.listeners")
        ports.listeners()
        ports.tls()
    return [name for name, setting in SET_BY.items() if config.get(setting)]


def _walk(name: str, data: Path | None) -> None:
    if not config.get(SET_BY[name]):
        raise Invalid(f"{SET_BY[name]} est vide : voyez « hygie config ».", code="road-not-set")
    with DataFolder(data or Path(config.get("HYGIE_DATA"))).ready():
        importlib.import_module(_MODULES[name]).run()


@click.command(short_help="Recevoir les messages HL7 v2 (MLLP).")
@_data
def mllp(data: Path | None) -> None:
    """Recevoir les messages HL7 v2 sur les ports de HYGIE_MLLP, jusqu'à SIGTERM. « hygie up » le fait déjà."""
    _walk("mllp", data)


@click.command(short_help="Surveiller le dossier de dépôt.")
@_data
def inbox(data: Path | None) -> None:
    """Prendre les fichiers posés dans HYGIE_INBOX, jusqu'à SIGTERM. « hygie up » le fait déjà."""
    _walk("inbox", data)
