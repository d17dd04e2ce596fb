"""The FHIR summary: what is exported reads back equal, stands in its chapter, and is FHIR for those who judge it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from hygie.formats.entries import KINDS
from hygie.formats.fhir import ips
from hygie.formats.fhir.extract import extract
from hygie.formats.fhir.validate import RESOURCES, validate
from hygie.formats.tests import ips_rules
from hygie.formats.tests import summary_samples as samples

MANDATORY = ["11450-4", "48765-2", "10160-0", "47519-4", "46264-8"]


def read_back(summary: Any) -> list[dict[str, Any]]:
    raw = orjson.dumps(ips.document(summary))
    validate(raw, kinds=RESOURCES | KINDS | {"Composition"})
    return [one.resource for one in extract(raw).entries]


def canonical(resource: dict[str, Any]) -> bytes:
    return orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)


def sections(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["code"]["coding"][0]["code"]: one for one in bundle["entry"][0]["resource"]["section"]}


def test_one_of_everything_is_fhir_for_two_judges_and_reads_back_equal():
    bundle = ips.document(samples.summary(*samples.EVERYTHING))
    Bundle.model_validate(orjson.loads(orjson.dumps(bundle)))
    assert list(ips_rules.broken(bundle)) == []
    assert read_back(samples.summary(*samples.EVERYTHING)) == list(samples.EVERYTHING)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(samples.ENTRIES, max_size=6))
def test_whatever_a_record_holds_reads_back_equal(resources: list[dict[str, Any]]):
    summary = samples.summary(*resources)
    assert list(ips_rules.broken(ips.document(summary))) == []
    found = read_back(summary)
    assert sorted(map(canonical, found)) == sorted(map(canonical, resources))


def test_the_five_chapters_are_always_there_and_an_empty_one_says_that_nothing_is_noted():
    bundle = ips.document(samples.summary())
    held = sections(bundle)
    assert list(held) == MANDATORY
    for one in held.values():
        assert one["emptyReason"]["coding"][0]["code"] == "unavailable" and "entry" not in one
        assert "ne veut pas dire" in one["text"]["div"]
    assert read_back(samples.summary()) == []


def test_none_known_is_said_where_someone_said_it_and_never_beside_something_known():
    none = ips.document(samples.summary(samples.NO_ALLERGY))
    assert "Aucune allergie connue" in sections(none)["48765-2"]["text"]["div"]
    assert read_back(samples.summary(samples.NO_ALLERGY)) == [samples.NO_ALLERGY]
    assert read_back(samples.summary(samples.NO_ALLERGY, samples.ALLERGY)) == [samples.ALLERGY]


def test_each_entry_stands_in_its_own_chapter_with_words_that_cannot_be_markup():
    held = sections(ips.document(samples.summary(*samples.EVERYTHING)))
    assert set(held) == {*MANDATORY, "11348-0", "10157-6", "11369-6", "30954-2", "8716-3"}
    assert all(len(one["entry"]) == 1 for one in held.values())
    assert "Pénicilline &lt;V&gt;" in held["48765-2"]["text"]["div"]
    assert "2,1 mUI/L (intervalle du laboratoire : 0,4 - 4,0)" in held["30954-2"]["text"]["div"]
    assert "30 juillet 2026" in held["30954-2"]["text"]["div"] and "mai 2019" in held["11450-4"]["text"]["div"]
    for one in held.values():
        etree.fromstring(one["text"]["div"])


def test_every_reference_is_answered_inside_and_the_same_facts_give_the_same_document():
    bundle = ips.document(samples.summary(*samples.EVERYTHING))
    urls = [one["fullUrl"] for one in bundle["entry"]]
    assert len(set(urls)) == len(urls) and all(url == f"urn:uuid:{one['resource']['id']}" for url, one in zip(urls, bundle["entry"], strict=True))  # fmt: skip
    asked = {found for one in bundle["entry"] for found in references(one["resource"]) if not found.startswith("#")}
    assert asked == set(urls) - {urls[0]}
    assert ips.document(samples.summary(*samples.EVERYTHING)) == bundle
    assert bundle["entry"][0]["resource"]["type"]["coding"][0]["code"] == "60591-5"


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for one in value for found in references(one)]
    if not isinstance(value, dict):
        return []
    own = [value["reference"]] if isinstance(value.get("reference"), str) else []
    return own + [found for one in value.values() for found in references(one)]


@pytest.mark.parametrize(("waiting", "said"), [(1, "1 information lue"), (3, "3 informations lues")])
def test_what_waits_for_someones_eye_is_counted_and_left_out(waiting: int, said: str):
    bundle = ips.document(samples.summary(samples.PROBLEM, waiting=waiting))
    assert said in bundle["entry"][0]["resource"]["text"]["div"]


def test_someone_without_a_matricule_has_a_name_and_no_empty_number():
    from dataclasses import replace

    subject = replace(samples.SUBJECT, matricule="", oid="")
    person = ips.document(samples.summary(subject=subject))["entry"][1]["resource"]
    assert person["name"][0]["family"] == "BENALI" and person["identifier"][0]["value"].startswith("urn:uuid:")


def test_what_a_source_ruled_out_and_what_is_over_of_a_plan_is_not_of_a_summary():
    refuted = samples.PROBLEM | {"verificationStatus": {"coding": [{"code": "refuted"}]}}
    plan = {"resourceType": "ServiceRequest", "status": "completed", "intent": "plan", "code": {"text": "Radio"}}
    assert read_back(samples.summary(refuted, plan)) == []
    assert read_back(samples.summary(plan | {"status": "active"})) == [plan | {"status": "active"}]


def test_a_document_without_an_instant_is_not_written():
    from datetime import datetime

    with pytest.raises(ValueError, match="instant"):
        ips.document(samples.summary(written=datetime(2026, 8, 1)))  # noqa: DTZ001


def test_an_alert_keeps_its_entry_in_the_section_that_lets_one_in():
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "Porteur d’un germe résistant"}}
    bundle = ips.document(samples.summary(flag))
    assert list(ips_rules.broken(bundle)) == [] and "104605-1" in sections(bundle)
    assert read_back(samples.summary(flag)) == [flag]


def test_only_profiles_whose_rules_are_kept_are_claimed():
    bundle = ips.document(samples.summary(*samples.EVERYTHING))
    composition = bundle["entry"][0]["resource"]
    claimed = [*bundle["meta"]["profile"], *composition["meta"]["profile"]]
    assert claimed == [f"{ips.PROFILE}/Bundle-uv-ips", f"{ips.PROFILE}/Composition-uv-ips"]
    # France wants somebody who answers for the document and its visit; nobody does for one that puts itself together.
    assert not any(name in composition for name in ips_rules.FRENCH_UNMET)


def test_the_rules_are_no_formality():
    bundle = ips.document(samples.summary(samples.PROBLEM))
    composition = bundle["entry"][0]["resource"]
    del composition["identifier"], composition["section"][1]["emptyReason"], bundle["entry"][1]["resource"]["birthDate"]
    composition["section"][0]["code"]["coding"][0]["code"] = "44944-7"
    assert len(list(ips_rules.broken(bundle))) == 6


def test_what_has_no_date_says_so_and_reads_back_without():
    undated = {name: value for name, value in samples.TREATMENT.items() if not name.startswith("effective")}
    bundle = ips.document(samples.summary(undated))
    assert list(ips_rules.broken(bundle)) == [] and read_back(samples.summary(undated)) == [undated]
    made = next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "MedicationStatement")
    assert made["_effectiveDateTime"]["extension"][0]["valueCode"] == "unknown"
    del made["_effectiveDateTime"], made["subject"]
    assert len(list(ips_rules.broken(bundle))) == 2


def test_a_birth_date_that_nobody_knows_is_said_to_be_unknown():
    from dataclasses import replace

    bundle = ips.document(samples.summary(subject=replace(samples.SUBJECT, birth_date=None)))
    assert list(ips_rules.broken(bundle)) == [] and read_back(samples.summary()) == []
