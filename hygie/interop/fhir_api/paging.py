"""The next page: an opaque token that holds the search, sealed, for one actor and a quarter of an hour.

Nothing of the search is in the address (so no matricule either), and a token in other hands opens nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import orjson
import pybase64

from hygie.base import config, rootkey, sealing
from hygie.base.errors import Invalid
from hygie.people.types import Actor

LASTS = timedelta(minutes=15)


def token(actor: Actor, *, resource: str, parameters: Sequence[tuple[str, str]], after: str, now: datetime) -> str:
    """What to give back for the page after the resource `after`."""
    plain = orjson.dumps({"p": list(parameters), "a": after, "t": (now + LASTS).timestamp()})
    sealed = sealing.seal(_key(config.get("HYGIE_KEYS_URL")), plain, _place(actor, resource))
    return pybase64.urlsafe_b64encode(sealed).decode().rstrip("=")


def opened(actor: Actor, *, resource: str, token: str, now: datetime) -> tuple[list[tuple[str, str]], str]:
    """The search and where it had come to. Invalid when it was not given to this actor, was altered, or is too old."""
    try:
        sealed = pybase64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        held = orjson.loads(sealing.unseal(_key(config.get("HYGIE_KEYS_URL")), sealed, _place(actor, resource)))
    except (ValueError, sealing.BadSeal):
        raise _unusable() from None
    if held["t"] < now.timestamp():
        raise _unusable()
    return [(name, value) for name, value in held["p"]], held["a"]


def _place(actor: Actor, resource: str) -> bytes:
    return sealing.aad("fhir-page", resource, actor.kind, actor.id, actor.client_id or "", actor.profession or "")


@lru_cache(maxsize=2)
def _key(url: str) -> bytes:
    return rootkey.at(url).digest("fhir/page", b"key")


def _unusable() -> Invalid:
    return Invalid("Cette page n'est plus disponible : recommencez la recherche.", code="page-unusable", at="page")
