"""Values that cross the door of `record`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from hygie.access.types import DocumentFacts
from hygie.formats.fhir.instants import PARIS
from hygie.formats.fhir.types import Author as Author
from hygie.people.types import Ins, Traits


class _Late:
    """Values of which the costly parts are made when first asked for: a list of thousands builds only what is read.

    `late` gives, by its name, a part of what it numbers `number`. None: everything is here.
    """

    __slots__ = ()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:  # asked only for a slot that is still empty
            late = None if name == "late" else self.late
            if late is None or name[:1] == "_":
                raise AttributeError(name)
            value = late(self.number, name)
            object.__setattr__(self, name, value)
            return value


@dataclass(frozen=True, slots=True)
class Lot:
    """The submission set in which a document came, as its sender said it. designation: `system|code` (JDV_J03)."""

    unique_id: str | None = None
    source_id: str | None = None
    designation: str | None = None
    title: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Refiled:
    """Who filed a document elsewhere than its depositor did, when, and where it was as received."""

    by: str
    by_id: UUID
    at: datetime
    was_class: str
    was_type: str
    was_label: str | None = None  # what the depositor called that type


@dataclass(frozen=True, slots=True)
class Brought:
    """Where a document comes from that the person brought back herself, as her archive told it: said, not proved."""

    keeper: str  # the space it was taken from, as people know it
    depositor: str  # who had deposited it there
    at: datetime  # when it had come there


@dataclass(frozen=True, slots=True)
class Metadata:
    """XDS/MHD document metadata. Everything here is sealed, but class_code, visibility, dates and sizes.

    class_code: TRE_A03 ("10"); type_code: JDV_J07 ("11502-2"); unique_id: `urn:oid:…` or `urn:uuid:…`;
    service_start: the date of the act; created: when the document was written; format_code: JDV_J10.
    refiled: set when class and type are not those that came with the document.
    """

    title: str
    class_code: str
    type_code: str
    media_type: str
    unique_id: str
    created: datetime
    service_start: datetime | None = None
    authors: tuple[Author, ...] = ()
    type_system: str | None = None
    type_label: str | None = None
    format_code: str | None = None
    facility_type: str | None = None
    practice_setting: str | None = None
    language: str = "fr-FR"
    file_name: str | None = None
    description: str | None = None
    set_id: str | None = None
    version: int | None = None
    fhir: bytes | None = None  # the DocumentReference as received, without attachment data
    lot: Lot | None = None
    brought: Brought | None = None  # by the person, from another space
    refiled: Refiled | None = None


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document on its way in. `replaces` is the id or unique_id of the one it supersedes."""

    metadata: Metadata
    content: bytes
    visibility: frozenset[str] = frozenset({"N"})
    replaces: str | None = None
    announce_on: date | None = None  # with INVISIBLE_PATIENT: the day it becomes visible whatever happens


@dataclass(frozen=True, slots=True)
class Deposit:
    """One deposit through a machine door: who it is said to be about, and what.

    `ins` and `traits` come from the message and are matched together; a mismatch goes to quarantine.
    `submission_id` is the sender's own idempotency key (the document's unique id by default).
    """

    document: NewDocument
    ins: Ins
    traits: Traits
    submission_id: str
    received: datetime
    source: str = "fhir"  # fhir | mssante | hl7v2 | portal | workspace


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a deposit, given only once it is durable.

    outcome: "stored", "again" (same key, same content: the first answer), "known" (the same document came by
    another route: nothing stored twice), "quarantined".
    """

    id: UUID
    outcome: str
    version: int
    received: datetime
    sha256: bytes = b""
    warnings: tuple[str, ...] = ()
    patient_id: UUID | None = None  # the space it went to; None in quarantine


@dataclass(frozen=True, slots=True)
class Document(_Late):
    """A document as listed, for whoever holds the grant. Frozen, whole, safe to give to a template."""

    id: UUID
    patient_id: UUID
    metadata: Metadata
    status: str  # current | superseded | entered-in-error
    visibility: frozenset[str]
    archived: bool
    version: int  # metadata version (meta.versionId)
    received: datetime
    updated: datetime
    size: int
    sha256: bytes
    depositor_id: UUID
    depositor: str  # name, as shown: « Labo Seine »
    organisation_id: UUID | None
    by_patient: bool
    source: str
    replaces: UUID | None = None
    replaced_by: UUID | None = None
    announce_on: date | None = None
    new: bool = False  # not opened by this person since it came
    act: datetime | None = field(default=None, repr=False, compare=False)  # `day`, known without the metadata
    codes: tuple[str, str] | None = field(default=None, repr=False, compare=False)  # class and type, likewise
    late: Callable[[int, str], Any] | None = field(default=None, repr=False, compare=False)
    number: int = field(default=0, repr=False, compare=False)

    @property
    def class_code(self) -> str:
        return self.codes[0] if self.codes is not None else self.metadata.class_code

    @property
    def type_code(self) -> str:
        return self.codes[1] if self.codes is not None else self.metadata.type_code

    @property
    def title(self) -> str:
        """That of the metadata, without making the rest of them."""
        return self.metadata.title if self.late is None else self.late(self.number, "title")

    @property
    def authors(self) -> tuple[Author, ...]:
        """Those of the metadata, known without opening them."""
        return self.metadata.authors if self.late is None else self.late(self.number, "authors")

    @property
    def facts(self) -> DocumentFacts:
        return DocumentFacts(
            class_code=self.class_code,
            type_code=self.type_code,
            visibility=self.visibility,
            status=self.status,
            depositor_id=self.depositor_id,
            organisation_id=self.organisation_id,
            by_patient=self.by_patient,
            id=self.id,
        )

    @property
    def day(self) -> datetime:
        """The day people file it under: the act, or else when it was written."""
        return self.act or self.metadata.service_start or self.metadata.created

    @property
    def on(self) -> date:
        """That day in France: what is dated to the day begins at midnight there, which is the eve in UTC."""
        return self.day.astimezone(PARIS).date()


@dataclass(frozen=True, slots=True)
class Pin:
    """A document that a professional put on top for colleagues. moved: it was put on an earlier version, and followed."""

    document: Document
    by: str
    by_id: UUID
    at: datetime
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """The original bytes."""

    data: bytes = field(repr=False)
    media_type: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Deposited:
    """One deposit of a professional: where it went, as random ids."""

    patient_id: UUID
    document_id: UUID
    received: datetime


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A deposit set aside because its identity does not match one person. Never attached by guess.

    reason: "no-match" for all that the depositor may know. For the operator, `candidates` counts the spaces
    that share the matricule or the traits; content is never shown.
    """

    id: UUID
    received: datetime
    organisation: str
    client: str
    submission_id: str
    state: str  # waiting | attached | returned
    reason: str
    size: int
    said_ins: Ins | None = None
    said_traits: Traits | None = None
    candidates: int = 0
    resolved: datetime | None = None
    note: str = ""


class State(StrEnum):
    """How far an entry may be relied on. Only a person or a professional turns SUGGESTED into CONFIRMED or REJECTED."""

    STATED = "stated"  # the source is structured and says it
    CHECKED = "checked"  # read from a text, proved by two independent marks
    SUGGESTED = "suggested"  # read from a text, waits for someone's eye
    CONFIRMED = "confirmed"
    REJECTED = "rejected"  # misread: kept for the record of it, shown nowhere else
    OWN = "own"  # the person's own words


@dataclass(frozen=True, slots=True)
class Source(_Late):
    """The document an entry was read from, as shown beside it."""

    document_id: UUID
    title: str
    author: str
    day: datetime
    class_code: str
    type_code: str
    late: Callable[[int, str], Any] | None = field(default=None, repr=False, compare=False)
    number: int = field(default=0, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Item(_Late):
    """One structured entry of the record: a FHIR R4 resource and where it comes from.

    resource: as `hygie.formats.entries` describes it, without id and subject; never change it in place, its parts are
    shared by the entries of one list. code: what groups entries of one meaning (`system|code` of the first coding,
    else the text), at hand without opening the resource. received: when it came into the record (what « since my last
    visit » compares). source is None for what the person said herself (`by_patient`). words and confidence: what it was
    read from, and how surely. settled_by: who confirmed, corrected or rejected a suggestion, and when.
    It is as visible as its document: an entry has no visibility of its own. late also knows "values", which
    `observed` asks for.
    """

    id: UUID
    kind: str
    day: date | None
    resource: dict[str, Any] = field(repr=False)
    state: State
    received: datetime
    source: Source | None = None
    place: str = ""
    reader: str = ""
    section: str | None = None
    by_patient: bool = False
    code: str = ""
    confidence: float = 1.0
    words: str | None = field(default=None, repr=False)
    settled_by: str | None = None
    settled: datetime | None = None
    late: Callable[[int, str], Any] | None = field(default=None, repr=False, compare=False)
    number: int = field(default=0, repr=False, compare=False)

    @property
    def document(self) -> bytes | None:
        """The sixteen bytes of its document's id, known without making its source."""
        if self.late is not None:
            found: bytes = self.late(self.number, "document")
            return found
        return self.source.document_id.bytes if self.source is not None else None

    @property
    def certain(self) -> bool:
        return self.state not in (State.SUGGESTED, State.REJECTED)


TOO_BIG: Final = "Ce fichier dépasse 25 Mo. Ajoutez-en une version plus légère."
