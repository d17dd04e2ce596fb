"""`hygie demo person`: the identity of someone invented, for whoever tries to deposit in a demonstration."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from hygie.base import config
from hygie.base.errors import NotFound


@click.group("demo", short_help="Les personnes de la démonstration.")
def demo() -> None:
    """Ce qu'il faut savoir des personnes inventées pour essayer l'API."""


@demo.command("person", short_help="L'identité de quelqu'un d'inventé.")
@click.argument("name", metavar="NOM")
@click.option("--data", type=click.Path(path_type=Path), default=None,
              help="Dossier de données (sinon HYGIE_DATA, sinon ./data).")  # fmt: skip
def person(name: str, data: Path | None) -> None:
    """L'identité de quelqu'un d'inventé (« Amina Benali »), en variables pour un terminal : eval "$(hygie demo person …)"."""
    folder = (data or Path(config.get("HYGIE_DATA"))).resolve()
    if not (folder / "demo" / "demo.json").is_file():
        raise NotFound(f"{folder} n'est pas une démonstration : « hygie up --demo » en fait une.", code="not-a-demo")
    os.environ |= {"HYGIE_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "hygie.config.settings"}
    import django

    django.setup()
    from hygie.ops.demo import state
    from hygie.ops.demo.members import EVERYONE

    found = next((one for one in EVERYONE if name.casefold() in (one.name.casefold(), one.sub)), None)
    if found is None:
        raise NotFound(f"Personne ne s'appelle « {name} » dans la démonstration.", code="no-such-person")
    calendar = state.read().calendar
    traits, ins = found.traits(calendar), found.ins(calendar)
    said = {
        "MATRICULE": ins.matricule, "OID": ins.oid, "FAMILY": traits.birth_family, "GIVEN": " ".join(traits.given_names),
        "BORN": traits.birth_date, "SEX": traits.sex, "PLACE": traits.birth_place or "",
    }  # fmt: skip
    click.echo("\n".join(f"{key}={shlex.quote(value)}" for key, value in said.items()))
