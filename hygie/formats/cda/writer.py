"""`CdaDocument` -> CDA R2 bytes. `read(write(document)) == document` for every document in reading form."""

from __future__ import annotations

from typing import Final

import pybase64
from lxml import etree

from hygie.base.errors import Invalid
from hygie.formats import xml
from hygie.formats.cda import narrative_xml
from hygie.formats.cda.header_reader import LAB, SDTC, V3
from hygie.formats.cda.header_writer import XSI, write_code, write_header, write_id, write_party
from hygie.formats.cda.types import CdaDocument, LevelOne, Media, Section

_NAMES: Final = {None: V3[1:-1], "xsi": XSI[1:-1], "lab": LAB[1:-1], "sdtc": SDTC[1:-1]}


def write(document: CdaDocument) -> bytes:
    """UTF-8, no style sheet, no comment.

    Raises Invalid (cda-characters) for text that XML cannot carry: control characters, lone surrogates.
    `others`, `warnings`, `unread` and `self_presentable` say how a document was read; only `others` is written.
    """
    root = etree.Element(V3 + "ClinicalDocument", nsmap=_NAMES)
    try:
        write_header(root, document.header, document.others)
        component = etree.SubElement(root, V3 + "component")
        if isinstance(document.body, LevelOne):
            body = etree.SubElement(component, V3 + "nonXMLBody")
            _base64(body, "text", document.body.media_type, document.body.data)
        else:
            body = etree.SubElement(component, V3 + "structuredBody")
            for section in document.body.sections:
                _section(etree.SubElement(body, V3 + "component"), section)
    except ValueError:  # lxml's only complaint about a value
        raise Invalid("Ce texte contient des caractères interdits.", code="cda-characters") from None
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _section(component: etree._Element, section: Section) -> None:
    made = etree.SubElement(component, V3 + "section")
    for template in section.template_ids:
        write_id(made, "templateId", template)
    if section.id:
        write_id(made, "id", section.id)
    if section.code:
        write_code(made, "code", section.code)
    if section.title is not None:
        etree.SubElement(made, V3 + "title").text = section.title
    if section.text is not None:
        narrative_xml.write(made, section.text)
    for author in section.authors:
        write_party(made, author)
    for entry in section.entries:
        made.append(xml.read(entry))
    for media in section.media:
        if not media.nested:
            _media(made, media)
    for child in section.sections:
        _section(etree.SubElement(made, V3 + "component"), child)


def _media(section: etree._Element, media: Media) -> None:
    attributes = {"classCode": "OBS", "moodCode": "EVN"} | ({"ID": media.id} if media.id else {})
    made = etree.SubElement(etree.SubElement(section, V3 + "entry"), V3 + "observationMedia", attributes)
    for template in media.template_ids:
        write_id(made, "templateId", template)
    for id in media.ids:
        write_id(made, "id", id)
    _base64(made, "value", media.media_type, media.data)


def _base64(parent: etree._Element, name: str, media_type: str, data: bytes) -> None:
    made = etree.SubElement(parent, V3 + name, {"mediaType": media_type, "representation": "B64"})
    made.text = pybase64.b64encode_as_string(data)
