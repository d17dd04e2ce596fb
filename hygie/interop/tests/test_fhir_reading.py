"""Finding, reading, retrieving and changing by FHIR: what may be seen is whole, what may not is not there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import orjson
import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from hygie.access import queries as asks
from hygie.access.types import Action
from hygie.base import config
from hygie.formats.fhir import systems, validate
from hygie.formats.tests import fhir_samples as samples
from hygie.interop.tests.clients import Software, about, doctor_s_software
from hygie.record import actions
from hygie.record import queries as record
from hygie.tests.world import NOW, World, a_report, care, deposited

NOWHERE = "0" * 64


@pytest.fixture
def labo(world: World) -> Software:
    return Software(world)


@pytest.fixture
def diallo(world: World) -> Software:
    return doctor_s_software(world, world.dr_diallo)


@pytest.fixture
def roux(world: World) -> Software:
    return doctor_s_software(world, world.dr_roux)


def told(answer: Any) -> dict[str, Any]:
    resource = validate.validate(answer.content)
    if resource["resourceType"] == "Bundle":
        Bundle.model_validate(orjson.loads(answer.content))
    return resource


def published(labo: Software, person: Any, **changes: Any) -> str:
    answer = labo.publish(person, about(person, **changes))
    return str(answer["Location"].split("/")[-3])


# Finding


def test_her_doctor_finds_her_documents_and_reads_them(world: World, labo: Software, diallo: Software):
    where = published(labo, world.amina)
    found = told(diallo.find(world.amina))
    assert [entry["resource"]["id"] for entry in found["entry"]] == [where]
    one = told(diallo.call("GET", f"/fhir/DocumentReference/{where}"))
    assert one == found["entry"][0]["resource"]
    answer = diallo.call("GET", f"/fhir/Binary/{where}", Accept="application/pdf")
    assert answer.content == samples.CONTENT
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_corrected_type_is_what_answers_say_until_it_is_undone(world: World, labo: Software, diallo: Software):
    where = published(labo, world.amina)
    received = told(diallo.call("GET", f"/fhir/DocumentReference/{where}"))
    document_id = UUID(where[32:])
    actions.refile(
        care(world.dr_diallo, world.amina, Action.CLASSIFY, object_id=document_id), type_code="57833-6", at=NOW
    )
    found = told(diallo.find(world.amina, type="http://loinc.org|57833-6"))
    (corrected,) = [entry["resource"] for entry in found["entry"]]
    assert corrected["type"]["coding"][0]["code"] == "57833-6"
    assert corrected["category"][0]["coding"][0]["code"] == "42"
    assert int(corrected["meta"]["versionId"]) == int(received["meta"]["versionId"]) + 1
    for kept in ("masterIdentifier", "author", "description", "date", "subject"):
        assert corrected.get(kept) == received.get(kept), kept
    code = received["type"]["coding"][0]["code"]
    assert told(diallo.find(world.amina, type=f"http://loinc.org|{code}"))["total"] == 0
    actions.put_back(world.amina.asks(Action.CLASSIFY, object_id=document_id), at=NOW)
    again = told(diallo.call("GET", f"/fhir/DocumentReference/{where}"))
    assert (again["type"], again["category"]) == (received["type"], received["category"])


def test_each_look_is_in_her_journal(world: World, labo: Software, diallo: Software):
    where = published(labo, world.amina)
    diallo.find(world.amina)
    diallo.call("GET", f"/fhir/Binary/{where}")
    lines = asks.journal(world.amina.opens(Action.READ_JOURNAL))
    assert ("read", True, "Dr Diallo") in [(line.action, line.allowed, line.actor_name) for line in lines]
    assert ("list", True, "Dr Diallo") in [(line.action, line.allowed, line.actor_name) for line in lines]


def test_a_doctor_who_is_not_hers_and_a_person_who_does_not_exist_are_one_answer(
    world: World, labo: Software, roux: Software
):
    where = published(labo, world.amina)
    unknown = World().person("Personne")
    nobody = type(unknown)(unknown.id, unknown.traits, World.matricule("1990-01-01", "male"), unknown.actor)
    answers = [
        roux.find(world.amina), roux.find(nobody), roux.call("GET", f"/fhir/DocumentReference/{where}"),
        roux.call("GET", f"/fhir/Binary/{where}"), roux.call("GET", f"/fhir/DocumentReference/{NOWHERE}"),
        roux.call("GET", "/fhir/DocumentReference/abc"), roux.call("GET", f"/fhir/List/{where}"),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_right_role_wrong_patient(world: World, labo: Software, diallo: Software):
    """Dr Diallo treats Amina, not Zoé: neither Zoé's address, nor a forged one that mixes both, opens anything."""
    hers, zoe_s = published(labo, world.amina), published(labo, world.zoe)
    for where in (zoe_s, hers[:32] + zoe_s[32:], zoe_s[:32] + hers[32:]):
        for kind in ("DocumentReference", "Binary", "List"):
            assert diallo.call("GET", f"/fhir/{kind}/{where}").status_code == 404
    assert diallo.find(world.zoe).status_code == 404


def test_what_is_hidden_from_professionals_is_not_there_for_them(world: World, labo: Software, diallo: Software):
    where = published(labo, world.amina, visibility=frozenset({"N", "MASQUE_PS"}))
    assert told(diallo.find(world.amina))["total"] == 0
    assert diallo.call("GET", f"/fhir/Binary/{where}").status_code == 404


def test_a_software_alone_sees_its_own_deposits_and_never_learns_who_exists(world: World, labo: Software):
    other = Software(world, "Autre labo")
    where = published(other, world.amina)
    assert told(labo.find(world.amina))["total"] == 0
    empty = labo.find(world.amina).content
    nobody = type(world.amina)(
        world.amina.id, world.amina.traits, World.matricule("1990-01-01", "male"), world.amina.actor
    )
    assert labo.find(nobody).content == empty
    assert labo.call("GET", f"/fhir/DocumentReference/{where}").status_code == 404
    mine = published(labo, world.amina)
    assert [e["resource"]["id"] for e in told(labo.find(world.amina))["entry"]] == [mine]


def test_criteria_narrow_what_is_found(world: World, labo: Software, diallo: Software):
    published(labo, world.amina)
    for criteria, total in (
        ({"category": "10"}, 1), ({"category": "11"}, 0), ({"type": "http://loinc.org|11502-2"}, 1),
        ({"period-start": "ge2026-01-01"}, 1), ({"date": "lt2026-01-01"}, 0), ({"author.family": "seck"}, 1),
        ({"status": "superseded"}, 0), ({"isArchived": "true"}, 0),
    ):  # fmt: skip
        assert told(diallo.find(world.amina, **criteria))["total"] == total, criteria


def test_a_document_that_did_not_come_by_fhir_is_shown_as_fhir(world: World, diallo: Software):
    deposited(world.labo_seine, world.amina, a_report("Venu d'ailleurs"))
    [entry] = told(diallo.find(world.amina))["entry"]
    assert entry["resource"]["content"][0]["attachment"]["title"] == "Venu d'ailleurs"
    assert world.amina.ins.matricule in entry["resource"]["subject"]["reference"]


def test_a_matricule_in_an_address_is_refused_with_the_way_to_do_it(world: World, diallo: Software):
    name = f"urn:oid:{world.amina.ins.oid}%7C{world.amina.ins.matricule}"
    for answer in (
        diallo.call("GET", f"/fhir/DocumentReference?status=current&patient.identifier={name}"),
        diallo.call("POST", f"/fhir/DocumentReference/_search?status=current&patient.identifier={name}",
                    kind="application/x-www-form-urlencoded"),
    ):  # fmt: skip
        assert answer.status_code == 400
        assert "_search" in orjson.loads(answer.content)["issue"][0]["details"]["text"]
        assert world.amina.ins.matricule.encode() not in answer.content


def test_the_switch_lets_a_matricule_in_an_address(world: World, diallo: Software, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HYGIE_FHIR_GET_INS", "yes")
    name = f"urn:oid:{world.amina.ins.oid}%7C{world.amina.ins.matricule}"
    assert diallo.call("GET", f"/fhir/DocumentReference?status=current&patient.identifier={name}").status_code == 200


@pytest.mark.parametrize(
    "query",
    ["_has:Provenance:target:agent=x", "_include=DocumentReference:subject", "_sort=date", "_filter=x", "type:not=x",
     "patient:Patient.name=x", "_count=-1", "date=yesterday", "_summary=count"],
)  # fmt: skip
def test_nothing_else_can_be_asked(world: World, diallo: Software, query: str):
    answer = diallo.call("GET", f"/fhir/DocumentReference?patient={world.amina.id.hex}&status=current&{query}")
    assert answer.status_code == 400


def test_pages_follow_each_other_and_are_one_s_own(world: World, labo: Software, diallo: Software, roux: Software):
    everything = [published(labo, world.amina) for _ in range(5)]
    answer, seen = diallo.find(world.amina, _count="2"), []
    while True:
        bundle = told(answer)
        assert bundle["total"] == 5
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        assert world.amina.ins.matricule not in str(links)
        if "next" not in links:
            break
        parts = urlsplit(links["next"])
        following = f"{parts.path}?{parts.query}"
        assert roux.call("GET", following).status_code == 400
        assert diallo.call("GET", following.replace("DocumentReference", "List")).status_code == 400
        assert diallo.call("GET", following[:-3] + "AAA").status_code == 400
        answer = diallo.call("GET", following)
    assert sorted(seen) == sorted(everything)


def test_submission_sets_tell_what_arrived(world: World, labo: Software, diallo: Software):
    where = published(labo, world.amina)
    found = told(diallo.find(world.amina, kind="List", code="submissionset", date="ge2026-01-01"))
    [entry] = found["entry"]
    assert entry["resource"]["entry"][0]["item"]["reference"] == f"DocumentReference/{where}"
    assert told(diallo.call("GET", f"/fhir/List/{where}")) == entry["resource"]


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"source.family": "labo"}, 1), ({"source.given": "seine"}, 1), ({"source.family": "diallo"}, 0),
        ({"title": "COMPTE RENDU"}, 1), ({"title": "rendu"}, 0), ({"code": "submissionset"}, 1), ({"code": "folder"}, 0),
        ({"date": "ge2026-01-01"}, 1), ({"date": "lt2026-01-01"}, 0), ({"sourceId": "urn:uuid:{labo}"}, 1),
        ({"sourceId": "urn:ietf:rfc:3986|urn:uuid:{labo}"}, 1), ({"sourceId": "urn:uuid:{other}"}, 0),
        ({"identifier": "urn:uuid:{document}"}, 1), ({"identifier": "urn:uuid:{other}"}, 0),
    ],
)  # fmt: skip
def test_submission_sets_are_found_by_what_they_say(
    world: World, labo: Software, diallo: Software, criteria: dict[str, str], expected: int
):
    where = published(labo, world.amina, title="Compte rendu d'analyses")
    said = {
        name: value.format(labo=labo.id, other=world.zoe.id, document=UUID(where[32:]))
        for name, value in criteria.items()
    }
    assert told(diallo.find(world.amina, kind="List", **said))["total"] == expected


def test_the_bytes_come_in_a_form_that_is_accepted_or_not_at_all(world: World, labo: Software, diallo: Software):
    where = published(labo, world.amina)
    assert diallo.call("GET", f"/fhir/Binary/{where}", Accept="application/*;q=0.5").content == samples.CONTENT
    as_resource = told(diallo.call("GET", f"/fhir/Binary/{where}", Accept="application/fhir+json"))
    assert as_resource["contentType"] == "application/pdf"
    assert diallo.call("GET", f"/fhir/Binary/{where}", Accept="text/xml").status_code == 406


def test_only_the_current_version_of_a_reference_is_there(world: World, labo: Software):
    where = published(labo, world.amina)
    assert labo.call("GET", f"/fhir/DocumentReference/{where}/_history/1").status_code == 200
    assert labo.call("GET", f"/fhir/DocumentReference/{where}/_history/2").status_code == 404


def test_a_version_of_before_is_said_to_be_no_longer_kept_to_those_who_see_the_present_one(
    world: World, labo: Software, roux: Software
):
    where = published(labo, world.amina)
    assert change(labo, where, ARCHIVE).status_code == 200
    address = f"/fhir/DocumentReference/{where}/_history"
    assert labo.call("GET", f"{address}/2").status_code == 200
    past = labo.call("GET", f"{address}/1")
    assert (past.status_code, told(past)["issue"][0]["code"]) == (404, "not-supported")
    for never in ("3", "0", "abc", "9" * 40, "-1"):
        answer = labo.call("GET", f"{address}/{never}")
        assert (answer.status_code, told(answer)["issue"][0]["code"]) == (404, "not-found"), never
    assert len({roux.call("GET", f"{address}/{n}").content for n in (1, 2, 3)}) == 1


def test_a_set_is_found_by_what_its_sender_said_of_it(world: World, labo: Software, diallo: Software):
    set_id = f"urn:oid:1.2.250.1.999.{uuid4().int % 10**12}"
    message = samples.provide((about(world.amina), samples.CONTENT), set_id=set_id)
    lot = message["entry"][0]["resource"]
    lot["contained"] = [{"resourceType": "Practitioner", "id": "p", "name": [{"family": "Seck", "given": ["Fanta"]}]}]
    subject = {"reference": f"Patient?identifier=urn:oid:{world.amina.ins.oid}|{world.amina.ins.matricule}"}
    lot |= {"title": "Bilan de mars", "source": {"reference": "#p"}, "subject": subject}
    assert labo.call("POST", "/fhir", message).status_code == 200
    labo.publish(world.amina)
    for criteria in (
        {"designationType": "07"}, {"sourceId": "urn:oid:1.2.250.1.999"}, {"identifier": set_id}, {"title": "bilan de m"},
        {"source.family": "seck"}, {"source.given": "fanta", "source.family": "Seck"},
    ):  # fmt: skip
        found = told(diallo.find(world.amina, kind="List", **criteria))
        assert found["total"] == 1, criteria
        assert found["entry"][0]["resource"]["title"] == "Bilan de mars"
    for criteria in ({"designationType": "08"}, {"source.family": "roux"}, {"title": "mars"}):
        assert told(diallo.find(world.amina, kind="List", **criteria))["total"] == 0


# Changing


def change(client: Software, where: str, *operations: dict[str, Any], **headers: str) -> Any:
    path = f"/fhir/DocumentReference/{where}" if len(where) == 64 else f"/fhir/DocumentReference?identifier={where}"
    return client.call("PATCH", path, list(operations), kind="application/json-patch+json", **headers)


HIDE = {"op": "replace", "path": "/securityLabel/0", "value": {"coding": [{"code": "MASQUE_PS"}]}}
ARCHIVE = {"op": "replace", "path": "/extension/0/valueBoolean", "value": True}
WITHDRAW = {"op": "replace", "path": "/status", "value": "entered-in-error"}


def test_its_sender_hides_a_document_and_its_level_stays(world: World, labo: Software):
    entry = about(world.amina, visibility=frozenset({"R"}))
    labo.publish(world.amina, entry)
    answer = change(labo, f"urn:ietf:rfc:3986|{entry.unique_id}", HIDE, If_Match='W/"1"')
    assert answer.status_code == 200, answer.content
    changed = told(answer)
    assert changed["meta"]["versionId"] == "2"
    assert [label["coding"][0]["code"] for label in changed["securityLabel"]] == ["MASQUE_PS", "R"]
    [found] = record.documents(world.amina.opens(Action.LIST))
    assert found.visibility == {"MASQUE_PS", "R"}


def test_a_change_of_an_older_version_is_refused(world: World, labo: Software):
    where = published(labo, world.amina)
    assert change(labo, where, ARCHIVE, If_Match='W/"1"').status_code == 200
    assert change(labo, where, HIDE, If_Match='W/"1"').status_code == 412
    assert change(labo, where, HIDE, If_Match="abc").status_code == 400


def test_archiving_puts_a_document_away_and_back(world: World, labo: Software):
    where = published(labo, world.amina)
    assert told(change(labo, where, ARCHIVE))["extension"][0] == {"url": systems.IS_ARCHIVED, "valueBoolean": True}
    assert told(labo.find(world.amina))["total"] == 0
    assert told(labo.find(world.amina, isArchived="true"))["total"] == 1
    assert change(labo, where, ARCHIVE | {"value": False}).status_code == 200
    assert told(labo.find(world.amina))["total"] == 1


def test_its_sender_takes_a_document_back(world: World, labo: Software, diallo: Software):
    where = published(labo, world.amina)
    assert told(change(labo, where, WITHDRAW))["status"] == "entered-in-error"
    assert told(diallo.find(world.amina))["total"] == 0
    assert record.documents(world.amina.opens(Action.LIST)) == []
    assert change(labo, where, WITHDRAW).status_code == 404


def test_a_document_taken_back_is_gone_for_those_who_could_read_it_and_never_was_for_the_others(
    world: World, labo: Software, diallo: Software, roux: Software
):
    where = published(labo, world.amina)
    hidden = published(labo, world.amina, visibility=frozenset({"N", "MASQUE_PS"}))
    for one in (where, hidden):
        assert change(labo, one, WITHDRAW).status_code == 200

    def asked(client: Software, one: str) -> set[tuple[int, bytes]]:
        answers = [client.call("GET", f"/fhir/{kind}/{one}") for kind in ("DocumentReference", "List", "Binary")]
        return {(answer.status_code, answer.content) for answer in answers}

    for gone in (asked(diallo, where), asked(labo, where), asked(labo, hidden)):
        [(status, body)] = gone
        assert (status, validate.validate(body)["issue"][0]["code"]) == (410, "deleted")
    another = Software(world, "Labo Marne")
    nothing = asked(diallo, NOWHERE)
    assert {status for status, _ in nothing} == {404}
    assert asked(diallo, hidden) == asked(roux, where) == asked(another, where) == nothing
    assert asked(diallo, world.zoe.id.hex + where[32:]) == nothing


def test_a_reader_changes_nothing(world: World, labo: Software, diallo: Software):
    where = published(labo, world.amina)
    for operation in (HIDE, ARCHIVE, WITHDRAW):
        assert change(diallo, where, operation).status_code == 403
    [found] = record.documents(world.amina.opens(Action.LIST))
    assert (found.version, found.visibility) == (1, {"N"})


def test_whoever_cannot_see_a_document_learns_nothing_by_changing_it(world: World, labo: Software, roux: Software):
    entry = about(world.amina)
    where = labo.publish(world.amina, entry)["Location"].split("/")[-3]
    other = Software(world, "Autre labo")
    answers = [
        change(who, name, HIDE) for who in (roux, other) for name in (where, entry.unique_id, "urn:oid:1.2.3", NOWHERE)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ({"op": "replace", "path": "/description", "value": "x"}, 405),
        ({"op": "remove", "path": "/subject"}, 405),
        ({"op": "test", "path": "/status", "value": "superseded"}, 422),
        ({"op": "replace", "path": "/status", "value": "superseded"}, 422),
        ({"op": "?", "path": "/status"}, 400),
    ],
)
def test_only_three_fields_change(world: World, labo: Software, operation: dict[str, Any], status: int):
    where = published(labo, world.amina)
    answer = change(labo, where, operation)
    assert answer.status_code == status
    [found] = record.documents(world.amina.opens(Action.LIST))
    assert found.version == 1


def test_a_fhirpath_patch_is_understood_and_an_xml_one_answered_politely(world: World, labo: Software):
    where = published(labo, world.amina)
    path = f"/fhir/DocumentReference/{where}"
    assert labo.call("PATCH", path, b"<diff/>", kind="application/xml-patch+xml").status_code == 415
    parameters = samples.superseding(path, value="entered-in-error")["resource"]
    assert labo.call("PATCH", path, parameters).status_code == 200


# What the server says of itself


def test_the_server_says_what_it_does_to_anyone(world: World):
    anyone = Software(world)
    anyone.token = "none"
    answer = anyone.call("GET", "/fhir/metadata")
    CapabilityStatement.model_validate(orjson.loads(answer.content))
    names = {p["name"] for p in orjson.loads(answer.content)["rest"][0]["resource"][0]["searchParam"]}
    assert {"patient.identifier", "status", "isArchived"} <= names
    assert orjson.loads(anyone.call("GET", "/fhir/openapi.json").content)["openapi"] == "3.1.0"
    assert anyone.call("GET", "/fhir/metadata?_format=xml").status_code == 406


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/fhir/DocumentReference", 405), ("PUT", f"/fhir/DocumentReference/{NOWHERE}", 405),
        ("DELETE", f"/fhir/Binary/{NOWHERE}", 405), ("GET", "/fhir", 405), ("GET", "/fhir/Patient", 404),
        ("GET", "/fhir/$export", 404), ("POST", "/fhir/$graphql", 404), ("GET", "/fhir/AuditEvent?x=1", 404),
    ],
)  # fmt: skip
def test_everything_else_does_not_exist(world: World, labo: Software, method: str, path: str, status: int):
    answer = labo.call(method, path)
    assert answer.status_code == status
    assert orjson.loads(answer.content)["resourceType"] == "OperationOutcome"


def test_every_answer_tells_a_browser_to_do_nothing_with_it(world: World, labo: Software):
    for path in ("/fhir/metadata", f"/fhir/Binary/{NOWHERE}", "/fhir/none"):
        answer = labo.call("GET", path)
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("written", ["Patient/{other}", "{home}/fhir/Patient/{other}", "Patient/{other}/_history/1"])
@pytest.mark.parametrize("where", ["subject", "source"])
def test_a_subject_that_names_another_space_is_refused_as_one_that_does_not_exist(
    world: World, labo: Software, diallo: Software, written: str, where: str
):
    """Whoever reads it later would file it under somebody else; and nobody learns who exists."""
    told_of = {}
    for other in (world.zoe.id, uuid4()):
        link = {"reference": written.format(other=other.hex, home=config.get("HYGIE_PUBLIC_URL"))}
        message = samples.reference(about(world.amina))
        if where == "source":
            patient = next(one for one in message["contained"] if one["resourceType"] == "Patient")
            message["subject"] = {"identifier": patient["identifier"][0]}
            message["context"]["sourcePatientInfo"] = {**link, "identifier": patient["identifier"][0]}
        else:
            message["subject"] = link
        answer = labo.call("POST", "/fhir/DocumentReference", message)
        told_of[other] = (answer.status_code, answer.content)
    assert len(set(told_of.values())) == 1 and {status for status, _ in told_of.values()} == {422}
    assert record.documents(world.amina.opens(Action.LIST)) == []


def test_a_subject_that_names_a_space_with_a_matricule_of_nobody_tells_nothing_either(world: World, labo: Software):
    stranger = World().person("Personne")
    nobody = replace(stranger, ins=World.matricule("1990-01-01", "male"))
    answers = set()
    for other in (world.zoe.id, stranger.id, uuid4()):
        message = samples.reference(about(nobody)) | {"subject": {"reference": f"Patient/{other.hex}"}}
        answer = labo.call("POST", "/fhir/DocumentReference", message)
        answers.add((answer.status_code, answer.content))
    [(status, _)] = answers
    assert status == 422


@pytest.mark.parametrize("written", ["Patient/{hers}", "{home}/fhir/Patient/{hers}", "Patient/123"])
def test_a_document_says_that_it_is_about_the_space_where_it_is_kept(
    world: World, labo: Software, diallo: Software, written: str
):
    """Her own space, or the sender's own number for her, which names nobody here."""
    reference = written.format(hers=world.amina.id.hex, home=config.get("HYGIE_PUBLIC_URL"))
    message = samples.reference(about(world.amina)) | {"subject": {"reference": reference}}
    answer = labo.call("POST", "/fhir/DocumentReference", message, Prefer="return=representation")
    where = answer["Location"].split("/")[-3]
    for shown in (
        answer,
        labo.call("GET", f"/fhir/DocumentReference/{where}"),
        diallo.call("GET", f"/fhir/DocumentReference/{where}"),
    ):
        assert orjson.loads(shown.content)["subject"]["reference"] == f"Patient/{world.amina.id.hex}"
