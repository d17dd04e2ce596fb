"""Accounts apart: a provider vouches for her, and her traits do not name one space surely. Private to the room.

A code that leads to her space, or an operator who identified her, says which one; the provider's words must still agree with
it on family name, first given name, birth date and sex, so that nobody's sign-in opens somebody else's space.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from hygie.base import events, sealing
from hygie.base.errors import Conflict, NotFound
from hygie.base.walls import scope
from hygie.people import sealed
from hygie.people import traits as names
from hygie.people.models import Account, Identity
from hygie.people.models import Apart as Row
from hygie.people.types import Apart, Traits

KEPT = timedelta(days=90)


def keep(account_id: UUID, traits: Traits, *, at: datetime) -> None:
    """It is apart, with a reference to say; the same as long as it stays so."""
    near = sealed.traits_digest(names.near(traits))
    if Row.objects.filter(account_id=account_id).update(near=near, since=at):
        return
    while Row.objects.filter(reference=(reference := f"{secrets.randbelow(10**8):08d}")).exists():
        pass
    Row.objects.create(account_id=account_id, reference=reference, near=near, since=at)


def settled(account_id: UUID) -> None:
    Row.objects.filter(account_id=account_id).delete()


def pair(*, patient_id: UUID, account_id: UUID | None = None, reference: str = "", at: datetime) -> None:
    """Give that account this space: whoever asks has proved whose space it is. She is told that a way in was added.

    By its reference, an operator has identified her: it joins the ways that her space may have, and she may remove it.
    NotFound: it is not apart, or no longer. Conflict: the provider's words are somebody else's, or the space has its own
    ways of entering already.
    """
    from hygie.people import signing_in, ways  # which ask our queries, which ask this file

    found = Row.objects.filter(account_id=account_id) if account_id else Row.objects.filter(reference=reference)
    with transaction.atomic():
        row = found.select_for_update().first()
        if row is None:
            raise NotFound("Aucune connexion en attente n’a ce numéro.", code="not-apart")
        if not secrets.compare_digest(bytes(row.near), _near(patient_id)):
            raise Conflict(
                "Le nom, le premier prénom, la date de naissance ou le sexe que donne cette connexion ne sont pas ceux de l’espace.",
                code="apart-somebody-else",
            )
        if signing_in.link(Account.objects.get(id=row.account_id), patient_id):
            events.emit("new-way", patient_id=patient_id, key=str(row.account_id))
        elif reference and (ours := signing_in.ours_of(patient_id)) is not None:  # she was identified, face to face
            ways.add_provider(ours, other_id=row.account_id, name=signing_in.PROVIDER, at=at)
        else:
            raise Conflict("Cet espace a déjà ses façons d’entrer.", code="already-paired")
        row.delete()


def agrees(account_id: UUID, patient_id: UUID) -> bool:
    """Whether that account is apart, and what its provider says of her is of this very person."""
    row = Row.objects.filter(account_id=account_id).first()
    return row is not None and secrets.compare_digest(bytes(row.near), _near(patient_id))


def pair_as_way(*, account_id: UUID, to: UUID, name: str, at: datetime) -> None:
    """Make that sign-in one more way of entering an account whose owner has just entered by another of her ways.

    Names alone never pair it, and it is one that she may remove. She is told that a way in was added. NotFound: it is not
    apart, or no longer. Conflict: the provider's words are somebody else's.
    """
    from hygie.people import ways  # which asks our models' neighbours

    with transaction.atomic():
        row = Row.objects.select_for_update().filter(account_id=account_id).first()
        owner = Account.objects.filter(id=to, is_active=True).exclude(patient_id=None).first()
        if row is None or owner is None or owner.patient_id is None:
            raise NotFound("Aucune connexion en attente n’a ce numéro.", code="not-apart")
        if not agrees(account_id, owner.patient_id):
            raise Conflict("Cette connexion est celle d’une autre personne.", code="apart-somebody-else")
        ways.add_provider(to, other_id=account_id, name=name, at=at)
        row.delete()


def _near(patient_id: UUID) -> bytes:
    with scope(patient_id):
        row = Identity.objects.filter(patient_id=patient_id).first()
    try:
        return b"" if row is None else sealed.traits_digest(names.near(sealed.unseal(row).traits))
    except sealing.BadSeal:  # erased
        return b""


def of(account_id: UUID) -> Apart | None:
    """How she may be paired; None when she is not apart."""
    row = Row.objects.filter(account_id=account_id).first()
    return None if row is None else Apart(row.reference, row.since)


def waiting(*, limit: int = 200) -> Sequence[Apart]:
    """All that are apart, the latest first: references alone, nobody's name is known here."""
    return [Apart(*one) for one in Row.objects.order_by("-since").values_list("reference", "since")[:limit]]


def forget(*, at: datetime) -> int:
    return Row.objects.filter(since__lt=at - KEPT).delete()[0]
