"""`hygie drugs`: the public database of medicines, in its official files. Reference data: nobody's record is opened."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

import click

from hygie.base import config
from hygie.base.errors import HygieError, Invalid, NotFound
from hygie.formats.drugs import bdpm
from hygie.ops.exits import exit_code
from hygie.ops.folder import DataFolder

_data = click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="Dossier de données (sinon HYGIE_DATA, sinon ./data)."
)
_CHUNK = 1 << 20


@click.group("drugs", short_help="La base publique des médicaments.")
def drugs() -> None:
    """Charger la base publique des médicaments (ANSM, HAS, UNCAM), ou dire laquelle est chargée."""


@drugs.command("import", short_help="Charger les fichiers officiels.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DOSSIER|FICHIER...")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Date de la base (sinon celle des fichiers)."
)
@click.option("--dry-run", is_flag=True, help="Lire et compter, sans rien écrire.")
@_data
def load(paths: tuple[Path, ...], day: datetime | None, dry_run: bool, data: Path | None) -> None:
    """Charger CIS_bdpm, CIS_CIP_bdpm, CIS_COMPO_bdpm, CIS_GENER_bdpm et CIS_MITM (les autres fichiers sont ignorés).

    Les médicaments connus sont remplacés d'un seul coup ; les mêmes fichiers une seconde fois n'écrivent rien.
    Code de sortie : 0 chargé ; 10 fichiers fautifs ; 12 fichier absent ; 15 base de données indisponible.
    """
    try:
        files = _files(paths)
        dated = day.date() if day else max(_day_of(path) for path in files.values())
        with ExitStack() as open_files:
            lines = {kind: open_files.enter_context(path.open("rb")) for kind, path in files.items()}
            base = bdpm.read(lines)
        digest = _digest(files)
        for kind in files:
            click.echo(f"{kind} : {base.lines[kind]} lignes")
        for left in base.rejected:
            kept = "sans médicament correspondant" if left.orphan else f"mises de côté : {left.reason}"
            click.echo(f"{left.file} : {left.count} lignes {kept} (la première : ligne {left.first_line})", err=True)
        if dry_run:
            click.echo(
                f"{len(base.drugs)} médicaments et {len(base.packs)} boîtes seraient chargés, état du {dated:%d/%m/%Y}."
            )
            return
        with DataFolder(data or Path(config.get("HYGIE_DATA"))).ready():
            from hygie.record import actions

            loaded = actions.replace_drugs(base=base, day=dated, digest=digest, at=datetime.now(UTC))
    except HygieError as error:
        click.echo(f"{error.public} [{error.code}]", err=True)
        sys.exit(exit_code(error))
    if loaded.again:
        click.echo("Ces fichiers sont déjà chargés : rien à faire.")
        return
    edition = loaded.edition
    click.echo(f"{edition.drugs} médicaments et {edition.packs} boîtes chargés, état du {edition.day:%d/%m/%Y}.")


@drugs.command("show", short_help="Dire quelle base est chargée.")
@_data
def show(data: Path | None) -> None:
    """Dire quelle base de médicaments est chargée, et de quand."""
    with DataFolder(data or Path(config.get("HYGIE_DATA"))).ready():
        from hygie.record import queries

        edition = queries.drugs_edition()
    which = "extrait livré avec Hygie" if edition.extract else "base chargée"
    click.echo(
        f"{which} : {edition.drugs} médicaments, {edition.packs} boîtes, état du {edition.day:%d/%m/%Y}.\n{edition.source}"
    )


def _files(paths: tuple[Path, ...]) -> dict[str, Path]:
    """The files of the base among these paths and in these folders. Two of one kind: Invalid."""
    found: dict[str, Path] = {}
    for path in _walked(paths):
        kind = bdpm.kind_of(path.name)
        if kind is None:
            continue
        if kind in found:
            raise Invalid(f"Deux fichiers {kind} : gardez-en un.", code="two-drug-files")
        found[kind] = path
    if not found:
        raise Invalid("Aucun fichier de la base publique des médicaments ici.", code="no-drug-file")
    return found


def _walked(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.iterdir() if one.is_file())
        elif path.is_file():
            yield path
        else:
            raise NotFound(f"« {path.name} » n'existe pas.", code="file-not-found")


def _day_of(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


def _digest(files: dict[str, Path]) -> bytes:
    """SHA-256 of the files, by kind: their publisher gives no version to compare."""
    whole = hashlib.sha256()
    for kind, path in sorted(files.items()):
        whole.update(kind.encode() + b"\0")
        with path.open("rb") as file:
            while part := file.read(_CHUNK):
                whole.update(part)
    return whole.digest()
