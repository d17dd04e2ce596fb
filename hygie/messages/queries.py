"""Messages, its nouns."""

from __future__ import annotations

from hygie.access.types import Grant, Purpose
from hygie.base.errors import Refused
from hygie.base.walls import scope
from hygie.messages import contacts as where
from hygie.messages import telling, words
from hygie.messages.models import Notice as Row
from hygie.messages.types import By, Contact, Kind, Notice

SENTENCES = words.SENTENCES


def contacts(grant: Grant) -> list[Contact]:
    """Where she is told, the oldest first, and what still waits for its code. Refused to anybody else."""
    _hers(grant)
    return [where.shown(row) for row in where.rows(grant.patient_id, proved=False)]


def notices(grant: Grant, *, limit: int = 20) -> list[Notice]:
    """What she was told, the latest first. Refused to anybody else."""
    _hers(grant)
    by = {row.id: By(row.by) for row in where.rows(grant.patient_id)}
    with scope(grant.patient_id):
        rows = list(Row.objects.filter(patient_id=grant.patient_id).order_by("-created", "-id")[:limit])
    return [Notice(Kind(row.kind), by.get(row.contact_id), row.created, row.sent) for row in rows]


def stops(token: str) -> Kind:
    """What this token would stop. NotFound for one that we did not make."""
    return telling.read_stop(token)[1]


def _hers(grant: Grant) -> None:
    if grant.purpose is not Purpose.SELF:
        raise Refused("Les avis d'un espace sont à la personne elle-même.", code="notices-not-yours")
