"""Messages, its verbs: being told, where one chose, and no longer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from hygie.access.types import Action, Grant, Purpose
from hygie.base.errors import Refused
from hygie.messages import contacts, telling
from hygie.messages.types import By, Kind
from hygie.people import actions as people


def tell_later(kind: Kind, patient_id: UUID, key: str) -> None:
    """Ask, in the present transaction, that this person be told of this, once: `key` names what happened."""
    from hygie.messages.tasks import tell  # procrastinate's application exists once Django is ready

    tell.defer(patient_id=str(patient_id), kind=str(kind), key=key)


def ask_contact(grant: Grant, *, by: By, to: str, address: str, at: datetime) -> UUID:
    """Keep an address and send a code there: nothing else goes there until `prove_contact`. Its id.

    `address`: of the visitor, whose tries are counted. Invalid: no such address. Refused: asked too often.
    """
    _may(grant)
    understood = contacts.checked(by, to)
    who, _, rest = understood.partition("\n") if by is By.LETTER else ("", "", understood)
    asked = people.ask_for_code("prove", by, rest, address=address, at=at, who=who)
    return contacts.propose(grant.patient_id, by=by, to=understood, asked=asked)


def prove_contact(grant: Grant, contact_id: UUID, *, code: str, at: datetime) -> None:
    """She has read the code there. Refused, « wrong-code », when it is not that one; NotFound: not an address of hers."""
    _may(grant)
    people.prove_code(contacts.pending(grant.patient_id, contact_id), code, at=at)
    contacts.prove(grant.patient_id, contact_id, at=at)


def remove_contact(grant: Grant, contact_id: UUID) -> None:
    """She is told nothing there any more."""
    _may(grant)
    contacts.remove(grant.patient_id, contact_id)


def stop_notices(grant: Grant, kinds: Iterable[Kind]) -> None:
    """These kinds, and no other, are not told to her; those that protect her always are."""
    _may(grant)
    contacts.stop(grant.patient_id, frozenset(kinds))


def stop_by_token(token: str) -> Kind:
    """One tap in an e-mail: one kind less for whom it was sent to. It opens nothing and shows nothing."""
    patient_id, kind = telling.read_stop(token)
    contacts.stop_one(patient_id, kind)
    return kind


def _may(grant: Grant) -> None:
    """The person herself: what a parent or a helper is told of, a secret of hers must not pass through."""
    if grant.action is not Action.SET_ACCESS or grant.purpose is not Purpose.SELF:
        raise Refused("Les avis d'un espace se règlent par la personne elle-même.", code="notices-not-yours")
