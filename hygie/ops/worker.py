"""The worker: background jobs kept in PostgreSQL, done one after the other; reading apart from the rest.

A job that fails is tried again as its task says, then set aside ("failed"), visible, and blocks nobody. A job
whose worker was killed is taken up again; after three such deaths it is set aside too: it may be the cause.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any

from procrastinate.app import App
from procrastinate.jobs import DeleteJobCondition, Status

from hygie.base import config, logs

SILENT_FOR = 30.0  # seconds without a sign of life after which a worker counts as dead; they sign every 10
MOST_DEATHS = 3
READING = "read"  # the queue of what may take seconds


async def take_up_orphans(app: App) -> int:
    """Give the jobs of dead workers to the living; set aside those that saw too many die. Returns how many."""
    orphans = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_FOR))
    for job in orphans:
        deadly = job.attempts >= MOST_DEATHS
        logs.event("job-orphan", level=logging.WARNING, job=job.task_name, attempt=job.attempts)
        if deadly:
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job(job)
    return len(orphans)


def run(*, wait: bool = True, queues: Sequence[str] | None = None) -> None:
    """Work until SIGTERM or SIGINT, finishing the job in hand. `wait=False`: until there is nothing left to do.

    `queues`: only these kinds of work; otherwise all, reading apart from the rest, so that a scan that takes seconds
    holds up no filing. Whoever waits for an answer comes first: this process steps back for them.
    """
    from procrastinate.contrib.django import app

    logs.install(config.get("HYGIE_LOG_LEVEL"))
    os.nice(15)

    async def work(working: App) -> None:
        async with working.open_async():
            await take_up_orphans(working)
            looking = asyncio.create_task(_look_for_orphans(working)) if wait else None
            try:
                if queues or not wait:  # done when nothing is left: the filing it does asks for reading
                    await _work(working, queues, wait=wait)
                else:
                    others = {task.queue for task in working.tasks.values()} - {READING}
                    await _together(_work(working, [READING], signals=False), _work(working, others, signals=False))
            finally:
                if looking is not None:
                    looking.cancel()

    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        asyncio.run(work(working))


def _work(
    working: App, queues: Iterable[str] | None, *, wait: bool = True, signals: bool = True
) -> Coroutine[Any, Any, None]:
    return working.run_worker_async(
        wait=wait,
        queues=sorted(queues) if queues else None,  # type: ignore[arg-type]  # None is its own default
        delete_jobs=DeleteJobCondition.SUCCESSFUL,
        shutdown_graceful_timeout=20.0,
        stalled_worker_timeout=SILENT_FOR,
        install_signal_handlers=signals,
    )


async def _together(*work: Coroutine[Any, Any, None]) -> None:
    """Until SIGTERM or SIGINT, or until one of them ends: then all end, each finishing the job in hand."""
    tasks = [asyncio.ensure_future(one) for one in work]
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: [one.cancel() for one in tasks])
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for one in tasks:
        if not one.cancelling():  # a second time would cut the job in hand
            one.cancel()
    for fault in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(fault, Exception):
            raise fault


async def _look_for_orphans(app: App) -> None:
    while True:
        await asyncio.sleep(SILENT_FOR)
        try:
            await take_up_orphans(app)
        except Exception as fault:  # the database may be away for a moment; the next look will tell
            logs.event("job-orphans-not-seen", level=logging.WARNING, error=fault)
