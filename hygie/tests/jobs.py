"""Doing what waits in the queue, as the worker would, one job after the other, in this very process."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection


def forget(task: str) -> None:
    """What waits of this task was asked for by other tests: nobody does it any more."""
    with connection.cursor() as sql:
        sql.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'", [task])


def do(task: str, **only: Any) -> int:
    """Every waiting job of this task whose arguments contain these; how many. What a job raises is raised."""
    from procrastinate.contrib.django import app

    with connection.cursor() as sql:
        sql.execute(
            "SELECT id, args FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo' AND args @> %s ORDER BY id",
            [task, json.dumps(only, default=str)],
        )
        waiting = sql.fetchall()
        for job, args in waiting:
            app.tasks[task](**(json.loads(args) if isinstance(args, str) else args))
            sql.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job])
    return len(waiting)
