"""The journal to take away: every line with its proof, and a script that checks them anywhere, without Hygie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any, Final

import orjson
from django.db import transaction

from hygie.access import gate, journal, keyring
from hygie.access.types import Action, Grant, JournalLine
from hygie.base import sealing
from hygie.base.errors import Refused
from hygie.base.sql import cursor

VERIFIER: Final = files("hygie.access").joinpath("verifier.py").read_bytes()
"""One file, the standard library alone: `python verifier.py` beside `journal.ndjson` says whether the chain is whole."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STEP: Final = 500
_NAMES: Final = tuple(field.name for field in fields(JournalLine) if field.name not in ("seq", "at"))


@dataclass(frozen=True, slots=True)
class Proved:
    """One line as it reads, the SHA-256 of its sealed body, and its leaf."""

    line: JournalLine
    body_hash: bytes
    leaf: bytes

    def written(self) -> bytes:
        """One line of `journal.ndjson`: number, microseconds since 1970, the two hashes, then the words."""
        said: dict[str, Any] = {
            "number": self.line.seq, "moment": (self.line.at - _EPOCH) // timedelta(microseconds=1),
            "body": self.body_hash.hex(), "leaf": self.leaf.hex(), "at": self.line.at.isoformat(),
        }  # fmt: skip
        said |= {name: value for name in _NAMES if (value := getattr(self.line, name)) not in (None, "")}
        return orjson.dumps(said) + b"\n"


def proved(grant: Grant) -> Iterator[Proved]:
    """Every line up to the one that precedes this grant, the oldest first. Needs a grant to READ_JOURNAL."""
    if grant.action is not Action.READ_JOURNAL:
        raise Refused("Ce journal ne vous est pas ouvert.", code="not-a-journal-grant")
    place, after = journal.place(grant.patient_id, ""), 0
    while True:
        with transaction.atomic():
            sql = cursor()
            gate.set_scope(sql, gate="{" + str(grant.patient_id) + "}")
            row = sql.execute(
                "SELECT journal_key FROM access_record WHERE patient_id = %b", [grant.patient_id], binary=True
            ).fetchone()
            rows = sql.execute(
                """SELECT seq, at, leaf, body FROM access_journalentry
                   WHERE patient_id = %b AND seq > %b AND seq <= %b ORDER BY seq LIMIT %b""",
                [grant.patient_id, after, grant.seq, _STEP], prepare=True, binary=True,
            ).fetchall()  # fmt: skip
        if not rows or row is None or row[0] is None:
            return
        unsealed = sealing.opener(keyring.unwrap(grant.patient_id, "journal", row[0]))
        for seq, at, leaf, body in rows:
            line = journal.unpack(seq, at, unsealed(body, place + b"%d" % seq))
            yield Proved(line, journal.body_hash(bytes(body)), bytes(leaf))
        after = rows[-1][0]
