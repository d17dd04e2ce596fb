"""Families of the tests, bound through the doors: a parent recorded at the desk, a help confided and taken up."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hygie.access import actions
from hygie.access.types import Action, Grant, Level, Paper, Purpose, Relation, Request, TieKind
from hygie.tests.world import NOW, Person, World

FAMILY_RECORD = Paper("Livret de famille")
SECRET = frozenset({"N", "INVISIBLE_REPRESENTANTS_LEGAUX"})


def born(years: int, days: int = 10) -> str:
    """The birth date of whoever turned so many years, so many days ago."""
    then = NOW.date() - timedelta(days=days)
    return then.replace(year=then.year - years, day=min(then.day, 28)).isoformat()


def at_the_desk(world: World, person: Person) -> Grant:
    """An operator, acting under a case number."""
    return actions.open_record(
        Request(world.operator, person.id, Purpose.LEGAL, Action.ON_BEHALF, NOW, reason="Dossier 2026-7")
    )


def a_parent(world: World, child: Person, parent: Person, relation: str = Relation.MOTHER) -> UUID:
    grant = at_the_desk(world, child)
    return actions.record_tie(
        grant, helper_id=parent.id, kind=TieKind.PARENT, relation=relation, paper=FAMILY_RECORD, at=NOW
    )


def confided(person: Person, helper: Person, **more: object) -> UUID:
    """A help that the person confided, and that the helper took up by its code."""
    values: dict[str, object] = {"name": "Zoé", "relation": Relation.DAUGHTER, "level": Level.SEE, "at": NOW, **more}
    tie, code = actions.entrust(person.opens(Action.SET_ACCESS), **values)  # type: ignore[arg-type]
    actions.accept_help(helper.actor, code=code.lower(), at=NOW)
    return tie
