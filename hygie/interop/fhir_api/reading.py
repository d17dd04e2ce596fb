"""Looking: find document references (ITI-67) and submission sets (ITI-66), read one, retrieve its bytes (ITI-68).

Each question opens the record first (so it is decided and written down), and shows what the grant covers. What does
not exist and what this caller may not see are one answer.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote
from uuid import UUID, uuid4

import pybase64

from hygie.access.actions import open_record
from hygie.access.queries import identity as identity_of
from hygie.access.types import Action, Channel, Grant, Purpose, Request
from hygie.base import beat, config
from hygie.base.errors import Invalid, NotFound, Refused, Unsupported
from hygie.formats.fhir import bundle, instants, systems
from hygie.formats.fhir import search as searching
from hygie.formats.fhir.search import Query
from hygie.interop.fhir_api import mapping, negotiation, paging
from hygie.interop.fhir_api.answers import Answer, resource
from hygie.interop.fhir_api.callers import Caller, Reach
from hygie.interop.fhir_api.deposit import base
from hygie.people import queries as people
from hygie.people.actions import missed
from hygie.people.types import Actor, Identity, Ins, Kind, Role
from hygie.record import queries as record
from hygie.record.types import Document, Lot

Parameters = Sequence[tuple[str, str]]
# Refusals that are about the caller and tell nothing of any record: said as they are.
_ABOUT_THE_CALLER = frozenset(
    {"unknown-profession", "sign-in-needed", "stronger-sign-in-needed", "software-only-deposits"}
)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


def purpose_of(actor: Actor) -> Purpose:
    """Why this actor looks: a software with nobody behind it, at its own deposits; a person, at her own space; a
    professional, to care."""
    if actor.kind is Kind.SOFTWARE:
        return Purpose.DEPOSIT
    if actor.kind is Kind.PERSON:
        return Purpose.SELF
    return Purpose.COORDINATION if actor.role is Role.SOCIAL else Purpose.CARE


def open_for(
    who: Caller, patient_id: UUID, action: Action, *, now: datetime, request_id: str, object_id: UUID | None = None,
    channel: Channel = Channel.VIEW, document: Document | None = None,
) -> Grant:  # fmt: skip
    """The record opened for this caller, or NotFound: no right and no record look alike.

    A token that was given for one space opens no other, whatever its holder may open elsewhere.
    """
    if who.bearer.patient_id is not None and who.bearer.patient_id != patient_id:
        raise mapping.nothing_here()
    request = Request(
        actor=who.actor, patient_id=patient_id, purpose=purpose_of(who.actor), action=action, at=now,
        object_id=object_id, channel=channel, request_id=request_id,
    )  # fmt: skip
    try:
        return open_record(request, document=document.facts if document else None)
    except NotFound:
        raise mapping.nothing_here() from None
    except Refused as fault:
        if fault.code in _ABOUT_THE_CALLER:
            raise
        raise mapping.nothing_here() from None


def search(
    who: Caller, *, kind: str, parameters: Parameters, in_url: bool, headers: Mapping[str, str], now: datetime,
    request_id: str,
) -> Answer:  # fmt: skip
    """A page of DocumentReference or List. `in_url`: the parameters came in the address, where no INS belongs.

    By matricule, a search that meets nobody this caller may know of counts in the budget of its structure (`people.find`
    has the same): Refused, code « budget », once it is spent, whoever is asked for.
    """
    began = time.monotonic()
    reach = who.needs(kind, "s")
    wished = dict(parameters)
    negotiation.wants_json(headers, wished.get("_format"))
    after = None
    if "page" in wished:
        if len(parameters) > 1:
            raise Invalid("« page » se donne seul.", code="search-repeated", at="page")
        parameters, after = paging.opened(who.actor, resource=kind, token=wished["page"], now=now)
    elif in_url and "patient.identifier" in wished and config.get("HYGIE_FHIR_GET_INS") != "yes":
        raise Invalid(
            f"Un matricule INS ne voyage pas dans une adresse : utilisez POST /fhir/{kind}/_search.",
            code="search-ins-in-url", at="patient.identifier",
        )  # fmt: skip
    query = searching.parse(parameters, resource=kind)
    by_matricule = query.matricule is not None  # matricules can be guessed, spaces' own numbers cannot
    if by_matricule:
        people.may_search(who.actor, at=now)
    found: list[mapping.Resource] | None = None
    try:
        found = _found(who, reach, query, now, request_id)
        if found is None and by_matricule:
            missed(who.actor, at=now)
    finally:
        if by_matricule and not found:
            beat.keep(began)
    if found is None:
        if who.actor.kind is not Kind.SOFTWARE:
            raise mapping.nothing_here()
        found = []  # a software alone never learns whether a space exists
    start = next((n + 1 for n, one in enumerate(found) if one["id"] == after), 0) if after else 0
    page = found[start : start + query.count]
    next_url = None
    if start + query.count < len(found):
        sealed = paging.token(who.actor, resource=kind, parameters=parameters, after=page[-1]["id"], now=now)
        next_url = f"{base()}/{kind}?page={sealed}"
    return resource(
        200,
        bundle.searchset(page, base=base(), total=len(found), self_url=f"{base()}/{kind}/_search", next_url=next_url),
    )


def _found(who: Caller, reach: Reach, query: Query, now: datetime, request_id: str) -> list[mapping.Resource] | None:
    """Everything that answers, the most recent act first; None for nobody that this caller may know of."""
    try:
        # Not a visit: what a software asks for by itself leaves « since my last visit » where it was.
        grant = open_for(who, _patient(query), Action.LIST, now=now, request_id=request_id)
    except NotFound:
        return None
    asked = any(test.name == "isArchived" for test in query.tests)
    documents = record.documents(
        grant, classes=query.choices("category"), archived=None if asked else False, status=None, as_received=True
    )
    if not documents and who.actor.kind is Kind.SOFTWARE:  # it sees its own deposits: of this person, none
        return None
    statuses = {"current"} if query.resource == "List" and "current" in query.statuses else query.statuses
    identity = _identity(grant, documents)
    shown = []
    for document in documents:
        if query.resource == "List":
            one = _submission_set(document)
        elif document.status in statuses:
            one = mapping.shown(document, identity)
        else:
            continue
        if reach.sees(one) and query.matches(one):
            shown.append(one)
    return shown


def _patient(query: Query) -> UUID:
    """The space that the search names; a random one when there is none, so that both look the same."""
    if query.matricule is not None and query.oid is not None:
        found = people.holder(Ins(query.matricule, query.oid)) or uuid4()
        if query.patient is not None and query.patient != found.hex:
            return uuid4()
        return found
    try:
        return UUID(query.patient)
    except ValueError:
        return uuid4()


def _identity(grant: Grant, documents: Sequence[Document]) -> Identity | None:
    """The person's identity, only where a document does not carry it already, and only for a professional."""
    if grant.actor.kind is not Kind.PROFESSIONAL or all(document.metadata.fhir for document in documents):
        return None
    return identity_of(grant)


def _submission_set(document: Document) -> mapping.Resource:
    """Each document is a set of its own: what arrived, when, from whom; with what its sender said of the set it sent."""
    where = mapping.fhir_id(document.patient_id, document.id)
    lot = document.metadata.lot or Lot()
    identifiers = [{"use": "official", "system": systems.URI, "value": f"urn:uuid:{document.id}"}]
    if lot.unique_id:
        identifiers.insert(0, {"use": "usual", "system": systems.URI, "value": lot.unique_id})
    extensions: list[mapping.Resource] = [
        {
            "url": systems.SOURCE_ID,
            "valueIdentifier": {"system": systems.URI, "value": lot.source_id or f"urn:uuid:{document.depositor_id}"},
        },
        {"url": systems.IS_ARCHIVED, "valueBoolean": document.archived},
    ]
    if lot.designation:
        system, _, code = lot.designation.rpartition("|")
        coding = {"system": system, "code": code} if system else {"code": code}
        extensions.insert(0, {"url": systems.DESIGNATION, "valueCodeableConcept": {"coding": [coding]}})
    return {
        "resourceType": "List",
        "id": where,
        "meta": {"versionId": "1", "lastUpdated": instants.written(document.received)},
        "extension": extensions,
        "identifier": identifiers,
        "status": "current",
        "mode": "working",
        "title": lot.title or document.metadata.title,
        "code": {"coding": [{"system": systems.LIST_TYPES, "code": "submissionset"}]},
        "subject": {"reference": f"Patient/{document.patient_id.hex}"},
        "date": instants.written(document.received),
        "source": {"display": lot.source or document.depositor},
        "entry": [{"item": {"reference": f"DocumentReference/{where}"}}],
    }


def read(
    who: Caller, *, kind: str, fhir_id: str, headers: Mapping[str, str], now: datetime, request_id: str,
    version: str | None = None,
) -> Answer:  # fmt: skip
    """One DocumentReference, or the submission set that brought it. `version`: only if that is its version today."""
    reach = who.needs(kind, "r")
    negotiation.wants_json(headers)
    grant, document = _look(who, reach, fhir_id, now, request_id, Channel.VIEW)
    if version is not None and version != str(document.version):
        if version.isascii() and version.isdecimal() and 0 < int(version[:9]) < document.version:
            raise NotFound("Les versions précédentes d'une fiche ne sont pas gardées.", code="past-version")
        raise NotFound("Cette fiche n'a pas cette version.", code="no-such-version")
    if kind == "List":
        return resource(200, _submission_set(document), ETag='W/"1"')
    return shown(mapping.shown(document, _identity(grant, [document])), document)


def shown(content: mapping.Resource, document: Document, status: int = 200) -> Answer:
    return resource(
        status, content, ETag=f'W/"{document.version}"', Last_Modified=format_datetime(document.updated, usegmt=True)
    )


def _look(
    who: Caller, reach: Reach, fhir_id: str, now: datetime, request_id: str, channel: Channel
) -> tuple[Grant, Document]:
    patient_id, document_id = mapping.ids_of(fhir_id)
    grant = open_for(
        who, patient_id, Action.LIST, now=now, request_id=request_id, object_id=document_id, channel=channel
    )
    try:
        document = record.document(grant, document_id=document_id)
    except NotFound:
        if reach.whole and record.was_taken_back(grant, document_id=document_id):
            raise NotFound("Ce document a été retiré par celui qui l'avait déposé.", code="withdrawn") from None
        raise mapping.nothing_here() from None
    if not reach.whole and not reach.sees(mapping.shown(document, None)):
        raise mapping.nothing_here()
    return grant, document


def retrieve(who: Caller, *, fhir_id: str, headers: Mapping[str, str], now: datetime, request_id: str) -> Answer:
    """The original bytes, never to be shown by a browser; or a Binary resource for whoever accepts FHIR only."""
    who.needs("Binary", "r")
    # the bytes follow their reference: a token for letters alone takes away no other document
    references = who.reach("DocumentReference", "r")
    reach = references if references.scopes else who.reach("Binary", "r")
    _, document = _look(who, reach, fhir_id, now, request_id, Channel.MACHINE)
    kind = document.metadata.media_type
    accepted = negotiation.accepts(headers)
    as_resource = accepted and accepted[0] == "application/fhir+json"
    family = kind.partition("/")[0] + "/*"
    if accepted and not as_resource and not {"*/*", family, kind} & set(accepted):
        raise Unsupported(f"Ce document est de type {kind} : acceptez ce type.", code="not-acceptable")
    grant = open_for(
        who, document.patient_id, Action.READ, now=now, request_id=request_id, object_id=document.id, document=document
    )
    content = record.content(grant, document_id=document.id)
    if as_resource:
        data = pybase64.b64encode(content.data).decode()
        return resource(200, {"resourceType": "Binary", "id": fhir_id, "contentType": kind, "data": data})
    name = _UNSAFE.sub("_", content.file_name)[-80:]
    headers_back = {
        "Content-Type": kind,
        "Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(content.file_name[-80:])}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "ETag": f'W/"{document.version}"',
    }
    return Answer(200, headers_back, content.data)
