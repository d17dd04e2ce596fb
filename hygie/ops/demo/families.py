"""Who answers for whom in the demonstration: Nadia's three children, Chloé between two homes, Zoé who helps her mother.

Parents are recorded by the operator, each alone, family record in hand; the help is confided and taken up by its code.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from hygie.access import actions as access
from hygie.access.types import Action, Level, Paper, Purpose, Relation, Request, TieKind
from hygie.base.errors import Conflict
from hygie.ops.demo.places import CARERS
from hygie.ops.demo.registering import Town
from hygie.people.types import Actor, AuthLevel, Kind
from hygie.record import actions as record
from hygie.record import queries as kept

# Child, parent, what the parent is to her.
PARENTS = (
    ("lina-haddad", "nadia-haddad", Relation.MOTHER), ("sami-haddad", "nadia-haddad", Relation.MOTHER),
    ("adam-haddad", "nadia-haddad", Relation.MOTHER), ("chloe-laurent", "celine-renaud", Relation.MOTHER),
    ("chloe-laurent", "antoine-robert", Relation.FATHER),
)  # fmt: skip
HELPS = (("fatou-martin", "zoe-martin", Relation.DAUGHTER, Level.ACT),)
SECRETS = ("chloe-laurent",)  # the latest document of each is hers alone
_SEEN = Paper("Livret de famille, présenté au guichet")


def bind(town: Town, *, at: datetime) -> None:
    """All of it, again without harm."""
    for child, parent, relation in PARENTS:
        if child in town.people and parent in town.people:
            _once(lambda c=child, p=parent, r=relation: _record(town, c, p, r, at=at))  # type: ignore[misc]
    for person, helper, relation, level in HELPS:
        if person in town.actors and helper in town.actors:
            _once(lambda p=person, h=helper, r=relation, v=level: _confide(town, p, h, r, v, at=at))  # type: ignore[misc]
    for sub in SECRETS:
        if sub in town.actors:
            _keep_secret(town, sub, at=at)


def _once(act: Callable[[], object]) -> None:
    with suppress(Conflict):
        act()


def _record(town: Town, child: str, parent: str, relation: Relation, *, at: datetime) -> None:
    key = next(key for key, carer in CARERS.items() if carer.operates)
    operator = Actor(Kind.OPERATOR, town.carers[key], town.carer(key).name, AuthLevel.STRONG)
    grant = access.open_record(
        Request(operator, town.people[child], Purpose.LEGAL, Action.ON_BEHALF, at, reason="Dossier DEMO-1")
    )
    access.record_tie(
        grant, helper_id=town.people[parent], kind=TieKind.PARENT, relation=relation, paper=_SEEN, at=at
    )  # fmt: skip


def _confide(town: Town, person: str, helper: str, relation: Relation, level: Level, *, at: datetime) -> None:
    grant = town.grant(person, Action.SET_ACCESS, at=at)
    tie, code = access.entrust(grant, name=town.actors[helper].name, relation=relation, level=level, at=at)
    try:
        access.accept_help(town.actors[helper], code=code, at=at)
    except Conflict:
        access.end_tie(grant, tie_id=tie, at=at)


def _keep_secret(town: Town, sub: str, *, at: datetime) -> None:
    for one in kept.documents(town.grant(sub, Action.LIST, at=at), limit=1):
        grant = record.open_to_correct(town.request(sub, Action.SET_VISIBILITY, at=at, document=one.id))
        record.set_visibility(grant, document_id=one.id, add={"INVISIBLE_REPRESENTANTS_LEGAUX"}, at=at)
