"""`hygie read` says every entry of a file, with its place and how sure it is, and every part that gave none."""

from __future__ import annotations

import json

import orjson
from click.testing import CliRunner

from hygie.formats.cda import writer
from hygie.formats.entries import Certainty, Entry, Found, Unread
from hygie.formats.tests import entry_samples, samples
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
