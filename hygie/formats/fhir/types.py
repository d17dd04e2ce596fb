"""What a DocumentReference says, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Code:
    """A code, its system and its wording, as received."""

    code: str
    system: str | None = None
    display: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """The person a document is said to be about.

    `oid` is the authority of the matricule, without `urn:oid:`. Traits that were not said are None or empty.
    Dates are ISO `YYYY-MM-DD`; `sex` is `female`, `male` or `unknown`; `birth_place` is an INSEE COG code.
    `named` holds the references to a Patient that the message itself does not carry ("Patient/…", or an address).
    """

    matricule: str
    oid: str
    birth_family: str | None = None
    given_names: tuple[str, ...] = ()
    birth_date: str | None = None
    sex: str | None = None
    birth_place: str | None = None
    used_family: str | None = None
    used_given: str | None = None
    named: tuple[str, ...] = ()

    def __repr__(self) -> str:  # an identity never reaches a log by accident
        return "Subject(…)"

    @property
    def has_traits(self) -> bool:
        """Whether the traits that matching needs were said: birth family, given names, birth date, sex."""
        return bool(self.birth_family and self.given_names and self.birth_date and self.sex)


@dataclass(frozen=True, slots=True)
class Author:
    """An author, as the document says it. `rpps` is the 11-digit number, without the PSIdNat prefix."""

    name: str
    rpps: str | None = None
    profession: str | None = None
    specialty: str | None = None
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One document entry (XDS / MHD): what a DocumentReference says, without the content.

    `unique_id` and `entry_uuid` are URIs (`urn:oid:…`, `urn:uuid:…`). `sha1` is 20 bytes (the standard's hash,
    never trusted for integrity). `replaces` is the reference of the document it supersedes: a FHIR id, or its
    `urn:…` identifier.
    """

    unique_id: str
    type: Code
    subject: Subject
    created: datetime
    media_type: str
    title: str
    category: Code | None = None
    status: str = "current"
    entry_uuid: str | None = None
    authors: tuple[Author, ...] = ()
    custodian: str | None = None
    visibility: frozenset[str] = frozenset({"N"})
    replaces: str | None = None
    language: str = "fr-FR"
    size: int | None = None
    sha1: bytes | None = None
    format_code: Code | None = None
    facility_type: Code | None = None
    practice_setting: Code | None = None
    service_start: datetime | None = None
    service_stop: datetime | None = None
    description: str | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Lot:
    """What a sender says of a submission set (List): its identifier, the system it comes from, who submits, for which
    activity (JDV_J03). Parts that were not said are None."""

    unique_id: str | None = None
    source_id: str | None = None
    designation: Code | None = None
    title: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Warning:
    """Something a lenient reading let pass: where (FHIRPath), and what in plain French."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A document on its way in: what is said of it, its bytes, and the reference as received without the data.

    `reference` names it inside its message (the `fullUrl` in a Bundle); `at` is where it stands there.
    """

    entry: Entry
    content: bytes = field(repr=False)
    fhir: bytes = field(repr=False)
    warnings: tuple[Warning, ...] = ()
    reference: str | None = None
    at: str = "DocumentReference"


@dataclass(frozen=True, slots=True)
class Served:
    """What the server alone decides about a document it shows; it overrides whatever was received.

    `version` counts metadata versions (meta.versionId). `related` pairs a relation code and a FHIR id.
    """

    id: str
    version: int
    updated: datetime
    status: str
    visibility: frozenset[str]
    archived: bool
    size: int
    replaces: str | None = None
