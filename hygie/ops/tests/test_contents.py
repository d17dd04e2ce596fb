"""`hygie read` says every entry of a file, with its place and how sure it is, and every part that gave none."""

from __future__ import annotations

import json

import orjson
from click.testing import CliRunner

from hygie.formats.cda import writer
from hygie.formats.entries import Certainty, Entry, Found, Unread
from hygie.formats.tests import entry_samples, fhir_samples, messages, samples
from hygie.formats.tests.test_fhir_extract import summary, tsh
from hygie.ops import contents
from hygie.ops.read import read


def run(data: bytes, *arguments: str) -> str:
    result = CliRunner().invoke(read, ["-", *arguments], input=data, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_json_holds_each_entry_with_its_place_its_certainty_and_its_confidence():
    reading = json.loads(run(writer.write(samples.lab()), "--json"))["reading"]
    assert (reading["reader"], len(reading["entries"]), reading["unread"]) == ("cda", 4, [])
    tsh = next(one for one in reading["entries"] if one["says"] == "TSH : 1,950 mUI/L")
    assert (tsh["kind"], tsh["day"], tsh["certainty"], tsh["confidence"]) == (
        "Observation",
        "2026-07-30",
        "stated",
        1.0,
    )
    assert tsh["place"].startswith("/ClinicalDocument/component/structuredBody/")
    assert tsh["section"] == "Bilan thyroïdien"
    assert tsh["resource"]["valueQuantity"]["value"] == 1.95


def test_a_person_reads_a_list_with_places():
    shown = run(writer.write(samples.ordered()))
    assert "Ce que dit ce fichier (1)" in shown
    assert "Prescription : LEVOTHYROX 75 µg, comprimé : 1 comprimé le matin à jeun" in shown
    assert "dit par la source" in shown


def test_what_was_not_read_is_said_with_its_place():
    data = entry_samples.document("48765-2", entry_samples.allergy('<value xsi:type="CD"/>'))
    shown = run(data)
    assert "Ce que Hygie n'a pas lu (1)" in shown
    assert (
        "/ClinicalDocument/component/structuredBody/component/section/entry/act/entryRelationship/observation" in shown
    )


def test_a_fhir_document_is_listed_like_any_other():
    reading = json.loads(run(summary(), "--json"))["reading"]
    assert [one["place"] for one in reading["entries"]] == ["Bundle.entry[4].resource"]


def test_a_suggestion_shows_how_sure_the_reading_is():
    guess = Entry(
        {"resourceType": "Observation", "code": {"text": "TSH"}}, "page 1, ligne 4", Certainty.SUGGESTED, 0.62
    )
    listing = contents.listed(Found("paper", "1", (guess,), (Unread("page 2", "Page illisible."),)))
    shown = "\n".join(contents.lines(listing))
    assert "lu, à confirmer, confiance 62 %" in shown
    assert "Page illisible." in shown
    assert orjson.dumps(listing)


def test_a_lone_result_and_an_envelope_of_results_are_read_as_well():
    lone = json.loads(run(orjson.dumps(tsh()), "--json"))
    assert [one["kind"] for one in lone["reading"]["entries"]] == ["Observation"]
    sent = {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": tsh(), "request": {"method": "POST", "url": "Observation"}}]}  # fmt: skip
    assert len(json.loads(run(orjson.dumps(sent), "--json"))["reading"]["entries"]) == 1


def test_a_message_says_whom_it_is_about_in_words_and_never_as_it_is_kept_in_memory():
    for data, says in (
        (messages.sante(), "- AMINA TRAORE, née ou né le 1979-03-28, sexe féminin, numéro de sécurité"),
        (messages.results(), "Personne : AMINA SARAH BENALI, née ou né le 1979-03-28"),
        (fhir_samples.raw(fhir_samples.reference()), "Personne : AMINA"),
    ):
        shown = run(data)
        assert says in shown
        assert not any(mark in shown for mark in ("{'", "['", "None", "True", "False"))


def test_the_file_inside_a_fhir_deposit_is_read_like_the_file_itself():
    report, letter = writer.write(samples.lab()), messages.sante()
    sent = fhir_samples.provide(
        (fhir_samples.entry_for(report, media_type="text/xml"), report),
        (fhir_samples.entry_for(letter, unique_id="urn:oid:1.2.250.1.999.1.7.43"), letter),
        (fhir_samples.entry_for(b"%PDF-1.4 \x00", unique_id="urn:oid:1.2.250.1.999.1.7.44"), b"%PDF-1.4 \x00"),
    )
    found = json.loads(run(fhir_samples.raw(sent), "--json"))
    cda, hprim, pdf = (f"Bundle.entry[{number}].resource.data" for number in (4, 5, 6))
    assert [(one["place"], one["contains"]) for one in found["files"]] == [
        (cda, "document CDA R2"), (hprim, "message HPRIM"), (pdf, "PDF"),
    ]  # fmt: skip
    alone = [json.loads(run(one, "--json"))["reading"]["entries"] for one in (report, letter)]
    assert len(alone[0]) == 4 and alone[1]
    assert found["reading"]["entries"] == [
        one | {"place": f"{place} > {one['place']}"}
        for place, told in zip((cda, hprim), alone, strict=True)
        for one in told
    ]
    left = {one["place"] for one in found["reading"]["unread"]}
    assert {"Bundle.entry[0].resource", pdf} <= {one.partition(" > ")[0] for one in left}
    assert not left & {f"Bundle.entry[{number}].resource" for number in (1, 2, 3, 4, 5, 6)}


def test_a_document_reference_is_read_with_what_it_carries_and_never_goes_to_fetch_it():
    report = writer.write(samples.lab())
    carried = json.loads(
        run(fhir_samples.raw(fhir_samples.reference(fhir_samples.entry_for(report), report)), "--json")
    )
    place = "DocumentReference.content[0].attachment"
    assert carried["files"][0]["place"] == f"{place}.data" and len(carried["reading"]["entries"]) == 4
    away = fhir_samples.reference(content=None)
    away["content"][0]["attachment"]["url"] = "https://elsewhere.example/Binary/1"
    found = json.loads(run(fhir_samples.raw(away), "--json"))
    assert found["warnings"][0]["at"] == f"{place}.url"
    assert found["reading"]["entries"] == [] and place in {one["place"] for one in found["reading"]["unread"]}
