"""What people say: of a suggestion (yes, no, rather this), and the person of herself. Never of a professional's entry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg

from hygie.access.actions import inside
from hygie.access.types import Action, Grant
from hygie.base import sealing
from hygie.base.errors import Conflict, HygieError, Invalid, NotFound, Refused
from hygie.base.ids import uuid7
from hygie.formats import concepts
from hygie.formats.entries import ABSENT
from hygie.formats.fhir import entry as incoming
from hygie.formats.fhir.instants import PARIS
from hygie.people.types import Kind
from hygie.record import carrying, entries
from hygie.record.entries import Statement
from hygie.record.types import Item, State

OWN_KINDS: Final = frozenset({
    "AllergyIntolerance", "Condition", "DeviceUseStatement", "FamilyMemberHistory", "Goal", "Immunization",
    "MedicationStatement", "Observation", "Procedure",
})  # fmt: skip

# Section -> kind, code of the absence (HL7 IPS 2.0, CodeSystem absent-unknown-uv-ips), and how it is said.
NONE_KNOWN: Final[dict[str, tuple[str, str, str]]] = {
    "allergies": ("AllergyIntolerance", "no-known-allergies", "Aucune allergie connue"),
    "treatments": ("MedicationStatement", "no-known-medications", "Aucun traitement en cours"),
    "problems": ("Condition", "no-known-problems", "Aucun problème de santé connu"),
    "vaccines": ("Immunization", "no-known-immunizations", "Aucun vaccin connu"),
    "procedures": ("Procedure", "no-known-procedures", "Aucune opération connue"),
    "devices": ("DeviceUseStatement", "no-known-devices", "Aucun dispositif médical connu"),
}

_GONE = "Cette information n’est plus ici."


def settle(grant: Grant, *, entry_id: UUID, accepted: bool, corrected: dict[str, Any] | None, at: datetime) -> Item:
    item = _to_settle(grant, entry_id)
    if corrected is not None:
        if not accepted:
            raise Invalid("Une correction est une réponse : elle est acceptée.", code="rejected-and-corrected")
        incoming.check(corrected, kinds=frozenset({item.kind}))
    assert item.source is not None
    with inside(grant) as sql:
        _same_hand(grant, _one(sql, grant, entry_id))
        _write(
            sql, grant, entry_id, "settled", State.CONFIRMED if accepted else State.REJECTED, at,
            resource=(corrected or item.resource) if accepted else None, document_id=item.source.document_id,
        )  # fmt: skip
    return entries.one(grant, entry_id)


def unsettle(grant: Grant, *, entry_id: UUID) -> Item:
    _to_settle(grant, entry_id)
    with inside(grant) as sql:
        _same_hand(grant, _one(sql, grant, entry_id))
        sql.execute(
            "DELETE FROM record_statement WHERE patient_id = %b AND id = %b AND kind = 'settled'",
            [grant.patient_id, entry_id],
        )
    return entries.one(grant, entry_id)


def _to_settle(grant: Grant, entry_id: UUID) -> Item:
    """The entry, if the grant is for its very document and there is something to settle."""
    if grant.action is not Action.SETTLE:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    item = entries.one(grant, entry_id)
    if item.source is None or item.source.document_id != grant.object_id:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")
    if item.state not in (State.SUGGESTED, State.CONFIRMED, State.REJECTED):
        raise Conflict("Cette information est déjà sûre : il n’y a rien à vérifier.", code="nothing-to-settle")
    return item


def _same_hand(grant: Grant, known: Statement | None) -> None:
    """What a professional settled, the person leaves; a professional may look again at anything."""
    if known is not None and known.by_kind == Kind.PROFESSIONAL and grant.actor.kind is Kind.PERSON:
        raise Refused("Un professionnel a déjà vérifié cette information.", code="settled-by-professional")


def add(grant: Grant, *, resource: dict[str, Any], at: datetime) -> Item:
    _hers(grant)
    incoming.check(resource, kinds=OWN_KINDS)
    statement_id = uuid7()
    with inside(grant) as sql:
        for one in _own(sql, grant, str(resource["resourceType"])):
            if is_absence(one.resource):  # she knows of one now
                _withdraw(sql, grant, one.id, at)
        _write(sql, grant, statement_id, "own", State.OWN, at, resource=resource)
    return entries.one_own(grant, statement_id)


def add_again(grant: Grant, *, resources: Iterable[dict[str, Any]], at: datetime) -> tuple[int, int]:
    _hers(grant)
    with inside(grant) as sql:
        said = [one.resource for one in entries.statements(sql, grant) if one.kind == "own" and one.state is State.OWN]
    known = [one for one in said if one is not None]
    kept = refused = 0
    for resource in carrying.fresh(resources, known):
        if is_absence(resource) and any(one["resourceType"] == resource.get("resourceType") for one in known):
            continue  # she knows of one here: « none known » was true elsewhere
        try:
            incoming.check(resource, kinds=OWN_KINDS)
        except HygieError:
            refused += 1
            continue
        with inside(grant) as sql:
            _write(sql, grant, uuid7(), "own", State.OWN, at, resource=resource)
        kept += 1
    return kept, refused


def correct(grant: Grant, *, entry_id: UUID, resource: dict[str, Any], at: datetime) -> Item:
    _hers(grant)
    with inside(grant) as sql:
        known = _her_own(sql, grant, entry_id, State.OWN)
        assert known.resource is not None
        incoming.check(resource, kinds=frozenset({str(known.resource["resourceType"])}))
        _write(sql, grant, entry_id, "own", State.OWN, at, resource=resource)
    return entries.one_own(grant, entry_id)


def withdraw(grant: Grant, *, entry_id: UUID, at: datetime) -> None:
    _hers(grant)
    with inside(grant) as sql:
        _her_own(sql, grant, entry_id, State.OWN)
        _withdraw(sql, grant, entry_id, at)


def restore(grant: Grant, *, entry_id: UUID, at: datetime) -> Item:
    _hers(grant)
    with inside(grant) as sql:
        _her_own(sql, grant, entry_id, None)
        sql.execute(
            "UPDATE record_statement SET state = 'own', updated = %b WHERE patient_id = %b AND id = %b",
            [at, grant.patient_id, entry_id],
        )
    return entries.one_own(grant, entry_id)


def none_known(grant: Grant, *, section: str, at: datetime) -> Item:
    _hers(grant)
    if grant.tie is not None and grant.tie.protected:  # by whoever is shown nothing, it would mislead the next doctor
        raise Refused(
            "Une partie de cet espace vous est fermée : vous ne pouvez pas dire ici qu’il n’y a rien.",
            code="none-unseen",
        )
    if section not in NONE_KNOWN:
        raise Invalid("Cette rubrique n’existe pas.", code="unknown-section", at="section")
    kind, code, said = NONE_KNOWN[section]
    resource = _absence(kind, code, said, at)
    statement_id = uuid7()
    with inside(grant) as sql:
        for one in _own(sql, grant, kind):
            if not is_absence(one.resource):
                raise Conflict("Vous avez noté quelque chose ici : retirez-le d’abord.", code="something-known")
            statement_id = one.id  # said again: the date is today's
        _write(sql, grant, statement_id, "own", State.OWN, at, resource=resource)
    return entries.one_own(grant, statement_id)


def is_absence(resource: dict[str, Any] | None) -> bool:
    """Whether this says that nothing is known, rather than something."""
    return resource is not None and concepts.is_absence(resource)


def _absence(kind: str, code: str, said: str, at: datetime) -> dict[str, Any]:
    concept = {"coding": [{"system": ABSENT, "code": code, "display": said}], "text": said}
    day = at.astimezone(PARIS).date().isoformat()
    made: dict[str, dict[str, Any]] = {
        "AllergyIntolerance": {"code": concept, "recordedDate": day},
        "Condition": {"code": concept, "recordedDate": day},
        "MedicationStatement": {"status": "unknown", "medicationCodeableConcept": concept, "dateAsserted": day},
        "Immunization": {"status": "not-done", "vaccineCode": concept, "occurrenceDateTime": day, "recorded": day},
        "Procedure": {"status": "unknown", "code": concept},
        "DeviceUseStatement": {
            "status": "completed",
            "contained": [{"resourceType": "Device", "id": "device", "type": concept}],
            "device": {"reference": "#device", "display": said},
            "recordedOn": day,
        },
    }
    return made[kind] | {"resourceType": kind}


def _hers(grant: Grant) -> None:
    if grant.action is not Action.DECLARE or grant.actor.kind is not Kind.PERSON:
        raise Refused("Cet accès ne permet pas ce geste.", code="grant-for-another-act")


def _one(sql: psycopg.Cursor[Any], grant: Grant, statement_id: UUID) -> Statement | None:
    found = entries.statements(sql, grant, one=statement_id)
    return found[0] if found else None


def _own(sql: psycopg.Cursor[Any], grant: Grant, kind: str) -> list[Statement]:
    """What she says today, of one kind."""
    return [
        one for one in entries.statements(sql, grant)
        if one.kind == "own" and one.state is State.OWN and one.resource and one.resource["resourceType"] == kind
    ]  # fmt: skip


def _her_own(sql: psycopg.Cursor[Any], grant: Grant, statement_id: UUID, state: State | None) -> Statement:
    found = _one(sql, grant, statement_id)
    if found is None or found.kind != "own" or found.state is not state:
        raise NotFound(_GONE, code="no-such-statement")
    return found


def _withdraw(sql: psycopg.Cursor[Any], grant: Grant, statement_id: UUID, at: datetime) -> None:
    sql.execute(
        "UPDATE record_statement SET state = 'withdrawn', updated = %b WHERE patient_id = %b AND id = %b",
        [at, grant.patient_id, statement_id],
    )


def _write(
    sql: psycopg.Cursor[Any], grant: Grant, statement_id: UUID, kind: str, state: State, at: datetime, *,
    resource: dict[str, Any] | None, document_id: UUID | None = None,
) -> None:  # fmt: skip
    assert grant.keyring is not None
    actor = grant.actor
    told: dict[str, Any] = {"resource": resource, "by": actor.name, "kind": str(actor.kind), "id": str(actor.id)}
    if grant.tie is not None:
        told["for"] = str(grant.tie.kind)
    body = sealing.seal(grant.keyring.index_key(), orjson.dumps(told), entries.place(grant, statement_id))
    sql.execute(
        """INSERT INTO record_statement (patient_id, id, kind, state, document_id, received, updated, body)
           VALUES (%(patient)b, %(id)b, %(kind)b, %(state)b, %(document)b, %(at)b, %(at)b, %(body)b)
           ON CONFLICT (patient_id, id) DO UPDATE SET state = excluded.state, updated = excluded.updated,
             body = excluded.body""",
        {
            "patient": grant.patient_id, "id": statement_id, "kind": kind, "state": str(state), "document": document_id,
            "at": at, "body": body,
        },
    )  # fmt: skip
