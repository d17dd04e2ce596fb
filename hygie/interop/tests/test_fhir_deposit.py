"""A document arrives by FHIR: kept once, about the right person, or refused with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome

from hygie.access.types import Action
from hygie.base import errors
from hygie.formats.fhir import validate
from hygie.formats.tests import fhir_samples as samples
from hygie.formats.tests import messages
from hygie.formats.tests.messages import Who
from hygie.interop.fhir_api.errors import FHIR
from hygie.interop.tests.clients import Software, about
from hygie.people import actions as people
from hygie.record import queries as record
from hygie.tests.world import NOW, Person, World


@pytest.fixture
def labo(world: World) -> Software:
    return Software(world)


def issue(answer: Any) -> dict[str, Any]:
    told = orjson.loads(answer.content)
    OperationOutcome.model_validate(told)
    validate.validate(answer.content)
    return told["issue"][0]


def test_each_of_the_six_errors_has_its_fhir_words():
    assert set(FHIR) == set(errors.ALL)


def test_a_report_is_kept_and_read_back_byte_for_byte(world: World, labo: Software):
    answer = labo.publish(world.amina)
    assert answer.status_code == 201
    assert answer["ETag"] == 'W/"1"'
    stored = validate.validate(answer.content)
    assert answer["Location"].endswith(f"/fhir/DocumentReference/{stored['id']}/_history/1")
    assert "data" not in stored["content"][0]["attachment"]
    [found] = record.documents(world.amina.opens(Action.LIST))
    assert (found.metadata.title, found.depositor, found.source) == (
        "Bilan sanguin du 2 mars 2026",
        "Labo Seine",
        "fhir",
    )
    assert found.metadata.authors[0].rpps == "10101201234"
    bytes_back = labo.call("GET", f"/fhir/{stored['content'][0]['attachment']['url']}")
    assert bytes_back.content == samples.CONTENT


def test_the_same_again_is_answered_alike_and_kept_once(world: World, labo: Software):
    entry = about(world.amina)
    first, again = (labo.publish(world.amina, entry) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first["Location"] == again["Location"]
    assert first.content == again.content
    assert len(record.documents(world.amina.opens(Action.LIST))) == 1


def test_the_same_number_with_another_content_is_a_conflict(world: World, labo: Software):
    entry = about(world.amina)
    labo.publish(world.amina, entry)
    answer = labo.publish(world.amina, entry, b"%PDF-1.4 other")
    assert answer.status_code == 409
    assert issue(answer)["expression"] == ["DocumentReference"]


def test_the_same_document_by_another_sender_is_not_doubled(world: World, labo: Software):
    entry = about(world.amina)
    first = labo.publish(world.amina, entry)
    other = Software(world, "Messagerie").publish(world.amina, entry)
    assert other.status_code == 200
    assert other["Location"] == first["Location"]


def test_a_mismatched_identity_is_set_aside_and_said_so(world: World, labo: Software):
    amina = replace(world.amina, traits=replace(world.amina.traits, birth_date="1990-01-01"))
    answer = labo.publish(amina)
    assert answer.status_code == 202
    assert "Location" not in answer
    assert issue(answer)["severity"] == "information"
    assert record.documents(world.amina.opens(Action.LIST)) == []


def test_an_unknown_person_and_a_mismatched_one_get_the_same_answer(world: World, labo: Software):
    unknown = replace(world.amina, ins=World.matricule("1991-02-03", "female"))
    mismatched = replace(world.amina, traits=replace(world.amina.traits, birth_family="AUTRE"))
    one, other = labo.publish(unknown), labo.publish(mismatched)
    assert (one.status_code, one.content) == (other.status_code, other.content)


def cda_about(matricule: str, oid: str, *, family: str, given: str, born: str) -> bytes:
    """A small CDA header, of our own, around a level-1 body."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
 <templateId root="1.2.250.1.213.1.1.1.1"/><id root="1.2.250.1.999.5"/>
 <code code="11502-2" codeSystem="2.16.840.1.113883.6.1"/><title>Bilan</title>
 <effectiveTime value="20260302093000+0100"/>
 <confidentialityCode code="R" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="fr-FR"/>
 <setId root="1.2.250.1.999.6"/><versionNumber value="2"/>
 <recordTarget><patientRole><id root="{oid}" extension="{matricule}"/><patient>
  <name><given>{given}</given><given qualifier="BR">{given}</given><family qualifier="BR">{family}</family></name>
  <administrativeGenderCode code="F"/><birthTime value="{born.replace("-", "")}"/>
 </patient></patientRole></recordTarget>
 <author><time value="20260302093000+0100"/><assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="810101201234"/>
  <assignedPerson><name><family>Seck</family></name></assignedPerson></assignedAuthor></author>
 <custodian><assignedCustodian><representedCustodianOrganization><id root="1.2.3"/><name>Labo Seine</name>
 </representedCustodianOrganization></assignedCustodian></custodian>
 <documentationOf><serviceEvent><effectiveTime><low value="20260301"/></effectiveTime></serviceEvent></documentationOf>
 <component><nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0=</text></nonXMLBody></component>
</ClinicalDocument>""".encode()


def publish_cda(labo: Software, world: World, said: Any, **changes: Any) -> Any:
    content = cda_about(
        said.ins.matricule, said.ins.oid, family=said.traits.birth_family, given=said.traits.given_names[0],
        born=said.traits.birth_date,
    )  # fmt: skip
    entry = about(world.amina, content=content, media_type="text/xml", **changes)
    return labo.publish(world.amina, entry, content)


def test_a_cda_that_agrees_is_kept_and_its_stricter_level_followed(world: World, labo: Software):
    answer = publish_cda(labo, world, world.amina)
    assert answer.status_code == 201
    assert any("confidentiel" in one["details"]["text"] for one in orjson.loads(answer.content)["issue"])
    [found] = record.documents(world.amina.opens(Action.LIST))
    assert found.visibility == {"R"}
    assert (found.metadata.set_id, found.metadata.version) == ("urn:oid:1.2.250.1.999.6", 2)


@pytest.mark.parametrize("changed", ["matricule", "name", "birth"])
def test_a_cda_about_someone_else_is_refused_and_nothing_is_kept(world: World, labo: Software, changed: str):
    said = {
        "matricule": replace(world.amina, ins=world.zoe.ins),
        "name": replace(world.amina, traits=replace(world.amina.traits, birth_family="AUTRE")),
        "birth": replace(world.amina, traits=replace(world.amina.traits, birth_date="1950-01-01")),
    }[changed]
    answer = publish_cda(labo, world, said)
    assert answer.status_code == 422
    assert issue(answer)["expression"] == ["DocumentReference.content[0].attachment"]
    for person in (world.amina, world.zoe):
        assert record.documents(person.opens(Action.LIST)) == []
    assert record.quarantine(labo.actor) == []


def hl7_about(person: Person) -> bytes:
    traits = person.traits
    return messages.results(
        Who(person.ins.matricule, person.ins.oid, traits.birth_family, traits.given_names, traits.birth_date.replace("-", ""))
    )  # fmt: skip


def hprim_about(person: Person) -> bytes:
    traits = person.traits
    born = "/".join(reversed(traits.birth_date.split("-")))
    letter = messages.LETTER.replace("BENALI", traits.birth_family).replace("AMINA", traits.given_names[0])
    return messages.letter(letter.replace("28/03/1979", born).replace("279035121518989", person.ins.matricule))


def fhir_about(person: Person) -> bytes:
    said = {
        "resourceType": "Patient", "birthDate": person.traits.birth_date,
        "identifier": [{"system": f"urn:oid:{person.ins.oid}", "value": person.ins.matricule}],
    }  # fmt: skip
    result = {
        "resourceType": "Observation", "status": "final", "code": {"text": "Ferritine"}, "subject": {"reference": "urn:uuid:p"},
        "valueQuantity": {"value": 8, "unit": "µg/L"}, "effectiveDateTime": "2026-03-12",
    }  # fmt: skip
    entries = [{"fullUrl": "urn:uuid:p", "resource": said}, {"fullUrl": "urn:uuid:o", "resource": result}]
    return orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


@pytest.mark.parametrize(("write", "media_type"), [
    (hl7_about, "x-application/hl7-v2+er7"), (hprim_about, "text/x-hprim"), (fhir_about, "application/fhir+json"),
])  # fmt: skip
def test_right_role_wrong_patient_results_that_name_somebody_else_are_refused(
    world: World, labo: Software, write: Callable[[Person], bytes], media_type: str
):
    for person, status in ((world.zoe, 422), (world.amina, 201)):
        content = write(person)
        answer = labo.publish(world.amina, about(world.amina, content=content, media_type=media_type), content)
        assert answer.status_code == status, answer.content
        if status == 422:
            assert issue(answer)["expression"] == ["DocumentReference.content[0].attachment"]
            assert record.documents(world.amina.opens(Action.LIST)) == []
    assert len(record.documents(world.amina.opens(Action.LIST))) == 1
    assert record.documents(world.zoe.opens(Action.LIST)) == []


def test_a_file_that_is_not_what_it_says_is_refused(world: World, labo: Software):
    for content, media_type, status in (
        (b"<html><script>alert(1)</script></html>", "application/pdf", 415),
        (b"%PDF-1.4 x", "text/xml", 422),
        (b"\x89PNG\r\n\x1a\n", "application/pdf", 422),
        (b"PK\x03\x04", "application/zip", 415),
    ):
        entry = about(world.amina, content=content, media_type=media_type)
        answer = labo.publish(world.amina, entry, content)
        assert answer.status_code == status
        assert issue(answer)["expression"] == ["DocumentReference.content[0].attachment.contentType"]
    assert record.documents(world.amina.opens(Action.LIST)) == []


def test_a_bundle_is_answered_entry_by_entry_in_order(world: World, labo: Software):
    pairs = [(about(world.amina, content=body), body) for body in (b"%PDF-1.4 a", b"%PDF-1.4 b")]
    message = samples.provide(*pairs)
    message["entry"][0]["resource"]["subject"] = pairs[0] and samples.reference(pairs[0][0], None)["subject"]
    answer = labo.call("POST", "/fhir", message)
    assert answer.status_code == 200
    told = validate.validate(answer.content)
    assert told["type"] == "transaction-response"
    locations = [entry["response"]["location"].split("/")[0] for entry in told["entry"]]
    assert locations == ["List", "DocumentReference", "DocumentReference", "Binary", "Binary"]
    for entry, (_, body) in zip(told["entry"][3:], pairs, strict=True):
        assert labo.call("GET", f"/fhir/{entry['response']['location']}").content == body


def test_a_replacement_supersedes_what_it_replaces(world: World, labo: Software):
    old = about(world.amina)
    labo.publish(world.amina, old)
    new = about(world.amina, content=b"%PDF-1.4 v2", replaces=old.unique_id)
    message = samples.provide(
        (new, b"%PDF-1.4 v2"),
        extra=(samples.superseding(f"DocumentReference?identifier=urn:ietf:rfc:3986|{old.unique_id}"),),
    )
    message["entry"][0]["resource"]["subject"] = samples.reference(new, None)["subject"]
    answer = labo.call("POST", "/fhir", message)
    assert answer.status_code == 200, answer.content
    [current] = record.documents(world.amina.opens(Action.LIST))
    assert current.metadata.unique_id == new.unique_id
    assert len(record.versions(world.amina.opens(Action.LIST), document_id=current.id)) == 2


def test_a_replacement_by_fhir_id_works_too(world: World, labo: Software):
    where = orjson.loads(labo.publish(world.amina).content)["id"]
    answer = labo.publish(world.amina, about(world.amina, replaces=where))
    assert answer.status_code == 201
    assert orjson.loads(answer.content)["relatesTo"][0]["target"]["reference"] == f"DocumentReference/{where}"
    assert len(record.documents(world.amina.opens(Action.LIST))) == 1


def test_nobody_replaces_the_document_of_another(world: World, labo: Software):
    where = orjson.loads(labo.publish(world.amina).content)["id"]
    answer = Software(world, "Autre labo").publish(world.amina, about(world.amina, replaces=where))
    assert answer.status_code == 403
    assert issue(answer)["expression"] == ["DocumentReference.relatesTo"]


def test_right_role_wrong_patient_a_replacement_never_reaches_another_record(world: World, labo: Software):
    where = orjson.loads(labo.publish(world.zoe).content)["id"]
    answer = labo.publish(world.amina, about(world.amina, replaces=where))
    assert answer.status_code == 404
    [hers] = record.documents(world.zoe.opens(Action.LIST))
    assert hers.status == "current"


def test_a_result_kept_for_an_announcement_has_a_date(world: World, labo: Software):
    labo.publish(world.amina, about(world.amina, visibility=frozenset({"N", "INVISIBLE_PATIENT"})))
    assert record.documents(world.amina.opens(Action.LIST)) == []
    labo_sees = orjson.loads(labo.find(world.amina).content)
    assert labo_sees["total"] == 1


def test_lenient_is_a_right_of_a_client_and_warns(world: World, labo: Software):
    doc = samples.reference(about(world.amina))
    del doc["custodian"]
    refused = labo.call("POST", "/fhir/DocumentReference", doc)
    assert refused.status_code == 422
    assert issue(refused)["expression"] == ["DocumentReference.custodian"]
    taken = Software(world, "Ancien logiciel", lenient=True).call("POST", "/fhir/DocumentReference", doc)
    assert taken.status_code == 201
    assert [one["severity"] for one in orjson.loads(taken.content)["issue"]] == ["information", "warning"]


def test_what_the_caller_prefers_is_given_back(world: World, labo: Software):
    minimal = labo.publish(world.amina, Prefer="return=minimal")
    assert (minimal.status_code, minimal.content) == (201, b"")
    told = labo.publish(world.amina, Prefer="return=OperationOutcome")
    assert issue(told)["code"] == "informational"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"kind": "application/fhir+xml"}, 415),
        ({"kind": "application/fhir+json; charset=iso-8859-1"}, 415),
        ({"Content_Encoding": "gzip"}, 415),
        ({"Accept": "application/fhir+xml"}, 406),
        ({"Accept": "text/html"}, 406),
        ({"Authorization": "Bearer nothing-that-we-know"}, 401),
        ({"Authorization": "Basic dXNlcjpwYXNz"}, 401),
        ({"body": b"{"}, 400),
        ({"body": b'{"resourceType":"Observation"}'}, 400),
        ({"body": b'{"resourceType":"Bundle","type":"transaction"}'}, 400),
    ],
)  # fmt: skip
def test_each_fault_has_its_status_and_a_french_outcome(
    world: World, labo: Software, change: dict[str, Any], status: int
):
    body = change.pop("body", samples.reference(about(world.amina)))
    answer = labo.call("POST", "/fhir/DocumentReference", body, **change)
    assert answer.status_code == status
    assert issue(answer)["details"]["text"]
    assert (answer.headers.get("WWW-Authenticate") is not None) == (status == 401)
    assert record.documents(world.amina.opens(Action.LIST)) == []


def test_a_body_too_large_is_refused_before_it_is_read(world: World, labo: Software):
    answer = labo.call("POST", "/fhir/DocumentReference", b"x", Content_Length=str(200 * 1024 * 1024))
    assert answer.status_code == 413


def test_an_expired_or_revoked_token_is_dead_at_once(world: World, labo: Software):
    labo.token = labo.fresh_token(("system/DocumentReference.c",), lasts=timedelta(seconds=-1))
    assert labo.publish(world.amina).status_code == 401
    labo.token = labo.fresh_token(("system/DocumentReference.c",))
    assert labo.publish(world.amina).status_code == 201
    people.revoke_client(labo.id, at=NOW)
    assert labo.publish(world.amina).status_code == 401


def test_a_scope_gives_what_it_says_and_no_more(world: World):
    depositor = Software(world, scopes=("system/DocumentReference.c",))
    where = orjson.loads(depositor.publish(world.amina).content)["id"]
    assert depositor.find(world.amina).status_code == 403
    assert depositor.call("GET", f"/fhir/DocumentReference/{where}").status_code == 403
    assert depositor.call("GET", f"/fhir/Binary/{where}").status_code == 403
    reader = Software(world, scopes=("system/DocumentReference.rs",))
    assert reader.publish(world.amina).status_code == 403


def test_no_identity_is_in_a_refusal(world: World, labo: Software):
    doc = samples.reference(about(world.amina))
    doc["contained"][0]["gender"] = world.amina.ins.matricule
    answer = labo.call("POST", "/fhir/DocumentReference", doc)
    assert answer.status_code == 400
    assert world.amina.ins.matricule.encode() not in answer.content
    assert world.amina.canaries[0].encode() not in answer.content
