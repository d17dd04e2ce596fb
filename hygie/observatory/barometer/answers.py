"""A fieldwork file, read and checked: one line a person, one column an answer.

What is not an answer is kept apart: MISSING (asked, nothing written), REFUSED (would rather not say), NOT_ASKED (the
route did not lead there). Faults are told by line and column; a file with a fault is refused whole.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hygie.base.errors import Invalid, Unsupported
from hygie.observatory.barometer.questionnaire import REFUSED as REFUSED_WORD
from hygie.observatory.barometer.questionnaire import Column, Questionnaire

Codes = NDArray[np.int16]
MISSING: Final = -1
REFUSED: Final = -2
NOT_ASKED: Final = -3
SHOWN: Final = 20  # faults told; the rest are counted
_BLOCK: Final = 5000
_UNKNOWN: Final = -9
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """row: as a spreadsheet counts, the head being line 1."""

    row: int
    column: str
    said: str

    def __str__(self) -> str:
        return f"ligne {self.row}, colonne {self.column} : {self.said}"


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """codes: for each column, the place of each person's answer among the column's options, or a negative constant."""

    questionnaire: Questionnaire
    codes: Mapping[str, Codes]
    size: int

    def count(self, column: str, what: int) -> int:
        return int((self.codes[column] == what).sum())


def read(
    path: Path, questionnaire: Questionnaire, *, codebook: Mapping[tuple[str, str], str] | None = None,
    progress: Progress | None = None, partial: bool = False,
) -> Answers:  # fmt: skip
    """The answers of a CSV, SPSS or Parquet file.

    codebook: (column, value in the file) -> code, for files that speak in numbers; values it does not know are taken as
    codes. Invalid lists the faults by line and column. Unsupported: another kind of file.
    """
    if path.suffix.lower() == ".csv":
        return of_rows(*_csv(path), questionnaire, codebook=codebook, progress=progress, partial=partial)
    if path.suffix.lower() in (".sav", ".zsav"):
        return of_rows(*_spss(path), questionnaire, codebook=codebook, progress=progress, partial=partial)
    if path.suffix.lower() in (".parquet", ".pq"):
        return of_rows(*_parquet(path), questionnaire, codebook=codebook, progress=progress, partial=partial)
    raise Unsupported("Ce fichier n’est ni un CSV, ni un Parquet, ni un fichier SPSS (.sav).", code="fieldwork-format")


def codebook(path: Path) -> dict[tuple[str, str], str]:
    """A CSV of three columns: column, value, code. Invalid when a head is missing."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        rows = csv.DictReader(opened, delimiter=_delimiter(opened.readline(), opened))
        if not {"column", "value", "code"} <= set(rows.fieldnames or ()):
            raise Invalid("Le livret des codes a trois colonnes : column, value, code.", code="codebook-heads")
        return {(row["column"], row["value"]): row["code"] for row in rows}


def of_rows(
    heads: Sequence[str], rows: Iterable[Sequence[str]], total: int, questionnaire: Questionnaire, *,
    codebook: Mapping[tuple[str, str], str] | None = None, progress: Progress | None = None, partial: bool = False,
) -> Answers:  # fmt: skip
    """The answers of rows of words, the heads apart. total: how many rows are expected, for the progress alone.

    partial: an earlier wave, which may lack questions but not what they depend on.
    """
    columns = [one for one in questionnaire.columns() if not partial or one.name in heads]
    if absent := [one.name for one in columns if one.name not in heads]:
        raise Invalid(f"Colonnes absentes du fichier : {', '.join(absent)}.", code="columns-missing")
    if len(set(heads)) != len(heads):
        raise Invalid("Deux colonnes du fichier portent le même nom.", code="columns-twice")
    places = [heads.index(one.name) for one in columns]
    meanings = [_meanings(one, codebook or {}) for one in columns]
    found: dict[str, list[Codes]] = {one.name: [] for one in columns}
    faults: list[Fault] = []
    size = 0
    for block in _blocks(rows):
        for at, row in enumerate(block):
            if len(row) != len(heads):
                faults.append(Fault(size + at + 2, "-", f"{len(row)} cases au lieu de {len(heads)}"))
                block[at] = [""] * len(heads)
        turned = list(zip(*block, strict=True))
        for one, place, meaning in zip(columns, places, meanings, strict=True):
            said = turned[place]
            codes = np.fromiter((meaning.get(word, _UNKNOWN) for word in said), np.int16, len(block))
            for number in map(int, np.flatnonzero(codes == _UNKNOWN)):
                codes[number] = meaning.get(said[number].strip(), _UNKNOWN)
                if codes[number] == _UNKNOWN:
                    told = f"« {said[number][:40]} » n’est pas une réponse connue ({', '.join(one.options)})"
                    faults.append(Fault(size + number + 2, one.name, told))
            found[one.name].append(codes)
        size += len(block)
        if progress:
            progress(size, total)
    if not size:
        raise Invalid("Le fichier n’a aucune réponse.", code="no-answer")
    joined = {name: np.concatenate(parts) for name, parts in found.items()}
    faults += list(_routed(columns, joined))
    if faults:
        raise Invalid(listed(faults), code="fieldwork-faults", at=str(faults[0]))
    return Answers(questionnaire, joined, size)


def listed(faults: Sequence[Fault]) -> str:
    """The first faults, and how many more there are."""
    more = f"\n… et {len(faults) - SHOWN} autres." if len(faults) > SHOWN else ""
    return f"{len(faults)} valeur(s) à corriger :\n" + "\n".join(map(str, faults[:SHOWN])) + more


def _routed(columns: Sequence[Column], codes: dict[str, Codes]) -> Iterator[Fault]:
    """Marks as NOT_ASKED what the route does not lead to; an answer found there is a fault."""
    by_name = {one.name: one for one in columns}
    for one in columns:
        if not one.when:
            continue
        asked = np.ones(len(codes[one.name]), dtype=bool)
        for name, allowed in one.when.items():
            asked &= np.isin(codes[name], [by_name[name].place(code) for code in allowed])
        for row in np.flatnonzero(~asked & (codes[one.name] >= 0)):
            yield Fault(int(row) + 2, one.name, "une réponse à une question qui ne se posait pas")
        codes[one.name][~asked] = NOT_ASKED


def _meanings(column: Column, codebook: Mapping[tuple[str, str], str]) -> dict[str, int]:
    """Every word of a file -> place. Raises Invalid for a codebook that names an unknown code."""
    known = {code: place for place, code in enumerate(column.options)} | {"": MISSING, REFUSED_WORD: REFUSED}
    for (name, value), code in codebook.items():
        if name == column.name:
            if code not in known:
                raise Invalid(f"Livret des codes : « {code} » n’existe pas pour {name}.", code="codebook", at=name)
            known[value] = known[code]
    return known


def _blocks(rows: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    source = iter(rows)
    while block := list(islice(source, _BLOCK)):
        yield block


def _delimiter(head: str, opened: object) -> str:
    opened.seek(0)  # type: ignore[attr-defined]
    return ";" if head.count(";") > head.count(",") else ","


def _csv(path: Path) -> tuple[list[str], Iterator[list[str]], int]:
    with path.open("rb") as counted:
        total = sum(block.count(b"\n") for block in iter(lambda: counted.read(2**20), b""))

    def rows() -> Iterator[list[str]]:
        try:
            with path.open(encoding="utf-8-sig", newline="") as opened:
                delimiter = _delimiter(opened.readline(), opened)
                yield from csv.reader(opened, delimiter=delimiter, strict=True)
        except (UnicodeDecodeError, csv.Error) as error:
            raise Invalid(f"Le fichier ne se lit pas comme un CSV en UTF-8 : {error}.", code="csv") from error

    source = rows()
    heads = [one.strip() for one in next(source, [])]
    return heads, source, max(total - 1, 0)


def _spss(path: Path) -> tuple[list[str], Iterator[list[str]], int]:
    import pyreadstat

    try:
        columns, about = pyreadstat.read_sav(str(path), output_format="dict", apply_value_formats=False)
    except Exception as error:
        raise Invalid("Le fichier SPSS ne se lit pas.", code="spss") from error
    heads = list(columns)
    words = [[_word(value) for value in columns[head]] for head in heads]
    return heads, (list(row) for row in zip(*words, strict=True)), int(about.number_rows or 0)


def _parquet(path: Path) -> tuple[list[str], Iterator[list[str]], int]:
    from hygie.formats import parquet  # a library of 24 MB, for those who have such a file

    heads, rows, total = parquet.read(path)
    return heads, ([_word(value) for value in row] for row in rows), total


def _word(value: object) -> str:
    """A value as it is written: 1.0 is « 1 », a truth « true » or « false »; nothing, or what is no number, is missing."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
