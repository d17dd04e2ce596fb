"""Health summaries for tests: one of everything, and generated ones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from hygie.formats.entries import ABSENT, AS_PRINTED
from hygie.formats.fhir.types import Subject
from hygie.formats.synopsis import Piece, Synopsis

Resource = dict[str, Any]
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
SUBJECT = Subject(
    "279035121518989", "1.2.250.1.213.1.4.10", "BENALI", ("AMINA", "LEÏLA"), "1979-03-28", "female", "51215", "MOREL",
    "AMINA",
)  # fmt: skip
WRITTEN = datetime(2026, 8, 1, 8, 30, tzinfo=UTC)
TSH: Resource = {
    "resourceType": "Observation", "status": "final",
    "category": [{"coding": [{"system": CATEGORY, "code": "laboratory"}], "text": "Biologie"}],
    "code": {"coding": [{"system": LOINC, "code": "3016-3", "display": "TSH"}], "text": "TSH"},
    "effectiveDateTime": "2026-07-30T06:15:00+02:00", "performer": [{"display": "Labo Seine"}],
    "valueQuantity": {"value": 2.1, "unit": "mUI/L", "system": "http://unitsofmeasure.org", "code": "m[IU]/L"},
    "extension": [{"url": AS_PRINTED, "valueString": "2,1 mUI/L"}],
    "referenceRange": [{"low": {"value": 0.4, "unit": "mUI/L"}, "high": {"value": 4.0, "unit": "mUI/L"}, "text": "0,4 - 4,0"}],
}  # fmt: skip
WEIGHT: Resource = {
    "resourceType": "Observation", "status": "final", "code": {"coding": [{"system": LOINC, "code": "29463-7"}], "text": "Poids"},
    "effectiveDateTime": "2026-07-02", "valueQuantity": {"value": 63, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
}  # fmt: skip
PROBLEM: Resource = {
    "resourceType": "Condition", "clinicalStatus": {"coding": [{"system": CLINICAL, "code": "active"}], "text": "Actif"},
    "code": {"coding": [{"system": SNOMED, "code": "40930008", "display": "Hypothyroïdie"}], "text": "Hypothyroïdie"},
    "onsetDateTime": "2019-05",
}  # fmt: skip
PAST: Resource = {
    "resourceType": "Condition", "clinicalStatus": {"coding": [{"system": CLINICAL, "code": "resolved"}], "text": "Résolu"},
    "code": {"text": "Appendicite"}, "onsetDateTime": "1994", "abatementDateTime": "1994",
}  # fmt: skip
ALLERGY: Resource = {
    "resourceType": "AllergyIntolerance", "criticality": "high", "code": {"text": "Pénicilline <V>"},
    "reaction": [{"manifestation": [{"text": "Œdème de Quincke"}], "severity": "severe"}], "recordedDate": "2020-02-11",
}  # fmt: skip
TREATMENT: Resource = {
    "resourceType": "MedicationStatement", "status": "active",
    "medicationCodeableConcept": {
        "coding": [{"system": "http://www.whocc.no/atc", "code": "H03AA01", "display": "lévothyroxine sodique"}],
        "text": "LEVOTHYROX 75 µg",
    },
    "effectivePeriod": {"start": "2025-10-05"}, "dosage": [{"text": "1 comprimé le matin à jeun"}],
}  # fmt: skip
OPERATION: Resource = {
    "resourceType": "Procedure", "status": "completed", "code": {"text": "Appendicectomie"}, "performedDateTime": "1994-06-02",
}  # fmt: skip
DEVICE: Resource = {
    "resourceType": "DeviceUseStatement", "status": "active",
    "contained": [{"resourceType": "Device", "id": "device", "type": {"text": "Prothèse de hanche"}}],
    "device": {"reference": "#device", "display": "Prothèse de hanche"}, "timingDateTime": "2021-01-15",
}  # fmt: skip
VACCINE: Resource = {
    "resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "REPEVAX"},
    "occurrenceDateTime": "2024-11-08", "lotNumber": "W2C10", "protocolApplied": [{"doseNumberPositiveInt": 4}],
}  # fmt: skip
FAMILY: Resource = {
    "resourceType": "FamilyMemberHistory", "status": "completed", "relationship": {"text": "Mère"},
    "condition": [{"code": {"text": "Diabète de type 2"}}],
}  # fmt: skip
NO_ALLERGY: Resource = {
    "resourceType": "AllergyIntolerance", "recordedDate": "2026-06-01",
    "code": {"coding": [{"system": ABSENT, "code": "no-known-allergies", "display": "Aucune allergie connue"}],
             "text": "Aucune allergie connue"},
}  # fmt: skip
EVERYTHING = (PROBLEM, ALLERGY, TREATMENT, OPERATION, DEVICE, PAST, FAMILY, VACCINE, TSH, WEIGHT)


def summary(*resources: Resource, **changes: Any) -> Synopsis:
    pieces = tuple(Piece(UUID(int=at), one, source="Dr Diallo") for at, one in enumerate(resources, 1))
    return Synopsis(**({"number": UUID(int=7), "subject": SUBJECT, "written": WRITTEN, "pieces": pieces} | changes))


# ---- generated entries: any words, any precision of date, any value

WORDS = st.text(
    st.one_of(st.sampled_from("aeéœ12 µ<>&\"'’«»;/-"), st.characters(codec="utf-8", exclude_categories=("C", "Z"))),
    min_size=1, max_size=24,
).map(lambda text: " ".join(text.split())).filter(bool)  # fmt: skip
DAYS = st.dates(min_value=date(1930, 1, 1), max_value=date(2026, 7, 31)).map(str)
DATES = st.one_of(DAYS, DAYS.map(lambda day: day[:7]), DAYS.map(lambda day: day[:4]))
SYSTEMS = st.sampled_from([LOINC, SNOMED, "http://hl7.org/fhir/sid/icd-10", "urn:oid:1.2.250.1.213.2.3.1"])
CODES = st.from_regex(r"[A-Z0-9]{1,6}(-[0-9])?", fullmatch=True)
CONCEPTS = st.one_of(
    st.fixed_dictionaries({"text": WORDS}),
    st.fixed_dictionaries({
        "coding": st.lists(st.fixed_dictionaries({"system": SYSTEMS, "code": CODES, "display": WORDS}), min_size=1,
                           max_size=2, unique_by=lambda one: (one["system"], one["code"])),
        "text": WORDS,
    }),
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(0, 100_000),
    st.decimals(0, 5000, places=2, allow_nan=False).filter(lambda n: n != int(n)).map(float),
)
UNITS = st.sampled_from(
    [("mUI/L", "m[IU]/L"), ("g/L", "g/L"), ("mmol/L", "mmol/L"), ("%", "%"), ("kg", "kg"), ("µmol/L", "umol/L")]
)


@st.composite
def quantities(draw: st.DrawFn) -> Resource:
    shown, ucum = draw(UNITS)
    return {"value": draw(NUMBERS), "unit": shown, "system": "http://unitsofmeasure.org", "code": ucum}


@st.composite
def observations(draw: st.DrawFn) -> Resource:
    made: Resource = {
        "resourceType": "Observation", "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": draw(st.sampled_from(["laboratory", "vital-signs"]))}]}],
        "code": draw(CONCEPTS), "effectiveDateTime": draw(DAYS),
    }  # fmt: skip
    value: Resource = draw(st.one_of(
        quantities().map(lambda one: {"valueQuantity": one}), WORDS.map(lambda text: {"valueString": text}),
        CONCEPTS.map(lambda one: {"valueCodeableConcept": one}),
    ))  # fmt: skip
    return made | value


@st.composite
def conditions(draw: st.DrawFn) -> Resource:
    state = draw(st.sampled_from(["active", "resolved", "inactive"]))
    made: Resource = {
        "resourceType": "Condition", "clinicalStatus": {"coding": [{"system": CLINICAL, "code": state}]},
        "code": draw(CONCEPTS),
    }  # fmt: skip
    return made | draw(st.one_of(st.just({}), DATES.map(lambda at: {"onsetDateTime": at})))


@st.composite
def allergies(draw: st.DrawFn) -> Resource:
    made: Resource = {"resourceType": "AllergyIntolerance", "code": draw(CONCEPTS)}
    if draw(st.booleans()):
        made["criticality"] = draw(st.sampled_from(["low", "high"]))
    if draw(st.booleans()):
        made["reaction"] = [{"manifestation": [draw(CONCEPTS)]}]
    return made


@st.composite
def treatments(draw: st.DrawFn) -> Resource:
    return {
        "resourceType": "MedicationStatement", "status": draw(st.sampled_from(["active", "on-hold"])),
        "medicationCodeableConcept": draw(CONCEPTS), "effectivePeriod": {"start": draw(DATES)},
        "dosage": [{"text": draw(WORDS)}],
    }  # fmt: skip


def acts(kind: str, when: str) -> st.SearchStrategy[Resource]:
    status = st.just("completed")
    named = "vaccineCode" if kind == "Immunization" else "code"
    return st.fixed_dictionaries({"resourceType": st.just(kind), "status": status, named: CONCEPTS, when: DATES})


ENTRIES = st.one_of(
    observations(), conditions(), allergies(), treatments(), acts("Procedure", "performedDateTime"),
    acts("Immunization", "occurrenceDateTime"),
)  # fmt: skip
