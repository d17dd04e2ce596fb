"""Making what is sealed of a document short: its metadata repeat the same words from one document to the next.

Deflate (RFC 1951) begun with the words that they have in common: some 4 kB become 700 bytes, small enough to stand in
the document's own row instead of beside it. Lengths tell no more than before: whoever could compare them does not
choose what a document's other fields say.
"""

from __future__ import annotations

import zlib
from typing import Final

LONGEST: Final = 64 * 1024 * 1024  # bytes of what was made short: metadata in quarantine keep what came with them
_SHORT: Final = b"\x01"  # what follows began with WORDS; no JSON text starts so

# Never change a byte of this: what was made short with it is read with it. Other words would be another first byte.
# The most frequent last, where they are cheapest to name.
_WORDS: Final = (
    '{"resourceType":"RelatedPerson","resourceType":"Organization","resourceType":"Device","relatesTo":[{"code":"replaces",'
    '"target":{"identifier":{"value":"urn:oid:1.2.250.1."description":"text/plain"image/jpeg"application/dicom"text/xml'
    '"urn:ihe:iti:xds-sd:text:2008"urn:ihe:pcc:xphr:2007"INVISIBLE_PATIENT"INVISIBLE_REPRESENTANTS_LEGAUX'
    '"MASQUE_PS"Masqué aux professionnels de santé"Non visible par le patient"nonRepudiation'
    "Lettre de liaisonCompte rendu d'imagerie médicaleCompte rendu d'hospitalisationPrescription de médicaments"
    "Dispensation médicamenteuseNote de vaccinationHistorique de vaccinationRésultats d'examens de biologie\"34112-3"
    '"18748-4"57833-6"60593-1"11369-6"34133-9"CR d\'examens biologiques","lot":{"source":"brought":{"refiled":{"'
    '"used_family":"set_id":"version":1,"practice_setting":"AMBULATOIRE","practice_setting":"ETABLISSEMENT"SA25"SA07"SA01"SA05'
    '"facility_type":"https://mos.esante.gouv.fr/NOS/TRE_R66-CategorieEtablissement/FHIR/TRE-R66-CategorieEtablissement'
    '"https://mos.esante.gouv.fr/NOS/TRE_A00-ProducteurDocNonPS/FHIR/TRE-A00-ProducteurDocNonPS","specialty":"SM26","SM53","SM54'
    '"telecom":[{"system":"phone","address":[{"city":"postalCode":"line":["","country":"FRA"'
    '"identifier":[{"system":"urn:oid:1.2.250.1.71.4.2.2","value":"3"use":"usual","prefix":["DR"],"suffix":['
    '{"m":{"title":"","class_code":"10","type_code":"11502-2","media_type":"application/pdf","unique_id":"urn:uuid:'
    '","created":"2026-01-01T12:00:00.000000+00:00","service_start":"2026-01-01T12:00:00.000000+00:00","authors":[{"name":"Dr '
    '","rpps":"10","profession":"10","specialty":"SM","organisation":""}],"type_system":"http://loinc.org","type_label":"'
    '","format_code":"urn:ihe:iti:xds-sd:pdf:2008","facility_type":"SA","practice_setting":"","language":"fr-FR","fhir":"'
    '{\\"resourceType\\":\\"DocumentReference\\",\\"contained\\":[{\\"resourceType\\":\\"Patient\\",\\"id\\":\\"patient\\",'
    '\\"identifier\\":[{\\"use\\":\\"official\\",\\"system\\":\\"urn:oid:1.2.250.1.213.1.4.8\\",\\"value\\":\\"'
    '\\"}],\\"name\\":[{\\"use\\":\\"official\\",\\"family\\":\\"\\",\\"given\\":[\\"\\"],\\"extension\\":[{\\"url\\":\\"'
    'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name\\",\\"valueString\\":\\"'
    '\\"}]}],\\"gender\\":\\"male\\",\\"gender\\":\\"female\\",\\"birthDate\\":\\"19\\",\\"extension\\":[{\\"url\\":\\"'
    'http://hl7.org/fhir/StructureDefinition/patient-birthPlace\\",\\"valueAddress\\":{\\"extension\\":[{\\"url\\":\\"'
    'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code\\",\\"valueCoding\\":{\\"system\\":\\"'
    'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM\\",\\"code\\":\\"75056\\"}}]}}]},'
    '{\\"resourceType\\":\\"Practitioner\\",\\"id\\":\\"author-0-person\\",\\"identifier\\":[{\\"use\\":\\"official\\",'
    '\\"system\\":\\"https://rpps.esante.gouv.fr\\",\\"value\\":\\"10\\"}],\\"name\\":[{\\"text\\":\\"Dr \\"}]},'
    '{\\"resourceType\\":\\"PractitionerRole\\",\\"id\\":\\"author-0\\",\\"practitioner\\":{\\"reference\\":\\"#author-0-person'
    '\\"},\\"organization\\":{\\"display\\":\\"\\"},\\"code\\":[{\\"coding\\":[{\\"system\\":\\"'
    'https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante\\",\\"code\\":\\"10\\"}]}],'
    '\\"specialty\\":[{\\"coding\\":[{\\"system\\":\\"'
    'https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale\\",\\"code\\":\\"SM\\"}]}]}],'
    '\\"masterIdentifier\\":{\\"system\\":\\"urn:ietf:rfc:3986\\",\\"value\\":\\"urn:uuid:\\"},\\"type\\":{\\"coding\\":[{'
    '\\"code\\":\\"\\",\\"system\\":\\"http://loinc.org\\",\\"display\\":\\"\\"}]},\\"subject\\":{\\"reference\\":\\"'
    'Patient?identifier=urn:oid:1.2.250.1.213.1.4.8|\\"},\\"date\\":\\"2026-01-01T12:00:00.000000Z\\",\\"content\\":[{'
    '\\"attachment\\":{\\"contentType\\":\\"application/pdf\\",\\"language\\":\\"fr-FR\\",\\"size\\":45000,\\"hash\\":\\"'
    '=\\",\\"title\\":\\"\\",\\"creation\\":\\"2026-01-01T12:00:00.000000Z\\"},\\"format\\":{\\"code\\":\\"'
    'urn:ihe:iti:xds-sd:pdf:2008\\",\\"system\\":\\"http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode\\"}}],'
    '\\"context\\":{\\"sourcePatientInfo\\":{\\"reference\\":\\"#patient\\"},\\"period\\":{\\"start\\":\\"2026-01-01T12:00:00.000000Z'
    '\\",\\"end\\":\\"2026-01-01T12:00:00.000000Z\\"},\\"facilityType\\":{\\"coding\\":[{\\"code\\":\\"SA25\\",\\"system\\":\\"'
    'https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite\\"}]},\\"practiceSetting\\":{'
    '\\"coding\\":[{\\"code\\":\\"AMBULATOIRE\\",\\"system\\":\\"'
    'https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice\\"}]}},\\"category\\":[{\\"coding\\":[{'
    '\\"code\\":\\"10\\",\\"system\\":\\"https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument\\",'
    '\\"display\\":\\"Compte rendu\\"}]}],\\"author\\":[{\\"reference\\":\\"#author-0\\"}],\\"custodian\\":{\\"display\\":\\"'
    '\\"},\\"extension\\":[{\\"url\\":\\"https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived'
    '\\",\\"valueBoolean\\":false}],\\"status\\":\\"current\\",\\"securityLabel\\":[{\\"coding\\":[{\\"system\\":\\"'
    'http://terminology.hl7.org/CodeSystem/v3-Confidentiality\\",\\"code\\":\\"N\\"}]}]}"},"depositor":"","name":"","sha256":"'
    '","organisation":""}'
).encode()


def shortened(told: bytes) -> bytes:
    """A JSON text, made short. `lengthened` gives it back."""
    # Measured on metadata of 4 kB: level 3 in a window of 16 kB makes 430 bytes in 19 µs; level 1 in 32 kB, 580 in 25.
    packer = zlib.compressobj(3, zlib.DEFLATED, -14, 8, zlib.Z_DEFAULT_STRATEGY, _WORDS)
    return _SHORT + packer.compress(told) + packer.flush()


def lengthened(kept: bytes) -> bytes:
    """The text that was made short; one that never was is itself. ValueError when it is neither, or too long."""
    if kept[:1] != _SHORT:
        return kept
    reader = zlib.decompressobj(-zlib.MAX_WBITS, _WORDS)
    try:
        told = reader.decompress(kept[1:], LONGEST)
    except zlib.error:
        raise ValueError("these bytes were not made short here") from None
    if not reader.eof:
        raise ValueError("these bytes are cut, or too long")
    return told
