"""Walking: ask, look at every byte that comes back, count. And whether anything of a person was changed on the way."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from django.core import mail
from django.db import connection

from hygie.base import beat
from hygie.base.logs import AllowListFormatter
from hygie.tests.crawl.callers import Ask
from hygie.tests.crawl.town import Neighbour, Town

SHOWN = 12  # faults told of a walk; the rest are counted


@dataclass(slots=True)
class Walk:
    """What came of many requests by one actor."""

    actor: str
    count: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def through(self, town: Town, asks: Iterable[Ask]) -> Walk:
        strangers = self.actor == "operator"  # her queues show whatever waits, from other tests too
        usual, beat.BEAT = beat.BEAT, 0.0  # thousands of these find nobody; how long that takes is timed elsewhere
        try:
            for asked in asks:
                if not self.count % 40:  # nor is one stopped by a budget of searches: that has its own tests
                    _forget_misses()
                told, leaks = town.told(self.actor, asked, strangers=strangers)
                self.count += 1
                self.statuses[told.status] += 1
                if told.status >= 500:
                    leaks = [*leaks, f"{told.status}"]
                if leaks:
                    self.faults += [
                        f"{asked.method} {asked.path[:200]}?{asked.query[:200]} -> {leak}" for leak in leaks
                    ]
        finally:
            beat.BEAT = usual
        return self

    @property
    def summary(self) -> str:
        told = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return "\n".join(
            [f"{self.actor}: {self.count} requests ({told}), {len(self.faults)} faults", *self.faults[:SHOWN]]
        )


def _forget_misses() -> None:
    with connection.cursor() as sql:
        sql.execute("DELETE FROM people_misses")


@contextmanager
def logs_and_mails(town: Town) -> Iterator[list[str]]:
    """Everything logged meanwhile, by whoever, as it is written; no canary and no matricule may be in it."""
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    keeping = Keeping()
    keeping.setFormatter(AllowListFormatter())
    root = logging.getLogger()
    root.addHandler(keeping)
    try:
        yield lines
    finally:
        root.removeHandler(keeping)
    assert town.recorder.leaks("the logs", "\n".join(lines).encode()) == []
    sent = [f"{one.subject}\n{one.body}\n{one.extra_headers}" for one in getattr(mail, "outbox", [])]
    assert town.recorder.leaks("the mails", "\n".join(sent).encode()) == []


# Columns that a look moves by right: the head of the journal's chain, and a list filed by the machine.
_MOVING = {"access_record": ("seq", "head"), "record_document": ("listing",)}
_ROWS = (
    "record_document",
    "access_record",
    "access_member",
    "access_block",
    "access_emergency",
    "access_tie",
    "people_identity",
)


def rows(administrator: str, one: Neighbour) -> dict[tuple[str, str], str]:
    """Every row about this person that others must leave as it is: (table, id) -> digest of its columns.

    Read as the administrator of the database, whom row-level security does not stop.
    """
    found = {}
    with psycopg.connect(administrator) as sql:
        for table in _ROWS:
            query = f"SELECT to_jsonb(t) - %s::text[] FROM {table} t WHERE patient_id = %s"
            for (row,) in sql.execute(query, [list(_MOVING.get(table, ())), one.id]):
                text = json.dumps(row, sort_keys=True).encode()
                found[table, row.get("id", row["patient_id"])] = hashlib.sha256(text).hexdigest()
    return found
