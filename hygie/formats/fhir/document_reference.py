"""Reading a DocumentReference that comes in (PDSm SimplifiedPublish and Comprehensive).

Two ways to read: `strict` refuses whatever the profile refuses; `lenient` turns into warnings what the official
examples of PDSm 3.1.1 themselves get wrong. Neither is lenient on who the person is, on the
hash or on the size.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import pybase64

from hygie.formats import valuesets
from hygie.formats.fhir import instants, systems
from hygie.formats.fhir.faults import invalid, unsupported
from hygie.formats.fhir.subject import read_subject
from hygie.formats.fhir.types import Author, Code, Entry, Publication, Warning
from hygie.formats.fhir.validate import Message

_URN = re.compile(r"urn:(?:oid:[0-2](?:\.(?:0|[1-9]\d*))+|uuid:[0-9a-f-]{36})", re.IGNORECASE | re.ASCII)
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}", re.IGNORECASE | re.ASCII)
_RPPS = re.compile(r"8?(\d{11})", re.ASCII)

Resource = dict[str, Any]


class Reading:
    """One reading: where we are in the message, how strict we are, what we let pass."""

    def __init__(self, at: str, *, lenient: bool) -> None:
        self.at = at
        self.lenient = lenient
        self.warnings: list[Warning] = []

    def want(self, path: str, public: str) -> None:
        """A rule of the profile is broken here: a warning when lenient, a refusal when strict."""
        if not self.lenient:
            raise invalid(f"{self.at}.{path}", public)
        self.warnings.append(Warning(f"{self.at}.{path}", public))

    def warn(self, path: str, public: str) -> None:
        self.warnings.append(Warning(f"{self.at}.{path}", public))

    def refuse(self, path: str, public: str, *, code: str = "fhir-invalid") -> None:
        raise invalid(f"{self.at}.{path}", public, code=code)


def parse(
    message: Message,
    *,
    lenient: bool,
    resource: Resource | None = None,
    at: str = "DocumentReference",
    reference: str | None = None,
    binaries: Mapping[str, Resource] | None = None,
    patients: Mapping[str, Resource] | None = None,
) -> Publication:
    """The document that a validated message publishes.

    Alone, the document is in `attachment.data` (ITI-105). In a Bundle, `resource` is one entry at `at`, `binaries`
    and `patients` are the other entries by fullUrl, and `attachment.url` names one of the binaries (ITI-65); an
    address elsewhere is never followed. Raises Invalid (place in `at`), or Unsupported for what Hygie does not do.
    """
    doc = message.resource if resource is None else resource
    if doc.get("resourceType") != "DocumentReference":
        raise invalid("resourceType", "Une DocumentReference est attendue ici.", code="fhir-structure")
    reading = Reading(at, lenient=lenient)
    if "modifierExtension" in doc:
        raise unsupported(f"{at}.modifierExtension", "Une extension qui change le sens du document n'est pas acceptée.")
    if doc.get("docStatus") is not None:
        reading.want("docStatus", "L'élément docStatus n'est pas permis par PDSm.")
    if doc.get("status") != "current":
        reading.refuse("status", "Un document déposé a le statut « current ».")
    contained = {f"#{item['id']}": item for item in doc.get("contained") or () if isinstance(item.get("id"), str)}
    subject = read_subject(doc, contained, patients or {}, reading)
    attachment, content_at = _attachment(doc, reading)
    content = _content(message, attachment, content_at, reading, binaries)
    size, sha1 = _fingerprint(attachment, content, content_at, reading)
    context = doc.get("context") or {}
    period = context.get("period") or {}
    created = _instant(doc.get("date")) or _instant(attachment.get("creation"))
    if doc.get("date") is None:
        reading.want("date", "Il manque la date du document.")
    if created is None:
        raise invalid(f"{at}.date", "Il manque la date du document.")
    type_ = _type(doc, reading)
    entry = Entry(
        unique_id=_unique_id(doc, reading),
        entry_uuid=_identifier(doc, "entryUUID"),
        type=type_,
        category=_filed(type_, _category(doc, reading), reading),
        subject=subject,
        created=created,
        media_type=_media_type(attachment, content_at, reading),
        title=_title(attachment, content_at, reading),
        authors=_authors(doc, contained, reading),
        custodian=_custodian(doc, contained, reading),
        visibility=_visibility(doc, reading),
        replaces=_replaces(doc, reading),
        language=_language(attachment, content_at, reading),
        size=size,
        sha1=sha1,
        format_code=_coding(doc["content"][0].get("format")),
        facility_type=named_code(context.get("facilityType")),
        practice_setting=named_code(context.get("practiceSetting")),
        service_start=_instant(period.get("start")),
        service_stop=_instant(period.get("end")),
        description=doc.get("description"),
        archived=_archived(doc),
    )
    _wanted(entry, attachment, reading)
    return Publication(
        entry=entry,
        content=content,
        fhir=_kept(doc, attachment, size, sha1),
        warnings=tuple(reading.warnings),
        reference=reference,
        at=at,
    )


def _wanted(entry: Entry, attachment: Resource, reading: Reading) -> None:
    """What PDSm requires and Hygie can do without."""
    if entry.format_code is None:
        reading.want("content[0].format", "Il manque le format technique du document (JDV_J10).")
    if entry.facility_type is None:
        reading.want("context.facilityType", "Il manque le secteur d'activité (JDV_J02).")
    if entry.practice_setting is None:
        reading.want("context.practiceSetting", "Il manque le cadre d'exercice (JDV_J04).")
    if entry.service_start is None:
        reading.want("context.period.start", "Il manque la date de l'acte.")
    if attachment.get("creation") is None:
        reading.want("content[0].attachment.creation", "Il manque la date de création du document.")


def _kept(doc: Resource, attachment: Resource, size: int, sha1: bytes) -> bytes:
    """The reference as received, without data and narrative, with the size and hash that were checked or computed."""
    slim = {key: value for key, value in attachment.items() if key not in ("data", "url")}
    slim |= {"size": size, "hash": pybase64.b64encode(sha1).decode()}
    content = {**doc["content"][0], "attachment": slim}
    dropped = ("text", "meta", "id", "implicitRules")
    return orjson.dumps({key: value for key, value in doc.items() if key not in dropped} | {"content": [content]})


def _attachment(doc: Resource, reading: Reading) -> tuple[Resource, str]:
    content: list[Resource] = doc.get("content") or []
    if len(content) != 1:
        reading.refuse("content", "Un document et un seul est attendu.")
    attachment: Resource = content[0].get("attachment") or {}
    return attachment, "content[0].attachment"


def _content(
    message: Message, attachment: Resource, path: str, reading: Reading, binaries: Mapping[str, Resource] | None
) -> bytes:
    data, url = attachment.get("data"), attachment.get("url")
    if binaries is not None and data is None:
        binary = binaries.get(url or "")
        if binary is None:
            raise invalid(
                f"{reading.at}.{path}.url", "Cette adresse ne désigne pas un document (Binary) de ce message."
            )
        if binary.get("contentType") != attachment.get("contentType"):
            reading.want(f"{path}.contentType", "Le type du document diffère de celui du Binary.")
        data, path = binary.get("data"), f"{path}.url"
    elif url is not None:
        reading.refuse(f"{path}.url", "Le document doit être dans le message : aucune adresse n'est suivie.")
    if not isinstance(data, str):
        raise invalid(f"{reading.at}.{path}.data", "Il manque le contenu du document.")
    content = message.decode(data, f"{reading.at}.{path}.data")
    if not content:
        reading.refuse(f"{path}.data", "Le document est vide.")
    return content


def _fingerprint(attachment: Resource, content: bytes, path: str, reading: Reading) -> tuple[int, bytes]:
    """Size and SHA-1 (the standard's, not a proof): checked when given, whatever the mode."""
    size, said = attachment.get("size"), attachment.get("hash")
    if size is None:
        reading.want(f"{path}.size", "Il manque la taille du document.")
    elif size != len(content):
        reading.refuse(f"{path}.size", "La taille annoncée n'est pas celle du document.", code="fhir-size-mismatch")
    sha1 = hashlib.sha1(content, usedforsecurity=False).digest()
    if said is None:
        reading.want(f"{path}.hash", "Il manque l'empreinte SHA-1 du document.")
    elif said != pybase64.b64encode(sha1).decode():
        reading.refuse(f"{path}.hash", "L'empreinte SHA-1 n'est pas celle du document.", code="fhir-hash-mismatch")
    return len(content), sha1


def _unique_id(doc: Resource, reading: Reading) -> str:
    master = doc.get("masterIdentifier")
    if master is None:
        value = _identifier(doc, "uniqueId")
        if value is None:
            raise invalid(f"{reading.at}.masterIdentifier", "Il manque l'identifiant unique du document.")
        reading.want("masterIdentifier", "L'identifiant unique du document est attendu dans masterIdentifier.")
        return value
    if master.get("system") != systems.URI:
        reading.want("masterIdentifier.system", "Le système attendu est urn:ietf:rfc:3986.")
    value = master.get("value")
    if not isinstance(value, str) or not _URN.fullmatch(value):
        raise invalid(f"{reading.at}.masterIdentifier.value", "Un identifiant urn:oid: ou urn:uuid: est attendu.")
    return value


def _identifier(doc: Resource, kind: str) -> str | None:
    """The identifier of one slice (`entryUUID`, `uniqueId`), when it is a URN."""
    for identifier in doc.get("identifier") or ():
        codes = {coding.get("code") for coding in (identifier.get("type") or {}).get("coding") or ()}
        value = identifier.get("value")
        if kind in codes and isinstance(value, str) and _URN.fullmatch(value):
            return value
    return None


def _coding(value: Resource | None) -> Code | None:
    if not value or not value.get("code"):
        return None
    return Code(value["code"], value.get("system"), value.get("display"))


def named_code(value: Resource | None) -> Code | None:
    """The first coding; the text stands for a missing wording."""
    codings = (value or {}).get("coding") or ()
    code = _coding(codings[0]) if codings else None
    if code is not None and code.display is None and value and value.get("text"):
        return Code(code.code, code.system, value["text"])
    return code


def _type(doc: Resource, reading: Reading) -> Code:
    code = named_code(doc.get("type"))
    if code is None:
        raise invalid(f"{reading.at}.type", "Il manque le type du document (JDV_J07).")
    return code


def _category(doc: Resource, reading: Reading) -> Code | None:
    given = doc.get("category") or ()
    code = named_code(given[0]) if given else None
    if code is None or len(given) > 1:
        reading.want("category", "Une catégorie et une seule est attendue (JDV_J06).")
        return code
    if code.code not in valuesets.CLASSES:
        reading.want("category[0]", "Cette catégorie n'est pas une classe de document (JDV_J06).")
        return None
    return code


def _filed(type_: Code, category: Code | None, reading: Reading) -> Code | None:
    """The class, by the type when the message is silent; both must agree with the sharing rules (ASS_X16)."""
    expected = valuesets.class_of(type_.code)
    if expected is None:
        if type_.code not in valuesets.TYPES:
            reading.warn("type", "Ce type de document n'est pas dans JDV_J07 : il est accepté tel quel.")
        return category
    if category is not None and category.code != expected:
        reading.want("category[0]", "Cette catégorie n'est pas celle de ce type de document (ASS_X16).")
    if category is None:
        return Code(expected, systems.CLASS, valuesets.class_label(expected))
    return category


def _instant(text: Any) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        return instants.moment(text)
    except ValueError:
        return None


def _media_type(attachment: Resource, path: str, reading: Reading) -> str:
    value = attachment.get("contentType")
    if not isinstance(value, str) or not _MEDIA_TYPE.fullmatch(value.split(";")[0].strip()):
        raise invalid(f"{reading.at}.{path}.contentType", "Il manque le type du document, comme application/pdf.")
    return value.split(";")[0].strip().lower()


def _title(attachment: Resource, path: str, reading: Reading) -> str:
    value = attachment.get("title")
    if value is None or not value.strip():
        reading.want(f"{path}.title", "Il manque le titre du document.")
        return "Document"
    return str(value)


def _language(attachment: Resource, path: str, reading: Reading) -> str:
    value = attachment.get("language")
    if value is None:
        reading.want(f"{path}.language", "Il manque la langue du document (fr-FR).")
        return "fr-FR"
    return str(value)


def _visibility(doc: Resource, reading: Reading) -> frozenset[str]:
    """The set of levels and visibilities. An unknown code is always refused: it might mean "hide"."""
    given = doc.get("securityLabel") or ()
    if not given:
        reading.want("securityLabel", "Il manque le niveau de confidentialité (N, R ou V).")
    return labels([(concept, f"{reading.at}.securityLabel[{n}]") for n, concept in enumerate(given)])


def labels(concepts: list[tuple[Any, str]]) -> frozenset[str]:
    """The codes of some securityLabel concepts, each with its place; a set without a level is at level N."""
    found: set[str] = set()
    for concept, at in concepts:
        code = named_code(concept) if isinstance(concept, dict) else None
        known, unknown = valuesets.confidentiality([code.code] if code else ["?"])
        if unknown:
            raise invalid(at, "Ce code de confidentialité n'est pas connu (N, R, V, MASQUE_PS, INVISIBLE_PATIENT…).")
        found |= known if code and code.code in systems.LEVELS else known - {"N"}
    return valuesets.confidentiality(found)[0]


def _replaces(doc: Resource, reading: Reading) -> str | None:
    targets = [
        (n, relation.get("target") or {})
        for n, relation in enumerate(doc.get("relatesTo") or ())
        if relation.get("code") == "replaces"
    ]
    if not targets:
        return None
    if len(targets) > 1:
        reading.refuse("relatesTo", "Un document en remplace un seul.")
    number, target = targets[0]
    return target_of(target, f"{reading.at}.relatesTo[{number}].target")


def target_of(target: Resource, at: str) -> str:
    """The document a reference means: its FHIR id, or its `urn:` identifier."""
    reference, identifier = target.get("reference"), target.get("identifier") or {}
    if isinstance(reference, str):
        if reference.startswith("DocumentReference/"):
            return reference.removeprefix("DocumentReference/").split("/_history/")[0]
        if _URN.fullmatch(reference):
            return reference
        if reference.startswith("DocumentReference?identifier="):
            return reference.removeprefix("DocumentReference?identifier=").rpartition("|")[2]
    if isinstance(value := identifier.get("value"), str) and _URN.fullmatch(value):
        return value
    raise invalid(at, "Le document remplacé doit être désigné par DocumentReference/… ou par son identifiant.")


def _archived(doc: Resource) -> bool:
    return any(
        extension.get("valueBoolean") is True
        for extension in doc.get("extension") or ()
        if extension.get("url") in (systems.IS_ARCHIVED, systems.IS_ARCHIVED_OLD)
    )


def _authors(doc: Resource, contained: Mapping[str, Resource], reading: Reading) -> tuple[Author, ...]:
    authors = [writer(reference, contained) for reference in doc.get("author") or ()]
    if not authors:
        reading.want("author", "Il manque l'auteur du document.")
    return tuple(author for author in authors if author is not None)


def writer(reference: Resource, contained: Mapping[str, Resource]) -> Author | None:
    """Whom a reference to an author names; None when it names nobody."""
    target = contained.get(reference.get("reference") or "", {})
    person, organisation = target, None
    if target.get("resourceType") == "PractitionerRole":
        practitioner = target.get("practitioner") or {}
        person = contained.get(practitioner.get("reference") or "", {}) | (
            {"identifier": target["identifier"]} if target.get("identifier") else {}
        )
        organisation = _organisation(target.get("organization"), contained)
        reference = reference if reference.get("display") else practitioner
    name = _person_name(person) or reference.get("display") or person.get("name_text")
    if target.get("resourceType") == "Organization":
        name = organisation = target.get("name") or reference.get("display")
    if target.get("resourceType") == "Device":
        names = target.get("deviceName") or ()
        name = names[0].get("name") if names else reference.get("display")
    identifiers = [*(person.get("identifier") or ()), reference.get("identifier") or {}]
    rpps = next((found for item in identifiers if (found := _rpps(item))), None)
    codes = _role_codes(target)
    writer = Author(str(name or ""), rpps, codes.get("profession"), codes.get("specialty"), organisation)
    return writer if writer != Author("") else None


def _person_name(person: Resource) -> str | None:
    names = person.get("name") if isinstance(person.get("name"), list) else ()
    for name in names or ():
        if name.get("text"):
            return str(name["text"])
        words = [*(name.get("prefix") or ()), *(name.get("given") or ()), name.get("family") or ""]
        if joined := " ".join(str(word) for word in words if word):
            return joined
    return None


def _rpps(identifier: Resource) -> str | None:
    """The 11 digits, from the RPPS system or from a PSIdNat with the prefix 8."""
    value, system = identifier.get("value"), identifier.get("system")
    if not isinstance(value, str):
        return None
    if system == systems.RPPS and value.isascii() and value.isdigit() and len(value) == 11:
        return value
    if system == systems.PSIDNAT and len(value) == 12 and (match := _RPPS.fullmatch(value)):
        return match[1]
    return None


def _role_codes(target: Resource) -> dict[str, str]:
    """Profession (TRE_G15) and specialty of a Practitioner or PractitionerRole."""
    concepts = [
        *(target.get("code") or () if target.get("resourceType") == "PractitionerRole" else ()),
        *(target.get("specialty") or ()),
        *(item.get("code") or {} for item in target.get("qualification") or ()),
    ]
    found: dict[str, str] = {}
    for concept in concepts:
        for coding in concept.get("coding") or ():
            system = coding.get("system") or ""
            if coding.get("code") and system == systems.PROFESSION:
                found.setdefault("profession", coding["code"])
            elif coding.get("code") and system == systems.SPECIALTY:
                found.setdefault("specialty", coding["code"])
    return found


def _organisation(reference: Resource | None, contained: Mapping[str, Resource]) -> str | None:
    if not reference:
        return None
    held = contained.get(reference.get("reference") or "", {})
    identifier = (reference.get("identifier") or {}).get("value")
    name = reference.get("display") or held.get("name") or identifier
    return str(name) if name else None


def _custodian(doc: Resource, contained: Mapping[str, Resource], reading: Reading) -> str | None:
    name = _organisation(doc.get("custodian"), contained)
    if name is None:
        reading.want("custodian", "Il manque l'organisme responsable du document (custodian).")
    return name
