"""Values that cross the door of `people`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What an actor is."""

    PERSON = "person"
    PROFESSIONAL = "professional"
    SOFTWARE = "software"
    OPERATOR = "operator"
    MACHINE = "machine"
    READER = "reader"  # whoever holds a link that the person gave


class Role(StrEnum):
    """What an actor does, as the access rules see it (closed). From TRE_G15 / TRE_R94 codes for professionals."""

    PERSON = "person"
    DOCTOR = "doctor"
    MIDWIFE = "midwife"
    DENTIST = "dentist"
    PHARMACIST = "pharmacist"
    NURSE = "nurse"
    PARAMEDICAL = "paramedical"
    SOCIAL = "social"
    SOFTWARE = "software"
    OPERATOR = "operator"
    MACHINE = "machine"
    READER = "reader"


class AuthLevel(IntEnum):
    """How surely the actor is known. STRONG: two factors (Pro Santé Connect, passkey, eidas2); NONE: unknown."""

    NONE = 0
    SINGLE = 1
    STRONG = 2


class IdentityStatus(StrEnum):
    """RNIV EXI SI 07: INSi retrieved or not, by identity proofed by a high-trust document or not."""

    PROVISIONAL = "PROV"
    RETRIEVED = "RECUP"
    VALIDATED = "VALI"
    QUALIFIED = "QUAL"


@dataclass(frozen=True, slots=True)
class Ins:
    """A matricule (15 characters, key included) and the OID of its authority (see ins.py)."""

    matricule: str
    oid: str

    def __repr__(self) -> str:  # an INS never reaches a log by accident
        return "Ins(…)"


@dataclass(frozen=True, slots=True)
class Traits:
    """The strict identity traits of the RNIV. Dates are ISO `YYYY-MM-DD`; sex is `female`, `male` or `unknown`.

    `given_names` is the whole list of birth given names, in order; `birth_place` an INSEE COG code.
    """

    birth_family: str
    given_names: tuple[str, ...]
    birth_date: str
    sex: str
    birth_place: str | None = None
    used_family: str | None = None
    used_given: str | None = None

    def __repr__(self) -> str:
        return "Traits(…)"


@dataclass(frozen=True, slots=True)
class Identity:
    """One person's identity as held, for those whose Grant covers it."""

    patient_id: UUID
    traits: Traits
    ins: Ins | None
    status: IdentityStatus
    homonym: bool = False
    doubtful: bool = False
    former: tuple[Ins, ...] = ()

    @property
    def display_name(self) -> str:
        """The used name if there is one, as people say it: « Amina Benali »."""
        given = self.traits.used_given or (self.traits.given_names[0] if self.traits.given_names else "")
        return f"{given.title()} {(self.traits.used_family or self.traits.birth_family).title()}".strip()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. Built only by a sign-in, a token, a job or a command; never from a form.

    id: the person's account, the professional, the software client or the operator.
    patient_id: for a person, her own record. profession: TRE_G15/R94 code ("10" doctor).
    client_id: the software through which a professional acts from afar (indirect authentication).
    """

    kind: Kind
    id: UUID
    name: str
    auth: AuthLevel = AuthLevel.NONE
    patient_id: UUID | None = None
    profession: str | None = None
    specialty: str | None = None
    rpps: str | None = None
    organisation_id: UUID | None = None
    organisation: str | None = None
    client_id: UUID | None = None

    @property
    def role(self) -> Role:
        if self.kind is Kind.PROFESSIONAL:
            return PROFESSIONS.get(self.profession or "", Role.PARAMEDICAL if self.profession else Role.SOCIAL)
        return _ROLES[self.kind]


_ROLES = {
    Kind.PERSON: Role.PERSON,
    Kind.SOFTWARE: Role.SOFTWARE,
    Kind.OPERATOR: Role.OPERATOR,
    Kind.MACHINE: Role.MACHINE,
    Kind.READER: Role.READER,
}

# TRE_G15-ProfessionSante (29 health professions) and TRE_R94-ProfessionSocial, as the access matrix groups them.
PROFESSIONS: dict[str, Role] = {
    "10": Role.DOCTOR,
    "21": Role.PHARMACIST,
    "40": Role.DENTIST,
    "50": Role.MIDWIFE,
    "60": Role.NURSE,
    **dict.fromkeys(
        ("26", "28", "69", "70", "80", "81", "82", "83", "84", "85", "86", "91", "92", "94", "95", "96", "97", "98"),
        Role.PARAMEDICAL,
    ),
    **dict.fromkeys(("41", "42", "43", "44", "45", "46", "47", "48", "49", "51", "52", "53"), Role.SOCIAL),
}


# TRE_G15 (health) and the R-series for the others; facts of the national nomenclature.
PROFESSION_NAMES: dict[str, str] = {
    "10": "Médecin", "21": "Pharmacien", "26": "Audioprothésiste", "28": "Opticien-lunetier", "40": "Chirurgien-dentiste",
    "50": "Sage-femme", "60": "Infirmier", "69": "Infirmier psychiatrique", "70": "Masseur-kinésithérapeute",
    "80": "Pédicure-podologue", "91": "Orthophoniste", "92": "Orthoptiste", "93": "Psychologue", "94": "Ergothérapeute",
    "95": "Diététicien", "96": "Psychomotricien", "98": "Manipulateur ERM",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Organisation:
    """A structure. finess: 9 digits (EJ or ET). kind: `practice`, `laboratory`, `hospital`, `pharmacy`, `imaging`, `other`."""

    id: UUID
    name: str
    kind: str
    finess: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True)
class Hat:
    """One activity of a professional: the one in which she works during a session. `id` once it is registered."""

    profession: str
    specialty: str | None
    organisation: Organisation | None
    mode: str | None = None
    id: UUID | None = field(default=None, compare=False)

    @property
    def profession_name(self) -> str:
        """As people say it: « Médecin »."""
        return PROFESSION_NAMES.get(self.profession, "Professionnel")


@dataclass(frozen=True, slots=True)
class Professional:
    id: UUID
    rpps: str
    family: str
    given: str
    civility: str | None = None
    hats: tuple[Hat, ...] = field(default=())

    @property
    def display_name(self) -> str:
        """« Dr Diallo », « Mme Roux »."""
        return f"{self.civility or ''} {self.family.title()}".strip()


@dataclass(frozen=True, slots=True)
class Client:
    """A software client: the organisation that answers for it, what it may ask, how strict we are with it."""

    id: UUID
    name: str
    organisation: Organisation
    scopes: frozenset[str]
    lenient: bool = False
    last_used: datetime | None = None


@dataclass(frozen=True, slots=True)
class Apart:
    """A person's sign-in that has no space yet. reference: eight digits to say to an operator."""

    reference: str
    since: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What came of a sign-in. `paired`: a person has her space; a professional always has her registration."""

    account_id: UUID
    kind: Kind
    paired: bool


@dataclass(frozen=True, slots=True)
class Asserted:
    """Who signed an assertion: a software client, and the professional of its structure it acts for, if any."""

    client_id: UUID
    professional_id: UUID | None = None
    activity_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """A software client as operators see it: alive, or revoked that day."""

    client: Client
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Launched:
    """A door that a practice's software opened: for this professional in this activity, on this person's space."""

    client_id: UUID
    client: str  # name of the software
    account_id: UUID
    activity_id: UUID
    patient_id: UUID


@dataclass(frozen=True, slots=True)
class Application:
    """An application that asks someone for access. `public`: it holds no key of its own (a page, a phone)."""

    client_id: str
    name: str
    organisation: str
    scopes: frozenset[str]
    public: bool


@dataclass(frozen=True, slots=True)
class AppAccess:
    """What someone let an application do, as she sees it in her settings."""

    id: UUID
    name: str
    organisation: str
    scopes: tuple[str, ...]
    given: datetime
    until: datetime
    last_used: datetime | None = None


class WayKind(StrEnum):
    """By what somebody signs in, besides an identity provider."""

    PASSKEY = "passkey"  # the device's own key, unlocked by a finger, a face or the device's own code
    PHONE = "phone"  # a code of six digits sent by text message
    APP = "app"  # an authenticator application: six digits that change every 30 seconds
    CARD = "card"  # a printed card of codes, each used once
    PROVIDER = "provider"  # another sign-in at an identity provider, which she paired herself


@dataclass(frozen=True, slots=True)
class OwnWay:
    """One way of entering as its owner sees it. left: codes still to be used, of a card."""

    id: UUID
    kind: WayKind
    name: str
    added: datetime
    last_used: datetime | None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """Whom a way led to, and which one it was. left: codes left on the card."""

    account_id: UUID
    way_id: UUID
    kind: WayKind
    left: int | None = None


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """A card that has just been made: shown once, to be printed."""

    number: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposedApp:
    """What an authenticator application must be told; `address` is what its square code holds (otpauth)."""

    number: str
    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class Entrance:
    """One session as its owner sees it. new_device: this account has been used before, never from there."""

    id: UUID
    device: str
    ways: tuple[str, ...]
    began: datetime
    seen: datetime
    ended: datetime | None = None
    new_device: bool = False
