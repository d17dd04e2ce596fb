"""What one call costs inside the server, one caller: open a record, list, read, decide, draw a page."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from hygie.ops.bench import ground, pages, structured
from hygie.ops.bench.timing import timed
from hygie.people.types import Actor


def run(person: ground.Someone, sender: Actor, *, documents: int, times: int) -> dict[str, Any]:
    """On a record of so many filed documents. Keys: open_record, list, read, decide (calls a second)."""
    from hygie.access import actions as access
    from hygie.access import policy
    from hygie.access.types import Action, Facts, Purpose, RecordState, Request
    from hygie.record import queries

    ids = fill(person, sender, documents)
    structured.fill(person.id, ids, 0)  # read and laid, as the background work leaves a record
    ground.look_again()
    actor = person.actor

    def request(action: Action, **more: Any) -> Request:
        return Request(
            actor=actor, patient_id=person.id, purpose=Purpose.SELF, action=action, at=datetime.now(UTC), **more
        )

    def reads() -> object:
        grant = access.open_record(request(Action.READ, object_id=ids[0]))
        return queries.content(grant, document_id=ids[0])

    listing = access.open_record(request(Action.LIST))
    facts, one = Facts(state=RecordState.OPEN), request(Action.LIST)
    count, began = 100_000, time.perf_counter()
    for _ in range(count):
        policy.decide(one, facts)
    decisions = count / (time.perf_counter() - began)
    return {
        "documents": documents,
        "pages": pages.run(person, ids[0], times=max(20, times // 10)),
        "open_record": timed(lambda: access.open_record(request(Action.LIST)), times=times),
        "list": timed(lambda: queries.documents(listing), times=max(20, times // 10)),
        "list of 50": timed(lambda: queries.documents(listing, limit=50), times=max(20, times // 10)),
        "read a document": timed(reads, times=times),
        "decisions a second": decisions,
        "entries": structured.growth(person, ids, times=max(20, times // 10)),
    }


def fill(person: ground.Someone, sender: Actor, count: int) -> list[Any]:
    """So many documents in one record, filed."""
    from hygie.record import depositing, filing
    from hygie.record.types import Author, Metadata, NewDocument

    now = datetime.now(UTC)
    metadata = Metadata(
        title="Bilan sanguin", class_code="10", type_code="11502-2", media_type="text/plain", unique_id="",
        created=now, service_start=now, authors=(Author("Dr Fanta Seck", organisation="Labo Seine"),),
    )  # fmt: skip
    ids = []
    for first in range(0, count, 64):
        items = [
            depositing.Incoming(
                actor=sender, received=now, source="fhir", submission_id=str(uuid4()), ins=person.ins, traits=person.traits,
                document=NewDocument(replace(metadata, unique_id=f"urn:uuid:{uuid4()}"), b"TSH 2,1 mUI/L " * 100),
            )
            for _ in range(first, min(count, first + 64))
        ]  # fmt: skip
        for receipt in depositing.deposit_round(items):
            if isinstance(receipt, Exception):
                raise receipt
            ids.append(receipt.id)
    for first in range(0, count, 64):
        filing.file_together([(person.id, one) for one in ids[first : first + 64]])
    return ids
