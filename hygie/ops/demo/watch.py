"""What Amina's watch and scales say: resting heart rate each week, weight each month, as a FHIR Bundle.

The heart is slow before the treatment, quick while the dose is a little strong, and settles: the story told by the TSH
of `stories.thyroid`. Invented; two people never have the same noise.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, Final

from hygie.formats.fhir import systems
from hygie.ops.demo.days import Calendar, dice

_UCUM: Final = "http://unitsofmeasure.org"
# Days before today -> beats a minute, kilograms. Between two of them, a straight line.
_PULSE: Final = (
    (1110, 51.0),
    (1076, 51.5),
    (1008, 55.0),
    (930, 60.0),
    (748, 57.0),
    (684, 63.0),
    (560, 71.0),
    (500, 76.0),
    (438, 66.0),
    (0, 63.0),
)
_WEIGHT: Final = ((1110, 66.0), (1008, 65.0), (800, 62.5), (500, 60.5), (380, 62.0), (0, 62.0))


def measures(owner: str, calendar: Calendar) -> bytes:
    """The file she downloads from her watch's application."""
    throw = dice(owner, "watch")
    pulse = [
        _observation(
            "40443-4",
            "Fréquence cardiaque au repos",
            round(_at(_PULSE, days) + throw.gauss(0, 1.3)),
            "/min",
            calendar,
            days,
        )
        for days in range(1108, 4, -7)
    ]
    weight = [
        _observation("29463-7", "Poids", round(_at(_WEIGHT, days) + throw.gauss(0, 0.4), 1), "kg", calendar, days)
        for days in range(1100, 4, -30)
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in (*pulse, *weight)]}
    return json.dumps(bundle, ensure_ascii=False).encode()


def _at(curve: tuple[tuple[int, float], ...], days: int) -> float:
    for (before, first), (after, second) in pairwise(curve):
        if before >= days >= after:
            return first + (second - first) * (before - days) / (before - after)
    return curve[-1][1]


def _observation(code: str, label: str, value: float, unit: str, calendar: Calendar, days: int) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [
            {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}
                ]
            }
        ],
        "code": {"coding": [{"system": systems.LOINC, "code": code, "display": label}], "text": label},
        "effectiveDateTime": calendar.any_day(days, 7).date().isoformat(),
        "valueQuantity": {"value": value, "unit": unit, "system": _UCUM, "code": unit},
        "device": {"display": "Montre connectée" if code == "40443-4" else "Balance connectée"},
    }
