"""What a person's pages and a doctor's page cost inside the server: the whole of Django around them, one caller."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hygie.base import collector
from hygie.ops.bench import ground
from hygie.ops.bench.timing import timed


def run(person: ground.Someone, document_id: UUID, *, times: int) -> dict[str, Any]:
    """Milliseconds for each page, on this person's record: mean, p50, p95, p99."""
    collector.settle()  # as in a web process: a whole look at all that is loaded costs 95 ms
    browser = _signed_in(person)
    pages = {
        "Accueil": "/accueil/", "Documents": "/documents/", "Un document": f"/documents/{document_id}/",
        "Qui voit quoi": "/qui-voit-quoi/", "Journal": "/qui-voit-quoi/journal/", "Mon compte": "/compte/",
    }  # fmt: skip
    found = {}
    for name, address in pages.items():
        answer = browser.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        found[name] = timed(lambda address=address: browser.get(address), times=times)  # type: ignore[misc]
    return found


def _signed_in(person: ground.Someone) -> Any:
    """A browser that holds the session a sign-in makes."""
    from django.conf import settings
    from django.test import Client

    from hygie.people.models import Account
    from hygie.people.signing_in import account_of, link
    from hygie.people.types import Kind

    now = datetime.now(UTC)
    account: Account = account_of("https://bench.invalid", str(person.id), kind=Kind.PERSON, at=now)
    link(account, person.id)
    browser = Client(headers={"host": "localhost"})
    browser.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = browser.session
    session.update({"since": now.timestamp(), "seen": now.timestamp(), "auth": 2})
    session.save()
    return browser
