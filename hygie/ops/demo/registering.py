"""Who exists, through the doors of `people` and `access`: structures, professionals, software, people and their spaces.

Everything can be done again: what is there already is found, not doubled.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from hygie.access import actions as access
from hygie.access.types import Action, Channel, Grant, Purpose, RecordState, Request
from hygie.base.errors import Conflict, Unavailable
from hygie.ops.demo import claims
from hygie.ops.demo.days import Calendar
from hygie.ops.demo.members import Member
from hygie.ops.demo.places import CARERS, PLACES, Carer
from hygie.ops.demo.software import SCOPES, new_key, public
from hygie.ops.demo.state import State
from hygie.people import actions as people
from hygie.people import queries as known
from hygie.people.types import Actor, AuthLevel, Hat, IdentityStatus


@dataclass(slots=True)
class Town:
    """Everyone as registered: ids by key, and the actors they are when signed in."""

    organisations: dict[str, UUID] = field(default_factory=dict)
    carers: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def carer(self, key: str) -> Actor:
        """This professional, strongly signed in, in her first activity."""
        who = known.professional(self.carers[key])
        return known.professional_actor(who, who.hats[0], auth=AuthLevel.STRONG)

    def grant(self, sub: str, action: Action, *, at: datetime, channel: Channel = Channel.VIEW) -> Grant:
        """A person opens her own record."""
        return access.open_record(self.request(sub, action, at=at, channel=channel))

    def request(
        self, sub: str, action: Action, *, at: datetime, channel: Channel = Channel.VIEW, document: UUID | None = None
    ) -> Request:
        return Request(
            self.actors[sub], self.people[sub], Purpose.SELF, action, at, object_id=document, channel=channel
        )


def places(town: Town) -> None:
    for key, place in PLACES.items():
        found = known.organisation_by_finess(place.finess)
        town.organisations[key] = found.id if found else people.register_organisation(
            name=place.name, kind=place.kind, finess=place.finess, city=place.city
        )  # fmt: skip


def carers(town: Town) -> None:
    """As Pro Santé Connect will say them at their first sign-in, which then changes nothing."""
    for key, carer in CARERS.items():
        town.carers[key] = people.register_professional(
            rpps=carer.rpps, family=carer.family, given=carer.given, hats=_hats(carer, town),
            civility={"DR": "Dr", "PR": "Pr", "M": "M.", "MME": "Mme"}[carer.title],
        )  # fmt: skip
        if carer.operates:
            people.set_operator(rpps=carer.rpps, operates=True)


def _hats(carer: Carer, town: Town) -> list[Hat]:
    return [
        Hat(
            carer.profession,
            carer.specialty,
            known.organisation(town.organisations[key]),
            claims.MODES[PLACES[key].kind],
        )
        for key in (carer.place, *carer.also)
    ]


def software(town: Town, state: State) -> None:
    """A client for each structure, with a key made now; the private half waits in the state until all is loaded."""
    for key, place in PLACES.items():
        if key not in state.software:
            private = new_key()
            client_id = people.register_client(
                name=place.software,
                organisation_id=town.organisations[key],
                scopes=SCOPES,
                jwks={"keys": [public(private)]},
            )
            state.software[key] = {"id": str(client_id), "key": private}
            state.keep()


def members(town: Town, everyone: Iterable[Member], calendar: Calendar, *, at: datetime) -> None:
    """People with a qualified identity, each with a space that still sleeps."""
    everyone = list(everyone)
    found = known.match([(one.ins(calendar), one.traits(calendar)) for one in everyone])
    for one, patient_id in zip(everyone, found, strict=True):
        town.people[one.sub] = patient_id or people.register_patient(
            traits=one.traits(calendar), ins=one.ins(calendar), status=IdentityStatus.QUALIFIED, at=at
        )
        with suppress(Conflict):
            access.create_record(patient_id=town.people[one.sub], at=at)


def accounts(town: Town, everyone: Iterable[Member], calendar: Calendar, *, issuer: str, at: datetime) -> None:
    """Sign everyone awake in once, so that her account is paired with her space by her strict traits alone."""
    for one in everyone:
        if one.sleeping:
            continue
        said: dict[str, Any] = claims.person(one, calendar)
        signed_in = people.sign_in_person(issuer=issuer, claims=said, at=at)
        if not signed_in.paired:
            raise Unavailable(
                "Les comptes de démonstration ont été reliés par un autre fournisseur d'identité. Reprenez le port du "
                "premier démarrage, ou donnez un autre dossier avec --data.",
                code="demo-other-provider",
            )
        town.actors[one.sub] = known.actor_of_account(signed_in.account_id, None, auth=AuthLevel.STRONG)


def settings(town: Town, member: Member, *, at: datetime) -> None:
    """She opens her space, and lets her circle in."""
    grant = town.grant(member.sub, Action.SET_ACCESS, at=at)
    access.set_state(grant, state=RecordState.OPEN, at=at)
    if not member.circle:
        return
    access.set_care_team_consent(grant, given=True, at=at)
    for key in member.circle:
        if key in CARERS:
            access.add_to_circle(grant, professional_id=town.carers[key], at=at)
        else:
            access.add_to_circle(grant, organisation_id=town.organisations[key], at=at)
