"""Who answers for whom in the demonstration: Nadia's three children, Chloé between two homes, Jade
whom a decision of justice protects, Hugo who has just come of age, Zoé who helps her mother.

Parents are recorded by the operator, each alone, family record in hand; the help is confided and taken up by its code.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from hygie.access import actions as access
from hygie.access.types import Action, Grant, Level, Paper, Purpose, Relation, Request, TieKind
from hygie.base.errors import Conflict
from hygie.ops.demo.days import Calendar
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
    ("jade-garcia", "emma-moreau", Relation.MOTHER), ("jade-garcia", "nicolas-henry", Relation.FATHER),
)  # fmt: skip
GROWN = (("hugo-simon", "sandrine-colin", Relation.MOTHER, 700),)  # and how many days ago the parent was recorded
PROTECTED = (("jade-garcia", "nicolas-henry"),)  # where and when the child is are kept from this parent
HELPS = (("fatou-martin", "zoe-martin", Relation.DAUGHTER, Level.ACT),)
SECRETS = ("chloe-laurent",)  # the latest document of each is hers alone
_ORDER = Paper("Ordonnance de protection du juge aux affaires familiales, présentée au guichet")
_SEEN = Paper("Livret de famille, présenté au guichet")


def grown(town: Town, calendar: Calendar, *, at: datetime) -> None:
    """Before anything else in their spaces: parents recorded while the child was one, who is told that it ended."""
    for child, parent, relation, days in GROWN:
        if child in town.people and parent in town.people:
            then = calendar.at(days)
            _once(lambda c=child, p=parent, r=relation, t=then: _record(town, c, p, r, at=t))  # type: ignore[misc]
    access.tell_of_age(at=at)  # as the worker does each night


def bind(town: Town, *, at: datetime) -> None:
    """All of it, again without harm."""
    for child, parent, relation in PARENTS:
        if child in town.people and parent in town.people:
            _once(lambda c=child, p=parent, r=relation: _record(town, c, p, r, at=at))  # type: ignore[misc]
    for child, parent in PROTECTED:
        if child in town.people and parent in town.people:
            access.protect(
                _desk(town, child, "décision de protection enregistrée", at=at),
                helper_id=town.people[parent],
                protected=True,
                paper=_ORDER,
                at=at,
            )
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
    access.record_tie(
        _desk(town, child, "lien d’un parent enregistré", at=at), helper_id=town.people[parent], kind=TieKind.PARENT, relation=relation, paper=_SEEN,
        at=at,
    )  # fmt: skip


def _desk(town: Town, sub: str, what: str, *, at: datetime) -> Grant:
    """An operator, acting for this person under a case number."""
    key = next(key for key, carer in CARERS.items() if carer.operates)
    operator = Actor(Kind.OPERATOR, town.carers[key], town.carer(key).name, AuthLevel.STRONG)
    return access.open_record(
        Request(operator, town.people[sub], Purpose.LEGAL, Action.ON_BEHALF, at, reason=f"DEMO-1 ({what})")
    )


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
