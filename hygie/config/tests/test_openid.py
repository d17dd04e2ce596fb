"""An OpenID provider that lies: what it signs is believed only when every check agrees."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from hygie.config.openid import NotTrusted, verified
from hygie.config.tests.world import Browser, carer, practice
from hygie.people.queries import auth_level
from hygie.people.tests import cast
from hygie.people.types import AuthLevel

RSA_KEY, EC_KEY, OTHER = (
    rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048),
)  # fmt: skip
ISSUER = "https://issuer.example"


def public(key: Any, kid: str, algorithm: str) -> dict[str, Any]:
    return {**jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig"}


KEYS = {
    "keys": [public(RSA_KEY, "r", "RS256"), public(EC_KEY, "e", "ES256"), {"kty": "oct", "kid": "o", "k": "c2VjcmV0"}]
}


def signed(
    key: Any = RSA_KEY, algorithm: str = "RS256", kid: str | None = "r", header: Any = None, **changes: Any
) -> str:
    now = int(time.time())
    said = {"iss": ISSUER, "aud": "hygie", "sub": "s", "exp": now + 300, "iat": now, "nonce": "n"} | changes
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, key, algorithm, headers=({"kid": kid} if kid else {}) | (header or {}))


def believed(token: str, keys: Any = KEYS) -> dict[str, Any]:
    return verified(token, keys=keys, issuer=ISSUER, audience="hygie", nonce="n")


def unsigned(algorithm: str, secret: bytes | None) -> str:
    head, body, _ = signed().split(".")
    head = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "kid": "r"}).encode()).rstrip(b"=").decode()
    mark = b"" if secret is None else hmac.digest(secret, f"{head}.{body}".encode(), hashlib.sha256)
    return f"{head}.{body}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


PEM = RSA_KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
LIES: dict[str, Callable[[], str]] = {
    "alg none": lambda: unsigned("none", None),
    "HS256 with the public key": lambda: unsigned("HS256", PEM),
    "HS256 with the client secret": lambda: unsigned("HS256", b"secret"),
    "HS256 with a published symmetric key": lambda: signed(b"secret" * 8, "HS256", "o"),
    "another's key": lambda: signed(OTHER),
    "another's key in the header": lambda: signed(OTHER, header={"jwk": public(OTHER, "r", "RS256")}),
    "an unknown kid": lambda: signed(OTHER, kid="x"),
    "a key of another kind": lambda: signed(OTHER, "RS256", "e"),
    "no kid, several keys fit": lambda: signed(OTHER, kid=None),
    "another issuer": lambda: signed(iss="https://other.example"),
    "an issuer with a slash": lambda: signed(iss=ISSUER + "/"),
    "another audience": lambda: signed(aud="other"),
    "several audiences, not for us": lambda: signed(aud=["hygie", "other"]),
    "several audiences, for another": lambda: signed(aud=["hygie", "other"], azp="other"),
    "another nonce": lambda: signed(nonce="m"),
    "no nonce": lambda: signed(nonce=None),
    "an empty nonce": lambda: signed(nonce=""),
    "expired": lambda: signed(exp=int(time.time()) - 60),
    "no end": lambda: signed(exp=None),
    "no start": lambda: signed(iat=None),
    "from tomorrow": lambda: signed(iat=int(time.time()) + 86400, nbf=int(time.time()) + 86400),
    "nobody": lambda: signed(sub=None),
    "nothing": lambda: "",
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_not_believed(lie: str) -> None:
    with pytest.raises(NotTrusted):
        believed(LIES[lie]())


def test_the_truth_is_believed_under_each_kind_of_key() -> None:
    assert believed(signed())["sub"] == "s"
    assert believed(signed(EC_KEY, "ES256", "e"))["sub"] == "s"
    assert believed(signed(aud=["hygie", "other"], azp="hygie"))["sub"] == "s"
    assert believed(signed(kid=None), {"keys": KEYS["keys"][:1]})["sub"] == "s"


@pytest.mark.parametrize(
    ("acr", "amr", "expected"),
    [("eidas1", [], AuthLevel.SINGLE), ("eidas1", ["pwd"], AuthLevel.SINGLE), ("eidas1", ["pwd", "pin"], AuthLevel.SINGLE),
     ("eidas1", ["pwd", "otp"], AuthLevel.STRONG), ("eidas1", ["mfa"], AuthLevel.STRONG), ("eidas2", [], AuthLevel.STRONG),
     ("eidas3", ["pwd"], AuthLevel.STRONG), ("eidas0", [], AuthLevel.NONE), (None, ["pwd"], AuthLevel.NONE), ("", [], AuthLevel.NONE),
     ("EIDAS2", [], AuthLevel.NONE), (None, ["hwk", "fpt"], AuthLevel.STRONG)],
)  # fmt: skip
def test_how_surely_someone_is_known(acr: str | None, amr: list[str], expected: AuthLevel) -> None:
    assert auth_level(acr, amr) is expected


class Liar(ThreadingHTTPServer):
    """A provider that answers the walk as it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.home = f"http://localhost:{self.server_port}"
        self.nonce = ""
        self.about: dict[str, Any] = carer(
            "diallo", cast.rpps(), "Diallo", practice("Cabinet des Lilas", cast.finess())
        )
        self.metadata: dict[str, Any] = {}
        self.token: dict[str, Any] = {}
        self.key: Any = RSA_KEY
        self.redirects = False


class _Answers(BaseHTTPRequestHandler):
    server: Liar

    def _say(self, what: Any) -> None:
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        liar, path = self.server, urlsplit(self.path).path
        if path.endswith("openid-configuration"):
            home = liar.home
            self._say({
                "issuer": home, "authorization_endpoint": f"{home}/auth", "token_endpoint": f"{home}/token",
                "userinfo_endpoint": f"{home}/me", "jwks_uri": f"{home}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"], **liar.metadata,
            })  # fmt: skip
        elif path == "/keys" and liar.redirects:
            self.send_response(302)
            self.send_header("Location", f"{liar.home}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path in ("/keys", "/elsewhere"):
            self._say({"keys": [public(RSA_KEY, "r", "RS256")]})
        else:
            self._say(liar.about)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        liar = self.server
        said = {"iss": liar.home, "sub": "diallo", "nonce": liar.nonce} | liar.token
        self._say({"access_token": "a" * 32, "token_type": "Bearer", "id_token": signed(liar.key, **said)})

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def liar(monkeypatch: pytest.MonkeyPatch) -> Iterator[Liar]:
    with Liar() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        monkeypatch.setenv("HYGIE_OIDC_PROFESSIONALS", f"{server.home}|hygie|secret")
        monkeypatch.setenv("HYGIE_OIDC_PEOPLE", f"{server.home}|hygie|secret")
        yield server
        server.shutdown()
        thread.join()


def walk(liar: Liar, kind: str = "professionals", more: str = "") -> tuple[int, bool]:
    """Sign in; the status of the walk back, and whether anybody is signed in after it."""
    browser = Browser()
    asked = parse_qs(urlsplit(browser.ask(kind)).query)
    liar.nonce = asked["nonce"][0]
    assert asked["code_challenge_method"] == ["S256"]
    answer = browser.hygie.get(f"/connexion/{kind}/retour/?code=c&state={asked['state'][0]}{more}")
    return answer.status_code, "_auth_user_id" in browser.hygie.session


def test_a_provider_that_tells_the_truth_signs_in(liar: Liar) -> None:
    assert walk(liar) == (302, True)


@pytest.mark.parametrize(
    "lie",
    [{"token": {"nonce": "m"}}, {"token": {"iss": "https://other.example"}}, {"token": {"aud": "other"}},
     {"token": {"exp": 1}}, {"token": {"sub": "roux"}}, {"key": OTHER}, {"redirects": True}, {"about": {"sub": "diallo"}},
     {"about": {"sub": "diallo", "SubjectNameID": "810001234567"}}, {"about": []}],
)  # fmt: skip
def test_a_provider_that_lies_signs_nobody_in(liar: Liar, lie: dict[str, Any]) -> None:
    for name, value in lie.items():
        setattr(liar, name, value)
    assert walk(liar) == (403, False)


def test_metadata_of_another_issuer_are_not_used(liar: Liar) -> None:
    liar.metadata = {"issuer": "https://other.example"}
    assert Browser().hygie.post("/connexion/professionals/").status_code == 403


def test_an_answer_of_another_issuer_is_not_used(liar: Liar) -> None:
    assert walk(liar, more="&iss=https%3A%2F%2Fother.example") == (403, False)


def test_a_walk_back_serves_once_in_its_own_browser_and_from_its_own_provider(liar: Liar) -> None:
    browser, other = Browser(), Browser()
    asked = parse_qs(urlsplit(browser.ask("professionals")).query)
    other.ask("professionals")
    liar.nonce = asked["nonce"][0]
    back = f"retour/?code=c&state={asked['state'][0]}"

    def signed_in(who: Browser, kind: str) -> bool:
        return who.hygie.get(f"/connexion/{kind}/{back}").status_code == 302 and "_auth_user_id" in who.hygie.session

    assert not signed_in(other, "professionals")  # somebody else's walk, sent to her as a link
    assert signed_in(browser, "professionals")
    browser.hygie.logout()
    assert not signed_in(browser, "professionals")
    begun = parse_qs(urlsplit(browser.ask("people")).query)
    liar.nonce, back = begun["nonce"][0], f"retour/?code=c&state={begun['state'][0]}"
    assert not signed_in(browser, "professionals")


def test_a_person_known_at_no_level_is_not_signed_in(liar: Liar) -> None:
    liar.about = {
        "sub": "diallo", "given_name": "Amina", "family_name": cast.name(), "birthdate": "1979-03-28", "gender": "female",
        "birthplace": "75056", "birthcountry": "99100",
    }  # fmt: skip
    assert walk(liar, "people") == (403, False)
    liar.token = {"acr": "eidas1"}
    assert walk(liar, "people") == (302, True)


def test_a_provider_that_is_down_is_a_page_and_not_an_error(liar: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYGIE_OIDC_PROFESSIONALS", "http://localhost:9/none|hygie|secret")
    answer = Browser().hygie.post("/connexion/professionals/")
    assert answer.status_code == 403
    assert "recommencer" in answer.content.decode()
