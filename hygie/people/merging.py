"""Where merged persons are today: redirects computed from the live rows of the merge log."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

# Those whose chain of merges passes through either person, then the end of each chain.
_RECOMPUTE = """
WITH RECURSIVE touched(id) AS (
  SELECT unnest(%s::uuid[])
  UNION SELECT m.merged FROM people_merge m JOIN touched t ON m.kept = t.id WHERE m.undone IS NULL
), chain(merged, now_at) AS (
  SELECT t.id, m.kept FROM touched t JOIN people_merge m ON m.merged = t.id AND m.undone IS NULL
  UNION SELECT c.merged, m.kept FROM chain c JOIN people_merge m ON m.merged = c.now_at AND m.undone IS NULL
), gone AS (
  DELETE FROM people_redirect r USING touched t
  WHERE r.merged = t.id AND NOT EXISTS (SELECT 1 FROM chain c WHERE c.merged = t.id)
)
INSERT INTO people_redirect (merged, kept)
SELECT merged, now_at FROM chain c
WHERE NOT EXISTS (SELECT 1 FROM people_merge m WHERE m.merged = c.now_at AND m.undone IS NULL)
ON CONFLICT (merged) DO UPDATE SET kept = excluded.kept
"""


def recompute(*persons: UUID) -> None:
    with connection.cursor() as sql:
        sql.execute(_RECOMPUTE, [list(persons)])
