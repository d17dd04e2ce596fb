"""Receiving documents: ITI-65 (`POST /fhir`, a Bundle) and ITI-105 (`POST /fhir/DocumentReference`).

One function, free of any framework, so that the thin function in front of Django and the Django view are the same
code: every check is made here, whichever the way in.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from hygie.base import config, logs
from hygie.base.errors import HygieError, Invalid, NotFound, Unsupported
from hygie.base.sql import let_go, or_unavailable
from hygie.base.together import Together
from hygie.formats.fhir import building, bundle, document_reference, validate
from hygie.formats.fhir.outcome import warnings
from hygie.formats.fhir.types import Lot, Publication, Served, Warning
from hygie.interop.fhir_api import agreement, mapping, negotiation
from hygie.interop.fhir_api.agreement import Agreed
from hygie.interop.fhir_api.answers import Answer, failure, refusal, resource
from hygie.interop.fhir_api.callers import Caller, caller, callers, token_of, unknown
from hygie.record import actions as record
from hygie.record.types import Deposit, NewDocument, Receipt

MAX_BODY = 64 * 1024 * 1024  # bytes, of a whole message
AT_LEISURE = 256 * 1024  # bytes: a longer message is read by its own thread, not while others wait for their round
MAX_DOCUMENT = 25 * 1024 * 1024  # bytes, of one document
ANNOUNCED_WITHIN = timedelta(days=30)  # a result kept for an announcement shows by itself then: FHIR says no date

PATHS = frozenset({"/fhir", "/fhir/", "/fhir/DocumentReference", "/fhir/DocumentReference/"})
_ASIDE = (
    "Reçu et mis de côté : nous n'avons pas pu rapprocher l'identité d'une seule personne. Rien n'a été ajouté à un"
    " espace ; un opérateur va vérifier. Inutile de renvoyer."
)
_KNOWN = "Ce document était déjà arrivé par une autre voie : il n'a pas été ajouté deux fois."


def receive(
    *, method: str, path: str, headers: Mapping[str, str], body: bytes, now: datetime, request_id: str = ""
) -> Answer:
    """The answer to a deposit; never raises. `headers` has names in lower case.

    201 once durable, 202 for a quarantine, 200 for a transaction. Any fault is an OperationOutcome in French with
    its place, and then nothing of that document was kept.
    """
    try:
        return _receive(method, path, headers, body, now, request_id)
    except HygieError as fault:
        return refusal(fault)
    except Exception as fault:
        logs.event("fhir-deposit-failed", level=logging.ERROR, error=fault, request_id=request_id)
        return failure()


def too_large() -> Answer:
    """For a body that is not even read."""
    return refusal(_too_large())


def _receive(method: str, path: str, headers: Mapping[str, str], body: bytes, now: datetime, request_id: str) -> Answer:
    if method != "POST":
        raise Unsupported("Un dépôt se fait par POST.", code="method")
    if path not in PATHS:
        raise NotFound("Cette adresse n'existe pas.", code="no-such-route")
    message = _Message(token_of(headers), path, headers, body, now, request_id)
    if len(body) > AT_LEISURE:
        message.read = _read(message, caller(headers))
    read, receipt = _together(message)
    if receipt is not None:
        return _one(read, receipt, message) if read.alone else _several(read, [receipt])
    return _several(read, record.deposit_all(
        actor=read.who.actor, request_id=request_id,
        deposits=[_asked(p, one, now, read.lot) for p, one in zip(read.documents, read.agreed, strict=True)],
    ))  # fmt: skip


@dataclass(slots=True)
class _Message:
    """A message that has come, and what it says once read."""

    token: bytes
    path: str
    headers: Mapping[str, str]
    body: bytes
    now: datetime
    request_id: str
    read: _Read | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """A message that was read, and whose sender may deposit. `submission`: None for a document alone (ITI-105)."""

    who: Caller
    documents: Sequence[Publication]
    agreed: Sequence[Agreed]
    submission: bundle.Submission | None = None

    @property
    def alone(self) -> bool:
        return self.submission is None

    @property
    def lot(self) -> Lot | None:
        return self.submission.lot if self.submission else None


def _read(message: _Message, who: Caller) -> _Read:
    """Every check that needs no record. Raises what is wrong, in the order in which a client meets it."""
    who.needs("DocumentReference", "c")
    negotiation.media_type(message.headers)
    negotiation.wants_json(message.headers)
    said = validate.read(message.body, limit=MAX_BODY)
    if message.path.startswith("/fhir/DocumentReference"):
        publication = document_reference.parse(said, lenient=who.lenient)
        return _Read(who, (publication,), (_agreed(publication),))
    submission = bundle.parse(said, lenient=who.lenient)
    return _Read(who, submission.documents, [_agreed(one) for one in submission.documents], submission)


def _round(messages: Sequence[_Message]) -> list[tuple[_Read, Receipt | None] | Exception]:
    """Many messages at once: one look at their tokens, one commit for all they bring, and each its own answer.

    No receipt for a message of several documents: they are kept together or not at all, in a transaction of their own.
    """
    told: list[tuple[_Read, Receipt | None] | Exception] = []
    single: list[tuple[int, _Read, _Message]] = []
    for number, (message, who) in enumerate(zip(messages, callers([one.token for one in messages]), strict=True)):
        try:
            if who is None:
                raise unknown()
            message.read = read = message.read or _read(message, who)
        except Exception as fault:  # whatever it is, it is this message's own
            told.append(fault)
            continue
        told.append((read, None))
        if len(read.documents) == 1:
            single.append((number, read, message))
    if single:
        receipts = record.deposit_each([
            (read.who.actor, _asked(read.documents[0], read.agreed[0], message.now, read.lot), message.request_id)
            for _, read, message in single
        ])  # fmt: skip
        for (number, read, _), receipt in zip(single, receipts, strict=True):
            told[number] = _placed(receipt, read) if isinstance(receipt, Exception) else (read, receipt)
    return told


def _placed(fault: Exception, read: _Read) -> Exception:
    """The fault, with its place in the message when the message is one document."""
    if read.alone and isinstance(fault, HygieError) and fault.at in (None, "relatesTo"):
        at = read.documents[0].at
        fault.at = f"{at}.{fault.at}" if fault.at else at
    return fault


_together: Together[_Message, tuple[_Read, Receipt | None]] = Together(or_unavailable(_round), rest=let_go)


def _one(read: _Read, receipt: Receipt, message: _Message) -> Answer:
    [publication], [agreed], headers = read.documents, read.agreed, message.headers
    told = (*publication.warnings, *agreed.warnings)
    if receipt.outcome == "quarantined":
        return resource(202, warnings(told, text=_ASIDE))
    where = _address(receipt)
    named = {
        "Location": f"{base()}/DocumentReference/{where}/_history/{receipt.version}",
        "ETag": f'W/"{receipt.version}"',
        "Last_Modified": format_datetime(receipt.received, usegmt=True),
    }
    if receipt.outcome == "known":
        return resource(200, warnings(told, text=_KNOWN), **named)
    wish = negotiation.prefers(headers)
    if wish == "minimal":
        return Answer(201, {name.replace("_", "-"): value for name, value in named.items()})
    if wish == "OperationOutcome" or (told and wish != "representation"):
        return resource(201, warnings(told, text="Document reçu et conservé."), **named)
    return resource(201, _stored(publication, agreed, receipt, where), **named)


def _several(read: _Read, receipts: Sequence[Receipt]) -> Answer:
    """A transaction: all documents are kept, or none."""
    submission, agreed = read.submission, read.agreed
    assert submission is not None
    entries, seen = [], 0
    for kind, number in submission.kinds:
        if kind == "DocumentReference" and number is not None:
            told = (*submission.documents[number].warnings, *agreed[number].warnings)
            entries.append(_entry("DocumentReference", receipts[number], told))
        elif kind == "Binary":
            entries.append(_entry("Binary", receipts[min(seen, len(receipts) - 1)], ()))
            seen += 1
        elif kind == "List":
            entries.append(_entry("List", receipts[0], submission.warnings))
        else:
            entries.append(bundle.answered("200 OK"))
    status = 202 if all(receipt.outcome == "quarantined" for receipt in receipts) else 200
    return resource(status, bundle.response(entries))


def _entry(kind: str, receipt: Receipt, told: tuple[Warning, ...]) -> dict[str, Any]:
    if receipt.outcome == "quarantined":
        return bundle.answered("202 Accepted", outcome=warnings(told, text=_ASIDE))
    where = _address(receipt)
    location = f"{kind}/{where}" + (f"/_history/{receipt.version}" if kind == "DocumentReference" else "")
    known = receipt.outcome == "known"
    return bundle.answered(
        "200 OK" if known else "201 Created", location=location, version=receipt.version, at=receipt.received,
        outcome=warnings(told, text=_KNOWN if known else None) if told or known else None,
    )  # fmt: skip


def _agreed(publication: Publication) -> Agreed:
    if len(publication.content) > MAX_DOCUMENT:
        raise _too_large(f"{publication.at}.content[0].attachment")
    return agreement.agree(publication)


def _asked(publication: Publication, agreed: Agreed, now: datetime, lot: Lot | None = None) -> Deposit:
    entry = agreed.entry
    hidden = "INVISIBLE_PATIENT" in entry.visibility
    document = NewDocument(
        metadata=mapping.metadata_of(entry, publication.fhir, set_id=agreed.set_id, version=agreed.version, lot=lot),
        content=publication.content,
        visibility=entry.visibility,
        replaces=_replaced(entry.replaces),
        announce_on=(now + ANNOUNCED_WITHIN).date() if hidden else None,
    )
    return Deposit(document, agreed.ins, agreed.traits, submission_id=entry.unique_id, received=now)


def _replaced(said: str | None) -> str | None:
    """The record knows a document by its own id or its unique id; a FHIR id carries the first."""
    if said is None or said.startswith("urn:"):
        return said
    return str(mapping.ids_of(said)[1])


def _address(receipt: Receipt) -> str:
    assert receipt.patient_id is not None
    return mapping.fhir_id(receipt.patient_id, receipt.id)


def _stored(publication: Publication, agreed: Agreed, receipt: Receipt, where: str) -> dict[str, Any]:
    entry = agreed.entry
    served = Served(
        id=where, version=receipt.version, updated=receipt.received, status="current", visibility=entry.visibility,
        archived=False, size=len(publication.content), replaces=entry.replaces,
    )  # fmt: skip
    assert receipt.patient_id is not None
    return mapping.about(receipt.patient_id, building.build(entry, served, stored=publication.fhir))


def base() -> str:
    """The address of this server's FHIR API, as clients know it."""
    return f"{config.get('HYGIE_PUBLIC_URL')}/fhir"


def _too_large(at: str | None = None) -> Invalid:
    return Invalid(
        f"Un message fait au plus {MAX_BODY >> 20} Mo, un document {MAX_DOCUMENT >> 20} Mo.",
        code="fhir-too-large",
        at=at,
    )


__all__ = ["ANNOUNCED_WITHIN", "MAX_BODY", "PATHS", "base", "receive", "too_large"]
