"""Problems, histories and allergies -> Condition, FamilyMemberHistory, AllergyIntolerance."""

from __future__ import annotations

from typing import Final

from lxml import etree

from hygie.formats.cda import codes, people, values
from hygie.formats.cda.header_reader import V3
from hygie.formats.cda.observations import attach, detail, named
from hygie.formats.cda.reading import (
    Reading,
    Resource,
    child,
    children,
    code_of,
    negated,
    related,
    status_of,
)  # fmt: skip

ALLERGY: Final = "1.3.6.1.4.1.19376.1.5.3.1.4.6"
CONCERN: Final = frozenset({"1.3.6.1.4.1.19376.1.5.3.1.4.5.1", "1.2.250.1.213.1.1.3.39", "1.2.250.1.213.1.1.3.40"})
SEVERITY, STATUS, CERTAINTY, CRITICALITY = "SEV", "33999-4", "66455-7", "82606-5"
_READ: Final = frozenset({SEVERITY, STATUS, CERTAINTY, CRITICALITY})
_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFIED: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_ALLERGY_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_ALLERGY_VERIFIED: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
_STATUSES: Final = {
    "active": ("active", "Actif"), "inactive": ("inactive", "Inactif"), "resolved": ("resolved", "Résolu"),
    "recurrence": ("recurrence", "Récidive"), "relapse": ("relapse", "Rechute"), "remission": ("remission", "Rémission"),
    "55561003": ("active", "Actif"), "73425007": ("inactive", "Inactif"), "413322009": ("resolved", "Résolu"),
}  # fmt: skip
_CERTAINTIES: Final = {
    "confirmed": "Confirmé", "unconfirmed": "Non confirmé", "provisional": "Provisoire", "differential": "Hypothèse",
    "refuted": "Écarté", "entered-in-error": "Saisi par erreur",
}  # fmt: skip
_SEVERITIES: Final = {"255604002": "mild", "6736007": "moderate", "24484000": "severe", "442452003": "severe"}
_HISTORY: Final = frozenset({"11348-0", "47519-4"})


def problem(reading: Reading, element: etree._Element, concern: etree._Element | None = None) -> None:
    """One problem observation, alone or inside a concern act."""
    if codes.has_template(element, ALLERGY):
        _allergy(reading, element, concern)
        return
    value = child(element, "value")
    code = codes.concept(reading, value)
    said = values.value(reading, value) if code is None and value is not None else None
    words = reading.words(child(element, "text"))
    if code is None and said is not None and isinstance(said[1], str):
        words = said[1]
    if code is None and words in (None, "-"):
        reading.doubt(element, "Un problème sans intitulé : la source n'en donne ni le code ni les mots.")
        for _, nested in related(element):
            reading.claimed.add(nested)
        return
    made: Resource = {"resourceType": "Condition"}
    code = code or codes.in_words(words or "")
    missing = codes.absent(code)
    read = _read(reading, element)
    clinical = _clinical(reading, element, concern, read, missing)
    if clinical:
        made["clinicalStatus"] = clinical
    if verified := _verified(read, _VERIFIED):
        made["verificationStatus"] = verified
    if negated(element) and not missing:
        made["verificationStatus"] = _status(_VERIFIED, "refuted", "Écarté")
        made.pop("clinicalStatus", None)
    elif _answered_no(reading, element, value):
        # the box that the doctor reads says « Non », the code beside it says yes: what was printed wins
        made["verificationStatus"] = _status(_VERIFIED, "refuted", "Écarté")
        made.pop("clinicalStatus", None)
        made["note"] = [{"text": "Le texte du document dit « Non »."}]
    if kind := codes.concept(reading, child(element, "code")):
        made["category"] = [kind]
    if severity := read.get(SEVERITY):
        made["severity"] = severity
    made["code"] = code
    sites = [found for one in children(element, "targetSiteCode") if (found := codes.concept(reading, one)) is not None]
    if sites:
        made["bodySite"] = sites
    if not missing:
        _onset(reading, element, made)
    _recorded(reading, element, concern, made)
    _stages(reading, element, made)
    _culprits(reading, element, made)
    attach(reading, element, made, skip=_READ)
    _no_reason(made)
    reading.keep(made, element)


def family(reading: Reading, element: etree._Element) -> None:
    """A family history organizer: one relative, and what the source says of them."""
    subject = element.find(f"{V3}subject/{V3}relatedSubject")
    relation = codes.concept(reading, child(subject, "code")) if subject is not None else None
    made: Resource = {
        "resourceType": "FamilyMemberHistory",
        "status": "completed",
        "relationship": relation or codes.in_words("Famille"),
    }
    if reading.written:
        made["date"] = reading.written
    if subject is not None:
        sex = subject.find(f"{V3}subject/{V3}administrativeGenderCode")
        if sex is not None and sex.get("code") in ("F", "M"):
            made["sex"] = {
                "coding": [
                    {
                        "system": "http://hl7.org/fhir/administrative-gender",
                        "code": "female" if sex.get("code") == "F" else "male",
                    }
                ]
            }
        born = subject.find(f"{V3}subject/{V3}birthTime")
        if (on := reading.when(born)) and len(on) >= 4:
            made["bornDate"] = on[:10]
    conditions: list[Resource] = []
    notes: list[str] = []
    for _, nested in related(element):
        if nested.tag != V3 + "observation":
            continue
        reading.claimed.add(nested)
        value = child(nested, "value")
        code = codes.concept(reading, value)
        said = values.value(reading, value) if value is not None else None
        words = said[1] if said is not None and isinstance(said[1], str) else reading.words(child(nested, "text"))
        if code is None and words in (None, "-", ""):
            reading.doubt(nested, "Un antécédent familial sans intitulé.")
            continue
        one: Resource = {"code": code or codes.in_words(words or "")}
        if negated(nested) and not codes.absent(code):
            notes.append(f"Écarté par la source : {codes.label(one['code'])}")
            continue
        if at := reading.when(child(nested, "effectiveTime")):
            one["onsetString"] = at
        attach(reading, nested, one)
        one.pop("reasonCode", None)
        conditions.append(one)
    if conditions:
        made["condition"] = conditions
    if notes:
        made["note"] = [{"text": note} for note in notes]
    if conditions or notes:
        reading.keep(made, element)
    else:
        reading.doubt(element, "Un antécédent familial sans contenu lisible.")


# ---- allergies


def _allergy(reading: Reading, element: etree._Element, concern: etree._Element | None) -> None:
    value = child(element, "value")
    stated = codes.concept(reading, value)
    missing = codes.absent(stated)
    agents = [found for one in children(element, "participant") if (found := _agent(reading, one)) is not None]
    code = stated if missing or not agents else agents[0]
    words = reading.words(child(element, "text"))
    kind = codes.concept(reading, child(element, "code"))
    if code is None and (words is None or words.lower() in codes.ANSWERS) and not _said_yes(words):
        # never an allergy out of an empty box: some sources write one where they mean « aucune »
        reading.doubt(element, "Une allergie sans produit ni mots : à vérifier dans le document.")
        for _, nested in related(element):
            reading.claimed.add(nested)
        return
    if code is None:
        told = words if words and words.lower() not in codes.ANSWERS else codes.label(kind)
        code = codes.in_words(told or "Allergie non précisée")
    read = _read(reading, element)
    made: Resource = {"resourceType": "AllergyIntolerance"}
    clinical = read.get(STATUS)
    known = _STATUSES.get(_first(clinical)) or _abated(reading, element)
    if known is None and not missing and concern is not None and status_of(concern) == "active":
        known = _STATUSES["active"]
    if missing:
        known = _STATUSES["active"]
    if known:
        status = known if known[0] in ("active", "inactive", "resolved") else _STATUSES["active"]
        made["clinicalStatus"] = _status(_ALLERGY_CLINICAL, *status)
    if verified := _verified(read, _ALLERGY_VERIFIED):
        made["verificationStatus"] = verified
    if negated(element) and not missing:
        made["verificationStatus"] = _status(_ALLERGY_VERIFIED, "refuted", "Écartée")
        made.pop("clinicalStatus", None)
    if not missing:
        made |= _nature(kind)
        level = _first(read.get(CRITICALITY))
        if level in ("low", "high", "unable-to-assess"):
            made["criticality"] = level
    made["code"] = code
    if kind and not missing:
        made["extension"] = [detail(codes.in_words("Nature"), "CodeableConcept", kind)]
    if not missing:
        _onset(reading, element, made)
        made.pop("abatementDateTime", None)
    _recorded(reading, element, concern, made)
    _reactions(reading, element, made, stated if agents else None, read)
    for more in agents[1:]:
        made["code"].setdefault("coding", []).extend(more.get("coding", ()))
    attach(reading, element, made, skip=_READ)
    _no_reason(made)
    reading.keep(made, element)


def _agent(reading: Reading, participant: etree._Element) -> Resource | None:
    entity = participant.find(f"{V3}participantRole/{V3}playingEntity")
    if entity is None:
        return None
    found = codes.concept(reading, child(entity, "code"))
    name = child(entity, "name")
    words = reading.words(name)
    if found is None:
        return codes.in_words(words) if words else None
    return found if found.get("text") or not words else found | {"text": words}


def _nature(kind: Resource | None) -> Resource:
    """type and category, from the words of the source's own code (« allergie médicamenteuse »)."""
    words = codes.label(kind).lower()
    words += " ".join(str(one.get("display", "")).lower() for one in (kind or {}).get("coding", ()))
    made: Resource = {}
    if "non allergique" in words or "intolérance" in words or "idiosyncrasie" in words:
        made["type"] = "intolerance"
    elif "allergie" in words:
        made["type"] = "allergy"
    for sign, name in (("médicament", "medication"), ("aliment", "food"), ("environnement", "environment")):
        if sign in words:
            made["category"] = [name]
    return made


def _reactions(
    reading: Reading, element: etree._Element, made: Resource, stated: Resource | None, read: dict[str, Resource]
) -> None:
    found: list[Resource] = []
    if stated:
        found.append({"manifestation": [stated]})
    for kind, nested in related(element):
        if kind != "MFST" or nested.tag != V3 + "observation":
            continue
        reading.claimed.add(nested)
        code = codes.concept(reading, child(nested, "value"))
        words = reading.words(child(nested, "text"))
        if code is None and not words:
            reading.doubt(nested, "Une réaction sans intitulé.")
            continue
        if negated(nested):
            note = f"Réaction écartée par la source : {codes.label(code) or words}"
            made.setdefault("note", []).append({"text": note})
            for _, inner in related(nested):
                reading.claimed.add(inner)
            continue
        one: Resource = {"manifestation": [code or codes.in_words(words or "")]}
        inner_read = _read(reading, nested)
        if severity := _SEVERITIES.get(_first(inner_read.get(SEVERITY))):
            one["severity"] = severity
        start = child(nested, "effectiveTime")
        onset = reading.when(start) or reading.when(child(start, "low") if start is not None else None)
        if onset:
            one["onset"] = onset
        attach(reading, nested, one, skip=_READ)
        one.pop("reasonCode", None)
        found.append(one)
    if (severity := _SEVERITIES.get(_first(read.get(SEVERITY)))) and found:
        for one in found:
            one.setdefault("severity", severity)
    if found:
        made["reaction"] = found


# ---- shared


def _said_yes(words: str | None) -> bool:
    return (words or "").lower() == "oui"


def _answered_no(reading: Reading, element: etree._Element, value: etree._Element | None) -> bool:
    said = (
        reading.words(child(value, "originalText")) if value is not None else None,
        reading.words(child(element, "text")),
    )
    return any((words or "").lower() == "non" for words in said)


def _read(reading: Reading, element: etree._Element) -> dict[str, Resource]:
    """Severity, status, certainty and criticality nested in a statement, by their code."""
    found: dict[str, Resource] = {}
    for _, nested in related(element):
        code = code_of(nested)
        if nested.tag == V3 + "observation" and code in _READ:
            reading.claimed.add(nested)
            value = codes.concept(reading, child(nested, "value"))
            words = reading.words(child(nested, "text"))
            if value or words:
                found.setdefault(code, value or codes.in_words(words or ""))
    return found


def _first(concept: Resource | None) -> str:
    codings = (concept or {}).get("coding") or [{}]
    return str(codings[0].get("code", ""))


def _status(system: str, code: str, words: str) -> Resource:
    return {"coding": [{"system": system, "code": code}], "text": words}


def _verified(read: dict[str, Resource], system: str) -> Resource | None:
    code = _first(read.get(CERTAINTY))
    if code not in _CERTAINTIES or (system == _ALLERGY_VERIFIED and code in ("provisional", "differential")):
        return None
    return _status(system, code, _CERTAINTIES[code])


def _clinical(
    reading: Reading,
    element: etree._Element,
    concern: etree._Element | None,
    read: dict[str, Resource],
    missing: str | None,
) -> Resource | None:
    """What the source says of its state; else its dates; else the chapter it stands in."""
    known = _STATUSES.get(_first(read.get(STATUS))) or _abated(reading, element)
    if known is None:
        if reading.section_code in _HISTORY and not missing:
            known = _STATUSES["inactive"]
        elif missing or reading.section_code == "11450-4" or (concern is not None and status_of(concern) == "active"):
            known = _STATUSES["active"]
    return _status(_CLINICAL, *known) if known else None


def _abated(reading: Reading, element: etree._Element) -> tuple[str, str] | None:
    time = child(element, "effectiveTime")
    ended = child(time, "high") if time is not None else None
    return _STATUSES["resolved"] if ended is not None and ended.get("value") else None


def _onset(reading: Reading, element: etree._Element, made: Resource) -> None:
    time = child(element, "effectiveTime")
    if time is None:
        return
    start = reading.when(time) or reading.when(child(time, "low"))
    if start:
        made["onsetDateTime"] = start
    if end := reading.when(child(time, "high")):
        made["abatementDateTime"] = end


def _recorded(reading: Reading, element: etree._Element, concern: etree._Element | None, made: Resource) -> None:
    if at := reading.said_on(element, concern):
        made["recordedDate"] = at
    makers = people.makers(element, "author") or (people.makers(concern, "author") if concern is not None else [])
    makers = makers or ([reading.author] if reading.author else [])
    if makers:
        made["recorder"] = makers[0]


def _stages(reading: Reading, element: etree._Element, made: Resource) -> None:
    """Stages of a cancer: FHIR has a place for them."""
    for _, nested in related(element):
        words = codes.label(codes.concept(reading, child(nested, "code"))).lower()
        if nested.tag != V3 + "observation" or not ("stade" in words or "tnm" in words):
            continue
        reading.claimed.add(nested)
        for one in (nested, *(inner for _, inner in related(nested) if inner.tag == V3 + "observation")):
            reading.claimed.add(one)
            value = codes.concept(reading, child(one, "value"))
            said = reading.words(child(one, "text"))
            if value or said:
                made.setdefault("stage", []).append(
                    {"summary": value or codes.in_words(said or ""), "type": named(reading, one)}
                )
            elif one is not nested:
                reading.doubt(one, "Un détail de stade sans contenu.")
        attach(reading, nested, made, skip=_READ)


def _culprits(reading: Reading, element: etree._Element, made: Resource) -> None:
    """The medicine that a side effect is about: part of the problem, not one more treatment."""
    for _, nested in related(element):
        if nested.tag != V3 + "substanceAdministration":
            continue
        reading.claimed.add(nested)
        material = next(nested.iter(V3 + "manufacturedMaterial"), None)
        product = codes.concept(reading, child(material, "code")) if material is not None else None
        name = child(material, "name") if material is not None else None
        words = codes.label(product) or reading.words(name) or reading.words(child(nested, "text"))
        if not words:
            reading.doubt(nested, "Un médicament en cause sans nom.")
            continue
        about = codes.in_words("Médicament en cause")
        taken = product or codes.in_words(words)
        made.setdefault("extension", []).append(detail(about, "CodeableConcept", taken))
        if not made["code"].get("coding"):
            made["code"]["text"] = f"{codes.label(made['code'])} : {words}"


def _no_reason(made: Resource) -> None:
    """Condition and AllergyIntolerance have no reason: a stated one stays as a note."""
    for reason in made.pop("reasonCode", ()):
        made.setdefault("note", []).append({"text": f"Motif : {codes.label(reason)}"})
