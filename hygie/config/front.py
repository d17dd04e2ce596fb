"""A thin door for deposits, in front of Django and in the same process.

Django's handler and middlewares cost as much as a whole deposit. What they check that a deposit needs is said here or
in `fhir_api.deposit.receive`, which is the very function Django's view calls: bearer token, sizes, media types,
request id, one log line, safe headers. There is no cookie, no session, no form on this path, hence no CSRF.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from hygie.base import collector, logs
from hygie.config.middleware import request_id_from
from hygie.interop.fhir_api import deposit
from hygie.interop.fhir_api.answers import SAFE, Answer

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_IN_FLIGHT = 2**16  # bytes: what fits between two machines without being read
_SPARE, _PATIENCE = 4 * deposit.MAX_BODY, 10.0  # bytes and seconds
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def in_front_of(django: Application) -> Application:
    """The WSGI application: deposits here, everything else in Django."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = _body(environ)
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] not in deposit.PATHS:
            answered = django(environ, start_response)
            _let_finish(body)
            return answered
        began = time.perf_counter()
        request_id = request_id_from(environ.get("HTTP_X_REQUEST_ID", ""))
        answer = _answer(environ, request_id)
        _let_finish(body)
        headers = {**SAFE, **answer.headers, "X-Request-Id": request_id, "Content-Length": str(len(answer.body))}
        start_response(_STATUS[answer.status], list(headers.items()))
        logs.event(
            "request", method="POST", route="fhir-deposit", status=answer.status, request_id=request_id,
            duration_ms=round((time.perf_counter() - began) * 1000, 1),
        )  # fmt: skip
        collector.tidy()
        return [answer.body]

    return application


def _answer(environ: dict[str, Any], request_id: str) -> Answer:
    try:
        announced = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    if announced > deposit.MAX_BODY:
        return deposit.too_large()
    body = environ["wsgi.input"].read(announced or deposit.MAX_BODY + 1)
    if len(body) > deposit.MAX_BODY:
        return deposit.too_large()
    return deposit.receive(
        method="POST", path=environ["PATH_INFO"], headers=_headers(environ), body=body, now=datetime.now(UTC),
        request_id=request_id,
    )  # fmt: skip


class _Body:
    """What is sent, to the end that was announced and no further: beyond it a server may wait for ever (PEP 3333)."""

    def __init__(self, sent: Any, announced: int) -> None:
        self._sent = sent
        self.left = announced

    def read(self, size: int = -1) -> bytes:
        return self._taken(self._sent.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._taken(self._sent.readline, size)

    def _taken(self, take: Callable[[int], bytes], size: int) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        piece = take(wanted) if wanted else b""
        self.left = self.left - len(piece) if piece else 0
        return piece


def _body(environ: dict[str, Any]) -> _Body | None:
    """The body of this request, when it is one of which a part may stay unread: large, and sent without waiting."""
    announced = environ.get("CONTENT_LENGTH") or ""
    if "HTTP_EXPECT" in environ or not announced.isascii() or not announced.isdecimal() or int(announced) <= _IN_FLIGHT:
        return None
    environ["wsgi.input"] = body = _Body(environ["wsgi.input"], int(announced))
    return body


def _let_finish(body: _Body | None) -> None:
    """Read to nothing what is still being sent of a body that was refused on the way.

    Most clients hear an answer only once they have said everything: a connection closed on them is an error without a
    reason. Not for those who wait to be told to go on; within bounds, for a thread is held meanwhile.
    """
    if body is None:
        return
    body.left, until = min(body.left, _SPARE), time.monotonic() + _PATIENCE
    while body.left and time.monotonic() < until:
        body.read(_IN_FLIGHT)


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    return headers
