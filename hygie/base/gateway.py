"""A gateway for text messages: one HTTPS request each, shaped by the operator (HYGIE_TEXT_URL, _BODY, _HEADERS).

No redirect is followed: a code must not be sent where nobody configured it to go. In clear on this machine alone.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from hygie.base import config
from hygie.base.errors import Invalid, Unavailable

PATIENCE: Final = 10.0
"""Seconds. The job that sends holds the row of its notice meanwhile."""
_LATER: Final = frozenset({408, 425, 429})
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_HOLE: Final = re.compile(r"\{(to|words)\}")


def post(number: str, words: str, *, once: str = "") -> None:
    """One message. Unavailable when the gateway is away, slow, or says « later »; Invalid when it refuses this one.

    `once` travels as Idempotency-Key: a gateway that knows it sends nothing twice when its answer was lost.
    """
    url = _url(config.get("HYGIE_TEXT_URL"))
    kind, body = _body(config.get("HYGIE_TEXT_BODY"), {"to": number, "words": words})
    headers = {"Content-Type": kind, "Accept": "*/*"} | ({"Idempotency-Key": once} if once else {})
    headers |= _headers(config.get("HYGIE_TEXT_HEADERS"))
    made = HTTPSConnection if url.scheme == "https" else HTTPConnection
    there = made(url.hostname or "", url.port, timeout=PATIENCE)
    try:
        there.request("POST", (url.path or "/") + (f"?{url.query}" if url.query else ""), body, headers)
        status = there.getresponse().status
    except (OSError, HTTPException) as fault:
        raise Unavailable("Le message n'a pas pu partir.", code="text-not-sent") from fault
    finally:
        there.close()
    if status >= 500 or status in _LATER:
        raise Unavailable("Le message n'a pas pu partir.", code="text-not-sent")
    if not 200 <= status < 300:
        raise Invalid("La passerelle refuse ce message.", code="text-refused")


@lru_cache(maxsize=4)
def _url(said: str) -> SplitResult:
    url = urlsplit(said)
    if url.scheme != "https" and url.hostname not in _HERE:
        raise Invalid("HYGIE_TEXT_URL : écrivez une adresse https.", code="setting-text-url")
    if url.username or url.password:
        raise Invalid("HYGIE_TEXT_URL : mettez le secret dans HYGIE_TEXT_HEADERS.", code="setting-text-url")
    return url


def _body(template: str, said: dict[str, str]) -> tuple[str, bytes]:
    """The template filled: words go into values that are already read, so that no quote of theirs ends one."""
    if template.lstrip().startswith(("{", "[")):
        try:
            read = json.loads(template)
        except ValueError:
            raise Invalid("HYGIE_TEXT_BODY : ce JSON est mal écrit.", code="setting-text-body") from None
        return "application/json", json.dumps(_filled(read, said)).encode()
    fields = [(name, _filled(value, said)) for name, value in parse_qsl(template, keep_blank_values=True)]
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


def _filled(value: Any, said: dict[str, str]) -> Any:
    if isinstance(value, str):
        return _HOLE.sub(lambda hole: said[hole[1]], value)
    if isinstance(value, list):
        return [_filled(one, said) for one in value]
    return {name: _filled(one, said) for name, one in value.items()} if isinstance(value, dict) else value


def _headers(said: str) -> dict[str, str]:
    """Invalid for one without a name, or with a line of its own."""
    found: dict[str, str] = {}
    for one in filter(None, map(str.strip, said.split("|"))):
        name, colon, value = (part.strip() for part in one.partition(":"))
        if not colon or not re.fullmatch(r"[A-Za-z0-9-]+", name) or not value.isprintable():
            raise Invalid("HYGIE_TEXT_HEADERS : écrivez « Nom: valeur ».", code="setting-text-headers")
        found[name] = value
    return found
