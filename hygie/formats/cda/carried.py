"""What a CDA summary carries of an entry, and so the law of its round trip: `carried(read(write(x))) == carried(x)`. Pure.

Carried: the code (every coding whose system has an OID, and the words), the dates as precisely as given, the day on which
a problem, an allergy (or « none known ») or a medicine was recorded, and
- Condition: its state and certainty · AllergyIntolerance: state, seriousness, signs and their strength, nature
- medicines: how they are taken, in words; from when to when; suspended, stopped, refused; renewals
- Immunization: lot and rank · Procedure: state and sites · DeviceUseStatement: the device · family: each illness
- Observation: the value (a number with its UCUM unit and comparator, a code, or words), interval, meaning, parts.
Not carried: structured doses and rhythms, stages, extensions, notes, specimens, methods, devices that measured, who took
part beside the author, identifiers, the day on which anything else was recorded; a dispensation or an administration comes
back as a treatment taken. Alerts, wishes and plans are said in words only.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from hygie.formats import concepts, synopsis, units
from hygie.formats.cda import codes, times
from hygie.formats.concepts import is_absence
from hygie.formats.entries import printed

Resource = dict[str, Any]
OVER: Final = frozenset({"resolved", "inactive", "remission"})
_OIDS: Final = {uri: oid for oid, uri in reversed(codes.URIS.items())}
_STATES: Final = frozenset({"active", "recurrence", "relapse", "inactive", "remission", "resolved"})
_CERTAINTIES: Final = frozenset({"confirmed", "unconfirmed", "provisional", "differential", "refuted"})
_UCUM: Final = "http://unitsofmeasure.org"
_NUMBER: Final = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_UNIT: Final = re.compile(r"[!-~]{1,40}", re.ASCII)
_MEANINGS: Final = frozenset({"N", "L", "H", "LL", "HH", "A", "AA", "POS", "NEG", "IND", "R", "S", "I", "HU", "LU"})
_TAKEN: Final = frozenset({"MedicationStatement", "MedicationDispense", "MedicationAdministration"})
_HALTED: Final = frozenset({"on-hold", "stopped", "not-taken", "cancelled"})
_PROCEDURE: Final = frozenset({"completed", "in-progress", "stopped", "on-hold", "not-done"})
_AUTHORS: Final = ("recorder", "asserter", "requester", "informationSource", "performer")


def carried(resource: Resource) -> Resource | None:
    """The part of an entry that CDA holds, in one form whatever its source; None for what is said in words only."""
    kind = str(resource["resourceType"])
    if is_absence(resource):
        return {"kind": kind, "absent": True} if kind in _KINDS or kind in _TAKEN else None
    reader = _KINDS.get(kind)
    if reader is None:
        return None
    kind = "MedicationStatement" if kind in _TAKEN else kind
    return {"kind": kind} | {name: value for name, value in reader(resource).items() if value not in (None, "", [], {})}


def _condition(one: Resource) -> Resource:
    return {
        "code": concept(one.get("code")), "state": clinical(one), "certainty": verified(one),
        "start": start(one, "onset"), "end": end(one),
    }  # fmt: skip


def _allergy(one: Resource) -> Resource:
    reactions = [
        {"sign": concept(sign), "strength": reaction.get("severity")}
        for reaction in one.get("reaction") or ()
        for sign in reaction.get("manifestation") or ()
    ]
    return {
        "code": concept(one.get("code")), "serious": one.get("criticality"), "signs": reactions, "type": one.get("type"),
        "about": (one.get("category") or [None])[0], "start": start(one, "onset"),
    }  # fmt: skip


def _medicine(one: Resource) -> Resource:
    low, high = period(one)
    status = "not-taken" if one.get("doNotPerform") else one.get("status")
    return {
        "code": concept(one.get("medicationCodeableConcept")), "halted": status if status in _HALTED else None,
        "how": synopsis.told(one).how, "start": low, "end": high, "renewals": repeats(one),
    }  # fmt: skip


def _vaccine(one: Resource) -> Resource:
    return {
        "code": concept(one.get("vaccineCode")), "done": one.get("status", "completed") == "completed",
        "on": start(one, "occurrence"), "lot": one.get("lotNumber"), "rank": rank(one),
    }  # fmt: skip


def _procedure(one: Resource) -> Resource:
    status = one.get("status")
    span = one.get("performedPeriod") or {}
    return {
        "code": concept(one.get("code")), "status": status if status in _PROCEDURE else None,
        "on": at(one, "performedDateTime"), "start": hl7(span.get("start")), "end": hl7(span.get("end")),
        "sites": [concept(site) for site in one.get("bodySite") or ()],
    }  # fmt: skip


def _device(one: Resource) -> Resource:
    span = one.get("timingPeriod") or {}
    return {
        "code": concept(device(one)), "on": at(one, "timingDateTime"), "start": hl7(span.get("start")),
        "end": hl7(span.get("end")),
    }  # fmt: skip


def _family(one: Resource) -> Resource:
    return {
        "who": concept(one.get("relationship")),
        "what": [concept(inner.get("code")) for inner in one.get("condition") or ()],
    }


def _observation(one: Resource) -> Resource:
    span = one.get("effectivePeriod") or {}
    ranges = [bounds(box) for box in one.get("referenceRange") or ()]
    return {
        "code": concept(one.get("code")), "chapter": chapter(one), "on": at(one, "effectiveDateTime"),
        "start": hl7(span.get("start")), "end": hl7(span.get("end")), "value": value(one), "meaning": meanings(one),
        "parts": [(concept(part.get("code")), value(part)) for part in one.get("component") or ()],
        "ranges": [one for one in ranges if any(one)],
    }  # fmt: skip


_KINDS: Final = {
    "Condition": _condition, "AllergyIntolerance": _allergy, "MedicationStatement": _medicine,
    "MedicationRequest": _medicine, "MedicationDispense": _medicine, "MedicationAdministration": _medicine,
    "Immunization": _vaccine, "Procedure": _procedure, "DeviceUseStatement": _device, "FamilyMemberHistory": _family,
    "Observation": _observation,
}  # fmt: skip


# ---- one element at a time (the writer uses the same)


def concept(one: Any) -> Resource:
    """Codings that an OID can carry, and the words."""
    if not isinstance(one, dict):
        return {}
    kept = [{key: found for key, found in coding.items() if key != "oid"} for coding in codings(one)]
    words = concepts.words(one, bare=True)
    return ({"coding": kept} if kept else {}) | ({"text": words} if words else {})


def codings(one: Any) -> list[Resource]:
    """Each with its `oid` beside what FHIR says."""
    made: list[Resource] = []
    for coding in one.get("coding") or () if isinstance(one, dict) else ():
        system, code_ = str(coding.get("system") or ""), " ".join(str(coding.get("code") or "").split())
        oid = system.removeprefix("urn:oid:") if system.startswith("urn:oid:") else _OIDS.get(system)
        if not oid or not code_:
            continue
        found = {"oid": oid, "system": system, "code": code_}
        if display := " ".join(str(coding.get("display") or "").split()):
            found["display"] = display
        if found not in made:
            made.append(found)
    return made


def code(one: Any) -> str | None:
    return concepts.code(one) or None


def clinical(one: Resource) -> str:
    """The state of a Condition; without one, what its dates say."""
    known = concepts.code(one.get("clinicalStatus"))
    return known if known in _STATES else "resolved" if end(one) else "active"


def verified(one: Resource) -> str | None:
    known = concepts.code(one.get("verificationStatus"))
    return known if known in _CERTAINTIES else None


def hl7(written: Any) -> str | None:
    """A FHIR dateTime in HL7's form, as precise: `2019-05` is `201905`; None for what is no date."""
    text = str(written or "")
    day, _, hour = text.partition("T")
    made = day.replace("-", "")
    if hour:
        clock, zone = re.match(r"([\d:]+)(?:\.\d+)?(.*)", hour).groups() if re.match(r"[\d:]+", hour) else ("", "")  # type: ignore[union-attr]
        made += clock.replace(":", "") + ("+0000" if zone == "Z" else zone.replace(":", ""))
    return made if times.fhir(made) else None


def at(one: Resource, name: str) -> str | None:
    return hl7(one.get(name))


def recorded(one: Resource) -> str | None:
    """The day on which it was said, where the entry has one: « aucune allergie connue » is worth its date."""
    return hl7(one.get("recordedDate") or one.get("dateAsserted") or one.get("authoredOn"))


def start(one: Resource, prefix: str) -> str | None:
    return hl7(one.get(f"{prefix}DateTime") or (one.get(f"{prefix}Period") or {}).get("start"))


def end(one: Resource) -> str | None:
    return hl7(one.get("abatementDateTime") or (one.get("abatementPeriod") or {}).get("end"))


def period(one: Resource) -> tuple[str | None, str | None]:
    """From when to when a medicine is taken, or a prescription holds."""
    span = one.get("effectivePeriod") or (one.get("dispenseRequest") or {}).get("validityPeriod") or {}
    first = span.get("start") or one.get("effectiveDateTime") or one.get("whenHandedOver")
    return hl7(first), hl7(span.get("end"))


def repeats(one: Resource) -> int | None:
    found = (one.get("dispenseRequest") or {}).get("numberOfRepeatsAllowed")
    return found if isinstance(found, int) and 0 < found < 1000 else None


def rank(one: Resource) -> int | None:
    found = next((part.get("doseNumberPositiveInt") for part in one.get("protocolApplied") or ()), None)
    return found if isinstance(found, int) and 0 < found < 100 else None


def device(one: Resource) -> Resource:
    """What a device is: of the one contained, else the words beside the reference."""
    held = next((inner["type"] for inner in one.get("contained") or () if inner.get("type")), None)
    return held or {"text": str((one.get("device") or {}).get("display") or "")}


def chapter(one: Resource) -> str:
    found = synopsis.chapter_of(one)
    return found.code if found else ""


def meanings(one: Resource) -> list[str]:
    said = [concepts.code(found) for found in one.get("interpretation") or ()]
    return [found for found in said if found in _MEANINGS]


def value(one: Resource) -> tuple[str, Any] | None:
    """(FHIR suffix, value) of what CDA can type; words for anything else."""
    if "valueQuantity" in one:
        quantity = _quantity(one["valueQuantity"])
        return ("Quantity", quantity) if quantity else _words(one)
    if "valueCodeableConcept" in one:
        return "CodeableConcept", concept(one["valueCodeableConcept"])
    for kind in ("Boolean", "Integer"):
        if f"value{kind}" in one:
            return kind, one[f"value{kind}"]
    return _words(one)


def _words(one: Resource) -> tuple[str, Any] | None:
    if "dataAbsentReason" in one and not any(name.startswith("value") for name in one):
        return None
    words = " ".join(synopsis.value(one).split())
    return ("String", words) if words else None


def _quantity(one: Resource) -> Resource | None:
    if "value" not in one:
        return None
    made: Resource = {"value": one["value"]}
    if one.get("comparator"):
        made["comparator"] = one["comparator"]
    unit = one.get("code") if one.get("system", _UCUM) == _UCUM else None
    unit = unit or (units.ucum(str(one["unit"])) if one.get("unit") else None)
    if one.get("unit") and not unit:
        return None
    if unit:
        if not _UNIT.fullmatch(unit):
            return None
        made["code"] = unit
    return made


def bounds(box: Resource) -> tuple[tuple[Any, str | None] | None, tuple[Any, str | None] | None, str]:
    """Both ends of an interval, value and UCUM unit, and its words as printed."""
    ends = []
    for name in ("low", "high"):
        found = _quantity(box.get(name) or {}) or (
            {"value": box[name]["value"]} if "value" in (box.get(name) or {}) else None
        )
        ends.append((found["value"], found.get("code")) if found else None)
    return ends[0], ends[1], " ".join(str(box.get("text") or "").split())


def digits(number: Any) -> str:
    """Plain digits: 1e-05 is 0.00001, 4.0 stays 4.0."""
    return f"{Decimal(str(number)):f}"


def as_printed(one: Resource, number: Any) -> str:
    """The digits of its value as its source printed them (« 2,10 » stays 2.10), where they say this very number."""
    found = _NUMBER.search(printed(one) or "")
    shown = found[0].replace(",", ".") if found else ""
    return shown if shown and Decimal(shown) == Decimal(str(number)) else digits(number)


def author(one: Resource) -> Resource | None:
    """Who says it: the first one named, with a name or a national number."""
    for name in _AUTHORS:
        said = one.get(name)
        said = said[0] if isinstance(said, list) and said else said
        if isinstance(said, dict):
            said = said.get("actor", said)
            if said.get("display") or said.get("identifier"):
                return dict(said)
    return None
