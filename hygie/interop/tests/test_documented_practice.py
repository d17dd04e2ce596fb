"""The page for the editor of a practice's software says what works: its commands are run as they are written."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone

from hygie.interop.tests import documented
from hygie.interop.tests.test_structured import told
from hygie.ops.demo import registering, state
from hygie.ops.demo.members import EVERYONE
from hygie.ops.demo.places import CARERS
from hygie.people.types import Actor, AuthLevel, Kind
from hygie.tests.world import Person, World

PAGE = documented.ROOT / "docs" / "how-to" / "connect-a-practice-software.md"


@pytest.fixture
def amina() -> None:
    """She, her doctor and a result exist, as in a demonstration."""
    town, calendar, at = registering.Town(), state.read().calendar, timezone.now()
    someone = next(one for one in EVERYONE if one.name == "Amina Benali")
    registering.places(town)
    registering.carers(town)
    registering.members(town, [someone], calendar, at=at)
    # no account: the whole demonstration, in this same database, pairs her with its own provider
    actor = Actor(
        kind=Kind.PERSON, id=uuid4(), name="Amina", auth=AuthLevel.STRONG, patient_id=town.people[someone.sub]
    )
    town.actors[someone.sub] = actor
    registering.settings(town, someone, at=at)
    told(World(), Person(town.people[someone.sub], someone.traits(calendar), someone.ins(calendar), actor))


@pytest.mark.usefixtures("amina")
def test_the_commands_of_the_page_do_what_it_says(tmp_path: Path) -> None:
    said = documented.run(PAGE, here=tmp_path)
    assert "200" in said and any(line.startswith("card: ") for line in said), said
    read = {"patient-read", "results", "treatments", "summary", "everything"}
    assert {line for line in said if line.endswith(" 200")} == {f"{name}.json 200" for name in read}
    answers = {name: json.loads((tmp_path / f"{name}.json").read_text()) for name in read}
    assert answers["patient-read"]["name"][0]["family"] == "BENALI"
    assert "TSH" in [one["resource"]["code"]["text"] for one in answers["results"]["entry"]]
    assert answers["summary"]["type"] == "document"
    assert (tmp_path / "page.html").read_text().count("Amina") > 0


def test_the_page_names_the_demonstration_s_own_doctor_and_practice() -> None:
    page = PAGE.read_text()
    assert f"RPPS={CARERS['diallo'].rpps}" in page
    assert "about 500 lines" in page
    written = sum(
        len(one.read_text().splitlines()) for one in (documented.ROOT / "hygie/ops/demo_cabinet").glob("*.py")
    )
    assert abs(written - 500) < 100
