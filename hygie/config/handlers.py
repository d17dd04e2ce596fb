"""Who hears what: event -> functions, called in the transaction of the event (hygie.base.events)."""

from __future__ import annotations

from hygie.base.events import Handlers

HANDLERS: Handlers = {
    "new-device": (),  # patient_id, key: somebody signed in from a browser that this account has never used
    "new-structure": (),  # patient_id, key: a structure opened this record for the first time
    "emergency-access": (),  # patient_id, key: a doctor broke the glass
    "delegation-changed": (),  # patient_id, key: what others may do for this person has changed
}
