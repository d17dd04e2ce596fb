"""Which document types a profession may read and write, as versioned data.

The rows in `data/read_matrix.csv` approximate the official "matrice d'habilitation": see the header of that file, and
show the approximation wherever it decides something (`is_approximate`). Loading fails loudly on a broken file: a missing
pair, a doubled pair or an unreadable cell stops the program instead of opening or closing a door.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from hygie.people.types import Role

FILE = Path(__file__).with_name("data") / "read_matrix.csv"

ROLES = (Role.DOCTOR, Role.MIDWIFE, Role.DENTIST, Role.PHARMACIST, Role.NURSE, Role.PARAMEDICAL, Role.SOCIAL)
CLASSES = frozenset({"10", "11", "31", "42", "43", "44", "45", "52", "60", "90", "95", "99"})
OFFICIAL = "annex"  # the only source that may clear the `approximate` flag
SOURCES = frozenset({OFFICIAL, "doctors-press", "nurses-press", "dentists-press", "summary-table"})
CONFIDENCES = frozenset({"low", "medium", "high"})
WRITTEN_BY_THE_PERSON = ("DOCPAT", "EXPPAT")
EXPRESSED = "EXPPAT"  # her wishes
SYNTHESIS = "SYNTH"  # what a doctor signs, read on top of the record

_NOTHING: frozenset[str] = frozenset()
_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One cell of the matrix, with where it comes from."""

    role: Role
    class_code: str
    type_code: str
    read: bool
    write: bool
    approximate: bool
    confidence: str
    source: str
    effective: date
    note: str = ""


def parse(text: str) -> tuple[str, tuple[Row, ...]]:
    """The version and the rows of a matrix file.

    Raises ValueError, naming the line, when the file says less or more than exactly one row for each pair.
    """
    version = ""
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("#"):
            version = version or line.removeprefix("# version:").strip() * line.startswith("# version:")
        else:
            lines.append(line)
    if not version:
        raise ValueError("read matrix: no version")
    rows = tuple(_row(number, cells) for number, cells in enumerate(csv.DictReader(lines), start=1))
    _check(rows)
    return version, rows


def _row(number: int, cells: dict[str, str]) -> Row:
    try:
        row = Row(
            role=Role(cells["role"]),
            class_code=cells["class"],
            type_code=cells["type"],
            read=_YES_NO[cells["read"]],
            write=_YES_NO[cells["write"]],
            approximate=_YES_NO[cells["approximate"]],
            confidence=cells["confidence"],
            source=cells["source"],
            effective=date.fromisoformat(cells["effective"]),
            note=cells["note"],
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise ValueError(f"read matrix, row {number}: {fault}") from fault
    if row.role not in ROLES or row.class_code not in CLASSES or not row.type_code.strip():
        raise ValueError(f"read matrix, row {number}: unknown role, class or type")
    if row.source not in SOURCES or row.confidence not in CONFIDENCES:
        raise ValueError(f"read matrix, row {number}: unknown source or confidence")
    if row.approximate == (row.source == OFFICIAL):
        raise ValueError(f"read matrix, row {number}: only the official annex is not approximate")
    if row.write and row.type_code.startswith(WRITTEN_BY_THE_PERSON):
        raise ValueError(f"read matrix, row {number}: only the person writes this type")
    return row


def _check(rows: tuple[Row, ...]) -> None:
    pairs = {(row.role, row.type_code) for row in rows}
    classes = {row.type_code: row.class_code for row in rows}
    if len(pairs) != len(rows):
        raise ValueError("read matrix: a pair is written twice")
    if len(pairs) != len(ROLES) * len(classes):
        raise ValueError("read matrix: a pair is missing")
    if any(classes[row.type_code] != row.class_code for row in rows):
        raise ValueError("read matrix: a type is filed under two classes")


_text = FILE.read_text(encoding="utf-8")
VERSION, _rows = parse(_text)
DIGEST = hashlib.sha256(_text.encode()).hexdigest()
ROWS: dict[tuple[Role, str], Row] = {(row.role, row.type_code): row for row in _rows}
KNOWN_TYPES: frozenset[str] = frozenset(row.type_code for row in _rows)
_READABLE = {role: frozenset(row.type_code for row in _rows if row.role is role and row.read) for role in ROLES}
_WRITABLE = {role: frozenset(row.type_code for row in _rows if row.role is role and row.write) for role in ROLES}


def readable(role: Role) -> frozenset[str]:
    """The type codes this profession may read. Empty for every role the matrix does not know."""
    return _READABLE.get(role, _NOTHING)


def writable(role: Role) -> frozenset[str]:
    """The type codes this profession may deposit. Empty for every role the matrix does not know."""
    return _WRITABLE.get(role, _NOTHING)


@cache
def professions(type_code: str) -> frozenset[Role]:
    """The professions that may read this type. None for a type that the matrix does not know."""
    return frozenset(role for role in ROLES if type_code in _READABLE[role])


def is_approximate(role: Role, type_code: str | None) -> bool:
    """Whether the answer for this pair is our approximation. True for a pair the matrix does not know."""
    row = ROWS.get((role, type_code or ""))
    return row is None or row.approximate
