"""What happens in the rooms reaches the counts of use, once, and by the table of handlers alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection

from hygie.access import actions as access
from hygie.access.types import Action, Purpose, RecordState
from hygie.base.errors import NotFound, Refused
from hygie.ops.desk.tasks import count
from hygie.record import queries as record
from hygie.record.tasks import file
from hygie.tests.world import NOW, World, care, deposited


def counted() -> dict[str, int]:
    """Everything counted so far this month."""
    with connection.cursor() as sql:
        sql.execute(
            "SELECT what, sum(count)::bigint FROM observatory_tally WHERE month = %s GROUP BY what",
            [NOW.date().replace(day=1)],
        )
        return dict(sql.fetchall())


def test_a_deposit_its_first_reading_a_refusal_and_an_emergency_are_each_counted_once(database: None):
    world = World()
    before = counted()

    def new(what: str) -> int:
        return counted().get(what, 0) - before.get(what, 0)

    receipt = deposited(world.labo_seine, world.amina)
    assert (new("documents/10"), new("sources/fhir")) == (0, 0)  # the deposit itself pays for nothing
    for _ in range(2):
        file([[str(world.amina.id), str(receipt.id)]])
        reading = world.amina.opens(Action.READ, object_id=receipt.id)
        assert record.content(reading, document_id=receipt.id).data
    assert (new("documents/10"), new("sources/fhir")) == (1, 1)  # filed twice, counted once
    assert sum(new(f"delay/{one}") for one in ("1", "2", "4")) == 1
    with pytest.raises((Refused, NotFound)):
        access.open_record(care(world.dr_roux, world.amina))
    assert new("refused/care") == 1
    access.open_record(
        replace(care(world.dr_roux, world.amina), purpose=Purpose.EMERGENCY, reason="Elle ne répond plus.")
    )
    assert new("emergency/all") == 1
    world.person("Inès", state=RecordState.SLEEPING)
    count(int(NOW.timestamp()))
    assert counted()["spaces/sleeping"] >= 1
    assert counted()["spaces/open"] >= 1
