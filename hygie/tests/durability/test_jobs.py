"""Background work: a job that always fails is set aside and blocks nobody; a worker killed at work loses nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
from django.db import connection

from hygie.ops.desk import jobs as desk
from hygie.ops.tests.running import wait_for
from hygie.record import tasks
from hygie.tests.durability.installation import Installation, work_once, worker_environment
from hygie.tests.durability.sizes import size
from hygie.tests.world import Person, World, deposited

DOCUMENTS = size(60, 200)


def asked(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def filed(person: Person) -> int:
    """How many of her documents the machine has filed."""
    from hygie.access.actions import inside
    from hygie.access.types import Action

    with inside(person.opens(Action.LIST)) as sql:
        row = sql.execute(
            "SELECT count(*) FROM record_document WHERE patient_id = %s AND listing IS NOT NULL", [person.id]
        )
        return int(row.fetchone()[0])  # type: ignore[index]


def poison(attempts: int = 0) -> int:
    """A job about nobody: it can only fail."""
    [[job]] = asked("SELECT coalesce(max(id), 0) FROM procrastinate_jobs")
    tasks.file_later([(uuid4(), uuid4())])
    [[mine]] = asked("SELECT id FROM procrastinate_jobs WHERE id > %s", [job])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s WHERE id = %s", [attempts, mine])
    return int(mine)


def nothing_waits() -> None:
    """Whatever others asked for is asked no more."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'cancelled' WHERE status = 'todo'")


def status(job: int) -> str:
    """Of a job; those done are forgotten."""
    rows = asked("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
    return str(rows[0][0]) if rows else "done"


def test_a_poison_job_is_set_aside_and_blocks_nobody(place: Installation) -> None:
    world = World()
    person = world.person("Amina")
    nothing_waits()  # a long campaign left tens of thousands of papers to read
    worn, fresh = poison(attempts=6), poison()
    for _ in range(DOCUMENTS):
        deposited(world.labo_seine, person)
    done = work_once(place)
    assert done.returncode == 0, done.stderr
    assert filed(person) == DOCUMENTS
    assert status(worn) == "failed"
    assert status(fresh) == "todo", "it is tried again later, as its task says"
    assert [(one.id, one.task) for one in desk._failed() if one.id == worn] == [(worn, "record.file")]


def test_a_poisonous_document_in_a_group_holds_up_none_of_the_others(place: Installation) -> None:
    world = World()
    person = world.person("Amina")
    [one, other] = [deposited(world.labo_seine, person).id for _ in range(2)]
    nothing_waits()
    nobody = (uuid4(), uuid4())
    tasks.file_later([(person.id, one), nobody, (person.id, other)])
    assert work_once(place).returncode == 0
    assert filed(person) == 2
    [[left]] = asked("SELECT args->'refs' FROM procrastinate_jobs WHERE status = 'todo' AND task_name = 'record.file'")
    assert [[UUID(patient), UUID(document)] for patient, document in orjson.loads(left)] == [list(nobody)]


def test_what_a_killed_worker_had_in_hand_is_done_again(place: Installation) -> None:
    world = World()
    person = world.person("Amina")
    deposited(world.labo_seine, person)
    [[job]] = asked("SELECT max(id) FROM procrastinate_jobs WHERE task_name = 'record.file'")
    with psycopg.connect(place.environment["HYGIE_DATABASE_URL"]) as holding:
        holding.execute("SELECT set_config('hygie.gate', %s, true)", ["{" + str(person.id) + "}"])
        held = holding.execute("SELECT 1 FROM access_record WHERE patient_id = %s FOR UPDATE", [person.id])
        assert held.fetchone() is not None
        worker = subprocess.Popen(
            [sys.executable, "-m", "hygie.ops.cli", "worker"], env=worker_environment(place),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for(lambda: status(job) == "doing")
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait(60)
    assert (status(job), filed(person)) == ("doing", 0)
    with connection.cursor() as cursor:  # rather than wait half a minute for it to count as dead
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    assert work_once(place).returncode == 0
    assert (status(job), filed(person)) == ("done", 1)
