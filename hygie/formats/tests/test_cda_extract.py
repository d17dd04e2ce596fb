"""The CDA reader on entries of our own: each shape, each trap, and hostile variations."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.base.errors import HygieError
from hygie.formats import extraction
from hygie.formats.cda import writer
from hygie.formats.cda.extract import extract
from hygie.formats.entries import ABSENT, COMPLEMENT, KINDS, Certainty, printed
from hygie.formats.fhir.validate import validate
from hygie.formats.tests import entry_samples as made
from hygie.formats.tests import samples
from hygie.formats.tests.fhir_subjects import with_subject


def only(data: bytes) -> dict[str, Any]:
    found = extract(data)
    assert len(found.entries) == 1, (found.entries, found.unread)
    resource = found.entries[0].resource
    validate(orjson.dumps(with_subject(resource)), kinds=KINDS)
    return resource


def lab(value: str, **more: str) -> dict[str, Any]:
    return only(made.document("18719-5", made.result(value, **more)))


# ---- results


def test_our_own_report_gives_each_result_with_its_value_interval_and_former_value():
    found = extract(writer.write(samples.lab()))
    assert {entry.kind for entry in found.entries} == {"Observation"}
    by_value = {
        one.get("valueQuantity", {}).get("value", one.get("valueString")): one
        for one in (entry.resource for entry in found.entries)
    }
    assert set(by_value) == {1.95, 6.8, 7.67, "Négatif"}
    now = by_value[1.95]
    assert printed(now) == "1,950 mUI/L"
    assert now["valueQuantity"] | {} == {
        "value": 1.95, "unit": "mUI/L", "system": "http://unitsofmeasure.org", "code": "m[IU]/L",
    }  # fmt: skip
    assert now["effectiveDateTime"] == "2026-07-30T06:15:00+02:00"
    interval = now["referenceRange"][0]
    assert (interval["low"]["value"], interval["high"]["value"]) == (0.27, 4.2)
    assert interval["text"] == "0,270 - 4,200 mUI/L"
    assert now["performer"] == [
        {"identifier": {"system": "https://rpps.esante.gouv.fr", "value": "10099999901"}, "display": "Dr Paul SAURIN"}
    ]
    assert by_value[6.8]["effectiveDateTime"] == "2026-01-30T08:10:00+01:00"
    assert by_value[7.67]["interpretation"][0]["coding"][0]["code"] == "L"
    assert by_value[7.67]["note"] == [{"text": "À contrôler dans six semaines"}]
    assert by_value["Négatif"]["referenceRange"] == [{"text": "Négatif"}]
    assert all(entry.certainty is Certainty.STATED for entry in found.entries)
    assert found.unread == ()
    assert "Bilan thyroïdien" in found.text and "1,950 mUI/L" in found.text


@pytest.mark.parametrize(
    ("value", "kind", "wanted", "words"),
    [
        ('<value xsi:type="PQ" value="12" unit="g/dL"/>', "valueQuantity", 12, "12 g/dL"),
        ('<value xsi:type="PQ" value="0.050" unit="g/L"/>', "valueQuantity", 0.05, "0,050 g/L"),
        ('<value xsi:type="REAL" value="2.50"/>', "valueQuantity", 2.5, "2,50"),
        ('<value xsi:type="IVL_PQ"><high value="1.0" unit="mg/L" inclusive="false"/></value>', "valueQuantity", 1.0, "< 1,0 mg/L"),
        ('<value xsi:type="IVL_PQ"><high value="1.0" unit="mg/L"/></value>', "valueQuantity", 1.0, "≤ 1,0 mg/L"),
        ('<value xsi:type="IVL_PQ"><low value="60" unit="mL/min" inclusive="false"/></value>', "valueQuantity", 60, "> 60 mL/min"),
        ('<value xsi:type="ST">&lt; 0,01 mUI/L</value>', "valueQuantity", 0.01, "< 0,01 mUI/L"),
        ('<value xsi:type="INT" value="4"/>', "valueInteger", 4, "4"),
        ('<value xsi:type="BL" value="false"/>', "valueBoolean", False, None),
        ('<value xsi:type="ST">Négatif</value>', "valueString", "Négatif", None),
    ],
)  # fmt: skip
def test_a_value_is_a_number_and_keeps_how_it_was_printed(value, kind, wanted, words):
    resource = lab(value)
    found = resource[kind]
    assert (found["value"] if isinstance(found, dict) else found) == wanted
    assert printed(resource) == words


def test_a_comparator_is_that_of_fhir_and_the_unit_is_ucum():
    quantity = lab('<value xsi:type="ST">&lt; 0,01 mUI/L</value>')["valueQuantity"]
    assert (quantity["comparator"], quantity["unit"], quantity["code"]) == ("<", "mUI/L", "m[IU]/L")


@pytest.mark.parametrize(
    ("written", "code"), [("mUI/L", "m[IU]/L"), ("G/L", "10*9/L"), ("m[IU]/L", "m[IU]/L"), ("{drink}/d", "{drink}/d")]
)
def test_a_unit_written_as_laboratories_print_it_gets_its_own_ucum_code(written, code):
    assert lab(f'<value xsi:type="PQ" value="2" unit="{written}"/>')["valueQuantity"]["code"] == code


def test_an_interval_of_two_ends_is_a_range_and_a_titre_a_ratio():
    span = lab('<value xsi:type="IVL_PQ"><low value="5" unit="g/L"/><high value="10" unit="g/L"/></value>')
    assert (span["valueRange"]["low"]["value"], span["valueRange"]["high"]["value"]) == (5, 10)
    assert printed(span) == "5 à 10 g/L"
    titre = lab('<value xsi:type="RTO"><numerator value="1"/><denominator value="80"/></value>')
    assert titre["valueRatio"]["denominator"]["value"] == 80


def test_the_second_unit_of_a_result_stays_beside_the_first():
    resource = lab('<value xsi:type="PQ" value="0.88" unit="g/L"><translation value="4.89" code="mmol/L"/></value>')
    assert resource["valueQuantity"]["extension"][0]["valueQuantity"]["value"] == 4.89
    assert printed(resource) == "0,88 g/L (soit 4,89 mmol/L)"


@pytest.mark.parametrize(("unit", "code"), [("%", "4548-4"), ("mmol/mol", "59261-8")])
def test_glycated_haemoglobin_under_the_code_of_mean_glucose_is_read_as_what_it_is(unit, code):
    resource = lab(f'<value xsi:type="PQ" value="6.5" unit="{unit}"/>', code="27353-2", name="Hémoglobine glyquée")
    assert [one["code"] for one in resource["code"]["coding"]] == [code, "27353-2"]


def test_mean_glucose_in_its_own_unit_keeps_its_code():
    resource = lab('<value xsi:type="PQ" value="1.4" unit="g/L"/>', code="27353-2", name="Glycémie moyenne")
    assert [one["code"] for one in resource["code"]["coding"]] == ["27353-2"]


@pytest.mark.parametrize(
    ("null", "reason"), [("UNK", "unknown"), ("NASK", "not-asked"), ("MSK", "masked"), ("NA", "not-applicable")]
)
def test_a_value_left_out_on_purpose_says_why(null, reason):
    resource = lab(f'<value xsi:type="PQ" nullFlavor="{null}"/>')
    assert resource["dataAbsentReason"]["coding"][0]["code"] == reason
    assert not any(name.startswith("value") for name in resource)


def test_a_date_that_is_none_is_listed_and_never_guessed():
    found = extract(made.document("18719-5", made.result('<value xsi:type="PQ" value="1" unit="g/L"/>', at="20261399")))
    assert "effectiveDateTime" not in found.entries[0].resource
    assert [part.reason for part in found.unread] == ["Une date n'a pas pu être lue."]
    assert found.unread[0].place.endswith("/observation/effectiveTime")


def test_an_hour_without_a_zone_is_an_hour_of_paris():
    resource = lab('<value xsi:type="PQ" value="1" unit="g/L"/>', at="202601150830")
    assert resource["effectiveDateTime"] == "2026-01-15T08:30:00+01:00"


# ---- problems and allergies


def test_a_problem_says_its_state_its_certainty_and_since_when():
    more = made.nested("REFR", "33999-4", '<value xsi:type="CE" code="resolved" displayName="Résolu"/>')
    more += made.nested("SUBJ", "66455-7", '<value xsi:type="CE" code="confirmed"/>')
    more += made.nested("SUBJ", "SEV", '<value xsi:type="CD" code="6736007" displayName="modéré"/>')
    value = '<value xsi:type="CD" code="E06.3" codeSystem="2.16.840.1.113883.6.3" displayName="Thyroïdite"/>'
    resource = only(made.document("11450-4", made.problem(value, more=more)))
    assert resource["code"]["coding"][0] == {
        "system": "http://hl7.org/fhir/sid/icd-10", "code": "E06.3", "display": "Thyroïdite",
    }  # fmt: skip
    assert resource["clinicalStatus"]["coding"][0]["code"] == "resolved"
    assert resource["verificationStatus"]["coding"][0]["code"] == "confirmed"
    assert resource["severity"]["text"] == "modéré"
    assert resource["onsetDateTime"] == "2019"
    assert resource["recorder"]["display"] == "Dr Awa DIALLO"


def test_a_problem_that_the_source_denies_is_refuted_never_stated():
    value = '<value xsi:type="CD" code="I10" displayName="Hypertension"/>'
    resource = only(made.document("11450-4", made.problem(value, negated=True)))
    assert resource["verificationStatus"]["coding"][0]["code"] == "refuted"
    assert "clinicalStatus" not in resource


def test_a_box_answered_no_denies_the_problem_that_its_code_states():
    value = '<value xsi:type="CD" code="P07.3" displayName="Prématurité"><originalText><reference value="#p"/></originalText></value>'
    resource = only(made.document("11348-0", made.problem(value), words={"p": "Non"}))
    assert resource["code"]["text"] == "Prématurité"
    assert resource["verificationStatus"]["coding"][0]["code"] == "refuted"


def test_none_known_is_a_coded_absence():
    problem = only(made.document("11450-4", made.problem(made.absent("no-known-problems"), negated=True)))
    assert problem["code"]["coding"][0]["system"] == ABSENT
    assert problem.get("verificationStatus") is None
    allergy = only(made.document("48765-2", made.allergy(made.absent("no-known-allergies"))))
    assert allergy["code"]["coding"][0]["code"] == "no-known-allergies"
    assert "reaction" not in allergy


def test_an_allergy_names_its_substance_and_its_reaction():
    reaction = made.nested("MFST", "418799008", '<value xsi:type="CD" code="L50" displayName="Urticaire"/>')
    agent = '<code code="J01CA04" codeSystem="2.16.840.1.113883.6.73" displayName="Amoxicilline"/>'
    more = reaction + made.nested("SUBJ", "82606-5", '<value xsi:type="CE" code="high"/>')
    resource = only(made.document("48765-2", made.allergy('<value xsi:type="CD"/>', agent, more=more)))
    assert resource["code"]["text"] == "Amoxicilline"
    assert (resource["type"], resource["category"], resource["criticality"]) == ("allergy", ["medication"], "high")
    assert resource["reaction"][0]["manifestation"][0]["text"] == "Urticaire"


def test_an_empty_allergy_box_never_makes_an_allergy():
    found = extract(made.document("48765-2", made.allergy('<value xsi:type="CD"/>')))
    assert found.entries == ()
    assert "vérifier dans le document" in found.unread[0].reason


# ---- treatments and vaccines


def test_a_prescription_of_our_own_keeps_its_words_and_its_structure():
    resource = only(writer.write(samples.ordered()))
    assert resource["resourceType"] == "MedicationRequest"
    codes = {one["system"]: one["code"] for one in resource["medicationCodeableConcept"]["coding"]}
    assert codes == {
        "urn:oid:1.2.250.1.213.2.3.1": "69345678", "http://www.whocc.no/atc": "H03AA01",
        "urn:oid:1.2.250.1.213.2.3.2": "3400912345678",
    }  # fmt: skip
    taken = resource["dosageInstruction"][0]
    assert taken["text"].startswith("1 comprimé le matin à jeun")
    assert taken["patientInstruction"] == "À distance du café"
    assert taken["timing"]["repeat"]["boundsPeriod"] == {"start": "2026-07-30", "end": "2027-01-30"}
    assert resource["dispenseRequest"]["numberOfRepeatsAllowed"] == 5
    assert resource["substitution"]["allowedCodeableConcept"]["coding"][0]["code"] == "N"
    told = [one for one in resource["extension"] if one["url"] == COMPLEMENT]
    assert [part["valueBoolean"] for one in told for part in one["extension"] if part["url"] == "value"] == [True]


def test_a_structured_dose_is_kept_and_said_in_words_when_the_source_has_none():
    data = made.document(
        "10160-0",
        made.medicine(
            dose='<doseQuantity><low value="1" unit="{tablet}"/><high value="2" unit="{tablet}"/></doseQuantity>'
            '<maxDoseQuantity><numerator value="4"/><denominator value="1" unit="d"/></maxDoseQuantity>',
            times='<effectiveTime xsi:type="IVL_TS"><low value="20260101"/><high nullFlavor="UNK"/></effectiveTime>'
            '<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="8" unit="h"/></effectiveTime>',
        ),
    )
    resource = only(data)
    assert (resource["resourceType"], resource["status"]) == ("MedicationStatement", "active")
    taken = resource["dosage"][0]
    assert taken["text"] == "1 à 2 comprimés toutes les 8 heures"
    assert taken["timing"]["repeat"] == {
        "boundsPeriod": {"start": "2026-01-01"}, "frequency": 1, "period": 8, "periodUnit": "h",
    }  # fmt: skip
    assert taken["doseAndRate"][0]["doseRange"]["high"]["value"] == 2
    assert taken["maxDosePerPeriod"]["numerator"] == {"value": 4}


def test_a_treatment_over_before_the_document_was_written_is_over():
    times = '<effectiveTime xsi:type="IVL_TS"><low value="2020"/><high value="20201231"/></effectiveTime>'
    assert only(made.document("10160-0", made.medicine(times=times)))["status"] == "completed"


def test_a_treatment_that_is_not_taken_says_so():
    assert only(made.document("10160-0", made.medicine(negated=True)))["status"] == "not-taken"


def test_treatments_stopped_during_a_stay_are_stopped():
    data = made.document("18610-6", made.medicine(), title="Traitements arrêtés durant le séjour")
    assert only(data)["status"] == "stopped"


def test_a_vaccine_keeps_its_lot_rank_site_and_remark():
    resource = only(writer.write(samples.vaccinated()))
    assert (resource["resourceType"], resource["status"]) == ("Immunization", "completed")
    assert resource["occurrenceDateTime"] == "2026-07-30"
    assert resource["lotNumber"] == "A1234"
    assert resource["protocolApplied"] == [{"doseNumberPositiveInt": 4}]
    assert resource["site"]["text"] == "Deltoïde gauche"
    assert resource["note"] == [{"text": "Bien supporté"}]
    assert resource["performer"][0]["actor"]["display"] == "Dr Awa DIALLO"


# ---- nothing is lost


def test_what_nobody_claims_is_listed_with_its_place():
    strange = '<regionOfInterest classCode="ROIOVL" moodCode="EVN" ID="r"><id root="1.2"/></regionOfInterest>'
    found = extract(made.document("30954-2", strange))
    assert found.entries == ()
    assert [part.place.rpartition("/")[2] for part in found.unread] == ["regionOfInterest"]


def test_a_detail_without_a_place_in_fhir_stays_with_its_parent():
    more = made.nested("REFR", "PAT-013", '<value xsi:type="CD" code="3" displayName="Dans l\'enfance"/>')
    value = '<value xsi:type="CD" code="Q87" displayName="Syndrome"/>'
    resource = only(made.document("11450-4", made.problem(value, more=more)))
    (held,) = [one for one in resource["extension"] if one["url"] == COMPLEMENT]
    assert held["extension"][1]["valueCodeableConcept"]["text"] == "Dans l'enfance"


def test_a_file_inside_a_document_goes_to_the_reader_of_its_kind():
    found = extract(writer.write(samples.level_one()))
    assert all(part.place.startswith("/ClinicalDocument/component/nonXMLBody") for part in found.unread)
    assert found.unread or found.entries
    assert found.text.startswith("Radiographie")


def test_any_file_goes_through_the_one_call():
    assert extraction.extract(writer.write(samples.vaccinated())).reader == "cda"


# ---- hostile


SEEDS = tuple(made.every())
BITS = st.sampled_from(
    [
        b"<value", b"</value>", b"<entryRelationship>", b"code=", b'value="', b'value="1e999"', b'value="-0"', b"nullFlavor=",
        b'xsi:type="', b'xsi:type="SXPR_TS"', b'xsi:type="RTO"', b'xsi:type="IVL_TS"', b"<translation/>", b"<low/>", b"<high",
        b"negationInd", b'unit=""', b'value="99999999999999999999"', b"\x00", b"&#x1F600;", b"<qualifier/>", b"<act/>",
        b'moodCode="GOL"', b'moodCode="INT"', b"<supply/>", b'value="20260230"', b"<observation/>", b"<text/>", b'value="#"',
    ]
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    seed=st.sampled_from(SEEDS),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.one_of(BITS, st.binary(max_size=6))), max_size=6),
)
def test_no_change_of_a_file_does_worse_than_a_refusal(seed, cuts):
    data = bytearray(seed)
    for at, length, put in cuts:
        start = int(at * len(data))
        data[start : start + length] = put
    try:
        found = extract(bytes(data))
    except HygieError:
        return
    for entry in found.entries:
        validate(orjson.dumps(with_subject(entry.resource)), kinds=KINDS)


TAGS = ["act", "observation", "organizer", "procedure", "encounter", "supply", "substanceAdministration"]
VALUES = [
    "PQ",
    "CD",
    "CE",
    "INT",
    "REAL",
    "BL",
    "TS",
    "ST",
    "ED",
    "IVL_PQ",
    "IVL_TS",
    "RTO",
    "PIVL_TS",
    "EIVL_TS",
    "zz",
]
TEMPLATES = [
    "1.3.6.1.4.1.19376.1.3.1.6", "1.3.6.1.4.1.19376.1.5.3.1.4.5", "1.3.6.1.4.1.19376.1.5.3.1.4.6",
    "1.3.6.1.4.1.19376.1.5.3.1.4.12", "1.3.6.1.4.1.19376.1.5.3.1.4.15", "1.3.6.1.4.1.19376.1.5.3.1.4.13.7",
    "1.2.250.1.213.1.1.3.39", "1.2.250.1.213.1.1.3.18", "1.3.6.1.4.1.19376.1.3.1.2", "1.2.250.1.213.1.1.3.20",
    "1.3.6.1.4.1.19376.1.5.3.1.4.7.3", "1.3.6.1.4.1.19376.1.5.3.1.4.12.2", "1.3.6.1.4.1.19376.1.5.3.1.4.13.2",
]  # fmt: skip
PARTS = st.sampled_from(
    [
        '<code code="48767-8"/>', '<code code="11302-7"/>', '<code code="NA"/>', '<code nullFlavor="NA"/>', "<code/>",
        '<code code="42348-3" displayName="Directives"/>', "<text>mots</text>", '<text><reference value="#x"/></text>',
        '<statusCode code="aborted"/>', '<effectiveTime value="2026"/>', '<effectiveTime><low value="20260101"/></effectiveTime>',
        '<effectiveTime xsi:type="PIVL_TS"><period value="0" unit="h"/></effectiveTime>', '<effectiveTime value="0000"/>',
        '<doseQuantity value="1e400"/>', '<quantity value="x"/>', "<consumable/>", "<participant/>", "<subject/>", "<specimen/>",
        "<referenceRange/>", '<referenceRange><observationRange><value xsi:type="IVL_PQ"/></observationRange></referenceRange>',
        '<interpretationCode code="H"/>', '<repeatNumber value="-3"/>', '<priorityCode code="EL"/>', "<performer/>",
        '<participant typeCode="DEV"><participantRole><playingDevice><code code="D"/></playingDevice></participantRole></participant>',
        '<consumable><manufacturedProduct><manufacturedMaterial><name>X</name></manufacturedMaterial></manufacturedProduct></consumable>',
        '<subject><relatedSubject><code code="MTH"/><subject><birthTime value="19"/></subject></relatedSubject></subject>',
    ]
)  # fmt: skip
VALUE = st.builds(
    lambda kind, value, code, inner: f'<value xsi:type="{kind}"{value}{code}>{inner}</value>',
    st.sampled_from(VALUES),
    st.sampled_from(["", ' value="1.5"', ' value="1" unit="g/L"', ' value="true"', ' value="20260101"', ' value="é"']),
    st.sampled_from(
        ["", ' code="X1" displayName="Nom"', ' code="no-known-allergies" codeSystem="2.16.840.1.113883.5.1150.1"']
    ),
    st.sampled_from(["", "mots", '<low value="1"/>', '<high value="2" unit="mg"/>', "<numerator value='1'/>"]),
)


def statement(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda tag, mood, roots, parts, value, nested: (
            f'<{tag} moodCode="{mood}">' + made.templated(*roots) + "".join(parts) + value
            + "".join(f'<{"component" if tag == "organizer" else "entryRelationship"} typeCode="{link}">{one}'
                      f'</{"component" if tag == "organizer" else "entryRelationship"}>' for link, one in nested)
            + f"</{tag}>"
        ),
        st.sampled_from(TAGS), st.sampled_from(["EVN", "INT", "GOL", "RQO", "ARQ", "DEF", ""]),
        st.lists(st.sampled_from(TEMPLATES), max_size=2), st.lists(PARTS, max_size=5), st.one_of(st.just(""), VALUE),
        st.lists(st.tuples(st.sampled_from(["COMP", "SUBJ", "REFR", "MFST", "CAUS", "RSON"]), inner), max_size=3),
    )  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(
    section=st.sampled_from(["11450-4", "48765-2", "10160-0", "18610-6", "18776-5", "30954-2"]),
    entry=st.recursive(statement(st.just("<act/>")), statement, max_leaves=6),
)
def test_any_arrangement_of_entries_gives_valid_resources_or_is_listed(section, entry):
    found = extract(made.document(section, entry, words={"x": "mots écrits", "p": "Non", "a": "-"}))
    assert found.entries or found.unread
    for one in found.entries:
        validate(orjson.dumps(with_subject(one.resource)), kinds=KINDS)


# ---- whose body it is


def birth_certificate(section: str, entry: str) -> bytes:
    """The same section, in a document about a child of eight days."""
    data = made.document(section, entry)
    return data.replace(b'<birthTime value="19790328"/>', b'<birthTime value="20260722"/>')


HEIGHT = (
    '<observation classCode="OBS" moodCode="EVN">'
    + made.templated("1.3.6.1.4.1.19376.1.5.3.1.4.13.2")
    + f'<code code="8302-2" codeSystem="{made.LOINC}" displayName="Taille"/><statusCode code="completed"/>'
    '<effectiveTime nullFlavor="NA"/><value xsi:type="PQ" value="172" unit="cm"/></observation>'
)


def test_a_mothers_height_in_her_childs_certificate_is_about_the_mother():
    assert only(birth_certificate("10162-6", HEIGHT))["focus"] == [{"display": "Mère"}]
    assert "focus" not in only(birth_certificate("8716-3", HEIGHT))
    assert "focus" not in only(made.document("10162-6", HEIGHT)), "her own pregnancy, in her own file"


def test_an_undated_measure_in_the_chapter_of_the_birth_is_of_the_day_of_birth():
    assert only(made.document("57075-4", HEIGHT))["effectiveDateTime"] == "1979-03-28"
    assert "effectiveDateTime" not in only(made.document("8716-3", HEIGHT))


def test_a_result_about_someone_else_says_whom():
    subject = (
        '<subject><relatedSubject><code code="FTH" codeSystem="2.16.840.1.113883.5.111" displayName="Père"/>'
        "</relatedSubject></subject>"
    )
    data = made.document("29762-2", HEIGHT.replace("</observation>", f"{subject}</observation>"))
    assert only(data)["focus"] == [{"display": "Père"}]
