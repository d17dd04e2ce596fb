"""The entries of one record through FHIR: what a token opens, what it does not, and two clients that others wrote."""

from __future__ import annotations

import asyncio
import re
import secrets
from typing import Any

import pytest
from django.test import Client

from hygie.access.types import Action, Visibility
from hygie.formats.fhir import inside
from hygie.interop.tests.test_smart import App, cabinet, fhir, opened, said, signed_in
from hygie.portal.tests import stage
from hygie.record import actions
from hygie.tests.world import NOW, Person, World, a_report, deposited, read_by_machine

BUNDLE = """{"resourceType":"Bundle","type":"collection","entry":[
 {"resource":{"resourceType":"Observation","status":"final","effectiveDateTime":"2026-03-12",
  "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
  "code":{"coding":[{"system":"http://loinc.org","code":"3016-3","display":"TSH"}],"text":"TSH"},
  "valueQuantity":{"value":2.1,"unit":"mUI/L","system":"http://unitsofmeasure.org","code":"m[IU]/L"},
  "referenceRange":[{"low":{"value":0.4},"high":{"value":4.0},"text":"0,4 - 4,0"}]}},
 {"resource":{"resourceType":"Condition","clinicalStatus":{"coding":[
   {"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
  "code":{"text":"Hypothyroïdie"},"subject":{"display":"elle"},"onsetDateTime":"2019"}}]}"""


def told(world: World, person: Person | None = None) -> Any:
    """A document that says two things, read."""
    person = person or world.amina
    document = a_report("Résultats", content=BUNDLE.encode())
    from dataclasses import replace

    document = replace(document, metadata=replace(document.metadata, media_type="application/fhir+json"))
    receipt = deposited(world.labo_seine, person, document)
    read_by_machine(person, receipt)
    return receipt


def her_token(world: World, scope: str = "launch/patient patient/*.rs") -> str:
    app, browser = App(world), signed_in(world.amina)
    back = said(browser.post(app.address(scope=scope), {"reponse": "oui", "duree": "heure"}))
    token: str = app.redeem(back["code"]).json()["access_token"]
    return token


def ask(token: str, path: str, **more: Any) -> Any:
    return Client().get(f"/fhir/{path}", headers={"Authorization": f"Bearer {token}"}, **more)


def test_an_application_that_a_person_let_in_reads_her_entries_and_says_where_they_come_from(world: World):
    receipt = told(world)
    token = her_token(world)
    found = ask(token, f"Observation?patient={world.amina.id.hex}&code=http://loinc.org|3016-3").json()
    assert found["total"] == 1
    one = found["entry"][0]["resource"]
    assert one["valueQuantity"]["value"] == 2.1 and one["subject"] == {"reference": f"Patient/{world.amina.id.hex}"}
    assert one["meta"]["source"].endswith(receipt.id.hex) and one["meta"]["tag"][0]["code"] == "stated"
    again = ask(token, f"Observation/{one['id']}")
    assert again.status_code == 200 and again.json() == one


@pytest.mark.parametrize(
    ("query", "count"),
    [("code=3016-3", 1), ("code=http://loinc.org|2951-2", 0), ("date=2026-03", 1), ("date=gt2026-03-12", 0), ("category=laboratory", 1),
     ("status=final", 1), ("status=amended", 0), ("_lastUpdated=ge2020", 1), ("_count=1", 1)],
)  # fmt: skip
def test_the_closed_list_of_criteria_is_kept(world: World, query: str, count: int):
    told(world)
    assert len(ask(her_token(world), f"Observation?{query}").json().get("entry", ())) == count


@pytest.mark.parametrize(
    "query", ["_include=Observation:subject", "subject:Patient.name=x", "_has=x", "value-quantity=2", "code="]
)
def test_any_other_criterion_is_refused(world: World, query: str):
    answer = ask(her_token(world), f"Observation?{query}")
    assert answer.status_code == 400 and answer.json()["resourceType"] == "OperationOutcome"


def test_a_token_for_one_space_opens_no_other_not_even_one_its_holder_may_open(world: World):
    told(world)
    token = her_token(world)
    assert ask(token, f"Observation?patient={world.zoe.id.hex}").status_code == 404
    assert ask(token, f"Patient/{world.zoe.id.hex}").status_code == 404
    doctor = cabinet(world, world.dr_diallo)
    world.lets_in(world.zoe, world.dr_diallo)
    app, door = App(world), opened(doctor, world.amina)
    code = said(Client().get(app.address(launch=door["launch"], scope="launch openid fhirUser user/*.rs")))["code"]
    token = app.redeem(code).json()["access_token"]
    assert ask(token, f"Observation?patient={world.amina.id.hex}").json()["total"] == 1
    assert ask(token, f"Observation?patient={world.zoe.id.hex}").status_code == 404
    assert ask(token, f"Practitioner/{world.dr_diallo.id}").json()["name"][0]["family"] == "Diallo"
    assert ask(token, f"Practitioner/{world.dr_roux.id}").status_code == 404


def test_a_scope_on_one_kind_opens_that_kind_alone(world: World):
    told(world)
    token = her_token(world, "launch/patient patient/Observation.rs")
    assert ask(token, "Observation").status_code == 200
    assert ask(token, "Condition").status_code == 403
    assert ask(token, f"Patient/{world.amina.id.hex}").status_code == 403
    assert ask(token, f"Patient/{world.amina.id.hex}/$everything").status_code == 403


def test_what_is_hidden_from_a_doctor_is_absent_for_her_application_too(world: World):
    receipt = told(world)
    grant = actions.open_to_correct(world.amina.asks(Action.SET_VISIBILITY, object_id=receipt.id))
    actions.set_visibility(grant, document_id=receipt.id, add={Visibility.HIDDEN_FROM_PROFESSIONALS}, at=NOW)
    app, door = App(world), opened(cabinet(world, world.dr_diallo), world.amina)
    code = said(Client().get(app.address(launch=door["launch"], scope="launch user/*.rs")))["code"]
    token = app.redeem(code).json()["access_token"]
    assert ask(token, "Observation").json()["total"] == 0
    assert ask(her_token(world), "Observation").json()["total"] == 1


def test_everything_gives_the_person_her_documents_and_her_entries(world: World):
    told(world)
    found = ask(her_token(world), f"Patient/{world.amina.id.hex}/$everything").json()
    kinds = [one["resource"]["resourceType"] for one in found["entry"]]
    assert sorted(kinds) == ["Condition", "DocumentReference", "Observation", "Patient"]
    assert found["entry"][0]["resource"]["name"][0]["family"] == world.amina.traits.birth_family


def test_summary_is_one_document_of_what_is_sure_and_reads_back(world: World):
    from hygie.formats.fhir.extract import extract

    told(world)
    answer = ask(her_token(world), f"Patient/{world.amina.id.hex}/$summary")
    made = answer.json()
    assert (made["resourceType"], made["type"]) == ("Bundle", "document")
    composition, person = (one["resource"] for one in made["entry"][:2])
    assert composition["type"]["coding"][0]["code"] == "60591-5"
    assert person["name"][0]["family"] == world.amina.traits.birth_family
    found = [one.resource for one in extract(answer.content).entries]
    assert [one["resourceType"] for one in found] == ["Condition", "Observation"]
    assert found[1]["valueQuantity"]["value"] == 2.1


def test_summary_asks_for_every_kind_and_for_ones_own_space(world: World):
    told(world)
    narrow = her_token(world, "launch/patient patient/Observation.rs")
    assert ask(narrow, f"Patient/{world.amina.id.hex}/$summary").status_code == 403
    zoe_app, zoe = App(world), signed_in(world.zoe)
    back = said(zoe.post(zoe_app.address(scope="launch/patient patient/*.rs"), {"reponse": "oui", "duree": "heure"}))
    token = zoe_app.redeem(back["code"]).json()["access_token"]
    assert ask(token, f"Patient/{world.amina.id.hex}/$summary").status_code == 404
    assert Client().get(f"/fhir/Patient/{world.amina.id.hex}/$summary").status_code == 401


def test_summary_of_a_doctors_application_says_nothing_of_what_is_hidden_from_her(world: World):
    receipt = told(world)
    grant = actions.open_to_correct(world.amina.asks(Action.SET_VISIBILITY, object_id=receipt.id))
    actions.set_visibility(grant, document_id=receipt.id, add={Visibility.HIDDEN_FROM_PROFESSIONALS}, at=NOW)
    app, door = App(world), opened(cabinet(world, world.dr_diallo), world.amina)
    code = said(Client().get(app.address(launch=door["launch"], scope="launch user/*.rs")))["code"]
    hers = ask(app.redeem(code).json()["access_token"], f"Patient/{world.amina.id.hex}/$summary")
    assert hers.status_code == 200 and not re.search(r"\bTSH\b", hers.content.decode())


def test_every_kind_served_has_its_three_addresses_and_refuses_without_a_token():
    for kind in inside.SERVED:
        assert Client().get(f"/fhir/{kind}").status_code == 401
        assert Client().get(f"/fhir/{kind}/{secrets.token_hex(32)}").status_code == 401
        assert Client().options(f"/fhir/{kind}").status_code == 204


def test_the_python_smart_client_reads_a_record(world: World):
    """fhirclient (PyPI), written by SMART Health IT, against the server on a real socket."""
    from fhirclient import server
    from fhirclient.models.observation import Observation

    told(world)
    token = her_token(world)
    with stage.running() as home:

        class Bearer(server.FHIRServer):  # type: ignore[misc]
            @property
            def headers(self) -> dict[str, str]:
                return {"Authorization": f"Bearer {token}", "Accept": "application/json"}

            def request_json(self, path: str, nosign: bool = False) -> Any:
                answer = self.session.get(f"{self.base_uri}{path}", headers=self.headers)
                answer.raise_for_status()
                return answer.json()

        there = Bearer(None, base_uri=f"{home}/fhir/")
        [one] = Observation.where({"patient": world.amina.id.hex, "code": "3016-3"}).perform_resources_iter(there)
        assert one.valueQuantity.value == 2.1 and one.code.text == "TSH"


def test_fhirpy_reads_a_record(world: World):
    from fhirpy import AsyncFHIRClient

    told(world)
    token = her_token(world)
    with stage.running() as home:

        async def look() -> Any:
            client = AsyncFHIRClient(f"{home}/fhir", authorization=f"Bearer {token}")
            return await client.resources("Observation").search(patient=world.amina.id.hex).fetch()

        [one] = asyncio.run(look())
        assert one["valueQuantity"]["value"] == 2.1
    assert fhir()
