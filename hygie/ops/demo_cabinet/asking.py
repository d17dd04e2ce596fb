"""What any practice's software does to speak with Hygie: sign, call CDS Hooks, ask for a token, ask for a launch."""

from __future__ import annotations

import http.client
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt

from hygie.ops.demo_cabinet.told import Patient, Told

_SERVICE = "/cds-services/hygie-patient-view"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_MOST = 256 * 1024


class Away(Exception):
    """Hygie did not answer, or not as agreed. `words`: what it said to people, if anything."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back when a chart opened. cards: as received; took: milliseconds; fault: None, or words for people."""

    cards: tuple[dict[str, Any], ...]
    took: int
    fault: str | None = None


def opened(told: Told, patient: Patient) -> Answer:
    """Call `patient-view`. Never fails: whatever happens, the chart has something to show."""
    began = time.monotonic()
    body = {
        "hook": "patient-view",
        "hookInstance": secrets.token_hex(16),
        "context": {"userId": f"Practitioner/{told.rpps}", "patientId": patient.key},
        "prefetch": {"patient": patient.resource},
    }
    try:
        said = _post(
            told, _SERVICE, json.dumps(body), {
                "Content-Type": "application/json", "Authorization": f"Bearer {_signed(told, told.hygie + _SERVICE)}",
            },
        )  # fmt: skip
        cards = tuple(one for one in said["cards"] if isinstance(one, dict))
    except Away as away:
        return Answer((), _since(began), away.words)
    except (KeyError, TypeError):
        return Answer((), _since(began), "")
    return Answer(cards, _since(began))


def launch(told: Told, patient: Patient) -> str:
    """The address that opens this patient's useful page for this doctor, once. Away when there is none."""
    endpoint = f"{told.hygie}/oauth/token"
    form = {
        "grant_type": "client_credentials", "scope": "launch", "client_assertion_type": _ASSERTION,
        "client_assertion": _signed(told, endpoint, sub=told.client_id, hygie_requester=told.rpps),
    }  # fmt: skip
    token = _post(told, "/oauth/token", urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
    made = _post(
        told, "/smart/launch", json.dumps({"patient": patient.resource}),
        {"Content-Type": "application/json", "Authorization": f"Bearer {token.get('access_token', '')}"},
    )  # fmt: skip
    url = str(made.get("url", ""))
    if not url.startswith(told.hygie + "/"):  # a browser is sent nowhere else
        raise Away
    return url


def _signed(told: Told, audience: str, **more: str) -> str:
    now = int(time.time())
    said = {
        "iss": told.client_id, "aud": audience, "iat": now, "exp": now + 240, "jti": secrets.token_urlsafe(16), **more
    }  # fmt: skip
    return jwt.encode(said, jwt.PyJWK(told.key, "ES256").key, "ES256", headers={"kid": told.key["kid"]})


def _post(told: Told, path: str, body: str, headers: dict[str, str]) -> dict[str, Any]:
    at = urlsplit(told.hygie)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    line = kind(at.hostname or "localhost", at.port, timeout=told.patience)
    try:
        line.request("POST", path, body.encode(), headers | {"Accept": "application/json"})
        answer = line.getresponse()
        said = json.loads(answer.read(_MOST))
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise Away from fault
    finally:
        line.close()
    if answer.status not in (200, 201) or not isinstance(said, dict):
        raise Away(_words(said))
    return said


def _words(said: Any) -> str:
    """What a refusal tells people: CDS Hooks' `error`, or the text of an OperationOutcome."""
    if not isinstance(said, dict):
        return ""
    try:
        return str(said["issue"][0]["details"]["text"])
    except (KeyError, IndexError, TypeError):
        return str(said.get("error", "")) if " " in str(said.get("error", "")) else ""


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
