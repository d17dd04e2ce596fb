"""What happens when a provider has said who someone is: her account, and what it is paired with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from hygie.base.errors import Conflict, Unavailable
from hygie.base.ids import uuid7
from hygie.people import claims as said
from hygie.people import queries, sealed, ways
from hygie.people.models import Account, Organisation, Way
from hygie.people.patient.models import Patient
from hygie.people.types import Hat, Kind
from hygie.people.types import Organisation as Place

PROVIDER = "FranceConnect"
OURS = "hygie"
"""The issuer of the accounts that no provider vouches for: opened by an invitation, entered by ways of our own."""


def account_of(issuer: str, subject: str, *, kind: Kind, at: datetime, **paired: Any) -> Account:
    """The account of this subject at this issuer, made at the first sign-in."""
    digest = sealed.subject_digest(issuer, subject)
    row, _ = Account.objects.get_or_create(
        subject_digest=digest, defaults={"id": uuid7(), "kind": kind, "created": at, **paired}
    )
    if row.kind != kind:
        raise Conflict("Cette connexion est déjà celle d'un autre type de compte.", code="account-other-kind")
    return row


def pair(account: Account, claims: Mapping[str, Any]) -> UUID | None:
    """Give this account its space if there is exactly one for these traits, sure, and nobody else's. Never by guess.

    FranceConnect gives no matricule: the five strict traits decide, birth place and whole list of given names included.
    """
    if account.patient_id is None:
        found = queries.by_strict_traits(said.person(claims))
        if found is not None:
            link(account, found)
    return account.patient_id


def only_way_in(account: Account, claims: Mapping[str, Any], *, at: datetime) -> UUID | None:
    """The account of our own of the one space these traits name, which nothing opens yet: this sign-in is its first way.

    A space that has a way already is never entered by names alone, which two people may share: its owner enters by a way
    of hers, and pairs this one (`apart`). She is told that a way in was added.
    """
    found = queries.by_strict_traits(said.person(claims))
    with transaction.atomic():
        ours = None if found is None else ours_of(found)
        if ours is None or Way.objects.filter(account_id=ours).exists():
            return None
        ways.add_provider(ours, other_id=account.id, name=PROVIDER, at=at)
    return ours


def ours_of(patient_id: UUID) -> UUID | None:
    """The account of our own that holds this space, locked until the transaction ends."""
    digest = sealed.subject_digest(OURS, str(patient_id))
    rows = Account.objects.select_for_update().filter(subject_digest=digest, patient_id=patient_id, is_active=True)
    return rows.values_list("id", flat=True).first()


def link(account: Account, patient_id: UUID) -> bool:
    """Pair them, unless another account already has this space."""
    with transaction.atomic():
        Patient.objects.select_for_update().get(id=patient_id)
        if Account.objects.filter(patient_id=patient_id).exclude(id=account.id).exists():
            return False
        account.patient_id = patient_id
        account.save(update_fields=["patient_id"])
    return True


def hats(activities: tuple[said.Activity, ...]) -> list[Hat]:
    """The activities that a provider listed, each with its structure registered."""
    return [
        Hat(one.profession, one.specialty, _place(one.place) if one.place else None, one.mode) for one in activities
    ]


def _place(said_place: said.Place) -> Place:
    """The structure: by FINESS, else by the directory's identifier, else registered now."""
    wanted = [("finess", said_place.finess), ("directory_id", said_place.directory_id)]
    for _ in range(3):  # look, register, look again: another sign-in may register it meanwhile
        for name, value in wanted:
            row = Organisation.objects.filter(**{name: value}).first() if value else None
            if row is not None:
                return queries.organisation(row.id)
        try:
            with transaction.atomic():
                Organisation.objects.create(
                    id=uuid7(), name=said_place.name, kind=said_place.kind, finess=said_place.finess,
                    directory_id=said_place.directory_id,
                )  # fmt: skip
        except IntegrityError:
            continue
    raise Unavailable("Votre structure est en cours d'enregistrement : réessayez.", code="organisation-busy")
