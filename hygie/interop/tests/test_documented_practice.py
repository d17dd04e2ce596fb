"""The page for the editor of a practice's software says what works: its commands are run as they are written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone

from hygie.interop.tests.test_structured import told
from hygie.ops.demo import registering, state
from hygie.ops.demo.members import EVERYONE
from hygie.ops.demo.places import CARERS
from hygie.people.types import Actor, AuthLevel, Kind
from hygie.portal.tests import stage
from hygie.tests.world import Person, World

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "how-to" / "connect-a-practice-software.md"
SETTING = re.compile(r"^export (HYGIE|HYGIE_DATA|PATH)=.*\n", re.MULTILINE)


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


def commands() -> str:
    return SETTING.sub("", "\n".join(re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)))


@pytest.mark.usefixtures("amina")
def test_the_commands_of_the_page_do_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with stage.running() as address:
        monkeypatch.setenv("HYGIE_PUBLIC_URL", address)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands()],
            cwd=tmp_path,
            env=os.environ
            | {
                "HYGIE": address,
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True,
            text=True,
            timeout=180,
        )
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert "200" in said and any(line.startswith("card: ") for line in said), done.stdout
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
    written = sum(len(one.read_text().splitlines()) for one in (ROOT / "hygie/ops/demo_cabinet").glob("*.py"))
    assert abs(written - 500) < 100
