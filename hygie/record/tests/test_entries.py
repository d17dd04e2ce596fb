"""What documents say: kept with its provenance, as visible as its document, in one transaction with it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hygie.access import actions as access
from hygie.access.types import Action, Grant
from hygie.formats import extraction
from hygie.formats.entries import Certainty, Entry, Found, Unread
from hygie.record import extracting, queries
from hygie.record.types import State
from hygie.tests.world import Person, World, a_report, care, deposited


@pytest.fixture
def world() -> World:
    return World()


def tsh(value: float = 2.1, day: str = "2026-03-12", code: str = "3016-3") -> dict[str, Any]:
    return {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": day,
        "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": "TSH"}], "text": "TSH"},
        "valueQuantity": {"value": value, "unit": "mUI/L", "system": "http://unitsofmeasure.org", "code": "m[IU]/L"},
    }  # fmt: skip


def says(*entries: Entry, text: str = "TSH 2,1 mUI/L", unread: tuple[Unread, ...] = ()) -> Found:
    return Found("paper", "1", entries, unread, text)


def stated(resource: dict[str, Any], place: str = "OBX[1]") -> Entry:
    return Entry(resource, place)


def guessed(resource: dict[str, Any], place: str = "page 1, ligne 4") -> Entry:
    return Entry(resource, place, Certainty.SUGGESTED, 0.7, "TSH 2,1 mUl/L", "Hormones")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> dict[bytes, Any]:
    """What the reader finds in each content, in place of today's readers: a `Found`, or the error it raises."""
    known: dict[bytes, Any] = {}

    def extract(data: bytes, *, media_type: str | None = None) -> Found:
        found = known.get(data, says())
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(extraction, "extract", extract)
    return known


def read(world: World, reads: dict[bytes, Any], found: Any, person: Person | None = None, **more: Any) -> Any:
    """A document of the laboratory that says so, read by the machine."""
    person = person or world.amina
    document = a_report(**more)
    reads[document.content] = found
    receipt = deposited(world.labo_seine, person, document)
    extracting.read(person.id, [receipt.id])
    return receipt


def listed(person: Person) -> Grant:
    return person.opens(Action.LIST)


def test_an_entry_is_told_with_the_place_it_was_read_from(world: World, reads: dict[bytes, Any]) -> None:
    receipt = read(world, reads, says(guessed(tsh())), title="Bilan thyroïdien")
    (item,) = queries.entries(listed(world.amina))
    assert item.source is not None
    assert (item.source.document_id, item.source.title, item.source.author) == (
        receipt.id,
        "Bilan thyroïdien",
        "Labo Seine",
    )
    assert (item.kind, item.day, item.state) == ("Observation", date(2026, 3, 12), State.SUGGESTED)
    assert (item.place, item.section, item.words) == ("page 1, ligne 4", "Hormones", "TSH 2,1 mUl/L")
    assert item.code == "http://loinc.org|3016-3"
    assert item.resource == tsh() and item.received == receipt.received
    assert queries.entry(listed(world.amina), entry_id=item.id) == item


def test_the_doctor_of_someone_else_finds_no_entry(world: World, reads: dict[bytes, Any]) -> None:
    read(world, reads, says(stated(tsh())))
    read(world, reads, says(stated(tsh())), person=world.zoe)
    assert len(queries.entries(access.open_record(care(world.dr_diallo, world.amina)))) == 1
    theirs = queries.entries(listed(world.zoe))[0]
    with pytest.raises(Exception, match="ici"):
        queries.entry(access.open_record(care(world.dr_diallo, world.amina)), entry_id=theirs.id)
