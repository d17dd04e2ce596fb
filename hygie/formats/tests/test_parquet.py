"""Parquet files: values as they were written, and refusals instead of anything else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from hygie.base.errors import Invalid
from hygie.formats import parquet


def written(path: Path, select: str) -> Path:
    with duckdb.connect(":memory:") as opened:
        opened.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def test_values_are_those_written_and_only_the_wanted_columns_are_read(tmp_path):
    path = written(
        tmp_path / "a[1]*.parquet",
        "SELECT 'é' AS word, 1 AS n, NULL::INT AS nothing, DATE '2026-11-22' AS day, 1.50 AS exact",
    )
    written(tmp_path / "a1b.parquet", "SELECT 'elsewhere' AS word")  # a name is not a pattern
    heads, rows, total = parquet.read(path)
    assert (heads, total) == (["word", "n", "nothing", "day", "exact"], 1)
    assert list(rows) == [("é", 1, None, date(2026, 11, 22), Decimal("1.50"))]
    assert parquet.read(path, ["day", "word"])[0] == ["day", "word"]


def test_a_file_larger_than_a_block_is_read_whole_and_in_order(tmp_path):
    path = written(tmp_path / "long.parquet", "SELECT range AS n FROM range(12345)")
    _, rows, total = parquet.read(path)
    assert total == 12345 and [row[0] for row in rows] == list(range(12345))


def test_a_torn_file_another_format_and_a_missing_column_are_refused(tmp_path):
    path = written(tmp_path / "whole.parquet", "SELECT hash(range) AS n FROM range(9000)")
    whole = path.read_bytes()
    for name, content in (("words", b"sex,age\n" * 9), ("cut", whole[:-40]), ("empty", b"")):
        (tmp_path / f"{name}.parquet").write_bytes(content)
        with pytest.raises(Invalid, match="ne se lit pas"):
            parquet.read(tmp_path / f"{name}.parquet")
    with pytest.raises(Invalid, match="manque une colonne"):
        parquet.read(path, ["absent"])
