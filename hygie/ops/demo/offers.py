"""What waits for a visitor of the demonstration: a mandate to work under, a nanny's link, an invitation to open."""

from __future__ import annotations

from datetime import datetime, timedelta

from hygie.access import actions as access
from hygie.access.types import Action, Level, Purpose, Relation, Request, TieKind
from hygie.base.errors import Conflict
from hygie.ops.demo import state
from hygie.ops.demo.days import Calendar
from hygie.ops.demo.members import EVERYONE
from hygie.ops.demo.registering import Town

HELPED, HELPER = "marcel-lefevre", "paul-girard"
CHILD, PARENT = "adam-haddad", "nadia-haddad"
INVITED, INVITER = "louise-bernard", "diallo"
SHEET = ("problems", "alerts", "allergies", "devices", "treatments", "vaccines")
_LONG = timedelta(days=30)  # a real mandate lasts an hour or two: a visitor comes when he likes


def make(town: Town, calendar: Calendar, *, at: datetime) -> None:
    """Each of them, where its people are."""
    if HELPED in town.actors and HELPER in town.actors:
        _mandate(town, at=at)
    if PARENT in town.actors and CHILD in town.people:
        _nanny(town, at=at)
    if INVITED in town.people:
        _invitation(town, calendar, at=at)


def _mandate(town: Town, *, at: datetime) -> None:
    grant = town.grant(HELPED, Action.SET_ACCESS, at=at)
    tie, code = access.entrust(
        grant, name="Paul Girard, au guichet", relation=Relation.PROFESSIONAL,
        level=Level.FILE, until=at + _LONG, kind=TieKind.DESK, at=at,
    )  # fmt: skip
    try:
        access.accept_help(town.actors[HELPER], code=code, at=at)
    except Conflict:  # he has one already
        access.end_tie(grant, tie_id=tie, at=at)


def _nanny(town: Town, *, at: datetime) -> None:
    asked = Request(town.actors[PARENT], town.people[CHILD], Purpose.FOR_ANOTHER, Action.REPRESENT, at)
    access.share(
        access.open_record(asked), summary=True, sections=SHEET, label="La nounou", until=at + _LONG, spoken=True,
        at=at,
    )  # fmt: skip


def _invitation(town: Town, calendar: Calendar, *, at: datetime) -> None:
    """By her doctor, who has checked who she is. The code is shown on the page of sign-in: nobody posts letters here."""
    member = next(one for one in EVERYONE if one.sub == INVITED)
    doctor = town.carer(INVITER)
    asked = Request(doctor, town.people[INVITED], Purpose.CARE, Action.FIND, at, reason="invitation")
    invited = access.invite(access.open_record(asked), way="hand", name=member.name, at=at)
    born = member.born(calendar)
    state.show_offers({
        "invitation": {
            "name": member.name, "by": doctor.name, "code": invited.code, "born": f"{born:%d/%m/%Y}",
        },
    })  # fmt: skip
