"""Who hears what: event -> functions, called in the transaction of the event (hygie.base.events)."""

from __future__ import annotations

from functools import partial

from hygie.base.events import Handlers
from hygie.messages.actions import tell_later
from hygie.messages.types import Kind
from hygie.observatory.actions import count

# Each event names a person and a key that tells it from others of its kind: it is told once.
HANDLERS: Handlers = {
    "new-device": (partial(tell_later, Kind.NEW_DEVICE),),  # a browser that this account has never used
    "new-way": (partial(tell_later, Kind.NEW_WAY),),  # by which one may sign in to this person's account
    "new-structure": (partial(tell_later, Kind.NEW_STRUCTURE),),  # the first time that a structure opens a record
    "emergency-access": (partial(tell_later, Kind.EMERGENCY),),  # a doctor broke the glass
    "delegation-changed": (partial(tell_later, Kind.DELEGATION),),  # what others may do for this person
    "report-answered": (partial(tell_later, Kind.ANSWERED),),  # an operator answered « Ce n'est pas normal »
    "counted": (count,),  # how many of what happened, for the public figures: no ids at all
}
