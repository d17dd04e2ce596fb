"""The one XML reader: what it refuses, and that honest documents pass."""

from __future__ import annotations

from pathlib import Path

import pytest

import hygie
from hygie.base.errors import Invalid
from hygie.formats import xml


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        xml.read(data)
    return caught.value.code


DTDS = [
    b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    b'<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>',
    b"<!-- a comment --><?pi?>  <!DOCTYPE a><a/>",
    b"\xef\xbb\xbf<!DOCTYPE a><a/>",
    b'<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE a><a/>',
]


@pytest.mark.parametrize("data", DTDS)
def test_a_dtd_is_refused_before_parsing(data):
    assert refusal(data) == "xml-dtd"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_dtd_in_utf_16_is_refused_too(encoding):
    assert refusal('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode(encoding)) == "xml-dtd"
    assert refusal('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode(encoding)) == "xml-dtd"


def test_an_entity_bomb_never_reaches_the_parser():
    layers = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    assert refusal(f'<!DOCTYPE a [<!ENTITY l0 "ha">{layers}]><a>&l11;</a>'.encode()) == "xml-dtd"


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a><a/>',
        b'<?xml version="1.0" encoding="ebcdic-cp-us"?><a/>',
        "<a/>".encode("utf-32"),
        "<a/>".encode("utf-32-le"),
        b"\xff\xfe<\x00a",
    ],
)
def test_an_encoding_that_could_hide_a_dtd_is_refused(data):
    assert refusal(data) in ("xml-encoding", "xml-not-well-formed")


def test_the_word_doctype_in_text_is_no_dtd():
    root = xml.read(b"<!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE b>]]></a>")
    assert root.text == "<!DOCTYPE b>"


def test_depth_elements_and_attributes_are_counted():
    assert xml.read(b"<a>" * 200 + b"</a>" * 200).tag == "a"
    assert refusal(b"<a>" * 201 + b"</a>" * 201) == "xml-too-deep"
    assert refusal(b"<a>" * 100_000 + b"</a>" * 100_000) in ("xml-too-many-elements", "xml-not-well-formed")
    assert refusal(b"<r>" + b"<a/>" * 50_000 + b"</r>") == "xml-too-many-elements"
    assert refusal(b"<r>" + b"<a/>" * 200_000 + b"</r>") == "xml-too-many-elements"
    flood = b"<a " + b" ".join(b'x%d=""' % n for n in range(1_001)) + b"/>"
    assert refusal(flood) == "xml-too-many-attributes"
    assert refusal(b"<a " + b" ".join(b'x%d=""' % n for n in range(500_000)) + b"/>") == "xml-too-many-attributes"
    names = b"<a " + b" ".join(b'xmlns:x%d="u"' % n for n in range(20_001)) + b"/>"
    assert refusal(names) == "xml-too-many-attributes"


def test_size_is_bounded_before_anything_else():
    assert refusal(b" " * (xml.MAX_BYTES + 1)) == "xml-too-large"


@pytest.mark.parametrize(
    "data",
    [
        b"<a>",
        b"<a></b>",
        b"<a>\x00</a>",
        b"plain text",
        b"<?xml version='1.0'?>",
        b"<!-- never closed",
        b"<a/><b/>",
        b"  ",
    ],
)
def test_broken_xml_says_where(data):
    with pytest.raises(Invalid) as caught:
        xml.read(data)
    assert caught.value.code == "xml-not-well-formed"
    assert caught.value.at.startswith("ligne ")


def test_an_empty_file_is_refused():
    assert refusal(b"") == "xml-empty"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_accents_survive_every_accepted_encoding(encoding):
    declared = "" if encoding.startswith("utf") else f'<?xml version="1.0" encoding="{encoding}"?>'
    assert xml.read(f"{declared}<a>éàç</a>".encode(encoding)).text == "éàç"


def test_comments_and_instructions_leave_no_gap_in_the_text():
    assert xml.read(b"<a>one<!-- x --> two<?pi?> three</a>").text == "one two three"


def test_canonical_form_keeps_the_prefix_a_type_needs():
    root = xml.read(
        b'<a xmlns="urn:u" xmlns:p="urn:v" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><b xsi:type="p:T"/></a>'
    )
    again = xml.read(xml.canonical(root[0]))
    assert again.nsmap["p"] == "urn:v"
    assert xml.canonical(again) == xml.canonical(root[0])


def test_a_relative_namespace_is_refused_where_a_canonical_form_is_needed():
    with pytest.raises(Invalid) as caught:
        xml.canonical(xml.read(b'<a xmlns="relative"/>'))
    assert caught.value.code == "xml-namespace"


def test_the_reader_is_the_only_place_that_builds_a_parser():
    package = Path(hygie.__file__).parent
    words = (
        "XMLParser(",
        "XMLPullParser(",
        "etree.parse",
        "iterparse",
        "xml.sax.make_parser",
        "xml.sax.parse",
        "minidom",
        "ElementTree",
        "HTMLParser(",
        "expat",
    )
    guilty = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "tests" not in path.parts and any(word in path.read_text(encoding="utf-8") for word in words)
    }
    assert guilty == {"formats/xml.py"}


def test_only_the_reader_turns_a_string_into_a_tree():
    package = Path(hygie.__file__).parent
    guilty = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "tests" not in path.parts
        and ("etree.fromstring" in (text := path.read_text(encoding="utf-8")) or "etree.XML(" in text)
    }
    assert guilty == {"formats/xml.py"}
