"""What an HL7 v2 message says: its results in OBX, the documents inside it, and the consents of ZFA."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from hygie.base.errors import HygieError
from hygie.formats import extraction, sniff
from hygie.formats.entries import Entry, Found, Unread
from hygie.formats.fhir import systems
from hygie.formats.hl7v2 import carried, message
from hygie.formats.hl7v2.message import Consents, Message, Order, Result
from hygie.formats.result_row import Coding, Row, entry, is_loinc, stated

READER: Final = "hl7v2"
VERSION: Final = "2"

# OBX-11 (table 0085) -> FHIR; those that give no result say why.
STATUSES: Final = {
    "": "final", "F": "final", "U": "final", "C": "corrected", "P": "preliminary", "S": "preliminary",
    "R": "preliminary", "B": "preliminary", "V": "final", "A": "amended",
}  # fmt: skip
NO_RESULT: Final = {
    "D": "Ce résultat est retiré par celui qui l'a envoyé.",
    "W": "Ce résultat était celui d'une autre personne : il est retiré.",
    "X": "Ce résultat n'a pas pu être obtenu.",
    "I": "Cet examen est en cours.",
    "O": "Cet examen est demandé, sans résultat.",
    "N": "Cet examen n'a pas été demandé.",
}
_SYSTEMS: Final = {"LN": systems.LOINC, "SCT": "http://snomed.info/sct", "UCUM": "http://unitsofmeasure.org"}
_CONSENT_SCOPE: Final = "http://terminology.hl7.org/CodeSystem/consentscope"
_OPPOSED: Final = {
    "IO": ("deny", "La personne s'oppose à l'alimentation de son dossier partagé."),
    "INO": ("permit", "La personne ne s'oppose pas à l'alimentation de son dossier partagé."),
}
_CONSULTED: Final = {
    "IC": ("permit", "La personne accepte que son dossier partagé soit consulté."),
    "INC": ("deny", "La personne refuse que son dossier partagé soit consulté."),
}


def extract(data: bytes) -> Found:
    """Every result with its place (`OBX[3]`), every entry of a document inside (`OBX[1] > …`). Errors of `message.read`."""
    return of(message.read(data))


def of(read: Message) -> Found:
    """The same, from a message already read."""
    entries: list[Entry] = []
    unread: list[Unread] = []
    text: list[str] = []
    for order in read.orders:
        text += [order.label, *order.notes]
        for result in order.results:
            if carried.is_envelope(result):
                continue
            if result.type == "ED":
                _inside(result, entries, unread, text)
                continue
            words = " ".join(filter(None, (result.label or result.code, result.value, result.unit, result.interval)))
            text += [words, *result.notes]
            if (reason := _absence(result)) is not None:
                unread.append(Unread(result.place, reason))
                continue
            made = entry(
                row(read, order, result), place=result.place, readable=read.er7.certain, words=words,
                section=order.label,
            )  # fmt: skip
            entries.append(made)
    entries += _consents(read)
    unread += [Unread(name, "Hygie ne connaît pas ce type de segment.") for name in read.unknown]
    text += read.notes
    return Found(READER, VERSION, tuple(entries), tuple(unread), "\n".join(filter(None, text)))


def _absence(result: Result) -> str | None:
    if result.status in NO_RESULT:
        return NO_RESULT[result.status]
    if result.status not in STATUSES:
        return "L'état de ce résultat n'est pas connu de Hygie."
    if not result.value and not result.notes:
        return "Cette ligne ne porte pas de valeur."
    return None


def row(read: Message, order: Order, result: Result) -> Row:
    """One OBX as a row of results."""
    codings = tuple(
        Coding(code, label, _system(code, system))
        for code, label, system in ((result.code, result.label, result.system), result.other)
        if code
    )
    observer = result.observer.name or order.interpreter.name
    value, coded = _value(result)
    return Row(
        label=result.label or result.other[1] or result.code,
        codings=codings,
        value=value,
        unit=result.unit,
        unit_code=result.unit_code if result.unit_system == "UCUM" else None,
        numeric=result.type in ("NM", "SN"),
        coded=coded,
        interval=result.interval,
        flag=next(iter(result.flags), ""),
        status=STATUSES[result.status],
        when=message.iso(result.when) or message.iso(order.when),
        issued=message.iso(order.reported),
        performer=result.producer or observer or read.header.facility,
        performer_rpps=None if result.producer else result.observer.rpps,
        method=result.method,
        comments=result.notes,
    )


def _system(code: str, system: str) -> str | None:
    return _SYSTEMS.get(system) or (systems.LOINC if not system and is_loinc(code) else None)


def _value(result: Result) -> tuple[str, Coding | None]:
    obx = result.segment
    written = obx.repetitions(5)
    if result.type in ("CWE", "CE", "CNE", "CF") and written:
        code, label, system = obx.get(5), obx.get(5, 2), obx.get(5, 3)
        if len(written) > 1:  # several codes: their words, which are what people read
            said = (obx.get(5, 2, at) or obx.get(5, 1, at) or obx.get(5, 9, at) for at in range(len(written)))
            return "\n".join(filter(None, said)), None
        if code and label:
            return "", Coding(code, label, _system(code, system))
        return label or code or obx.get(5, 9), None
    if result.type == "SN" and len(written) == 1:
        comparator, one, between, two = (obx.get(5, part) for part in (1, 2, 3, 4))
        comparator = comparator.removeprefix("=")  # what no comparator says already
        if two:
            return f"{comparator}{one}{'/' if between == ':' else between or '-'}{two}", None
        return f"{comparator}{one}{between}", None
    if result.type in ("DT", "TS", "DTM") and len(written) == 1:
        return message.iso(obx.get(5)) or result.value, None
    return result.value, None


def _inside(result: Result, entries: list[Entry], unread: list[Unread], text: list[str]) -> None:
    """The document of an ED, read by the reader of its own format."""
    try:
        found = carried.opened(result)
        if not found.media_type or found.media_type == sniff.HL7_V2:
            unread.append(Unread(result.place, "Le fichier joint n'est pas d'un type que Hygie lit."))
            return
        if result.status in ("D", "W"):
            unread.append(Unread(result.place, "Ce document est retiré par celui qui l'a envoyé."))
            return
        said = extraction.extract(found.data, media_type=found.media_type)
    except HygieError as fault:
        unread.append(Unread(result.place, fault.public))
        return
    entries += [replace(one, place=f"{result.place} > {one.place}") for one in said.entries]
    unread += [replace(one, place=f"{result.place} > {one.place}") for one in said.unread]
    text.append(said.text)


def _consents(read: Message) -> list[Entry]:
    said = read.consents
    if said is None:
        return []
    found = [
        _consent(said.opposed, said.opposed_when, _OPPOSED, said),
        _consent(said.consents, said.consents_when, _CONSULTED, said),
    ]
    return [
        stated(resource, place=place, readable=True)
        for place, resource in zip(("ZFA-9", "ZFA-11"), found, strict=True)
        if resource is not None
    ]


def _consent(code: str, when: str, meanings: dict[str, tuple[str, str]], said: Consents) -> dict[str, Any] | None:
    """What the person said at the hospital; nothing for « NA », which says that nobody asked her."""
    if code not in meanings:
        return None
    kind, words = meanings[code]
    made: dict[str, Any] = {
        "resourceType": "Consent", "status": "active" if said.state in ("ACTIF", "") else "inactive",
        "scope": {"coding": [{"system": _CONSENT_SCOPE, "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": systems.LOINC, "code": "59284-0"}], "text": words}],
        "policyRule": {"text": words}, "provision": {"type": kind},
    }  # fmt: skip
    if day := message.iso(when):
        made["dateTime"] = day
    return made
