"""Header values -> ClinicalDocument elements, in the order of the CDA R2 schema."""

from __future__ import annotations

from typing import Final

from lxml import etree

from hygie.formats.cda.header_reader import LAB, SDTC, V3
from hygie.formats.cda.types import (
    Address,
    Code,
    Encounter,
    Header,
    Id,
    Interval,
    Name,
    Organisation,
    Party,
    Patient,
    ServiceEvent,
    Telecom,
)

XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
# role -> (entity element, person element, organisation element)
_SHAPES: Final = {
    "author": ("assignedAuthor", "assignedPerson", "representedOrganization"),
    "participant": ("associatedEntity", "associatedPerson", "scopingOrganization"),
    "informationRecipient": ("intendedRecipient", "informationRecipient", "receivedOrganization"),
}
_ASSIGNED: Final = ("assignedEntity", "assignedPerson", "representedOrganization")
_RELATED: Final = ("relatedEntity", "relatedPerson", "representedOrganization")
# others, in the order the schema wants them; None is the place of custodian and legalAuthenticator
BEFORE_CUSTODIAN: Final = ("dataEnterer", "informant")
AFTER_CUSTODIAN: Final = ("informationRecipient",)
AFTER_LEGAL: Final = ("authenticator", "participant")


def write_header(root: etree._Element, header: Header, others: tuple[Party, ...]) -> None:
    if header.realm:
        add(root, "realmCode", code=header.realm)
    add(root, "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    for template in header.template_ids:
        write_id(root, "templateId", template)
    write_id(root, "id", header.id)
    write_code(root, "code", header.code)
    if header.title:
        add(root, "title").text = header.title
    add(root, "effectiveTime", value=header.effective_time)
    for mark in header.confidentiality:
        write_code(root, "confidentialityCode", mark)
    if header.language:
        add(root, "languageCode", code=header.language)
    if header.set_id:
        write_id(root, "setId", header.set_id)
    if header.version:
        add(root, "versionNumber", value=header.version)
    _patient(root, header.patient)
    for author in header.authors:
        write_party(root, author)
    _others(root, others, BEFORE_CUSTODIAN)
    if header.custodian:
        assigned = add(add(root, "custodian"), "assignedCustodian")
        _organisation(assigned, "representedCustodianOrganization", header.custodian)
    _others(root, others, AFTER_CUSTODIAN)
    if header.legal_authenticator:
        write_party(root, header.legal_authenticator)
    _others(root, others, AFTER_LEGAL)
    for order in header.orders:
        write_id(add(add(root, "inFulfillmentOf"), "order"), "id", order)
    for event in header.events:
        _event(root, event)
    for related in header.related:
        parent = add(add(root, "relatedDocument", typeCode=related.type), "parentDocument")
        for id in related.ids:
            write_id(parent, "id", id)
        if related.code:
            write_code(parent, "code", related.code)
        if related.set_id:
            write_id(parent, "setId", related.set_id)
        if related.version:
            add(parent, "versionNumber", value=related.version)
    for consent in header.consents:
        made = add(add(root, "authorization"), "consent")
        for id in consent.ids:
            write_id(made, "id", id)
        if consent.code:
            write_code(made, "code", consent.code)
        if consent.status:
            add(made, "statusCode", code=consent.status)
    if header.encounter:
        _encounter(root, header.encounter)


def write_party(parent: etree._Element, party: Party) -> None:
    made = add(parent, party.role, typeCode=party.type)
    for template in party.template_ids:
        write_id(made, "templateId", template)
    if party.function:
        write_code(made, "functionCode", party.function)
    if party.time:
        write_interval(made, "time", party.time)
    if party.signature:
        add(made, "signatureCode", code=party.signature)
    names = _SHAPES.get(party.role) or (_RELATED if party.entity and party.role == "informant" else _ASSIGNED)
    entity, person, organisation = names
    box = add(made, entity, classCode=party.entity if entity in ("associatedEntity", "relatedEntity") else None)
    _contact(box, party)
    if party.device:
        device = add(box, "assignedAuthoringDevice")
        for name, text in party.device:
            add(device, name).text = text
    elif party.names:
        _names(add(box, person), party.names)
    if party.organisation:
        _organisation(box, organisation, party.organisation)


def write_id(parent: etree._Element, name: str, id: Id) -> None:
    add(parent, name, root=id.root, extension=id.extension)


def write_code(parent: etree._Element, name: str, code: Code, *, reference: bool = False) -> etree._Element:
    """`reference`: the original text is a pointer into the narrative (`#id`)."""
    made = add(
        parent,
        name,
        code=code.code,
        codeSystem=code.system,
        codeSystemName=code.system_name,
        displayName=code.label,
        nullFlavor=code.null,
    )
    if code.text is not None:
        text = add(made, "originalText")
        if reference or code.text.startswith("#"):
            add(text, "reference", value=code.text)
        else:
            text.text = code.text
    for named, valued in code.qualifiers:
        qualifier = add(made, "qualifier")
        if named:
            write_code(qualifier, "name", named)
        if valued:
            write_code(qualifier, "value", valued)
    for translation in code.translations:
        write_code(made, "translation", translation)
    return made


def write_interval(parent: etree._Element, name: str, time: Interval) -> etree._Element:
    made = add(parent, name, value=time.value, nullFlavor=time.null)
    # in a participation the schema's default type is a point in time
    if name == "time" and parent.tag == V3 + "participant" and (time.low or time.high):
        made.set(XSI + "type", "IVL_TS")
    if time.low:
        add(made, "low", value=time.low)
    if time.high:
        add(made, "high", value=time.high)
    return made


def add(parent: etree._Element, name: str, **attributes: str | None) -> etree._Element:
    """A child of HL7's namespace; an attribute that is None is not written."""
    return etree.SubElement(parent, V3 + name, {key: value for key, value in attributes.items() if value is not None})


def _others(root: etree._Element, others: tuple[Party, ...], roles: tuple[str, ...]) -> None:
    for role in roles:
        for party in others:
            if party.role == role:
                write_party(root, party)


def _contact(box: etree._Element, party: Party) -> None:
    for id in party.ids:
        write_id(box, "id", id)
    if party.profession:
        write_code(box, "code", party.profession)
    for address in party.addresses:
        _address(box, address)
    for telecom in party.telecoms:
        _telecom(box, telecom)


def _address(parent: etree._Element, address: Address) -> None:
    made = add(parent, "addr", use=address.use, nullFlavor=address.null)
    for part, text in address.parts:
        if part:
            add(made, part).text = text
    loose = " ".join(text for part, text in address.parts if not part)
    if loose:
        if len(made):
            made[-1].tail = loose
        else:
            made.text = loose


def _telecom(parent: etree._Element, telecom: Telecom) -> None:
    add(parent, "telecom", value=telecom.value, use=telecom.use, nullFlavor=telecom.null)


def _names(parent: etree._Element, names: tuple[Name, ...]) -> None:
    for name in names:
        made = add(parent, "name", use=name.use, nullFlavor=name.null)
        for part, qualifier, text in name.parts:
            if part:
                add(made, part, qualifier=qualifier).text = text
        loose = " ".join(text for part, _, text in name.parts if not part)
        if loose:
            if len(made):
                made[-1].tail = loose
            else:
                made.text = loose


def _organisation(parent: etree._Element, name: str, organisation: Organisation) -> None:
    made = add(parent, name)
    for id in organisation.ids:
        write_id(made, "id", id)
    for text in organisation.names:
        add(made, "name").text = text
    for telecom in organisation.telecoms:
        _telecom(made, telecom)
    for address in organisation.addresses:
        _address(made, address)
    if organisation.setting:
        write_code(made, "standardIndustryClassCode", organisation.setting)


def _patient(root: etree._Element, patient: Patient) -> None:
    role = add(add(root, "recordTarget"), "patientRole")
    for id in patient.ids:
        write_id(role, "id", id)
    for address in patient.addresses:
        _address(role, address)
    for telecom in patient.telecoms:
        _telecom(role, telecom)
    person = add(role, "patient")
    _names(person, patient.names)
    if patient.sex:
        write_code(person, "administrativeGenderCode", patient.sex)
    if patient.birth_time:
        add(person, "birthTime", value=patient.birth_time)
    if patient.deceased:
        etree.SubElement(person, SDTC + "deceasedInd", {"value": patient.deceased})
    if patient.deceased_time:
        etree.SubElement(person, SDTC + "deceasedTime", {"value": patient.deceased_time})
    for guardian in patient.guardians:
        box = add(person, "guardian")
        _contact(box, guardian)
        if guardian.names:
            _names(add(box, "guardianPerson"), guardian.names)
        if guardian.organisation:
            _organisation(box, "guardianOrganization", guardian.organisation)
    if patient.birth_place or patient.birth_place_name:
        place = add(add(person, "birthplace"), "place")
        if patient.birth_place_name:
            add(place, "name").text = patient.birth_place_name
        if patient.birth_place:
            _address(place, patient.birth_place)
    if patient.organisation:
        _organisation(role, "providerOrganization", patient.organisation)


def _event(root: etree._Element, event: ServiceEvent) -> None:
    made = add(add(root, "documentationOf"), "serviceEvent")
    for id in event.ids:
        write_id(made, "id", id)
    if event.code:
        write_code(made, "code", event.code)
    if event.status:
        etree.SubElement(made, LAB + "statusCode", {"code": event.status})
    if event.time:
        write_interval(made, "effectiveTime", event.time)
    for performer in event.performers:
        write_party(made, performer)


def _encounter(root: etree._Element, encounter: Encounter) -> None:
    made = add(add(root, "componentOf"), "encompassingEncounter")
    for id in encounter.ids:
        write_id(made, "id", id)
    if encounter.code:
        write_code(made, "code", encounter.code)
    if encounter.time:
        write_interval(made, "effectiveTime", encounter.time)
    if encounter.discharge:
        write_code(made, "dischargeDispositionCode", encounter.discharge)
    if encounter.responsible:
        write_party(made, encounter.responsible)
    for participant in encounter.participants:
        write_party(made, participant)
    facility = add(add(made, "location"), "healthCareFacility")
    for id in encounter.facility_ids:
        write_id(facility, "id", id)
    if encounter.facility_type:
        write_code(facility, "code", encounter.facility_type)
    if encounter.place_name or encounter.place_address:
        place = add(facility, "location")
        if encounter.place_name:
            add(place, "name").text = encounter.place_name
        if encounter.place_address:
            _address(place, encounter.place_address)
    if encounter.provider:
        _organisation(facility, "serviceProviderOrganization", encounter.provider)
