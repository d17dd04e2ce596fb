"""A health summary -> CDA R2 level 3 (IPS-FR, type 60591-5): sections with their tables, entries where CDA has a place.

The law, proved by tests: `carried(read(write(x))) == carried(x)` for each entry, in order (see `cda.carried`, which says
what CDA cannot hold). Each entry points at the words of its row; alerts, wishes and plans are words only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID, uuid5

from hygie.formats import synopsis
from hygie.formats.cda import compose, entries, statements, times
from hygie.formats.cda.narrative import Cell, Narrative, Paragraph, Row, Span, Table
from hygie.formats.cda.statements import Line
from hygie.formats.cda.types import CdaDocument, Code, Header, Id, Interval, Name, Organisation, Party, Section
from hygie.formats.fhir.types import Subject
from hygie.formats.synopsis import Chapter, Piece, Synopsis

TYPE: Final = "60591-5"
TITLE: Final = "Résumé de santé"
TEMPLATES: Final = (Id("2.16.840.1.113883.10.22.1.1"), Id("1.2.250.1.213.1.1.1.51"))
_SPACE: Final = UUID("8a4f8c52-0b7e-5d7c-9a3e-5d1a1b0f7c66")  # namespace of our documents' ids
_NOTHING: Final = "Rien n’est noté dans cette rubrique ; cela ne veut pas dire qu’il n’y a rien."
_SECTIONS: Final = {
    "11450-4": ("2.16.840.1.113883.10.20.1.11", "1.3.6.1.4.1.19376.1.5.3.1.3.6", "1.2.250.1.213.1.1.2.132"),
    "11348-0": ("1.3.6.1.4.1.19376.1.5.3.1.3.8", "1.2.250.1.213.1.1.2.134"),
    "47519-4": ("2.16.840.1.113883.10.20.1.12", "1.3.6.1.4.1.19376.1.5.3.1.3.11", "1.2.250.1.213.1.1.2.136"),
    "48765-2": ("2.16.840.1.113883.10.20.1.2", "1.3.6.1.4.1.19376.1.5.3.1.3.13", "1.2.250.1.213.1.1.2.137"),
    "10160-0": ("2.16.840.1.113883.10.20.1.8", "1.3.6.1.4.1.19376.1.5.3.1.3.19", "1.2.250.1.213.1.1.2.143"),
    "46264-8": ("1.3.6.1.4.1.19376.1.5.3.1.1.5.3.5", "1.2.250.1.213.1.1.2.1"),
    "44944-7": ("1.2.250.1.213.1.1.2.245",),
    "8716-3": ("2.16.840.1.113883.10.20.1.16", "1.3.6.1.4.1.19376.1.5.3.1.3.25", "1.2.250.1.213.1.1.2.75"),
    "29762-2": ("2.16.840.1.113883.10.20.1.15", "1.3.6.1.4.1.19376.1.5.3.1.3.16", "1.2.250.1.213.1.1.2.141"),
    "10157-6": ("2.16.840.1.113883.10.20.1.4", "1.3.6.1.4.1.19376.1.5.3.1.3.14", "1.2.250.1.213.1.1.2.139"),
    "11369-6": ("2.16.840.1.113883.10.20.1.6", "1.3.6.1.4.1.19376.1.5.3.1.3.23", "1.2.250.1.213.1.1.2.147"),
    "18776-5": ("2.16.840.1.113883.10.20.1.10", "1.3.6.1.4.1.19376.1.5.3.1.3.36", "1.2.250.1.213.1.1.2.158"),
    "42348-3": ("2.16.840.1.113883.10.20.1.1", "1.3.6.1.4.1.19376.1.5.3.1.3.34", "1.2.250.1.213.1.1.2.157"),
    "30954-2": ("1.2.250.1.213.1.1.2.244",),
}  # fmt: skip
_HEADS: Final = {synopsis.TREATMENTS.key: ("Médicament", "Posologie", "Date", "D’après")}


def document(
    summary: Synopsis, *, author: compose.Professional, keeper: compose.Structure | None = None
) -> CdaDocument:
    """The summary that this professional issues. Raises ValueError as `compose.header` does."""
    origin = compose.Origin(
        number=_number(summary), person=_person(summary), author=author, created=summary.written,
        act_start=summary.written, structure=keeper or author.structure,
    )  # fmt: skip
    made = compose.letter(origin, type_code=TYPE, title=TITLE, sections=_sections(summary), template_ids=TEMPLATES)
    return replace(made, header=_numbered(made.header))


def by_the_person(summary: Synopsis, *, keeper: compose.Structure) -> CdaDocument:
    """The summary that the person takes with her: she is its author (CI-SIS: a document of the patient)."""
    stand_in = compose.Professional("", "", "0", structure=keeper)
    made = document(summary, author=stand_in, keeper=keeper)
    patient = made.header.patient
    her = Party(
        role="author", time=Interval(value=times.hl7(summary.written)), ids=patient.ids,
        addresses=patient.addresses, telecoms=patient.telecoms, names=(_used(summary.subject),),
    )  # fmt: skip
    performer = replace(her, role="performer", type="PRF", time=None, organisation=keeper.organisation)
    header = replace(
        made.header, authors=(her,), legal_authenticator=replace(her, role="legalAuthenticator", signature="S"),
        events=(replace(made.header.events[0], performers=(performer,)),),
    )  # fmt: skip
    return replace(made, header=_numbered(header))


def _numbered(header: Header) -> Header:
    """A structure without FINESS has a number of ours, drawn from its name: CDA lets none go without."""

    def known(place: Organisation | None) -> Organisation | None:
        return replace(place, ids=(compose.oid(uuid5(_SPACE, place.name)),)) if place and not place.ids else place

    def of(party: Party) -> Party:
        return replace(party, organisation=known(party.organisation))

    signed = header.legal_authenticator
    return replace(
        header, authors=tuple(map(of, header.authors)), legal_authenticator=of(signed) if signed else None,
        custodian=known(header.custodian),
        events=tuple(replace(event, performers=tuple(map(of, event.performers))) for event in header.events),
    )  # fmt: skip


def _number(summary: Synopsis) -> UUID:
    return uuid5(_SPACE, f"{summary.number}/{summary.written.isoformat()}")


def _person(summary: Synopsis) -> compose.Person:
    subject = summary.subject
    return compose.Person(
        birth_family=subject.birth_family or "", given_names=subject.given_names, birth_date=subject.birth_date or "",
        sex=subject.sex or "unknown", birth_place=subject.birth_place,
        ins=(subject.matricule, subject.oid) if subject.matricule else None,
        local=None if subject.matricule else (compose.oid(summary.number).root, "1"), used_family=subject.used_family,
        used_given=subject.used_given,
    )  # fmt: skip


def _used(subject: Subject) -> Name:
    given = subject.used_given or (subject.given_names[0] if subject.given_names else "")
    parts = (("given", None, given), ("family", None, subject.used_family or subject.birth_family or ""))
    return Name(tuple(part for part in parts if part[2]))


def _sections(summary: Synopsis) -> tuple[Section, ...]:
    return tuple(
        _section(summary, chapter, held, f"s{at}")
        for at, (chapter, held) in enumerate(synopsis.chaptered(summary.pieces), 1)
    )


def _section(summary: Synopsis, chapter: Chapter, held: list[Piece], prefix: str) -> Section:
    lines = [
        Line(piece, told, f"{prefix}-{at}", compose.oid(uuid5(_SPACE, f"{summary.number}/{piece.id}")))
        for at, (piece, told, _) in enumerate(synopsis.lines(held), 1)
    ]
    sources = [source for _, _, source in synopsis.lines(held)]
    return Section(
        title=chapter.title,
        code=Code(chapter.code, entries.LOINC, chapter.title, "LOINC"),
        id=compose.oid(uuid5(_SPACE, f"{_number(summary)}/{chapter.key}")),
        template_ids=tuple(map(Id, _SECTIONS[chapter.code])),
        text=_words(chapter, lines, sources),
        entries=tuple(made for line in lines if (made := statements.write(line)) is not None),
    )


def _words(chapter: Chapter, lines: list[Line], sources: list[str]) -> Narrative:
    if not lines:
        return Narrative((Paragraph((_NOTHING,)),))
    heads = _HEADS.get(chapter.key, ("Quoi", "Détail", "Date", "D’après"))
    rows = []
    for line, source in zip(lines, sources, strict=True):
        said = line.told
        detail = (Span((said.how,), id=f"{line.target}-d"),) if said.how else ("-",)
        cells = ((Span((said.what,), ("Bold",), id=line.target),), detail, (said.when or "-",), (source or "-",))
        rows.append(Row(tuple(Cell(cell) for cell in cells)))
    head = Row(tuple(Cell((word,), header=True) for word in heads))
    return Narrative((Table(head=(head,), bodies=(tuple(rows),)),))
