"""Changing a document reference: PATCH of status, securityLabel and isArchived, by id or by its own identifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hygie.access.types import Action, Channel, Purpose, Request
from hygie.base.errors import Conflict, Invalid, NotFound, Refused
from hygie.formats.fhir import patch as patching
from hygie.formats.fhir import validate
from hygie.formats.fhir.patch import Change
from hygie.interop.fhir_api import mapping, negotiation
from hygie.interop.fhir_api.answers import Answer
from hygie.interop.fhir_api.callers import Caller
from hygie.interop.fhir_api.deposit import ANNOUNCED_WITHIN
from hygie.interop.fhir_api.reading import open_for, shown
from hygie.record import actions, queries
from hygie.record.types import Document

MAX_PATCH = 1024 * 1024  # bytes


def conditional(
    who: Caller, *, parameters: Sequence[tuple[str, str]], headers: Mapping[str, str], body: bytes, now: datetime,
    request_id: str,
) -> Answer:  # fmt: skip
    """`PATCH /fhir/DocumentReference?identifier=…`: the caller's own deposit, named by its own identifier.

    It looks among what this sender deposited and nowhere else, so it tells nothing of anyone else's documents.
    """
    names = [name for name, _ in parameters]
    if names != ["identifier"]:
        raise Invalid("Le seul critère accepté ici est identifier.", code="search-unknown-parameter", at="identifier")
    unique_id = parameters[0][1].rpartition("|")[2]
    who.needs("DocumentReference", "u")
    found = queries.deposited(who.actor, submission_id=unique_id)
    if found is None:
        raise mapping.nothing_here()
    return patch(who, fhir_id=mapping.fhir_id(*found), headers=headers, body=body, now=now, request_id=request_id)


def patch(
    who: Caller, *, fhir_id: str, headers: Mapping[str, str], body: bytes, now: datetime, request_id: str
) -> Answer:
    """The document as it becomes. 412 when `If-Match` names another version; 405 for any other field."""
    who.needs("DocumentReference", "u")
    kind = negotiation.media_type(headers, negotiation.JSON_PATCH)
    negotiation.wants_json(headers)
    expected = negotiation.version_wanted(headers)
    if len(body) > MAX_PATCH:
        raise Invalid("Cette demande est trop grande.", code="fhir-too-large")
    patient_id, document_id = mapping.ids_of(fhir_id)
    grant = open_for(
        who, patient_id, Action.LIST, now=now, request_id=request_id, object_id=document_id, channel=Channel.MACHINE
    )
    try:
        document = queries.document(grant, document_id=document_id)
    except NotFound:
        raise mapping.nothing_here() from None
    if expected is not None and document.version != expected:
        raise Conflict("Ce document a changé entre-temps : relisez-le.", code="stale-version")
    before = mapping.shown(document, None)
    if kind == negotiation.JSON_PATCH:
        change = patching.json_patch(body, before)
    else:
        change = patching.fhirpath_patch(validate.read(body, limit=MAX_PATCH).resource, before)
    return _done(who, document, change, now, request_id)


def _done(who: Caller, document: Document, change: Change, now: datetime, request_id: str) -> Answer:
    """Each act is decided and written down on its own; the version seen is the one that is changed."""

    def allowed(action: Action) -> Request:
        return Request(
            actor=who.actor, patient_id=document.patient_id, purpose=Purpose.DEPOSIT, action=action, at=now,
            object_id=document.id, request_id=request_id,
        )  # fmt: skip

    acts = []
    if change.add or change.remove:
        acts.append(Action.SET_VISIBILITY)
    if change.archived is not None and change.archived != document.archived:
        acts.append(Action.ARCHIVE)
    if change.withdraw:
        acts.append(Action.WITHDRAW)
    # All grants first: what is refused is refused before anything changes.
    try:
        grants = [(action, actions.open_to_correct(allowed(action))) for action in acts]
    except NotFound:  # seen a moment ago by this caller, and not among its own deposits
        raise Refused("Seul l'auteur d'un document peut le modifier.", code="not-own-deposit") from None
    if "INVISIBLE_PATIENT" in change.add and document.by_patient:
        raise Refused("Ce document a été ajouté par la personne elle-même.", code="visibility-not-yours")
    for action, grant in grants:
        common: dict[str, Any] = {"document_id": document.id, "at": now, "expected_version": document.version}
        if action is Action.SET_VISIBILITY:
            hides = "INVISIBLE_PATIENT" in change.add
            document = actions.set_visibility(
                grant, add=change.add, remove=change.remove,
                announce_on=(now + ANNOUNCED_WITHIN).date() if hides else document.announce_on, **common,
            )  # fmt: skip
        elif action is Action.ARCHIVE:
            document = actions.archive(grant, archived=bool(change.archived), **common)
        else:
            document = actions.withdraw(grant, **common)
    return shown(mapping.shown(document, None), document)
