"""SMART v2 scopes: a level, a kind of resource, rights, and for some kinds one category. A closed list. Pure.

    patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory

Whatever is not written exactly so is no scope: another parameter, a second one, a category or a kind that is not listed.
Source: HL7 SMART App Launch 2.2, « Finer-grained resource constraints using search parameters ».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from hygie.formats import valuesets
from hygie.formats.entries import KINDS
from hygie.formats.fhir import systems

Resource = dict[str, Any]

OBSERVATION_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
CONDITION_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/condition-category"
# The categories by which a kind may be narrowed: the system and the codes that FHIR R4 binds them to, and ours for documents.
CATEGORIES: Final[Mapping[str, tuple[str, frozenset[str]]]] = MappingProxyType({
    "Observation": (OBSERVATION_CATEGORY, frozenset({
        "laboratory", "vital-signs", "social-history", "imaging", "survey", "exam", "procedure", "therapy", "activity",
    })),
    "Condition": (CONDITION_CATEGORY, frozenset({"problem-list-item", "encounter-diagnosis"})),
    "DocumentReference": (systems.CLASS, frozenset(valuesets.CLASSES)),
})  # fmt: skip
PLAIN: Final = frozenset({"launch", "launch/patient", "openid", "fhirUser", "online_access", "offline_access"})
_IN_A_SPACE = "|".join(sorted(KINDS | {"DocumentReference", "Binary", "Patient", "Practitioner"}))
# c create, r read, u update, d delete, s search. The level comes first: what a software may do by itself (system), in
# one space (patient), or as far as its user may (user).
_WHOLE: Final = re.compile(
    r"(?P<level>system)/(?P<kind>DocumentReference|Binary|List|Bundle|Patient|\*)\.(?P<rights>(?=[crus])c?r?u?s?)"
)
_SPACE: Final = re.compile(
    rf"(?P<level>patient|user)/(?P<kind>{_IN_A_SPACE}|\*)\.(?P<rights>rs?|s)"
    r"(?:\?category=(?P<system>[^|&\s]+)\|(?P<code>[A-Za-z0-9-]+))?"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """level: system, patient or user. kind: a FHIR type, or `*`. category: the only one it is about; None for all."""

    level: str
    kind: str
    rights: frozenset[str]
    category: str | None = None

    def gives(self, kind: str, right: str) -> bool:
        """Whether it gives this right on this kind; `*` asks for every kind."""
        return self.kind in (kind, "*") and right in self.rights

    def sees(self, resource: Resource) -> bool:
        """Whether a resource of that kind is of its category."""
        if self.category is None:
            return True
        system, _ = CATEGORIES[self.kind]
        return any(
            one.get("system") == system and one.get("code") == self.category
            for concept in resource.get("category") or ()
            if isinstance(concept, dict)
            for one in concept.get("coding") or ()
            if isinstance(one, dict)
        )

    def covers(self, other: Scope) -> bool:
        """Whether whoever holds this one may hold the other, rights apart."""
        return (
            self.level == other.level and self.kind in (other.kind, "*") and self.category in (None, other.category)
        )  # fmt: skip


@lru_cache(maxsize=1024)
def parse(written: str) -> Scope | None:
    """The scope that is written; None for a plain one (`launch`, `openid`…) and for what is none."""
    match = _WHOLE.fullmatch(written) or _SPACE.fullmatch(written)
    if match is None:
        return None
    found = match.groupdict()
    code = found.get("code")
    if code is not None:
        system, codes = CATEGORIES.get(found["kind"], ("", frozenset()))
        if found["system"] != system or code not in codes:
            return None
    return Scope(found["level"], found["kind"], frozenset(found["rights"]), code)


def known(written: str) -> bool:
    """Whether it may be asked for at all."""
    return written in PLAIN or parse(written) is not None


def cover(held: Iterable[str], asked: Iterable[str]) -> bool:
    """Whether what is held gives all that is asked, right by right: `system/List.crs` covers `system/List.rs`.

    False when nothing is asked, and when anything asked is not known.
    """
    held, asked = frozenset(held), list(asked)
    have = [one for one in map(parse, held) if one is not None]
    return bool(asked) and all(one in held if one in PLAIN else _given(parse(one), have) for one in asked)


def _given(wanted: Scope | None, have: Iterable[Scope]) -> bool:
    if wanted is None:
        return False
    return wanted.rights <= frozenset().union(*(one.rights for one in have if one.covers(wanted)))
