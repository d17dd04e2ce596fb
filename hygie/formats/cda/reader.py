"""CDA R2 bytes -> `CdaDocument`: level 1, level 3, self-presentable. Pure; every refusal says where.

`read_header` gives the same header without reading the body: that is what a deposit needs, and it is fast. It takes
the short way only when the bytes prove that nothing of the header can hide behind the body; otherwise it reads all.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from typing import Final

import pybase64
from lxml import etree

from hygie.base.errors import Invalid
from hygie.formats import xml
from hygie.formats.cda import narrative_xml
from hygie.formats.cda.header_reader import V3, Notes, code, name_of, party, place, text_of
from hygie.formats.cda.header_reader import read_header as _header
from hygie.formats.cda.types import CdaDocument, Header, Id, LevelOne, Media, Section, Structured

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XSLT: Final = "{http://www.w3.org/1999/XSL/Transform}"
DOCUMENT: Final = V3 + "ClinicalDocument"
_BODY_START: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:structuredBody|nonXMLBody)(?=[\s/>])[^<>]*>")
_TAIL: Final = re.compile(
    rb"</(?:[A-Za-z_][\w.-]*:)?(?:structuredBody|nonXMLBody)\s*>\s*</(?:[A-Za-z_][\w.-]*:)?component\s*>\s*"
    rb"</(?:[A-Za-z_][\w.-]*:)?ClinicalDocument\s*>\s*\Z"
)


def read(data: bytes) -> CdaDocument:
    """Read a whole document.

    Raises Invalid: every code of `xml.read`, and cda-root, cda-missing, cda-repeated, cda-id, cda-date, cda-misplaced,
    cda-base64. What cannot be modelled is listed in `unread`, never dropped in silence.
    """
    root, wrapped = root_of(data)
    return _whole(root, wrapped)


def root_of(data: bytes) -> tuple[etree._Element, bool]:
    """The ClinicalDocument element, and whether a style sheet was wrapped around it. Refusals: see `read`."""
    return _document(xml.read(data))


def read_header(data: bytes) -> Header:
    """The header alone: equal to `read(data).header` whenever that one does not raise."""
    plain, encoding = xml.prepare(data)
    if (emptied := _without_body(plain)) is not None:
        try:
            root = xml.parse(emptied, encoding)
        except Invalid:
            pass  # the cut was wrong: the whole document will say what is
        else:
            if root.tag == DOCUMENT and len(root) and root[-1].tag == V3 + "component" and len(root[-1]) == 1:
                return _header(root, Notes())[0]
    root, wrapped = _document(xml.parse(plain, encoding))
    return _whole(root, wrapped).header


def _without_body(data: bytes) -> bytes | None:
    """The same document with an empty body, or None when the bytes do not prove where the body is.

    The body ends where its name comes next, and that must be the very end of the document. So whatever is cut is
    inside the body: no second header, patient or body can hide there. Cutting from inside a comment leaves the comment
    open, which the parser refuses.
    """
    named = b"structuredBody"
    if (at := data.find(named)) < 0:
        named = b"nonXMLBody"
        at = data.find(named)
    opened = _BODY_START.search(data, max(at - 60, 0), at + 400) if at >= 0 else None
    if opened is None:
        return None
    closed = _TAIL.search(data, max(opened.end(), len(data) - 400))
    if closed is None or data.find(named, opened.end()) < closed.start():
        return None
    return data[: opened.end()] + data[closed.start() :]


def _document(root: etree._Element) -> tuple[etree._Element, bool]:
    if root.tag == DOCUMENT:
        return root, False
    if root.tag in (XSLT + "stylesheet", XSLT + "transform"):
        found = list(root.iter(DOCUMENT))
        if len(found) == 1:
            return found[0], True  # the style sheet around it is never run, nor shown
    raise Invalid("Ce fichier XML n'est pas un document CDA.", code="cda-root", at=name_of(root).rsplit("}", 1)[-1])


def _whole(root: etree._Element, wrapped: bool) -> CdaDocument:
    notes = Notes()
    header, others = _header(root, notes)
    if wrapped:
        header = replace(header, self_presentable=True)
    component = body_of(root)
    if not header.authors:
        notes.warn("Ce document ne dit pas qui l'a écrit.")
    if header.custodian is None:
        notes.warn("Ce document ne dit pas qui le conserve.")
    parties = tuple(party(other, notes) for other in others)
    body = _body(component, notes)
    return CdaDocument(header, body, parties, tuple(notes.warnings), tuple(notes.unread))


def body_of(root: etree._Element) -> etree._Element:
    """The component that holds the body. Raises Invalid: cda-missing, cda-repeated, cda-misplaced."""
    components = root.findall(V3 + "component")
    if len(components) != 1:
        wrong = "cda-missing" if not components else "cda-repeated"
        raise Invalid("Ce document CDA doit avoir un corps, et un seul.", code=wrong, at="ClinicalDocument/component")
    if components[0].getnext() is not None:
        raise Invalid(
            "Un élément suit le corps de ce document CDA.", code="cda-misplaced", at=place(components[0].getnext())
        )
    found: etree._Element = components[0]
    return found


def _body(component: etree._Element, notes: Notes) -> LevelOne | Structured:
    for child in component:
        if child.tag == V3 + "nonXMLBody":
            return level_one(child)
        if child.tag == V3 + "structuredBody":
            return Structured(_sections(child, notes))
        notes.skip(child)
    raise Invalid("Le corps de ce document CDA est vide.", code="cda-missing", at=place(component))


def level_one(body: etree._Element) -> LevelOne:
    """The file that a nonXMLBody holds. Raises Invalid: cda-missing, cda-base64."""
    text = body.find(V3 + "text")
    if text is None:
        raise Invalid("Le corps de ce document CDA est vide.", code="cda-missing", at=place(body))
    media_type = text.get("mediaType") or "text/plain"
    written = "".join(text.itertext())
    if text.get("representation") == "B64":
        data = _decode(written)
        if not data:
            raise Invalid("Le fichier contenu dans ce document est illisible.", code="cda-base64", at=place(text))
        return LevelOne(media_type, data)
    return LevelOne(media_type, written.encode())


def decoded(value: etree._Element) -> bytes | None:
    """The bytes of an ED element (`observationMedia/value`), None when they are not base64."""
    return _decode("".join(value.itertext())) if value.get("representation") == "B64" else None


def _decode(written: str) -> bytes | None:
    try:
        return pybase64.b64decode("".join(written.split()).encode("ascii"), validate=True)
    except ValueError:  # binascii.Error is one, UnicodeEncodeError too
        return None


def _sections(parent: etree._Element, notes: Notes) -> tuple[Section, ...]:
    found: list[Section] = []
    for component in parent:
        if component.tag == V3 + "component":
            for child in component:
                if child.tag == V3 + "section":
                    found.append(_section(child, notes))
                else:
                    notes.skip(child)
        elif parent.tag == V3 + "structuredBody" and name_of(component) not in ("languageCode", "confidentialityCode"):
            notes.skip(component)
    return tuple(found)


def _section(element: etree._Element, notes: Notes) -> Section:
    fields: dict[str, object] = {}
    templates: list[Id] = []
    entries: list[bytes] = []
    media: list[Media] = []
    authors = []
    for child in element:
        name = name_of(child)
        if name == "templateId":
            templates.append(Id(child.get("root") or "", child.get("extension")))
        elif name == "id":
            fields["id"] = Id(child.get("root") or "", child.get("extension"))
        elif name == "code":
            fields["code"] = code(child)
        elif name == "title":
            fields["title"] = text_of(child)
        elif name == "text":
            fields["text"] = narrative_xml.read(
                child,
                lambda what: notes.unread.append(f"{place(child)}: {what}"),  # noqa: B023  called before the next turn
            )
        elif name == "entry":
            _entry(child, entries, media, notes)
        elif name == "author":
            authors.append(party(child, notes))
        elif name != "component":
            notes.skip(child)
    return Section(
        template_ids=tuple(templates),
        entries=tuple(entries),
        media=tuple(media),
        authors=tuple(authors),
        sections=_sections(element, notes),
        **fields,  # type: ignore[arg-type]
    )


def _entry(entry: etree._Element, entries: list[bytes], media: list[Media], notes: Notes) -> None:
    """A plain picture becomes a `Media`; any other entry is kept whole, its pictures readable as well."""
    plain = (
        len(entry) == 1
        and entry[0].tag == V3 + "observationMedia"
        and not entry.attrib
        and all(name_of(part) in ("templateId", "id", "value") for part in entry[0])
    )
    for found in entry.iter(V3 + "observationMedia"):
        value = found.find(V3 + "value")
        data = (
            _decode("".join(value.itertext())) if value is not None and value.get("representation") == "B64" else None
        )
        if value is None or not data:
            notes.warn("Une pièce jointe à ce document est illisible.")
            notes.skip(found)
            continue
        media.append(
            Media(
                found.get("ID"),
                value.get("mediaType") or "application/octet-stream",
                data,
                tuple(Id(e.get("root") or "", e.get("extension")) for e in found.findall(V3 + "id")),
                tuple(Id(e.get("root") or "", e.get("extension")) for e in found.findall(V3 + "templateId")),
                nested=not plain,
            )
        )
    if not plain:
        entries.append(xml.canonical(entry if entry.prefix is None else _without_prefix(entry)))


def _without_prefix(entry: etree._Element) -> etree._Element:
    """The same entry with HL7 v3 as its default namespace, as every other document writes it."""
    prefix = f"{entry.prefix}:"
    holder = etree.Element(V3 + "section", nsmap={None: V3[1:-1], "xsi": _XSI})
    holder.append(deepcopy(entry))
    for element in holder[0].iter(f"{V3}*"):
        kind = element.get(f"{{{_XSI}}}type")
        if kind is not None and kind.startswith(prefix):
            element.set(f"{{{_XSI}}}type", kind.removeprefix(prefix))
    etree.cleanup_namespaces(holder)
    return holder[0]
