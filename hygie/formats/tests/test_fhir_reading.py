"""A DocumentReference is read whole, or refused at the right place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hygie.base.errors import HygieError, Invalid, Unsupported
from hygie.formats.fhir import building, bundle, document_reference, reader, systems, validate
from hygie.formats.fhir.types import Author, Code, Entry, Publication, Served, Subject
from hygie.formats.tests.fhir_samples import (
    AMINA,
    CONTENT,
    ENTRY,
    entry_for,
    provide,
    raw,
    reference,
    superseding,
)  # fmt: skip

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "fhir"


def parse(resource: Any, *, lenient: bool = False) -> Publication:
    return document_reference.parse(validate.read(raw(resource)), lenient=lenient)


def fault(resource: Any, *, lenient: bool = False) -> HygieError:
    with pytest.raises((Invalid, Unsupported)) as caught:
        parse(resource, lenient=lenient)
    return caught.value


def test_amina_s_report_is_read_whole_and_without_a_warning():
    publication = parse(reference())
    assert publication.entry == ENTRY
    assert publication.content == CONTENT
    assert publication.warnings == ()


def test_what_is_kept_of_the_reference_carries_neither_the_content_nor_a_narrative():
    doc = reference() | {"text": {"status": "generated", "div": "<div xmlns='http://www.w3.org/1999/xhtml'>x</div>"}}
    kept = orjson.loads(parse(doc).fhir)
    assert "data" not in kept["content"][0]["attachment"]
    assert "text" not in kept
    assert kept["content"][0]["attachment"]["hash"] == doc["content"][0]["attachment"]["hash"]


codes = st.builds(
    Code, st.from_regex(r"[A-Za-z0-9-]{1,12}", fullmatch=True), st.sampled_from([None, "urn:oid:1.2.3"]),
    st.none() | st.from_regex(r"[A-Za-zé' ]{1,20}[a-z]", fullmatch=True),
)  # fmt: skip
words = st.from_regex(r"[A-ZÉ][A-ZÉ'-]{0,11}", fullmatch=True)
moments = st.integers(-2_000_000_000, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
subjects = st.builds(
    Subject, matricule=st.from_regex(r"[12][0-9]{4}([0-9][0-9]|2A|2B)[0-9]{8}", fullmatch=True),
    oid=st.sampled_from(["1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.10"]), birth_family=words,
    given_names=st.lists(words, min_size=1, max_size=3).map(tuple), birth_date=st.dates().map(str),
    sex=st.sampled_from(["female", "male", "unknown"]), birth_place=st.none() | st.just("2A004"),
    used_family=st.none() | words, used_given=st.none() | words,
)  # fmt: skip
writers = st.builds(
    Author, name=words, rpps=st.none() | st.from_regex(r"1[0-9]{10}", fullmatch=True),
    profession=st.none() | st.just("10"), specialty=st.none() | st.just("SM26"), organisation=st.none() | words,
)  # fmt: skip
visibilities = st.builds(
    lambda level, others: frozenset({level, *others}),
    st.sampled_from(systems.LEVELS), st.sets(st.sampled_from(systems.VISIBILITIES)),
)  # fmt: skip
entries = st.builds(
    entry_for, unique_id=st.from_regex(r"urn:oid:1(\.[1-9][0-9]{0,4}){1,5}", fullmatch=True), subject=subjects,
    created=moments, type=codes, title=words, authors=st.lists(writers, min_size=1, max_size=3).map(tuple),
    custodian=words, visibility=visibilities, format_code=codes, facility_type=codes, practice_setting=codes,
    service_start=moments, service_stop=st.none() | moments, description=st.none() | words, archived=st.booleans(),
    replaces=st.none() | st.just("urn:oid:1.2.3") | st.just("0191d1de00007000"),
)  # fmt: skip


@given(entries)
@settings(max_examples=60, deadline=None)
def test_what_we_write_we_read_back_the_same(entry: Entry):
    assert parse(reference(entry), lenient=True).entry == entry


@pytest.mark.parametrize(
    ("path", "value", "at"),
    [
        (("masterIdentifier",), None, "DocumentReference.masterIdentifier"),
        (("status",), "superseded", "DocumentReference.status"),
        (("status",), "nope", "DocumentReference.status"),
        (("type",), None, "DocumentReference.type"),
        (("date",), "2026-13-01", "DocumentReference.date"),
        (("custodian",), None, "DocumentReference.custodian"),
        (("category",), [{"coding": [{"code": "11"}]}], "DocumentReference.category[0]"),
        (("author",), None, "DocumentReference.author"),
        (("securityLabel",), None, "DocumentReference.securityLabel"),
        (("securityLabel",), [{"coding": [{"code": "SECRET"}]}], "DocumentReference.securityLabel[0]"),
        (("context", "period"), None, "DocumentReference.context.period.start"),
        (("context", "facilityType"), None, "DocumentReference.context.facilityType"),
        (("content", 0, "format"), None, "DocumentReference.content[0].format"),
        (("content", 0, "attachment", "title"), None, "DocumentReference.content[0].attachment.title"),
        (("content", 0, "attachment", "size"), 3, "DocumentReference.content[0].attachment.size"),
        (("content", 0, "attachment", "hash"), "A/hMRrv6Y15BjSM8kMLidrz+mHc=",
         "DocumentReference.content[0].attachment.hash"),
        (("content", 0, "attachment", "url"), "https://example.org/x", "DocumentReference.content[0].attachment.url"),
        (("content", 0, "attachment", "data"), None, "DocumentReference.content[0].attachment.data"),
        (("content", 0, "attachment", "zz"), "x", "DocumentReference.content[0].attachment.zz"),
        (("docStatus",), "final", "DocumentReference.docStatus"),
        (("modifierExtension",), [{"url": "urn:x", "valueBoolean": True}], "DocumentReference.modifierExtension"),
    ],
)  # fmt: skip
def test_each_fault_is_refused_where_it_is(path: tuple[Any, ...], value: Any, at: str):
    doc = reference()
    holder: Any = doc
    for step in path[:-1]:
        holder = holder[step]
    if value is None:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    assert fault(doc).at == at


def test_size_and_hash_are_checked_even_when_lenient():
    doc = reference()
    doc["content"][0]["attachment"]["size"] += 1
    assert fault(doc, lenient=True).code == "fhir-size-mismatch"
    doc = reference(entry_for(b"other bytes"), CONTENT)
    doc["content"][0]["attachment"]["size"] = len(CONTENT)
    assert fault(doc, lenient=True).code == "fhir-hash-mismatch"


@pytest.mark.parametrize("lenient", [True, False])
def test_two_persons_in_one_message_are_never_let_pass(lenient: bool):
    doc = reference()
    doc["subject"]["reference"] = "Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|277076322082910"
    found = fault(doc, lenient=lenient)
    assert found.code == "identity-mismatch"
    assert "277076322082910" not in found.public


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/123"},
        {"reference": "Patient?identifier=urn:oid:1.2.3|279035121518989"},
        {"reference": "Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|123"},
        {"display": "Amina"},
    ],
)
def test_no_reading_guesses_who_the_person_is(subject: dict[str, Any]):
    doc = reference() | {"subject": subject}
    doc["contained"][0].pop("identifier")
    assert fault(doc, lenient=True).code.startswith("identity-")


def test_a_label_without_a_level_is_at_the_normal_level_and_stays_hidden():
    doc = reference() | {"securityLabel": [{"coding": [{"code": "INVISIBLE_REP_LEGAUX"}]}]}
    assert parse(doc).entry.visibility == {"N", "INVISIBLE_REPRESENTANTS_LEGAUX"}


def test_the_same_key_twice_is_refused():
    text = raw(reference()).replace(b'"status":"current"', b'"status":"current","status":"current"', 1)
    with pytest.raises(Invalid) as caught:
        validate.read(text)
    assert caught.value.at == "DocumentReference.status"


def test_the_same_data_twice_is_refused_although_it_is_taken_out_before_parsing():
    text = raw(reference())
    start = text.index(b'"data":')
    again = text[start : text.index(b'"', start + 8) + 1]
    with pytest.raises(Invalid) as caught:
        validate.read(text.replace(again, again + b"," + again, 1))
    assert caught.value.at == "DocumentReference.content[0].attachment.data"


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(deadline=None)
def test_any_bytes_are_refused_with_one_of_our_errors(noise: bytes):
    with pytest.raises((Invalid, Unsupported)):
        reader.describe(noise)


def test_a_bomb_of_nesting_is_refused_at_once():
    deep = b'{"resourceType":"DocumentReference","extension":' + b'[{"url":"a","extension":' * 100_000
    for text in (deep, deep + b"[]" + b"}]" * 100_000 + b"}"):
        with pytest.raises(Invalid) as caught:
            validate.read(text)
        assert caught.value.code == "fhir-structure"


def test_nesting_that_no_one_writes_is_refused_even_if_it_is_valid_fhir():
    inner: dict[str, Any] = {"url": "urn:x", "valueString": "x"}
    for _ in range(102):
        inner = {"url": "urn:x", "extension": [inner]}
    with pytest.raises(Invalid, match="imbriqué"):
        validate.read(raw(reference() | {"extension": [inner]}))


@given(st.text(alphabet='"\\:data {}[],', max_size=60), st.integers(0, 3))
@settings(deadline=None)
def test_lifting_the_documents_out_changes_nothing_else(noise: str, copies: int):
    assume(noise != "data")  # that key is the document's
    value = {"a": noise, "data": "QUJD" * 400, "b": [{"data": noise}, {"data": "QUJD" * 300}] * copies, noise: "data"}
    skeleton, data = validate._lift(raw(value))
    back = skeleton.decode()
    for mark, held in data.items():
        back = back.replace(mark, str(held, "ascii"))
    assert orjson.loads(back) == orjson.loads(raw(value))
    assert len(data) >= 1


def test_a_whole_message_comes_back_from_validate():
    assert validate.validate(raw(reference())) == reference()


def test_spaces_in_base64_are_read_as_fhir_allows():
    doc = reference()
    data = doc["content"][0]["attachment"]["data"]
    doc["content"][0]["attachment"]["data"] = " ".join(data[n : n + 4] for n in range(0, len(data), 4))
    assert parse(doc).content == CONTENT


# Bundles


def test_a_submission_of_two_documents_is_read_in_order():
    other = entry_for(b"image", unique_id="urn:oid:1.2.250.1.999.1.7.43", media_type="image/png")
    submission = bundle.parse(validate.read(raw(provide((ENTRY, CONTENT), (other, b"image")))), lenient=False)
    assert [one.content for one in submission.documents] == [CONTENT, b"image"]
    assert [kind for kind, _ in submission.kinds] == [
        "List",
        "DocumentReference",
        "DocumentReference",
        "Binary",
        "Binary",
    ]
    assert submission.lot.unique_id == "urn:oid:1.2.250.1.999.2.1"
    assert submission.warnings == ()


def test_a_replacement_comes_with_its_patch():
    new = entry_for(replaces="urn:oid:1.2.250.1.999.1.7.41")
    patch = superseding("DocumentReference?identifier=urn:ietf:rfc:3986|urn:oid:1.2.250.1.999.1.7.41")
    submission = bundle.parse(validate.read(raw(provide((new, CONTENT), extra=(patch,)))), lenient=False)
    assert submission.documents[0].entry.replaces == "urn:oid:1.2.250.1.999.1.7.41"
    assert ("PATCH", None) in submission.kinds


@pytest.mark.parametrize(
    "extra",
    [
        superseding("DocumentReference/another-one"),
        superseding("DocumentReference/old", value="entered-in-error"),
        {"resource": {"resourceType": "Patient"}, "request": {"method": "PUT", "url": "Patient/1"}},
        {"resource": {"resourceType": "Binary", "contentType": "a/b"}, "request": {"method": "DELETE", "url": "Binary/1"}},
        {"resource": {"resourceType": "Patient"},
         "request": {"method": "POST", "url": "Patient", "ifNoneExist": "identifier=1"}},
    ],
)  # fmt: skip
def test_a_transaction_does_nothing_but_publish(extra: dict[str, Any]):
    message = validate.read(raw(provide((entry_for(replaces="old"), CONTENT), extra=(extra,))))
    with pytest.raises(Unsupported) as caught:
        bundle.parse(message, lenient=True)
    assert caught.value.at is not None
    assert caught.value.at.startswith("Bundle.entry[2]")


def test_one_submission_is_about_one_person():
    other = entry_for(
        unique_id="urn:oid:1.2.3", subject=Subject(**{k: getattr(AMINA, k) for k in AMINA.__slots__} | {"matricule": "277076322082910"})
    )  # fmt: skip
    with pytest.raises(Invalid) as caught:
        bundle.parse(validate.read(raw(provide((ENTRY, CONTENT), (other, CONTENT)))), lenient=True)
    assert caught.value.code == "identity-mismatch"


# What we emit, by another library's eye


def test_what_we_emit_is_fhir_for_another_library_too():
    from fhir.resources.R4B.bundle import Bundle
    from fhir.resources.R4B.documentreference import DocumentReference

    served = Served("0" * 64, 3, ENTRY.created, "current", frozenset({"R", "MASQUE_PS"}), True, 10, replaces="abc")
    doc = building.build(ENTRY, served, stored=parse(reference()).fhir)
    DocumentReference.model_validate_json(raw(doc))
    assert validate.validate(raw(doc)) == doc
    answer = bundle.searchset([doc], base="http://localhost", total=1, self_url="http://localhost/fhir")
    Bundle.model_validate_json(raw(answer))
    validate.validate(raw(answer))
    done = bundle.response(
        [bundle.answered("201 Created", location="DocumentReference/1", version=1, at=ENTRY.created)]
    )
    Bundle.model_validate_json(raw(done))


def test_what_the_server_decides_wins_over_what_was_received():
    doc = reference(entry_for(archived=True))
    doc["meta"] = {"security": [{"code": "HTEST"}], "versionId": "99"}
    stored = parse(doc).fhir
    served = Served("id1", 2, ENTRY.created, "superseded", frozenset({"V", "INVISIBLE_PATIENT"}), False, 9)
    shown = building.build(ENTRY, served, stored=stored)
    assert shown["meta"]["versionId"] == "2"
    assert "security" not in shown["meta"]
    assert [item["coding"][0]["code"] for item in shown["securityLabel"]] == ["INVISIBLE_PATIENT", "V"]
    assert shown["extension"][0] == {"url": systems.IS_ARCHIVED, "valueBoolean": False}
    assert shown["content"][0]["attachment"]["url"] == "Binary/id1"


# The official examples: smoke, not gold


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not on this machine")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("DocumentReference-example-td2-iti105-publication-simplifiee.json", "urn:oid:1.2.250.1.213.1.4.8.99999.1"),
        ("Bundle-example-td2-iti65-lot-soumission.json", "urn:oid:1.2.250.1.213.1.4.8.99999.2"),
    ],
)
def test_official_examples_are_read_leniently_and_refused_strictly(name: str, expected: str):
    data = (CORPUS / name).read_bytes()
    told = reader.describe(data)
    assert told["documents"][0]["unique_id"] == expected
    assert told["warnings"]
    message = validate.read(data)
    strictly = bundle.parse if message.resource["resourceType"] == "Bundle" else document_reference.parse
    with pytest.raises(Invalid):
        strictly(message, lenient=False)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not on this machine")
def test_examples_from_abroad_have_no_matricule_and_are_refused_for_it():
    for path in sorted(CORPUS.glob("mhd-Bundle-ex-*ProvideDocument*.json")):
        if "response" in path.name:
            continue
        with pytest.raises((Invalid, Unsupported)) as caught:
            reader.describe(path.read_bytes())
        assert caught.value.code == "identity-missing", path.name
