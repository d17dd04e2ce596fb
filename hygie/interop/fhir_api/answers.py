"""Answers, before any framework: a status, headers, bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from hygie.base.errors import HygieError
from hygie.formats.fhir.outcome import outcome
from hygie.interop.fhir_api.errors import translated

FHIR_JSON = "application/fhir+json; charset=utf-8"
# On every answer of this face. Nothing here is a page: a browser that is shown it must do nothing with it.
SAFE = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
}
# An application's page, of whatever origin, may read what its token opens; no cookie is ever looked at on this face.
ANY_ORIGIN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Location, Last-Modified"}
CORS = ANY_ORIGIN | {
    "Access-Control-Allow-Methods": "GET, POST, PATCH",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept, If-Match, Prefer",
    "Access-Control-Max-Age": "3600",
}
REALM = 'Bearer realm="hygie"'


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. `headers` holds what differs from SAFE."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


def resource(status: int, content: Any, **headers: str) -> Answer:
    """A FHIR resource. Header names are written with underscores: `ETag`, `Last_Modified`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"Content-Type": FHIR_JSON, **named}, orjson.dumps(content))


def refusal(error: HygieError) -> Answer:
    """An OperationOutcome in French, with the place of the fault when there is one."""
    status, kind = translated(error)
    headers = {"Content-Type": FHIR_JSON}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if status == 401:
        headers["WWW-Authenticate"] = REALM
    return Answer(status, headers, orjson.dumps(outcome(kind, error.public, at=error.at)))


def failure() -> Answer:
    """An error of ours that nobody foresaw: nothing of it is told."""
    text = "Une erreur de notre côté : rien n'a été conservé. Réessayez, le même envoi ne sera pas doublé."
    return Answer(500, {"Content-Type": FHIR_JSON}, orjson.dumps(outcome("exception", text)))
