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

from hygie.base import logs
from hygie.config.middleware import request_id_from
from hygie.interop.fhir_api import deposit
from hygie.interop.fhir_api.answers import SAFE, Answer

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def in_front_of(django: Application) -> Application:
    """The WSGI application: deposits here, everything else in Django."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] not in deposit.PATHS:
            return django(environ, start_response)
        began = time.perf_counter()
        request_id = request_id_from(environ.get("HTTP_X_REQUEST_ID", ""))
        answer = _answer(environ, request_id)
        headers = {**SAFE, **answer.headers, "X-Request-Id": request_id, "Content-Length": str(len(answer.body))}
        start_response(_STATUS[answer.status], list(headers.items()))
        logs.event(
            "request", method="POST", route="fhir-deposit", status=answer.status, request_id=request_id,
            duration_ms=round((time.perf_counter() - began) * 1000, 1),
        )  # fmt: skip
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


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    return headers
