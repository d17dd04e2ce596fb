"""A person's pages on a stage: the real application on loopback, and a cookie that says who is signed in.

The sign-in itself has tests of its own; here every page starts after it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from hygie.people.types import Actor

COOKIE = "on-stage"
CAST: dict[str, Actor] = {}


class OnStage:
    """Middleware of the tests: the actor named by the cookie, among those put in CAST."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if named := request.COOKIES.get(COOKIE):
            request.actor = CAST[named]
        elif not hasattr(request, "actor"):
            request.actor = None
        return self.get_response(request)


def enter(actor: Actor) -> str:
    """Put somebody on stage; the cookie value that says so."""
    CAST[str(actor.id)] = actor
    return str(actor.id)


def middleware() -> list[str]:
    from django.conf import settings

    mark = f"{__name__}.OnStage"
    return (
        settings.MIDDLEWARE
        if mark in settings.MIDDLEWARE
        else [*settings.MIDDLEWARE[:-1], mark, settings.MIDDLEWARE[-1]]
    )


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64  # a browser knocks six times at once

    def process_request_thread(self, *args: Any) -> None:
        """One thread a request: its database connection ends with it."""
        try:
            super().process_request_thread(*args)
        finally:
            connections.close_all()

    def handle_error(self, *args: Any) -> None:
        """A browser that leaves a page closes its sockets."""


@contextmanager
def running() -> Iterator[str]:
    """The application on a loopback port, until the block ends."""
    with override_settings(MIDDLEWARE=middleware()):
        application = StaticFilesHandler(get_wsgi_application())
        server = make_server("127.0.0.1", 0, application, server_class=_Server, handler_class=_Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)
            server.server_close()


@contextmanager
def named() -> Iterator[str]:
    """The application running, and telling others that this is its address."""
    with running() as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HYGIE_PUBLIC_URL", address)
        yield address
