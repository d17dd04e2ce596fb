"""The `hygie` command. Each subcommand is imported only when it is used, so that `hygie --help` stays immediate."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from hygie.base import config
from hygie.base.errors import HygieError
from hygie.ops.exits import exit_code

# Subcommands that live elsewhere: name -> (module:command, one line for --help).
ELSEWHERE: dict[str, tuple[str, str]] = {
    "barometer": ("hygie.ops.barometer:barometer", "Le baromètre : redresser, compter, publier une enquête."),
    "bench": ("hygie.ops.bench.command:bench", "Mesurer cette machine, et Hygie dessus."),
    "client": ("hygie.ops.client:client", "Les logiciels qui déposent et lisent par l'API."),
    "demo": ("hygie.ops.invented:demo", "Les personnes de la démonstration."),
    "drugs": ("hygie.ops.drugs:drugs", "La base publique des médicaments."),
    "erasures": ("hygie.ops.erasures:erasures", "Effacer de nouveau qui une sauvegarde aurait fait revenir."),
    "family": ("hygie.ops.family:family", "Parents, tutelles, décisions de protection."),
    "inbox": ("hygie.ops.roads:inbox", "Surveiller le dossier de dépôt."),
    "letters": ("hygie.ops.letters:letters", "Écrire les lettres qui invitent à ouvrir un espace."),
    "mllp": ("hygie.ops.roads:mllp", "Recevoir les messages HL7 v2 (MLLP)."),
    "operator": ("hygie.ops.operators:operator", "Qui exploite cette installation."),
    "provision": ("hygie.ops.provision:provision", "Ouvrir des espaces en nombre, depuis un fichier."),
    "read": ("hygie.ops.read:read", "Montrer ce que Hygie comprend d'un fichier."),
    "reread": ("hygie.ops.rereading:reread", "Relire les documents qu'une nouvelle version lit mieux."),
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *ELSEWHERE})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in ELSEWHERE:
            return super().get_command(ctx, name)
        module, _, command = ELSEWHERE[name][0].partition(":")
        return getattr(importlib.import_module(module), command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            ours = None if name in ELSEWHERE else self.get_command(ctx, name)
            rows.append((name, ELSEWHERE[name][1] if ours is None else ours.short_help or ""))
        with formatter.section("Commandes"):
            formatter.write_dl(rows)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
def hygie() -> None:
    """Hygie : un espace de santé que la personne tient elle-même."""


_data = click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="Dossier de données (sinon HYGIE_DATA, sinon ./data)."
)


def _folder(data: Path | None) -> Path:
    return data or Path(config.get("HYGIE_DATA"))


@hygie.command(short_help="Tout démarrer : base, pages, travaux de fond.")
@click.option("--demo", is_flag=True, help="Avec les personnes et les documents de démonstration.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port du serveur web (sinon HYGIE_PORT).")
@_data
def up(demo: bool, port: int | None, data: Path | None) -> None:
    """Tout démarrer dans un seul arbre de processus, et tout arrêter sur Ctrl-C ou SIGTERM."""
    from hygie.ops.up import up as start

    start(data=_folder(data), port=port, demo=demo)


@hygie.command("config", short_help="Montrer chaque réglage, son sens et sa valeur.")
def show_config() -> None:
    """Montrer chaque variable d'environnement, son sens et sa valeur. Les secrets sont masqués."""
    for setting in config.SETTINGS.values():
        click.echo(f"{setting.name}\n    {setting.meaning}\n    = {setting.shown or '(vide)'}")


@hygie.command(short_help="Mettre la base à jour.")
@_data
def migrate(data: Path | None) -> None:
    """Mettre la base à jour avec le compte propriétaire, et donner ses droits au compte de l'application."""
    from hygie.ops import database
    from hygie.ops.folder import DataFolder

    with DataFolder(_folder(data)).ready():
        database.check_not_newer()
        database.migrate()
        database.settle_mode(config.mode())
        database.settle_key()
    click.echo("La base est à jour.")


@hygie.command(short_help="Vérifier la base, les clés et le dossier.")
@_data
def check(data: Path | None) -> None:
    """Vérifier que rien d'accepté ne peut se perdre et que le compte de l'application reste derrière ses cloisons."""
    from hygie.ops import database, erasures
    from hygie.ops.folder import DataFolder

    with DataFolder(_folder(data)).ready():
        database.check_not_newer()
        database.check()
        erasures.settle()
    click.echo(
        "Tout va bien : base durable, compte de l'application ordinaire, clés fermées, effacés toujours effacés."
    )


@hygie.command(short_help="Faire les travaux de fond.")
@click.option("--once", is_flag=True, help="S'arrêter quand il n'y a plus rien à faire.")
@click.option("--queue", "queues", multiple=True, help="Seulement ces travaux (file, read, sweep...) ; répétable.")
@_data
def worker(once: bool, queues: tuple[str, ...], data: Path | None) -> None:
    """Faire les travaux de fond jusqu'à SIGTERM. « hygie up » en lance déjà un."""
    from hygie.ops.folder import DataFolder

    with DataFolder(_folder(data)).ready():
        from hygie.ops import erasures
        from hygie.ops import worker as background

        erasures.settle()
        background.run(wait=not once, queues=queues or None)


def main() -> None:
    """Run the command. An error of ours is one sentence on standard error, and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        result = hygie.main(standalone_mode=False)
    except HygieError as error:
        click.echo(error.public, err=True)
        sys.exit(exit_code(error))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    sys.exit(result if isinstance(result, int) else 0)


if __name__ == "__main__":
    main()
