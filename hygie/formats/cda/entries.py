"""Small tools to build and read the structured entries of a section. Private to `formats.cda`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from lxml import etree

from hygie.formats import xml
from hygie.formats.cda.header_reader import LAB, V3
from hygie.formats.cda.header_writer import XSI, write_code
from hygie.formats.cda.header_writer import add as add
from hygie.formats.cda.types import Code

LOINC: Final = "2.16.840.1.113883.6.1"
PHARM: Final = "{urn:ihe:pharm:medication}"
_NAMES: Final = {None: V3[1:-1], "xsi": XSI[1:-1], "lab": LAB[1:-1], "pharm": PHARM[1:-1]}


def entry(**attributes: str) -> etree._Element:
    """A fresh `<entry>`, alone in a section so that its namespaces are declared as in a document."""
    return etree.SubElement(etree.Element(V3 + "section", nsmap=_NAMES), V3 + "entry", attributes)


def finished(made: etree._Element) -> bytes:
    etree.cleanup_namespaces(made.getparent(), keep_ns_prefixes=["xsi"])
    return xml.canonical(made)


def templates(parent: etree._Element, *roots: str) -> None:
    for root in roots:
        add(parent, "templateId", root=root)


def has_template(element: etree._Element, root: str) -> bool:
    return any(found.get("root") == root for found in element.iterchildren(V3 + "templateId"))


def loinc(parent: etree._Element, name: str, code: str, label: str, target: str | None = None) -> etree._Element:
    text = f"#{target}" if target else None
    return write_code(parent, name, Code(code, LOINC, label, "LOINC", text))


def value(parent: etree._Element, kind: str, **attributes: str | None) -> etree._Element:
    made = add(parent, "value", **attributes)
    made.set(XSI + "type", kind)
    return made


def reference(parent: etree._Element, name: str, target: str) -> None:
    add(add(parent, name), "reference", value=f"#{target}")


def type_of(element: etree._Element) -> str:
    """The local name of xsi:type: `PQ`, `ST`, `CD`…"""
    return (element.get(XSI + "type") or "").rpartition(":")[2]


def decimal(written: str | None) -> Decimal | None:
    """The exact number as written; None for anything that is not a plain finite number."""
    if written is None or len(written) > 40:
        return None
    try:
        found = Decimal(written)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def written(number: Decimal) -> str:
    """Plain digits, as many decimals as the number has: 1.950 stays 1.950."""
    return f"{number:f}"


def attribute(parent: etree._Element, name: str, key: str) -> str | None:
    found = parent.find(V3 + name)
    return found.get(key) if found is not None else None
