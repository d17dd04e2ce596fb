"""What one reading of a document holds while its entries become FHIR resources. Private to `formats.cda`.

Every clinical statement is claimed by the resource that takes it in; those that nobody claims end in `unread`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from hygie.formats.cda import times
from hygie.formats.cda.header_reader import V3
from hygie.formats.entries import Entry, Unread

Resource = dict[str, Any]
STATEMENTS: Final = frozenset(
    V3 + name
    for name in (
        "act",
        "encounter",
        "observation",
        "observationMedia",
        "organizer",
        "procedure",
        "regionOfInterest",
        "substanceAdministration",
        "supply",
    )
)
COMMENT: Final = "48767-8"
PLANNED: Final = frozenset({"INT", "RQO", "PRMS", "PRP", "ARQ", "APT", "DEF"})
_APART: Final = frozenset(
    V3 + name for name in ("td", "th", "tr", "br", "paragraph", "item", "list", "table", "caption")
)


@dataclass(slots=True)
class Reading:
    """written: when the document says what it says (FHIR dateTime); author: who says it, as a FHIR Reference."""

    written: str
    author: Resource | None
    ids: dict[str, etree._Element] = field(repr=False)
    entries: list[Entry] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    section: str | None = None
    section_code: str = ""
    chapters: tuple[str, ...] = ()  # codes of the section and of those around it
    birth: str = ""  # FHIR date
    child: bool = False  # less than ten years old when the document was written
    claimed: set[etree._Element] = field(default_factory=set)

    def keep(self, resource: Resource, element: etree._Element) -> None:
        self.claimed.add(element)
        words = self.words(child(element, "text"))
        self.entries.append(Entry(resource, place(element), words=words, section=self.section))

    def doubt(self, element: etree._Element, reason: str) -> None:
        """List a place that gives no entry, or less than it may hold. reason: French, without any value."""
        self.claimed.add(element)
        self.unread.append(Unread(place(element), reason))

    def words(self, element: etree._Element | None) -> str | None:
        """The words of a `text` or an `originalText`: those that its reference points at, else its own."""
        if element is None:
            return None
        reference = child(element, "reference")
        if reference is not None:
            target = self.ids.get((reference.get("value") or "").strip().lstrip("#"))
            if target is not None and (found := spoken(target)):
                return found
        return spoken(element) or None

    def when(self, element: etree._Element | None) -> str:
        """The FHIR dateTime of a TS; "" when there is none. An unreadable date is listed, never guessed."""
        written = element.get("value") if element is not None else None
        if element is None or not written:
            return ""
        found = times.fhir(written)
        if not found:
            self.unread.append(Unread(place(element), "Une date n'a pas pu être lue."))
        return found

    def said_on(self, *elements: etree._Element | None) -> str:
        """When a statement says it was made: the time of its author, else when the document was written."""
        for element in elements:
            for author in element.iterchildren(V3 + "author") if element is not None else ():
                if at := self.when(child(author, "time")):
                    return at
        return self.written


def child(element: etree._Element, name: str) -> etree._Element | None:
    found: etree._Element | None = element.find(V3 + name)
    return found


def children(element: etree._Element, name: str) -> list[etree._Element]:
    return list(element.iterchildren(V3 + name))


def code_of(element: etree._Element) -> str:
    """The code of a statement, "" when it has none."""
    found = child(element, "code")
    return (found.get("code") or "") if found is not None else ""


def negated(element: etree._Element) -> bool:
    return (element.get("negationInd") or "").strip() in ("true", "1")


def status_of(element: etree._Element) -> str:
    found = child(element, "statusCode")
    return (found.get("code") or "") if found is not None else ""


def related(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """(typeCode, statement) of each entryRelationship or component, in order."""
    for link in element:
        if link.tag in (V3 + "entryRelationship", V3 + "component"):
            for inner in link:
                if inner.tag in STATEMENTS:
                    yield link.get("typeCode") or "COMP", inner


def local(element: etree._Element) -> str:
    tag: str = element.tag
    return tag.rpartition("}")[2]


def place(element: etree._Element) -> str:
    """The XPath of an element, names without their namespace: it finds the same element again."""
    steps: list[str] = []
    at: etree._Element | None = element
    while at is not None:
        parent = at.getparent()
        name = local(at)
        if parent is not None and (
            next(at.itersiblings(at.tag), None) is not None
            or next(at.itersiblings(at.tag, preceding=True), None) is not None
        ):
            name += f"[{1 + sum(1 for _ in at.itersiblings(at.tag, preceding=True))}]"
        steps.append(name)
        if name == "ClinicalDocument":
            break
        at = parent
    return "/" + "/".join(reversed(steps))


def spoken(element: etree._Element) -> str:
    """All the words inside, cells and lines kept apart, runs of spaces made one."""
    if not len(element):
        return " ".join((element.text or "").split())
    parts: list[str] = []
    _speak(element, parts)
    return " ".join("".join(parts).split())


def _speak(element: etree._Element, parts: list[str]) -> None:
    """The parser bounds depth (`xml.MAX_DEPTH`), so recursion is bounded too."""
    apart = element.tag in _APART
    if apart:
        parts.append(" ")
    parts.append(element.text or "")
    for inner in element:
        _speak(inner, parts)
        parts.append(inner.tail or "")
    if apart:
        parts.append(" ")
