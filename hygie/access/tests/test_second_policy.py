"""The same questions to the policy and to `second_policy`, written apart: one disagreement is a fault of one of them.

Questions are drawn at random over the whole vocabulary, mostly with the facts that give most, so that few refusals hide
behind another; of an allowed question, what it covers is compared on every kind of paper.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace
from uuid import UUID

from hygie.access import policy
from hygie.access.tests import policy_cells as cells
from hygie.access.tests import second_policy
from hygie.access.types import Action, DocumentFacts, Facts, Level, Purpose, RecordState, Request, Shared, Tie, TieKind

QUESTIONS = 200_000 if os.environ.get("HYGIE_TORTURE") else 30_000
SEED = 20261122

COMES_FOR = {
    "the person": (Purpose.SELF,),
    "another person": (Purpose.FOR_ANOTHER,),
    "doctor": (Purpose.CARE, Purpose.EMERGENCY, Purpose.DEPOSIT),
    "social": (Purpose.COORDINATION, Purpose.DEPOSIT),
    "software": (Purpose.DEPOSIT,),
    "operator": (Purpose.LEGAL,),
    "machine": (Purpose.MACHINE,),
    "reader": (Purpose.SHARE,),
}
"""Why each would come, were she honest; else a health professional: for care, or to deposit."""

VISIBILITIES = ("N", "R", "V", "MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX")
KINDS_OF_PAPER = (
    ("10", "11502-2"),
    ("10", "11488-4"),
    ("11", "68599-0"),
    ("11", "SYNTH"),
    ("31", "18748-4"),
    ("42", "57833-6"),
    ("44", "18776-5"),
    ("60", "REMB"),
    ("90", "EXPPAT_3"),
    ("95", "ATTEST-RESID"),
    ("99", "E1762"),
    ("10", "00000-0"),
    ("10", None),
)
OTHER_PAPER = UUID(int=0x10)
LIMITS: tuple[frozenset[str], ...] = (frozenset({"31", "90"}), frozenset({"10", "11", "42"}), frozenset())


def paper(chance: random.Random) -> DocumentFacts:
    """Any paper, of anybody, in any state."""
    class_code, type_code = chance.choice(KINDS_OF_PAPER)
    return DocumentFacts(
        class_code,
        type_code,
        frozenset(["N", *(one for one in VISIBILITIES if chance.random() < 0.15)]),
        chance.choice(("current", "current", "current", "superseded", "entered-in-error")),
        chance.choice((cells.STRANGER, cells.STRANGER, cells.ACTOR, None)),
        chance.choice((cells.STRANGER, cells.STRANGER, cells.STRUCTURE, None)),
        by_patient=chance.random() < 0.2,
        filed_as=chance.choice((None, *KINDS_OF_PAPER[:-1])),
        id=chance.choice((cells.PAPER, OTHER_PAPER)),
    )


ALLOWING = {rule for *_, rule, given in cells.combinations() if given}
PAPERS = [replace(paper(random.Random(number)), filed_as=None) for number in range(300)]


def question(chance: random.Random) -> tuple[Request, Facts]:
    """One question; each fact takes away with one chance in ten."""

    def rarely() -> bool:
        return chance.random() < 0.1

    name = chance.choice(tuple(cells.ACTORS))
    honest = COMES_FOR.get(name, (Purpose.CARE, Purpose.DEPOSIT))
    asked = Request(
        cells.actor(name, chance.choice(cells.AUTHS) if rarely() else cells.AUTHS[0]),
        cells.AMINA,
        chance.choice(tuple(Purpose) if rarely() else honest),
        chance.choice(tuple(Action)),
        cells.NOW,
        reason=chance.choice(("", "  ", "trop court", "x" * 19, "urgence" + " " * 40)) if rarely() else cells.REASON,
    )
    tie = Tie(
        chance.choice(tuple(TieKind)),
        chance.choice(tuple(Level)),
        chance.choice((None, None, *LIMITS)),
        protected=rarely(),
    )
    share = Shared(
        chance.choice((frozenset(), frozenset({cells.PAPER}), frozenset({cells.PAPER, OTHER_PAPER}))),
        summary=rarely(),
        live=not rarely(),
        passcode=not rarely(),
    )
    facts = Facts(
        state=chance.choice(tuple(RecordState)) if rarely() else RecordState.OPEN,
        care_team_consent=not rarely(),
        deposit_opposed=rarely(),
        in_circle=not rarely(),
        circle_classes=chance.choice(LIMITS) if rarely() else None,
        limits=frozenset(one for one in LIMITS if rarely()),
        blocked_reading=rarely(),
        blocked_deposit=rarely(),
        emergency_open=not rarely(),
        emergency_allowed=not rarely(),
        emergency_hidden=rarely(),
        circle_without=frozenset({OTHER_PAPER} if rarely() else ()),
        arrived=not rarely(),
        share=None if rarely() else share,
        tie=None if rarely() else tie,
        minor=not rarely(),
        document=paper(chance) if chance.random() < 0.6 else None,
    )
    return asked, facts


def disagreement(request: Request, facts: Facts) -> str | None:
    """What the two answer differently to this question, or None."""
    first, second = policy.decide(request, facts), second_policy.answer(request, facts)
    if first.allowed != (second is not None):
        return f"{'allowed' if first.allowed else 'refused'} by {first.rule}, the second says otherwise"
    if second is None:
        return None
    for other in PAPERS:
        if first.scope.covers(other) != second(other):
            return f"{first.rule} covers={first.scope.covers(other)} {other}"
    return None


def test_the_policy_written_a_second_time_from_the_texts_gives_the_same_answers() -> None:
    chance = random.Random(SEED)
    allowed: Counter[str] = Counter()
    for _ in range(QUESTIONS):
        request, facts = question(chance)
        differs = disagreement(request, facts)
        assert differs is None, f"{differs}\n{request}\n{facts}"
        decision = policy.decide(request, facts)
        allowed[decision.rule] += decision.allowed
    assert allowed.total() > QUESTIONS / 20
    never = ALLOWING - {rule for rule, count in allowed.items() if count}
    assert not never, "each way of being allowed is met"
