"""Filing: the machine that reads a new document once, so that people's lists are quick.

It opens the record like anyone else, with its own purpose and its own journal channel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hygie.access.actions import inside, note_attendance, open_for_list, open_record
from hygie.access.types import Action, Channel, Grant, Purpose, Request
from hygie.base import events, sealing
from hygie.people.types import Actor, AuthLevel, Kind
from hygie.record import sealed

FILER = Actor(kind=Kind.MACHINE, id=UUID(int=1), name="Hygie", auth=AuthLevel.STRONG)


def _request(patient_id: UUID, document_id: UUID, at: datetime) -> Request:
    return Request(
        actor=FILER, patient_id=patient_id, purpose=Purpose.MACHINE, action=Action.INDEX, at=at, object_id=document_id,
        channel=Channel.MACHINE,
    )  # fmt: skip


def file_one(patient_id: UUID, document_id: UUID) -> None:
    """File one document. Raises what keeps it from being opened (Refused, NotFound), or BadSeal."""
    grant = open_record(_request(patient_id, document_id, datetime.now(UTC)))
    if _file([grant]):
        raise sealing.BadSeal("this document cannot be opened")


def file_together(pairs: Sequence[tuple[UUID, UUID]]) -> list[tuple[UUID, UUID]]:
    """File many documents, one line in each one's journal, two commits in all. Returns those that could not be."""
    now = datetime.now(UTC)
    grants = open_for_list([_request(patient, document, now) for patient, document in pairs])
    opened = {(grant.patient_id, grant.object_id) for grant in grants}
    return [pair for pair in pairs if pair not in opened] + _file(grants)


def _file(grants: Sequence[Grant]) -> list[tuple[UUID, UUID]]:
    """Seal each document's metadata again under its record's index key. Doing it twice changes nothing."""
    people = {grant.patient_id: grant for grant in grants}
    if not people:
        return []
    wanted = [grant.patient_id for grant in grants], [grant.object_id for grant in grants]
    left: list[tuple[UUID, UUID]] = []
    done: list[tuple[UUID, UUID, bytes]] = []
    openers: dict[UUID, tuple[Callable[[UUID, bytes], bytes], bytes]] = {}
    with inside(*people.values()) as sql:
        sql.execute(
            """SELECT d.patient_id, d.id, d.dek, d.meta
               FROM unnest(%b::uuid[], %b::uuid[]) AS w(patient_id, id)
               JOIN record_document d ON d.patient_id = w.patient_id AND d.id = w.id
               WHERE d.patient_id = ANY(%b) AND d.listing IS NULL""",
            [*wanted, list(people)], prepare=True, binary=True,
        )  # fmt: skip
        for patient, document, dek, meta in sql:
            keyring = people[patient].keyring
            assert keyring is not None
            if patient not in openers:
                openers[patient] = keyring.opener(), keyring.index_key()
            opener, index_key = openers[patient]
            try:
                packed = sealing.unseal(opener(document, dek), meta, sealed.place("meta", patient, document))
            except sealing.BadSeal:
                left.append((patient, document))
                continue
            done.append(
                (patient, document, sealing.seal(index_key, packed, sealed.place("listing", patient, document)))
            )
        if done:
            sql.execute(
                """UPDATE record_document d SET listing = w.listing
                   FROM unnest(%b::uuid[], %b::uuid[], %b::bytea[]) AS w(patient_id, id, listing)
                   WHERE d.patient_id = w.patient_id AND d.id = w.id AND d.patient_id = ANY(%b) AND d.listing IS NULL
                   RETURNING d.class_code, d.source, d.by_patient, d.depositor, d.organisation""",
                [*map(list, zip(*done, strict=True)), list(people)], prepare=True,
            )  # fmt: skip
            filed = sql.fetchall()
            # One more statement for the whole batch, after its acknowledgement: a deposit waits for none of it.
            counts: Counter[str] = Counter()
            for family, source, hers, _, _ in filed:
                counts.update((f"documents/{family}", f"sources/{source}", *(() if hers else ("read/no",))))
            events.counted(grants[0].at.date(), counts)
            _attended(sql, filed, grants[0].at)
    return left


def _attended(sql: Any, filed: Iterable[tuple[str, str, bool, UUID, UUID | None]], at: datetime) -> None:
    """Who deposited this month: professionals who did it by hand, structures whose software did it."""
    by_hand, fed = set(), set()
    for _, source, hers, depositor, organisation in filed:
        if source == "workspace":
            by_hand.add(depositor)
        elif not hers:
            fed.add(organisation or depositor)
    note_attendance(sql, by_hand, "deposit", at)
    note_attendance(sql, fed, "feed", at)
