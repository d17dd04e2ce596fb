"""What any SMART application does: discover, send the person over, redeem the code, ask again with what was given.

Source: HL7 SMART App Launch 2.2, standalone launch; RFC 7636 (PKCE, S256); RFC 9207 (`iss`).
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from hygie.ops.demo_notebook.told import BACK, MEASURES, RESULTS, SCOPES, Told

_MOST = 4 * 1024 * 1024
_SHOWN = 100


class Away(Exception):
    """Hygie did not answer, or not as agreed."""


class Ended(Exception):
    """The person no longer lets this application in, or her time is over."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A connection under way: what must come back, and the secret that only this program knows."""

    state: str
    verifier: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Held:
    """What she gave: a token that lasts minutes, and the one that gets the next."""

    access: str
    refresh: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table. day: ISO 8601. before: the value and the day before that one; "" when there is none."""

    what: str
    value: str
    day: str
    before: str = ""
    before_day: str = ""


@dataclass(frozen=True, slots=True)
class Notebook:
    measures: tuple[Line, ...]
    results: tuple[Line, ...]


def begin(told: Told) -> tuple[Begun, str]:
    """A connection, and the address to send the browser to. Away when Hygie does not say where."""
    said = _call(told, "GET", "/fhir/.well-known/smart-configuration")
    where = str(said.get("authorization_endpoint", ""))
    if not where.startswith(told.hygie + "/"):  # a browser is sent nowhere else
        raise Away
    begun = Begun(secrets.token_urlsafe(24), secrets.token_urlsafe(48), str(said.get("issuer", "")))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code", "client_id": told.client_id, "redirect_uri": told.home + BACK, "scope": " ".join(SCOPES),
        "state": begun.state, "aud": f"{told.hygie}/fhir", "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    return begun, f"{where}?{urlencode(asked)}"


def redeem(told: Told, begun: Begun, code: str) -> Held:
    return _held(_token(told, {
        "grant_type": "authorization_code", "code": code, "redirect_uri": told.home + BACK, "code_verifier": begun.verifier,
        "client_id": told.client_id,
    }))  # fmt: skip


def refreshed(told: Told, held: Held) -> Held:
    """The next token. Ended when there is none any more."""
    if held.refresh is None:
        raise Ended
    asked = {"grant_type": "refresh_token", "refresh_token": held.refresh, "client_id": told.client_id}
    return _held(_token(told, asked))


def forget(told: Told, held: Held) -> None:
    """Give the tokens back; if Hygie is away, they run out by themselves."""
    for token in filter(None, (held.refresh, held.access)):
        try:
            _call(told, "POST", "/oauth/revoke", form={"token": token, "client_id": told.client_id})
        except (Away, Ended):
            return


def notebook(told: Told, held: Held) -> Notebook:
    """What she lets it read, the newest first. Ended when the token is no longer good."""
    found = []
    for category in (MEASURES, RESULTS):
        asked = urlencode({"category": category, "_count": _SHOWN})
        said = _call(told, "GET", f"/fhir/Observation?{asked}", token=held.access)
        found.append(_lines([one.get("resource", {}) for one in said.get("entry") or ()]))
    return Notebook(*found)


def _lines(resources: list[dict[str, Any]]) -> tuple[Line, ...]:
    """A line for each thing, with its last value and the one before; what has no number is left out."""
    seen: dict[str, list[tuple[str, str]]] = {}
    for one in resources:
        what, value = _name(one), _value(one)
        if what and value:
            seen.setdefault(what, []).append((value, str(one.get("effectiveDateTime", ""))[:10]))
    return tuple(
        Line(what, *values[0], *(values[1] if len(values) > 1 else ("", ""))) for what, values in seen.items()
    )  # fmt: skip


def _name(resource: dict[str, Any]) -> str:
    code = resource.get("code") or {}
    named = [one.get("display") for one in code.get("coding") or () if one.get("display")]
    return str(code.get("text") or (named[0] if named else ""))


def _value(resource: dict[str, Any]) -> str:
    held = resource.get("valueQuantity")
    if isinstance(held, dict) and "value" in held:
        return f"{held.get('comparator', '')}{held['value']} {held.get('unit', '')}".strip().replace(".", ",", 1)
    parts = [_value(one) for one in resource.get("component") or ()]
    return " / ".join(filter(None, parts))


def _token(told: Told, form: dict[str, str]) -> dict[str, Any]:
    return _call(told, "POST", "/oauth/token", form=form)


def _held(said: dict[str, Any]) -> Held:
    if not said.get("access_token"):
        raise Away
    return Held(str(said["access_token"]), said.get("refresh_token"))


def _call(
    told: Told, method: str, path: str, *, form: dict[str, str] | None = None, token: str = ""
) -> dict[str, Any]:  # fmt: skip
    at = urlsplit(told.hygie)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    body = None
    if form is not None:
        body, headers["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
    line = kind(at.hostname or "localhost", at.port, timeout=told.patience)
    try:
        line.request(method, path, body, headers)
        answer = line.getresponse()
        data = answer.read(_MOST)
        said = json.loads(data) if data else {}
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise Away from fault
    finally:
        line.close()
    if answer.status in (400, 401, 403):
        raise Ended
    if answer.status != 200 or not isinstance(said, dict):
        raise Away
    return said
