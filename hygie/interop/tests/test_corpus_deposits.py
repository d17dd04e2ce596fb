"""Every official example document deposits through the FHIR door, and comes back byte for byte."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from hygie.access import actions as access
from hygie.access.types import Action, Purpose, RecordState, Request
from hygie.formats import sniff
from hygie.formats.cda import identity, metadata
from hygie.formats.cda import reader as cda
from hygie.formats.fhir import systems
from hygie.formats.fhir.types import Code, Subject
from hygie.formats.tests import fhir_samples as samples
from hygie.interop.tests.clients import EVERYTHING, Software
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import Actor, AuthLevel, IdentityStatus, Ins, Kind, Traits
from hygie.record import queries
from hygie.tests.world import NOW, World

FOLDER = Path(__file__).parents[4] / "shared" / "corpus" / "cda"
FILES = sorted(FOLDER.glob("*.xml")) if FOLDER.is_dir() else []


def someone_with(ins: Ins, traits: Traits) -> UUID:
    """The person of the document; several examples are about the same one."""
    holder = known.holder(ins)
    if holder is not None:
        return holder
    patient_id = people.register_patient(traits=traits, ins=ins, status=IdentityStatus.QUALIFIED, at=NOW)
    access.create_record(patient_id=patient_id, state=RecordState.OPEN, at=NOW)
    return patient_id


@pytest.fixture(scope="module")
def labo(database: None) -> Software:
    software = Software(World(), "Labo Seine", lenient=True)
    software.fresh_token(EVERYTHING)
    return software


@pytest.mark.skipif(not FILES, reason="the corpus of examples is not on this machine")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_official_example_deposits_and_comes_back(path: Path, labo: Software) -> None:
    content = path.read_bytes()
    header = cda.read_header(content)
    said, found = identity.identity(header.patient), identity.ins(header.patient)
    # Examples write matricules that several different people share: each file gets a person of its own when it must.
    ins = Ins(found.extension or "", found.root) if found else World.matricule("1990-01-01", "female")
    traits = Traits(
        birth_family=said.birth_family or "SANS-NOM", given_names=said.given_names or ("SANS",),
        birth_date=said.birth_date[:10] if len(said.birth_date) >= 10 else "1990-01-01",
        sex=said.sex, birth_place=said.birth_place,
    )  # fmt: skip
    patient_id = someone_with(ins, traits)
    described = metadata.describe(header)
    subject = Subject(
        matricule=ins.matricule, oid=ins.oid, birth_family=traits.birth_family, given_names=traits.given_names,
        birth_date=traits.birth_date, sex=traits.sex, birth_place=traits.birth_place,
    )  # fmt: skip
    entry = replace(
        samples.entry_for(content), subject=subject, entry_uuid=None, media_type=sniff.sniff(content),
        unique_id=f"urn:oid:1.2.250.1.999.50.{secrets.randbelow(10**12)}", title=described.title or "Document",
        type=Code(described.type_code, systems.LOINC, described.title), category=Code(described.class_code, systems.CLASS),
    )  # fmt: skip
    answer = labo.call("POST", "/fhir/DocumentReference", samples.reference(entry, content))
    assert answer.status_code in (201, 202), answer.content
    if answer.status_code == 202:  # same matricule, other traits than an earlier example: never attached by guess
        assert known.match([(ins, traits)]) == [None]
        return
    person = Actor(kind=Kind.PERSON, id=patient_id, name="Elle", auth=AuthLevel.STRONG, patient_id=patient_id)
    listing = access.open_record(Request(person, patient_id, Purpose.SELF, Action.LIST, NOW))
    kept = queries.by_unique_id(listing, unique_id=entry.unique_id)
    assert kept.metadata.type_code == described.type_code
    reading = access.open_record(Request(person, patient_id, Purpose.SELF, Action.READ, NOW, object_id=kept.id))
    assert queries.content(reading, document_id=kept.id).data == content


@pytest.mark.skipif(not FILES, reason="the corpus of examples is not on this machine")
def test_the_corpus_is_whole() -> None:
    assert len(FILES) == 50
