"""What the CDA reader finds in the 50 examples, against each file's own XML: counted and compared by plain lxml XPath,
with nothing of our reader but the places it gives. Data stays outside the project."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from fhir.resources.R4B import get_fhir_model_class
from lxml import etree

from hygie.formats.cda.extract import extract
from hygie.formats.entries import KINDS, Certainty, Entry, Found
from hygie.formats.fhir.validate import validate
from hygie.formats.tests.fhir_subjects import with_subject

FOLDER = Path(__file__).parents[4] / "shared" / "corpus" / "cda"
FILES = sorted(FOLDER.glob("*.xml")) if FOLDER.is_dir() else []
corpus = pytest.mark.skipif(not FILES, reason="the corpus of examples is not on this machine")
every = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
V3 = "{urn:hl7-org:v3}"
V = {"v": "urn:hl7-org:v3"}
XSI = "{http://www.w3.org/2001/XMLSchema-instance}type"
STATEMENT = [
    "act",
    "encounter",
    "observation",
    "organizer",
    "procedure",
    "substanceAdministration",
    "supply",
    "observationMedia",
]
LABORATORY, VITAL = "1.3.6.1.4.1.19376.1.3.1.6", "1.3.6.1.4.1.19376.1.5.3.1.4.13.2"
PROBLEM, ALLERGY = "1.3.6.1.4.1.19376.1.5.3.1.4.5", "1.3.6.1.4.1.19376.1.5.3.1.4.6"
# Nested statements whose code FHIR turns into an element of its own: the code itself is not repeated.
TURNED = {
    "SEV", "33999-4", "66455-7", "82606-5", "48767-8", "PINSTRUCT", "FINSTRUCT", "30973-2", "SPRECEIVE", "DRUG",
    "ASSERTION", "NA", "55107-7", "69764-9", "85353-1", "282291009", "55607006", "418799008", "404684003", "64572001", "416098002",
}  # fmt: skip


@lru_cache(50)
def known(path: Path) -> tuple[Found, etree._Element]:
    data = path.read_bytes()
    tree = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True, huge_tree=True))
    root = tree if tree.tag == V3 + "ClinicalDocument" else next(tree.iter(V3 + "ClinicalDocument"))
    return extract(data), root


def located(root: etree._Element, place: str) -> etree._Element:
    """The element that a place names: exactly one."""
    inside = place.partition(" · ")[0].removeprefix("/ClinicalDocument").lstrip("/")
    found = root.xpath("/".join(f"v:{step}" for step in inside.split("/")), namespaces=V)
    assert len(found) == 1, place
    return found[0]


def name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2]


def templates(element: etree._Element) -> set[str]:
    return {one.get("root") for one in element.findall(V3 + "templateId")}


def statements(root: etree._Element) -> Iterator[etree._Element]:
    for entry in root.iter(V3 + "entry"):
        for element in entry.iter():
            if name(element) in STATEMENT:
                yield element


def holder(element: etree._Element, held: dict[etree._Element, Any]) -> Any:
    """What the statement, or the nearest one around it, became."""
    at: etree._Element | None = element
    while at is not None:
        if at in held:
            return held[at]
        at = at.getparent()
    return None


def around(element: etree._Element, held: dict[etree._Element, Any]) -> list[Any]:
    """What a statement became: itself, what is around it, what is in it; of a concern, the problems that it holds."""
    own = holder(element, held)
    found = ([own] if own is not None else []) + [held[one] for one in element.iter() if one in held]
    if not found:
        wrapper = element.getparent().getparent()
        found = [held[one] for one in wrapper.iter() if one in held]
    return found


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def numbers(resource: Any) -> set[float]:
    return {float(one) for one in leaves(resource) if isinstance(one, int | float) and not isinstance(one, bool)}


def strings(resource: Any) -> set[str]:
    return {one for one in leaves(resource) if isinstance(one, str)}


def instant(written: str) -> str | None:
    """HL7 time -> the start of the FHIR one, worked out here on its own; None when it is no date."""
    digits = re.match(r"\d+", written)
    shape = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
    if digits is None or len(digits.group()) not in shape:
        return None
    try:
        made = datetime.strptime(digits.group(), shape[len(digits.group())]).replace(tzinfo=UTC)
    except ValueError:
        return None
    text = made.strftime("%Y-%m-%dT%H:%M:%S")
    return text[: {4: 4, 6: 7, 8: 10}.get(len(digits.group()), 19)]


def held(found: Found, root: etree._Element) -> tuple[dict[etree._Element, Entry], set[etree._Element]]:
    """Entries by their element, and what gave none: listed, or a file inside the document, read by its own reader."""
    entries = {located(root, entry.place): entry for entry in found.entries if " · " not in entry.place}
    unread = {located(root, part.place) for part in found.unread}
    inside = {located(root, entry.place) for entry in found.entries if " · " in entry.place}
    return entries, unread | inside | {organizer(one) for one in unread | inside if name(one) == "observationMedia"}


def organizer(media: etree._Element) -> etree._Element:
    return next(media.iterancestors(V3 + "organizer"), media)


def under(element: etree._Element, places: set[etree._Element]) -> bool:
    return element in places or any(above in places for above in element.iterancestors())


@corpus
@every
def test_each_entry_of_each_file_gives_something_or_is_listed(path):
    found, root = known(path)
    entries, unread = held(found, root)
    for entry in root.iter(V3 + "entry"):
        inside = set(entry.iter())
        assert inside & (set(entries) | unread), etree.tostring(entry)[:300]
    for element in statements(root):
        assert around(element, dict.fromkeys(entries, True) | dict.fromkeys(unread, True)), element.sourceline


@corpus
@every
def test_every_result_row_has_its_value_unit_interval_date_and_code(path):
    """Laboratory results, former results recalled beside them, and measures: all of them, each as an entry."""
    found, root = known(path)
    entries, _ = held(found, root)
    rows = [
        element
        for element in root.iter(V3 + "observation")
        if templates(element) & {LABORATORY, VITAL}
        or (element.getparent().get("typeCode") == "REFR" and templates(element.getparent().getparent()) & {LABORATORY})
    ]
    for row in rows:
        assert row in entries, row.sourceline
        resource = entries[row].resource
        assert resource["resourceType"] == "Observation"
        assert entries[row].certainty is Certainty.STATED and entries[row].confidence == 1
        same_code(row, resource)
        same_value(row, resource)
        same_interval(row, resource)
        same_date(row, resource)
        meanings = {one.get("code") for one in row.findall(V3 + "interpretationCode")}
        assert {c["code"] for one in resource.get("interpretation", ()) for c in one["coding"]} == meanings


def same_code(row: etree._Element, resource: dict[str, Any]) -> None:
    given = row.find(V3 + "code")
    wanted = {one.get("code") for one in (given, *given.findall(V3 + "translation")) if one.get("code")}
    assert wanted <= {one["code"] for one in resource["code"].get("coding", ())}


def same_value(row: etree._Element, resource: dict[str, Any]) -> None:
    value = row.find(V3 + "value")
    kind = (value.get(XSI) or "").rpartition(":")[2]
    if kind in ("PQ", "REAL"):
        quantity = resource["valueQuantity"]
        assert quantity["value"] == float(value.get("value"))
        assert quantity.get("code") == value.get("unit")
        assert "comparator" not in quantity
        assert value.get("value").replace(".", ",") in printed(resource)
        others = {(float(one.get("value")), one.get("code")) for one in value.findall(V3 + "translation")}
        assert others == {
            (one["valueQuantity"]["value"], one["valueQuantity"]["code"]) for one in quantity.get("extension", ())
        }
    elif kind == "IVL_PQ":
        low, high = value.find(V3 + "low"), value.find(V3 + "high")
        end = low if low is not None else high
        quantity = resource["valueQuantity"]
        assert (quantity["value"], quantity["code"]) == (float(end.get("value")), end.get("unit"))
        sign = "<" if end is high else ">"
        assert quantity["comparator"] == sign + ("" if end.get("inclusive") == "false" else "=")
    elif kind == "INT":
        assert resource["valueInteger"] == int(value.get("value"))
    elif kind == "ED":
        quantity, words = resource["valueQuantity"], "".join(value.itertext()).strip()
        assert printed(resource) == words
        shape = re.fullmatch(r"([<>])([\d.]+) (\S+)", words)
        assert shape is not None
        assert (quantity["comparator"], quantity["value"], quantity["unit"]) == (
            shape.group(1), float(shape.group(2)), shape.group(3),
        )  # fmt: skip
    elif kind in ("CD", "CE"):
        if value.get("code"):
            assert value.get("code") in {one["code"] for one in resource["valueCodeableConcept"]["coding"]}
        else:
            assert resource["valueCodeableConcept"]["text"] == pointed(row, value)
    elif kind == "ST":
        assert (
            resource.get("valueString", "") == " ".join("".join(value.itertext()).split())
            or value.find(V3 + "reference") is not None
        )
    else:
        raise AssertionError(kind)


def printed(resource: dict[str, Any]) -> str:
    return next(one["valueString"] for one in resource["extension"] if one["url"].endswith("/as-printed"))


def pointed(row: etree._Element, value: etree._Element) -> str:
    target = value.find(f"{V3}originalText/{V3}reference").get("value").lstrip("#")
    root = row.getroottree().getroot()
    words = root.xpath("//*[@ID=$id]", id=target)[0]
    return " ".join("".join(words.itertext()).split())


def same_interval(row: etree._Element, resource: dict[str, Any]) -> None:
    given = row.findall(f"{V3}referenceRange/{V3}observationRange/{V3}value")
    made = [one for one in resource.get("referenceRange", ()) if "low" in one or "high" in one]
    wanted = [
        {
            end: float(limit.get("value"))
            for end in ("low", "high")
            if (limit := value.find(V3 + end)) is not None and limit.get("value")
        }
        for value in given
    ]
    assert [{end: one[end]["value"] for end in ("low", "high") if end in one} for one in made] == [
        w for w in wanted if w
    ]


def same_date(row: etree._Element, resource: dict[str, Any]) -> None:
    written = row.find(V3 + "effectiveTime")
    value = written.get("value") if written is not None else None
    wanted = instant(value) if value else None
    if wanted:
        assert resource["effectiveDateTime"].startswith(wanted)
    elif value:
        assert "effectiveDateTime" not in resource, "a date that is none is never guessed"


@corpus
@every
def test_every_number_and_code_is_in_the_resource_that_took_the_statement_in(path):
    found, root = known(path)
    entries, unread = held(found, root)
    for element in root.iter(V3 + "observation"):
        if under(element, unread) or next(element.iterancestors(V3 + "entry"), None) is None:
            continue
        resources = [one.resource for one in around(element, entries)]
        assert resources, element.sourceline
        attached = any(
            one.get("code") == "55107-7" for above in element.iterancestors() for one in above.findall(V3 + "code")
        )
        if attached:
            continue
        value = element.find(V3 + "value")
        code = element.find(V3 + "code")
        if code is not None and code.get("code") and code.get("code") not in TURNED:
            assert any(code.get("code") in strings(one) for one in resources), (element.sourceline, code.get("code"))
        if value is None or (code is not None and code.get("code") in ("33999-4", "82606-5", "66455-7", "SEV")):
            continue
        written, kind = value.get("value"), (value.get(XSI) or "").rpartition(":")[2]
        if written and kind in ("PQ", "INT", "REAL"):
            assert any(float(written) in numbers(one) for one in resources) or negated(element), element.sourceline
        if value.get("code"):
            assert any(value.get("code") in strings(one) for one in resources) or negated(element), element.sourceline
        if written and kind == "TS":
            assert any(text.startswith(instant(written)) for one in resources for text in strings(one)), (
                element.sourceline
            )


def negated(element: etree._Element) -> bool:
    return any(one.get("negationInd") == "true" for one in (element, *element.iterancestors()))


@corpus
@every
def test_every_medicine_has_its_product_its_dose_and_its_dates(path):
    found, root = known(path)
    entries, unread = held(found, root)
    for element in root.iter(V3 + "substanceAdministration"):
        if under(element, unread):
            continue
        resource = around(element, entries)[0].resource
        own = element in entries
        assert own or element.getparent().tag == V3 + "entryRelationship"
        text = orjson.dumps(resource).decode()
        for code in element.findall(f"{V3}consumable/{V3}manufacturedProduct/{V3}manufacturedMaterial/{V3}code"):
            for one in (code, *code.findall(V3 + "translation")):
                if one.get("code") and own:
                    assert one.get("code") in strings(resource), one.get("code")
        if not own or ("no-" in text[:400] and "absent-unknown" in text):
            continue
        for amount in element.findall(f"{V3}doseQuantity/*") + element.findall(f"{V3}doseQuantity"):
            if amount.get("value") and "MedicationAdministration" not in text:
                assert float(amount.get("value")) in numbers(resource)
        for end in element.findall(f"{V3}effectiveTime/{V3}low") + element.findall(f"{V3}effectiveTime/{V3}high"):
            if end.get("value"):
                assert any(one.startswith(instant(end.get("value"))) for one in strings(resource))
        for period in element.findall(f"{V3}effectiveTime/{V3}period"):
            assert float(period.get("value")) in numbers(resource)
        if element.find(V3 + "repeatNumber") is not None:
            assert (
                int(element.find(V3 + "repeatNumber").get("value"))
                == resource["dispenseRequest"]["numberOfRepeatsAllowed"]
            )


@corpus
@every
def test_problems_allergies_and_vaccines_are_as_many_as_the_file_says(path):
    found, root = known(path)
    entries, unread = held(found, root)
    body = [element for element in statements(root) if not under(element, unread)]
    wanted: Counter[str] = Counter()
    for element in body:
        roots, link = templates(element), element.getparent().get("typeCode")
        if ALLERGY in roots:
            wanted["AllergyIntolerance"] += 1
        elif PROBLEM in roots and link not in ("MFST", "CAUS"):
            wanted["Condition"] += 1
        elif "1.3.6.1.4.1.19376.1.5.3.1.4.12" in roots:
            wanted["Immunization"] += 1
        elif "1.3.6.1.4.1.19376.1.5.3.1.4.15" in roots:
            wanted["FamilyMemberHistory"] += 1
        elif "1.3.6.1.4.1.19376.1.5.3.1.4.13.7" in roots:
            wanted["Consent"] += 1
        elif element.tag == V3 + "encounter":
            wanted["Encounter"] += 1
        elif element.get("moodCode") == "GOL":
            wanted["Goal"] += 1
    made = Counter(entry.kind for entry in found.entries)
    assert {kind: made[kind] for kind in wanted} == dict(wanted)
    negatives = [e for e in entries if e.get("negationInd") == "true"]
    for element in negatives:
        resource = entries[element].resource
        text = orjson.dumps(resource).decode()
        assert any(
            sign in text
            for sign in ("refuted", "not-done", "not-taken", "Nié par la source", '"valueBoolean"', "absent-unknown")
        ), element.sourceline


@corpus
@every
def test_each_resource_is_base_fhir_and_stands_alone(path):
    found, _ = known(path)
    for entry in found.entries:
        assert entry.kind in KINDS
        assert not {"id", "meta", "subject", "patient"} & set(entry.resource)
        whole = with_subject(entry.resource)
        validate(orjson.dumps(whole), kinds=KINDS)
        get_fhir_model_class(entry.kind).model_validate(whole)


@corpus
@every
def test_all_words_of_the_narrative_can_be_searched(path):
    found, root = known(path)
    for text in root.iterfind(f".//{V3}section/{V3}text"):
        for word in " ".join(text.itertext()).split():
            assert word in found.text
    title = root.find(V3 + "title")
    assert "".join(title.itertext()).split()[0] in found.text


@corpus
def test_the_figures_of_the_whole_corpus():
    """What was there on the day this was written: a reader that loses something shows here first."""
    kinds: Counter[str] = Counter()
    for path in FILES:
        found, _ = known(path)
        kinds.update(entry.kind for entry in found.entries if " · " not in entry.place)
    assert kinds["Observation"] >= 700
    assert kinds["Condition"] >= 82
    assert kinds["Immunization"] == 56
    assert kinds["AllergyIntolerance"] == 14
    assert sum(kinds.values()) >= 1052
