"""Values that cross the door of `access`. Pure: no Django, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hygie.people.types import Actor

if TYPE_CHECKING:
    from hygie.access.keyring import Keyring


class Purpose(StrEnum):
    """Why. Closed: there is no commercial, insurance or employment purpose, and there cannot be."""

    CARE = "care"  # a professional who treats the person
    EMERGENCY = "emergency"  # a doctor, when life is at stake and the person cannot answer
    SELF = "self"  # the person, in her own record
    FOR_ANOTHER = "for-another"  # a person, in the record of whoever she answers for or helps
    DEPOSIT = "deposit"  # putting documents in, and knowing what became of them
    COORDINATION = "coordination"  # a social worker of the care circle
    LEGAL = "legal"  # an operator's duty to review
    MACHINE = "machine"  # filing what has just come in
    SHARE = "share"  # at the person's request: whoever holds the link she gave


class Action(StrEnum):
    """What. Closed."""

    LIST = "list"  # see which documents there are
    READ = "read"  # see one document's content
    SETTLE = "settle"  # confirm, correct or reject what was read from one document
    CLASSIFY = "classify"  # file one document under another type, or undo it
    PIN = "pin"  # put one document on top for colleagues, or take it down
    DEPOSIT = "deposit"  # put a document in; reads nothing
    SET_VISIBILITY = "set-visibility"  # hide from professionals, announce...
    WITHDRAW = "withdraw"  # take back one's own deposit (entered-in-error)
    ARCHIVE = "archive"  # put out of one's lists, or back
    DECLARE = "declare"  # the person: say something of herself, correct it, take it back
    READ_JOURNAL = "read-journal"  # see who came
    SET_ACCESS = "set-access"  # consents, care circle, blocks, emergency switches
    FOLLOW = "follow"  # a legal representative: who came, the settings, the shares; nothing secret
    READ_MASKED = "read-masked"  # a representative from whom places are protected: no name, no place, no day, no page
    REPRESENT = "represent"  # a legal representative: consents, care circle, blocks, emergency switches, shares
    READ_IDENTITY = "read-identity"  # name, traits and matricule
    INDEX = "index"  # machine: read a new document to file it
    FIND = "find"  # learn that this person has a space, matricule and traits in hand
    CHECK_IN = "check-in"  # a practice, with the code that the person gave on arriving
    REVIEW = "review"  # operator: review emergency accesses, quarantine; never content
    ON_BEHALF = "on-behalf"  # operator: do what the person asked for, under a case number; never content
    EXPORT = "export"  # take away everything one may see, in one file


class Channel(StrEnum):
    """How the line is shown: one human look, one list, or machine work that folds."""

    VIEW = "view"  # one human look
    LIST = "list"  # a list or a settings page
    MACHINE = "machine"  # no person looks


class RecordState(StrEnum):
    """Of a space, from its announcement to its end. One is « erased » when its keys are gone: the gate knows it no more."""

    ANNOUNCED = "announced"  # six weeks to object: receives nothing yet, then is asleep by itself
    SLEEPING = "sleeping"  # opened, not activated yet: receives documents, shows them to nobody else
    OPEN = "open"  # activated by the person
    OPPOSED = "opposed"  # the person refused a space: receives nothing
    CLOSED = "closed"


class Visibility(StrEnum):
    """XDS confidentialityCode, JDV_J08: levels and visibilities live in one set."""

    NORMAL = "N"
    RESTRICTED = "R"
    VERY_RESTRICTED = "V"
    HIDDEN_FROM_PROFESSIONALS = "MASQUE_PS"
    HIDDEN_FROM_PATIENT = "INVISIBLE_PATIENT"
    HIDDEN_FROM_GUARDIANS = "INVISIBLE_REPRESENTANTS_LEGAUX"


class Obligation(StrEnum):
    """What must follow an allowed access."""

    NOTIFY = "notify"  # tell the person
    REVIEW = "review"  # an operator must look at it
    STEP_UP = "step-up"  # refused until the actor signs in more strongly


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What the rules need to know of one document. type_code is None while unknown (never guessed)."""

    class_code: str
    type_code: str | None = None
    visibility: frozenset[str] = frozenset({"N"})
    status: str = "current"  # current | superseded | entered-in-error
    depositor_id: UUID | None = None  # professional, client or account that put it here
    organisation_id: UUID | None = None  # the structure that answers for it
    by_patient: bool = False
    filed_as: tuple[str, str] | None = None  # to classify: the class and type under which it would be filed
    id: UUID | None = None  # which one, for a right that names documents


@dataclass(frozen=True, slots=True)
class Shared:
    """What one share gives, at the moment of the question. live: neither ended, out of date nor used up."""

    documents: frozenset[UUID] = frozenset()
    summary: bool = False  # the living summary, or a part of it
    live: bool = True
    passcode: bool = True  # none was asked for, or the right one was given


@dataclass(frozen=True, slots=True)
class Request:
    """One question to the policy. `at` is aware (UTC). `object_id` names the document, if one."""

    actor: Actor
    patient_id: UUID
    purpose: Purpose
    action: Action
    at: datetime
    object_id: UUID | None = None
    reason: str = ""
    channel: Channel = Channel.VIEW
    request_id: str = ""


class TieKind(StrEnum):
    """By what right a person comes into another's record."""

    PARENT = "parent"  # of a minor: each parent alone, until the first second of her eighteenth birthday
    GUARDIAN = "guardian"  # named by a judgment
    CAREGIVER = "caregiver"  # chosen by the person, confirmed each year
    DESK = "desk"  # a helper in a public office, under a signed mandate with an end

    @property
    def chosen(self) -> bool:
        """Whether the person decides about it; the others rest on the law."""
        return self is TieKind.CAREGIVER or self is TieKind.DESK

    @property
    def represents(self) -> bool:
        """Whether it answers for the person by law."""
        return self is TieKind.PARENT or self is TieKind.GUARDIAN


class Level(StrEnum):
    """How far a help goes. Each one gives what the one before gives."""

    SEE = "see"
    FILE = "file"  # and put documents in
    ACT = "act"  # and say, confirm or correct what the record holds of her


class Relation(StrEnum):
    """What the helper is to the person, as the journal says it."""

    MOTHER = "mother"
    FATHER = "father"
    PARENT = "parent"
    DAUGHTER = "daughter"
    SON = "son"
    SPOUSE = "spouse"
    SISTER = "sister"
    BROTHER = "brother"
    GRANDPARENT = "grandparent"
    FRIEND = "friend"
    NEIGHBOUR = "neighbour"
    GUARDIAN = "guardian"
    PROFESSIONAL = "professional"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Tie:
    """What binds the actor to the person, at the instant of the question. classes: nothing else is shown; None: no limit.

    protected: a decision of justice hides from her where and when. What follows it has no bearing on a decision.
    """

    kind: TieKind
    level: Level
    classes: frozenset[str] | None = None
    protected: bool = False
    relation: str = field(default="", compare=False)
    id: UUID | None = field(default=None, compare=False)
    since: datetime | None = field(default=None, compare=False)
    until: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of this record and this actor at the moment of the question; silence is the safe side."""

    state: RecordState = RecordState.SLEEPING
    care_team_consent: bool = False  # the person's initial consent to her care team opening the record
    deposit_opposed: bool = False  # opposition to being fed
    in_circle: bool = False  # this professional, or her structure, is in the care circle today
    circle_classes: frozenset[str] | None = None  # the person limited this member to these classes; None: no limit
    limits: frozenset[frozenset[str]] = frozenset()  # to classify: every such limit in her circle
    blocked_reading: bool = False  # this professional or her structure, by the person
    blocked_deposit: bool = False
    emergency_open: bool = False  # this professional opened an emergency access less than 24 h ago
    emergency_allowed: bool = True  # the person's switch "bris de glace"
    emergency_hidden: bool = False  # the person's switch: in an emergency, show what I hid
    circle_without: frozenset[UUID] = frozenset()  # documents that the person keeps from this very member
    arrived: bool = False  # the code given to this professional's practice is good, and was for her
    share: Shared | None = None  # what the link in hand gives
    tie: Tie | None = None  # what binds to the person whoever comes for her, or gave the link for her
    minor: bool = False  # whether she is under eighteen; known only where a parent asks
    document: DocumentFacts | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents an allowed request covers. None = every value, unknown ones included."""

    classes: frozenset[str] | None = frozenset()
    types: frozenset[str] | None = None  # read-matrix: type codes; applies after `classes`
    hidden: bool = False  # MASQUE_PS too
    unannounced: bool = False  # INVISIBLE_PATIENT too
    secrets: bool = True  # INVISIBLE_REPRESENTANTS_LEGAUX too: for all but who answers for the person or helps her
    own: frozenset[UUID] = frozenset()  # ids (actor, structure) whose own deposits are always covered
    documents: frozenset[UUID] | None = None  # these alone
    without: frozenset[UUID] = frozenset()  # not these

    @property
    def named(self) -> bool:
        """Whether it matters which document it is, and not only what it is like."""
        return self.documents is not None or bool(self.without)

    def covers(self, document: DocumentFacts) -> bool:
        """Whether this document is inside. The only test; SQL may only pre-filter what this would drop."""
        if not self.secrets and Visibility.HIDDEN_FROM_GUARDIANS in document.visibility:
            return False
        if document.depositor_id in self.own or document.organisation_id in self.own:
            return document.status != "entered-in-error"
        if document.status == "entered-in-error" or document.id in self.without:
            return False
        if self.documents is not None and document.id not in self.documents:
            return False
        if self.classes is not None and document.class_code not in self.classes:
            return False
        if self.types is not None and document.type_code not in self.types:
            return False
        if Visibility.HIDDEN_FROM_PROFESSIONALS in document.visibility and not self.hidden:
            return False
        return self.unannounced or Visibility.HIDDEN_FROM_PATIENT not in document.visibility


NOTHING = Scope()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, with its reason. `rule` is a stable id that has a French sentence."""

    rule: str
    allowed: bool = False
    scope: Scope = NOTHING
    obligations: frozenset[Obligation] = frozenset()


@dataclass(frozen=True, slots=True)
class Mandate:
    """A mandate at a desk, as an operator knows it. taken: whether somebody has taken it up."""

    id: UUID
    until: datetime
    taken: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """A key to one record, for one purpose, after the journal line. Made only in `access.actions`.

    A grant to deposit holds no reading key; a grant to read deposits nothing.
    """

    patient_id: UUID
    actor: Actor
    purpose: Purpose
    action: Action
    rule: str
    scope: Scope
    at: datetime
    seq: int  # the journal line that precedes every use of this key
    object_id: UUID | None = None
    tie: Tie | None = None  # by which right, for whoever acts for somebody else
    keyring: Keyring | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of a person's access journal, unsealed (docs/reference/journal.md). No clinical content, no title."""

    seq: int  # its number in this person's journal, without a gap
    at: datetime  # UTC
    actor_kind: str  # below
    actor_id: UUID  # the account, the professional, the software
    actor_name: str  # as it was then
    role: str  # below
    profession: str | None  # TRE_G15 code
    organisation: str | None  # the structure in whose name
    auth: int  # how strongly signed in
    action: str  # below
    purpose: str  # below
    allowed: bool  # a refusal is a line too
    rule: str  # the answer of the policy
    channel: str  # below
    object_id: UUID | None = None  # the document, if one
    category: str | None = None  # its class (TRE_A03)
    origin: str | None = None  # by which door a document came: fhir, portal, workspace
    reason: str = ""  # the reason a professional wrote for an emergency access
    on_behalf_of: str | None = None  # the software through which a professional acted from afar
    policy: str = ""  # version of the policy that answered
    request_id: str = ""  # the same in the technical log
    relation: str = ""  # what someone who acts for the person is to her


@dataclass(frozen=True, slots=True)
class Sentence:
    """A journal line as a person reads it."""

    what: str  # who did what
    why: str  # why it was allowed or refused
    then: str  # what the person can do


@dataclass(frozen=True, slots=True)
class Viewer:
    """One answer to "who can see this?". kind: person, professional, organisation, emergency, depositor."""

    kind: str
    name: str
    detail: str  # profession, place
    why: str
    until: datetime | None = None
    last_seen: datetime | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A professional or structure in the care circle."""

    id: UUID
    kind: str  # "professional" | "organisation"
    name: str
    detail: str
    since: datetime
    until: datetime | None = None
    classes: frozenset[str] | None = None
    without: frozenset[UUID] = frozenset()  # documents kept from this one alone
    who: UUID | None = None  # the professional or the structure


@dataclass(frozen=True, slots=True)
class Block:
    id: UUID
    kind: str
    name: str
    reading: bool
    deposit: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Everything a person decided about who sees what."""

    state: RecordState
    care_team_consent: bool
    consent_since: datetime | None
    deposit_opposed: bool
    emergency_allowed: bool
    emergency_hidden: bool
    circle: tuple[Member, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenPatient:
    """A record open today to a professional. emergency_until: set when only a running emergency opens it."""

    patient_id: UUID
    until: datetime | None = None
    last_visit: datetime | None = None
    emergency_since: datetime | None = None
    emergency_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WayIn:
    """How a professional is let into a record today. kind: professional | organisation | emergency | deposit.

    classes: the person limited it to these classes; None: no limit.
    """

    kind: str
    since: datetime | None = None
    until: datetime | None = None
    classes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Helper:
    """Someone who answers for the person, or helps her. rests: when it ends if nothing is done; resting: that day has come."""

    tie: Tie
    name: str
    accepted: bool
    since: datetime | None
    until: datetime | None
    rests: datetime | None
    resting: bool = False
    condition: str | None = None
    attested: int = 0
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Helped:
    """Someone whose record is open today to whoever asks, because she answers for her or helps her."""

    patient_id: UUID
    tie: Tie


@dataclass(frozen=True, slots=True)
class Offer:
    """A help that a code offers: from whom, how far it goes, until when. condition: it will begin later, on that."""

    name: str
    level: Level
    classes: frozenset[str] | None
    until: datetime | None
    condition: str | None


@dataclass(frozen=True, slots=True)
class Paper:
    """What was seen before a tie was recorded: « Livret de famille », « Jugement du 3 mars 2026 », with a copy or without."""

    words: str
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation just made. `code`: twelve digits, shown now and kept nowhere."""

    id: UUID
    code: str = field(repr=False)
    until: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Welcomed:
    """Whom a code and a birth date lead to. state: live | used | expired | open (the space is in use already)."""

    id: UUID
    patient_id: UUID
    way: str  # hand | letter | desk
    state: str
    maker: str
    role: str
    place: str | None


@dataclass(frozen=True, slots=True)
class SentInvitation:
    """An invitation, for whoever made it. state: waiting | used | expired | wanted (she asks for another) | blocked."""

    id: UUID
    patient_id: UUID
    name: str
    way: str
    made: datetime
    until: datetime
    state: str


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How many refused a space in a month for a reason ("" : none given)."""

    month: date
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Viewing:
    """One opening of a share. name: as the reader said it herself. note: what she left, "" when nothing."""

    id: UUID
    at: datetime
    way: str  # page | manifest | code
    name: str
    note: str = ""
    answered: bool = False  # the person kept the note, or put it aside


@dataclass(frozen=True, slots=True)
class Share:
    """What a person put behind one link. most: openings allowed; sections: of the summary, None for all of it."""

    id: UUID
    label: str
    made: datetime
    until: datetime
    most: int | None
    opened: int
    passcode: bool
    tries: int  # wrong passcodes left in its whole life
    summary: bool
    sections: tuple[str, ...] | None
    documents: tuple[UUID, ...]
    card: bool
    spoken: bool
    ended: datetime | None
    viewings: tuple[Viewing, ...] = ()
    details: dict[str, Any] = field(default_factory=dict, repr=False)  # of her emergency card: what she wrote there
    given_by: str = ""  # who gave it for her; "" when she did

    def live(self, at: datetime) -> bool:
        """Whether somebody could still open it."""
        left = self.tries > 0 and (self.most is None or self.opened < self.most)
        return self.ended is None and self.until > at and left


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the link of a share holds, made again each time: tokens of addresses, the key of the files, the code to say."""

    page: str = field(repr=False)
    manifest: str = field(repr=False)
    key: bytes = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """Whoever came in by a link, to be asked about at the gate. left: tries left after a wrong passcode; None otherwise."""

    patient_id: UUID
    share_id: UUID
    actor: Actor
    until: datetime
    summary: bool
    sections: tuple[str, ...] | None
    documents: tuple[UUID, ...]
    card: bool
    left: int | None = None


@dataclass(frozen=True, slots=True)
class ArrivalCode:
    """What a person shows or says on arriving: six digits with her birth date, or a token alone. Once, until then."""

    code: str = field(repr=False)
    token: str = field(repr=False)
    until: datetime
    lasts: timedelta
