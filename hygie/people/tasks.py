"""Background work of the people room: forgetting, every night, what serves no more."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app

from hygie.people import actions


@app.periodic(cron="17 3 * * *")
@app.task(queue="house", name="people.forget", pass_context=False)
def forget(timestamp: int) -> None:
    """Tokens, assertions, counters and sessions out of date. `timestamp`: Unix seconds, given by the scheduler."""
    actions.forget_expired(at=datetime.fromtimestamp(timestamp, UTC))
    SessionStore.clear_expired()
