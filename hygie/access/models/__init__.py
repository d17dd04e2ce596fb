"""Tables of the access room: private to it."""

from hygie.access.models.case import Case
from hygie.access.models.circle import Block, Emergency, Member, Reach, Seen, Visit
from hygie.access.models.journal import JournalEntry
from hygie.access.models.leaving import Call, Erasure, Proposal
from hygie.access.models.opening import Attendance, Guess, Invitation, Tally
from hygie.access.models.record import Record
from hygie.access.models.share import Arrival, Share, Viewing, Way
from hygie.access.models.tie import Promised, Tie, Welcome

__all__ = [
    "Arrival",
    "Attendance",
    "Block",
    "Call",
    "Case",
    "Emergency",
    "Erasure",
    "Guess",
    "Invitation",
    "JournalEntry",
    "Member",
    "Promised",
    "Proposal",
    "Reach",
    "Record",
    "Seen",
    "Share",
    "Tally",
    "Tie",
    "Viewing",
    "Visit",
    "Way",
    "Welcome",
]  # fmt: skip
