"""The second wall: row-level security, written once for every table that belongs to a person.

Two scopes, both empty unless set inside the running transaction:
  hygie_scope()  the records that the present actor may at most reach (record and identity tables);
  hygie_gate()   the records that the gate is deciding upon (its own tables: keys, journal, circle).
FORCE means that even the owner of the tables sees nothing without a scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.migrations.operations import RunSQL

FUNCTIONS = """
CREATE FUNCTION hygie_wanted(setting text) RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(nullif(current_setting('hygie.' || setting, true), '')::uuid[], '{}'::uuid[])
$$;
CREATE FUNCTION hygie_gate() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT hygie_wanted('gate')
$$;
CREATE FUNCTION hygie_scope() RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  wanted uuid[] := hygie_wanted('patients');
  reach text := current_setting('hygie.reach', true);
BEGIN
  IF reach = 'all' OR cardinality(wanted) = 0 THEN RETURN wanted; END IF;
  RETURN ARRAY(
    SELECT w FROM unnest(wanted) AS w
    WHERE w::text = current_setting('hygie.self', true)
       OR EXISTS (SELECT 1 FROM access_reach r
                  WHERE r.patient_id = w AND r.subject = ANY(hygie_wanted('subjects'))
                    AND (r.until IS NULL OR r.until > now())));
END $$;
"""
DROP_FUNCTIONS = "DROP FUNCTION hygie_scope(); DROP FUNCTION hygie_gate(); DROP FUNCTION hygie_wanted(text);"


def behind_wall(table: str, scope: str = "hygie_scope") -> RunSQL:
    """The migration operation that puts `table` behind `scope`."""
    inside = f"patient_id = ANY((SELECT {scope}())::uuid[])"
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY wall ON {table} USING ({inside}) WITH CHECK ({inside});",
        f"DROP POLICY wall ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


@contextmanager
def scope(*patients: UUID) -> Iterator[None]:
    """One transaction in which the rows of these persons are visible, then what was visible before.

    For a room's own work about them (registering, correcting, telling). Whatever is done for an actor goes through the
    gate, which sets its own scope after its decision.
    """
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute("SELECT current_setting('hygie.patients', true), current_setting('hygie.reach', true)")
        before = sql.fetchone()
        _see(sql, "{" + ",".join(map(str, patients)) + "}", "all")
        yield
        _see(sql, *(value or "" for value in before))


def _see(sql: Any, patients: str, reach: str) -> None:
    sql.execute("SELECT set_config('hygie.patients', %s, true), set_config('hygie.reach', %s, true)", [patients, reach])
