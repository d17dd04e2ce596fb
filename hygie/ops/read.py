"""`hygie read FILE`: what Hygie understands of a file. Reads nothing else, writes nothing, opens no database."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import click

from hygie.base.errors import HygieError, Invalid, NotFound, Unsupported
from hygie.formats import sniff, valuesets
from hygie.formats.cda import html, metadata, reader, times
from hygie.formats.cda.identity import identity, ins
from hygie.formats.cda.types import CdaDocument, LevelOne, Party, Section
from hygie.formats.fhir import attached
from hygie.formats.hl7v2 import description as hl7
from hygie.formats.hprim import description as hprim
from hygie.ops import contents, described
from hygie.ops.exits import exit_code

_NAMES = {
    sniff.PDF: "PDF",
    sniff.JPEG: "image JPEG",
    sniff.PNG: "image PNG",
    sniff.GIF: "image GIF",
    sniff.TIFF: "image TIFF",
    sniff.HEIC: "photo HEIC",
    sniff.TEXT: "texte",
    sniff.CDA: "document CDA R2",
    sniff.CDA_SELF_PRESENTABLE: "document CDA R2 autoprésentable",
    sniff.FHIR_JSON: "FHIR R4 (JSON)",
    sniff.HL7_V2: "message HL7 v2",
    sniff.HPRIM: "message HPRIM",
}


@click.command(short_help="Montrer ce que Hygie comprend d'un fichier.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="Le même contenu, en JSON.")
def read(file: Path, as_json: bool) -> None:
    """Montrer ce que Hygie comprend de FILE (CDA, FHIR, HL7, HPRIM, PDF, image…) ; « - » lit l'entrée standard.

    Chaque information lue est donnée avec sa place et sa certitude ; ce qui n'a pas été lu est dit aussi.

    Code de sortie : 0 lu ; 10 fichier fautif ; 12 fichier absent ; 14 type de fichier non accepté ; 15 indisponible.
    """
    try:
        data = _bytes(file)
        found = describe(data) | {"reading": contents.contents(data)}
    except HygieError as error:
        at = f" [{error.code}, {error.at}]" if error.at else f" [{error.code}]"
        click.echo(error.public + at, err=True)
        sys.exit(exit_code(error))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        reading = found.pop("reading")
        click.echo("\n".join([*_lines(found), *contents.lines(reading)]))


def describe(data: bytes) -> dict[str, Any]:
    """What a file is and says, as plain values ready for JSON. Raises the error of the codec that reads it."""
    media_type = sniff.sniff(data)
    found: dict[str, Any] = {"media_type": media_type, "kind": _NAMES.get(media_type, media_type), "size": len(data)}
    if media_type in (sniff.CDA, sniff.CDA_SELF_PRESENTABLE):
        return found | _cda(reader.read(data))
    if media_type == sniff.FHIR_JSON:
        return found | _fhir(data)
    if media_type in (sniff.PDF, sniff.TIFF):
        return found | _pages(data, media_type)
    if media_type == sniff.HL7_V2:
        return found | hl7.describe(data)
    if media_type == sniff.HPRIM:
        return found | hprim.describe(data)
    return found


def _bytes(file: Path) -> bytes:
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read()
        return file.read_bytes()
    except FileNotFoundError:
        raise NotFound("Ce fichier n'existe pas.", code="file-not-found") from None
    except OSError:
        raise Invalid("Ce fichier ne peut pas être lu.", code="file-unreadable") from None


def _cda(document: CdaDocument) -> dict[str, Any]:
    header = document.header
    said = metadata.describe(header, document.body)
    who = identity(header.patient)
    number = ins(header.patient)
    body: dict[str, Any]
    if isinstance(document.body, LevelOne):
        body = {"level": 1, "contains": _carried(document.body), "size": len(document.body.data)}
    else:
        body = {
            "level": 3,
            "sections": [_section(section) for section in document.body.sections],
            "images": len(html.images(document)),
            "attachments": len(html.attachments(document)),
        }
    return {
        "title": said.title,
        "type": {"code": said.type_code, "system": said.type_system, "label": said.type_label},
        "class": {"code": said.class_code, "label": valuesets.class_label(said.class_code)},
        "category": valuesets.category_of(said.class_code, said.type_code).label,
        "format": said.format_code,
        "unique_id": said.unique_id,
        "set_id": said.set_id,
        "version": said.version,
        "replaces": said.replaces,
        "created": said.created.isoformat(),
        "service_start": said.service_start.isoformat() if said.service_start else None,
        "service_stop": said.service_stop.isoformat() if said.service_stop else None,
        "language": said.language,
        "confidentiality": sorted(said.confidentiality),
        "practice_setting": said.practice_setting,
        "facility_type": said.facility_type,
        "patient": {
            "ins": {"matricule": number.extension, "oid": number.root} if number else None,
            "identifiers": [{"root": id.root, "extension": id.extension} for id in who.ids],
            "birth_family": who.birth_family,
            "given_names": list(who.given_names),
            "used_family": who.used_family,
            "used_given": who.used_given,
            "birth_date": who.birth_date,
            "sex": who.sex,
            "birth_place": who.birth_place,
        },
        "authors": [
            {
                "name": author.name,
                "rpps": author.rpps,
                "profession": author.profession,
                "specialty": author.specialty,
                "label": author.label,
                "organisation": author.organisation,
            }
            for author in said.authors
        ],
        "custodian": header.custodian.name if header.custodian else None,
        "legal_authenticator": header.legal_authenticator.name if header.legal_authenticator else None,
        "acts": [
            {
                "code": event.code.code if event.code else None,
                "label": event.code.label if event.code else None,
                "start": _when(event.time.low or event.time.value) if event.time else None,
            }
            for event in header.events
        ],
        "others": [_other(party) for party in document.others],
        "templates": [template.root for template in header.template_ids],
        "body": body,
        "warnings": [*said.warnings, *document.warnings],
        "unread": list(document.unread),
    }


def _fhir(data: bytes) -> dict[str, Any]:
    try:
        fhir = importlib.import_module("hygie.formats.fhir.reader")
    except ModuleNotFoundError:
        raise Unsupported("Hygie ne décrit pas encore ce format.", code="not-read-yet") from None
    files, _ = attached.files(data)
    inside = [{"place": one.place, "contains": _kind(one.content), "size": len(one.content)} for one in files]
    try:
        said = dict(fhir.describe(data))
    except Invalid as fault:  # well made, but no deposit that Hygie would take: why, and what it holds all the same
        said = {"format": "FHIR R4", "warnings": [{"at": fault.at, "text": fault.public}]}
    return said | ({"files": inside} if inside else {})


def _kind(data: bytes) -> str | None:
    try:
        media_type = sniff.sniff(data)
    except Unsupported:
        return None
    return _NAMES.get(media_type, media_type)


def _pages(data: bytes, media_type: str) -> dict[str, Any]:
    """Pages counted in the walled process that opens hostile files, never here."""
    from hygie.formats import preview

    return {"pages": preview.page_count(data, media_type)}


def _carried(body: LevelOne) -> str:
    try:
        return sniff.sniff(body.data)
    except Unsupported:
        return body.media_type


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "code": section.code.code if section.code else None,
        "entries": len(section.entries),
        "media": len(section.media),
        "sections": [_section(child) for child in section.sections],
    }


def _other(party: Party) -> dict[str, Any]:
    return {"role": party.role, "type": party.type, "name": party.name}


def _when(written: str | None) -> str | None:
    found = times.moment(written)
    return found.isoformat() if found else None


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [f"{found['kind']} · {found['size']} octets"]
    if "patient" not in found:
        return lines + described.lines(
            {name: found[name] for name in found if name not in ("kind", "size", "media_type")}
        )
    patient, kind = found["patient"], found["type"]
    lines += [
        "",
        found["title"],
        f"  Type        {kind['code']} · {kind['label']}",
        f"  Classe      {found['class']['code']} · {found['class']['label']} ({found['category']})",
        f"  Format      {found['format'] or 'non précisé'}",
        f"  Identifiant {found['unique_id']}" + (f", version {found['version']}" if found["version"] else ""),
    ]
    if found["replaces"]:
        lines.append(f"  Remplace    {found['replaces']}")
    lines.append(f"  Écrit le    {found['created']}")
    if found["service_start"]:
        lines.append(f"  Acte du     {found['service_start']}")
    lines.append(f"  Visibilité  {', '.join(found['confidentiality'])}")
    number = patient["ins"]
    lines += [
        "",
        "Personne",
        f"  {' '.join(patient['given_names'])} {patient['birth_family']}"
        + (
            f", utilise {patient['used_family']}"
            if patient["used_family"] not in (None, patient["birth_family"])
            else ""
        ),
        f"  née ou né le {patient['birth_date'] or '?'} à {patient['birth_place'] or '?'}, sexe {described.SEX[patient['sex']]}",
        f"  INS {number['matricule']} ({number['oid']})" if number else "  pas de matricule INS",
        "",
        "Auteurs",
    ]
    for author in found["authors"]:
        detail = " · ".join(
            filter(None, (author["label"], author["organisation"], author["rpps"] and f"RPPS {author['rpps']}"))
        )
        lines.append(f"  {author['name']}" + (f" · {detail}" if detail else ""))
    lines += ["", f"Corps de niveau {found['body']['level']}"]
    if found["body"]["level"] == 1:
        lines.append(f"  contient {found['body']['contains']}, {found['body']['size']} octets")
    else:
        lines += _outline(found["body"]["sections"], 1)
        lines.append(f"  {found['body']['images']} image(s), {found['body']['attachments']} fichier(s) joint(s)")
    for title, name in (("À savoir", "warnings"), ("Non compris", "unread")):
        if found[name]:
            lines += ["", title, *(f"  {line}" for line in found[name])]
    return lines


def _outline(sections: list[dict[str, Any]], depth: int) -> list[str]:
    lines = []
    for section in sections:
        lines.append(
            "  " * depth + (section["title"] or "(sans titre)") + (f" [{section['code']}]" if section["code"] else "")
        )
        lines += _outline(section["sections"], depth + 1)
    return lines
