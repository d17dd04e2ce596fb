"""ClinicalDocument header -> values. Whatever is not modelled is named in `Notes.unread`; nothing vanishes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from lxml import etree

from hygie.base.errors import Invalid
from hygie.formats.cda import times
from hygie.formats.cda.types import (
    Address,
    Code,
    Consent,
    Encounter,
    Header,
    Id,
    Interval,
    Name,
    Organisation,
    Party,
    Patient,
    Related,
    ServiceEvent,
    Telecom,
)

V3: Final = "{urn:hl7-org:v3}"
SDTC: Final = "{urn:hl7-org:sdtc}"
LAB: Final = "{urn:oid:1.3.6.1.4.1.19376.1.3.2}"
T = TypeVar("T")
_CUT: Final = len(V3)
_OID: Final = re.compile(r"[0-2](\.(0|[1-9][0-9]{0,38})){1,40}")
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_SPACES: Final = re.compile(r"[ \t\r\n]+")

OTHERS: Final = frozenset({"dataEnterer", "informant", "informationRecipient", "authenticator", "participant"})
_ENTITIES: Final = frozenset(
    {"assignedAuthor", "assignedEntity", "associatedEntity", "relatedEntity", "intendedRecipient"}
)
_PERSONS: Final = frozenset(
    {"assignedPerson", "associatedPerson", "relatedPerson", "informationRecipient", "guardianPerson"}
)
_ORGANISATIONS: Final = frozenset(
    {"representedOrganization", "scopingOrganization", "receivedOrganization", "guardianOrganization"}
)


@dataclass(slots=True)
class Notes:
    """What reading found worth saying."""

    unread: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def skip(self, element: etree._Element) -> None:
        self.unread.append(place(element))

    def warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)


def place(element: etree._Element) -> str:
    """Where an element stands, in the document's own terms: `ClinicalDocument/author[2]/time`."""
    steps: list[str] = []
    node: etree._Element | None = element
    while node is not None:
        same = sum(1 for _ in node.itersiblings(node.tag, preceding=True))
        steps.append(name_of(node).rsplit("}", 1)[-1] + (f"[{same + 1}]" if same else ""))
        if node.tag == V3 + "ClinicalDocument":
            break
        node = node.getparent()
    return "/".join(reversed(steps))


class _Names(dict[str, str]):
    """Tag -> local name, remembered: a header asks a few hundred times. Bounded against invented tags."""

    def __missing__(self, tag: str) -> str:
        name = tag[_CUT:] if tag.startswith(V3) else tag
        if len(self) < 2_000:
            self[tag] = name
        return name


_NAMES: Final = _Names()


def name_of(element: etree._Element) -> str:
    """The local name of an HL7 v3 element; the full name of any other."""
    return _NAMES[element.tag]


def read_header(root: etree._Element, notes: Notes) -> tuple[Header, list[etree._Element]]:
    """The header, and the elements of the other parties, left to `party`.

    Raises Invalid (cda-missing, cda-repeated, cda-id, cda-date) with the place of the fault.
    """
    ids: list[Id] = []
    codes: list[Code] = []
    effective: list[str] = []
    confidentiality: list[Code] = []
    patients: list[etree._Element] = []
    templates: list[Id] = []
    authors: list[Party] = []
    events: list[ServiceEvent] = []
    related: list[Related] = []
    orders: list[Id] = []
    consents: list[Consent] = []
    others: list[etree._Element] = []
    title, language, realm, version = "", None, None, None
    set_id: Id | None = None
    custodian: Organisation | None = None
    legal: Party | None = None
    encounter: Encounter | None = None

    for child in root:
        name = _NAMES[child.tag]
        if name in OTHERS:
            others.append(child)
        elif name == "templateId":
            templates.append(_id(child))
        elif name == "author":
            authors.append(party(child, notes))
        elif name == "documentationOf":
            events += [_event(e, notes) for e in _only(child, "serviceEvent", notes)]
        elif name == "recordTarget":
            patients.append(child)
        elif name == "custodian":
            custodian = _custodian(child, notes)
        elif name == "legalAuthenticator":
            legal = party(child, notes)
        elif name == "componentOf":
            for found in _only(child, "encompassingEncounter", notes):
                encounter = _encounter(found, notes)
        elif name == "id":
            ids.append(_id(child))
        elif name == "code":
            codes.append(code(child))
        elif name == "title":
            title = text_of(child)
        elif name == "effectiveTime":
            effective.append((child.get("value") or "").strip())
        elif name == "confidentialityCode":
            confidentiality.append(code(child))
        elif name == "languageCode":
            language = child.get("code")
        elif name == "realmCode":
            realm = child.get("code")
        elif name == "setId":
            set_id = _id(child)
        elif name == "versionNumber":
            version = child.get("value")
        elif name == "relatedDocument":
            related += _related(child, notes)
        elif name == "inFulfillmentOf":
            for order in _only(child, "order", notes):
                orders += [_id(e) for e in _only(order, "id", notes)]
        elif name == "authorization":
            consents += [_consent(found, notes) for found in _only(child, "consent", notes)]
        elif name not in ("typeId", "component", "copyTime"):
            notes.skip(child)

    return (
        Header(
            id=_document_id(ids),
            code=_one("code", codes),
            effective_time=_date(effective),
            confidentiality=tuple(confidentiality)
            if confidentiality
            else (_one("confidentialityCode", confidentiality),),
            patient=_patient(_one("recordTarget", patients), notes),
            authors=tuple(authors),
            title=title,
            language=language,
            realm=realm,
            template_ids=tuple(templates),
            set_id=set_id,
            version=version,
            custodian=custodian,
            legal_authenticator=legal,
            orders=tuple(orders),
            events=tuple(events),
            related=tuple(related),
            consents=tuple(consents),
            encounter=encounter,
        ),
        others,
    )


def party(element: etree._Element, notes: Notes) -> Party:
    """Anyone named in the header, whatever the element."""
    found: dict[str, Any] = {"role": name_of(element), "type": element.get("typeCode")}
    templates: list[Id] = []
    for child in element:
        name = _NAMES[child.tag]
        if name in _ENTITIES:
            _entity(child, found, notes)
        elif name == "time":
            found["time"] = interval(child)
        elif name == "functionCode":
            found["function"] = code(child)
        elif name == "templateId":
            templates.append(_id(child))
        elif name == "signatureCode":
            found["signature"] = child.get("code")
        else:
            notes.skip(child)
    found["template_ids"] = tuple(templates)
    return Party(**found)


def _entity(element: etree._Element, found: dict[str, Any], notes: Notes) -> None:
    ids: list[Id] = []
    addresses: list[Address] = []
    telecoms: list[Telecom] = []
    names: list[Name] = []
    if element.tag in (V3 + "associatedEntity", V3 + "relatedEntity"):
        found["entity"] = element.get("classCode")
    for child in element:
        name = _NAMES[child.tag]
        if name == "id":
            ids.append(_id(child))
        elif name == "code":
            found["profession"] = code(child)
        elif name == "addr":
            addresses.append(address(child))
        elif name == "telecom":
            telecoms.append(_telecom(child))
        elif name in _PERSONS:
            names += [_person_name(e, notes) for e in _only(child, "name", notes)]
        elif name in _ORGANISATIONS and "organisation" not in found:
            found["organisation"] = organisation(child, notes)
        elif name == "assignedAuthoringDevice":
            found["device"] = tuple((name_of(part), text_of(part)) for part in child)
        else:
            notes.skip(child)
    found |= {
        "ids": tuple(ids),
        "addresses": tuple(addresses),
        "telecoms": tuple(telecoms),
        "names": tuple(names),
    }


def organisation(element: etree._Element, notes: Notes) -> Organisation:
    ids: list[Id] = []
    names: list[str] = []
    telecoms: list[Telecom] = []
    addresses: list[Address] = []
    setting: Code | None = None
    for child in element:
        name = _NAMES[child.tag]
        if name == "id":
            ids.append(_id(child))
        elif name == "name":
            names.append(text_of(child))
        elif name == "telecom":
            telecoms.append(_telecom(child))
        elif name == "addr":
            addresses.append(address(child))
        elif name == "standardIndustryClassCode":
            setting = code(child)
        else:
            notes.skip(child)
    return Organisation(tuple(ids), tuple(names), tuple(telecoms), tuple(addresses), setting)


def code(element: etree._Element) -> Code:
    get = element.get
    if not len(element):
        return Code(get("code"), get("codeSystem"), get("displayName"), get("codeSystemName"), None, get("nullFlavor"))
    text: str | None = None
    translations: list[Code] = []
    qualifiers: list[tuple[Code | None, Code | None]] = []
    for child in element:
        if child.tag == V3 + "originalText":
            reference = child.find(V3 + "reference")
            text = (reference.get("value") if reference is not None else None) or text_of(child)
        elif child.tag == V3 + "translation":
            translations.append(code(child))
        elif child.tag == V3 + "qualifier":
            named, valued = child.find(V3 + "name"), child.find(V3 + "value")
            qualifiers.append(
                (code(named) if named is not None else None, code(valued) if valued is not None else None)
            )
    return Code(
        get("code"),
        get("codeSystem"),
        get("displayName"),
        get("codeSystemName"),
        text,
        get("nullFlavor"),
        tuple(translations),
        tuple(qualifiers),
    )


def interval(element: etree._Element) -> Interval:
    low = high = None
    for child in element:
        if child.tag == V3 + "low":
            low = child.get("value")
        elif child.tag == V3 + "high":
            high = child.get("value")
    return Interval(element.get("value"), low, high, element.get("nullFlavor"))


def address(element: etree._Element) -> Address:
    parts = [(name_of(child), text_of(child)) for child in element]
    loose = _loose(element)
    if loose:
        parts.append(("", loose))
    return Address(tuple(parts), element.get("use"), element.get("nullFlavor"))


def text_of(element: etree._Element) -> str:
    """All the words inside, runs of spaces made one."""
    text: str = (element.text or "") if not len(element) else "".join(element.itertext())
    if "\n" in text or "  " in text or "\t" in text or "\r" in text:
        text = _SPACES.sub(" ", text)
    return text.strip(" ")


def _loose(element: etree._Element) -> str:
    """Words between the parts of a name or an address; most often there are none."""
    text = element.text or ""
    for child in element:
        if child.tail:
            text += child.tail
    return _SPACES.sub(" ", text).strip(" ") if text.strip() else ""


def _person_name(element: etree._Element, notes: Notes) -> Name:
    parts: list[tuple[str, str | None, str]] = []
    for child in element:
        if child.get("nullFlavor"):
            notes.skip(child)  # a part that is hidden on purpose: said, since the model cannot hold it
        parts.append((_NAMES[child.tag], child.get("qualifier"), text_of(child)))
    loose = _loose(element)
    if loose:
        parts.append(("", None, loose))
    return Name(tuple(parts), element.get("use"), element.get("nullFlavor"))


def _telecom(element: etree._Element) -> Telecom:
    return Telecom(element.get("value"), element.get("use"), element.get("nullFlavor"))


def _id(element: etree._Element) -> Id:
    return Id((element.get("root") or "").strip(), element.get("extension"))


def _only(element: etree._Element, name: str, notes: Notes) -> list[etree._Element]:
    """The children of that name; any other is noted."""
    found = []
    for child in element:
        if child.tag == V3 + name:
            found.append(child)
        else:
            notes.skip(child)
    return found


def _patient(target: etree._Element, notes: Notes) -> Patient:
    ids: list[Id] = []
    addresses: list[Address] = []
    telecoms: list[Telecom] = []
    found: dict[str, Any] = {}
    roles = _only(target, "patientRole", notes)
    if not roles:
        raise _missing("recordTarget/patientRole")
    for child in roles[0]:
        name = _NAMES[child.tag]
        if name == "id":
            ids.append(_id(child))
        elif name == "addr":
            addresses.append(address(child))
        elif name == "telecom":
            telecoms.append(_telecom(child))
        elif name == "patient":
            _person(child, found, notes)
        elif name == "providerOrganization":
            found["organisation"] = organisation(child, notes)
        else:
            notes.skip(child)
    return Patient(ids=tuple(ids), addresses=tuple(addresses), telecoms=tuple(telecoms), **found)


def _person(element: etree._Element, found: dict[str, Any], notes: Notes) -> None:
    names: list[Name] = []
    guardians: list[Party] = []
    for child in element:
        name = _NAMES[child.tag]
        if name == "name":
            names.append(_person_name(child, notes))
        elif name == "administrativeGenderCode":
            found["sex"] = code(child)
        elif name == "birthTime":
            found["birth_time"] = child.get("value")
        elif name == SDTC + "deceasedInd":
            found["deceased"] = child.get("value")
        elif name == SDTC + "deceasedTime":
            found["deceased_time"] = child.get("value")
        elif name == "guardian":
            guardian: dict[str, Any] = {"role": "guardian"}
            _entity(child, guardian, notes)
            guardians.append(Party(**guardian))
        elif name == "birthplace":
            for spot in _only(child, "place", notes):
                for part in spot:
                    if part.tag == V3 + "addr":
                        found["birth_place"] = address(part)
                    elif part.tag == V3 + "name":
                        found["birth_place_name"] = text_of(part)
                    else:
                        notes.skip(part)
        else:
            notes.skip(child)
    found |= {"names": tuple(names), "guardians": tuple(guardians)}


def _custodian(element: etree._Element, notes: Notes) -> Organisation | None:
    for assigned in _only(element, "assignedCustodian", notes):
        for found in _only(assigned, "representedCustodianOrganization", notes):
            return organisation(found, notes)
    return None


def _event(element: etree._Element, notes: Notes) -> ServiceEvent:
    ids: list[Id] = []
    performers: list[Party] = []
    found: dict[str, Any] = {}
    for child in element:
        name = _NAMES[child.tag]
        if name == "id":
            ids.append(_id(child))
        elif name == "code":
            found["code"] = code(child)
        elif name == LAB + "statusCode":
            found["status"] = child.get("code")
        elif name == "effectiveTime":
            found["time"] = interval(child)
        elif name == "performer":
            performers.append(party(child, notes))
        else:
            notes.skip(child)
    return ServiceEvent(ids=tuple(ids), performers=tuple(performers), **found)


def _encounter(element: etree._Element, notes: Notes) -> Encounter:
    ids: list[Id] = []
    participants: list[Party] = []
    found: dict[str, Any] = {}
    for child in element:
        name = _NAMES[child.tag]
        if name == "id":
            ids.append(_id(child))
        elif name == "code":
            found["code"] = code(child)
        elif name == "effectiveTime":
            found["time"] = interval(child)
        elif name == "dischargeDispositionCode":
            found["discharge"] = code(child)
        elif name == "responsibleParty":
            found["responsible"] = party(child, notes)
        elif name == "encounterParticipant":
            participants.append(party(child, notes))
        elif name == "location":
            for facility in _only(child, "healthCareFacility", notes):
                _facility(facility, found, notes)
        else:
            notes.skip(child)
    return Encounter(ids=tuple(ids), participants=tuple(participants), **found)


def _facility(element: etree._Element, found: dict[str, Any], notes: Notes) -> None:
    ids: list[Id] = []
    for child in element:
        name = _NAMES[child.tag]
        if name == "id":
            ids.append(_id(child))
        elif name == "code":
            found["facility_type"] = code(child)
        elif name == "location":
            for part in child:
                if part.tag == V3 + "name":
                    found["place_name"] = text_of(part)
                elif part.tag == V3 + "addr":
                    found["place_address"] = address(part)
                else:
                    notes.skip(part)
        elif name == "serviceProviderOrganization":
            found["provider"] = organisation(child, notes)
        else:
            notes.skip(child)
    found["facility_ids"] = tuple(ids)


def _consent(element: etree._Element, notes: Notes) -> Consent:
    ids: list[Id] = []
    found: dict[str, Any] = {}
    for child in element:
        name = _NAMES[child.tag]
        if name == "id":
            ids.append(_id(child))
        elif name == "code":
            found["code"] = code(child)
        elif name == "statusCode":
            found["status"] = child.get("code")
        else:
            notes.skip(child)
    return Consent(ids=tuple(ids), **found)


def _related(element: etree._Element, notes: Notes) -> list[Related]:
    made = []
    for parent in _only(element, "parentDocument", notes):
        ids: list[Id] = []
        found: dict[str, Any] = {}
        for child in parent:
            name = _NAMES[child.tag]
            if name == "id":
                ids.append(_id(child))
            elif name == "setId":
                found["set_id"] = _id(child)
            elif name == "versionNumber":
                found["version"] = child.get("value")
            elif name == "code":
                found["code"] = code(child)
            else:
                notes.skip(child)
        made.append(Related(type=element.get("typeCode") or "", ids=tuple(ids), **found))
    return made


def _document_id(ids: list[Id]) -> Id:
    found = _one("id", ids)
    if not (_OID.fullmatch(found.root) or _UUID.fullmatch(found.root)):
        raise Invalid("L'identifiant du document n'est pas valable.", code="cda-id", at="ClinicalDocument/id")
    return found


def _date(written: list[str]) -> str:
    found = _one("effectiveTime", written)
    if times.moment(found) is None:
        raise Invalid("La date du document n'est pas valable.", code="cda-date", at="ClinicalDocument/effectiveTime")
    return found


def _one(name: str, found: list[T]) -> T:
    if not found:
        raise _missing(name)
    if len(found) > 1:
        raise Invalid(
            f"Ce document CDA répète l'élément « {name} ».", code="cda-repeated", at=f"ClinicalDocument/{name}[2]"
        )
    return found[0]


def _missing(name: str) -> Invalid:
    return Invalid(
        f"Il manque l'élément « {name} » à ce document CDA.", code="cda-missing", at=f"ClinicalDocument/{name}"
    )
