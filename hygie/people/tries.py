"""How often somebody may try, per account and per address: counted and committed before anything is compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from hygie.base import rootkey
from hygie.base.errors import Refused

Counted = tuple[str, str, int]
"""What is counted (« number », « address »…), whose, how many in any hour."""


def spend(*counted: Counted, at: datetime) -> None:
    """Count one try for each. Refused, code « too-many-tries », when one is spent, whatever is asked and whoever exists."""
    with transaction.atomic(durable=True), connection.cursor() as sql:
        spent = False
        for subject, most in sorted((_subject(kind, whose), most) for kind, whose, most in counted):
            sql.execute(
                """INSERT INTO people_misses (subject, minute, count) VALUES (%s, date_trunc('minute', %s::timestamptz), 1)
                   ON CONFLICT (subject, minute) DO UPDATE SET count = people_misses.count + 1""",
                [subject, at],
            )
            sql.execute(
                "SELECT coalesce(sum(count), 0) FROM people_misses WHERE subject = %s AND minute > %s",
                [subject, at - timedelta(hours=1)],
            )
            spent |= sql.fetchone()[0] > most
    if spent:
        raise Refused(
            "Trop d'essais. Par sécurité, attendez une heure, ou entrez d'une autre façon.",
            code="too-many-tries", retry_after=3600,
        )  # fmt: skip


def forgive(*counted: Sequence[object], at: datetime) -> None:
    """It went well: the count of the account is wiped, the one of the address taken back."""
    with transaction.atomic(), connection.cursor() as sql:
        for kind, whose, _most in counted:
            subject = _subject(str(kind), str(whose))
            if kind == "address":  # a help desk signs in many people in an hour; only misses count against it
                sql.execute(
                    "UPDATE people_misses SET count = count - 1 WHERE subject = %s AND minute = date_trunc('minute', %s::timestamptz)",
                    [subject, at],
                )
            else:
                sql.execute("DELETE FROM people_misses WHERE subject = %s", [subject])


def _subject(kind: str, whose: str) -> UUID:
    return UUID(bytes=rootkey.ours().digest(f"people/tries/{kind}", whose.encode())[:16])
