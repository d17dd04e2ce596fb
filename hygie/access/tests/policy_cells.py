"""The abstract domain of the policy, cell by cell, and the table that makes any change of it readable.

    python hygie/access/tests/policy_cells.py --write    # after a change meant: writes policy_digest.txt

A slice is a full product of factors; the facts it does not vary keep the value that gives most, so that no refusal hides
behind another. In each factor the first value gives most: no later value may ever allow what the first refuses.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from hygie.access import policy
from hygie.access.types import (
    Action,
    Decision,
    DocumentFacts,
    Facts,
    Level,
    Obligation,
    Purpose,
    RecordState,
    Request,
    Scope,
    Shared,
    Tie,
    TieKind,
)
from hygie.people.types import Actor, AuthLevel, Kind

DIGEST = Path(__file__).with_name("policy_digest.txt")

AMINA = UUID(int=0xA)
SOMEONE_ELSE = UUID(int=0xB)
ACTOR = UUID(int=0xC)
STRUCTURE = UUID(int=0xD)
STRANGER = UUID(int=0xE)
PAPER = UUID(int=0xF)
NOW = datetime(2026, 3, 20, 9, 12, tzinfo=UTC)
REASON = "Patiente inconsciente, allergies inconnues"

# name -> kind, profession, record of her own
ACTORS: dict[str, tuple[Kind, str | None, UUID | None]] = {
    "the person": (Kind.PERSON, None, AMINA),
    "another person": (Kind.PERSON, None, SOMEONE_ELSE),
    "doctor": (Kind.PROFESSIONAL, "10", None),
    "midwife": (Kind.PROFESSIONAL, "50", None),
    "dentist": (Kind.PROFESSIONAL, "40", None),
    "pharmacist": (Kind.PROFESSIONAL, "21", None),
    "nurse": (Kind.PROFESSIONAL, "60", None),
    "paramedical": (Kind.PROFESSIONAL, "70", None),
    "social": (Kind.PROFESSIONAL, "41", None),
    "unknown profession": (Kind.PROFESSIONAL, "99", None),
    "no profession": (Kind.PROFESSIONAL, None, None),
    "software": (Kind.SOFTWARE, None, None),
    "operator": (Kind.OPERATOR, None, None),
    "machine": (Kind.MACHINE, None, None),
    "reader": (Kind.READER, None, None),
}


def actor(name: str, auth: AuthLevel = AuthLevel.STRONG) -> Actor:
    kind, profession, patient_id = ACTORS[name]
    structure = STRUCTURE if kind in (Kind.PROFESSIONAL, Kind.SOFTWARE) else None
    return Actor(kind, ACTOR, name, auth, patient_id=patient_id, profession=profession, organisation_id=structure)


def _paper(
    type_code: str | None = "11502-2",
    *,
    filed: str = "10",
    seen: str = "N",
    status: str = "current",
    by: UUID = STRANGER,
    structure: UUID = STRANGER,
) -> DocumentFacts:
    return DocumentFacts(filed, type_code, frozenset(seen.split()), status, by, structure, id=PAPER)


DOCUMENTS: tuple[DocumentFacts | None, ...] = (
    None,
    _paper(),
    _paper(seen="N MASQUE_PS"),
    _paper(seen="N INVISIBLE_PATIENT"),
    _paper(by=ACTOR, seen="V MASQUE_PS"),
    _paper(structure=STRUCTURE, seen="R MASQUE_PS INVISIBLE_PATIENT"),
    _paper(status="entered-in-error"),
    _paper("00000-0"),
    _paper(by=ACTOR, structure=STRUCTURE, status="entered-in-error"),
    _paper(by=ACTOR, seen="N INVISIBLE_PATIENT"),
    _paper("68599-0", filed="11"),
    _paper("ATTEST-RESID", filed="95"),
    _paper("EXPPAT_3", filed="90"),
    _paper("18748-4", filed="31"),
    _paper(None),
    _paper(status="superseded", seen="N INVISIBLE_REPRESENTANTS_LEGAUX"),
    _paper("REMB", filed="60", seen="N MASQUE_PS INVISIBLE_PATIENT"),
)

# The first value gives most.
TRUE_GIVES, TRUE_TAKES = (True, False), (False, True)
AUTHS = (AuthLevel.STRONG, AuthLevel.SINGLE, AuthLevel.NONE)
STATES = (RecordState.OPEN, RecordState.SLEEPING, RecordState.CLOSED, RecordState.OPPOSED)
GIVES_MOST: dict[str, object] = {
    "state": RecordState.OPEN,
    "care_team_consent": True,
    "in_circle": True,
    "emergency_open": True,
    "emergency_hidden": True,
    "arrived": True,
}
OPEN_SHARE = Shared(frozenset({PAPER}), summary=True)
SHARES = (
    OPEN_SHARE,
    replace(OPEN_SHARE, summary=False),
    Shared(summary=True),
    replace(OPEN_SHARE, passcode=False),
    None,
)


@dataclass(frozen=True)
class Slice:
    """Every combination of these values: actors x actions x purposes x auths x reasons x facts x documents."""

    name: str
    actions: tuple[Action, ...]
    purposes: tuple[Purpose, ...]
    documents: tuple[DocumentFacts | None, ...]
    facts: dict[str, tuple[object, ...]]
    reasons: tuple[str, ...] = (REASON,)
    actors: tuple[str, ...] = tuple(ACTORS)

    @property
    def size(self) -> int:
        return len(self.actors) * math.prod(map(len, self._ordered())) * len(self.documents)

    def situations(self) -> list[Facts]:
        return [
            Facts(**(GIVES_MOST | dict(zip(self.facts, values, strict=True)) | {"document": document}))  # type: ignore[arg-type]
            for values in itertools.product(*self.facts.values())
            for document in self.documents
        ]

    def _ordered(self) -> list[tuple[object, ...]]:
        return [self.actions, self.purposes, AUTHS, self.reasons, *self.facts.values()]

    def takings(self) -> Iterator[tuple[str, int, int, int]]:
        """(factor, later value, stride in cells, count of values), for each way to take something away."""
        stride = len(self.documents)
        factors = [("auth", AUTHS), ("reason", self.reasons), *self.facts.items()]
        for name, values in reversed(factors):
            for later in range(1, len(values)):
                yield name, later, stride, len(values)
            stride *= len(values)


# Of a record in which she has no tie, whoever comes for another is refused at once: the family slice asks about ties.
# What a link is for has a slice of its own too.
BUT_FOR_ANOTHER = tuple(purpose for purpose in Purpose if purpose not in (Purpose.FOR_ANOTHER, Purpose.SHARE))
TIES: tuple[Tie | None, ...] = (
    Tie(TieKind.GUARDIAN, Level.ACT),  # gives most
    Tie(TieKind.PARENT, Level.ACT),
    Tie(TieKind.CAREGIVER, Level.ACT),
    Tie(TieKind.CAREGIVER, Level.FILE),
    Tie(TieKind.DESK, Level.SEE, frozenset({"31"})),
    Tie(TieKind.PARENT, Level.ACT, protected=True),
    None,
)

READING = Slice(
    "reading",
    (Action.LIST, Action.READ, Action.SETTLE, Action.INDEX, Action.READ_IDENTITY),
    BUT_FOR_ANOTHER,
    DOCUMENTS,
    {
        "state": STATES,
        "care_team_consent": TRUE_GIVES,
        "in_circle": TRUE_GIVES,
        "circle_classes": (None, frozenset({"31", "90"})),
        "blocked_reading": TRUE_TAKES,
    },
)
ACTING = Slice(
    "acting",
    tuple(action for action in Action if action not in (*READING.actions, Action.CLASSIFY)),
    BUT_FOR_ANOTHER,
    DOCUMENTS[:12],
    {
        "state": (*STATES, RecordState.ANNOUNCED),  # asleep, and receiving nothing: looking at it is the same
        "blocked_reading": TRUE_TAKES,
        "blocked_deposit": TRUE_TAKES,
        "deposit_opposed": TRUE_TAKES,
    },
)
EMERGENCY = Slice(
    "emergency",
    (Action.LIST, Action.READ, Action.SETTLE, Action.READ_IDENTITY, Action.DEPOSIT, Action.FIND),
    (Purpose.EMERGENCY, Purpose.CARE),
    DOCUMENTS[:8],
    {
        "state": STATES,
        "blocked_reading": TRUE_TAKES,
        "emergency_allowed": TRUE_GIVES,
        "emergency_open": TRUE_GIVES,
        "emergency_hidden": TRUE_GIVES,
        "in_circle": TRUE_GIVES,
    },
    (REASON, "urgence" + " " * 40),
)
FAMILY = Slice(
    "family",
    tuple(Action),
    (Purpose.FOR_ANOTHER, Purpose.SELF),
    (
        *DOCUMENTS[:4],
        _paper(seen="N INVISIBLE_REPRESENTANTS_LEGAUX"),
        _paper(by=ACTOR, seen="N MASQUE_PS INVISIBLE_REPRESENTANTS_LEGAUX"),
        _paper("18748-4", filed="31"),
    ),
    {"state": STATES, "tie": TIES, "minor": TRUE_GIVES},
    actors=("the person", "another person", "doctor", "software", "operator"),
)
SHARING = Slice(
    "sharing",
    tuple(Action),
    (Purpose.SHARE,),
    (*DOCUMENTS[:5], _paper(seen="N INVISIBLE_REPRESENTANTS_LEGAUX")),
    {
        "state": STATES,
        "share": SHARES,
        "care_team_consent": TRUE_GIVES,
        "arrived": TRUE_GIVES,
        "tie": (None, Tie(TieKind.PARENT, Level.ACT)),
    },
)
CLASSIFYING = Slice(
    "classifying",
    (Action.CLASSIFY,),
    (Purpose.CARE, Purpose.COORDINATION, Purpose.SELF),
    tuple(
        replace(document, filed_as=filed) if document and filed else document
        for document in (*DOCUMENTS[:5], *DOCUMENTS[10:13], DOCUMENTS[14], DOCUMENTS[16], _paper("SYNTH", filed="11"))
        for filed in (None, ("10", "11488-4"), ("31", "18748-4"), ("60", "REMB"), ("11", "SYNTH"))
        if document or not filed
    ),
    {
        "state": STATES,
        "in_circle": TRUE_GIVES,
        "circle_classes": (None, frozenset({"31", "90"})),
        "limits": (frozenset(), frozenset({frozenset({"31", "90"})})),
        "blocked_reading": TRUE_TAKES,
    },
)
DESK = Slice(
    "desk",
    (Action.REVIEW, Action.ON_BEHALF),
    (Purpose.LEGAL, Purpose.SELF),
    (None,),
    {"state": STATES},
    ("Dossier 2026-118", "  "),
    actors=("operator", "doctor"),
)
SLICES = (READING, ACTING, EMERGENCY, SHARING, FAMILY, CLASSIFYING, DESK)

EVERYTHING = Slice(
    "everything",
    tuple(Action),
    tuple(Purpose),
    DOCUMENTS[:3],
    {
        "state": STATES,
        "care_team_consent": TRUE_GIVES,
        "in_circle": TRUE_GIVES,
        "blocked_reading": TRUE_TAKES,
        "blocked_deposit": TRUE_TAKES,
        "deposit_opposed": TRUE_TAKES,
        "emergency_allowed": TRUE_GIVES,
        "emergency_open": TRUE_GIVES,
        "emergency_hidden": TRUE_GIVES,
    },
    (REASON, ""),
)
"""Some 22 million cells: each question against each combination of facts (`HYGIE_TORTURE=1`)."""

NOTHING = Scope()
STEP_UP = frozenset({Obligation.STEP_UP})
Invariant = Callable[[Request, Facts, Decision], bool]
Group = tuple[str, Action, Purpose]


@dataclass
class Survey:
    """What one walk through a slice saw."""

    slice: Slice
    allowed: bytearray = field(default_factory=bytearray)
    rules: dict[Group, Counter[str]] = field(default_factory=dict)
    allowing: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    def regrets(self) -> list[str]:
        """Factors of which a later value allows what the first refuses: taking away must never give."""
        cells = int.from_bytes(self.allowed, "little")
        found = []
        for name, later, stride, count in self.slice.takings():
            period = bytes(stride * later) + b"\1" * stride + bytes(stride * (count - later - 1))
            mask = int.from_bytes(period * (len(self.allowed) // len(period)), "little")
            if ((cells & mask) >> (8 * stride * later)) & ~cells:
                found.append(f"{name}, value {later}")
        return found


def survey(part: Slice, invariants: tuple[Invariant, ...] = ()) -> Survey:
    """Decide every cell; check the law of reading and the shape of refusals on each, the invariants on each allowed."""
    seen = Survey(part)
    situations, width = part.situations(), len(part.documents)
    for name, action, purpose in itertools.product(part.actors, part.actions, part.purposes):
        tally = seen.rules.setdefault((name, action, purpose), Counter())
        for auth, reason in itertools.product(AUTHS, part.reasons):
            request = Request(actor(name, auth), AMINA, purpose, action, NOW, reason=reason)
            _walk(request, situations, width, invariants, seen, tally)
    return seen


def _walk(
    request: Request,
    situations: list[Facts],
    width: int,
    invariants: tuple[Invariant, ...],
    seen: Survey,
    tally: Counter[str],
) -> None:
    decide, cells = policy.decide, seen.allowed
    reads = request.action in policy.READING
    whole = policy.SILENCE
    rules = []
    for place, facts in enumerate(situations):
        decision = decide(request, facts)
        rules.append(decision.rule)
        cells.append(decision.allowed)
        if place % width == 0:
            whole = decision
        elif reads:
            inside = whole.allowed and whole.scope.covers(facts.document)  # type: ignore[arg-type]
            # To file it elsewhere, it is not enough to read it.
            held_back = inside and not decision.allowed and facts.document.filed_as is not None  # type: ignore[union-attr]
            if decision.allowed != inside and not held_back:
                seen.broken.append(f"law of reading: {request} {facts}")
        if decision.allowed:
            seen.allowing.add(decision.rule)
            seen.broken += [
                f"{one.__name__}: {request} {facts}" for one in invariants if not one(request, facts, decision)
            ]
        elif decision.scope != NOTHING or not decision.obligations <= STEP_UP:
            seen.broken.append(f"a refusal carries nothing: {request} {facts}")
    tally.update(rules)


def table(surveys: list[Survey]) -> str:
    """One line for each who x what, purposes with the same counts together. `+` allows, `-` refuses."""
    cells = sum(one.slice.size for one in surveys)
    lines = [f"policy {policy.POLICY_VERSION}, {cells} cells", ""]
    for one in surveys:
        lines += [f"[{one.slice.name}] who | what | why | allowed of all: + rules that allow, - rules that refuse"]
        for name, action in itertools.product(one.slice.actors, one.slice.actions):
            same: dict[str, list[str]] = {}
            for purpose in one.slice.purposes:
                tally = one.rules[name, action, purpose]
                same.setdefault(_counts(tally, one.allowing), []).append(purpose)
            lines += [f"{name} | {action} | {' '.join(purposes)} | {counts}" for counts, purposes in same.items()]
        lines.append("")
    return "\n".join(lines)


def _counts(tally: Counter[str], allowing: set[str]) -> str:
    given = sum(count for rule, count in tally.items() if rule in allowing)
    rules = [f"{'+' if rule in allowing else '-'}{rule} {tally[rule]}" for rule in sorted(tally)]
    return f"{given} of {tally.total()}: {', '.join(sorted(rules))}"


def combinations() -> Iterator[tuple[str, str, str, str, bool]]:
    """(actor, action, purpose, rule, allowed): all that the policy emits, read from the stored table."""
    for line in DIGEST.read_text(encoding="utf-8").splitlines():
        if line.count(" | ") != 3 or line.startswith("["):
            continue
        name, action, purposes, counts = line.split(" | ")
        for purpose, rule in itertools.product(purposes.split(), counts.split(": ")[1].split(", ")):
            yield name, action, purpose, rule[1:].split()[0], rule[0] == "+"


def main() -> int:
    text = table([survey(part) for part in SLICES])
    stored = DIGEST.read_text(encoding="utf-8") if DIGEST.exists() else ""
    if text == stored:
        print("nothing changed")
    elif "--write" not in sys.argv:
        print(text)
    elif text.splitlines()[0] == stored.partition("\n")[0]:
        print("the answers changed under the same version: raise policy.EDITION first")
        return 1
    else:
        DIGEST.write_text(text, encoding="utf-8")
        print(f"written: {DIGEST.name}, read its diff")
    return 0


if __name__ == "__main__":
    sys.exit(main())
