"""Background work of the people room: sending the codes that somebody asked for; forgetting, every night, what serves
no more."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


@app.periodic(cron="17 3 * * *")
@app.task(queue="house", name="people.forget", pass_context=False)
def forget(timestamp: int) -> None:
    """Tokens, assertions, counters and sessions out of date. `timestamp`: Unix seconds, given by the scheduler."""
    from hygie.people import actions

    actions.forget_expired(at=datetime.fromtimestamp(timestamp, UTC))
    SessionStore.clear_expired()


@app.task(queue="send", name="people.send_code", priority=10, retry=RetryStrategy(max_attempts=3, wait=5))
def send_code(asked: str) -> None:
    """A code of six digits, to whom it may be sent (see codes.py)."""
    from hygie.people import codes

    codes.send(UUID(asked))
