"""An independent judge of CDA structure: element order of the CDA R2 schema, and the CI-SIS minimal structure.

It knows nothing of our reader or writer: plain lxml on bytes. Order table: HL7 CDA R2 (POCD_MT000040), from the
standard; tests also compare it with the order met in the corpus.
"""

from __future__ import annotations

import re

from lxml import etree

V3 = "{urn:hl7-org:v3}"
ORDER = {
    "ClinicalDocument": "realmCode typeId templateId id code title effectiveTime confidentialityCode languageCode setId versionNumber copyTime recordTarget author dataEnterer informant custodian informationRecipient legalAuthenticator authenticator participant inFulfillmentOf documentationOf relatedDocument authorization componentOf component",
    "patientRole": "templateId id addr telecom patient providerOrganization",
    "patient": "templateId id name administrativeGenderCode birthTime maritalStatusCode religiousAffiliationCode raceCode ethnicGroupCode guardian birthplace languageCommunication",
    "guardian": "templateId id code addr telecom guardianPerson guardianOrganization",
    "author": "templateId functionCode time assignedAuthor",
    "assignedAuthor": "templateId id code addr telecom assignedPerson assignedAuthoringDevice representedOrganization",
    "representedOrganization": "templateId id name telecom addr standardIndustryClassCode asOrganizationPartOf",
    "scopingOrganization": "templateId id name telecom addr standardIndustryClassCode asOrganizationPartOf",
    "representedCustodianOrganization": "templateId id name telecom addr",
    "legalAuthenticator": "templateId time signatureCode assignedEntity",
    "assignedEntity": "templateId id code addr telecom assignedPerson representedOrganization",
    "associatedEntity": "templateId id code addr telecom associatedPerson scopingOrganization",
    "participant": "templateId functionCode time awarenessCode associatedEntity participantRole",
    "serviceEvent": "templateId id code effectiveTime performer",
    "performer": "templateId functionCode time modeCode assignedEntity",
    "encompassingEncounter": "templateId id code effectiveTime dischargeDispositionCode responsibleParty encounterParticipant location",
    "healthCareFacility": "templateId id code location serviceProviderOrganization",
    "parentDocument": "templateId id code text setId versionNumber",
    "section": "templateId id code title text confidentialityCode languageCode subject author informant entry component",
    "observation": "templateId id code derivationExpr text statusCode effectiveTime priorityCode repeatNumber languageCode value interpretationCode methodCode targetSiteCode subject specimen performer author informant participant entryRelationship reference precondition referenceRange",
    "act": "templateId id code text statusCode effectiveTime priorityCode languageCode subject specimen performer author informant participant entryRelationship reference precondition",
    "organizer": "templateId id code statusCode effectiveTime subject specimen performer author informant participant reference precondition component",
    "substanceAdministration": "templateId id code text statusCode effectiveTime priorityCode repeatNumber routeCode approachSiteCode doseQuantity rateQuantity maxDoseQuantity administrationUnitCode subject specimen consumable performer author informant participant entryRelationship reference precondition",
    "observationRange": "templateId code text value interpretationCode precondition",
    "observationMedia": "templateId id languageCode value",
    "manufacturedProduct": "templateId id manufacturedLabeledDrug manufacturedMaterial manufacturerOrganization",
    "table": "caption col colgroup thead tfoot tbody",
}  # fmt: skip
OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+")
TIME = re.compile(r"\d{4}(\d\d(\d\d(\d{4}(\d\d)?[+-]\d{4})?)?)?")


def misplaced(root: etree._Element) -> list[str]:
    """Children out of the order of the schema. Extensions (other namespaces) are not judged."""
    faults = []
    for element in root.iter(*(V3 + name for name in ORDER)):
        name = element.tag[len(V3) :]
        order = ORDER[name].split()
        seen = [child.tag[len(V3) :] for child in element if isinstance(child.tag, str) and child.tag.startswith(V3)]
        unknown = [child for child in seen if child not in order]
        ranks = [order.index(child) for child in seen if child in order]
        if unknown:
            faults.append(f"{name}: unknown {unknown}")
        if ranks != sorted(ranks):
            faults.append(f"{name}: {seen}")
    return faults


def missing(data: bytes) -> list[str]:
    """What the CI-SIS minimal structure asks of a header and does not find."""
    root = etree.fromstring(data)
    faults: list[str] = []

    def need(path: str, test: str = "true()", *, exactly: int | None = None) -> None:
        found = root.xpath(f"{path}[{test}]", namespaces={"c": V3[1:-1]})
        if (exactly is None and not found) or (exactly is not None and len(found) != exactly):
            faults.append(f"{path}[{test}]: {len(found)}")

    need("c:realmCode", "@code='FR'", exactly=1)
    need("c:typeId", "@root='2.16.840.1.113883.1.3' and @extension='POCD_HD000040'", exactly=1)
    need("c:templateId", "@root='2.16.840.1.113883.2.8.2.1'", exactly=1)
    need("c:templateId", "@root='1.2.250.1.213.1.1.1.1'", exactly=1)
    for name in ("id", "code", "title", "effectiveTime", "confidentialityCode", "setId", "versionNumber"):
        need(f"c:{name}", exactly=1)
    need("c:code", "@code and @codeSystem and @displayName")
    need("c:confidentialityCode", "@code='N' or @code='R' or @code='V'")
    need("c:languageCode", "@code='fr-FR'", exactly=1)
    role = "c:recordTarget/c:patientRole"
    need(role, exactly=1)
    for part in (f"{role}/c:id", f"{role}/c:addr", f"{role}/c:telecom"):
        need(part)
    name = f"{role}/c:patient/c:name"
    need(f"{name}/c:family", "@qualifier='BR' and text()", exactly=1)
    need(f"{name}/c:given", "@qualifier='BR' and text()", exactly=1)
    need(f"{name}/c:given", "not(@qualifier) and text()", exactly=1)
    need(f"{name}/*", "@qualifier and @qualifier!='BR' and @qualifier!='CL'", exactly=0)
    need(f"{role}/c:patient/c:administrativeGenderCode", "@code='M' or @code='F' or @code='U'", exactly=1)
    need(f"{role}/c:patient/c:birthTime", "string-length(@value)=8", exactly=1)
    need(f"{role}/c:patient/c:birthplace/c:place/c:addr/c:county", "string-length(text())=5", exactly=1)
    for maker in ("c:author/c:assignedAuthor", "c:legalAuthenticator/c:assignedEntity"):
        need(f"{maker}/c:id", "@root='1.2.250.1.71.4.2.1' and starts-with(@extension, '8')")
        need(f"{maker}/c:code", "@code and @codeSystem='1.2.250.1.213.1.1.4.5'")
        need(f"{maker}/c:assignedPerson/c:name/c:family", "text()")
        need(f"{maker}/c:representedOrganization/c:id")
        need(f"{maker}/c:addr")
        need(f"{maker}/c:telecom")
    need("c:author/c:time", "@value")
    need("c:legalAuthenticator", exactly=1)
    need("c:legalAuthenticator/c:time", "@value", exactly=1)
    need("c:legalAuthenticator/c:signatureCode", "@code='S'", exactly=1)
    custodian = "c:custodian/c:assignedCustodian/c:representedCustodianOrganization"
    for part in ("id", "name", "telecom", "addr"):
        need(f"{custodian}/c:{part}")
    event = "c:documentationOf[1]/c:serviceEvent"
    need(f"{event}/c:effectiveTime/c:low", "@value", exactly=1)
    need(f"{event}/c:performer", "@typeCode='PRF'", exactly=1)
    need(
        f"{event}/c:performer/c:assignedEntity/c:representedOrganization/c:standardIndustryClassCode",
        "@code",
        exactly=1,
    )
    encounter = "c:componentOf/c:encompassingEncounter"
    need(f"{encounter}/c:effectiveTime", exactly=1)
    need(f"{encounter}/c:location/c:healthCareFacility/c:code", "@code and @codeSystem", exactly=1)
    need("c:component/c:structuredBody | c:component/c:nonXMLBody", exactly=1)
    for value in root.xpath(
        "//c:effectiveTime/@value | //c:time/@value | //c:effectiveTime/*/@value | //c:time/*/@value",
        namespaces={"c": V3[1:-1]},
    ):
        if not TIME.fullmatch(value):
            faults.append(f"time {value}")
    for identifier in root.iter(V3 + "id", V3 + "templateId", V3 + "setId"):
        if not OID.fullmatch(identifier.get("root") or ""):
            faults.append(f"oid {identifier.get('root')}")
    ids = [found for element in root.iter() for key, found in element.attrib.items() if key == "ID"]
    if len(ids) != len(set(ids)):
        faults.append("an ID is used twice")
    for reference in root.iter(V3 + "reference"):
        if (reference.get("value") or "").removeprefix("#") not in ids:
            faults.append(f"dangling reference {reference.get('value')}")
    return faults
