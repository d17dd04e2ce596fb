"""Files that say something of somebody's health, for the tests of her pages. All invented."""

from __future__ import annotations

import json
from typing import Any

from hygie.access.types import Action
from hygie.record.types import Document
from hygie.tests.world import Person, World, a_report, deposited, read_by_machine

LOINC = "http://loinc.org"


def observation(code: str, label: str, value: float | str, unit: str, day: str, **more: Any) -> dict[str, Any]:
    """low, high: the interval; ucum: the code of the unit; by: who measured."""
    made: dict[str, Any] = {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": day,
        "code": {"coding": [{"system": LOINC, "code": code, "display": label}], "text": label},
    }  # fmt: skip
    if isinstance(value, str):
        made["valueString"] = value
    else:
        made["valueQuantity"] = {"value": value, "unit": unit}
        if "ucum" in more:
            made["valueQuantity"] |= {"code": more["ucum"], "system": "http://unitsofmeasure.org"}
    bounds = {side: {"value": more[side], "unit": unit} for side in ("low", "high") if side in more}
    if bounds:
        made["referenceRange"] = [bounds]
    if "by" in more:
        made["performer"] = [{"display": more["by"]}]
    return made


def prescription(name: str, dosage: str, day: str, *, by: str = "Dr Diallo") -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order", "authoredOn": day,
        "medicationCodeableConcept": {"text": name}, "requester": {"display": by}, "subject": {"display": "la personne"},
        "dosageInstruction": [{"text": dosage}],
    }  # fmt: skip


def stay(first: str, last: str) -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    return {
        "resourceType": "Encounter", "status": "finished", "class": {"system": system, "code": "IMP"},
        "period": {"start": first, "end": last},
    }  # fmt: skip


def filed(world: World, person: Person, *resources: dict[str, Any], title: str = "Analyse de sang") -> Document:
    """A document of Labo Seine that says so, read by the machine."""
    from hygie.record import queries

    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    report = a_report(title, content=json.dumps(bundle).encode(), media_type="application/fhir+json")
    receipt = deposited(world.labo_seine, person, report)
    read_by_machine(person, receipt)
    return queries.document(person.opens(Action.LIST), document_id=receipt.id)


TSH = (("2025-03-02", 6.8), ("2025-06-10", 4.3), ("2025-10-01", 0.2), ("2026-03-12", 2.1))


def thyroid(world: World, person: Person) -> list[Document]:
    """The story of N1: TSH, doses of levothyroxine, resting heart rate of a watch, a stay in hospital."""
    found = [
        filed(
            world,
            person,
            observation("3016-3", "TSH", value, "mUI/L", day, low=0.4, high=4.0, by="Labo Seine"),
            title=f"Bilan du {day}",
        )
        for day, value in TSH
    ]
    doses = (("2025-03-10", 50), ("2025-06-15", 100), ("2025-10-05", 75))
    found.append(
        filed(
            world, person,
            *(prescription(f"LEVOTHYROX {dose} microgrammes, comprimé", "1 comprimé le matin pendant 12 mois", day) for day, dose in doses),
            title="Ordonnances",
        )
    )  # fmt: skip
    pulse = ((3, 52), (5, 55), (7, 61), (9, 66), (11, 63), (12, 62))
    found.append(
        filed(
            world, person,
            *(observation("40443-4", "Fréquence cardiaque au repos", beats, "/min", f"2025-{month:02d}-05", ucum="/min") for month, beats in pulse),
            stay("2025-09-20", "2025-09-28"), title="Mesures de la montre",
        )
    )  # fmt: skip
    return found
