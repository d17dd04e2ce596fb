"""Searching: a closed list, total, and each test looks at what is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.base.errors import Invalid
from hygie.formats.fhir import building, criteria, instants, search
from hygie.formats.fhir.types import Served
from hygie.formats.tests.fhir_samples import ENTRY

BASE = [("patient.identifier", "urn:oid:1.2.250.1.213.1.4.10|279035121518989"), ("status", "current")]
SHOWN = building.build(
    ENTRY, Served("doc1", 1, ENTRY.created, "current", frozenset({"R", "MASQUE_PS"}), True, 10, replaces="old1")
)  # fmt: skip


def asked(*pairs: tuple[str, str]) -> search.Query:
    return search.parse([*BASE, *pairs])


@given(
    st.lists(
        st.tuples(st.sampled_from([*search.DOCUMENT_PARAMETERS, *criteria.CONTROLS, "x", "_has"]), st.text()),
        max_size=8,
    )
)
@settings(deadline=None)
def test_any_parameters_give_a_query_or_invalid(pairs: list[tuple[str, str]]):
    try:
        query = search.parse(pairs)
    except Invalid:
        return
    assert query.matches(SHOWN) in (True, False)


@given(st.text(alphabet="0123456789-T:.Z+eqltgsab", max_size=32))
@settings(deadline=None)
def test_any_date_is_an_interval_or_invalid(text: str):
    try:
        query = asked(("date", text))
    except Invalid:
        return
    moment = query.tests[0].values[0]
    assert isinstance(moment, criteria.Moment)
    assert moment.start < moment.end


@pytest.mark.parametrize(
    "name",
    ["_has:AuditEvent:entity:user", "_filter", "_include", "_revinclude", "_sort", "_summary", "_total", "_elements",
     "patient.name", "patient:Patient.name", "subject", "type:not", "type:in", "author", "_text", "_content", "_lastUpdated"],
)  # fmt: skip
def test_nothing_outside_the_list_is_a_parameter(name: str):
    with pytest.raises(Invalid) as caught:
        asked((name, "x"))
    assert caught.value.code == "search-unknown-parameter"
    assert caught.value.at == name


def test_person_and_status_are_mandatory():
    for missing, at in ((0, "patient.identifier"), (1, "status")):
        with pytest.raises(Invalid) as caught:
            search.parse([pair for number, pair in enumerate(BASE) if number != missing])
        assert caught.value.at == at


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("type", "11502-2", True),
        ("type", "http://loinc.org|11502-2", True),
        ("type", "urn:x|11502-2", False),
        ("type", "11488-4,11502-2", True),
        ("category", "10", True),
        ("category", "11", False),
        ("facility", "SA25", True),
        ("setting", "AMBULATOIRE", True),
        ("format", "urn:ihe:iti:xds-sd:pdf:2008", True),
        ("security-label", "MASQUE_PS", True),
        ("security-label", "V", False),
        ("identifier", "urn:oid:1.2.250.1.999.1.7.42", True),
        ("identifier", "urn:ietf:rfc:3986|urn:uuid:0191d1de-0000-7000-8000-000000000042", True),
        ("identifier", "urn:oid:1.2.3", False),
        ("related", "DocumentReference/old1", True),
        ("relatesto", "other", False),
        ("isArchived", "true", True),
        ("isArchived", "false", False),
        ("_id", "doc1", True),
        ("author.family", "seck", True),
        ("author.family", "SÉC", True),
        ("author.given", "roux", False),
        ("event", "x", False),
        ("date", "2026-03-02", True),
        ("date", "2026", True),
        ("date", "lt2026-03-02", False),
        ("date", "ge2026-03-02", True),
        ("date", "gt2026-03-02", False),
        ("date", "sa2026-03-01", True),
        ("date", "eb2026-04", True),
        ("creation", "le2026-03-02", True),
        ("period", "2026-03-01", True),
        ("period-start", "ge2024-03-01", True),
        ("period-start", "lt2026-03-01T07:15:00Z", False),
        ("period-end", "2026-03-01T07:30:00Z", True),
    ],
)  # fmt: skip
def test_each_parameter_looks_at_what_is_shown(name: str, value: str, found: bool):
    assert asked((name, value)).matches(SHOWN) is found


def test_repeating_a_parameter_narrows_and_a_comma_widens():
    assert not asked(("category", "10"), ("category", "11")).matches(SHOWN)
    assert asked(("date", "ge2026-01-01"), ("date", "lt2027")).matches(SHOWN)
    assert asked(("category", "10,11")).choices("category") == {"10", "11"}


def test_an_escaped_comma_is_a_letter_of_the_code():
    assert asked(("type", r"a\,b")).tests[0].values == (criteria.Token("a,b"),)


def test_a_day_without_a_zone_is_a_day_in_paris():
    start, end = instants.interval("2026-03-29")
    assert (start, end) == (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))


def test_a_matricule_never_shows_in_a_query_s_repr():
    assert "279035121518989" not in repr(asked())


def test_lists_have_their_own_parameters():
    query = search.parse([*BASE, ("code", "submissionset"), ("date", "ge2026")], resource="List")
    shown: dict[str, Any] = {"resourceType": "List", "date": "2026-03-02T10:00:00Z",
                             "code": {"coding": [{"code": "submissionset"}]}}  # fmt: skip
    assert query.matches(shown)
    with pytest.raises(Invalid):
        search.parse([*BASE, ("facility", "x")], resource="List")
