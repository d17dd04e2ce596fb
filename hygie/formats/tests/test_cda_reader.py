"""Reading CDA: what is understood, and what is refused with its place."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.base.errors import Invalid
from hygie.formats.cda import identity as traits
from hygie.formats.cda import metadata, reader, times, writer
from hygie.formats.cda.types import Code, Id, LevelOne, Name, Structured
from hygie.formats.tests import samples

LAB = writer.write(samples.lab())
LETTER = writer.write(samples.letter())
PDF = writer.write(samples.level_one())


def refused(data: bytes) -> tuple[str, str | None]:
    with pytest.raises(Invalid) as caught:
        reader.read(data)
    with pytest.raises(Invalid) as fast:
        reader.read_header(data)
    assert fast.value.code == caught.value.code
    return caught.value.code, caught.value.at


def test_the_identity_is_read_with_its_birth_and_used_names():
    found = traits.identity(reader.read(LAB).header.patient)
    assert found.birth_family == "BENALI"
    assert found.given_names == ("AMINA", "LEÏLA")
    assert found.first_given == "AMINA"
    assert (found.used_family, found.used_given) == ("MOREL", "AMINA")
    assert (found.birth_date, found.sex, found.birth_place) == ("1979-03-28", "female", "51215")
    assert traits.ins(reader.read(LAB).header.patient) == Id("1.2.250.1.213.1.4.10", "279035121518989")


def test_a_first_given_name_of_two_words_is_one_name():
    parts = (("family", "BR", "DUPONT"), ("given", None, "JEAN PIERRE PAUL"), ("given", "BR", "JEAN PIERRE"))
    patient = replace(samples.AMINA.patient, names=(Name(parts),))
    assert traits.identity(patient).given_names == ("JEAN PIERRE", "PAUL")


def test_without_qualifiers_nothing_is_invented():
    patient = replace(samples.AMINA.patient, names=(), birth_time=None, sex=None, birth_place=None)
    found = traits.identity(patient)
    assert (found.birth_family, found.given_names, found.birth_date) == ("", (), "")
    assert found.sex == "unknown"
    assert found.used_family is None


def test_an_identity_never_prints_itself():
    assert "BENALI" not in repr(traits.identity(samples.AMINA.patient))
    assert "BENALI" not in repr(samples.lab())


def test_metadata_say_what_the_header_says():
    document = reader.read(LAB)
    found = metadata.describe(document.header, document.body)
    assert (found.class_code, found.type_code) == ("10", "11502-2")
    assert found.format_code == "urn:ihe:lab:xd-lab:2008"
    assert found.unique_id == f"urn:oid:2.25.{samples.NUMBER.int}"
    assert found.set_id == found.unique_id
    assert found.version == 1
    assert found.created == samples.AT
    assert found.service_start is not None
    assert found.service_start < found.created
    assert (found.practice_setting, found.facility_type) == ("AMBULATOIRE", "SA25")
    assert found.confidentiality == {"N"}
    assert found.media_type == "text/xml"
    (author,) = found.authors
    assert (author.name, author.rpps) == ("Dr Paul SAURIN", "10099999901")
    assert (author.profession, author.specialty) == ("10", "SM03")
    assert (author.organisation, author.organisation_id) == ("Labo Seine", "750999991")
    assert found.warnings == ()


def test_a_replacing_document_names_the_one_it_replaces():
    before = samples.NUMBER
    after = replace(samples.lab().header, id=Id("2.25.7"))
    assert metadata.describe(after).replaces is None
    data = writer.write(samples.lab(number=samples.UUID(int=7), set_number=before, replaces=before, version=2))
    found = metadata.describe(reader.read_header(data))
    assert found.replaces == found.set_id == f"urn:oid:2.25.{before.int}"
    assert found.version == 2


def test_an_unknown_type_is_kept_with_a_warning():
    header = replace(samples.lab().header, code=Code("99999-9", "2.16.840.1.113883.6.1", "Un type nouveau"))
    found = metadata.describe(header)
    assert (found.type_code, found.class_code, found.type_label) == ("99999-9", "90", "Un type nouveau")
    assert len(found.warnings) == 1


def test_an_unknown_confidentiality_is_read_as_the_strictest():
    header = replace(samples.lab().header, confidentiality=(Code("SECRET"),))
    found = metadata.describe(header)
    assert "V" in found.confidentiality
    assert found.warnings


def test_a_level_one_body_gives_back_its_file():
    body = reader.read(PDF).body
    assert isinstance(body, LevelOne)
    assert body.data == b"%PDF-1.7\n%%EOF\n"
    assert metadata.describe(reader.read(PDF).header, body).format_code == "urn:ihe:iti:xds-sd:pdf:2008"
    assert metadata.describe(reader.read_header(PDF)).format_code == "urn:ihe:iti:xds-sd:pdf:2008"


def wrapped(data: bytes, *, prefix: str = "") -> bytes:
    """The self-presentable form: a style sheet around the document."""
    inside = data.partition(b"?>")[2]
    if prefix:
        inside = re.sub(rb"<(/?)(?=[A-Za-z])(?!lab:)", rb"<\1" + prefix.encode() + b":", inside)
        inside = inside.replace(b'xmlns="urn', f'xmlns:{prefix}="urn'.encode())
        inside = re.sub(rb'xsi:type="', f'xsi:type="{prefix}:'.encode(), inside)
    return (
        b'<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="#"?>'
        b'<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:data="urn:x">'
        b"<data:Contenu>" + inside + b"</data:Contenu>"
        b'<xsl:template match="/"><script>alert("structuredBody")</script></xsl:template></xsl:stylesheet>'
    )


@pytest.mark.parametrize("prefix", ["", "c"])
def test_a_self_presentable_document_is_unwrapped(prefix):
    document = reader.read(wrapped(LAB, prefix=prefix))
    assert document.header == replace(samples.lab().header, self_presentable=True)
    assert document.body == samples.lab().body
    assert reader.read_header(wrapped(LAB, prefix=prefix)) == document.header
    assert metadata.describe(document.header).media_type == "application/xslt+xml"


def test_two_patients_are_refused():
    patient = re.search(rb"<recordTarget>.*</recordTarget>", LAB, re.S).group()
    code, at = refused(LAB.replace(patient, patient + patient))
    assert (code, at) == ("cda-repeated", "ClinicalDocument/recordTarget[2]")


@pytest.mark.parametrize("hidden", ["", "</structuredBody></component>%s<component><structuredBody>"])
def test_a_second_patient_cannot_hide_behind_the_body(hidden):
    """The quick reader and the whole reader must never see two different people."""
    patient = re.search(rb"<recordTarget>.*</recordTarget>", LAB, re.S).group()
    if hidden:
        data = LAB.replace(b"<component><section>", hidden.encode() % patient + b"<component><section>", 1)
    else:
        data = LAB.replace(b"</ClinicalDocument>", patient + b"</ClinicalDocument>")
    assert refused(data)[0] in ("cda-repeated", "cda-misplaced")


@pytest.mark.parametrize(
    "trap",
    [
        b"<!-- <structuredBody> -->",
        b"<!-- <component><structuredBody> </structuredBody></component> -->",
        b"<?x <structuredBody> ?>",
    ],
)
def test_a_body_named_in_a_comment_changes_nothing(trap):
    for place in (b"<recordTarget>", b"<typeId", b"<component><section>"):
        data = LAB.replace(place, trap + place, 1)
        assert reader.read_header(data) == samples.lab().header
        assert reader.read(data).body == samples.lab().body
    tail = LAB + b"<!-- </structuredBody></component></ClinicalDocument>-->"
    assert reader.read_header(tail) == samples.lab().header


@pytest.mark.parametrize("name", ["id", "code", "effectiveTime", "confidentialityCode"])
def test_a_missing_element_is_named(name):
    data = re.sub(rb"(<ClinicalDocument.*?)<" + name.encode() + rb"\b[^>]*/>", rb"\1", LAB, count=1, flags=re.S)
    assert refused(data) == ("cda-missing", f"ClinicalDocument/{name}")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (rb'<effectiveTime value="[^"]*"/><confid', b'<effectiveTime value="hier"/><confid', "cda-date"),
        (rb'<effectiveTime value="[^"]*"/><confid', b'<effectiveTime value="20261345"/><confid', "cda-date"),
        (rb'<id root="2\.25[^"]*"/>', b'<id root="../../etc"/>', "cda-id"),
        (rb'<id root="2\.25[^"]*"/>', b"<id/>", "cda-id"),
        (rb"<component><structuredBody>.*</component>", b"", "cda-missing"),
        (rb"<structuredBody>.*</structuredBody>", b"", "cda-missing"),
        (rb"<recordTarget>.*</recordTarget>", b"<recordTarget/>", "cda-missing"),
        (rb"ClinicalDocument", b"ClinicalDocumend", "cda-root"),
        (rb"urn:hl7-org:v3", b"urn:hl7-org:v2", "cda-root"),
    ],
)
def test_each_fault_has_its_code_and_place(old, new, code):
    data = re.sub(old, new, LAB, flags=re.S)
    found, at = refused(data)
    assert found == code
    assert at


def test_base64_garbage_is_refused_with_its_place():
    data = re.sub(rb">JVBER[^<]*<", b">###not base64###<", PDF)
    with pytest.raises(Invalid) as caught:
        reader.read(data)
    assert caught.value.code == "cda-base64"
    assert caught.value.at == "ClinicalDocument/component/nonXMLBody/text"


def test_truncated_bytes_are_refused_wherever_they_stop():
    for end in range(0, len(LETTER) - 1, 97):
        with pytest.raises(Invalid):
            reader.read(LETTER[:end])
        with pytest.raises(Invalid):
            reader.read_header(LETTER[:end])


@given(st.binary(max_size=200), st.integers(0, len(LETTER)), st.integers(0, 60))
def test_damaged_bytes_are_read_or_refused_never_worse(noise, start, length):
    data = LETTER[:start] + noise + LETTER[start + length :]
    try:
        document = reader.read(data)
    except Invalid:
        return
    assert reader.read_header(data) == document.header


def test_a_section_nested_without_end_is_bounded():
    deep = b"<component><section>" * 120 + b"<text>fin</text>" + b"</section></component>" * 120
    data = re.sub(
        rb"<structuredBody>.*</structuredBody>", b"<structuredBody>" + deep + b"</structuredBody>", LETTER, flags=re.S
    )
    with pytest.raises(Invalid) as caught:
        reader.read(data)
    assert caught.value.code == "xml-too-deep"


def test_words_nested_too_deep_stay_readable_and_are_reported():
    deep = b"<content>" * 150 + b"au fond" + b"</content>" * 150
    data = re.sub(rb"<text>.*</text>", b"<text>" + deep + b"</text>", LETTER, flags=re.S)
    document = reader.read(data)
    assert isinstance(document.body, Structured)
    assert document.unread
    assert "au fond" in repr(document.body.sections[0].text)


def test_what_is_not_understood_is_listed():
    data = LETTER.replace(b"<realmCode", b"<strange><inside/></strange><realmCode")
    assert reader.read(data).unread == ("ClinicalDocument/strange",)
    data = LETTER.replace(b"<paragraph>", b"<blink>clignote</blink><paragraph>")
    document = reader.read(data)
    assert document.unread == ("ClinicalDocument/component/structuredBody/component/section/text: blink",)
    assert "clignote" in repr(document.body)


def test_a_broken_picture_is_a_warning_not_a_refusal():
    picture = b'<entry><observationMedia ID="p"><value mediaType="image/png" representation="B64">***</value></observationMedia></entry>'
    document = reader.read(LETTER.replace(b"</text></section>", b"</text>" + picture + b"</section>"))
    assert document.warnings
    assert document.unread


def test_a_relative_namespace_in_an_entry_is_refused():
    entry = b'<entry><act><x xmlns="relative"/></act></entry>'
    with pytest.raises(Invalid) as caught:
        reader.read(LETTER.replace(b"</text></section>", b"</text>" + entry + b"</section>"))
    assert caught.value.code == "xml-namespace"


@pytest.mark.parametrize(
    ("written", "iso"),
    [("1979", "1979-01-01"), ("197903", "1979-03-01"), ("19790328", "1979-03-28"), ("197903281530+0100", "1979-03-28")],
)
def test_times_keep_their_precision(written, iso):
    found = times.moment(written)
    assert found is not None
    assert found.date().isoformat() == iso
    assert iso.startswith(times.iso_date(written))


@pytest.mark.parametrize("written", ["", None, "hier", "2026-07-30", "20260230", "2026073", "20260730256000", "٢٠٢٦"])
def test_what_is_no_date_is_none(written):
    assert times.moment(written) is None


def test_a_time_without_an_offset_is_french():
    assert times.moment("202607301200").utcoffset().total_seconds() == 7200
    assert times.moment("202601301200").utcoffset().total_seconds() == 3600


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(samples.PARIS)))  # noqa: DTZ001
def test_a_moment_written_and_read_is_the_same(when):
    when = when.replace(microsecond=0)
    assert times.moment(times.hl7(when)) == when
