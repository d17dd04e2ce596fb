"""Closing and erasing, through the doors: ten years or thirty days, a change of mind, then nothing that anyone opens."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from hygie.access import actions as access
from hygie.access import queries
from hygie.access.types import Action, RecordState
from hygie.base import rootkey, sealing
from hygie.base.errors import Conflict, HygieError, NotFound, Refused
from hygie.people import queries as people
from hygie.record import actions
from hygie.record import queries as record
from hygie.tests.crawl import outside
from hygie.tests.world import NOW, Person, World, care, deposited, read_by_machine

OWN = {"resourceType": "AllergyIntolerance", "code": {"text": "Pénicilline"}}


def lived_in(world: World) -> Person:
    """Amina's space, with a document read by the machine, her own words, a circle, an emergency, an account."""
    receipt = deposited(world.labo_seine, world.amina)
    read_by_machine(world.amina, receipt)
    record.content(world.amina.opens(Action.READ, object_id=receipt.id), document_id=receipt.id)
    actions.add_entry(world.amina.opens(Action.DECLARE), resource=OWN, at=NOW)
    access.open_record(care(world.dr_diallo, world.amina))
    with connection.cursor() as sql:
        sql.execute(
            """INSERT INTO people_account (id, username, kind, subject_digest, patient_id, epoch, is_active, created)
               VALUES (%s, %s, 'person', %s, %s, 0, true, %s)""",
            [uuid4(), uuid4().hex, uuid4().bytes * 2, world.amina.id, NOW],
        )
    return world.amina


def asks(person: Person) -> UUID:
    access.ask_erasure(person.opens(Action.SET_ACCESS), at=NOW)
    [found] = queries.erasures_due(at=NOW + timedelta(days=31)) and [_pending(person)]
    return found


def _pending(person: Person) -> UUID:
    with connection.cursor() as sql:
        sql.execute("SELECT id FROM access_erasure WHERE patient_id = %s", [person.id])
        return sql.fetchone()[0]  # type: ignore[no-any-return]


def as_owner(cluster, statement: str, *values: object) -> list[tuple]:  # type: ignore[no-untyped-def, type-arg]
    import psycopg

    with psycopg.connect(outside.administrator(cluster)) as admin:
        return admin.execute(statement, values).fetchall()


def test_a_closed_space_is_kept_ten_years_and_given_back_whole(world: World) -> None:
    receipt = deposited(world.labo_seine, world.amina)
    access.set_state(world.amina.opens(Action.SET_ACCESS), state=RecordState.CLOSED, at=NOW)
    kept = queries.erasure(world.amina.opens(Action.SET_ACCESS))
    assert kept is not None
    assert (kept.asked_for, kept.due.year - NOW.year) == (False, 10)
    with pytest.raises(NotFound):
        access.open_record(care(world.dr_diallo, world.amina))
    access.set_state(world.amina.opens(Action.SET_ACCESS), state=RecordState.OPEN, at=NOW)
    assert queries.erasure(world.amina.opens(Action.SET_ACCESS)) is None
    assert [one.id for one in record.documents(access.open_record(care(world.dr_diallo, world.amina)))] == [receipt.id]


def test_nothing_is_erased_before_its_day_nor_once_it_was_cancelled(world: World) -> None:
    person = lived_in(world)
    first = access.ask_erasure(person.opens(Action.SET_ACCESS), at=NOW)
    again = access.ask_erasure(person.opens(Action.SET_ACCESS), at=NOW + timedelta(days=5))
    assert (again.number, again.due) == (first.number, NOW + timedelta(days=30))
    erasure = _pending(person)
    assert erasure not in queries.erasures_due(at=NOW + timedelta(days=29, hours=23))
    with pytest.raises(Conflict):
        actions.erase(erasure, at=NOW + timedelta(days=29))
    assert access.cancel_erasure(person.opens(Action.SET_ACCESS), at=NOW) is RecordState.OPEN
    with pytest.raises(Conflict):
        actions.erase(erasure, at=NOW + timedelta(days=31))
    assert len(record.documents(access.open_record(care(world.dr_diallo, person)))) == 1
    assert queries.receipt(first.number) is None


def test_only_she_strongly_signed_in_asks_for_it(world: World) -> None:
    from dataclasses import replace

    from hygie.people.types import AuthLevel

    with pytest.raises(Refused):
        access.ask_erasure(world.amina.opens(Action.LIST), at=NOW)
    weak = replace(world.amina.asks(Action.SET_ACCESS), actor=replace(world.amina.actor, auth=AuthLevel.SINGLE))
    with pytest.raises(Refused):
        access.open_record(weak)
    with pytest.raises(NotFound):  # right role, wrong patient
        access.open_record(replace(world.zoe.asks(Action.SET_ACCESS), patient_id=world.amina.id))


def test_after_the_day_nobody_opens_anything_and_the_receipt_says_so(world: World, cluster) -> None:  # type: ignore[no-untyped-def]
    person, beside = lived_in(world), world.zoe
    kept = deposited(world.labo_seine, beside)
    number = access.ask_erasure(person.opens(Action.SET_ACCESS), at=NOW).number
    stolen = as_owner(cluster, "SELECT id, dek, content FROM record_document WHERE patient_id = %s", person.id)
    lines = as_owner(cluster, "SELECT count(*) FROM access_journalentry WHERE patient_id = %s", person.id)[0][0]
    actions.erase(_pending(person), at=NOW + timedelta(days=30))

    for asked in (
        person.asks(Action.LIST), person.asks(Action.SET_ACCESS), person.asks(Action.EXPORT),
        care(world.dr_diallo, person),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            access.open_record(asked)
    assert deposited(world.labo_seine, person).outcome == "quarantined"
    with pytest.raises(HygieError):
        read_by_machine(person, kept)
    assert people.match([(person.ins, person.traits)]) == [None]
    assert as_owner(cluster, "SELECT count(*) FROM people_account WHERE patient_id = %s", person.id) == [(0,)]
    assert len(record.documents(beside.opens(Action.LIST))) == 1  # right act, wrong patient: Zoé lost nothing

    # What is left in the whole database under her random id: a space without keys, and hashes that still verify.
    left = {
        table for (table,) in as_owner(cluster, """SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
          AND a.attname = 'patient_id' WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace""")
        if as_owner(cluster, f"SELECT 1 FROM {table} WHERE patient_id = %s LIMIT 1", person.id)
    }  # fmt: skip
    assert left == {"access_record", "access_journalentry"}
    assert as_owner(cluster, "SELECT record_key, journal_key FROM access_record WHERE patient_id = %s", person.id) == [(None, None)]  # fmt: skip
    assert queries.journal_is_whole(person.id) is None
    sizes = as_owner(
        cluster, "SELECT length(body), count(*) FROM access_journalentry WHERE patient_id = %s GROUP BY 1", person.id
    )
    assert sizes == [(32, lines)]

    # A thief who kept her rows from before finds no key that opens them among all that is left.
    keys = [
        bytes(key)
        for (key,) in as_owner(cluster, "SELECT record_key FROM access_record WHERE record_key IS NOT NULL LIMIT 50")
    ]
    root = rootkey.ours()
    for wrapped in keys:
        with pytest.raises(sealing.BadSeal):
            root.unwrap(wrapped, sealing.aad("key", "record", person.id))
    assert stolen

    said = queries.receipt(number.lower().replace("-", " "))
    assert said is not None
    assert (said.done, said.documents, said.lines) == (NOW + timedelta(days=30), 1, lines)


def test_a_line_gives_way_to_its_hash_only_once_its_key_is_gone(world: World) -> None:
    deposited(world.labo_seine, world.amina)
    for change in ("body = sha256(body)", "body = ''", "at = now()"):
        with pytest.raises(ProgrammingError):
            _rewrite(world.amina, change)


def _rewrite(person: Person, change: str) -> None:
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute("SELECT set_config('hygie.gate', %s, true)", ["{" + str(person.id) + "}"])
        sql.execute(f"UPDATE access_journalentry SET {change} WHERE patient_id = %s", [person.id])
