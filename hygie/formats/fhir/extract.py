"""FHIR R4 JSON -> what it says about the person, as entries (see `hygie.formats.entries`). Pure.

A Bundle (document, collection, transaction, batch, searchset) or one resource. Resources come in as they are, validated
against base R4; what they point at in the same file becomes words and identifiers, so that an entry stands alone.
The person's identity is neither kept nor checked here. Documents (DocumentReference, Binary) are deposits: read elsewhere.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from hygie.formats import concepts, units
from hygie.formats.entries import ABSENT, KINDS, Certainty, Entry, Found, Unread
from hygie.formats.fhir import subject, systems
from hygie.formats.fhir.faults import unsupported
from hygie.formats.fhir.validate import RESOURCES, Message, read

READER: Final = "fhir"
VERSION: Final = "2"
ENTRY_PLACE: Final = "https://hygie.example/fhir/entry-place"  # of an identifier that names another entry of the file
Resource = dict[str, Any]
_BUNDLES: Final = frozenset({"document", "collection", "transaction", "batch", "searchset"})
_PEOPLE: Final = frozenset({"Patient", "Practitioner", "PractitionerRole", "Organization", "RelatedPerson", "Location"})
_FOLDED: Final = _PEOPLE | {"Medication", "Composition", "Provenance"}
_DEPOSITS: Final = frozenset({"DocumentReference", "Binary", "List", "Parameters"})
_ACCEPTED: Final = frozenset(KINDS | RESOURCES | _FOLDED)
_OURS: Final = ("id", "meta", "subject", "patient", "implicitRules", "text")
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_NIL_KNOWN: Final = {
    "48765-2": ("AllergyIntolerance", "no-known-allergies", "Aucune allergie connue"),
    "11450-4": ("Condition", "no-known-problems", "Aucun problème connu"),
    "10160-0": ("MedicationStatement", "no-known-medications", "Aucun traitement connu"),
    "47519-4": ("Procedure", "no-known-procedures", "Aucune intervention connue"),
    "46264-8": ("DeviceUseStatement", "no-known-devices", "Aucun dispositif connu"),
    "11369-6": ("Immunization", "no-known-immunizations", "Aucun vaccin connu"),
}


@dataclass(slots=True)
class _File:
    """What one reading of a file holds. targets: by each name that a reference may use, place and resource."""

    message: Message
    targets: dict[str, tuple[str, Resource]] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)  # place of an entry -> title of its section
    entries: list[Entry] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def extract(data: bytes) -> Found:
    """Raises Invalid (fhir-structure, fhir-too-large) for what is not base R4, Unsupported for a lone other resource."""
    message = read(data, kinds=_ACCEPTED)
    resource = message.resource
    kind = resource["resourceType"]
    file = _File(message)
    if kind == "Bundle":
        _bundle(file, resource)
    elif kind in KINDS:
        _keep(file, resource, kind)
    elif kind in _DEPOSITS:
        file.unread.append(Unread(kind, "Un document à déposer, pas une information à lire."))
    else:
        raise unsupported("resourceType", "Cette ressource seule ne dit rien d'une personne.")
    return Found(READER, VERSION, tuple(file.entries), tuple(file.unread), "\n".join(filter(None, file.words)))


def about(data: bytes) -> About | None:
    """Whom the file is about, as far as it says. Errors of `extract`."""
    message = read(data, kinds=_ACCEPTED)
    file = _File(message)
    if message.resource["resourceType"] != "Bundle":
        return _about(file, message.resource)
    found = _entries(file, message.resource)
    described = (_described_person(one, place) for place, one in found if one.get("resourceType") == "Patient")
    return _person(file, found) or next(described, None)


def _bundle(file: _File, bundle: Resource) -> None:
    if bundle.get("type") not in _BUNDLES:
        file.unread.append(Unread("Bundle", "Ce type d'envoi ne contient pas d'informations à lire."))
        return
    found = _entries(file, bundle)
    person = _person(file, found)
    for place, inner in found:
        if inner.get("resourceType") == "Composition":
            _composition(file, inner, place)
    for place, inner in found:
        kind = inner.get("resourceType")
        if kind in KINDS:
            if (whom := _about(file, inner)) is None or person is None or whom.may_be(person):
                _keep(file, inner, place)
            else:
                file.unread.append(Unread(place, "Cette information concerne une autre personne : non reprise."))
        elif kind in _DEPOSITS:
            file.unread.append(Unread(place, "Un document à déposer, pas une information à lire."))
        elif kind not in _FOLDED:
            file.unread.append(Unread(place, "Un type d'information que Hygie ne garde pas encore."))


def _entries(file: _File, bundle: Resource) -> list[tuple[str, Resource]]:
    """The resources of a Bundle with their places; each is then known by the names that a reference may use."""
    found: list[tuple[str, Resource]] = []
    for number, entry in enumerate(bundle.get("entry") or ()):
        at = f"Bundle.entry[{number}]"
        inner = entry.get("resource")
        if not isinstance(inner, dict):
            file.unread.append(Unread(at, "Une opération sans contenu : non suivie."))
            continue
        place = f"{at}.resource"
        for name in _names(entry, inner):
            file.targets.setdefault(name, (place, inner))
        found.append((place, inner))
    return found


def _names(entry: Resource, resource: Resource) -> Iterator[str]:
    if isinstance(url := entry.get("fullUrl"), str) and url:
        yield url
    if isinstance(id := resource.get("id"), str):
        yield f"{resource.get('resourceType')}/{id}"


@dataclass(frozen=True, slots=True)
class About:
    """Whom a resource speaks of, as far as the file says: a key, not an identity. reference: place in the file, else as
    written; ins: « oid|matricule »; traits: birth family name and birth date.
    """

    reference: str = ""
    ins: str = ""
    traits: tuple[str, str] | None = None

    def may_be(self, other: About) -> bool:
        """The same reference, else the same number, else the same traits; one of whom nothing is said may be anybody."""
        if self.reference and self.reference == other.reference:
            return True
        if self.ins and other.ins:
            return self.ins == other.ins
        if self.traits and other.traits:
            return self.traits == other.traits
        return not (self.reference or self.ins or self.traits)


def _person(file: _File, found: list[tuple[str, Resource]]) -> About | None:
    """Whom the file is about: the Composition's subject, else the first subject given."""
    for wanted in ("Composition", None):
        for _, resource in found:
            if (resource.get("resourceType") == wanted or wanted is None) and (whom := _about(file, resource)):
                return whom
    return None


def _about(file: _File, resource: Resource) -> About | None:
    """The subject of a resource: a Patient of the file, one that it contains, or a reference; None when it says none."""
    said = resource.get("subject") or resource.get("patient")
    reference = said.get("reference") if isinstance(said, dict) else None
    if not isinstance(reference, str) or not reference:
        return None
    if reference.startswith("#"):
        inner: Resource = next((one for one in resource.get("contained") or () if f"#{one.get('id')}" == reference), {})
        return _described_person(inner) if inner.get("resourceType") == "Patient" else None
    if number := subject.conditional(reference):
        return About(reference, ins=number)
    target = _target(file, reference)
    if target is None:
        return About(reference)
    place, held = target
    return _described_person(held, place) if held.get("resourceType") == "Patient" else About(place)


def _described_person(patient: Resource, place: str = "") -> About:
    family, birth = subject.family_of(patient), str(patient.get("birthDate") or "")
    traits = (family, birth) if family and birth else None
    return About(place, subject.number_of(patient), traits)


def _keep(file: _File, resource: Resource, place: str) -> None:
    if resource.get("status") == "entered-in-error" or _coded(resource.get("verificationStatus"), "entered-in-error"):
        file.unread.append(Unread(place, "Annulé par sa source : non repris."))
        return
    made = {
        name: value for name, value in resource.items() if name.removeprefix("_") not in _OURS and value != systems.UNKNOWN
    }  # fmt: skip
    if resource.get("modifierExtension"):
        file.unread.append(
            Unread(place, "Une précision que Hygie ne connaît pas peut en changer le sens : à lire dans le document.")
        )
        return
    _words(file, resource)
    _dated(made)
    contained = {f"#{inner['id']}": inner for inner in made.get("contained", ()) if isinstance(inner.get("id"), str)}
    made = _resolved(file, made, contained, place)
    _medicine(file, resource, made, contained)
    if "contained" in made:
        left = [inner for inner in made["contained"] if inner.get("resourceType") not in _FOLDED]
        made["contained"] = left
        if not left:
            del made["contained"]
    section = file.sections.get(place)
    if _contradicts_itself(made):
        file.entries.append(Entry(made, place, Certainty.SUGGESTED, 0.5, section=section))
    else:
        file.entries.append(Entry(made, place, section=section))


def _dated(made: Resource) -> None:
    """An instant, or the events of a timing, said as the dates that every reader of an Observation knows."""
    instant = made.pop("effectiveInstant", None)
    if instant is not None:
        made["effectiveDateTime"] = instant
    events = [one for one in (made.get("effectiveTiming") or {}).get("event") or () if isinstance(one, str)]
    if events:
        del made["effectiveTiming"]
        if len(events) == 1:
            made["effectiveDateTime"] = events[0]
        else:
            made["effectivePeriod"] = {"start": min(events), "end": max(events)}


def _contradicts_itself(made: Resource) -> bool:
    """Whether a value has one unit for people and another for machines: nobody can tell which was meant."""
    quantities = [one.get("valueQuantity") or {} for one in (made, *(made.get("component") or ()))]
    return any(units.contradict(one.get("code"), one.get("unit")) for one in quantities)


def _resolved(file: _File, value: Any, contained: dict[str, Resource], place: str) -> Any:
    """The same value with its references turned into words, and its attachments without their bytes."""
    if isinstance(value, list):
        return [_resolved(file, item, contained, place) for item in value]
    if not isinstance(value, dict):
        return value
    if "reference" in value and isinstance(value["reference"], str):
        return _reference(file, value, contained)
    made = {name: _resolved(file, item, contained, place) for name, item in value.items()}
    if isinstance(data := made.get("data"), str):
        if "origin" in made:  # a sampled signal: its numbers are the value
            made["data"] = file.message.restore(data)
        else:
            del made["data"]
            made.setdefault("title", "Pièce jointe")
            file.unread.append(Unread(place, "Un fichier joint : à voir dans le document."))
    return made


def _reference(file: _File, value: Resource, contained: dict[str, Resource]) -> Resource:
    reference = value["reference"]
    if reference in contained and contained[reference].get("resourceType") not in _FOLDED:
        return value  # stays beside the resource that contains it
    made = {name: item for name, item in value.items() if name in ("type", "identifier", "display")}
    target = contained.get(reference) or (found[1] if (found := _target(file, reference)) else None)
    kind = target.get("resourceType") if target else reference.rpartition("/")[0].rpartition("/")[2]
    if kind == "Patient":
        return {"type": "Patient", "display": "La personne elle-même"}
    if target is not None:
        said = _described(file, target, contained)
        made = said | {name: item for name, item in made.items() if name != "display" or not said.get("display")}
        if kind in KINDS and (found := _target(file, reference)) and "identifier" not in made:
            made["identifier"] = {"system": ENTRY_PLACE, "value": found[0]}
    if kind and "type" not in made and kind[:1].isupper():
        made["type"] = kind
    return made if "display" in made or "identifier" in made else made | {"display": "Non précisé"}


def _target(file: _File, reference: str) -> tuple[str, Resource] | None:
    found = file.targets.get(reference)
    if found is None and "/" in reference:
        found = file.targets.get("/".join(reference.partition("/_history")[0].rsplit("/", 2)[-2:]))
    return found


def _described(file: _File, target: Resource, contained: dict[str, Resource], depth: int = 0) -> Resource:
    """A name and a national identifier for what a reference points at."""
    kind = target.get("resourceType")
    if kind == "PractitionerRole" and depth < 2:
        for role in ("practitioner", "organization"):
            inner = (target.get(role) or {}).get("reference") or ""
            found = contained.get(inner) or (held[1] if (held := _target(file, inner)) else None)
            if found is not None:
                return _described(file, found, contained, depth + 1)
            if display := (target.get(role) or {}).get("display"):
                return {"display": display}
    made: Resource = {}
    name: Any = target.get("name")
    if kind in ("Practitioner", "RelatedPerson") and isinstance(name, list) and name:
        words = " ".join([*(name[0].get("prefix") or ()), *(name[0].get("given") or ()), name[0].get("family") or ""])
        if said := (name[0].get("text") or words).strip():
            made["display"] = said
    elif isinstance(name, str) and name:
        made["display"] = name
    else:
        for path in ("code", "type", "vaccineCode", "medicationCodeableConcept", "description"):
            if label := concepts.words(target.get(path)):
                made["display"] = label
                break
    if kind in ("Practitioner", "Organization", "Location"):
        numbers = [one for one in target.get("identifier") or () if one.get("value")]
        best = next((one for one in numbers if one.get("system") in (systems.RPPS, systems.PSIDNAT)), None)
        if chosen := best or (numbers[0] if numbers else None):
            made["identifier"] = {key: chosen[key] for key in ("system", "value") if key in chosen}
    return made


def _medicine(file: _File, resource: Resource, made: Resource, contained: dict[str, Resource]) -> None:
    """medicationReference becomes the code of the Medication it points at: a treatment names its own product."""
    said = resource.get("medicationReference")
    if not isinstance(said, dict):
        return
    reference = said.get("reference") or ""
    target = contained.get(reference) or (found[1] if (found := _target(file, reference)) else None)
    code = (target or {}).get("code")
    if isinstance(code, dict) and code:
        del made["medicationReference"]
        made["medicationCodeableConcept"] = code
    elif display := said.get("display"):
        del made["medicationReference"]
        made["medicationCodeableConcept"] = {"text": display}


# ---- the document around the entries


def _composition(file: _File, composition: Resource, place: str) -> None:
    if title := composition.get("title"):
        file.words.append(str(title))
    for number, section in enumerate(composition.get("section") or ()):
        _section(file, section, f"{place}.section[{number}]", composition)


def _section(file: _File, section: Resource, at: str, composition: Resource) -> None:
    title = str(section.get("title") or concepts.words(section.get("code")) or "")
    file.words += [title, _plain(section.get("text"))]
    for item in section.get("entry") or ():
        if isinstance(reference := item.get("reference"), str) and (found := _target(file, reference)):
            file.sections.setdefault(found[0], title)
    reason = section.get("emptyReason")
    if reason and not section.get("entry"):
        _empty(file, section, at, composition, title, reason)
    for number, inner in enumerate(section.get("section") or ()):
        _section(file, inner, f"{at}.section[{number}]", composition)


def _empty(file: _File, section: Resource, at: str, composition: Resource, title: str, reason: Any) -> None:
    codes = {coding.get("code") for coding in (section.get("code") or {}).get("coding") or ()}
    known = next((_NIL_KNOWN[code] for code in codes if code in _NIL_KNOWN), None)
    if known is None or not _coded(reason, "nilknown"):
        file.unread.append(Unread(at, "Une rubrique que la source a laissée vide."))
        return
    kind, code, words = known
    stated: Resource = {"coding": [{"system": ABSENT, "code": code, "display": words}], "text": words}
    on = composition.get("date")
    made: Resource = {"resourceType": kind}
    if kind == "MedicationStatement":
        made |= {"status": "unknown", "medicationCodeableConcept": stated, "dateAsserted": on}
    elif kind == "Immunization":
        made |= {"status": "not-done", "vaccineCode": stated, "occurrenceString": "Sans objet", "recorded": on}
    elif kind == "DeviceUseStatement":
        device = {"resourceType": "Device", "id": "device", "type": stated}
        made |= {"status": "completed", "contained": [device], "device": {"reference": "#device", "display": words}}
        made["recordedOn"] = on
    elif kind == "Procedure":
        made |= {"status": "unknown", "code": stated}
    else:
        made |= {"code": stated, "recordedDate": on}
    file.entries.append(Entry({name: item for name, item in made.items() if item is not None}, at, section=title))


def _words(file: _File, resource: Resource) -> None:
    """Everything readable in a resource, for search."""
    found: list[str] = [_plain(resource.get("text"))]
    stack: list[Any] = [value for name, value in resource.items() if name not in _OURS]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            for name, item in value.items():
                if isinstance(item, str):
                    if name in ("text", "display", "valueString", "conclusion", "title", "description"):
                        found.append(item)
                else:
                    stack.append(item)
        elif isinstance(value, list):
            stack.extend(value)
    for name in ("valueString", "conclusion", "description", "lotNumber"):
        if isinstance(item := resource.get(name), str):
            found.append(item)
    file.words.append(" ".join(dict.fromkeys(word for word in found if word)))


def _plain(narrative: Any) -> str:
    div = narrative.get("div") if isinstance(narrative, dict) else None
    return " ".join(html.unescape(_TAG.sub(" ", div)).split()) if isinstance(div, str) else ""


def _coded(concept: Any, code: str) -> bool:
    return isinstance(concept, dict) and any(one.get("code") == code for one in concept.get("coding") or ())
