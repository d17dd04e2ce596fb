"""Transactions in which row-level security lets one record through: one for a question, or one for all that a page asks.

Private to the room; actions.py is its door.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction

from hygie.access import gate
from hygie.access.pseudonyms import subjects
from hygie.access.types import Action, Grant
from hygie.base import reading
from hygie.base.sql import cursor
from hygie.people.types import Kind


@dataclass(slots=True)
class _Sitting:
    """A transaction that a page keeps open: whose rows it lets through, and whether the gate's tables show them too."""

    patient_id: UUID
    scope: dict[str, str]
    sql: psycopg.Cursor[Any]
    gated: bool = False


_SITTING: ContextVar[_Sitting | None] = ContextVar("sitting", default=None)


@contextmanager
def inside(grant: Grant, *others: Grant, noting: bool = False) -> Iterator[psycopg.Cursor[Any]]:
    """A transaction in which row-level security lets this grant's record through, and no other (`others`: theirs
    too, of the same actor and for the same act). `noting`: it keeps the trace of a look, even for a page that only reads.

    The wall asks its own question (access_reach), whatever the rules said: an actor unknown to the record sees
    0 rows even with a grant in hand. Machines and one's own additions are let through as such.
    """
    scope, sat = _scope(grant, *others), _SITTING.get()
    if sat is not None and sat.scope == scope and not noting:
        yield sat.sql
        return
    _alone(sat)
    with transaction.atomic():
        sql = cursor()
        if noting:
            reading.noting(sql)
        gate.set_scope(sql, **scope)
        yield sql


@contextmanager
def sitting(grant: Grant) -> Iterator[None]:
    """One transaction for all that is read of one record by one grant: each `inside` of it, and what the gate is asked.

    A page asks a dozen questions, and to begin, to say whose rows, and to end cost more than most of their answers.
    Nothing else is opened within it: RuntimeError.
    """
    sat = _SITTING.get()
    if sat is not None and sat.scope == _scope(grant):
        yield
        return
    with inside(grant) as sql:
        mark = _SITTING.set(_Sitting(grant.patient_id, _scope(grant), sql))
        try:
            yield
        finally:
            _SITTING.reset(mark)


@contextmanager
def gated(patient_id: UUID) -> Iterator[psycopg.Cursor[Any]]:
    """A transaction where the gate's own tables show this record, and no other."""
    sat = _SITTING.get()
    if sat is not None and sat.patient_id == patient_id:
        if not sat.gated:
            gate.set_scope(sat.sql, gate="{" + str(patient_id) + "}")
            sat.gated = True
        yield sat.sql
        return
    _alone(sat)
    with transaction.atomic():
        sql = cursor()
        gate.set_scope(sql, gate="{" + str(patient_id) + "}")
        yield sql


def enter(sql: psycopg.Cursor[Any], grant: Grant, *others: Grant) -> None:
    """Let these records through for the rest of this transaction, as `inside` does."""
    gate.set_scope(sql, **_scope(grant, *others))


def _alone(sat: _Sitting | None) -> None:
    """A scope set inside a transaction holds to its end: another record's would take the place of the sitting's own."""
    if sat is not None:
        raise RuntimeError("another record, or a look to be noted, within a sitting")


def _scope(grant: Grant, *others: Grant) -> dict[str, str]:
    actor = grant.actor
    everywhere = actor.kind is Kind.MACHINE or grant.action in (Action.DEPOSIT, Action.ON_BEHALF)
    return {
        "patients": "{" + ",".join(str(one.patient_id) for one in (grant, *others)) + "}",
        "reach": "all" if everywhere else "own",
        "self": str(actor.patient_id or ""),
        "subjects": "{" + ",".join(map(str, subjects(actor))) + "}",
    }
