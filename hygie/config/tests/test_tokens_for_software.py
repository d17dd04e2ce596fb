"""A software client asks for a token: what is believed, and everything that is not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.db import connection
from django.test import Client
from django.utils import timezone

from hygie.people import actions, queries
from hygie.people.tests import cast
from hygie.people.types import AuthLevel, Kind

AUDIENCE = "http://localhost:8600/oauth/token"
MAKERS: dict[str, Callable[[], Any]] = {
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "RS384": lambda: rsa.generate_private_key(65537, 2048),
}


def jwk(key: Any, algorithm: str, kid: str) -> dict[str, Any]:
    public = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
    return {**public, "kid": kid, "alg": algorithm, "use": "sig"}


class Lab:
    """Labo Seine's software, its keys, and whatever it is made to sign."""

    def __init__(
        self, scopes: tuple[str, ...] = ("system/DocumentReference.crus", "system/List.rs"), algorithm: str = "ES256"
    ) -> None:
        self.algorithm = algorithm
        self.key = MAKERS[algorithm]()
        self.organisation = cast.labo_seine()
        self.id = actions.register_client(
            name="SIL de Labo Seine", organisation_id=self.organisation, scopes=scopes,
            jwks={"keys": [jwk(self.key, algorithm, "k1")]},
        )  # fmt: skip

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        said = {
            "iss": str(self.id), "sub": str(self.id), "aud": AUDIENCE, "exp": now + 240, "iat": now,
            "jti": secrets.token_urlsafe(16),
        } | changes  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}

    def assertion(
        self, *, header: dict[str, Any] | None = None, key: Any = None, algorithm: str | None = None, **changes: Any
    ) -> str:
        headers = {"kid": "k1"} | (header or {})
        headers = {name: value for name, value in headers.items() if value is not None}
        return jwt.encode(self.claims(**changes), key or self.key, algorithm or self.algorithm, headers=headers)


def ask(assertion: str, **form: str) -> Any:
    return Client(enforce_csrf_checks=True).post("/oauth/token", {
        "grant_type": "client_credentials", "client_assertion": assertion,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", **form,
    })  # fmt: skip


def bearer(answer: Any) -> queries.Bearer:
    [found] = queries.bearers([hashlib.sha256(answer.json()["access_token"].encode()).digest()]).values()
    return found


@pytest.mark.parametrize("algorithm", sorted(MAKERS))
def test_a_signed_assertion_gives_a_token_of_five_minutes(algorithm: str) -> None:
    lab = Lab(algorithm=algorithm)
    answer = ask(lab.assertion(), scope="system/DocumentReference.c")
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"] == "no-store"
    told = answer.json()
    assert (told["expires_in"], told["token_type"], told["scope"]) == (300, "Bearer", "system/DocumentReference.c")
    assert "refresh_token" not in told
    held = bearer(answer)
    assert (held.client.id, held.client.organisation.id) == (lab.id, lab.organisation)
    assert held.scopes == {"system/DocumentReference.c"}
    assert (held.actor.kind, held.actor.auth, held.actor.organisation_id) == (
        Kind.SOFTWARE,
        AuthLevel.STRONG,
        lab.organisation,
    )


def test_a_token_is_kept_by_its_digest_alone() -> None:
    token = ask(Lab().assertion()).json()["access_token"]
    with connection.cursor() as sql:
        sql.execute("SELECT count(*) FROM oauth2_provider_accesstoken t WHERE t::text LIKE %s", [f"%{token}%"])
        assert sql.fetchone() == (0,)


def test_an_assertion_serves_once() -> None:
    assertion = Lab().assertion()
    assert ask(assertion).status_code == 200
    assert ask(assertion).status_code == 401


def test_no_scope_means_all_that_was_registered_and_never_more() -> None:
    lab = Lab()
    assert bearer(ask(lab.assertion())).scopes == {"system/DocumentReference.crus", "system/List.rs"}
    assert bearer(ask(lab.assertion(), scope="system/DocumentReference.rs system/List.s")).scopes == {
        "system/DocumentReference.rs", "system/List.s",
    }  # fmt: skip
    for more in ("system/List.crs", "system/*.rs", "system/Binary.r", "user/List.rs", "system/List", "openid"):
        answer = ask(lab.assertion(), scope=more)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope"), more


def test_a_revoked_client_holds_nothing_and_gets_nothing() -> None:
    lab = Lab()
    answer = ask(lab.assertion())
    actions.revoke_client(lab.id, at=timezone.now())
    assert queries.bearers([hashlib.sha256(answer.json()["access_token"].encode()).digest()]) == {}
    assert ask(lab.assertion()).status_code == 401


def test_a_professional_of_the_structure_may_be_named_and_then_she_is_the_one_who_acts() -> None:
    lab = Lab()
    her_rpps = cast.rpps()
    from hygie.people.types import Hat

    elsewhere = actions.register_organisation(name="Cabinet des Lilas", kind="practice", finess=cast.finess())
    hers = actions.register_professional(
        rpps=her_rpps, family="Diallo", given="Awa", civility="Dr",
        hats=[Hat("10", None, queries.organisation(elsewhere)), Hat("10", "SM26", queries.organisation(lab.organisation))],
    )  # fmt: skip
    held = bearer(ask(lab.assertion(hygie_requester=her_rpps)))
    assert (held.actor.kind, held.actor.id, held.actor.client_id) == (Kind.PROFESSIONAL, hers, lab.id)
    assert (held.actor.organisation_id, held.actor.specialty, held.actor.auth) == (
        lab.organisation,
        "SM26",
        AuthLevel.STRONG,
    )


def test_a_professional_of_another_structure_cannot_be_named() -> None:
    lab = Lab()
    other = actions.register_organisation(name="Cabinet des Lilas", kind="practice", finess=cast.finess())
    stranger = queries.professional(cast.dr_diallo(other))
    for rpps in (stranger.rpps, cast.rpps(), "", "'; --"):
        answer = ask(lab.assertion(hygie_requester=rpps))
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def _pem(lab: Lab) -> bytes:
    return lab.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _unsigned(lab: Lab, algorithm: str, secret: bytes | None = None) -> str:
    """« none », or an HMAC keyed with the public key that everyone has."""
    body = f"{_part({'alg': algorithm, 'typ': 'JWT', 'kid': 'k1'})}.{_part(lab.claims())}"
    mark = b"" if secret is None else hmac.digest(secret, body.encode(), hashlib.sha256)
    return f"{body}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def _tampered(lab: Lab) -> str:
    head, _, mark = lab.assertion().split(".")
    return f"{head}.{_part(lab.claims())}.{mark}"


FORGERIES: dict[str, Callable[[Lab], str]] = {
    "alg none": lambda lab: _unsigned(lab, "none"),
    "alg None": lambda lab: _unsigned(lab, "None"),
    "alg missing": lambda lab: f"{_part({'typ': 'JWT', 'kid': 'k1'})}.{_part(lab.claims())}.",
    "HS256 with the public key": lambda lab: _unsigned(lab, "HS256", _pem(lab)),
    "HS256 with the public key as JWK": lambda lab: _unsigned(
        lab, "HS256", json.dumps(jwk(lab.key, "ES256", "k1")).encode()
    ),
    "another's key": lambda lab: lab.assertion(key=MAKERS["ES256"]()),
    "another curve": lambda lab: lab.assertion(key=MAKERS["ES384"](), algorithm="ES384"),
    "another algorithm": lambda lab: lab.assertion(key=MAKERS["RS256"](), algorithm="RS256"),
    "PS256": lambda lab: lab.assertion(key=MAKERS["RS256"](), algorithm="PS256"),
    "claims changed": _tampered,
    "signature removed": lambda lab: lab.assertion().rpartition(".")[0] + ".",
    "another audience": lambda lab: lab.assertion(aud="http://localhost:8600/"),
    "audience with a slash": lambda lab: lab.assertion(aud=AUDIENCE + "/"),
    "several audiences": lambda lab: lab.assertion(aud=[AUDIENCE, "https://elsewhere.example/token"]),
    "no audience": lambda lab: lab.assertion(aud=None),
    "expired": lambda lab: lab.assertion(exp=int(time.time()) - 1),
    "too long": lambda lab: lab.assertion(exp=int(time.time()) + 3600),
    "no end": lambda lab: lab.assertion(exp=None),
    "an end in words": lambda lab: lab.assertion(exp="tomorrow"),
    "an end beyond time": lambda lab: lab.assertion(exp=10**30),
    "from tomorrow": lambda lab: lab.assertion(nbf=int(time.time()) + 86400),
    "issued tomorrow": lambda lab: lab.assertion(iat=int(time.time()) + 86400),
    "no name": lambda lab: lab.assertion(jti=None),
    "an empty name": lambda lab: lab.assertion(jti=""),
    "a name too long": lambda lab: lab.assertion(jti="x" * 300),
    "another subject": lambda lab: lab.assertion(sub=str(Lab().id)),
    "another issuer": lambda lab: lab.assertion(iss=str(Lab().id), sub=str(Lab().id)),
    "no subject": lambda lab: lab.assertion(sub=None),
    "nobody": lambda lab: lab.assertion(iss=str(cast.labo_seine()), sub=str(cast.labo_seine())),
    "not an id": lambda lab: lab.assertion(iss="labo", sub="labo"),
    "unknown kid": lambda lab: lab.assertion(header={"kid": "k2"}),
    "no kid": lambda lab: lab.assertion(header={"kid": None}),
    "critical header": lambda lab: lab.assertion(header={"crit": ["exp"], "exp": 1}),
    "two words": lambda lab: "not.ajwt",
    "nothing": lambda lab: "",
    "too big": lambda lab: lab.assertion(more="x" * 9000),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_assertion_gets_nothing(forgery: str) -> None:
    answer = ask(FORGERIES[forgery](Lab()))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert set(answer.json()) <= {"error", "error_description"}


def test_an_address_in_the_header_is_never_followed_and_a_key_in_it_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    lab, own = Lab(), MAKERS["ES256"]()
    reached: list[str] = []
    import socket

    def connecting(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            reached.append(str(address))
            raise OSError("no way out")

    monkeypatch.setattr(socket.socket, "connect", connecting)
    for header in (
        {"jku": "http://127.0.0.1:9/keys"}, {"x5u": "http://127.0.0.1:9/cert"}, {"jwk": jwk(own, "ES256", "k1")},
        {"x5c": ["MIIB"]}, {"kid": "../../../dev/null"}, {"kid": "k1' OR 1=1 --"},
    ):  # fmt: skip
        assert ask(lab.assertion(header=header, key=own)).status_code == 401
    assert (
        ask(lab.assertion(header={"jku": "http://127.0.0.1:9/keys"})).status_code == 200
    )  # its own key, header ignored
    assert reached == []


def test_there_is_no_other_way_to_a_token() -> None:
    lab = Lab()
    post = Client().post
    for form in (
        {"grant_type": "client_credentials"},
        {"grant_type": "client_credentials", "client_id": str(lab.id), "client_secret": ""},
        {"grant_type": "client_credentials", "client_assertion": lab.assertion(), "client_assertion_type": "jwt"},
    ):
        assert post("/oauth/token", form).status_code == 401
    basic = "Basic " + base64.b64encode(f"{lab.id}:".encode()).decode()
    assert (
        post("/oauth/token", {"grant_type": "client_credentials"}, headers={"Authorization": basic}).status_code == 401
    )
    for grant in (
        "password",
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
        "",
    ):
        answer = ask(
            lab.assertion(), grant_type=grant, username="a", password="b", code="c", refresh_token="d", device_code="e"
        )
        assert answer.status_code >= 400, grant
        assert b"access_token" not in answer.content
    assert ask(lab.assertion(), client_id=str(Lab().id)).status_code == 401
    assert Client().get("/oauth/token").status_code == 405


def test_what_may_be_asked_is_written_where_software_looks() -> None:
    told = Client().get("/fhir/.well-known/smart-configuration").json()
    assert told["token_endpoint"] == AUDIENCE
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt", "none"]


def test_expired_tokens_and_assertions_are_forgotten() -> None:
    lab = Lab()
    answer = ask(lab.assertion())
    from datetime import timedelta

    assert actions.forget_expired(at=timezone.now() + timedelta(minutes=11)) >= 2
    assert queries.bearers([hashlib.sha256(answer.json()["access_token"].encode()).digest()]) == {}
