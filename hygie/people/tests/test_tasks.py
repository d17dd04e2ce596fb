"""What serves no more is forgotten by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.sessions.backends.db import SessionStore

from hygie.people.tasks import forget


def test_a_session_out_of_date_is_forgotten_and_a_living_one_is_kept() -> None:
    now = datetime.now(UTC)
    old, living = SessionStore(), SessionStore()
    for session, lives in ((old, timedelta(seconds=-5)), (living, timedelta(hours=1))):
        session.set_expiry(now + lives)
        session["x"] = 1
        session.save()
    forget(timestamp=int(now.timestamp()))
    assert not SessionStore().exists(old.session_key)
    assert SessionStore().exists(living.session_key)
