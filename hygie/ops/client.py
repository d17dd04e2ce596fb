"""`hygie client`: the software that may talk to this space, and which structure answers for it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import orjson

from hygie.base import config
from hygie.base.errors import Conflict, Invalid
from hygie.ops.folder import DataFolder

_data = click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="Dossier de données (sinon HYGIE_DATA, sinon ./data)."
)


@click.group("client", short_help="Les logiciels qui déposent et lisent par l'API.")
def client() -> None:
    """Enregistrer, montrer et révoquer les logiciels qui déposent et lisent par l'API."""


@client.command("add", short_help="Enregistrer un logiciel.")
@click.option("--name", required=True, help="Nom du logiciel, tel que les personnes le liront.")
@click.option("--organisation-finess", required=True, metavar="FINESS", help="Structure qui répond de lui.")
@click.option("--organisation-name", default=None, help="Son nom, si elle n'est pas encore enregistrée.")
@click.option("--organisation-kind", help="Ce qu'elle est, si elle n'est pas encore enregistrée.", default="laboratory", show_default=True,
              type=click.Choice(["practice", "laboratory", "hospital", "pharmacy", "imaging", "other"]))  # fmt: skip
@click.option("--scope", "scopes", multiple=True, required=True, metavar="DROIT",
              help="Par exemple system/DocumentReference.c ; peut être répété.")  # fmt: skip
@click.option("--jwks", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
              help="Ses clés publiques (JWKS, fichier).")  # fmt: skip
@click.option("--new-key", type=click.Path(file_okay=False, path_type=Path), default=None, metavar="DOSSIER",
              help="Créer une paire de clés ici plutôt : pour essayer.")  # fmt: skip
@click.option("--redirect-uri", "redirect_uris", multiple=True, metavar="ADRESSE",
              help="Où une application qui demande leur accord aux personnes est renvoyée ; peut être répété. Sans clé alors, si c'est une page.")  # fmt: skip
@click.option("--lenient", is_flag=True, help="Avertir au lieu de refuser quand ses documents suivent mal la norme.")
@_data
def add(
    name: str, organisation_finess: str, organisation_name: str | None, organisation_kind: str, scopes: tuple[str, ...],
    jwks: Path | None, new_key: Path | None, redirect_uris: tuple[str, ...], lenient: bool, data: Path | None,
) -> None:  # fmt: skip
    """Enregistrer un logiciel et dire à son développeur ce qu'il lui faut ensuite."""
    if (jwks is None) == (new_key is None) and not (redirect_uris and jwks is None):
        raise click.UsageError("Donnez soit --jwks FICHIER, soit --new-key DOSSIER.")
    with DataFolder(data or Path(config.get("HYGIE_DATA"))).ready():
        from hygie.people import actions

        organisation_id = _organisation(organisation_finess, organisation_name, organisation_kind)
        keys = _read(jwks) if jwks else _create(new_key) if new_key else None
        client_id = actions.register_client(
            name=name, organisation_id=organisation_id, scopes=scopes, jwks=keys, lenient=lenient,
            redirect_uris=redirect_uris,
        )  # fmt: skip
    if redirect_uris:
        click.echo(_to_launch(client_id, sorted(scopes), redirect_uris))
    if keys:
        click.echo(_next_steps(client_id, sorted(scopes), keys["keys"][0]["kid"], new_key))


@client.command("list", short_help="Montrer les logiciels enregistrés.")
@_data
def show(data: Path | None) -> None:
    """Montrer les logiciels enregistrés."""
    with DataFolder(data or Path(config.get("HYGIE_DATA"))).ready():
        from hygie.people import queries

        rows = queries.clients()
    for row in rows:
        one = row.client
        used = f"{one.last_used:%Y-%m-%d %H:%M} UTC" if one.last_used else "jamais"
        state = f"révoqué le {row.revoked:%Y-%m-%d}" if row.revoked else f"dernier jeton : {used}"
        click.echo(f"{one.id}  {one.name} ({one.organisation.name}){' · tolérant' if one.lenient else ''}")
        click.echo(f"    {' '.join(sorted(one.scopes))} · {state}")
    click.echo(f"{len(rows)} logiciel{'s' if len(rows) > 1 else ''}.")


@client.command("revoke", short_help="Révoquer un logiciel.")
@click.argument("client_id", type=click.UUID)
@_data
def revoke(client_id: UUID, data: Path | None) -> None:
    """Révoquer un logiciel : il n'a plus de jeton, et ceux qu'il a ne valent plus rien."""
    with DataFolder(data or Path(config.get("HYGIE_DATA"))).ready():
        from django.utils import timezone

        from hygie.people import actions

        actions.revoke_client(client_id, at=timezone.now())
    click.echo("Ce logiciel n'a plus accès.")


def _organisation(finess: str, name: str | None, kind: str) -> UUID:
    from hygie.people import actions, queries

    known = queries.organisation_by_finess(finess)
    if known is not None:
        return known.id
    if name is None:
        raise Invalid(
            f"Aucune structure n'a le FINESS {finess}. Ajoutez --organisation-name « … » pour l'enregistrer.",
            code="no-such-organisation",
        )
    return actions.register_organisation(name=name, kind=kind, finess=finess)


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except ValueError as fault:
        raise Invalid(f"{path} n'est pas du JSON.", code="jwks-form") from fault
    return found


def _create(folder: Path) -> dict[str, Any]:
    """A P-256 pair: `client-key.pem` (0600) and `client-jwks.json`. Conflict rather than replace a key."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from jwt.algorithms import ECAlgorithm

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = ec.generate_private_key(ec.SECP256R1())
    secret = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        descriptor = os.open(folder / "client-key.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as fault:
        raise Conflict(f"{folder} contient déjà une clé : choisissez un autre dossier.", code="key-exists") from fault
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    public = orjson.loads(ECAlgorithm.to_jwk(private.public_key()))
    keys = {"keys": [{**public, "kid": os.urandom(8).hex(), "alg": "ES256", "use": "sig"}]}
    (folder / "client-jwks.json").write_bytes(orjson.dumps(keys, option=orjson.OPT_INDENT_2))
    return keys


def _to_launch(client_id: UUID, scopes: list[str], redirect_uris: tuple[str, ...]) -> str:
    home = config.get("HYGIE_PUBLIC_URL")
    return f"""L'application est enregistrée.

client_id       {client_id}
iss             {home}/fhir
retour          {" ".join(redirect_uris)}
droits          {" ".join(scopes)}

Avec un client SMART : authorize({{iss, clientId, scope, redirectUri}}), PKCE S256."""


def _next_steps(client_id: UUID, scopes: list[str], kid: str, new_key: Path | None) -> str:
    home = config.get("HYGIE_PUBLIC_URL")
    key = (new_key / "client-key.pem") if new_key else "votre-clé-privée.pem"
    return f"""Le logiciel est enregistré.

client_id       {client_id}
jetons          {home}/oauth/token
API             {home}/fhir
droits          {" ".join(scopes)}
clé privée      {key}

Pour obtenir un jeton de 5 minutes, signez un JWT (ES256, ES384, RS256 ou RS384) :

    en-tête     {{"alg": "ES256", "kid": "{kid}"}}
    contenu     {{"iss": "{client_id}", "sub": "{client_id}",
                 "aud": "{home}/oauth/token",
                 "exp": maintenant + 240, "jti": une valeur jamais servie}}

puis envoyez-le :

    curl {home}/oauth/token \\
      -d grant_type=client_credentials \\
      -d scope='{" ".join(scopes)}' \\
      -d client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \\
      -d client_assertion="$JWT"

Pour agir au nom d'un professionnel de la structure, ajoutez au contenu "hygie_requester": son RPPS."""
