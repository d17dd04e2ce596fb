"""What a log line may hold, and what never enters it."""

from __future__ import annotations

import json
import logging
import logging.config
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.base import logs
from hygie.base.errors import Refused

CANARY = "Amina 2850578006084"


@pytest.fixture
def lines():
    """The lines written through the real configuration, as objects."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.AllowListFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)


def test_an_event_keeps_its_listed_fields_and_loses_the_others(lines):
    logs.event("deposit", level=logging.WARNING, rule="unknown-client", status=403, title="Bilan", ins="2850578006084")
    (line,) = lines()
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "WARNING", "event": "deposit", "rule": "unknown-client", "status": 403}


@pytest.mark.parametrize(
    "value", ["Amina Benali", "/fhir/Patient?identifier=2850578006084", "", "x" * 65, "é", None, b"x", "2850578006084"]
)
def test_a_listed_word_with_a_value_that_is_not_an_identifier_is_dropped(value):
    assert logs.allowed({"code": value}) == {}


def test_an_exception_leaves_its_class_its_code_and_its_places_never_its_text(lines):
    try:
        raise Refused(f"Le dossier de {CANARY}", code="no-rule-allows")
    except Refused as refusal:
        logs.event("refused", level=logging.WARNING, error=refusal)
    (line,) = lines()
    assert (line["error"], line["code"]) == ("Refused", "no-rule-allows")
    assert line["through"][0].startswith("hygie/base/tests/test_logs.py:")
    assert CANARY not in json.dumps(line, ensure_ascii=False)


def test_what_a_library_logs_is_reduced_to_its_place(lines):
    library = logging.getLogger("some.library")
    try:
        raise ValueError(CANARY)
    except ValueError:
        library.exception("cannot read %s", CANARY, extra={"request": CANARY, "rule": CANARY})
    (line,) = lines()
    assert line["event"] == "some.library"
    assert line["error"] == "ValueError"
    assert "Amina" not in json.dumps(line)


def test_a_number_as_large_as_a_matricule_is_dropped():
    assert logs.allowed({"count": 2850578006084, "status": 200}) == {"status": 200}


@given(st.dictionaries(st.sampled_from(sorted(logs.WORDS | logs.NUMBERS)) | st.text(), st.text() | st.integers()))
def test_whatever_the_fields_only_listed_names_pass(fields):
    assert set(logs.allowed(fields)) <= logs.WORDS | logs.NUMBERS


def test_every_logger_of_the_configuration_writes_through_the_allow_list():
    table = logs.dictionary("INFO")
    assert {handler["formatter"] for handler in table["handlers"].values()} == {"allow-list"}
    assert all(not logger["handlers"] for logger in table["loggers"].values())
