"""Values that cross the door of `messages`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What is told. Closed: each has one sentence, the same for everybody."""

    NEW_STRUCTURE = "new-structure"
    EMERGENCY = "emergency-access"
    NEW_DEVICE = "new-device"
    NEW_WAY = "new-way"
    DELEGATION = "delegation-changed"
    ANSWERED = "report-answered"


MAY_STOP = frozenset({Kind.NEW_STRUCTURE, Kind.DELEGATION, Kind.ANSWERED})
"""Kinds that a person may do without. The others protect her from what she did not do: they always leave.

Source: regulation (EU) 2025/327, article 9 (information on access, a right of the person) and article 8 (access by
overriding a restriction: she is always told).
"""


class By(StrEnum):
    """How one may be told."""

    MAIL = "mail"
    TEXT = "text"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Contact:
    """Where she is told, as she sees it: `shown` is the address, half hidden. proved: None while its code is awaited."""

    id: UUID
    by: By
    shown: str
    proved: datetime | None
    stopped: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing she was told."""

    kind: Kind
    by: By | None  # None: by a contact that she has taken away since
    created: datetime
    sent: datetime | None
