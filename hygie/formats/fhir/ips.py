"""A health summary -> FHIR R4 document Bundle (IPS, with the sections France asks for; interop.md section 8). Pure.

The law, proved by tests: what is given, in the form that readers give (`formats.entries`), is what `fhir.extract` reads
back, in the order of the sections. Ids come from the space and from each entry, so the same facts at the same instant
give the same document. `meta.profile` names the profiles whose rules are kept, and no other: the French ones ask for a
professional who answers for the document and for the visit it came from, and a summary put together by itself has
neither. Every other French rule of the header and of the sections is kept. Sources: HL7 IPS 2.0; ansforge IG « document
patient summary » and « document core » (fr-composition-document-ips, read on 22 November 2026).
"""

from __future__ import annotations

import html
import re
from datetime import UTC
from typing import Any, Final
from uuid import UUID, uuid5

from hygie.formats import synopsis
from hygie.formats.fhir import building, instants, systems
from hygie.formats.synopsis import Chapter, Piece, Synopsis

Resource = dict[str, Any]
TYPE: Final = "60591-5"
TITLE: Final = "Résumé de santé"
PROFILE: Final = "http://hl7.org/fhir/uv/ips/StructureDefinition"
_SPACE: Final = UUID("5b0f2d1e-7d0a-5f5c-9a63-0c7f6f0c1d11")  # namespace of our documents' ids
_PATIENT_NAMED: Final = frozenset({"Immunization", "AllergyIntolerance", "FamilyMemberHistory", "Consent"})
_VERSION: Final = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Composition.version"
# France keeps 44944-7 for words without entries; alerts as entries have the international section of their own.
_CODES: Final = {synopsis.ALERTS.key: ("104605-1", "Alert")}
# What the international profile of each wants dated, or said to have no date that anybody knows.
_DATED: Final = {
    "MedicationStatement": "effective", "Observation": "effective", "Procedure": "performed",
    "DeviceUseStatement": "timing",
}  # fmt: skip
_EMPTY: Final = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
_CONTROLS: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOTHING: Final = "Rien n’est noté dans cette rubrique ; cela ne veut pas dire qu’il n’y a rien."


def document(summary: Synopsis) -> Resource:
    """The Bundle: Composition first, then the person, who keeps the record, and each entry that a section names.

    Raises ValueError for a naive date.
    """
    if summary.written.tzinfo is None:
        raise ValueError("a document needs an instant with its offset")
    at = instants.written(summary.written)
    patient, keeper = _named(summary, "patient"), _named(summary, "keeper")
    chapters = synopsis.chaptered(summary.pieces)
    composition: Resource = {
        "resourceType": "Composition",
        "id": str(_named(summary, f"composition/{at}")),
        "meta": {"profile": [f"{PROFILE}/Composition-uv-ips"]},
        "language": "fr-FR",
        "text": _div([_sentence(summary)]),
        "extension": [{"url": _VERSION, "valueString": f"{summary.written.astimezone(UTC):%Y%m%d%H%M%S}"}],
        "identifier": {"system": systems.URI, "value": f"urn:uuid:{_named(summary, 'summary')}"},
        "status": "final",
        "type": {"coding": [_loinc(TYPE, "Patient summary Document")], "text": TITLE},
        "subject": {"reference": f"urn:uuid:{patient}"},
        "date": at,
        "author": [{"reference": f"urn:uuid:{keeper}"}],
        "title": TITLE,
        "confidentiality": "N",
        "custodian": {"reference": f"urn:uuid:{keeper}"},
        "event": [{
            "code": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActClass", "code": "PCPR"}]}],
            "period": {"end": at},
        }],
        "section": [_section(summary, chapter, held) for chapter, held in chapters],
    }  # fmt: skip
    resources = [composition, _person(summary, patient), _organization(summary, keeper)]
    resources += [_entry(summary, piece, patient) for _, held in chapters for piece in held]
    return {
        "resourceType": "Bundle",
        "id": str(_named(summary, f"bundle/{at}")),
        "meta": {"profile": [f"{PROFILE}/Bundle-uv-ips"]},
        "language": "fr-FR",
        "identifier": {"system": systems.URI, "value": f"urn:uuid:{_named(summary, f'bundle/{at}')}"},
        "type": "document",
        "timestamp": at,
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }


def _named(summary: Synopsis, name: str) -> UUID:
    return uuid5(_SPACE, f"{summary.number}/{name}")


def _id(summary: Synopsis, piece: Piece) -> UUID:
    return _named(summary, f"entry/{piece.id}")


def _entry(summary: Synopsis, piece: Piece, patient: UUID) -> Resource:
    made = {"resourceType": piece.resource["resourceType"], "id": str(_id(summary, piece)), **piece.resource}
    about = "patient" if made["resourceType"] in _PATIENT_NAMED else "subject"
    made[about] = {"reference": f"urn:uuid:{patient}"}
    dated = _DATED.get(made["resourceType"])
    if dated and not any(name.startswith(dated) for name in made):
        made[f"_{dated}DateTime"] = dict(systems.UNKNOWN)
    return made


def _section(summary: Synopsis, chapter: Chapter, held: list[Piece]) -> Resource:
    code = _CODES.get(chapter.key, (chapter.code, chapter.display))
    made: Resource = {"title": chapter.title, "code": {"coding": [_loinc(*code)], "text": chapter.title}}
    if not held:
        reason = {"system": _EMPTY, "code": "unavailable", "display": "Unavailable"}
        return made | {"text": _div([_NOTHING]), "emptyReason": {"coding": [reason], "text": _NOTHING}}
    made["text"] = _table(held)
    made["entry"] = [{"reference": f"urn:uuid:{_id(summary, one)}"} for one in held]
    return made


def _person(summary: Synopsis, number: UUID) -> Resource:
    made = building.patient(summary.subject)
    made["id"] = str(number)
    made["identifier"] = [one for one in made.get("identifier", ()) if one.get("value")]
    if not made["identifier"]:
        made["identifier"] = [{"system": systems.URI, "value": f"urn:uuid:{summary.number}"}]
    if not made.get("birthDate"):
        made["_birthDate"] = dict(systems.UNKNOWN)
    return made


def _organization(summary: Synopsis, number: UUID) -> Resource:
    return {"resourceType": "Organization", "id": str(number), "active": True, "name": _clean(summary.keeper)}


def _sentence(summary: Synopsis) -> str:
    """What the document is, and what it is not."""
    day = synopsis.in_words(summary.written.date().isoformat())
    text = f"Résumé assemblé automatiquement le {day} à partir du dossier de la personne ; personne ne l’a relu."
    if summary.waiting:
        many = summary.waiting > 1
        text += (
            f" {summary.waiting} information{'s' if many else ''} lue{'s' if many else ''} sur un texte ou une image,"
            f" pas encore vérifiée{'s' if many else ''}, n’y {'sont' if many else 'est'} pas."
        )
    return f"{text} Des éléments peuvent être masqués."


# ---- narrative


def _table(held: list[Piece]) -> Resource:
    rows = []
    for _, said, source in synopsis.lines(held):
        cells = (said.what, said.how, said.when, source)
        rows.append(f"<tr>{''.join(f'<td>{_escaped(cell)}</td>' for cell in cells)}</tr>")
    head = "".join(f"<th>{name}</th>" for name in ("Quoi", "Détail", "Date", "D’après"))
    body = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return _narrative(body)


def _div(paragraphs: list[str]) -> Resource:
    return _narrative("".join(f"<p>{_escaped(one)}</p>" for one in paragraphs))


def _narrative(body: str) -> Resource:
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr" lang="fr">{body}</div>',
    }


def _escaped(text: str) -> str:
    return html.escape(_clean(text))


def _clean(text: str) -> str:
    """Without what XML cannot carry."""
    return _CONTROLS.sub("", text)


def _loinc(code: str, display: str) -> Resource:
    return {"system": systems.LOINC, "code": code, "display": display}
