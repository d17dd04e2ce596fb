"""Plain SQL on Django's own connection, inside its transaction, with server-side binding and prepared statements."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection


def cursor() -> psycopg.Cursor[Any]:
    """A cursor that binds on the server and can prepare; Django's own binds on the client."""
    connection.ensure_connection()
    raw = connection.connection
    assert raw is not None
    return psycopg.Cursor(raw)
