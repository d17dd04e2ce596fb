"""The chain: whatever is changed, dropped, added, moved or cut off is found."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hygie.access import journal
from hygie.access.types import JournalLine, Purpose
from hygie.people.types import Kind

NOW = datetime(2026, 3, 18, 9, 12, 3, 123457, tzinfo=UTC)
PATIENT = uuid4()
Entry = tuple[int, datetime, bytes, bytes]


def chain(length: int) -> tuple[list[Entry], bytes]:
    head, entries = journal.GENESIS, []
    for seq in range(1, length + 1):
        body, at = os.urandom(40), NOW + timedelta(microseconds=seq)
        head = journal.leaf(head, PATIENT, seq, at, body)
        entries.append((seq, at, head, body))
    return entries, head


@given(some.integers(0, 30))
def test_an_honest_journal_is_whole(length: int) -> None:
    entries, head = chain(length)
    assert journal.verify(PATIENT, entries, head) is None


def tampered(entries: list[Entry], how: str, where: int, dice: random.Random) -> list[Entry]:
    seq, at, leaf, body = entries[where]
    changed = {
        "body": (seq, at, leaf, flipped(body, dice)),
        "time": (seq, at + timedelta(microseconds=dice.choice((-1, 1)) * dice.randint(1, 10**9)), leaf, body),
        "leaf": (seq, at, flipped(leaf, dice), body),
        "number": (seq + dice.choice((-1, 1, 2, 1000)), at, leaf, body),
    }
    if how in changed:
        return [*entries[:where], changed[how], *entries[where + 1 :]]
    if how == "dropped":
        return [*entries[:where], *entries[where + 1 :]]
    if how == "twice":
        return [*entries[: where + 1], *entries[where:]]
    if how == "moved":
        there = dice.choice([place for place in range(len(entries)) if place != where])
        left = [*entries[:where], *entries[where + 1 :]]
        return [*left[:there], entries[where], *left[there:]]
    if how == "cut":
        return entries[:where]
    assert how == "rewritten"  # a whole new end, consistent with itself
    head, again = (entries[where - 1][2] if where else journal.GENESIS), list(entries[:where])
    for seq, at, _, _ in entries[where:]:
        body = dice.randbytes(40)
        head = journal.leaf(head, PATIENT, seq, at, body)
        again.append((seq, at, head, body))
    return again


def flipped(value: bytes, dice: random.Random) -> bytes:
    """One bit of it, any one."""
    place, bit = dice.randrange(len(value)), 1 << dice.randrange(8)
    return value[:place] + bytes([value[place] ^ bit]) + value[place + 1 :]


WAYS = ("body", "time", "leaf", "number", "dropped", "twice", "moved", "cut", "rewritten")
TAMPERINGS = 10_000 if os.environ.get("HYGIE_TORTURE") == "1" else 400


def test_every_tampering_is_found() -> None:
    """And what was changed in place is found at its very line."""
    dice, missed = random.Random(2611), []
    journals = [chain(length) for length in (2, 3, 7, 20, 60)]
    for number in range(TAMPERINGS):
        entries, head = dice.choice(journals)
        how, where = WAYS[number % len(WAYS)], dice.randrange(len(entries))
        found = journal.verify(PATIENT, tampered(entries, how, where, dice), head)
        if found is None or (how in WAYS[:4] and found != where + 1):
            missed.append((how, where, found))
    print(f"{TAMPERINGS} tamperings, {len(missed)} missed")
    assert missed == []


def test_the_journal_of_another_person_does_not_verify() -> None:
    entries, head = chain(3)
    assert journal.verify(uuid4(), entries, head) == 1


@pytest.mark.parametrize("extra", [{}, {"object_id": uuid4(), "reason": "Urgence", "category": "10"}])
def test_a_line_comes_back_as_it_was(extra: dict[str, object]) -> None:
    line = JournalLine(
        seq=4, at=NOW, actor_kind="professional", actor_id=uuid4(), actor_name="Dr Diallo", role="doctor", profession="10",
        organisation="Cabinet du Canal", auth=2, action="read", purpose="care", allowed=True, rule="care-circle",
        channel="view", policy="p1", **extra,  # type: ignore[arg-type]
    )  # fmt: skip
    assert journal.unpack(4, NOW, journal.pack(line)) == line


WORDS = some.text(some.sampled_from('"k:person{},\\y fals'), max_size=24)


@given(
    kind=some.sampled_from(list(Kind)), name=WORDS, reason=WORDS, allowed=some.booleans(),
    purpose=some.sampled_from(list(Purpose)), kinds=some.none() | some.sets(some.sampled_from(list(Kind))),
    refused=some.booleans(), wanted=some.none() | some.sampled_from(list(Purpose)),
)  # fmt: skip
def test_a_line_is_chosen_by_its_bytes_exactly_as_by_its_fields(
    kind: Kind, name: str, reason: str, allowed: bool, purpose: Purpose, kinds: set[Kind] | None, refused: bool,
    wanted: Purpose | None,
) -> None:  # fmt: skip
    line = JournalLine(
        seq=1, at=NOW, actor_kind=kind, actor_id=PATIENT, actor_name=name, role="doctor", profession=None,
        organisation=None, auth=2, action="read", purpose=purpose, allowed=allowed, rule="care-circle", channel="view",
        reason=reason,
    )  # fmt: skip
    chosen = journal.asked(kinds=kinds, refused=refused, purpose=wanted)(journal.pack(line))
    assert chosen == (
        (kinds is None or kind in kinds) and not (refused and allowed) and (wanted is None or purpose == wanted)
    )
