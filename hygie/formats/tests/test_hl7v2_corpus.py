"""Real messages of the field: all are read, none loses a byte, and what they hold is counted without our reader."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from hygie.formats import extraction, sniff
from hygie.formats.hl7v2 import carried, er7, message
from hygie.formats.paper import recognition

FOLDER = Path(__file__).resolve().parents[3].parent / "shared" / "corpus" / "hl7v2"
FILES = sorted(FOLDER.glob("*")) if FOLDER.is_dir() else []
pytestmark = pytest.mark.skipif(not FILES, reason="the corpus of real messages is not on this machine")
FLAGS = re.compile(
    r"\|(MASQUE_PS|INVISIBLE_PATIENT|INVISIBLE_REP(?:RESENTANTS)?_LEGAUX|CONNEXION_SECRETE|DESTDMP)\^[^|]*\|\|([YN])"
)


@pytest.fixture(autouse=True, scope="module")
def _a_page_is_recognised_once() -> Iterator[None]:
    """Several messages carry the same scan, which takes half a minute; what is compared here is what stands around it."""
    recognise, known = recognition._run, dict[object, object]()

    def once(pixels: bytes, wide: int, tall: int, mode: object) -> object:
        key = hashlib.sha256(pixels).digest(), wide, tall, str(mode)
        if key not in known:
            known[key] = recognise(pixels, wide, tall, mode)
        return known[key]

    patch = pytest.MonkeyPatch()
    patch.setattr(recognition, "_run", once)
    yield
    patch.undo()


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line]


def test_they_are_all_here():
    assert len(FILES) == 30


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[-50:])
def test_a_real_message_is_read_without_loss(path):
    data = path.read_bytes()
    assert sniff.sniff(data) == sniff.HL7_V2
    parsed = er7.parse(data)
    assert er7.write(parsed) == data
    said = lines(path)
    assert [segment.name for segment in parsed.segments] == [line[:3] for line in said]
    read = message.of(parsed)
    assert len(read.results) == sum(line.startswith("OBX|") for line in said)
    assert read.unknown == ()
    assert sum(len(result.participations) for result in read.results) == sum(line.startswith("PRT|") for line in said)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[-50:])
def test_the_files_and_flags_of_a_real_message_are_those_it_holds(path):
    text = path.read_text(encoding="utf-8")
    read = message.read(path.read_bytes())
    expected = []
    for line in lines(path):
        fields = line.split("|")
        if fields[:1] == ["OBX"] and fields[2] == "ED" and not re.match(r"CORPSMAIL|1\^XDM", fields[3]):
            raw = fields[5].split("^")[4]
            expected.append(hashlib.sha256(b64decode(raw + "=" * (-len(raw) % 4))).digest())
    assert [hashlib.sha256(one.data).digest() for one in carried.documents(read)] == expected
    hidden = {name for name, value in FLAGS.findall(text) if value == "Y" and name != "DESTDMP"}
    if ("DESTDMP", "N") in FLAGS.findall(text):
        hidden.add("MASQUE_PS")
    if "CONNEXION_SECRETE" in hidden or "INVISIBLE_REP_LEGAUX" in hidden:
        hidden = hidden - {"CONNEXION_SECRETE", "INVISIBLE_REP_LEGAUX"} | {"INVISIBLE_REPRESENTANTS_LEGAUX"}
    assert carried.flags(read).visibility == hidden


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[-50:])
def test_the_entries_of_a_real_message_are_those_of_its_documents_and_consents(path):
    read = message.read(path.read_bytes())
    found = extraction.extract(path.read_bytes())
    expected = sum(
        len(extraction.extract(one.data, media_type=one.media_type).entries)
        for one in carried.documents(read)
        if one.media_type and one.result.status != "D"
    )
    consents = re.findall(
        r"^ZFA\|ACTIF\|.*?\|(INO|IO)\|\d+\|(IC|INC)\|", path.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(found.entries) == expected + 2 * len(consents)


def test_who_a_real_message_is_about_is_read():
    [path] = [path for path in FILES if path.name.startswith("SGL__")]
    person = message.read(path.read_bytes()).patient
    assert person is not None
    assert (person.matricule, person.oid) == ("279035121518989", "1.2.250.1.213.1.4.10")
    assert (person.birth_family, person.given_names, person.birth_date, person.sex, person.birth_place) == (
        "PAT-TROIS", ("DOMINIQUE",), "1979-03-28", "female", "63220",
    )  # fmt: skip
