"""The files inside a FHIR message: what its DocumentReferences carry or point at, and its Binaries. Pure.

For whoever looks into a message (`hygie read`): a deposit keeps these files, each for itself, and is read elsewhere
(`bundle`, `document_reference`). An address outside the message is never followed: it is listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hygie.base.errors import Invalid
from hygie.formats.entries import KINDS, Unread
from hygie.formats.fhir.validate import RESOURCES, Message, read

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """place: the path of its bytes in the message. holders: the resources that it is the content of."""

    place: str
    content: bytes = field(repr=False)
    holders: tuple[str, ...]


def files(data: bytes) -> tuple[tuple[File, ...], tuple[Unread, ...]]:
    """Every file of a message, once, and what names a file that is not there. Raises Invalid for what is not base R4."""
    message = read(data, kinds=RESOURCES | KINDS)
    held = list(_resources(message.resource))
    binaries = {name: at for at, names, one in held if one.get("resourceType") == "Binary" for name in names}
    wanted: dict[str, tuple[str | None, list[str]]] = {}
    unread: list[Unread] = []
    for at, _, one in held:
        if one.get("resourceType") != "DocumentReference":
            continue
        for number, content in enumerate(one.get("content") or ()):
            attachment, place = content.get("attachment") or {}, f"{at}.content[{number}].attachment"
            if isinstance(attachment.get("data"), str):
                wanted[f"{place}.data"] = (attachment["data"], [at])
            elif (binary := binaries.get(str(attachment.get("url")))) is not None:
                wanted.setdefault(f"{binary}.data", (None, []))[1].append(at)
            else:
                unread.append(Unread(place, "Ce document n'est pas dans le message : aucune adresse n'est suivie."))
    for at, _, one in held:
        if one.get("resourceType") == "Binary":
            wanted[f"{at}.data"] = (one.get("data"), [at, *wanted.get(f"{at}.data", (None, []))[1]])
    found: list[File] = []
    for place, (value, holders) in wanted.items():
        if content := _bytes(message, value, place):
            found.append(File(place, content, tuple(holders)))
        else:
            unread.append(Unread(place, "Ce fichier est vide, ou ses octets ne se lisent pas."))
    return tuple(found), tuple(unread)


def _resources(resource: Resource) -> Iterator[tuple[str, tuple[str, ...], Resource]]:
    """Each resource of a message: where it stands, the names that it goes by, itself."""
    if resource.get("resourceType") != "Bundle":
        yield str(resource.get("resourceType")), (), resource
        return
    for number, entry in enumerate(resource.get("entry") or ()):
        inner = entry.get("resource")
        if isinstance(inner, dict):
            names = (
                entry.get("fullUrl"),
                f"{inner.get('resourceType')}/{inner.get('id')}" if inner.get("id") else None,
            )
            yield f"Bundle.entry[{number}].resource", tuple(one for one in names if one), inner


def _bytes(message: Message, value: Any, place: str) -> bytes:
    if not isinstance(value, str):
        return b""
    try:
        return message.decode(value, place)
    except Invalid:
        return b""
