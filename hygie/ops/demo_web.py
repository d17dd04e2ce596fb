"""What the two programs of the demonstration stand on: a small web server, on this machine only, that writes nothing down."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

Reply = tuple[int, str, str | bytes, list[tuple[str, str]]]
"""Status, media type, body, more headers."""

_REASONS = {
    200: "OK", 303: "See Other", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 502: "Bad Gateway",
}  # fmt: skip


def application(policy: str, answer: Callable[[dict[str, Any]], Reply]) -> Callable[..., Iterable[bytes]]:
    """A WSGI application: `answer` of each request, under this content security policy, kept in no cache."""
    headers = [
        ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"), ("Cache-Control", "no-store"),
    ]  # fmt: skip

    def answering(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, kind, body, more = answer(environ)
        data = body if isinstance(body, bytes) else body.encode()
        start_response(
            f"{status} {_REASONS[status]}",
            [*headers, ("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(data))), *more],
        )
        return [data] if environ["REQUEST_METHOD"] != "HEAD" else []

    return answering


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Addresses name patients: nothing of them is written down."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Without asking a name server who we are."""
        super(WSGIServer, self).server_bind()
        self.server_name, self.server_port = "localhost", self.server_address[1]
        self.setup_environ()

    def handle_error(self, *args: Any) -> None:
        """A browser that leaves a page closes its sockets."""


def serving(port: int, answering: Callable[..., Iterable[bytes]]) -> WSGIServer:
    """A server on the loopback interface alone."""
    return make_server("127.0.0.1", port, answering, server_class=_Server, handler_class=_Quiet)
