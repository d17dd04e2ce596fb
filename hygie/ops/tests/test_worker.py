"""A job whose worker died is taken up again; one that saw too many die is set aside, and stays visible."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connections
from procrastinate.contrib.django import app

from hygie.ops import worker


def orphan(attempts: int) -> int:
    """A job left "doing" by a worker that is no more."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, priority, scheduled_at)"
            " VALUES ('nobody', 'nothing', '{}', 'doing', %s, 0, now()) RETURNING id",
            [attempts],
        )
        return int(cursor.fetchone()[0])


def status(job: int) -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


async def _take_up() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        async with working.open_async():
            await worker.take_up_orphans(working)


@pytest.mark.parametrize(
    ("attempts", "then"), [(0, "todo"), (worker.MOST_DEATHS - 1, "todo"), (worker.MOST_DEATHS, "failed")]
)
def test_an_orphan_is_taken_up_until_it_saw_too_many_workers_die(attempts, then):
    job = orphan(attempts)
    asyncio.run(_take_up())
    assert status(job) == then
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'cancelled' WHERE id = %s AND status = 'todo'", [job])
