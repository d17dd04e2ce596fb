"""Counts of use: each thing counted in its own transaction, with nobody's name; what leaves gives nobody away."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.base import events
from hygie.base.waits import slot
from hygie.observatory import actions, queries, tallies
from hygie.observatory.indicators.figures import Counts, figures
from hygie.observatory.indicators.register import register
from hygie.ui import words
from hygie.ui.typography import spaced

MARCH = date(2031, 3, 9)
MONTHS = [date(2026, month, 1) for month in range(1, 5)]


def counted(month: date) -> dict[str, int]:
    """Everything counted so far for a month, over or not."""
    after = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    return {what: count for (at, what), count in tallies.ended(before=after).items() if at == month.replace(day=1)}


@pytest.mark.usefixtures("database")
def test_what_is_undone_is_not_counted_and_sessions_add_up():
    mine = f"t{uuid4().hex}"
    with transaction.atomic():
        events.counted(MARCH, {f"{mine}/a": 1})
        transaction.set_rollback(True)
    for _ in range(2):
        events.counted(MARCH, {f"{mine}/a": 2, f"{mine}/b": 1})
        actions.fold()
    events.counted(MARCH, {f"{mine}/a": 1})
    assert {what: n for what, n in counted(MARCH).items() if mine in what} == {f"{mine}/a": 5, f"{mine}/b": 2}
    actions.put(on=MARCH, indicator=mine, counts={"a": 7})
    assert {what: n for what, n in counted(MARCH).items() if mine in what} == {f"{mine}/a": 7}
    assert not [one for one in tallies.ended(before=MARCH) if mine in one[1]]  # March is not over
    with connection.cursor() as sql:
        sql.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'observatory_tally'")
        assert {name for (name,) in sql.fetchall()} == {"month", "what", "backend", "count"}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 60), min_size=4, max_size=4), min_size=5, max_size=5))
def test_nothing_small_leaves_in_any_month_of_any_indicator(rows: list[list[int]]):
    keys = ("announced", "sleeping", "open", "closed", "opposed")
    counts: Counts = {
        (month, f"spaces/{key}"): row[place] for key, row in zip(keys, rows, strict=True) for place, month in enumerate(MONTHS)
    }  # fmt: skip
    [spaces] = [one for one in figures(register(), counts) if one.indicator.id == "spaces"]
    for line in spaces.lines:
        true = rows[keys.index(line.key)]
        assert all(shown is None or shown == 0 or shown >= 10 for shown in line.values)
        assert all(shown is None or abs(shown - count) < 11 + 3 for shown, count in zip(line.values, true, strict=True))
        assert line.values[0] is None or not 0 < true[0] < 11
        for one, then in pairwise(line.values):  # a release minus the one before: the same, or eleven more or less
            assert None in (one, then) or one == then or abs(one - then) >= 10  # type: ignore[operator]


def test_a_month_once_released_never_changes():
    """Seen a month later, from a window that slid, every figure of a month is what it was."""
    months = [date(2025 + place // 12, place % 12 + 1, 1) for place in range(15)]
    counts: Counts = {(month, "spaces/open"): 40 + 4 * place for place, month in enumerate(months)}
    said: dict[date, int | None] = {}
    for end in range(1, len(months) + 1):
        known = {one: count for one, count in counts.items() if one[0] in months[:end]}
        [spaces] = [one for one in figures(register(), known) if one.indicator.id == "spaces"]
        assert len(spaces.months) == min(end, 12)
        for month, value in zip(spaces.months, spaces.whole, strict=True):
            assert said.setdefault(month, value) == value


def test_what_is_settled_late_is_shown_late():
    counts: Counts = {(month, f"read/{key}"): 120 for month in MONTHS for key in ("yes", "no")} | {
        (MONTHS[3], "documents/10"): 240
    }
    found = {one.indicator.id: one for one in figures(register(), counts, before=date(2026, 5, 1))}
    assert found["documents"].months == tuple(MONTHS)
    assert found["read"].months == tuple(MONTHS[:3])
    assert found["read"].shares == (50, 50, 50)
    assert found["read"].sentence() == "En mars 2026 : environ 50 % de 240 documents."


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_a_share_is_right_to_five_points_or_is_not_said(both: int, consult: int, deposit: int):
    keys = {"both": both, "consult": consult, "deposit": deposit}
    counts: Counts = {(MONTHS[0], f"professionals/{key}"): count for key, count in keys.items()}
    [found] = [one for one in figures(register(), counts) if one.indicator.id == "professionals"]
    [share] = found.shares
    hidden = any(line.last is None for line in found.lines if line.key != "deposit")
    if share is None:
        assert hidden or found.whole[0] is None or found.whole[0] < 200
    else:
        assert abs(share - 100 * (both + consult) / (both + consult + deposit)) <= 5


def test_every_indicator_of_the_register_has_figures_in_a_demonstration_and_says_them():
    usage = queries.usage(on=date(2026, 11, 21), demo=True)
    assert all(one.months and (one.lines or one.whole) for one in usage.figures)
    assert len({one.sentence() for one in usage.figures}) > len(usage.figures) - 3
    funnel = next(one for one in usage.figures if one.indicator.kind == "funnel")
    reached = [line.last or 0 for line in funnel.steps]
    assert reached == sorted(reached, reverse=True)
    assert len(reached) == 6


@pytest.mark.usefixtures("database")
def test_the_time_of_visits_is_added_up_over_structures_closed_or_left():
    month = date(2035, 5, 1)
    for structure in (uuid4(), uuid4()):
        actions.count_visit(structure=structure, seconds=59, on=month)
        actions.count_visit(structure=structure, seconds=61, on=month, closed=False)
        actions.count_visit(structure=structure, seconds=4000, on=month, closed=False)
    assert {what: n for what, n in counted(month).items() if what.startswith(("visit/", "leaving/", "structures/"))} == {
        "visit/60": 2, "visit/120": 2, "leaving/closed": 2, "leaving/left": 2, "structures/all": 2,
    }  # fmt: skip


def test_two_ways_to_part_the_same_documents_have_the_same_sum():
    counts: Counts = {
        (MONTHS[0], "documents/10"): 40, (MONTHS[0], "documents/unknown"): 12, (MONTHS[0], "sources/fhir"): 49,
        (MONTHS[0], "sources/somewhere"): 3,
    }  # fmt: skip
    found = {one.indicator.id: one for one in figures(register(), counts) if one.months}
    assert found["documents"].whole == found["sources"].whole == (50,)
    assert [line.values for line in found["sources"].lines] == [(50,), (None,)]  # 0 to 4, for whoever subtracts
    assert [line.label for line in found["documents"].lines] == ["Compte rendu", "Autre"]


def test_anyone_takes_the_files_and_finds_the_figures_of_the_page(database: None):
    page = Client().get("/observatoire/").content.decode()
    assert "Chiffres inventés pour la démonstration" in page
    rows = list(csv.DictReader(io.StringIO(Client().get("/observatoire/fichiers/usage.csv/").content.decode())))
    package = json.loads(Client().get("/observatoire/fichiers/datapackage.json/").content)
    assert set(rows[0]) == {field["name"] for field in package["resources"][0]["schema"]["fields"]}
    usage = queries.usage(on=(datetime.now(UTC) - timedelta(days=1)).date(), demo=True)
    for one in usage.figures:
        if one.months:
            assert spaced(one.sentence(when=words.month)) in page.replace("&#x27;", "'")
            for part in (one.indicator.definition, one.indicator.numerator, one.indicator.denominator):
                assert spaced(part) in page
        key = one.lines[0].key if one.indicator.kind == "mean" else "all-rows"
        said = [row for row in rows if row["indicator"] == one.indicator.id and row["key"] == key]
        assert len(said) == len(one.months)
    alone = Client().get("/observatoire/fichiers/read.csv/").content.decode()
    told = {(row["key"], row["month"]): row["count"] for row in csv.DictReader(io.StringIO(alone))}
    for (key, month), count in told.items():  # whoever takes the file works the share out again
        if key == "share":
            assert int(count) == round(100 * int(told["yes", month]) / int(told["all-rows", month]))
    assert Client().get("/observatoire/fichiers/autre.csv/").status_code == 404
    refused = Client().get("/observatoire/?premier=spaces&second=activated-2024-a").content.decode()
    assert "Pas sur le même axe." in refused
    assert "L’un parle du pays" in refused
    assert queries.compared(usage=usage, first="documents", second="sources").refusal == ""
    assert queries.compared(usage=usage, first="documents", second="spaces").refusal


def test_a_delay_goes_into_the_slot_that_holds_it():
    assert [slot(timedelta(hours=h)) for h in (0, 1, 1.5, 24, 25, 720, 721)] == [
        "1",
        "1",
        "2",
        "24",
        "48",
        "720",
        "more",
    ]
