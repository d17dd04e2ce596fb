"""What happens in the rooms reaches the counts of use, once, and by the table of handlers alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from hygie.access import actions as access
from hygie.access import queries as access_queries
from hygie.access.types import Action, Purpose, RecordState, Welcomed
from hygie.base.errors import NotFound, Refused
from hygie.ops.desk.tasks import count
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import AuthLevel
from hygie.record import queries as record
from hygie.record.tasks import file
from hygie.tests.world import NOW, Person, World, care, deposited


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
    assert (new("read/yes"), new("read/no")) == (1, 0)  # of those that came in this month, one was read, none waits
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


def test_an_invitation_is_followed_step_by_step_and_says_where_it_ended(database: None):
    world = World()
    month = NOW.date()
    before = access_queries.steps(month)

    def invited(*, state: RecordState = RecordState.SLEEPING) -> tuple[Person, str]:
        person = world.person("Inès", state=state)
        grant = access.open_record(care(world.dr_diallo, person, Action.FIND))
        return person, access.invite(grant, way="hand", name="Inès", at=NOW).code

    def typed(code: str, born: str = "1988-05-04", *, at: datetime = NOW) -> Welcomed:
        return access.redeem_invitation(code=code, born=date.fromisoformat(born), origin=uuid4().hex, at=at)

    invited()  # never typed
    for tries in (1, 5):  # one who gives up, one who tries too often
        _, wrong = invited()
        for _ in range(tries):
            with pytest.raises(Refused):
                typed(wrong, "1990-01-01")
    _, late = invited()
    typed(late, at=NOW + timedelta(days=31))  # typed after those who count stopped looking
    _, left = invited()
    typed(left)
    refuses, no = invited()
    account = people.open_account(patient_id=refuses.id, at=NOW)
    access.decline_invitation(
        typed(no).id, actor=known.actor_of_account(account, None, auth=AuthLevel.SINGLE), reason="temps", at=NOW
    )
    for reads, back in ((False, False), (True, False), (True, True)):
        ines, code = invited()
        receipt = deposited(world.labo_seine, ines)
        account = people.open_account(patient_id=ines.id, at=NOW)
        herself = known.actor_of_account(account, None, auth=AuthLevel.SINGLE)
        access.accept_invitation(typed(code).id, actor=herself, at=NOW)
        if reads:
            record.content(ines.opens(Action.READ, object_id=receipt.id), document_id=receipt.id)
        people.begin_session(
            account, device="one", user_agent="", ways=("invitation",), at=NOW + timedelta(days=int(back))
        )
    after = access_queries.steps(month)
    new = {where: after[where] - before.get(where, 0) for where in after}
    assert {where: n for where, n in new.items() if n} == {
        "invited.never": 2, "met.wrong": 1, "met.blocked": 1, "proved.left": 1, "proved.declined": 1, "opened.unread": 1,
        "read.once": 1, "back.done": 1,
    }  # fmt: skip
    assert access_queries.steps(NOW.date() - timedelta(days=400)) == {}


def test_whoever_comes_ten_times_is_one(database: None):
    world = World()
    month = date(2033, 3, 1)
    for days in ((1,), (1, 1, 2), (1, 8, 29)):  # three people, on so many days
        account = people.open_account(patient_id=world.person("Inès").id, at=NOW)
        for day in days:
            at = datetime(2033, 3, day, 9, tzinfo=UTC)
            people.begin_session(account, device="one", user_agent="", ways=("invitation",), at=at)
    assert known.comings(month) == {
        "presence": {"day": 6, "week": 4, "month": 3}, "back": {"again": 2, "once": 1},
    }  # fmt: skip
    assert known.comings(date(2033, 4, 1))["presence"]["month"] == 0
    now = NOW.date().replace(day=1)
    before = access_queries.attendance(now)
    for _ in range(2):
        access.open_record(care(world.dr_diallo, world.amina))
    by_hand, by_software = deposited(world.dr_diallo, world.amina), deposited(world.labo_seine, world.amina)
    for _ in range(2):
        file([[str(world.amina.id), str(one.id)] for one in (by_hand, by_software)])
    after = access_queries.attendance(now)
    assert after["feeding"]["all"] - before["feeding"]["all"] == 2
    assert after["professionals"]["consult"] - before["professionals"]["consult"] == 1
    access.forget_attendance(before=date(2000, 1, 1))
    assert access_queries.attendance(now) == after
