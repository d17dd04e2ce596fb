"""CDA header -> document metadata for sharing (ANS, « lien entre l'en-tête CDA et les métadonnées XDS »)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hygie.formats import sniff, valuesets
from hygie.formats.cda import times
from hygie.formats.cda.types import Header, Id, LevelOne, Party, Structured

LEVEL_ONE = "1.3.6.1.4.1.19376.1.2.20"  # template of a CDA that carries a file


@dataclass(frozen=True, slots=True)
class Author:
    """rpps: the identifier as found, without its one-digit prefix when that prefix is 8 (RPPS)."""

    name: str
    rpps: str | None = None
    identifier: str | None = None
    profession: str | None = None  # TRE_G15: "10"
    specialty: str | None = None  # TRE_R38…: "SM26"
    label: str | None = None
    organisation: str | None = None
    organisation_id: str | None = None  # FINESS without its prefix, or as found


@dataclass(frozen=True, slots=True)
class Described:
    """Ready to become the metadata of a deposit. class_code falls back on "90" with a warning."""

    title: str
    class_code: str
    type_code: str
    type_system: str | None
    type_label: str
    format_code: str | None
    unique_id: str
    created: datetime
    media_type: str
    service_start: datetime | None
    service_stop: datetime | None
    authors: tuple[Author, ...]
    practice_setting: str | None
    facility_type: str | None
    confidentiality: frozenset[str]
    language: str
    set_id: str | None
    version: int | None
    replaces: str | None
    related: tuple[tuple[str, str], ...]  # (APND, XFRM…, unique id)
    warnings: tuple[str, ...]


def describe(header: Header, body: LevelOne | Structured | None = None) -> Described:
    """Never fails on an unknown code: it warns. `body` refines the format of a level-1 document."""
    warnings: list[str] = []
    type_code = header.code.code or ""
    class_code = valuesets.class_of(type_code)
    if class_code is None:
        warnings.append("Le type de ce document n'est pas connu de Hygie.")
    known, unknown = valuesets.confidentiality(code.code or "" for code in header.confidentiality)
    if unknown:
        # less is shown rather than more: an unknown mark is read as the strictest level
        known |= {"V"}
        warnings.append("Le niveau de confidentialité de ce document n'est pas connu de Hygie.")
    event = next((e for e in header.events if e.time and (e.time.low or e.time.value)), None)
    if event is None:
        warnings.append("La date de l'acte n'est pas indiquée.")
    period = event.time if event else None
    setting = next(
        (
            performer.organisation.setting.code
            for found in header.events
            for performer in found.performers
            if performer.organisation and performer.organisation.setting
        ),
        None,
    )
    facility = header.encounter.facility_type.code if header.encounter and header.encounter.facility_type else None
    version = (
        int(header.version) if header.version and header.version.isdecimal() and len(header.version) < 10 else None
    )
    return Described(
        title=header.title or valuesets.type_label(type_code, header.code.label),
        class_code=class_code or "90",
        type_code=type_code,
        type_system=header.code.system,
        type_label=valuesets.type_label(type_code, header.code.label),
        format_code=valuesets.format_of((t.root for t in header.template_ids), _carried(header, body)),
        unique_id=header.id.urn,
        created=times.moment(header.effective_time),  # type: ignore[arg-type]  # the reader refuses any other
        media_type=sniff.CDA_SELF_PRESENTABLE if header.self_presentable else sniff.CDA,
        service_start=times.moment(period.low or period.value) if period else None,
        service_stop=times.moment(period.high) if period else None,
        authors=tuple(_author(party) for party in header.authors),
        practice_setting=setting,
        facility_type=facility,
        confidentiality=known,
        language=header.language or "fr-FR",
        set_id=header.set_id.urn if header.set_id else None,
        version=version,
        replaces=next((id.urn for r in header.related if r.type == "RPLC" for id in r.ids), None),
        related=tuple((r.type, id.urn) for r in header.related if r.type != "RPLC" for id in r.ids),
        warnings=tuple(warnings),
    )


def _carried(header: Header, body: LevelOne | Structured | None) -> str | None:
    if isinstance(body, LevelOne):
        return body.media_type
    is_level_one = body is None and any(template.root == LEVEL_ONE for template in header.template_ids)
    return sniff.PDF if is_level_one else None  # what nearly all of them carry, until the body is read


def _author(party: Party) -> Author:
    found = next((id for id in party.ids if id.root == valuesets.OIDS["professional"] and id.extension), None)
    number = found.extension if found else None
    profession, specialty = _profession(party)
    organisation = party.organisation
    return Author(
        name=party.name,
        rpps=number[1:] if number and len(number) == 12 and number[0] == "8" else None,
        identifier=number or next((id.extension for id in party.ids if id.extension), None),
        profession=profession,
        specialty=specialty,
        label=party.profession.label if party.profession else None,
        organisation=(organisation.name or None) if organisation else None,
        organisation_id=_structure(organisation.ids) if organisation else None,
    )


def _profession(party: Party) -> tuple[str | None, str | None]:
    """`G15_10/SM26` -> ("10", "SM26")."""
    written = (party.profession.code if party.profession else None) or ""
    head, _, tail = written.partition("/")
    return (head.removeprefix("G15_") or None, tail or None)


def _structure(ids: tuple[Id, ...]) -> str | None:
    for id in ids:
        if id.root == valuesets.OIDS["structure"] and id.extension:
            return id.extension[1:] if id.extension[0] == "1" and len(id.extension) == 10 else id.extension
    return None
