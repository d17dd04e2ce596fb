"""Results, measures and findings -> Observation; plans -> Goal and ServiceRequest; directives -> Consent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from lxml import etree

from hygie.formats.cda import codes, entries, people, values
from hygie.formats.cda.header_reader import V3
from hygie.formats.cda.reading import (
    COMMENT,
    PLANNED,
    Reading,
    Resource,
    child,
    children,
    code_of,
    negated,
    place,
    related,
    status_of,
)  # fmt: skip
from hygie.formats.entries import AS_PRINTED, COMPLEMENT
from hygie.formats.fhir import systems

LABORATORY: Final = "1.3.6.1.4.1.19376.1.3.1.6"
VITAL: Final = "1.3.6.1.4.1.19376.1.5.3.1.4.13.2"
SOCIAL: Final = "1.3.6.1.4.1.19376.1.5.3.1.4.13.4"
DIRECTIVE: Final = "1.3.6.1.4.1.19376.1.5.3.1.4.13.7"
PROBLEM: Final = "1.3.6.1.4.1.19376.1.5.3.1.4.5"
_CATEGORIES: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
_STATUSES: Final = {
    "completed": "final", "active": "preliminary", "aborted": "cancelled", "cancelled": "cancelled",
    "held": "registered", "new": "registered", "suspended": "registered", "nullified": "entered-in-error",
}  # fmt: skip
# Codes that official examples use for something else: code given, unit -> what it really is. LOINC 27353-2 is an estimated mean glucose.
_GLYCATED: Final = {
    "%": ("4548-4", "Hémoglobine A1c/Hémoglobine totale"), "mmol/mol": ("59261-8", "Hémoglobine A1c (IFCC)"),
}  # fmt: skip
_PREGNANCY: Final = frozenset({"10162-6", "57078-8", "57073-9", "57074-7"})
_NEWBORN: Final = "57075-4"
_WALKING_AGE: Final = "MED-201"
_OPTICS: Final = ("sphère", "cylindre", "addition", "prisme")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a statement takes from those around it: categories (laboratory, chapter, panel), time, sample, makers."""

    categories: tuple[Resource, ...] = ()
    time: Resource | None = None
    specimen: Resource | None = None
    performers: tuple[Resource, ...] = ()
    focus: Resource | None = None  # whom a group is about when that is not the person

    def within(self, *more: Resource | None) -> Frame:
        added = tuple(one for one in more if one is not None and one not in self.categories)
        return replace(self, categories=(*self.categories, *added))


def category(code: str, words: str) -> Resource:
    return {"coding": [{"system": _CATEGORIES, "code": code}], "text": words}


LAB_CATEGORY: Final = category("laboratory", "Biologie")
VITAL_CATEGORY: Final = category("vital-signs", "Mesures")
SOCIAL_CATEGORY: Final = category("social-history", "Mode de vie")
Inner = Callable[[Reading, etree._Element, Frame], None]


def observe(reading: Reading, element: etree._Element, frame: Frame, inner: Inner) -> None:
    """One observation statement. inner: reads a nested statement that is an entry of its own."""
    mood = element.get("moodCode") or "EVN"
    if mood == "GOL":
        _goal(reading, element)
    elif mood in PLANNED:
        _request(reading, element)
    elif codes.has_template(element, DIRECTIVE):
        _directive(reading, element, frame)
    else:
        _observation(reading, element, frame, inner)


def _observation(reading: Reading, element: etree._Element, frame: Frame, inner: Inner) -> None:
    made = _base(reading, element, frame)
    _value(reading, element, made)
    _details(reading, element, made)
    notes: list[str] = []
    components: list[Resource] = made.get("component", [])
    for kind, nested in related(element):
        if _is_comment(nested):
            _note(reading, nested, notes)
        elif nested.tag == V3 + "observation" and not _own(kind, nested):
            components += _component(reading, nested, notes)
        elif nested.tag == V3 + "act" and code_of(nested):
            reading.claimed.add(nested)  # a link to another statement of the same document: said, not read twice
            if words := codes.label(codes.concept(reading, child(nested, "code"))):
                notes.append(f"Voir : {words}")
        elif nested.tag == V3 + "observation" and kind == "REFR":
            earlier = replace(frame, time=None)
            _earlier(reading, nested, earlier, inner)
        else:
            inner(reading, nested, frame)
    if components:
        made["component"] = components
    if notes:
        made["note"] = [{"text": note} for note in notes]
    _mend(made)
    reading.keep(made, element)


def _earlier(reading: Reading, element: etree._Element, frame: Frame, inner: Inner) -> None:
    """A former result that a report recalls beside the new one: an entry of its own, at its own date."""
    _observation(reading, element, frame, inner)
    last = reading.entries[-1].resource
    last.setdefault("note", []).append({"text": "Résultat antérieur, rappelé dans ce compte rendu."})


def _base(reading: Reading, element: etree._Element, frame: Frame) -> Resource:
    categories = list(frame.categories)
    for template, one in ((LABORATORY, LAB_CATEGORY), (VITAL, VITAL_CATEGORY), (SOCIAL, SOCIAL_CATEGORY)):
        if codes.has_template(element, template) and one not in categories:
            categories.insert(0, one)
    made: Resource = {
        "resourceType": "Observation",
        "status": _STATUSES.get(status_of(element), "final" if not status_of(element) else "unknown"),
    }
    if categories:
        made["category"] = categories
    made["code"] = named(reading, element)
    made |= timed(reading, child(element, "effectiveTime"), "effective") or _prefixed(frame.time, "effective")
    if "T" in reading.written:
        made["issued"] = reading.written
    makers = people.makers(element, "performer") or list(frame.performers)
    makers = makers or people.makers(element, "author") or ([reading.author] if reading.author else [])
    if makers:
        made["performer"] = makers
    if frame.specimen:
        made["specimen"] = frame.specimen
    if focus := focus_of(reading, element) or frame.focus or _mother(reading):
        made["focus"] = [focus]
    if _NEWBORN in reading.chapters and reading.birth and not any(name.startswith("effective") for name in made):
        made["effectiveDateTime"] = reading.birth  # undated, in the chapter about the birth
    return made


def named(reading: Reading, element: etree._Element) -> Resource:
    """What a statement is about; its words, else its section, when it has no code."""
    found = codes.concept(reading, child(element, "code"))
    if found is not None:
        return found
    return codes.in_words(reading.words(child(element, "text")) or reading.section or "Sans intitulé")


def timed(reading: Reading, element: etree._Element | None, prefix: str) -> Resource:
    """`{prefix}DateTime` or `{prefix}Period`; empty when the source gives no date."""
    if element is None:
        return {}
    if found := reading.when(element):
        return {f"{prefix}DateTime": found}
    period = values.period(reading, element)
    return {f"{prefix}Period": period} if period else {}


def _prefixed(time: Resource | None, prefix: str) -> Resource:
    return {f"{prefix}{suffix}": value for suffix, value in (time or {}).items()}


def _value(reading: Reading, element: etree._Element, made: Resource) -> None:
    found = children(element, "value")
    if not found:
        words = reading.words(child(element, "text"))
        if words and words != made["code"].get("text"):
            made["valueString"] = words
        return
    said = values.value(reading, found[0])
    if said is None:
        words = reading.words(child(element, "text"))
        if found[0].get("nullFlavor") or not words or words == made["code"].get("text"):
            made["dataAbsentReason"] = values.absence(found[0])
        else:
            made["valueString"] = words
    elif negated(element):
        made |= _negated(said)
    else:
        kind, value, words = said
        made[f"value{kind}"] = value
        if words and kind != "CodeableConcept":
            made["extension"] = [{"url": AS_PRINTED, "valueString": words}]
    for more in found[1:]:
        if (other := values.value(reading, more)) is not None:
            made.setdefault("component", []).append({"code": made["code"], f"value{other[0]}": other[1]})


def _negated(said: values.Value) -> Resource:
    """negationInd: what is written is said not to be. A truth turns into its contrary, the rest stays words."""
    kind, value, words = said
    if kind == "Boolean":
        return {"valueBoolean": not value}
    words = words or (str(value) if isinstance(value, str | int) else codes.label(value) or "valeur")
    return {"valueString": f"Nié par la source : {words}"}


def _details(reading: Reading, element: etree._Element, made: Resource) -> None:
    meanings = [
        found for one in children(element, "interpretationCode") if (found := codes.concept(reading, one)) is not None
    ]
    if meanings:
        made["interpretation"] = meanings
    methods = [found for one in children(element, "methodCode") if (found := codes.concept(reading, one)) is not None]
    if methods:
        made["method"] = _one(methods)
    sites = [found for one in children(element, "targetSiteCode") if (found := codes.concept(reading, one)) is not None]
    if sites:
        made["bodySite"] = _one(sites)
    ranges = [found for one in children(element, "referenceRange") if (found := _range(reading, one))]
    if ranges:
        made["referenceRange"] = ranges
    device = next((one for one in children(element, "participant") if one.get("typeCode") == "DEV"), None)
    if device is not None and (named_device := _device(reading, device)):
        made["device"] = {"display": named_device}


def _one(found: list[Resource]) -> Resource:
    """Several CodeableConcepts where FHIR holds one."""
    if len(found) == 1:
        return found[0]
    merged: Resource = {}
    if codings := [one for concept in found for one in concept.get("coding", ())]:
        merged["coding"] = codings
    merged["text"] = ", ".join(dict.fromkeys(filter(None, map(codes.label, found))))
    return merged


def _device(reading: Reading, participant: etree._Element) -> str:
    for device in participant.iter(V3 + "playingDevice"):
        made = codes.concept(reading, child(device, "code"))
        words = [codes.label(made)] if made else []
        words += [" ".join((part.text or "").split()) for part in children(device, "manufacturerModelName")]
        return " ".join(filter(None, words))
    return ""


def _range(reading: Reading, element: etree._Element) -> Resource | None:
    box = child(element, "observationRange")
    if box is None:
        return None
    made: Resource = {}
    value = child(box, "value")
    if value is not None:
        low, high = values.bounds(reading, value)
        if low:
            made["low"] = low
        if high:
            made["high"] = high
    words = reading.words(child(box, "text"))
    if not words and value is not None and not made:
        said = values.value(reading, value)
        words = (said[2] or (said[1] if isinstance(said[1], str) else None)) if said else None
    printed = words or (_printed_range(value) if value is not None and made else None)
    if printed:
        made["text"] = printed
    for condition in box.iter(V3 + "criterion"):
        told = codes.concept(reading, child(condition, "code")) or codes.concept(reading, child(condition, "value"))
        words = reading.words(child(condition, "text"))
        if told or words:
            made.setdefault("appliesTo", []).append(told or codes.in_words(words or ""))
    meaning = codes.concept(reading, child(box, "interpretationCode"))
    if made and meaning and meaning.get("coding", [{}])[0].get("code") != "N":
        made["type"] = meaning
    return made or None


def _printed_range(value: etree._Element) -> str:
    """« 4,00 - 10,00 G/L », as French reports print an interval."""
    low, high = child(value, "low"), child(value, "high")
    ends = [
        one.get("value") if one is not None and values.number(one.get("value")) is not None else None
        for one in (low, high)
    ]
    unit = next((one.get("unit") for one in (low, high) if one is not None and one.get("unit")), None)
    if ends[0] and ends[1]:
        return f"{values.shown(ends[0])} - {values.shown(ends[1], unit)}"
    return values.shown(ends[0] or ends[1], unit, "≥" if ends[0] else "≤")


def _component(reading: Reading, element: etree._Element, notes: list[str]) -> list[Resource]:
    """A nested observation as a component of the one around it, and those it nests itself beside it."""
    reading.claimed.add(element)
    made: Resource = {"code": named(reading, element)}
    holder: Resource = {"code": made["code"]}
    _value(reading, element, holder)
    _details(reading, element, holder)
    holder.pop("component", None)
    made |= {
        name: held
        for name, held in holder.items()
        if name.startswith("value") or name in ("extension", "dataAbsentReason", "interpretation", "referenceRange")
    }
    found = [made]
    for _, nested in related(element):
        if _is_comment(nested):
            _note(reading, nested, notes)
        elif nested.tag == V3 + "observation":
            found += _component(reading, nested, notes)
    return found


def _own(kind: str, element: etree._Element) -> bool:
    """A nested observation that makes an entry of its own rather than a component."""
    return (
        kind == "REFR"
        or codes.has_template(element, LABORATORY, VITAL, PROBLEM)
        or (element.get("moodCode") or "EVN") != "EVN"
    )


def _is_comment(element: etree._Element) -> bool:
    return element.tag == V3 + "act" and code_of(element) == COMMENT


def _note(reading: Reading, element: etree._Element, notes: list[str]) -> None:
    reading.claimed.add(element)
    words = reading.words(child(element, "text"))
    if words and words != "-":
        notes.append(words)
    elif words is None:
        reading.doubt(element, "Un commentaire sans texte.")


def _mother(reading: Reading) -> Resource | None:
    """In a child's document, the chapters on pregnancy and delivery speak of the mother: her height is not the child's."""
    about_her = reading.child and _PREGNANCY.intersection(reading.chapters)
    return {"display": "Mère"} if about_her else None


def focus_of(reading: Reading, element: etree._Element) -> Resource | None:
    """Whom it is about when that is not the person: her mother, a foetus."""
    subject = element.find(f"{V3}subject/{V3}relatedSubject")
    if subject is None:
        return None
    return {"display": codes.label(codes.concept(reading, child(subject, "code"))) or "Une autre personne"}


def _mend(made: Resource) -> None:
    """Put right what official examples are known to get wrong; what the source wrote stays beside it."""
    quantity = made.get("valueQuantity")
    if quantity is None:
        return
    given = [one.get("code") for one in made["code"].get("coding", ()) if one.get("system") == systems.LOINC]
    if "27353-2" in given and quantity.get("code") in _GLYCATED:
        code, display = _GLYCATED[quantity["code"]]
        made["code"]["coding"].insert(0, {"system": systems.LOINC, "code": code, "display": display})
    local = [one.get("code") for one in made["code"].get("coding", ())]
    if _WALKING_AGE in local and quantity.get("code") == "m":  # metres, where months are meant
        quantity |= {"unit": "mois", "code": "mo"}
    if quantity.get("code") == "d" and any(sign in codes.label(made["code"]).lower() for sign in _OPTICS):
        quantity |= {"unit": "δ", "code": "[diop]"}  # days, where dioptres are meant


# ---- what is planned or wanted


def _goal(reading: Reading, element: etree._Element) -> None:
    made: Resource = {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": named(reading, element),
    }
    target: Resource = {}
    value = child(element, "value")
    said = values.value(reading, value) if value is not None else None
    if said is not None:
        kind, found, words = said
        measure = codes.concept(reading, child(element, "code"))
        if measure:
            target["measure"] = measure
        kept = kind in ("Quantity", "Range", "CodeableConcept", "String", "Boolean", "Integer", "Ratio")
        target[f"detail{kind if kept else 'String'}"] = found if kept else (words or str(found))
        if words:
            made["extension"] = [{"url": AS_PRINTED, "valueString": words}]
    if (due := reading.when(child(element, "effectiveTime"))) and len(due) >= 10:
        target["dueDate"] = due[:10]
    if target:
        made["target"] = [target]
    if len(reading.written) >= 10:
        made["statusDate"] = reading.written[:10]
    if reading.author:
        made["expressedBy"] = reading.author
    attach(reading, element, made)
    reading.keep(made, element)


def _request(reading: Reading, element: etree._Element) -> None:
    made = request(reading, element, named(reading, element))
    value = child(element, "value")
    said = values.value(reading, value) if value is not None else None
    if said is not None:
        kind, found, words = said
        if kind == "CodeableConcept":
            made["orderDetail"] = [found]
        elif kind == "Quantity" and "comparator" not in found and "unit" in found:
            made["extension"] = [detail(made["code"], kind, found)]
        elif words or kind == "String":
            made["orderDetail"] = [codes.in_words(words or str(found))]
    sites = [found for one in children(element, "targetSiteCode") if (found := codes.concept(reading, one)) is not None]
    if sites:
        made["bodySite"] = sites
    attach(reading, element, made)
    reading.keep(made, element)


def request(reading: Reading, element: etree._Element, code: Resource, *, intent: str = "plan") -> Resource:
    """A ServiceRequest from any planned statement."""
    made: Resource = {
        "resourceType": "ServiceRequest",
        "status": "completed" if status_of(element) == "aborted" else "active",
        "intent": "order" if element.get("moodCode") == "RQO" else intent,
        "code": code,
    }
    if status_of(element) in ("aborted", "cancelled"):
        made["status"] = "revoked"
    if priority := codes.concept(reading, child(element, "priorityCode")):
        made["extension"] = [detail(codes.in_words("Priorité"), "CodeableConcept", priority)]
    if negated(element):
        made["doNotPerform"] = True
    made |= timed(reading, child(element, "effectiveTime"), "occurrence")
    if reading.written:
        made["authoredOn"] = reading.written
    makers = people.makers(element, "author") or ([reading.author] if reading.author else [])
    if makers:
        made["requester"] = makers[0]
    if performers := people.makers(element, "performer"):
        made["performer"] = performers
    if where := people.location(element):
        made["locationReference"] = [{"display": where}]
    return made


def _directive(reading: Reading, element: etree._Element, frame: Frame) -> None:
    """An advance directive: Consent, permit for what is wanted, deny for what is refused."""
    code = named(reading, element)
    value = child(element, "value")
    said = values.value(reading, value) if value is not None else None
    wanted = bool(said[1]) if said is not None and said[0] == "Boolean" else None
    if negated(element) and wanted is not None:
        wanted = not wanted
    general = code_of(element) == "42348-3"
    made: Resource = {
        "resourceType": "Consent",
        "status": "inactive" if general and wanted is False else "active",
        "scope": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "adr"}],
            "text": "Directives anticipées",
        },
        "category": [
            {
                "coding": [{"system": systems.LOINC, "code": "42348-3", "display": "Directives anticipées"}],
                "text": "Directives anticipées",
            }
        ],
        "policyRule": codes.in_words("Directives anticipées (code de la santé publique, article L1111-11)"),
    }
    since = child(element, "effectiveTime")
    period = values.period(reading, since) if since is not None else None
    at = reading.when(since) or (period or {}).get("start") or reading.written
    if at:
        made["dateTime"] = at
    provision: Resource = {}
    if not general:
        provision = {"code": [code]} if wanted is None else {"type": "permit" if wanted else "deny", "code": [code]}
    if period:
        provision["period"] = period
    if provision:
        made["provision"] = provision
    if said is not None and said[0] != "Boolean":
        made["extension"] = [detail(code, said[0], said[1])]
    for _, nested in related(element):
        if nested.tag == V3 + "observationMedia":
            reading.claimed.add(nested)
            if attachment := media(nested, codes.label(code)):
                made["sourceAttachment"] = attachment
    attach(reading, element, made)
    for note in made.pop("note", ()):  # Consent has no note
        made.setdefault("extension", []).append(detail(codes.in_words("Commentaire"), "String", note["text"]))
    reading.keep(made, element)


def media(element: etree._Element, title: str) -> Resource | None:
    """An attachment without its bytes: those stay in the document, at `place`."""
    value = child(element, "value")
    if value is None:
        return None
    made: Resource = {"title": title or "Pièce jointe", "url": f"#{place(element)}"}
    kind = (value.get("mediaType") or "").strip()
    if kind and " " not in kind:
        made["contentType"] = kind
    return made


# ---- details kept inside another resource


def detail(code: Resource, kind: str, value: Any, *, note: str | None = None, at: str = "") -> Resource:
    """The COMPLEMENT extension."""
    parts: list[Resource] = [{"url": "code", "valueCodeableConcept": code}]
    if kind:
        parts.append({"url": "value", f"value{kind}": value})
    if note:
        parts.append({"url": "note", "valueString": note})
    if at:
        parts.append({"url": "date", "valueDateTime": at})
    return {"url": COMPLEMENT, "extension": parts}


def complement(reading: Reading, element: etree._Element) -> list[Resource]:
    """A nested observation that its parent has no element for, and those that it nests."""
    reading.claimed.add(element)
    code = named(reading, element)
    value = child(element, "value")
    said = values.value(reading, value) if value is not None else None
    notes: list[str] = []
    more: list[Resource] = []
    for _, nested in related(element):
        if _is_comment(nested):
            _note(reading, nested, notes)
        elif nested.tag == V3 + "observation":
            more += complement(reading, nested)
    kind, found = (said[0], said[1]) if said is not None else ("", None)
    if said is not None and negated(element):
        turned = _negated(said)
        kind, found = ("Boolean", turned["valueBoolean"]) if kind == "Boolean" else ("String", turned["valueString"])
    if not kind and (words := reading.words(child(element, "text"))) and words != code.get("text"):
        kind, found = "String", words
    at = reading.when(child(element, "effectiveTime"))
    return [detail(code, kind, found, note=" ".join(notes) or None, at=at), *more]


def _measured(element: etree._Element) -> bool:
    """A measure or a result that stands inside another statement: it joins its series all the same."""
    if codes.has_template(element, LABORATORY, VITAL):
        return True
    code, value = child(element, "code"), child(element, "value")
    loinc = code is not None and codes.system(code.get("codeSystem")) == systems.LOINC
    return loinc and value is not None and entries.type_of(value) in ("PQ", "REAL") and bool(value.get("value"))


def _aside(reading: Reading, element: etree._Element, frame: Frame) -> None:
    if element.tag == V3 + "observation":
        _observation(reading, element, frame, _aside)
    else:
        reading.doubt(element, "Un élément que Hygie ne sait pas encore ranger : à voir dans le document.")


def attach(reading: Reading, element: etree._Element, made: Resource, *, skip: frozenset[str] = frozenset()) -> None:
    """Comments, reasons and other nested statements of any resource: note, reasonCode, else the COMPLEMENT extension.

    skip: LOINC or local codes of nested observations that the caller has read itself.
    """
    notes: list[str] = [one["text"] for one in made.get("note", ())]
    for kind, nested in related(element):
        if nested in reading.claimed or code_of(nested) in skip:
            continue
        if _is_comment(nested):
            _note(reading, nested, notes)
        elif nested.tag == V3 + "observation" and _measured(nested):
            _aside(reading, nested, Frame())
        elif nested.tag == V3 + "observation":
            made.setdefault("extension", []).extend(complement(reading, nested))
        elif nested.tag == V3 + "act":
            reading.claimed.add(nested)
            what = codes.concept(reading, child(nested, "code"))
            words = reading.words(child(nested, "text"))
            if kind == "RSON" and what:
                made.setdefault("reasonCode", []).append(what)
            elif what or words:
                notes.append(" : ".join(dict.fromkeys(filter(None, (codes.label(what), words)))))
        elif nested.tag == V3 + "observationMedia":
            reading.doubt(nested, "Une image ou un fichier joint : à voir dans le document.")
    if notes:
        made["note"] = [{"text": note} for note in notes]
