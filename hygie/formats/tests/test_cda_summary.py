"""The CDA summary: what CDA carries reads back equal, what it cannot is in words, and the header is that of CI-SIS."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from hygie.formats import synopsis
from hygie.formats.cda import dosage, html, reader, summary, writer
from hygie.formats.cda.carried import carried
from hygie.formats.cda.extract import extract
from hygie.formats.entries import AS_PRINTED, printed
from hygie.formats.tests import samples as cast
from hygie.formats.tests import structure
from hygie.formats.tests import summary_samples as samples

Resource = dict[str, Any]


def written(found: synopsis.Synopsis) -> bytes:
    return writer.write(summary.document(found, author=cast.DR_DIALLO))


def read_back(*resources: Resource) -> list[Resource]:
    return [one.resource for one in extract(written(samples.summary(*resources))).entries]


def ordered(resources: list[Resource]) -> list[Resource]:
    """In the order of the chapters, as the document holds them."""
    return [piece.resource for _, held in synopsis.chaptered(samples.summary(*resources).pieces) for piece in held]


def test_one_of_everything_keeps_the_structure_of_cda_and_of_the_ci_sis():
    data = written(samples.summary(*samples.EVERYTHING))
    root = etree.fromstring(data)
    assert structure.misplaced(root) == [] and structure.missing(data) == []
    found = extract(data)
    assert found.unread == ()
    assert list(map(carried, ordered([one.resource for one in found.entries]))) == list(map(carried, ordered(list(samples.EVERYTHING))))  # fmt: skip


SENSIBLE = samples.ENTRIES.filter(lambda one: not answers(one))


def answers(value: Any) -> bool:
    """Words that a form uses as a tick, that are left of an unfilled sentence, or that are a number with a sign: readers
    take them for what they look like.
    """
    if isinstance(value, str):
        return value.strip().lower() in dosage.NOTHING or value[:1] in "<>≤≥"
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(map(answers, inner))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(st.lists(SENSIBLE, max_size=5))
def test_what_cda_carries_of_any_record_reads_back_equal(resources: list[Resource]):
    data = written(samples.summary(*resources))
    found = extract(data)
    assert [carried(one.resource) for one in found.entries] == [carried(one) for one in ordered(resources)]
    assert found.unread == () and structure.misplaced(etree.fromstring(data)) == []


@pytest.mark.parametrize(
    "resource",
    [
        samples.NO_ALLERGY,
        {"resourceType": "MedicationRequest", "status": "on-hold", "intent": "order", "medicationCodeableConcept": {"text": "PLAVIX 75 mg"},
         "dosageInstruction": [{"text": "1 par jour"}],
         "dispenseRequest": {"validityPeriod": {"start": "2026-01-02", "end": "2026-04-02"}, "numberOfRepeatsAllowed": 2}},
        samples.TREATMENT | {"status": "not-taken"},
        samples.TSH | {"valueQuantity": {"value": 0.01, "comparator": "<", "unit": "mUI/L", "code": "m[IU]/L"}},
        {"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": samples.LOINC, "code": "85354-9"}], "text": "Tension"},
         "category": [{"coding": [{"system": samples.CATEGORY, "code": "vital-signs"}]}], "effectiveDateTime": "2026-07-02",
         "component": [{"code": {"text": "Haute"}, "valueQuantity": {"value": 128, "unit": "mmHg", "code": "mm[Hg]"}},
                       {"code": {"text": "Basse"}, "valueQuantity": {"value": 78, "unit": "mmHg", "code": "mm[Hg]"}}]},
        samples.PROBLEM | {"verificationStatus": {"coding": [{"code": "provisional"}]}},
        samples.ALLERGY | {"type": "allergy", "category": ["medication"]},
        samples.OPERATION | {"bodySite": [{"text": "Abdomen"}], "status": "not-done"},
        samples.VACCINE | {"status": "not-done"},
    ],
    ids=lambda one: str(one["resourceType"]),
)  # fmt: skip
def test_each_detail_that_cda_has_a_place_for_comes_back(resource: Resource):
    (back,) = read_back(resource)
    assert carried(back) == carried(resource)


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        (samples.NO_ALLERGY | {"recordedDate": "2025-07-24"}, "recordedDate"),
        (samples.NO_ALLERGY | {"recordedDate": "2025-07-24", "recorder": {"display": "Dr Jean Roux"}}, "recordedDate"),
        (samples.PROBLEM | {"recordedDate": "2024-09"}, "recordedDate"),
        ({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "authoredOn": "2025-09-09",
          "medicationCodeableConcept": {"text": "PLAVIX 75 mg"}}, "authoredOn"),
    ],
)  # fmt: skip
def test_what_was_said_one_day_is_not_said_to_be_of_the_day_it_is_exported(resource: Resource, name: str):
    (back,) = read_back(resource)
    assert back[name] == resource[name]


def test_a_number_keeps_the_zeros_its_laboratory_printed():
    exact = {"url": AS_PRINTED, "valueString": "2,10 mUI/L"}
    (back,) = read_back(
        samples.TSH | {"extension": [exact], "valueQuantity": {"value": 2.1, "unit": "mUI/L", "code": "m[IU]/L"}}
    )
    assert printed(back) == "2,10 mUI/L"


def test_who_said_it_comes_back_with_the_national_number():
    who = {"identifier": {"system": "https://rpps.esante.gouv.fr", "value": "10099999903"}, "display": "Dr Jean Roux"}
    (back,) = read_back(samples.PROBLEM | {"recorder": who})
    assert back["recorder"] == who


def test_what_cda_has_no_entry_for_is_said_in_words():
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "Porteuse de pile <cardiaque>"}}
    data = written(samples.summary(flag))
    assert extract(data).entries == ()
    assert "Porteuse de pile &lt;cardiaque&gt;" in html.to_html(reader.read(data), level=3)


def test_the_five_chapters_are_there_and_an_empty_one_says_so_without_an_entry():
    shown = reader.read(written(samples.summary()))
    assert [one.code.code for one in shown.body.sections] == ["11450-4", "48765-2", "10160-0", "47519-4", "46264-8"]
    assert all(one.entries == () for one in shown.body.sections)
    assert extract(written(samples.summary())).entries == ()


def test_the_person_takes_her_summary_with_her_as_its_author():
    made = summary.by_the_person(samples.summary(samples.PROBLEM), keeper=cast.CABINET)
    data = writer.write(made)
    root = etree.fromstring(data)
    assert structure.misplaced(root) == []
    assert reader.read(data).header.authors[0].name.upper().endswith("MOREL")
    faults = [one for one in structure.missing(data) if not one.startswith(("c:author/", "c:legalAuthenticator/"))]
    assert faults == []
    assert [carried(one.resource) for one in extract(data).entries] == [carried(samples.PROBLEM)]


def test_the_same_facts_at_the_same_instant_give_the_same_bytes():
    assert written(samples.summary(*samples.EVERYTHING)) == written(samples.summary(*samples.EVERYTHING))


def test_a_practice_without_a_national_number_and_a_person_without_a_matricule_have_numbers_of_ours():
    from dataclasses import replace

    place = replace(cast.CABINET, finess=None)
    subject = replace(samples.SUBJECT, matricule="", oid="")
    made = summary.document(
        samples.summary(samples.PROBLEM, subject=subject), author=replace(cast.DR_DIALLO, structure=place)
    )
    assert structure.missing(writer.write(made)) == []


def test_what_a_watch_measured_is_never_the_word_of_the_doctor_who_exports_it():
    watched = samples.WEIGHT | {"device": {"display": "Montre connectée"}}
    data = written(samples.summary(watched))
    assert structure.misplaced(etree.fromstring(data)) == [] and structure.missing(data) == []
    [back] = read_back(watched)
    assert back["device"] == {"display": "Montre connectée"} == back["performer"][0]
