"""How many spaces there are in each state: counted in slices of random ids, under the gate's wall; how many cases wait
for an operator. No key, no name.

Private to the room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from hygie.access.choices import STATE
from hygie.access.gate import set_scope
from hygie.access.models import Case
from hygie.base.sql import cursor

SLICE: Final = 1000


def census() -> Mapping[str, int]:
    """RecordState -> how many; erased ones are none of them. Reads every space once, a transaction for each thousand of them."""
    found: Counter[str] = Counter()
    after = UUID(int=0)
    while True:
        with transaction.atomic():
            sql = cursor()
            ids = [
                one
                for (one,) in sql.execute(
                    "SELECT id FROM patient_patient WHERE id > %b ORDER BY id LIMIT %b", [after, SLICE], prepare=True
                )
            ]
            if not ids:
                return found
            set_scope(sql, gate="{" + ",".join(map(str, ids)) + "}")
            sql.execute(
                b"SELECT " + STATE + b""", count(*)
                  FROM access_record WHERE patient_id = ANY(%b) AND record_key IS NOT NULL GROUP BY 1""",
                [ids], prepare=True,
            )  # fmt: skip
            found.update(dict(sql.fetchall()))
            after = ids[-1]


def cases_waiting(*, at: datetime, within: timedelta = timedelta()) -> int:
    """How many cases no operator has answered, whose time is over, or will be `within` that long."""
    return Case.objects.filter(closed=None, due__lte=at + within).count()
