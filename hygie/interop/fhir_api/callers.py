"""Who calls: from a bearer token to a software client, and to the actor it stands for.

A token says nothing by itself: it is looked up at each request, so that one that was revoked is dead at once.
Concurrent look-ups share one statement.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hygie.base.errors import Refused
from hygie.base.sql import or_unavailable
from hygie.base.together import Together
from hygie.people import queries as people
from hygie.people.queries import Bearer
from hygie.people.types import Actor

_BEARER = re.compile(r"[Bb]earer +([A-Za-z0-9._~+/-]{16,4096}=*)", re.ASCII)
_SCOPE = re.compile(r"system/([A-Za-z]+|\*)\.([cruds]+)")


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

    def needs(self, resource: str, right: str) -> None:
        """Refused unless a scope gives this right (c, r, u, s) on this kind of resource."""
        for scope in self.bearer.scopes:
            match = _SCOPE.fullmatch(scope)
            if match and match[1] in (resource, "*") and right in match[2]:
                return
        raise Refused(
            "Ce logiciel n'a pas reçu ce droit. Demandez-le à l'exploitant de cet espace.", code="scope-missing"
        )


def _look_up(digests: Sequence[bytes]) -> list[Bearer | Exception]:
    found = people.bearers(list(dict.fromkeys(digests)))
    return [found.get(digest) or _unknown() for digest in digests]


_together: Together[bytes, Bearer] = Together(or_unavailable(_look_up))


def caller(headers: Mapping[str, str]) -> Caller:
    """Who these headers (names in lower case) say is calling. Refused, code "no-token", for anything but a live token."""
    match = _BEARER.fullmatch(headers.get("authorization", ""))
    if match is None:
        raise _unknown()
    return Caller(_together(hashlib.sha256(match[1].encode()).digest()))


def _unknown() -> Refused:
    return Refused("Ce jeton d'accès n'est pas reconnu, ou n'est plus valable.", code="no-token")
