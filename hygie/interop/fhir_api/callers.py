"""Who calls: from a bearer token to a software client, and to the actor it stands for.

A token says nothing by itself: it is looked up at each request, so that one that was revoked is dead at once.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic as steady
from typing import Any

from hygie.base import config
from hygie.base.errors import Refused
from hygie.base.pace import Pace
from hygie.base.sql import or_unavailable
from hygie.formats.fhir import scopes
from hygie.formats.fhir.scopes import Scope
from hygie.people import queries as people
from hygie.people.queries import Bearer
from hygie.people.types import Actor

LOOK = 10  # a search or a look weighs as much as so many deposits
_BEARER = re.compile(r"[Bb]earer +([A-Za-z0-9._~+/-]{16,4096}=*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which resources of one kind a token may be shown, by its scopes: those of some category only, or all of them.

    What is outside it is not there: not found, not listed, not counted.
    """

    scopes: tuple[Scope, ...]

    @property
    def whole(self) -> bool:
        return any(one.category is None for one in self.scopes)

    def sees(self, resource: dict[str, Any]) -> bool:
        return any(one.sees(resource) for one in self.scopes)


@dataclass(frozen=True, slots=True)
class Caller:
    """A software client, with the professional it acts for if there is one."""

    bearer: Bearer

    @property
    def actor(self) -> Actor:
        return self.bearer.actor

    @property
    def lenient(self) -> bool:
        return self.bearer.client.lenient

    def needs(self, resource: str, right: str) -> Reach:
        """Refused unless a scope gives this right (c, r, u, s) on this kind of resource; asked once a request.

        What comes back says which resources of that kind: a scope may be about one category alone.
        `*` asks for every kind. Whose record it is, the gate decides: a token given for one space opens no other.

        Refused too, code "too-fast", when its software asks faster than HYGIE_FHIR_RATE: whoever it acts for.
        """
        wait = _pace(config.get("HYGIE_FHIR_RATE"), config.get("HYGIE_WORKERS")).wait(
            self.bearer.client.id, steady(), weight=1 if right == "c" else LOOK
        )
        if wait:
            raise Refused(
                "Ce logiciel envoie trop de demandes à la fois. Réessayez après le délai indiqué.", code="too-fast",
                retry_after=max(1, math.ceil(wait)),
            )  # fmt: skip
        found = self.reach(resource, right)
        if not found.scopes:
            raise Refused(
                "Ce logiciel n'a pas reçu ce droit. Demandez-le à l'exploitant de cet espace.", code="scope-missing"
            )
        return found

    def reach(self, resource: str, right: str) -> Reach:
        """What the scopes of this token give, nothing included; it costs nothing and refuses nothing."""
        held = (scopes.parse(one) for one in self.bearer.scopes)
        return Reach(tuple(one for one in held if one is not None and one.gives(resource, right)))


@lru_cache(maxsize=8)
def _pace(rate: str, processes: str) -> Pace:
    """Each web process allows its own part: no round trip, and no lock between processes, on the way of a deposit."""
    return Pace(int(rate) / max(1, int(processes)))


def callers(tokens: Sequence[bytes]) -> list[Caller | None]:
    """Who holds each of these tokens (`token_of`), in one statement; None for one that is not alive."""
    found = people.bearers(list(dict.fromkeys(tokens)))
    return [Caller(found[token]) if token in found else None for token in tokens]


_callers = or_unavailable(callers)


def caller(headers: Mapping[str, str]) -> Caller:
    """Who these headers (names in lower case) say is calling. Refused, code "no-token", for anything but a live token."""
    [found] = _callers([token_of(headers)])
    if found is None:
        raise unknown()
    return found


def token_of(headers: Mapping[str, str]) -> bytes:
    """The digest of the bearer token in these headers. Refused, code "no-token", when there is none."""
    match = _BEARER.fullmatch(headers.get("authorization", ""))
    if match is None:
        raise unknown()
    return hashlib.sha256(match[1].encode()).digest()


def unknown() -> Refused:
    return Refused("Ce jeton d'accès n'est pas reconnu, ou n'est plus valable.", code="no-token")
