"""Sessions are read as Django keeps them; a database connection that died between two requests is replaced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as Djangos
from django.db import connection

from hygie.base import sql

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


def kept(*, lives: timedelta) -> str:
    made = Djangos()
    made.set_expiry(datetime.now(UTC) + lives)
    made["who"] = "Zoé"
    made.save()
    assert made.session_key
    return made.session_key


def test_a_session_kept_by_django_is_read() -> None:
    assert SessionStore(kept(lives=timedelta(hours=1)))["who"] == "Zoé"


def test_a_session_out_of_date_or_unknown_is_nobodys_and_its_key_is_not_used_again() -> None:
    for key in (kept(lives=timedelta(seconds=-5)), "0123456789abcdef0123456789abcdef"):
        found = SessionStore(key)
        assert found.get("who") is None and found.session_key is None


def test_a_session_that_was_altered_says_nothing() -> None:
    key = kept(lives=timedelta(hours=1))
    Djangos.get_model_class().objects.filter(session_key=key).update(session_data="altered:by:hand")
    assert SessionStore(key).get("who") is None


def test_a_connection_that_died_between_two_requests_is_replaced_by_whoever_asks_first() -> None:
    sql.cursor().execute("SELECT 1")
    dead = connection.connection
    assert dead is not None
    dead.close()
    connection.health_check_done = False  # as at the beginning of a request
    assert sql.cursor().execute("SELECT 1").fetchone() == (1,)
