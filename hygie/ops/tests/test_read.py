"""`hygie read`: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hygie.base import errors
from hygie.formats.cda import writer
from hygie.formats.tests import samples
from hygie.ops.exits import EXITS
from hygie.ops.read import read

FOLDER = Path(__file__).parents[4] / "shared" / "corpus" / "cda"


def run(*arguments: str, data: bytes | None = None):
    return CliRunner().invoke(read, [*arguments], input=data, catch_exceptions=False)


def test_it_says_who_what_when(tmp_path):
    file = tmp_path / "anything.bin"
    file.write_bytes(writer.write(samples.lab()))
    result = run(str(file))
    assert result.exit_code == 0
    for words in (
        "document CDA R2",
        "11502-2",
        "Résultats d'examens de biologie",
        "AMINA",
        "BENALI",
        "Labo Seine",
        "1979-03-28",
    ):
        assert words in result.stdout
    assert "Bilan thyroïdien" in result.stdout


def test_json_holds_the_same_and_more():
    found = json.loads(run("-", "--json", data=writer.write(samples.lab())).stdout)
    assert found["type"]["code"] == "11502-2"
    assert found["class"] == {"code": "10", "label": "Compte rendu"}
    assert found["category"] == "Résultats d'analyses"
    assert found["patient"]["ins"] == {"matricule": "279035121518989", "oid": "1.2.250.1.213.1.4.10"}
    assert found["authors"][0]["rpps"] == "10099999901"
    assert found["body"]["sections"][0]["sections"][0]["entries"] == 1
    assert found["warnings"] == []
    assert found["unread"] == []


def test_a_level_one_document_says_what_it_carries():
    found = json.loads(run("-", "--json", data=writer.write(samples.level_one())).stdout)
    assert found["body"] == {"level": 1, "contains": "application/pdf", "size": 15}


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"<!DOCTYPE a><ClinicalDocument/>", errors.Invalid),
        (b"<ClinicalDocument", errors.Invalid),
        (b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>', errors.Invalid),
        (b"PK\x03\x04", errors.Unsupported),
        (b"MSH|^~\\&|LAB", errors.Invalid),
    ],
)
def test_each_refusal_has_its_exit_code_and_one_sentence(data, error):
    result = run("-", data=data)
    assert result.stdout == ""
    assert result.exit_code == EXITS[error]
    assert len(result.stderr.strip().splitlines()) == 1


def test_an_absent_file_is_said_to_be_absent(tmp_path):
    assert run(str(tmp_path / "nowhere.xml")).exit_code == EXITS[errors.NotFound]


def test_a_folder_is_no_file(tmp_path):
    assert run(str(tmp_path)).exit_code == EXITS[errors.Invalid]


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the corpus of examples is not on this machine")
def test_every_example_of_the_framework_prints():
    """Those that carry no large file: what is attached is read in `formats`, which proves it on all of them."""
    examples = [path for path in sorted(FOLDER.glob("*.xml")) if path.stat().st_size < 200_000]
    assert len(examples) >= 20
    for path in examples:
        result = run(str(path))
        assert result.exit_code == 0, path.name
        assert "Personne" in result.stdout
