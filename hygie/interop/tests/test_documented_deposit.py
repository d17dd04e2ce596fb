"""The page for a laboratory's developer says what works: its commands are run as they are written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.utils import timezone

from hygie.access import actions as access
from hygie.access.types import RecordState
from hygie.base import config
from hygie.formats.fhir import search
from hygie.interop.fhir_api import deposit
from hygie.interop.tests import documented
from hygie.ops.demo import state
from hygie.ops.demo.members import EVERYONE
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import IdentityStatus

PAGE = documented.ROOT / "docs" / "how-to" / "deposit-a-first-document.md"


@pytest.fixture
def amina() -> None:
    """She exists, as in a demonstration."""
    someone = next(one for one in EVERYONE if one.name == "Amina Benali")
    calendar = state.read().calendar
    ins = someone.ins(calendar)
    if known.holder(ins) is None:
        now = timezone.now()
        patient_id = people.register_patient(
            traits=someone.traits(calendar), ins=ins, status=IdentityStatus.QUALIFIED, at=now
        )
        access.create_record(patient_id=patient_id, state=RecordState.OPEN, at=now)


@pytest.mark.usefixtures("amina")
def test_the_commands_of_the_page_do_what_it_says(tmp_path: Path) -> None:
    said = documented.run(PAGE, here=tmp_path)
    assert [line for line in said if re.fullmatch(r"\d{3}", line)] == ["201", "201", "200", "202", "422"]
    assert "1 found" in said
    assert "same bytes" in said
    assert said[-1].startswith("La taille annoncée n'est pas celle du document.")
    answers = {name: json.loads((tmp_path / f"{name}.json").read_text()) for name in ("stored", "again", "aside")}
    assert answers["stored"]["id"] == answers["again"]["id"]
    assert answers["aside"]["resourceType"] == "OperationOutcome"


def test_the_page_says_the_true_limits() -> None:
    text = PAGE.read_text()
    assert f"a document is at most {deposit.MAX_DOCUMENT >> 20} MB".casefold() in text.casefold()
    assert f"a message {deposit.MAX_BODY >> 20} MB" in text
    assert deposit.ANNOUNCED_WITHIN.days == 30 and "thirty days" in text
    assert "relatesto" in search.DOCUMENT_PARAMETERS and config.SETTINGS["HYGIE_PORT"].default in text
