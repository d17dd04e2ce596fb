"""Entries of a health summary -> CDA clinical statements (CI-SIS templates of the IPS-FR document). Private to `cda`.

Each function writes what `cda.extract` reads back; what a statement cannot hold is named in `cda.carried`.
Templates: CI-SIS « Modèles de contenus CDA », IPS-FR 2024.01.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from lxml import etree

from hygie.formats.cda import carried, compose, entries
from hygie.formats.cda.header_writer import XSI, write_code, write_id
from hygie.formats.cda.types import Code, Id
from hygie.formats.concepts import is_absence
from hygie.formats.fhir import systems
from hygie.formats.synopsis import Piece, Told

Resource = dict[str, Any]
_NAMES: Final = UUID("f0c1a2c6-60a3-5f43-8f0a-2f4f6d5b8a52")  # whoever is known by a name alone
_SNOMED: Final = "2.16.840.1.113883.6.96"
_ACT_CODE: Final = "2.16.840.1.113883.5.4"
_MEANINGS: Final = "2.16.840.1.113883.5.83"
_PROBLEM: Final = ("2.16.840.1.113883.10.20.1.28", "1.3.6.1.4.1.19376.1.5.3.1.4.5")
_CONCERN: Final = ("2.16.840.1.113883.10.20.1.27", "1.3.6.1.4.1.19376.1.5.3.1.4.5.1")
_SIMPLE: Final = ("1.3.6.1.4.1.19376.1.5.3.1.4.13", "1.2.250.1.213.1.1.3.48")
_MEDICINE: Final = ("2.16.840.1.113883.10.20.1.24", "1.3.6.1.4.1.19376.1.5.3.1.4.7", "1.2.250.1.213.1.1.3.42")
_PRODUCT: Final = ("2.16.840.1.113883.10.20.1.53", "1.3.6.1.4.1.19376.1.5.3.1.4.7.2", "1.2.250.1.213.1.1.3.43")
_NATURES: Final = {"medication": "médicamenteuse", "food": "alimentaire", "environment": "à l’environnement"}
_SEVERITIES: Final = {"mild": "255604002", "moderate": "6736007", "severe": "24484000"}
_STATES: Final = {"on-hold": "suspended", "stopped": "aborted", "cancelled": "cancelled"}
_DONE: Final = {"completed": "completed", "in-progress": "active", "stopped": "aborted", "on-hold": "held"}


@dataclass(frozen=True, slots=True)
class Line:
    """One piece and where its words are: `#{target}` its name, `#{target}-d` its detail (when there is one)."""

    piece: Piece
    told: Told
    target: str
    number: Id

    @property
    def resource(self) -> Resource:
        return self.piece.resource


def write(line: Line) -> bytes | None:
    """The entry of one piece; None for what a summary in CDA says in words only."""
    writer = _WRITERS.get(str(line.resource["resourceType"]))
    made = entries.entry()
    if writer is None or writer(made, line) is False:
        return None
    return entries.finished(made)


# ---- problems and allergies


def _condition(parent: etree._Element, line: Line) -> None:
    one = line.resource
    concern = _concern(parent, "1.3.6.1.4.1.19376.1.5.3.1.4.5.2", "1.2.250.1.213.1.1.3.39", line)
    made = _observation(concern, line, *_PROBLEM, "1.2.250.1.213.1.1.3.37")
    entries.add(made, "code", code="282291009", codeSystem=_SNOMED, displayName="interprétation diagnostique")
    entries.reference(made, "text", line.target)
    entries.add(made, "statusCode", code="completed")
    start, end = carried.start(one, "onset"), carried.end(one)
    time = entries.add(made, "effectiveTime", nullFlavor=None if start or end else "UNK")
    if start or end:
        entries.add(time, "low", value=start, nullFlavor=None if start else "UNK")
        if end:
            entries.add(time, "high", value=end)
    _concept(made, "value", one.get("code"), line.target, kind="CD")
    _author(made, one)
    if not is_absence(one):
        _said(made, "33999-4", "Statut", carried.clinical(one), "2.16.840.1.113883.4.642.1.1074")
        _said(made, "66455-7", "Certitude", carried.verified(one), "2.16.840.1.113883.4.642.1.1075")


def _allergy(parent: etree._Element, line: Line) -> None:
    one = line.resource
    concern = _concern(parent, "1.3.6.1.4.1.19376.1.5.3.1.4.5.3", "1.2.250.1.213.1.1.3.40", line)
    made = _observation(
        concern, line, "2.16.840.1.113883.10.20.1.18", *_PROBLEM, "1.3.6.1.4.1.19376.1.5.3.1.4.6", "1.2.250.1.213.1.1.3.41",
    )  # fmt: skip
    nature = _nature(one)
    entries.add(
        made, "code", code="OINT" if nature else None, codeSystem=_ACT_CODE if nature else None, displayName=nature,
        nullFlavor=None if nature else "UNK",
    )  # fmt: skip
    entries.reference(made, "text", line.target)
    entries.add(made, "statusCode", code="completed")
    start = carried.start(one, "onset")
    time = entries.add(made, "effectiveTime", nullFlavor=None if start else "UNK")
    if start:
        entries.add(time, "low", value=start)
    if is_absence(one):
        _concept(made, "value", one.get("code"), line.target, kind="CD")
        _author(made, one)
        return
    _author(made, one)
    agent = entries.add(made, "participant", typeCode="CSM")
    entity = entries.add(entries.add(agent, "participantRole", classCode="MANU"), "playingEntity", classCode="MMAT")
    _concept(entity, "code", one.get("code"), line.target)
    _said(made, "33999-4", "Statut", carried.code(one.get("clinicalStatus")), "2.16.840.1.113883.4.642.4.1373")
    _said(made, "82606-5", "Criticité", one.get("criticality"), "2.16.840.1.113883.4.642.4.130")
    for reaction in one.get("reaction") or ():
        for sign in reaction.get("manifestation") or ():
            link = entries.add(made, "entryRelationship", typeCode="MFST", inversionInd="true")
            shown = entries.add(link, "observation", classCode="OBS", moodCode="EVN")
            entries.templates(shown, *_PROBLEM, "2.16.840.1.113883.10.20.1.54", "1.2.250.1.213.1.1.3.37")
            entries.add(shown, "code", code="418799008", codeSystem=_SNOMED, displayName="symptôme rapporté")
            entries.add(shown, "statusCode", code="completed")
            _concept(shown, "value", sign, None, kind="CD")
            _said(shown, "SEV", "Sévérité", _SEVERITIES.get(str(reaction.get("severity"))), _SNOMED, of=_ACT_CODE)


def _nature(one: Resource) -> str | None:
    """The words from which readers tell an allergy from an intolerance, and what it is about."""
    kind = {"allergy": "allergie", "intolerance": "intolérance"}.get(str(one.get("type")))
    about = next((_NATURES[name] for name in one.get("category") or () if name in _NATURES), None)
    if about and not kind:
        about = "réaction " + about
    return " ".join(filter(None, (kind, about))) or None


def _concern(parent: etree._Element, kind: str, template: str, line: Line) -> etree._Element:
    act = entries.add(parent, "act", classCode="ACT", moodCode="EVN")
    entries.templates(act, *_CONCERN, kind, template)
    write_id(act, "id", line.number)
    entries.add(act, "code", nullFlavor="NA")
    over = carried.clinical(line.resource) in carried.OVER
    entries.add(act, "statusCode", code="completed" if over else "active")
    entries.add(entries.add(act, "effectiveTime"), "low", nullFlavor="UNK")
    return entries.add(act, "entryRelationship", typeCode="SUBJ", inversionInd="false")


def _observation(parent: etree._Element, line: Line, *templates: str) -> etree._Element:
    made = entries.add(parent, "observation", classCode="OBS", moodCode="EVN")
    entries.templates(made, *templates)
    write_id(made, "id", Id(line.number.root + ".1"))
    return made


def _said(parent: etree._Element, code: str, label: str, value: Any, system: str, *, of: str = entries.LOINC) -> None:
    """One coded detail of a problem or an allergy."""
    if not value:
        return
    link = entries.add(parent, "entryRelationship", typeCode="SUBJ" if of != entries.LOINC else "REFR")
    made = entries.add(link, "observation", classCode="OBS", moodCode="EVN")
    entries.templates(made, *_SIMPLE)
    entries.add(made, "code", code=code, codeSystem=of, displayName=label)
    entries.add(made, "statusCode", code="completed")
    entries.value(made, "CD", code=str(value), codeSystem=system)


# ---- medicines and vaccines


def _medicine(parent: etree._Element, line: Line) -> None:
    one = line.resource
    planned = one["resourceType"] == "MedicationRequest"
    refused = one.get("status") == "not-taken" or one.get("doNotPerform") is True
    act = entries.add(
        parent, "substanceAdministration", classCode="SBADM", moodCode="INT" if planned else "EVN",
        negationInd="true" if refused else None,
    )  # fmt: skip
    entries.templates(act, *_MEDICINE, "1.3.6.1.4.1.19376.1.5.3.1.4.7.1")
    write_id(act, "id", line.number)
    if is_absence(one):
        _concept(act, "code", one.get("medicationCodeableConcept"), line.target)
    else:
        entries.add(act, "code", code="DRUG", codeSystem=_ACT_CODE, displayName="Médicament")
    if line.told.how:
        entries.reference(act, "text", f"{line.target}-d")
    entries.add(act, "statusCode", code=_STATES.get(str(one.get("status")), "active"))
    low, high = carried.period(one)
    if low or high:
        time = entries.add(act, "effectiveTime")
        time.set(XSI + "type", "IVL_TS")
        for name, value in (("low", low), ("high", high)):
            if value:
                entries.add(time, name, value=value)
    if repeats := carried.repeats(one):
        entries.add(act, "repeatNumber", value=str(repeats))
    _product(act, one.get("medicationCodeableConcept"), line.target, absent=is_absence(one))
    _author(act, one)


def _vaccine(parent: etree._Element, line: Line) -> None:
    one = line.resource
    done = one.get("status", "completed") == "completed"
    act = entries.add(
        parent, "substanceAdministration", classCode="SBADM", moodCode="EVN", negationInd="false" if done else "true"
    )
    entries.templates(act, "2.16.840.1.113883.10.20.1.24", "1.3.6.1.4.1.19376.1.5.3.1.4.12", "1.2.250.1.213.1.1.3.45")
    write_id(act, "id", line.number)
    if is_absence(one):
        _concept(act, "code", one.get("vaccineCode"), line.target)
    else:
        entries.add(act, "code", code="IMMUNIZ", codeSystem=_ACT_CODE, displayName="Vaccination")
    entries.reference(act, "text", line.target)
    entries.add(act, "statusCode", code="completed")
    on = carried.start(one, "occurrence")
    entries.add(act, "effectiveTime", value=on, nullFlavor=None if on else "UNK")
    _product(act, one.get("vaccineCode"), line.target, lot=one.get("lotNumber"), absent=is_absence(one))
    if rank := carried.rank(one):
        link = entries.add(act, "entryRelationship", typeCode="SUBJ")
        made = entries.add(link, "observation", classCode="OBS", moodCode="EVN")
        entries.templates(made, "2.16.840.1.113883.10.20.1.46", "1.2.250.1.213.1.1.3.82")
        entries.loinc(made, "code", "30973-2", "Rang de la vaccination")
        entries.add(made, "statusCode", code="completed")
        entries.value(made, "INT", value=str(rank))


def _product(parent: etree._Element, concept: Any, target: str, *, lot: Any = None, absent: bool = False) -> None:
    product = entries.add(entries.add(parent, "consumable"), "manufacturedProduct", classCode="MANU")
    entries.templates(product, *_PRODUCT)
    material = entries.add(product, "manufacturedMaterial", classCode="MMAT", determinerCode="KIND")
    if absent:
        entries.add(material, "code", nullFlavor="NA")
        return
    _concept(material, "code", concept, target)
    entries.add(material, "name").text = carried.concept(concept).get("text")
    if lot:
        entries.add(material, "lotNumberText").text = str(lot)


# ---- acts, devices, family


def _procedure(parent: etree._Element, line: Line) -> None:
    one = line.resource
    refused = one.get("status") == "not-done"
    made = entries.add(parent, "procedure", classCode="PROC", moodCode="EVN", negationInd="true" if refused else None)
    entries.templates(made, "1.3.6.1.4.1.19376.1.5.3.1.4.19", "2.16.840.1.113883.10.20.1.29", "1.2.250.1.213.1.1.3.62")
    write_id(made, "id", line.number)
    _concept(made, "code", one.get("code"), line.target)
    entries.reference(made, "text", line.target)
    entries.add(made, "statusCode", code="completed" if refused else _DONE.get(str(one.get("status")), "new"))
    _time(made, one, "performed")
    for site in one.get("bodySite") or ():
        _concept(made, "targetSiteCode", site, None)
    _author(made, one)


def _device(parent: etree._Element, line: Line) -> None:
    one = line.resource
    made = entries.add(parent, "supply", classCode="SPLY", moodCode="EVN")
    entries.templates(made, "2.16.840.1.113883.10.20.1.34", "1.2.250.1.213.1.1.3.20")
    write_id(made, "id", line.number)
    entries.reference(made, "text", line.target)
    _time(made, one, "timing")
    role = entries.add(entries.add(made, "participant", typeCode="DEV"), "participantRole", classCode="MANU")
    _concept(entries.add(role, "playingDevice", classCode="DEV"), "code", carried.device(one), line.target)


def _family(parent: etree._Element, line: Line) -> bool:
    one = line.resource
    told = [inner for inner in one.get("condition") or () if inner.get("code")]
    if not told:
        return False
    made = entries.add(parent, "organizer", classCode="CLUSTER", moodCode="EVN")
    entries.templates(made, "2.16.840.1.113883.10.20.1.23", "1.3.6.1.4.1.19376.1.5.3.1.4.15", "1.2.250.1.213.1.1.3.59")
    write_id(made, "id", line.number)
    entries.add(made, "statusCode", code="completed")
    relative = entries.add(entries.add(made, "subject", typeCode="SBJ"), "relatedSubject", classCode="PRS")
    _concept(relative, "code", one.get("relationship"), line.target)
    for inner in told:
        shown = entries.add(entries.add(made, "component"), "observation", classCode="OBS", moodCode="EVN")
        entries.templates(
            shown, "2.16.840.1.113883.10.20.1.22", _SIMPLE[0], "1.3.6.1.4.1.19376.1.5.3.1.4.13.3", "1.2.250.1.213.1.1.3.51",
        )  # fmt: skip
        entries.add(shown, "code", code="282291009", codeSystem=_SNOMED, displayName="interprétation diagnostique")
        entries.add(shown, "statusCode", code="completed")
        _concept(shown, "value", inner.get("code"), None, kind="CD")
    return True


# ---- results and measures


def _measured(parent: etree._Element, line: Line) -> None:
    one, chapter = line.resource, carried.chapter(line.resource)
    group: tuple[str, ...]
    own: tuple[str, ...]
    if chapter == "8716-3":
        group, code, label = ("1.3.6.1.4.1.19376.1.5.3.1.4.13.1", "1.2.250.1.213.1.1.3.49"), "85353-1", "Signes vitaux"
        own = (_SIMPLE[0], "1.3.6.1.4.1.19376.1.5.3.1.4.13.2", "1.2.250.1.213.1.1.3.50")
    elif chapter == "29762-2":
        made = entries.add(parent, "observation", classCode="OBS", moodCode="EVN")
        _result(made, one, line, (_SIMPLE[0], "1.3.6.1.4.1.19376.1.5.3.1.4.13.4", "1.2.250.1.213.1.1.3.52"))
        return
    else:
        group, code, label = ("1.2.250.1.213.1.1.3.208",), "26436-6", "Biologie polyvalente"
        own = ("1.3.6.1.4.1.19376.1.3.1.6", "1.2.250.1.213.1.1.3.80")
    cluster = entries.add(parent, "organizer", classCode="CLUSTER", moodCode="EVN")
    entries.templates(cluster, *group)
    write_id(cluster, "id", Id(line.number.root + ".2"))
    entries.loinc(cluster, "code", code, label)
    entries.add(cluster, "statusCode", code="completed")
    _result(
        entries.add(entries.add(cluster, "component"), "observation", classCode="OBS", moodCode="EVN"), one, line, own
    )


def _result(made: etree._Element, one: Resource, line: Line, templates: tuple[str, ...]) -> None:
    entries.templates(made, *templates)
    write_id(made, "id", line.number)
    _concept(made, "code", one.get("code"), line.target)
    entries.add(made, "statusCode", code="completed")
    _time(made, one, "effective", otherwise=True)
    _value(made, one)
    for meaning in carried.meanings(one):
        entries.add(made, "interpretationCode", code=meaning, codeSystem=_MEANINGS)
    _author(made, one)
    if device := _measuring(one):
        role = entries.add(entries.add(made, "participant", typeCode="DEV"), "participantRole", classCode="MANU")
        playing = entries.add(role, "playingDevice", classCode="DEV")
        entries.add(playing, "manufacturerModelName").text = device
    for part in one.get("component") or ():
        link = entries.add(made, "entryRelationship", typeCode="COMP")
        inner = entries.add(link, "observation", classCode="OBS", moodCode="EVN")
        _concept(inner, "code", part.get("code"), None)
        entries.add(inner, "statusCode", code="completed")
        _value(inner, part)
    for box in one.get("referenceRange") or ():
        _range(made, box)


def _value(parent: etree._Element, one: Resource) -> None:
    said = carried.value(one)
    if said is None:
        return
    kind, value = said
    if kind == "Quantity":
        unit = value.get("code")
        if sign := value.get("comparator"):
            box = entries.value(parent, "IVL_PQ")
            closed = "true" if "=" in sign else "false"
            end = "high" if sign[0] == "<" else "low"
            entries.add(box, end, value=carried.as_printed(one, value["value"]), unit=unit, inclusive=closed)
        else:
            entries.value(parent, "PQ", value=carried.as_printed(one, value["value"]), unit=unit)
    elif kind == "CodeableConcept":
        _concept(parent, "value", value, None, kind="CD")
    elif kind == "Boolean":
        entries.value(parent, "BL", value="true" if value else "false")
    elif kind == "Integer":
        entries.value(parent, "INT", value=str(value))
    else:
        entries.value(parent, "ST").text = value


def _range(parent: etree._Element, box: Resource) -> None:
    low, high, words = carried.bounds(box)
    if low is None and high is None and not words:
        return
    made = entries.add(entries.add(parent, "referenceRange"), "observationRange")
    if words:
        entries.add(made, "text").text = words
    if low is not None or high is not None:
        value = entries.value(made, "IVL_PQ")
        for name, end in (("low", low), ("high", high)):
            if end is not None:
                entries.add(value, name, value=carried.digits(end[0]), unit=end[1])


# ---- shared


def _time(parent: etree._Element, one: Resource, prefix: str, *, otherwise: bool = False) -> None:
    at = carried.at(one, f"{prefix}DateTime")
    period = one.get(f"{prefix}Period") or {}
    low, high = carried.hl7(period.get("start")), carried.hl7(period.get("end"))
    if at:
        entries.add(parent, "effectiveTime", value=at)
    elif low or high:
        made = entries.add(parent, "effectiveTime")
        made.set(XSI + "type", "IVL_TS")
        for name, value in (("low", low), ("high", high)):
            if value:
                entries.add(made, name, value=value)
    elif otherwise:
        entries.add(parent, "effectiveTime", nullFlavor="UNK")


def _concept(parent: etree._Element, name: str, concept: Any, target: str | None, *, kind: str | None = None) -> None:
    """A code with its translations; its words as an original text, by reference where the narrative has them."""
    said = carried.concept(concept)
    words = said.get("text") or ""
    # words that begin as a pointer does are held off by a space, which reading takes away
    text = f"#{target}" if target and words else (f" {words}" if words.startswith("#") else words) or None
    given = [Code(one["code"], one["oid"], one.get("display")) for one in carried.codings(concept)]
    first = given[0] if given else Code(null="UNK")
    made = write_code(
        parent,
        name,
        Code(first.code, first.system, first.label, text=text, null=first.null, translations=tuple(given[1:])),
    )
    if kind:
        made.set(XSI + "type", kind)


def _author(parent: etree._Element, one: Resource) -> None:
    """Who says it and when, where the entry tells: someone, else the device that measured. The author of the document
    otherwise, by CDA's own rule: what a watch measured is never the word of the doctor who exports it.
    """
    who, day = carried.author(one), carried.recorded(one)
    device = _measuring(one) if who is None else ""
    if who is None and not day and not device:
        return
    made = entries.add(parent, "author")
    entries.add(made, "time", value=day or None, nullFlavor=None if day else "UNK")
    assigned = entries.add(made, "assignedAuthor")
    number = (who or {}).get("identifier", {})
    name = str((who or {}).get("display") or "") or device
    if number.get("system") == systems.RPPS:
        write_id(assigned, "id", Id("1.2.250.1.71.4.2.1", f"8{number['value']}"))
    else:
        write_id(assigned, "id", compose.oid(uuid5(_NAMES, name)))
    if device:
        entries.add(entries.add(assigned, "assignedAuthoringDevice"), "manufacturerModelName").text = device
    elif name:
        entries.add(entries.add(assigned, "assignedPerson"), "name").text = name


def _measuring(one: Resource) -> str:
    """The device that made this measure, by its name; "" for none."""
    device = one.get("device") if one.get("resourceType") == "Observation" else None
    return str(device.get("display") or "") if isinstance(device, dict) else ""


_WRITERS: Final[dict[str, Callable[[etree._Element, Line], bool | None]]] = {
    "Condition": _condition,
    "AllergyIntolerance": _allergy,
    "MedicationStatement": _medicine,
    "MedicationRequest": _medicine,
    "MedicationDispense": _medicine,
    "MedicationAdministration": _medicine,
    "Immunization": _vaccine,
    "Procedure": _procedure,
    "DeviceUseStatement": _device,
    "FamilyMemberHistory": _family,
    "Observation": _measured,
}
