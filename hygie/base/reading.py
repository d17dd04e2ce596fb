"""Pages that only read: what is asked by GET changes nothing but what tells that somebody looked.

A view marked `reading` runs, for GET and HEAD, on a database session in which every transaction is read only, so that
PostgreSQL itself refuses a write that nobody thought of. Those who keep the trace of a look say so at the beginning of
their transaction (`noting`): the gate (journal, visits), the list of opened documents, the budget of searches.

Enforced in test mode, where every page of every face goes through it; elsewhere nothing is asked of the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from hygie.base import config

View = Callable[..., HttpResponse]
_on: ContextVar[bool] = ContextVar("reading", default=False)


def reading(view: View) -> View:
    """The view, refused any write but a noted one when it is asked by GET or HEAD."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or config.mode() != "test":
            return view(request, *args, **kwargs)
        with only_reading():
            return view(request, *args, **kwargs)

    guarded.only_reads = True  # type: ignore[attr-defined]  # for the test that looks for a page without it
    return guarded


@contextmanager
def only_reading() -> Iterator[None]:
    """This thread's connection, read only until the end of the block."""
    _set("on")
    mark = _on.set(True)
    try:
        yield
    finally:
        _on.reset(mark)
        _set("off")


def _set(value: str) -> None:
    """Outside of any transaction. A connection that cannot be put back is closed: the next one begins afresh."""
    try:
        with connection.cursor() as sql:
            sql.execute(f"SET default_transaction_read_only = {value}")
    except Exception:
        connection.close()
        if value == "on":
            raise


def noting(sql: Any) -> None:
    """Let this transaction write, though a page only reads. Must be its first statement: PostgreSQL accepts no later."""
    if _on.get():
        sql.execute("SET TRANSACTION READ WRITE")
