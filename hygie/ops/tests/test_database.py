"""The database is durable, and the application's role is kept behind its walls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connections, transaction

from hygie.base.errors import Unavailable
from hygie.ops import database


@contextmanager
def _owner_setting(name: str, value: str) -> Iterator[None]:
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SET {name} = '{value}'")
        try:
            yield
        finally:
            cursor.execute(f"RESET {name}")


def test_the_test_database_itself_is_durable_and_its_role_ordinary():
    database.check()


def test_a_role_that_answers_before_the_flush_is_refused_with_what_to_do():
    with _owner_setting("synchronous_commit", "off"), pytest.raises(Unavailable) as refusal:
        database.check_durability()
    assert refusal.value.code == "not-durable-synchronous-commit"
    assert "synchronous_commit = on" in refusal.value.public


def test_the_owner_role_is_refused_as_application_role():
    with pytest.raises(Unavailable) as refusal:
        database.check_role("owner")
    assert refusal.value.code == "role-too-strong"
    assert "HYGIE_DATABASE_OWNER_URL" in refusal.value.public


def test_the_application_role_cannot_create_a_table():
    with connections["default"].cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("CREATE TABLE mine (id int)")


def test_the_application_role_can_only_insert_and_read_append_only_tables():
    for table in sorted(database.append_only_tables()):
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT has_table_privilege(%s, 'SELECT'), has_table_privilege(%s, 'INSERT'),"
                " has_table_privilege(%s, 'UPDATE'), has_table_privilege(%s, 'DELETE'), has_table_privilege(%s, 'TRUNCATE')",
                [table] * 5,
            )
            assert cursor.fetchone() == (True, True, False, False, False), table


def test_the_application_role_cannot_rewrite_the_history_of_migrations():
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with refused, transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations")


def test_migrating_again_changes_nothing():
    database.migrate()
    database.check()
