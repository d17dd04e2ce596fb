"""A record of so many documents and entries, and what asking for its entries costs inside the server."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hygie.base import collector
from hygie.formats.entries import AS_PRINTED, Entry, Found
from hygie.ops.bench import ground
from hygie.ops.bench.timing import timed

_ANALYTES = (
    ("3016-3", "TSH", "mUI/L", "m[IU]/L", 0.4, 4.0), ("14749-6", "Glucose", "mmol/L", "mmol/L", 3.9, 5.8),
    ("4548-4", "Hémoglobine A1c", "%", "%", 4.0, 6.0), ("2276-4", "Ferritine", "µg/L", "ug/L", 15, 150),
    ("14682-9", "Créatinine", "µmol/L", "umol/L", 45, 84), ("2951-2", "Sodium", "mmol/L", "mmol/L", 136, 145),
    ("2823-3", "Potassium", "mmol/L", "mmol/L", 3.5, 5.1), ("718-7", "Hémoglobine", "g/dL", "g/dL", 12, 16),
    ("777-3", "Plaquettes", "G/L", "10*9/L", 150, 400), ("1988-5", "CRP", "mg/L", "mg/L", 0, 5),
)  # fmt: skip


def result(draw: random.Random, day: date) -> dict[str, Any]:
    """One laboratory result, as our readers give it."""
    code, name, unit, ucum, low, high = draw.choice(_ANALYTES)
    value = round(draw.uniform(low * 0.7, high * 1.3), 2)
    return {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": f"{day}T08:10:00+02:00",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": name}], "text": name.upper()},
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": ucum},
        "referenceRange": [{
            "low": {"value": low, "unit": unit}, "high": {"value": high, "unit": unit}, "text": f"{low} - {high}"}],
        "performer": [{"display": "Labo Seine"}],
        "extension": [{"url": AS_PRINTED, "valueString": f"{value} {unit}".replace(".", ",")}],
    }  # fmt: skip


def fill(patient_id: UUID, documents: list[UUID], entries: int, *, lay: bool = True) -> None:
    """Each of these filed documents read, with its share of so many results."""
    from hygie.record import extracting, laying

    draw, today = random.Random(7), date.today()  # noqa: DTZ011 (a day to draw days from)
    grant = extracting._open(patient_id, None)
    for number, document_id in enumerate(documents):
        share = entries * (number + 1) // len(documents) - entries * number // len(documents)
        day = today - timedelta(days=draw.randrange(3650))
        found = tuple(Entry(result(draw, day), f"component[2]/section[1]/entry[{n}]") for n in range(share))
        text = " ".join(f"{one.resource['code']['text']} {one.resource['valueQuantity']['value']}" for one in found)
        extracting.keep(grant, document_id, Found("cda", "1", found, (), text), media="text/xml")
    if lay:
        laying.lay_if_worth_it(grant, loose=1)


def growth(person: ground.Someone, documents: list[UUID], *, times: int) -> dict[str, Any]:
    """The same questions while the entries of these documents grow from 10 to 20,000."""
    told = {}
    for count in (10, 1_000, 10_000, 20_000):
        fill(person.id, documents, count)
        told[f"{count} entries"] = run(person, times=times)
    return told


def run(person: ground.Someone, *, times: int) -> dict[str, Any]:
    """Milliseconds to ask for all the entries, to open their resources too, and for a few. As in a web process, what is
    loaded for good is out of the collector's way (config.wsgi)."""
    from hygie.access import actions as access
    from hygie.access.types import Action, Purpose, Request
    from hygie.record import queries

    grant = access.open_record(
        Request(
            actor=person.actor, patient_id=person.id, purpose=Purpose.SELF, action=Action.LIST, at=datetime.now(UTC)
        )
    )
    collector.settle()
    every = queries.entries(grant)
    return {
        "all": timed(lambda: queries.entries(grant), times=times),
        "all, resources opened": timed(lambda: [one.resource for one in queries.entries(grant)], times=times),
        "one year": timed(
            lambda: queries.entries(grant, since=grant.at.date() - timedelta(days=365)), times=times
        ),
        "the 3 latest of each": timed(lambda: [one.resource for one in queries.entries(grant, latest=3)], times=times),
        "one": timed(lambda: queries.entry(grant, entry_id=every[0].id) if every else None, times=times),
        "texts": timed(lambda: list(queries.texts(grant)), times=times),
    }  # fmt: skip
