"""The 50 CDA examples of the French framework: all read, nothing lost. Data stays outside the project."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from lxml import etree

from hygie.formats import sniff, valuesets
from hygie.formats.cda import html, metadata, reader, writer
from hygie.formats.cda import identity as traits
from hygie.formats.cda.lab_report import Quantity, results
from hygie.formats.cda.types import CdaDocument, LevelOne, Section, Structured
from hygie.formats.tests import structure
from hygie.formats.tests.test_cda_html import judged

FOLDER = Path(__file__).parents[4] / "shared" / "corpus" / "cda"
FILES = sorted(FOLDER.glob("*.xml")) if FOLDER.is_dir() else []
V3 = structure.V3
corpus = pytest.mark.skipif(not FILES, reason="the corpus of examples is not on this machine")
every = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@lru_cache(1)
def known(path: Path) -> tuple[bytes, CdaDocument, etree._Element]:
    """Bytes, our reading, and lxml's own tree: the second opinion."""
    data = path.read_bytes()
    tree = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True, huge_tree=True))
    root = tree if tree.tag == V3 + "ClinicalDocument" else next(tree.iter(V3 + "ClinicalDocument"))
    return data, reader.read(data), root


def flat(sections: tuple[Section, ...]) -> list[Section]:
    return [found for section in sections for found in (section, *flat(section.sections))]


def squeezed(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


@corpus
def test_there_are_fifty_of_them():
    assert len(FILES) == 50


@corpus
@every
def test_the_quick_header_is_the_whole_header(path):
    data, document, _ = known(path)
    assert reader.read_header(data) == document.header


@corpus
@every
def test_sections_and_entries_are_all_there(path):
    _, document, root = known(path)
    if isinstance(document.body, LevelOne):
        assert len(root.findall(f".//{V3}nonXMLBody")) == 1
        assert sniff.sniff(document.body.data) == document.body.media_type
        return
    found = flat(document.body.sections)
    assert len(found) == len(list(root.iter(V3 + "section")))
    assert [s.title for s in found] == [
        squeezed("".join(t.itertext())) if (t := s.find(V3 + "title")) is not None else None
        for s in root.iter(V3 + "section")
    ]
    plain = sum(not media.nested for section in found for media in section.media)
    assert sum(len(section.entries) for section in found) + plain == len(list(root.iter(V3 + "entry")))
    assert sum(len(section.media) for section in found) == len(list(root.iter(V3 + "observationMedia")))


@corpus
@every
def test_every_word_of_the_narrative_is_on_the_page(path):
    _, document, root = known(path)
    page = html.to_html(document, image_url=lambda n: f"/images/{n}", attachment_url=lambda n: f"/files/{n}")
    judge = judged(page)
    assert judge.faults == []
    words = squeezed(" ".join(judge.words))
    texts = [text for section in root.iter(V3 + "section") for text in section.iterchildren(V3 + "text")]
    for text in texts:
        for piece in text.itertext():
            if piece.strip():
                assert squeezed(piece) in words
    tables = sum(len(list(text.iter(V3 + "table"))) for text in texts)
    filled = [t for text in texts for t in text.iter(V3 + "table") if t.find(f".//{V3}tr") is not None]
    assert len(filled) <= judge.tags.count("table") <= tables
    cells = [cell for text in texts for cell in text.iter(V3 + "td", V3 + "th")]
    heads = [cell for cell in cells if cell.tag == V3 + "th" and "".join(cell.itertext()).strip()]
    assert judge.tags.count("th") == len(heads), "a header without a word heads nothing"
    assert judge.tags.count("td") == len(cells) - len(heads)
    assert judge.tags.count("tr") == sum(len(list(text.iter(V3 + "tr"))) for text in texts)


@corpus
@every
def test_every_value_of_the_header_is_kept_or_reported(path):
    """Each text and each meaningful attribute of the header is in the model, or inside a place listed as unread."""
    _, document, root = known(path)
    held = values_of(document)
    ignored = {
        "classCode",
        "moodCode",
        "determinerCode",
        "typeCode",
        "contextControlCode",
        "inversionInd",
        "schemaLocation",
    }
    for child in root:
        if child.tag in (V3 + "component", V3 + "typeId"):
            continue
        for element in child.iter():
            if any(where_of(above) in document.unread for above in (element, *element.iterancestors())):
                continue
            for name, value in element.attrib.items():
                if etree.QName(name).localname in ignored or name.startswith("{http://www.w3.org/2001/XMLSchema"):
                    continue
                assert value.strip() in held or name in ("assigningAuthorityName", "codeSystemVersion"), (
                    where_of(element), name, value,
                )  # fmt: skip
            for text in (element.text, element.tail):
                if text and text.strip():
                    assert squeezed(text) in held, (where_of(element), text)


def values_of(value: object) -> set[str]:
    if isinstance(value, str):
        return {value, value.strip()}
    if isinstance(value, tuple):
        return set().union(*(values_of(item) for item in value)) if value else set()
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, Structured | LevelOne):
        return set().union(*(values_of(getattr(value, name)) for name in value.__dataclass_fields__)) or set()
    return set()


def where_of(element: etree._Element) -> str:
    steps = []
    while element is not None:
        same = [found for found in element.itersiblings(preceding=True) if found.tag == element.tag]
        steps.append(etree.QName(element).localname + (f"[{len(same) + 1}]" if same else ""))
        if element.tag == V3 + "ClinicalDocument":
            break
        element = element.getparent()
    return "/".join(reversed(steps))


@corpus
@every
def test_who_what_when_are_known(path):
    _, document, root = known(path)
    found = metadata.describe(document.header, document.body)
    who = traits.identity(document.header.patient)
    assert found.type_code == root.find(V3 + "code").get("code")
    assert found.class_code in valuesets.CLASSES
    assert found.warnings == ()
    assert found.format_code
    assert found.practice_setting in valuesets.PRACTICE_SETTINGS
    assert found.service_start is not None
    assert all(author.name for author in found.authors)
    assert who.birth_family
    assert who.given_names
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", who.birth_date)
    assert who.sex in ("female", "male")
    assert re.fullmatch(r"[0-9AB]{5}", who.birth_place or "")
    assert traits.ins(document.header.patient) is not None


@corpus
@every
def test_writing_it_again_loses_nothing(path):
    _, document, _ = known(path)
    again = reader.read(writer.write(document))
    header = replace(again.header, self_presentable=document.header.self_presentable)
    assert header == document.header
    assert again.body == document.body
    assert again.others == document.others
    assert structure.misplaced(etree.fromstring(writer.write(replace(document, body=Structured())))) == []


@corpus
def test_three_of_them_carry_their_own_style_sheet_and_three_a_file():
    read = [known(path)[1] for path in FILES]
    assert sum(document.header.self_presentable for document in read) == 3
    assert sum(isinstance(document.body, LevelOne) for document in read) == 3


@corpus
def test_the_order_of_the_schema_is_the_order_they_follow():
    """Our judge of order agrees with every official example."""
    assert {path.name: faults for path in FILES if (faults := structure.misplaced(known(path)[2]))} == {}


@corpus
def test_laboratory_results_are_read_from_their_entries():
    path = next(path for path in FILES if "TSH_1" in path.name)
    (chapter,) = results(known(path)[1])
    tsh, ft4 = chapter.panels[0].results
    assert (tsh.code, tsh.value, tsh.low, tsh.high) == (
        "3016-3", Quantity(tsh.value.value, "m[IU]/L"), tsh.low, tsh.high,
    )  # fmt: skip
    assert [str(n) for n in (tsh.value.value, tsh.low, tsh.high)] == ["1.950", "0.270", "4.200"]
    assert ft4.interpretation == "L"


@corpus
def test_each_laboratory_report_gives_as_many_results_as_it_has_observations():
    for path in (path for path in FILES if path.name.startswith("BIO-CR-BIO")):
        _, document, root = known(path)
        wanted = [
            found
            for found in root.iter(V3 + "observation")
            if any(t.get("root") == "1.3.6.1.4.1.19376.1.3.1.6" for t in found.iterchildren(V3 + "templateId"))
            and found.find(V3 + "code").get("code")
        ]
        read = [result for chapter in results(document) for panel in chapter.panels for result in panel.results]
        assert len(read) == len(wanted), path.name
