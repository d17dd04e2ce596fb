"""A database that goes away is said as such wherever it is missed: 503, when to come back, nothing of what it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.utils import timezone

from hygie.config.tests.world import civil
from hygie.people import actions
from hygie.tests.world import World


@contextmanager
def nobody_answers() -> Iterator[None]:
    """The same database, looked for where nothing listens."""
    known = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": "1"}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(known)


def signed_in() -> Client:
    """Zoé's browser, with the session that a sign-in makes."""
    zoe, now = World().zoe, timezone.now()
    found = actions.sign_in_person(issuer="https://issuer.test", claims=civil(uuid4().hex, zoe.traits), at=now)
    if not found.paired:
        actions.link_account(account_id=found.account_id, patient_id=zoe.id)
    browser = Client(headers={"accept-language": "fr"}, raise_request_exception=False)
    account = get_user_model()._default_manager.get(pk=found.account_id)
    browser.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = browser.session
    session.update({"auth": 2, "since": now.timestamp(), "seen": now.timestamp()})
    session.save()
    return browser


@pytest.mark.parametrize("address", ["/", "/accueil/", "/documents/", "/nowhere/", "/compte/"])
def test_a_database_lost_before_the_view_is_said_as_in_a_view(address: str) -> None:
    browser = signed_in()
    assert browser.get("/compte/").status_code == 200
    with nobody_answers():
        answer = browser.get(address)
    body = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert "La base ne répond pas" in body and "momentanément occupé" in body
    assert "127.0.0.1" not in body and "psycopg" not in body
    assert answer["Cache-Control"] == "no-store"
    assert browser.get("/compte/").status_code == 200


def test_a_session_that_cannot_be_kept_is_said_too() -> None:
    browser = signed_in()
    session = browser.session
    session["seen"] -= 120  # it is written again at this request
    session.save()
    with nobody_answers():
        assert browser.get("/").status_code == 503


def test_whoever_is_not_signed_in_still_reads_what_needs_no_database() -> None:
    with nobody_answers():
        assert Client().get("/").status_code == 200
