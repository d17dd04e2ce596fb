"""Deposits, replacements and withdrawals of one chain, in every order they may come: the same record at the end."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as some

from hygie.access import queries as access
from hygie.access.types import Action
from hygie.base.errors import Conflict
from hygie.people.types import Actor
from hygie.record import actions as record
from hygie.record import queries
from hygie.tests.durability.installation import Installation
from hygie.tests.durability.sizes import size
from hygie.tests.world import NOW, Person, World, a_report, deposited


@dataclass(frozen=True)
class Event:
    """Something that happens to document `name`: it comes (replacing another, or not), or its author takes it back."""

    name: str
    replaces: str | None = None
    withdrawn: bool = False


# Two chains and a document alone.
SIX = (Event("a1"), Event("a2", "a1"), Event("a3", "a2"), Event("b1"), Event("b2", "b1"), Event("c"))
# Taking back what is not here yet has no meaning: an order where it does is one where its document came before.
WITH_WITHDRAWALS = (
    Event("a1"), Event("a2", "a1"), Event("a2", withdrawn=True), Event("b1"), Event("b1", withdrawn=True), Event("c"),
)  # fmt: skip


def makes_sense(order: Sequence[Event]) -> bool:
    here: set[str] = set()
    for event in order:
        if event.withdrawn and event.name not in here:
            return False
        here.add(event.name)
    return True


def happens(order: Sequence[Event], labo: Actor, person: Person) -> dict[str, tuple[str, str | None, str | None]]:
    """For each document at the end: its status, what it replaces, what replaces it."""
    mark = uuid4()
    ids: dict[str, UUID] = {}
    for event in order:
        if event.withdrawn:
            withdraw(labo, person, ids[event.name])
            continue
        replaces = f"urn:test:{mark}:{event.replaces}" if event.replaces else None
        receipt = deposited(labo, person, a_report(uid=f"urn:test:{mark}:{event.name}", replaces=replaces))
        assert receipt.outcome == "stored"
        ids[event.name] = receipt.id
    names = {document_id: name for name, document_id in ids.items()}
    grant = person.opens(Action.LIST)
    listed = queries.documents(grant, status=None, archived=None)
    assert access.journal_is_whole(person.id) is None
    found = {
        names[one.id]: (one.status, names.get(one.replaces), names.get(one.replaced_by))  # type: ignore[arg-type]
        for one in listed if one.id in names
    }  # fmt: skip
    return {name: found.get(name, ("taken back", None, None)) for name in ids}


def withdraw(labo: Actor, person: Person, document_id: UUID) -> None:
    from hygie.access.types import Purpose, Request

    grant = record.open_to_correct(
        Request(actor=labo, patient_id=person.id, purpose=Purpose.DEPOSIT, action=Action.WITHDRAW, at=NOW,
                object_id=document_id)
    )  # fmt: skip
    record.withdraw(grant, document_id=document_id, at=NOW)


EXPECTED = {
    "a1": ("superseded", None, "a2"), "a2": ("superseded", "a1", "a3"), "a3": ("current", "a2", None),
    "b1": ("superseded", None, "b2"), "b2": ("current", "b1", None), "c": ("current", None, None),
}  # fmt: skip


def test_in_every_order_the_latest_version_is_the_right_one(place: Installation) -> None:
    world = World()
    orders = list(itertools.permutations(SIX))
    assert len(orders) == 720
    for order in random.sample(orders, size(20, 720)):
        assert happens(order, world.labo_seine, world.person("Amina")) == EXPECTED, [event.name for event in order]


def test_taking_back_ends_alike_in_every_order_where_it_makes_sense(place: Installation) -> None:
    world = World()
    orders = [order for order in itertools.permutations(WITH_WITHDRAWALS) if makes_sense(order)]
    ends = {
        frozenset(happens(order, world.labo_seine, world.person("Amina")).items())
        for order in random.sample(orders, size(16, len(orders)))
    }
    print(f"{len(orders)} orders make sense")
    assert len(ends) == 1, ends


@settings(max_examples=size(12, 150), deadline=None)
@given(data=some.data())
def test_a_document_never_has_two_successors(data: some.DataObject) -> None:
    """Two versions that both replace the first: whoever comes second is told, in whatever order all three come."""
    world = World()
    person, mark = world.person("Amina"), uuid4()
    order = data.draw(some.permutations([("v1", None), ("v2", "v1"), ("v2bis", "v1")]))
    told = 0
    for name, replaces in order:
        report = a_report(uid=f"urn:test:{mark}:{name}", replaces=f"urn:test:{mark}:{replaces}" if replaces else None)
        try:
            deposited(world.labo_seine, person, report)
        except Conflict:
            told += 1
    listed = queries.documents(person.opens(Action.LIST), status=None, archived=None)
    assert (told, sorted(one.status for one in listed)) == (1, ["current", "superseded"])
    [old], [new] = ([one for one in listed if one.status == status] for status in ("superseded", "current"))
    assert (old.replaced_by, new.replaces) == (new.id, old.id)
