"""Plain SQL: what asks to be prepared is planned once for the connection."""

from __future__ import annotations

from hygie.base.sql import cursor


def test_a_statement_that_asks_for_it_is_prepared_and_no_other(database):
    sql = cursor()
    sql.execute("SELECT %b::int + 41", [1], prepare=True)
    for number in range(20):
        sql.execute("SELECT %b::int + 42", [number])
    kept = [text for (text,) in sql.execute("SELECT statement FROM pg_prepared_statements").fetchall()]
    assert any("+ 41" in text for text in kept)
    assert not any("+ 42" in text for text in kept)
