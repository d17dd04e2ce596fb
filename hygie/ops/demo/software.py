"""The demonstration's software: what a laboratory's or a practice's program does to deposit, over HTTP and nothing else.

SMART Backend Services for a token (an assertion signed with its own key), then ITI-105 for one document, ITI-65 for
several of one stay. A deposit is sent again, under the same number, until it is answered.
"""

from __future__ import annotations

import http.client
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import orjson
import pybase64
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from hygie.base.errors import Refused, Unavailable
from hygie.formats.fhir import building, instants, systems
from hygie.ops.demo.papers import Made, number

SCOPES = ("system/DocumentReference.c",)
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_TRIES = 8


def new_key() -> dict[str, Any]:
    """A private JWK."""
    key: dict[str, Any] = orjson.loads(ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1())))
    return key | {"kid": secrets.token_hex(8), "use": "sig", "alg": "ES256"}


def public(key: Mapping[str, Any]) -> dict[str, Any]:
    """What is registered of a key."""
    return {name: value for name, value in key.items() if name not in ("d", "key_ops")}


@dataclass(slots=True)
class Server:
    """The server at `url`, seen from outside. One connection for each thread."""

    url: str
    _local: threading.local = field(default_factory=threading.local)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        return self.ask("POST", path, body, headers)

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in lower case, body. Waits and asks again while the server is away or asks for time."""
        for attempt in range(_TRIES):
            try:
                line = self._line()
                line.request(method, path, body, dict(headers or {}))
                answer = line.getresponse()
                told = {name.lower(): value for name, value in answer.getheaders()}
                content = answer.read()
            except (OSError, http.client.HTTPException):
                self._hang_up()
                time.sleep(0.1 * 2**attempt)
                continue
            if answer.status in (429, 503):
                time.sleep(min(5.0, float(told.get("retry-after", 0.2 * 2**attempt))))
                continue
            return answer.status, told, content
        raise Unavailable("Le serveur de la démonstration n'a pas répondu.", code="demo-server-away")

    def _line(self) -> http.client.HTTPConnection:
        line: http.client.HTTPConnection | None = getattr(self._local, "line", None)
        if line is None:
            at = urlsplit(self.url)
            kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
            line = self._local.line = kind(at.hostname or "localhost", at.port, timeout=60)
        return line

    def _hang_up(self) -> None:
        if (line := getattr(self._local, "line", None)) is not None:
            line.close()
            self._local.line = None

    def token_endpoint(self) -> str:
        """As the server says in its SMART configuration."""
        status, _, body = self.ask(
            "GET", "/fhir/.well-known/smart-configuration", headers={"Accept": "application/json"}
        )
        if status != 200:
            raise Unavailable("Le serveur ne dit pas où demander un jeton d'accès.", code="demo-no-smart-configuration")
        return str(orjson.loads(body)["token_endpoint"])


@dataclass(slots=True)
class Software:
    """One program with its key. Safe in several threads."""

    server: Server
    client_id: str
    key: Mapping[str, Any]
    endpoint: str
    _token: tuple[str, float] = ("", 0.0)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def deposit(self, owner: str, made: Sequence[Made]) -> str:
        """Deposit one document, or several together, about `owner`. Answers "kept", "aside" or "refused"."""
        if len(made) == 1:
            path, message = "/fhir/DocumentReference", _reference(made[0], inside=True)
        else:
            path, message = "/fhir", _bundle(owner, made)
        body = orjson.dumps(message)
        for _ in range(2):
            status, _, content = self.server.post(path, body, {
                "Authorization": f"Bearer {self._live_token()}", "Content-Type": "application/fhir+json",
                "Accept": "application/fhir+json", "Prefer": "return=minimal",
            })  # fmt: skip
            if status != 401:
                break
            self._token = ("", 0.0)
        if status in (200, 201):
            return "kept"
        if status == 202:
            return "aside"
        if status == 403:
            return "refused"
        raise Unavailable(
            f"Un document de démonstration n'a pas été accepté ({status}) : {_told(content)}", code="demo-not-accepted"
        )

    def _live_token(self) -> str:
        with self._lock:
            token, until = self._token
            if time.monotonic() > until - 30:
                token, until = self._token = self._ask_token()
            return token

    def _ask_token(self) -> tuple[str, float]:
        now = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.endpoint,
            "iat": now,
            "exp": now + 240,
            "jti": secrets.token_urlsafe(16),
        }
        key = jwt.PyJWK(dict(self.key), "ES256").key
        form = {
            "grant_type": "client_credentials", "scope": " ".join(SCOPES), "client_assertion_type": _ASSERTION,
            "client_assertion": jwt.encode(claims, key, "ES256", headers={"kid": self.key["kid"]}),
        }  # fmt: skip
        began = time.monotonic()
        status, _, body = self.server.post(
            urlsplit(self.endpoint).path,
            urlencode(form).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        if status != 200:
            raise Refused("Un logiciel de démonstration n'a pas reçu de jeton d'accès.", code="demo-no-token")
        told = orjson.loads(body)
        return told["access_token"], began + told["expires_in"]


def _reference(made: Made, *, inside: bool) -> dict[str, Any]:
    """ITI-105 carries the document inside the reference."""
    reference = building.build(made.entry)
    if inside:
        reference["content"][0]["attachment"]["data"] = pybase64.b64encode(made.content).decode()
    return reference


def _bundle(owner: str, made: Sequence[Made]) -> dict[str, Any]:
    """ITI-65: a submission set, its references, their contents."""
    word = made[0].paper.together or made[0].paper.name
    documents, binaries, items = [], [], []
    for one in made:
        here = f"urn:uuid:{number(owner, f'{one.paper.name}/reference')}"
        content = f"urn:uuid:{number(owner, f'{one.paper.name}/content')}"
        reference = _reference(one, inside=False)
        reference["content"][0]["attachment"]["url"] = content
        documents.append(
            {"fullUrl": here, "resource": reference, "request": {"method": "POST", "url": "DocumentReference"}}
        )
        binary = {
            "resourceType": "Binary",
            "contentType": one.entry.media_type,
            "data": pybase64.b64encode(one.content).decode(),
        }
        binaries.append({"fullUrl": content, "resource": binary, "request": {"method": "POST", "url": "Binary"}})
        items.append({"item": {"reference": here}})
    subject = made[0].entry.subject
    submission = {
        "resourceType": "List", "status": "current", "mode": "working",
        "extension": [
            {"url": systems.DESIGNATION, "valueCodeableConcept": {"coding": [{"code": "07"}]}},
            {"url": systems.SOURCE_ID, "valueIdentifier": {"system": systems.URI, "value": "urn:oid:2.25.1"}},
        ],
        "identifier": [{"use": "usual", "system": systems.URI, "value": f"urn:uuid:{number(owner, f'{word}/submission')}"}],
        "code": {"coding": [{"system": systems.LIST_TYPES, "code": "submissionset"}]},
        "subject": {"reference": f"Patient?identifier=urn:oid:{subject.oid}|{subject.matricule}"},
        "date": instants.written(made[0].entry.created), "source": {"display": made[0].entry.custodian}, "entry": items,
    }  # fmt: skip
    first = {
        "fullUrl": f"urn:uuid:{number(owner, f'{word}/list')}",
        "resource": submission,
        "request": {"method": "POST", "url": "List"},
    }
    return {"resourceType": "Bundle", "type": "transaction", "entry": [first, *documents, *binaries]}


def _told(content: bytes) -> str:
    """The words of an OperationOutcome, which hold no identity, and the place of the fault."""
    try:
        issue = orjson.loads(content)["issue"][0]
    except (ValueError, KeyError, IndexError):
        return "réponse illisible"
    return f"{(issue.get('details') or {}).get('text', '')} {' '.join(issue.get('expression') or ())}".strip()
