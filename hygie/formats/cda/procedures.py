"""Acts, stays, devices and samples -> Procedure, Encounter, DeviceUseStatement, Specimen, ServiceRequest."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from hygie.formats.cda import codes, people, values
from hygie.formats.cda.header_reader import V3
from hygie.formats.cda.observations import attach, detail, named, request, timed
from hygie.formats.cda.reading import (
    PLANNED,
    Reading,
    Resource,
    child,
    children,
    code_of,
    negated,
    related,
    status_of,
)  # fmt: skip

COLLECTION: Final = ("1.3.6.1.4.1.19376.1.3.1.2", "1.2.250.1.213.1.1.3.77", "1.2.250.1.213.1.1.3.100")
_RECEIVED: Final = "SPRECEIVE"
_NONE: Final = "02276797"  # « Aucun »
_PLAN: Final = "18776-5"
_STATUSES: Final = {
    "completed": "completed", "active": "in-progress", "aborted": "stopped", "cancelled": "not-done", "held": "on-hold",
    "suspended": "on-hold",
}  # fmt: skip
_CLASSES: Final = {
    "AMB": "Ambulatoire",
    "IMP": "Hospitalisation",
    "EMER": "Urgences",
    "HH": "À domicile",
    "ACUTE": "Hospitalisation",
}
_ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def perform(reading: Reading, element: etree._Element) -> None:
    """A procedure statement (or an act that is one)."""
    code = named(reading, element)
    missing = codes.absent(code)
    planned = (element.get("moodCode") or "EVN") in PLANNED
    if planned or (reading.section_code == _PLAN and status_of(element) == "active" and not negated(element)):
        made = request(reading, element, code)
        _sites(reading, element, made)
        attach(reading, element, made)
        reading.keep(made, element)
        return
    status = _STATUSES.get(status_of(element), "completed" if not status_of(element) else "unknown")
    made = {
        "resourceType": "Procedure",
        "status": "unknown" if missing else "not-done" if negated(element) else status,
        "code": code,
    }
    made |= timed(reading, child(element, "effectiveTime"), "performed")
    if reading.author:
        made["recorder"] = reading.author
    performers = people.makers(element, "performer") or people.makers(element, "author")
    if performers and not missing:
        made["performer"] = [{"actor": one} for one in performers]
    if where := people.location(element):
        made["location"] = {"display": where}
    _sites(reading, element, made)
    devices = [words for one in children(element, "participant") if (words := _device_words(reading, one))]
    if devices:
        made["usedCode"] = [codes.in_words(words) for words in dict.fromkeys(devices)]
    attach(reading, element, made)
    reading.keep(made, element)


def _sites(reading: Reading, element: etree._Element, made: Resource) -> None:
    sites = [
        found
        for name in ("targetSiteCode", "approachSiteCode")
        for one in children(element, name)
        if (found := codes.concept(reading, one)) is not None
    ]
    if sites:
        made["bodySite"] = sites


# ---- stays and visits


def stay(reading: Reading, element: etree._Element) -> None:
    """An encounter statement: done, or planned."""
    code = codes.concept(reading, child(element, "code"))
    if code_of(element) == _NONE or (element.get("nullFlavor") and code_of(element) in ("", _NONE)):
        reading.doubt(element, "La source dit qu'il n'y en a aucun : rien à reprendre.")
        return
    planned = (element.get("moodCode") or "EVN") in PLANNED
    own = code_of(element)
    made: Resource = {
        "resourceType": "Encounter",
        "status": "planned" if planned else "finished",
        "class": {"system": _ACT_CODE, "code": own, "display": _CLASSES[own]}
        if own in _CLASSES
        else {"system": _ACT_CODE, "code": "AMB", "display": _CLASSES["AMB"]}
        if code is None
        else _class(code),
    }
    if negated(element):
        made["status"] = "cancelled"
    words = reading.words(child(element, "text"))
    if code:
        made["type"] = [code]
    elif words:
        made["type"] = [codes.in_words(words)]
    time = child(element, "effectiveTime")
    if time is not None:
        at = reading.when(time)
        period = {"start": at} if at else values.period(reading, time)
        if period:
            made["period"] = period | ({"end": at} if at and not planned else {})
    participants = people.makers(element, "performer", "author")
    if participants:
        made["participant"] = [{"individual": one} for one in participants]
    place_name = people.location(element)
    provider = people.organisation(element)
    if place_name:
        made["location"] = [{"location": {"display": place_name}}]
    if provider:
        made["serviceProvider"] = provider
    if priority := codes.concept(reading, child(element, "priorityCode")):
        made["priority"] = priority
    attach(reading, element, made)
    for note in made.pop("note", ()):  # Encounter has no note
        made.setdefault("extension", []).append(detail(codes.in_words("Commentaire"), "String", note["text"]))
    if words and code and words != codes.label(code) and words != "-":
        made.setdefault("extension", []).append(detail(codes.in_words("Texte"), "String", words))
    reading.keep(made, element)


def _class(code: Resource) -> dict[str, Any]:
    first = (code.get("coding") or [None])[0]
    return dict(first) if first else {"display": codes.label(code)}


# ---- devices


def device(reading: Reading, element: etree._Element) -> None:
    """A supply statement about a device: carried, implanted, or prescribed."""
    found = _playing(element)
    code = codes.concept(reading, child(found, "code")) if found is not None else None
    words = reading.words(child(element, "text"))
    if code is None and found is not None and (name := _device_words(reading, found)):
        code = codes.in_words(name)
    if code is None and words and words != "-":
        code = codes.in_words(words)
    if code is None:
        reading.doubt(element, "Un dispositif dont la source ne donne pas le nom.")
        for _, nested in related(element):
            reading.claimed.add(nested)
        return
    if (element.get("moodCode") or "EVN") in PLANNED:
        _prescribed_device(reading, element, code, words)
        return
    missing = codes.absent(code)
    made: Resource = {
        "resourceType": "DeviceUseStatement",
        "status": "entered-in-error" if negated(element) and not missing else "completed" if missing else "active",
        "contained": [_contained(element, found, code)],
        "device": {"reference": "#device", "display": codes.label(code)},
    }
    made |= timed(reading, child(element, "effectiveTime"), "timing")
    if reading.written:
        made["recordedOn"] = reading.written
    if reading.author:
        made["source"] = reading.author
    attach(reading, element, made)
    reading.keep(made, element)


def _contained(element: etree._Element, playing: etree._Element | None, code: Resource) -> Resource:
    made: Resource = {"resourceType": "Device", "id": "device"}
    role = playing.getparent() if playing is not None else None
    identifiers = []
    for one in children(role, "id") if role is not None else ():
        value = (one.get("extension") or one.get("root") or "").strip()
        if value:
            system = codes.system(one.get("root")) if one.get("extension") else None
            identifiers.append(({"system": system} if system else {}) | {"value": value})
    if identifiers:
        made["identifier"] = identifiers
    if playing is not None:
        model = " ".join(
            filter(None, (" ".join((p.text or "").split()) for p in children(playing, "manufacturerModelName")))
        )
        if model:
            made["modelNumber"] = model
    made["type"] = code
    return made


def _prescribed_device(reading: Reading, element: etree._Element, code: Resource, words: str | None) -> None:
    made = request(reading, element, code, intent="order")
    made["category"] = [codes.in_words("Dispositif médical")]
    amount = values.physical(reading, child(element, "quantity"))
    if amount:
        made["quantityQuantity"] = amount
    repeats = child(element, "repeatNumber")
    count = values.number(repeats.get("value")) if repeats is not None else None
    if isinstance(count, int):
        made.setdefault("extension", []).append(detail(codes.in_words("Renouvellements"), "Integer", count))
    use = element.find(f"{V3}expectedUseTime/{V3}width")
    lasting = values.physical(reading, use)
    if lasting:
        made.setdefault("extension", []).append(detail(codes.in_words("Durée d'utilisation"), "Quantity", lasting))
    if words and words != codes.label(code):
        made["orderDetail"] = [codes.in_words(words)]
    attach(reading, element, made)
    reading.keep(made, element)


def _playing(element: etree._Element) -> etree._Element | None:
    for participant in element.iterchildren(V3 + "participant"):
        for found in participant.iter(V3 + "playingDevice"):
            return found
    return None


def _device_words(reading: Reading, element: etree._Element) -> str:
    for found in element.iter(V3 + "playingDevice"):
        label = codes.label(codes.concept(reading, child(found, "code")))
        model = " ".join(" ".join((p.text or "").split()) for p in children(found, "manufacturerModelName"))
        return " ".join(filter(None, (label, model)))
    return ""


# ---- samples


def collect(reading: Reading, element: etree._Element) -> Resource | None:
    """The sample that a collection statement took. Returns the reference that its results carry."""
    made: Resource = {"resourceType": "Specimen", "status": "available"}
    kind = None
    for entity in element.iter(V3 + "playingEntity", V3 + "specimenPlayingEntity"):
        kind = codes.concept(reading, child(entity, "code"))
        if kind:
            break
    how = codes.concept(reading, child(element, "code"))
    if kind:
        made["type"] = kind
    for _, nested in related(element):
        if nested.tag == V3 + "act" and code_of(nested) == _RECEIVED:
            reading.claimed.add(nested)
            if at := reading.when(child(nested, "effectiveTime")):
                made["receivedTime"] = at
    collection: Resource = {}
    time = child(element, "effectiveTime")
    if time is not None:
        at = reading.when(time) or reading.when(child(time, "high")) or reading.when(child(time, "low"))
        if at:
            collection["collectedDateTime"] = at
    takers = people.makers(element, "performer")
    if takers:
        collection["collector"] = takers[0]
    if how:
        collection["method"] = how
    sites = [found for one in children(element, "targetSiteCode") if (found := codes.concept(reading, one)) is not None]
    if sites:
        collection["bodySite"] = sites[0]
    if collection:
        made["collection"] = collection
    attach(reading, element, made)
    made.pop("reasonCode", None)
    reading.keep(made, element)
    words = codes.label(kind) or codes.label(how)
    return {"display": words} if words else None
