"""Prescriptions of medicines (57833-6) and vaccination notes (87273-9): lines -> narrative table and entries.

Written only: reading treatments back into a record is another day's work; their narrative is readable today.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from lxml import etree

from hygie.formats.cda import compose, entries, times
from hygie.formats.cda.header_writer import XSI, write_party
from hygie.formats.cda.narrative import Break, Cell, Narrative, Node, Row, Span, Table
from hygie.formats.cda.types import CdaDocument, Code, Id, Section

_CIS: Final = "1.2.250.1.213.2.3.1"
_CIP: Final = "1.2.250.1.213.2.3.2"
_ATC: Final = "2.16.840.1.113883.6.73"
_PRODUCT: Final = ("2.16.840.1.113883.10.20.1.53", "1.3.6.1.4.1.19376.1.5.3.1.4.7.2", "1.2.250.1.213.1.1.3.43")


@dataclass(frozen=True, slots=True)
class Medicine:
    """name as the box says it; cis, cip, atc: codes when known."""

    name: str
    cis: str | None = None
    cip: str | None = None
    atc: str | None = None
    atc_label: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One prescribed medicine. dosage: in words; start, end: HL7 dates; number: the line's own id."""

    number: UUID
    medicine: Medicine
    dosage: str
    start: str | None = None
    end: str | None = None
    renewals: int = 0
    substitution: bool = True
    long_term: bool = False  # linked to a long-term condition (ALD)
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class Dose:
    """One injection. on: HL7 date; rank: first, second… ; lot as printed."""

    number: UUID
    vaccine: Medicine
    on: str
    lot: str | None = None
    rank: int | None = None
    site: str | None = None
    comment: str | None = None


def prescription(
    origin: compose.Origin, lines: tuple[Line, ...], *, title: str = "Ordonnance de médicaments"
) -> CdaDocument:
    if not lines:
        raise ValueError("a prescription has at least one line")
    rows = []
    for at, line in enumerate(lines, 1):
        dosage: list[Node] = [Span((line.dosage,), id=f"med-{at}-dose")]
        if line.advice:
            dosage += [Break(), Span((line.advice,), ("Italics",), id=f"med-{at}-advice")]
        rows.append(
            Row(
                (
                    Cell((Span((line.medicine.name,), ("Bold",), id=f"med-{at}"),)),
                    Cell(tuple(dosage)),
                    Cell(_lasting(line, at)),
                )
            )
        )
    heads = ("Médicament", "Posologie", "Durée")
    section = Section(
        title="Prescription de médicaments",
        code=Code("57828-6", entries.LOINC, "Prescriptions", "LOINC"),
        id=compose.oid(origin.number),
        template_ids=(Id("1.3.6.1.4.1.19376.1.9.1.2.1"), Id("1.2.250.1.213.1.1.2.171")),
        text=Narrative((_table(heads, rows),)),
        entries=tuple(_line(line, at) for at, line in enumerate(lines, 1)),
    )
    templates = (
        Id("1.3.6.1.4.1.19376.1.9.1.1.1"),
        Id("1.3.6.1.4.1.19376.1.5.3.1.1.1"),
        Id("1.2.250.1.213.1.1.1.39"),
    )
    return compose.letter(origin, type_code="57833-6", title=title, sections=(section,), template_ids=templates)


def vaccination(origin: compose.Origin, doses: tuple[Dose, ...], *, title: str = "Note de vaccination") -> CdaDocument:
    if not doses:
        raise ValueError("a vaccination note has at least one dose")
    rows = [
        Row(
            (
                Cell((times.printed(dose.on),)),
                Cell((Span((dose.vaccine.name,), ("Bold",), id=f"vac-{at}"),)),
                Cell((dose.lot or "-",)),
                Cell((str(dose.rank) if dose.rank else "-",), align="center"),
                Cell((Span((dose.site or "-",), id=f"vac-{at}-site"),)),
                Cell((Span((dose.comment or "-",), id=f"vac-{at}-comment"),)),
            )
        )
        for at, dose in enumerate(doses, 1)
    ]
    section = Section(
        title="Vaccinations",
        code=Code("11369-6", entries.LOINC, "Historique des vaccinations", "LOINC"),
        id=compose.oid(origin.number),
        template_ids=(
            Id("2.16.840.1.113883.10.20.1.6"),
            Id("1.3.6.1.4.1.19376.1.5.3.1.3.23"),
            Id("1.2.250.1.213.1.1.2.147"),
        ),
        text=Narrative((_table(("Date", "Vaccin", "Lot", "Rang", "Site", "Commentaire"), rows),)),
        entries=tuple(_dose(dose, at, origin) for at, dose in enumerate(doses, 1)),
    )
    return compose.letter(
        origin,
        type_code="87273-9",
        title=title,
        sections=(section,),
        template_ids=(Id("1.3.6.1.4.1.19376.1.5.3.1.1.18.1.2"), Id("1.2.250.1.213.1.1.1.46")),
    )


def _line(line: Line, at: int) -> bytes:
    made = entries.entry()
    act = entries.add(made, "substanceAdministration", classCode="SBADM", moodCode="INT")
    entries.templates(
        act,
        "2.16.840.1.113883.10.20.1.24",
        "1.3.6.1.4.1.19376.1.5.3.1.4.7",
        "1.3.6.1.4.1.19376.1.9.1.3.2",
        "1.2.250.1.213.1.1.3.83",
        "1.3.6.1.4.1.19376.1.5.3.1.4.7.1",
    )
    entries.add(act, "id", root=compose.oid(line.number).root)
    entries.add(act, "code", code="DRUG", displayName="Médicament", codeSystem="2.16.840.1.113883.5.4")
    entries.reference(act, "text", f"med-{at}")
    entries.add(act, "statusCode", code="completed")
    if line.start or line.end:
        period = entries.add(act, "effectiveTime")
        period.set(XSI + "type", "IVL_TS")
        if line.start:
            entries.add(period, "low", value=line.start)
        if line.end:
            entries.add(period, "high", value=line.end)
    entries.add(act, "repeatNumber", value=str(line.renewals))
    _product(entries.add(act, "consumable"), line.medicine, f"med-{at}")
    if line.advice:
        advice = entries.add(
            entries.add(act, "entryRelationship", typeCode="SUBJ", inversionInd="true"),
            "act",
            classCode="ACT",
            moodCode="INT",
        )
        entries.templates(
            advice, "2.16.840.1.113883.10.20.1.49", "1.3.6.1.4.1.19376.1.5.3.1.4.3", "1.2.250.1.213.1.1.3.33"
        )
        entries.add(advice, "code", code="PINSTRUCT", codeSystem="1.3.6.1.4.1.19376.1.5.3.2")
        entries.reference(advice, "text", f"med-{at}-advice")
        entries.add(advice, "statusCode", code="completed")
    swap = entries.add(entries.add(act, "entryRelationship", typeCode="COMP"), "act", classCode="ACT", moodCode="DEF")
    entries.templates(swap, "1.3.6.1.4.1.19376.1.9.1.3.9.1", "1.2.250.1.213.1.1.3.87")
    allowed = entries.add(
        swap,
        "code",
        code="E" if line.substitution else "N",
        displayName="Substitution par un équivalent" if line.substitution else "Aucune substitution permise",
        codeSystem="2.16.840.1.113883.5.1070",
    )
    entries.reference(allowed, "originalText", f"med-{at}-sub")
    entries.add(swap, "statusCode", code="completed")
    if line.long_term:
        linked = entries.add(
            entries.add(act, "entryRelationship", typeCode="COMP"), "observation", classCode="OBS", moodCode="EVN"
        )
        entries.templates(
            linked, "1.3.6.1.4.1.19376.1.5.3.1.4.13", "1.2.250.1.213.1.1.3.48", "1.2.250.1.213.1.1.3.48.13"
        )
        entries.add(linked, "id", root=compose.oid(UUID(int=line.number.int ^ 1)).root)
        entries.add(
            linked, "code", code="MED-574", displayName="En rapport avec une ALD", codeSystem="1.2.250.1.213.1.1.4.322"
        )
        entries.add(linked, "statusCode", code="completed")
        entries.value(linked, "BL", value="true")
    return entries.finished(made)


def _dose(dose: Dose, at: int, origin: compose.Origin) -> bytes:
    made = entries.entry()
    act = entries.add(made, "substanceAdministration", classCode="SBADM", moodCode="EVN", negationInd="false")
    entries.templates(act, "2.16.840.1.113883.10.20.1.24", "1.3.6.1.4.1.19376.1.5.3.1.4.12", "1.2.250.1.213.1.1.3.45")
    entries.add(act, "id", root=compose.oid(dose.number).root)
    entries.add(act, "code", code="IMMUNIZ", displayName="Vaccination", codeSystem="2.16.840.1.113883.5.4")
    entries.reference(act, "text", f"vac-{at}")
    entries.add(act, "statusCode", code="completed")
    entries.add(act, "effectiveTime", value=dose.on)
    if dose.site:
        entries.reference(entries.add(act, "approachSiteCode"), "originalText", f"vac-{at}-site")
    _product(entries.add(act, "consumable"), dose.vaccine, f"vac-{at}", dose.lot)
    write_party(act, origin.author.party("performer", type="PRF"))
    if dose.rank:
        rank = entries.add(
            entries.add(act, "entryRelationship", typeCode="SUBJ"), "observation", classCode="OBS", moodCode="EVN"
        )
        entries.templates(rank, "2.16.840.1.113883.10.20.1.46", "1.2.250.1.213.1.1.3.82")
        entries.loinc(rank, "code", "30973-2", "Rang de la vaccination")
        entries.add(rank, "statusCode", code="completed")
        entries.value(rank, "INT", value=str(dose.rank))
    if dose.comment:
        comment = entries.add(
            entries.add(act, "entryRelationship", typeCode="SUBJ"), "act", classCode="ACT", moodCode="EVN"
        )
        entries.templates(
            comment, "2.16.840.1.113883.10.20.1.40", "1.3.6.1.4.1.19376.1.5.3.1.4.2", "1.2.250.1.213.1.1.3.32"
        )
        entries.loinc(comment, "code", "48767-8", "Commentaire")
        entries.reference(comment, "text", f"vac-{at}-comment")
        entries.add(comment, "statusCode", code="completed")
    return entries.finished(made)


def _product(parent: etree._Element, medicine: Medicine, target: str, lot: str | None = None) -> None:
    product = entries.add(parent, "manufacturedProduct", classCode="MANU")
    entries.templates(product, *_PRODUCT)
    material = entries.add(product, "manufacturedMaterial", classCode="MMAT", determinerCode="KIND")
    code = entries.add(
        material,
        "code",
        code=medicine.cis,
        codeSystem=_CIS if medicine.cis else None,
        codeSystemName="CIS" if medicine.cis else None,
        displayName=medicine.name if medicine.cis else None,
        nullFlavor=None if medicine.cis else "UNK",
    )
    entries.reference(code, "originalText", target)
    if medicine.atc:
        entries.add(
            code,
            "translation",
            code=medicine.atc,
            displayName=medicine.atc_label,
            codeSystem=_ATC,
            codeSystemName="ATC",
        )
    if medicine.cip:
        entries.add(code, "translation", code=medicine.cip, codeSystem=_CIP, codeSystemName="CIP")
    entries.add(material, "name").text = medicine.name
    if lot:
        entries.add(material, "lotNumberText").text = lot


def _table(heads: tuple[str, ...], rows: list[Row]) -> Table:
    return Table(head=(Row(tuple(Cell((words,), header=True) for words in heads)),), bodies=(tuple(rows),))


def _lasting(line: Line, at: int) -> tuple[Node, ...]:
    """How long and how often again, and the one word about substitution that prescriptions print: its refusal."""
    words: list[Node] = [_period(line.start, line.end)]
    if line.renewals:
        words += [Break(), f"à renouveler {line.renewals} fois"]
    if not line.substitution:
        words += [Break(), "non substituable"]
    return (Span(tuple(words), id=f"med-{at}-sub"),)


def _period(start: str | None, end: str | None) -> str:
    if start and end:
        return f"du {times.printed(start)} au {times.printed(end)}"
    return f"à partir du {times.printed(start)}" if start else f"jusqu'au {times.printed(end)}" if end else "-"
