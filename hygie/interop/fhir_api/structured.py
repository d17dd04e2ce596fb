"""The entries of one record, as FHIR resources: read one, search, `$everything`, `$summary`; and whose record it is (Patient).

Each question opens the record first, and shows what the grant covers. An entry says of itself which document it was
read from (`meta.source`), and, as long as nobody confirmed what was read from a scan, that it waits for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from hygie.access.queries import identity as identity_of
from hygie.access.types import Action, Channel, Grant
from hygie.base.errors import NotFound, Refused
from hygie.formats import analytes, measures
from hygie.formats.fhir import building, bundle, inside, instants, ips, systems
from hygie.formats.fhir.scopes import OBSERVATION_CATEGORY
from hygie.interop.fhir_api import mapping, negotiation, paging
from hygie.interop.fhir_api.answers import Answer, resource
from hygie.interop.fhir_api.callers import Caller
from hygie.interop.fhir_api.deposit import base
from hygie.interop.fhir_api.reading import Parameters, open_for
from hygie.people import queries as people
from hygie.people.types import Identity, Kind
from hygie.record import queries as record
from hygie.record.types import Item, State

STATES: Final = "https://hygie.example/fhir/CodeSystem/entry-state"
_WORDS: Final = {
    State.SUGGESTED: "Lu sur un texte ou une image, attend d'être vérifié",
    State.CHECKED: "Lu sur un texte, recoupé",
    State.CONFIRMED: "Vérifié par une personne",
    State.OWN: "Dit par la personne",
    State.STATED: "Dit par la source",
    State.REJECTED: "Mal lu",
}
_NO_SUBJECT: Final = {"Immunization": "patient", "AllergyIntolerance": "patient", "FamilyMemberHistory": "patient",
                      "Device": "patient", "NutritionOrder": "patient", "Consent": "patient"}  # fmt: skip
LABORATORY: Final = "11502-2"  # LOINC: laboratory report
PAGE: Final = 200  # resources of a page of $everything


def read(who: Caller, *, kind: str, fhir_id: str, headers: Mapping[str, str], now: datetime, request_id: str) -> Answer:
    """One entry of a record."""
    reach = who.needs(kind, "r")
    negotiation.wants_json(headers)
    patient_id, entry_id = mapping.ids_of(fhir_id)
    grant = open_for(who, patient_id, Action.LIST, now=now, request_id=request_id, channel=Channel.VIEW)
    try:
        item = record.entry(grant, entry_id=entry_id)
    except NotFound:
        raise mapping.nothing_here() from None
    found = shown(item, patient_id)
    if item.kind != kind or not reach.sees(found):
        raise mapping.nothing_here()
    return resource(200, found)


def search(
    who: Caller, *, kind: str, parameters: Parameters, headers: Mapping[str, str], now: datetime, request_id: str
) -> Answer:
    """A page of entries of one kind, the newest first."""
    reach = who.needs(kind, "s")
    wished = dict(parameters)
    negotiation.wants_json(headers, wished.get("_format"))
    after = None
    if "page" in wished:
        parameters, after = paging.opened(who.actor, resource=kind, token=wished["page"], now=now)
    asked = inside.parse(parameters, kind=kind)
    patient_id = _patient(who, asked.patient)
    grant = open_for(who, patient_id, Action.LIST, now=now, request_id=request_id)
    found = []
    for item in record.entries(grant, kinds=(kind,)):
        one = shown(item, patient_id)
        if reach.sees(one) and asked.matches(one, item.received):
            found.append(one)
    return _page(who, kind, found, parameters, after, asked.count, now, f"{base()}/{kind}")


def everything(
    who: Caller, *, fhir_id: str, parameters: Parameters, headers: Mapping[str, str], now: datetime, request_id: str
) -> Answer:
    """`Patient/[id]/$everything`: the Patient, every reference to a document, every entry, page after page."""
    who.needs("*", "r")
    negotiation.wants_json(headers)
    after = None
    if "page" in dict(parameters):
        _, after = paging.opened(who.actor, resource=f"everything/{fhir_id}", token=dict(parameters)["page"], now=now)
    patient_id = _patient(who, fhir_id)
    grant = open_for(who, patient_id, Action.LIST, now=now, request_id=request_id)
    found = [patient_of(_identity(grant), patient_id)]
    found += [mapping.shown(document, None) for document in record.documents(grant)]
    found += [shown(item, patient_id) for item in record.entries(grant)]
    where = f"everything/{fhir_id}"
    return _page(who, where, found, (), after, PAGE, now, f"{base()}/Patient/{fhir_id}/$everything")


def summary(
    who: Caller, *, fhir_id: str, parameters: Parameters, headers: Mapping[str, str], now: datetime, request_id: str
) -> Answer:  # fmt: skip
    """`Patient/[id]/$summary`: the living summary as one document Bundle (IPS), made of what the grant covers."""
    who.needs("*", "r")
    negotiation.wants_json(headers, dict(parameters).get("_format"))
    patient_id = _patient(who, fhir_id)
    grant = open_for(who, patient_id, Action.LIST, now=now, request_id=request_id)
    return resource(200, ips.document(record.synopsis(grant)))


def patient(who: Caller, *, fhir_id: str, headers: Mapping[str, str], now: datetime, request_id: str) -> Answer:
    """Whose record it is: her names, birth date, sex, and matricule, under the rule that decides on identities."""
    who.needs("Patient", "r")
    negotiation.wants_json(headers)
    patient_id = _patient(who, fhir_id)
    grant = open_for(who, patient_id, Action.LIST, now=now, request_id=request_id, channel=Channel.VIEW)
    return resource(200, patient_of(_identity(grant), patient_id))


def practitioner(who: Caller, *, fhir_id: str, headers: Mapping[str, str]) -> Answer:
    """The professional behind this very token (`fhirUser`), and no other."""
    who.needs("Practitioner", "r")
    negotiation.wants_json(headers)
    if who.actor.kind is not Kind.PROFESSIONAL or str(who.actor.id) != fhir_id:
        raise mapping.nothing_here()
    one = people.professional(who.actor.id)
    return resource(200, {
        "resourceType": "Practitioner", "id": fhir_id, "active": True,
        "identifier": [{"system": systems.RPPS, "value": one.rpps}],
        "name": [{"family": one.family, "given": [one.given], "prefix": [one.civility] if one.civility else []}],
    })  # fmt: skip


def patient_of(identity: Identity, patient_id: UUID) -> dict[str, Any]:
    """A Patient of this server. Without a qualified matricule, without one at all."""
    made = building.patient(mapping.subject_of(identity))
    made["id"] = patient_id.hex
    made["identifier"] = [one for one in made.get("identifier", ()) if one.get("value")]
    if not made["identifier"]:
        made["identifier"] = [{"system": systems.URI, "value": f"urn:uuid:{patient_id}"}]
    return made


def shown(item: Item, patient_id: UUID) -> dict[str, Any]:
    """An entry as a resource of this server: about this Patient, from that document, as sure as it is."""
    made = dict(item.resource)
    made["id"] = mapping.fhir_id(patient_id, item.id)
    meta: dict[str, Any] = {
        "lastUpdated": instants.written(item.received),
        "tag": [{"system": STATES, "code": str(item.state), "display": _WORDS[item.state]}],
    }
    if item.source is not None:
        meta["source"] = f"{base()}/DocumentReference/{mapping.fhir_id(patient_id, item.source.document_id)}"
    made["meta"] = meta
    if item.kind == "Observation" and (category := _category(item)) is not None:
        made["category"] = [
            *(made.get("category") or ()),
            {"coding": [{"system": OBSERVATION_CATEGORY, "code": category}]},
        ]
    made[_NO_SUBJECT.get(item.kind, "subject")] = {"reference": f"Patient/{patient_id.hex}"}
    if item.state is State.SUGGESTED and item.kind == "Observation":
        made["status"] = "preliminary"
    return made


def _category(item: Item) -> str | None:
    """Where an observation belongs when its source files it nowhere: a measure by its code, else by its document.

    HL7 v2 and HPRIM have no such word; a scope for laboratory results alone must still find theirs.
    """
    said = [one for concept in item.resource.get("category") or () for one in concept.get("coding") or ()]
    if any(one.get("system") == OBSERVATION_CATEGORY for one in said):
        return None
    loinc = {one.get("code") for one in (item.resource.get("code") or {}).get("coding") or ()}
    if loinc & measures.BY_LOINC.keys():
        return "vital-signs"
    if loinc & analytes.BY_LOINC.keys() or (item.source is not None and item.source.type_code == LABORATORY):
        return "laboratory"
    return None


def _patient(who: Caller, named: str | None) -> UUID:
    """The space that is asked for: the token's own when it has one, and then no other."""
    own = who.bearer.patient_id
    if named is None:
        if own is None:
            raise Refused("Il manque la personne : patient.", code="search-no-patient")
        return own
    try:
        return UUID(named)
    except ValueError:
        raise mapping.nothing_here() from None


def _identity(grant: Grant) -> Identity:
    return identity_of(grant)


def _page(
    who: Caller, where: str, found: list[dict[str, Any]], parameters: Parameters, after: str | None, count: int,
    now: datetime, self_url: str,
) -> Answer:  # fmt: skip
    start = next((number + 1 for number, one in enumerate(found) if one["id"] == after), 0) if after else 0
    page = found[start : start + count]
    next_url = None
    if start + count < len(found):
        sealed = paging.token(who.actor, resource=where, parameters=parameters, after=page[-1]["id"], now=now)
        next_url = f"{self_url}?page={sealed}"
    return resource(200, bundle.searchset(page, base=base(), total=len(found), self_url=self_url, next_url=next_url))
