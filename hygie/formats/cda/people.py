"""Who and where, as FHIR references: a name to show, and the national identifier when it is known."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from hygie.formats.cda.header_reader import V3
from hygie.formats.cda.reading import spoken
from hygie.formats.cda.types import Party
from hygie.formats.fhir import systems

_PROFESSIONAL: Final = "1.2.250.1.71.4.2.1"
_STRUCTURE: Final = "1.2.250.1.71.4.2.2"
_TITLES: Final = {"DR": "Dr", "PR": "Pr", "M": "M.", "MME": "Mme", "M.": "M."}
_TITLE_ORDER: Final = ("DR", "PR")


def reference(name: str, identifier: dict[str, str] | None = None) -> dict[str, Any] | None:
    made: dict[str, Any] = {}
    if identifier:
        made["identifier"] = identifier
    if name:
        made["display"] = name
    return made or None


def of_party(party: Party) -> dict[str, Any] | None:
    """A party of the header."""
    number = next((id for id in party.ids if id.root == _PROFESSIONAL and id.extension), None)
    return reference(party.name, _professional(number.extension or "") if number else None)


def person(element: etree._Element | None) -> dict[str, Any] | None:
    """The person, else the organisation or the device, that a performer, author or participant names."""
    if element is None:
        return None
    name = ""
    for found in element.iter(V3 + "assignedPerson", V3 + "associatedPerson", V3 + "playingEntity"):
        if (inner := found.find(V3 + "name")) is not None and (name := _name(inner)):
            break
    organisation = next(element.iter(V3 + "representedOrganization", V3 + "scopingOrganization"), None)
    if not name and organisation is not None:
        name = _text(organisation.find(V3 + "name"))
    if not name:
        device = next(element.iter(V3 + "manufacturerModelName", V3 + "softwareName"), None)
        name = _text(device)
    number = next(
        (id for id in element.iter(V3 + "id") if id.get("root") == _PROFESSIONAL and id.get("extension")), None
    )
    return reference(name, _professional(number.get("extension") or "") if number is not None else None)


def organisation(element: etree._Element | None) -> dict[str, Any] | None:
    """The structure that an element names, with its FINESS."""
    found = next(element.iter(V3 + "representedOrganization"), None) if element is not None else None
    if found is None:
        return None
    number = next((id for id in found.iterchildren(V3 + "id") if id.get("root") == _STRUCTURE), None)
    identifier = (
        {"system": f"urn:oid:{_STRUCTURE}", "value": number.get("extension") or ""}
        if number is not None and (number.get("extension") or "").strip()
        else None
    )
    return reference(_text(found.find(V3 + "name")), identifier)


def makers(element: etree._Element, *names: str) -> list[dict[str, Any]]:
    """Each performer, author… of a statement, once, in order."""
    found: list[dict[str, Any]] = []
    for name in names:
        for one in element.iterchildren(V3 + name):
            made = person(one)
            if made is not None and made not in found:
                found.append(made)
    return found


def location(element: etree._Element) -> str:
    """Where an act takes place: the name of its LOC, RCV or DST participant."""
    for one in element.iterchildren(V3 + "participant"):
        if one.get("typeCode") in ("LOC", "RCV", "DST"):
            for entity in one.iter(V3 + "playingEntity"):
                if name := _text(entity.find(V3 + "name")):
                    return name
    return ""


def _professional(number: str) -> dict[str, str]:
    if len(number) == 12 and number.startswith("8"):
        return {"system": systems.RPPS, "value": number[1:]}
    return {"system": systems.PSIDNAT, "value": number}


def _name(element: etree._Element) -> str:
    title = ""
    words: dict[str, list[str]] = {"given": [], "family": []}
    for part in element:
        kind, text = part.tag[len(V3) :], " ".join((part.text or "").split())
        if kind in ("prefix", "suffix") and text.upper() in _TITLES:
            if not title or text.upper() in _TITLE_ORDER:
                title = _TITLES[text.upper()]
        elif kind in words and text:
            words[kind].append(text)
    if not words["given"] and not words["family"]:
        return spoken(element)
    return " ".join([title, *words["given"], *words["family"]]).strip()


def _text(element: etree._Element | None) -> str:
    return spoken(element) if element is not None else ""
