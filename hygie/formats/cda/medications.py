"""Medicines -> MedicationStatement, MedicationRequest, MedicationAdministration, MedicationDispense, and vaccines."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, Final

from lxml import etree

from hygie.formats.cda import codes, dosage, entries, people, values
from hygie.formats.cda.header_reader import V3
from hygie.formats.cda.observations import attach, detail, named, request
from hygie.formats.cda.reading import (
    PLANNED,
    Reading,
    Resource,
    child,
    code_of,
    negated,
    related,
    spoken,
    status_of,
)  # fmt: skip
from hygie.formats.fhir import instants

VACCINE: Final = "1.3.6.1.4.1.19376.1.5.3.1.4.12"
PLANNED_VACCINE: Final = "1.3.6.1.4.1.19376.1.5.3.1.4.12.2"
DISPENSE: Final = ("1.3.6.1.4.1.19376.1.5.3.1.4.7.3", "1.3.6.1.4.1.19376.1.9.1.3.4")
PHARM: Final = entries.PHARM
_OTHER: Final = "GEN-092."
_RANK: Final = "30973-2"
_ADMINISTERED: Final = "18610-6"
_VACCINATIONS: Final = frozenset(
    {"IMMUNIZ", "INITIMMUNIZ", "BOOSTER", "no-known-immunizations", "no-immunization-info"}
)
_REQUESTS: Final = {"aborted": "stopped", "cancelled": "cancelled", "suspended": "on-hold", "held": "on-hold"}


def administer(reading: Reading, element: etree._Element) -> None:
    """A substanceAdministration statement, whatever it stands for."""
    mood = element.get("moodCode") or "EVN"
    if codes.has_template(element, PLANNED_VACCINE) or (mood in PLANNED and code_of(element) in _VACCINATIONS):
        _planned_vaccine(reading, element)
    elif codes.has_template(element, VACCINE) or code_of(element) in _VACCINATIONS:
        _vaccine(reading, element)
    elif mood in PLANNED:
        _prescribed(reading, element)
    else:
        _taken(reading, element)


# ---- medicines


def _taken(reading: Reading, element: etree._Element) -> None:
    medicine, details, given = _medicine(reading, element)
    missing = codes.absent(codes.concept(reading, child(element, "code"))) or codes.absent(medicine)
    if missing:
        medicine = _absence(reading, element, medicine)
    if medicine is None:
        reading.doubt(element, "Un traitement dont la source ne donne pas le nom.")
        return
    period = dosage.period_of(reading, element)
    stopped = "arrêt" in (reading.section or "").lower()  # « Traitements arrêtés durant le séjour »
    if reading.section_code == _ADMINISTERED and period and not missing and not stopped:
        made = _administered(reading, element, medicine, period)
    else:
        made = {
            "resourceType": "MedicationStatement",
            "status": "unknown" if missing else "stopped" if stopped else _state(reading, element, period),
            "medicationCodeableConcept": medicine,
        }
        if period:
            made["effectivePeriod"] = period
        if at := reading.said_on(element):
            made["dateAsserted"] = at
        makers = people.makers(element, "author", "informant") or ([reading.author] if reading.author else [])
        if makers:
            made["informationSource"] = makers[0]
        if not missing and (taken := dosage.dosages(reading, element, given, _parts(reading, element))):
            made["dosage"] = taken
    _finish(reading, element, made, details)


def _administered(reading: Reading, element: etree._Element, medicine: Resource, period: Resource) -> Resource:
    made: Resource = {
        "resourceType": "MedicationAdministration",
        "status": "not-done" if negated(element) else "completed",
        "medicationCodeableConcept": medicine,
    }
    if "end" in period or "start" not in period:
        made["effectivePeriod"] = period
    else:
        made["effectiveDateTime"] = period["start"]
    if performers := people.makers(element, "performer"):
        made["performer"] = [{"actor": one} for one in performers]
    found = dosage.dosages(reading, element, codes.label(medicine), [])
    if found:
        one = found[0]
        kept: Resource = {key: one[key] for key in ("text", "site", "route") if key in one}
        amount = (one.get("doseAndRate") or [{}])[0]
        if "doseQuantity" in amount:
            kept["dose"] = amount["doseQuantity"]
        if kept and ("text" in kept or "dose" in kept):
            made["dosage"] = kept
    return made


def _prescribed(reading: Reading, element: etree._Element) -> None:
    medicine, details, given = _medicine(reading, element)
    if medicine is None:
        reading.doubt(element, "Un médicament prescrit dont la source ne donne pas le nom.")
        return
    made: Resource = {
        "resourceType": "MedicationRequest",
        "status": _REQUESTS.get(status_of(element), "active"),
        "intent": "plan" if reading.section_code == "18776-5" else "order",
        "medicationCodeableConcept": medicine,
    }
    if negated(element):
        made["doNotPerform"] = True
    if at := reading.said_on(element):
        made["authoredOn"] = at
    makers = people.makers(element, "author") or ([reading.author] if reading.author else [])
    if makers:
        made["requester"] = makers[0]
    taken = dosage.dosages(reading, element, given, _parts(reading, element))
    for_patient, for_pharmacist = _instructions(reading, element)
    if for_patient:
        taken = taken or [{"text": for_patient}]
        for one in taken:
            one["patientInstruction"] = for_patient
    if taken:
        made["dosageInstruction"] = taken
    if supply := _supply(reading, element):
        made["dispenseRequest"] = supply
    if swap := _substitution(reading, element):
        made["substitution"] = swap
    if for_pharmacist:
        made["note"] = [{"text": f"Pour le pharmacien : {for_pharmacist}"}]
    _finish(reading, element, made, details)


def _supply(reading: Reading, element: etree._Element) -> Resource:
    made: Resource = {}
    if period := dosage.period_of(reading, element):
        made["validityPeriod"] = period
    repeats = child(element, "repeatNumber")
    count = values.number(repeats.get("value")) if repeats is not None else None
    if isinstance(count, int) and 0 <= count < 1000:
        made["numberOfRepeatsAllowed"] = count
    for _, nested in related(element):
        if nested.tag == V3 + "supply" and not codes.has_template(nested, *DISPENSE):
            reading.claimed.add(nested)
            found = values.physical(reading, child(nested, "quantity"))
            if found:
                made["quantity"] = found
    return made


def _substitution(reading: Reading, element: etree._Element) -> Resource | None:
    for _, nested in related(element):
        code = child(nested, "code")
        if nested.tag == V3 + "act" and code is not None and code.get("codeSystem") == "2.16.840.1.113883.5.1070":
            reading.claimed.add(nested)
            said = codes.concept(reading, code)
            if said:
                return {"allowedCodeableConcept": said}
    return None


def _instructions(reading: Reading, element: etree._Element) -> tuple[str | None, str | None]:
    found: dict[str, str | None] = {}
    for _, nested in related(element):
        if nested.tag == V3 + "act" and (code := code_of(nested)) in ("PINSTRUCT", "FINSTRUCT"):
            reading.claimed.add(nested)
            words = reading.words(child(nested, "text"))
            found[code] = words if words and words != "-" else None
    return found.get("PINSTRUCT"), found.get("FINSTRUCT")


def _parts(reading: Reading, element: etree._Element) -> list[tuple[int | None, etree._Element]]:
    """The successive or split doses nested in a treatment."""
    found: list[tuple[int | None, etree._Element]] = []
    for _, nested in related(element):
        if nested.tag == V3 + "substanceAdministration":
            reading.claimed.add(nested)
            order = child(nested.getparent(), "sequenceNumber")
            at = values.number(order.get("value")) if order is not None else None
            found.append((at if isinstance(at, int) and 0 < at < 1000 else None, nested))
    return found


def _state(reading: Reading, element: etree._Element, period: Resource | None) -> str:
    """Of a treatment, on the day of the document: stopped and refused are said by the source, the rest by its dates."""
    if negated(element):
        return "not-taken"
    if status_of(element) in ("aborted", "suspended"):
        return "stopped" if status_of(element) == "aborted" else "on-hold"
    end, written = _instant((period or {}).get("end")), _instant(reading.written)
    return "completed" if end is not None and written is not None and end < written else "active"


def _instant(text: str | None) -> datetime | None:
    """When a FHIR date is over: the 6th is over when the 7th begins."""
    if not text:
        return None
    try:
        return instants.interval(text)[1].astimezone(UTC)
    except ValueError:
        return None


def _medicine(reading: Reading, element: etree._Element) -> tuple[Resource | None, list[Resource], str]:
    """The product as a CodeableConcept, its form and substances as details, and its name as printed."""
    material = next(element.iterchildren(V3 + "consumable"), None)
    found = (
        next(material.iter(V3 + "manufacturedMaterial", V3 + "manufacturedLabeledDrug"), None)
        if material is not None
        else None
    )
    if found is None:
        return None, [], ""
    code = codes.concept(reading, child(found, "code"))
    name_element = child(found, "name")
    name = spoken(name_element) if name_element is not None else ""
    codings: list[dict[str, Any]] = list((code or {}).get("coding", ()))
    details: list[Resource] = []
    for kind in found.iter(PHARM + "generalizedMedicineClass"):
        one = kind.find(PHARM + "code")
        made = codes.coding(one) if one is not None else None
        if made and made not in codings:
            codings.append(made)
    form = codes.concept(reading, found.find(PHARM + "formCode"))
    if form:
        details.append(detail(codes.in_words("Forme"), "CodeableConcept", form))
    for ingredient in found.iterchildren(PHARM + "ingredient"):
        if (made_detail := _ingredient(reading, ingredient)) is not None:
            details.append(made_detail)
    given = codes.label(code)
    if (codings[0]["code"] if codings else "").startswith(_OTHER):  # « Autre traitement » : the words say which
        name = given if given != codings[0].get("display") else reading.words(child(element, "text")) or given
    text = name or next((one["display"] for one in codings if one.get("display")), None) or given
    if not text and not codings:
        return None, details, ""
    product: Resource = {"coding": codings} if codings else {}
    if text:
        product["text"] = text
    return product, details, given or name


def _ingredient(reading: Reading, element: etree._Element) -> Resource | None:
    inner = element.find(PHARM + "ingredient")
    if inner is None:
        return None
    code_element = inner.find(PHARM + "code")
    made = codes.coding(code_element) if code_element is not None else None
    name = inner.find(PHARM + "name")
    words = (spoken(name) if name is not None else "") or (made or {}).get("display") or ""
    if made is None and not words:
        return None
    substance: Resource = ({"coding": [made]} if made else {}) | ({"text": words} if words else {})
    strength = None
    amount = element.find(PHARM + "quantity")
    if amount is not None:
        over, under = amount.find(V3 + "numerator"), amount.find(V3 + "denominator")
        if over is not None and over.get("value"):
            strength = values.shown(over.get("value"), over.get("unit"))
            if under is not None and under.get("value") and under.get("unit"):
                strength += f" / {values.shown(under.get('value'), under.get('unit'))}"
    return detail(codes.in_words("Substance active"), "CodeableConcept", substance, note=strength)


def _absence(reading: Reading, element: etree._Element, medicine: Resource | None) -> Resource | None:
    stated = codes.concept(reading, child(element, "code"))
    return stated if codes.absent(stated) else medicine


def _finish(reading: Reading, element: etree._Element, made: Resource, details: list[Resource]) -> None:
    if details:
        made["extension"] = [*details, *made.get("extension", ())]
    for _, nested in related(element):
        if nested.tag == V3 + "supply" and nested not in reading.claimed:
            dispense(reading, nested)
    attach(reading, element, made)
    reading.keep(made, element)


# ---- dispensations


def dispense(reading: Reading, element: etree._Element) -> None:
    """A supply that delivers a medicine."""
    product = next(element.iterchildren(V3 + "product"), None)
    holder = element
    if product is None:
        parent = element.getparent()
        holder = parent.getparent() if parent is not None and parent.tag == V3 + "entryRelationship" else element
    medicine, details = _product(reading, product if product is not None else holder)
    if medicine is None:
        reading.doubt(element, "Une délivrance dont la source ne donne pas le produit.")
        return
    made: Resource = {
        "resourceType": "MedicationDispense",
        "status": "declined" if negated(element) else "completed",
        "medicationCodeableConcept": medicine,
    }
    if amount := values.physical(reading, child(element, "quantity")):
        made["quantity"] = amount
    time = child(element, "effectiveTime")
    handed = reading.when(time) or (reading.when(child(time, "low")) if time is not None else "")
    if handed or reading.written:
        made["whenHandedOver"] = handed or reading.written
    if performers := people.makers(element, "performer", "author") or ([reading.author] if reading.author else []):
        made["performer"] = [{"actor": one} for one in performers]
    words = reading.words(child(element, "text"))
    if words and words != codes.label(medicine):
        made["dosageInstruction"] = [{"text": words}]
    swap = _substitution(reading, element)
    if swap:
        made["substitution"] = {"wasSubstituted": True, "type": swap["allowedCodeableConcept"]}
    if details:
        made["extension"] = details
    attach(reading, element, made)
    made.pop("reasonCode", None)
    reading.keep(made, element)


def _product(reading: Reading, element: etree._Element) -> tuple[Resource | None, list[Resource]]:
    shell = etree.Element(V3 + "substanceAdministration")
    for found in element.iter(V3 + "manufacturedProduct"):
        consumable = etree.SubElement(shell, V3 + "consumable")
        consumable.append(deepcopy(found))
        medicine, details, _ = _medicine(reading, shell)
        return medicine, details
    return None, []


# ---- vaccines


def _vaccine(reading: Reading, element: etree._Element) -> None:
    product, details, _ = _medicine(reading, element)
    kind = codes.concept(reading, child(element, "code"))
    missing = codes.absent(kind) or codes.absent(product)
    if missing and codes.absent(kind):
        product = kind
    words = reading.words(child(element, "text"))
    if product is None:
        if words in (None, "-"):
            reading.doubt(element, "Une vaccination dont la source ne dit pas le vaccin.")
            for _, nested in related(element):
                reading.claimed.add(nested)
            return
        product = codes.in_words(words or "")
    made: Resource = {
        "resourceType": "Immunization",
        "status": "not-done" if negated(element) or missing else "completed",
        "vaccineCode": product,
    }
    time = child(element, "effectiveTime")
    on = reading.when(time) or (reading.when(child(time, "low")) if time is not None else "")
    if on:
        made["occurrenceDateTime"] = on
    else:
        made["occurrenceString"] = "Sans objet" if missing else "Date non précisée"
    if reading.written:
        made["recorded"] = reading.written
    lot = element.find(f"{V3}consumable//{V3}lotNumberText")
    if lot is not None and (number := spoken(lot)):
        made["lotNumber"] = number
    if site := codes.concept(reading, child(element, "approachSiteCode")):
        made["site"] = site
    if route := codes.concept(reading, child(element, "routeCode")):
        made["route"] = route
    dose = child(element, "doseQuantity")
    amount = values.physical(reading, dose)
    if amount is not None:
        made["doseQuantity"] = amount
    if performers := people.makers(element, "performer"):
        made["performer"] = [{"actor": one} for one in performers]
    if where := people.location(element):
        made["location"] = {"display": where}
    if kind and not missing:
        details = [detail(codes.in_words("Étape"), "CodeableConcept", kind), *details]
    rank = _rank(reading, element)
    if rank:
        made["protocolApplied"] = [{"doseNumberPositiveInt": rank}]
    if reactions := _after_effects(reading, element):
        made["reaction"] = [
            ({"date": at} if at else {}) | {"detail": {"display": codes.label(what)}} for at, what in reactions
        ]
        details += [
            detail(codes.in_words("Réaction après le vaccin"), "CodeableConcept", what, at=at) for at, what in reactions
        ]
    if details:
        made["extension"] = details
    attach(reading, element, made)
    reading.keep(made, element)


def _rank(reading: Reading, element: etree._Element) -> int | None:
    for _, nested in related(element):
        if code_of(nested) == _RANK:
            value = child(nested, "value")
            found = values.number(value.get("value")) if value is not None else None
            if isinstance(found, int) and 0 < found < 100:
                reading.claimed.add(nested)
                return found
    return None


def _after_effects(reading: Reading, element: etree._Element) -> list[tuple[str, Resource]]:
    found: list[tuple[str, Resource]] = []
    for kind, nested in related(element):
        if kind not in ("CAUS", "MFST") or nested.tag != V3 + "observation" or negated(nested):
            continue
        what = codes.concept(reading, child(nested, "value"))
        words = reading.words(child(nested, "text"))
        if what or (words and words != "-"):
            reading.claimed.add(nested)
            time = child(nested, "effectiveTime")
            at = reading.when(time) or (reading.when(child(time, "low")) if time is not None else "")
            found.append((at, what or codes.in_words(words or "")))
    return found


def _planned_vaccine(reading: Reading, element: etree._Element) -> None:
    product, details, _ = _medicine(reading, element)
    code = product or named(reading, element)
    made = request(reading, element, code)
    kind = codes.concept(reading, child(element, "code"))
    if kind:
        made["category"] = [kind]
    if dose := values.physical(reading, child(element, "doseQuantity")):
        details.append(detail(codes.in_words("Dose"), "Quantity", dose))
    if route := codes.concept(reading, child(element, "routeCode")):
        details.append(detail(codes.in_words("Voie"), "CodeableConcept", route))
    if details:
        made["extension"] = [*made.get("extension", ()), *details]
    attach(reading, element, made)
    reading.keep(made, element)
