"""From results read on paper to FHIR R4 resources, as `hygie.formats.entries` describes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from hygie.formats.entries import AS_PRINTED, Certainty, Entry
from hygie.formats.fhir import systems
from hygie.formats.paper import certainty, names
from hygie.formats.paper.items import number
from hygie.formats.paper.letterhead import Letterhead
from hygie.formats.paper.results import Earlier, Interval, Result
from hygie.formats.paper.units import Printed

UCUM: Final = "http://unitsofmeasure.org"
TRANSLATION: Final = (
    "http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation"  # the same amount in another unit
)
# On a value of an earlier report that a later one recalls: not a result of its own day's report.
RECALLED: Final = "https://hygie.example/fhir/StructureDefinition/recalled-by-a-later-report"
PATIENT_AS_PRINTED: Final = "https://hygie.example/fhir/StructureDefinition/patient-as-printed"
_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
_INTERPRETATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_FLAGS: Final = {"H": ("H", "Élevé"), "B": ("L", "Bas"), "*": ("A", "Signalé par le laboratoire")}
_IFCC_HBA1C: Final = "59261-8"


def entries(results: list[Result], head: Letterhead, *, flags_used: bool) -> list[Entry]:
    """The report itself first, then each result with the earlier values that its row recalls."""
    found: list[Entry] = []
    if not results:
        return found
    found.append(_report(results, head))
    for result in results:
        found += _of(result, head, flags_used)
    return found


def _of(result: Result, head: Letterhead, flags_used: bool) -> list[Entry]:
    if head.reserved and "laboratory has reservations" not in result.doubts:
        result.doubts.append("laboratory has reservations")
    sure, confidence = certainty.judge(result, sex=head.sex, flags_used=flags_used)
    words = "\n".join(row.text.replace("\t", "  ") for row in result.rows)
    made = [Entry(_observation(result, head), _place(result), sure, confidence, words, result.section or None)]
    if result.share is not None:
        share = _share(result, head)
        made.append(
            Entry(share, _place(result), Certainty.SUGGESTED, min(confidence, 0.9), words, result.section or None)
        )
    for earlier in result.earlier:
        if earlier.day is not None and earlier.day.isoformat() != (result.day or "")[:10]:
            resource = _recalled(result, earlier, head)
            made.append(Entry(resource, earlier.row.place, Certainty.SUGGESTED, round(min(confidence, 0.85) * 0.95, 2),
                              earlier.row.text.replace("\t", "  "), result.section or None))  # fmt: skip
    return made


def _place(result: Result) -> str:
    return result.row.place


def _report(results: list[Result], head: Letterhead) -> Entry:
    first = results[0].row
    sections = list(dict.fromkeys(result.section for result in results if result.section))
    resource: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB"}]}],
        "code": {
            "coding": [
                {"system": systems.LOINC, "code": "11502-2", "display": "Compte rendu d'examens de biologie médicale"}
            ],
            "text": head.proposal.title or "Compte rendu de biologie médicale",
        },
    }
    if head.day:
        resource["effectiveDateTime"] = head.day[:10]
    if head.laboratory:
        resource["performer"] = [{"display": head.laboratory}]
    if head.author:
        resource["resultsInterpreter"] = [practitioner(head.author, head.rpps)]
    if head.prescriber:
        resource["basedOn"] = [{"type": "ServiceRequest", "display": f"Prescription : {head.prescriber}"}]
    if sections:
        resource["conclusion"] = "Chapitres : " + ", ".join(sections)
    if head.patient:
        resource["extension"] = [{"url": PATIENT_AS_PRINTED, "valueString": head.patient}]
    return Entry(resource, f"page {first.leaf.number}", Certainty.SUGGESTED, 0.9 if head.sampled else 0.7)


def practitioner(name: str, rpps: str) -> dict[str, Any]:
    """Who, as printed; the national number only when it is printed."""
    return {"display": name} | ({"identifier": {"system": systems.RPPS, "value": rpps}} if rpps else {})


def _observation(result: Result, head: Letterhead) -> dict[str, Any]:
    resource = _base(result, head)
    if result.day:
        resource["effectiveDateTime"] = result.day[:10]
    if result.value is None:
        resource["valueString"] = result.words
    else:
        amount = quantity(result.value.numbers[0], result.unit, result.value.comparator)
        if result.second is not None and certainty.agrees(result) is not False:
            other = quantity(result.second.numbers[0], result.second.unit, result.second.comparator)
            amount["extension"] = [{"url": TRANSLATION, "valueQuantity": other}]
        resource["valueQuantity"] = amount
    if result.flag:
        code, text = _FLAGS[result.flag]
        resource["interpretation"] = [{"coding": [{"system": _INTERPRETATION, "code": code}], "text": text}]
    ranges = _ranges(result, head)
    if ranges:
        resource["referenceRange"] = ranges
    if result.method:
        resource["method"] = {"text": result.method}
    undated = [each.printed for each in result.earlier if each.day is None]
    notes = [f"Valeur antérieure imprimée sans date : {value}" for value in undated]
    if result.second is not None and certainty.agrees(result) is False:
        second = result.second
        notes.append(f"Autre valeur imprimée : {second.numbers[0]} {second.unit.text if second.unit else ''}".strip())
    if head.reserved:
        notes.append("Le compte rendu signale un résultat rendu sous réserve.")
    if notes:
        resource["note"] = [{"text": note} for note in notes]
    return resource


def _base(result: Result, head: Letterhead) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": _CATEGORY, "code": "laboratory"}]}],
        "code": _code(result),
        "extension": [{"url": AS_PRINTED, "valueString": result.printed}],
    }
    if head.laboratory:
        resource["performer"] = [{"display": head.laboratory}]
    return resource


def _code(result: Result) -> dict[str, Any]:
    coded: dict[str, Any] = {"text": result.label}
    analyte = result.analyte
    if analyte is None:
        return coded
    code = analyte.loinc
    unit = result.unit.ucum if result.unit else None
    if unit and unit not in [each.ucum for each in analyte.units]:
        share = names.percent_code(analyte) if unit == "%" else None
        if share is None:
            return coded  # another unit may mean another property: the name alone is kept
        return coded | {"coding": [{"system": systems.LOINC, "code": share, "display": f"{analyte.label} (%)"}]}
    if analyte.id == "hba1c" and unit == "mmol/mol":
        code = _IFCC_HBA1C
    return {"coding": [{"system": systems.LOINC, "code": code, "display": analyte.label}], **coded}


def _share(result: Result, head: Letterhead) -> dict[str, Any]:
    """The percentage printed beside a count of cells."""
    assert result.share is not None and result.analyte is not None
    resource = _base(result, head)
    code = names.percent_code(result.analyte)
    resource["code"] = {"text": f"{result.label} (%)"}
    if code:
        resource["code"]["coding"] = [{"system": systems.LOINC, "code": code, "display": f"{result.analyte.label} (%)"}]
    resource["extension"] = [{"url": AS_PRINTED, "valueString": f"{result.share.numbers[0]} %"}]
    resource["valueQuantity"] = quantity(result.share.numbers[0], result.share.unit, result.share.comparator)
    if result.day:
        resource["effectiveDateTime"] = result.day[:10]
    return resource


def _recalled(result: Result, earlier: Earlier, head: Letterhead) -> dict[str, Any]:
    assert earlier.day is not None
    resource = _base(result, head)
    unit = earlier.unit or result.unit
    resource["effectiveDateTime"] = earlier.day.isoformat()
    resource["valueQuantity"] = quantity(earlier.printed, unit, "")
    resource["extension"] = [
        {"url": AS_PRINTED, "valueString": " ".join(filter(None, (earlier.printed, unit.text if unit else "")))},
        {"url": RECALLED, "valueBoolean": True},
    ]
    resource.pop("performer", None)  # the earlier sample may have been another laboratory's
    return resource


def quantity(printed: str, unit: Printed | None, comparator: str) -> dict[str, Any]:
    """A FHIR quantity; `code` only when the unit is known in UCUM."""
    made: dict[str, Any] = {"value": _json(number(printed))}
    if comparator:
        made["comparator"] = comparator
    if unit is not None:
        made["unit"] = unit.text
        if unit.ucum:
            made |= {"system": UCUM, "code": unit.ucum}
    return made


def _ranges(result: Result, head: Letterhead) -> list[dict[str, Any]]:
    """The interval that applies first, those of the other sex after it, then those of the other unit."""
    own = result.interval(head.sex)
    rest = [each for each in result.intervals if each is not own]
    made = [_range(each, result.unit) for each in ([own] if own else []) + rest]
    unit = result.second.unit if result.second else None
    return made + [_range(each, unit) for each in result.second_intervals]


def _range(interval: Interval, unit: Printed | None) -> dict[str, Any]:
    made: dict[str, Any] = {"text": interval.text}
    if interval.low is not None:
        made["low"] = quantity(interval.low, unit, "")
    if interval.high is not None:
        made["high"] = quantity(interval.high, unit, "")
    if interval.sex:
        made["appliesTo"] = [{"text": {"H": "Homme", "F": "Femme"}[interval.sex]}]
    return made


def _json(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
