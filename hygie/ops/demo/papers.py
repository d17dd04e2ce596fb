"""One document of the demonstration: what it says, and its making into bytes and a DocumentReference.

    paper(...) -> Paper -> make(paper, person, calendar) -> Made(entry, content)

Documents are written with the writers of `hygie.formats`: CDA for results, prescriptions, vaccines and letters, PDF
alone or inside a CDA for what comes from a printer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from hygie.formats import pdf, sniff, valuesets
from hygie.formats.cda import compose, summary, writer
from hygie.formats.cda.lab_report import Chapter, lab_report
from hygie.formats.cda.metadata import describe
from hygie.formats.cda.narrative import Item, List, Narrative, Node, Paragraph
from hygie.formats.cda.treatments import Dose, Line, prescription, vaccination
from hygie.formats.cda.types import CdaDocument, Section
from hygie.formats.cda.types import Code as CdaCode
from hygie.formats.fhir import systems
from hygie.formats.fhir.types import Author, Code, Entry, Subject
from hygie.formats.synopsis import Piece, Synopsis
from hygie.ops.demo.places import CARERS, PLACES, Carer

SPACE = UUID("6f0f2a5c-9a0e-5a53-8d0b-2f1c0a7be001")  # numbers of our documents are drawn from names in this space
_FACILITIES = "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite"
_SETTINGS = "https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice"
_FORMATS = "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode"
_TYPES = "https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire"
_BY_MEDIA_TYPE = "urn:ihe:iti:xds:2017:mimeTypeSufficient"

# Section titles of letters, with their LOINC codes.
_SECTIONS = {
    "Motif": "29299-5", "Antécédents": "11348-0", "Histoire": "10164-2", "Examen clinique": "29545-1",
    "Examens complémentaires": "30954-2", "Conclusion": "55110-1", "Conduite à tenir": "18776-5", "Traitement": "10160-0",
    "Évolution": "8648-8", "Technique": "55111-9", "Résultats": "59776-5", "Indication": "55109-3",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in sections: title -> paragraphs; a paragraph that begins with "- " is an item of a list."""

    sections: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A printed page: a PDF, inside a CDA when `wrapped`."""

    blocks: tuple[str | tuple[tuple[str, ...], ...], ...]
    wrapped: bool = True


@dataclass(frozen=True, slots=True)
class Results:
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class Ordered:
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Injected:
    doses: tuple[Dose, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What a doctor knows of someone, as a health summary: problems, allergies, or that none is known (FHIR)."""

    resources: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """name: its own within its person, for ever: the document's number comes from it. by: who wrote it (CARERS).

    at: when the act took place; written some time after. replaces: the name of the paper it supersedes.
    together: papers with the same word are sent in one bundle (ITI-65).
    """

    name: str
    by: str
    at: datetime
    type_code: str
    title: str
    body: Letter | Page | Results | Ordered | Injected | Known
    prescriber: str | None = None
    place: str | None = None
    visibility: frozenset[str] = frozenset({"N"})
    replaces: str | None = None
    version: int = 1
    encounter: str = "AMB"
    act_end: datetime | None = None
    together: str | None = None
    delay: timedelta = field(default=timedelta(hours=3))  # from the act to the document

    @property
    def carer(self) -> Carer:
        return CARERS[self.by]

    @property
    def sender(self) -> str:
        """The structure whose software sends it."""
        return self.place or self.carer.place


@dataclass(frozen=True, slots=True)
class Made:
    """Ready to be sent."""

    paper: Paper
    entry: Entry
    content: bytes = field(repr=False)


def number(owner: str, name: str) -> UUID:
    """The number of this person's document: always the same."""
    return uuid5(SPACE, f"{owner}/{name}")


def make(paper: Paper, *, owner: str, person: compose.Person, doctor: str | None) -> Made:
    """`owner`: the person's short name, of which the document's number is made; `doctor`: her own doctor (CARERS)."""
    place = PLACES[paper.sender]
    carer, numbered = paper.carer, number(owner, paper.name)
    origin = compose.Origin(
        number=numbered,
        person=person,
        author=carer.professional,
        created=paper.at + paper.delay,
        act_start=paper.at,
        act_end=paper.act_end,
        structure=place.structure,
        prescriber=CARERS[paper.prescriber].professional if paper.prescriber else None,
        family_doctor=CARERS[doctor].professional if doctor else None,
        version=paper.version,
        set_number=number(owner, paper.replaces) if paper.replaces else None,
        replaces=number(owner, paper.replaces) if paper.replaces else None,
        encounter=paper.encounter,
    )
    document = _document(paper, origin, person)
    if isinstance(document, bytes):
        content, media_type, unique_id = document, sniff.PDF, f"urn:uuid:{numbered}"
        format_code: str | None = valuesets.format_of((), sniff.PDF)
    else:
        content, media_type = writer.write(document), sniff.CDA
        described = describe(document.header, document.body)
        unique_id, format_code = described.unique_id, described.format_code
    return Made(paper, _entry(paper, origin, person, content, media_type, unique_id, format_code), content)


def _document(paper: Paper, origin: compose.Origin, person: compose.Person) -> CdaDocument | bytes:
    body = paper.body
    if isinstance(body, Results):
        return lab_report(origin, body.chapters, title=paper.title)
    if isinstance(body, Ordered):
        return prescription(origin, body.lines, title=paper.title)
    if isinstance(body, Injected):
        return vaccination(origin, body.doses, title=paper.title)
    if isinstance(body, Known):
        pieces = tuple(Piece(uuid5(origin.number, str(n)), one) for n, one in enumerate(body.resources))
        told = Synopsis(origin.number, _subject(person), origin.created, pieces)
        return summary.document(told, author=origin.author, keeper=origin.structure)
    if isinstance(body, Letter):
        sections = tuple(_section(title, paragraphs) for title, paragraphs in body.sections)
        return compose.letter(origin, type_code=paper.type_code, title=paper.title, sections=sections)
    printed = _printed(paper, body, origin, person)
    if not body.wrapped:
        return printed
    return compose.level_one(
        origin, type_code=paper.type_code, title=paper.title, content=printed, media_type=sniff.PDF
    )


def _subject(person: compose.Person) -> Subject:
    matricule, oid = person.ins or ("", "")
    return Subject(
        matricule=matricule, oid=oid, birth_family=person.birth_family, given_names=person.given_names,
        birth_date=person.birth_date, sex=person.sex, birth_place=person.birth_place,
        used_family=person.used_family, used_given=person.used_given,
    )  # fmt: skip


def _section(title: str, paragraphs: tuple[str, ...]) -> Section:
    nodes: list[Node] = []
    items: list[Item] = []
    for text in (*paragraphs, ""):
        if text.startswith("- "):
            items.append(Item((text[2:],)))
            continue
        if items:
            nodes.append(List(tuple(items)))
            items = []
        if text:
            nodes.append(Paragraph((text,)))
    code = _SECTIONS.get(title)
    return Section(
        title=title,
        code=CdaCode(code, valuesets.LOINC, title, "LOINC") if code else None,
        text=Narrative(tuple(nodes)),
    )


def _printed(paper: Paper, body: Page, origin: compose.Origin, person: compose.Person) -> bytes:
    place, carer = PLACES[paper.sender], paper.carer
    written = origin.created.strftime("%d/%m/%Y")
    name = (
        f"{(person.used_given or person.given_names[0]).title()} {(person.used_family or person.birth_family).upper()}"
    )
    born = datetime.fromisoformat(person.birth_date).strftime("%d/%m/%Y")
    civil = f"{name}, né{'e' if person.sex == 'female' else ''} le {born}"
    sender = (place.name, place.street, f"{place.postcode} {place.city}", f"Tél. {_spaced(place.phone)}")
    signed = f"{carer.name}\n{carer.label.removeprefix('Médecin - ')} - RPPS {carer.rpps}"
    blocks: list[str | pdf.Rows] = [f"{civil}\n{place.city}, le {written}", *body.blocks, signed]
    return pdf.text_pdf(paper.title, blocks, sender=sender, footer="Personne et document inventés - démonstration")


def _spaced(phone: str) -> str:
    return " ".join(phone[n : n + 2] for n in range(0, len(phone), 2))


def _entry(
    paper: Paper, origin: compose.Origin, person: compose.Person, content: bytes, media_type: str, unique_id: str,
    format_code: str | None,
) -> Entry:  # fmt: skip
    place, carer = PLACES[paper.sender], paper.carer
    class_code = valuesets.class_of(paper.type_code) or "90"
    replaced = None
    if origin.replaces is not None:
        replaced = (
            f"urn:uuid:{origin.replaces}" if unique_id.startswith("urn:uuid:") else compose.oid(origin.replaces).urn
        )
    return Entry(
        unique_id=unique_id,
        type=Code(
            paper.type_code,
            systems.LOINC if paper.type_code[:1].isdigit() else _TYPES,
            valuesets.type_label(paper.type_code),
        ),
        category=Code(class_code, systems.CLASS, valuesets.class_label(class_code)),
        subject=_subject(person),
        created=origin.created.astimezone(UTC),
        media_type=media_type,
        title=paper.title,
        authors=(Author(carer.name, carer.rpps, carer.profession, carer.specialty, place.name),),
        custodian=place.name,
        visibility=paper.visibility,
        replaces=replaced,
        size=len(content),
        sha1=hashlib.sha1(content, usedforsecurity=False).digest(),
        format_code=Code(format_code or _BY_MEDIA_TYPE, _FORMATS),
        facility_type=Code(place.sector, _FACILITIES, valuesets.FACILITY_TYPES.get(place.sector)),
        practice_setting=Code(place.setting, _SETTINGS, valuesets.PRACTICE_SETTINGS.get(place.setting)),
        service_start=paper.at.astimezone(UTC),
        service_stop=paper.act_end.astimezone(UTC) if paper.act_end else None,
    )  # fmt: skip
