"""An application that was let in for one category: what is outside it is not found, not listed, not counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from hygie.formats.fhir import systems
from hygie.formats.fhir.scopes import OBSERVATION_CATEGORY
from hygie.interop.tests.test_smart import App, said, signed_in
from hygie.interop.tests.test_structured import ask, told
from hygie.tests.world import Person, World, a_report, deposited, read_by_machine

LABORATORY = f"patient/Observation.rs?category={OBSERVATION_CATEGORY}|laboratory"
VITAL = LABORATORY.replace("laboratory", "vital-signs")
LETTERS = f"patient/DocumentReference.rs?category={systems.CLASS}|10"
WEIGHT = """{"resourceType":"Bundle","type":"collection","entry":[{"resource":{
 "resourceType":"Observation","status":"final","effectiveDateTime":"2026-03-12",%s
 "code":{"coding":[{"system":"http://loinc.org","code":"29463-7","display":"Poids"}],"text":"Poids"},
 "valueQuantity":{"value":61.5,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}}]}"""
FILED = '"category":[{"coding":[{"system":"%s","code":"vital-signs"}]}],' % OBSERVATION_CATEGORY  # noqa: UP031


def weighed(world: World, person: Person, *, filed: bool, class_code: str = "10") -> Any:
    """A document that says a weight; `filed`: it says too that this is a vital sign."""
    document = a_report("Pesée", content=(WEIGHT % (FILED if filed else "")).encode())
    metadata = replace(document.metadata, media_type="application/fhir+json", class_code=class_code)
    receipt = deposited(world.labo_seine, person, replace(document, metadata=metadata))
    read_by_machine(person, receipt)
    return receipt


def let_in(world: World, browser: Client, scope: str) -> str:
    """The token of an application that she lets in for so much."""
    app = App(world)
    back = said(browser.post(app.address(scope=f"launch/patient {scope}"), {"reponse": "oui", "duree": "heure"}))
    token: str = app.redeem(back["code"]).json()["access_token"]
    return token


def seen(token: str, person: Person, *entries: str) -> list[tuple[int, bytes]]:
    """All that this token gets, whichever way it asks."""
    patient = f"Patient/{person.id.hex}"
    paths = (
        "Observation", "Observation?_count=1", f"Observation?patient={person.id.hex}&date=2026-03", "Observation?code=29463-7",
        "Observation?category=vital-signs", "Observation?status=final&_lastUpdated=ge2020", "Condition", "DocumentReference",
        f"DocumentReference?patient={person.id.hex}&status=current", patient, f"{patient}/$everything", f"{patient}/$summary",
        *(f"Observation/{one}" for one in entries),
    )  # fmt: skip
    return [(answer.status_code, answer.content) for answer in (ask(token, path) for path in paths)]


@pytest.mark.parametrize("filed", [True, False], ids=["filed by its source", "known by its code"])
def test_with_laboratory_results_alone_it_cannot_tell_whether_there_are_vital_signs(world: World, filed: bool) -> None:
    amina = world.amina
    told(world, amina)
    browser = signed_in(amina)
    narrow = let_in(world, browser, LABORATORY)
    nowhere = amina.id.hex + amina.id.hex
    without = seen(narrow, amina, nowhere)
    assert [status for status, _ in without] == [200] * 6 + [403] * 6 + [404]
    weighed(world, amina, filed=filed)
    whole = ask(let_in(world, browser, "patient/*.rs"), "Observation?code=29463-7").json()
    [weight] = [one["resource"]["id"] for one in whole["entry"]]
    assert whole["entry"][0]["resource"]["category"][0]["coding"][0]["code"] == "vital-signs"
    assert seen(narrow, amina, weight) == without
    assert ask(narrow, "Observation").json()["total"] == 1
    assert ask(let_in(world, browser, VITAL), f"Observation/{weight}").status_code == 200


def test_with_letters_alone_it_gets_the_bytes_of_no_other_document(world: World) -> None:
    amina = world.amina
    letter, other = told(world, amina), weighed(world, amina, filed=True, class_code="42")
    narrow = let_in(world, signed_in(amina), f"{LETTERS} patient/Binary.r")
    listed = ask(narrow, f"DocumentReference?patient={amina.id.hex}&status=current").json()
    assert (listed["total"], listed["entry"][0]["resource"]["id"][-32:]) == (1, letter.id.hex)
    for kind, accept in (("DocumentReference", "application/fhir+json"), ("Binary", "*/*")):
        here, there = (f"{kind}/{amina.id.hex}{one.id.hex}" for one in (letter, other))
        nowhere = f"{kind}/{amina.id.hex}{amina.id.hex}"
        assert ask(narrow, here, HTTP_ACCEPT=accept).status_code == 200
        hidden, absent = (ask(narrow, one, HTTP_ACCEPT=accept) for one in (there, nowhere))
        assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert ask(narrow, f"DocumentReference?patient={world.zoe.id.hex}&status=current").status_code == 404


def test_the_page_says_which_part_and_a_part_that_is_not_known_is_refused(world: World) -> None:
    app, browser = App(world), signed_in(world.amina)
    page = browser.get(app.address(scope=f"launch/patient {LABORATORY} {LETTERS}")).content.decode()
    assert "vos résultats d’analyses" in page and "seulement ceux-ci : " in page and "Rien d’autre." in page
    assert "vos mesures" not in page and "category" not in page.split("<main")[1].split("<form")[0]
    for unknown in ("code=3016-3", f"category={OBSERVATION_CATEGORY}|hair", "date=2026"):
        answer = browser.get(app.address(scope=f"launch/patient patient/Observation.rs?{unknown}"))
        assert answer.status_code == 302
        assert parse_qs(urlsplit(answer["Location"]).query)["error"] == ["invalid_scope"]
    given = said(browser.post(app.address(scope=LABORATORY), {"reponse": "oui", "duree": "heure"}))
    assert app.redeem(given["code"]).json()["scope"] == LABORATORY
    assert "vos résultats d’analyses" in browser.get("/qui-voit-quoi/applications/").content.decode()


def test_what_may_be_asked_is_told_before_anybody_is_asked(world: World) -> None:
    shown = Client().get("/fhir/.well-known/smart-configuration").json()
    assert LABORATORY in shown["scopes_supported"] and "permission-v2" in shown["capabilities"]
    described = Client().get("/fhir/openapi.json").json()["components"]["securitySchemes"]["smart"]["flows"]
    assert LABORATORY in described["authorizationCode"]["scopes"]


def test_an_application_registered_for_a_part_asks_for_no_more(world: World) -> None:
    app, browser = App(world, scopes=("launch/patient", LABORATORY)), signed_in(world.amina)
    assert browser.get(app.address(scope=f"launch/patient {LABORATORY}")).status_code == 200
    for more in ("patient/Observation.rs", VITAL, LETTERS):
        assert "invalid_scope" in browser.get(app.address(scope=f"launch/patient {more}"))["Location"]
