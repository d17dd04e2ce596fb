"""Whatever a machine can make of our own description, right or wrong on purpose, through the application as it runs.

Beside `interop/tests/test_fhir_fuzz.py`, which goes through Django alone: here by the whole WSGI application, thin door
included, with schemathesis' own checks of what comes back.
"""

from __future__ import annotations

import os
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from requests import PreparedRequest

from hygie.formats.fhir import openapi
from hygie.tests.crawl.callers import Ask, Told
from hygie.tests.crawl.town import Town

SCHEMA = schemathesis.openapi.from_dict(openapi.document(base="http://localhost/fhir"))
OPERATIONS = [operation.ok() for operation in SCHEMA.get_all_operations()]
EXAMPLES = 1500 if os.environ.get("HYGIE_TORTURE") == "1" else 20
RIGHT, WRONG = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
# Nothing can be wrong in a request that takes nothing.
TRIED = [
    (operation, mode) for operation in OPERATIONS for mode in (RIGHT, WRONG)
    if mode is RIGHT or operation.definition.raw.get("parameters") or "requestBody" in operation.definition.raw
]  # fmt: skip
SENDERS = ("labo", "diallo-software")


@pytest.fixture(scope="module")
def town(database: None) -> Town:
    return Town()


def _ask(case: schemathesis.Case) -> Ask:
    given_ = case.as_transport_kwargs(base_url="http://localhost/fhir")
    made = PreparedRequest()
    made.prepare(
        method=given_["method"], url=given_["url"], params=given_.get("params"), json=given_.get("json"),
        data=given_.get("data"),
    )  # fmt: skip
    where = urlsplit(made.url or "")
    body = made.body.encode() if isinstance(made.body, str) else made.body or b""
    headers = tuple((str(name), str(value)) for name, value in (case.headers or {}).items())
    path = unquote_to_bytes(where.path).decode("utf-8", "replace")
    return Ask(case.method, path, where.query, bytes(body), case.media_type or "application/fhir+json", headers)


@pytest.mark.parametrize(
    ("operation", "mode"), TRIED, ids=[f"{one.definition.raw['operationId']}-{mode.value}" for one, mode in TRIED]
)
def test_every_operation_answers_as_described(
    operation: schemathesis.APIOperation, mode: schemathesis.GenerationMode, town: Town
):
    described = operation.definition.raw["responses"]

    @settings(max_examples=EXAMPLES, deadline=None, phases=[Phase.generate], database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def sent(case: schemathesis.Case) -> None:
        for sender in SENDERS:
            told, leaks = town.told(sender, _ask(case))
            assert leaks == []
            assert told.status < 500
            assert str(told.status) in described, told.body
            assert _kind(told) in ("application/fhir+json", "application/json", "", *_any(described, told))

    sent()


def _kind(told: Told) -> str:
    return told.header("Content-Type").partition(";")[0]


def _any(described: dict[str, dict[str, object]], told: Told) -> tuple[str, ...]:
    return (_kind(told),) if "*/*" in described[str(told.status)].get("content", {}) else ()  # type: ignore[operator]
