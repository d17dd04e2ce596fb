"""The one hardened XML reader of Hygie. No other module may parse XML.

Order, never changed: bound the raw bytes -> settle one known encoding -> refuse any DTD -> parse with lxml, nothing
fetched, no entity resolved -> count depth, elements, attributes. Every refusal is `Invalid` with a code and a place.

A text node is at most 10 million characters (libxml2's own limit, kept on): a PDF of 7.4 MB inside a document.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from hygie.base.errors import Invalid

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_DEPTH: Final = 200
MAX_ELEMENTS: Final = 50_000
MAX_ATTRIBUTES: Final = 1_000  # on one element
# Bounds on raw characters, so that a flood is refused before the parser builds a tree of it: an element costs
# one or two "<", an attribute one "=". Comments and processing instructions share the allowance.
_MAX_OPENINGS: Final = 3 * MAX_ELEMENTS
_MAX_EQUALS: Final = 400_000
_MAX_NAMESPACES: Final = 20_000

_ENCODINGS: Final = {
    "utf-8": "utf-8",
    "us-ascii": "us-ascii",
    "ascii": "us-ascii",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "windows-1252",
}
_DECLARATION: Final = re.compile(rb"<\?xml[ \t\r\n][^>]{0,200}?\?>")
_DECLARED: Final = re.compile(rb"""encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z0-9._-]{1,40})["']""")
_SPACE: Final = b" \t\r\n"

_types = etree.XPath("descendant-or-self::*/@xsi:type", namespaces={"xsi": "http://www.w3.org/2001/XMLSchema-instance"})
_count_elements = etree.XPath("count(//*)")
_too_deep = etree.XPath(f"boolean(//*[ancestor::*[{MAX_DEPTH}]])")
_too_many_attributes = etree.XPath(f"boolean(//*[@*[{MAX_ATTRIBUTES + 1}]])")


def read(data: bytes) -> etree._Element:
    """Return the root element, comments and processing instructions left out.

    Raises Invalid: empty, too-large, encoding, dtd, not-well-formed, too-many-elements, too-deep, too-many-attributes.
    """
    return parse(*prepare(data))


def parse(data: bytes, encoding: str) -> etree._Element:
    """The second half of `read`, for bytes that `prepare` has bounded and cleared. Same refusals."""
    try:
        root = etree.fromstring(data, _parser(encoding))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _malformed(error) from None
    bound(root, data)
    return root


def prepare(data: bytes) -> tuple[bytes, str]:
    """Bound and transcode: bytes in an ASCII-compatible encoding, the name of it, and no DTD in sight."""
    if len(data) > MAX_BYTES:
        raise Invalid("Ce fichier XML est trop volumineux.", code="xml-too-large")
    data, encoding = _settle_encoding(data)
    _refuse_dtd(data)
    size = len(data)  # a count can never pass the size: an ordinary document is not scanned for nothing
    if size > _MAX_OPENINGS and data.count(b"<") > _MAX_OPENINGS:
        raise Invalid("Ce fichier XML contient trop d'éléments.", code="xml-too-many-elements")
    if (size > _MAX_EQUALS and data.count(b"=") > _MAX_EQUALS) or (
        size > 5 * _MAX_NAMESPACES and data.count(b"xmlns") > _MAX_NAMESPACES
    ):
        raise Invalid("Ce fichier XML contient trop d'attributs.", code="xml-too-many-attributes")
    return data, encoding


def bound(root: etree._Element, data: bytes) -> None:
    """Raise Invalid when the tree is larger or deeper than any honest document.

    What the raw bytes already rule out is not counted again: an element needs a "<", a level of depth
    a "</", an attribute an "=".
    """
    if len(data) > MAX_ELEMENTS and _count_elements(root) > MAX_ELEMENTS:
        raise Invalid("Ce fichier XML contient trop d'éléments.", code="xml-too-many-elements")
    if data.count(b"</") >= MAX_DEPTH and _too_deep(root):
        raise Invalid("Ce fichier XML est trop profondément imbriqué.", code="xml-too-deep")
    if data.count(b"=") > MAX_ATTRIBUTES and _too_many_attributes(root):
        raise Invalid("Ce fichier XML contient trop d'attributs.", code="xml-too-many-attributes")
    if root.getroottree().docinfo.internalDTD is not None:
        raise _dtd()


def canonical(element: etree._Element) -> bytes:
    """Exclusive canonical XML of one element: the same content always gives the same bytes.

    Prefixes that only an xsi:type value uses are kept declared, or the type would lose its meaning.
    Raises Invalid (xml-namespace) for a relative namespace, which canonical XML does not allow.
    """
    typed = {value.partition(":")[0] for value in _types(element) if ":" in value}
    kept = sorted(prefix for prefix in typed if prefix in element.nsmap) or None
    try:
        return bytes(
            etree.tostring(element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=kept)
        )
    except etree.C14NError:  # a relative namespace has no canonical form
        raise Invalid("Ce fichier XML utilise un espace de noms relatif.", code="xml-namespace") from None


def _parser(encoding: str) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,  # settled by us: the declaration no longer decides
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
        collect_ids=False,
    )


def _settle_encoding(data: bytes) -> tuple[bytes, str]:
    """UTF-16 becomes UTF-8; any encoding in which "<!DOCTYPE" could be spelt otherwise is refused."""
    head = data[:4]
    if not head:
        raise Invalid("Ce fichier est vide.", code="xml-empty")
    if head in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"<\x00\x00\x00", b"\x00\x00\x00<"):
        raise _encoding()
    if head[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"):
        wide = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le" if head[0] else "utf-16-be"
        try:
            return data.decode(wide).encode("utf-8"), "utf-8"
        except UnicodeError:
            raise _encoding() from None
    if head[:3] == b"\xef\xbb\xbf":
        return data[3:], "utf-8"
    declaration = _DECLARATION.match(data)
    declared = _DECLARED.search(declaration.group()) if declaration else None
    name = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    if name not in _ENCODINGS:
        raise _encoding()
    return data, _ENCODINGS[name]


def _refuse_dtd(data: bytes) -> None:
    """Walk the prolog: spaces, comments, processing instructions. Any other "<!" before the root is a DTD."""
    at, end = 0, len(data)
    while at < end:
        if data[at] in _SPACE:
            at += 1
        elif data.startswith(b"<!--", at):
            at = _after(data, b"-->", at + 4)
        elif data.startswith(b"<?", at):
            at = _after(data, b"?>", at + 2)
        elif data.startswith(b"<!", at):
            raise _dtd()
        else:
            return
    raise Invalid("Ce fichier XML est incomplet.", code="xml-not-well-formed", at="ligne 1")


def _after(data: bytes, mark: bytes, start: int) -> int:
    found = data.find(mark, start)
    if found < 0:
        raise Invalid("Ce fichier XML est incomplet.", code="xml-not-well-formed", at="ligne 1")
    return found + len(mark)


def _dtd() -> Invalid:
    return Invalid("Ce fichier XML contient une DTD : il est refusé.", code="xml-dtd", at="prologue")


def _encoding() -> Invalid:
    return Invalid("L'encodage de ce fichier XML n'est pas accepté.", code="xml-encoding", at="ligne 1")


def _malformed(error: Exception) -> Invalid:
    line = getattr(error, "lineno", None) or 1
    return Invalid("Ce fichier XML n'est pas bien formé.", code="xml-not-well-formed", at=f"ligne {line}")
