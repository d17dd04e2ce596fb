"""Letters that invite: a code by post, ready to fold into a window envelope. `hygie letters` writes many at once.
The address stands where `formats.letter` says. Text in 14 points, the code in 26.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import click

from hygie.access.sentences import BY_LETTER
from hygie.base import config
from hygie.base.errors import Conflict, HygieError, Invalid, NotFound
from hygie.formats import printing
from hygie.formats.days import in_french
from hygie.ops.exits import exit_code
from hygie.ops.folder import DataFolder
from hygie.ops.identities import ADDRESS, Row, counted, empty, identity, opened, words
from hygie.people.types import Actor, AuthLevel, Kind

SAID = {"letter": "invitation par courrier", "desk": "invitation au guichet, sous mandat signé"}
"""What her journal says of it, after the number of the case."""
LINES, WIDE = 6, 38
"""An address has six lines of 38 characters at most (NF Z 10-011)."""
WHO = Actor(kind=Kind.OPERATOR, id=UUID("6879676965206c65747472657320303a"), name="Courrier", auth=AuthLevel.STRONG)
"""In whose name the command writes: whoever holds the root key runs it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One invitation to post. address: name first, six lines at most. until: the last day of the code.

    opens: the day from which the space receives documents if she says nothing (it is only announced before).
    """

    address: tuple[str, ...]
    code: str = field(repr=False)
    until: date
    opens: date | None = None


def address_of(lines: Sequence[str]) -> tuple[str, ...]:
    """An address as a post office reads it. Invalid when it cannot stand in the window."""
    kept = tuple(" ".join(line.split()) for line in lines if line.strip())
    if not 2 <= len(kept) <= LINES:
        raise Invalid("Une adresse compte de deux à six lignes, la première avec le nom.", code="address", at="address")
    if any(len(line) > WIDE for line in kept):
        raise Invalid("Une ligne d’adresse compte 38 caractères au plus.", code="address", at="address")
    return kept


def pdf(letters: Sequence[Letter], *, on: date, site: str, help_line: str = "") -> bytes:
    """One page for each, in order."""
    return printing.pdf(
        "invitation", title="Votre espace de santé", on=in_french(on), site=site, help=help_line,
        letters=[
            {
                "address": one.address, "until": in_french(one.until), "opens": in_french(one.opens) if one.opens else "",
                "code": " ".join(one.code[at : at + 4] for at in range(0, 12, 4)),
                "square": printing.square(f"{site}/invitation/?c={one.code}"),
            }
            for one in letters
        ],
    )  # fmt: skip


@click.command(short_help="Écrire les lettres qui invitent à ouvrir un espace.")
@click.argument("path", type=click.Path(path_type=Path), metavar="FICHIER.csv")
@click.option("--case", "number", required=True, help="Numéro de dossier, écrit dans le journal de chaque personne.")
@click.option(
    "--opens",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="Espaces annoncés : le jour où ils recevront des documents, sans refus.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Le PDF à écrire.")
@click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="Dossier de données (sinon HYGIE_DATA, sinon ./data)."
)
def letters(path: Path, number: str, opens: datetime | None, out: Path, data: Path | None) -> None:
    """Une lettre par ligne : les colonnes de « hygie provision », et adresse1 (le nom) à adresse6.

    Les codes ne sont que dans le PDF : il se garde comme du courrier fermé. Une nouvelle lettre rend l'ancienne sans
    effet. Code de sortie : 0 ; 10 fichier fautif ; 12 fichier absent.
    """
    try:
        if not path.is_file():
            raise NotFound(f"Le fichier {path} n'existe pas.", code="no-such-file")
        with DataFolder(data or Path(config.get("HYGIE_DATA"))).ready():
            written, left = write(path, number=number, out=out, opens=opens.date() if opens else None)
    except HygieError as error:
        click.echo(f"{error.public} [{error.code}]", err=True)
        sys.exit(exit_code(error))
    for line, reason in left:
        click.echo(f"ligne {line} : {reason}", err=True)
    if not written:
        click.echo(f"Aucune lettre : rien n'a été écrit dans {out}.", err=True)
        sys.exit(exit_code(Invalid("Aucune lettre.", code="no-letter")))
    lines = counted(len(left), "ligne", "lignes")
    click.echo(f"{counted(written, 'lettre', 'lettres')} dans {out}, {lines} sans lettre.")


def write(path: Path, *, number: str, out: Path, opens: date | None = None) -> tuple[int, list[tuple[int, str]]]:
    """How many letters, and the lines that got none: nobody there, an address that does not fit, a space refused, a person
    who has hers already. No file when there is no letter; Invalid, and nothing made void, when the file cannot be read.
    """
    source = opened(path)
    rows: list[tuple[int, Row]] = [
        (line, row) for first, part, _ in source.parts(0, 0, rows=2000) for line, row in enumerate(part, first)
    ]  # all of them before the first code: a code that is made voids the one before it
    made: dict[UUID, Letter] = {}
    left: list[tuple[int, str]] = []
    for line, row in rows:
        if empty(row):
            continue
        try:
            found, address = _whom(source.header, row)
            if found in made:
                raise Conflict("Cette personne a déjà sa lettre dans ce fichier.", code="letter-twice")
            made[found] = _invited(found, address, number, opens)
        except HygieError as fault:
            left.append((line, fault.public))
    if made:
        out.touch(mode=0o600)
        out.write_bytes(
            pdf(
                list(made.values()),
                on=datetime.now(UTC).date(),
                site=config.get("HYGIE_PUBLIC_URL"),
                help_line=config.get("HYGIE_HELP_LINE"),
            )
        )
    return len(made), left


def _whom(header: list[str], row: Row) -> tuple[UUID, tuple[str, ...]]:
    from hygie.people import queries as people

    said = words(header, row)
    address = address_of([said.get(name, "") for name in ADDRESS])
    traits, ins = identity(header, row)
    [found] = people.match([(ins, traits)])
    if found is None:
        raise NotFound("Aucun espace n'a ce matricule et ces traits ensemble.", code="nobody")
    return found, address


def _invited(patient_id: UUID, address: tuple[str, ...], number: str, opens: date | None) -> Letter:
    from hygie.access import actions as access
    from hygie.access.types import Action, Purpose, Request

    now = datetime.now(UTC)
    request = Request(
        actor=WHO, patient_id=patient_id, purpose=Purpose.LEGAL, action=Action.ON_BEHALF, at=now,
        reason=f"{access.case_number(number)} ({BY_LETTER})",
    )  # fmt: skip
    invited = access.invite(access.open_record(request), way="letter", name=address[0], at=now)
    return Letter(address=address, code=invited.code, until=invited.until.date(), opens=opens)
