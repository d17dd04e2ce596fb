"""HL7 v2 segments as frozen values: MSH, PID, PV1, ORC, OBR, OBX, NTE, TXA, PRT, ZFA and ZFD.

Nothing is invented: what a message does not say stays empty. Groups follow the order of the segments: an OBX belongs to
the OBR before it, an NTE or a PRT to whatever it follows.
Sources: HL7 v2.5.1 chapters 2, 3, 4, 7 and 9; PAM-FR 2.11 (ZFA, ZFD); ansforge/IG-hl7v2-volet-transmission-document-cda-r2
(2026-04-21) for PRT and the OBX of MetaDMPMSS.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from hygie.base.errors import Invalid
from hygie.formats import valuesets
from hygie.formats.cda import times
from hygie.formats.hl7v2 import er7
from hygie.formats.hl7v2.er7 import Er7, Segment

_SEX: Final = {"F": "female", "M": "male"}
_PSIDNAT: Final = valuesets.OIDS["professional"]


@dataclass(frozen=True, slots=True)
class Header:
    """MSH. type, event, structure: MSH-9. processing: P, D or T. application and facility: who sends, who receives."""

    application: str
    facility: str
    to_application: str
    to_facility: str
    sent: str
    type: str
    event: str
    structure: str
    control_id: str
    processing: str
    version: str
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A person named in a message (XCN, CNN or parts of PRT-5). rpps: 11 digits, when the identifier is national."""

    name: str = ""
    identifier: str = ""
    rpps: str | None = None


@dataclass(frozen=True, slots=True)
class Patient:
    """PID, with ZFD beside it. Traits as `people` understands them; "" or None for what is not there."""

    ids: tuple[tuple[str, str], ...]  # (identifier, authority: OID or name)
    matricule: str
    oid: str
    birth_family: str
    given_names: tuple[str, ...]
    birth_date: str  # ISO
    sex: str  # female | male | unknown
    birth_place: str | None = None
    used_family: str | None = None
    used_given: str | None = None
    reliability: str = ""  # PID-32: VALI, PROV…
    collected_by: str = ""  # ZFD-5: INSI, CV…

    def __repr__(self) -> str:
        return "Patient(…)"


@dataclass(frozen=True, slots=True)
class Participation:
    """PRT: one who sends (SB), receives (RCT), or answers (REPLY). address: mailbox, when there is one."""

    role: str
    person: Person
    organisation: str = ""
    organisation_id: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One OBX, as written. place: `OBX[3]`, counted in the message from 1."""

    place: str
    segment: Segment = field(repr=False)
    type: str
    code: str
    label: str
    system: str  # HL7 name of the coding system: LN, L…
    sub_id: str
    unit: str
    unit_code: str
    unit_system: str
    interval: str
    flags: tuple[str, ...]
    status: str
    when: str
    producer: str
    observer: Person
    method: str
    other: tuple[str, str, str] = ("", "", "")  # the alternate code of OBX-3
    notes: tuple[str, ...] = ()
    participations: tuple[Participation, ...] = ()

    @property
    def value(self) -> str:
        """All of OBX-5 as words."""
        return self.segment.text(5)


@dataclass(frozen=True, slots=True)
class Order:
    """ORC and OBR of one group, and its results. control: ORC-1 (NW, RO, CA, SC…)."""

    control: str = ""
    placer: str = ""
    filler: str = ""
    code: str = ""
    label: str = ""
    system: str = ""
    when: str = ""
    received: str = ""
    reported: str = ""
    status: str = ""  # OBR-25
    prescriber: Person = Person()
    interpreter: Person = Person()
    notes: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentHeader:
    """TXA. unique_id and parent: the identifiers of the document and of the one it replaces, as written."""

    type: str
    when: str
    unique_id: str
    parent: str
    completion: str
    confidentiality: str
    availability: str
    author: Person
    title: str = ""


@dataclass(frozen=True, slots=True)
class Consents:
    """ZFA (PAM-FR): what the person said at the hospital about her shared record. Values as written.

    state: ACTIF, FERME, INEXISTANT…; opposed: IO opposed to being fed, INO not opposed, NA not asked; consents: IC
    consents to being consulted, INC refuses, NA not asked. Each with its date.
    """

    state: str
    state_when: str
    opposed: str
    opposed_when: str
    consents: str
    consents_when: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message read. class_of_visit: PV1-2. unknown: names of segments that Hygie does not read."""

    er7: Er7 = field(repr=False)
    header: Header
    patient: Patient | None
    orders: tuple[Order, ...] = ()
    document: DocumentHeader | None = None
    consents: Consents | None = None
    notes: tuple[str, ...] = ()
    class_of_visit: str = ""
    visit: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def results(self) -> tuple[Result, ...]:
        return tuple(result for order in self.orders for result in order.results)


_KNOWN: Final = frozenset({
    "MSH", "EVN", "PID", "PD1", "PV1", "PV2", "ORC", "OBR", "OBX", "NTE", "TXA", "PRT", "ZFA", "ZFD", "ZBE", "ZFM",
    "ROL", "TQ1", "SPM", "SFT", "MSA", "ERR", "ZFV", "ZFP", "DSC",
})  # fmt: skip


def read(data: bytes) -> Message:
    """A message of any type. Errors: those of `er7.parse`, and Invalid when two patients share one message."""
    return of(er7.parse(data))


def of(message: Er7) -> Message:
    """The typed reading of a message already parsed."""
    patients = list(message.of("PID"))
    if len(patients) > 1:
        raise Invalid("Ce message parle de plusieurs personnes : un message, une personne.", code="hl7-two-patients")
    head = header(message)
    if not head.type:
        raise Invalid("Ce message ne dit pas de quel type il est.", code="hl7-no-type", at="MSH^1^9")
    orders, notes = _orders(message)
    visit = message.first("PV1")
    return Message(
        er7=message,
        header=head,
        patient=_patient(patients[0], message.first("ZFD")) if patients else None,
        orders=orders,
        document=_document(message.first("TXA")),
        consents=_consents(message.first("ZFA")),
        notes=notes,
        class_of_visit=visit.get(2) if visit else "",
        visit=visit.get(19) if visit else "",
        unknown=tuple(sorted({segment.name for segment in message.segments} - _KNOWN)),
    )


def moment(written: str) -> datetime | None:
    """An HL7 time as an aware instant (French time when it says no zone)."""
    return times.moment(written)


def iso(written: str) -> str | None:
    """An HL7 time as FHIR writes it: as precise as written, with its zone from the hour on; None when it is no time."""
    found = times.moment(written)
    if found is None:
        return None
    digits = len(written.strip().split(".")[0].split("+")[0].split("-")[0])
    return found.isoformat() if digits >= 10 else times.iso_date(written)


def header(message: Er7) -> Header:
    """MSH alone: enough to answer a message that goes wrong further on."""
    msh = message.segments[0]
    return Header(
        application=msh.get(3), facility=msh.get(4), to_application=msh.get(5), to_facility=msh.get(6), sent=msh.get(7),
        type=msh.get(9), event=msh.get(9, 2), structure=msh.get(9, 3), control_id=msh.get(10), processing=msh.get(11),
        version=msh.get(12), profile=msh.text(21),
    )  # fmt: skip


def _patient(pid: Segment, zfd: Segment | None) -> Patient:
    ids: list[tuple[str, str]] = []
    matricule = oid = ""
    for number, written in enumerate(pid.repetitions(3)):
        value = pid.get(3, 1, number)
        parts = written.split(pid.separators.component)
        authority = pid.subs(parts[3]) if len(parts) > 3 else [""]
        named = authority[1] if len(authority) > 1 and authority[1] else authority[0]
        if value:
            ids.append((value, named))
        if not matricule and named in valuesets.INS_OIDS:
            matricule, oid = value, named
    family = ""
    given: tuple[str, ...] = ()
    used_family = used_given = None
    for number in range(len(pid.repetitions(5))):
        kind = pid.get(5, 7, number)
        if kind == "D" or (kind == "U" and number):
            used_family, used_given = pid.get(5, 1, number) or None, pid.get(5, 2, number) or None
        elif not family:
            family, given = pid.get(5, 1, number), _given(pid.get(5, 2, number), pid.get(5, 3, number))
    return Patient(
        ids=tuple(ids), matricule="".join(matricule.split()), oid=oid, birth_family=family, given_names=given,
        birth_date=times.iso_date(pid.get(7)), sex=_SEX.get(pid.get(8), "unknown"), birth_place=_birth_place(pid),
        used_family=used_family, used_given=used_given, reliability=pid.get(32),
        collected_by=zfd.get(5) if zfd else "",
    )  # fmt: skip


def _given(first: str, others: str) -> tuple[str, ...]:
    """PAM-FR puts the first given name in the second component and the whole list in the third; others only the rest."""
    if not first:
        return tuple(others.split())
    if others == first or others.startswith(first + " "):
        return (first, *others[len(first) :].split())
    return (first, *others.split())


def _birth_place(pid: Segment) -> str | None:
    """The COG code of the place of birth: the address of kind BDL, its county."""
    for number in range(len(pid.repetitions(11))):
        if pid.get(11, 7, number) == "BDL":
            return pid.get(11, 9, number) or None
    return None


def _person(segment: Segment, number: int, *, repetition: int = 0, parts: bool = False) -> Person:
    """XCN, or (parts) a CNN whose components are subcomponents."""
    if parts:
        found = segment.repetitions(number)
        words = segment.subs(found[0].split(segment.separators.component)[0]) if found else []
        identifier, family, given = [*words, "", "", ""][:3]
        authority = ""
    else:
        identifier, family, given = (segment.get(number, part, repetition) for part in (1, 2, 3))
        found = segment.repetitions(number)
        components = found[repetition].split(segment.separators.component) if repetition < len(found) else []
        authority = [*segment.subs(components[8]), "", ""][1] if len(components) > 8 else ""
    prefix = "" if parts else segment.get(number, 6, repetition)
    name = " ".join(part for part in (prefix, given, family) if part)
    rpps = identifier[1:] if len(identifier) == 12 and identifier.isdecimal() and identifier[0] == "8" else None
    if rpps is None and authority == _PSIDNAT and len(identifier) == 11 and identifier.isdecimal():
        rpps = identifier
    return Person(name, identifier, rpps)


@dataclass(slots=True)
class _Group:
    """An ORC or OBR while what follows it is read."""

    orc: Segment | None = None
    obr: Segment | None = None
    notes: list[str] = field(default_factory=list)
    results: list[tuple[int, Segment, list[str], list[Participation]]] = field(default_factory=list)


def _orders(message: Er7) -> tuple[tuple[Order, ...], tuple[str, ...]]:
    groups: list[_Group] = []
    notes: list[str] = []
    count = 0

    def fresh() -> _Group:
        groups.append(_Group())
        return groups[-1]

    for segment in message.segments:
        name = segment.name
        if name == "ORC":
            fresh().orc = segment
        elif name == "OBR":
            group = groups[-1] if groups and groups[-1].obr is None and not groups[-1].results else fresh()
            group.obr = segment
        elif name == "OBX":
            count += 1
            group = groups[-1] if groups else fresh()
            group.results.append((count, segment, [], []))
        elif name == "NTE":
            said = groups[-1].notes if groups else notes
            if groups and groups[-1].results:
                said = groups[-1].results[-1][2]
            said.append(segment.text(3))
        elif name == "PRT" and groups and groups[-1].results:
            groups[-1].results[-1][3].append(_participation(segment))
    return tuple(_order(group) for group in groups), tuple(note for note in notes if note)


def _order(group: _Group) -> Order:
    orc, obr = group.orc, group.obr
    results = tuple(_result(*found) for found in group.results)
    control = orc.get(1) if orc else ""
    said = tuple(note for note in group.notes if note)
    if obr is None:
        return Order(
            control=control, placer=orc.get(2) if orc else "", filler=orc.get(3) if orc else "", notes=said,
            results=results,
        )  # fmt: skip
    return Order(
        control=control, placer=obr.get(2) or (orc.get(2) if orc else ""),
        filler=obr.get(3) or (orc.get(3) if orc else ""), code=obr.get(4), label=obr.get(4, 2), system=obr.get(4, 3),
        when=obr.get(7), received=obr.get(14), reported=obr.get(22), status=obr.get(25), prescriber=_person(obr, 16),
        interpreter=_person(obr, 32, parts=True), notes=said, results=results,
    )  # fmt: skip


def _result(number: int, obx: Segment, notes: list[str], participations: list[Participation]) -> Result:
    method = obx.get(17, 2) or obx.get(17)
    return Result(
        place=f"OBX[{number}]", segment=obx, type=obx.get(2).upper(), code=obx.get(3), label=obx.get(3, 2),
        system=obx.get(3, 3), sub_id=obx.get(4), unit=obx.get(6, 2) or obx.get(6), unit_code=obx.get(6),
        unit_system=obx.get(6, 3), interval=obx.text(7), flags=tuple(filter(None, obx.text(8).split())),
        status=obx.get(11).upper(), when=obx.get(14), producer=obx.get(15, 2) or obx.get(15),
        observer=_person(obx, 16), method=method, other=(obx.get(3, 4), obx.get(3, 5), obx.get(3, 6)),
        notes=tuple(note for note in notes if note), participations=tuple(participations),
    )  # fmt: skip


def _participation(prt: Segment) -> Participation:
    return Participation(
        role=prt.get(4), person=_person(prt, 5), organisation=prt.get(8), organisation_id=prt.get(8, 10),
        address=prt.get(15, 4),
    )  # fmt: skip


def _document(txa: Segment | None) -> DocumentHeader | None:
    if txa is None:
        return None
    return DocumentHeader(
        type=txa.get(2), when=txa.get(4), unique_id=txa.get(12), parent=txa.get(13), completion=txa.get(17),
        confidentiality=txa.get(18), availability=txa.get(19), author=_person(txa, 9 if txa.raw(9) else 5), title=txa.get(25),
    )  # fmt: skip


def _consents(zfa: Segment | None) -> Consents | None:
    if zfa is None:
        return None
    return Consents(
        state=zfa.get(1), state_when=zfa.get(2), opposed=zfa.get(9), opposed_when=zfa.get(10), consents=zfa.get(11),
        consents_when=zfa.get(12),
    )  # fmt: skip
