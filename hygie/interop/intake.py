"""What comes by other roads than FHIR: a document and who its envelope says it is about, made into a deposit.

The envelope and the document must speak of the same person; the stricter confidentiality of the two is followed.
Nothing is guessed: an identity that is missing is a fault, an identity that matches nobody is the record's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from hygie.base.errors import Invalid, Refused
from hygie.formats import sniff, valuesets
from hygie.formats.cda import identity as cda_identity
from hygie.formats.cda import metadata as cda_metadata
from hygie.formats.cda import reader as cda
from hygie.formats.fhir import systems
from hygie.interop.fhir_api.callers import Caller
from hygie.people import queries as people
from hygie.people.types import Ins, Traits
from hygie.record.types import Author, Deposit, Metadata, NewDocument

ANNOUNCED_WITHIN = timedelta(days=30)  # a result kept for an announcement shows by itself then
CDA = frozenset({sniff.CDA, sniff.CDA_SELF_PRESENTABLE})
_NAMES = UUID("6f1d3c1e-8f0d-5b36-9c0e-0b5d1a4d7e21")  # namespace of the identifiers that Hygie gives


@dataclass(frozen=True, slots=True)
class Said:
    """Whom the envelope is about, as far as it says: either part may be missing."""

    ins: Ins | None
    traits: Traits | None


def sender(client_id: UUID) -> Caller:
    """The software client that this way in is bound to. Refused when it is unknown, or revoked since."""
    bearer = people.software(client_id)
    if bearer is None:
        raise Refused("Ce logiciel n'est pas enregistré ici, ou ne l'est plus.", code="no-such-client")
    return Caller(bearer)


def own_id(client_id: UUID, *parts: str) -> str:
    """An identifier for a document that came without one: the same sender and parts give the same."""
    return uuid5(_NAMES, "\x1f".join((str(client_id), *parts))).urn


def checked(said: Said, inside: Said | None = None) -> tuple[Ins, Traits]:
    """The identity to look for. Invalid: "ins-missing", "identity-missing", "identity-mismatch", or its own form."""
    ins, traits = said.ins, said.traits
    if inside is not None:
        both = ins is not None and inside.ins is not None
        if both and (ins.matricule, ins.oid) != (inside.ins.matricule, inside.ins.oid):  # type: ignore[union-attr]
            raise _mismatch()
        if traits is not None and inside.traits is not None and not people.agree(traits, inside.traits):
            raise _mismatch()
        ins, traits = ins or inside.ins, traits or inside.traits
    if ins is None:
        raise Invalid("Il manque le matricule INS de la personne.", code="ins-missing", at="ins")
    if traits is None:
        raise Invalid(
            "Il manque les traits de la personne : nom et prénoms de naissance, date de naissance, sexe.",
            code="identity-missing", at="traits",
        )  # fmt: skip
    people.checked(ins, traits)
    return ins, traits


def of_cda(
    content: bytes, *, said: Said, visibility: Iterable[str] = (), replaces: str | None = None, replacing: bool = False,
    source: str, now: datetime,
) -> Deposit:  # fmt: skip
    """A CDA as a deposit: its own header describes it. `replacing` without any target named is Invalid ("no-target")."""
    header = cda.read_header(content)
    found, patient = cda_identity.ins(header.patient), cda_identity.identity(header.patient)
    inside = Said(
        Ins(found.extension or "", found.root) if found else None,
        Traits(
            birth_family=patient.birth_family, given_names=patient.given_names, birth_date=patient.birth_date,
            sex=patient.sex, birth_place=patient.birth_place, used_family=patient.used_family,
            used_given=patient.used_given,
        ),
    )  # fmt: skip
    ins, traits = checked(said, inside)
    described = cda_metadata.describe(header)
    target = described.replaces or replaces
    if replacing and target is None:
        raise Invalid("Ce message ne dit pas quel document il remplace.", code="no-target", at="relatedDocument")
    metadata = Metadata(
        title=described.title, class_code=described.class_code, type_code=described.type_code,
        type_system=described.type_system, type_label=described.type_label, media_type=described.media_type,
        unique_id=described.unique_id, created=described.created, service_start=described.service_start,
        authors=tuple(Author(a.name, a.rpps, a.profession, a.specialty, a.organisation) for a in described.authors),
        format_code=described.format_code, facility_type=described.facility_type,
        practice_setting=described.practice_setting, language=described.language, set_id=described.set_id,
        version=described.version,
    )  # fmt: skip
    document = _document(metadata, content, frozenset(visibility) | described.confidentiality, target, now)
    return Deposit(document, ins, traits, submission_id=described.unique_id, received=now, source=source)


def of_file(
    content: bytes, *, said: Said, metadata: Metadata, submission_id: str, visibility: Iterable[str] = (),
    replaces: str | None = None, source: str, now: datetime,
) -> Deposit:  # fmt: skip
    """Any other file, described by its envelope."""
    ins, traits = checked(said)
    document = _document(metadata, content, frozenset(visibility), replaces, now)
    return Deposit(document, ins, traits, submission_id=submission_id, received=now, source=source)


def metadata_of(
    *, type_code: str, media_type: str, unique_id: str, created: datetime, title: str = "", label: str = "",
    authors: tuple[Author, ...] = (), service_start: datetime | None = None,
) -> Metadata:  # fmt: skip
    """What is kept of a document that has no header of its own. A type without a class is filed with the other papers."""
    name = valuesets.type_label(type_code, label or None)
    return Metadata(
        title=title or name, class_code=valuesets.class_of(type_code) or "90", type_code=type_code,
        type_system=valuesets.type_system(type_code), type_label=name, media_type=media_type, unique_id=unique_id,
        created=created, service_start=service_start, authors=authors,
        format_code=valuesets.format_of((), media_type),
    )  # fmt: skip


def stricter(codes: frozenset[str]) -> frozenset[str]:
    """One level, the highest of those said (N when none is), and every visibility."""
    level = max((systems.LEVELS.index(code) for code in codes if code in systems.LEVELS), default=0)
    known, _ = valuesets.confidentiality(code for code in codes if code not in systems.LEVELS)
    return frozenset(known - set(systems.LEVELS)) | {systems.LEVELS[level]}


def _document(
    metadata: Metadata, content: bytes, codes: frozenset[str], replaces: str | None, now: datetime
) -> NewDocument:
    visibility = stricter(codes)
    hidden = "INVISIBLE_PATIENT" in visibility
    return NewDocument(
        metadata=metadata, content=content, visibility=visibility, replaces=replaces,
        announce_on=(now + ANNOUNCED_WITHIN).date() if hidden else None,
    )  # fmt: skip


def _mismatch() -> Invalid:
    return Invalid(
        "La personne écrite dans le document n'est pas celle du message : rien n'a été conservé.",
        code="identity-mismatch", at="patient",
    )  # fmt: skip
