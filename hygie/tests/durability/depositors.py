"""Laboratories that send until they are answered, the book of what was acknowledged to them, and its audit."""

from __future__ import annotations

import hashlib
import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson

from hygie.access import queries as access
from hygie.access.types import Action
from hygie.formats.tests import fhir_samples as samples
from hygie.interop.tests.clients import EVERYTHING, Software, about
from hygie.record import queries as record
from hygie.tests.world import Person, World

TRY_AGAIN = frozenset({0, 429, 500, 502, 503, 504})  # 0: the line was cut


@dataclass(slots=True)
class Letter:
    """One document to send: its key, who it is about, and the hash of its bytes."""

    key: str
    person: Person
    sha256: bytes
    body: bytes = field(repr=False)


@dataclass(slots=True)
class Answer:
    status: int
    seconds: float
    document_id: UUID | None = None
    retry_after: str | None = None
    text: str = ""


def letter(person: Person, content: bytes | None = None, *, key: str | None = None, **changes: Any) -> Letter:
    if content is None:
        content = b"%PDF-1.4\n" + random.randbytes(random.choice((300, 3_000, 45_000)))
    key = key or f"urn:uuid:{uuid4()}"
    message = samples.reference(about(person, None, content, unique_id=key, **changes), content)
    return Letter(key, person, hashlib.sha256(content).digest(), orjson.dumps(message))


class Labo:
    """A laboratory's software, and whom it writes about."""

    def __init__(self, people: int = 4) -> None:
        world = World()
        software = Software(world)
        self.actor = software.actor
        self.token = software.fresh_token(EVERYTHING, lasts=timedelta(hours=3))
        self.people = [world.person("Amina") for _ in range(people)]

    def post(self, port: int, one: Letter, *, timeout: float = 40.0) -> Answer:
        """One try, on a line of its own."""
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        try:
            return self.post_on(line, one)
        finally:
            line.close()

    def post_on(self, line: http.client.HTTPConnection, one: Letter) -> Answer:
        began = time.monotonic()
        try:
            line.request("POST", "/fhir/DocumentReference", one.body, {
                "Authorization": f"Bearer {self.token}", "Content-Type": "application/fhir+json",
                "Prefer": "return=minimal",
            })  # fmt: skip
            answer = line.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as fault:
            line.close()
            return Answer(0, time.monotonic() - began, text=repr(fault))
        return Answer(
            answer.status, time.monotonic() - began, _named(answer.headers.get("Location")),
            answer.headers.get("Retry-After"), text,
        )  # fmt: skip

    def get(self, port: int, path: str) -> tuple[int, bytes, str | None]:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
        try:
            line.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
            answer = line.getresponse()
            return answer.status, answer.read(), answer.headers.get("Retry-After")
        finally:
            line.close()


def _named(location: str | None) -> UUID | None:
    """The document's own half of the FHIR id in a Location."""
    from hygie.interop.fhir_api import mapping

    return mapping.ids_of(location.split("/DocumentReference/")[1].split("/")[0])[1] if location else None


class Book:
    """What was sent, how it was answered, and what was acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, tuple[Letter, UUID]] = {}
        self.sent: dict[str, Letter] = {}
        self.statuses: Counter[int] = Counter()
        self.last_try: dict[str, datetime] = {}
        self.unanswered = 0  # kept by a try whose answer was lost: `audit` counts them
        self.slowest = 0.0
        self.unasked: list[Answer] = []
        self._guard = threading.Lock()

    def tries(self, one: Letter) -> None:
        with self._guard:
            self.sent[one.key] = one
            self.last_try[one.key] = datetime.now(UTC)

    def note(self, one: Letter, answer: Answer) -> None:
        with self._guard:
            self.statuses[answer.status] += 1
            self.slowest = max(self.slowest, answer.seconds)
            if answer.status == 201:
                assert answer.document_id is not None
                self.acknowledged[one.key] = (one, answer.document_id)
            elif answer.status not in TRY_AGAIN:
                self.unasked.append(answer)

    @property
    def cut(self) -> int:
        """How many tries ended without an answer."""
        return self.statuses[0]


class Depositors:
    """So many threads that send new documents, each again and again until it is acknowledged, while the block lasts."""

    def __init__(self, labo: Labo, port: int | Callable[[], int], *, count: int = 8, pause: float = 0.0) -> None:
        self.labo, self.book = labo, Book()
        self._port = port if callable(port) else lambda: port
        self._pause = pause
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(count)]

    def __enter__(self) -> Book:
        for thread in self._threads:
            thread.start()
        return self.book

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join(90)
        assert not any(thread.is_alive() for thread in self._threads), "a sender never got its answer"

    def _send(self, number: int) -> None:
        line: http.client.HTTPConnection | None = None
        while not self._enough.is_set():
            one = letter(random.choice(self.labo.people))
            deadline = time.monotonic() + 80
            while True:
                line = line or http.client.HTTPConnection("127.0.0.1", self._port(), timeout=40)
                self.book.tries(one)
                answer = self.labo.post_on(line, one)
                self.book.note(one, answer)
                if answer.status == 0:
                    line.close()
                    line = None
                if answer.status not in TRY_AGAIN or time.monotonic() > deadline:
                    break
                time.sleep(0.05 + 0.1 * random.random())
            if self._pause:
                time.sleep(self._pause)
        if line is not None:
            line.close()


def audit(book: Book, people: Sequence[Person]) -> int:
    """Everything acknowledged is here to the byte, once, with its one line; every chain is whole. How many documents.

    What was sent and never acknowledged may be here (its answer was lost) or not; it is here once at most.
    """
    by_person: dict[UUID, dict[str, tuple[Letter, UUID]]] = {person.id: {} for person in people}
    for key, (one, document_id) in book.acknowledged.items():
        by_person[one.person.id][key] = (one, document_id)
    total = 0
    for person in people:
        kept = record.documents(person.opens(Action.LIST), status=None, archived=None)
        uids = Counter(document.metadata.unique_id for document in kept)
        assert [uid for uid, count in uids.items() if count > 1] == [], "kept twice"
        book.unanswered += sum(d.received < book.last_try[d.metadata.unique_id] for d in kept)
        ids = {document.metadata.unique_id: document.id for document in kept}
        wanted = by_person[person.id]
        assert wanted.keys() - ids.keys() == set(), "acknowledged and lost"
        assert all(key in book.sent for key in ids), "kept and never sent"
        for key, document_id in ids.items():
            if key in wanted:
                assert document_id == wanted[key][1], "answered with another document's address"
            grant = person.opens(Action.READ, object_id=document_id)
            data = record.content(grant, document_id=document_id).data
            assert hashlib.sha256(data).digest() == book.sent[key].sha256, "not the same bytes"
        lines = access.journal(person.opens(Action.READ_JOURNAL), limit=1_000_000)
        written = Counter(line.object_id for line in lines if line.action == Action.DEPOSIT and line.allowed)
        assert written == Counter(ids.values()), "one line for each document, one document for each line"
        assert access.journal_is_whole(person.id) is None
        total += len(kept)
    return total
