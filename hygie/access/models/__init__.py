"""Tables of the access room: private to it."""

from hygie.access.models.case import Case
from hygie.access.models.circle import Block, Emergency, Member, Reach, Seen, Visit
from hygie.access.models.journal import JournalEntry
from hygie.access.models.leaving import Call, Erasure, Proposal
from hygie.access.models.record import Record

__all__ = [
    "Block", "Call", "Case", "Emergency", "Erasure", "JournalEntry", "Member", "Proposal", "Reach", "Record", "Seen", "Visit",
]  # fmt: skip
