"""Plain SQL on Django's own connection, inside its transaction, with server-side binding and prepared statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from django.db import InterfaceError, OperationalError, connection

from hygie.base.errors import Unavailable

Asked = TypeVar("Asked")
Told = TypeVar("Told")
LOST = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError)


def cursor() -> psycopg.Cursor[Any]:
    """A cursor that binds on the server and can prepare; Django's own binds on the client."""
    connection.close_if_health_check_failed()  # once a request, for whoever asks first
    connection.ensure_connection()
    raw = connection.connection
    assert raw is not None
    return psycopg.Cursor(raw)


@contextmanager
def meanwhile(sql: psycopg.Cursor[Any], asked: bytes, values: Sequence[object]) -> Iterator[Callable[[], list[Any]]]:
    """Ask on this cursor's connection and go on: the database works while its answer is not fetched, once, by calling
    what is given. Nothing else is asked on this connection inside.
    """
    raw = sql.connection
    with raw.pipeline():
        yield psycopg.Cursor(raw).execute(asked, values, prepare=True, binary=True).fetchall


def or_unavailable(run: Callable[[Sequence[Asked]], Told]) -> Callable[[Sequence[Asked]], Told]:
    """`run`, with a lost or overloaded database said as Unavailable; the next call begins with a fresh connection."""

    def trying(items: Sequence[Asked]) -> Told:
        try:
            return run(items)
        except LOST as fault:
            raise unavailable() from fault

    return trying


def let_go() -> None:
    """Close this thread's connection: the thread has no more use for it."""
    connection.close()


def unavailable() -> Unavailable:
    """What to say of a database that is lost, full or overloaded. Closes this thread's connection: it is of no use.

    Whether a commit cut in the middle was kept is not known then; the same deposit again finds out and doubles nothing.
    """
    connection.close()
    return Unavailable(
        "La base ne répond pas. Recommencez dans un instant : rien ne sera doublé.", code="database-unreachable",
        retry_after=2,
    )  # fmt: skip
