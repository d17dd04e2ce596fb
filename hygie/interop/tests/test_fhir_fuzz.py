"""Whatever is sent to the FHIR API, it answers: never an error of ours, always an outcome, never a secret."""

from __future__ import annotations

import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hygie.formats.fhir import openapi
from hygie.formats.tests import fhir_samples as samples
from hygie.interop.tests.clients import Software, about, doctor_s_software
from hygie.tests.durability.sizes import size
from hygie.tests.world import World

SCHEMA = schemathesis.openapi.from_dict(openapi.document(base="http://testserver/fhir"))
OPERATIONS = [operation.ok() for operation in SCHEMA.get_all_operations()]
QUIET = settings(
    max_examples=size(25, 300), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None
)  # fmt: skip


@pytest.fixture(scope="module")
def cast(database: None) -> tuple[World, list[Software]]:
    world = World()
    labo = Software(world)
    labo.publish(world.amina)
    return world, [labo, doctor_s_software(world, world.dr_diallo), doctor_s_software(world, world.dr_roux)]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.definition.raw["operationId"])
def test_whatever_our_own_description_allows_is_answered(
    operation: schemathesis.APIOperation, cast: tuple[World, list[Software]]
):
    world, clients = cast

    @QUIET
    @given(case=operation.as_strategy(), number=st.integers(0, 2))
    def sent(case: schemathesis.Case, number: int) -> None:
        request = case.as_transport_kwargs(base_url="http://testserver/fhir")
        from requests import PreparedRequest

        prepared = PreparedRequest()
        prepared.prepare(
            method=request["method"], url=request["url"], params=request.get("params"), json=request.get("json"),
            data=request.get("data"),
        )  # fmt: skip
        body = prepared.body or b""
        kind = case.media_type or "application/fhir+json"
        answer = clients[number].call(
            case.method, prepared.path_url, body.encode() if isinstance(body, str) else body, kind=kind
        )
        assert answer.status_code < 500
        assert str(answer.status_code) in operation.definition.raw["responses"]
        if number == 2:
            assert world.amina.canaries[0].encode() not in answer.content

    sent()


paths = st.sampled_from([
    (), ("content", 0), ("content", 0, "attachment"), ("contained", 0), ("context",), ("subject",),
    ("masterIdentifier",), ("securityLabel", 0), ("contained", 0, "name", 0),
])  # fmt: skip
junk = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6,
)  # fmt: skip


@settings(max_examples=size(150, 3_000), deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_good_message_with_anything_in_one_place_is_answered(data: st.DataObject, cast: tuple[World, list[Software]]):
    world, (labo, *_) = cast
    doc = samples.reference(about(world.amina))
    holder = doc
    for step in data.draw(paths):
        holder = holder[step]
    key = data.draw(st.sampled_from(sorted(holder)) | st.text(max_size=8))
    holder[key] = data.draw(junk)
    try:
        body = orjson.dumps(doc)
    except orjson.JSONEncodeError:
        return  # a lone surrogate cannot be sent
    answer = labo.call("POST", "/fhir/DocumentReference", body)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert orjson.loads(answer.content)["resourceType"] == "OperationOutcome"
