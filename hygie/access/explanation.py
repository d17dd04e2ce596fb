"""Who can see this, today: asked of `policy.decide` for each person who could, never written a second time.

`access.queries.explain` gathers the candidates; this module asks. Whoever the policy refuses is simply not in the
answer, so that the screen and the door cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from hygie.access import policy
from hygie.access.sentences import RELATIONS, ROLE_NAMES, YOU, Say, because, in_french
from hygie.access.types import Action, DocumentFacts, Facts, Purpose, Request, Shared, Tie, Viewer
from hygie.people.types import Actor, AuthLevel, Kind, Role

EMERGENCY_NAME = "Un service d’urgence"
LINK_NAME = "Qui a votre lien"

_NOBODY = UUID(int=0)
_REASON = "Question posée pour expliquer qui peut voir"  # the question is who could, once a reason is written
# One profession code for each role of the matrix (TRE_G15, TRE_R94), to ask for everyone in a structure.
_PROFESSION_OF: dict[Role, str] = {
    Role.DOCTOR: "10",
    Role.MIDWIFE: "50",
    Role.DENTIST: "40",
    Role.PHARMACIST: "21",
    Role.NURSE: "60",
    Role.PARAMEDICAL: "70",
    Role.SOCIAL: "41",
}


@dataclass(frozen=True, slots=True)
class Relative:
    """One who could come for the person, as she would come, with the facts of her tie."""

    actor: Actor
    tie: Tie
    minor: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of the care circle, as she would come, with the facts of this record and of her (no document in them).

    A structure comes as an actor whose id is its organisation_id: the question is then asked for each profession.
    """

    actor: Actor
    facts: Facts
    name: str
    detail: str = ""
    until: datetime | None = None
    last_seen: datetime | None = None
    id: UUID | None = None

    @property
    def is_structure(self) -> bool:
        return self.actor.id == self.actor.organisation_id


@dataclass(frozen=True, slots=True)
class Link:
    """A share that could be opened today, as the person called it."""

    id: UUID
    label: str
    until: datetime
    gives: Shared
    tie: Tie | None = None  # of whoever gave it for her


def explain(
    *,
    owner: Actor,
    base: Facts,
    candidates: Iterable[Candidate],
    patient_id: UUID,
    document: DocumentFacts | None,
    at: datetime,
    depositor: str | None = None,
    depositor_blocked: bool = False,
    links: Iterable[Link] = (),
    relatives: Iterable[Relative] = (),
    say: Say = in_french,
) -> list[Viewer]:
    """Everyone who could read this document today (None: open the record): the person, who answers for her
    or helps her, her circle, the depositor,
    whoever has a link that she gave, an emergency service, in that order. Each is in the answer once.

    base: the facts of the record alone. depositor: the name of the structure that deposited, when one did. For a
    structure of which only some professions could read, `detail` says which.
    """
    base = replace(base, document=document)
    viewers: list[Viewer] = []
    if (rule := _rule(owner, patient_id, Purpose.SELF, base, at)) is not None:
        viewers.append(Viewer("person", say(YOU), "", because(rule, say=say), id=owner.id))
    for relative in relatives:
        viewers.extend(_relative(relative, base, patient_id, at, say))
    for candidate in candidates:
        viewers.extend(_member(candidate, patient_id, document, at, say))
    if document is not None and depositor is not None:
        known = {viewer.id for viewer in viewers}
        if not known & {document.depositor_id, document.organisation_id}:
            blocked = replace(base, blocked_reading=depositor_blocked)
            viewers.extend(_depositor(depositor, blocked, patient_id, at, say))
    for link in links:
        viewers.extend(_link(link, base, patient_id, at, say))
    viewers.extend(_emergency(base, patient_id, at, say))
    return viewers


def _relative(relative: Relative, base: Facts, patient_id: UUID, at: datetime, say: Say) -> Iterator[Viewer]:
    facts = replace(base, tie=relative.tie, minor=relative.minor)
    if (rule := _rule(relative.actor, patient_id, Purpose.FOR_ANOTHER, facts, at)) is None:
        return
    words = RELATIONS.get(relative.tie.relation, "")
    yield Viewer(
        "family", relative.actor.name, say(words) if words else "", because(rule, say=say), until=relative.until,
        id=relative.tie.id,
    )  # fmt: skip


def _member(
    candidate: Candidate, patient_id: UUID, document: DocumentFacts | None, at: datetime, say: Say
) -> Iterator[Viewer]:
    facts = replace(candidate.facts, document=document)
    actors = _staff(candidate.actor) if candidate.is_structure else [candidate.actor]
    seeing = {actor.role: rule for actor in actors if (rule := _working(actor, patient_id, facts, at)) is not None}
    if not seeing:
        return
    detail = candidate.detail
    if len(seeing) < len(actors):
        detail = f"{detail} ({', '.join(say(ROLE_NAMES[role]) for role in seeing)})".strip()
    yield Viewer(
        kind="organisation" if candidate.is_structure else "professional",
        name=candidate.name,
        detail=detail,
        why=because(next(iter(seeing.values())), say=say),
        until=candidate.until,
        last_seen=candidate.last_seen,
        id=candidate.id or candidate.actor.id,
    )


def _depositor(name: str, facts: Facts, patient_id: UUID, at: datetime, say: Say) -> Iterator[Viewer]:
    document = facts.document
    if document is None or document.depositor_id is None:
        return
    actor = Actor(
        Kind.SOFTWARE, document.depositor_id, name, AuthLevel.STRONG, organisation_id=document.organisation_id
    )
    if (rule := _rule(actor, patient_id, Purpose.DEPOSIT, facts, at)) is not None:
        one = document.organisation_id or document.depositor_id
        yield Viewer("depositor", name, "", because(rule, say=say), id=one)


def _link(link: Link, base: Facts, patient_id: UUID, at: datetime, say: Say) -> Iterator[Viewer]:
    """Whoever holds it, for what it shows: the document itself, or what the summary takes from it."""
    reader = Actor(Kind.READER, link.id, say(LINK_NAME))
    for action in (Action.READ, Action.LIST):
        decision = policy.decide(
            Request(reader, patient_id, Purpose.SHARE, action, at), replace(base, share=link.gives, tie=link.tie)
        )
        if decision.allowed:
            yield Viewer(
                "share", say(LINK_NAME), link.label, because(decision.rule, say=say), until=link.until, id=link.id
            )
            return


def _emergency(base: Facts, patient_id: UUID, at: datetime, say: Say) -> Iterator[Viewer]:
    """A doctor nobody knows yet: no circle, no block."""
    doctor = Actor(Kind.PROFESSIONAL, _NOBODY, EMERGENCY_NAME, AuthLevel.STRONG, profession="10")
    if _rule(doctor, patient_id, Purpose.EMERGENCY, base, at) is not None:
        why = say("En urgence seulement, avec une raison écrite. Vous recevez un message.")
        yield Viewer("emergency", say(EMERGENCY_NAME), say("si votre vie est en jeu"), why)


def _staff(structure: Actor) -> list[Actor]:
    return [replace(structure, id=_NOBODY, profession=code) for code in _PROFESSION_OF.values()]


def _working(actor: Actor, patient_id: UUID, facts: Facts, at: datetime) -> str | None:
    """The rule under which a member reads, caring or coordinating; her own deposits count for a document only."""
    for purpose in (Purpose.CARE, Purpose.COORDINATION, Purpose.DEPOSIT):
        rule = _rule(actor, patient_id, purpose, facts, at)
        if rule is not None and (purpose is not Purpose.DEPOSIT or facts.document is not None):
            return rule
    return None


def _rule(actor: Actor, patient_id: UUID, purpose: Purpose, facts: Facts, at: datetime) -> str | None:
    decision = policy.decide(Request(actor, patient_id, purpose, Action.READ, at, reason=_REASON), facts)
    return decision.rule if decision.allowed else None
