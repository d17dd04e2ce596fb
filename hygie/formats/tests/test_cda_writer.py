"""Writing CDA: what is written is read back the same, in the order of the schema, with the minimal structure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from hygie.base.errors import Invalid
from hygie.formats import sniff, valuesets
from hygie.formats.cda import lab_report, metadata, reader, writer
from hygie.formats.cda.lab_report import Chapter, Panel, Previous, Quantity, Result
from hygie.formats.cda.narrative_xml import tidy
from hygie.formats.cda.types import Address, Code, Id, LevelOne, Media, Name, Section, Structured
from hygie.formats.tests import samples, structure
from hygie.formats.tests.narratives import narratives, words

codes = st.builds(Code, code=words, system=st.just("1.2.3"), label=st.none() | words)
ids = st.builds(Id, root=st.from_regex(r"[0-2](\.[1-9][0-9]{0,5}){1,6}", fullmatch=True), extension=st.none() | words)
media = st.builds(
    Media, id=st.none() | st.from_regex(r"m[0-9]{1,4}", fullmatch=True), media_type=st.just("image/png"),
    data=st.binary(min_size=1, max_size=64), ids=st.just(()), template_ids=st.lists(ids, max_size=2).map(tuple),
)  # fmt: skip
sections = st.recursive(
    st.builds(Section, title=st.none() | words, code=st.none() | codes, id=st.none() | ids,
              template_ids=st.lists(ids, max_size=2).map(tuple), text=st.none() | narratives,
              media=st.lists(media, max_size=2).map(tuple)),
    lambda inner: st.builds(Section, title=words, text=narratives, sections=st.lists(inner, max_size=3).map(tuple)),
    max_leaves=4,
)  # fmt: skip
bodies = st.builds(Structured, st.lists(sections, max_size=3).map(tuple)) | st.builds(
    LevelOne, st.just("application/pdf"), st.binary(min_size=1, max_size=200)
)
names = st.builds(
    Name,
    parts=st.lists(
        st.tuples(
            st.sampled_from(["family", "given", "prefix", "suffix"]), st.none() | st.sampled_from(["BR", "CL"]), words
        ),
        max_size=5,
    ).map(tuple),
)
addresses = st.builds(
    Address, parts=st.lists(st.tuples(st.sampled_from(["city", "county", "postalCode"]), words), max_size=3).map(tuple)
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(body=bodies, name=names, address=addresses, title=words, identifiers=st.lists(ids, min_size=1, max_size=3))
def test_reading_what_was_written_gives_it_back(body, name, address, title, identifiers):
    document = samples.letter()
    patient = replace(document.header.patient, names=(name,), addresses=(address,), ids=tuple(identifiers))
    header = replace(document.header, title=title, patient=patient)
    document = replace(document, header=header, body=body)
    data = writer.write(document)
    assert reader.read(data) == document
    assert reader.read_header(data) == header
    assert structure.misplaced(etree.fromstring(data)) == []
    assert writer.write(reader.read(data)) == data


quantities = st.builds(
    Quantity, st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-10**6, max_value=10**6), st.sampled_from(["g/L", "mmol/L", "10*9/L", "%", "1"])
)  # fmt: skip
results = st.builds(
    Result, code=st.from_regex(r"[1-9][0-9]{2,4}-[0-9]", fullmatch=True), label=words,
    value=quantities | words | st.builds(Code, code=words, system=st.just("1.2.3"), label=words) | st.none(),
    at=st.just("20260730061500+0200"), low=st.none() | st.decimals(0, 100, places=2), high=st.none() | st.decimals(0, 100, places=2),
    reference=st.none() | words, interpretation=st.none() | st.sampled_from(["N", "L", "H", "HH", "A"]),
    method=st.none() | words, note=st.none() | words, status=st.sampled_from(["completed", "active", "aborted"]),
    previous=st.lists(st.builds(Previous, quantities, st.just("20260130")), max_size=3).map(tuple),
)  # fmt: skip
panels = st.builds(Panel, st.just("18719-5"), words, st.lists(results, min_size=1, max_size=4).map(tuple))
chapters = st.lists(
    st.builds(Chapter, st.just("18719-5"), words, st.lists(panels, min_size=1, max_size=2).map(tuple)),
    min_size=1,
    max_size=3,
).map(tuple)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(chapters)
def test_results_written_in_a_report_are_read_back_exactly(made):
    document = lab_report.lab_report(samples.origin(), made)
    data = writer.write(document)
    again = reader.read(data)
    assert again == document
    assert lab_report.results(again) == made
    assert structure.misplaced(etree.fromstring(data)) == []
    assert structure.missing(data) == []


def test_a_decimal_keeps_its_zeros():
    (chapter,) = lab_report.results(reader.read(writer.write(samples.lab())))
    value = chapter.panels[0].results[0].value
    assert isinstance(value, Quantity)
    assert str(value.value) == "1.950"
    assert value.value == Decimal("1.95")


@pytest.mark.parametrize("document", samples.every(), ids=lambda document: document.header.code.code)
def test_every_document_of_ours_meets_the_minimal_structure(document):
    data = writer.write(document)
    assert structure.missing(data) == []
    assert structure.misplaced(etree.fromstring(data)) == []
    assert sniff.sniff(data) == sniff.CDA
    assert reader.read(data) == document
    found = metadata.describe(document.header, document.body)
    assert found.warnings == ()
    assert found.format_code or document.header.code.code == "11488-4"
    assert valuesets.class_of(found.type_code) == found.class_code


def test_the_judge_is_not_blind():
    data = writer.write(samples.lab())
    moved = data.replace(b'<realmCode code="FR"/>', b"").replace(b"<title>", b'<realmCode code="FR"/><title>', 1)
    assert structure.misplaced(etree.fromstring(moved))
    assert structure.missing(data.replace(b'qualifier="BR"', b'qualifier="SP"'))
    assert structure.missing(data.replace(b"<county>51215</county>", b""))
    assert structure.missing(data.replace(b'value="#r-1-1-1"', b'value="#nowhere"'))


@pytest.mark.parametrize("text", ["\x00", "\x0b", "\ud800", "\ufffe"])
def test_a_character_that_xml_cannot_carry_is_refused(text):
    document = samples.letter()
    with pytest.raises(Invalid) as caught:
        writer.write(replace(document, header=replace(document.header, title=f"a{text}b")))
    assert caught.value.code == "cda-characters"


def test_markup_in_a_title_is_only_text():
    document = samples.letter()
    header = replace(document.header, title='<script>alert("x")</script> & co')
    assert reader.read_header(writer.write(replace(document, header=header))).title == header.title


def test_a_document_needs_someone_to_keep_it():
    with pytest.raises(ValueError, match="keeps"):
        samples.lab(author=replace(samples.BIOLOGIST, structure=None))


def test_an_empty_report_is_a_mistake():
    with pytest.raises(ValueError, match="chapter"):
        lab_report.lab_report(samples.origin(), ())


def test_the_second_version_replaces_the_first():
    second = samples.lab(number=samples.UUID(int=8), set_number=samples.NUMBER, replaces=samples.NUMBER, version=2)
    first = samples.lab().header
    assert second.header.set_id == first.set_id
    assert second.header.related[0].ids == (first.id,)
    assert structure.missing(writer.write(second)) == []


@given(st.lists(st.text(alphabet=" \t\nab", max_size=6), max_size=6))
def test_tidy_is_stable(texts):
    once = tidy(texts, edge=True)
    assert tidy(once, edge=True) == once
