"""Structured entries of our own, about Amina: the shapes that laboratories, cabinets and hospitals write, and their traps."""

from __future__ import annotations

from collections.abc import Iterable

from hygie.formats.cda import compose, writer
from hygie.formats.cda.narrative import Cell, Narrative, Node, Row, Span, Table
from hygie.formats.cda.types import Code, Section
from hygie.formats.tests import samples

LOINC = "2.16.840.1.113883.6.1"
_HEAD = '<entry xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'


def document(section: str, *entries: str, words: dict[str, str] | None = None, title: str = "Rubrique") -> bytes:
    """A CDA with one section of that LOINC code. words: narrative by its ID."""
    cells = tuple(Cell((Span((text,), id=name),)) for name, text in (words or {}).items())
    children: tuple[Node, ...] = (Table(bodies=((Row(cells),),)),) if cells else ()
    body = Section(
        title=title,
        code=Code(section, LOINC, title, "LOINC"),
        text=Narrative(children),
        entries=tuple(f"{_HEAD}{entry}</entry>".encode() for entry in entries),
    )
    made = compose.letter(
        samples.origin(author=samples.DR_DIALLO), type_code="11488-4", title="Lettre", sections=(body,)
    )
    return writer.write(made)


def templated(*roots: str) -> str:
    return "".join(f'<templateId root="{root}"/>' for root in roots)


def result(
    value: str, *, code: str = "3016-3", name: str = "TSH", at: str = "20260730061500+0200", more: str = ""
) -> str:
    """One laboratory observation inside its act."""
    return (
        '<act classCode="ACT" moodCode="EVN"><code code="18719-5" codeSystem="2.16.840.1.113883.6.1"'
        ' displayName="Biochimie"/><statusCode code="completed"/><entryRelationship typeCode="COMP">'
        '<observation classCode="OBS" moodCode="EVN">'
        + templated("1.3.6.1.4.1.19376.1.3.1.6")
        + f'<code code="{code}" codeSystem="{LOINC}" displayName="{name}"/><statusCode code="completed"/>'
        f'<effectiveTime value="{at}"/>{value}{more}</observation></entryRelationship></act>'
    )


def problem(value: str, *, negated: bool = False, more: str = "", status: str = "active") -> str:
    return (
        '<act classCode="ACT" moodCode="EVN">'
        + templated("1.3.6.1.4.1.19376.1.5.3.1.4.5.1", "1.2.250.1.213.1.1.3.39")
        + f'<code nullFlavor="NA"/><statusCode code="{status}"/><entryRelationship typeCode="SUBJ">'
        f'<observation classCode="OBS" moodCode="EVN" negationInd="{str(negated).lower()}">'
        + templated("1.3.6.1.4.1.19376.1.5.3.1.4.5")
        + '<code code="282291009" codeSystem="2.16.840.1.113883.6.96" displayName="interprétation diagnostique"/>'
        f'<text><reference value="#p"/></text><statusCode code="completed"/>'
        f'<effectiveTime><low value="2019"/></effectiveTime>{value}{more}</observation></entryRelationship></act>'
    )


def allergy(value: str, agent: str = "", *, more: str = "", negated: bool = False) -> str:
    participant = (
        f'<participant typeCode="CSM"><participantRole><playingEntity>{agent}</playingEntity></participantRole>'
        "</participant>"
        if agent
        else ""
    )
    return (
        '<act classCode="ACT" moodCode="EVN">'
        + templated("1.3.6.1.4.1.19376.1.5.3.1.4.5.1", "1.2.250.1.213.1.1.3.40")
        + '<code nullFlavor="NA"/><statusCode code="active"/><entryRelationship typeCode="SUBJ">'
        f'<observation classCode="OBS" moodCode="EVN" negationInd="{str(negated).lower()}">'
        + templated("1.3.6.1.4.1.19376.1.5.3.1.4.5", "1.3.6.1.4.1.19376.1.5.3.1.4.6")
        + '<code code="416098002" codeSystem="2.16.840.1.113883.6.96" displayName="allergie médicamenteuse"/>'
        f'<text><reference value="#a"/></text><statusCode code="completed"/>{value}{participant}{more}'
        "</observation></entryRelationship></act>"
    )


def nested(kind: str, code: str, value: str) -> str:
    return (
        f'<entryRelationship typeCode="{kind}"><observation classCode="OBS" moodCode="EVN">'
        f'<code code="{code}" codeSystem="{LOINC}"/><statusCode code="completed"/>{value}</observation>'
        "</entryRelationship>"
    )


def absent(code: str) -> str:
    return f'<value xsi:type="CD" code="{code}" codeSystem="2.16.840.1.113883.5.1150.1" displayName="Rien de connu"/>'


def medicine(*, mood: str = "EVN", dose: str = "", times: str = "", more: str = "", negated: bool = False) -> str:
    return (
        f'<substanceAdministration classCode="SBADM" moodCode="{mood}" negationInd="{str(negated).lower()}">'
        + templated("1.3.6.1.4.1.19376.1.5.3.1.4.7")
        + '<code code="DRUG" codeSystem="2.16.840.1.113883.5.4"/><statusCode code="completed"/>'
        f"{times}{dose}<consumable><manufacturedProduct><manufacturedMaterial>"
        '<code code="63564053" codeSystem="1.2.250.1.213.2.3.1" displayName="PLAVIX 75 mg, comprimé">'
        '<translation code="B01AC04" codeSystem="2.16.840.1.113883.6.73" displayName="clopidogrel"/></code>'
        f"<name>PLAVIX 75 mg</name></manufacturedMaterial></manufacturedProduct></consumable>{more}"
        "</substanceAdministration>"
    )


def every() -> Iterable[bytes]:
    """One document of each shape, for tests that change them at random."""
    yield document("18719-5", result('<value xsi:type="PQ" value="1.950" unit="m[IU]/L"/>'))
    yield document("11450-4", problem(absent("no-known-problems")))
    yield document("48765-2", allergy("", '<code code="X" displayName="Pénicilline"/>'), words={"a": "Pénicilline"})
    yield document("10160-0", medicine(dose='<doseQuantity value="1" unit="{tablet}"/>'))
    yield from (writer.write(one) for one in samples.every())
