"""FHIR files read as entries that stand alone: what is kept, what is said instead of a reference, what is listed."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import Any

import orjson
import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.base.errors import HygieError, Invalid, Unsupported
from hygie.formats import extraction
from hygie.formats.entries import ABSENT, KINDS, Certainty, Found
from hygie.formats.fhir.extract import ENTRY_PLACE, extract
from hygie.formats.fhir.validate import validate
from hygie.formats.tests import fhir_samples
from hygie.formats.tests.fhir_subjects import with_subject

Resource = dict[str, Any]
AMINA = {"reference": "urn:uuid:patient"}


def tsh(**changes: Any) -> Resource:
    return {
        "resourceType": "Observation", "id": "tsh", "status": "final",
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><b>TSH</b> basse</div>'},
        "code": {"coding": [{"system": "http://loinc.org", "code": "3016-3"}], "text": "TSH"},
        "subject": AMINA, "effectiveDateTime": "2026-07-30", "performer": [{"reference": "urn:uuid:role"}],
        "valueQuantity": {"value": 0.01, "comparator": "<", "unit": "mUI/L", "code": "m[IU]/L"},
    } | changes  # fmt: skip


def entry(url: str, resource: Resource) -> Resource:
    return {"fullUrl": f"urn:uuid:{url}", "resource": resource}


def summary(*more: Resource, sections: list[Resource] | None = None) -> bytes:
    composition = {
        "resourceType": "Composition", "status": "final", "type": {"text": "Résumé"}, "subject": AMINA,
        "date": "2026-08-01T10:00:00+02:00", "author": [{"reference": "urn:uuid:doctor"}], "title": "Synthèse d'Amina",
        "section": sections or [{"title": "Résultats", "entry": [{"reference": "urn:uuid:tsh"}]}],
    }  # fmt: skip
    doctor = {
        "resourceType": "Practitioner",
        "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": "10099999902"}],
        "name": [{"prefix": ["Dr"], "given": ["Awa"], "family": "DIALLO"}],
    }
    bundle = {
        "resourceType": "Bundle", "type": "document", "timestamp": "2026-08-01T10:00:00+02:00",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:0191d1de-0000-7000-8000-000000000042"},
        "entry": [
            entry("composition", composition),
            entry("patient", {"resourceType": "Patient", "id": "amina", "name": [{"family": "BENALI"}]}),
            entry("doctor", doctor),
            entry("role", {"resourceType": "PractitionerRole", "practitioner": {"reference": "urn:uuid:doctor"}}),
            entry("tsh", tsh()),
            *more,
        ],
    }  # fmt: skip
    return orjson.dumps(bundle)


def kept(found: Found, kind: str) -> Resource:
    (resource,) = [one.resource for one in found.entries if one.kind == kind]
    validate(orjson.dumps(with_subject(resource)), kinds=KINDS)
    get_fhir_model_class(kind).model_validate(with_subject(resource))
    return resource


def test_a_document_gives_its_entries_with_their_section_and_their_place():
    found = extract(summary())
    (one,) = found.entries
    assert (one.place, one.section, one.confidence) == ("Bundle.entry[4].resource", "Résultats", 1.0)
    resource = kept(found, "Observation")
    assert not {"id", "meta", "subject", "text"} & set(resource)
    assert resource["valueQuantity"] == {"value": 0.01, "comparator": "<", "unit": "mUI/L", "code": "m[IU]/L"}
    assert resource["performer"] == [
        {
            "display": "Dr Awa DIALLO", "type": "PractitionerRole",
            "identifier": {"system": "https://rpps.esante.gouv.fr", "value": "10099999902"},
        }
    ]  # fmt: skip
    assert "Synthèse d'Amina" in found.text and "TSH basse" in found.text
    assert "BENALI" not in orjson.dumps([entry.resource for entry in found.entries]).decode()


def test_what_another_entry_says_is_named_by_its_place():
    report = {
        "resourceType": "DiagnosticReport", "status": "final", "code": {"text": "Bilan"}, "subject": AMINA,
        "result": [{"reference": "urn:uuid:tsh"}],
    }  # fmt: skip
    resource = kept(extract(summary(entry("report", report))), "DiagnosticReport")
    assert resource["result"] == [
        {
            "display": "TSH", "type": "Observation",
            "identifier": {"system": ENTRY_PLACE, "value": "Bundle.entry[4].resource"},
        }
    ]  # fmt: skip


def test_a_treatment_names_its_own_medicine():
    product = {"resourceType": "Medication", "id": "m", "code": {"text": "LEVOTHYROX 75 µg"}}
    taken = {"resourceType": "MedicationStatement", "status": "active", "subject": AMINA}
    outside = taken | {"medicationReference": {"reference": "urn:uuid:m"}}
    inside = taken | {"contained": [product], "medicationReference": {"reference": "#m"}}
    for more in ((entry("m", product), entry("t", outside)), (entry("t", inside),)):
        resource = kept(extract(summary(*more)), "MedicationStatement")
        assert resource["medicationCodeableConcept"] == {"text": "LEVOTHYROX 75 µg"}
        assert "medicationReference" not in resource and "contained" not in resource


def test_a_contained_device_stays_with_its_use():
    use = {
        "resourceType": "DeviceUseStatement", "status": "active", "subject": AMINA,
        "contained": [{"resourceType": "Device", "id": "d", "type": {"text": "Prothèse de hanche"}}],
        "device": {"reference": "#d"},
    }  # fmt: skip
    assert kept(extract(summary(entry("u", use))), "DeviceUseStatement")["device"] == {"reference": "#d"}


def test_a_measure_taken_by_the_person_says_so_without_her_name():
    own = {"fullUrl": "urn:uuid:own", "resource": tsh(performer=[AMINA])}
    found = extract(summary(own))
    assert found.entries[-1].resource["performer"] == [{"type": "Patient", "display": "La personne elle-même"}]


@pytest.mark.parametrize(
    ("code", "kind", "absence"),
    [
        ("48765-2", "AllergyIntolerance", "no-known-allergies"),
        ("11450-4", "Condition", "no-known-problems"),
        ("10160-0", "MedicationStatement", "no-known-medications"),
        ("47519-4", "Procedure", "no-known-procedures"),
        ("46264-8", "DeviceUseStatement", "no-known-devices"),
        ("11369-6", "Immunization", "no-known-immunizations"),
    ],
)
def test_a_section_that_is_known_to_be_empty_is_a_coded_absence(code, kind, absence):
    section = {
        "title": "Rubrique", "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "emptyReason": {"coding": [{"code": "nilknown"}]},
    }  # fmt: skip
    resource = kept(extract(summary(sections=[section])), kind)
    assert {"system": ABSENT, "code": absence} in [
        {"system": one["system"], "code": one["code"]} for one in codings(resource)
    ]


def codings(value: Any) -> list[Resource]:
    if isinstance(value, dict):
        return [*value.get("coding", ()), *(one for item in value.values() for one in codings(item))]
    return [one for item in value for one in codings(item)] if isinstance(value, list) else []


def test_a_section_left_empty_for_another_reason_is_listed():
    section = {"title": "Allergies", "emptyReason": {"coding": [{"code": "notasked"}]}}
    found = extract(summary(sections=[section]))
    assert [part.place for part in found.unread] == ["Bundle.entry[0].resource.section[0]"]


def test_another_persons_result_in_the_same_file_is_left_out_and_said():
    stranger = tsh(subject={"reference": "Patient/someone-else"})
    found = extract(summary(entry("other", stranger)))
    assert len(found.entries) == 1
    assert "une autre personne" in found.unread[0].reason


PAUL = {"resourceType": "Patient", "id": "p", "name": [{"family": "ROUX"}], "birthDate": "1950-01-01"}
INS = {"system": "urn:oid:1.2.250.1.213.1.4.11", "value": "279039306600025"}
HERSELF = {
    "resourceType": "Patient",
    "id": "p",
    "identifier": [INS],
    "name": [{"family": "Bénali"}],
    "birthDate": "1979-03-28",
}


def collection(*resources: Resource) -> bytes:
    entries = [{"fullUrl": f"urn:uuid:{number}", "resource": one} for number, one in enumerate(resources)]
    return orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def test_right_file_wrong_patient_a_result_that_contains_somebody_else_is_left_out_and_said():
    hers, his = tsh(subject={"reference": "urn:uuid:0"}), tsh(subject={"reference": "#p"}, contained=[PAUL])
    found = extract(collection(HERSELF, hers, his))
    assert [one.place for one in found.entries] == ["Bundle.entry[1].resource"]
    assert "une autre personne" in found.unread[0].reason


@pytest.mark.parametrize("named", [
    tsh(subject={"reference": "#p"}, contained=[HERSELF]),
    tsh(subject={"reference": "#p"}, contained=[{k: v for k, v in HERSELF.items() if k != "identifier"}]),
    tsh(subject={"reference": "Patient?identifier=urn:oid:1.2.250.1.213.1.4.11|279039306600025"}),
    tsh(subject={"reference": "Patient?identifier=urn:oid:1.2.250.1.213.1.4.11%7C279039306600025"}),
])  # fmt: skip
def test_the_same_person_named_in_another_way_is_the_same(named):
    found = extract(collection(HERSELF, tsh(subject={"reference": "urn:uuid:0"}), named))
    assert (len(found.entries), found.unread) == (2, ())


def test_right_number_wrong_patient_a_conditional_reference_to_another_number_is_left_out():
    other = tsh(subject={"reference": "Patient?identifier=urn:oid:1.2.250.1.213.1.4.11|150019306600012"})
    found = extract(collection(HERSELF, tsh(subject={"reference": "urn:uuid:0"}), other))
    assert (len(found.entries), len(found.unread)) == (1, 1)


def test_what_may_change_its_meaning_is_not_brought_in_as_if_it_did_not():
    found = extract(
        collection(HERSELF, tsh(modifierExtension=[{"url": "http://example.org/not", "valueBoolean": True}]))
    )
    assert (found.entries, len(found.unread)) == ((), 1)


@pytest.mark.parametrize(("unit", "code", "sure"), [
    ("mUI/L", "m[IU]/L", True), ("µUI/mL", "m[IU]/L", True), ("UI/L", "U/L", True), ("mEq/L", "mmol/L", True), ("?", "mg/L", True),
    ("µg/L", "mg/L", False), ("g/L", "mmol/L", False), ("mUI/L", "[IU]/L", False),
])  # fmt: skip
def test_a_value_with_one_unit_for_people_and_another_for_machines_waits_for_an_eye(unit, code, sure):
    value = {"value": 12, "unit": unit, "code": code}
    [one] = extract(orjson.dumps(tsh(valueQuantity=value))).entries
    assert (one.certainty == Certainty.STATED) is sure


@pytest.mark.parametrize(("name", "when"), [
    ("effectiveInstant", "2026-07-30T08:00:00+02:00"), ("effectiveTiming", {"event": ["2026-07-30"]}),
    ("effectiveTiming", {"event": ["2026-07-31", "2026-07-30"]}),
])  # fmt: skip
def test_every_way_of_dating_a_result_gives_it_its_day(name, when):
    undated = {key: value for key, value in tsh().items() if key != "effectiveDateTime"}
    found = extract(orjson.dumps(undated | {name: when}))
    assert found.entries[0].day == date(2026, 7, 30)
    kept(found, "Observation")


def test_what_its_source_withdrew_is_not_brought_in():
    found = extract(summary(entry("wrong", tsh(status="entered-in-error"))))
    assert len(found.entries) == 1
    assert found.unread[0].reason == "Annulé par sa source : non repris."


def test_a_kind_that_is_not_kept_is_listed():
    claim = {"resourceType": "Slot", "schedule": {"display": "x"}, "status": "free",
             "start": "2026-08-01T10:00:00Z", "end": "2026-08-01T10:10:00Z"}  # fmt: skip
    found = extract(summary(entry("slot", claim)))
    assert [(part.place, part.reason) for part in found.unread] == [
        ("Bundle.entry[5].resource", "Un type d'information que Hygie ne garde pas encore.")
    ]


@pytest.mark.parametrize("kind", ["collection", "transaction", "searchset", "batch"])
def test_every_kind_of_bundle_is_read(kind):
    request = {"request": {"method": "POST", "url": "Observation"}} if kind in ("transaction", "batch") else {}
    bundle = {"resourceType": "Bundle", "type": kind, "entry": [entry("tsh", tsh()) | request]}
    assert [one.kind for one in extract(orjson.dumps(bundle)).entries] == ["Observation"]


def test_one_resource_alone_is_an_entry():
    found = extraction.extract(orjson.dumps(tsh()))
    assert [(one.kind, one.place) for one in found.entries] == [("Observation", "Observation")]
    assert found.entries[0].resource["performer"] == [{"display": "Non précisé"}]


def test_a_deposit_of_documents_is_left_to_those_who_deposit():
    deposit = extract(fhir_samples.raw(fhir_samples.provide((fhir_samples.ENTRY, fhir_samples.CONTENT))))
    assert deposit.entries == () and len(deposit.unread) == 3
    alone = extract(fhir_samples.raw(fhir_samples.reference()))
    assert alone.entries == () and len(alone.unread) == 1


def test_the_bytes_of_an_attachment_do_not_enter_an_entry_but_those_of_a_signal_do():
    signal = {"origin": {"value": 0}, "period": 10, "dimensions": 1, "data": "1 2 3 " * 400}
    trace = tsh(id="ecg", valueSampledData=signal)
    del trace["valueQuantity"]
    report = {
        "resourceType": "DiagnosticReport", "status": "final", "code": {"text": "ECG"}, "subject": AMINA,
        "presentedForm": [{"contentType": "application/pdf", "data": "QUJD" * 900}],
    }  # fmt: skip
    found = extract(summary(entry("ecg", trace), entry("report", report)))
    assert found.entries[1].resource["valueSampledData"]["data"] == "1 2 3 " * 400
    assert kept(found, "DiagnosticReport")["presentedForm"] == [
        {"contentType": "application/pdf", "title": "Pièce jointe"}
    ]
    assert found.unread[0].reason.startswith("Un fichier joint")


@pytest.mark.parametrize("data", [b"{", b'{"resourceType":"Nothing"}', b'{"resourceType":"Observation"}'])
def test_what_is_not_fhir_is_refused(data):
    with pytest.raises(Invalid):
        extract(data)


def test_a_person_alone_says_nothing_to_keep():
    with pytest.raises(Unsupported):
        extract(b'{"resourceType":"Patient"}')


SEEDS = (summary(), orjson.dumps(tsh()), summary(sections=[{"emptyReason": {"coding": [{"code": "nilknown"}]}}]))
BITS = st.sampled_from(
    [
        b"null",
        b"[]",
        b"{}",
        b'""',
        b'"#d"',
        b"1e400",
        b'"reference"',
        b'"data"',
        b'"contained"',
        b"}",
        b'"urn:uuid:tsh"',
    ]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    seed=st.sampled_from(SEEDS),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), BITS), min_size=1, max_size=4),
)
def test_no_change_of_a_file_does_worse_than_a_refusal(seed, cuts):
    data = bytearray(seed)
    for at, length, put in cuts:
        start = int(at * len(data))
        data[start : start + length] = put
    with contextlib.suppress(HygieError):
        extract(bytes(data))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from(["", "#d", "Patient/1", "urn:uuid:tsh", "nilknown"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(["reference", "display", "coding", "code", "data", "text", "type", "subject", "entry", "section"]),
            inner, max_size=3,
        ),
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    name=st.sampled_from(
        ["code", "performer", "contained", "medicationReference", "section", "subject", "text", "device"]
    ),
    value=JSON,
)
def test_any_value_in_any_place_is_read_or_refused(name, value):
    for resource in (
        tsh(**{name: value}),
        {"resourceType": "Bundle", "type": "document", "entry": [{"resource": tsh(**{name: value})}]},
    ):
        with contextlib.suppress(HygieError):
            extract(orjson.dumps(resource))
