"""CDA R2 bytes -> everything the document says, as FHIR R4 resources (see `hygie.formats.entries`). Pure.

Structured bodies (level 3, CI-SIS, IHE PCC, LAB and pharmacy templates) give entries that the source states. A whole
file inside the document (level 1, or attached to a section) goes to the reader of its own kind, whose certainty holds.
Each statement of each entry ends in a resource, inside the resource around it, or in `unread`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module, util
from typing import Final

from lxml import etree

from hygie.base.errors import HygieError, Invalid, Unsupported
from hygie.formats import sniff
from hygie.formats.cda import codes, medications, observations, people, problems, procedures, reader, times
from hygie.formats.cda.header_reader import V3, Notes, read_header
from hygie.formats.cda.observations import LAB_CATEGORY, LABORATORY, VITAL_CATEGORY, Frame
from hygie.formats.cda.reading import (
    COMMENT,
    STATEMENTS,
    Reading,
    Resource,
    child,
    code_of,
    local,
    place,
    related,
    spoken,
)  # fmt: skip
from hygie.formats.entries import Found, Unread

READER: Final = "cda"
VERSION: Final = "3"
_PAPER: Final = "hygie.formats.paper.extract"
_FAMILY: Final = ("1.3.6.1.4.1.19376.1.5.3.1.4.15", "1.2.250.1.213.1.1.3.59")
_VITALS: Final = ("1.3.6.1.4.1.19376.1.5.3.1.4.13.1", "1.2.250.1.213.1.1.3.49")
_ATTACHED: Final = "1.2.250.1.213.1.1.3.18"
_COPY: Final = "55108-5"
_REFERENCES: Final = ("1.3.6.1.4.1.19376.1.5.3.1.4.4", "1.2.250.1.213.1.1.3.35")
_DEVICE: Final = "1.2.250.1.213.1.1.3.20"
_DOCUMENT_STATUS: Final = "GEN-065"
_TEN_YEARS: Final = 3653  # days
_LABORATORY_STUDIES: Final = "26436-6"
_COVERAGE: Final = "48768-6"


def extract(data: bytes) -> Found:
    """What a CDA document says. Raises Invalid as `reader.read` does."""
    root, _ = reader.root_of(data)
    header, _ = read_header(root, Notes())
    component = reader.body_of(root)
    author = next((made for party in header.authors if (made := people.of_party(party))), None)
    body, whole = child(component, "structuredBody"), child(component, "nonXMLBody")
    born, written = times.moment(header.patient.birth_time), times.moment(header.effective_time)
    reading = Reading(
        times.fhir(header.effective_time), author, _ids(body), birth=times.iso_date(header.patient.birth_time),
        child=born is not None and written is not None and (written - born).days < _TEN_YEARS,
    )  # fmt: skip
    words = [header.title]
    if body is not None:
        for part in body.iterchildren(V3 + "component"):
            for section in part.iterchildren(V3 + "section"):
                _section(reading, section, words)
    elif whole is not None:
        words.append(_inner(reading, reader.level_one(whole).data, place(whole), None))
    else:
        raise Invalid("Le corps de ce document CDA est vide.", code="cda-missing", at=place(component))
    return Found(READER, VERSION, tuple(reading.entries), tuple(reading.unread), "\n".join(filter(None, words)))


def _ids(body: etree._Element | None) -> dict[str, etree._Element]:
    """Where each `#id` of the narrative is; the first when a document gives one twice."""
    found: dict[str, etree._Element] = {}
    if body is not None:
        for text in body.iter(V3 + "text"):
            if text.getparent().tag == V3 + "section":
                for element in text.iter(tag=etree.Element):
                    name = element.get("ID")
                    if name:
                        found.setdefault(name, element)
    return found


def _section(reading: Reading, section: etree._Element, words: list[str], above: str | None = None) -> None:
    title = child(section, "title")
    code = child(section, "code")
    named = (spoken(title) if title is not None else "") or above
    section_code = (code.get("code") or "") if code is not None else ""
    text = child(section, "text")
    if title is not None:
        words.append(spoken(title))
    if text is not None:
        words.append(spoken(text))
    around = reading.chapters
    reading.chapters = (*around, section_code)
    reading.section, reading.section_code = named or None, section_code
    for entry in section.iterchildren(V3 + "entry"):
        _entry(reading, entry)
    for component in section.iterchildren(V3 + "component"):
        for inner in component.iterchildren(V3 + "section"):
            _section(reading, inner, words, named)
            reading.section, reading.section_code = named or None, section_code
    reading.chapters = around


def _entry(reading: Reading, entry: etree._Element) -> None:
    statements = [element for element in entry if element.tag in STATEMENTS]
    if not statements:
        reading.doubt(entry, "Une entrée vide.")
    before = len(reading.entries) + len(reading.unread)
    for statement in statements:
        read(reading, statement, Frame())
    if len(reading.entries) + len(reading.unread) == before:
        reading.doubt(entry, "Une entrée vide.")
    for element in entry.iter(*STATEMENTS):  # the safety net: nothing is dropped in silence
        if element not in reading.claimed:
            reading.doubt(element, "Un élément que Hygie ne sait pas encore ranger : à voir dans le document.")
            reading.claimed.update(element.iter(*STATEMENTS))  # one line for all that it nests


def read(reading: Reading, element: etree._Element, frame: Frame) -> None:
    """One clinical statement, given to the reader of its kind."""
    _KINDS.get(local(element), _unknown)(reading, element, frame)


def _observation(reading: Reading, element: etree._Element, frame: Frame) -> None:
    if codes.has_template(element, observations.PROBLEM, problems.ALLERGY):
        problems.problem(reading, element)
    elif code_of(element) == _DOCUMENT_STATUS:
        reading.doubt(element, "L'état du document lui-même, non celui de la personne.")
        reading.claimed.update(element.iter(*STATEMENTS))
    else:
        observations.observe(reading, element, frame, read)


def _act(reading: Reading, element: etree._Element, frame: Frame) -> None:
    code = code_of(element)
    if codes.has_template(element, *problems.CONCERN):
        _concern(reading, element, frame)
    elif code == COMMENT:
        _remark(reading, element, frame)
    elif codes.has_template(element, *_REFERENCES) and child(element, "reference") is not None:
        reading.doubt(element, "Un renvoi vers un autre document.")
    elif code == _COVERAGE:
        reading.doubt(element, "La couverture sociale : Hygie ne la garde pas.")
        reading.claimed.update(element.iter(*STATEMENTS))
    elif _holds_results(element):
        _chapter(reading, element, frame)
    elif code == "11302-7":
        _preference(reading, element)
    elif codes.concept(reading, child(element, "code")) is not None or reading.words(child(element, "text")):
        procedures.perform(reading, element)
    else:
        reading.doubt(element, "Un acte dont la source ne dit rien de lisible.")


def _holds_results(element: etree._Element) -> bool:
    return any(
        nested.tag == V3 + "organizer" or codes.has_template(nested, LABORATORY, *procedures.COLLECTION)
        for _, nested in related(element)
    )


def _concern(reading: Reading, element: etree._Element, frame: Frame) -> None:
    """A concern act: each problem inside is an entry; what is said of the concern is said of them all."""
    reading.claimed.add(element)
    inside = [
        (kind, nested)
        for kind, nested in related(element)
        if nested.tag == V3 + "observation" and codes.has_template(nested, observations.PROBLEM, problems.ALLERGY)
    ]
    first = len(reading.entries)
    for _, nested in inside:
        problems.problem(reading, nested, element)
    made = [entry for entry in reading.entries[first:] if entry.kind in ("Condition", "AllergyIntolerance")]
    if made:
        observations.attach(reading, element, made[0].resource)
        made[0].resource.pop("reasonCode", None)
        for entry in made[1:]:
            for note in made[0].resource.get("note", ())[-1:] if _remarks(element) else ():
                entry.resource.setdefault("note", []).append(dict(note))
    elif not inside:
        for _, nested in related(element):
            read(reading, nested, frame)


def _remarks(element: etree._Element) -> bool:
    return any(code_of(nested) == COMMENT for _, nested in related(element))


def _chapter(reading: Reading, element: etree._Element, frame: Frame) -> None:
    """A laboratory chapter, an organizer, or any act that groups results: its children are the entries."""
    reading.claimed.add(element)
    code = codes.concept(reading, child(element, "code"))
    inner = frame.within(LAB_CATEGORY) if _is_laboratory(element) else frame
    inner = inner.within(VITAL_CATEGORY) if codes.has_template(element, *_VITALS) else inner
    if code is not None and not codes.has_template(element, *_VITALS):
        inner = inner.within(code)
    time = observations.timed(reading, child(element, "effectiveTime"), "")
    if time:
        inner = replace(inner, time=time)
    if makers := people.makers(element, "performer", "author"):
        inner = replace(inner, performers=tuple(makers))
    inner = replace(inner, focus=observations.focus_of(reading, element) or inner.focus)
    organism = _organism(reading, element)
    if organism:
        inner = replace(inner, specimen={"display": codes.label(organism)})
    notes: list[etree._Element] = []
    pictures: list[etree._Element] = []
    first = len(reading.entries)
    for _, nested in related(element):
        if codes.has_template(nested, *procedures.COLLECTION):
            specimen = procedures.collect(reading, nested)
            if specimen and inner.specimen is None:
                inner = replace(inner, specimen=specimen)
        elif nested.tag == V3 + "act" and code_of(nested) == COMMENT:
            notes.append(nested)
        elif nested.tag == V3 + "observationMedia":
            pictures.append(nested)
        else:
            read(reading, nested, inner)
    if organism and len(reading.entries) > first:
        for entry in reading.entries[first:]:
            if entry.kind == "Observation":
                entry.resource.setdefault("extension", []).append(
                    observations.detail(codes.in_words("Germe isolé"), "CodeableConcept", organism)
                )
    if notes or pictures:
        _report(reading, element, inner, code, notes, pictures)


def _is_laboratory(element: etree._Element) -> bool:
    return code_of(element) == _LABORATORY_STUDIES or any(
        codes.has_template(one, LABORATORY) for one in element.iter(V3 + "observation")
    )


def _organism(reading: Reading, element: etree._Element) -> Resource | None:
    """The germ that a cluster of results is about."""
    specimen = child(element, "specimen")
    for entity in specimen.iter(V3 + "specimenPlayingEntity") if specimen is not None else ():
        found = codes.concept(reading, child(entity, "code"))
        if found is None and (name := reading.words(child(entity, "name"))):
            found = codes.in_words(name)
        if found:
            return found
    return None


def _report(
    reading: Reading,
    element: etree._Element,
    frame: Frame,
    code: Resource | None,
    notes: list[etree._Element],
    pictures: list[etree._Element],
) -> None:
    """What is said and drawn about a group of results: a DiagnosticReport with its conclusion."""
    said = []
    for note in notes:
        reading.claimed.add(note)
        words = reading.words(child(note, "text"))
        if words and words != "-":
            said.append(words)
        elif words is None:
            reading.doubt(note, "Un commentaire sans texte.")
    drawn = []
    for picture in pictures:
        reading.claimed.add(picture)
        if attachment := observations.media(picture, codes.label(code)):
            drawn.append(attachment)
    if not said and not drawn:
        return
    made: Resource = {"resourceType": "DiagnosticReport", "status": "final"}
    if frame.categories:
        made["category"] = list(frame.categories)
    made["code"] = code or codes.in_words(reading.section or "Compte rendu")
    made |= {f"effective{suffix}": value for suffix, value in (frame.time or {}).items()}
    if "T" in reading.written:
        made["issued"] = reading.written
    makers = list(frame.performers) or ([reading.author] if reading.author else [])
    if makers:
        made["performer"] = makers
    if said:
        made["conclusion"] = "\n".join(said)
    if drawn:
        made["presentedForm"] = drawn
    reading.keep(made, element)


def _remark(reading: Reading, element: etree._Element, frame: Frame) -> None:
    words = reading.words(child(element, "text"))
    if not words or words == "-":
        reading.doubt(element, "Un commentaire sans texte.")
        return
    made: Resource = {
        "resourceType": "Observation",
        "status": "final",
        "code": codes.concept(reading, child(element, "code")) or codes.in_words("Commentaire"),
        "valueString": words,
    }
    made |= observations.timed(reading, child(element, "effectiveTime"), "effective")
    if "T" in reading.written:
        made["issued"] = reading.written
    makers = people.makers(element, "author") or ([reading.author] if reading.author else [])
    if makers:
        made["performer"] = makers
    reading.keep(made, element)


def _preference(reading: Reading, element: etree._Element) -> None:
    """Where the person would rather be cared for."""
    made: Resource = {
        "resourceType": "Observation",
        "status": "final",
        "code": observations.named(reading, element),
    }
    wanted = people.location(element) or reading.words(child(element, "text"))
    if not wanted:
        reading.doubt(element, "Un lieu de soins préféré sans nom.")
        return
    made["valueString"] = wanted
    made |= observations.timed(reading, child(element, "effectiveTime"), "effective")
    if "T" in reading.written:
        made["issued"] = reading.written
    if reading.author:
        made["performer"] = [reading.author]
    observations.attach(reading, element, made)
    reading.keep(made, element)


def _organizer(reading: Reading, element: etree._Element, frame: Frame) -> None:
    if codes.has_template(element, *_FAMILY):
        problems.family(reading, element)
    elif codes.has_template(element, _ATTACHED) or code_of(element) == "55107-7":
        _attached(reading, element)
    else:
        _chapter(reading, element, frame)


def _attached(reading: Reading, element: etree._Element) -> None:
    """A file attached to a section. A copy of the document itself is not read twice."""
    kinds = []
    for inner in element.iter(V3 + "observation"):
        reading.claimed.add(inner)
        value = child(inner, "value")
        kinds += [value.get("code") or ""] if value is not None else []
    reading.claimed.add(element)
    files = list(element.iter(V3 + "observationMedia"))
    copy = reading.section_code == _COPY or _COPY in kinds
    for file in files:
        _file(reading, file, copy)
    if not files:
        reading.doubt(element, "Une pièce jointe absente du document.")


def _file(reading: Reading, element: etree._Element, copy: bool = False) -> None:
    reading.claimed.add(element)
    if copy:
        reading.doubt(element, "Une copie de ce document, pour l'impression : elle n'est pas relue.")
        return
    value = child(element, "value")
    kind = (value.get("mediaType") or "") if value is not None else ""
    if value is None or kind.startswith("image/"):
        reading.doubt(element, "Une image jointe : à voir dans le document.")
        return
    data = reader.decoded(value)
    if not data:
        reading.doubt(element, "Une pièce jointe illisible.")
        return
    _inner(reading, data, place(element), reading.section)


def _inner(reading: Reading, data: bytes, where: str, section: str | None) -> str:
    """A whole file inside the document, read by the reader of its kind. Returns its words."""
    try:
        kind = sniff.sniff(data)
        if kind in (sniff.CDA, sniff.CDA_SELF_PRESENTABLE) or util.find_spec(_PAPER.rpartition(".")[0]) is None:
            raise Unsupported("Ce contenu n'est pas encore lu.", code="not-read-yet")
        read_paper: Callable[[bytes], Found] = import_module(_PAPER).extract
        found = read_paper(data)
    except (ModuleNotFoundError, HygieError):
        reading.unread.append(Unread(where, "Un fichier joint que Hygie n'a pas pu lire : à voir dans le document."))
        return ""
    for entry in found.entries:
        reading.entries.append(replace(entry, place=f"{where} · {entry.place}", section=entry.section or section))
    for one in found.unread:
        reading.unread.append(Unread(f"{where} · {one.place}", one.reason))
    if not found.entries and not found.unread:
        reading.unread.append(Unread(where, "Un fichier joint où rien n'a été reconnu : à voir dans le document."))
    return found.text


def _substance(reading: Reading, element: etree._Element, frame: Frame) -> None:
    medications.administer(reading, element)


def _procedure(reading: Reading, element: etree._Element, frame: Frame) -> None:
    if codes.has_template(element, *procedures.COLLECTION):
        procedures.collect(reading, element)
    else:
        procedures.perform(reading, element)


def _encounter(reading: Reading, element: etree._Element, frame: Frame) -> None:
    procedures.stay(reading, element)


def _supply(reading: Reading, element: etree._Element, frame: Frame) -> None:
    medicine = next(element.iter(V3 + "manufacturedProduct"), None) is not None
    if codes.has_template(element, *medications.DISPENSE) or (medicine and not codes.has_template(element, _DEVICE)):
        medications.dispense(reading, element)
    else:
        procedures.device(reading, element)


def _media(reading: Reading, element: etree._Element, frame: Frame) -> None:
    _file(reading, element)


def _unknown(reading: Reading, element: etree._Element, frame: Frame) -> None:
    reading.doubt(element, "Un élément que Hygie ne sait pas encore ranger : à voir dans le document.")


_KINDS: Final[dict[str, Callable[[Reading, etree._Element, Frame], None]]] = {
    "act": _act,
    "encounter": _encounter,
    "observation": _observation,
    "observationMedia": _media,
    "organizer": _organizer,
    "procedure": _procedure,
    "substanceAdministration": _substance,
    "supply": _supply,
}
