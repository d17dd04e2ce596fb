"""Plain SQL: what asks to be prepared is planned once for the connection; the database works while we do."""

from __future__ import annotations

import os
import time

import psycopg
import pytest
from django.db import connection, transaction

from hygie.base.sql import cursor, meanwhile


def test_a_statement_that_asks_for_it_is_prepared_and_no_other(database):
    sql = cursor()
    sql.execute("SELECT %b::int + 41", [1], prepare=True)
    for number in range(20):
        sql.execute("SELECT %b::int + 42", [number])
    kept = [text for (text,) in sql.execute("SELECT statement FROM pg_prepared_statements").fetchall()]
    assert any("+ 41" in text for text in kept)
    assert not any("+ 42" in text for text in kept)


def test_the_database_works_while_its_answer_is_awaited(database):
    with psycopg.connect(os.environ["HYGIE_DATABASE_URL"], autocommit=True) as elsewhere, transaction.atomic():

        def taken() -> bool:
            return not elsewhere.execute("SELECT pg_try_advisory_xact_lock_shared(7102)").fetchone()[0]

        sql, until = cursor(), time.monotonic() + 30
        with meanwhile(sql, b"SELECT %b::int, pg_advisory_xact_lock(7102) IS NULL", [7]) as answer:
            while not taken():  # by somebody who has not asked for his answer yet
                assert time.monotonic() < until
            [(number, _)] = answer()
        assert number == 7 and sql.execute("SELECT 1").fetchall() == [(1,)]


def test_what_goes_wrong_meanwhile_is_said_and_leaves_a_connection_that_works(database):
    asked = b"SELECT 1 / %b::int"
    with pytest.raises(psycopg.errors.DivisionByZero), transaction.atomic(), meanwhile(cursor(), asked, [0]) as answer:
        answer()
    with pytest.raises(KeyError), transaction.atomic(), meanwhile(cursor(), asked, [1]):
        raise KeyError("of ours")
    assert cursor().execute("SELECT 2").fetchall() == [(2,)]
    assert connection.connection.info.pipeline_status is psycopg.pq.PipelineStatus.OFF
