"""Letters that invite: a code by post, ready to fold into a window envelope. `hygie letters` writes many at once.

The page is A4, folded in three (99 mm) into an envelope of 110 by 220 mm whose window, 35 by 100 mm, stands 20 mm from its
right and bottom edges, as sold in France. Wherever the sheet slides, the window shows x 100 to 190 mm and y 55 to 79 mm
of the page: the address stands there, and nothing else. Text in 14 points, the code in 26.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from hygie.base import config
from hygie.base.errors import HygieError, Invalid, NotFound
from hygie.formats.days import in_french
from hygie.ops.exits import exit_code
from hygie.ops.folder import DataFolder
from hygie.people.types import Actor, AuthLevel, Kind

SAID = {"letter": "invitation par courrier", "desk": "invitation au guichet, sous mandat signé"}
"""What her journal says of it, after the number of the case."""
LINES, WIDE = 6, 38
"""An address has six lines of 38 characters at most (NF Z 10-011)."""
_WINDOW = (102 * mm, 55 * mm)
_LEFT, _RIGHT, _TEXT = 22 * mm, 188 * mm, 14
_PLAIN, _BOLD = (
    "Vera",
    "VeraBd",
)  # in reportlab itself, and embedded in the PDF: a printer at a post office has no others
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
    for font in (_PLAIN, _BOLD):
        pdfmetrics.registerFont(TTFont(font, f"{font}.ttf"))
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, lang="fr-FR", invariant=True)
    canvas.setTitle("Votre espace de santé")
    for letter in letters:
        _page(canvas, letter, on, site, help_line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _page(canvas: Canvas, letter: Letter, on: date, site: str, help_line: str) -> None:
    top = A4[1]
    canvas.setFont(_BOLD, 16)
    canvas.drawString(_LEFT, top - 24 * mm, "Hygie")
    canvas.setFont(_PLAIN, 11)
    canvas.drawString(_LEFT, top - 30 * mm, "Votre espace de santé")
    widest = max(pdfmetrics.stringWidth(line, _PLAIN, 10) for line in letter.address)
    canvas.setFont(_PLAIN, min(10.0, 10 * 86 * mm / widest))
    for number, line in enumerate(letter.address):
        canvas.drawString(_WINDOW[0], top - _WINDOW[1] - 3.5 * mm - number * 11, line)
    page = _Text(canvas, top - 92 * mm)
    page.say(f"Le {in_french(on)}")
    page.say("Un espace de santé est prêt à votre nom", bold=True, size=18, after=8)
    page.say(
        "Vos ordonnances, vos résultats et vos courriers peuvent y arriver. C’est vous qui décidez qui les voit. "
        "Regardez d’abord ce qui vous attend, décidez ensuite."
    )
    if letter.opens is not None:
        page.say(f"Sans refus de votre part, il pourra recevoir vos documents à partir du {in_french(letter.opens)}.")
    page.say("1. Photographiez ce carré avec un téléphone, ou allez à l’adresse :")
    page.say(f"{site}/invitation/", bold=True)
    page.say("2. Donnez ce code, puis votre date de naissance. Rien d’autre n’est demandé.")
    page.say(" ".join(letter.code[at : at + 4] for at in range(0, 12, 4)), bold=True, size=26, after=12)
    _square(canvas, f"{site}/invitation/?c={letter.code}", _RIGHT - 34 * mm, page.at - 2 * mm)
    page.say(
        f"Ce code sert une fois, jusqu’au {in_french(letter.until)}. Passé ce jour, demandez-en un autre : rien n’est perdu.",
        width=_RIGHT - _LEFT - 42 * mm,
    )
    page.say(
        "Vous n’en voulez pas ? La même page vous permet de refuser. Cela ne change rien à vos soins ni à vos "
        "remboursements.", width=_RIGHT - _LEFT - 42 * mm,
    )  # fmt: skip
    call = f"appelez le {help_line}, ou " if help_line else ""
    page.say(f"Sans internet : {call}demandez à votre médecin, à votre pharmacien ou à France Services.")


class _Text:
    """Paragraphs down a page; `at` is where the next begins."""

    def __init__(self, canvas: Canvas, at: float) -> None:
        self._canvas, self.at = canvas, at

    def say(
        self, text: str, *, bold: bool = False, size: int = _TEXT, after: float = 7, width: float = _RIGHT - _LEFT
    ) -> None:
        font = _BOLD if bold else _PLAIN
        self._canvas.setFont(font, size)
        for line in simpleSplit(text, font, size, width):
            self.at -= size * 1.3
            self._canvas.drawString(_LEFT, self.at, line)
        self.at -= after


def _square(canvas: Canvas, text: str, x: float, top: float) -> None:
    """A QR code of 34 mm with its quiet zone."""
    rows = tuple(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    side = 34 * mm / len(rows)
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                canvas.rect(x + across * side, top - (down + 1) * side, side * 1.02, side * 1.02, stroke=0, fill=1)


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
    click.echo(f"{written} lettres dans {out}, {len(left)} lignes sans lettre.")


def write(path: Path, *, number: str, out: Path, opens: date | None = None) -> tuple[int, list[tuple[int, str]]]:
    """How many letters, and the lines that got none: nobody there, an address that does not fit, a space refused."""
    made: list[Letter] = []
    left: list[tuple[int, str]] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        for line, row in enumerate(csv.DictReader(file, delimiter=";" if ";" in first else ","), 2):
            try:
                made.append(_invited(row, number, opens))
            except HygieError as fault:
                left.append((line, fault.public))
    out.touch(mode=0o600)
    out.write_bytes(
        pdf(
            made,
            on=datetime.now(UTC).date(),
            site=config.get("HYGIE_PUBLIC_URL"),
            help_line=config.get("HYGIE_HELP_LINE"),
        )
    )
    return len(made), left


def _invited(row: dict[str, Any], number: str, opens: date | None) -> Letter:
    from hygie.access import actions as access
    from hygie.access.types import Action, Purpose, Request
    from hygie.ops.identities import OPTIONAL, REQUIRED, identity
    from hygie.people import queries as people

    address = address_of([row.get(f"adresse{line}") or "" for line in range(1, LINES + 1)])
    names = [name for name in (*REQUIRED, *OPTIONAL) if name in row]
    traits, ins = identity(names, tuple(row[name] or "" for name in names))
    [found], now = people.match([(ins, traits)]), datetime.now(UTC)
    if found is None:
        raise NotFound("Aucun espace n'a ce matricule et ces traits ensemble.", code="nobody")
    request = Request(
        actor=WHO, patient_id=found, purpose=Purpose.LEGAL, action=Action.ON_BEHALF, at=now,
        reason=f"{access.case_number(number)} ({SAID['letter']})",
    )  # fmt: skip
    invited = access.invite(access.open_record(request), way="letter", name=address[0], at=now)
    return Letter(address=address, code=invited.code, until=invited.until.date(), opens=opens)
