"""What would tell relatives of an act that is kept from them: the statements of what was reimbursed on its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import psycopg

from hygie.access.types import Grant, Visibility
from hygie.record import listing
from hygie.record.reading import FRANCE
from hygie.record.types import Document

COSTS: Final = "60"  # TRE_A03: statements of reimbursement
_CODE: Final = Visibility.HIDDEN_FROM_GUARDIANS.value


def _day(at: datetime) -> date:
    return at.astimezone(FRANCE).date()


def reimbursed_with(grant: Grant, document: Document) -> list[Document]:
    """The statements of the day of this act that relatives may still see; none of them is the document itself."""
    asked = listing.Asked(
        classes=frozenset({COSTS}), since=document.day - timedelta(days=1), until=document.day + timedelta(days=1),
        received_since=None, archived=None, status="current",
    )  # fmt: skip
    return [
        one
        for one in listing.together(grant, asked)
        if one.id != document.id and _day(one.day) == _day(document.day) and _CODE not in one.visibility
    ]


def keep(sql: psycopg.Cursor[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Among rows about to be deposited, hide from relatives the statements of a day whose act is kept from them.

    Not what somebody adds by hand: a mother who would no longer find her own paper would be told.
    """
    costs = [row for row in rows if row["class"] == COSTS and row["source"] != "portal"]
    if not costs:
        return
    kept = {(row["patient"], _day(row["day"])) for row in rows if _CODE in row["visibility"]}
    sql.execute(
        "SELECT patient_id, day FROM record_document WHERE patient_id = ANY(%b) AND %b = ANY(visibility) AND status = 'current'",
        [[row["patient"] for row in costs], _CODE], prepare=True, binary=True,
    )  # fmt: skip
    kept |= {(patient, _day(day)) for patient, day in sql}
    for row in costs:
        if (row["patient"], _day(row["day"])) in kept:
            row["visibility"] = sorted({*row["visibility"], _CODE})
