"""`POST /fhir/$check-in`: the practice's software opens the record of who arrives, by the code that she says or shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from hygie.access import actions
from hygie.access import queries as access
from hygie.access.types import Action, ArrivalCode
from hygie.base import config
from hygie.interop.tests.clients import Software
from hygie.interop.tests.test_smart import App, cabinet, opened, said
from hygie.tests.world import Person, World, care


def shows(person: Person) -> ArrivalCode:
    now = timezone.now()
    actions.set_care_team_consent(person.opens(Action.SET_ACCESS), given=True, at=now)
    return actions.arrival_code(
        person.opens(Action.SET_ACCESS), born=person.traits.birth_date, lasts=timedelta(days=7), at=now
    )


def arrives(software: Software, *, method: str = "POST", **given: str) -> Any:
    kinds = {"birthDate": "valueDate"}
    body = {
        "resourceType": "Parameters",
        "parameter": [{"name": name, kinds.get(name, "valueString"): value} for name, value in given.items()],
    }
    return software.call(method, "/fhir/$check-in", body)


def parameters(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    return {one.pop("name"): next(iter(one.values())) for one in answer.json()["parameter"]}


def test_six_digits_open_the_record_of_who_says_them_for_as_long_as_she_chose(world: World) -> None:
    zoe, software = world.zoe, cabinet(world, world.dr_roux)
    code = shows(zoe)
    wrong = arrives(software, code=code.code, birthDate="1980-11-02")
    assert wrong.status_code == 404 and wrong.json()["resourceType"] == "OperationOutcome"
    found = parameters(arrives(software, code=f"{code.code[:3]} {code.code[3:]}", birthDate=zoe.traits.birth_date))
    assert found["patient"]["id"] == zoe.id.hex and found["patient"]["birthDate"] == zoe.traits.birth_date
    assert found["until"][:10] == f"{timezone.now() + timedelta(days=7):%Y-%m-%d}"
    browser = Client(headers={"accept-language": "fr"})
    page = browser.get(found["url"].removeprefix(config.get("HYGIE_PUBLIC_URL")))
    assert page["Location"] == f"/pro/patients/{zoe.id}/" and browser.get(page["Location"]).status_code == 200
    assert actions.open_record(care(world.dr_roux, zoe)).patient_id == zoe.id
    again = arrives(software, code=code.code, birthDate=zoe.traits.birth_date)
    assert (again.status_code, again.json()) == (404, wrong.json())
    [line] = [one for one in access.journal(zoe.opens(Action.READ_JOURNAL)) if one.rule == "arrival-code"]
    assert line.actor_name == "Dr Roux" and line.on_behalf_of == str(software.id)


def test_right_role_wrong_patient_and_whoever_keeps_this_practice_out_look_like_a_wrong_code(world: World) -> None:
    software = cabinet(world, world.dr_roux)
    code, other = shows(world.zoe), shows(world.amina)
    nobody = arrives(software, token="x" * 43)
    crossed = arrives(software, code=code.code, birthDate=world.amina.traits.birth_date)
    actions.block(world.amina.opens(Action.SET_ACCESS), professional_id=world.dr_roux.id, at=timezone.now())
    blocked = arrives(software, token=f"https://hygie.example/pro/accueil/{other.token}/")
    assert {one.status_code for one in (nobody, crossed, blocked)} == {404}
    assert nobody.json() == crossed.json() == blocked.json()
    assert parameters(arrives(software, token=code.token))["patient"]["id"] == world.zoe.id.hex


def test_a_practice_that_guesses_waits_and_a_true_code_waits_with_it(world: World) -> None:
    software, code = cabinet(world, world.dr_roux), shows(world.zoe)
    for number in range(20):
        assert arrives(software, code=f"{number:06d}", birthDate="1911-01-01").status_code == 404
    waits = arrives(software, token=code.token)
    assert waits.status_code == 429 and waits["Retry-After"] == "3600"
    assert waits.json()["issue"][0]["code"] == "throttled"
    assert parameters(arrives(cabinet(world, world.dr_diallo), token=code.token))["patient"]["id"] == world.zoe.id.hex


def test_who_names_no_professional_or_was_let_into_one_space_alone_takes_nobody_in(world: World) -> None:
    code = shows(world.zoe)
    unnamed = Software(world, scopes=("launch",))
    rightless = Software(world, "Logiciel", organisation_id=world.dr_diallo.organisation_id)
    rightless.acting_for(world.dr_diallo)
    app = App(world)
    door = opened(cabinet(world, world.dr_diallo), world.amina)
    launched = app.redeem(
        said(Client().get(app.address(launch=door["launch"], scope="launch openid fhirUser user/*.rs")))["code"]
    ).json()
    unnamed_app = cabinet(world, world.dr_diallo)
    unnamed_app.token = launched["access_token"]
    for one in (unnamed, rightless, unnamed_app):
        assert arrives(one, token=code.token).status_code == 403
    assert unnamed_app.call("POST", "/smart/launch", {"patient": {}}, kind="application/json").status_code == 403
    assert parameters(arrives(cabinet(world, world.dr_roux), token=code.token))


def test_what_is_no_question_is_told_with_its_place(world: World) -> None:
    software = cabinet(world, world.dr_roux)
    for given, place in (
        ({"code": "12345", "birthDate": "1979-11-02"}, "Parameters.parameter:code"), ({}, "Parameters.parameter:code"),
        ({"code": "123456"}, "Parameters.parameter:birthDate"), ({"token": "x"}, "Parameters.parameter:code"),
        ({"matricule": "2"}, "Parameters.parameter"),
    ):  # fmt: skip
        answer = arrives(software, **given)
        assert answer.status_code == 400 and answer.json()["issue"][0]["expression"] == [place], given
    assert arrives(software, method="GET").status_code == 405
    assert software.call("POST", "/fhir/$check-in", b"{").status_code == 400
