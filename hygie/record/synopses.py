"""From a record to what a summary document carries: certain, current, each thing once. Pure.

Medicines: the latest certain word on each substance that runs or may run, and the person's own beside it. Everything else: the latest certain entry of
each code (of each code and day, for acts and vaccines). What waits for someone's eye is counted and left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from hygie.formats import concepts, synopsis
from hygie.formats.drugs import Catalogue
from hygie.formats.fhir.types import Subject
from hygie.formats.synopsis import Piece
from hygie.people.types import Identity
from hygie.record import treatments
from hygie.record.medications import KINDS
from hygie.record.treatments import Status
from hygie.record.types import Item, State

_EACH_DAY: Final = frozenset({"Procedure", "Immunization"})


def pieces(items: Sequence[Item], *, on: date, catalogue: Catalogue | None = None) -> tuple[Piece, ...]:
    """items: those that the reader may see, the newest day first. In the order of the chapters' own items."""
    kept: list[Item] = []
    seen: set[tuple[object, ...]] = set()
    for item in items:
        if not item.certain or (item.kind in KINDS and not concepts.is_absence(item.resource)):
            continue
        named = (item.kind, item.code or item.id, item.day if item.kind in _EACH_DAY else None)
        if named not in seen:
            seen.add(named)
            kept.append(item)
    return tuple(_piece(item) for item in [*kept, *_running(items, on, catalogue)] if _belongs(item))


def only(pieces: tuple[Piece, ...], chapters: Iterable[str] | None) -> tuple[Piece, ...]:
    """Those of these chapters, by key; None: all."""
    if chapters is None:
        return pieces
    wanted = frozenset(chapters)
    return tuple(one for one in pieces if (of := synopsis.chapter_of(one.resource)) is not None and of.key in wanted)


def waiting(items: Iterable[Item]) -> int:
    """How many suggestions would be of the summary if someone confirmed them."""
    return sum(1 for item in items if item.state is State.SUGGESTED and _belongs(item))


def subject(identity: Identity) -> Subject:
    """Whom the document is about, without a matricule when there is none."""
    traits, ins = identity.traits, identity.ins
    return Subject(
        matricule=ins.matricule if ins else "", oid=ins.oid if ins else "", birth_family=traits.birth_family,
        given_names=traits.given_names, birth_date=traits.birth_date, sex=traits.sex, birth_place=traits.birth_place,
        used_family=traits.used_family, used_given=traits.used_given,
    )  # fmt: skip


def _running(items: Sequence[Item], on: date, catalogue: Catalogue | None) -> list[Item]:
    found = []
    for line in treatments.lines(items, on=on, catalogue=catalogue):
        if line.status is Status.STOPPED:
            continue
        certain = [event.item for event in line.events if event.item.certain]
        found += [one for one in certain if not one.by_patient][:1] + [one for one in certain if one.by_patient][:1]
    return found


def _belongs(item: Item) -> bool:
    return synopsis.chapter_of(item.resource) is not None


def _piece(item: Item) -> Piece:
    return Piece(item.id, item.resource, item.by_patient, item.source.author if item.source else "")
