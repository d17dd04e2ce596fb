"""Receiving documents: ITI-65 (`POST /fhir`, a Bundle) and ITI-105 (`POST /fhir/DocumentReference`).

One function, free of any framework, so that the thin function in front of Django and the Django view are the same
code: every check is made here, whichever the way in.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from hygie.base import config, logs
from hygie.base.errors import HygieError, Invalid, NotFound, Unsupported
from hygie.formats.fhir import building, bundle, document_reference, validate
from hygie.formats.fhir.outcome import warnings
from hygie.formats.fhir.types import Lot, Publication, Served, Warning
from hygie.interop.fhir_api import agreement, mapping, negotiation
from hygie.interop.fhir_api.agreement import Agreed
from hygie.interop.fhir_api.answers import Answer, failure, refusal, resource
from hygie.interop.fhir_api.callers import Caller, caller
from hygie.people.types import Actor
from hygie.record import actions as record
from hygie.record.types import Deposit, NewDocument, Receipt

MAX_BODY = 64 * 1024 * 1024  # bytes, of a whole message
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
    who = caller(headers)
    who.needs("DocumentReference", "c")
    negotiation.media_type(headers)
    negotiation.wants_json(headers)
    message = validate.read(body, limit=MAX_BODY)
    if path.startswith("/fhir/DocumentReference"):
        publication = document_reference.parse(message, lenient=who.lenient)
        return _one(who, publication, headers, now, request_id)
    submission = bundle.parse(message, lenient=who.lenient)
    return _several(who, submission, now, request_id)


def _one(who: Caller, publication: Publication, headers: Mapping[str, str], now: datetime, request_id: str) -> Answer:
    agreed = _agreed(publication)
    receipt = _deposit(who.actor, publication, agreed, now, request_id)
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


def _several(who: Caller, submission: bundle.Submission, now: datetime, request_id: str) -> Answer:
    """A transaction: all documents are kept, or none."""
    agreed = [_agreed(publication) for publication in submission.documents]
    receipts = record.deposit_all(
        actor=who.actor, request_id=request_id,
        deposits=[_asked(p, one, now, submission.lot) for p, one in zip(submission.documents, agreed, strict=True)],
    )  # fmt: skip
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


def _deposit(actor: Actor, publication: Publication, agreed: Agreed, now: datetime, request_id: str) -> Receipt:
    try:
        return record.deposit(actor=actor, deposit=_asked(publication, agreed, now), request_id=request_id)
    except HygieError as fault:
        if fault.at is None or fault.at == "relatesTo":
            fault.at = f"{publication.at}.{fault.at}" if fault.at else publication.at
        raise


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
