"""`hygie drugs import`: what it read, what it left aside and why, and its exit codes. Nothing is written by these."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from hygie.ops.drugs import drugs

EXTRACT = Path(__file__).parents[2] / "formats" / "data" / "bdpm"


def dry(*arguments: str | Path):
    return CliRunner().invoke(drugs, ["import", *map(str, arguments), "--dry-run"])


def test_a_folder_of_official_files_is_read_and_counted():
    end = dry(EXTRACT, "--date", "2026-07-24")
    assert end.exit_code == 0
    assert "64 médicaments et 60 boîtes seraient chargés, état du 24/07/2026." in end.output
    assert "CIS_GENER_bdpm : 1 lignes sans médicament correspondant" in end.output


def test_files_may_be_named_one_by_one_and_strangers_are_left_alone():
    end = dry(EXTRACT / "CIS_bdpm.txt", EXTRACT / "README.md")
    assert end.exit_code == 0 and "64 médicaments et 0 boîtes" in end.output


def test_what_is_wrong_is_one_sentence_and_a_code(tmp_path: Path):
    assert dry(tmp_path / "nowhere").exit_code == 12
    assert dry(tmp_path).exit_code == 10
    end = dry(EXTRACT / "CIS_CIP_bdpm.txt")
    assert end.exit_code == 10 and "[no-drug-list]" in end.output
    (tmp_path / "CIS_bdpm.txt").write_bytes((EXTRACT / "CIS_bdpm.txt").read_bytes())
    assert "[two-drug-files]" in dry(EXTRACT, tmp_path).output


@pytest.mark.parametrize("noise", [b"", b"\x00" * 5_000, b"\xff\xfe" + b"\t" * 100 + b"\r\n", b"a" * 300_000])
def test_noise_in_a_file_is_counted_and_never_stops_the_reading(tmp_path: Path, noise: bytes):
    (tmp_path / "CIS_bdpm.txt").write_bytes(noise + b"\r\n" + (EXTRACT / "CIS_bdpm.txt").read_bytes())
    end = dry(tmp_path)
    assert end.exit_code == 0 and "64 médicaments" in end.output
