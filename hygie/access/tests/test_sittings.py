"""A page asks several questions of one record in one transaction, which lets through no other record and no other reader."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hygie.access import actions, queries
from hygie.access.types import Action
from hygie.base.sql import cursor
from hygie.record import queries as record
from hygie.tests.world import World, care, deposited


def test_what_a_page_asks_within_a_sitting_is_answered_alike_in_one_transaction(world: World) -> None:
    deposited(world.labo_seine, world.amina)
    grant = actions.open_record(care(world.dr_diallo, world.amina))
    apart = (record.documents(grant), record.summary(grant), queries.way_in(grant), queries.last_visit(grant))
    with CaptureQueriesContext(connection) as seen, actions.sitting(grant):
        [mark] = cursor().execute("SELECT pg_current_xact_id()::text").fetchone()
        with actions.sitting(grant):  # a question that sits down itself joins
            together = (
                record.documents(grant),
                record.summary(grant),
                queries.way_in(grant),
                queries.last_visit(grant),
            )
        assert cursor().execute("SELECT pg_current_xact_id()::text").fetchone() == (mark,)
    assert together == apart
    assert not [one for one in seen.captured_queries if "SAVEPOINT" in one["sql"]]


def test_a_sitting_opens_no_other_record_and_leaves_nothing_open_behind_it(world: World) -> None:
    other = world.person("Inès")
    receipt = deposited(world.labo_seine, other)
    world.lets_in(other, world.dr_diallo)
    mine = actions.open_record(care(world.dr_diallo, world.amina))
    hers = actions.open_record(care(world.dr_diallo, other))
    own = other.opens(Action.READ_JOURNAL)
    count = "SELECT count(*) FROM record_document WHERE patient_id = %b"
    with actions.sitting(mine):
        assert cursor().execute(count, [other.id]).fetchone() == (0,)
        for asks in (record.documents, queries.last_visit):
            with pytest.raises(RuntimeError, match="within a sitting"):
                asks(hers)
        with pytest.raises(RuntimeError), actions.sitting(own):
            pass
    assert cursor().execute(count, [world.amina.id]).fetchone() == (0,)
    assert [one.id for one in record.documents(hers)] == [receipt.id]


def test_what_fails_within_a_sitting_ends_it(world: World) -> None:
    grant = actions.open_record(care(world.dr_diallo, world.amina))
    with pytest.raises(ZeroDivisionError), actions.sitting(grant):
        raise ZeroDivisionError
    assert record.documents(grant) == [] and not connection.in_atomic_block
