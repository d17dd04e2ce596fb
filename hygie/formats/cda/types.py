"""A CDA R2 document as frozen values. Nothing here knows XML, and every field is as the document says it.

Times stay in HL7 form (`YYYYMMDDHHMMSS+ZZZZ`, precision as written); `times.moment` gives them a meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hygie.formats.cda.narrative import Narrative


@dataclass(frozen=True, slots=True)
class Id:
    """An HL7 instance identifier: an OID or a UUID, and what it assigns."""

    root: str
    extension: str | None = None

    @property
    def urn(self) -> str:
        """`urn:oid:1.2.3^ext`, or `urn:uuid:…` when the root is a UUID."""
        is_uuid = len(self.root) == 36 and self.root.count("-") == 4
        head = f"urn:uuid:{self.root.lower()}" if is_uuid else f"urn:oid:{self.root}"
        return f"{head}^{self.extension}" if self.extension else head


@dataclass(frozen=True, slots=True)
class Code:
    """A coded value. `system` is an OID; `text` the original text; `null` why there is no code."""

    code: str | None = None
    system: str | None = None
    label: str | None = None
    system_name: str | None = None
    text: str | None = None
    null: str | None = None
    translations: tuple[Code, ...] = ()
    qualifiers: tuple[tuple[Code | None, Code | None], ...] = ()  # (name, value)


@dataclass(frozen=True, slots=True)
class Interval:
    """A point (`value`) or a period (`low`, `high`), in HL7 form; `null` why there is none."""

    value: str | None = None
    low: str | None = None
    high: str | None = None
    null: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts, in order: (part, qualifier, text). Text outside any part has the part ""."""

    parts: tuple[tuple[str, str | None, str], ...] = ()
    use: str | None = None
    null: str | None = None

    def find(self, part: str, qualifier: str | None = None) -> tuple[str, ...]:
        return tuple(text for name, marked, text in self.parts if name == part and marked == qualifier)

    @property
    def family(self) -> str:
        return " ".join(text for part, _, text in self.parts if part == "family")

    @property
    def given(self) -> str:
        return " ".join(text for part, _, text in self.parts if part == "given")

    @property
    def display(self) -> str:
        """As people say it: « Dr Awa Diallo »; « Mme » when there is no other title."""
        titles = [text for part, _, text in self.parts if part in ("suffix", "prefix")]
        title = _TITLES.get(next(iter(sorted(titles, key=_title_rank)), "").upper().rstrip("."), "")
        plain = " ".join(text for part, _, text in self.parts if part == "")
        return " ".join(word for word in (title, self.given, self.family, plain) if word)


_TITLES = {"DR": "Dr", "PR": "Pr", "M": "M.", "MME": "Mme", "MLLE": "Mme"}


def _title_rank(title: str) -> int:
    return {"PR": 0, "DR": 1}.get(title.upper().rstrip("."), 2)


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in its parts, in order: (part, text)."""

    parts: tuple[tuple[str, str], ...] = ()
    use: str | None = None
    null: str | None = None

    def find(self, part: str) -> str | None:
        return next((text for name, text in self.parts if name == part), None)


@dataclass(frozen=True, slots=True)
class Telecom:
    value: str | None = None
    use: str | None = None
    null: str | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """setting: standardIndustryClassCode, the practice setting."""

    ids: tuple[Id, ...] = ()
    names: tuple[str, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    addresses: tuple[Address, ...] = ()
    setting: Code | None = None

    @property
    def name(self) -> str:
        return self.names[0] if self.names else ""


@dataclass(frozen=True, slots=True)
class Party:
    """Someone, or a device, named in the header. role: the element (`author`, `performer`); type: its typeCode."""

    role: str
    type: str | None = None
    template_ids: tuple[Id, ...] = ()
    function: Code | None = None
    time: Interval | None = None
    signature: str | None = None
    entity: str | None = None  # associatedEntity or relatedEntity classCode
    ids: tuple[Id, ...] = ()
    profession: Code | None = None
    addresses: tuple[Address, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    names: tuple[Name, ...] = ()
    device: tuple[tuple[str, str], ...] = ()  # (manufacturerModelName | softwareName, text)
    organisation: Organisation | None = None

    @property
    def name(self) -> str:
        if self.names:
            return self.names[0].display
        if self.device:
            return self.device[-1][1]
        return self.organisation.name if self.organisation else ""


@dataclass(frozen=True, slots=True)
class Patient:
    """recordTarget. `birth_time` in HL7 form."""

    ids: tuple[Id, ...] = ()
    addresses: tuple[Address, ...] = ()
    telecoms: tuple[Telecom, ...] = ()
    names: tuple[Name, ...] = ()
    sex: Code | None = None
    birth_time: str | None = None
    deceased: str | None = None  # sdtc:deceasedInd
    deceased_time: str | None = None
    guardians: tuple[Party, ...] = ()
    birth_place: Address | None = None
    birth_place_name: str | None = None
    organisation: Organisation | None = None


@dataclass(frozen=True, slots=True)
class PatientIdentity:
    """The strict traits as the document gives them: nothing is checked against anyone here.

    birth_date: ISO, as precise as written (`1979-03-28`, `1979`); sex: female, male or unknown;
    birth_place: COG code. Empty strings where the document is silent.
    """

    ids: tuple[Id, ...]
    birth_family: str
    given_names: tuple[str, ...]
    first_given: str
    birth_date: str
    sex: str
    birth_place: str | None = None
    birth_place_name: str | None = None
    used_family: str | None = None
    used_given: str | None = None

    def __repr__(self) -> str:  # an identity never reaches a log by accident
        return "PatientIdentity(…)"


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """An act that the document reports. status: the laboratory extension (`completed`, `active`)."""

    ids: tuple[Id, ...] = ()
    code: Code | None = None
    status: str | None = None
    time: Interval | None = None
    performers: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Encounter:
    """componentOf/encompassingEncounter."""

    ids: tuple[Id, ...] = ()
    code: Code | None = None
    time: Interval | None = None
    discharge: Code | None = None
    responsible: Party | None = None
    participants: tuple[Party, ...] = ()
    facility_ids: tuple[Id, ...] = ()
    facility_type: Code | None = None
    place_name: str | None = None
    place_address: Address | None = None
    provider: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """relatedDocument: type RPLC replaces, APND completes, XFRM transforms."""

    type: str
    ids: tuple[Id, ...]
    set_id: Id | None = None
    version: str | None = None
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """authorization/consent."""

    ids: tuple[Id, ...] = ()
    code: Code | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What identifies a document and its makers. `read_header` gives exactly this."""

    id: Id
    code: Code
    effective_time: str
    confidentiality: tuple[Code, ...]
    patient: Patient = field(repr=False)
    authors: tuple[Party, ...] = ()
    title: str = ""
    language: str | None = None
    realm: str | None = None
    template_ids: tuple[Id, ...] = ()
    set_id: Id | None = None
    version: str | None = None
    custodian: Organisation | None = None
    legal_authenticator: Party | None = None
    orders: tuple[Id, ...] = ()  # inFulfillmentOf
    events: tuple[ServiceEvent, ...] = ()
    related: tuple[Related, ...] = ()
    consents: tuple[Consent, ...] = ()  # authorization
    encounter: Encounter | None = None
    self_presentable: bool = False


@dataclass(frozen=True, slots=True)
class Media:
    """An observationMedia: `id` is what the narrative refers to. media_type is what the document claims."""

    id: str | None
    media_type: str
    data: bytes = field(repr=False)
    ids: tuple[Id, ...] = ()
    template_ids: tuple[Id, ...] = ()
    nested: bool = False  # inside an entry that is kept whole as well


@dataclass(frozen=True, slots=True)
class Section:
    """`entries` are canonical XML, one per entry, for the readers that understand them."""

    title: str | None = None
    code: Code | None = None
    id: Id | None = None
    template_ids: tuple[Id, ...] = ()
    text: Narrative | None = None
    entries: tuple[bytes, ...] = field(default=(), repr=False)
    media: tuple[Media, ...] = ()
    sections: tuple[Section, ...] = ()
    authors: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class LevelOne:
    """A whole file inside the document. media_type is what the document claims; `sniff` knows better."""

    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Structured:
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class CdaDocument:
    """others: the remaining parties of the header (informants, recipients, prescriber, family doctor…).

    unread: places of the header or body that Hygie does not model; the original bytes remain the truth.
    warnings: plain French, for the depositor; never an identity, never a value.
    """

    header: Header
    body: LevelOne | Structured
    others: tuple[Party, ...] = ()
    warnings: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
