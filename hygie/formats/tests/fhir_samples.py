"""Our own FHIR messages about Amina, by Labo Seine: everything the official examples cover, and what they lack."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pybase64

from hygie.formats.fhir import building, systems
from hygie.formats.fhir.types import Author, Code, Entry, Subject

CONTENT = b"%PDF-1.4 compte rendu de biologie d'Amina\n" * 40
AMINA = Subject(
    matricule="279035121518989", oid="1.2.250.1.213.1.4.10", birth_family="BENALI", given_names=("AMINA", "LEILA"),
    birth_date="1979-03-28", sex="female", birth_place="51215", used_family="BENALI-ROY", used_given="AMINA",
)  # fmt: skip
ENTRY = Entry(
    unique_id="urn:oid:1.2.250.1.999.1.7.42",
    entry_uuid="urn:uuid:0191d1de-0000-7000-8000-000000000042",
    type=Code("11502-2", systems.LOINC, "Compte rendu d'examens biologiques"),
    category=Code("10", systems.CLASS, "Compte rendu"),
    subject=AMINA,
    created=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    media_type="application/pdf",
    title="Bilan sanguin du 2 mars 2026",
    authors=(Author("Dr Fanta Seck", "10101201234", "10", "SM03", "Labo Seine"),),
    custodian="Labo Seine",
    size=len(CONTENT),
    sha1=hashlib.sha1(CONTENT).digest(),
    format_code=Code("urn:ihe:iti:xds-sd:pdf:2008", "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode"),
    facility_type=Code("SA25", "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite"),
    practice_setting=Code("AMBULATOIRE", "https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice"),
    service_start=datetime(2026, 3, 1, 7, 15, tzinfo=UTC),
    service_stop=datetime(2026, 3, 1, 7, 30, tzinfo=UTC),
    description="Contrôle annuel",
)  # fmt: skip
Resource = dict[str, Any]


def entry_for(content: bytes = CONTENT, **changes: Any) -> Entry:
    """Amina's entry, for other bytes or with other values."""
    return replace(ENTRY, size=len(content), sha1=hashlib.sha1(content).digest(), **changes)


def reference(entry: Entry = ENTRY, content: bytes | None = CONTENT) -> Resource:
    """A DocumentReference that carries its document (ITI-105)."""
    doc = building.build(entry)
    if content is not None:
        doc["content"][0]["attachment"]["data"] = pybase64.b64encode(content).decode()
    return doc


def provide(
    *pairs: tuple[Entry, bytes], extra: tuple[Resource, ...] = (), set_id: str = "urn:oid:1.2.250.1.999.2.1"
) -> Resource:
    """A transaction Bundle (ITI-65) of some documents."""
    items, documents, binaries = [], [], []
    for number, (entry, content) in enumerate(pairs):
        doc_url = f"urn:uuid:aaaaaaaa-0000-4000-8000-{number:012d}"
        binary_url = f"urn:uuid:bbbbbbbb-0000-4000-8000-{number:012d}"
        doc = reference(entry, None)
        doc["content"][0]["attachment"]["url"] = binary_url
        items.append({"item": {"reference": doc_url}})
        documents.append(
            {"fullUrl": doc_url, "resource": doc, "request": {"method": "POST", "url": "DocumentReference"}}
        )
        binary = {
            "resourceType": "Binary",
            "contentType": entry.media_type,
            "data": pybase64.b64encode(content).decode(),
        }
        binaries.append({"fullUrl": binary_url, "resource": binary, "request": {"method": "POST", "url": "Binary"}})
    submission = {
        "resourceType": "List", "status": "current", "mode": "working",
        "extension": [
            {"url": systems.DESIGNATION, "valueCodeableConcept": {"coding": [{"code": "07"}]}},
            {"url": systems.SOURCE_ID, "valueIdentifier": {"system": systems.URI, "value": "urn:oid:1.2.250.1.999"}},
        ],
        "identifier": [{"use": "usual", "system": systems.URI, "value": set_id}],
        "code": {"coding": [{"system": systems.LIST_TYPES, "code": "submissionset"}]},
        "subject": {"reference": f"Patient?identifier=urn:oid:{AMINA.oid}|{AMINA.matricule}"},
        "date": "2026-03-02T10:00:00+01:00", "source": {"display": "Labo Seine"}, "entry": items,
    }  # fmt: skip
    first = {"fullUrl": "urn:uuid:cccccccc-0000-4000-8000-000000000000", "resource": submission,
             "request": {"method": "POST", "url": "List"}}  # fmt: skip
    return {"resourceType": "Bundle", "type": "transaction", "entry": [first, *documents, *extra, *binaries]}


def superseding(url: str, value: str = "superseded") -> Resource:
    """The PATCH entry that goes with a replacement."""
    parts = [
        {"name": "path", "valueString": "DocumentReference.status"},
        {"name": "type", "valueCode": "replace"},
        {"name": "value", "valueCode": value},
    ]
    return {
        "fullUrl": "urn:uuid:dddddddd-0000-4000-8000-000000000000",
        "resource": {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]},
        "request": {"method": "PATCH", "url": url},
    }


def raw(resource: Any) -> bytes:
    return orjson.dumps(resource)
