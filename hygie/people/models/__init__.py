"""Tables of the people room: private to it.

Every table below that has a `patient_id` is in one of these two lists; a test reads the catalogue and compares.
"""

from hygie.people.models.account import Account
from hygie.people.models.apart import Apart
from hygie.people.models.authorization import Authorization, Launch, SigningKey
from hygie.people.models.client import AssertionSeen, SoftwareClient, TokenRequester
from hygie.people.models.entering import AskedCode, Entrance, Way
from hygie.people.models.identity import Identity
from hygie.people.models.lookup import InsLookup, Misses, TraitsLookup
from hygie.people.models.merge import Merge, Redirect
from hygie.people.models.professional import Activity, Organisation, Professional

# Under row-level security: visible only to a transaction whose scope names the person.
PATIENT_TABLES = ("people_identity",)

# Searched before anyone's scope is known, so outside it. Keyed digests and random ids only: nothing to read.
LOOKUP_TABLES = (
    "people_inslookup", "people_traitslookup", "people_merge", "people_redirect", "people_account", "people_launch",
    "people_authorization",
)  # fmt: skip

__all__ = [
    "LOOKUP_TABLES", "PATIENT_TABLES", "Account", "Activity", "Apart", "AskedCode", "AssertionSeen", "Authorization", "Entrance",
    "Identity", "InsLookup", "Launch", "Merge", "Misses", "Organisation", "Professional", "Redirect", "SigningKey", "SoftwareClient",
    "TokenRequester", "TraitsLookup", "Way",
]  # fmt: skip
