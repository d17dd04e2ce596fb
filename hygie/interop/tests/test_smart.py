"""SMART App Launch 2: a person lets an application in, a practice's software opens a door for its doctor."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from jwt.algorithms import ECAlgorithm

from hygie.access import queries as access
from hygie.access.types import Action
from hygie.base import config
from hygie.formats.fhir import building
from hygie.interop.tests.clients import Software, about
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import Actor, AuthLevel, Kind
from hygie.tests.world import Person, World

BACK = "https://suivi.example/retour"
ALL = (
    "launch", "launch/patient", "openid", "fhirUser", "offline_access", "online_access", "patient/*.rs", "user/*.rs",
)  # fmt: skip


class App:
    """An application: what it asks, and the verifier only it knows."""

    def __init__(self, world: World, *, scopes: tuple[str, ...] = ALL, keyed: bool = False) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1()) if keyed else None
        jwks = None
        if self.key is not None:
            jwks = {"keys": [orjson.loads(ECAlgorithm.to_jwk(self.key.public_key())) | {"kid": "k1", "use": "sig"}]}
        self.id = str(people.register_client(
            name="Suivi de ma thyroïde", organisation_id=world.organisation("Atelier Suivi", "other").id,
            scopes=scopes, jwks=jwks, redirect_uris=[BACK],
        ))  # fmt: skip
        self.verifier, self.state = secrets.token_urlsafe(48), secrets.token_urlsafe(12)

    def address(self, **changes: str | None) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self.id, "redirect_uri": BACK, "state": self.state,
            "scope": "launch/patient openid fhirUser patient/Observation.rs", "aud": fhir(),
            "code_challenge": challenge, "code_challenge_method": "S256", "nonce": "n-1",
        } | changes  # fmt: skip
        return "/oauth/authorize?" + urlencode({name: value for name, value in asked.items() if value is not None})

    def proof(self) -> dict[str, str]:
        if self.key is None:
            return {"client_id": self.id}
        now = int(time.time())
        said = {"iss": self.id, "sub": self.id, "aud": fhir().removesuffix("/fhir") + "/oauth/token", "exp": now + 200,
                "jti": secrets.token_urlsafe(12)}  # fmt: skip
        return {
            "client_assertion": jwt.encode(said, self.key, "ES256", headers={"kid": "k1"}),
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        }

    def redeem(self, code: str, **changes: str) -> Any:
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": self.verifier}
        return Client().post("/oauth/token", asked | self.proof() | changes)

    def refresh(self, token: str) -> Any:
        return Client().post(
            "/oauth/token", {"grant_type": "refresh_token", "refresh_token": token, **self.proof()}
        )  # fmt: skip


def fhir() -> str:
    return config.get("HYGIE_PUBLIC_URL") + "/fhir"


def signed_in(person: Person) -> Client:
    """Amina's browser, with a real account and a real session."""
    who = person.traits
    claims = {
        "sub": secrets.token_hex(8), "given_name_array": list(who.given_names), "family_name": who.birth_family,
        "birthdate": who.birth_date, "gender": who.sex, "birthplace": who.birth_place, "birthcountry": "99100",
    }  # fmt: skip
    known_as = people.sign_in_person(issuer="https://fc.example", claims=claims, at=timezone.now())
    assert known_as.paired
    browser = Client(headers={"accept-language": "fr"})
    browser.force_login(
        get_user_model()._default_manager.get(pk=known_as.account_id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    now, session = time.time(), browser.session
    session.update({"auth": int(AuthLevel.STRONG), "since": now, "seen": now})
    session.save()
    return browser


def said(answer: Any) -> dict[str, str]:
    """What the address someone is sent back to says."""
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def holder(token: str) -> Any:
    return known.bearers([hashlib.sha256(token.encode()).digest()]).get(hashlib.sha256(token.encode()).digest())


@pytest.mark.parametrize("keyed", [False, True], ids=["a page without keys", "a software with keys"])
def test_a_person_reads_what_is_asked_lets_it_in_and_the_token_opens_her_space_alone(world: World, keyed: bool) -> None:
    app, browser = App(world, keyed=keyed), signed_in(world.amina)
    page = browser.get(app.address()).content.decode()
    assert "Suivi de ma thyroïde" in page and "Atelier Suivi" in page and "vos résultats et vos mesures" in page
    back = said(browser.post(app.address(), {"reponse": "oui", "duree": "heure"}))
    assert back["state"] == app.state and back["iss"]
    told = app.redeem(back["code"])
    assert told.status_code == 200, told.content
    answer = told.json()
    assert answer["patient"] == world.amina.id.hex and answer["need_patient_banner"] is False
    assert "refresh_token" not in answer and answer["expires_in"] == 300
    held = holder(answer["access_token"])
    assert (held.patient_id, held.actor.kind, held.actor.patient_id) == (world.amina.id, Kind.PERSON, world.amina.id)
    assert str(held.actor.client_id) == app.id
    identity = jwt.decode(
        answer["id_token"],
        jwt.PyJWKSet.from_dict(Client().get("/oauth/jwks").json()).keys[0].key,
        algorithms=["RS256"], audience=app.id, issuer=config.get("HYGIE_PUBLIC_URL"),
    )  # fmt: skip
    assert identity["fhirUser"] == f"{fhir()}/Patient/{world.amina.id.hex}" and identity["nonce"] == "n-1"


def test_saying_no_sends_the_application_back_with_nothing(world: World) -> None:
    app, browser = App(world), signed_in(world.amina)
    assert said(browser.post(app.address(), {"reponse": "non"}))["error"] == "access_denied"
    assert "aucune application" in browser.get("/qui-voit-quoi/applications/").content.decode().lower()


def test_letting_one_in_is_written_in_her_journal(world: World) -> None:
    app, browser = App(world), signed_in(world.amina)
    said(browser.post(app.address(), {"reponse": "oui", "duree": "heure"}))
    first = access.journal(world.amina.opens(Action.READ_JOURNAL))[1]
    assert (first.action, first.allowed) == (Action.SET_ACCESS, True)


def test_a_refresh_token_comes_only_when_asked_and_each_serves_once(world: World) -> None:
    app, browser = App(world), signed_in(world.amina)
    asked = app.address(scope="launch/patient offline_access patient/*.rs")
    first = app.redeem(said(browser.post(asked, {"reponse": "oui", "duree": "mois"}))["code"]).json()
    second = app.refresh(first["refresh_token"])
    assert second.status_code == 200 and second.json()["patient"] == world.amina.id.hex
    assert app.refresh(first["refresh_token"]).status_code == 400


def test_what_she_ends_is_dead_at_once_token_and_refresh(world: World) -> None:
    app, browser = App(world), signed_in(world.amina)
    asked = app.address(scope="launch/patient offline_access patient/*.rs")
    tokens = app.redeem(said(browser.post(asked, {"reponse": "oui", "duree": "annee"}))["code"]).json()
    page = browser.get("/qui-voit-quoi/applications/").content.decode()
    assert "tout ce que contient votre espace" in page
    where = page.split('action="')[1:]
    end = next(one.split('"')[0] for one in where if "arreter" in one)
    assert browser.post(end).status_code == 302
    assert holder(tokens["access_token"]) is None
    assert app.refresh(tokens["refresh_token"]).status_code == 400


def test_an_application_let_in_on_two_telephones_is_one_line_and_ends_at_once_on_both(world: World) -> None:
    app, browser = App(world), signed_in(world.amina)
    asked = app.address(scope="launch/patient offline_access patient/*.rs")
    assert "Pendant combien de temps" in browser.get(asked).content.decode()
    tokens = [
        app.redeem(said(browser.post(asked, {"reponse": "oui", "duree": span}))["code"]).json()
        for span in ("mois", "annee")
    ]
    page = browser.get("/qui-voit-quoi/applications/").content.decode()
    assert "Vous laissez 1 application lire" in page and page.count("arreter/") == 1
    browser.post(next(one.split('"')[0] for one in page.split('action="')[1:] if "arreter" in one))
    assert [holder(one["access_token"]) for one in tokens] == [None, None]
    assert [app.refresh(one["refresh_token"]).status_code for one in tokens] == [400, 400]


def test_an_application_that_does_not_ask_to_come_back_is_let_in_for_minutes_and_nothing_else_is_asked(
    world: World,
) -> None:
    app, browser = App(world), signed_in(world.amina)
    page = browser.get(app.address()).content.decode()
    assert "Pendant combien de temps" not in page and "cette fois seulement" in page
    said(browser.post(app.address(), {"reponse": "oui", "duree": "annee"}))
    (one,) = known.applications(UUID(browser.session["_auth_user_id"]), at=timezone.now())
    assert one.until - one.given <= timedelta(minutes=10)


def test_nobody_ends_what_another_let_in(world: World) -> None:
    app, browser = App(world), signed_in(world.amina)
    token = app.redeem(said(browser.post(app.address(), {"reponse": "oui", "duree": "mois"}))["code"]).json()
    page = browser.get("/qui-voit-quoi/applications/").content.decode()
    end = next(one.split('"')[0] for one in page.split('action="')[1:] if "arreter" in one)
    signed_in(world.zoe).post(end)
    assert holder(token["access_token"]) is not None


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "system/DocumentReference.r"}, "invalid_scope"),
        ({"scope": "patient/Observation.cud"}, "invalid_scope"),
        ({"response_type": "token"}, "unauthorized_client"),
    ],
)
def test_what_smart_forbids_goes_back_as_an_error(world: World, change: dict[str, Any], error: str) -> None:
    app, browser = App(world), signed_in(world.amina)
    answer = browser.get(app.address(**change))
    found = parse_qs(urlsplit(answer["Location"]).query or urlsplit(answer["Location"]).fragment)
    assert answer["Location"].startswith(BACK) and found["error"][0] in (error, "unsupported_response_type")


@pytest.mark.parametrize(
    "change",
    [{"redirect_uri": "https://autre.example/"}, {"client_id": "inconnu"}, {"aud": "https://autre.example/fhir"}],
)
def test_nobody_is_sent_to_an_address_that_was_not_registered(world: World, change: dict[str, Any]) -> None:
    answer = signed_in(world.amina).get(App(world).address(**change))
    assert answer.status_code == 422 or answer.status_code == 400
    assert "Rien n’a été partagé" in answer.content.decode() or "un autre espace" in answer.content.decode()


def test_a_code_is_worth_nothing_without_its_verifier_and_serves_once(world: World) -> None:
    app, browser = App(world), signed_in(world.amina)
    code = said(browser.post(app.address(), {"reponse": "oui", "duree": "heure"}))["code"]
    assert app.redeem(code, code_verifier=secrets.token_urlsafe(48)).status_code == 400
    code = said(browser.post(app.address(), {"reponse": "oui", "duree": "heure"}))["code"]
    assert app.redeem(code).status_code == 200
    other = App(world)
    code = said(browser.post(app.address(), {"reponse": "oui", "duree": "heure"}))["code"]
    assert other.redeem(code).status_code == 400


def test_a_code_that_comes_again_ends_what_it_gave_and_from_another_application_nothing(world: World) -> None:
    app, browser = App(world), signed_in(world.amina)
    scope = "launch/patient offline_access patient/Observation.rs"
    code = said(browser.post(app.address(scope=scope), {"reponse": "oui", "duree": "heure"}))["code"]
    given = app.redeem(code).json()
    assert App(world).redeem(code).status_code == 400 and holder(given["access_token"]) is not None
    fresh = app.refresh(given["refresh_token"]).json()
    assert app.redeem(code).status_code == 400
    assert holder(given["access_token"]) is None and holder(fresh["access_token"]) is None
    assert app.refresh(fresh["refresh_token"]).status_code == 400


# -- from the doctor's own software


def cabinet(world: World, doctor: Actor) -> Software:
    software = Software(
        world, "Logiciel du cabinet", organisation_id=doctor.organisation_id,
        scopes=("system/DocumentReference.rs", "launch"),
    )  # fmt: skip
    software.acting_for(doctor, ("system/DocumentReference.rs", "launch"))
    return software


def patient_of(person: Person) -> dict[str, Any]:
    return building.patient(about(person).subject)


def opened(software: Software, person: Person) -> dict[str, Any]:
    answer = software.call("POST", "/smart/launch", {"patient": patient_of(person)}, kind="application/json")
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = orjson.loads(answer.content)
    return found


def test_a_doctor_arrives_on_the_page_without_a_second_login_and_once(world: World) -> None:
    software = cabinet(world, world.dr_diallo)
    world.amina  # noqa: B018
    door = opened(software, world.amina)
    browser = Client(headers={"accept-language": "fr"})
    address = door["url"].removeprefix(config.get("HYGIE_PUBLIC_URL"))
    answer = browser.get(address)
    assert answer.status_code == 302 and answer["Location"] == f"/pro/patients/{world.amina.id}/"
    assert browser.get(answer["Location"]).status_code == 200
    line = access.journal(world.amina.opens(Action.READ_JOURNAL))[1]
    assert line.actor_name == "Dr Diallo" and line.on_behalf_of == str(software.id)
    assert Client().get(address).status_code == 403


def test_a_door_for_a_doctor_who_is_not_hers_opens_on_nothing(world: World) -> None:
    door = opened(cabinet(world, world.dr_roux), world.amina)
    browser = Client(headers={"accept-language": "fr"})
    answer = browser.get(door["url"].removeprefix(config.get("HYGIE_PUBLIC_URL")))
    assert browser.get(answer["Location"]).status_code in (403, 404)


def test_a_door_on_nobody_looks_like_any_other(world: World) -> None:
    nobody = world.person("Personne")
    nobody.traits = world.zoe.traits
    door = opened(cabinet(world, world.dr_diallo), nobody)
    browser = Client(headers={"accept-language": "fr"})
    answer = browser.get(door["url"].removeprefix(config.get("HYGIE_PUBLIC_URL")))
    assert answer.status_code == 302
    assert browser.get(answer["Location"]).status_code in (403, 404)


def test_a_software_without_the_right_or_without_a_named_professional_opens_no_door(world: World) -> None:
    plain = Software(world, scopes=("system/DocumentReference.c", "launch"))
    assert plain.call("POST", "/smart/launch", {"patient": patient_of(world.amina)}).status_code == 403
    rightless = Software(world, "Logiciel", organisation_id=world.dr_diallo.organisation_id)
    rightless.acting_for(world.dr_diallo)
    assert rightless.call("POST", "/smart/launch", {"patient": patient_of(world.amina)}).status_code == 403


def test_a_session_from_a_software_ends_with_its_registration(world: World) -> None:
    software = cabinet(world, world.dr_diallo)
    door = opened(software, world.amina)
    browser = Client(headers={"accept-language": "fr"})
    there = browser.get(door["url"].removeprefix(config.get("HYGIE_PUBLIC_URL")))["Location"]
    people.revoke_client(software.id, at=timezone.now())
    assert browser.get(there)["Location"].startswith("/connexion/")


def test_an_application_launched_by_the_doctor_s_software_gets_patient_and_user_without_a_page(world: World) -> None:
    app = App(world)
    door = opened(cabinet(world, world.dr_diallo), world.amina)
    address = app.address(launch=door["launch"], scope="launch openid fhirUser user/*.rs")
    answer = app.redeem(said(Client().get(address))["code"]).json()
    assert answer["patient"] == world.amina.id.hex
    held = holder(answer["access_token"])
    assert (held.actor.kind, held.actor.id, held.patient_id) == (
        Kind.PROFESSIONAL, world.dr_diallo.id, world.amina.id,
    )  # fmt: skip
    again = Client(headers={"accept-language": "fr"}).get(address)
    assert again.status_code == 403


def test_a_token_is_looked_into_by_its_own_software_only_and_given_back(world: World) -> None:
    app, browser = App(world, keyed=True), signed_in(world.amina)
    token = app.redeem(said(browser.post(app.address(), {"reponse": "oui", "duree": "heure"}))["code"]).json()
    seen = Client().post("/oauth/introspect", {"token": token["access_token"], **app.proof()}).json()
    assert seen["active"] and seen["patient"] == world.amina.id.hex
    stranger = App(world, keyed=True)
    asked = {"token": token["access_token"], **stranger.proof()}
    assert Client().post("/oauth/introspect", asked).json() == {"active": False}
    assert Client().post("/oauth/introspect", {"token": token["access_token"]}).status_code == 401
    assert Client().post("/oauth/revoke", {"token": token["access_token"], **app.proof()}).status_code == 200
    assert holder(token["access_token"]) is None
