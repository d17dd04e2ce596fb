"""The two halves of a message must say the same: the reference around a document, and the document itself.

What is said of the person inside a CDA must be what FHIR says, and nobody else may be named inside another message (HL7 v2,
HPRIM, FHIR); otherwise nothing is kept. What is said of the
document may differ: the stricter confidentiality wins, and a warning tells the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from hygie.base.errors import Invalid, Unsupported
from hygie.formats import named, sniff, valuesets
from hygie.formats.cda import identity as cda_identity
from hygie.formats.cda import metadata as cda_metadata
from hygie.formats.cda import reader as cda
from hygie.formats.fhir import systems
from hygie.formats.fhir.types import Entry, Publication, Warning
from hygie.interop.fhir_api import mapping
from hygie.people import queries as people
from hygie.people.types import Ins, Traits

_XML = frozenset(
    {"text/xml", "application/xml", "application/hl7-v3+xml", "application/cda+xml", "application/xslt+xml"}
)
_SAME = {
    sniff.CDA: _XML,
    sniff.CDA_SELF_PRESENTABLE: _XML,
    sniff.TEXT: frozenset({"text/plain"}),
    sniff.HPRIM: frozenset({"text/plain", sniff.HPRIM}),
    sniff.HL7_V2: frozenset({"text/plain", sniff.HL7_V2}),
    sniff.FHIR_JSON: frozenset({"application/fhir+json", "application/json"}),
    sniff.JPEG: frozenset({"image/jpeg", "image/jpg"}),
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """A publication whose parts agree: who it is about, and what is to be kept."""

    entry: Entry
    ins: Ins
    traits: Traits
    set_id: str | None = None
    version: int | None = None
    warnings: tuple[Warning, ...] = ()


def agree(publication: Publication) -> Agreed:
    """Raises Invalid ("identity-mismatch", "content-type-mismatch", a wrong matricule, an unreadable CDA) or Unsupported."""
    entry, at = publication.entry, publication.at
    kind = _kind(publication)
    ins, traits = mapping.ins_of(entry.subject), mapping.traits_of(entry.subject)
    try:
        warnings = [Warning(f"{at}.subject", text) for text in people.checked(ins, traits)]
    except Invalid as fault:
        raise Invalid(fault.public, code=fault.code, at=f"{at}.subject") from fault
    if kind not in (sniff.CDA, sniff.CDA_SELF_PRESENTABLE):
        if traits is None:
            raise _no_traits(at)
        _names_nobody_else(publication, ins, traits)
        hers = named.named(
            ins.matricule, traits.birth_date, (traits.birth_family, traits.used_family), traits.given_names
        )
        if not all(one.may_be(hers) for one in named.inside(kind, publication.content)):
            raise _mismatch(f"{at}.content[0].attachment")
        return Agreed(entry, ins, traits, warnings=tuple(warnings))
    content_at = f"{at}.content[0].attachment"
    try:
        header = cda.read_header(publication.content)
    except Invalid as fault:
        raise Invalid(fault.public, code=fault.code, at=content_at) from fault
    found = cda_identity.ins(header.patient)
    if found is not None and (found.extension, found.root) != (ins.matricule, ins.oid):
        raise _mismatch(content_at)
    said = cda_identity.identity(header.patient)
    inside = Traits(
        birth_family=said.birth_family, given_names=said.given_names, birth_date=said.birth_date, sex=said.sex,
        birth_place=said.birth_place, used_family=said.used_family, used_given=said.used_given,
    )  # fmt: skip
    if traits is None:
        people.checked(ins, inside)
        traits = inside
    elif not people.agree(traits, inside):
        raise _mismatch(content_at)
    _names_nobody_else(publication, ins, traits)
    described = cda_metadata.describe(header)
    if described.unique_id.lower() != entry.unique_id.lower():
        warnings.append(Warning(f"{at}.masterIdentifier", "L'identifiant du document CDA est différent."))
    if described.type_code and described.type_code != entry.type.code:
        warnings.append(Warning(f"{at}.type", "Le type écrit dans le document CDA est différent."))
    visibility = _stricter(entry.visibility, described.confidentiality)
    if visibility != entry.visibility:
        warnings.append(
            Warning(f"{at}.securityLabel", "Le document CDA est plus confidentiel : c'est lui qui est suivi.")
        )
    entry = replace(
        entry, visibility=visibility, media_type=kind, replaces=entry.replaces or described.replaces,
        category=entry.category or None,
    )  # fmt: skip
    return Agreed(entry, ins, traits, described.set_id, described.version, tuple(warnings))


def _kind(publication: Publication) -> str:
    """What the bytes are; it must be what the message says they are."""
    said, at = publication.entry.media_type, f"{publication.at}.content[0].attachment.contentType"
    try:
        kind = sniff.sniff(publication.content)
    except Unsupported as fault:
        raise Unsupported(fault.public, code=fault.code, at=at) from fault
    if said not in _SAME.get(kind, frozenset({kind})):
        raise Invalid("Le document n'est pas du type annoncé.", code="content-type-mismatch", at=at)
    return kind


def _names_nobody_else(publication: Publication, ins: Ins, traits: Traits) -> None:
    """A reference to a Patient of this server must name the very person of the matricule and the traits.

    Another person's space, one that does not exist, and a matricule that nobody has: one answer, the same work. What
    is not written like one of our references is the sender's own number for the person, and names nobody here.
    """
    spaces = {UUID(hex=one) for said in publication.entry.subject.named if (one := mapping.patient_named(said))}
    if not spaces:
        return
    [found] = people.match([(ins, traits)])
    if any(found is None or people.resolve(one) != found for one in sorted(spaces)):
        raise Invalid(
            "La personne désignée (subject) n'est pas celle du matricule et des traits : rien n'a été conservé.",
            code="identity-mismatch", at=f"{publication.at}.subject",
        )  # fmt: skip


def _stricter(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    level = max(systems.LEVELS.index(code) for code in one | other if code in systems.LEVELS)
    known, _ = valuesets.confidentiality({code for code in one | other if code not in systems.LEVELS})
    return frozenset(known - set(systems.LEVELS)) | {systems.LEVELS[level]}


def _mismatch(at: str) -> Invalid:
    return Invalid(
        "La personne écrite dans le document n'est pas celle du message : rien n'a été conservé.",
        code="identity-mismatch", at=at,
    )  # fmt: skip


def _no_traits(at: str) -> Invalid:
    return Invalid(
        "Il manque les traits de la personne : nom et prénoms de naissance, date de naissance, sexe.",
        code="identity-missing", at=f"{at}.context.sourcePatientInfo",
    )  # fmt: skip
