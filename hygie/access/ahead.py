"""Helps prepared in advance: who may say that the day has come, and what whoever took one up sees of it until then.

Private to the room; actions.py and queries.py are its doors. Whoever accepted holds no key before that day: she is told
again what its offer told her, and she may give it up. Nothing else of the person is read for her, and no line is written,
as when she read the offer; giving up tells the person, as accepting did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from hygie.access import ties
from hygie.access.families import GONE, named, reach, tell, within
from hygie.access.models import Promised as Row
from hygie.access.models import Tie
from hygie.access.types import Action, Grant, Level, Purpose, TieKind
from hygie.base.errors import NotFound, Refused
from hygie.base.pseudonyms import pseudonym
from hygie.people import queries as people
from hygie.people.types import Actor, Kind


@dataclass(frozen=True, slots=True)
class Promised:
    """A help taken up that waits for its day, for whoever took it up: what its offer said, and nothing since."""

    tie: UUID
    name: str
    level: Level
    classes: frozenset[str] | None
    until: datetime | None
    condition: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A help prepared in advance, for whoever may say that its day has come. name: of whoever is to help.

    said: this one has said it; asked: her word is awaited still. doctors, relatives: how many words are awaited, of each.
    """

    tie: UUID
    name: str
    said: bool
    asked: bool
    doctors: int
    relatives: int

    @property
    def last(self) -> bool:
        """Whether the help begins with her word."""
        return self.asked and self.doctors + self.relatives == 1


def attest(grant: Grant, *, tie_id: UUID, at: datetime) -> bool:
    """Say that the day has come for a help prepared in advance; whether it begins by this word.

    A relative: another of her helpers or representatives, by her own tie, and not a helper at a desk. A doctor of the care
    circle, where the person wants a doctor's word.
    """
    if grant.action is not Action.READ_IDENTITY:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    role, who = _voice(grant)
    with within(grant.patient_id) as sql:
        row = Tie.objects.select_for_update().filter(patient_id=grant.patient_id, id=tie_id, ended=None).first()
        if row is None or row.condition is None or row.since is not None or row.subject is None:
            raise NotFound(GONE, code="no-such-tie")
        if who == row.subject:
            raise Refused("Une autre personne doit le dire.", code="attest-for-oneself")
        if role not in dict(ties.CONDITIONS[row.condition]):
            raise Refused("Pour cette aide, c’est à ses proches de le dire.", code="attest-not-asked")
        row.attested = sorted({*row.attested, f"{role}:{who}"})
        begins = not ties.lacking(row.condition, row.attested)
        if begins:
            row.since = row.confirmed = at
            Row.objects.filter(tie_id=tie_id).delete()
        row.save(update_fields=["attested", "since", "confirmed"])
        reach(sql, grant.patient_id, row.subject)
        if begins:
            tell(grant.patient_id, tie_id, "begun")
    return begins


def awaiting(grant: Grant) -> tuple[Waiting, ...]:
    """The helps prepared in advance for this person that have not begun, for whoever may say that it is time."""
    if grant.action is not Action.READ_IDENTITY:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    try:
        role, who = _voice(grant)
    except Refused:
        return ()
    with within(grant.patient_id):
        waiting = Tie.objects.filter(patient_id=grant.patient_id, ended=None, since=None, condition__isnull=False)
        rows = list(waiting.exclude(subject=None).exclude(subject=who).order_by("made", "id"))
    found = []
    for row in rows:
        lacking, said = ties.lacking(row.condition or "", row.attested), f"{role}:{who}" in row.attested
        found.append(
            Waiting(
                tie=row.id, name=named(grant, row), said=said, asked=not said and role in lacking,
                doctors=lacking.get("doctor", 0), relatives=lacking.get("relative", 0),
            )
        )  # fmt: skip
    return tuple(found)


def _voice(grant: Grant) -> tuple[str, UUID]:
    """As what this one speaks, and who it is. Refused: she has no say here."""
    desk = grant.tie is not None and grant.tie.kind is TieKind.DESK
    if grant.purpose is Purpose.FOR_ANOTHER and grant.actor.patient_id is not None and not desk:
        return "relative", pseudonym(grant.actor.patient_id)
    if grant.purpose is Purpose.CARE and grant.actor.role == "doctor":
        return "doctor", pseudonym(grant.actor.id)
    raise Refused("Seul un proche ou un médecin de son cercle peut le dire.", code="attest-not-yours")


def promised(actor: Actor, *, at: datetime) -> tuple[Promised, ...]:
    """The helps that this person took up and that wait for their day: for whom, and what their offers said."""
    subject = _own(actor)
    rows = Row.objects.filter(Q(until=None) | Q(until__gt=at), subject=subject).order_by("tie_id")
    return tuple(
        Promised(
            tie=one.tie_id, name=people.name_of(one.patient_id), level=Level(one.level),
            classes=None if one.classes is None else frozenset(one.classes), until=one.until, condition=one.condition,
        )
        for one in rows
    )  # fmt: skip


def give_back(actor: Actor, *, tie_id: UUID, at: datetime) -> None:
    """Give up a help taken up that has not begun: it never will. NotFound: not hers, ended, or begun since."""
    subject = _own(actor)
    patient = Row.objects.filter(tie_id=tie_id, subject=subject).values_list("patient_id", flat=True).first()
    if patient is None:
        raise NotFound(GONE, code="no-such-tie")
    with within(patient):
        mine = Tie.objects.filter(patient_id=patient, id=tie_id, subject=subject, ended=None, since=None)
        if not mine.update(ended=at):
            raise NotFound(GONE, code="no-such-tie")
        Row.objects.filter(tie_id=tie_id).delete()
        tell(patient, tie_id, "ended")


def _own(actor: Actor) -> UUID:
    if actor.kind is not Kind.PERSON or actor.patient_id is None:
        raise Refused("Entrez d’abord dans votre propre espace.", code="not-a-person")
    return pseudonym(actor.patient_id)
