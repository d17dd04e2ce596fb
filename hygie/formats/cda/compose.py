"""From plain facts to a header that meets the CI-SIS minimal structure (schematron ASIP-STRUCT-MIN).

Give people, structures and dates as values; get a `Header` ready for `writer.write`. No clock, no random: ids and
dates come from the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from hygie.formats import valuesets
from hygie.formats.cda import times
from hygie.formats.cda.metadata import LEVEL_ONE
from hygie.formats.cda.types import (
    Address,
    CdaDocument,
    Code,
    Encounter,
    Header,
    Id,
    Interval,
    LevelOne,
    Name,
    Organisation,
    Party,
    Patient,
    Related,
    Section,
    ServiceEvent,
    Structured,
    Telecom,
)

HL7_FRANCE: Final = Id("2.16.840.1.113883.2.8.2.1")
MINIMAL_STRUCTURE: Final = Id("1.2.250.1.213.1.1.1.1")
_GENDERS: Final = {"female": ("F", "Féminin"), "male": ("M", "Masculin"), "unknown": ("U", "Inconnu")}
_LEVELS: Final = {"N": "Normal", "R": "Restreint", "V": "Très restreint"}
_ENCOUNTERS: Final = {"AMB": "ambulatoire", "IMP": "hospitalisation", "EMER": "urgences", "HH": "domicile"}
_NOT_ASKED: Final = "NASK"


@dataclass(frozen=True, slots=True)
class Structure:
    """An organisation. setting: JDV_J04; facility: JDV_J02; finess: 9 characters, without prefix."""

    name: str
    finess: str | None = None
    setting: str = "AMBULATOIRE"
    facility: str = "SA07"
    phone: str | None = None
    street: str | None = None
    postcode: str | None = None
    city: str | None = None

    @property
    def organisation(self) -> Organisation:
        return Organisation(
            ids=(Id(valuesets.OIDS["structure"], f"1{self.finess}"),) if self.finess else (),
            names=(self.name,),
            telecoms=(_phone(self.phone),),
            addresses=(_address(self.street, self.postcode, self.city),),
            setting=Code(self.setting, _setting_system(self.setting), valuesets.PRACTICE_SETTINGS.get(self.setting)),
        )


@dataclass(frozen=True, slots=True)
class Professional:
    """rpps: 11 digits; profession: JDV_J01 (`G15_10/SM26`), with its label; title: DR, PR, M, MME."""

    family: str
    given: str
    rpps: str
    profession: str = "G15_10/SM26"
    label: str = "Médecin - Médecine générale"
    title: str = "DR"
    structure: Structure | None = None

    def party(
        self, role: str, *, at: datetime | None = None, type: str | None = None, entity: str | None = None
    ) -> Party:
        titled = ("suffix", None, self.title) if self.title in ("DR", "PR") else ("prefix", None, self.title)
        names = [("given", None, self.given), ("family", None, self.family)]
        names = [*names, titled] if titled[0] == "suffix" else [titled, *names]
        structure = self.structure
        return Party(
            role=role,
            type=type,
            entity=entity,
            time=Interval(value=times.hl7(at)) if at else None,
            signature="S" if role == "legalAuthenticator" else None,
            ids=(Id(valuesets.OIDS["professional"], f"8{self.rpps}"),),
            profession=Code(self.profession, "1.2.250.1.213.1.1.4.5", self.label),
            addresses=(_address(structure.street, structure.postcode, structure.city) if structure else _address(),),
            telecoms=(_phone(structure.phone if structure else None),),
            names=(Name(tuple(names)),),
            organisation=structure.organisation if structure else None,
        )


@dataclass(frozen=True, slots=True)
class Person:
    """The patient. ins: (matricule, OID) only when the identity is qualified; local: the depositor's own number.

    birth_date: `YYYY-MM-DD`; given_names: the whole list in order; birth_place: COG code.
    """

    birth_family: str
    given_names: tuple[str, ...]
    birth_date: str
    sex: str
    birth_place: str | None = None
    birth_place_name: str | None = None
    ins: tuple[str, str] | None = None
    local: tuple[str, str] | None = None  # (root, extension)
    used_family: str | None = None
    used_given: str | None = None
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    phone: str | None = None

    @property
    def patient(self) -> Patient:
        first = self.given_names[0] if self.given_names else ""
        names: list[tuple[str, str | None, str]] = [
            ("family", "BR", self.birth_family),
            ("given", None, " ".join(self.given_names)),
            ("given", "BR", first),
        ]
        if self.used_family:
            names.append(("family", "CL", self.used_family))
        if self.used_given:
            names.append(("given", "CL", self.used_given))
        code, label = _GENDERS[self.sex]
        place: list[tuple[str, str]] = []
        if self.birth_place:
            place.append(("county", self.birth_place))
        if self.birth_place_name:
            place.append(("city", self.birth_place_name))
        ids = [Id(self.ins[1], self.ins[0])] if self.ins else []
        if self.local:
            ids.append(Id(*self.local))
        return Patient(
            ids=tuple(ids),
            addresses=(_address(self.street, self.postcode, self.city, use="H"),),
            telecoms=(_phone(self.phone, use="H"),),
            names=(Name(tuple(names)),),
            sex=Code(code, "2.16.840.1.113883.5.1", label),
            birth_time=self.birth_date.replace("-", ""),
            birth_place=Address(tuple(place)) if place else None,
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """What every document says of itself.

    number: the version's own id; set_number: the one shared by all versions (the first version's, by default);
    replaces: the number of the version it supersedes; act_start: when the act began, and act_code what it was.
    """

    number: UUID
    person: Person
    author: Professional
    created: datetime
    act_start: datetime
    act_end: datetime | None = None
    act_code: Code | None = None
    structure: Structure | None = None  # who keeps the document; the author's structure by default
    prescriber: Professional | None = None
    family_doctor: Professional | None = None
    version: int = 1
    set_number: UUID | None = None
    replaces: UUID | None = None
    confidentiality: str = "N"
    encounter: str = "AMB"
    order: Id | None = None

    @property
    def keeper(self) -> Structure:
        keeper = self.structure or self.author.structure
        if keeper is None:
            raise ValueError("a document needs a structure that keeps it")
        return keeper


def oid(number: UUID) -> Id:
    """A UUID as an OID (ITU-T X.667): `2.25.<integer>`."""
    return Id(f"2.25.{number.int}")


def header(
    origin: Origin,
    *,
    type_code: str,
    title: str,
    template_ids: tuple[Id, ...],
    act_status: str | None = None,
    more_acts: tuple[Code, ...] = (),
) -> Header:
    """A header that meets the minimal structure. Raises ValueError without a keeper or with a naive date."""
    keeper = origin.keeper
    performer = origin.author.party("performer", type="PRF")
    if performer.organisation is None:
        performer = replace(performer, organisation=keeper.organisation)
    act = ServiceEvent(
        code=origin.act_code,
        status=act_status,
        time=Interval(low=times.hl7(origin.act_start), high=times.hl7(origin.act_end) if origin.act_end else None),
        performers=(performer,),
    )
    return Header(
        id=oid(origin.number),
        code=Code(type_code, valuesets.type_system(type_code), valuesets.type_label(type_code)),
        effective_time=times.hl7(origin.created),
        confidentiality=(Code(origin.confidentiality, "2.16.840.1.113883.5.25", _LEVELS.get(origin.confidentiality)),),
        patient=origin.person.patient,
        authors=(origin.author.party("author", at=origin.created),),
        title=title,
        language="fr-FR",
        realm="FR",
        template_ids=(HL7_FRANCE, MINIMAL_STRUCTURE, *template_ids),
        set_id=oid(origin.set_number or origin.number),
        version=str(origin.version),
        custodian=replace(keeper.organisation, setting=None),
        legal_authenticator=origin.author.party("legalAuthenticator", at=origin.created),
        orders=(origin.order,) if origin.order else (),
        events=(act, *(ServiceEvent(code=code) for code in more_acts)),
        related=(Related("RPLC", (oid(origin.replaces),)),) if origin.replaces else (),
        encounter=Encounter(
            code=Code(origin.encounter, "2.16.840.1.113883.5.4", _ENCOUNTERS.get(origin.encounter)),
            time=Interval(low=times.hl7(origin.act_start)),
            facility_type=Code(
                keeper.facility, _facility_system(keeper.facility), valuesets.FACILITY_TYPES.get(keeper.facility)
            ),
            place_name=keeper.name,
            place_address=_address(keeper.street, keeper.postcode, keeper.city),
        ),
    )


def others(origin: Origin) -> tuple[Party, ...]:
    """Prescriber (REF) and family doctor (INF, PCP), when known."""
    found = []
    if origin.prescriber:
        prescriber = origin.prescriber.party("participant", type="REF", entity="PROV")
        found.append(replace(prescriber, time=Interval(high=times.hl7(origin.act_start))))
    if origin.family_doctor:
        doctor = origin.family_doctor.party("participant", type="INF", entity="PROV")
        role = Code("PCP", "2.16.840.1.113883.5.88", "Médecin traitant")
        found.append(replace(doctor, function=role, time=Interval(null="NA")))
    return tuple(found)


def level_one(origin: Origin, *, type_code: str, title: str, content: bytes, media_type: str) -> CdaDocument:
    """A CDA that carries a whole file: PDF, JPEG, TIFF or plain text."""
    return CdaDocument(
        header=header(origin, type_code=type_code, title=title, template_ids=(Id(LEVEL_ONE),)),
        body=LevelOne(media_type, content),
        others=others(origin),
    )


def letter(
    origin: Origin, *, type_code: str, title: str, sections: tuple[Section, ...], template_ids: tuple[Id, ...] = ()
) -> CdaDocument:
    """A level-3 document of any type: consultation, discharge, imaging, prescription, vaccination…"""
    return CdaDocument(
        header=header(origin, type_code=type_code, title=title, template_ids=template_ids),
        body=Structured(sections),
        others=others(origin),
    )


def _phone(number: str | None, use: str = "WP") -> Telecom:
    return Telecom(f"tel:{number}", use) if number else Telecom(null=_NOT_ASKED)


def _address(
    street: str | None = None, postcode: str | None = None, city: str | None = None, use: str | None = None
) -> Address:
    given = (("streetAddressLine", street), ("postalCode", postcode), ("city", city))
    parts = tuple((name, text) for name, text in given if text)
    return Address(parts, use) if parts else Address(null=_NOT_ASKED)


def _setting_system(code: str) -> str:
    return "1.2.250.1.213.1.1.4.6" if code in ("EXP_PATIENT", "SNR") else "1.2.250.1.213.1.1.4.9"


def _facility_system(code: str) -> str:
    return "1.2.250.1.213.1.1.4.6" if code in ("EXP_PATIENT", "SNR") else "1.2.250.1.71.4.2.4"
