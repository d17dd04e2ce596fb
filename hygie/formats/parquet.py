"""A Parquet file as rows of plain values, block by block: the file may be larger than memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from hygie.base.errors import Invalid

_BLOCK: Final = 5000
# Only what the wheel holds: nothing is fetched, whatever the file says.
_CLOSED: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "threads": "1",
}


def read(path: Path, columns: Sequence[str] = ()) -> tuple[list[str], Iterator[tuple[Any, ...]], int]:
    """(heads, rows, how many rows) of a file that exists; columns: those wanted, by default all.

    A row holds str, int, float, bool, date, datetime, Decimal, or None for nothing. Invalid: not a Parquet file, a
    torn one (while its rows are taken too), or a column that it lacks.
    """
    opened = duckdb.connect(":memory:", config=_CLOSED)
    wanted = ", ".join('"' + one.replace('"', '""') + '"' for one in columns) or "*"
    named = "read_parquet([?], hive_partitioning = false)"
    try:
        total = opened.execute(f"SELECT count(*) FROM {named}", [_alone(path)]).fetchone()
        found = opened.execute(f"SELECT {wanted} FROM {named}", [_alone(path)])
    except duckdb.Error as error:
        opened.close()
        raise _refused(error) from error
    return [one[0] for one in found.description or ()], _rows(opened), int(total[0]) if total else 0


def _rows(opened: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    try:
        while block := opened.fetchmany(_BLOCK):
            yield from block
    except duckdb.Error as error:
        raise _refused(error) from error
    finally:
        opened.close()


def _alone(path: Path) -> str:
    """The name of one file: its stars and brackets are no pattern, and no name is an address."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path.resolve()))


def _refused(error: duckdb.Error) -> Invalid:
    if isinstance(error, duckdb.BinderException):
        return Invalid("Il manque une colonne au fichier Parquet.", code="parquet-column")
    return Invalid("Le fichier Parquet ne se lit pas : il est abîmé, ou d’un autre format.", code="parquet")
