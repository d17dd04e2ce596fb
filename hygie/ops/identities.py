"""Files of identities, as the national base gives them: CSV or Parquet, one person a row, read by parts.

Rows of both are numbered as lines of a CSV whose first one is the header: the first person stands on line 2.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Protocol

from hygie.base.errors import Invalid
from hygie.people.types import Ins, Traits

REQUIRED = ("matricule", "nom_naissance", "prenoms", "date_naissance", "sexe")
OPTIONAL = ("oid", "lieu_naissance", "nom_utilise", "prenom_utilise")
ADDRESS = tuple(
    f"adresse{line}" for line in range(1, 7)
)  # for letters; the same file opens spaces and writes to people
NIR = "1.2.250.1.213.1.4.8"  # the authority of a matricule when the column is absent (see people.ins)
_SEXES = {"F": "female", "M": "male", "I": "unknown", "2": "female", "1": "male"}

Row = bytes | tuple[str, ...]
"""One line of a CSV, as it came, or the words of one row of a Parquet file."""


class Source(Protocol):
    """A file of identities. header: names of its columns, small letters. size: where its end is, as `parts` counts."""

    header: list[str]
    size: int

    def parts(self, start: int, first: int, *, rows: int) -> Iterator[tuple[int, list[Row], int]]:
        """From that place (0: the beginning) whose line has that number: number of its first line, rows, place after it."""


def opened(path: Path) -> Source:
    """Invalid when its columns are not those of identities, or when it is a Parquet file that cannot be read."""
    with path.open("rb") as file:
        return _Parquet(path) if file.read(4) == b"PAR1" else _Csv(path)


def counted(number: int, one: str, many: str) -> str:
    """So many of them, as French counts: none and one alike."""
    return f"{number} {many if number > 1 else one}"


class _Csv:
    """Places are bytes."""

    def __init__(self, path: Path) -> None:
        self._path, self.size = path, path.stat().st_size
        with path.open("rb") as file:
            self.header = _named(_fields(file.readline().decode("utf-8-sig", "replace")), "dans la première ligne")

    def parts(self, start: int, first: int, *, rows: int) -> Iterator[tuple[int, list[Row], int]]:
        number = max(first, 2)
        with self._path.open("rb") as file:
            if start:
                file.seek(start)
            else:
                file.readline()
            while lines := list[Row](islice(file, rows)):
                yield number, lines, file.tell()
                number += len(lines)


class _Parquet:
    """Places are rows."""

    def __init__(self, path: Path) -> None:
        from hygie.formats import parquet

        self._path = path
        heads, _, self.size = parquet.read(path)
        self.header = _named(heads, "parmi les colonnes")

    def parts(self, start: int, first: int, *, rows: int) -> Iterator[tuple[int, list[Row], int]]:
        from hygie.formats import parquet

        _, found, _ = parquet.read(self._path)
        found, place = islice(found, start, None), start
        while part := list[Row](tuple(map(_word, row)) for row in islice(found, rows)):
            yield place + 2, part, place + len(part)
            place += len(part)


def _word(value: object) -> str:
    """What a CSV would say: a day as YYYY-MM-DD, nothing as nothing."""
    if isinstance(value, str):
        return value
    return "" if value is None else value.isoformat()[:10] if isinstance(value, date) else str(value)


def _named(found: list[str], where: str) -> list[str]:
    names = [one.strip().lower() for one in found]
    if missing := [one for one in REQUIRED if one not in names]:
        raise Invalid(f"Il manque {where} : {', '.join(missing)}.", code="provision-header")
    if unknown := [one for one in names if one not in (*REQUIRED, *OPTIONAL, *ADDRESS)]:
        raise Invalid(f"Colonnes inconnues : {', '.join(unknown)[:200]}.", code="provision-header")
    return names


def _fields(line: str) -> list[str]:
    if ";" in line and not any(map(line.__contains__, '"\r\0')):  # nothing quoted: the same, in a quarter of the time
        return line.rstrip("\n").split(";")
    return next(csv.reader([line.rstrip("\r\n")], delimiter=";" if ";" in line else ","), [])


def as_came(row: Row) -> str:
    """A row as a line of text, for whoever mends it."""
    return row.decode("utf-8", "replace").strip() if isinstance(row, bytes) else ";".join(row)


def empty(row: Row) -> bool:
    return not row.strip() if isinstance(row, bytes) else not any(row)


def words(header: list[str], row: Row) -> dict[str, str]:
    """What stands in each column of a row. Invalid, in words for whoever mends the file."""
    try:
        found = _fields(row.decode("utf-8")) if isinstance(row, bytes) else row
    except (UnicodeDecodeError, csv.Error):
        raise Invalid("Cette ligne n'est pas du texte UTF-8.", code="provision-text") from None
    if len(found) != len(header):
        raise Invalid(f"{len(found)} colonnes au lieu de {len(header)}.", code="provision-columns")
    return {name: value.strip() for name, value in zip(header, found, strict=True)}


def identity(header: list[str], row: Row) -> tuple[Traits, Ins]:
    """One person. Invalid, in words for whoever mends the file."""
    from hygie.people import actions as people

    said = words(header, row)
    sex = _SEXES.get(said["sexe"].upper())
    if sex is None:
        raise Invalid("Le sexe doit être F, M ou I.", code="provision-sex", at="sexe")
    traits = Traits(
        birth_family=said["nom_naissance"], given_names=tuple(said["prenoms"].split()), birth_date=said["date_naissance"],
        sex=sex, birth_place=said.get("lieu_naissance") or None, used_family=said.get("nom_utilise") or None,
        used_given=said.get("prenom_utilise") or None,
    )  # fmt: skip
    return traits, people.check_for_bulk(traits, Ins(said["matricule"], said.get("oid") or NIR))
